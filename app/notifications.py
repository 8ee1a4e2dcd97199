"""Mail about what has been committed. Every function may be run again, and by several at once: what
left is not sent twice, but for what ``app.operations.mailing`` tells of who dies while sending.

Nothing a visitor wrote gets into a header, except an address for the answer that has passed a
strict check; and before a mail leaves it is read back, and must have exactly the headers meant.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_babel import force_locale, format_date, gettext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import queries
from app.config import Settings
from app.database import Busy, db, transaction
from app.logs import log
from app.models import Message, Reply
from app.operations import Act, Actor, Rules, claim_mail, claim_reply, note_mail, note_reply
from app.operations.act import VISITOR
from app.operations.people import reply_address
from workflows import languages

Row = TypeVar("Row", Message, Reply)
SECONDS = 5
"""For connecting, and for each answer of the mail server."""
_HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
]


class NotEncrypted(ValueError):
    """The password would travel in the open."""


class MayHaveLeft(Exception):
    """The connection ended while the mail was handed over."""


class UnsafeMail(ValueError):
    """The finished mail does not have exactly the headers it was meant to have."""


def configured(settings: Settings) -> bool:
    """Whether messages go out by mail at all."""
    return bool(settings.smtp_url and settings.messages_to)


def message_left(reference: str, actor: Actor = VISITOR) -> bool:
    """Send the mail about one message; False when none left. Never raises for a mail problem."""
    settings: Settings = current_app.config["SETTINGS"]
    if not configured(settings):
        return False
    message = _claimed(reference, actor, lambda act: claim_mail(act, reference))
    if message is None or message.sending_at is None:
        return False
    claimed = message.sending_at
    error = _send(settings, settings.messages_to, reference, lambda: compose(settings, message))
    if error is not None:
        _note(reference, lambda act: note_mail(act, reference, claimed, error))
    return error == ""


def send_reply(reference: str, number: int, actor: Actor = VISITOR) -> bool:
    """Send one reply, the one of this number, to who left the message; False when it did not leave.

    Never raises for a mail problem. What has left already, or is being sent by somebody else at
    this moment, is not sent again.
    """
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.smtp_url:
        return False
    reply = _claimed(reference, actor, lambda act: claim_reply(act, reference, number))
    if reply is None or reply.sending_at is None:
        return False
    claimed, to = reply.sending_at, reply.message.email
    error = _send(settings, to, reference, lambda: compose_reply(settings, reply))
    if error is not None:
        _note(reference, lambda act: note_reply(act, reference, number, claimed, error))
    return error == ""


def _claimed(reference: str, actor: Actor, claim: Callable[[Act], Row | None]) -> Row | None:
    """What may be sent now, and by nobody else; committed before the mail server hears of it."""
    try:
        with transaction() as session:
            return claim(_act(session, actor))
    except (Busy, SQLAlchemyError) as failure:
        log.error("mail not claimed", reference=reference, problem=type(failure).__name__)
        return None


def _note(reference: str, note: Callable[[Act], object]) -> None:
    try:
        with transaction() as session:
            note(_act(session, VISITOR))
    except (Busy, SQLAlchemyError) as failure:
        # The message is stored and its mail may have left: nobody is helped by an error page.
        log.error("mail not noted", reference=reference, problem=type(failure).__name__)


def _act(session: Session, actor: Actor) -> Act:
    return Act(session, actor, datetime.now(UTC), Rules.of(current_app.config["SETTINGS"]))


def send_waiting() -> int:
    """Send what has not left yet, oldest first, messages and replies; returns how many left."""
    now = datetime.now(UTC)
    messages = [row.reference for row in queries.unmailed_messages(db.session, now)]
    replies = [(row.message.reference, row.id) for row in queries.unmailed_replies(db.session, now)]
    left = [message_left(reference) for reference in messages]
    return sum(left + [send_reply(reference, number) for reference, number in replies])


def compose(settings: Settings, message: Message) -> bytes:
    """The mail about a message, ready to be sent. Raises ``UnsafeMail``."""
    headers = {"Subject": f"Message {message.reference}", "Auto-Submitted": "auto-generated"}
    if reply_address(message.email):
        headers["Reply-To"] = message.email
    body = _body(settings, message)
    return _mail(settings, settings.messages_to, headers, body, message.reference)


def compose_reply(settings: Settings, reply: Reply) -> bytes:
    """The mail with a reply, ready to be sent. Raises ``UnsafeMail``."""
    message = reply.message
    if not reply_address(message.email):
        raise UnsafeMail(f"no address for the reply to {message.reference}")
    with force_locale(languages.to_locale(message.language)):
        # Translators: visitors see this: the subject of a mail that answers their message
        subject = gettext("Answer to your message %(reference)s", reference=message.reference)
    headers = {
        "Subject": subject,
        "Reply-To": settings.messages_to or settings.mail_from,
        "Content-Language": message.language,
    }
    body = reply_text(settings, message, reply.body)
    return _mail(settings, message.email, headers, body, f"{message.reference} {reply.id}")


def _mail(
    settings: Settings, to: str, headers: Mapping[str, str], body: str, identity: str
) -> bytes:
    """One mail in plain text to one address, read back before it may leave.

    Of one ``identity`` it has one Message-ID, so that a mailbox can tell what came twice.
    """
    name = hashlib.sha256(identity.encode()).hexdigest()[:40]
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = settings.mail_from
    mail["To"] = to
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{name}@{settings.mail_from.rpartition('@')[2]}>"
    # First the text: it takes all headers about content away that were there before.
    mail.set_content(body, subtype="plain", charset="utf-8", cte="base64")
    for name, value in headers.items():
        mail[name] = value
    data = mail.as_bytes()
    found = message_from_bytes(data, policy=policy.default)
    expected = {*_HEADERS, *headers}
    if sorted(found.keys()) != sorted(expected) or found["To"] != to:
        raise UnsafeMail("unexpected headers in a mail")
    return data


def reply_text(settings: Settings, message: Message, body: str) -> str:
    """What the visitor reads: the reply, between a greeting and what it answers, in the language
    of the page that the message was written on."""
    page = f"{settings.base_url}/{message.language}/{message.slug}"
    about = []
    with force_locale(languages.to_locale(message.language)):
        if message.name:
            # Translators: visitors see this: how a mail that answers their message begins
            greeting = gettext("Hello %(name)s,", name=message.name)
        else:
            # Translators: visitors see this: how a mail to somebody without a name begins
            greeting = gettext("Hello,")
        # Translators: visitors see this: below the answer to their message
        reference = gettext("Reference: %(reference)s", reference=message.reference)
        if settings.base_url:
            # Translators: visitors see this: the address of the policy their message is about
            about.append(gettext("Policy: %(address)s", address=page))
        if message.section:
            # Translators: visitors see this: the number of the section their message is about
            about.append(gettext("Section %(section)s", section=message.section))
        day = format_date(message.created_at, "long")
        # Translators: visitors see this: above their own message, quoted
        wrote = gettext("On %(date)s you wrote:", date=day)
    title = queries.policy_title(db.session, message.slug, message.language, message.release_number)
    quoted = [f"> {line}".rstrip() for line in message.body.splitlines()]
    signed = ["-" * 20, settings.site_name, *([title] if title else []), *about, reference]
    return "\n".join([greeting, "", *body.splitlines(), "", *signed, "", wrote, "", *quoted, ""])


def _body(settings: Settings, message: Message) -> str:
    page = f"/{message.language}/{message.slug}"
    lines = [
        f"Reference: {message.reference}",
        f"Page: {settings.base_url}{page}",
        f"Section: {message.section or '-'}",
        f"Language: {message.language}",
        f"Release: {message.release_number} ({message.release_digest[:16] or '-'})",
        f"Received: {message.created_at:%Y-%m-%d %H:%M} UTC",
        f"Name: {message.name or '-'}",
        f"E-mail: {message.email or '-'}",
        "",
        message.body,
        "",
    ]
    return "\n".join(lines)


def _send(settings: Settings, to: str, reference: str, compose: Callable[[], bytes]) -> str | None:
    """Hand a mail to the server; returns what went wrong, without anything personal.

    None when nobody knows: the server has got the mail, and has not said what becomes of it.
    """
    left = False
    try:
        data = compose()
        with _server(settings) as server:
            _hand_over(server, settings.mail_from, to, data)
            left = True
    except MayHaveLeft:
        log.error("mail may have left", reference=reference)
        return None
    except (OSError, smtplib.SMTPException, MessageError, ValueError, SQLAlchemyError) as error:
        code = getattr(error, "smtp_code", "")
        problem = f"{type(error).__name__} {code}".strip()
        if left:
            # It could not take leave: the mail is none the worse for it.
            log.warning("mail server left badly", reference=reference, problem=problem)
            return ""
        log.error("mail not sent", reference=reference, problem=problem)
        return problem
    return ""


def _hand_over(server: smtplib.SMTP, sender: str, to: str, data: bytes) -> None:
    """What ``sendmail`` does, but for telling a mail that was refused from one that was lost sight
    of. Raises ``SMTPException`` and ``MayHaveLeft``."""
    code, said = server.mail(sender)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, said, sender)
    code, said = server.rcpt(to)
    if code not in (250, 251):
        raise smtplib.SMTPResponseException(code, said)
    try:
        code, said = server.data(data)
    except smtplib.SMTPServerDisconnected as error:
        raise MayHaveLeft from error
    if code != 250:
        raise smtplib.SMTPDataError(code, said)


@contextmanager
def _server(settings: Settings) -> Iterator[smtplib.SMTP]:
    url = urlsplit(settings.smtp_url)
    host = url.hostname or ""
    # A name of our own: asking the resolver for one may take longer than everything else.
    ours = settings.mail_from.rpartition("@")[2]
    local = host in ("localhost", "127.0.0.1", "::1")
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, url.port or 465, ours, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, url.port or 25, ours, timeout=SECONDS)
    with server:
        server.ehlo()
        safe = local or url.scheme == "smtps"
        if not safe and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            safe = True
        if url.username:
            if not safe:
                raise NotEncrypted("the mail server offers no encryption for the password")
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server
