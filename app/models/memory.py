"""The translation memory: pairs of texts, where each comes from, and the keys to find them by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.models.base import UtcDateTime
from app.models.documents import Segment
from app.models.people import User


class MemoryEntry(Base):
    """A source and a target that translates it; each pair once, and never changed.

    It is offered while one of its origins stands. ``links`` are those of the source and part of
    its digest; ``length`` is that of ``workflows.memory``.
    """

    __tablename__ = "memory_entry"
    __table_args__ = (
        sa.UniqueConstraint(
            "source_language",
            "target_language",
            "source_digest",
            "target_digest",
            name="uq_memory_entry_pair",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_language: Mapped[str] = mapped_column(sa.String(35))
    target_language: Mapped[str] = mapped_column(sa.String(35))
    source: Mapped[str] = mapped_column(sa.Text)
    links: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    source_digest: Mapped[str] = mapped_column(sa.String(64))
    target: Mapped[str] = mapped_column(sa.Text)
    target_digest: Mapped[str] = mapped_column(sa.String(64))
    length: Mapped[int]


class MemoryOrigin(Base):
    """Where a pair comes from: approved at a segment here, or brought in with a file.

    ``person`` approved it or brought it in, at ``at``. ``place`` says in one word what the origin
    is, so that each stands once. ``told`` is what a file says of the pair itself: ``document``,
    ``segment``, ``person``, ``changed_at``. An approval that was taken back is ``withdrawn_at``.
    """

    __tablename__ = "memory_origin"
    __table_args__ = (sa.UniqueConstraint("entry_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("memory_entry.id"))
    place: Mapped[str] = mapped_column(sa.String(220))
    segment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("segment.id"))
    file: Mapped[str] = mapped_column(sa.String(200), default="")
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    told: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entry: Mapped[MemoryEntry] = relationship()
    segment: Mapped[Segment | None] = relationship()
    person: Mapped[User | None] = relationship()


class MemoryKey(Base):
    """A key of ``workflows.memory`` and an entry that has it; an index, made anew at any time."""

    __tablename__ = "memory_key"
    # It is read by key alone: on SQLite the index is the table. A foreign key would be asked for
    # each of the seven rows of an entry, and entries are never deleted.
    __table_args__ = {"sqlite_with_rowid": False}

    hash: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
