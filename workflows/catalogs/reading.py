"""Bytes of a PO file -> Catalog. Nothing in the file is believed beyond what is read here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from workflows.catalogs.locales import agrees, locale_name, plural_forms
from workflows.catalogs.marks import END, LIKE_RESERVED, RESERVED, STATES, TITLE, edges, end_texts
from workflows.catalogs.model import Catalog, Entry, Header, Limits, short_digest, text_digest
from workflows.catalogs.parsing import Texts, parse
from workflows.catalogs.reasons import (
    AlteredSources,
    DamagedHeader,
    DuplicateEntry,
    EmptyCatalog,
    EndMarkMissing,
    FormsMismatch,
    LineBreaksMismatch,
    OtherCharset,
    TooManyEntries,
    Truncated,
    WrongLanguage,
    place,
)
from workflows.catalogs.scanning import Outline
from workflows.problems import Problem

_CHARSET = re.compile(r"charset=\s*([^\s;]*)", re.IGNORECASE)
_UTF8 = frozenset({"", "UTF-8", "UTF8", "CHARSET", "ASCII", "US-ASCII"})
_NUMBER = re.compile(r"[0-9]{1,9}\Z")
_TIME = "%Y-%m-%d %H:%M%z"


def read_po(
    data: bytes, *, language: str, partial: bool = False, limits: Limits | None = None
) -> Catalog:
    """The catalog in ``data``, a PO file in UTF-8 (BOM and CR LF allowed) for ``language``.

    Rewrites by translation tools read the same: other wrapping and order, dropped comments,
    changed header. The plural rule of the header is never used. ``partial`` accepts a file with
    fewer entries than were exported.

    Raises Truncated, TooManyEntries, WrongLanguage, OtherCharset, and what `parsing.parse` raises.
    In ``Catalog.problems``: DuplicateEntry (blocking for its entry; all are kept in ``entries``),
    EmptyCatalog, FormsMismatch, LineBreaksMismatch, DamagedHeader, EndMarkMissing, AlteredSources.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    fields: dict[str, str] | None = None
    end: Entry | None = None
    forms, _ = plural_forms(language)
    limits = limits or Limits()
    seen: dict[tuple[str | None, str], Entry] = {}
    for outline, texts in parse(data, limits):
        line = outline.line
        entry = _entry(outline, texts)
        context = entry.key if outline.context else None
        if context is None and not entry.source and not entry.obsolete and fields is None:
            fields = _header_fields(entry.target, line)
            _check_language(fields, language, line)
            continue
        if entry.key == END and entry.obsolete:
            end = entry
            continue
        entries.append(entry)
        if len(entries) > limits.entries:
            raise TooManyEntries(place(entry.line), limit=limits.entries)
        first = seen.setdefault((context, entry.source), entry)
        if first is not entry:
            problems.append(DuplicateEntry(place(entry.line), first=first.line, second=entry.line))
        problems += _advice(entry, forms)
    if not entries:
        problems.append(EmptyCatalog())
    header = _header(fields or {}, language, problems)
    if header is not None or end is not None or "X-Pinger-Entries" in (fields or {}):
        problems += _completeness(fields or {}, entries, end, partial)
    return Catalog(header, tuple(entries), tuple(problems))


def _entry(outline: Outline, texts: Texts) -> Entry:
    source_digest = target_digest = named = ""
    notes = []
    for note in outline.notes or ():
        if mark := RESERVED.match(note):
            name, value = mark.groups()
            if name == "source-digest":
                source_digest = short_digest(value)
            elif name == "target-digest":
                target_digest = short_digest(value)
            else:
                named = value if value in STATES else ""
        else:
            notes.append(note[1:] if LIKE_RESERVED.match(note) else note)
    exported = named or ("translated" if target_digest else "initial") if source_digest else ""
    return Entry(
        key=texts.context,
        source=texts.source,
        target=texts.target,
        state=_state(texts.target, texts.forms, outline.fuzzy, named, target_digest),
        note="\n".join(notes),
        previous_source=texts.previous,
        source_digest=source_digest,
        target_digest=target_digest,
        exported_state=exported,
        comment="\n".join(outline.comments or ()),
        plural_source=texts.plural_source,
        plural_targets=texts.forms,
        line=outline.line,
        obsolete=outline.obsolete,
    )


def _state(target: str, targets: tuple[str, ...], fuzzy: bool, named: str, digest: str) -> str:
    """The state a file gives an entry: an empty form makes it initial, a flag needs-editing."""
    if not target or not all(targets):
        return "initial"
    if fuzzy:
        return "needs-editing"
    if named == "reviewed" and (not digest or short_digest(text_digest(target)) == digest):
        return "reviewed"
    return "translated"


def _advice(entry: Entry, forms: int) -> list[Problem]:
    """What msgfmt would refuse in one entry, and what our own plural rule says."""
    problems: list[Problem] = []
    if entry.plural_source and len(entry.plural_targets) != forms:
        found = len(entry.plural_targets)
        problems.append(FormsMismatch(place(entry.line), found=found, expected=forms))
    if entry.obsolete or entry.state == "needs-editing":
        return problems
    own = edges(entry.source)
    texts = [entry.target]
    if entry.plural_source:
        texts += [entry.plural_source, *entry.plural_targets]
    if any(text and edges(text) != own for text in texts):
        problems.append(LineBreaksMismatch(place(entry.line)))
    return problems


def _header_fields(target: str, line: int) -> dict[str, str]:
    """The lines of a header entry by name; the first of two wins. Raises OtherCharset."""
    fields: dict[str, str] = {}
    for row in target.split("\n"):
        name, colon, value = row.partition(":")
        if colon:
            fields.setdefault(name.strip(), value.strip())
    charset = _CHARSET.search(fields.get("Content-Type", ""))
    if charset and charset[1].upper() not in _UTF8:
        raise OtherCharset(place(line), charset=charset[1][:40])
    return fields


def _check_language(fields: dict[str, str], language: str, line: int) -> None:
    found = fields.get("Language", "")
    if found and not agrees(found, language, exact="X-Pinger-Document" in fields):
        raise WrongLanguage(place(line), found=found[:40], expected=locale_name(language))


def _header(fields: dict[str, str], language: str, problems: list[Problem]) -> Header | None:
    """Our header, or None; what is damaged in it is added to ``problems``."""
    document = fields.get("X-Pinger-Document", "")
    if not document:
        return None
    revision = fields.get("X-Pinger-Revision", "")
    if not _NUMBER.match(revision):
        problems.append(DamagedHeader(field="X-Pinger-Revision", found=revision[:40]))
        return None
    title = fields.get("Project-Id-Version", "")
    return Header(
        document=document,
        language=language,
        revision=int(revision),
        export=fields.get("X-Pinger-Export", ""),
        title=title.removeprefix(TITLE) if title.startswith(TITLE) else "",
        source_language=fields.get("X-Pinger-Source-Language", ""),
        exported_at=_time(fields.get("POT-Creation-Date", "")),
    )


def _time(value: str) -> datetime | None:
    try:
        return datetime.strptime(value, _TIME).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _completeness(
    fields: dict[str, str], entries: Sequence[Entry], end: Entry | None, partial: bool
) -> list[Problem]:
    """Advice on the end of a file of ours. Raises Truncated when entries are missing.

    Obsolete entries count as found: a tool may have set an entry aside, which is not a cut.
    """
    counts = [fields.get("X-Pinger-Entries", ""), end.source.partition(" ")[0] if end else ""]
    expected = max((int(count) for count in counts if _NUMBER.match(count)), default=0)
    if len(entries) < expected and not partial:
        raise Truncated(expected=expected, found=len(entries))
    if end is None:
        return [EndMarkMissing()]
    live = ((entry.key, entry.source) for entry in entries if not entry.obsolete)
    return [] if partial or end_texts(live)[1] == end.target else [AlteredSources()]
