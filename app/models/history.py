"""What happened: one row a write, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.models.base import UtcDateTime, freeze
from app.models.people import User


class History(Base):
    """One act. ``before`` and ``after`` hold what it changed, as JSON."""

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    action: Mapped[str] = mapped_column(sa.String(40))
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"), index=True)
    segment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("segment.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(35), default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    actor: Mapped[User | None] = relationship()


freeze(History)
