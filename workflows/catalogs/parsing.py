"""The texts of entries: those of the usual form from the gate, the others built by polib behind it
and agreed upon by both.

What a gate and the reader behind it see differently is a way around the gate (OWASP ASVS 5.0,
1.5.3). Here polib gets nothing but lines the gate has sent on, and each entry must have the marks,
the number of forms and the number of characters the gate has counted; else the file is refused.

This is the one place where polib is given something to read. `polib.pofile` opens a file when it
is given the name of one: the text begins with a NUL in its first line, and no file has that in its
name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

import polib

from workflows.catalogs.model import Limits
from workflows.catalogs.reasons import BrokenPo, ControlCharacter, place, quoted
from workflows.catalogs.scanning import Outline, scan
from workflows.catalogs.stand_ins import FORBIDDEN, hidden, shown

_FIRST = "#, \x00"
"""A flag of the first entry: comments above it would be polib's file header if they came first."""
_LAST = ('msgid ""', 'msgstr "\x00"')
"""polib makes its metadata of the last entry without context and msgid, here this one, so that the
header stays an entry with its line; and polib loses the last entry of a file when some marks that
it passes over, like a lone ``#.``, come after it."""


class Texts(NamedTuple):
    """What the strings of an entry say."""

    context: str
    source: str
    target: str
    """msgstr, or msgstr[0]."""
    previous: str = ""
    """The msgid behind ``#|``."""
    plural_source: str = ""
    forms: tuple[str, ...] = ()
    """msgstr[0], msgstr[1], ..."""


def parse(data: bytes, limits: Limits) -> Iterator[tuple[Outline, Texts]]:
    """Each entry as the gate outlines it, with its texts, in file order, the header among them.

    Raises what `scanning.scan` raises, and BrokenPo and ControlCharacter for what escapes hide.
    """
    lines, outlines = scan(data, limits)
    others = iter(agreed([outline for outline in outlines if not outline.strings], lines))
    for outline in outlines:
        if outline.strings:
            context, source, target = outline.strings
            yield (
                outline,
                Texts(
                    _unescaped(context, outline),
                    _unescaped(source, outline),
                    _unescaped(target, outline),
                ),
            )
        else:
            yield outline, _texts(next(others), outline)


def agreed(outlines: Sequence[Outline], lines: Sequence[str]) -> list[polib.POEntry]:
    """The entries polib finds in ``lines``. Raises BrokenPo, with the line of the first entry which
    it doesn't find as outlined."""
    try:
        entries = polib.pofile(
            hidden("\n".join((_FIRST, *lines, *_LAST))), wrapwidth=0, encoding="utf-8"
        )
    except OSError as error:
        stop = re.search(r"line ([0-9]+)", str(error))
        read = lines[: int(stop[1]) - 1] if stop else []
        count = sum(line.removeprefix("#~ ").startswith("msgid ") for line in read)
        raise _disagreement(outlines[:count], quoted(read[-1] if read else "")) from None
    for number, (outline, entry) in enumerate(zip_longest(outlines, entries), 1):
        if outline is None or entry is None or not _agree(outline, entry):
            raise _disagreement(outlines[:number], quoted(shown(entry.msgid)) if entry else "")
    return list(entries)


def _unescaped(string: str, outline: Outline) -> str:
    return _text(polib.unescape(string) if "\\" in string else string, outline)


def _texts(entry: polib.POEntry, outline: Outline) -> Texts:
    forms = tuple(_text(form, outline) for form in entry.msgstr_plural.values())
    return Texts(
        _text(entry.msgctxt, outline),
        _text(entry.msgid, outline),
        forms[0] if forms else _text(entry.msgstr, outline),
        _text(entry.previous_msgid, outline),
        _text(entry.msgid_plural, outline),
        forms,
    )


def _text(value: str | None, outline: Outline) -> str:
    """A text as the file has it: stand-ins replaced, bytes written as escapes put together, CR LF
    read as LF. Raises BrokenPo for bytes that are no UTF-8, ControlCharacter."""
    if not value or value.isprintable() or not FORBIDDEN.search(value):
        return value or ""
    try:
        value = shown(value).encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeDecodeError:
        raise BrokenPo(place(outline.line), found="\\x") from None
    value = value.replace("\r\n", "\n")
    if found := FORBIDDEN.search(value):
        raise ControlCharacter(place(outline.line), character=f"U+{ord(found[0]):04X}")
    return value


def _agree(outline: Outline, entry: polib.POEntry) -> bool:
    forms = entry.msgstr_plural
    characters = len(entry.msgid) + len(entry.msgid_plural) + len(entry.msgstr)
    characters += len(entry.msgctxt or "") + len(entry.previous_msgid or "")
    characters += sum(map(len, forms.values())) if forms else 0
    return (
        outline.characters == characters
        and outline.forms == len(forms)
        and outline.obsolete == bool(entry.obsolete)
        and outline.context == (entry.msgctxt is not None)
    )


def _disagreement(outlines: Sequence[Outline], found: str) -> BrokenPo:
    return BrokenPo(place(outlines[-1].line) if outlines else "", found=found)
