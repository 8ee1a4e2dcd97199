"""Entries -> bytes of a PO file, byte-stable and accepted by ``msgfmt -c`` without a word.

Strings are not wrapped. One string a line makes the bytes independent of any table of character
widths, keeps a changed paragraph one changed line in version control, and lets the reader see
every cut: a line that is cut is an open string, and a cut between two lines leaves fewer entries
than the header counts. Readers take any wrapping.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC

from workflows.catalogs.locales import (
    language_name,
    locale_name,
    plural_forms,
    plural_header,
)
from workflows.catalogs.marks import END, LIKE_RESERVED, STATES, TITLE, edges, end_texts
from workflows.catalogs.model import Entry, Header, short_digest, text_digest
from workflows.catalogs.reasons import CannotExport, DuplicateEntry
from workflows.catalogs.stand_ins import FORBIDDEN

_PLACEHOLDER = re.compile(r"\{[a-z_][a-z0-9_]*\}")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def write_po(header: Header, entries: Sequence[Entry]) -> bytes:
    """A PO file in UTF-8 (GNU gettext manual, "PO Files" and "Header Entry").

    Entries come in the order given, obsolete ones last, then the end mark. Digests are cut to 16
    hex digits; a note line that looks like one of ours gets a blank in front. An outdated entry
    (``previous_source``) is always written as fuzzy. A header without a language makes a template
    (POT), to be filled in by msginit.

    Raises CannotExport (a text with a control character, no source text, line breaks at the edges
    that differ between source and target, a wrong number of plural forms) and DuplicateEntry,
    both placed at the key. ValueError: ``header.exported_at`` is missing or has no time zone.
    """
    forms, _ = plural_forms(header.language)
    live = [entry for entry in entries if not entry.obsolete]
    gone = [entry for entry in entries if entry.obsolete]
    seen: dict[tuple[str, str], int] = {}
    for position, entry in enumerate((*live, *gone), 1):
        _refuse(entry, forms)
        first = seen.setdefault((entry.key, entry.source), position)
        if first != position:
            raise DuplicateEntry(entry.key, first=first, second=position)
    source, target = end_texts((entry.key, entry.source) for entry in live)
    end = Entry(END, source, target, "translated", obsolete=True)
    fields = _header_fields(header, len(live))
    lines = [] if header.language else ["#, fuzzy"]
    lines += ['msgid ""', 'msgstr ""']
    lines += [f'"{_escaped(name)}: {_escaped(value)}\\n"' for name, value in fields.items()]
    for entry in (*live, *gone, end):
        lines.append("")
        lines += _entry_lines(entry, forms)
    return ("\n".join(lines) + "\n").encode("utf-8")


def header_text(header: Header) -> str:
    """The header entry outside a PO file: ``Name: value`` lines in the usual order, each with its
    line break. ValueError as in `write_po`."""
    fields = _header_fields(header, None)
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _header_fields(header: Header, count: int | None) -> dict[str, str]:
    """The lines of the header by name; ``count``, of entries, is None outside a PO file."""
    if header.exported_at is None or header.exported_at.tzinfo is None:
        raise ValueError("a catalog needs the time of its export, with a time zone")
    time = header.exported_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M+0000")
    fields = [
        ("Project-Id-Version", TITLE + header.title),
        ("Report-Msgid-Bugs-To", ""),
        ("POT-Creation-Date", time),
        ("PO-Revision-Date", time if header.language else "YEAR-MO-DA HO:MI+ZONE"),
        ("Last-Translator", header.last_translator or "Pinger Panel"),
        ("Language-Team", language_name(header.language) if header.language else ""),
        ("Language", locale_name(header.language) if header.language else ""),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=UTF-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", plural_header(header.language)),
        ("X-Generator", "Pinger Panel"),
        ("X-Pinger-Entries", "" if count is None else str(count)),
        ("X-Pinger-Document", header.document),
        ("X-Pinger-Source-Language", header.source_language),
        ("X-Pinger-Revision", str(header.revision)),
        ("X-Pinger-Export", header.export),
    ]
    # A template has no plural rule yet, and msginit leaves one that is none in its place.
    absent = {"X-Pinger-Entries"} if count is None else set()
    absent |= set() if header.language else {"Plural-Forms"}
    return {name: _SPACES.sub(" ", value).strip() for name, value in fields if name not in absent}


def _refuse(entry: Entry, forms: int) -> None:
    """Raise CannotExport for what a PO file, or msgfmt -c, does not bear."""
    texts: tuple[str, ...] = (entry.key, entry.source, entry.target, entry.previous_source)
    texts = (*texts, entry.plural_source, *entry.plural_targets)
    if any(not text.isprintable() and FORBIDDEN.search(text) for text in texts):
        raise CannotExport(entry.key, reason="control character")
    if not entry.source or (entry.key == END and entry.obsolete):
        raise CannotExport(entry.key, reason="no source text" if not entry.source else "key")
    if entry.plural_source and entry.target and len(entry.plural_targets) != forms:
        raise CannotExport(entry.key, reason="number of plural forms")
    if entry.obsolete or _fuzzy(entry):
        return
    others = [text for text in (entry.plural_source, entry.target, *entry.plural_targets) if text]
    if any(edges(text) != edges(entry.source) for text in others):
        raise CannotExport(entry.key, reason="line breaks at the edges")


def _entry_lines(entry: Entry, forms: int) -> Iterator[str]:
    """The lines of an entry (GNU gettext manual, "PO Files"): comments, flags, previous source,
    texts."""
    mark = "#~ " if entry.obsolete else ""
    for line in _lines(entry.comment):
        yield f"# {line}".rstrip()
    for line in _notes(entry):
        yield f"#. {line}".rstrip()
    fuzzy = _fuzzy(entry)
    flags = ["fuzzy"] if fuzzy else []
    if _brace_format(entry, fuzzy):
        flags.append("python-brace-format")
    if flags:
        yield "#, " + ", ".join(flags)
    if entry.previous_source:
        yield f'{mark[:2] or "#"}| msgid "{_escaped(entry.previous_source)}"'
    if entry.key:
        yield f'{mark}msgctxt "{_escaped(entry.key)}"'
    yield f'{mark}msgid "{_escaped(entry.source)}"'
    if not entry.plural_source:
        yield f'{mark}msgstr "{_escaped(entry.target)}"'
        return
    yield f'{mark}msgid_plural "{_escaped(entry.plural_source)}"'
    for number, target in enumerate(entry.plural_targets or ("",) * forms):
        yield f'{mark}msgstr[{number}] "{_escaped(target)}"'


_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t"})
_ESCAPED = re.compile(r'[\\"\n\t]')


def _escaped(text: str) -> str:
    """A text between quotation marks; it holds no other control characters."""
    return text.translate(_ESCAPES) if _ESCAPED.search(text) else text


def _fuzzy(entry: Entry) -> bool:
    """Whether the entry carries the flag: a text that is unfinished or outdated."""
    return bool(entry.target) and (entry.state == "needs-editing" or bool(entry.previous_source))


def _notes(entry: Entry) -> list[str]:
    notes = [f" {line}" if LIKE_RESERVED.match(line) else line for line in _lines(entry.note)]
    if source := short_digest(entry.source_digest):
        notes.append(f"source-digest: {source}")
        target = short_digest(entry.target_digest or text_digest(entry.target))
        if target:
            notes.append(f"target-digest: {target}")
    state = "needs-editing" if entry.previous_source else entry.state
    if state in STATES and entry.target:
        notes.append(f"state: {state}")
    return notes


def _lines(text: str) -> list[str]:
    """The lines of a note or comment; what no text may hold becomes a blank."""
    if not text:
        return []
    return [FORBIDDEN.sub(" ", line).rstrip() for line in text.split("\n")]


def _brace_format(entry: Entry, fuzzy: bool) -> bool:
    """Whether msgfmt may check the placeholders: there are some, and no other brace stands in the
    texts, which is literal in ours but not in Python's. A translated text with other placeholders
    goes without the flag too, as its fault is for our own checks to report."""
    if "{" not in entry.source:
        return False
    texts = [entry.source, entry.plural_source, *entry.plural_targets, entry.target]
    found = [set(_PLACEHOLDER.findall(text)) for text in texts]
    if not found[0] or any(set("{}") & set(_PLACEHOLDER.sub("", text)) for text in texts):
        return False
    return fuzzy or all(names == found[0] for names, text in zip(found, texts, strict=True) if text)
