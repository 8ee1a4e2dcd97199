"""Visitors' messages at the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app import operations
from tests.app.support_inbox import leave, stored
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
    for words in ("email: vera@example.org", "release_number: 3", "\nBonjour\n", "\nMerci.\n"):
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
