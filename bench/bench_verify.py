"""How surely and how fast the proof of releases finds what was falsified.

Each of many seeded falsifications of a bundle must be found: one that passes ends this with 1. The
tail that is cut off together with its head can't be found without a head from an earlier day; it is
counted apart, with such a head.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter

from bench.report import table
from tests.support import releases
from tests.support.releases import ROTATED, TRUSTED
from workflows.release import canonical, verify
from workflows.release.verify import Broken, Unreadable

EDITS = 10_000


def outcome(data: bytes, saved: bytes | None = None) -> str:
    """What the proof says of a bundle: broken, unreadable, or nothing."""
    try:
        verify.verify(data, TRUSTED, saved)
    except Broken:
        return "named"
    except Unreadable:
        return "refused"
    return "missed"


def falsified(count: int, first: int) -> dict[str, Counter[str]]:
    """What became of ``count`` falsifications, by kind; seeds from ``first`` on."""
    bundles = [(edit, spelt(edit)) for edit in releases.EDITS]
    found: dict[str, Counter[str]] = {edit.__name__: Counter() for edit, _ in bundles}
    for seed in range(first, first + count):
        chance = random.Random(seed)
        edit, sources = chance.choice(bundles)
        data = edit(json.loads(chance.choice(sources)), chance)
        found[edit.__name__][outcome(data)] += 1
    return found


def spelt(edit: object) -> list[bytes]:
    """The bundles that an edit is tried on; a fork knows only that of signed releases."""
    kinds = (0,) if edit is releases.fork else (0, 5)
    return [releases.spelt(releases.service(unsigned=kind).bundle(ROTATED)) for kind in kinds]


def cut_with_head(count: int) -> Counter[str]:
    """Tails that were cut off together with the head, checked with one that was kept."""
    made, found = releases.service(), Counter[str]()
    whole, kept = made.bundle(ROTATED), canonical(made.head()).encode()
    for seed in range(count):
        size = random.Random(seed).randrange(len(whole["releases"]))
        hidden = {"releases": whole["releases"][:size], "head": made.head(size=size)}
        found[outcome(releases.spelt(whole | hidden), kept)] += 1
    return found


def main() -> int:
    """Measure; 1 when a falsification was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=EDITS)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    begin = time.perf_counter()
    found = falsified(asked.edits, asked.seed)
    seconds = time.perf_counter() - begin
    found["cut_tail and head, one kept"] = cut_with_head(max(asked.edits // 20, 1))
    names = ("named", "refused", "missed")
    rows = [(kind, *(str(counts[name]) for name in names)) for kind, counts in found.items()]
    print(table(("falsification", *names), rows))
    total = sum(sum(counts.values()) for counts in found.values())
    missed = sum(counts["missed"] for counts in found.values())
    print(f"\n{total} falsifications, {total - missed} found, {missed} missed")
    print(f"{1000 * seconds / asked.edits:.1f} ms each, of 14 to 19 releases")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
