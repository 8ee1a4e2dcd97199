"""Messages that visitors leave, and how long they are kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from app import queries
from app.models import Message
from app.models.messages import folded, likeness
from app.operations.act import Act, Rules, storable

MAX_BODY = 5_000
SAME_WORDS = 2
"""So many messages of the same words in a day are taken as they come; the next one is doubted."""
_DAY = timedelta(days=1)
REPEATED = "repeated"


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
    compared_digest: str = ""
    """Of the release of the source that the page was compared with; empty for the source."""
    doubts: tuple[str, ...] = ()
    """Codes of what speaks for spam; any of them leads to the tray, none to a refusal."""


def leave_message(act: Act, draft: Draft) -> Message:
    """Store a message; the same form sent twice gives the message stored the first time.

    The history names the number only: nothing a visitor wrote goes into it.
    """
    if (known := queries.message_by_nonce(act.session, draft.nonce)) is not None:
        return known
    name, email = storable(draft.name, 120), storable(draft.email, 254)
    body, reference = storable(draft.body, MAX_BODY), _reference()
    alike = likeness(body)
    doubts = list(draft.doubts)
    if queries.alike_messages(act.session, alike, act.now - _DAY) >= SAME_WORDS:
        doubts.append(REPEATED)
    message = Message(
        reference=reference,
        nonce=draft.nonce,
        slug=draft.slug,
        section=draft.section[:40],
        language=draft.language,
        release_number=draft.release_number,
        release_digest=draft.release_digest,
        compared_digest=draft.compared_digest,
        name=name,
        email=email,
        body=body,
        searched=folded("\n".join((reference, name, email, body))),
        likeness=alike,
        spam=bool(doubts),
        spam_reasons=" ".join(doubts),
        created_at=act.now,
    )
    if not act.add(message):
        known = queries.message_by_nonce(act.session, draft.nonce)
        assert known is not None
        return known
    act.record("message.left", language=draft.language, after={"message": message.id})
    return message


def expired(rules: Rules, now: datetime) -> datetime:
    """Messages from this moment or before it have been kept as long as promised."""
    return now - timedelta(days=rules.retention_days)


def expire_messages(act: Act, limit: int | None = None) -> int:
    """Delete the messages that were kept as long as promised, with their replies, the oldest
    first and ``limit`` at most; returns how many there were.

    Anybody's act may do it: only what is due goes, and the history keeps no more than the number.
    """
    due = sa.select(Message.id).where(Message.created_at <= expired(act.rules, act.now))
    if limit is not None:
        due = due.order_by(Message.created_at).limit(limit)
    gone = sa.delete(Message).where(Message.id.in_(due.scalar_subquery())).returning(Message.id)
    count = len(act.session.execute(gone).all())
    if count:
        act.record("messages.expired", before={"messages": count})
    return count


def _reference() -> str:
    # 128 random bits in groups that can be read out over a telephone: no 0, 1, I, L, O, U.
    alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    letters = "".join(secrets.choice(alphabet) for _ in range(28))
    return "-".join(letters[i : i + 7] for i in range(0, 28, 7))
