"""Catalogs: how fast they are read, written and imported, and what injured ones do.

``python -m bench.bench_catalogs --help``; what the figures mean is in ``bench/README.md``.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench import catalog_import, catalog_steps
from bench.mutants import mutant
from bench.report import table
from bench.speed import exponent
from tests.support.catalogs import exported, header, sample, units_of
from tests.support.postgres import running_cluster
from workflows.catalogs import Verdict, merge, read_po, write_po
from workflows.problems import Problem

READ, WRITE, ENTRIES_A_SECOND = 1.5, 1.0, 10_000
EXPONENT = 1.15

Figures = dict[tuple[str, str, int], dict[str, float] | None]


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The options of a run."""
    parser = argparse.ArgumentParser(prog="python -m bench.bench_catalogs", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 entries and few mutants")
    parser.add_argument("--slow", action="store_true", help="100,000 entries, too")
    parser.add_argument("--mutants", type=int, metavar="N", help="how many injured files")
    parser.add_argument("--no-import", action="store_true", help="leave the databases out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    return parser.parse_args(argv)


def steps(sizes: Sequence[int]) -> Figures:
    """CPU seconds and memory of reading and writing, by tool."""
    figures: Figures = {}
    for size in sizes:
        for step in ("read", "write"):
            for tool in catalog_steps.TOOLS:
                figures[tool, step, size] = catalog_steps.run(tool, step, size)
        figures[catalog_steps.MSGFMT, "read", size] = catalog_steps.msgfmt(size)
    return figures


def show_steps(figures: Figures, sizes: Sequence[int]) -> str:
    """One line a tool: seconds, times polib's, MiB, for each step and size."""
    head = ["CPU seconds (times polib's), MiB added"]
    head += [f"{step} {size:,}" for size in sizes for step in ("read", "write")]
    rows = []
    for tool in (*catalog_steps.TOOLS, catalog_steps.MSGFMT):
        cells = [tool]
        for size in sizes:
            for step in ("read", "write"):
                found = figures.get((tool, step, size))
                polib = figures.get(("polib", step, size))
                cells.append(_cell(found, polib))
        rows.append(cells)
    return table(head, rows)


def _cell(found: dict[str, float] | None, polib: dict[str, float] | None) -> str:
    if found is None:
        return "-"
    times = f" ({found['cpu'] / polib['cpu']:.2f}x)" if polib else ""
    memory = f" {found['mib']:.0f}" if found["mib"] else ""
    return f"{found['cpu']:.3f}{times}{memory}"


def imports(sizes: Sequence[int]) -> dict[tuple[str, int], dict[str, float]]:
    """Wall seconds of whole imports, by database."""
    found = {("SQLite", size): catalog_import.run(size) for size in sizes}
    with running_cluster() as cluster:
        for size in sizes:
            url = cluster.create(f"bench_{size}")
            found["PostgreSQL", size] = catalog_import.run(size, url)
    return found


def injured(count: int, seed: int = 1) -> tuple[Counter[str], float]:
    """What became of injured files: refused, read, a reviewed text that would be replaced."""
    dice = random.Random(f"mutants {seed}")
    live = [*sample(), exported("s9", "tail", "cauda", "reviewed")]
    data, units = write_po(header(), live), units_of(live)
    reviewed = {unit.key for unit in units if unit.state == "reviewed"}
    found: Counter[str] = Counter()
    slowest = 0.0
    for _ in range(count):
        started = time.process_time()
        try:
            rows = merge(units, read_po(mutant(data, dice), language="pt-BR"))
        except Problem as problem:
            found[f"refused: {problem.code}"] += 1
        except Exception as error:  # noqa: BLE001  (any crash is what is looked for)
            found[f"CRASHED: {type(error).__name__}"] += 1
        else:
            kinds = (Verdict.NEW, Verdict.CHANGED)
            lost = any(row.key in reviewed and row.verdict in kinds and row.ours for row in rows)
            found["LOST a reviewed text" if lost else "read"] += 1
        slowest = max(slowest, time.process_time() - started)
    return found, slowest


def aims(
    figures: Figures,
    sizes: Sequence[int],
    imported: dict[tuple[str, int], dict[str, float]],
    mutants: Counter[str],
) -> list[tuple[str, str, bool]]:
    """Each aim with what was measured and whether it was reached."""
    rows = []
    size = 10_000 if 10_000 in sizes else sizes[-1]
    for step, limit in (("read", READ), ("write", WRITE)):
        ours, polib = figures["ours", step, size], figures["polib", step, size]
        assert ours is not None
        assert polib is not None
        ratio = ours["cpu"] / polib["cpu"]
        name = f"{step}, {size:,} entries: <= {limit}x polib"
        rows.append((name, f"{ratio:.2f}x", ratio <= limit))
    for step in ("read", "write"):
        points = [(s, f["cpu"]) for s in sizes if (f := figures["ours", step, s])]
        if len(points) > 1:
            slope = exponent(points)
            rows.append((f"{step}: growth exponent <= {EXPONENT}", f"{slope:.2f}",
                         slope <= EXPONENT))  # fmt: skip
    for (database, count), found in imported.items():
        speed = count / found["first"]
        name = f"import into {database}, {count:,}: >= {ENTRIES_A_SECOND:,} entries/s"
        rows.append((name, f"{speed:,.0f}/s", speed >= ENTRIES_A_SECOND))
    bad = sum(number for what, number in mutants.items() if what[:4].isupper())
    rows.append((f"{mutants.total():,} injured files: 0 crashes, 0 losses", str(bad), bad == 0))
    return rows


def main(argv: Sequence[str] = ()) -> None:
    """Measure and print."""
    options = arguments(argv or sys.argv[1:])
    started = time.perf_counter()
    sizes = [1_000] if options.quick else [1_000, 10_000, *([100_000] if options.slow else [])]
    figures = steps(sizes)
    print(show_steps(figures, sizes))
    imported = {} if options.no_import else imports([size for size in sizes if size <= 10_000])
    if imported:
        rows = [
            (f"{name}, {size:,}", f"{found['first']:.2f}", f"{size / found['first']:,.0f}",
             f"{found['again']:.2f}")
            for (name, size), found in imported.items()
        ]  # fmt: skip
        print("\n" + table(["whole import", "wall s", "entries/s", "the same again"], rows))
    count = options.mutants or (2_000 if options.quick else 100_000)
    mutants, slowest = injured(count)
    print("\n" + table(["injured files", "count"], [(w, str(n)) for w, n in mutants.most_common()]))
    print(f"the slowest of them: {1000 * slowest:.1f} ms")
    reached = aims(figures, sizes, imported, mutants)
    words = [(name, found, "reached" if ok else "NOT REACHED") for name, found, ok in reached]
    print("\n" + table(["aim", "measured", ""], words))
    if options.json:
        whole = {
            "steps": [[*key, value] for key, value in figures.items()],
            "imports": [[*key, value] for key, value in imported.items()],
            "mutants": mutants,
        }
        options.json.write_text(json.dumps(whole, indent=1), encoding="utf-8")
    print(f"\n{time.perf_counter() - started:.0f} s in all")


if __name__ == "__main__":
    main()
