"""Aligning a new revision with the old one, so that keys travel with their texts.

Exact texts come first, in order and then anywhere (a moved paragraph keeps its key); what remains
is paired by similarity inside the gap it stands in. A pair by similarity is *edited*: it carries
the key, never the review, since a review covers one exact source.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from rapidfuzz.distance import Indel, LCSseq

SIMILAR = 0.6


class Alignable(Protocol):
    """What alignment needs of a segment."""

    @property
    def text(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def role(self) -> str: ...


class Change(StrEnum):
    """What became of a segment between two revisions."""

    KEPT = "kept"
    MOVED = "moved"
    EDITED = "edited"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Pair:
    """One row of an alignment; ``old`` and ``new`` are 0-based indices, None for none."""

    change: Change
    old: int | None
    new: int | None
    score: float
    """Similarity of the two texts from 0 to 1; 1 for kept and moved, 0 for added and removed."""


def align(old: Sequence[Alignable], new: Sequence[Alignable]) -> tuple[Pair, ...]:
    """Pair the segments of two revisions, one to one; ordered by the new, removed ones last.

    Deterministic; near linear while most segments are unchanged.
    """
    pairs = _kept(old, new)
    _moved(old, new, pairs)
    _edited(old, new, pairs)
    rows = []
    for index in range(len(new)):
        rows.append(pairs.get(index) or Pair(Change.ADDED, None, index, 0.0))
    taken = {pair.old for pair in pairs.values()}
    rows += [Pair(Change.REMOVED, i, None, 0.0) for i in range(len(old)) if i not in taken]
    return tuple(rows)


def _kept(old: Sequence[Alignable], new: Sequence[Alignable]) -> dict[int, Pair]:
    # The longest common subsequence, on numbers: digests are compared once, when they are numbered.
    numbers: dict[str, int] = {}
    before, after = (
        [numbers.setdefault(segment.digest, len(numbers)) for segment in segments]
        for segments in (old, new)
    )
    return {
        block.b + i: Pair(Change.KEPT, block.a + i, block.b + i, 1.0)
        for block in LCSseq.editops(before, after).as_matching_blocks()
        for i in range(block.size)
    }


def _moved(old: Sequence[Alignable], new: Sequence[Alignable], pairs: dict[int, Pair]) -> None:
    taken = {pair.old for pair in pairs.values()}
    homeless: dict[str, deque[int]] = defaultdict(deque)
    for index, segment in enumerate(old):
        if index not in taken:
            homeless[segment.digest].append(index)
    for index, segment in enumerate(new):
        if index not in pairs and homeless[segment.digest]:
            pairs[index] = Pair(Change.MOVED, homeless[segment.digest].popleft(), index, 1.0)


def _gaps(old_count: int, new_count: int, pairs: dict[int, Pair]) -> list[tuple[range, range]]:
    kept = sorted(
        (pair.old, pair.new)
        for pair in pairs.values()
        if pair.change is Change.KEPT and pair.old is not None and pair.new is not None
    )
    gaps, last_old, last_new = [], -1, -1
    for anchor_old, anchor_new in [*kept, (old_count, new_count)]:
        gaps.append((range(last_old + 1, anchor_old), range(last_new + 1, anchor_new)))
        last_old, last_new = anchor_old, anchor_new
    return gaps


def _edited(old: Sequence[Alignable], new: Sequence[Alignable], pairs: dict[int, Pair]) -> None:
    taken = {pair.old for pair in pairs.values()}
    for old_range, new_range in _gaps(len(old), len(new), pairs):
        free_old = [i for i in old_range if i not in taken]
        free_new = [j for j in new_range if j not in pairs]
        scored = sorted(
            (
                (-score, abs(i - j), i, j)
                for i in free_old
                for j in free_new
                if old[i].role == new[j].role
                and (score := _similarity(old[i].text, new[j].text)) >= SIMILAR
            ),
        )
        for negative, _distance, i, j in scored:
            if i not in taken and j not in pairs:
                pairs[j] = Pair(Change.EDITED, i, j, -negative)
                taken.add(i)


def _similarity(old: str, new: str) -> float:
    # With the cutoff most pairs of a rewritten document are told apart at a glance.
    return Indel.normalized_similarity(old, new, score_cutoff=SIMILAR)
