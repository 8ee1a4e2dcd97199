"""Pieces and tables to blocks: the title, headings, nested lists, quotations, cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from workflows.sources.blocks import Block, Kind, Link, aligned, reference_names, slug
from workflows.sources.docx.inlines import Text, tagged, unmarked
from workflows.sources.docx.numbering import Number
from workflows.sources.docx.runs import Span
from workflows.sources.docx.story import Cell, Item, Piece, Row, Table
from workflows.sources.docx.styles import Styles
from workflows.sources.labels import label_of, labelled
from workflows.sources.markdown import Reading
from workflows.sources.numbered import settled
from workflows.sources.reasons import (
    CellFlattened,
    NumbersChanged,
    SpanFlattened,
    TooComplex,
)
from workflows.sources.tagged import escape

MAX_CELLS = 60_000
"""Of one table, with those that fill it up."""
MAX_DEPTH = 7
"""Lists in lists; a deeper item stays at this depth."""


@dataclass
class _Item:
    text: Text
    line: int
    indent: int
    label: str
    children: list[Block] = field(default_factory=list)


@dataclass
class _List:
    number: Number
    indent: int
    line: int
    items: list[_Item] = field(default_factory=list)

    def goes_on(self, number: Number, indent: int) -> bool:
        """True when the next item of this list has this number."""
        mine = self.number
        if (mine.list, mine.level, mine.style) != (number.list, number.level, number.style):
            return False
        if not number.style:
            return indent == self.indent
        return number.count == mine.count + len(self.items)

    def holds(self, number: Number, indent: int) -> bool:
        """True when the list may hold a list with this number in its last item."""
        if number.list == self.number.list and number.level != self.number.level:
            return number.level > self.number.level
        return (indent, number.level) > (self.indent, self.number.level)

    def block(self) -> Block:
        items = tuple(
            Block(
                Kind.ITEM,
                item.text.text,
                item.text.links,
                children=tuple(item.children),
                line=item.line,
                label=item.label,
            )
            for item in self.items
        )
        style = self.number.style
        start = self.number.count if style else 1
        return Block(
            Kind.LIST, children=items, ordered=bool(style), style=style, start=start, line=self.line
        )


class Builder:
    """Makes the blocks of a document, in order.

    ``anchors`` has the reference for each bookmark; ``shift`` is added to the level of headings.
    """

    def __init__(
        self, reading: Reading, styles: Styles, anchors: Mapping[str, str], shift: int
    ) -> None:
        self._reading = reading
        self._styles = styles
        self._anchors = anchors
        self._shift = shift
        self._body = max(0, styles.of(styles.default).indent or 0)
        self._lists: list[_List] = []
        self._quote: list[Block] = []
        self.blocks: list[Block] = []

    def take(self, item: Item) -> None:
        """Take the next piece or table. Raises TooManyCodes."""
        if isinstance(item, Table):
            self._add(self._table(item))
        elif not item.blank:
            self._piece(item)
        elif item.paragraph.spans:
            # Nothing but breaks, or pictures without a name.
            self._text(item, item.paragraph.spans)
        if isinstance(item, Piece) and item.paragraph.rule:
            self._add(Block(Kind.RULE, line=item.paragraph.number))

    def title(self, piece: Piece) -> None:
        """Take the title: its look is no emphasis, and it has no links."""
        spans = unmarked(piece.paragraph.spans)
        found = tagged(piece.paragraph, spans, self._anchors, keep_links=False)
        self._note(found)
        self._reading.title = found.text

    def notes(self, notes: list[list[Piece]]) -> None:
        """Take the notes, in the order of their marks: an ordered list at the end."""
        self.finish()
        items = []
        for pieces in notes:
            texts = [(p.paragraph.number, self._text(p, p.paragraph.spans)) for p in pieces]
            seen = [(line, text) for line, text in texts if text.text]
            line = pieces[0].paragraph.number if pieces else 1
            first = seen[0][1] if seen else Text("—")
            rest = tuple(_paragraph(text, n) for n, text in seen[1:])
            items.append(Block(Kind.ITEM, first.text, first.links, children=rest, line=line))
        self.blocks.append(
            Block(Kind.LIST, children=tuple(items), ordered=True, style="1", line=items[0].line)
        )

    def finish(self) -> tuple[Block, ...]:
        """End what is open, and give all blocks."""
        self._close_quote()
        self._close_lists(0)
        blocks, _moved = settled(self.blocks, self._reading.problems, unit="paragraph")
        return blocks

    def _note(self, text: Text) -> None:
        self._reading.problems += text.problems
        self._reading.furniture += text.furniture

    def _text(self, piece: Piece, spans: list[Span]) -> Text:
        found = tagged(piece.paragraph, spans, self._anchors)
        self._note(found)
        return found

    def _piece(self, piece: Piece) -> None:
        number = piece.number
        line = piece.paragraph.number
        if piece.level:
            self._heading(piece)
        elif number is None or number.as_text:
            label = label_of(number.shown) if number else ""
            text = self._text(piece, piece.paragraph.spans if label else _prefixed(piece))
            if text.text:
                self._paragraph(piece, _paragraph(text, line, label))
        else:
            self._item(piece, number)

    def _heading(self, piece: Piece) -> None:
        number = piece.number
        spans = unmarked(piece.paragraph.spans)
        label = label_of(number.shown) if number else ""
        if not label:
            spans = _prefixed(replace(piece, paragraph=replace(piece.paragraph, spans=spans)))
        text = self._text(piece, spans)
        if not text.text:
            return
        block = Block(
            Kind.HEADING,
            text.text,
            text.links,
            level=min(6, piece.level + self._shift),
            line=piece.paragraph.number,
            label=label,
        )
        self._add(block)

    def _paragraph(self, piece: Piece, block: Block) -> None:
        if piece.quote:
            self._close_lists(0)
            self._quote.append(block)
            return
        self._close_quote()
        indent = self._indent(piece)
        depth = len(self._lists)
        # What is indented no more than everything else belongs to no item.
        while depth and indent < max(self._lists[depth - 1].items[-1].indent, self._body + 1):
            depth -= 1
        self._close_lists(depth)
        if self._lists:
            self._lists[-1].items[-1].children.append(block)
        else:
            self.blocks.append(block)

    def _item(self, piece: Piece, number: Number) -> None:
        text = self._text(piece, piece.paragraph.spans)
        if not text.text:
            return
        self._close_quote()
        line = piece.paragraph.number
        indent = self._indent(piece)
        label = "" if number.exact else label_of(number.shown)
        item = _Item(text, line, indent, label)
        for depth in range(len(self._lists), 0, -1):
            if self._lists[depth - 1].goes_on(number, indent):
                self._close_lists(depth)
                self._lists[-1].items.append(item)
                return
        depth = len(self._lists)
        while depth and (depth >= MAX_DEPTH or not self._lists[depth - 1].holds(number, indent)):
            depth -= 1
        self._close_lists(depth)
        self._lists.append(_List(number, indent, line, [item]))
        # Said once a list: what holds for its first number holds for the others.
        if not number.exact and not label:
            self._reading.problems.append(
                NumbersChanged(f"paragraph {line}", written=number.shown, shown=number.count)
            )

    def _indent(self, piece: Piece) -> int:
        """Where the lines of a paragraph begin: its own word, its list's, its style's."""
        if piece.paragraph.indent is not None:
            return piece.paragraph.indent
        if piece.number and piece.number.indent is not None:
            return piece.number.indent
        return self._styles.of(piece.paragraph.style).indent or 0

    def _add(self, block: Block | None) -> None:
        """A block that ends lists and quotations."""
        self._close_quote()
        self._close_lists(0)
        if block:
            self.blocks.append(block)

    def _close_quote(self) -> None:
        if self._quote:
            line = self._quote[0].line
            self.blocks.append(Block(Kind.QUOTE, children=tuple(self._quote), line=line))
            self._quote = []

    def _close_lists(self, depth: int) -> None:
        while len(self._lists) > depth:
            block = self._lists.pop().block()
            if self._lists:
                self._lists[-1].items[-1].children.append(block)
            else:
                self.blocks.append(block)

    def _table(self, table: Table) -> Block | None:
        """Rows of equal length: empty cells stand where a cell reaches over, or none was."""
        place = f"paragraph {table.line}"
        rows = [row for row in table.rows if any(map(_seen, row.cells))]
        widths = [row.skipped + sum(cell.columns for cell in row.cells) for row in rows]
        width = max(widths, default=0)
        if width * len(rows) > MAX_CELLS:
            raise TooComplex(place)
        if any(cell.columns > 1 or cell.merged for row in rows for cell in row.cells):
            self._reading.problems.append(SpanFlattened(place))
        blocks = aligned(tuple(self._row(row, table.line, width) for row in rows))
        return Block(Kind.TABLE, children=blocks, line=table.line) if blocks else None

    def _row(self, row: Row, line: int, width: int) -> Block:
        seen = (_first_number(cell) for cell in row.cells)
        line = next((number for number in seen if number), line)
        empty = Block(Kind.CELL, header=row.header, line=line)
        cells = [empty] * row.skipped
        for cell in row.cells:
            cells += [self._cell(cell, empty), *[empty] * (cell.columns - 1)]
        cells += [empty] * (width - len(cells))
        return Block(Kind.ROW, children=tuple(cells), header=row.header, line=line)

    def _cell(self, cell: Cell, empty: Block) -> Block:
        """A cell has one text: its paragraphs become the lines of it."""
        pieces = [piece for piece in _pieces(cell.items) if piece.paragraph.spans]
        if not pieces:
            return empty
        first = pieces[0].paragraph
        listed = any(piece.number for piece in pieces)
        if listed or any(isinstance(item, Table) for item in cell.items):
            self._reading.problems.append(CellFlattened(f"paragraph {first.number}"))
        spans: list[Span] = []
        for piece in pieces:
            spans += [Span("", "break"), *_prefixed(piece)]
        spans = spans[1:]
        text = self._text(pieces[0], unmarked(spans) if empty.header else spans)
        return replace(
            empty,
            text=text.text or None,
            links=text.links,
            style=first.align,
            line=first.number,
        )


def _pieces(items: list[Item]) -> Iterator[Piece]:
    for item in items:
        if isinstance(item, Piece):
            yield item
        else:
            for row in item.rows:
                for cell in row.cells:
                    yield from _pieces(cell.items)


def _seen(cell: Cell) -> bool:
    return not all(piece.blank for piece in _pieces(cell.items))


def _first_number(cell: Cell) -> int:
    return next((p.paragraph.number for p in _pieces(cell.items) if not p.blank), 0)


def _paragraph(text: Text, line: int, label: str = "") -> Block:
    links: tuple[Link, ...] = text.links
    return Block(Kind.PARAGRAPH, text.text, links, line=line, label=label)


def _prefixed(piece: Piece) -> list[Span]:
    """The spans with the label that Word shows written in front of them, unless it is a bullet."""
    spans = piece.paragraph.spans
    if piece.number is None or not piece.number.shown:
        return spans
    return [Span(f"{piece.number.shown} "), *spans]


def references(headings: Mapping[str, Piece | None]) -> dict[str, str]:
    """The name by which each bookmark is reached: the number of its heading, else its words."""
    found: dict[str, str] = {}
    for name, piece in headings.items():
        if piece is None or piece.title:
            found[name] = "top"
            continue
        number = piece.number
        literal = escape(" ".join(piece.paragraph.text.split()))
        label = label_of(number.shown) if number else ""
        block = labelled(Block(Kind.HEADING, literal, label=label))
        if not block.label and number:
            literal = f"{number.shown} {literal}"
        found[name] = reference_names(block.label, literal)[0] if block.label else slug(literal)
    return found
