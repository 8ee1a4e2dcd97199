"""Markdown to blocks: CommonMark 0.31, tables, and lists by letters; raw HTML is literal text.

But for two things that authors write for want of others: comments, and ``<br>`` in a table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from workflows.problems import Problem
from workflows.sources.blocks import Block, Furniture, Kind, Link
from workflows.sources.frontmatter import FrontMatter, front_matter
from workflows.sources.inline import Inline
from workflows.sources.labels import AS_TEXT, front, label_of, shown
from workflows.sources.lettered import lettered
from workflows.sources.markdown_rules import add_rules, notes
from workflows.sources.numbered import settled
from workflows.sources.reasons import (
    CellsSetAside,
    CodeBlock,
    CommentSetAside,
    EffectiveDateUnreadable,
    NoTitle,
    TooComplex,
    TooDeep,
)
from workflows.sources.reasons import FrontMatter as FrontMatterSetAside
from workflows.sources.tagged import escape

MAX_NESTING = 16
"""Levels of markdown-it-py; a list counts two. It would silently skip what lies deeper."""

MAX_WORK = 800_000
"""Estimated work of one document, in units of about a microsecond of a present-day core."""

# The terminators of markdown-it's text rule: each one starts an attempt at several rules.
_COSTS = {"[": 26, "*": 5, "_": 5} | dict.fromkeys("!#$%&+-:<=>@\\]^`{}~", 3)
_MARKERS = re.compile(r"(?:[ \t]{0,8}(?:[-+*>]|[0-9]{1,9}[.)]|\(?[a-z]{1,6}\)))+")
_DELIMITER_ROW = frozenset(" \t|:-")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# A label is parted from its text by a blank written as a reference, and a text that only looks as
# if it had one begins with a reference. Nobody needs either, so both are meant.
_PARTED = re.compile(r"((?:[^&\\\n]|\\.){1,60}?)&#32;")
_LITERAL = re.compile(r"[*_\[]*&#x[0-9A-F]{2,4};")
_KINDS = {
    "heading": Kind.HEADING,
    "paragraph": Kind.PARAGRAPH,
    "bullet_list": Kind.LIST,
    "ordered_list": Kind.LIST,
    "list_item": Kind.ITEM,
    "blockquote": Kind.QUOTE,
    "table": Kind.TABLE,
    "tr": Kind.ROW,
    "th": Kind.CELL,
    "td": Kind.CELL,
}
_parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable("table")
_INTERRUPTED = ["paragraph", "reference", "blockquote"]
_parser.block.ruler.before("list", "lettered", lettered, {"alt": _INTERRUPTED})
add_rules(_parser)


@dataclass
class Reading:
    """What a reader hands back; ``sources.read`` makes a Source of it."""

    title: str = ""
    blocks: tuple[Block, ...] = ()
    furniture: list[Furniture] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    effective: str = ""
    """"YYYY-MM-DD", or "" when the document does not say."""


@dataclass
class _Frame:
    """A block whose end has not come yet."""

    kind: Kind | None
    line: int = 0
    text: str | None = None
    links: tuple[Link, ...] = ()
    children: list[Block] = field(default_factory=list)
    level: int = 0
    ordered: bool = False
    style: str = ""
    start: int = 1
    header: bool = False
    label: str = ""


def read_markdown(text: str) -> Reading:
    """Read a Markdown document. Raises TooComplex, TooDeep, TooManyCodes.

    The first heading of level 1 outside lists and quotations is the title, else what front matter
    calls the document.
    """
    reading = Reading()
    matter = front_matter(text)
    # The lines count on after it.
    text = "\n" * text.count("\n", 0, matter.end) + text[matter.end :]
    if (line := costly_line(text)) is not None:
        raise TooComplex(f"line {line}")
    root = _Frame(None)
    stack = [root]
    titled = False
    env: dict[str, Any] = {}
    for token in _parser.parse(text, env):
        if token.nesting > 0:
            _refuse_depth(token)
            stack.append(_open(token, stack, reading))
        elif token.nesting < 0:
            frame = stack.pop()
            stack[-1].children += _close(frame)
        elif token.type == "inline":
            frame = stack[-1]
            is_title = not titled and len(stack) == 2 and frame.level == 1
            _fill(frame, token, reading, keep_links=not is_title)
            if is_title and frame.text:
                titled, reading.title = True, frame.text
                frame.kind = None
        else:
            stack[-1].children += _single(token, _line(token, stack), reading)
    for line, note in notes(env):
        _set_comment_aside(note, line, reading)
    _take(matter, reading)
    reading.blocks, _moved = settled(root.children, reading.problems)
    return reading


def costly_line(text: str) -> int | None:
    """The 1-based line at which the estimated work passes MAX_WORK, or None.

    The estimate is linear and deliberately coarse: it stands between hostile input and a parser
    whose cost a sign can be a thousand times that of prose.
    """
    work = columns = 0
    for number, line in enumerate(text.split("\n"), 1):
        work += 20 + sum(line.count(sign) * cost for sign, cost in _COSTS.items())
        if marks := _MARKERS.match(line):
            work += 20 * sum(map(marks.group().count, "-+*>.)"))
        if not line.strip():
            columns = 0
        elif "-" in line and _DELIMITER_ROW.issuperset(line):
            columns = max(columns, line.count("|") + 1)
        # A row is filled up to the columns of its head, however short it is written.
        work += 20 * max(columns, line.count("|"))
        if work > MAX_WORK:
            return number
    return None


def _take(matter: FrontMatter, reading: Reading) -> None:
    """Take what is known of the front matter, and tell when something else is in it."""
    if is_day(matter.effective):
        reading.effective = matter.effective
    elif matter.effective:
        place = f"line {matter.effective_line}"
        reading.problems.append(EffectiveDateUnreadable(place, found=matter.effective[:80]))
    title = escape(matter.title, placeholders=True)
    reading.title = reading.title or title
    if not reading.title:
        reading.problems.append(NoTitle())
    if matter.unread or (title and title != reading.title):
        reading.problems.append(FrontMatterSetAside("line 1"))
        reading.furniture.append(Furniture(1, matter.text, "front matter"))


def is_day(value: str) -> bool:
    """True for a day of the calendar written as "YYYY-MM-DD" (ISO 8601)."""
    if not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _refuse_depth(token: Token) -> None:
    if token.level + 1 >= MAX_NESTING:
        line = token.map[0] + 1 if token.map else 1
        raise TooDeep(f"line {line}", limit=MAX_NESTING // 2 - 1)


def _line(token: Token, stack: list[_Frame]) -> int:
    return token.map[0] + 1 if token.map else stack[-1].line


def _open(token: Token, stack: list[_Frame], reading: Reading) -> _Frame:
    name = token.type.removesuffix("_open")
    frame = _Frame(_KINDS.get(name), _line(token, stack))
    frame.header = name == "thead" or (name in ("tr", "th", "td") and stack[-1].header)
    if name == "heading":
        frame.level = int(token.tag[1:])
    elif name == "ordered_list":
        frame.ordered, frame.style = True, str(token.attrs.get("type", "1"))
        frame.start = int(token.attrs.get("start", 1))
    elif name == "list_item":
        frame.label = str(token.attrs.get("label", ""))
    elif name == "tr" and token.info:
        reading.problems.append(CellsSetAside(f"line {frame.line}", text=token.info))
        reading.furniture.append(Furniture(frame.line, token.info, "cells"))
    elif name in ("th", "td"):
        frame.style = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return frame


def _fill(frame: _Frame, token: Token, reading: Reading, *, keep_links: bool) -> None:
    inline = Inline(frame.line, keep_links, frame.kind is Kind.CELL).read(token.children or ())
    frame.text = inline.text() or None
    if keep_links and frame.text and frame.kind in (Kind.HEADING, Kind.PARAGRAPH):
        _label(frame, token.content)
    frame.links = tuple(inline.links) if frame.text else ()
    reading.problems += inline.problems
    reading.furniture += inline.furniture


def _label(frame: _Frame, content: str) -> None:
    """Take a label that stands there as such, or note that there is none."""
    text = frame.text or ""
    if match := _PARTED.match(content):
        written = re.sub(r"\\(.)", r"\1", match[1])
        label = label_of(written)
        if label and written == shown(label) and text.startswith(f"{written} "):
            frame.label, frame.text = label, text[len(written) + 1 :]
    elif _LITERAL.match(content) and front(text):
        frame.label = AS_TEXT


def _set_comment_aside(text: str, line: int, reading: Reading) -> None:
    if text:
        reading.problems.append(CommentSetAside(f"line {line}", text=text))
        reading.furniture.append(Furniture(line, text, "comment"))


def _close(frame: _Frame) -> list[Block]:
    """The block of a frame that has ended, or nothing when there is nothing in it."""
    kind, children = frame.kind, frame.children
    if kind is Kind.ITEM and children and children[0].kind is Kind.PARAGRAPH:
        first, *children = children
        frame.text, frame.links = first.text, first.links
        frame.label = frame.label or first.label
    if kind is None:  # the title, or the head or body of a table
        return children
    empty = frame.text is None and not children
    if empty and kind is not Kind.CELL:
        return []
    if kind is Kind.TABLE:
        # Markdown has no table without a head: one with nothing in it stands for none.
        children = [row for row in children if not row.header or any(c.text for c in row.children)]
        if not any(cell.text for row in children for cell in row.children):
            return []
    block = Block(
        kind,
        frame.text,
        frame.links,
        tuple(children),
        frame.level,
        frame.ordered,
        frame.style,
        frame.start,
        frame.header,
        frame.line,
        frame.label,
    )
    return [block]


def _single(token: Token, line: int, reading: Reading) -> list[Block]:
    """The block of a token that stands alone: a rule, a comment, or code."""
    if token.type == "hr":
        return [Block(Kind.RULE, line=line)]
    if token.type == "comment":
        _set_comment_aside(token.info, line, reading)
        return []
    return _code(token, line, reading)


def _code(token: Token, line: int, reading: Reading) -> list[Block]:
    """A fence or an indented block: a paragraph of code."""
    inline = Inline(line).code_block(token.content)
    if not (text := inline.text()):
        return []
    reading.problems.append(CodeBlock(f"line {line}"))
    return [Block(Kind.PARAGRAPH, text, line=line)]
