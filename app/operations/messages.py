"""Messages that visitors leave, and what became of their mail."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app import queries
from app.models import Message
from app.operations.act import Act, storable

MAX_BODY = 5_000
_EXPIRE = sa.delete(Message).where(Message.created_at <= sa.bindparam("due")).returning(Message.id)


@dataclass(frozen=True)
class Draft:
    """A message as a visitor wrote it, checked by the form, with the page it was written on."""

    nonce: str
    slug: str
    section: str
    language: str
    release_number: int
    release_digest: str
    name: str
    email: str
    body: str


def leave_message(act: Act, draft: Draft) -> Message:
    """Store a message; the same form sent twice gives the message stored the first time.

    The history names the reference only: nothing a visitor wrote goes into it.
    """
    if (known := queries.message_by_nonce(act.session, draft.nonce)) is not None:
        return known
    message = Message(
        reference=_reference(),
        nonce=draft.nonce,
        slug=draft.slug,
        section=draft.section[:40],
        language=draft.language,
        release_number=draft.release_number,
        release_digest=draft.release_digest,
        name=storable(draft.name, 120),
        email=storable(draft.email, 254),
        body=storable(draft.body, MAX_BODY),
        created_at=act.now,
    )
    if not act.add(message):
        known = queries.message_by_nonce(act.session, draft.nonce)
        assert known is not None
        return known
    act.record("message.left", language=draft.language, after={"message": message.id})
    return message


def note_mail(act: Act, reference: str, error: str = "") -> Message | None:
    """Remember that the mail about a message left, or why it did not."""
    message = queries.message(act.session, reference)
    if message is None:
        return None
    message.mail_error = error[:200]
    if not error:
        message.mailed_at = act.now
    act.session.flush()
    after = {"message": message.id, "sent": not error}
    act.record("message.mailed", language=message.language, after=after)
    return message


def expire_messages(act: Act) -> int:
    """Delete the messages that were kept as long as promised; returns how many there were.

    Anybody's act may do it: only what is due goes, and the history keeps no more than the number.
    """
    due = act.now - timedelta(days=act.rules.retention_days)
    count = len(act.session.execute(_EXPIRE, {"due": due}).all())
    if count:
        act.record("messages.expired", before={"messages": count})
    return count


def _reference() -> str:
    # 128 random bits in groups that can be read out over a telephone: no 0, 1, I, L, O, U.
    alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    letters = "".join(secrets.choice(alphabet) for _ in range(28))
    return "-".join(letters[i : i + 7] for i in range(0, 28, 7))
