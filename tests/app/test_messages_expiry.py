"""Messages are kept as long as the form says, and no longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Flask

from app import operations, queries
from app.database import db, transaction
from app.operations import Act, Rules
from app.operations.act import VISITOR
from tests.app.support_operations import DRAFT

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
RULES = Rules(("en", "fr"), retention_days=180)


def left(days_ago: int, nonce: str) -> str:
    """A message stored so many days ago; its reference."""
    with transaction() as session:
        act = Act(session, VISITOR, NOW - timedelta(days=days_ago), RULES)
        return operations.leave_message(act, replace(DRAFT, nonce=nonce)).reference


def expired(rules: Rules = RULES) -> int:
    with transaction() as session:
        return operations.expire_messages(Act(session, VISITOR, NOW, rules))


def test_message_is_deleted_on_the_day_promised_and_not_before(flask_app: Flask) -> None:
    with flask_app.app_context():
        old, due, young = left(400, "a"), left(180, "b"), left(179, "c")
        assert expired() == 2
        kept = {
            reference: queries.message(db.session, reference) for reference in (old, due, young)
        }
        assert [reference for reference, row in kept.items() if row is not None] == [young]
        assert expired() == 0


def test_expiry_follows_the_setting(flask_app: Flask) -> None:
    with flask_app.app_context():
        left(10, "a")
        assert expired() == 0
        assert expired(replace(RULES, retention_days=7)) == 1


def test_command_deletes_what_is_due(flask_app: Flask) -> None:
    with flask_app.app_context():
        left(4_000, "a")
        done = flask_app.test_cli_runner().invoke(args=["mail", "expire"])
        assert (done.exit_code, done.output) == (0, "1 deleted.\n")
