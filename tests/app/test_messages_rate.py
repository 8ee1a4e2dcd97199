"""How many messages a network may leave, and what a network is."""

from __future__ import annotations

import pytest
from flask import Flask

from app.site.front import network
from tests.app import support_policy as policy
from tests.app.support_messages import WRITTEN, count, fields, send, stamp_of
from tests.support import databases


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("2001:db8:0:0:1:2:3:4", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("192.0.2.7:4711", "192.0.2.7"),
        ("[2001:db8:0:1::1]:443", "2001:db8:0:1::/64"),
        ("[::ffff:192.0.2.7]", "192.0.2.7"),
        ("2001:1::5", "2001:1::/64"),
        ("192.0.2.7:x", ""),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_network_of_a_visitor_is_an_address_or_a_64(
    flask_app: Flask, address: str, expected: str
) -> None:
    with flask_app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert network() == expected


def test_more_messages_than_the_rate_are_shown_again(settings: dict[str, str]) -> None:
    app = databases.make_app(settings | {"PANEL_MESSAGE_RATE": "2"})
    with app.app_context():
        policy.people(["en"])
        policy.import_source()
        policy.publish("en")
    client = app.test_client()
    path = "/en/house-rules/message"
    assert [send(client, path).status_code for _ in range(3)] == [303, 303, 429]
    over = send(client, path, message="Kept")
    assert (over.status_code, fields(over.text)["message"]) == (429, "Kept")
    elsewhere = client.post(
        path,
        data={"stamp": stamp_of(app, language="en"), **WRITTEN},
        environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
    )
    assert elsewhere.status_code == 303
    networks = [
        client.post(
            path,
            data={"stamp": stamp_of(app, language="en"), **WRITTEN},
            environ_overrides={"REMOTE_ADDR": f"2001:db8:1:2::{number}"},
        ).status_code
        for number in range(3)
    ]
    assert networks == [303, 303, 429]
    assert count(app) == 5
    databases.disconnect(app)
