"""Releases: frozen for good when they are made."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.models.base import UtcDateTime, freeze
from app.models.documents import Document, Revision
from app.models.people import User
from workflows.release import Kind


class Release(Base):
    """One published text: a revision in a language, with its manifest.

    ``content`` and ``manifest`` are canonical JSON (``workflows.release``); ``digest`` is the
    SHA-256 of the manifest, ``texts_digest`` that of the texts alone, ``previous_digest`` names
    the release of the same document and language before this one. ``log_index`` counts all
    releases from 1. ``key_id`` is the public key of the signature; both are empty for releases
    from before there were signatures.
    """

    __tablename__ = "release"
    __table_args__ = (
        sa.UniqueConstraint("document_id", "language", "number"),
        sa.UniqueConstraint("log_index"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"))
    language: Mapped[str] = mapped_column(sa.String(35))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10), default=Kind.RELEASE)
    log_index: Mapped[int]
    content: Mapped[str] = mapped_column(sa.Text)
    manifest: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    texts_digest: Mapped[str] = mapped_column(sa.String(64))
    previous_digest: Mapped[str] = mapped_column(sa.String(64), default="")
    published_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    effective_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    signature: Mapped[str] = mapped_column(sa.String(128), default="")
    key_id: Mapped[str] = mapped_column(sa.String(64), default="")
    document: Mapped[Document] = relationship()
    revision: Mapped[Revision] = relationship()
    published_by: Mapped[User] = relationship()

    @property
    def withdrawn(self) -> bool:
        """Whether it takes the text away instead of giving one."""
        return self.kind == Kind.WITHDRAWAL


freeze(Release)
