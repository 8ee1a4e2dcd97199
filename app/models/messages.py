"""Messages that visitors leave, and the answers they got."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.models.base import UtcDateTime
from app.models.people import User

_EMPTY = sa.text("''")
UNDER_WAY = timedelta(minutes=5)
"""Whoever has begun to send a mail has it for so long. A server may take five seconds for each of
its dozen answers; after this, whoever sent it has died, and the next one may try."""


def folded(text: str) -> str:
    """Text as it is searched, the same on every database: no case, one form of each character."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def likeness(body: str) -> str:
    """What messages of the same words have in common."""
    return hashlib.sha256(" ".join(folded(body).split()).encode()).hexdigest()


def one_person(email: str) -> str:
    """An address as it names a person, the same on every database.

    Upper and lower case are one, and so are the two ways to write an accent; but nothing is spelled
    anew, as folding does: ``straße@`` and ``strasse@`` are two people.
    """
    return unicodedata.normalize("NFC", email.strip().lower())


class Message(Base):
    """What a visitor wrote, and on which page, section, language and release it was written.

    ``reference`` has 128 random bits. ``nonce`` is that of the form with what it says: sent
    twice it stores one message. ``compared_digest`` names the release of the source that the page
    was compared with: empty for the source itself, none for messages from before it was kept.
    ``mailed_at`` is empty while no mail has left; ``sending_at`` is when somebody began to send it
    and has not said yet what came of it. ``spam_reasons`` are codes with spaces between.
    ``searched`` is all that a search looks at, folded. The history names messages by ``id``, so
    none is ever given again.
    """

    __tablename__ = "message"
    __table_args__ = (
        sa.Index(None, "read_at", "spam", "language"),
        sa.Index(None, "likeness", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    nonce: Mapped[str] = mapped_column(sa.String(64), unique=True)
    slug: Mapped[str] = mapped_column(sa.String(80))
    section: Mapped[str] = mapped_column(sa.String(40))
    language: Mapped[str] = mapped_column(sa.String(35))
    release_number: Mapped[int]
    release_digest: Mapped[str] = mapped_column(sa.String(64))
    compared_digest: Mapped[str | None] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str] = mapped_column(sa.String(254))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_error: Mapped[str] = mapped_column(sa.String(200), default="")
    sending_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    searched: Mapped[str] = mapped_column(sa.Text, default="", server_default=_EMPTY)
    likeness: Mapped[str] = mapped_column(sa.String(64), default="", server_default=_EMPTY)
    spam: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    spam_reasons: Mapped[str] = mapped_column(sa.String(120), default="", server_default=_EMPTY)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assigned_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    assigned_to: Mapped[User | None] = relationship(foreign_keys=[assigned_to_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
    replies: Mapped[list[Reply]] = relationship(
        back_populates="message", order_by="Reply.id", passive_deletes="all"
    )


class Reply(Base):
    """An answer by mail. It goes when its message goes; ``mailed_at`` is empty while it waits,
    ``sending_at`` is as it is of messages, and no ``id`` is given again either."""

    __tablename__ = "message_reply"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(
        sa.ForeignKey("message.id", ondelete="CASCADE"), index=True
    )
    body: Mapped[str] = mapped_column(sa.Text)
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_error: Mapped[str] = mapped_column(sa.String(200), default="")
    sending_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    message: Mapped[Message] = relationship(back_populates="replies")
    written_by: Mapped[User | None] = relationship()


def under_way(row: Message | Reply, now: datetime) -> bool:
    """Whether somebody is sending its mail at this moment.

    A moment far ahead counts as little as one long past: a clock that was wrong blocks nothing.
    """
    return row.sending_at is not None and abs(now - row.sending_at) < UNDER_WAY


def broken_off(row: Message | Reply, now: datetime) -> bool:
    """Whether somebody began to send its mail and died before saying whether it left."""
    return row.mailed_at is None and row.sending_at is not None and not under_way(row, now)
