"""``flask mail``: visitors' messages at the terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from textwrap import indent

import click

from app import access, notifications, operations, queries
from app.cli.common import (
    Refused,
    command,
    emit_json,
    json_option,
    settings,
    table,
    writing,
)
from app.config import secret_key
from app.database import db
from app.files import write_whole
from app.models import Message
from app.models.messages import broken_off
from app.operations.inbox import NoSuchMessage, message_facts, person_hashes
from app.queries import Filter, Reader, Tab

EVERYBODY = Reader(None, None)
TABS = [str(tab) for tab in Tab if tab is not Tab.MINE]


@click.group()
def mail() -> None:
    """Visitors' messages: list, send, hand over, erase.

    \b
    Example: flask mail list --tab unread
    """


def _state(message: Message) -> str:
    now = datetime.now(UTC)
    words = {
        "spam": message.spam,
        "answered": message.answered_at is not None,
        "unread": message.read_at is None,
        "not sent": any(reply.mailed_at is None for reply in message.replies),
        "perhaps sent": broken_off(message, now)
        or any(broken_off(row, now) for row in message.replies),
    }
    return ", ".join(word for word, true in words.items() if true) or "read"


@mail.command("list")
@click.option(
    "--tab", default="open", show_default=True, type=click.Choice(TABS), help="Which messages."
)
@click.option("--language", default="", metavar="LANGUAGE", help="Of the page it was written on.")
@click.option("--policy", default="", metavar="SLUG", help="That it is about.")
@click.option("--search", default="", metavar="WORDS", help="In names, texts, addresses.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="At most so many."
)
@json_option
@command
def list_(tab: str, language: str, policy: str, search: str, limit: int, as_json: bool) -> None:
    """List messages, the newest first.

    \b
    Example: flask mail list --tab spam --language fr
    """
    narrowed = Filter(language=language, slug=policy, words=" ".join(search.split()))
    found = queries.inbox(db.session, EVERYBODY, Tab(tab), narrowed, limit=limit)
    rows = [
        {
            "reference": message.reference,
            "left": message.created_at.isoformat(timespec="minutes"),
            "policy": message.slug,
            "language": message.language,
            "state": _state(message),
            "from": message.email or message.name,
        }
        for message in found
    ]
    if as_json:
        emit_json(rows)
    elif rows:
        table([list(row.values()) for row in rows], list(rows[0]))
    else:
        click.echo("No message fits.")


@mail.command("show")
@click.argument("reference")
@json_option
@command
def show(reference: str, as_json: bool) -> None:
    """Show one message with its replies; it stays unread.

    \b
    Example: flask mail show ABCDEFG-HJKMNPQ-RSTVWXY-Z234567
    """
    message = queries.message_page(db.session, EVERYBODY, reference)
    if message is None:
        raise NoSuchMessage(reference=reference[:40])
    facts = message_facts(message)
    if as_json:
        emit_json(facts)
        return
    replies = facts.pop("replies")
    body = facts.pop("body")
    for name, value in facts.items():
        click.echo(f"{name}: {'-' if value in (None, '') else value}")
    # Set in, so that no text can pass for a line of ours.
    click.echo(f"\n{indent(body, '  ')}")
    for reply in replies:
        click.echo(f"\nReply of {reply['created_at']}, sent: {reply['mailed_at'] or 'no'}")
        click.echo(f"\n{indent(reply['body'], '  ')}")


@mail.command("send")
@command
def send() -> None:
    """Send the messages and replies whose mail has not left yet.

    \b
    Example: flask mail send

    Of a mail that was being sent when the service died, nobody knows whether it left. It is sent
    again after five minutes; the messages that this is about are named.
    """
    doubtful = queries.broken_off_mail(db.session, datetime.now(UTC))
    click.echo(f"{notifications.send_waiting()} sent.")
    if doubtful:
        click.echo(f"May arrive twice, as sending broke off before: {', '.join(doubtful)}.")


@mail.command("expire")
@command
def expire() -> None:
    """Delete the visitors' messages that were kept as long as promised.

    \b
    Example, from cron once a day:
      flask mail expire

    The running service does the same when a message is left or the inbox is opened, at most once
    an hour.
    """
    with writing() as act:
        click.echo(f"{operations.expire_messages(act)} deleted.")


def _require_key() -> bytes:
    if not secret_key(settings()):
        raise Refused("There is no secret key yet. Run 'flask setup' first.")
    return access.erasure_key()


@mail.command("export")
@click.argument("email")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: print it."
)
@command
def export(email: str, output: Path | None) -> None:
    """Print all messages from EMAIL as JSON, with their replies.

    \b
    Example: flask mail export vera@example.org -o vera.json
    """
    key = _require_key()
    with writing() as act:
        found = operations.export_messages(act, email, key=key)
    if output is None:
        emit_json(found)
        return
    data = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    write_whole(output, data.encode(), mode=0o600)
    click.echo(f"{len(found)} written to {output}.")


@mail.command("erase")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Don't ask.")
@command
def erase(email: str, yes: bool) -> None:
    """Erase all messages from EMAIL, with their replies.

    \b
    Example: flask mail erase vera@example.org

    The history keeps how many there were and a keyed hash of the address: only who has the secret
    key of this service can tell whose it was. So a second run proves the first one.
    """
    key = _require_key()
    count = len(queries.messages_from(db.session, email))
    if count and not yes:
        click.confirm(f"Erase {count} messages for good?", abort=True)
    with writing() as act:
        click.echo(f"{operations.erase_messages(act, email, key=key)} erased.")
    for row in queries.erasures(db.session, person_hashes(email, key)):
        at = row.at.isoformat(timespec="seconds")
        click.echo(
            f"In the history, row {row.id}: {(row.before or {})['messages']} erased at {at}."
        )
