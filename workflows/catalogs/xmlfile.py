"""XML files of translation tools, in and out: no DTD, no entities, bounded size, depth and memory.

Reading is expat's: it never loads anything, and a document type is refused as soon as it begins.
The encoding is forced to UTF-8, so that a declaration can't make the bytes mean something else.
Two things are allowed where a format wants them: UTF-16, and a document type that names a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from workflows.catalogs.model import Limits
from workflows.catalogs.reasons import (
    BrokenXml,
    CatalogNotUtf8,
    CatalogTooComplex,
    CatalogTooDeep,
    CatalogTooLarge,
    ControlCharacter,
    DoctypeInCatalog,
    EntryTooLarge,
    place,
)
from workflows.catalogs.stand_ins import FORBIDDEN

MAX_DEPTH = 100
MAX_TAG = 64 * 1024
"""Bytes of one tag, comment or processing instruction, which have to be held as a whole."""
MAX_OUTSIDE = 50_000
"""Elements outside of those that are taken: they stay in memory."""
_CHUNK = 64 * 1024
_ENCODING = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_BEFORE_DOCTYPE = re.compile(rb"\s*(<!--|<\?)")
_DOCTYPE = re.compile(
    rb"""\s*<!DOCTYPE\s+([a-zA-Z]+)\s+(?:SYSTEM|PUBLIC\s+(?:"[^"<>]{0,300}"|'[^'<>]{0,300}'))\s+"""
    rb"""(?:"[^"<>]{0,300}"|'[^'<>]{0,300}')\s*>"""
)
_BOM = b"\xef\xbb\xbf"
_UTF16 = {b"\xff\xfe": "UTF-16LE", b"\xfe\xff": "UTF-16BE", b"<\0": "UTF-16LE", b"\0<": "UTF-16BE"}
_RENAME = "sed '1s/encoding=[^ ?]*/encoding=\"UTF-8\"/'"
"""A file that was converted still declares what it was, and would be taken for that again."""
_UNICODE = frozenset(("utf-8", "utf8", "us-ascii", "ascii"))


@dataclass
class Node:
    """An element: its name without namespace, attributes by local name, and what is in it."""

    name: str
    attributes: dict[str, str]
    line: int
    """1-based."""
    space: str = ""
    """Its namespace."""
    children: list[Node | str] = field(default_factory=list)

    def all(self, *names: str) -> Iterator[Node]:
        """The child elements with one of these names, in order."""
        return (c for c in self.children if isinstance(c, Node) and c.name in names)

    def first(self, name: str) -> Node | None:
        """The first child element of this name."""
        return next(self.all(name), None)

    def text(self) -> str:
        """All text in it, without its elements."""
        return "".join(c if isinstance(c, str) else c.text() for c in self.children)


Take = Callable[[Node, tuple[Node, ...]], None]
"""Gets an element, complete, and those around it from the root on, which have only what was
before."""


def read_xml(
    data: bytes,
    taken: Collection[str],
    take: Take,
    limits: Limits,
    *,
    wide: bool = False,
    doctypes: Collection[bytes] = (),
) -> Node:
    """Read a file and hand over the elements named in ``taken`` one by one; the root is returned.

    An element that was taken is forgotten, so that only one is in memory. Elements inside of it
    are part of it, whatever their name. ``wide`` takes UTF-16 with a byte order mark as well.
    ``doctypes`` are names of roots whose document type may be declared, if the declaration only
    names a file: it is passed over, and the file is never looked for.

    Raises CatalogTooLarge, CatalogNotUtf8, DoctypeInCatalog, CatalogTooDeep, CatalogTooComplex,
    EntryTooLarge (for an element to be taken), ControlCharacter and BrokenXml; all but the first
    name their line.
    """
    if len(data) > limits.size:
        raise CatalogTooLarge(size=len(data), limit=limits.size)
    if wide and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = _narrowed(data)
        if len(data) > limits.size:
            raise CatalogTooLarge(size=len(data), limit=limits.size)
    else:
        _refuse_encoding(data)
    data = data.removeprefix(_BOM)
    if doctypes:
        data = _without_doctype(data, doctypes)
    return _Reader(taken, take, limits).read(data)


def _narrowed(data: bytes) -> bytes:
    """UTF-16 with a byte order mark as UTF-8; what the declaration says of it is not asked."""
    try:
        return data.decode("utf-16").encode()
    except UnicodeDecodeError as error:
        line = place(data[: error.start].decode("utf-16", "ignore").count("\n") + 1)
        charset = _UTF16[data[:2]]
        raise BrokenXml(line, found=f"no {charset}") from None


def _without_doctype(data: bytes, roots: Collection[bytes]) -> bytes:
    """The file with blanks in place of a document type that only names a file.

    Passed on to the parser, even a declaration of which nothing is read would make it leave out
    references to unknown entities in silence. Any other declaration is left for it to refuse.
    """
    at = 0
    while begins := _BEFORE_DOCTYPE.match(data, at):
        end = b"-->" if begins[1] == b"<!--" else b"?>"
        found = data.find(end, begins.end())
        if found < 0:
            return data
        at = found + len(end)
    match = _DOCTYPE.match(data, at)
    if match is None or match[1] not in roots:
        return data
    # As many bytes and lines as before: places in the file stay what they are.
    blank = (b"\n" * match[0].count(b"\n")).rjust(len(match[0]))
    return data[:at] + blank + data[match.end() :]


def _refuse_encoding(data: bytes) -> None:
    found = _ENCODING.match(data.removeprefix(_BOM).lstrip())
    declared = found[1].decode() if found else ""
    declared = "" if declared.lower() in _UNICODE else declared
    charset, line = _UTF16.get(data[:2], ""), 1
    if not charset:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            charset = declared or "ISO-8859-1"
            line = 1 if declared else data.count(b"\n", 0, error.start) + 1
    if charset:
        command = f"iconv -f {charset} -t UTF-8 old.xml | {_RENAME} > new.xml"
    elif declared and not data.isascii():
        # Hardly anything else is UTF-8 by chance: converting it once more would spoil its letters.
        charset, command = declared, f"{_RENAME} old.xml > new.xml"
    else:
        return
    raise CatalogNotUtf8(place(line), charset=charset, command=command)


class _Reader:
    def __init__(self, taken: Collection[str], take: Take, limits: Limits) -> None:
        self._taken = frozenset(taken)
        self._take = take
        self._limit = limits.entry
        self._stack: list[Node] = []
        self._root: Node | None = None
        self._inside = 0
        """The depth at which the element to be taken began; 0 outside."""
        self._size = self._outside = 0
        self._texts: list[str] = []
        parser = expat.ParserCreate("utf-8", "\n")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        self._parser = parser

    def read(self, data: bytes) -> Node:
        fed = 0
        try:
            for at in range(0, len(data), _CHUNK):
                chunk = data[at : at + _CHUNK]
                self._parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - self._parser.CurrentByteIndex > MAX_TAG + _CHUNK:
                    raise EntryTooLarge(self._place(), limit=MAX_TAG)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            found = expat.ErrorString(error.code)
            raise BrokenXml(place(error.lineno), found=found) from None
        assert self._root is not None
        return self._root

    def _place(self) -> str:
        return place(self._parser.CurrentLineNumber)

    def _doctype(self, *_declaration: object) -> None:
        raise DoctypeInCatalog(self._place())

    def _grow(self, size: int) -> None:
        if self._inside:
            self._size += size
            if self._size > self._limit:
                raise EntryTooLarge(self._place(), limit=self._limit)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._flush()
        if len(self._stack) >= MAX_DEPTH:
            raise CatalogTooDeep(self._place(), limit=MAX_DEPTH)
        space, _, local = name.rpartition("\n")
        # One with a namespace gives way to one without.
        ordered = sorted(attributes.items(), key=lambda item: "\n" not in item[0])
        kept = {key.rpartition("\n")[2]: value for key, value in ordered}
        node = Node(local, kept, self._parser.CurrentLineNumber, space)
        if not self._inside and local in self._taken:
            self._inside, self._size = len(self._stack) + 1, 0
        elif not self._inside:
            self._outside += 1
            if self._outside > MAX_OUTSIDE:
                raise CatalogTooComplex(self._place(), limit=MAX_OUTSIDE)
        self._grow(40 + len(name) + sum(len(k) + len(v) for k, v in attributes.items()))
        if self._stack:
            self._stack[-1].children.append(node)
        else:
            self._root = node
        self._stack.append(node)

    def _text(self, text: str) -> None:
        self._grow(len(text))
        self._texts.append(text)

    def _flush(self) -> None:
        if not self._texts:
            return
        text = "".join(self._texts)
        self._texts = []
        if found := FORBIDDEN.search(text):
            raise ControlCharacter(self._place(), character=f"U+{ord(found[0]):04X}")
        # Between the elements of a file there is nothing but the indentation.
        if self._inside or text.strip():
            self._stack[-1].children.append(text)

    def _end(self, _name: str) -> None:
        self._flush()
        node = self._stack.pop()
        if self._inside == len(self._stack) + 1:
            self._inside = 0
            self._take(node, tuple(self._stack))
            if self._stack:
                self._stack[-1].children.pop()


class Out:
    """An XML file being written: UTF-8, two blanks a level, the same calls the same bytes."""

    def __init__(self) -> None:
        self._bytes = BytesIO()
        self._generator = XMLGenerator(self._bytes, "UTF-8", short_empty_elements=True)
        self._bytes.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
        self._depth = 0

    @contextmanager
    def block(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """An element on lines of its own, with elements in it."""
        self._indent()
        self.start(name, attributes)
        self._generator.characters("\n")
        self._depth += 1
        yield
        self._depth -= 1
        self._indent()
        self.end(name)
        self._generator.characters("\n")

    @contextmanager
    def line(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """An element on a line of its own, with text in it."""
        self._indent()
        self.start(name, attributes)
        yield
        self.end(name)
        self._generator.characters("\n")

    def leaf(self, name: str, attributes: Mapping[str, str], text: str = "") -> None:
        """An element on a line of its own, with nothing but ``text`` in it."""
        with self.line(name, attributes):
            if text:
                self.text(text)

    def start(self, name: str, attributes: Mapping[str, str] | None = None) -> None:
        """A start tag."""
        self._generator.startElement(name, AttributesImpl(dict(attributes or {})))

    def end(self, name: str) -> None:
        """An end tag."""
        self._generator.endElement(name)

    def raw(self, line: str) -> None:
        """A line as it is, such as a document type."""
        self._bytes.write(line.encode())

    def text(self, text: str) -> None:
        """Text; the caller has seen to it that XML can hold it."""
        self._generator.characters(text)

    def finished(self) -> bytes:
        """The whole file."""
        return self._bytes.getvalue()

    def _indent(self) -> None:
        self._generator.characters("  " * self._depth)
