"""Replies by mail: in the visitor's language, to one address, never twice, never lost."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from app import notifications, operations, queries
from app.database import db
from tests.app import support_policy as policy
from tests.app.support_inbox import INBOX, leave, message
from tests.app.support_messages import PATH, TO, reference_in, send
from tests.app.support_operations import dump
from tests.app.support_policy import ADMINISTRATOR, acting, editor
from tests.app.support_workbench import Node, page, signed_in
from tests.support.mail import Delivery, Mailbox

FR = editor("fr")


def reply(app: Flask, reference: str, text: str = "Merci.", known: int = 0) -> tuple[int, Node]:
    """Send the form of the page; the status, and the page that comes."""
    client = signed_in(app, ADMINISTRATOR)
    path, form = f"{INBOX}/{reference}", {"reply": text, "known": str(known)}
    answer = client.post(f"{path}/reply", data=form)
    shown = client.get(path) if answer.status_code == 303 else answer
    return answer.status_code, page(shown)


def headers(delivery: Delivery) -> dict[str, str]:
    return {
        name: str(value)
        for name, value in delivery.message.items()
        if name not in ("Date", "Message-ID")
    }


def test_reply_leaves_in_the_language_of_the_page(mailing: Flask, smtp_server: Mailbox) -> None:
    reference = leave(mailing, "ar", "ما هذا؟\nسطر ثان", name="ليلى", number=1)
    status, shown = reply(mailing, reference, "شكرًا لك.\r\n\r\nإلى اللقاء")
    (delivery,) = smtp_server.wait_for(1)
    assert status == 303
    assert (delivery.sender, delivery.recipients) == ("panel@example.org", ("vera@example.org",))
    found = headers(delivery)
    assert reference in found.pop("Subject")
    assert found == {
        "From": "panel@example.org",
        "To": "vera@example.org",
        "Reply-To": TO,
        "Content-Language": "ar",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "base64",
        "MIME-Version": "1.0",
    }
    lines = delivery.text.splitlines()
    assert "ليلى" in lines[0]
    assert lines[2:5] == ["شكرًا لك.", "", "إلى اللقاء"]
    assert "قواعد البيت" in lines
    assert any("https://policies.example.org/ar/house-rules" in line for line in lines)
    assert "القسم 2" in lines
    assert lines[-2:] == ["> ما هذا؟", "> سطر ثان"]
    row = message(mailing, reference)
    assert row.answered_at is not None
    assert row.answered_by is not None
    assert row.answered_by.email == ADMINISTRATOR
    assert [(sent.body, sent.mailed_at is not None) for sent in row.replies] == [
        ("شكرًا لك.\n\nإلى اللقاء", True)
    ]
    kept = shown.one("section", id=f"reply-of-{row.replies[0].id}")
    assert "شكرًا لك." in kept.one("p", class_="text").text()
    assert kept.one("p", class_="text").attrs["lang"] == "ar"


@pytest.mark.parametrize("tag", ["en", "he"])
def test_reply_to_a_page_that_is_not_released_names_the_source(mailing: Flask, tag: str) -> None:
    reference = leave(mailing, tag, "x", number=0, section="", name="")
    with mailing.app_context():
        site = policy.settings()
        text = notifications.reply_text(site, message(mailing, reference), "…")
    assert "House rules" in text.splitlines()
    assert "\n…\n" in text


HOSTILE = "=?utf-8?q?Hi=0d=0aBcc:_victim@example.com?=\r\nBcc: victim@example.com\r\n.\r\n"


def test_nothing_written_gets_into_a_header(mailing: Flask, smtp_server: Mailbox) -> None:
    name = HOSTILE.replace("\r\n", " ")
    reference = leave(mailing, "fr", HOSTILE, name=name, section="=?utf-8?q?=0a?=")
    assert reply(mailing, reference, HOSTILE)[0] == 303
    (delivery,) = smtp_server.wait_for(1)
    assert delivery.recipients == ("vera@example.org",)
    assert "Bcc" not in delivery.message
    assert len(headers(delivery)) == 8


@pytest.mark.parametrize(
    "email",
    [
        "",
        "=?utf-8?q?a=0d=0aBcc:_v@example.com?=@example.org",
        "a@example.org\r\nBcc: v@example.com",
        "a@example.org, v@example.com",
        '"x"@[127.0.0.1]',
        "zoé@example.org",
    ],
)
def test_address_that_is_not_plain_gets_no_mail(
    mailing: Flask, smtp_server: Mailbox, email: str
) -> None:
    reference = leave(mailing, "fr", "x", email=email)
    status, shown = reply(mailing, reference)
    assert status == 409
    assert shown.all("textarea") == []
    assert smtp_server.deliveries == []
    assert message(mailing, reference).replies == []


def test_reply_that_is_sent_twice_leaves_once(mailing: Flask, smtp_server: Mailbox) -> None:
    reference = leave(mailing, "fr")
    assert reply(mailing, reference, "Un")[0] == 303
    status, shown = reply(mailing, reference, "Deux")
    assert status == 409
    # What was typed is still there, and can be sent knowing of the other one.
    assert shown.one("textarea").text() == "Deux"
    assert shown.one("input", name="known").attrs["value"] == "1"
    assert reply(mailing, reference, "Deux", 1)[0] == 303
    assert len(smtp_server.wait_for(2)) == 2


@pytest.mark.parametrize("text", ["", " \n\t", "x" * 10_001])
def test_reply_that_is_none_is_shown_again(mailing: Flask, text: str) -> None:
    reference = leave(mailing, "fr")
    status, shown = reply(mailing, reference, text)
    assert status == 422
    assert shown.one("textarea").text() == text.strip()
    assert shown.one(id="problems").one("a").attrs["href"] == "#reply"


def test_reply_that_fails_is_kept_and_leaves_later(mailing: Flask, smtp_server: Mailbox) -> None:
    smtp_server.refuse = "451 try later, vera@example.org"
    references = [leave(mailing, "fr", str(number)) for number in range(2)]
    for reference in references:
        status, shown = reply(mailing, reference)
        assert status == 303
        assert "Not sent by mail: SMTPDataError 451" in shown.one("main").text()
        assert "Reply not sent" in shown.one("p", class_="states").text()
        assert message(mailing, reference).answered_at is None
    smtp_server.refuse = ""
    client = signed_in(mailing, FR)
    assert client.post(f"{INBOX}/{references[0]}/send").status_code == 303
    done = mailing.test_cli_runner().invoke(args=["mail", "send"])
    # The two messages themselves had not left either.
    assert (done.exit_code, done.output) == (0, "3 sent.\n")
    assert all(message(mailing, reference).answered_at for reference in references)
    assert client.post(f"{INBOX}/{references[0]}/send").status_code == 303
    done = mailing.test_cli_runner().invoke(args=["mail", "send"])
    assert done.output == "0 sent.\n"
    to = [delivery.recipients for delivery in smtp_server.deliveries]
    assert sorted(to) == [(TO,)] * 2 + [("vera@example.org",)] * 2


def test_no_reply_leaves_to_who_was_taken_for_spam_meanwhile(
    mailing: Flask, smtp_server: Mailbox
) -> None:
    smtp_server.refuse = "451 try later"
    reference = leave(mailing, "fr")
    reply(mailing, reference)
    smtp_server.refuse = ""
    client = signed_in(mailing, FR)
    assert client.post(f"{INBOX}/{reference}/spam", data={"spam": "yes"}).status_code == 303
    client.post(f"{INBOX}/{reference}/send")
    mailing.test_cli_runner().invoke(args=["mail", "send"])
    to = [delivery.recipients for delivery in smtp_server.deliveries]
    assert ("vera@example.org",) not in to


def test_reply_that_is_under_way_is_left_to_whoever_sends_it(
    mailing: Flask, smtp_server: Mailbox
) -> None:
    reference = leave(mailing, "fr")
    with mailing.app_context():
        with acting(FR) as act:
            operations.reply(act, reference, "Merci.", known=0)
        assert notifications.send_waiting() == 1
    assert [delivery.recipients for delivery in smtp_server.deliveries] == [(TO,)]


def test_likely_spam_is_not_mailed_until_somebody_takes_it_out(
    mailing: Flask, smtp_server: Mailbox
) -> None:
    reference = reference_in(send(mailing.test_client(), subject="Buy"))
    assert PATH.startswith("/fr/")
    with mailing.app_context():
        assert notifications.send_waiting() == 0
    assert reply(mailing, reference)[0] == 409
    assert smtp_server.deliveries == []
    client = signed_in(mailing, FR)
    assert client.post(f"{INBOX}/{reference}/spam", data={"spam": "no"}).status_code == 303
    (delivery,) = smtp_server.wait_for(1)
    assert delivery.recipients == (TO,)
    assert reply(mailing, reference)[0] == 303


def test_history_tells_who_did_what_and_nothing_of_the_person(
    mailing: Flask, smtp_server: Mailbox
) -> None:
    secrets = {"name": "Canary Name", "email": "canary@example.org", "section": "2"}
    reference = leave(mailing, "fr", "Canary words", **secrets)
    client = signed_in(mailing, FR)
    with mailing.app_context():
        person = queries.user_by_email(db.session, FR).id
    for act, form in (
        ("read", {"read": "yes"}),
        ("assign", {"person": str(person)}),
        ("reply", {"reply": "Canary answer", "known": "0"}),
        ("export", {}),
        ("erase", {"address": "canary@example.org"}),
    ):
        assert client.post(f"{INBOX}/{reference}/{act}", data=form).status_code in (200, 303)
    with mailing.app_context():
        tables = dump()
    rows = [row for row in tables["history"] if row["action"].partition(".")[0] in KINDS]
    assert [(row["action"], row["actor_id"]) for row in rows] == [
        ("message.left", None),
        ("message.read", person),
        ("message.assigned", person),
        ("message.replied", person),
        ("reply.sending", person),
        ("reply.mailed", None),
        ("messages.exported", person),
        ("messages.erased", person),
    ]
    everything = json.dumps(tables, default=str).casefold()
    assert "canary" not in everything
    hashes = {(row["before"] or row["after"])["person"] for row in rows[-2:]}
    assert len(hashes) == 1
    assert len(hashes.pop()) == 64


KINDS = {"message", "messages", "reply"}
