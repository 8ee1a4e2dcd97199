"""Entries -> bytes of an XLIFF file, byte-stable and valid by the schemas of OASIS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workflows.catalogs.model import XLIFF_VERSIONS, Entry, Header, short_digest, text_digest
from workflows.catalogs.reasons import CannotExport, DuplicateEntry
from workflows.catalogs.stand_ins import FORBIDDEN
from workflows.catalogs.xliff.codes import XLIFF_1, XLIFF_2, Dialect, write_codes
from workflows.catalogs.xliff.marks import (
    COMMENT,
    CORE_1,
    CORE_2,
    MATCHES,
    METADATA,
    NOTE,
    OURS,
    PREFIX,
    TOOL,
    moment,
)
from workflows.catalogs.xmlfile import Out

_STATES_1 = {
    "needs-editing": "needs-translation",
    "translated": "translated",
    "reviewed": "signed-off",
}
# What XML 1.0 can't hold, besides the control characters that no catalog holds.
_UNWRITABLE = "\ufffe\uffff"


def write_xliff(header: Header, entries: Sequence[Entry], version: str = "2.1") -> bytes:
    """An XLIFF file in UTF-8 (OASIS XLIFF 2.1 and 1.2). Obsolete entries are left out.

    Raises CannotExport, DuplicateEntry, and ValueError for an unknown version or a header without
    the time of the export.
    """
    if version not in XLIFF_VERSIONS or header.exported_at is None:
        raise ValueError("a version of XLIFF_VERSIONS, and the time of the export")
    live = [_plain_notes(entry) for entry in entries if not entry.obsolete]
    seen: dict[str, int] = {}
    for position, entry in enumerate(live, 1):
        _refuse(entry)
        if (first := seen.setdefault(entry.key, position)) != position:
            raise DuplicateEntry(entry.key, first=first, second=position)
    out = Out()
    (_write_2 if version == "2.1" else _write_1)(out, header, live)
    return out.finished()


def _refuse(entry: Entry) -> None:
    texts = [entry.key, entry.source, entry.target, entry.previous_source]
    if any(FORBIDDEN.search(text) or set(_UNWRITABLE) & set(text) for text in texts):
        raise CannotExport(entry.key, reason="control character")
    if not entry.source:
        raise CannotExport(entry.key, reason="no source text")
    if entry.plural_source:
        raise CannotExport(entry.key, reason="plural")


def _plain_notes(entry: Entry) -> Entry:
    """The entry with a blank for each character of a note or comment that XML can't hold: a pasted
    one must not keep a whole language from being exported."""
    note, comment = (
        FORBIDDEN.sub(" ", text).translate(dict.fromkeys(map(ord, _UNWRITABLE), " "))
        for text in (entry.note, entry.comment)
    )
    return replace(entry, note=note, comment=comment)


def _said(entry: Entry) -> dict[str, str]:
    """What is said of an entry as it is exported; nothing when its digest is not known."""
    if not entry.source_digest:
        return {}
    target = short_digest(entry.target_digest or text_digest(entry.target))
    said = {"source-digest": short_digest(entry.source_digest), "target-digest": target}
    said["state"] = _state(entry)
    return {name: value for name, value in said.items() if value}


def _state(entry: Entry) -> str:
    if not entry.target:
        return "initial"
    return "needs-editing" if entry.previous_source else entry.state


def _texts(
    out: Out, entry: Entry, dialect: Dialect, attributes: dict[str, str] | None = None
) -> None:
    with out.line("source"):
        write_codes(out, entry.source, dialect)
    if entry.target:
        with out.line("target", attributes):
            write_codes(out, entry.target, dialect)


def _write_2(out: Out, header: Header, entries: Sequence[Entry]) -> None:
    root = {
        "xmlns": CORE_2,
        "xmlns:mda": METADATA,
        "xmlns:mtc": MATCHES,
        "version": "2.1",
        "srcLang": header.source_language,
        "trgLang": header.language,
    }
    assert header.exported_at is not None
    about = {
        "document": header.document,
        "title": header.title,
        "revision": str(header.revision),
        "export": header.export,
        "exported-at": moment(header.exported_at),
        "entries": str(len(entries)),
    }
    with out.block("xliff", root), out.block("file", {"id": "f1", "original": header.document}):
        _metadata(out, about)
        for entry in entries:
            unit = {"id": entry.key, "canResegment": "no", "xml:space": "preserve"}
            with out.block("unit", unit):
                _unit_2(out, entry)


def _unit_2(out: Out, entry: Entry) -> None:
    if entry.previous_source and entry.target:
        match = {"ref": "#s1", "origin": OURS}
        with out.block("mtc:matches"), out.block("mtc:match", match):
            with out.line("source"):
                write_codes(out, entry.previous_source, XLIFF_2)
            with out.line("target"):
                write_codes(out, entry.target, XLIFF_2)
    if said := _said(entry):
        _metadata(out, said)
    notes = [(NOTE, entry.note), (COMMENT, entry.comment)]
    if any(text for _category, text in notes):
        with out.block("notes"):
            for category, text in notes:
                if text:
                    out.leaf("note", {"category": category}, text)
    state = _state(entry)
    segment = {"id": "s1", "canResegment": "no"}
    # Without a target nothing is said: a tool that knows no states leaves it so when it fills one
    # in, which is then no draft.
    if state == "needs-editing":
        what = "outdated" if entry.previous_source else state
        segment |= {"state": "initial", "subState": PREFIX + what}
    elif entry.target:
        segment |= {"state": state}
    with out.block("segment", segment):
        _texts(out, entry, XLIFF_2)


def _metadata(out: Out, said: dict[str, str]) -> None:
    with out.block("mda:metadata"), out.block("mda:metaGroup", {"category": OURS}):
        for name, value in said.items():
            out.leaf("mda:meta", {"type": name}, value)


def _write_1(out: Out, header: Header, entries: Sequence[Entry]) -> None:
    assert header.exported_at is not None
    about = {
        "original": header.document,
        "source-language": header.source_language,
        "target-language": header.language,
        "datatype": "plaintext",
        "date": moment(header.exported_at),
        "product-name": TOOL,
        "product-version": str(header.revision),
        "build-num": header.export,
        "xml:space": "preserve",
    }
    with out.block("xliff", {"xmlns": CORE_1, "version": "1.2"}), out.block("file", about):
        with out.block("header"):
            _notes_1(out, {"title": header.title, "entries": str(len(entries))})
        with out.block("body"):
            for entry in entries:
                _unit_1(out, entry)


def _unit_1(out: Out, entry: Entry) -> None:
    state = _state(entry)
    unit = {"id": entry.key, "resname": entry.key}
    if state == "reviewed":
        unit["approved"] = "yes"
    with out.block("trans-unit", unit):
        _texts(out, entry, XLIFF_1, {"state": _STATES_1[state]} if entry.target else None)
        if entry.note:
            out.leaf("note", {"from": TOOL}, entry.note)
        if entry.comment:
            out.leaf("note", {"from": "translator"}, entry.comment)
        _notes_1(out, _said(entry))
        if entry.previous_source and entry.target:
            _alternative(out, entry)


def _alternative(out: Out, entry: Entry) -> None:
    said = {"alttranstype": "previous-version", "origin": OURS}
    with out.block("alt-trans", said):
        with out.line("source"):
            write_codes(out, entry.previous_source, XLIFF_1)
        with out.line("target"):
            write_codes(out, entry.target, XLIFF_1)


def _notes_1(out: Out, said: dict[str, str]) -> None:
    for name, value in said.items():
        out.leaf("note", {"from": OURS}, f"{name}: {value}")
