"""Source documents, their revisions, and the segments that live through the revisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.models.base import UtcDateTime, freeze
from app.models.people import User


class Document(Base):
    """A policy. ``head`` is the number of its newest revision (0: none yet).

    ``rule`` to ``translations_due`` are its ``workflows.release.Rule``, ``rule_changes`` counts how
    often that was changed.
    """

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    source_language: Mapped[str] = mapped_column(sa.String(35))
    head: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rule: Mapped[str] = mapped_column(
        sa.String(12), default="hold", server_default=sa.text("'hold'")
    )
    mark_percent: Mapped[int] = mapped_column(default=80, server_default=sa.text("80"))
    authoritative: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    translations_due: Mapped[int | None]
    rule_changes: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    __mapper_args__ = {"version_id_col": version}


class Revision(Base):
    """One state of the source. ``skeleton`` is the JSON of ``workflows.segments.Skeleton``.

    ``effective`` is the ISO date the source names for itself, "" when it names none.
    """

    __tablename__ = "revision"
    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    number: Mapped[int]
    skeleton: Mapped[str] = mapped_column(sa.Text)
    file_digest: Mapped[str] = mapped_column(sa.String(64))
    media_type: Mapped[str] = mapped_column(sa.String(80))
    furniture: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    effective: Mapped[str] = mapped_column(sa.String(10), default="", server_default=sa.text("''"))
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

    @property
    def key(self) -> str:
        """The key of its segment."""
        return self.segment.key


class Lineage(Base):
    """Where a segment of a revision comes from, unless it was kept as it was.

    ``segment_id`` is empty for what was removed, ``from_segment_id`` for what was added. A split
    or a merge has one row for each of its parts.
    """

    __tablename__ = "lineage"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"), index=True)
    change: Mapped[str] = mapped_column(sa.String(10))
    segment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("segment.id"), index=True)
    from_segment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("segment.id"), index=True)
    score: Mapped[float] = mapped_column(sa.Float)
    revision: Mapped[Revision] = relationship()
    segment: Mapped[Segment | None] = relationship(foreign_keys=[segment_id])
    from_segment: Mapped[Segment | None] = relationship(foreign_keys=[from_segment_id])


freeze(Lineage)


class Editorial(Base):
    """The claim that an edit left the meaning of a segment as it was.

    It counts once a second person has confirmed it and while nobody has undone it: then a review
    of the source ``from_digest`` is one of ``to_digest``, too.
    """

    __tablename__ = "editorial"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"), index=True)
    segment_id: Mapped[int] = mapped_column(sa.ForeignKey("segment.id"), index=True)
    from_digest: Mapped[str] = mapped_column(sa.String(64))
    from_text: Mapped[str] = mapped_column(sa.Text)
    to_digest: Mapped[str] = mapped_column(sa.String(64))
    to_text: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text)
    marked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[Revision] = relationship()
    segment: Mapped[Segment] = relationship()
    marked_by: Mapped[User | None] = relationship(foreign_keys=[marked_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    __mapper_args__ = {"version_id_col": version}

    @property
    def waits(self) -> bool:
        """Whether a second person still has to decide."""
        return self.confirmed_at is None and self.undone_at is None

    @property
    def counts(self) -> bool:
        """Whether reviews carry over."""
        return self.confirmed_at is not None and self.undone_at is None
