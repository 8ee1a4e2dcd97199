"""The staff's inbox: which messages a tab, a filter and a search show, and how many there are."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.models import Document, Grant, History, Message, Release, Reply, User
from app.models.messages import UNDER_WAY, folded, one_person
from workflows import segments
from workflows.review import Role

_BOTH = (joinedload(Message.assigned_to), joinedload(Message.answered_by))


class Tab(StrEnum):
    """The lists there are; the value stands in the address."""

    UNREAD = "unread"
    OPEN = "open"
    MINE = "mine"
    ANSWERED = "answered"
    SPAM = "spam"


@dataclass(frozen=True)
class Reader:
    """Whose inbox it is."""

    user_id: int | None
    languages: tuple[str, ...] | None
    """Whose messages are theirs, besides those assigned to them; every one for None."""

    def where(self) -> sa.ColumnElement[bool]:
        """The messages that are theirs to see."""
        if self.languages is None:
            return sa.true()
        return sa.or_(
            Message.language.in_(self.languages),
            sa.and_(Message.assigned_to_id.is_not(None), Message.assigned_to_id == self.user_id),
        )


@dataclass(frozen=True)
class Filter:
    """What an inbox is narrowed to; empty fields narrow nothing."""

    language: str = ""
    slug: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None
    overdue: datetime | None = None
    """Only what waits for an answer that was promised, left at this moment or before."""

    def where(self) -> list[sa.ColumnElement[bool]]:
        """The conditions, one for each field in use."""
        found: list[sa.ColumnElement[bool]] = []
        if self.language:
            found.append(Message.language == self.language)
        if self.slug:
            found.append(Message.slug == self.slug)
        if self.words:
            # Both sides are folded, so that upper case and accents count alike everywhere.
            found.append(Message.searched.contains(folded(self.words), autoescape=True))
        if self.since:
            found.append(Message.created_at > self.since)
        if self.until:
            found.append(Message.created_at <= self.until)
        if self.overdue:
            waits = (Message.answered_at.is_(None), Message.email != "")
            found += [Message.created_at <= self.overdue, *waits]
        return found


def _in_tab(tab: Tab, reader: Reader) -> sa.ColumnElement[bool]:
    open_ = sa.and_(sa.not_(Message.spam), Message.answered_at.is_(None))
    conditions: dict[Tab, sa.ColumnElement[bool]] = {
        Tab.UNREAD: sa.and_(sa.not_(Message.spam), Message.read_at.is_(None)),
        Tab.OPEN: open_,
        Tab.MINE: sa.and_(open_, Message.assigned_to_id == reader.user_id),
        Tab.ANSWERED: sa.and_(sa.not_(Message.spam), Message.answered_at.is_not(None)),
        Tab.SPAM: Message.spam.is_(True),
    }
    return conditions[tab]


def inbox(
    session: Session,
    reader: Reader,
    tab: Tab,
    narrowed: Filter,
    *,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[Message]:
    """A page of messages, newest first; ``before`` is the id to go on from."""
    statement = sa.select(Message).where(reader.where(), _in_tab(tab, reader), *narrowed.where())
    if before is not None:
        statement = statement.where(Message.id < before)
    statement = statement.order_by(Message.id.desc()).limit(limit)
    return session.scalars(statement.options(*_BOTH, selectinload(Message.replies))).all()


def inbox_counts(session: Session, reader: Reader, narrowed: Filter) -> dict[Tab, int]:
    """How many messages each tab shows, in one statement."""
    sums = [sa.func.sum(sa.case((_in_tab(tab, reader), 1), else_=0)) for tab in Tab]
    row = session.execute(sa.select(*sums).where(reader.where(), *narrowed.where())).one()
    return {tab: int(count or 0) for tab, count in zip(Tab, row, strict=True)}


def inbox_places(session: Session, reader: Reader) -> list[tuple[str, str]]:
    """The languages and policies that there are messages about."""
    columns = (Message.language, Message.slug)
    rows = session.execute(sa.select(*columns).where(reader.where()).distinct().order_by(*columns))
    return [(language, slug) for language, slug in rows]


def unread_messages(session: Session, reader: Reader) -> int:
    """How many messages nobody has taken note of."""
    count = sa.select(sa.func.count()).select_from(Message)
    return session.scalar(count.where(reader.where(), _in_tab(Tab.UNREAD, reader))) or 0


def message_page(session: Session, reader: Reader, reference: str) -> Message | None:
    """A message with its replies and the people who have to do with it, if it is the reader's."""
    statement = sa.select(Message).where(Message.reference == reference, reader.where())
    replies = selectinload(Message.replies).joinedload(Reply.written_by)
    return session.scalar(statement.options(*_BOTH, replies))


def policy_title(session: Session, slug: str, tag: str, number: int) -> str:
    """The title of a policy as released in a language under a number, else as its source has it;
    plain text, empty when there is no such policy."""
    document = session.scalar(sa.select(Document).where(Document.slug == slug))
    if document is None:
        return ""
    statement = sa.select(Release.content).where(
        Release.document_id == document.id, Release.language == tag, Release.number == number
    )
    content = session.scalar(statement)
    return segments.plain(json.loads(content)["title"] if content else document.title)


def messages_from(session: Session, email: str) -> list[Message]:
    """Every message from an address, however it was written, oldest first, with its replies."""
    wanted = one_person(email)
    if not wanted:
        return []
    # Folding only narrows what is looked at, as databases don't agree about upper and lower case.
    statement = sa.select(Message).where(Message.searched.contains(folded(wanted), autoescape=True))
    statement = statement.order_by(Message.id).options(selectinload(Message.replies))
    return [row for row in session.scalars(statement) if one_person(row.email) == wanted]


def answerers(session: Session) -> list[User]:
    """The people to whom a message can be assigned, by name."""
    roles = sa.select(Grant.user_id).where(Grant.role.in_([Role.EDITOR, Role.ADMINISTRATOR]))
    statement = sa.select(User).where(User.active, User.id.in_(roles))
    return list(session.scalars(statement.order_by(User.name, User.id)))


def replies(session: Session, message_id: int) -> Sequence[Reply]:
    """The replies to a message, oldest first."""
    statement = sa.select(Reply).where(Reply.message_id == message_id)
    return session.scalars(statement.order_by(Reply.id)).all()


def reply(session: Session, reply_id: int) -> Reply | None:
    """A reply with the message it answers."""
    statement = sa.select(Reply).where(Reply.id == reply_id)
    return session.scalar(statement.options(joinedload(Reply.message)))


def _idle(kind: type[Message | Reply], now: datetime) -> sa.ColumnElement[bool]:
    """Nobody is sending its mail; see ``models.messages.under_way``."""
    began = kind.sending_at
    return sa.or_(began.is_(None), began <= now - UNDER_WAY, began >= now + UNDER_WAY)


def unmailed_messages(session: Session, now: datetime, limit: int = 200) -> Sequence[Message]:
    """The messages whose mail has not left and is not being sent, those that failed before last,
    oldest first; likely spam is not sent on."""
    waits = (Message.mailed_at.is_(None), _idle(Message, now), sa.not_(Message.spam))
    statement = sa.select(Message).where(*waits)
    return session.scalars(
        statement.order_by(Message.mail_error != "", Message.id).limit(limit)
    ).all()


def unmailed_replies(session: Session, now: datetime, limit: int = 200) -> Sequence[Reply]:
    """The same of replies, with their messages. One that is younger than ``UNDER_WAY`` and that
    nobody has tried to send is left to whoever wrote it, who is about to."""
    tried = sa.or_(Reply.mail_error != "", Reply.sending_at.is_not(None))
    waits = sa.or_(tried, Reply.created_at <= now - UNDER_WAY)
    statement = sa.select(Reply).join(Reply.message).options(contains_eager(Reply.message))
    statement = statement.where(Reply.mailed_at.is_(None), waits, _idle(Reply, now))
    statement = statement.where(sa.not_(Message.spam))
    return session.scalars(statement.order_by(Reply.mail_error != "", Reply.id).limit(limit)).all()


def broken_off_mail(session: Session, now: datetime) -> list[str]:
    """The messages with a mail, their own or that of a reply, that may have left or not: whoever
    began to send it has never said."""
    mails = (Message.sending_at.is_not(None), Message.mailed_at.is_(None), _idle(Message, now))
    replies = (Reply.sending_at.is_not(None), Reply.mailed_at.is_(None), _idle(Reply, now))
    found = sa.or_(sa.and_(*mails), Message.replies.any(sa.and_(*replies)))
    statement = sa.select(Message.reference).where(found, sa.not_(Message.spam))
    return list(session.scalars(statement.order_by(Message.id)))


def alike_messages(session: Session, likeness: str, since: datetime) -> int:
    """How many messages of the same words were left since a moment."""
    count = sa.select(sa.func.count()).select_from(Message)
    return (
        session.scalar(count.where(Message.likeness == likeness, Message.created_at > since)) or 0
    )


def message_due(session: Session, moment: datetime) -> bool:
    """Whether a message from this moment or before it is still there."""
    statement = sa.select(Message.id).where(Message.created_at <= moment).limit(1)
    return session.scalar(statement) is not None


def erasures(session: Session, hashes: Collection[str]) -> list[History]:
    """The rows of history that tell of messages of a person erased, found by their keyed hashes."""
    statement = sa.select(History).where(History.action == "messages.erased").order_by(History.id)
    rows = session.scalars(statement)
    return [row for row in rows if (row.before or {}).get("person") in hashes]
