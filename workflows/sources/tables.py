"""HTML tables to rows of cells, and layout tables to what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflows.sources.blocks import Block, Kind, aligned
from workflows.sources.inline import Inline
from workflows.sources.markup import HEADINGS, Node
from workflows.sources.pieces import first_line
from workflows.sources.reasons import CellFlattened, SpanFlattened, TooComplex

if TYPE_CHECKING:
    from workflows.sources.flow import Flow

MAX_SPAN = 50
MAX_CELLS = 60_000
"""Of one table, with those that fill the places of spans and of short rows."""

_ALIGN = re.compile(r"text-align\s*:\s*(left|right|center)\b", re.IGNORECASE)
_SPAN = re.compile(r"\s*([0-9]{1,5})\s*")
_CELLS = ("td", "th")
_SECTIONS = ("thead", "tbody", "tfoot")
_BIG = frozenset((*HEADINGS, "table"))
_LISTS = frozenset(("ul", "ol", "dl", "table", "pre"))


class Grid:
    """One table."""

    def __init__(self, flow: Flow, table: Node) -> None:
        self.flow = flow
        self.table = table
        self.line = flow.line
        self.rows = [row for row, _head in _rows(table)]
        # A row with nothing to see in it is left out, so it says nothing about the table.
        self.seen = [row for row in self.rows if _says_something(row)]
        seen = set(map(id, self.seen))
        self.heads = {id(row) for row, head in _rows(table) if head and id(row) in seen}
        if not self.heads and len(self.seen) > 1 and _all_heads(self.seen[0]):
            self.heads.add(id(self.seen[0]))

    def blocks(self, depth: int) -> list[Block]:
        """The table with its caption before it, or what is in a table that only gives a layout."""
        flow = self.flow
        if self._is_layout():
            return [block for part in _parts(self.table) for block in self._content(part, depth)]
        before: list[Block] = []
        for child in self.table.children:
            if isinstance(child, Node) and child.name == "caption":
                before += self._content(child, depth)
        rows = self._rectangular([self._row(row) for row in self.rows])
        if not any(cell.text for row in rows for cell in row.children):
            return before
        flow.line = max(flow.line, self.line)
        return [*before, Block(Kind.TABLE, children=aligned(tuple(rows)), line=self.line)]

    def _content(self, part: Node, depth: int) -> list[Block]:
        if part.aside:
            self.flow.set_aside(part, part.aside)
            return []
        return self.flow.blocks(part, depth)

    def _is_layout(self) -> bool:
        """True for a table that holds no data: said so, or of one cell, or with headings in it."""
        if self.table.attrs.get("role") in ("presentation", "none"):
            return True
        widths = [len(list(_cells(row))) for row in self.seen]
        if sum(widths) == 1:
            return True
        holds = any(_holds(cell, _BIG) for row in self.rows for cell in _cells(row))
        return holds and (max(widths, default=0) == 1 or not self.heads)

    def _row(self, row: Node) -> list[tuple[Block, int, int]]:
        """The cells of a row, each with the columns and rows it reaches over."""
        flow = self.flow
        flow.line = max(flow.line, row.line)
        if row.aside:
            flow.set_aside(row, row.aside)
            return []
        found: list[tuple[Block, int, int]] = []
        header = id(row) in self.heads
        for cell in _cells(row):
            flow.line = max(flow.line, cell.line)
            block = self._cell(cell, header=header)
            found.append((block, _span(cell, "colspan"), _span(cell, "rowspan")))
        return found

    def _cell(self, cell: Node, *, header: bool) -> Block:
        flow = self.flow
        if cell.aside:
            flow.set_aside(cell, cell.aside)
            return _filler(header=header, line=cell.line)
        run = flow.text_of(cell)
        inline = Inline(first_line(run, flow.line))
        text = flow.fill(inline, run) or None
        flow.count += text is not None
        if text and _holds(cell, _LISTS):
            flow.reading.problems.append(CellFlattened(f"line {inline.line}"))
        return Block(
            Kind.CELL,
            text,
            tuple(inline.links) if text else (),
            style=_style(cell),
            header=header,
            line=inline.line,
        )

    def _rectangular(self, rows: list[list[tuple[Block, int, int]]]) -> list[Block]:
        """Rows of equal length: empty cells stand where a cell reaches over, or none was."""
        taken: dict[int, int] = {}
        filled: list[list[Block]] = []
        spans = cells = 0
        for row in rows:
            line: list[Block] = []
            next_taken: dict[int, int] = {}
            waiting = iter(row)
            while True:
                if (place := len(line)) in taken:
                    if taken[place] > 1:
                        next_taken[place] = taken[place] - 1
                    line.append(Block(Kind.CELL))
                    continue
                if (item := next(waiting, None)) is None:
                    break
                cell, columns, down = item
                spans += columns > 1 or down > 1
                for column in range(columns):
                    line.append(Block(Kind.CELL) if column else cell)
                    if down > 1:
                        next_taken[place + column] = down - 1
            filled.append(line)
            taken = next_taken
            cells += len(line)
            if cells > MAX_CELLS:
                raise TooComplex(f"line {self.line}")
        if spans:
            self.flow.reading.problems.append(SpanFlattened(f"line {self.line}"))
        return self._padded(filled)

    def _padded(self, filled: list[list[Block]]) -> list[Block]:
        width = max(map(len, filled), default=0)
        if width * len(filled) > MAX_CELLS:
            raise TooComplex(f"line {self.line}")
        found: list[Block] = []
        for row, line in zip(self.rows, filled, strict=True):
            header = id(row) in self.heads
            cells = [*line, *[Block(Kind.CELL)] * (width - len(line))]
            if not any(cell.text for cell in cells):
                continue
            children = tuple(
                cell
                if cell.line and cell.header == header
                else _filler(header=header, line=row.line)
                for cell in cells
            )
            found.append(Block(Kind.ROW, children=children, header=header, line=row.line))
        return found


def _filler(*, header: bool, line: int) -> Block:
    return Block(Kind.CELL, header=header, line=line)


def _rows(table: Node) -> Iterator[tuple[Node, bool]]:
    """The rows, each with whether it stands in the head; the foot where it is written."""
    for part in table.children:
        if not isinstance(part, Node):
            continue
        if part.name == "tr":
            yield part, False
        elif part.name in _SECTIONS:
            for row in part.children:
                if isinstance(row, Node) and row.name == "tr":
                    row.aside = row.aside or part.aside
                    yield row, part.name == "thead"


def _parts(table: Node) -> Iterator[Node]:
    """Captions and cells in order."""
    for part in table.children:
        if isinstance(part, Node) and part.name == "caption":
            yield part
    for row, _head in _rows(table):
        if row.aside:
            yield row
        else:
            yield from _cells(row)


def _cells(row: Node) -> Iterator[Node]:
    return (cell for cell in row.children if isinstance(cell, Node) and cell.name in _CELLS)


def _all_heads(row: Node) -> bool:
    cells = list(_cells(row))
    return bool(cells) and all(cell.name == "th" for cell in cells)


def _says_something(node: Node) -> bool:
    return not node.aside and any(
        _says_something(child) if isinstance(child, Node) else bool(child.strip())
        for child in node.children
    )


def _holds(node: Node, names: frozenset[str]) -> bool:
    return any(
        isinstance(child, Node) and (child.name in names or _holds(child, names))
        for child in node.children
    )


def _span(cell: Node, name: str) -> int:
    match = _SPAN.fullmatch(cell.attrs.get(name, ""))
    return max(1, min(int(match[1]), MAX_SPAN)) if match else 1


def _style(cell: Node) -> str:
    align = cell.attrs.get("align", "").lower()
    if align in ("left", "right", "center"):
        return align
    match = _ALIGN.search(cell.attrs.get("style", ""))
    return match[1].lower() if match else ""
