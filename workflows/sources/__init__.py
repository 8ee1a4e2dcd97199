"""Bytes of a source document to blocks of tagged text.

Four formats are read: Markdown (CommonMark 0.31 with tables, raw HTML as literal text), HTML (a
saved page, in which the document is found), Word (.docx), and plain text with numbered sections.
``read`` refuses what is not clearly one of them and advises on the rest.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from workflows.sources.advice import advise
from workflows.sources.blocks import (
    DOCX,
    MAX_SEGMENTS,
    Block,
    Furniture,
    Kind,
    Link,
    Source,
    counted_in,
    href_allowed,
    number_of,
    reference,
    reference_names,
    walk,
)
from workflows.sources.comparing import normalized
from workflows.sources.corrections import (
    Correction,
    corrected,
    corrections_from_json,
    corrections_to_json,
)
from workflows.sources.decoding import MAX_BYTES, balanced, decode, forbidden, format_of
from workflows.sources.html import read_html
from workflows.sources.html_writing import write_html
from workflows.sources.labels import shown as shown_label
from workflows.sources.markdown import Reading, read_markdown
from workflows.sources.markdown_writing import write_markdown
from workflows.sources.numbered import refuse_many
from workflows.sources.plaintext import read_plain
from workflows.sources.reasons import (
    EmptyDocument,
    ForbiddenCharacter,
    SegmentTooLarge,
    UnbalancedDirection,
    UnsupportedType,
    WrongFormat,
)
from workflows.sources.tagged import escape

__all__ = [
    "MAX_BYTES",
    "MAX_FILE",
    "MAX_SEGMENTS",
    "Block",
    "Correction",
    "Furniture",
    "Kind",
    "Link",
    "Source",
    "balanced",
    "corrected",
    "corrections_from_json",
    "corrections_to_json",
    "counted_in",
    "href_allowed",
    "normalized",
    "number_of",
    "read",
    "reference",
    "reference_names",
    "retitled",
    "shown_label",
    "walk",
    "write_html",
    "write_markdown",
]

MAX_FILE = 8 * 1024 * 1024
"""Bytes of any file that is read: a Word document is packed; text is limited by MAX_BYTES."""
MAX_SEGMENT = 64 * 1024
"""Characters of one text."""

_MARKDOWN, _PLAIN, _HTML = "text/markdown", "text/plain", "text/html"
_NAMES = {
    _MARKDOWN: _MARKDOWN,
    "text/x-markdown": _MARKDOWN,
    _PLAIN: _PLAIN,
    _HTML: _HTML,
    "application/xhtml+xml": _HTML,
    DOCX: DOCX,
}
_BY_ENDING = {
    "md": _MARKDOWN,
    "markdown": _MARKDOWN,
    "txt": _PLAIN,
    "text": _PLAIN,
    "html": _HTML,
    "htm": _HTML,
    "xhtml": _HTML,
    "docx": DOCX,
}
_BY_FORMAT = {"HTML": _HTML, "Word (.docx)": DOCX}
_LOOKS_MARKDOWN = re.compile(
    r"^(?:#{1,6}[ \t]+\S|={3,}[ \t]*$|```|\|.*\|[ \t]*$)|\]\([^ )\n]{1,200}\)|\*\*\S", re.MULTILINE
)


def read(data: bytes, *, name: str = "", media_type: str | None = None) -> Source:
    """Read a document.

    The type is the one declared, else the one the name's ending stands for, else the one the text
    looks like. Raises a Problem of ``sources.reasons`` for what is refused; advice is in
    ``Source.problems``. Deterministic: the same bytes give the same Source.
    """
    kind = _media_type(media_type, name) or _BY_FORMAT.get(format_of(data))
    if kind == DOCX:
        reading = _read_docx(data)
    else:
        text = decode(data, html=kind == _HTML)
        if kind is None:
            kind = _MARKDOWN if _LOOKS_MARKDOWN.search(text) else _PLAIN
        reading = _READERS[kind](text)
    unit = counted_in(kind)
    _refuse(reading.title, reading.blocks, unit)
    advice = advise(reading.blocks, reading.effective, unit=unit)
    problems = sorted([*reading.problems, *advice], key=lambda each: number_of(each.place))
    furniture = _placed(sorted(reading.furniture, key=lambda piece: piece.line), reading.blocks)
    return Source(
        reading.title, reading.blocks, furniture, tuple(problems), kind, reading.effective
    )


_READERS = {_MARKDOWN: read_markdown, _PLAIN: read_plain, _HTML: read_html}


def _read_docx(data: bytes) -> Reading:
    # The reader of a format that few documents have takes a moment to load.
    from workflows.sources.docx import read_docx

    if (found := format_of(data)) != "Word (.docx)":
        raise WrongFormat(format=found or "text")
    return read_docx(data)


def _placed(furniture: list[Furniture], blocks: tuple[Block, ...]) -> tuple[Furniture, ...]:
    """The furniture with what stands in front of each piece: told by lines where no reader did."""
    lines = sorted(block.line for block in walk(blocks) if block.text is not None)
    return tuple(
        piece if piece.before >= 0 else replace(piece, before=bisect_left(lines, piece.line))
        for piece in furniture
    )


def retitled(source: Source, title: str) -> Source:
    """The source under another title, which is literal text: nothing in it is a code.

    White space is folded. Raises what ``read`` raises for characters that no text may hold.
    """
    text = " ".join(decode(title.encode("utf-8", "surrogatepass")).split())
    changed = replace(source, title=escape(text))
    _refuse(changed.title, changed.blocks, counted_in(changed.media_type))
    return changed


def _media_type(declared: str | None, name: str) -> str | None:
    """The type to read as, or None when neither declaration nor name tells."""
    bare = (declared or "").split(";")[0].strip().lower()
    if bare in _NAMES:
        return _NAMES[bare]
    if bare not in ("", "application/octet-stream"):
        raise UnsupportedType(media_type=bare[:80])
    before, _dot, ending = name.lower().rpartition(".")
    return _BY_ENDING.get(ending) if before else None


def _refuse(title: str, blocks: tuple[Block, ...], unit: str) -> None:
    """Limits and characters that can only be judged text by text, when all is decoded."""
    texts = [(1, title)] if title else []
    texts += [(block.line, block.text) for block in walk(blocks) if block.text is not None]
    if not texts:
        raise EmptyDocument
    refuse_many(len(texts))
    for line, text in texts:
        if len(text) > MAX_SEGMENT:
            raise SegmentTooLarge(f"{unit} {line}", size=len(text), limit=MAX_SEGMENT)
        if sign := forbidden(text):
            raise ForbiddenCharacter(f"{unit} {line}", character=sign)
        if not balanced(text):
            raise UnbalancedDirection(f"{unit} {line}")
