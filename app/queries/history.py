"""History and visitors' messages."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.models import Document, History, Message


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


def message_by_nonce(session: Session, nonce: str) -> Message | None:
    """The message that this very form stored already."""
    return session.scalar(sa.select(Message).where(Message.nonce == nonce))


def message(session: Session, reference: str) -> Message | None:
    """The message with this reference."""
    return session.scalar(sa.select(Message).where(Message.reference == reference))


def messages(session: Session, limit: int = 200) -> Sequence[Message]:
    """The newest messages first."""
    return session.scalars(sa.select(Message).order_by(Message.id.desc()).limit(limit)).all()
