"""Defined terms and their translations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.models.base import UtcDateTime
from app.models.people import User


class Term(Base):
    """A term of a source language.

    ``removed`` ones stay, so that an import doesn't bring them back unasked. ``imported`` holds for
    each language ("" is the term itself) two digests: what the file said at the last import, and
    what was here afterwards. ``version`` grows with every write, also of translations.
    """

    __tablename__ = "term"
    __table_args__ = (sa.UniqueConstraint("language", "text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(35))
    text: Mapped[str] = mapped_column(sa.String(200))
    definition: Mapped[str] = mapped_column(sa.Text)
    part_of_speech: Mapped[str] = mapped_column(sa.String(80))
    subject: Mapped[str] = mapped_column(sa.String(80))
    note: Mapped[str] = mapped_column(sa.Text)
    case_sensitive: Mapped[bool] = mapped_column(default=False)
    untranslated: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)
    imported: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[User | None] = relationship()
    translations: Mapped[list[TermTranslation]] = relationship(
        back_populates="term", order_by="TermTranslation.id", cascade="all, delete-orphan"
    )


class TermTranslation(Base):
    """One way to say a term in a language; ``usage`` is preferred, admitted or forbidden."""

    __tablename__ = "term_translation"
    __table_args__ = (sa.UniqueConstraint("term_id", "language", "text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(sa.ForeignKey("term.id"))
    language: Mapped[str] = mapped_column(sa.String(35))
    text: Mapped[str] = mapped_column(sa.String(200))
    usage: Mapped[str] = mapped_column(sa.String(10))
    note: Mapped[str] = mapped_column(sa.Text)
    term: Mapped[Term] = relationship(back_populates="translations")
