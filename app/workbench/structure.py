"""The structure of a source on the import screen: its texts, and what its author may mend."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise

from workflows.problems import N_
from workflows.segments import plain
from workflows.sources import Block, Kind, Source, walk
from workflows.sources.corrections import VERBS, Correction, corrected
from workflows.sources.cutting import cut
from workflows.sources.keeping import KEEP
from workflows.sources.labels import front, taken
from workflows.sources.tagged import scan

LEVELS = (2, 3, 4)
HEADING = N_("Make it a heading %(level)s")
PARAGRAPH = N_("Make it a paragraph")
JOIN = N_("Join it with the next paragraph")
LABEL = N_("Take the number in front out of the text")
UNLABEL = N_("Put the number in front back into the text")
DROP = N_("Drop it from the document")
MAX_POINTS = 14
"""Places for a cut that are offered after words, and as many after sentences."""
SHOWN = 48
"""Signs of a text that are shown on each side of a cut."""
DEEPEST = 4
"""Steps by which texts in lists are set in; what is deeper stays there."""

_NUMBERING = frozenset(("label", "unlabel"))
_CODE = re.compile(rf"([0-9]{{1,6}}):({'|'.join(VERBS)}):([0-9]):([0-9]{{1,6}})")
_DENSE = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
# Where a word begins: after white space, and at each sign of a script without spaces.
_WORDS = re.compile(rf"(?<=\s)(?=\S)|(?<=[{_DENSE}\u3002\uff01\uff1f\uff1a])(?=[{_DENSE}\w])")
_SENTENCES = re.compile(r"(?<=[.!?:\u061f\u06d4\u0964])\s+(?=\S)|(?<=[\u3002\uff01\uff1f])(?=\S)")


@dataclass(frozen=True)
class Text:
    """One text of the corrected source, and where it comes from."""

    number: int
    """1-based position in the file as read, the title first; 0 for a title that was typed and for
    what had been set aside."""
    part: int
    """1, or which part of the text it is when that was cut."""
    block: Block
    title: bool = False
    top: bool = False
    """Not within a list, table or quotation."""
    depth: int = 0
    """Containers it stands in."""
    joins: bool = False
    """A paragraph follows that it could take in."""
    holds: bool = False
    """Other texts hang on it."""

    @property
    def id(self) -> str:
        """The name of the text in the form; the same before and after other corrections."""
        return f"{self.number}-{self.part}"

    @property
    def level(self) -> int:
        """Of a heading; else 0."""
        return self.block.level if self.block.kind is Kind.HEADING else 0

    @property
    def indent(self) -> int:
        """The step by which it is set in."""
        return min(self.depth, DEEPEST)


@dataclass(frozen=True)
class Offer:
    """A correction that a button makes."""

    correction: Correction
    label: str
    """A message id; may hold ``%(level)s``."""

    @property
    def code(self) -> str:
        """The value of the button."""
        return code(self.correction)


@dataclass(frozen=True)
class Point:
    """A place where a text can be cut."""

    at: int
    before: str
    after: str


SAID = {
    "heading": N_("Made a heading of level %(level)s:"),
    "paragraph": N_("Made a paragraph:"),
    "drop": N_("Set aside:"),
    "label": N_("Number taken out of the text:"),
    "unlabel": N_("Number put back into the text:"),
    "join": N_("Joined with the paragraph after it:"),
    "split": N_("Cut in two:"),
    "keep": N_("Taken into the text:"),
    "keep-heading": N_("Taken into the text as a heading of level %(level)s:"),
    "split-heading": N_("Cut in two, the first part a heading of level %(level)s:"),
}
"""What a correction did, as a message id."""


@dataclass(frozen=True)
class Mended:
    """A correction that was made, to be shown and taken back."""

    correction: Correction
    text: str
    after: str = ""
    """The second part of a text that was cut."""

    @property
    def said(self) -> str:
        """What was done, as a message id with ``%(level)s``."""
        verb, level = self.correction.verb, self.correction.level
        return SAID[f"{verb}-heading" if verb in ("split", KEEP) and level else verb]

    @property
    def code(self) -> str:
        """The value of the button that takes it back."""
        return code(self.correction)


def code(correction: Correction) -> str:
    """A correction as the value of a button."""
    return f"{correction.number}:{correction.verb}:{correction.level}:{correction.at}"


def decoded(value: str) -> Correction | None:
    """The twin of ``code``; None for anything else."""
    if match := _CODE.fullmatch(value):
        return Correction(int(match[1]), match[2], int(match[3]), int(match[4]))
    return None


class Structure:
    """A source as read, and what its author makes of it."""

    def __init__(self, read: Source) -> None:
        self.read = read
        title = (Block(Kind.PARAGRAPH, read.title),) if read.title else ()
        self.originals = (*title, *(b for b in walk(read.blocks) if b.text is not None))
        numbers = count(len(title) + 1)
        # A line that is the number of the text survives every correction; what was set aside has
        # none, also when it is taken back.
        blocks = tuple(_numbered(block, numbers) for block in read.blocks)
        aside = tuple(replace(piece, line=0) for piece in read.furniture)
        self._numbered = replace(read, blocks=blocks, furniture=aside, problems=())

    def corrected(self, corrections: Sequence[Correction]) -> Source:
        """The source with the corrections made; raises CorrectionMisfit and EmptyDocument."""
        return corrected(self.read, corrections)

    def texts(self, corrections: Sequence[Correction], *, titled: bool) -> tuple[Text, ...]:
        """The texts of the corrected source in order; ``titled`` when it has a title in the end."""
        source = corrected(self._numbered, corrections)
        texts: list[Text] = []
        if titled:
            number = 1 if source.title else 0
            texts.append(Text(number, 1, Block(Kind.HEADING, source.title), title=True))
        texts += _walk(source.blocks, 0)
        parts: Counter[int] = Counter()
        for place, text in enumerate(texts):
            parts[text.number] += 1
            texts[place] = replace(text, part=parts[text.number])
        return tuple(texts)

    def original(self, number: int) -> Block | None:
        """The text with this number as it was read."""
        return self.originals[number - 1] if 1 <= number <= len(self.originals) else None

    def mended(self, corrections: Sequence[Correction]) -> list[Mended]:
        """The corrections in the order of their texts, then what was taken back."""
        shown: list[Mended] = []
        order = sorted(corrections, key=lambda one: (one.verb == KEEP, one.number, one.at))
        for correction in order:
            if correction.verb == KEEP:
                shown.append(Mended(correction, _head(self._pieces(correction))))
                continue
            block = self.original(correction.number)
            text = plain(block.text or "") if block else ""
            if correction.verb == "split":
                before, after = text[: correction.at], text[correction.at :]
                shown.append(Mended(correction, _tail(before), _head(after)))
            else:
                shown.append(Mended(correction, _head(text)))
        return shown

    def _pieces(self, correction: Correction) -> str:
        last = correction.at or correction.number
        pieces = self.read.furniture[correction.number - 1 : last]
        return " ".join(piece.text for piece in pieces[:SHOWN])

    def added(self, corrections: Sequence[Correction], new: Correction) -> tuple[Correction, ...]:
        """The corrections with one more, which takes the place of those it contradicts."""
        if new.verb == KEEP:
            return (*(one for one in corrections if not _overlap(new, one)), new)
        others = [one for one in corrections if not _same_text(new, one)]
        own = [one for one in corrections if _same_text(new, one) and not _replaces(new, one)]
        if new.verb == "split" and new.level:
            # Only the first part can be the heading.
            own = [replace(one, level=0) if one.verb == "split" else one for one in own]
        # Taking a number out and putting it back again are no correction at all.
        toggled = new.verb in _NUMBERING and any(
            one.number == new.number and one.verb in _NUMBERING for one in corrections
        )
        if not toggled and not self._changes_nothing(new):
            own.append(new)
        return (*others, *own)

    def _changes_nothing(self, new: Correction) -> bool:
        block = self.original(new.number)
        if block is None or (new.number == 1 and self.read.title):
            return False
        if new.verb == "paragraph":
            return block.kind is Kind.PARAGRAPH
        return new.verb == "heading" and block.kind is Kind.HEADING and block.level == new.level

    def offers(self, text: Text, corrections: Sequence[Correction]) -> list[Offer]:
        """The corrections that can be made of a text, apart from cutting it."""
        made = [one for one in corrections if one.number == text.number and one.verb != KEEP]
        own = {one.verb for one in made}
        if "split" in own:
            if _taken(text.number, corrections):
                return []
            return self._offers_of_part(text, min(one.at for one in made))
        if not text.number:
            return []
        offers: list[Offer] = []
        movable = text.title or (text.top and text.block.kind in (Kind.HEADING, Kind.PARAGRAPH))
        if movable and "join" not in own:
            offers += [
                Offer(Correction(text.number, "heading", level), HEADING)
                for level in LEVELS
                if text.title or text.level != level
            ]
            if text.title or text.level:
                offers.append(Offer(Correction(text.number, "paragraph"), PARAGRAPH))
        if text.joins and not own & {"heading", "drop"}:
            last = _last_joined(text.number, corrections)
            if not any(one.number == last and one.verb == "split" for one in corrections):
                offers.append(Offer(Correction(last, "join"), JOIN))
        offers += _numbering(text)
        if text.block.kind is not Kind.CELL and not text.holds and "join" not in own:
            offers.append(Offer(Correction(text.number, "drop"), DROP))
        return offers

    def _offers_of_part(self, text: Text, at: int) -> list[Offer]:
        """What can be made of the first part of a text that was cut, first at ``at``."""
        if text.part > 1 or not text.top:
            return []
        offers = [
            Offer(Correction(text.number, "split", level, at), HEADING)
            for level in LEVELS
            if text.level != level
        ]
        block = self.original(text.number)
        if text.level and block is not None and block.kind is Kind.PARAGRAPH:
            offers.append(Offer(Correction(text.number, "split", at=at), PARAGRAPH))
        return offers

    def can_cut(self, text: Text, corrections: Sequence[Correction]) -> bool:
        """Whether a text can be cut in two."""
        block = self.original(text.number)
        own = {one.verb for one in corrections if one.number == text.number} - {KEEP}
        return (
            block is not None
            and not text.title
            and text.block.kind in (Kind.HEADING, Kind.PARAGRAPH)
            and block.kind in (Kind.HEADING, Kind.PARAGRAPH)
            and not (text.number == 1 and self.read.title)
            and own <= {"split", "heading"}
            and not ("split" in own and _taken(text.number, corrections))
            and bool(self.points(text, corrections))
        )

    def points(self, text: Text, corrections: Sequence[Correction]) -> list[Point]:
        """Where a text, or a part of one, can be cut: after its first words, and its sentences."""
        block = self.original(text.number)
        if block is None or block.text is None:
            return []
        cuts = [one for one in corrections if one.number == text.number and one.verb == "split"]
        edges = [0, *sorted(one.at for one in cuts), len(plain(block.text))]
        start, end = edges[text.part - 1], edges[text.part]
        whole, pieces = plain(block.text), list(scan(block.text))
        chosen: set[int] = set()
        for pattern in (_WORDS, _SENTENCES):
            places = (m.end() for m in pattern.finditer(whole, start + 1, end))
            fit = (at for at in places if cut(pieces, at) is not None)
            chosen.update(at for at, _ in zip(fit, range(MAX_POINTS), strict=False))
        return [Point(at, _tail(whole[start:at]), _head(whole[at:end])) for at in sorted(chosen)]


def _numbering(text: Text) -> list[Offer]:
    """The corrections of the number in front of a text."""
    block = text.block
    if block.label:
        return [Offer(Correction(text.number, "unlabel"), UNLABEL)]
    fits = block.kind in (Kind.HEADING, Kind.PARAGRAPH) and not text.title
    found = front(block.text) if fits else None
    return [Offer(Correction(text.number, "label"), LABEL)] if found and taken(block, found) else []


def _numbered(block: Block, numbers: Iterator[int]) -> Block:
    line = next(numbers) if block.text is not None else 0
    return replace(
        block, line=line, children=tuple(_numbered(child, numbers) for child in block.children)
    )


def _walk(blocks: tuple[Block, ...], depth: int) -> Iterator[Text]:
    for block, after in pairwise((*blocks, None)):
        assert block is not None
        if block.text is not None:
            below = block.children
            item = block.kind is Kind.ITEM
            follows = (below[0] if below else None) if item else after
            yield Text(
                block.line,
                1,
                block,
                top=depth == 0,
                depth=depth,
                joins=(item or block.kind is Kind.PARAGRAPH)
                and block.line > 0
                and follows is not None
                and follows.kind is Kind.PARAGRAPH
                and follows.line > 0,
                holds=any(child.text is not None for child in walk(below)),
            )
        # A list and its items are one step, a table with its rows and cells too.
        step = block.kind in (Kind.LIST, Kind.TABLE, Kind.QUOTE)
        yield from _walk(block.children, depth + step)


def _same_text(new: Correction, old: Correction) -> bool:
    return new.number == old.number and old.verb != KEEP


def _overlap(new: Correction, old: Correction) -> bool:
    """Whether two corrections take the same piece back."""
    first, last = max(new.number, old.number), min(new.at or new.number, old.at or old.number)
    return old.verb == KEEP and first <= last


def _replaces(new: Correction, old: Correction) -> bool:
    """Whether a correction of a text takes the place of another one of the same text."""
    if old.verb in _NUMBERING:
        return new.verb != "join"
    if new.verb in _NUMBERING:
        return False
    if new.verb == "split":
        return old.verb == "heading" or (old.verb == "split" and old.at == new.at)
    if new.verb == "join":
        return old.verb == "join"
    return old.verb in ("heading", "paragraph", "drop")


def _last_joined(number: int, corrections: Sequence[Correction]) -> int:
    """The number of the last paragraph that a text has taken in, or its own."""
    joins = {one.number for one in corrections if one.verb == "join"}
    dropped = {one.number for one in corrections if one.verb == "drop"}
    while number in joins:
        number += 1
        while number in dropped:
            number += 1
    return number


def _taken(number: int, corrections: Sequence[Correction]) -> bool:
    """Whether a text was joined to one before it; of one that was cut, its first part."""
    joins = (one.number for one in corrections if one.verb == "join" and one.number < number)
    return any(_last_joined(join, corrections) == number for join in joins)


def _head(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rstrip()}…"


def _tail(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"…{text[1 - SHOWN :].lstrip()}"
