"""Releases."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.models import Document, Release
from workflows.problems import NoRelease


def live_releases(session: Session, document_ids: Sequence[int]) -> Sequence[Release]:
    """The newest release of each document and language."""
    newest = (
        sa.select(sa.func.max(Release.id))
        .where(Release.document_id.in_(document_ids))
        .group_by(Release.document_id, Release.language)
    )
    return session.scalars(
        sa.select(Release)
        .where(Release.id.in_(newest))
        .options(joinedload(Release.revision), joinedload(Release.document))
    ).all()


def releases(session: Session, document: Document, tag: str | None = None) -> Sequence[Release]:
    """All releases of a document, newest first; in one language when ``tag`` is given."""
    statement = sa.select(Release).where(Release.document_id == document.id)
    if tag is not None:
        statement = statement.where(Release.language == tag)
    return session.scalars(
        statement.order_by(Release.id.desc()).options(
            joinedload(Release.revision),
            joinedload(Release.document),
            joinedload(Release.published_by),
        )
    ).all()


def release(session: Session, document: Document, tag: str, number: int | None = None) -> Release:
    """A release, the newest by default; raises ``NoRelease``."""
    for row in releases(session, document, tag):
        if number is None or row.number == number:
            return row
    raise NoRelease(slug=document.slug, language=tag)
