"""Who sends a mail, and what came of it.

A mail is claimed in a transaction of its own before anybody talks to the mail server, so that no
two send it at once. What came of it is noted afterwards. Whoever dies in between leaves a claim,
which is void after ``UNDER_WAY``: the mail is then sent again, and may arrive twice. An answer that
is lost is worse than one that comes twice, and it has the same Message-ID both times.

Each claim and each note is a row of history: a claim without a note tells of a mail that may have
left, two notes that it was sent for one message tell of one that left twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import queries
from app.models import Message, Reply
from app.models.messages import under_way
from app.operations.act import Act


def claim_mail(act: Act, reference: str) -> Message | None:
    """The message, for its mail to be sent by who asks; None when it is not to be sent now."""
    message = queries.message(act.session, reference, lock=True)
    if message is None or message.spam or not _free(act, message):
        return None
    _claim(act, "message.sending", message, message)
    return message


def claim_reply(act: Act, reference: str, reply_id: int) -> Reply | None:
    """The reply to this message, to be sent by who asks; None when it is not to be sent now.

    Whoever a message held as spam is from, no mail goes to its address.
    """
    message = queries.message(act.session, reference, lock=True)
    row = _reply(act, message, reply_id)
    if message is None or row is None or message.spam or not _free(act, row):
        return None
    _claim(act, "reply.sending", message, row, reply=row.id)
    return row


def note_mail(act: Act, reference: str, claimed: datetime, error: str = "") -> Message | None:
    """Remember that the mail about a message left, or why it did not; ``claimed`` is when it was
    claimed. None when there is nothing to remember."""
    message = queries.message(act.session, reference, lock=True)
    if message is None or not _noted(act, message, claimed, error):
        return None
    _record(act, "message.mailed", message, sent=not error)
    return message


def note_reply(
    act: Act, reference: str, reply_id: int, claimed: datetime, error: str = ""
) -> Reply | None:
    """The same of a reply to the message with this reference; what has left has answered it."""
    message = queries.message(act.session, reference, lock=True)
    row = _reply(act, message, reply_id)
    if message is None or row is None or not _noted(act, row, claimed, error):
        return None
    if not error and message.answered_at is None:
        message.answered_at, message.answered_by_id = act.now, row.written_by_id
    _record(act, "reply.mailed", message, reply=row.id, sent=not error)
    return row


def _reply(act: Act, message: Message | None, reply_id: int) -> Reply | None:
    # The reference names the message for ever, so a number that is not its own finds nothing.
    row = queries.reply(act.session, reply_id) if message is not None else None
    return row if row is not None and row.message is message else None


def _free(act: Act, row: Message | Reply) -> bool:
    return row.mailed_at is None and not under_way(row, act.now)


def _claim(act: Act, action: str, message: Message, row: Message | Reply, **facts: Any) -> None:
    again = row.sending_at is not None
    row.sending_at = act.now
    _record(act, action, message, **facts, again=again)


def _noted(act: Act, row: Message | Reply, claimed: datetime, error: str) -> bool:
    mine = row.sending_at == claimed
    if error and not mine:
        # It took longer than a claim lasts, and somebody else has it, or has sent it.
        return False
    row.mail_error = error[:200]
    if mine:
        row.sending_at = None
    if not error:
        row.mailed_at = row.mailed_at or act.now
    return True


def _record(act: Act, action: str, message: Message, **facts: Any) -> None:
    act.session.flush()
    act.record(action, language=message.language, after={"message": message.id, **facts})
