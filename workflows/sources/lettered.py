"""Lists counted by letters in Markdown: an addition to CommonMark, which has no such lists.

``a)`` and a blank begin one, as in plain text, and the next letter goes on with it; the rest is as
in other lists. Such a line never interrupts a paragraph, so that a wrapped line stays what it was,
and a letter that is not the next one is text.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

_MARKER = re.compile(r"([a-z])\)[ \t]+(?=\S)")
_OPEN = "lettered"
"""Where the environment of the parser keeps the lists that are open: (next letter, indent)."""


def lettered(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A block rule for markdown-it-py; pushes the tokens of an ordered list with the type "a"."""
    letter = _letter(state, start_line)
    if silent:
        # Asked for by a paragraph or quotation: only the next item of an open list ends it.
        indent = state.sCount[start_line]
        opened = state.env.get(_OPEN, [])
        return any(letter == awaited and indent < inner for awaited, inner in opened)
    if letter != "a":
        return False
    token = state.push("ordered_list_open", "ol", 1)
    token.attrs = {"type": "a"}
    token.map = [start_line, start_line]
    outer, state.parentType = state.parentType, "list"
    line = start_line
    while letter:
        awaited = chr(ord(letter) + 1)
        line = _item(state, line, end_line, awaited)
        goes_on = line < end_line and state.sCount[line] >= state.blkIndent
        letter = _letter(state, line) if goes_on else ""
        if letter != awaited:
            break
    state.push("ordered_list_close", "ol", -1)
    token.map[1] = line
    state.line = line
    state.parentType = outer
    return True


def _letter(state: StateBlock, line: int) -> str:
    """The letter that a line begins with as a marker, or ""."""
    if state.is_code_block(line):
        return ""
    begin = state.bMarks[line] + state.tShift[line]
    match = _MARKER.match(state.src, begin, state.eMarks[line])
    return match[1] if match else ""


def _item(state: StateBlock, line: int, end_line: int, awaited: str) -> int:
    """Push the tokens of one item; returns the line after it."""
    begin = state.bMarks[line] + state.tShift[line]
    content, column = begin + 2, state.sCount[line] + 2
    width = 0
    while state.src[content] in " \t":
        at = column + width
        width += 4 - (at + state.bsCount[line]) % 4 if state.src[content] == "\t" else 1
        content += 1
    # More than four blanks are one, and the rest is the indent of a block of code.
    indent = column + (width if width <= 4 else 1)
    token = state.push("list_item_open", "li", 1)
    token.map = [line, line]
    kept = (state.tShift[line], state.sCount[line], state.tight, state.listIndent, state.blkIndent)
    state.listIndent, state.blkIndent = state.blkIndent, indent
    state.tShift[line] = content - state.bMarks[line]
    state.sCount[line] = column + width
    state.tight = True
    opened = state.env.setdefault(_OPEN, [])
    opened.append((awaited, indent))
    state.md.block.tokenize(state, line, end_line)
    opened.pop()
    (state.tShift[line], state.sCount[line], state.tight, state.listIndent, state.blkIndent) = kept
    state.push("list_item_close", "li", -1)
    token.map[1] = state.line
    return state.line
