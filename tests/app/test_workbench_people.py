"""Signing in, people, and the messages of visitors."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import operations, queries
from app.database import db
from tests.app import support_policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_policy import ADMINISTRATOR, acting, editor, translator
from tests.app.support_workbench import page, signed_in, unchanged
from workflows.review import Role


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The app with people."""
    return without_csrf(filled(support_policy.people))


def link(app: Flask, email: str) -> str:
    """The address of a fresh one-time link."""
    with app.app_context(), acting() as act:
        return f"/workbench/sign-in/{operations.issue_link(act, email)}"


def board(client: FlaskClient) -> int:
    return client.get("/workbench/").status_code


def test_link_is_used_up_by_the_button_and_not_by_looking(bench: Flask) -> None:
    address, client = link(bench, translator("fr")), bench.test_client()
    with unchanged(bench):
        assert [client.get(address).status_code, client.head(address).status_code] == [200, 200]
        assert board(client) == 303
    answer = client.post(address)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/workbench/")
    assert page(client.get("/workbench/")).one(id="status").text() == "Welcome, Translator fr."
    with unchanged(bench):
        again = bench.test_client()
        assert (again.post(address).status_code, board(again)) == (403, 303)


def test_cookie_of_the_session_is_out_of_reach_for_scripts(bench: Flask) -> None:
    client = bench.test_client()
    answer = client.post(link(bench, translator("fr")))
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert re.fullmatch(r"session=[^;]+; HttpOnly; Path=/; SameSite=Lax", cookie)


def test_nobody_gets_a_cookie_for_reading_how_to_sign_in(bench: Flask) -> None:
    bench.config["WTF_CSRF_ENABLED"] = True
    assert bench.test_client().get("/workbench/sign-in").headers.getlist("Set-Cookie") == []


def test_new_session_keeps_nothing_of_the_old_one(bench: Flask) -> None:
    client = bench.test_client()
    with client.session_transaction() as session:
        session["planted"] = "x"
    client.post(link(bench, translator("fr")))
    with client.session_transaction() as session:
        assert set(session) == {"who", "_flashes"}


def test_sign_out_ends_the_session(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    answer = client.post("/workbench/sign-out")
    assert (answer.status_code, board(client)) == (303, 303)


def test_sign_out_makes_copied_cookies_and_unused_links_worthless(bench: Flask) -> None:
    client, other = signed_in(bench, translator("fr")), link(bench, translator("fr"))
    copied = bench.test_client()
    with client.session_transaction() as session, copied.session_transaction() as copy:
        copy.update(session)
    assert board(copied) == 200
    client.post("/workbench/sign-out")
    assert (board(copied), bench.test_client().post(other).status_code) == (303, 403)


def test_link_that_never_was_is_refused_like_one_that_was_used(bench: Flask) -> None:
    used = link(bench, translator("fr"))
    bench.test_client().post(used)
    answers = [bench.test_client().post(path) for path in (used, "/workbench/sign-in/nothing")]
    assert [a.status_code for a in answers] == [403, 403]
    assert page(answers[0]).one("main").text() == page(answers[1]).one("main").text()


def test_administrator_adds_a_person_gives_a_role_and_a_link(bench: Flask) -> None:
    client, email = signed_in(bench, ADMINISTRATOR), "new@example.org"
    client.post("/workbench/people", data={"email": email, "name": "Nia"})
    role = {"email": email, "role": "translator", "language": "ja"}
    client.post("/workbench/people/grant", data=role)
    shown = page(client.post("/workbench/people/link", data={"email": email}))
    address = shown.one(id="link").attrs["value"]
    assert address.startswith("http://localhost/workbench/sign-in/")
    assert page(client.get("/workbench/people")).all(id="link") == []
    stranger = bench.test_client()
    stranger.post(address.removeprefix("http://localhost"))
    with bench.app_context():
        user = queries.user_by_email(db.session, email)
        assert [(g.role, g.language) for g in user.grants] == [(Role.TRANSLATOR, "ja")]
    assert board(stranger) == 200


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("", {"email": "no address", "name": "x"}),
        ("", {"email": "a@example.org\nBcc: b@example.org", "name": "x"}),
        ("", {"name": "x"}),
        ("/grant", {"email": editor("fr"), "role": "owner", "language": "fr"}),
        ("/grant", {"email": editor("fr"), "role": "editor", "language": "xx"}),
        ("/grant", {"email": "nobody@example.org", "role": "editor", "language": "fr"}),
        ("/link", {"email": "nobody@example.org"}),
        ("/end-sessions", {}),
    ],
)
def test_wrong_form_about_people_changes_nothing(
    bench: Flask, path: str, data: dict[str, str]
) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    with unchanged(bench):
        answer = client.post(f"/workbench/people{path}", data=data)
    assert answer.status_code in (404, 422)
    assert page(answer).one(id="problems").one("li").text()
