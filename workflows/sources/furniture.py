"""What stands around a text on a web page that was copied as a whole: known by its wording."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workflows.sources.blocks import Furniture
from workflows.sources.lines import Line
from workflows.sources.tagged import words

_FORM = re.compile(
    r"(?:leave|send)(?: us)?(?: an?| your)? (?:message|comment|reply)\b|contact form\b|subscribe\b",
    re.IGNORECASE,
)
_NAVIGATION = re.compile(
    r"click here\b|(?:back )?to (?:the )?top\W*$|(?:home|menu|log ?in|sign in|share|print)\W*$",
    re.IGNORECASE,
)
_BRAND = re.compile(
    r"(?:©|\(c\) |copyright\b).*(?:[0-9]{4}|reserved)|all rights reserved", re.IGNORECASE
)
_DOCUMENT = re.compile(
    r"\b(?:privacy|policy|policies|terms|conditions|notice|agreement|statement|imprint|disclaimer|"
    r"guidelines|rules|legal|cookies?)\b",
    re.IGNORECASE,
)
MAX_TITLE_WORDS = 12
MAX_TAIL_WORDS = 60
"""A block at the foot with more words than this is text, whatever it begins with."""


def top(lines: Sequence[Line]) -> tuple[Line | None, bool, list[Furniture], list[Line]]:
    """Find the title among the short lines a document begins with.

    Returns the title line or None, whether it was the only choice, the furniture above it, and
    the lines that remain. The title is the first line that names a kind of document ("Privacy
    Policy", "Terms of use"), else the first line that is no empty label.
    """
    short: list[Line] = []
    for line in lines:
        if line.marked or words(line.text) > MAX_TITLE_WORDS or line.text[-1] in ".!;,。！；，、":
            break
        short.append(line)
    named = [line for line in short if not line.text.endswith((":", "："))]
    title = next((line for line in named if _DOCUMENT.search(line.text)), None)
    title = title or (named[0] if named else None)
    if not title:
        return None, True, [], list(lines)
    above = [line for line in short if line.number < title.number]
    furniture = [
        Furniture(line.number, line.text, "navigation" if line not in named else "brand")
        for line in above
    ]
    return title, len(named) == 1, furniture, list(lines[len(above) + 1 :])


def bottom(lines: Sequence[Line]) -> tuple[list[Furniture], list[Line]]:
    """Take furniture off the foot: groups of lines that begin like a form or navigation.

    Returns the furniture, in order, and the lines that remain.
    """
    groups: list[list[Line]] = []
    for line in lines:
        if line.gap or not groups:
            groups.append([])
        groups[-1].append(line)
    found: list[Furniture] = []
    while len(groups) > 1:
        taken = _tail(groups)
        if not taken:
            break
        count, reason = taken
        for group in reversed(groups[-count:]):
            found += [Furniture(line.number, line.text, reason) for line in reversed(group)]
        del groups[-count:]
    return found[::-1], [line for group in groups for line in group]


def _tail(groups: list[list[Line]]) -> tuple[int, str] | None:
    """How many groups at the end are furniture, and of what kind."""
    last = groups[-1]
    if any(line.marked for line in last):
        return None
    if sum(words(line.text) for line in last) > MAX_TAIL_WORDS:
        return None
    if reason := _reason(last[0]):
        return 1, reason
    # The caption of a form and its sentence may be parted by a blank line.
    if len(groups) > 2 and len(last) == 1 == len(groups[-2]) and _reason(groups[-2][0]) == "form":
        return 2, "form"
    return None


def _reason(line: Line) -> str:
    if line.marked or words(line.text) > MAX_TITLE_WORDS:
        return ""
    if _BRAND.match(line.text):
        return "brand"
    if _NAVIGATION.match(line.text):
        return "navigation"
    return "form" if _FORM.match(line.text) else ""
