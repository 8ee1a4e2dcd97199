"""The API: catalogs out and in by token, under the same permissions and with the same reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import operations
from app.access import MAX_FILE
from app.operations.tokens import PREFIX, BadToken, TokenNameTaken
from tests.app import support_policy
from tests.app.support_cli import Console
from tests.app.support_operations import HOURS, dump, exported, filled, unit
from tests.app.support_policy import ADMINISTRATOR, SLUG, TRANSLATIONS, acting, editor, translator
from tests.app.support_workbench import signed_in, unchanged
from tests.support import databases
from workflows import catalogs
from workflows.problems import NotPermitted

FR = translator("fr")
AT = f"/api/v1/documents/{SLUG}/fr/catalog"


@pytest.fixture
def bench(flask_app: Flask) -> Flask:
    """The app with people and the policy; forms would need their token, as in life."""
    with flask_app.app_context():
        support_policy.people()
        support_policy.import_source()
    return flask_app


def token_of(app: Flask, email: str, name: str = "tests") -> str:
    with app.app_context(), acting() as act:
        return operations.issue_token(act, email, name, 30)


def ask(
    app: Flask, token: str, path: str = AT, data: bytes | None = None, **query: str
) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    method = "GET" if data is None else "POST"
    return app.test_client().open(
        path, method=method, headers=headers, data=data, query_string=query
    )


def error(answer: TestResponse) -> tuple[int, str]:
    assert answer.content_type == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json["error"]["code"] if answer.json else ""


# --- Catalogs ------------------------------------------------------------------------------------


def test_catalog_goes_out_is_looked_at_and_comes_in(bench: Flask) -> None:
    token = token_of(bench, FR)
    answer = ask(bench, token)
    assert answer.content_type == "text/x-gettext-translation; charset=utf-8"
    with bench.app_context():
        assert answer.data == exported("fr")
    done = filled(answer.data, TRANSLATIONS["fr"])
    with unchanged(bench):
        looked: Any = ask(bench, token, data=done, dry_run="1").json
    assert (looked["dry_run"], looked["counts"]["new"], looked["applied"]) == (True, 19, 0)
    stored: Any = ask(bench, token, data=done, base=looked["base"]).json
    assert (stored["dry_run"], stored["applied"]) == (False, 19)
    assert stored["rows"] == looked["rows"]
    with bench.app_context():
        found = unit("fr")
        assert found.target == TRANSLATIONS["fr"][HOURS]
        assert found.translated_by is not None
        assert found.translated_by.email == FR
    with unchanged(bench):
        assert error(ask(bench, token, data=done, base=looked["base"])) == (
            409,
            "changed-meanwhile",
        )
        again: Any = ask(bench, token, data=done).json
    assert (again["counts"]["same"], again["applied"]) == (19, 0)


def test_report_is_that_of_the_command(bench: Flask, tmp_path: Any) -> None:
    with bench.app_context():
        data = filled(exported("fr"), TRANSLATIONS["fr"])
    file = tmp_path / "fr.po"
    file.write_bytes(data)
    console = Console(bench)
    told = console.good(
        *("catalog", "import", SLUG, "fr", str(file), "--as", FR, "--dry-run", "--json")
    )
    assert ask(bench, token_of(bench, FR), data=data, dry_run="true").json == told.json


@pytest.mark.parametrize("form", sorted(catalogs.FORMATS))
def test_every_format_goes_out_and_in(bench: Flask, form: str) -> None:
    token = token_of(bench, FR)
    data = ask(bench, token, format=form).data
    assert catalogs.read_catalog(data, language="fr").header
    found: Any = ask(bench, token, data=data).json
    assert (found["counts"]["same"], found["problems"]) == (19, [])


@pytest.mark.parametrize(
    ("data", "query", "wanted"),
    [
        (None, {"format": "csv"}, (422, "bad-parameter")),
        (b"x", {"dry_run": "maybe"}, (422, "bad-parameter")),
        (b"x", {"emptied": "-1"}, (422, "bad-parameter")),
        (b"not a catalog\n", {}, (422, "catalog-broken")),
        (b'msgid ""\nmsgstr "Language: de\\n"\n', {}, (422, "catalog-wrong-language")),
        (b"x" * (9 << 20), {}, (422, "catalog-too-large")),
        (b"x" * (13 << 20), {}, (413, "request-entity-too-large")),
    ],
)
def test_what_is_wrong_is_named_and_changes_nothing(
    bench: Flask, data: bytes | None, query: dict[str, str], wanted: tuple[int, str]
) -> None:
    token = token_of(bench, FR)
    with unchanged(bench):
        assert error(ask(bench, token, AT, data, **query)) == wanted


def test_wrong_place_is_named(bench: Flask) -> None:
    over = token_of(bench, ADMINISTRATOR)
    for path, wanted in (
        ("/api/v1/documents/nothing/fr/catalog", (404, "no-such-document")),
        (f"/api/v1/documents/{SLUG}/xx/catalog", (404, "unknown-language")),
        (f"/api/v1/documents/{SLUG}/en/catalog", (422, "source-is-not-translated")),
    ):
        assert error(ask(bench, over, path)) == wanted
    token = token_of(bench, FR)
    with unchanged(bench):
        answer = ask(bench, token, AT.replace(SLUG, "nothing"), b"")
        assert error(answer) == (404, "no-such-document")


def test_limits_are_those_of_the_settings(settings: dict[str, str]) -> None:
    strict = {"PANEL_CATALOG_ENTRIES": "10", "PANEL_ENTRY_KIB": "1"}
    app = databases.make_app(settings | strict)
    with app.app_context():
        support_policy.people()
        support_policy.import_source()
    token = token_of(app, FR)
    data = ask(app, token).data
    assert error(ask(app, token, data=data)) == (422, "catalog-too-many-entries")
    data = f'msgid "a"\nmsgstr "{"b" * 1024}"\n'.encode()
    assert error(ask(app, token, data=data)) == (422, "catalog-entry-too-large")
    databases.disconnect(app)


def test_every_refusal_has_the_same_form(bench: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of(bench, FR)
    refusals = {
        (401, "unauthorized"): ask(bench, ""),
        (404, "no-such-document"): ask(bench, token, AT.replace(SLUG, "nothing")),
        (404, "not-found"): ask(bench, token, "/api/v1/nothing"),
        (405, "method-not-allowed"): bench.test_client().delete(AT),
        (413, "request-entity-too-large"): ask(bench, token, data=b" " * (MAX_FILE + 1)),
        (422, "bad-parameter"): ask(bench, token, format="zip"),
    }
    assert refusals[405, "method-not-allowed"].headers["Allow"]
    # A fault of ours, somewhere in it.
    monkeypatch.setitem(bench.config, "SETTINGS", None)
    bench.config["PROPAGATE_EXCEPTIONS"] = False
    refusals[500, "internal-server-error"] = ask(bench, token)
    for wanted, answer in refusals.items():
        assert error(answer) == wanted
        assert answer.json is not None
        told = answer.json["error"]
        assert set(told) == {"code", "place", "blocking", "what", "mend", "details"}
        assert told["what"]
        assert told["mend"]
    # Elsewhere such a refusal is a page, as before.
    monkeypatch.undo()
    for path, method, status in (("/api", "GET", 404), ("/healthz", "DELETE", 405)):
        answer = bench.test_client().open(path, method=method)
        assert (answer.status_code, answer.mimetype) == (status, "text/html")


# --- Who -----------------------------------------------------------------------------------------


def test_only_good_tokens_open_and_only_what_their_person_may(bench: Flask) -> None:
    good = token_of(bench, FR)
    data = b'msgid "a"\nmsgstr "b"\n'
    with unchanged(bench):
        for bad in ("", "x", good[:-1], good.upper(), "\udcff"):
            for body in (None, data):
                answer = ask(bench, bad, AT, body)
                assert error(answer) == (401, "unauthorized")
                assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Pinger Panel"'
        german = AT.replace("/fr/", "/de/")
        for body in (None, data):
            assert error(ask(bench, good, german, body)) == (403, "not-permitted")
    # An administrator sees every language and translates none.
    over = token_of(bench, ADMINISTRATOR)
    assert ask(bench, over, german).status_code == 200
    with unchanged(bench):
        assert error(ask(bench, over, german, data)) == (403, "not-permitted")


def test_session_and_token_each_open_their_own_house(bench: Flask) -> None:
    client = signed_in(bench, FR)
    assert client.get("/workbench/").status_code == 200
    with unchanged(bench):
        assert client.get(AT).status_code == 401
        assert client.post(AT, data=b'msgid "a"\nmsgstr "b"\n').status_code == 401
    headers = {"Authorization": f"Bearer {token_of(bench, FR)}"}
    answer = bench.test_client().get("/workbench/", headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/workbench/sign-in")
    basic = bench.test_client().get(AT, auth=("ana", "secret"))
    assert error(basic) == (401, "unauthorized")


def test_token_ends_by_time_by_hand_and_with_all_sessions(bench: Flask) -> None:
    tokens = {name: token_of(bench, FR, name) for name in ("old", "lost", "kept")}
    with bench.app_context():
        with acting() as act:
            assert operations.revoke_token(act, FR, "lost")
            assert not operations.revoke_token(act, FR, "lost")
        with acting() as act:
            past = operations.Act(
                act.session, act.actor, datetime.now(UTC) - timedelta(days=2), act.rules
            )
            tokens["past"] = operations.issue_token(past, FR, "past", 1)
    states = {name: ask(bench, token).status_code for name, token in tokens.items()}
    assert states == {"old": 200, "lost": 401, "kept": 200, "past": 401}
    with bench.app_context(), acting() as act:
        operations.end_sessions(act, FR)
    assert ask(bench, tokens["kept"]).status_code == 401


def test_token_is_kept_as_a_digest_and_written_into_history(bench: Flask) -> None:
    token = token_of(bench, FR)
    assert token.startswith(PREFIX)
    with bench.app_context():
        everything = dump()
    assert token not in str(everything)
    assert operations.token_digest(token) in str(everything["api_token"])
    issued = [row for row in everything["history"] if row["action"] == "token.issued"]
    assert [row["after"]["name"] for row in issued] == ["tests"]


def test_who_makes_tokens_and_how_they_are_named(bench: Flask) -> None:
    with bench.app_context():
        for email in (FR, editor("fr")):
            with pytest.raises(NotPermitted), acting(email) as act:
                operations.issue_token(act, FR, "mine", 1)
            with pytest.raises(NotPermitted), acting(email) as act:
                operations.revoke_token(act, FR, "mine")
        for name, days in (("", 1), ("x" * 81, 1), ("a\x00b", 1), ("a", 0), ("a", 367)):
            with pytest.raises(BadToken), acting() as act:
                operations.issue_token(act, FR, name, days)
        token_of(bench, FR)
        with pytest.raises(TokenNameTaken), acting() as act:
            operations.issue_token(act, FR, " tests ", 1)


def test_command_makes_lists_and_takes_back(bench: Flask) -> None:
    console = Console(bench)
    secret = console.good("user", "token", FR, "night", "--days", "2").out.strip()
    assert ask(bench, secret).status_code == 200
    assert "night" in console.good("user", "token", FR).out
    # Whoever believes that all were taken back is told that none was.
    assert "Name the token" in console.refused("user", "token", FR, "--revoke", code=2)
    assert console.good("user", "token", FR, "night", "--revoke").out.endswith("taken back.\n")
    assert console.good("user", "token", FR, "night", "--revoke").out.endswith("no such token.\n")
    assert ask(bench, secret).status_code == 401
    assert console.refused("user", "token", "who@example.org", "night").startswith("Error: Nobody")
