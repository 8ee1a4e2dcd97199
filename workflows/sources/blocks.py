"""What a source document is after reading: a tree of blocks whose texts are tagged text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import unquote

from workflows.problems import Problem
from workflows.sources.tagged import plain

MAX_SEGMENTS = 20_000
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Kind(StrEnum):
    """The kind of a block; the values are stored and exported, so they never change."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    ITEM = "item"
    TABLE = "table"
    ROW = "row"
    CELL = "cell"
    QUOTE = "quote"
    RULE = "rule"


@dataclass(frozen=True)
class Link:
    """The target of the inline code ``<aN>``; it belongs to the source, never to a translation."""

    number: int
    """N of ``<aN>``, counted from 1 in each block."""
    href: str
    """A target for which ``href_allowed`` holds."""
    title: str = ""
    """The advisory title of the source; kept for the record, not shown to visitors."""


@dataclass(frozen=True)
class Block:
    """One block of a document; ``text`` is None for pure containers."""

    kind: Kind
    text: str | None = None
    """Tagged text; an ITEM has that of its first paragraph."""
    links: tuple[Link, ...] = ()
    """In order of number, one for each ``<aN>`` of the text."""
    children: tuple[Block, ...] = ()
    """LIST: ITEMs; TABLE: ROWs of CELLs; ITEM: what follows its first paragraph; QUOTE: blocks."""
    level: int = 0
    """HEADING: 1 to 6."""
    ordered: bool = False
    """LIST only."""
    style: str = ""
    """LIST: "1" or "a" when ordered; CELL: "left", "right", "center" or "", as its whole column."""
    start: int = 1
    """LIST: the number of the first item."""
    header: bool = False
    """ROW and CELL of the head of a table."""
    line: int = 0
    """1-based line of the source file."""
    label: str = ""
    """HEADING, PARAGRAPH, ITEM: the number in front of the text, which is no part of it; see
    ``labels``. An ITEM that has one is shown with it in place of the number of its list."""


@dataclass(frozen=True)
class Furniture:
    """A line of the file that is no part of the document and is set aside, as it was written."""

    line: int
    text: str
    reason: str
    """"navigation", "brand", "form", "image", "front matter", "hidden", "comment", "cells" that
    no column was for, or "dropped" by the author."""
    before: int = field(default=-1, compare=False)
    """How many texts of the document, without the title, stand in front of it."""
    level: int = field(default=0, compare=False)
    """Of a heading, 2 to 6; 0 for other lines."""


@dataclass(frozen=True)
class Source:
    """A document as read."""

    title: str
    """Tagged text without links; "" when the document has none."""
    blocks: tuple[Block, ...]
    """Without the title."""
    furniture: tuple[Furniture, ...]
    problems: tuple[Problem, ...] = field(compare=False)
    """Advice in order of lines; nothing here is blocking. Not part of equality."""
    media_type: str
    """"text/markdown", "text/html", "text/plain" or that of Word."""
    effective: str = ""
    """The day from which the document says it holds, "YYYY-MM-DD", or "" when it does not say."""


_WEB = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:[/?#].*)?",
    re.IGNORECASE,
)
_MAIL = re.compile(r"mailto:[a-z0-9.!$%&'*+/=_~-]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
_UNFIT = re.compile(r"[^!-~]|[\\\"<>`{}|^]")


def href_allowed(href: str) -> bool:
    """True for the link targets a page may carry.

    These are ``http:`` and ``https:`` with a host and no user name in front of it, ``mailto:`` with
    one address and no headers, a ``#fragment``, and an own path that starts with one slash. Only
    visible ASCII counts, without backslash and quotes, because browsers repair the rest in ways
    that lead elsewhere (WHATWG URL, 4.4).
    """
    if not href or len(href) > 2048 or _UNFIT.search(href):
        return False
    if href.startswith("#"):
        return "#" not in href[1:]
    if href.startswith("/"):
        return not href.startswith("//")
    return bool(_WEB.fullmatch(href) or _MAIL.fullmatch(href))


def slug(text: str) -> str:
    """The name by which authors expect to reach a heading: lower case, words joined by hyphens."""
    kept = "".join(
        sign if sign.isalnum() or sign in "-_" or unicodedata.combining(sign) else " "
        for sign in plain(text).lower().replace("'", "").replace("\u2019", "")
    )
    return "-".join(kept.split())


def reference_names(label: str, text: str) -> tuple[str, ...]:
    """The fragments that lead to a heading: "2", "section-2", its text with and without number."""
    number = label.strip("()\uff08\uff09\u00a7. \u00a0")
    if not number:
        return (slug(text),)
    dashed = number.replace(".", "-")
    whole = (slug(f"{number} {text}"), slug(f"{number.replace('.', '')} {text}"))
    return (number, f"section-{number}", f"section-{dashed}", *whole, slug(text))


def reference(href: str) -> str | None:
    """The name a link within the document asks for, or None when it leads elsewhere or on top."""
    if not href.startswith("#") or href in ("#", "#top"):
        return None
    return unquote(href[1:]).lower()


def walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Every block in document order, containers before their children."""
    for block in blocks:
        yield block
        yield from walk(block.children)


def aligned(rows: tuple[Block, ...]) -> tuple[Block, ...]:
    """The rows of a table with one alignment for each column, which is all that Markdown has.

    A column has that of its first cell with text below the head, else that of its head.
    """
    styles: dict[int, str] = {}
    for row in sorted(rows, key=lambda row: row.header):
        for column, cell in enumerate(row.children):
            if cell.text is not None:
                styles.setdefault(column, cell.style)
    return tuple(
        replace(
            row,
            children=tuple(
                replace(cell, style=styles.get(column, cell.style))
                for column, cell in enumerate(row.children)
            ),
        )
        for row in rows
    )


def counted_in(media_type: str) -> str:
    """What ``Block.line`` counts in a file of this type: a "line", or in Word a "paragraph"."""
    return "paragraph" if media_type == DOCX else "line"


def number_of(place: str) -> int:
    """The line or paragraph that a place names, or 0 when it names something else."""
    number = place.rpartition(" ")[2]
    return int(number) if number.isdecimal() else 0
