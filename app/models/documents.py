"""Source documents, their revisions, and the segments that live through the revisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.models.base import UtcDateTime


class Document(Base):
    """A policy. ``head`` is the number of its newest revision (0: none yet)."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    source_language: Mapped[str] = mapped_column(sa.String(35))
    head: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    __mapper_args__ = {"version_id_col": version}


class Revision(Base):
    """One state of the source. ``skeleton`` is the JSON of ``workflows.segments.Skeleton``."""

    __tablename__ = "revision"
    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    number: Mapped[int]
    skeleton: Mapped[str] = mapped_column(sa.Text)
    file_digest: Mapped[str] = mapped_column(sa.String(64))
    media_type: Mapped[str] = mapped_column(sa.String(80))
    furniture: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    document: Mapped[Document] = relationship()
    texts: Mapped[list[SourceText]] = relationship(
        back_populates="revision", order_by="SourceText.position"
    )


class Segment(Base):
    """The identity of a paragraph: a key born once and carried from revision to revision."""

    __tablename__ = "segment"
    __table_args__ = (sa.UniqueConstraint("document_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    key: Mapped[str] = mapped_column(sa.String(20))


class SourceText(Base):
    """What a segment says in one revision, and where it stands there."""

    __tablename__ = "source_text"
    __table_args__ = (
        sa.UniqueConstraint("revision_id", "segment_id"),
        sa.UniqueConstraint("revision_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"))
    segment_id: Mapped[int] = mapped_column(sa.ForeignKey("segment.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)
    links: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    kind: Mapped[str] = mapped_column(sa.String(20))
    role: Mapped[str] = mapped_column(sa.String(20))
    section: Mapped[str] = mapped_column(sa.String(40))
    label: Mapped[str] = mapped_column(sa.String(40))
    anchor: Mapped[str] = mapped_column(sa.String(40))
    digest: Mapped[str] = mapped_column(sa.String(64))
    revision: Mapped[Revision] = relationship(back_populates="texts")
    segment: Mapped[Segment] = relationship()
