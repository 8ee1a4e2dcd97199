"""Time and memory of one alignment, each in a process of its own, and the growth between sizes.

``python -m bench.speed CASE SIZE SEED`` makes the case, aligns it and prints one line of JSON. The
memory is the peak during the alignment above what the two revisions took before it.
"""

from __future__ import annotations

import json
import math
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.corpus import ROOT, Document, Text, Writer, policy
from bench.edits import Case
from bench.rewording import REWORD
from bench.scenarios import mixed

Pair = tuple[Document, Document]


@dataclass(frozen=True)
class Measured:
    """One run: wall and CPU seconds, MiB added at the peak; None where it was stopped."""

    case: str
    size: int
    wall: float | None
    cpu: float | None
    mib: float | None


def _mixed(size: int, seed: int) -> Pair:
    case = mixed(size, seed)
    return case.old, case.new


def _all_edited(size: int, seed: int) -> Pair:
    old = policy("en", size, seed)
    writer = Writer("en", random.Random(seed))

    def edited(text: Text) -> Text:
        changed = REWORD["word"](text, writer) or REWORD["typo"](text, writer)
        return changed or replace(text, text=text.text + "s")

    return old, tuple(edited(text) for text in old)


def _all_rewritten(size: int, seed: int) -> Pair:
    return policy("en", size, seed), policy("en", size, seed + 1000)


def _all_alike(size: int, seed: int) -> Pair:
    text = policy("en", 20, seed)[2]
    return (text,) * size, (text,) * size


def _all_alike_edited(size: int, seed: int) -> Pair:
    old, new = _all_alike(size, seed)
    edited = replace(new[0], text=new[0].text + " Really.")
    return old, tuple(edited if at % 3 == 0 else text for at, text in enumerate(new))


def _half_moved(size: int, seed: int) -> Pair:
    old = policy("en", size, seed)
    rng = random.Random(seed)
    places = sorted(rng.sample(range(size), size // 2))
    shuffled = places.copy()
    rng.shuffle(shuffled)
    new = list(old)
    for place, source in zip(places, shuffled, strict=True):
        new[place] = old[source]
    return old, tuple(new)


def _reversed(size: int, seed: int) -> Pair:
    old = policy("en", size, seed)
    return old, old[::-1]


MIXED = "10 % edited"
CASES: dict[str, Callable[[int, int], Pair]] = {
    MIXED: _mixed,
    "every segment edited": _all_edited,
    "every segment rewritten": _all_rewritten,
    "all segments alike": _all_alike,
    "all alike, a third edited": _all_alike_edited,
    "half of the segments moved": _half_moved,
    "order reversed": _reversed,
}
HARD = tuple(name for name in CASES if name != MIXED)


def run(case: str, size: int, seed: int, limit: float = 60.0) -> Measured:
    """Measure one case in a new process; one that takes longer than ``limit`` s is stopped."""
    command = [sys.executable, "-m", "bench.speed", case, str(size), str(seed)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=limit, cwd=ROOT
        )
    except subprocess.TimeoutExpired:
        return Measured(case, size, None, None, None)
    return Measured(case, size, **json.loads(done.stdout))


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The slope of the line through (log size, log seconds) by least squares."""
    xs = [math.log(size) for size, _ in points]
    ys = [math.log(seconds) for _, seconds in points]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - middle_x) ** 2 for x in xs)


def msgmerge_seconds(size: int, seed: int) -> tuple[float, float]:
    """Wall and CPU seconds of msgmerge on the mixed case."""
    from bench.rivals import msgmerge

    case: Case = mixed(size, seed)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _, wall = msgmerge(case)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu


def peak() -> float:
    """Peak memory of this process in MiB; on Linux since the mark was last reset."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def reset_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def main() -> None:
    """Measure one case in this process."""
    name, size, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    from workflows.alignment import align

    old, new = CASES[name](size, seed)
    align(old[:5], new[:5])
    # A text remembers its digest: new ones, so that the digests are part of the time.
    old, new = tuple(map(replace, old)), tuple(map(replace, new))
    reset_peak()
    before = peak()
    wall, cpu = time.perf_counter(), time.process_time()
    align(old, new)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"wall": wall, "cpu": cpu, "mib": max(0.0, peak() - before)}))


if __name__ == "__main__":
    main()
