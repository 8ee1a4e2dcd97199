"""What the styles of a document say about structure (ECMA-376-1, 17.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar
from xml.etree.ElementTree import Element

from workflows.sources.reasons import TooComplex

MAX_CHAIN = 20
"""Styles based on styles; a longer chain, or a circle, is cut."""

MAX_STYLES = 5_000
"""Word itself stops a little above 4,000."""

T = TypeVar("T")
_HEADING = re.compile(r"heading ([1-9])")
_CONTENTS = re.compile(r"toc [1-9]|table of figures|toc heading|contents heading|contents [1-9]")
_QUOTES = frozenset(("quote", "intense quote", "block text", "quotations", "block quotation"))
_CODES = frozenset(
    ("html code", "html keyboard", "html sample", "html typewriter", "source text", "code",
     "inline code", "verbatim char", "source code")
)  # fmt: skip
_BODY_LEVEL = 9


@dataclass(frozen=True)
class NumberRef:
    """w:numPr as written: which list, and which of its levels (None: not said)."""

    num: str | None
    level: int | None


@dataclass(frozen=True)
class Style:
    """One style, without what it inherits."""

    name: str
    """In lower case. Built-in styles have English names in files of every language."""
    based_on: str
    outline: int | None
    number: NumberRef | None
    indent: int | None
    bold: bool | None
    italic: bool | None
    hidden: bool | None
    bold_head: bool
    """A table style that makes the first row bold."""


def flag(properties: Element | None, name: str) -> bool | None:
    """An on/off property, or None when it is not given (17.17.4)."""
    found = None if properties is None else properties.find(name)
    return None if found is None else found.get("w:val") not in ("0", "false", "off")


def whole(text: str | None) -> int | None:
    """A whole number of at most nine digits, or None."""
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text) else None


def value(parent: Element | None, name: str) -> str | None:
    """The w:val of a child."""
    found = None if parent is None else parent.find(name)
    return None if found is None else found.get("w:val")


def number_ref(properties: Element | None) -> NumberRef | None:
    """The w:numPr of paragraph properties."""
    found = None if properties is None else properties.find("w:numPr")
    if found is None:
        return None
    return NumberRef(value(found, "w:numId"), whole(value(found, "w:ilvl")))


def indent_of(properties: Element | None) -> int | None:
    """The indent at the start of the lines, in twentieths of a point."""
    found = None if properties is None else properties.find("w:ind")
    return None if found is None else whole(found.get("w:start") or found.get("w:left"))


@dataclass(frozen=True)
class Facts:
    """What a style says, with all it inherits."""

    level: int
    """Of headings in this style, 1 to 9; 0 when it is not for headings."""
    title: bool
    contents: bool
    """A style of tables of contents."""
    quote: bool
    code: bool
    number: NumberRef | None
    indent: int | None
    marks: tuple[bool, bool, bool]
    """Bold, italic, hidden."""
    bold_head: bool


@dataclass
class Styles:
    """The styles of a document by id; an unknown id stands for a style that says nothing."""

    by_id: dict[str, Style] = field(default_factory=dict)
    default: str = ""
    """The id of the paragraph style of paragraphs that name none."""
    _facts: dict[str, Facts] = field(default_factory=dict)

    def of(self, style_id: str) -> Facts:
        """What a style says. Raises nothing."""
        style_id = style_id if style_id in self.by_id else ""
        if style_id not in self._facts:
            self._facts[style_id] = _facts(list(self._chain(style_id)))
        return self._facts[style_id]

    def _chain(self, style_id: str) -> Iterator[Style]:
        """The style and what it is based on, nearest first."""
        seen: set[str] = set()
        while style_id in self.by_id and style_id not in seen and len(seen) < MAX_CHAIN:
            seen.add(style_id)
            style = self.by_id[style_id]
            yield style
            style_id = style.based_on


def _facts(chain: list[Style]) -> Facts:
    names = [style.name for style in chain]
    refs = [style.number for style in chain if style.number]
    num = _first(ref.num for ref in refs)
    return Facts(
        level=_level(chain),
        title="title" in names,
        contents=any(map(_CONTENTS.fullmatch, names)),
        quote=not _QUOTES.isdisjoint(names),
        code=not _CODES.isdisjoint(names),
        # The list and the level in it may come from two styles.
        number=NumberRef(num, _first(ref.level for ref in refs)) if num else None,
        indent=_first(style.indent for style in chain),
        marks=(
            bool(_first(style.bold for style in chain)),
            bool(_first(style.italic for style in chain)),
            bool(_first(style.hidden for style in chain)),
        ),
        bold_head=any(style.bold_head for style in chain),
    )


def _first(values: Iterable[T | None]) -> T | None:
    return next((each for each in values if each is not None), None)


def _level(chain: list[Style]) -> int:
    """The nearest style decides that has an outline level or the name of a built-in one."""
    for style in chain:
        if style.outline is not None:
            return 0 if style.outline >= _BODY_LEVEL else max(0, style.outline) + 1
        if match := _HEADING.fullmatch(style.name):
            return int(match[1])
        if _CONTENTS.fullmatch(style.name) or style.name == "title":
            return 0
    return 0


def read_styles(root: Element | None, name: str) -> Styles:
    """Read the part with the styles; without it no style says anything. Raises TooComplex."""
    styles = Styles()
    if root is None:
        return styles
    elements = root.findall("w:style")
    if len(elements) > MAX_STYLES:
        raise TooComplex(name)
    for element in elements:
        style_id = element.get("w:styleId", "")
        paragraph, run = element.find("w:pPr"), element.find("w:rPr")
        styles.by_id.setdefault(
            style_id,
            Style(
                name=(value(element, "w:name") or "").strip().lower(),
                based_on=value(element, "w:basedOn") or "",
                outline=whole(value(paragraph, "w:outlineLvl")),
                number=number_ref(paragraph),
                indent=indent_of(paragraph),
                bold=flag(run, "w:b"),
                italic=flag(run, "w:i"),
                hidden=flag(run, "w:vanish"),
                bold_head=_bold_head(element),
            ),
        )
        default = element.get("w:default") not in (None, "0", "false")
        if default and element.get("w:type") == "paragraph":
            styles.default = style_id
    return styles


def _bold_head(element: Element) -> bool:
    for part in element.findall("w:tblStylePr"):
        if part.get("w:type") == "firstRow":
            return bool(flag(part.find("w:rPr"), "w:b"))
    return False
