"""What a reader set aside on the import screen, and how its author takes it into the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.workbench.structure import LEVELS, Offer
from workflows.problems import N_
from workflows.sources import Furniture, Source
from workflows.sources.corrections import Correction
from workflows.sources.keeping import DROPPED, KEEP

PIECE = N_("Take it into the text")
HEADING = N_("Take it into the text as a heading %(level)s")
PASSAGE = N_("Take the whole passage into the text")
MAX_OFFERED = 500
"""Pieces with buttons."""


@dataclass(frozen=True)
class Aside:
    """A line that is set aside."""

    number: int
    """1-based position among the pieces as read; 0 for what the author has dropped."""
    piece: Furniture
    offers: tuple[Offer, ...] = ()


def asides(read: Source, now: Source, corrections: Sequence[Correction]) -> list[Aside]:
    """What is set aside ``now``, in the order of the file, with what can be taken back.

    A text that the author has dropped is taken back where the corrections are listed.
    """
    taken: set[int] = set()
    for one in corrections:
        if one.verb == KEEP:
            taken.update(range(one.number, (one.at or one.number) + 1))
    found = [each for each in _as_read(read) if each.number not in taken]
    found += [Aside(0, piece) for piece in now.furniture if piece.reason == DROPPED]
    return sorted(found, key=lambda each: each.piece.line)


def _as_read(read: Source) -> Iterator[Aside]:
    numbered = enumerate(read.furniture, 1)
    for _passage, group in groupby(numbered, key=lambda each: (each[1].before, each[1].reason)):
        pieces = list(group)
        last = pieces[-1][0]
        for place, (number, piece) in enumerate(pieces):
            whole = number < last and not place
            yield Aside(number, piece, tuple(_offers(number, piece, last if whole else 0)))


def _offers(number: int, piece: Furniture, last: int) -> Iterator[Offer]:
    # What an image says is no text that somebody wrote for readers of this page.
    if number > MAX_OFFERED or piece.reason == "image":
        return
    if last:
        yield Offer(Correction(number, KEEP, at=last), PASSAGE)
    yield Offer(Correction(number, KEEP), PIECE)
    for level in LEVELS:
        yield Offer(Correction(number, KEEP, level), HEADING)
