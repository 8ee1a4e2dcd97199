"""Several who send at once, and who dies while sending: no mail twice, none lost, all told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app import notifications, operations, queries
from app.database import db, transaction
from app.models import History, Message, Reply
from tests.app.support_inbox import INBOX, leave, message, stored
from tests.app.support_messages import TO, send, stamp_of
from tests.app.support_operations import unchanged
from tests.app.support_policy import ADMINISTRATOR, acting, editor
from tests.app.support_workbench import page, signed_in
from tests.support.mail import Mailbox

FR = editor("fr")
VERA = "vera@example.org"
LONG = timedelta(minutes=6)
"""Longer than a claim lasts."""


def replied(app: Flask, reference: str, text: str = "Merci.", known: int = 0) -> int:
    """Store a reply that nobody sends yet; its number."""
    with app.app_context(), acting(FR) as act:
        return operations.reply(act, reference, text, known=known).id


def claimed(app: Flask, reference: str, number: int = 0, ago: timedelta = timedelta()) -> datetime:
    """Begin to send a mail some time ago, and say no more; when it began."""
    with app.app_context():
        with acting() as act:
            if number:
                assert operations.claim_reply(act, reference, number)
            else:
                assert operations.claim_mail(act, reference)
        at, table = act.now - ago, Reply if number else Message
        with transaction() as session:
            session.execute(sa.update(table).values(sending_at=at))
        return at


def at_once(app: Flask, *acts: Callable[[], int]) -> list[int]:
    """Let all of them begin at the same moment; what they return."""
    barrier, found = threading.Barrier(len(acts)), list[int]()

    def run(act: Callable[[], int]) -> None:
        with app.app_context():
            barrier.wait(20)
            found.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def told(app: Flask) -> list[tuple[str, dict[str, object]]]:
    """What the history has about mail, without the number of the message."""
    with app.app_context(), db.engine.connect() as connection:
        rows = connection.execute(sa.select(History.action, History.after).order_by(History.id))
        return [
            (action, {key: value for key, value in after.items() if key in ("sent", "again")})
            for action, after in rows
            if action in KINDS
        ]


KINDS = ("message.sending", "message.mailed", "reply.sending", "reply.mailed")


def to(mailbox: Mailbox) -> list[str]:
    return [recipient for delivery in mailbox.deliveries for recipient in delivery.recipients]


def test_reply_that_two_send_at_once_leaves_once(mailing: Flask, smtp_server: Mailbox) -> None:
    smtp_server.seconds = 0.5
    reference = leave(mailing)
    number = replied(mailing, reference)
    rivals = [lambda: notifications.send_reply(reference, number)] * 3
    assert sorted(at_once(mailing, *rivals)) == [False, False, True]
    assert to(smtp_server) == [VERA]
    assert told(mailing) == [("reply.sending", {"again": False}), ("reply.mailed", {"sent": True})]
    (row,) = message(mailing, reference).replies
    assert (row.mailed_at is None, row.sending_at) == (False, None)


def test_message_that_two_send_at_once_leaves_once(mailing: Flask, smtp_server: Mailbox) -> None:
    smtp_server.seconds = 0.5
    reference = leave(mailing)
    found = at_once(
        mailing,
        lambda: notifications.message_left(reference),
        lambda: notifications.message_left(reference),
        notifications.send_waiting,
    )
    assert sum(found) == 1
    assert to(smtp_server) == [TO]
    assert told(mailing) == [
        ("message.sending", {"again": False}),
        ("message.mailed", {"sent": True}),
    ]


def test_form_that_is_sent_twice_at_once_sends_one_mail(
    mailing: Flask, smtp_server: Mailbox
) -> None:
    smtp_server.seconds = 0.5
    stamp = stamp_of(mailing)
    posts = [lambda: send(mailing.test_client(), stamp=stamp).status_code] * 2
    assert at_once(mailing, *posts) == [303, 303]
    assert to(smtp_server) == [TO]


def test_two_who_send_all_that_waits_send_each_once(mailing: Flask, smtp_server: Mailbox) -> None:
    smtp_server.seconds = 0.1
    references = [leave(mailing, "fr", str(number)) for number in range(4)]
    for reference in references:
        replied(mailing, reference)
    with mailing.app_context(), transaction() as session:
        session.execute(sa.update(Reply).values(created_at=datetime.now(UTC) - LONG))
    found = at_once(mailing, notifications.send_waiting, notifications.send_waiting)
    assert sum(found) == 8
    assert sorted(to(smtp_server)) == [TO] * 4 + [VERA] * 4


def test_who_tries_again_meanwhile_is_told_that_it_is_under_way(
    mailing: Flask, smtp_server: Mailbox
) -> None:
    reference = leave(mailing)
    claimed(mailing, reference, replied(mailing, reference))
    client = signed_in(mailing, FR)
    shown = page(client.get(f"{INBOX}/{reference}"))
    assert "It is being sent at this moment." in shown.one("main").text()
    assert "Reply not sent" not in shown.one("p", class_="states").text()
    assert client.post(f"{INBOX}/{reference}/send").status_code == 303
    assert page(client.get(f"{INBOX}/{reference}")).text().count("being sent at this moment") == 2
    assert smtp_server.deliveries == []


def test_mail_of_who_died_while_sending_leaves_later_and_is_told_of(
    mailing: Flask, smtp_server: Mailbox
) -> None:
    reference = both_claimed(mailing)
    runner = mailing.test_cli_runner()
    assert runner.invoke(args=["mail", "send"]).output == "0 sent.\n"
    claimed_long_ago(mailing)
    client = signed_in(mailing, FR)
    shown = page(client.get(f"{INBOX}/{reference}")).one("main").text()
    assert shown.count("Sending broke off, so nobody knows whether it left.") == 2
    assert "perhaps sent" in runner.invoke(args=["mail", "list"]).output
    said = runner.invoke(args=["mail", "send"]).output
    assert said == f"2 sent.\nMay arrive twice, as sending broke off before: {reference}.\n"
    assert to(smtp_server) == [TO, VERA]
    again = [("sending", {"again": True}), ("mailed", {"sent": True})]
    assert told(mailing)[2:] == [
        (f"{kind}.{name}", facts) for kind in ("message", "reply") for name, facts in again
    ]
    assert runner.invoke(args=["mail", "send"]).output == "0 sent.\n"


def both_claimed(app: Flask) -> str:
    """A message and the reply to it, each claimed by somebody who says no more; its reference."""
    reference = leave(app)
    number = replied(app, reference)
    claimed(app, reference)
    claimed(app, reference, number)
    return reference


def claimed_long_ago(app: Flask, ago: timedelta = LONG) -> None:
    """Let everything that is being sent have been so for some time."""
    with app.app_context(), transaction() as session:
        for table in (Message, Reply):
            session.execute(sa.update(table).values(sending_at=datetime.now(UTC) - ago))


def test_claim_of_a_clock_that_was_wrong_blocks_nothing(
    mailing: Flask, smtp_server: Mailbox
) -> None:
    both_claimed(mailing)
    claimed_long_ago(mailing, timedelta(days=-4000))
    with mailing.app_context():
        assert notifications.send_waiting() == 2
    assert to(smtp_server) == [TO, VERA]


def test_mail_that_comes_twice_is_the_same_for_a_mailbox(
    mailing: Flask, smtp_server: Mailbox
) -> None:
    references = [leave(mailing), leave(mailing)]
    numbers = [replied(mailing, reference) for reference in references]
    numbers.append(replied(mailing, references[1], "Et encore.", 1))
    sent = list(zip([references[0], references[1], references[1]], numbers, strict=True))
    with mailing.app_context():
        for reference in references:
            assert notifications.message_left(reference)
        for reference, number in sent:
            assert notifications.send_reply(reference, number)
        with transaction() as session:
            session.execute(sa.update(Reply).values(mailed_at=None))
        for reference, number in sent:
            assert notifications.send_reply(reference, number)
    names = [str(delivery.message["Message-ID"]) for delivery in smtp_server.deliveries]
    assert len(set(names[:5])) == 5
    assert names[5:] == names[2:5]
    assert all(name.endswith("@example.org>") for name in names)
    assert not any(reference in name for name in names for reference in references)


def test_who_took_too_long_changes_only_what_is_known(mailing: Flask) -> None:
    reference = leave(mailing)
    number = replied(mailing, reference)
    first = claimed(mailing, reference, number, LONG)
    with mailing.app_context():
        with acting() as act:
            second = act.now
            assert operations.claim_reply(act, reference, number)
        with unchanged(), acting() as act:
            # It failed, but somebody else is at it, whose word counts.
            assert operations.note_reply(act, reference, number, first, "TimeoutError") is None
        with acting() as act:
            assert operations.note_reply(act, reference, number, second)
            left = act.now
        with unchanged(), acting() as act:
            assert operations.note_reply(act, reference, number, first, "TimeoutError") is None
        with acting() as act:
            # It had left after all: twice, and the history says so.
            assert operations.note_reply(act, reference, number, first)
        (row,) = message(mailing, reference).replies
        assert (row.mailed_at, row.mail_error, row.sending_at) == (left, "", None)
    assert told(mailing)[-2:] == [("reply.mailed", {"sent": True})] * 2


def test_number_of_a_deleted_message_or_reply_is_not_given_again(mailing: Flask) -> None:
    with mailing.app_context():
        seen: list[tuple[int, int]] = []
        for _ in range(3):
            reference = stored("fr")
            with acting(FR) as act:
                row = operations.reply(act, reference, "Merci.", known=0)
                seen.append((row.message_id, row.id))
            with acting(FR) as act:
                operations.delete_message(act, reference)
        assert sorted(set(seen)) == seen


def test_note_about_a_reply_is_for_its_message_only(mailing: Flask) -> None:
    mine, other = leave(mailing), leave(mailing)
    number = replied(mailing, mine)
    at = claimed(mailing, mine, number)
    with mailing.app_context(), unchanged():
        with acting() as act:
            assert operations.note_reply(act, other, number, at) is None
            assert operations.claim_reply(act, other, number) is None
        assert not notifications.send_reply(other, number)


@pytest.mark.parametrize("act", ["delete", "erase", "spam"])
def test_message_that_goes_while_its_reply_is_sent_breaks_nothing(
    mailing: Flask, smtp_server: Mailbox, act: str
) -> None:
    smtp_server.seconds = 0.5
    reference = leave(mailing)
    number = replied(mailing, reference)

    def go() -> int:
        while not told(mailing):
            time.sleep(0.01)
        form = {"address": VERA, "spam": "yes"}
        client = signed_in(mailing, ADMINISTRATOR)
        return client.post(f"{INBOX}/{reference}/{act}", data=form).status_code

    found = at_once(mailing, lambda: notifications.send_reply(reference, number), go)
    assert sorted(found) == [True, 303]
    assert to(smtp_server) == [VERA]
    with mailing.app_context():
        row = queries.message(db.session, reference)
        assert (row is None) == (act != "spam")
    # That it was being sent is told, whatever happened to it then.
    assert told(mailing)[0] == ("reply.sending", {"again": False})


def test_server_that_never_says_whether_it_took_a_mail(
    mailing: Flask, smtp_server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "SECONDS", 0.3)
    smtp_server.seconds = 2
    reference = leave(mailing)
    number = replied(mailing, reference)
    with mailing.app_context():
        assert not notifications.send_reply(reference, number)
        smtp_server.seconds = 0
        # It has the mail, so nobody sends it again at once.
        assert not notifications.send_reply(reference, number)
    assert to(smtp_server) == [VERA]
    assert told(mailing) == [("reply.sending", {"again": False})]
    claimed_long_ago(mailing)
    shown = page(signed_in(mailing, FR).get(f"{INBOX}/{reference}")).one("main").text()
    assert "Sending broke off, so nobody knows whether it left." in shown
    with mailing.app_context():
        assert notifications.send_reply(reference, number)
    first, second = (str(delivery.message["Message-ID"]) for delivery in smtp_server.deliveries)
    assert first == second


@pytest.mark.parametrize("bye", ["250 bye", "421 too busy", "500 what?"])
def test_mail_that_was_taken_is_sent_however_the_server_takes_leave(
    mailing: Flask, smtp_server: Mailbox, bye: str
) -> None:
    smtp_server.bye = bye
    reference = leave(mailing)
    with mailing.app_context():
        assert notifications.message_left(reference)
        assert notifications.send_waiting() == 0
    row = message(mailing, reference)
    assert (row.mailed_at is None, row.mail_error) == (False, "")
    assert to(smtp_server) == [TO]


def test_database_that_cannot_be_asked_sends_nothing(
    mailing: Flask, smtp_server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = leave(mailing)
    number = replied(mailing, reference)
    with mailing.app_context():
        monkeypatch.setattr("app.database.BUSY_MILLISECONDS", 100)
        with db.engine.connect() as connection:
            busy = connection.execution_options(panel_write=True)
            busy.execute(sa.select(Message).with_for_update()).all()
            assert not notifications.send_reply(reference, number)
            assert not notifications.message_left(reference)
    assert smtp_server.deliveries == []
