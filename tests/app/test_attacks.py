"""What hostile or unlucky requests must not get: an error of ours, more work than they cost, a
secret in the log, somebody else's words. Each of these inputs once did."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from app import operations, queries
from app.access import MAX_FILE, MAX_FORM, MAX_PUBLIC
from app.database import Busy, db
from app.published.composing import isolate
from tests.app import support_policy as policy
from tests.app.support_messages import PATH, count, reference_in, send, stamp_of, stored
from tests.app.support_policy import ADMINISTRATOR, SLUG, editor, translator
from tests.app.support_workbench import page, signed_in, unchanged, unit, url
from tests.support import databases
from tests.support.databases import ENGINES
from tests.support.hostile import running_readers
from tests.support.hostile.words import ADDRESSES

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module", params=ENGINES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Everything live, for tests that change nothing but messages."""
    folder = tmp_path_factory.mktemp("attacks")
    with policy.live_site(request, folder, PANEL_MESSAGE_RATE="0") as app:
        yield app


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def closed(tmp_path: Path, sqlite_template: Path) -> Flask:
    """The app of a site that answers to one host, over HTTPS; errors are pages, as in service."""
    database = databases.copy_sqlite(sqlite_template, tmp_path / "panel.db")
    extra = {"PANEL_HOSTS": "policies.example", "PANEL_BASE_URL": "https://policies.example"}
    app = databases.make_app(databases.settings_for(tmp_path, database) | extra)
    app.testing = False
    return app


@contextmanager
def never_committing(app: Flask) -> Iterator[None]:
    """Let others hold what every transaction of the block needs in the end."""

    def busy(_session: object) -> None:
        raise Busy

    with app.app_context():
        sessions = db.sessionmaker
    sa.event.listen(sessions, "before_commit", busy)
    yield
    sa.event.remove(sessions, "before_commit", busy)


# --- Addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/workbench/", "/fr/nothing", "/static/base.css"]
)
@pytest.mark.parametrize("host", ["evil.example", "policies.example.evil", "x@127.0.0.1", ""])
def test_foreign_host_is_refused_without_a_page_of_errors(
    closed: Flask, host: str, path: str
) -> None:
    answer = closed.test_client().get(
        path, headers={"Host": host, "Accept-Language": "fr"}, base_url="https://policies.example"
    )
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "path",
    [
        f"/workbench/{SLUG}/history?before={'9' * 30}",
        f"/workbench/{SLUG}/history?before={2**31}",
        f"/workbench/{SLUG}/history?before=-1",
        f"/workbench/{SLUG}/history?before={'9' * 5000}",
    ],
)
def test_row_number_no_database_holds_is_left_out(site: Flask, path: str) -> None:
    client = signed_in(site, editor("fr"))
    tables = [page(client.get(each)).one("table") for each in (path, path.partition("?")[0])]
    assert tables[0].text() == tables[1].text()


@pytest.mark.parametrize("number", [str(2**31), "9" * 30, "9" * 5000, "-1"])
@pytest.mark.parametrize("verb", ["accept", "dismiss"])
def test_candidate_number_no_database_holds_is_no_page(
    site: Flask, number: str, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(site.config, "WTF_CSRF_ENABLED", False)
    address = f"{url(site, 'fr')}/candidates/{number}/{verb}"
    assert signed_in(site, editor("fr")).post(address).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/fr\0/house-rules",
        "/fr/house-rules\0",
        "/house\0rules",
        "/workbench/house\0rules/fr",
        "/workbench/house\0rules/history",
        "/workbench/house-rules/fr/a\0b",
    ],
)
def test_nul_in_an_address_is_no_page(site: Flask, path: str) -> None:
    assert signed_in(site, editor("fr")).get(path.replace("\0", "%00")).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_wrong_method_is_told_the_right_ones(client: FlaskClient, method: str) -> None:
    answer = client.open("/fr/house-rules", method=method)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_page_in_a_negotiated_language_says_so(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers={"Accept-Language": "fr"})
    assert answer.status_code == 404
    assert answer.headers["Content-Language"] == "fr"
    assert set(answer.headers["Vary"].split(", ")) == {"Accept-Language", "Cookie"}
    assert client.get("/fr/house-rules").headers["Vary"] == "Accept-Encoding"


# --- Signing in and out --------------------------------------------------------------------------


def log_lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.mark.parametrize(
    ("method", "before", "after"),
    [
        ("GET", "/", ""),
        ("GET", "/", "/"),
        ("DELETE", "/", ""),
        ("GET", "//", ""),
        ("POST", "/", "/x"),
    ],
)
def test_token_of_a_link_is_never_logged(
    closed: Flask,
    capsys: pytest.CaptureFixture[str],
    method: str,
    before: str,
    after: str,
) -> None:
    home = str(closed.config["SETTINGS"].home)
    app = databases.make_app({"PANEL_HOME": home, "PANEL_SECRET_KEY": databases.SECRET})
    app.test_client().open(f"/workbench{before}sign-in/secret-of-a-link{after}", method=method)
    (line,) = log_lines(capsys.readouterr().err)
    assert line["path"] == f"/workbench{before}sign-in/<token>"


def test_session_does_not_begin_when_the_link_was_not_used_up(house: Flask) -> None:
    house.config["WTF_CSRF_ENABLED"] = False
    with policy.acting() as act:
        token = operations.issue_link(act, translator("fr"))

    with unchanged(house), never_committing(house):
        answer = house.test_client().post(f"/workbench/sign-in/{token}")
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (409, [])


def test_session_cookie_of_a_secure_site_is_bound_to_its_host(closed: Flask) -> None:
    answer = closed.test_client().get(
        "/workbench/sign-in/token", base_url="https://policies.example"
    )
    (cookie,) = answer.headers.getlist("Set-Cookie")
    name, _, rest = cookie.partition("=")
    assert name == "__Host-session"
    assert set(rest.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_session_of_last_week_is_over(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(site, editor("fr"))
    assert client.get("/workbench/").status_code == 200
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 7 * 24 * 3600 + 10)
    assert client.get("/workbench/").headers["Location"] == "/workbench/sign-in"


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/workbench/",
        "//evil.example",
        "/workbench//evil.example",
        "/workbench/\\evil.example",
        "/workbench/\t/evil.example",
        "/workbenchevil",
        "/workbench/" + "a" * 2_000,
    ],
)
def test_way_back_leads_to_the_workbench(
    site: Flask, back: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(site.config, "WTF_CSRF_ENABLED", False)
    client = signed_in(site, editor("fr"))
    answer = client.post("/workbench/language", data={"tag": "fr", "back": back})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/workbench/")


def test_choice_of_language_is_the_same_cookie_everywhere(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(site.config, "WTF_CSRF_ENABLED", False)
    client = signed_in(site, editor("fr"))
    inside = client.post("/workbench/language", data={"tag": "fr"}).headers.getlist("Set-Cookie")
    outside = client.get("/fr/house-rules?choose").headers.getlist("Set-Cookie")
    kept = [re.sub("Expires=[^;]*; ", "", c) for c in inside if c.startswith("language=")]
    assert kept == [re.sub("Expires=[^;]*; ", "", c) for c in outside]
    assert kept == ["language=fr; Max-Age=31536000; HttpOnly; Path=/; SameSite=Lax"]


# --- How much is read ----------------------------------------------------------------------------


def post_size(client: Client, path: str, size: int, media_type: str = FORM) -> tuple[int, int]:
    """The status of a form of this size, and how many bytes of it were read."""
    body = io.BytesIO(b"a" * size)
    answer: TestResponse = client.post(
        path, input_stream=body, content_type=media_type, content_length=size
    )
    return answer.status_code, body.tell()


def test_form_of_a_stranger_is_not_read(site: Flask) -> None:
    address = f"/workbench/{SLUG}/fr/upload"
    assert post_size(site.test_client(), address, MAX_FILE) == (401, 0)
    assert post_size(signed_in(site, editor("de")), address, MAX_FILE) == (403, 0)


@pytest.mark.parametrize("path", ["/workbench/sign-in/token", PATH])
def test_form_for_everybody_is_small(client: FlaskClient, path: str) -> None:
    assert post_size(client, path, MAX_PUBLIC + 1) == (413, 0)
    assert post_size(client, path, MAX_PUBLIC)[0] in (400, 422)


def test_form_with_a_file_is_large_only_where_fields_are_counted(site: Flask) -> None:
    client = signed_in(site, editor("fr"))
    upload = f"/workbench/{SLUG}/fr/upload"
    multipart = "multipart/form-data; boundary=b"
    assert post_size(client, upload, MAX_FORM + 1) == (413, 0)
    assert post_size(client, upload, MAX_FILE + 1, multipart) == (413, 0)
    assert post_size(client, upload, MAX_FORM + 1, multipart)[0] == 400
    assert post_size(client, f"/workbench/{SLUG}/fr/publish", MAX_FORM + 1, multipart) == (413, 0)


def test_preview_carries_its_file_in_a_form_that_may_be_large(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(site.config, "WTF_CSRF_ENABLED", False)
    client = signed_in(site, editor("fr"))
    catalog = client.get(f"/workbench/{SLUG}/fr/catalog.po").data
    source = policy.SOURCE.replace("short", "brief").encode()
    administrator = signed_in(site, ADMINISTRATOR)
    for who, path, data, action in (
        (client, f"/workbench/{SLUG}/fr/upload", {"file": (io.BytesIO(catalog), "x.po")}, "apply"),
        (
            administrator,
            "/workbench/import",
            {"file": (io.BytesIO(source), "x.md"), "slug": SLUG, "language": "en"},
            "apply",
        ),
    ):
        forms = page(who.post(path, data=data)).all("form", method="post")
        (carrying,) = [form for form in forms if form.attrs["action"].endswith(action)]
        assert carrying.attrs["enctype"] == "multipart/form-data"
        assert carrying.fields()["content"]


def test_text_without_spaces_is_isolated() -> None:
    with running_readers("addresses") as readers:
        for name, hostile in ADDRESSES.items():
            assert readers.read("addresses", hostile.make()).what == hostile.what, name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("اكتب إلى me.too+x@a-b.example.", "اكتب إلى {me.too+x@a-b.example}."),
        ("(a@b.example)", "({a@b.example})"),
        ("x@y a@b.example,c@d.example", "x@y {a@b.example},{c@d.example}"),
        ("انظر https://example.org/a.", "انظر {https://example.org/a}."),
        ("www.example.org", "{www.example.org}"),
    ],
)
def test_address_in_right_to_left_text_is_isolated(text: str, expected: str) -> None:
    marked = expected.replace("{", '<bdi dir="ltr">').replace("}", "</bdi>")
    assert isolate(text, "rtl") == marked


# --- Messages ------------------------------------------------------------------------------------


def test_second_message_of_the_same_form_is_another_message(
    site: Flask, client: FlaskClient
) -> None:
    stamp, before = stamp_of(site), count(site)
    first = reference_in(send(client, stamp=stamp, message="The first thing."))
    again = reference_in(send(client, stamp=stamp, message="The first thing."))
    second = reference_in(send(client, stamp=stamp, message="Another thing."))
    assert (again == first, second == first, count(site) - before) == (True, False, 2)
    assert stored(site, second).body == "Another thing."


def test_message_that_could_not_be_stored_comes_back_in_the_form(
    site: Flask, client: FlaskClient
) -> None:
    with never_committing(site):
        answer = send(client, message="Do not lose me.")
    assert answer.status_code == 409
    assert "Do not lose me." in page(answer).one("textarea").text()
    assert page(answer).one("input", name="name").attrs["value"] == "Zoé <i>"


# --- Texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hidden", ["\U000e0041", "\U000e007f", "\ufff9", "\ufffe", "\ufdd0", "\u202e", "\x85"]
)
def test_text_that_no_reviewer_can_see_is_not_saved(house: Flask, hidden: str) -> None:
    house.config["WTF_CSRF_ENABLED"] = False
    client = signed_in(house, translator("fr"))
    before = unit(house, "fr")
    for do in ("", "draft"):
        data = {"target": f"9 à 17{hidden}.", "version": str(before.version), "do": do}
        with unchanged(house):
            assert client.post(url(house, "fr"), data=data).status_code == 422


# --- The database --------------------------------------------------------------------------------


def test_page_is_served_while_the_database_is_down(flask_app: Flask) -> None:
    with flask_app.app_context():
        policy.everything(("en", "fr"))
    client = flask_app.test_client()
    live = client.get("/fr/house-rules")
    with flask_app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE release RENAME TO gone"))
    try:
        down = client.get("/fr/house-rules")
        assert (down.status_code, down.data) == (200, live.data)
        assert client.get("/house-rules", headers={"Accept-Language": "fr"}).status_code == 302
    finally:
        with flask_app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE gone RENAME TO release"))
    with flask_app.app_context():
        assert queries.release_stamp(db.session, datetime.now(UTC))[0] == 2
    assert client.get("/fr/house-rules").data == live.data
