"""Physical lines of plain text to logical ones, and the numbers and bullets they begin with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from workflows.sources.tagged import glue

MIN_WRAP, MAX_WRAP = 40, 100
"""Columns between which a text can have been wrapped by hand or by an editor."""


@dataclass(frozen=True)
class Marker:
    """What a line begins with."""

    style: str
    """"1", "a", or "" for a bullet; "i" for a Roman number with several signs."""
    delimiter: str
    """")" or "." after a number or letter; "" for a bullet."""
    number: int
    """1 for "1)" and for "a)"; 0 for a bullet and for a label with several parts or signs."""
    label: str
    """As written without its delimiter: "2", "2.1", "a"."""
    rest: str
    """The line after it."""


@dataclass(frozen=True)
class Line:
    """A line with text in it; a logical one when the physical ones have been joined."""

    number: int
    """1-based, of its first physical line."""
    text: str
    indent: int
    gap: bool
    """True when a blank line or the beginning stands before it."""
    marker: Marker | None = None

    @property
    def marked(self) -> bool:
        """True when it begins with a number, a letter or a bullet."""
        return self.marker is not None


_LABEL = re.compile(r"([0-9]{1,3})(?:([.．])[ \t\u00a0\u3000]+|[．、][ \t\u3000]*)(\S.*)")
_PARTS = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3}){1,4})\.?[ \t\u00a0\u3000]+(\S.*)")
_NUMBER = re.compile(r"[(（]?([0-9]{1,3})[)）][ \t\u00a0\u3000]*(\S.*)")
_LETTER = re.compile(r"[(（]?([a-z])[)）][ \t\u00a0\u3000]+(\S.*)")
_ROMAN = re.compile(r"[(（]?([ivxl]{2,7})[)）][ \t\u00a0\u3000]+(\S.*)")
_BULLET = re.compile(r"[-*•·‣◦–][ \t\u00a0\u3000]+(\S.*)")


def marker_of(text: str) -> Marker | None:
    """The marker of a line, or None."""
    if match := _LABEL.match(text):
        return Marker("1", ".", int(match[1]), match[1], match[3])
    if match := _PARTS.match(text):
        return Marker("1", ".", 0, match[1], match[2])
    if match := _NUMBER.match(text):
        return Marker("1", ")", int(match[1]), match[1], match[2])
    if match := _LETTER.match(text):
        return Marker("a", ")", ord(match[1]) - ord("a") + 1, match[1], match[2])
    if match := _ROMAN.match(text):
        return Marker("i", ")", 0, match[1], match[2])
    if match := _BULLET.match(text):
        return Marker("", "", 0, "", match[1])
    return None


def logical_lines(text: str) -> list[Line]:
    """The lines of a text, joined to paragraphs where it has been wrapped.

    A text counts as wrapped when nearly all lines fit into MAX_WRAP columns and most lines that
    are followed by another are full: the next word would not have fitted. Else each line is a
    paragraph of its own.
    """
    lines = _physical(text)
    width = _wrap_width(lines)
    if not width:
        return lines
    joined: list[list[Line]] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if before and not line.gap and _goes_on(joined[-1][0], before, line, width):
            joined[-1].append(line)
        else:
            joined.append([line])
    return [_join(group) for group in joined]


def _physical(text: str) -> list[Line]:
    lines: list[Line] = []
    gap = True
    for number, raw in enumerate(text.split("\n"), 1):
        stripped = raw.strip()
        if not stripped:
            gap = True
            continue
        wide = raw.expandtabs(4)
        words = re.sub(r"[ \t]+", " ", stripped)
        indent = len(wide) - len(wide.lstrip())
        lines.append(Line(number, words, indent, gap, marker_of(words)))
        gap = False
    return lines


def _wrap_width(lines: Sequence[Line]) -> int:
    """The column a text is wrapped at, as far as its lines show it, or 0."""
    lengths = [line.indent + len(line.text) for line in lines]
    fitting = [length for length in lengths if length <= MAX_WRAP]
    if len(fitting) < 0.9 * len(lengths) or max(fitting, default=0) < MIN_WRAP:
        return 0
    width = max(fitting)
    pairs = [
        _full(before, line, width)
        for before, line in pairwise(lines)
        if not line.gap and not line.marked
    ]
    return width if pairs and 2 * sum(pairs) >= len(pairs) else 0


def _full(line: Line, after: Line, width: int) -> bool:
    return line.indent + len(line.text) + 1 + len(after.text.split(" ", 1)[0]) > width


def _goes_on(first: Line, before: Line, line: Line, width: int) -> bool:
    """True when a line continues the paragraph that ``first`` begins."""
    if line.marked:
        # A number can stand at the start of a line by accident, but hardly within a list.
        unlikely = first.marked or before.text.endswith((":", "：")) or line.indent > first.indent
        return not unlikely and _full(before, line, width)
    hanging = first.marked and line.indent > first.indent
    return hanging or _full(before, line, width)


def _join(group: Sequence[Line]) -> Line:
    parts = [group[0].text]
    for before, line in pairwise(group):
        parts += (glue(before.text, line.text), line.text)
    text = "".join(parts)
    return replace(group[0], text=text, marker=marker_of(text))
