"""What a catalog of a language holds."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Segment, Translation
from app.queries.documents import source_history
from app.queries.proposals import with_proposals
from app.queries.views import LanguageView, UnitView
from workflows.catalogs import Entry, Header, text_digest


def catalog_export(session: Session, view: LanguageView) -> tuple[Header, list[Entry]]:
    """Header and entries of a language's catalog as it is now; the same data, the same bytes.

    Segments that left the source come last, as obsolete entries, if they had a translation.
    """
    entries = [_entry(unit, len(view.units)) for unit in view.units]
    entries = list(with_proposals(entries, view.units))
    entries += _obsolete(session, view)
    moments = [unit.translated_at for unit in view.units if unit.translated_at]
    moments += [unit.reviewed_at for unit in view.units if unit.reviewed_at]
    last = max(
        (unit for unit in view.units if unit.translated_by and unit.translated_at),
        key=lambda unit: (unit.translated_at, unit.position),
        default=None,
    )
    header = Header(
        document=view.document.slug,
        language=view.language,
        revision=view.revision.number,
        export=text_digest(repr([(e.key, e.source, e.target, e.state) for e in entries])),
        title=view.document.title,
        source_language=view.document.source_language,
        exported_at=max([view.revision.created_at, *moments]),
        last_translator=last.translated_by.name if last and last.translated_by else "",
    )
    return header, entries


def _entry(unit: UnitView, total: int) -> Entry:
    where = f"Section {unit.section}, " if unit.section else ""
    note = f"{where}{unit.role}, {unit.position} of {total}"
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
