"""The translation memory: how fast it is asked, what it finds, what it takes, and TMX.

``python -m bench.bench_memory --help``; what the figures mean is in ``bench/README.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import memory_lookup
from bench.report import table
from tests.support.postgres import running_cluster
from tests.workflows.test_catalogs_tmx_hostile import HOSTILE
from workflows.catalogs import Limits, Pair, read_tmx, write_tmx
from workflows.problems import Problem

RECALL = 0.97
OF_BRUTE = 0.5
"""At 100,000 pairs a look-up takes at most this share of comparing with every text."""
HOSTILE_SECONDS = 1.0

Figures = dict[tuple[str, int], dict[str, float]]


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The options of a run."""
    parser = argparse.ArgumentParser(prog="python -m bench.bench_memory", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 pairs only")
    parser.add_argument("--slow", action="store_true", help="1,000,000 pairs, too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    return parser.parse_args(argv)


def look_ups(sizes: Sequence[int]) -> Figures:
    """What ``memory_lookup`` measures, by database and size."""
    found = {("SQLite", size): memory_lookup.run(size) for size in sizes}
    with running_cluster() as cluster:
        for size in sizes:
            url = cluster.create(f"memory_{size}")
            found["PostgreSQL", size] = memory_lookup.run(size, url)
    return found


def show(figures: Figures) -> str:
    """One line for each database and size."""
    head = ["memory", "median ms", "p95 ms", "brute ms", "best found", "any found", "build s"]
    head += ["MiB", "1,000 more ms"]
    rows = [
        (
            f"{name}, {size:,}",
            f"{found['median']:.1f}",
            f"{found['p95']:.1f}",
            f"{found['brute']:.1f}",
            f"{found['best']:.0f}/{found['truths']:.0f}",
            f"{found['some']:.0f}/{found['truths']:.0f}",
            f"{found['build']:.1f}",
            f"{found['mib']:.0f}",
            f"{1000 * found['thousand']:.0f}",
        )
        for (name, size), found in figures.items()
    ]
    return table(head, rows)


def _cpu(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def files(size: int) -> list[tuple[str, float]]:
    """CPU seconds of TMX out and in."""
    texts = memory_lookup.corpus(size)
    pairs = [Pair("en", "fr", text.text, f"[fr] {text.text}", text.links) for text in texts]
    limits = Limits(size=2**30, entries=10**9)
    data = write_tmx("en", pairs)
    return [
        (
            f"write {size:,} pairs, {len(data) / 2**20:.0f} MiB",
            _cpu(lambda: write_tmx("en", pairs)),
        ),
        (
            f"read {size:,} pairs",
            _cpu(lambda: read_tmx(data, languages=("en", "fr"), limits=limits)),
        ),
    ]


def hostile() -> list[tuple[str, float]]:
    """CPU seconds of refusing each hostile file of the tests, the slowest first."""

    def refuse(text: str) -> None:
        try:
            read_tmx(text.encode(), languages=("en", "fr"))
        except Problem:
            return

    found = [(name, _cpu(lambda text=text: refuse(text))) for name, (text, _) in HOSTILE.items()]  # type: ignore[misc]
    return sorted(found, key=lambda row: -row[1])


def aims(figures: Figures, refusals: Sequence[tuple[str, float]]) -> list[tuple[str, str, bool]]:
    """Each aim with what was measured and whether it was reached."""
    rows = []
    for (name, size), found in figures.items():
        share = found["best"] / found["truths"]
        rows.append((f"{name}, {size:,}: best found >= {RECALL:.0%}", f"{share:.1%}",
                     share >= RECALL))  # fmt: skip
        if size >= 100_000:
            ratio = found["median"] / found["brute"]
            rows.append((f"{name}, {size:,}: median <= {OF_BRUTE}x brute force", f"{ratio:.2f}x",
                         ratio <= OF_BRUTE))  # fmt: skip
    slowest = refusals[0][1]
    rows.append((f"hostile TMX: <= {HOSTILE_SECONDS:.0f} s each", f"{slowest:.2f} s",
                 slowest <= HOSTILE_SECONDS))  # fmt: skip
    return rows


def main(argv: Sequence[str] = ()) -> None:
    """Measure and print."""
    options = arguments(argv or sys.argv[1:])
    started = time.perf_counter()
    sizes = [10_000] if options.quick else [10_000, 100_000]
    figures = look_ups([*sizes, *([1_000_000] if options.slow else [])])
    print(show(figures))
    out_and_in = files(sizes[0])
    print("\n" + table(["TMX", "CPU s"], [(what, f"{cpu:.2f}") for what, cpu in out_and_in]))
    refusals = hostile()
    slowest = [(what, f"{cpu:.2f}") for what, cpu in refusals[:5]]
    print("\n" + table(["the costliest hostile files", "CPU s"], slowest))
    reached = aims(figures, refusals)
    words = [(name, found, "reached" if ok else "NOT REACHED") for name, found, ok in reached]
    print("\n" + table(["aim", "measured", ""], words))
    if options.json:
        whole = {
            "look-ups": [[*key, value] for key, value in figures.items()],
            "tmx": out_and_in,
            "hostile": refusals,
        }
        options.json.write_text(json.dumps(whole, indent=1), encoding="utf-8")
    print(f"\n{time.perf_counter() - started:.0f} s in all")


if __name__ == "__main__":
    main()
