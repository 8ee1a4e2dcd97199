"""Lists counted by letters in Markdown: an addition to CommonMark, which has no such lists.

``a)`` or ``(a)`` and a blank begin one, as in plain text, and the next letter goes on with it; the
rest is as in other lists. So does ``i)`` or ``(i)`` where ``ii)`` or ``(ii)`` follows; such an item
keeps its number as label. These lines never interrupt a paragraph, so that a wrapped line stays
what it was, and a letter or number that is not the next one is text.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

from workflows.sources.labels import ROMAN, roman

_MARKER = re.compile(r"(\(?(?:[a-z]|[ivxl]{2,7})\))[ \t]+(?=\S)")
MAX_AHEAD = 50
"""Lines within which the second item of a list by Roman numbers is looked for."""
_OPEN = "lettered"
"""Where the environment of the parser keeps the lists that are open: (next marker, indent)."""


def lettered(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A block rule for markdown-it-py; pushes the tokens of an ordered list.

    Its type is "a", or "1" when its items have labels.
    """
    mark = _mark(state, start_line)
    if silent:
        # Asked for by a paragraph or quotation: only the next item of an open list ends it.
        indent = state.sCount[start_line]
        opened = state.env.get(_OPEN, [])
        return any(mark == awaited and indent < inner for awaited, inner in opened)
    bare = mark.strip("()")
    counted = bare == "i" and _comes(state, mark.replace("i", "ii"), start_line, end_line)
    if bare != "a" and not counted:
        return False
    token = state.push("ordered_list_open", "ol", 1)
    token.attrs = {"type": "1" if counted else "a"}
    token.map = [start_line, start_line]
    outer, state.parentType = state.parentType, "list"
    line = start_line
    while mark:
        awaited = _next(mark, counted=counted)
        line = _item(state, line, end_line, mark, awaited, labelled=counted)
        goes_on = line < end_line and state.sCount[line] >= state.blkIndent
        mark = _mark(state, line) if goes_on else ""
        if mark != awaited:
            break
    state.push("ordered_list_close", "ol", -1)
    token.map[1] = line
    state.line = line
    state.parentType = outer
    return True


def _next(mark: str, *, counted: bool) -> str:
    """The marker after this one; "" after the last that there is."""
    bare = mark.strip("()")
    if not counted:
        return mark.replace(bare, chr(ord(bare) + 1))
    return mark.replace(bare, roman(ROMAN[bare] + 1)) if ROMAN[bare] + 1 in ROMAN.values() else ""


def _comes(state: StateBlock, mark: str, line: int, end_line: int) -> bool:
    """Whether a line soon after this one begins with a marker."""
    after = range(line + 1, min(end_line, line + MAX_AHEAD))
    return any(_mark(state, ahead) == mark for ahead in after)


def _mark(state: StateBlock, line: int) -> str:
    """What a line begins with as a marker: "a)", "(a)", or ""."""
    if state.is_code_block(line):
        return ""
    begin = state.bMarks[line] + state.tShift[line]
    match = _MARKER.match(state.src, begin, state.eMarks[line])
    return match[1] if match else ""


def _item(
    state: StateBlock, line: int, end_line: int, mark: str, awaited: str, *, labelled: bool
) -> int:
    """Push the tokens of one item; returns the line after it."""
    begin = state.bMarks[line] + state.tShift[line]
    content, column = begin + len(mark), state.sCount[line] + len(mark)
    width = 0
    while state.src[content] in " \t":
        at = column + width
        width += 4 - (at + state.bsCount[line]) % 4 if state.src[content] == "\t" else 1
        content += 1
    # More than four blanks are one, and the rest is the indent of a block of code.
    indent = column + (width if width <= 4 else 1)
    token = state.push("list_item_open", "li", 1)
    token.map = [line, line]
    token.attrs = {"label": mark} if labelled else {}
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
