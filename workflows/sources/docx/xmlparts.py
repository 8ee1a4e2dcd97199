"""The XML parts of a document to small trees: no DTD, no entities, bounded depth, size and memory.

Names are written with the usual prefixes ("w:p", "r:id"), whatever prefixes the file itself uses
and in both of the format's families of namespaces (ECMA-376 Transitional, ISO/IEC 29500 Strict).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element
from xml.parsers import expat

from workflows.sources.decoding import MAX_LINE
from workflows.sources.reasons import (
    DamagedPart,
    DoctypeRefused,
    IncludeRefused,
    SegmentTooLarge,
    TooComplex,
    TrackedChanges,
)

MAX_DEPTH = 100
MAX_ELEMENTS = 300_000
"""Of all parts together: what is refused in one part must not come back in pieces."""
MAX_HELD = 100_000
"""Elements of one part in memory at the same time."""
MAX_HELD_IN_ALL = 150_000
MAX_IN_PARAGRAPH = 20_000
MAX_TAG = 256 * 1024
"""Bytes of one tag, comment or processing instruction, which have to be held as a whole."""

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r:",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r:",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp:",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp:",
    "http://schemas.openxmlformats.org/drawingml/2006/picture": "pic:",
    "http://purl.oclc.org/ooxml/drawingml/picture": "pic:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "urn:schemas-microsoft-com:vml": "v:",
    "urn:schemas-microsoft-com:office:office": "o:",
    "http://schemas.openxmlformats.org/package/2006/relationships": "",
}
_XINCLUDE = ("http://www.w3.org/2001/XInclude", "http://www.w3.org/2003/XInclude")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CHANGES = frozenset(
    ("w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:cellIns", "w:cellDel", "w:cellMerge")
)
"""Changes of the text. Tracked changes of the look are taken as the document looks now."""
_PROPERTIES = frozenset(
    ("w:pPr", "w:rPr", "w:tblPr", "w:trPr", "w:tcPr", "w:tblGrid", "w:sectPr", "w:pBdr")
)
_KEPT_PROPERTIES = frozenset(
    ("w:pStyle", "w:rStyle", "w:tblStyle", "w:outlineLvl", "w:numPr", "w:ind", "w:jc", "w:b", "w:i",
     "w:vanish", "w:strike", "w:dstrike", "w:vertAlign", "w:tblLook", "w:tblHeader", "w:gridSpan",
     "w:gridBefore", "w:vMerge")
)  # fmt: skip
_KEPT_ATTRIBUTES = frozenset(
    f"w:{name}"
    for name in (
        "val", "type", "styleId", "default", "ilvl", "numId", "abstractNumId", "instr",
        "fldCharType", "anchor", "name", "id", "font", "char", "left", "start", "firstRow",
    )
)  # fmt: skip
_TEXTS = frozenset(("w:t", "w:instrText", "m:t"))

Reduce = Callable[[Element], None]


@dataclass
class Budget:
    """What may still be read of one document; all its parts draw on it."""

    elements: int = MAX_ELEMENTS
    held: int = MAX_HELD_IN_ALL
    """Elements that are still in memory when their part has been read."""


def parse(
    chunks: Iterable[bytes],
    name: str,
    budget: Budget,
    reduce: Reduce | None = None,
    *,
    numbered: bool = False,
    decided: bool = False,
) -> Element:
    """The tree of a part. Raises DamagedPart, DoctypeRefused, IncludeRefused, TooComplex,
    SegmentTooLarge, and with ``decided`` TrackedChanges.

    The place of a problem is ``name``, or the number of the paragraph if they are ``numbered``.

    ``reduce`` gets each paragraph that stands in no other one, as soon as it is complete, and
    takes out of it what is not needed any more: so only one of them is in memory as a whole. One
    that is left without attributes is dropped.
    Text is kept only where it is the text of the document; "?:" stands before unknown names.
    """
    return _Parser(name, budget, reduce, numbered=numbered, decided=decided).parse(chunks)


class _Parser:
    def __init__(
        self, name: str, budget: Budget, reduce: Reduce | None, *, numbered: bool, decided: bool
    ) -> None:
        self._name = name
        self._budget = budget
        self._most = min(MAX_HELD, budget.held)
        self._reduce = reduce
        self._numbered = numbered
        self._decided = decided
        self._names: dict[str, str] = {}
        self._root = Element("")
        self._stack = [self._root]
        self._held = self._outer = self._paragraphs = 0
        self._before = 0
        self._texts: list[str] = []
        self._length = 0
        # The encoding is forced: a declaration can't make the bytes mean something else.
        parser = expat.ParserCreate("utf-8", "\n")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        self._parser = parser

    def parse(self, chunks: Iterable[bytes]) -> Element:
        fed = 0
        try:
            for chunk in chunks:
                # The one thing that expat believes more than what it is told.
                if not fed and chunk.startswith(_UTF16):
                    raise DamagedPart(self._name)
                self._parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - self._parser.CurrentByteIndex > MAX_TAG:
                    raise TooComplex(self._place())
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            raise DamagedPart(self._name) from None
        self._budget.held -= self._held
        return self._root[0]

    def _place(self) -> str:
        return f"paragraph {max(1, self._paragraphs)}" if self._numbered else self._name

    def _doctype(self, *_declaration: object) -> None:
        raise DoctypeRefused(self._name)

    def _short(self, name: str) -> str:
        """The name with its usual prefix."""
        known = self._names.get(name)
        if known is not None:
            return known
        space, _, local = name.rpartition("\n")
        if space in _XINCLUDE:
            raise IncludeRefused(self._name)
        short = (_PREFIXES.get(space, "?:") if space else "") + local
        if len(self._names) < 2_000:
            self._names[name] = short
        return short

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self._short(name)
        if tag == "w:p":
            self._outer += 1
            if self._outer == 1:
                self._paragraphs += 1
                self._before = self._held
        self._budget.elements -= 1
        self._held += 1
        self._refuse_excess()
        if tag in _TEXTS:
            self._texts = []
            self._length = 0
            self._parser.CharacterDataHandler = self._text
        elif tag in _CHANGES and self._decided:
            raise TrackedChanges(self._place())
        kept = {}
        for key, value in attributes.items():
            short = self._short(key)
            if short in _KEPT_ATTRIBUTES or not short.startswith(("w:", "?:")):
                kept[short] = value
        element = Element(tag, kept)
        parent = self._stack[-1]
        if tag in _KEPT_PROPERTIES or parent.tag not in _PROPERTIES:
            parent.append(element)
        else:
            self._held -= 1
        self._stack.append(element)

    def _refuse_excess(self) -> None:
        inside = self._held - self._before if self._outer else 0
        if (
            self._budget.elements < 0
            or self._held > self._most
            or inside > MAX_IN_PARAGRAPH
            or len(self._stack) > MAX_DEPTH
        ):
            raise TooComplex(self._place())

    def _text(self, data: str) -> None:
        self._length += len(data)
        if self._length > MAX_LINE:
            raise SegmentTooLarge(self._place(), size=self._length, limit=MAX_LINE)
        self._texts.append(data)

    def _end(self, _name: str) -> None:
        element = self._stack.pop()
        tag = element.tag
        if tag in _TEXTS:
            element.text = "".join(self._texts)
            self._parser.CharacterDataHandler = None
        elif tag == "w:p":
            self._outer -= 1
            if not self._outer and self._reduce:
                self._reduce(element)
                self._held = self._before + 1
                parent = self._stack[-1]
                if not element.attrib and len(parent) and parent[-1] is element:
                    del parent[-1]
                    self._held -= 1
