"""Mail about messages: nothing is sent twice or lost, and nothing written gets into a header."""

from __future__ import annotations

import pytest
from flask import Flask

from app import notifications, queries
from app.operations import leave_message
from app.operations.messages import Draft
from app.operations.people import reply_address
from tests.app import support_policy as policy
from tests.app.support_messages import BODY, TO, reading, reference_in, send, stored
from tests.support import databases
from tests.support.mail import Mailbox
from tests.support.processes import free_port


def test_message_is_sent_on_by_mail(mailing: Flask, smtp_server: Mailbox) -> None:
    answer = send(mailing.test_client(), "/en/house-rules/message", section="2.1")
    reference = reference_in(answer)
    (delivery,) = smtp_server.wait_for(1)
    assert (delivery.sender, delivery.recipients) == ("panel@example.org", (TO,))
    headers = {
        name: str(value)
        for name, value in delivery.message.items()
        if name not in ("Date", "Message-ID")
    }
    assert headers == {
        "From": "panel@example.org",
        "To": TO,
        "Subject": f"Message {reference}",
        "Auto-Submitted": "auto-generated",
        "Reply-To": "zoe@example.org",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "base64",
        "MIME-Version": "1.0",
    }
    for line in (
        f"Reference: {reference}",
        "Page: https://policies.example.org/en/house-rules",
        "Section: 2.1",
        "Language: en",
        "Name: Zoé <i>",
        "E-mail: zoe@example.org",
        *BODY.split("\n"),
    ):
        assert line in delivery.text.splitlines()
    assert stored(mailing, reference).mailed_at is not None


HOSTILE = {
    "name": "=?utf-8?q?Hi=0d=0aBcc:_victim@example.com?=",
    "message": "\r\nBcc: victim@example.com\r\n.\r\nRCPT TO:<victim@example.com>\r\n"
    "=?utf-8?q?Hi=0d=0aBcc:_victim@example.com?=",
}


@pytest.mark.parametrize(
    "email",
    ["", "zoé@example.org", "a'b+c@example.org", "a@xn--bcher-kva.example", "a@localhost"],
)
def test_nothing_written_gets_into_a_header(
    mailing: Flask, smtp_server: Mailbox, email: str
) -> None:
    answer = send(mailing.test_client(), "/en/house-rules/message", **HOSTILE, email=email)
    reference = reference_in(answer)
    (delivery,) = smtp_server.wait_for(1)
    assert delivery.recipients == (TO,)
    assert delivery.message["Subject"] == f"Message {reference}"
    assert "Bcc" not in delivery.message
    fit = email.isascii() and "." in email.partition("@")[2]
    assert delivery.message["Reply-To"] == (email if fit else None)
    assert "\n.\n" in delivery.text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    "email",
    [
        "=?utf-8?q?a=0d=0aBcc:_v@example.com?=",
        "a@example.org\r\nBcc: v@example.com",
        "a@example.org, v@example.com",
        '"x y"@example.org',
        "x@[127.0.0.1]",
        "a@example.org\x00",
        "Zoé <a@example.org>",
        "a@example..org",
        "a" * 260 + "@example.org",
    ],
)
def test_spoilt_address_is_no_reply_address(email: str) -> None:
    assert not reply_address(email)


def test_mail_with_a_header_too_many_does_not_leave(mailing: Flask, smtp_server: Mailbox) -> None:
    # As a row that came into the database by another way might look.
    with mailing.app_context():
        reference = store(reference_body="x", email="a@example.org")
        found = queries.message(reading(), reference)
        assert found is not None
        found.reference = "=?utf-8?q?Hi=0d=0aBcc:_victim@example.com?="
        settings = policy.settings()
        with pytest.raises(ValueError):
            notifications.compose(settings, found)
        reading().rollback()
    assert smtp_server.deliveries == []


def store(*, reference_body: str, email: str) -> str:
    """Store a message without a form; returns its reference."""
    draft = Draft("n" * 32, policy.SLUG, "", "en", 1, "d" * 64, "", email, reference_body)
    with policy.acting() as act:
        return leave_message(act, draft).reference


def test_mail_that_fails_loses_nothing_and_leaves_later(
    mailing: Flask, smtp_server: Mailbox
) -> None:
    smtp_server.refuse = "451 try later, zoe@example.org"
    client = mailing.test_client()
    answer = send(client, "/en/house-rules/message")
    reference = reference_in(answer)
    assert client.get(answer.headers["Location"]).status_code == 200
    row = stored(mailing, reference)
    assert (row.mailed_at, row.mail_error) == (None, "SMTPDataError 451")
    smtp_server.refuse = ""
    with mailing.app_context():
        assert notifications.send_waiting() == 1
        assert notifications.send_waiting() == 0
    row = stored(mailing, reference)
    assert (row.mailed_at is not None, row.mail_error) == (True, "")
    assert [d.message["Subject"] for d in smtp_server.deliveries] == [f"Message {reference}"]


def test_mail_server_that_is_gone_is_no_error_for_the_visitor(settings: dict[str, str]) -> None:
    gone = f"smtp://127.0.0.1:{free_port()}"
    app = databases.make_app(settings | {"PANEL_SMTP_URL": gone, "PANEL_MESSAGES_TO": TO})
    with app.app_context():
        policy.people(["en"])
        policy.import_source()
        policy.publish("en")
    answer = send(app.test_client(), "/en/house-rules/message")
    row = stored(app, reference_in(answer))
    assert (row.mailed_at, row.mail_error) == (None, "ConnectionRefusedError")
    databases.disconnect(app)
