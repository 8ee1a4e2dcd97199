"""Messages are kept as long as the form says, and no longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app import operations, queries
from app.database import Busy, db, transaction
from app.operations import Act, Rules, operator
from app.operations.act import VISITOR
from app.serving import Serving
from tests.app.support_messages import send
from tests.app.support_operations import DRAFT, actions, dump
from tests.app.support_policy import ADMINISTRATOR, publish
from tests.app.support_workbench import signed_in

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


def test_expiry_in_passing_is_bounded_and_takes_the_oldest(flask_app: Flask) -> None:
    with flask_app.app_context():
        references = [left(500 - number, str(number)) for number in range(5)]
        with transaction() as session:
            assert operations.expire_messages(Act(session, VISITOR, NOW, RULES), 2) == 2
        there = [queries.message(db.session, reference) is not None for reference in references]
        assert there == [False, False, True, True, True]


def test_replies_go_with_their_message(flask_app: Flask) -> None:
    with flask_app.app_context():
        reference = left(400, "a")
        with transaction() as session:
            act = Act(session, operator(), NOW, RULES)
            operations.reply(act, reference, "Merci.", known=0)
        assert expired() == 1
        assert dump()["message_reply"] == []


@pytest.mark.parametrize("way", ["service", "form"])
def test_service_deletes_what_is_due_by_itself_once_an_hour(house: Flask, way: str) -> None:
    publish("en")
    client, serving = house.test_client(), Serving(house)

    def pass_by() -> None:
        if way == "service":
            serving.tend()
        else:
            assert send(client, "/en/house-rules/message").status_code == 303

    old, young = left(4_000, "a"), left(-1, "b")
    pass_by()
    assert [queries.message(db.session, reference) is None for reference in (old, young)] == [
        True,
        False,
    ]
    assert actions().count("messages.expired") == 1
    again = left(4_000, "c")
    pass_by()
    assert queries.message(db.session, again) is not None
    house.extensions["panel_expiry"] = 0.0  # an hour later
    pass_by()
    assert queries.message(db.session, again) is None


def test_service_goes_on_when_nothing_can_be_deleted(house: Flask) -> None:
    old = left(4_000, "a")

    def busy(_session: object) -> None:
        raise Busy

    sessions = db.sessionmaker
    event.listen(sessions, "before_commit", busy)
    Serving(house).tend()
    event.remove(sessions, "before_commit", busy)
    assert queries.message(db.session, old) is not None


def test_inbox_only_shows(house: Flask) -> None:
    old = left(4_000, "a")
    assert signed_in(house, ADMINISTRATOR).get("/workbench/messages").status_code == 200
    assert queries.message(db.session, old) is not None
