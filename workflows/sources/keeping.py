"""What a reader set aside and the author takes back: where in the document it comes to stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workflows.problems import Problem
from workflows.sources.blocks import Block, Furniture, Kind, Source, walk
from workflows.sources.decoding import balanced
from workflows.sources.labels import labelled
from workflows.sources.losses import PassageSetAside
from workflows.sources.reasons import HiddenTextSetAside, PolicyFound
from workflows.sources.tagged import escape, plain

KEEP = "keep"
"""The verb of the correction."""
MAX_TEXT = 64 * 1024
DROPPED = "dropped"
"""The reason of the furniture that an author has made."""


@dataclass(frozen=True)
class Kept:
    """The pieces of furniture that are taken back."""

    blocks: dict[int, list[Block]]
    """New blocks by the place, among the blocks of the source, in front of which they stand."""
    furniture: tuple[Furniture, ...]
    """What is still set aside."""
    taken: tuple[Furniture, ...]

    def advice(self, problems: list[Problem], unit: str) -> list[Problem]:
        """The advice on the source without that on what is no longer set aside."""
        if not self.taken:
            return problems
        places = {f"{unit} {piece.line}" for piece in self.taken}
        left = sum(piece.reason not in ("image", DROPPED) for piece in self.furniture)
        kept: list[Problem] = []
        for one in problems:
            if isinstance(one, PolicyFound):
                kept += [PolicyFound(one.place, count=left)] if left else []
            elif one.place not in places or not isinstance(
                one, (HiddenTextSetAside, PassageSetAside)
            ):
                kept.append(one)
        return kept


def pieces_of(source: Source, number: int, last: int, level: int) -> dict[int, int]:
    """The pieces of a passage by number, each with the level it gets; {} where that can't be.

    ``number`` is that of the first; ``last`` and ``level`` are those of the correction.
    """
    last = last or number
    fit = 1 <= number <= last <= len(source.furniture)
    if not fit or level not in (0, 2, 3, 4, 5, 6) or (level and last != number):
        return {}
    pieces = source.furniture[number - 1 : last]
    if not all(map(_can_be_text, pieces)):
        return {}
    return {n: level or piece.level for n, piece in enumerate(pieces, number)}


def _can_be_text(piece: Furniture) -> bool:
    text = _tagged(piece)
    return bool(plain(text).strip()) and balanced(text) and len(text) <= MAX_TEXT


def _tagged(piece: Furniture) -> str:
    return escape(piece.text, placeholders=True)


def taken_back(source: Source, levels: dict[int, int]) -> Kept:
    """The pieces with these numbers as headings of a level, or paragraphs for level 0.

    A piece stands where it stood in the file; one from within a list, table or quotation after it.
    """
    if not levels:
        return Kept({}, source.furniture, ())
    found: dict[int, list[Block]] = {}
    places = _places(source.blocks)
    pieces = source.furniture
    for number in sorted(levels):
        piece, level = pieces[number - 1], levels[number]
        place = places[min(max(0, piece.before), len(places) - 1)]
        block = Block(Kind.PARAGRAPH, _tagged(piece), line=piece.line)
        if level:
            block = labelled(replace(block, kind=Kind.HEADING, level=level))
        found.setdefault(place, []).append(block)
    left = tuple(piece for n, piece in enumerate(pieces, 1) if n not in levels)
    return Kept(found, left, tuple(pieces[number - 1] for number in sorted(levels)))


def _places(blocks: Sequence[Block]) -> list[int]:
    """By how many texts stand in front: the block in front of which something comes to stand."""
    places: list[int] = []
    for at, block in enumerate(blocks):
        count = sum(1 for _text in _texts(block))
        # In front of its first text is in front of the block.
        places += [at, *[at + 1] * (count - 1)] if count else []
    return [*places, len(blocks)]


def _texts(block: Block) -> Iterator[Block]:
    return (one for one in walk((block,)) if one.text is not None)
