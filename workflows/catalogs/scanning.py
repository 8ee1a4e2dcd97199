r"""The strict gate: bytes of a PO file -> drafts of entries, in one linear pass.

Follows the GNU gettext manual, "PO Files" (tokens, escapes, ``#~``, ``#|``, several entries on one
line) and is as strict as msgfmt, which serves as oracle in the tests. There is no second parser
behind it: the common Python readers take a file cut anywhere for a shorter catalog, open a path
instead of a text, pad lists to the plural count a header asks for, and don't know ``\x`` and
octal escapes, so that a gate in front of them has to read everything anyway.

The pass holds one line and the drafts; nothing in it is worse than linear in the bytes given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from workflows.catalogs.model import Limits
from workflows.catalogs.reasons import (
    BrokenPo,
    CatalogNotUtf8,
    CatalogTooLarge,
    ConflictMarks,
    ControlCharacter,
    CutInEntry,
    EntryTooLarge,
    NotACatalog,
    TooManyLines,
)

_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"(\xb5/\xfd", "zstd"),
    (b"\xde\x12\x04\x95", "MO"),
    (b"\x95\x04\x12\xde", "MO"),
    (b"%PDF", "PDF"),
    (b"<?xml", "XML"),
    (b"<!DOCTYPE", "HTML"),
)
_BOM = b"\xef\xbb\xbf"
_UTF16 = ((b"\xff\xfe", "UTF-16LE"), (b"\xfe\xff", "UTF-16BE"))
_DECLARED = re.compile(rb"charset=([A-Za-z0-9_.:-]{1,40})")
_MARKS = re.compile(rb"^(?:<{7}|>{7}|={7}|\|{7})(?![<>=|])[^\r\n]{0,40}", re.MULTILINE)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|\xc2[\x80-\x9f]")
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no text may hold: control characters but line break and tab, and lone surrogates."""

_TOKEN = re.compile(
    r'[ \t]*(?:"([^"\\]*(?:\\.[^"\\]*)*)"'
    r"|(msgctxt|msgid_plural|msgid|msgstr)(?:[ \t]*\[[ \t]*([0-9]{1,3})[ \t]*\])?"
    r'(?=[ \t"]|$))[ \t]*'
)
_COMMON = re.compile(r'(?:(msgctxt|msgid|msgstr) )?"([^"\\]*(?:\\.[^"\\]*)*)"\Z')
"""The line nearly every line of a catalog is: a keyword, one blank and one string, or a string."""

_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]+)|(.))")
_SIMPLE = dict(zip('ntrabfv"\\', '\n\t\r\a\b\f\v"\\', strict=True))
_BYTES = re.compile("[\udc80-\udcff]")
"""Bytes written as octal or hexadecimal escapes, until they are put together to characters."""
_MAX_FORMS = 10


@dataclass(slots=True)
class Draft:
    """One entry as it stands in the file, strings unescaped only by `text`."""

    line: int = 0
    """1-based line of its first keyword."""
    obsolete: bool = False
    fields: dict[str, list[str]] = field(default_factory=dict)
    """msgctxt, msgid, msgid_plural, msgstr (raw pieces of strings)."""
    forms: list[list[str]] = field(default_factory=list)
    """msgstr[0], msgstr[1], ... (raw pieces)."""
    previous: dict[str, list[str]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    size: int = 0

    @property
    def finished(self) -> bool:
        return bool(self.forms) or "msgstr" in self.fields


def scan(data: bytes, limits: Limits) -> Iterator[Draft]:
    """Drafts in file order, the header among them, each as soon as it is complete.

    Raises CatalogTooLarge, TooManyLines, NotACatalog, CatalogNotUtf8, ControlCharacter,
    ConflictMarks, BrokenPo, CutInEntry, EntryTooLarge; all name their line.
    """
    data = _bytes(data, limits)
    scanner = _Scanner(limits)
    number = 0
    for number, raw in enumerate(BytesIO(data), 1):
        yield from scanner.feed(number, raw)
    yield from scanner.end(number)


def text(pieces: list[str], line: int) -> str:
    """The text of a string: pieces unescaped and joined, CR LF read as LF.

    Raises BrokenPo for an unknown escape or bytes that are no UTF-8, ControlCharacter.
    """
    joined = "".join(pieces)
    if "\\" not in joined:
        return joined
    joined = "".join(_unescape(piece, line) for piece in pieces)
    if _BYTES.search(joined):
        try:
            joined = joined.encode("utf-8", "surrogateescape").decode("utf-8")
        except UnicodeDecodeError:
            raise BrokenPo(place(line), found="\\x") from None
    joined = joined.replace("\r\n", "\n")
    if found := FORBIDDEN.search(joined):
        raise ControlCharacter(place(line), character=f"U+{ord(found[0]):04X}")
    return joined


def place(line: int) -> str:
    return f"line {line}"


def _unescape(piece: str, line: int) -> str:
    def one(match: re.Match[str]) -> str:
        octal, hexadecimal, simple = match.groups()
        if simple is not None:
            if simple not in _SIMPLE:
                raise BrokenPo(place(line), found=match[0])
            return _SIMPLE[simple]
        byte = int(octal, 8) if octal else int(hexadecimal[-2:], 16)
        if byte > 0xFF:
            raise BrokenPo(place(line), found=match[0])
        return chr(byte) if byte < 0x80 else chr(0xDC00 + byte)

    return _ESCAPE.sub(one, piece)


def _bytes(data: bytes, limits: Limits) -> bytes:
    """The bytes without a BOM, after every check that needs no tokens."""
    if len(data) > limits.size:
        raise CatalogTooLarge(size=len(data), limit=limits.size)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise NotACatalog(kind=kind)
    for bom, charset in _UTF16:
        if data.startswith(bom):
            raise CatalogNotUtf8(charset=charset, command=_iconv(charset))
    data = data.removeprefix(_BOM)
    lines = data.count(b"\n") + 1
    if lines > limits.lines:
        raise TooManyLines(count=lines, limit=limits.lines)
    _decodes(data)
    if found := _CONTROL.search(data):
        character = ord(found[0].decode())
        raise ControlCharacter(_line_at(data, found.start()), character=f"U+{character:04X}")
    if found := _MARKS.search(data):
        mark = found[0].decode("utf-8", "replace")
        raise ConflictMarks(_line_at(data, found.start()), mark=mark)
    return data


def _decodes(data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        declared = _DECLARED.search(data[:4096])
        name = declared[1].decode("ascii") if declared else ""
        where = _line_at(data, error.start)
        if name.upper() in ("", "UTF-8", "UTF8", "CHARSET"):
            guess = "ISO-8859-1"
            raise CatalogNotUtf8(where, charset=guess, command=_iconv(guess)) from None
        command = "msgconv --to-code=UTF-8 -o new.po old.po"
        raise CatalogNotUtf8(where, charset=name, command=command) from None


def _iconv(charset: str) -> str:
    return f"iconv -f {charset} -t UTF-8 old.po > new.po"


def _line_at(data: bytes, offset: int) -> str:
    return place(data.count(b"\n", 0, offset) + 1)


class _Scanner:
    """The state between two lines: the draft being filled and the string being continued."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.draft = Draft()
        self.string: list[str] | None = None
        """Where the next string goes; None: a keyword has to come first."""
        self.previous: list[str] | None = None
        """The same for ``#|``."""

    def feed(self, number: int, raw: bytes) -> Iterator[Draft]:
        """Read one line; yields the drafts which it ends."""
        if len(raw) > self.limits.entry:
            raise EntryTooLarge(place(number), limit=self.limits.entry)
        line = raw.decode("utf-8").strip(" \t\r\n")
        if not line:
            return
        if line[0] == "#":
            if line.startswith("#~"):
                yield from self._obsolete(number, line[2:].lstrip(" \t"))
            else:
                yield from self._comment(number, line)
        else:
            yield from self._tokens(number, line, obsolete=False)
        draft = self.draft
        draft.size += len(raw)
        if draft.size > self.limits.entry:
            raise EntryTooLarge(place(draft.line or number), limit=self.limits.entry)

    def end(self, number: int) -> Iterator[Draft]:
        """The end of the file, ``number`` being its last line."""
        if self.draft.fields:
            if not self.draft.finished or not self._filled():
                raise CutInEntry(place(number))
            yield self._close()

    def _close(self) -> Draft:
        draft, self.draft = self.draft, Draft()
        self.string = self.previous = None
        return draft

    def _filled(self) -> bool:
        """Whether the keyword last read has its string."""
        return self.string is None or bool(self.string)

    def _comment(self, number: int, line: str) -> Iterator[Draft]:
        if self.draft.finished and self._filled():
            yield self._close()
        elif self.draft.fields:
            raise BrokenPo(place(number), found=_quoted(line))
        kind, rest = line[1:2], line[2:].removeprefix(" ").rstrip()
        if kind == ".":
            self.draft.notes.append(rest)
        elif kind in (",", "="):
            self.draft.flags.update(flag.strip() for flag in rest.split(","))
        elif kind == "|":
            self._previous(number, rest.strip())
        elif kind != ":":
            self.draft.comments.append(line[1:].removeprefix(" "))

    def _obsolete(self, number: int, line: str) -> Iterator[Draft]:
        if line.startswith("|"):
            if self.draft.finished:
                yield self._close()
            self._previous(number, line[1:].strip())
        elif line.startswith("#"):
            yield from self._comment(number, line)
        elif line:
            yield from self._tokens(number, line, obsolete=True)

    def _previous(self, number: int, line: str) -> None:
        for value, keyword, _index in _tokens(number, line):
            if keyword == "msgstr" or (not keyword and self.previous is None):
                raise BrokenPo(place(number), found=_quoted(line))
            if keyword:
                self.previous = self.draft.previous.setdefault(keyword, [])
            elif self.previous is not None:
                self.previous.append(value)

    def _tokens(self, number: int, line: str, *, obsolete: bool) -> Iterator[Draft]:
        for value, keyword, index in _tokens(number, line):
            if keyword:
                if not self._filled():
                    raise BrokenPo(place(number), found=_quoted(line))
                if self.draft.finished and keyword in ("msgctxt", "msgid"):
                    yield self._close()
                if not self.draft.fields:
                    self.draft.line, self.draft.obsolete = number, obsolete
                if not self._start(keyword, index) or obsolete != self.draft.obsolete:
                    raise BrokenPo(place(number), found=_quoted(line))
            elif self.string is None or obsolete != self.draft.obsolete:
                raise BrokenPo(place(number), found=_quoted(line))
            else:
                self.string.append(value)

    def _start(self, keyword: str, index: str) -> bool:
        """Begin a string; False when the keyword can't stand here."""
        fields, forms = self.draft.fields, self.draft.forms
        if keyword == "msgstr" and index:
            fits = "msgid_plural" in fields and int(index) == len(forms) < _MAX_FORMS
            target: list[str] = []
            forms.append(target)
        else:
            allowed = {
                "msgctxt": not fields,
                "msgid": "msgid" not in fields,
                "msgid_plural": "msgid" in fields
                and "msgid_plural" not in fields
                and not self.draft.finished,
                "msgstr": "msgid" in fields and not {"msgid_plural", "msgstr"} & fields.keys(),
            }
            fits = allowed[keyword] and not index
            target = fields[keyword] = []
        self.string = target
        return fits


def _tokens(number: int, line: str) -> Iterator[tuple[str, str, str]]:
    """``(string, "", "")`` or ``("", keyword, index)`` for each token of a line."""
    if common := _COMMON.match(line):
        if common[1]:
            yield "", common[1], ""
        yield common[2], "", ""
        return
    position = 0
    while position < len(line):
        match = _TOKEN.match(line, position)
        if match is None:
            raise BrokenPo(place(number), found=_quoted(line[position:]))
        yield match[1] or "", match[2] or "", match[3] or ""
        position = match.end()


def _quoted(line: str) -> str:
    return line if len(line) <= 60 else f"{line[:59]}…"
