"""How well and how fast segments are aligned, beside msgmerge, Babel and exact hashing.

``python -m bench.bench_alignment --help``; what the figures mean is in ``bench/README.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from bench import rivals, speed
from bench.edits import Case
from bench.report import by_label, errors, ratio, side_by_side, table, touched
from bench.scenarios import EDITS, cases, mixed, own_cases
from bench.scoring import Answers, Error, Score, score, total

Tool = Callable[[Case], tuple[Answers, float]]
OURS = "align"
TOOLS: dict[str, Tool] = {
    OURS: rivals.ours,
    "msgmerge": rivals.msgmerge,
    "msgmerge -N": partial(rivals.msgmerge, fuzzy=False),
    "Babel": rivals.babel,
    "hashing": rivals.hashing,
}
LABELLED = (OURS, "msgmerge", "Babel", "hashing")
"""In the wide table msgmerge -N is left out: its figures are those of hashing."""
BABEL_UP_TO = 60
"""Segments; beyond this size Babel takes minutes."""
ACCURACY = (("pairs", 0.98), ("kinds", 0.95))
SECONDS = {1_000: 0.2, 10_000: 2.0}
EXPONENT = 1.2


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The options of a run."""
    parser = argparse.ArgumentParser(prog="python -m bench.bench_alignment", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer seeds; under a minute")
    parser.add_argument("--slow", action="store_true", help="more seeds; msgmerge at 10,000")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show N wrong cases")
    parser.add_argument("--only", metavar="EDIT", help="show errors of this kind of edit only")
    parser.add_argument("--ours", action="store_true", help="leave out the other tools")
    parser.add_argument("--no-speed", action="store_true", help="leave out times and memory")
    return parser.parse_args(argv)


def case_sets(options: argparse.Namespace) -> dict[str, list[Case]]:
    """The cases by the size of their documents."""
    plan = {50: (20, 20), 200: (20, 20), 1_000: (6, 1)}
    own = 5
    if options.quick:
        plan, own = {50: (5, 5), 200: (4, 1), 1_000: (1, 0)}, 2
    if options.slow:
        plan, own = {50: (60, 60), 200: (40, 40), 1_000: (20, 4)}, 20
    sets = {
        f"{size:,} segments": cases(size, seeds, options.seed, single)
        for size, (seeds, single) in plan.items()
    }
    sets["own policies"] = own_cases(own, options.seed)
    return sets


class Tally:
    """Scores by set and tool, and the errors of the project's own alignment."""

    def __init__(self) -> None:
        self.by_set: dict[str, dict[str, Score]] = {}
        self.by_tool: dict[str, Score] = {}
        """All cases, of which Babel sees only the small ones."""
        self.small: dict[str, Score] = {}
        """Of the sets that every tool has seen."""
        self.ours: dict[str, Score] = {}
        self.errors: list[Error] = []

    def measure(self, title: str, some: Sequence[Case], tools: Mapping[str, Tool]) -> None:
        """Run the tools on a set of cases."""
        scores = self.by_set.setdefault(title, {})
        small = max(len(case.old) for case in some) <= BABEL_UP_TO
        totals = (self.small, self.by_tool) if small else (self.by_tool,)
        for name, tool in tools.items():
            if name == "Babel" and not small:
                continue
            for case in some:
                answers, seconds = tool(case)
                result, wrong = score(case, answers, seconds)
                scores.setdefault(name, Score()).add(result)
                for scores_of_all in totals:
                    scores_of_all.setdefault(name, Score()).add(result)
                if name == OURS:
                    self.errors += wrong
                    self._own(case, result)

    def _own(self, case: Case, result: Score) -> None:
        scenario = case.name.split("/")[0]
        group = "each" if scenario in EDITS else scenario
        for title in (f"set: {group}", f"language: {case.language}"):
            self.ours.setdefault(title, Score()).add(result)


def show_accuracy(tally: Tally) -> None:
    """Tables of precision, recall and false trust."""
    print("P, R and F1 count the segments that an edit touched; 'F1 all' counts every segment.")
    for title, scores in tally.by_set.items():
        print(f"\n== {title}\n{side_by_side(scores)}")
    print(f"\n== {OURS} alone, all sizes\n{side_by_side(dict(sorted(tally.ours.items())))}")
    small = f"up to {BABEL_UP_TO} segments"
    for title, scores in ((small, tally.small), ("all sizes", tally.by_tool)):
        names = LABELLED if scores is tally.small else tuple(n for n in LABELLED if n != "Babel")
        shown = {name: scores[name] for name in names if name in scores}
        if shown and (scores is tally.by_tool or "Babel" in shown):
            print(f"\n== F1 by kind of edit, {title}\n{by_label(shown, list(EDITS))}")


def aims(tally: Tally) -> list[tuple[str, str, bool]]:
    """What was aimed at, what came out, and whether it was reached."""
    ours = tally.by_tool[OURS]
    rows = []
    for what, aim in ACCURACY:
        counts = ours.pairs if what == "pairs" else ours.kinds
        for scope, figure in (("all segments", total(counts)), ("touched only", touched(counts))):
            label = f"F1 of {what}, {scope}: >= {aim}"
            rows.append((label, ratio(figure.f1), figure.f1 >= aim))
    trust = ours.false_trust
    rows.append(("reviewed translations on another source: 0", str(trust), trust == 0))
    return rows


def measure_speed(options: argparse.Namespace) -> tuple[list[list[str]], list[speed.Measured]]:
    """Tables and raw figures of the speed of alignment, msgmerge beside it."""
    sizes = (100, 1_000, 10_000) if options.quick else (100, 1_000, 10_000, 20_000)
    with_msgmerge = (100, 1_000, 10_000) if options.slow else (100, 1_000)
    runs, rows = [], []
    for size in sizes:
        repeated = [speed.run(speed.MIXED, size, options.seed + n) for n in range(3)]
        best = min(repeated, key=lambda run: (run.wall is None, run.wall))
        runs.append(best)
        beside = ["-", "-", "-"]
        if not options.ours and size in with_msgmerge:
            wall, cpu = speed.msgmerge_seconds(size, options.seed)
            beside = [f"{wall:.3f}", f"{cpu:.3f}", f"{cpu / best.cpu:.0f}x" if best.cpu else "-"]
        rows.append([f"{size:,}, {speed.MIXED}", *_cells(best), *beside])
    for name in speed.HARD if not options.quick else speed.HARD[:2]:
        hard = speed.run(name, 10_000, options.seed, limit=20 if options.quick else 60)
        runs.append(hard)
        rows.append([f"10,000, {name}", *_cells(hard), "-", "-", "-"])
    return rows, runs


def _cells(run: speed.Measured) -> list[str]:
    if run.wall is None or run.cpu is None or run.mib is None:
        return ["stopped", "-", "-"]
    return [f"{run.wall:.3f}", f"{run.cpu:.3f}", f"{run.mib:.1f}"]


def speed_aims(runs: Sequence[speed.Measured]) -> list[tuple[str, str, bool]]:
    """Seconds and growth of the mixed case against what was aimed at."""
    mixed = {run.size: run.wall for run in runs if run.case == speed.MIXED}
    rows = []
    for size, aim in SECONDS.items():
        wall = mixed.get(size)
        label = f"{size:,} segments, {speed.MIXED}: < {aim} s"
        rows.append((label, f"{wall:.3f} s" if wall else "stopped", bool(wall and wall < aim)))
    points = [(size, wall) for size, wall in mixed.items() if wall]
    growth = speed.exponent(points)
    sizes = f"{points[0][0]:,} to {points[-1][0]:,}"
    rows.append((f"growth exponent, {sizes}: < {EXPONENT}", f"{growth:.2f}", growth < EXPONENT))
    return rows


def figures(tally: Tally, runs: Sequence[speed.Measured], reached: object) -> dict[str, Any]:
    """Everything that was measured, for a file."""

    def plain(scores: Mapping[str, Score]) -> dict[str, Any]:
        return {
            name: {
                **{
                    key: value
                    for key, value in vars(score).items()
                    if isinstance(value, int | float)
                },
                "pairs": {label: vars(count) for label, count in score.pairs.items()},
                "kinds": {label: vars(count) for label, count in score.kinds.items()},
            }
            for name, score in scores.items()
        }

    return {
        "sets": {title: plain(scores) for title, scores in tally.by_set.items()},
        "all": plain(tally.by_tool),
        "ours": plain(tally.ours),
        "speed": [asdict(run) for run in runs],
        "aims": reached,
    }


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = arguments(sys.argv[1:] if argv is None else argv)
    start = time.monotonic()
    tools = {OURS: TOOLS[OURS]} if options.ours else TOOLS
    tally = Tally()
    for title, some in case_sets(options).items():
        tally.measure(title, some, tools)
    if not options.quick:
        large = [mixed(10_000, options.seed + n) for n in range(2)]
        tally.measure(f"10,000 segments, {speed.MIXED}", large, {OURS: TOOLS[OURS]})
    show_accuracy(tally)
    rows = aims(tally)
    runs: list[speed.Measured] = []
    if not options.no_speed:
        lines, runs = measure_speed(options)
        head = ("segments", "wall s", "CPU s", "MiB added", "msgmerge wall", "CPU", "CPU ratio")
        print(f"\n== Speed, best of 3 seeds\n{table(head, lines)}")
        rows += speed_aims(runs)
    if options.errors:
        chosen = [e for e in tally.errors if options.only in (None, e.label)]
        print(f"\n== Errors of {OURS}\n{errors(chosen, options.errors)}")
    verdicts = [(aim, got, "reached" if ok else "NOT reached") for aim, got, ok in rows]
    print(f"\n== Aims\n{table(('aim', 'measured', ''), verdicts)}")
    print(f"\n{time.monotonic() - start:.0f} s in all")
    if options.json:
        text = json.dumps(figures(tally, runs, verdicts), indent=1)
        options.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
