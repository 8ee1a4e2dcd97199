"""Tagged text in the one spelling that every format reads back the same."""

from __future__ import annotations

import re

from workflows.sources.tagged import escape, scan

_UNTIDY = re.compile(r"</(strong|em|code)><\1>|<br[1-9]")
_Piece = tuple[str, bool]
"""Literal text, or a code; True for a code."""
_BREAK = ("<br/>", True)
"""A line break, until all of them are counted."""


def tidied(text: str) -> str:
    """The same text with breaks only between lines, and no code that ends where it goes on.

    Outside of code, no break stands at an edge of the text or of an emphasis or a link, nor right
    after another one, and none has blanks beside it. Two equal codes side by side are one: HTML
    and Word mark up letters, and where the marking is cut into pieces means nothing.
    """
    if not _UNTIDY.search(text):
        return text
    kept: list[_Piece] = []
    in_code = 0
    for value, is_code, _start in scan(text):
        if not is_code or value.startswith("{"):
            begins = not is_code and _begins_line(kept) and in_code <= 0
            value = value.lstrip(" ") if begins else value
            kept += [(value, is_code)] if value else []
        elif not value.startswith("<br"):
            in_code += {"<code>": 1, "</code>": -1}.get(value, 0)
            _add_code(kept, value, in_code > 0)
        elif in_code > 0:
            kept.append(_BREAK)
        else:
            _add_break(kept)
    if kept and kept[-1] == _BREAK:
        kept.pop()
    return _written(kept).strip(" ")


def _begins_line(kept: list[_Piece]) -> bool:
    at = _before_openings(kept)
    return at > 0 and kept[at - 1] == _BREAK


def _before_openings(kept: list[_Piece]) -> int:
    """Where the codes begin that were opened and have nothing in them yet."""
    at = len(kept)
    while at and kept[at - 1][1] and _opens(kept[at - 1][0]):
        at -= 1
    return at


def _opens(code: str) -> bool:
    return code[0] == "<" and code[1] != "/" and code != _BREAK[0]


def _add_code(kept: list[_Piece], code: str, in_code: bool) -> None:
    last = kept[-1] if kept else None
    if _opens(code):
        if last == (f"</{code[1:]}", True):
            kept.pop()
        else:
            kept.append((code, True))
        return
    opening = (f"<{code[2:]}", True)
    ends_line = last == _BREAK and code != "</code>" and not in_code
    if ends_line and kept[-2:-1] != [opening]:
        kept.pop()
        kept.append((code, True))
        _add_break(kept)
    elif last == opening and code[2] != "a":
        kept.pop()
    else:
        kept.append((code, True))


def _add_break(kept: list[_Piece]) -> None:
    """Add a break between two lines: in front of what begins with it."""
    at = _before_openings(kept)
    while at and not kept[at - 1][1]:
        line = kept[at - 1][0].rstrip(" ")
        if line:
            kept[at - 1] = (line, False)
            break
        del kept[at - 1]
        at = _before_openings(kept[:at])
    if at and kept[at - 1] != _BREAK:
        kept.insert(at, _BREAK)


def _written(kept: list[_Piece]) -> str:
    parts: list[str] = []
    literal = ""
    breaks = 0
    for value, is_code in kept:
        if not is_code:
            literal += value
            continue
        if (value, is_code) == _BREAK:
            breaks += 1
            value = f"<br{breaks}/>"
        parts += (escape(literal, before_code=True), value)
        literal = ""
    return "".join((*parts, escape(literal)))
