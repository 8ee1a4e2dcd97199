"""Hostile inputs: what each costs in CPU seconds and memory, against the limits of the design.

``python -m bench.bench_hostile --help``; what the figures mean is in ``bench/README.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.report import table
from tests.support.hostile import (
    Hostile,
    Outcome,
    Readers,
    docx,
    html,
    po,
    running_readers,
    text,
    words,
    xliff,
)

KINDS: Mapping[str, Mapping[str, Hostile]] = {
    "markdown": text.MARKDOWN,
    "plain text": text.PLAIN,
    "html": html.HOSTILE,
    "docx": docx.HOSTILE,
    "po": po.HOSTILE,
    "xliff": xliff.HOSTILE,
    "mo": po.MO,
    "accept-language": words.ACCEPT_LANGUAGE,
    "guard": words.guard(),
    "dates": words.DATES,
    "addresses": words.ADDRESSES,
}
REFUSED, TAKEN, MIB = 1.0, 2.0, 64.0
SECONDS = {"accept-language": 0.05, "dates": 0.5, "addresses": 0.5}
"""Limits of their own: what is looked for in every request, and in every text of a document."""
RUNS = 3


@dataclass(frozen=True)
class Found:
    """What an input cost, and what it may cost."""

    kind: str
    name: str
    outcome: Outcome
    right: bool
    """The outcome is the one that the tests ask for."""
    limit: float
    """CPU seconds."""

    @property
    def ratio(self) -> float:
        """The larger share of both limits: time and memory."""
        return max(self.outcome.seconds / self.limit, self.outcome.mib / MIB)

    @property
    def kept(self) -> bool:
        """Within the limits, and with the outcome that is right."""
        return self.right and self.ratio <= 1

    def cells(self) -> tuple[str, ...]:
        """A row of the table."""
        found = self.outcome
        return (
            f"{self.kind}: {self.name}",
            found.code or "read",
            f"{found.seconds:.3f}",
            f"{self.limit:g}",
            f"{found.mib:.1f}",
            f"{self.ratio:.2f}",
            "" if self.kept else "BROKEN" if self.right else "ANOTHER OUTCOME",
        )


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The options of a run."""
    parser = argparse.ArgumentParser(prog="python -m bench.bench_hostile", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="read each input once, not thrice")
    parser.add_argument("--only", action="append", metavar="KIND", choices=list(KINDS),
                        help="one kind: " + ", ".join(KINDS))  # fmt: skip
    parser.add_argument("--all", action="store_true", help="a row for every input")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    return parser.parse_args(argv)


def measure(readers: Readers, kind: str, name: str, runs: int) -> Found:
    """The best of some runs in time, the worst in memory: another's work only adds to the time."""
    hostile = KINDS[kind][name]
    data = hostile.make()
    outcomes = [readers.read(kind, data) for _ in range(runs)]
    best = min(outcomes, key=lambda each: each.seconds)
    worst = max(each.mib for each in outcomes)
    outcome = Outcome(**vars(best) | {"mib": worst})
    limit = SECONDS.get(kind, REFUSED if outcome.code else TAKEN)
    return Found(kind, name, outcome, outcome.what == hostile.what, limit)


def summary(found: Sequence[Found]) -> str:
    """A row for each kind: how many inputs, the costliest ones."""
    head = ["", "inputs", "refused", "most CPU s, refused", "read", "MiB", "of the limit", "broken"]
    rows = []
    for kind in dict.fromkeys(each.kind for each in found):
        some = [each for each in found if each.kind == kind]
        refused = [each.outcome.seconds for each in some if each.outcome.code]
        taken = [each.outcome.seconds for each in some if not each.outcome.code]
        rows.append(
            (
                kind,
                str(len(some)),
                str(len(refused)),
                f"{max(refused):.3f}" if refused else "-",
                f"{max(taken):.3f}" if taken else "-",
                f"{max(each.outcome.mib for each in some):.1f}",
                f"{max(each.ratio for each in some):.2f}",
                str(sum(not each.kept for each in some)),
            )
        )
    return table(head, rows)


def main(argv: Sequence[str] = ()) -> int:
    """Measure and print; 1 where a limit is broken, else 0."""
    options = arguments(argv or sys.argv[1:])
    started = time.perf_counter()
    kinds = options.only or list(KINDS)
    runs = 1 if options.quick else RUNS
    with running_readers(*kinds, module="bench.hostile_child") as readers:
        found = [measure(readers, kind, name, runs) for kind in kinds for name in KINDS[kind]]
    shown = sorted(found, key=lambda each: -each.ratio)
    if not options.all:
        shown = [each for each in shown if each.ratio > 0.5 or not each.kept]
        print("Inputs that cost more than half of a limit (--all for the others)\n")
    print(table(["", "outcome", "CPU s", "limit", "MiB", "of the limit", ""],
                [each.cells() for each in shown]))  # fmt: skip
    print("\n" + summary(found))
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in found], indent=1), "utf-8")
    broken = [each for each in found if not each.kept]
    print(f"\n{len(found)} inputs, {len(broken)} beyond a limit of {MIB:g} MiB, {REFUSED:g} s where"
          f" they are refused, {TAKEN:g} s where they are read, or their own;"
          f" {time.perf_counter() - started:.0f} s in all")  # fmt: skip
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
