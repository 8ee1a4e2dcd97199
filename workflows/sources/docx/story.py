"""The paragraphs of one part in the order in which they are read, and what stands between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from workflows.sources.docx.numbering import Number, Numbering
from workflows.sources.docx.package import Package
from workflows.sources.docx.runs import Paragraph, Reader, outermost
from workflows.sources.docx.styles import Styles, flag, value, whole
from workflows.sources.reasons import TooComplex, TooManySegments

MAX_PARAGRAPHS = 20_000
"""Paragraphs with text: the segments a document may have."""
MAX_COLUMNS = 63
"""What Word can do."""

_INDEX = "index"
_FIRST_ROW = 0x20
_SKIPPED = frozenset(("w:sectPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr", "w:sdtPr", "w:pPr"))


@dataclass
class Piece:
    """A paragraph and its place in the structure."""

    paragraph: Paragraph
    level: int = 0
    """Of a heading, 1 to 9; 0 for others."""
    number: Number | None = None
    quote: bool = False
    title: bool = False

    @property
    def blank(self) -> bool:
        """True when there is nothing to see."""
        return not any(span.kind == "note" or span.text.strip() for span in self.paragraph.spans)


@dataclass
class Cell:
    """A cell of a table: what stands in it, and how many columns it takes."""

    items: list[Item]
    columns: int
    merged: bool
    """True when it continues the cell above."""


@dataclass
class Row:
    """A row of a table; ``skipped`` columns before its first cell are left out."""

    cells: list[Cell]
    header: bool
    skipped: int


@dataclass
class Table:
    """A table; ``line`` is the number of its first paragraph."""

    rows: list[Row]
    line: int


Item = Piece | Table


@dataclass
class Story:
    """One part, read."""

    root: Element
    paragraphs: list[Paragraph]
    count: int
    """Paragraphs, with the empty ones."""


def read_story(
    package: Package,
    name: str,
    styles: Styles,
    links: Mapping[str, str],
    *,
    main: bool = False,
    decided: bool = False,
) -> Story:
    """Read a part with paragraphs. Raises what ``parse`` raises, and TooManySegments."""
    collector = _Collector(styles, links)
    try:
        root = package.tree(name, collector.reduce, numbered=main, decided=decided)
    except TooComplex:
        if not collector.over:
            raise
    if collector.over:
        raise TooManySegments(name, count=collector.number, limit=MAX_PARAGRAPHS)
    return Story(root, collector.paragraphs, collector.number)


class _Collector:
    """Takes each paragraph when it is complete, and leaves its index in the tree."""

    def __init__(self, styles: Styles, links: Mapping[str, str]) -> None:
        self._styles = styles
        self._links = links
        self._reader = Reader(styles, links)
        self.paragraphs: list[Paragraph] = []
        self.number = self.texts = 0

    def reduce(self, element: Element) -> None:
        """Read a paragraph and empty its element."""
        self.number += 1
        if len(element):
            self._take(element, self._reader)
        else:
            element.clear()

    def _take(self, element: Element, reader: Reader) -> None:
        if self.over:
            element.clear()
            return
        held = reader.read(element, self.number)
        element.clear()
        self.texts += bool(held.spans)
        numbered = held.ref or self._styles.of(held.style).number
        # An empty paragraph matters when it is counted.
        if not (held.says_something or numbered):
            return
        element.set(_INDEX, str(len(self.paragraphs)))
        self.paragraphs.append(held)
        for box in held.boxes:
            # A text box is a story of its own: the fields around it don't reach into it.
            inside = Reader(self._styles, self._links)
            for inner in list(outermost(box, "w:p")):
                self._take(inner, inside)

    @property
    def over(self) -> bool:
        """True when the document is too long: then paragraphs are only counted."""
        return self.texts > MAX_PARAGRAPHS or len(self.paragraphs) > 2 * MAX_PARAGRAPHS


class Outline:
    """Brings the paragraphs of a document into structure: headings, numbers, tables.

    ``anchors`` has, for each bookmark, the heading it stands in or under; ``contents`` and
    ``embedded`` what was set aside, with the number of the paragraph.
    """

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self._styles = styles
        self._numbering = numbering
        self._waiting: list[str] = []
        self._heading: Piece | None = None
        self._line = 1
        self._paragraphs: list[Paragraph] = []
        self.anchors: dict[str, Piece | None] = {}
        self.contents: list[tuple[int, str]] = []
        self.embedded: list[tuple[int, str]] = []
        self.met: list[Paragraph] = []
        """Every paragraph that was not set aside, in order."""

    def items(self, story: Story, root: Element) -> list[Item]:
        """The pieces and tables below an element of a story, in order. Raises nothing."""
        self._paragraphs = story.paragraphs
        return self._items(root, in_cell=False)

    def _items(self, parent: Element, *, in_cell: bool) -> list[Item]:
        found: list[Item] = []
        for child in parent:
            tag = child.tag
            if tag == "w:p":
                found += self._piece(child, in_cell=in_cell)
            elif tag == "w:tbl":
                found += self._table(child, in_cell=in_cell)
            elif tag == "w:sdt" and _gallery(child) == "Table of Contents":
                self._set_aside(child)
            elif tag == "w:bookmarkStart":
                self._waiting.append(child.get("w:name", ""))
            elif tag == "w:altChunk":
                self.embedded.append((self._line, child.get("r:id", "") or "altChunk"))
            elif tag == "mc:AlternateContent":
                found += self._items(child[0], in_cell=in_cell) if len(child) else []
            elif tag not in _SKIPPED:
                found += self._items(child, in_cell=in_cell)
        return found

    def _piece(self, element: Element, *, in_cell: bool) -> list[Item]:
        index = element.get(_INDEX)
        if index is None:
            return []
        held = self._paragraphs[int(index)]
        self._line = held.number
        self.met.append(held)
        if text := " ".join(held.contents.split()):
            self.contents.append((held.number, text))
        piece = Piece(held)
        facts = self._styles.of(held.style)
        if not in_cell:
            outline = held.outline
            piece.level = facts.level if outline is None else max(0, outline + 1) % 10
            piece.title = facts.title and not piece.level
            piece.quote = facts.quote
        direct, inherited = held.ref, facts.number
        if direct and direct.num is None and inherited:
            direct = type(direct)(inherited.num, direct.level)
        piece.number = self._numbering.next(direct or inherited, held.style)
        if piece.level and not piece.blank:
            self._heading = piece
        for name in (*self._waiting, *held.bookmarks):
            self.anchors.setdefault(name, self._heading)
        self._waiting = []
        boxes = [item for box in held.boxes for item in self._items(box, in_cell=in_cell)]
        return [piece, *boxes]

    def _set_aside(self, parent: Element) -> None:
        """A table of contents as a whole: with its caption, whatever styles it has."""
        for element in parent.iter("w:p"):
            index = element.get(_INDEX)
            if index is not None:
                held = self._paragraphs[int(index)]
                text = " ".join(f"{held.text} {held.contents} {held.hidden}".split())
                self.contents += [(held.number, text)] if text else []

    def _table(self, element: Element, *, in_cell: bool) -> list[Item]:
        met = len(self.met)
        elements = _through(element, "w:tr")
        grid = [_through(each, "w:tc") for each in elements]
        if all(len(cells) == 1 for cells in grid) and (len(grid) == 1 or self._holds_heading(grid)):
            # A frame around text, not a table.
            return [item for cells in grid for item in self._items(cells[0], in_cell=in_cell)]
        rows = [row for row in map(self._row, elements) if row.cells]
        if not rows:
            return []
        for number, row in enumerate(rows):
            row.header = row.header and all(above.header for above in rows[:number][-1:])
        if rows[-1].header:
            for row in rows[1:]:
                row.header = False
        if not rows[0].header and len(rows) > 1 and self._first_row_stands_out(element, rows[0]):
            rows[0].header = True
        line = self.met[met].number if met < len(self.met) else self._line
        return [Table(rows, line)]

    def _holds_heading(self, grid: list[list[Element]]) -> bool:
        """True when a paragraph right in one of the cells has the style of a heading."""
        indices = (p.get(_INDEX) for cells in grid for cell in cells for p in cell.findall("w:p"))
        held = (self._paragraphs[int(index)] for index in indices if index is not None)
        return any(self._styles.of(paragraph.style).level for paragraph in held)

    def _row(self, element: Element) -> Row:
        properties = element.find("w:trPr")
        skipped = whole(value(properties, "w:gridBefore")) or 0
        cells: list[Cell] = []
        room = MAX_COLUMNS - max(0, min(skipped, MAX_COLUMNS))
        for child in _through(element, "w:tc"):
            look = child.find("w:tcPr")
            columns = whole(value(look, "w:gridSpan")) or 1
            merge = None if look is None else look.find("w:vMerge")
            merged = merge is not None and merge.get("w:val", "continue") == "continue"
            columns = max(1, min(columns, room))
            room = max(1, room - columns)
            cells.append(Cell(self._items(child, in_cell=True), columns, merged))
        return Row(cells, bool(flag(properties, "w:tblHeader")), min(max(0, skipped), MAX_COLUMNS))

    def _first_row_stands_out(self, element: Element, row: Row) -> bool:
        properties = element.find("w:tblPr")
        look = None if properties is None else properties.find("w:tblLook")
        if look is None:
            return False
        named, code = look.get("w:firstRow"), look.get("w:val", "")
        if named is not None:
            marked = named not in ("0", "false", "off")
        else:
            marked = code.isalnum() and code.isascii() and _hexadecimal(code) & _FIRST_ROW > 0
        if not marked:
            return False
        if self._styles.of(value(properties, "w:tblStyle") or "").bold_head:
            return True
        spans = [
            span
            for cell in row.cells
            for item in cell.items
            if isinstance(item, Piece)
            for span in item.paragraph.spans
            if span.text.strip()
        ]
        return bool(spans) and all("strong" in span.marks for span in spans)


def _hexadecimal(code: str) -> int:
    try:
        return int(code[:8], 16)
    except ValueError:
        return 0


def _gallery(element: Element) -> str | None:
    properties = element.find("w:sdtPr")
    part = None if properties is None else properties.find("w:docPartObj")
    return value(part, "w:docPartGallery")


def _through(element: Element, tag: str) -> list[Element]:
    """Children of a name, also those in content controls and custom XML around them."""
    found: list[Element] = []
    for child in element:
        if child.tag == tag:
            found.append(child)
        elif child.tag in ("w:sdt", "w:sdtContent", "w:customXml"):
            found += _through(child, tag)
    return found
