"""Bytes of a source document to blocks of tagged text.

Two formats are read: Markdown (CommonMark 0.31 with tables, raw HTML as literal text) and plain
text with numbered sections. ``read`` refuses what is not clearly text and advises on the rest.
"""

from __future__ import annotations

import re
from dataclasses import replace

from workflows.sources.advice import advise
from workflows.sources.blocks import (
    Block,
    Furniture,
    Kind,
    Link,
    Source,
    href_allowed,
    reference,
    reference_names,
    walk,
)
from workflows.sources.decoding import MAX_BYTES, balanced, decode
from workflows.sources.markdown import read_markdown
from workflows.sources.plaintext import read_plain
from workflows.sources.reasons import (
    EmptyDocument,
    SegmentTooLarge,
    TooManySegments,
    UnbalancedDirection,
    UnsupportedType,
    WrongFormat,
)
from workflows.sources.tagged import escape

__all__ = [
    "MAX_BYTES",
    "MAX_SEGMENTS",
    "Block",
    "Furniture",
    "Kind",
    "Link",
    "Source",
    "balanced",
    "href_allowed",
    "read",
    "reference",
    "reference_names",
    "retitled",
    "walk",
]

MAX_SEGMENTS = 20_000
MAX_SEGMENT = 64 * 1024
"""Characters of one text."""

_MARKDOWN, _PLAIN = "text/markdown", "text/plain"
_BY_ENDING = {".md": _MARKDOWN, ".markdown": _MARKDOWN, ".txt": _PLAIN, ".text": _PLAIN}
_LOOKS_MARKDOWN = re.compile(
    r"^(?:#{1,6}[ \t]+\S|={3,}[ \t]*$|```|\|.*\|[ \t]*$)|\]\([^ )\n]{1,200}\)|\*\*\S", re.MULTILINE
)


def read(data: bytes, *, name: str = "", media_type: str | None = None) -> Source:
    """Read a document.

    The type is the one declared, else the one the name's ending stands for, else the one the text
    looks like. Raises a Problem of ``sources.reasons`` for what is refused; advice is in
    ``Source.problems``. Deterministic: the same bytes give the same Source.
    """
    kind = _media_type(media_type, name)
    text = decode(data)
    if kind is None:
        kind = _MARKDOWN if _LOOKS_MARKDOWN.search(text) else _PLAIN
    reading = read_markdown(text) if kind == _MARKDOWN else read_plain(text)
    _refuse(reading.title, reading.blocks)
    problems = sorted([*reading.problems, *advise(reading.blocks)], key=_line)
    furniture = tuple(sorted(reading.furniture, key=lambda piece: piece.line))
    return Source(reading.title, reading.blocks, furniture, tuple(problems), kind)


def retitled(source: Source, title: str) -> Source:
    """The source under another title, which is literal text: nothing in it is a code.

    White space is folded. Raises what ``read`` raises for characters that no text may hold.
    """
    text = " ".join(decode(title.encode("utf-8", "surrogatepass")).split())
    changed = replace(source, title=escape(text))
    _refuse(changed.title, changed.blocks)
    return changed


def _media_type(declared: str | None, name: str) -> str | None:
    """The type to read as, or None when neither declaration nor name tells."""
    bare = (declared or "").split(";")[0].strip().lower()
    if bare in (_MARKDOWN, _PLAIN):
        return bare
    if bare == "text/x-markdown":
        return _MARKDOWN
    if bare == "text/html" or name.lower().endswith((".html", ".htm", ".xhtml")):
        raise WrongFormat(format="HTML")
    if bare not in ("", "application/octet-stream"):
        raise UnsupportedType(media_type=bare[:80])
    ending = name.lower().rpartition(".")
    return _BY_ENDING.get(f".{ending[2]}") if ending[1] else None


def _refuse(title: str, blocks: tuple[Block, ...]) -> None:
    """Limits and directions that can only be judged segment by segment."""
    texts = [(1, title)] if title else []
    texts += [(block.line, block.text) for block in walk(blocks) if block.text is not None]
    if not texts:
        raise EmptyDocument
    if len(texts) > MAX_SEGMENTS:
        raise TooManySegments(count=len(texts), limit=MAX_SEGMENTS)
    for line, text in texts:
        if len(text) > MAX_SEGMENT:
            raise SegmentTooLarge(f"line {line}", size=len(text), limit=MAX_SEGMENT)
        if not balanced(text):
            raise UnbalancedDirection(f"line {line}")


def _line(problem: object) -> int:
    place = str(getattr(problem, "place", ""))
    return int(place.removeprefix("line ") or 0)
