"""Mail about what has been committed. Every function may be run again: what left is not sent twice.

Nothing a visitor wrote gets into a header, except an address for the answer that has passed a
strict check; and before a mail leaves it is read back, and must have exactly the headers meant.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app import queries
from app.config import Settings
from app.database import db, transaction
from app.logs import log
from app.models import Message
from app.operations import Act, Rules, note_mail
from app.operations.act import VISITOR

SECONDS = 5
"""For connecting, and for each answer of the mail server."""
# RFC 5322 dot-atom and a host name; no quotes, no comments, no literals, nothing encoded.
_REPLY = re.compile(
    r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/^_`{|}~-]+)*"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
_HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
]


class NotEncrypted(ValueError):
    """The password would travel in the open."""


class UnsafeMail(ValueError):
    """The finished mail does not have exactly the headers it was meant to have."""


def configured(settings: Settings) -> bool:
    """Whether messages go out by mail at all."""
    return bool(settings.smtp_url and settings.messages_to)


def message_left(reference: str) -> bool:
    """Send the mail about one message; False when none left. Never raises for a mail problem."""
    settings: Settings = current_app.config["SETTINGS"]
    if not configured(settings):
        return False
    message = queries.message(db.session, reference)
    if message is None or message.mailed_at is not None:
        return False
    error = _send(settings, message)
    rules = Rules.of(settings)
    try:
        with transaction() as session:
            note_mail(Act(session, VISITOR, datetime.now(UTC), rules), reference, error)
    except SQLAlchemyError as failure:
        # The message is stored and its mail may have left: nobody is helped by an error page.
        log.error("mail not noted", reference=reference, problem=type(failure).__name__)
    return not error


def send_waiting() -> int:
    """Send what has not left yet, oldest first; returns how many left."""
    references = [row.reference for row in queries.unmailed_messages(db.session)]
    return sum(message_left(reference) for reference in references)


def compose(settings: Settings, message: Message) -> bytes:
    """The mail about a message, ready to be sent. Raises ``UnsafeMail``."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = settings.mail_from
    mail["To"] = settings.messages_to
    mail["Subject"] = f"Message {message.reference}"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    expected = list(_HEADERS)
    if reply_address(message.email):
        mail["Reply-To"] = message.email
        expected.append("Reply-To")
    mail.set_content(_body(settings, message), subtype="plain", charset="utf-8", cte="base64")
    data = mail.as_bytes()
    found = message_from_bytes(data, policy=policy.default)
    if sorted(found.keys()) != sorted(expected) or found["To"] != settings.messages_to:
        raise UnsafeMail(f"unexpected headers in the mail about {message.reference}")
    return data


def reply_address(email: str) -> bool:
    """Whether an address may stand in a header: plain ASCII, one address, nothing encoded."""
    return len(email) <= 254 and "=?" not in email and bool(_REPLY.fullmatch(email))


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


def _send(settings: Settings, message: Message) -> str:
    """Hand the mail to the server; returns what went wrong, without anything personal."""
    try:
        data = compose(settings, message)
        with _server(settings) as server:
            server.sendmail(settings.mail_from, [settings.messages_to], data)
    except (OSError, smtplib.SMTPException, UnsafeMail, ValueError) as error:
        code = getattr(error, "smtp_code", "")
        problem = f"{type(error).__name__} {code}".strip()
        log.error("mail not sent", reference=message.reference, problem=problem)
        return problem
    return ""


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
