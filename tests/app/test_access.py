"""Who may do what: every route, every method, every kind of person, two languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app import access, operations, queries
from app.database import db
from tests.app import support_inbox, support_operations, support_policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_policy import ADMINISTRATOR, SLUG, acting, editor, translator
from tests.app.support_workbench import Node, page, signed_in, unchanged
from workflows.glossary import Term

Request: TypeAlias = tuple[str, str, str]
"""Endpoint, method, address."""

ANYBODY = {"", "translator fr", "editor fr", "editor de", "administrator"}
SIGNED_IN = ANYBODY - {""}
ANSWERING = {"editor fr", "editor de", "administrator"}
PEOPLE = {
    "": "",
    "translator fr": translator("fr"),
    "editor fr": editor("fr"),
    "editor de": editor("de"),
    "administrator": ADMINISTRATOR,
}
# Of the document in French; in German it is the editor of German instead.
IN_FRENCH = {
    "see": {"translator fr", "editor fr", "administrator"},
    "translate": {"translator fr", "editor fr"},
    "review": {"editor fr"},
    "terms": {"editor fr", "administrator"},
}
IN_GERMAN = {
    "see": {"editor de", "administrator"},
    "translate": {"editor de"},
    "review": {"editor de"},
    "terms": {"editor de", "administrator"},
}
# What each route is for; written down a second time, so that a slip in the map is seen.
PURPOSE = {
    "language_page": "see",
    "preview_page": "see",
    "unit_page": "see",
    "download": "see",
    "save": "translate",
    "propose": "translate",
    "accept": "translate",
    "dismiss": "translate",
    "upload": "translate",
    "apply": "translate",
    "approve": "review",
    "return_": "review",
    "reopen": "review",
    "sign_off": "review",
    "publish": "review",
    "withdraw": "review",
    "roll_back": "review",
    "add_term": "terms",
    "translate_term": "terms",
}
EVERYWHERE = {
    "sign_in_page": ANYBODY,
    "sign_in_link_page": ANYBODY,
    "sign_in": ANYBODY,
    "sign_out": SIGNED_IN,
    "choose_language": SIGNED_IN,
    "board_page": SIGNED_IN,
    "review_page": SIGNED_IN,
    "keys_page": SIGNED_IN,
    "history_page": SIGNED_IN,
    "changes_page": SIGNED_IN,
    "glossary_page": SIGNED_IN,
    "term_page": SIGNED_IN,
    "download_glossary": SIGNED_IN,
    "change_term": {"administrator"},
    "remove_term": {"administrator"},
    "messages_page": ANSWERING,
    "message_page": ANSWERING,
    "mark_read": ANSWERING,
    "assign_message": ANSWERING,
    "mark_answered": ANSWERING,
    "mark_spam": ANSWERING,
    "reply_to_message": ANSWERING,
    "send_replies": ANSWERING,
    "delete_message": ANSWERING,
    "export_messages": ANSWERING,
    "erase_messages": ANSWERING,
    "mark_editorial": {"administrator"},
    "confirm_editorial": {"administrator"},
    "undo_editorial": {"administrator"},
    "set_rule": {"administrator"},
    "publish_all": {"administrator"},
    "import_page": {"administrator"},
    "import_preview": {"administrator"},
    "import_source": {"administrator"},
    "people_page": {"administrator"},
    "add_person": {"administrator"},
    "grant_role": {"administrator"},
    "make_link": {"administrator"},
    "end_sessions": {"administrator"},
}

# The map lets every editor pass here; the operations refuse those of another language than the
# source's, once the form was read.
OF_THE_SOURCE = {
    "set_rule",
    "publish_all",
    "mark_editorial",
    "confirm_editorial",
    "undo_editorial",
    "change_term",
    "remove_term",
}


def fill() -> None:
    """People, the policy, its translations waiting, and a proposal in each."""
    support_policy.begin()
    for tag in ("fr", "de"):
        support_policy.translate(tag)
        key = support_operations.unit(tag).key
        with acting(translator(tag)) as act:
            operations.propose(act, SLUG, tag, key, "9 à 17 ?")
    with acting(ADMINISTRATOR) as act:
        operations.add_term(act, Term("en", "house"))
    for tag in ("fr", "de"):
        support_inbox.stored(tag)


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The app with something for everybody to do."""
    return without_csrf(filled(fill))


def workbench_rules(app: Flask) -> list[Rule]:
    return [r for r in app.url_map.iter_rules() if r.endpoint.startswith("workbench.")]


def requests(app: Flask, tag: str) -> Iterator[Request]:
    """Every route of the workbench with every method, filled in for one language."""
    with app.app_context():
        unit = support_operations.unit(tag)
        candidate = unit.candidates[0].id
        (term,) = queries.terms(db.session, "en")
        (message,) = [row for row in queries.messages(db.session) if row.language == tag]
    values = {"slug": SLUG, "language": tag, "key": unit.key, "candidate": candidate}
    values |= {"revision": 1, "claim": 1, "term": term.id}
    values |= {"reference": message.reference}
    for rule in workbench_rules(app):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            given = dict(rule.defaults or {})
            wanted = given | {name: values[name] for name in rule.arguments - {"token", *given}}
            if "token" in rule.arguments:
                with app.app_context(), acting() as act:
                    wanted["token"] = operations.issue_link(act, ADMINISTRATOR)
            built = rule.build(wanted)
            assert built is not None
            yield rule.endpoint.removeprefix("workbench."), method, built[1]


def allowed(endpoint: str, tag: str) -> set[str]:
    """The people who may use this route of the workbench."""
    if endpoint in EVERYWHERE:
        return EVERYWHERE[endpoint]
    return (IN_FRENCH if tag == "fr" else IN_GERMAN)[PURPOSE[endpoint]]


def test_route_has_a_permission(flask_app: Flask) -> None:
    endpoints = {rule.endpoint for rule in flask_app.url_map.iter_rules()}
    assert endpoints == set(access.PERMISSIONS)


def test_route_without_a_permission_is_refused(
    bench: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(access.PERMISSIONS, "workbench.keys_page")
    assert signed_in(bench, ADMINISTRATOR).get("/workbench/keys").status_code == 403


@pytest.mark.parametrize("tag", ["fr", "de"])
@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_stranger_and_wrong_role_are_refused_and_change_nothing(
    bench: Flask, who: str, tag: str
) -> None:
    found: dict[tuple[str, str], tuple[int, str | None]] = {}
    wanted: dict[tuple[str, str], tuple[int, str | None]] = {}
    every = [r for r in requests(bench, tag) if who not in allowed(r[0], tag)]
    with unchanged(bench):
        for endpoint, method, address in every:
            client = signed_in(bench, PEOPLE[who])
            answer = client.open(address, method=method)
            found[endpoint, method] = (answer.status_code, answer.headers.get("Location"))
            if who:
                wanted[endpoint, method] = (403, None)
            elif method == "GET":
                wanted[endpoint, method] = (303, "/workbench/sign-in")
            else:
                wanted[endpoint, method] = (401, None)
    assert found == wanted


@pytest.mark.parametrize("tag", ["fr", "de"])
@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_right_role_is_let_in(bench: Flask, who: str, tag: str) -> None:
    found = {}
    for endpoint, method, address in requests(bench, tag):
        if who in allowed(endpoint, tag):
            status = signed_in(bench, PEOPLE[who]).open(address, method=method).status_code
            if status in (401, 403) or status >= 500:
                found[endpoint, method] = status
    assert found == {}


def test_get_writes_nothing(bench: Flask) -> None:
    gets = [r for tag in ("fr", "de") for r in requests(bench, tag) if r[1] == "GET"]
    with unchanged(bench):
        for email in PEOPLE.values():
            client = signed_in(bench, email)
            for _endpoint, method, address in gets:
                client.open(address, method=method)


def test_post_without_a_token_is_refused_and_changes_nothing(bench: Flask) -> None:
    bench.config["WTF_CSRF_ENABLED"] = True
    posts = [r for r in requests(bench, "fr") if r[1] == "POST"]
    found, wanted = {}, {}
    with unchanged(bench):
        for who in ("administrator", "editor fr"):
            for endpoint, method, address in posts:
                answer = signed_in(bench, PEOPLE[who]).open(address, method=method)
                found[endpoint, who] = answer.status_code
                # Permission is asked for first: without it no form is read.
                asked = who in allowed(endpoint, "fr") or endpoint in OF_THE_SOURCE
                wanted[endpoint, who] = 400 if asked else 403
    assert found == wanted
    assert len(found) == 2 * len(posts)


def test_form_carries_a_token(bench: Flask) -> None:
    bench.config["WTF_CSRF_ENABLED"] = True
    bare = []
    for who, tag in (("editor fr", "fr"), ("administrator", "de"), ("", "fr")):
        client = signed_in(bench, PEOPLE[who])
        for endpoint, method, address in requests(bench, tag):
            if (
                method == "GET"
                and who in allowed(endpoint, tag)
                and not endpoint.startswith("download")
            ):
                forms: list[Node] = page(client.get(address)).all("form", method="post")
                bare += [f"{endpoint}: {f.attrs}" for f in forms if not f.fields()["csrf_token"]]
    assert bare == []


def test_answer_is_stored_nowhere(bench: Flask) -> None:
    kept = {}
    for endpoint, method, address in requests(bench, "fr"):
        for email in (editor("fr"), ""):
            answer = signed_in(bench, email).open(address, method=method)
            if answer.headers["Cache-Control"] != "no-store":
                kept[endpoint, email] = answer.headers["Cache-Control"]
    assert kept == {}


def test_ended_session_is_a_stranger_again(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    assert client.get("/workbench/").status_code == 200
    with bench.app_context(), acting() as act:
        operations.end_sessions(act, translator("fr"))
    answer = client.get("/workbench/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/workbench/sign-in")
