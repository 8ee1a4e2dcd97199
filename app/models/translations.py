"""Translations, proposals that are not current, and sign-offs of whole languages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.models.base import UtcDateTime
from app.models.documents import Segment
from app.models.people import User


def facts_of(row: Any) -> dict[str, Any]:
    """What history keeps of a translation: enough to give a review back to exactly this pair of
    texts. Takes whatever has the columns as attributes."""
    return {
        "state": row.state,
        "target": row.target,
        "source_digest": row.source_digest,
        "translated_by": row.translated_by_id,
        "translated_at": row.translated_at.isoformat(),
        "reviewed_by": row.reviewed_by_id,
        "reviewed_at": row.reviewed_at.isoformat() if row.reviewed_at else None,
        "version": row.version,
    }


class Translation(Base):
    """The current text of a segment in one language.

    ``source_digest`` and ``source_text`` are those of the source it was made for: it is outdated
    exactly when that digest differs from the segment's now. ``version`` grows with every write.
    """

    __tablename__ = "translation"
    __table_args__ = (sa.UniqueConstraint("segment_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(sa.ForeignKey("segment.id"))
    language: Mapped[str] = mapped_column(sa.String(35), index=True)
    target: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(20))
    source_digest: Mapped[str] = mapped_column(sa.String(64))
    source_text: Mapped[str] = mapped_column(sa.Text)
    provenance: Mapped[str] = mapped_column(sa.String(20), default="human")
    translated_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    translated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    return_reason: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    segment: Mapped[Segment] = relationship()
    translated_by: Mapped[User] = relationship(foreign_keys=[translated_by_id])
    reviewed_by: Mapped[User | None] = relationship(foreign_keys=[reviewed_by_id])
    __mapper_args__ = {"version_id_col": version}

    def facts(self) -> dict[str, Any]:
        """What history keeps of it."""
        return facts_of(self)


class Candidate(Base):
    """A proposed target that is not current: kept beside the text it would replace."""

    __tablename__ = "candidate"

    id: Mapped[int] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(sa.ForeignKey("segment.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(35))
    target: Mapped[str] = mapped_column(sa.Text)
    source_digest: Mapped[str] = mapped_column(sa.String(64))
    source_text: Mapped[str] = mapped_column(sa.Text)
    origin: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(20), default="open")
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    segment: Mapped[Segment] = relationship()
    proposed_by: Mapped[User] = relationship()

    def facts(self) -> dict[str, Any]:
        """What history keeps of it."""
        return {"candidate": self.id, "target": self.target, "origin": self.origin}


class SignOff(Base):
    """An editor's word for a whole language at exactly one digest of sources and targets."""

    __tablename__ = "sign_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(35))
    digest: Mapped[str] = mapped_column(sa.String(64))
    signed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by: Mapped[User] = relationship()
