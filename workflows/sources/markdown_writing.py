"""Blocks to Markdown that ``read_markdown`` reads back as the same document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from workflows.problems import Problem
from workflows.sources.blocks import Block, Kind, Source, walk
from workflows.sources.comparing import folded, refusal
from workflows.sources.decoding import decode
from workflows.sources.labels import clear, shown, with_label
from workflows.sources.markdown import read_markdown
from workflows.sources.placing import MARK, Marked
from workflows.sources.refusals import CannotWrite
from workflows.sources.spelling import Unspeakable, block_of_code, spell
from workflows.sources.tagged import escape, plain

_ALIGNMENT = {"left": ":---", "right": "---:", "center": ":---:"}
MAX_NUMBER = 999_999_999
"""The highest number of a list item in CommonMark."""


def write_markdown(source: Source) -> str:
    """The document as Markdown: CommonMark 0.31 with tables, and lists by letters ("a)").

    The day it is effective from stands in front matter. What was set aside as furniture is not
    written. Deterministic. Raises CannotWrite, with the segment as its place, when Markdown has no
    way to say something; what is returned has been read back and found to be the same. Where a
    label, or a text that only looks as if it had one, is mistaken, it is marked as what it is.
    """
    source = folded(source)
    try:
        return _write(source, marked=False)
    except CannotWrite:
        if all(map(clear, walk(source.blocks))):
            raise
        return _write(source, marked=True)


def _write(source: Source, *, marked: bool) -> str:
    writing = _Writing(marked=marked)
    lines: list[str] = []
    if source.effective:
        lines = ["---", f"effective: {source.effective}", "---", ""]
    if source.title:
        lines += [*writing.heading(Block(Kind.HEADING, source.title, level=1)), ""]
    text = "\n".join([*lines, *writing.blocks(source.blocks)]).rstrip("\n") + "\n"
    if text.replace(MARK, "", 1).startswith(("%", "{")):
        # The first signs of other formats, which a text may begin with.
        text = f"\n{text}"
    places = Marked(text)
    text = places.text
    try:
        reading = read_markdown(decode(text.encode("utf-8", "surrogatepass")))
    except Problem as problem:
        raise places.refusal(problem, source, "Markdown") from problem
    back = replace(source, title=reading.title, blocks=reading.blocks, effective=reading.effective)
    if problem_found := refusal(source, back, "Markdown"):
        raise problem_found
    return text


class _Writing:
    """Counts the segments, so that what cannot be written is named."""

    def __init__(self, *, marked: bool) -> None:
        self.number = 0
        self.marked = marked

    def blocks(self, blocks: Sequence[Block]) -> list[str]:
        """The lines of sibling blocks, with a blank line between any two."""
        lines: list[str] = []
        marks = ""
        for block in blocks:
            # Lists side by side are told apart by their marks.
            marks = _marks(block, marks)
            lines += ([""] if lines else []) + self._block(block, marks)
        return lines

    def _block(self, block: Block, marks: str) -> list[str]:
        match block.kind:
            case Kind.HEADING:
                return self.heading(block)
            case Kind.PARAGRAPH:
                return self._paragraph(block)
            case Kind.LIST:
                return self._list(block, marks)
            case Kind.QUOTE:
                return [f"> {line}".rstrip(" ") for line in self.blocks(block.children)]
            case Kind.TABLE:
                return self._table(block)
            case Kind.RULE:
                return ["***"]
            case _:
                raise self._refused(block)

    def heading(self, block: Block) -> list[str]:
        """A heading; one with a break in it is underlined, which goes down to level 2."""
        lines = self._spelled(block, inline=True)
        if len(lines) == 1:
            return [f"{'#' * block.level} {lines[0]}"]
        if block.level > 2:
            raise self._refused(block)
        # The line below would make a table of a line with a bar in it, escaped or not.
        lines = _marked(self._labelled(block, bars=False))
        return [*lines, "===" if block.level == 1 else "---"]

    def _paragraph(self, block: Block) -> list[str]:
        code = block_of_code(block.text or "")
        if code is None or block.label:
            return self._spelled(block)
        self.number += 1
        longest = max((len(run) for line in code for run in re.findall("`+", line)), default=0)
        fence = "`" * max(3, longest + 1)
        return _marked([fence, *code, fence])

    def _list(self, block: Block, marks: str) -> list[str]:
        lines: list[str] = []
        spaced = any(len(item.children) > 1 for item in block.children)
        # The labels of items are numbers enough.
        bullets = any(item.label for item in block.children)
        for at, item in enumerate(block.children):
            if item.kind is not Kind.ITEM:
                raise self._refused(item)
            if lines and spaced:
                lines.append("")
            mark = marks
            if bullets:
                mark = "+" if marks == ")" else "-"
            elif block.style == "a":
                mark = f"{chr(ord('a') + (block.start - 1 + at) % 26)})"
            elif block.ordered:
                mark = f"{min(block.start + at, MAX_NUMBER)}{marks}"
            indent = " " * (len(mark) + 1)
            first, *rest = self._item(item)
            lines.append(f"{mark} {first}")
            lines += (f"{indent}{line}" if line else "" for line in rest)
        return lines

    def _item(self, item: Block) -> list[str]:
        lines = self._paragraph(item) if item.text is not None else []
        if not item.children:
            return lines or [""]
        inner = item.children[0]
        close = inner.kind is Kind.LIST and len(item.children) == 1 and inner.start == 1
        # A list by letters never interrupts a paragraph.
        if lines and not (close and inner.style != "a"):
            lines.append("")
        return lines + self.blocks(item.children)

    def _table(self, table: Block) -> list[str]:
        rows = [[self._cell(cell) for cell in row.children] for row in table.children]
        if not rows or not rows[0]:
            raise self._refused(table)
        styles = [_ALIGNMENT.get(cell.style, "---") for cell in table.children[0].children]
        if not table.children[0].header:
            # A head with nothing in it stands for none.
            rows.insert(0, [""] * len(styles))
        rows.insert(1, styles)
        return [f"| {' | '.join(row)} |" for row in rows]

    def _cell(self, cell: Block) -> str:
        if cell.text is None:
            return ""
        (line,) = self._spelled(cell, inline=True)
        return line.replace("|", "\\|")

    def _spelled(self, block: Block, *, inline: bool = False) -> list[str]:
        self.number += block.text is not None
        try:
            return _marked(self._labelled(block, inline=inline))
        except Unspeakable:
            raise self._refused(block) from None

    def _labelled(self, block: Block, *, inline: bool = False, bars: bool = True) -> list[str]:
        """The lines of a text with its label in front. Raises Unspeakable."""
        in_cell = block.kind is Kind.CELL
        if not self.marked or clear(block):
            text = with_label(block)
            return spell(text, block.links, inline=inline, bars=bars, in_cell=in_cell)
        lines = spell(block.text or "", block.links, inline=inline, bars=bars, in_cell=in_cell)
        if block.label:
            (label,) = spell(escape(shown(block.label)))
            lines[0] = f"{label}&#32;{lines[0]}"
        else:
            sign = plain(block.text or "")[0]
            lines[0] = re.sub(rf"\\?{re.escape(sign)}", f"&#x{ord(sign):X};", lines[0], count=1)
        return lines

    def _refused(self, block: Block) -> CannotWrite:
        found = plain(block.text or "")[:80]
        return CannotWrite(f"segment {max(1, self.number)}", format="Markdown", found=found)


def _marked(lines: list[str]) -> list[str]:
    """The lines of a text, the first with the mark of a segment."""
    return [MARK + lines[0], *lines[1:]]


def _marks(block: Block, before: str) -> str:
    """The bullet of a list, or the sign after its numbers; not that of the list just before."""
    if block.kind is not Kind.LIST or block.style == "a":
        return ""
    one, other = (".", ")") if block.ordered else ("-", "+")
    return other if before == one else one
