"""The values of alignment: what became of each segment between two revisions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from workflows.problems import N_, Problem


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
    """The same source, in the same order."""
    MOVED = "moved"
    """The same source in another place."""
    EDITED = "edited"
    """Another source for the same key, wherever it stands."""
    SPLIT = "split"
    """One segment became several."""
    MERGED = "merged"
    """Several segments became one."""
    ADDED = "added"
    REMOVED = "removed"


EXACT = frozenset({Change.KEPT, Change.MOVED})


@dataclass(frozen=True)
class Match:
    """One row of an alignment; indices are 0-based and ascending.

    Kept, moved and edited have one old and one new; split one old and several new ones; merged
    several old ones and one new; added none and one; removed one and none.
    """

    change: Change
    old: tuple[int, ...]
    new: tuple[int, ...]
    score: float
    """Likeness of the texts from 0 to 1, those of a split or merge joined; 1 when they are equal,
    0 for added and removed."""


class PairingMisfit(Problem):
    code: ClassVar[str] = "pairing-misfit"
    what: ClassVar[str] = N_(
        "Segment {number} can't continue the old segments {old}: "
        "one of them is split or merged in another way."
    )
    mend: ClassVar[str] = N_(
        "Let a segment continue several old ones, or several continue one, but not both."
    )


Sources = Mapping[int, Collection[int]]
"""For a new segment the old ones that it continues."""


def joined(segments: Sequence[Alignable], numbers: Collection[int]) -> str:
    """The texts of some segments one after the other, as one text to compare with."""
    return " ".join(segments[number].text for number in numbers)
