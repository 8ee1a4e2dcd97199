"""Plain text to blocks: numbered sections, lists by their numbers, what stands around the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from workflows.sources import furniture
from workflows.sources.blocks import Block, Kind
from workflows.sources.guesses import ItemGuessed, SectionGuessed
from workflows.sources.labels import ROMAN, label_of
from workflows.sources.lines import Line, Marker, logical_lines
from workflows.sources.markdown import Reading
from workflows.sources.numbered import settled
from workflows.sources.reasons import (
    HeadingGuessed,
    NoTitle,
    NumberedParagraph,
    PerhapsHeading,
    TitleGuessed,
)
from workflows.sources.runins import cut
from workflows.sources.tagged import escape, words

MAX_DEPTH = 6
"""Lists in lists; a deeper one starts again at the top."""


@dataclass
class _Item:
    text: str
    line: int
    label: str = ""
    children: list[Block] = field(default_factory=list)


@dataclass
class _List:
    """A list that may go on."""

    style: str
    delimiter: str
    start: int
    indent: int
    line: int
    items: list[_Item] = field(default_factory=list)

    def goes_on(self, marker: Marker) -> bool:
        """True when the marker is the next of this list."""
        if (marker.style, marker.delimiter) != (self.style, self.delimiter):
            return False
        return not self.style or marker.number == self.start + len(self.items)

    def block(self) -> Block:
        """The finished list."""
        items = tuple(
            Block(
                Kind.ITEM,
                item.text,
                children=tuple(item.children),
                line=item.line,
                label=item.label,
            )
            for item in self.items
        )
        ordered = bool(self.style)
        return Block(
            Kind.LIST,
            children=items,
            ordered=ordered,
            style="1" if self.style == "i" else self.style,
            start=self.start if ordered else 1,
            line=self.line,
        )


def read_plain(text: str) -> Reading:
    """Read plain text. Raises nothing; what is guessed is said in ``problems``.

    "1." and "2.1" begin sections: headings of level 2 and 3. "1)", "a)" and bullets are lists,
    which blank lines do not end; a paragraph does, and an "a)" list after it is its own. "(i)"
    begins one where "(ii)" follows, whose items keep these numbers as labels.
    """
    reading = Reading()
    title, only, above, lines = furniture.top(logical_lines(text))
    below, lines = furniture.bottom(lines)
    reading.furniture = [*above, *below]
    if title:
        reading.title = _tagged(title.text)
        if not only:
            reading.problems.append(TitleGuessed(f"line {title.number}", title=title.text))
    else:
        reading.problems.append(NoTitle())
    reader = _Reader(reading, lines)
    for number, line in enumerate(lines):
        reader.take(line, lines[number + 1] if number + 1 < len(lines) else None)
    reader.close_lists(0)
    reading.blocks, _moved = settled(reader.blocks, reading.problems)
    return reading


def _tagged(literal: str) -> str:
    return escape(literal, placeholders=True)


class _Reader:
    """Takes the lines in order; knows the section it is in and the lists that may go on."""

    def __init__(self, reading: Reading, lines: Sequence[Line]) -> None:
        self.problems = reading.problems
        self.last = {line.marker.label: line.number for line in lines if line.marker}
        """The last line that begins with each number."""
        self.blocks: list[Block] = []
        self.lists: list[_List] = []
        self.section = 0

    def take(self, line: Line, after: Line | None) -> None:
        """Take one logical line; ``after`` is the one that follows."""
        marker = self._roman(line.marker, after) if line.marker else None
        if marker and self._is_section(line, marker, after):
            self._section(line, marker)
        elif marker and self._listable(marker):
            self._item(line, marker)
        else:
            self._paragraph(line, after)

    def _roman(self, marker: Marker, after: Line | None) -> Marker:
        """Read "(i)" as a number where "(ii)" follows or a list by such numbers goes on."""
        if marker.style == "1" or marker.label not in ROMAN:
            return marker
        found = replace(marker, style="i", number=ROMAN[marker.label])
        begins = after is not None and after.marker is not None and after.marker.label == "ii"
        opens = marker.label == "i" and begins
        return found if opens or any(held.goes_on(found) for held in self.lists) else marker

    def _is_section(self, line: Line, marker: Marker, after: Line | None) -> bool:
        """Tell the number of a section from that of a list item with the same form."""
        if marker.delimiter != ".":
            return False
        if not marker.number:
            # "3.5 million people" is no section: its first part must be the section we are in.
            return marker.label.split(".")[0] == str(self.section) and not marker.rest[0].islower()
        if marker.number <= self.section:
            return False
        if marker.number > self.section + 1 and cut(marker.rest) is None:
            return False
        if any(held.goes_on(marker) for held in self.lists):
            return line.gap and cut(marker.rest) is not None and self._leaves_list(line, marker)
        return not _begins_list(marker, after)

    def _leaves_list(self, line: Line, marker: Marker) -> bool:
        """Tell a section from the next item of a list with blank lines; says what was guessed."""
        held = next(held for held in self.lists if held.goes_on(marker))
        small = marker.rest[0].islower()
        smalls = all(item.text[:1].islower() for item in held.items)
        item = small or (not smalls and self.last[marker.label] > line.number)
        guessed = ItemGuessed if item else SectionGuessed
        self.problems.append(
            guessed(f"line {line.number}", number=marker.label, text=marker.rest[:80])
        )
        return not item

    def _section(self, line: Line, marker: Marker) -> None:
        self.close_lists(0)
        if marker.number:
            self.section = marker.number
        found = cut(marker.rest)
        place = f"line {line.number}"
        if found is None:
            self.problems.append(NumberedParagraph(place, number=marker.label))
            block = Block(Kind.PARAGRAPH, _tagged(line.text), line=line.number)
            if marker.number:
                # The sections count on with it; of "1.1" the texts around it have to say so.
                block = replace(block, text=_tagged(marker.rest), label=marker.label)
            self.blocks.append(block)
            return
        level = min(6, 2 + marker.label.count("."))
        heading = _tagged(found.heading)
        self.blocks.append(
            Block(Kind.HEADING, heading, level=level, line=line.number, label=marker.label)
        )
        if found.text:
            self.blocks.append(Block(Kind.PARAGRAPH, _tagged(found.text), line=line.number))
        if not found.sure:
            rest = " ".join(found.text.split(" ")[:6])
            self.problems.append(HeadingGuessed(place, heading=found.heading, rest=f"{rest} …"))

    def _listable(self, marker: Marker) -> bool:
        """A letter begins a list only as "a)": "i)" may be a Roman number."""
        if marker.style == "1":
            return marker.number > 0
        return (
            marker.number == 1
            or not marker.style
            or any(held.goes_on(marker) for held in self.lists)
        )

    def _item(self, line: Line, marker: Marker) -> None:
        deeper = bool(self.lists) and line.indent > self.lists[-1].indent + 1
        item = _Item(_tagged(marker.rest), line.number)
        if marker.style == "i":
            item.label = label_of(line.text[: -len(marker.rest)])
        for depth in range(len(self.lists), 0, -1):
            held = self.lists[depth - 1]
            # Bullets have no number to tell their list by, only their indent.
            fits = marker.style or (not deeper and held.indent <= line.indent + 1)
            if held.goes_on(marker) and fits:
                self.close_lists(depth)
                held.items.append(item)
                return
        if not (self.lists and self._nests(marker, deeper=deeper)):
            self.close_lists(0)
        start = marker.number or 1
        self.lists.append(
            _List(marker.style, marker.delimiter, start, line.indent, line.number, [item])
        )

    def _nests(self, marker: Marker, *, deeper: bool) -> bool:
        if len(self.lists) >= MAX_DEPTH:
            return False
        inner = self.lists[-1]
        lettered = (inner.style, marker.style) in (("1", "a"), ("1", "i"), ("a", "i"))
        return deeper or lettered or inner.items[-1].text.endswith((":", "："))

    def _paragraph(self, line: Line, after: Line | None) -> None:
        text = _tagged(line.text)
        block = Block(Kind.PARAGRAPH, text, line=line.number)
        if self.lists and line.indent > self.lists[0].indent:
            depth = max(n for n, held in enumerate(self.lists, 1) if line.indent > held.indent)
            self.close_lists(depth)
            self.lists[-1].items[-1].children.append(block)
            return
        self.close_lists(0)
        self.blocks.append(block)
        alone = line.gap and after is not None and after.gap and not line.marked
        bare = text[0].isupper() and text[-1].isalnum()
        if alone and bare and words(text) <= 8:
            self.problems.append(PerhapsHeading(f"line {line.number}", text=line.text))

    def close_lists(self, depth: int) -> None:
        """End the lists that are deeper than ``depth``."""
        while len(self.lists) > depth:
            block = self.lists.pop().block()
            if self.lists:
                self.lists[-1].items[-1].children.append(block)
            else:
                self.blocks.append(block)


def _begins_list(marker: Marker, after: Line | None) -> bool:
    """True when the next number follows in the very next line: sections have text between."""
    if after is None or after.gap or after.marker is None:
        return False
    following: Sequence[object] = (after.marker.delimiter, after.marker.number)
    return following == (marker.delimiter, marker.number + 1)
