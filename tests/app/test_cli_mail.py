"""Visitors' messages at the terminal."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app import access, operations
from app.operations.inbox import person_hash
from tests.app.support_inbox import leave, stored
from tests.app.support_messages import count
from tests.app.support_operations import dump, unchanged
from tests.app.support_policy import acting


@pytest.fixture
def app(flask_app: Flask) -> Flask:
    """The app with three messages, one of them doubtful."""
    leave(flask_app, "fr", "Bonjour")
    leave(flask_app, "de", "Straße", name="", email="")
    leave(flask_app, "fr", "Buy", doubts=("links",), email="spam@example.org")
    return flask_app


def run(app: Flask, *args: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=["mail", *args], input=typed)


def listed(app: Flask, *args: str) -> list[dict[str, str]]:
    done = run(app, "list", "--json", *args)
    assert done.exit_code == 0, done.output
    rows: list[dict[str, str]] = json.loads(done.output)
    return rows


def test_list_shows_tabs_and_finds_words(app: Flask) -> None:
    assert [(row["language"], row["state"]) for row in listed(app)] == [
        ("de", "unread"),
        ("fr", "unread"),
    ]
    assert [row["from"] for row in listed(app, "--tab", "spam")] == ["spam@example.org"]
    assert [row["language"] for row in listed(app, "--search", "STRASSE")] == ["de"]
    assert [row["from"] for row in listed(app, "--language", "fr")] == ["vera@example.org"]
    assert listed(app, "--policy", "nothing") == []
    assert len(listed(app, "--limit", "1")) == 1
    text = run(app, "list").output.splitlines()
    assert text[0].split() == ["reference", "left", "policy", "language", "state", "from"]
    assert len(text) == 3
    assert run(app, "list", "--tab", "answered").output == "No message fits.\n"


def test_show_prints_a_message_with_its_replies(app: Flask) -> None:
    (row,) = listed(app, "--language", "fr")
    with app.app_context():
        with acting() as act:
            operations.reply(act, row["reference"], "Merci.", known=0)
        with unchanged():
            shown = run(app, "show", row["reference"]).output
            facts = json.loads(run(app, "show", row["reference"], "--json").output)
    for words in ("email: vera@example.org", "release_number: 3", "\n  Bonjour\n", "\n  Merci.\n"):
        assert words in shown
    assert [reply["body"] for reply in facts["replies"]] == ["Merci."]
    refused = run(app, "show", "nothing")
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: There is no message “nothing” for you to answer. ")


def test_export_hands_over_what_came_from_an_address(app: Flask, tmp_path: Path) -> None:
    found = json.loads(run(app, "export", "VERA@example.org").output)
    assert [row["body"] for row in found] == ["Bonjour"]
    path = tmp_path / "vera.json"
    assert run(app, "export", "vera@example.org", "-o", str(path)).output.startswith("1 written")
    assert json.loads(path.read_text(encoding="utf-8")) == found
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(run(app, "export", "nobody@example.org").output) == []


def test_erase_asks_erases_and_can_be_proved(app: Flask) -> None:
    with app.app_context():
        stored("fr", "Again", email="Vera@Example.org")
        with unchanged():
            assert run(app, "erase", "vera@example.org", typed="n\n").exit_code == 1
    done = run(app, "erase", "vera@example.org", typed="y\n")
    assert "2 erased.\n" in done.output
    assert listed(app, "--language", "fr") == []
    again = run(app, "erase", "vera@example.org", "--yes").output
    assert again.startswith("0 erased.\nIn the history, row ")
    assert ": 2 erased at " in again
    assert run(app, "erase", "other@example.org").output == "0 erased.\n"
    with app.app_context():
        assert "vera" not in json.dumps(dump()["history"], default=str).casefold()


PEOPLE = {
    "straße@example.org": ["straße@example.org", "STRAßE@example.org", "STRAẞE@Example.org"],
    "strasse@example.org": ["strasse@example.org", "STRASSE@example.org"],
    "jos\u00e9@example.org": ["jos\u00e9@example.org", "JOSE\u0301@example.org"],
    "jose@example.org": ["Jose@example.org"],
    # Kept apart from them all, though a search finds the others with it.
    "e@example.org": ["E@example.org"],
    "%@example.org": ["%@example.org"],
}


@pytest.mark.parametrize("email", PEOPLE)
def test_person_is_who_has_the_address_and_nobody_else(flask_app: Flask, email: str) -> None:
    for address in (address for found in PEOPLE.values() for address in found):
        leave(flask_app, "fr", f"From {address}", email=address)
    wanted = [f"From {address}" for address in PEOPLE[email]]
    for asked in PEOPLE[email]:
        rows = json.loads(run(flask_app, "export", f" {asked} ").output)
        assert [row["body"] for row in rows] == wanted
    assert run(flask_app, "erase", PEOPLE[email][-1], "--yes").output.startswith(
        f"{len(wanted)} erased.\nIn the history, row "
    )
    others = [rows for name, rows in PEOPLE.items() if name != email]
    assert count(flask_app) == sum(map(len, others))
    # The proof is found with any way to write it, and with no other address.
    for asked in PEOPLE[email]:
        assert "In the history" in run(flask_app, "erase", asked, "--yes").output
    with flask_app.app_context():
        (row,) = [row for row in dump()["history"] if row["action"] == "messages.erased"]
        key = access.erasure_key()
        hashes = {name: person_hash(name, key) for name in PEOPLE}
        assert [name for name in PEOPLE if hashes[name] == row["before"]["person"]] == [email]


def test_erasure_from_when_two_people_were_taken_for_one_is_still_proved(flask_app: Flask) -> None:
    with flask_app.app_context():
        key = access.erasure_key()
        with acting() as act:
            person = hmac.new(key, b"strasse@example.org", hashlib.sha256).hexdigest()
            act.record("messages.erased", before={"messages": 3, "person": person})
    for email in ("Straße@example.org", "strasse@example.org"):
        said = run(flask_app, "erase", email, "--yes").output
        assert "3 erased at " in said
    assert "3 erased" not in run(flask_app, "erase", "stra@example.org", "--yes").output
