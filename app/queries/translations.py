"""Stored translations and proposals, locked for writing."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.models import Candidate, Document, Segment, Translation


def translation(session: Session, segment_id: int, tag: str) -> Translation | None:
    """The stored translation of a segment, locked until the transaction ends."""
    return session.scalar(
        sa.select(Translation)
        .where(Translation.segment_id == segment_id, Translation.language == tag)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def translations(session: Session, document: Document, tag: str) -> dict[int, Translation]:
    """All stored translations of a document in one language, by segment, locked."""
    here = sa.select(Segment.id).where(Segment.document_id == document.id)
    rows = session.scalars(
        sa.select(Translation)
        .where(Translation.segment_id.in_(here), Translation.language == tag)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.segment_id: row for row in rows}


def all_translations(session: Session, document: Document) -> dict[tuple[int, str], Translation]:
    """All stored translations of a document, by segment and language, locked."""
    here = sa.select(Segment.id).where(Segment.document_id == document.id)
    rows = session.scalars(
        sa.select(Translation)
        .where(Translation.segment_id.in_(here))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {(row.segment_id, row.language): row for row in rows}


def open_proposals(session: Session, document: Document) -> set[tuple[int, str, str]]:
    """Segment, language and text of every proposal for a document that still waits."""
    here = sa.select(Segment.id).where(Segment.document_id == document.id)
    rows = session.execute(
        sa.select(Candidate.segment_id, Candidate.language, Candidate.target).where(
            Candidate.segment_id.in_(here), Candidate.state == "open"
        )
    )
    return {(segment, language, target) for segment, language, target in rows}


def open_twins(session: Session, segment_id: int, tag: str, target: str) -> Sequence[Candidate]:
    """The proposals for a segment that still wait and say exactly this, locked."""
    return session.scalars(
        sa.select(Candidate)
        .where(
            Candidate.segment_id == segment_id,
            Candidate.language == tag,
            Candidate.target == target,
            Candidate.state == "open",
        )
        .order_by(Candidate.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def open_candidate(session: Session, candidate_id: int, tag: str) -> Candidate | None:
    """A proposal that still waits, in this language."""
    return session.scalar(
        sa.select(Candidate)
        .where(Candidate.id == candidate_id, Candidate.language == tag, Candidate.state == "open")
        .options(joinedload(Candidate.segment), joinedload(Candidate.proposed_by))
        .with_for_update(of=Candidate)
        .execution_options(populate_existing=True)
    )
