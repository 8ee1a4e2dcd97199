"""Blocks to an HTML document that ``read_html`` reads back as the same document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from urllib.parse import unquote

from workflows.problems import Problem
from workflows.sources.blocks import Block, Kind, Link, Source, href_allowed, reference, walk
from workflows.sources.comparing import folded, headings_by_name, refusal
from workflows.sources.html import read_html
from workflows.sources.labels import clear, shown
from workflows.sources.placing import MARK, Marked
from workflows.sources.refusals import CannotWrite
from workflows.sources.spelling import block_of_code
from workflows.sources.tagged import plain, scan

_ALIGNMENTS = ("left", "right", "center")
_STYLE = '[data-label]:not([data-label=""])::before { content: attr(data-label) " " }'


def write_html(source: Source) -> str:
    """The document as a complete HTML document without scripts, one block a line.

    Headings have the names by which links of the document ask for them as ids. What was set aside
    as furniture is not written. Deterministic. Raises CannotWrite, with the segment as its place,
    when HTML has no way to say something that the reader would take as it is meant. Where a label,
    or a text that only looks as if it had one, would be mistaken, its element says what it is.
    """
    source = folded(source)
    try:
        return _write(source, marked=False)
    except CannotWrite:
        if all(map(clear, walk(source.blocks))):
            raise
        return _write(source, marked=True)


def _write(source: Source, *, marked: bool) -> str:
    writing = _Writing(source, marked=marked)
    title = escape(" ".join(plain(source.title).split()), quote=False)
    head = ['<meta charset="utf-8">', f"<title>{title}</title>" if title else ""]
    if source.effective:
        head.append(f'<meta name="effective-date" content="{escape(source.effective)}">')
    if marked:
        head.append(f"<style>{_STYLE}</style>")
    body = [f"<h1>{writing.text(source.title, ())}</h1>" if source.title else ""]
    body += [writing.block(block) for block in source.blocks]
    lines = ["<!doctype html>", "<html>", "<head>", *head, "</head>", "<body>", "<main>", *body]
    text = "\n".join(line for line in [*lines, "</main>", "</body>", "</html>"] if line) + "\n"
    places = Marked(text)
    text = places.text
    try:
        reading = read_html(text)
    except Problem as problem:
        raise places.refusal(problem, source, "HTML") from problem
    back = replace(source, title=reading.title, blocks=reading.blocks, effective=reading.effective)
    if differs := refusal(source, back, "HTML"):
        raise differs
    return text


class _Writing:
    """Writes the blocks of one document."""

    def __init__(self, source: Source, *, marked: bool) -> None:
        self.marked = marked
        self.ids = _ids(source.blocks)
        self.heading = -1

    def block(self, block: Block) -> str:
        """The HTML of one block."""
        match block.kind:
            case Kind.HEADING:
                return self._heading(block)
            case Kind.PARAGRAPH:
                return self._paragraph(block)
            case Kind.LIST:
                return self._list(block)
            case Kind.ITEM:
                mark, label = self._label(block)
                # The label stands in place of the number of the list.
                mark += ' style="list-style:none"' if block.label else ""
                return f"<li{mark}>{label}{self._own(block)}{self._inner(block)}</li>"
            case Kind.QUOTE:
                return f"<blockquote>{self._inner(block)}</blockquote>"
            case Kind.TABLE:
                return self._table(block)
            case Kind.ROW:
                return f"<tr>{''.join(self._cell(cell) for cell in block.children)}</tr>"
            case Kind.RULE:
                return "<hr>"
            case Kind.CELL:
                return self._cell(block)

    def _inner(self, block: Block) -> str:
        if not block.children:
            return ""
        return "\n" + "\n".join(self.block(child) for child in block.children) + "\n"

    def _heading(self, block: Block) -> str:
        if block.text:
            self.heading += 1
        first, *others = self.ids.get(self.heading, [""]) if block.text else [""]
        mark = f' id="{escape(first)}"' if first else ""
        said, label = self._label(block)
        mark += said
        spans = "".join(f'<span id="{escape(name)}"></span>' for name in others)
        text = self.text(block.text or "", block.links)
        return f"<h{block.level}{mark}>{spans}{label}{text}</h{block.level}>"

    def _paragraph(self, block: Block) -> str:
        mark, label = self._label(block)
        text = self.text(block.text or "", block.links)
        return (not mark and not label and self._code_block(block)) or f"<p{mark}>{label}{text}</p>"

    def _label(self, block: Block) -> tuple[str, str]:
        """What the element of a text says of its label, and what stands in front of the text."""
        label = shown(block.label) if block.label else ""
        if self.marked and not clear(block):
            return f' data-label="{escape(label)}"', ""
        return "", escape(f"{label} " if label else "", quote=False)

    def _own(self, item: Block) -> str:
        """The text of an item; a paragraph of its own only where a block of code."""
        if item.text is None:
            return ""
        return self._code_block(item) or self.text(item.text, item.links)

    def _code_block(self, block: Block) -> str:
        """A text that is only code, when its line ends or blanks need to be kept."""
        lines = block_of_code(block.text or "")
        if lines is None:
            return ""
        # The first line end of <pre> is not shown, so one more is written.
        content = "\n".join(escape(line, quote=False) for line in lines)
        return f"{MARK}<pre>\n<code>{content}</code></pre>"

    def _list(self, block: Block) -> str:
        name = "ol" if block.ordered else "ul"
        kind = ' type="a"' if block.ordered and block.style == "a" else ""
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        return f"<{name}{kind}{start}>{self._inner(block)}</{name}>"

    def _table(self, table: Block) -> str:
        parts = []
        for name, header in (("thead", True), ("tbody", False)):
            rows = [self.block(row) for row in table.children if row.header is header]
            if rows:
                parts += [f"<{name}>", *rows, f"</{name}>"]
        return "\n".join(["<table>", *parts, "</table>"])

    def _cell(self, cell: Block) -> str:
        name = "th" if cell.header else "td"
        align = f' style="text-align:{cell.style}"' if cell.style in _ALIGNMENTS else ""
        scope = ' scope="col"' if cell.header else ""
        return f"<{name}{scope}{align}>{self.text(cell.text or '', cell.links)}</{name}>"

    def text(self, text: str, links: Sequence[Link]) -> str:
        """The HTML of a tagged text; only addresses that a page may carry become links."""
        targets = {f"<a{link.number}>": link for link in links if href_allowed(link.href)}
        parts = [MARK] if text else []
        for value, is_code, _start in scan(text):
            if not is_code or value.startswith("{"):
                parts.append(escape(value, quote=False))
            elif value.startswith("<br"):
                parts.append("<br>")
            elif link := targets.get(value):
                title = f' title="{escape(link.title)}"' if link.title else ""
                parts.append(f'<a href="{escape(link.href)}"{title}>')
            else:
                parts.append(re.sub(r"(?<=a)[0-9]+", "", value))
        return "".join(parts)


def _ids(blocks: tuple[Block, ...]) -> dict[int, list[str]]:
    """For each heading, counted from 0, the fragments that links of the document ask for.

    A heading nobody asks for has the last of its names, its words, as long as it is alone in it.
    """
    named = headings_by_name(blocks)
    found: dict[int, list[str]] = {}
    for block in walk(blocks):
        for link in block.links:
            heading = named.get(reference(link.href) or "")
            fragment = unquote(link.href[1:])
            if heading is not None and fragment not in found.setdefault(heading, []):
                found[heading].append(fragment)
    for name, heading in reversed(named.items()):
        found.setdefault(heading, [name])
    return found
