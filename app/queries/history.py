"""History and visitors' messages."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.models import Document, History, Message, Segment
from workflows.release import Rule

RULE_SET = "document.rule-set"
"""The action of a row about a publication rule."""


def history(
    session: Session,
    document: Document,
    *,
    tag: str | None = None,
    segment_id: int | None = None,
    limit: int = 100,
) -> Sequence[History]:
    """What happened to a document, newest first."""
    statement = sa.select(History).where(History.document_id == document.id)
    if tag is not None:
        statement = statement.where(History.language == tag)
    if segment_id is not None:
        statement = statement.where(History.segment_id == segment_id)
    return session.scalars(
        statement.order_by(History.id.desc()).limit(limit).options(joinedload(History.actor))
    ).all()


def rule_then(session: Session, slug: str, changes: int) -> Rule | None:
    """The publication rule of a document after so many changes of it; None if it had fewer."""
    if not changes:
        return Rule()
    facts = session.scalar(
        sa.select(History.after)
        .join(Document, Document.id == History.document_id)
        .where(Document.slug == slug, History.action == RULE_SET)
        .order_by(History.id)
        .offset(changes - 1)
        .limit(1)
    )
    return Rule.of(facts) if facts else None


def message_by_nonce(session: Session, nonce: str) -> Message | None:
    """The message that this very form stored already."""
    return session.scalar(sa.select(Message).where(Message.nonce == nonce))


def message(session: Session, reference: str, *, lock: bool = False) -> Message | None:
    """The message with this reference; ``lock`` holds it until the transaction ends."""
    statement = sa.select(Message).where(Message.reference == reference)
    return session.scalar(statement.with_for_update() if lock else statement)


def messages(session: Session, limit: int = 200) -> Sequence[Message]:
    """The newest messages first."""
    return session.scalars(sa.select(Message).order_by(Message.id.desc()).limit(limit)).all()


def unit_history(
    session: Session, document: Document, key: str, tag: str, limit: int = 50
) -> Sequence[History]:
    """What happened to one unit, newest first."""
    statement = (
        sa.select(History)
        .join(Segment, Segment.id == History.segment_id)
        .where(
            History.document_id == document.id,
            Segment.document_id == document.id,
            Segment.key == key,
            History.language == tag,
        )
    )
    return session.scalars(
        statement.order_by(History.id.desc()).limit(limit).options(joinedload(History.actor))
    ).all()


def document_history(
    session: Session, document: Document, tags: Sequence[str], before: int | None, limit: int
) -> Sequence[tuple[History, str | None]]:
    """What happened to a document in these languages ("" is the source), newest first.

    Each with the key of its segment, if it was about one; ``before`` is the id to go on from.
    """
    statement = (
        sa.select(History, Segment.key)
        .outerjoin(Segment, Segment.id == History.segment_id)
        .where(History.document_id == document.id, History.language.in_(tags))
    )
    if before is not None:
        statement = statement.where(History.id < before)
    rows = session.execute(
        statement.order_by(History.id.desc()).limit(limit).options(joinedload(History.actor))
    )
    return [(row, key) for row, key in rows]
