"""What an author should look at: found in the blocks, whatever they were read from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from workflows.problems import Problem
from workflows.sources.blocks import (
    Block,
    Kind,
    Link,
    reference,
    reference_names,
    walk,
)
from workflows.sources.dates import days, effective_days, is_named_effective
from workflows.sources.reasons import (
    BrokenReference,
    DuplicateText,
    EffectiveDateDiffers,
    EmptyPlaceholder,
    HtmlShown,
    MissingFullStop,
    SegmentTooLong,
)
from workflows.sources.tagged import plain, plain_words, scan

MAX_WORDS = 120
"""The length of a paragraph from which a small change costs its translators too much."""
MAX_FINDINGS = 3
"""Of one kind in one text."""
MIN_DUPLICATE_WORDS = 4
"""Shorter texts ("Yes", "Purpose") repeat in tables and headings for good reasons."""

_MISSING_NAME = re.compile(
    r"\b(?:of|by|with|from|to|for|at)\s+and\s*/\s*or\s+(?:its|their|his|her)\b(?:\s+\w+){0,2}"
    r"|\b(?:of|from|with)\s+(?:and|or)\s+(?:its|their)\b(?:\s+\w+){0,2}"
    r"|_{3,}|\[\s*\]|\(\s*\)|\{\s*\}|<\s*>"
    r"|\[(?:your |insert |company|site|name|date|e-?mail|address|website)[^\[\]]{0,40}\]"
    r"|\b(?:TBD|TODO|XX+|lorem ipsum)\b",
    re.IGNORECASE,
)
_GLUED = re.compile(
    r"\b[a-z]{3,} (?:If|When|However|Please|Therefore|This|These|In addition) [a-z]+"
)
_HTML = re.compile(r"</?[a-z][a-z0-9]{0,15}(?: [^<>]{0,80})?/?>|<!--", re.IGNORECASE)


FOUND_HERE = (
    BrokenReference,
    DuplicateText,
    EffectiveDateDiffers,
    EmptyPlaceholder,
    HtmlShown,
    MissingFullStop,
    SegmentTooLong,
)
"""The advice that ``advise`` gives; all other advice comes from a reader."""


def advise(blocks: tuple[Block, ...], effective: str = "", *, unit: str = "line") -> list[Problem]:
    """Advice on the texts of a document, in document order. Raises nothing.

    ``effective`` is the day from which the document's metadata say it holds, or ""; ``unit`` is
    what the lines of the blocks count.
    """
    found: list[Problem] = []
    names = _names(blocks)
    before = ""
    seen: dict[tuple[str, tuple[Link, ...]], int] = {}
    for block in walk(blocks):
        if block.text is None:
            continue
        literal = plain(block.text)
        count = plain_words(literal)
        found += _wording(block.text, literal, count, f"{unit} {block.line}")
        if effective:
            found += _dates(literal, before, effective, f"{unit} {block.line}")
        before = literal
        for link in block.links:
            if (name := reference(link.href)) is not None and name not in names:
                found.append(BrokenReference(f"{unit} {block.line}", href=link.href))
        if count < MIN_DUPLICATE_WORDS:
            continue
        first = seen.setdefault((block.text, block.links), block.line)
        if first != block.line:
            found.append(DuplicateText(f"{unit} {block.line}", first=first))
    return found


def _wording(text: str, literal: str, count: int, place: str) -> Iterator[Problem]:
    for match in islice(_MISSING_NAME.finditer(literal), MAX_FINDINGS):
        yield EmptyPlaceholder(place, found=match.group())
    for match in islice(_GLUED.finditer(literal), MAX_FINDINGS):
        yield MissingFullStop(place, found=match.group())
    if "<" in literal:
        for match in islice(_HTML.finditer(_uncoded(text)), MAX_FINDINGS):
            yield HtmlShown(place, found=match.group())
    if count > MAX_WORDS:
        yield SegmentTooLong(place, words=count)


def _dates(literal: str, before: str, effective: str, place: str) -> Iterator[Problem]:
    """Other days than the one of the metadata; ``before`` is the text in front of this one."""
    found = list(effective_days(literal))
    if not found and is_named_effective(before):
        # A heading or a cell says what a day of its own is for.
        found = [
            day for day in days(literal) if literal.strip(" .") == literal[day.start : day.end]
        ]
    for day in islice((day for day in found if day.value != effective), MAX_FINDINGS):
        said = literal[day.start : day.end]
        yield EffectiveDateDiffers(place, found=said, effective=effective)


def _uncoded(text: str) -> str:
    """The literal text outside of code, where HTML is meant to be seen."""
    parts: list[str] = []
    in_code = False
    for value, is_code, _start in scan(text):
        if is_code:
            in_code = value == "<code>" or (in_code and value != "</code>")
        elif not in_code:
            parts.append(value)
    return " ".join(parts)


def _names(blocks: tuple[Block, ...]) -> set[str]:
    headings = (block for block in walk(blocks) if block.kind is Kind.HEADING)
    return {
        name.lower()
        for block in headings
        for name in reference_names(block.label, block.text or "")
    }
