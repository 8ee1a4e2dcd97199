"""The blocks of a document as they would be: as lines for a terminal, and as JSON.

Both number the texts as the segments are: in document order, the title first.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from string import ascii_lowercase

from workflows.sources import Block, Kind, Source, counted_in

Row = tuple[int, str, str]
"""The number of a segment or 0, the kind of block, the text."""


def outline(source: Source) -> Iterator[str]:
    """A line for each text: the number of its segment, what it is, and the text.

    What lists and quotations hold is indented; a text of a table says its row and column.
    """
    numbers = count(1)
    rows: list[Row] = [(next(numbers), "title", source.title)] if source.title else []
    for block in source.blocks:
        rows += _rows(block, numbers, "", "")
    for number, what, text in rows:
        yield f"{number or '':>4} {what:<11} {text}".rstrip()


def tree(source: Source) -> list[dict[str, object]]:
    """The blocks as plain values, each with those it holds; those of a table are its cells."""
    numbers, unit = count(1), counted_in(source.media_type)
    title = [{"kind": "title", "segment": next(numbers)}] if source.title else []
    return [*title, *(_value(block, numbers, unit) for block in source.blocks)]


def _rows(block: Block, numbers: Iterator[int], indent: str, mark: str) -> Iterator[Row]:
    """The rows of a block; ``mark`` is that of a list item."""
    if block.kind is Kind.TABLE:
        for row, column, cell in _cells(block):
            if cell.text is not None:
                what = f"{'head' if cell.header else 'cell'} {row},{column}"
                yield next(numbers), what, f"{indent}{cell.text}"
        return
    if block.kind not in (Kind.LIST, Kind.QUOTE):
        what = f"heading {block.level}" if block.kind is Kind.HEADING else block.kind.value
        label = f"{block.label} " if block.label else ""
        number = 0 if block.text is None else next(numbers)
        yield number, what, f"{indent}{mark}{label}{block.text or ''}"
    indent += {Kind.ITEM: "  ", Kind.QUOTE: "> "}.get(block.kind, "")
    for at, child in enumerate(block.children):
        yield from _rows(child, numbers, indent, _mark(block, at))


def _value(block: Block, numbers: Iterator[int], unit: str) -> dict[str, object]:
    value: dict[str, object] = {"kind": block.kind.value, "place": f"{unit} {block.line}"}
    if block.text is not None:
        value["segment"] = next(numbers)
    if block.kind is Kind.HEADING:
        value["level"] = block.level
    if block.label:
        value["label"] = block.label
    if block.kind is Kind.LIST:
        value |= {"ordered": block.ordered, "style": block.style, "start": block.start}
    if block.kind is Kind.TABLE:
        value["blocks"] = [
            _value(cell, numbers, unit)
            | {"row": row, "column": column, "header": cell.header, "align": cell.style}
            for row, column, cell in _cells(block)
        ]
    elif block.children:
        value["blocks"] = [_value(child, numbers, unit) for child in block.children]
    return value


def _cells(table: Block) -> Iterator[tuple[int, int, Block]]:
    """The cells of a table with row and column, counted from 1."""
    for row, held in enumerate(table.children, 1):
        for column, cell in enumerate(held.children, 1):
            yield row, column, cell


def _mark(block: Block, at: int) -> str:
    """What the items of a list are read with."""
    if block.kind is not Kind.LIST:
        return ""
    if not block.ordered:
        return "- "
    number = block.start + at
    if block.style == "a" and 1 <= number <= len(ascii_lowercase):
        return f"{ascii_lowercase[number - 1]}) "
    return f"{number}. "
