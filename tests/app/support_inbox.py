"""Messages in the inbox of the staff, without a form."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from app import operations, queries
from app.database import db, transaction
from app.models import Message
from app.operations import Act, Rules
from app.operations.act import VISITOR
from app.operations.messages import Draft
from tests.app.support_policy import SLUG, settings
from tests.app.support_workbench import Node, page, signed_in

INBOX = "/workbench/messages"


def stored(language: str = "fr", body: str = "Hello", **more: Any) -> str:
    """Store a message, so many ``days`` ago; returns its reference. Needs an app context."""
    draft = Draft(
        nonce=secrets.token_hex(16),
        slug=more.get("slug", SLUG),
        section=more.get("section", "2"),
        language=language,
        release_number=more.get("number", 3),
        release_digest="0" * 64,
        name=more.get("name", "Vera"),
        email=more.get("email", "vera@example.org"),
        body=body,
        compared_digest=more.get("compared", ""),
        doubts=more.get("doubts", ()),
    )
    now = datetime.now(UTC) - timedelta(days=more.get("days", 0))
    with transaction() as session:
        act = Act(session, VISITOR, now, Rules.of(settings()))
        return operations.leave_message(act, draft).reference


def leave(app: Flask, language: str = "fr", body: str = "Hello", **more: Any) -> str:
    """The same from outside of the app's context."""
    with app.app_context():
        return stored(language, body, **more)


def message(app: Flask, reference: str) -> Message:
    """A message as it is stored now, with its replies."""
    with app.app_context():
        everybody = queries.Reader(None, None)
        found = queries.message_page(db.session, everybody, reference)
    assert found is not None
    return found


def inbox(app: Flask, email: str, **asked: str) -> Node:
    """The list as somebody sees it."""
    answer = signed_in(app, email).get(INBOX, query_string=asked)
    assert answer.status_code == 200
    return page(answer)


def references(shown: Node) -> list[str]:
    """The messages of a list, in its order."""
    lists = shown.all("ol", class_="messages")
    return [li.one("code").text() for node in lists for li in node.all("li")]
