"""Releases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload

from app.models import Document, Release, Revision
from workflows.problems import NoRelease


def live_releases(session: Session, document_ids: Sequence[int]) -> Sequence[Release]:
    """The newest release of each document and language, without the texts it holds."""
    newest = (
        sa.select(sa.func.max(Release.id))
        .where(Release.document_id.in_(document_ids))
        .group_by(Release.document_id, Release.language)
    )
    return session.scalars(
        sa.select(Release)
        .where(Release.id.in_(newest))
        .options(
            joinedload(Release.revision).defer(Revision.skeleton),
            joinedload(Release.document),
            defer(Release.content),
            defer(Release.manifest),
        )
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


@dataclass(frozen=True)
class LiveHead:
    """A live release without its texts: enough to say what there is."""

    slug: str
    source_language: str
    language: str
    release_id: int
    number: int
    digest: str
    published_at: datetime


def release_stamp(session: Session) -> tuple[int, int]:
    """How many releases there are, and the newest id: rows only ever get added, so equal stamps
    mean equal releases. The count sees one that was numbered earlier and committed later."""
    count, newest = session.execute(sa.select(sa.func.count(), sa.func.max(Release.id))).one()
    return int(count), int(newest or 0)


def live_heads(session: Session) -> list[LiveHead]:
    """The live release of every document and language, by slug and language."""
    newest = sa.select(sa.func.max(Release.id)).group_by(Release.document_id, Release.language)
    statement = (
        sa.select(
            Document.slug,
            Document.source_language,
            Release.language,
            Release.id,
            Release.number,
            Release.digest,
            Release.published_at,
        )
        .join(Document, Document.id == Release.document_id)
        .where(Release.id.in_(newest))
        .order_by(Document.slug, Release.language)
    )
    return [LiveHead(*row) for row in session.execute(statement)]


def release_texts(session: Session, release_id: int) -> tuple[str, str]:
    """Content and manifest of a release, as stored."""
    statement = sa.select(Release.content, Release.manifest).where(Release.id == release_id)
    content, manifest = session.execute(statement).one()
    return content, manifest
