"""What the staff does with visitors' messages: read, assign, answer, sort out, hand over, erase.

Who edits a language answers for it; an administrator for every one. A message can be assigned to
anybody who answers at all, and is then seen by them, too. The history names messages and people by
their numbers, and a person who was erased by a keyed hash: no text and no address gets into it.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, ClassVar

import sqlalchemy as sa

from app import queries
from app.models import Message, Reply, User
from app.models.messages import one_person
from app.operations.act import Act, Actor, storable
from app.operations.people import reply_address
from workflows.problems import N_, Nature, NoSuchUser, NotPermitted, Problem
from workflows.review import Role

MAX_REPLY = 10_000
BY_HAND = "by-hand"
_EXPORTED = (
    "reference",
    "slug",
    "section",
    "language",
    "release_number",
    "release_digest",
    "compared_digest",
    "name",
    "email",
    "body",
    "created_at",
    "mailed_at",
    "sending_at",
    "read_at",
    "answered_at",
    "spam",
    "spam_reasons",
)
_OF_REPLY = ("body", "created_at", "mailed_at", "sending_at")


class NoSuchMessage(Problem):
    """No message has this reference, or it is none of the actor's."""

    code: ClassVar[str] = "no-such-message"
    nature: ClassVar[Nature] = Nature.MISSING
    what: ClassVar[str] = N_("There is no message “{reference}” for you to answer.")
    mend: ClassVar[str] = N_("It may have been deleted, or kept as long as promised.")


class NoReply(Problem):
    """A reply without a text."""

    code: ClassVar[str] = "no-reply"
    what: ClassVar[str] = N_("The reply is empty.")
    mend: ClassVar[str] = N_("Write it, then send it.")


class ReplyTooLong(Problem):
    """A reply that is longer than we send."""

    code: ClassVar[str] = "reply-too-long"
    what: ClassVar[str] = N_("The reply has {length} characters; at most {limit} fit.")
    mend: ClassVar[str] = N_("Shorten it.")


class NoAddress(Problem):
    """The visitor left no address, or one that no mail can be sent to safely."""

    code: ClassVar[str] = "no-address"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("The visitor left no address that a mail can be sent to.")
    mend: ClassVar[str] = N_("Mark the message as answered if you reach them in another way.")


class LikelySpam(Problem):
    """A reply to a message that is held as spam."""

    code: ClassVar[str] = "likely-spam"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("This message is held as likely spam, so no mail goes to its address.")
    mend: ClassVar[str] = N_("Say first that it is not spam.")


class AnsweredMeanwhile(Problem):
    """Somebody else, or the same form sent twice, has replied first."""

    code: ClassVar[str] = "answered-meanwhile"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("A reply was written since you opened this page; yours was not sent.")
    mend: ClassVar[str] = N_("Read it above, then send yours if it is still needed.")


class NotConfirmed(Problem):
    """What was typed to confirm an erasure is another address."""

    code: ClassVar[str] = "not-confirmed"
    what: ClassVar[str] = N_("The address you typed is not the one of this message.")
    mend: ClassVar[str] = N_("Type it exactly to erase every message that came from it.")


def may_answer(actor: Actor) -> bool:
    """Whether somebody answers messages at all."""
    return actor.administrator or bool(actor.languages(Role.EDITOR))


def sees(actor: Actor, message: Message) -> bool:
    """Whether a message is somebody's to read and answer."""
    if actor.administrator:
        return True
    mine = actor.user_id is not None and message.assigned_to_id == actor.user_id
    return may_answer(actor) and (mine or message.language in actor.languages(Role.EDITOR))


def person_hash(email: str, key: bytes) -> str:
    """What the history keeps of an erased address: only who has the key and the address can tell
    that it was this one."""
    return _keyed(one_person(email), key)


def person_hashes(email: str, key: bytes) -> frozenset[str]:
    """All that an erased address may have left in the history: ``person_hash``, and what was kept
    while ``straße@`` and ``strasse@`` were taken for one person, and erased together."""
    return frozenset({person_hash(email, key), _keyed(email.strip().casefold(), key)})


def _keyed(address: str, key: bytes) -> str:
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()


def require_message(act: Act, reference: str) -> Message:
    """The message, held until the transaction ends; raises ``NotPermitted``, ``NoSuchMessage``."""
    if not may_answer(act.actor):
        raise NotPermitted(role=Role.EDITOR, language="*")
    message = queries.message(act.session, reference, lock=True)
    if message is None or not sees(act.actor, message):
        raise NoSuchMessage(reference=reference[:40])
    return message


def _record(act: Act, action: str, message: Message, **facts: Any) -> None:
    act.session.flush()
    act.record(action, language=message.language, after={"message": message.id, **facts})


def _seen(act: Act, message: Message) -> None:
    message.read_at = message.read_at or act.now


def mark_read(act: Act, reference: str, *, read: bool = True) -> bool:
    """Take note of a message, or leave it for later again; False when it is so already."""
    message = require_message(act, reference)
    if (message.read_at is not None) == read:
        return False
    message.read_at = act.now if read else None
    _record(act, "message.read" if read else "message.unread", message)
    return True


def assign_message(act: Act, reference: str, user_id: int | None) -> bool:
    """Make a message somebody's, or nobody's; False when it is so already.

    Raises ``NoSuchUser``, and ``NotPermitted`` for a person who answers no messages.
    """
    message = require_message(act, reference)
    if message.assigned_to_id == user_id:
        return False
    if user_id is not None:
        user = act.session.get(User, user_id)
        if user is None or not user.active:
            raise NoSuchUser(email=str(user_id))
        if not may_answer(Actor.of(user)):
            raise NotPermitted(role=Role.EDITOR, language=message.language)
    _seen(act, message)
    message.assigned_to_id = user_id
    _record(act, "message.assigned", message, user=user_id)
    return True


def mark_answered(act: Act, reference: str, *, answered: bool = True) -> bool:
    """Say that a message got its answer by other means, or that it still waits for one."""
    message = require_message(act, reference)
    if (message.answered_at is not None) == answered:
        return False
    _seen(act, message)
    message.answered_at = act.now if answered else None
    message.answered_by_id = act.actor.user_id if answered else None
    _record(act, "message.answered" if answered else "message.reopened", message)
    return True


def mark_spam(act: Act, reference: str, *, spam: bool) -> bool:
    """Put a message into the tray of likely spam, or take it out; False when it is there."""
    message = require_message(act, reference)
    if message.spam == spam:
        return False
    if spam:
        _seen(act, message)
    message.spam = spam
    reasons = [reason for reason in message.spam_reasons.split() if reason != BY_HAND]
    message.spam_reasons = " ".join([*reasons, BY_HAND] if spam else reasons)
    _record(act, "message.spam" if spam else "message.not-spam", message)
    return True


def reply(act: Act, reference: str, text: str, *, known: int) -> Reply:
    """Store an answer that then leaves by mail; ``known`` is how many there were when it was
    written.

    Raises ``NoReply``, ``ReplyTooLong``, ``NoAddress``, ``LikelySpam``, ``AnsweredMeanwhile``.
    """
    message = require_message(act, reference)
    body = storable(text, len(text))
    if not body:
        raise NoReply()
    if len(body) > MAX_REPLY:
        raise ReplyTooLong(length=len(body), limit=MAX_REPLY)
    if not reply_address(message.email):
        raise NoAddress()
    if message.spam:
        raise LikelySpam()
    if len(queries.replies(act.session, message.id)) != known:
        raise AnsweredMeanwhile()
    _seen(act, message)
    row = Reply(
        message_id=message.id, body=body, written_by_id=act.actor.user_id, created_at=act.now
    )
    act.session.add(row)
    act.session.flush()
    _record(act, "message.replied", message, reply=row.id)
    return row


def delete_message(act: Act, reference: str) -> None:
    """Delete a message with its replies; what happened to it stays in the history."""
    message = require_message(act, reference)
    number, language = message.id, message.language
    act.session.execute(sa.delete(Message).where(Message.id == number))
    act.record("message.deleted", language=language, before={"message": number})


class NotAllYours(NotPermitted):
    """A person has written in a language that the actor doesn't answer for, too."""

    what: ClassVar[str] = N_("This person has also written about languages that are not yours.")
    mend: ClassVar[str] = N_("Ask an administrator, or somebody who is an editor of all of them.")


def _of_person(act: Act, email: str) -> list[Message]:
    """Every message from an address; raises ``NotAllYours`` unless all of them are the actor's.

    A part of them would be handed over, or erased, as if it were all.
    """
    if not may_answer(act.actor):
        raise NotPermitted(role=Role.EDITOR, language="*")
    found = queries.messages_from(act.session, email)
    if not all(sees(act.actor, message) for message in found):
        raise NotAllYours()
    return found


def export_messages(act: Act, email: str, *, key: bytes) -> list[dict[str, Any]]:
    """All that is kept of the messages from an address, as JSON can hold it, oldest first."""
    found = _of_person(act, email)
    if found:
        facts = {"messages": len(found), "person": person_hash(email, key)}
        act.record("messages.exported", after=facts)
    return [message_facts(message) for message in found]


def message_facts(message: Message) -> dict[str, Any]:
    """All that is kept of a message and its replies, as JSON can hold it."""
    replies = [{name: _plain(getattr(row, name)) for name in _OF_REPLY} for row in message.replies]
    return {name: _plain(getattr(message, name)) for name in _EXPORTED} | {"replies": replies}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def erase_messages(act: Act, email: str, *, key: bytes) -> int:
    """Erase every message from an address with its replies; returns how many there were.

    The history keeps how many, and the address as a keyed hash: enough to prove that it was done.
    """
    found = [message.id for message in _of_person(act, email)]
    if found:
        act.session.execute(sa.delete(Message).where(Message.id.in_(found)))
        facts = {"messages": len(found), "person": person_hash(email, key)}
        act.record("messages.erased", before=facts)
    return len(found)
