"""Rules for markdown-it-py where CommonMark would show or lose what nobody meant.

Comments are set aside and not published, ``<br>`` is understood in the cells of tables, where a
line cannot end otherwise, and cells beyond the columns of a table are not dropped in silence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit, getLine, table
from markdown_it.rules_inline import StateInline

_BREAK = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
_OPENING, _CLOSING = "<!--", "-->"
_KNOWN = "comment"
"""Where the environment of the parser keeps the end of a comment: (text, asked from, found at)."""
_NOTES = ("//", "COMMENT")
"""Names of link references that are a way to write a comment: ``[//]: # (like this)``."""
_INTERRUPTED = ["paragraph", "reference", "blockquote"]


def add_rules(parser: MarkdownIt) -> None:
    """Add the rules to a parser with tables."""
    parser.block.ruler.before("heading", "comment", _comment_block, {"alt": _INTERRUPTED})
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("autolink", "comment", _comment)
    parser.inline.ruler.before("autolink", "break", _written_break)


def notes(env: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """The line and text of each comment that is written as a link reference."""
    named = env.get("references", {}).items()
    found = [entry for label, entry in named if label in _NOTES]
    found += [entry for entry in env.get("duplicate_refs", ()) if entry["label"] in _NOTES]
    for entry in found:
        if entry["title"]:
            yield entry["map"][0] + 1, entry["title"]


def _comment_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A comment that begins a line, over blank lines and whatever stands in it.

    One that ends in front of text on its own line is part of a paragraph. One without an end is
    text, so that it is seen.
    """
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.is_code_block(start_line) or not state.src.startswith(_OPENING, begin):
        return False
    found = _end(state, begin)
    last = bisect_left(state.eMarks, found)
    if found < 0 or last >= end_line:
        return False
    rest = state.src[found : state.eMarks[last]]
    if rest.strip() and last == start_line:
        return False
    if silent:
        return True
    token = state.push("comment", "", 0)
    token.map = [start_line, last + 1]
    # Without the marks of the quotation that it may stand in.
    lines = [getLine(state, number) for number in range(start_line, last + 1)]
    whole = "\n".join(lines)
    token.info = _said(whole[: len(whole) - len(rest)])
    state.line = last + 1
    if rest.strip():
        state.bMarks[last] = found + len(rest) - len(rest.lstrip())
        state.tShift[last], state.sCount[last] = 0, state.blkIndent
        state.line = last
    return True


def _comment(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith(_OPENING, state.pos):
        return False
    found = _end(state, state.pos)
    if found < 0:
        return False
    if not silent:
        token = state.push("comment", "", 0)
        token.info = _said(state.src[state.pos : found])
    state.pos = found
    return True


def _end(state: StateBlock | StateInline, begin: int) -> int:
    """The offset after the comment that begins there, or -1; many of them cost one pass."""
    src, asked, found = state.env.get(_KNOWN, ("", 0, -1))
    at = begin + 2  # "<!-->" is a comment, too
    if src is not state.src or at < asked or -1 < found < at:
        found = state.src.find(_CLOSING, at)
        state.env[_KNOWN] = (state.src, at, found)
    return found + len(_CLOSING) if found >= 0 else -1


def _said(comment: str) -> str:
    return " ".join(comment[len(_OPENING) : -len(_CLOSING)].split())


def _written_break(state: StateInline, silent: bool) -> bool:
    match = _BREAK.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        # Outside of tables it is shown as it is written, like all HTML.
        token = state.push("written_break", "", 0)
        token.content = match.group()
    state.pos = match.end()
    return True


def _table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """The rule for tables, which drops the cells of a row that its head has no column for."""
    before = len(state.tokens)
    if not table(state, start_line, end_line, silent):
        return False
    tokens = state.tokens[before:]
    columns = sum(token.type == "th_open" for token in tokens)
    for token in tokens:
        if token.type == "tr_open" and token.map:
            cells = escapedSplit(getLine(state, token.map[0]).strip())
            cells = cells[1:] if not cells[0] else cells
            beyond = [cell.strip() for cell in cells[columns:]]
            token.info = " | ".join(cell for cell in beyond if cell)
    return True
