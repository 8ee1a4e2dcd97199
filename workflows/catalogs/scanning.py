r"""The strict gate: bytes of a PO file -> lines for polib, and an outline of each entry.

Entries as we write them ourselves, notes and three keywords with their strings, are read here in
one step. polib builds all others, but it takes a file cut anywhere for a shorter catalog and text
of many other kinds for PO. So this pass goes first. It follows the GNU gettext manual, "PO Files",
and is as strict as msgfmt, which serves as oracle in the tests. It keeps comments, which are lines
as they stand, and flags. Of the texts that are polib's it holds nothing: it sees that every line is
in its place, counts, and sends each line on, as it is or, where polib doesn't know the way it is
written, in the plain way:

* several tokens on a line, a keyword without its string, ``msgstr [ 0 ]``: one token a line;
* octal and hexadecimal escapes: the character itself, a byte from 80 up being a lone surrogate
  until the texts are put together;
* ``#~msgid``: with the blank after the mark;
* ``#~|``: as ``#|``; strings of ``#|`` with comments in between: together.

The pass is linear in the bytes given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polib

from workflows.catalogs.decoding import decoded
from workflows.catalogs.model import Limits
from workflows.catalogs.reasons import (
    BrokenPo,
    ControlCharacter,
    CutInEntry,
    EntryTooLarge,
    TooManyEntries,
    place,
    quoted,
)
from workflows.catalogs.stand_ins import FORBIDDEN

_TOKEN = re.compile(
    r'[ \t]*(?:"([^"\\]*(?:\\.[^"\\]*)*)"'
    r"|(msgctxt|msgid_plural|msgid|msgstr)(?:[ \t]*\[[ \t]*([0-9]{1,3})[ \t]*\])?"
    r'(?=[ \t"]|$))[ \t]*'
)
_COMMON = re.compile(r'(?:(msgctxt|msgid|msgstr) )?"([^"\\]*(?:\\[ntr"\\][^"\\]*)*)"\Z')
"""The line nearly every line of a catalog is, and polib reads as it is: a keyword, one blank and
one string, or a string."""

_PART = r'"[^"\\\n]*+(?:\\[ntr"\\][^"\\\n]*+)*+"\n'
_STRING = f"({_PART}(?:{_PART})*+)"
_USUAL = re.compile(
    r"((?:#\.[^\r\n]*+(?<![ \t])\n)*+)(#,[^\r\n]*+\n)?"
    rf'msgctxt {_STRING}msgid {_STRING}msgstr {_STRING}\n*+(?![ \t\r\n]*+")'
)
"""The lines that nearly every entry of our own catalogs is, rewrapped or not. It goes over no
character twice and is tried once an entry, so that the pass stays linear."""

_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]+)|(.))")
_SIMPLE = dict(zip('ntrabfv"\\', '\n\t\r\a\b\f\v"\\', strict=True))
_NEXT = {
    "": ("msgctxt", "msgid"),
    "msgctxt": ("msgid",),
    "msgid": ("msgid_plural", "msgstr"),
    "msgid_plural": ("msgstr[]",),
    "msgstr": (),
    "msgstr[]": ("msgstr[]",),
}
"""What may follow each keyword within an entry."""
_NEXT_PREVIOUS = {**_NEXT, "msgid": ("msgid_plural",), "msgid_plural": ()}
"""The same after ``#|``."""
_MAX_FORMS = 10
"""polib reads one digit of ``msgstr[10]``; no language has more forms than six."""


@dataclass(slots=True)
class Outline:
    """One entry as the gate saw it: what polib's has to agree with."""

    line: int = 0
    """1-based line of its first keyword."""
    obsolete: bool = False
    context: bool = False
    """Whether it has a msgctxt, be it empty."""
    forms: int = 0
    """msgstr[0], msgstr[1], ..."""
    characters: int = 0
    """Of all its strings, previous msgid included; each escape is one."""
    size: int = 0
    """Bytes, comments included."""
    fuzzy: bool = False
    notes: list[str] | None = None
    """The lines of ``#.``."""
    comments: list[str] | None = None
    """The lines of the translator's comment."""
    strings: tuple[str, str, str] | None = None
    """What stands in msgctxt, msgid and msgstr, escapes as written, when the entry is of the usual
    form: then it needs no other reader, and ``characters`` is not counted."""


def scan(data: bytes, limits: Limits) -> tuple[list[str], list[Outline]]:
    """Lines for polib and the outlines in file order, the header among them; polib gets no line of
    an entry that has its ``strings``.

    Raises CatalogTooLarge, TooManyLines, NotACatalog, CatalogNotUtf8, ControlCharacter,
    ConflictMarks, BrokenPo, CutInEntry, EntryTooLarge, TooManyEntries (in the roughest way: header
    and end mark are not known here); all name their line.
    """
    text = decoded(data, limits)
    scanner = _Scanner(limits)
    number = position = 0
    while position < len(text):
        if match := scanner.usual(number + 1, text, position):
            number += match[0].count("\n")
            position = match.end()
            continue
        number += 1
        end = text.find("\n", position) + 1 or len(text)
        scanner.feed(number, text[position:end])
        position = end
    scanner.end(number)
    return scanner.lines, scanner.outlines


class _Scanner:
    """The state between two lines: where in its entry the last token stands."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.lines: list[str] = []
        """For polib."""
        self.outlines: list[Outline] = []
        self.entry = Outline()
        self.keyword = ""
        """The last one; "": the entry has none yet."""
        self.filled = True
        """Whether it has its string."""
        self.previous = ""
        """The last keyword after ``#|``."""
        self.held: list[str] = []
        """Lines of the previous msgid, sent right before the entry."""

    def usual(self, number: int, text: str, position: int) -> re.Match[str] | None:
        """Read a whole entry, if one of the usual form begins at this line and no other is open."""
        finished = self._finished()
        if not finished and (self.keyword or self.previous or self.entry.size):
            return None
        match = _USUAL.match(text, position)
        if match is None or _size(match[0]) > self.limits.entry:
            return None
        if finished:
            self._close()
        notes, flags, context, source, target = match.groups()
        strings = _joined(context), _joined(source), _joined(target)
        self.entry = entry = Outline(number, context=True, strings=strings)
        if notes:
            entry.notes = [note[2:].removeprefix(" ") for note in notes[:-1].split("\n")]
            entry.line += len(entry.notes)
        if flags:
            entry.fuzzy = _fuzzy(flags)
            entry.line += 1
        self._close()
        return match

    def feed(self, number: int, raw: str) -> None:
        """Read one line, its end included."""
        size = _size(raw)
        if size > self.limits.entry:
            raise EntryTooLarge(place(number), limit=self.limits.entry)
        line = raw.strip(" \t\r\n")
        if not line:
            return
        if line[0] == "#":
            if line.startswith("#~"):
                self._obsolete(number, line[2:].lstrip(" \t"))
            else:
                self._comment(number, line)
        elif not self._tokens(number, line, obsolete=False):
            raise BrokenPo(place(number), found=quoted(line))
        entry = self.entry
        entry.size += size
        if entry.size > self.limits.entry:
            raise EntryTooLarge(place(entry.line or number), limit=self.limits.entry)

    def end(self, number: int) -> None:
        """The end of the file, ``number`` being its last line."""
        if self.keyword or self.previous:
            if not self._finished():
                raise CutInEntry(place(number))
            self._close()

    def _finished(self) -> bool:
        return self.filled and self.keyword in ("msgstr", "msgstr[]")

    def _close(self) -> None:
        self.outlines.append(self.entry)
        if len(self.outlines) > self.limits.entries + 2:
            raise TooManyEntries(place(self.entry.line), limit=self.limits.entries)
        self.entry, self.keyword = Outline(), ""

    def _comment(self, number: int, line: str) -> None:
        if self.keyword:
            if not self._finished():
                raise BrokenPo(place(number), found=quoted(line))
            self._close()
        kind, entry = line[1:2], self.entry
        if kind == ".":
            if entry.notes is None:
                entry.notes = []
            entry.notes.append(line[2:].removeprefix(" "))
        elif kind in (",", "="):
            entry.fuzzy |= _fuzzy(line)
        elif kind == "|":
            rest = line[2:].strip()
            if not self._previous(number, rest):
                raise BrokenPo(place(number), found=quoted(rest))
        elif kind != ":":
            if entry.comments is None:
                entry.comments = []
            entry.comments.append(line[1:].removeprefix(" "))

    def _obsolete(self, number: int, line: str) -> None:
        if line.startswith("|"):
            self._comment(number, f"#{line}")
        elif line.startswith("#"):
            self._comment(number, line)
        elif line and not self._tokens(number, line, obsolete=True):
            raise BrokenPo(place(number), found=quoted(line))

    def _previous(self, number: int, line: str) -> bool:
        """Read what stands behind ``#|``; False when a token can't stand here."""
        for string, keyword, index in _tokens(number, line):
            if index or (keyword and keyword not in _NEXT_PREVIOUS[self.previous]):
                return False
            self.previous = keyword or self.previous
            if not self.previous:
                return False
            if self.previous == "msgid":
                self.held.append('#| msgid ""' if keyword else f'#| "{string}"')
                self.entry.characters += _characters(string)
        return True

    def _tokens(self, number: int, line: str, *, obsolete: bool) -> bool:
        """Read a line of keywords and strings; False when one of them can't stand here."""
        mark = "#~ " if obsolete else ""
        if common := _COMMON.match(line):
            keyword, string = common.groups()
            if keyword and not self._keyword(number, keyword, "", obsolete):
                return False
            self.lines.append(mark + line)
            return self._string(string, obsolete)
        for string, keyword, index in _tokens(number, line):
            if keyword:
                if not self._keyword(number, keyword, index, obsolete):
                    return False
                form = f"[{int(index)}]" if index else ""
                self.lines.append(f'{mark}{keyword}{form} ""')
            else:
                self.lines.append(f'{mark}"{string}"')
                if not self._string(string, obsolete):
                    return False
        return True

    def _keyword(self, number: int, keyword: str, index: str, obsolete: bool) -> bool:
        """Take a keyword; False when it can't stand here."""
        if keyword in ("msgctxt", "msgid") and self._finished():
            self._close()
        entry = self.entry
        if not self.keyword:
            entry.line, entry.obsolete, entry.context = number, obsolete, keyword == "msgctxt"
            if self.previous:
                if len(self.held) < 2:
                    raise BrokenPo(place(number), found="#|")
                self.lines += self.held
                self.held, self.previous = [], ""
        if index:
            if int(index) != entry.forms or entry.forms == _MAX_FORMS:
                return False
            entry.forms += 1
            keyword += "[]"
        fits = self.filled and keyword in _NEXT[self.keyword]
        self.keyword, self.filled = keyword, False
        return fits and obsolete == entry.obsolete

    def _string(self, string: str, obsolete: bool) -> bool:
        """Count a string; False when it can't stand here."""
        self.filled = True
        self.entry.characters += _characters(string)
        return bool(self.keyword) and obsolete == self.entry.obsolete


def _tokens(number: int, line: str) -> Iterator[tuple[str, str, str]]:
    """``(string, "", "")`` or ``("", keyword, index)`` for each token of a line."""
    position = 0
    while position < len(line):
        match = _TOKEN.match(line, position)
        if match is None:
            raise BrokenPo(place(number), found=quoted(line[position:]))
        yield _plain(match[1] or "", number), match[2] or "", match[3] or ""
        position = match.end()


def _plain(string: str, line: int) -> str:
    """A string with no escapes but those which polib reads as msgfmt does."""

    def one(match: re.Match[str]) -> str:
        octal, hexadecimal, simple = match.groups()
        if simple is not None:
            character = _SIMPLE.get(simple, "")
        else:
            byte = int(octal, 8) if octal else int(hexadecimal[-2:], 16)
            character = chr(byte) if byte < 0x80 else chr(0xDC00 + byte) if byte < 0x100 else ""
        if not character:
            raise BrokenPo(place(line), found=match[0])
        if character != "\r" and character < "\x80" and FORBIDDEN.match(character):
            raise ControlCharacter(place(line), character=f"U+{ord(character):04X}")
        return polib.escape(character)

    return _ESCAPE.sub(one, string) if "\\" in string else string


def _fuzzy(line: str) -> bool:
    """Whether a line of flags has this one."""
    return "fuzzy" in map(str.strip, line[2:].split(","))


def _joined(lines: str) -> str:
    """What stands in strings that follow each other, one a line."""
    return lines[1:-2].replace('"\n"', "")


def _size(text: str) -> int:
    """In bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def _characters(string: str) -> int:
    """How many characters polib has to read from a string: each escape is one."""
    return len(string) - string.count("\\") + string.count("\\\\")
