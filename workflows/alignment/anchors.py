"""Exact matches: the frame of an alignment.

Texts that stand exactly once in both revisions are anchors, as far as they keep their order
(patience diff, Bram Cohen); between two anchors the longest common subsequence places the texts
that repeat. What is equal and out of order has moved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from rapidfuzz.distance import LCSseq


def ordered(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest selection of pairs that ascends on both sides; O(n log n).

    ``pairs`` ascend in their first number, and no number stands twice on a side.
    """
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    given = list(pairs)
    for number, (_, new) in enumerate(given):
        at = bisect_left(tails, new)
        before.append(last[at - 1] if at else -1)
        if at == len(tails):
            tails.append(new)
            last.append(number)
        else:
            tails[at], last[at] = new, number
    chain: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        chain.append(given[at])
        at = before[at]
    return chain[::-1]


def exact(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """New index -> old index for equal digests, one to one; near linear."""
    found = _in_order(old, new)
    _moved(old, new, found)
    return found


def _in_order(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    unique = _once(old).keys() & _once(new).keys()
    places = {digest: number for number, digest in enumerate(new) if digest in unique}
    anchors = ordered((i, places[d]) for i, d in enumerate(old) if d in unique)
    found = {j: i for i, j in anchors}
    # Digests are compared once, when they are numbered.
    numbers: dict[str, int] = {}
    before, after = (
        [numbers.setdefault(digest, len(numbers)) for digest in digests] for digests in (old, new)
    )
    frame = [(-1, -1), *anchors, (len(old), len(new))]
    for (i, j), (next_i, next_j) in pairwise(frame):
        if next_i - i > 1 and next_j - j > 1:
            steps = LCSseq.editops(before[i + 1 : next_i], after[j + 1 : next_j])
            for block in steps.as_matching_blocks():
                for k in range(block.size):
                    found[j + 1 + block.b + k] = i + 1 + block.a + k
    return found


def _once(digests: Sequence[str]) -> dict[str, int]:
    return {digest: count for digest, count in Counter(digests).items() if count == 1}


def _moved(old: Sequence[str], new: Sequence[str], found: dict[int, int]) -> None:
    """Pair what is equal and left over: first where a neighbour moved along, then in order."""
    taken = set(found.values())
    homeless: dict[str, list[int]] = defaultdict(list)
    for i, digest in enumerate(old):
        if i not in taken:
            homeless[digest].append(i)
    looking = [j for j in range(len(new)) if j not in found and homeless.get(new[j])]
    counts = Counter(new[j] for j in looking)

    def only(j: int) -> int:
        homes = homeless[new[j]]
        return homes[0] if counts[new[j]] == 1 == len(homes) else -1

    def behind(j: int) -> int:
        return found.get(j - 1, -2) + 1

    def before(j: int) -> int:
        return found.get(j + 1, 0) - 1

    def first(j: int) -> int:
        return next(iter(homeless[new[j]]), -1)

    for home, order in (
        (only, looking),
        (behind, looking),
        (before, looking[::-1]),
        (first, looking),
    ):
        for j in order:
            if j not in found and (i := home(j)) in homeless[new[j]]:
                found[j] = i
                homeless[new[j]].remove(i)


def gaps(found: Mapping[int, int], olds: int, news: int) -> tuple[list[int], list[int]]:
    """The number of the gap each old and each new segment stands in.

    Gaps are what lies between the exact matches that keep their order; an exact match has the
    number of the gap before it.
    """
    frame = set(ordered(sorted((i, j) for j, i in found.items())))
    old_gap, new_gap = [0] * olds, [0] * news
    for numbers, side in ((old_gap, 0), (new_gap, 1)):
        fixed = {pair[side] for pair in frame}
        gap = 0
        for number in range(len(numbers)):
            numbers[number] = gap
            gap += number in fixed
    return old_gap, new_gap
