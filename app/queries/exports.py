"""What a catalog of a language holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Document, Segment, Translation
from app.queries.documents import source_history
from app.queries.glossary import finder
from app.queries.languages import language
from app.queries.proposals import with_proposals
from app.queries.views import LanguageView, UnitView
from workflows.catalogs import Entry, Header, text_digest
from workflows.glossary import Finder, Usage


def catalog_export(session: Session, view: LanguageView) -> tuple[Header, list[Entry]]:
    """Header and entries of a language's catalog as it is now; the same data, the same bytes.

    Segments that left the source come last, as obsolete entries, if they had a translation.
    """
    terms = finder(session, view, [unit.text for unit in view.units])
    entries = [_entry(unit, len(view.units), terms, view.language) for unit in view.units]
    entries = list(with_proposals(entries, view.units))
    entries += _obsolete(session, view)
    moments = [unit.translated_at for unit in view.units if unit.translated_at]
    moments += [unit.reviewed_at for unit in view.units if unit.reviewed_at]
    last = max(
        (unit for unit in view.units if unit.translated_by and unit.translated_at),
        key=lambda unit: (unit.translated_at, unit.position),
        default=None,
    )
    return _header(view, entries, [view.revision.created_at, *moments], last), entries


def template_export(session: Session, document: Document) -> tuple[Header, list[Entry]]:
    """Header and entries of a document's template: its source, without any translation."""
    view = language(session, document, document.source_language)
    entries = [_template_entry(unit, len(view.units)) for unit in view.units]
    header = _header(view, entries, [view.revision.created_at], None)
    return replace(header, language=""), entries


def _header(
    view: LanguageView,
    entries: list[Entry],
    moments: Sequence[datetime],
    last: UnitView | None,
) -> Header:
    return Header(
        document=view.document.slug,
        language=view.language,
        revision=view.revision.number,
        export=text_digest(repr([(e.key, e.source, e.target, e.state) for e in entries])),
        title=view.document.title,
        source_language=view.document.source_language,
        exported_at=max(moments),
        last_translator=last.translated_by.name if last and last.translated_by else "",
    )


def _place(unit: UnitView, total: int) -> str:
    where = f"Section {unit.section}, " if unit.section else ""
    return f"{where}{unit.role}, {unit.position} of {total}"


def _template_entry(unit: UnitView, total: int) -> Entry:
    return Entry(
        key=unit.key,
        source=unit.text,
        target="",
        state="initial",
        note=_place(unit, total),
        source_digest=unit.unit.source_digest,
    )


def _terms(text: str, terms: Finder, language: str) -> list[str]:
    """A line for each term of a text: how it is translated, and how not."""
    found = {occurrence.term.text: occurrence.term for occurrence in terms.find(text)}
    lines = []
    for term in found.values():
        said = term.translations.get(language, ())
        good = [one.text for one in said if one.usage is not Usage.FORBIDDEN]
        bad = [one.text for one in said if one.usage is Usage.FORBIDDEN]
        if term.untranslated:
            good.insert(0, term.text)
        parts = ["; ".join(good)] if good else []
        parts += [f"not: {'; '.join(bad)}"] if bad else []
        if parts:
            lines.append(f"Term: {term.text} = {', '.join(parts)}")
    return lines


def _entry(unit: UnitView, total: int, terms: Finder, language: str) -> Entry:
    note = "\n".join([_place(unit, total), *_terms(unit.text, terms, language)])
    if unit.return_reason:
        note += f"\nReturned: {unit.return_reason}"
    if unit.editorials and unit.unit.translated_digest in unit.unit.same_meaning:
        reasons = "; ".join(claim.reason for claim in reversed(unit.editorials))
        note += f"\nEditorial change of the source, the review carried over: {reasons}"
    return Entry(
        key=unit.key,
        source=unit.text,
        target=unit.target,
        state=unit.state,
        note=note,
        previous_source=unit.previous_source,
        source_digest=unit.unit.source_digest,
        target_digest=unit.unit.target_digest,
    )


def _obsolete(session: Session, view: LanguageView) -> list[Entry]:
    here = {unit.key for unit in view.units}
    last = {key: text for key, text, _ in source_history(session, view.document) if key not in here}
    if not last:
        return []
    rows = session.execute(
        sa.select(Segment.key, Translation.target)
        .join(Translation, Translation.segment_id == Segment.id)
        .where(
            Segment.document_id == view.document.id,
            Translation.language == view.language,
            Segment.key.in_(last),
            Translation.target != "",
        )
        .order_by(Segment.key)
    )
    return [
        Entry(key=key, source=last[key], target=target, state="translated", obsolete=True)
        for key, target in rows
    ]
