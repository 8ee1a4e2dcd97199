"""A paragraph of WordprocessingML to spans: its text, how it is marked and where it links to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from workflows.sources.docx.formulas import linear
from workflows.sources.docx.styles import (
    NumberRef,
    Styles,
    flag,
    indent_of,
    number_ref,
    value,
    whole,
)
from workflows.sources.raised import raised

_INSTRUCTION = re.compile(
    r'\s*HYPERLINK\s+(?P<switch>\\l\s+)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s\\"]\S*))'
    r'(?:\s+\\l\s+"(?P<anchor>[^"]*)")?'
)
_CONTENTS = re.compile(r"\s*(?:TOC|INDEX|TOA)\b")
_SKIPPED = frozenset(
    ("w:pPr", "w:rPr", "w:sdtPr", "w:sdtEndPr", "w:customXmlPr", "w:smartTagPr", "w:rubyPr",
     "w:fldData", "w:ffData", "w:tblPr", "w:trPr", "w:tcPr", "w:tblGrid", "w:sectPr")
)  # fmt: skip
_SAID = {"w:tab": " ", "w:ptab": " ", "w:noBreakHyphen": "\u2011"}
_NOTES = {"w:footnoteReference": "footnote", "w:endnoteReference": "endnote"}
_SHIFTS = {"superscript": "up", "subscript": "down"}
MAX_FIELDS = 50
"""Fields in fields."""
_PRIVATE = range(0xE000, 0xF900)


@dataclass(slots=True)
class Span:
    """A piece of text with one look."""

    text: str
    kind: str = "text"
    """"text", "break", "image" or "note" (the text is then what the note is found by)."""
    marks: frozenset[str] = frozenset()
    """Of "strong", "em", "code"."""
    href: str = ""
    """Where it links to; "#name" is a bookmark."""


@dataclass(slots=True)
class Paragraph:
    """A paragraph as written, before anything of its place in the document is known."""

    number: int
    """1-based, counting the paragraphs that stand in no other one."""
    style: str = ""
    outline: int | None = None
    ref: NumberRef | None = None
    indent: int | None = None
    align: str = ""
    """"center" or "right", or "" for everything else."""
    spans: list[Span] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    """The contents of text boxes."""
    hidden: str = ""
    struck: str = ""
    """What is struck through; it is in the spans too."""
    raised: list[str] = field(default_factory=list)
    """What is raised or lowered and has no signs for that; it is in the spans too."""
    formulas: list[str] = field(default_factory=list)
    """What was more than a line; as a line it is in the spans too."""
    comments: list[str] = field(default_factory=list)
    """The numbers of the comments."""
    embedded: list[str] = field(default_factory=list)
    contents: str = ""
    """What stands in the field of a table of contents."""
    rule: bool = False

    @property
    def says_something(self) -> bool:
        """False when it could as well be missing."""
        return bool(
            self.spans
            or self.bookmarks
            or self.boxes
            or self.hidden
            or self.comments
            or self.embedded
            or self.contents
            or self.rule
        )

    @property
    def text(self) -> str:
        """The literal text; a line break is a space."""
        parts = (" " if span.kind == "break" else span.text for span in self.spans)
        return " ".join("".join(parts).split())


@dataclass
class _Field:
    """A complex field (17.16.18): its instruction, then its result."""

    instruction: str = ""
    in_result: bool = False
    contents: bool = False
    href: str = ""

    def separate(self) -> None:
        """The instruction is complete, and the result begins."""
        self.in_result = True
        self.contents = bool(_CONTENTS.match(self.instruction))
        self.href = target(self.instruction)


def target(instruction: str) -> str:
    """The target of a HYPERLINK instruction, or ""."""
    match = _INSTRUCTION.match(instruction)
    if not match:
        return ""
    place = match["quoted"] if match["quoted"] is not None else match["bare"]
    if match["switch"]:
        return f"#{place}"
    return f"{place}#{match['anchor']}" if match["anchor"] else place


class Reader:
    """Reads the paragraphs of one part, in order. Raises nothing."""

    def __init__(self, styles: Styles, links: Mapping[str, str]) -> None:
        self._styles = styles
        self._links = links
        # Fields that are open: they may go on over many paragraphs.
        self._fields: list[_Field] = []
        self._held = Paragraph(0)
        self._looks: dict[tuple[object, ...], tuple[frozenset[str], bool]] = {}
        self._acts: dict[str, Callable[[Element, str], None]] = {
            "w:r": self._run,
            "w:hyperlink": self._hyperlink,
            "w:fldSimple": self._simple_field,
            "w:bookmarkStart": self._bookmark,
            "mc:AlternateContent": self._alternative,
            "w:drawing": self._drawing,
            "w:pict": self._drawing,
            "w:object": self._object,
            "w:ruby": self._ruby,
            "w:t": self._text,
            "m:oMath": self._formula,
            "w:br": self._break,
            "w:cr": self._break,
            "w:commentReference": self._comment,
            "w:fldChar": self._field_char,
            "w:instrText": self._instruction,
            "w:sym": self._symbol,
        }
        self._marks: frozenset[str] = frozenset()
        self._hidden = False

    def read(self, element: Element, number: int) -> Paragraph:
        """The record of one paragraph."""
        properties = element.find("w:pPr")
        held = self._held = Paragraph(
            number,
            style=value(properties, "w:pStyle") or self._styles.default,
            outline=whole(value(properties, "w:outlineLvl")),
            ref=number_ref(properties),
            indent=indent_of(properties),
            align={"center": "center", "right": "right", "end": "right"}.get(
                value(properties, "w:jc") or "", ""
            ),
        )
        self._marks, self._hidden = frozenset(), False
        self._walk(element, "")
        # An instruction ends with its paragraph: else one that was never closed hid all the rest.
        self._fields = [each for each in self._fields if each.in_result]
        if self._styles.of(held.style).contents:
            held.contents += held.text
            held.spans = []
        return held

    def _walk(self, parent: Element, href: str) -> None:
        for child in parent:
            tag = child.tag
            if tag in self._acts:
                self._acts[tag](child, href)
            elif tag in _SAID:
                self._say(_SAID[tag], href)
            elif tag in _NOTES:
                self._say(f"{_NOTES[tag]} {child.get('w:id', '')}", href, kind="note")
            elif tag not in _SKIPPED and len(child):
                self._walk(child, href)

    def _text(self, element: Element, href: str) -> None:
        self._say(element.text or "", href)

    def _break(self, element: Element, href: str) -> None:
        if element.get("w:type", "textWrapping") == "textWrapping":
            self._say("", href, kind="break")
        else:
            self._say(" ", href)

    def _comment(self, element: Element, _href: str) -> None:
        self._held.comments.append(element.get("w:id", ""))

    def _instruction(self, element: Element, _href: str) -> None:
        if self._fields:
            self._fields[-1].instruction += (element.text or "")[:4096]

    def _say(self, text: str, href: str, kind: str = "text") -> None:
        if self._hidden or any(not each.in_result for each in self._fields):
            self._held.hidden += text
            return
        for each in self._fields:
            href = each.href or href
        if any(each.contents for each in self._fields):
            self._held.contents += text or " "
            return
        marks = self._marks
        if "struck" in marks:
            self._held.struck += text
            marks -= {"struck"}
        if shift := marks & {"up", "down"}:
            marks -= shift
            text = self._on_the_line(text, up="up" in shift) if kind == "text" else text
        spans = self._held.spans
        last = spans[-1] if spans else None
        if last and kind == last.kind == "text" and (last.marks, last.href) == (marks, href):
            last.text += text
        elif text or kind == "break":
            spans.append(Span(text, kind, marks, href))

    def _on_the_line(self, text: str, *, up: bool) -> str:
        written, clear = raised(text, up=up) if text.strip() else (text, True)
        if not clear:
            self._held.raised.append(text.strip())
        return written

    def _formula(self, element: Element, href: str) -> None:
        text, clear = linear(element)
        self._say(text, href)
        if not clear:
            self._held.formulas.append(text)

    def _run(self, element: Element, href: str) -> None:
        outer = self._marks, self._hidden
        properties = element.find("w:rPr")
        if properties is not None:
            self._marks, self._hidden = self._look(properties)
        else:
            self._marks, self._hidden = frozenset(), False
        self._walk(element, href)
        self._marks, self._hidden = outer

    def _look(self, properties: Element) -> tuple[frozenset[str], bool]:
        style = value(properties, "w:rStyle") or ""
        own = (
            flag(properties, "w:b"),
            flag(properties, "w:i"),
            flag(properties, "w:vanish"),
            bool(flag(properties, "w:strike") or flag(properties, "w:dstrike")),
        )
        shift = _SHIFTS.get(value(properties, "w:vertAlign") or "", "")
        key = (style, shift, *own)
        if key not in self._looks:
            inherited = self._styles.of(style).marks
            bold, italic, hidden = (
                given if mine is None else mine for mine, given in zip(own, inherited, strict=False)
            )
            code = self._styles.of(style).code
            pairs = (("strong", bold), ("em", italic), ("code", code), ("struck", own[3]),
                     (shift, bool(shift)))  # fmt: skip
            self._looks[key] = frozenset(name for name, holds in pairs if holds), hidden
        return self._looks[key]

    def _hyperlink(self, element: Element, href: str) -> None:
        found = self._links.get(element.get("r:id", ""), "")
        anchor = element.get("w:anchor", "")
        if anchor and "#" not in found:
            found = f"{found}#{anchor}"
        self._walk(element, found or href)

    def _simple_field(self, element: Element, href: str) -> None:
        instruction = element.get("w:instr", "")
        self._fields.append(_Field(instruction))
        self._fields[-1].separate()
        self._walk(element, href)
        self._fields.pop()

    def _field_char(self, element: Element, _href: str) -> None:
        form = element.get("w:fldCharType")
        fields = self._fields
        if form == "begin" and len(fields) < MAX_FIELDS:
            fields.append(_Field())
        elif fields and form == "separate":
            fields[-1].separate()
        elif fields and form == "end":
            fields.pop()

    def _bookmark(self, element: Element, _href: str) -> None:
        self._held.bookmarks.append(element.get("w:name", ""))

    def _alternative(self, element: Element, href: str) -> None:
        """Of several forms of the same content the first (ISO/IEC 29500-3, 9.3)."""
        for form in ("mc:Choice", "mc:Fallback"):
            chosen = element.find(form)
            if chosen is not None and len(chosen):
                self._walk(chosen, href)
                return

    def _drawing(self, element: Element, href: str) -> None:
        boxes = list(outermost(element, "w:txbxContent"))
        self._held.boxes += boxes
        if any(each.get("o:hr") in ("t", "true", "1") for each in element.iter("v:rect")):
            self._held.rule = True
            return
        pictures = any(True for tag in ("pic:pic", "v:imagedata") for _ in element.iter(tag))
        if pictures or not boxes:
            self._say(_alternative_text(element), href, kind="image")

    def _object(self, element: Element, href: str) -> None:
        found = element.find("o:OLEObject")
        name = found.get("ProgID", "") if found is not None else ""
        self._held.embedded.append(name or element.get("r:id", "") or "object")
        self._held.boxes += outermost(element, "w:txbxContent")
        for control in element.findall("w:r"):
            self._walk(control, href)

    def _ruby(self, element: Element, href: str) -> None:
        """Annotated characters, with their reading in parentheses."""
        for tag in ("w:rubyBase", "w:rt"):
            part = element.find(tag)
            if part is None:
                continue
            if tag == "w:rt":
                self._say("(", href)
            self._walk(part, href)
            if tag == "w:rt":
                self._say(")", href)

    def _symbol(self, element: Element, href: str) -> None:
        """A character of a named font; one of a symbol font has no meaning of its own."""
        code, font = element.get("w:char", ""), element.get("w:font", "")
        point = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else 0xF000
        if point in _PRIVATE or point < 0x20 or 0xD800 <= point < 0xE000:
            self._say(f"{font} {code}".strip() or "symbol", href, kind="image")
        else:
            self._say(chr(point), href)


def outermost(element: Element, tag: str) -> Iterator[Element]:
    """The elements of a name that stand in no other one of that name.

    Of alternative forms of the same content only the first is looked at.
    """
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag == "mc:AlternateContent":
            yield from outermost(child, tag) if not len(child) else outermost(child[0], tag)
        else:
            yield from outermost(child, tag)


def _alternative_text(element: Element) -> str:
    """What a picture is called, in the order in which authors may have thought about it."""
    for tag, names in (
        ("wp:docPr", ("descr", "title", "name")),
        ("pic:cNvPr", ("descr", "title", "name")),
        ("v:shape", ("alt", "title")),
        ("v:imagedata", ("o:title", "title")),
    ):
        for found in element.iter(tag):
            for name in names:
                if text := " ".join(found.get(name, "").split()):
                    return text
    return "image"
