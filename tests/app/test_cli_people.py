"""``flask user``: people, their roles, their sign-in links."""

from __future__ import annotations

import hashlib
import re

import pytest
from flask import Flask

from tests.app.support_cli import Console

ANA = "ana@example.org"


@pytest.fixture
def console(flask_app: Flask) -> Console:
    return Console(flask_app)


def people(console: Console) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = console.good("user", "list", "--json").json
    return rows


def test_add_gives_roles(console: Console) -> None:
    said = console.good(
        *("user", "add", " Ana@Example.org ", "Ana", "--translator", "fr"),
        *("--translator", "ar", "--editor", "de"),
    )
    assert said.out == (
        f"{ANA}: translator fr, translator ar, editor de. Next: flask user link {ANA}\n"
    )
    assert people(console) == [
        {"email": ANA, "name": "Ana", "roles": ["translator fr", "translator ar", "editor de"]}
    ]
    actions = [row["action"] for row in console.dump()["history"]]
    assert actions == ["user.added", *["role.granted"] * 3]


def test_add_again_gives_only_what_is_new(console: Console) -> None:
    console.good("user", "add", ANA, "Ana", "--translator", "fr")
    said = console.good("user", "add", ANA, "Anna", "--translator", "fr", "--administrator")
    assert said.out.startswith(f"{ANA}: administrator. Next: ")
    before = console.dump()
    said = console.good("user", "add", ANA, "Ana", "--translator", "fr")
    assert said.out.startswith(f"{ANA}: no new role. Next: ")
    assert console.dump() == before
    assert people(console) == [
        {"email": ANA, "name": "Ana", "roles": ["translator fr", "administrator"]}
    ]


def test_add_with_one_wrong_language_adds_nothing(console: Console) -> None:
    said = console.refused("user", "add", ANA, "Ana", "--translator", "fr", "--editor", "xx")
    assert said.startswith("Error: “xx” is not a language of this site. The languages are: en, ar,")


def test_add_wants_an_address(console: Console) -> None:
    for email in ("ana", "ana@", "@example.org", "a b@c.d", "a@b@c", "a@b,c@d", "<a@b>", ""):
        assert console.refused("user", "add", email, "Ana") == (
            f"Error: “{email}” is not an e-mail address we can write to. "
            "Write it like name@example.org.\n"
        )


def test_link_works_once_and_only_its_digest_is_kept(console: Console) -> None:
    console.good("user", "add", ANA, "Ana")
    said = console.good("user", "link", ANA).out
    found = re.fullmatch(r"http://127\.0\.0\.1:8000/workbench/sign-in/([\w-]{43})\n", said)
    assert found
    (row,) = console.dump()["sign_in_link"]
    assert row["token_digest"] == hashlib.sha256(found[1].encode()).hexdigest()
    assert row["used_at"] is None
    assert found[1] not in str(console.dump())
    assert console.good("user", "link", ANA).out != said


def test_sign_out_ends_every_session(console: Console) -> None:
    console.good("user", "add", ANA, "Ana")
    (before,) = console.dump()["user"]
    assert console.good("user", "sign-out", ANA).out == f"{ANA} is signed out everywhere.\n"
    (after,) = console.dump()["user"]
    assert after["session_key"] != before["session_key"]
    assert console.dump()["history"][-1]["action"] == "sessions.ended"


def test_unknown_person_is_refused(console: Console) -> None:
    for command in ("link", "sign-out"):
        assert console.refused("user", command, ANA) == (
            f"Error: Nobody here has the address “{ANA}”. "
            "“flask user list” names the people there are.\n"
        )


def test_list_is_in_columns(console: Console) -> None:
    assert console.good("user", "list").out == "email  name  roles\n"
    console.good("user", "add", ANA, "Ana", "--editor", "fr", "--administrator")
    console.good("user", "add", "bo@example.org", "Bo Longname")
    assert console.good("user", "list").out.splitlines() == [
        "email            name         roles",
        "ana@example.org  Ana          editor fr, administrator",
        "bo@example.org   Bo Longname",
    ]


def test_revoke_takes_roles_back_and_says_so(console: Console) -> None:
    console.good("user", "add", ANA, "Ana", "--translator", "fr", "--editor", "de")
    said = console.good("user", "revoke", ANA, "--translator", "fr")
    assert said.out == f"{ANA}: translator fr taken back.\n"
    assert people(console) == [{"email": ANA, "name": "Ana", "roles": ["editor de"]}]
    before = console.dump()
    said = console.good("user", "revoke", ANA, "--translator", "fr")
    assert said.out == f"{ANA}: no such role taken back.\n"
    assert console.dump() == before
