"""What is published goes out in front of Flask: the same answers, whatever happens behind."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import Client

from app import operations
from app.database import db
from app.serving import Serving
from tests.app import support_policy as policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_serving import BASE, ask, begun, folder_of, index_of, said
from tests.app.support_workbench import page as page_of
from tests.app.support_workbench import signed_in, statements
from tests.support import databases
from tests.support.postgres import Cluster

PAGE = "/fr/house-rules"
ADDRESSES = 2 + 12 + 2 + 4 + 3 * 4 + 12 + 3
"""Of the fixtures' policy: / and /languages, the list in each language, its neutral addresses, its
pages; their lists of versions, first versions and TimeMaps; feeds; two sitemaps and robots.txt."""
CHOICES = 12 + 12 + 4 + 4 + 4
"""The lists and the page about languages, its pages, forms and lists of versions."""


@pytest.fixture(scope="module")
def serving(site: Flask) -> Serving:
    """The site with its snapshot in front."""
    return begun(site)


@pytest.fixture
def own(filled: Filling) -> Flask:
    """The same on a database of the test's own."""
    return filled(policy.everything)


def static_of(app: Flask) -> str:
    """The address under which pages name their style sheet."""
    entries: dict[str, object] = index_of(app)["entries"]
    return next(path for path in entries if path.startswith("/static/site.css"))


def test_every_published_address_is_answered_as_the_site_answers(
    site: Flask, serving: Serving
) -> None:
    index = index_of(site)
    addresses = [*index["entries"], *index["crossings"]]
    pages = [path for path in addresses if not path.startswith("/static/")]
    assert len([path for path in pages if path.endswith("?choose")]) == CHOICES
    assert len(pages) == ADDRESSES + CHOICES
    for path in addresses:
        for method in ("GET", "HEAD"):
            for language in ("", "de-CH, en;q=0.5", "xx", "*", "en;q=0, ar"):
                ours = ask(serving, path, method, Accept_Language=language)
                site_says = ask(site, path, method, Accept_Language=language)
                assert said(ours) == said(site_says), (path, method, language)
                assert ("Set-Cookie" in ours.headers) is path.endswith("?choose")


@pytest.mark.usefixtures("serving")
def test_only_what_anybody_may_have_is_published(site: Flask) -> None:
    index = index_of(site)
    for path, entry in index["entries"].items():
        headers = dict(entry["headers"])
        if path.endswith("?choose"):
            assert headers["Cache-Control"] == "no-store"
            assert headers["Set-Cookie"].startswith(f"language={path.split('/')[1]}; ")
            continue
        assert "private" not in headers["Cache-Control"], path
        assert "no-store" not in headers["Cache-Control"], path
    paths = " ".join([*index["entries"], *index["crossings"]])
    assert "workbench" not in paths
    assert "/message/" not in paths
    assert "stamp" not in paths


def test_choice_goes_before_the_browser(serving: Serving) -> None:
    def led(**headers: str) -> str:
        return ask(serving, "/house-rules", **headers).headers["Location"]

    assert led(Accept_Language="de", Cookie="language=ar") == "/ar/house-rules"
    assert led(Accept_Language="de", Cookie="a=b; language=xx; c=d") == "/de/house-rules"
    assert led(Accept_Language="de", Cookie="language=../../etc") == "/de/house-rules"
    # Asked again, from memory.
    assert led(Accept_Language="de", Cookie="language=ar") == "/ar/house-rules"


def test_cookie_of_others_hides_no_choice(site: Flask, serving: Serving) -> None:
    for cookie in ("language=fr; x=\xff", "x=\xe9; language=fr", "language=fr; language=ar"):
        environ = {"HTTP_COOKIE": cookie, "HTTP_ACCEPT_LANGUAGE": "de"}
        led = [
            Client(app, use_cookies=False).get("/house-rules", environ_overrides=environ).location
            for app in (serving, site)
        ]
        assert led == ["/fr/house-rules", "/fr/house-rules"], cookie


@pytest.mark.parametrize("host", ["..", "a" * 64, "a" * 3_000, "a b", "[::1", "a:99999"])
def test_host_that_is_none_gets_a_plain_refusal(serving: Serving, host: str) -> None:
    for path in ("/nothing", "/en/house-rules/message", "/workbench/"):
        answer = ask(serving, path, Host=host)
        assert answer.status_code < 500, (path, answer.text)


def test_question_mark_in_a_path_is_no_query(site: Flask, serving: Serving) -> None:
    for app in (serving, site):
        assert ask(app, f"{PAGE}%3Fchoose").status_code == 404


def test_site_answers_what_is_not_published(serving: Serving) -> None:
    for path, status in (
        ("/healthz", 200),
        ("/fr/house-rules?choose", 303),
        ("/fr/house-rules/message", 200),
        ("/FR/house-rules", 308),
        ("/nothing", 404),
        ("/workbench/", 303),
    ):
        assert ask(serving, path).status_code == status, path
    assert ask(serving, PAGE, "POST").status_code == 405


def test_foreign_host_is_left_to_the_site(site: Flask, serving: Serving) -> None:
    home = ask(serving, PAGE, Host="127.0.0.1:8000")
    away = ask(serving, PAGE, Host="policies.example.org")
    assert "canonical" in home.text
    assert "canonical" not in away.text
    assert ask(site, PAGE, Host="policies.example.org").data == away.data


def test_only_trusted_hosts_are_answered(flask_app: Flask) -> None:
    settings = flask_app.config["SETTINGS"]
    environ = databases.settings_for(settings.home, settings.database_url) | {
        "PANEL_BASE_URL": "https://policies.example.org",
        "PANEL_HOSTS": "policies.example.org,.example.net",
    }
    app = databases.make_app(environ)
    with app.app_context():
        policy.everything(("en",))
    serving = begun(app)
    for host, status in (
        ("policies.example.org", 200),
        ("a.example.net", 200),
        ("evil.example", 400),
        ("policies.example.org, evil.example", 400),
    ):
        assert ask(serving, "/en/house-rules", Host=host).status_code == status, host
    assert (
        "Strict-Transport-Security" in ask(serving, "/en/house-rules", Host="a.example.net").headers
    )
    databases.disconnect(app)


def test_site_is_published_whatever_names_it_answers_to(flask_app: Flask) -> None:
    settings = flask_app.config["SETTINGS"]
    environ = databases.settings_for(settings.home, settings.database_url)
    address = {"PANEL_BASE_URL": "https://policies.example.org"}
    with flask_app.app_context():
        policy.everything(("en",))
    for more, published in (
        # Behind a proxy that asks under a name of its own.
        (address | {"PANEL_HOSTS": "inside.example.net"}, True),
        (address | {"PANEL_HOSTS": ".example.net, b.example"}, True),
        ({"PANEL_HOSTS": "inside.example.net"}, False),
    ):
        app = databases.make_app(environ | more)
        serving = begun(app)
        serving.tend()
        answer = ask(serving, "/en/house-rules", Host="inside.example.net")
        assert ("/en/house-rules" in serving._live.held) is published, more
        assert answer.status_code == 200
        assert ("https://policies.example.org/en/house-rules" in answer.text) is published
        databases.disconnect(app)


def test_release_is_seen_by_every_process(own: Flask) -> None:
    first, second = begun(own), begun(own)
    before = ask(second, "/en/house-rules").text
    with own.app_context():
        policy.import_source(policy.SOURCE.replace("from 9 to 17", "from 8 to 16"))
        policy.approve("en", by=policy.editor("en"))
        policy.publish("en")
    first.refresh()
    second._next = 0
    after = ask(second, "/en/house-rules").text
    assert "from 9 to 17" in before
    assert "from 8 to 16" in after
    # The others are published anew as well: their pages say now that they lag behind.
    assert 'class="notice"' in ask(second, PAGE).text


def test_editor_sees_the_new_page_at_once(own: Flask) -> None:
    serving = begun(without_csrf(own))
    with own.app_context():
        policy.import_source("# Terms\n\nBe kind.\n", slug="terms")
        with policy.acting(policy.editor("en")) as act:
            operations.sign_off(act, "terms", "en")
    assert ask(serving, "/en/terms").status_code == 404
    cookie = signed_in(own, policy.editor("en")).get_cookie("session")
    assert cookie is not None
    kept = {"Cookie": f"session={cookie.value}"}
    form = page_of(ask(serving, "/workbench/terms/en", **kept))
    fields = form.one("form", action="/workbench/terms/en/publish").fields()
    answer = Client(serving, use_cookies=False).post(
        "/workbench/terms/en/publish", base_url=BASE, headers=kept, data=fields
    )
    assert answer.status_code == 303, answer.text
    assert ask(serving, "/en/terms").status_code == 200
    assert "/en/terms" in index_of(own)["entries"]


def break_database(app: Flask, cluster: Cluster) -> None:
    """The database is gone, or is no database any more."""
    databases.disconnect(app)
    url = sa.make_url(app.config["SETTINGS"].database_url)
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").write_bytes(b"not a database " * 1_000)
    else:
        cluster.drop(url.database or "")


def test_pages_are_served_without_a_database(own: Flask, postgres: Cluster) -> None:
    page = ask(begun(own), PAGE).data
    break_database(own, postgres)
    # As after a restart: nothing is in memory.
    serving = Serving(own)
    for tag in ("en", "fr", "ar", "de"):
        assert ask(serving, f"/{tag}/house-rules").status_code == 200
        led = ask(serving, "/house-rules", Accept_Language=tag)
        assert led.headers["Location"] == f"/{tag}/house-rules"
        chosen = ask(serving, f"/{tag}/house-rules?choose")
        assert chosen.status_code == 303
        assert chosen.headers["Location"] == f"/{tag}/house-rules"
    assert ask(serving, PAGE).data == page
    serving.refresh()
    assert ask(serving, PAGE).data == page
    assert ask(serving, static_of(own)).status_code == 200


@pytest.mark.parametrize("harm", ["flipped", "cut", "gone"])
def test_damaged_body_is_never_shown(own: Flask, harm: str) -> None:
    page = ask(begun(own), PAGE).data
    body = dict(index_of(own)["entries"][PAGE]["objects"])[""]
    path = folder_of(own) / "objects" / body[:2] / body
    damage(path, harm)
    serving = Serving(own)
    assert ask(serving, PAGE).data == page  # from the site
    serving.refresh()
    assert path.read_bytes() == page
    serving = Serving(own)
    assert ask(serving, PAGE).data == page


@pytest.mark.parametrize("harm", ["flipped", "cut", "gone", "other"])
@pytest.mark.parametrize("what", ["index", "pointer"])
def test_damaged_index_is_made_anew(own: Flask, harm: str, what: str) -> None:
    page = ask(begun(own), PAGE).data
    (pointer,) = folder_of(own).glob("current-*")
    index = folder_of(own) / "indexes" / f"{pointer.read_text().strip()}.json"
    damage(index if what == "index" else pointer, harm)
    serving = Serving(own)
    assert ask(serving, PAGE).data == page
    serving.refresh()
    assert ask(Serving(own), PAGE).data == page
    assert PAGE in index_of(own)["entries"]


def damage(path: Path, harm: str) -> None:
    """Do to a file what disks and people do."""
    data = path.read_bytes()
    if harm == "flipped":
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    elif harm == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif harm == "other":
        path.write_bytes(b"{}")
    else:
        path.unlink()


def test_publishing_twice_changes_nothing(own: Flask) -> None:
    begun(own)
    folder = folder_of(own)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.name != "lock"}
    begun(own)
    after = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.name != "lock"}
    assert after == before


def test_looking_whether_anything_was_released_is_one_statement(own: Flask) -> None:
    serving = begun(own)
    serving.tend()
    assert len(statements(own, serving.tend)) == 1
    with own.app_context():
        policy.import_source("# Terms\n\nBe kind.\n", slug="terms")
        policy.publish("en", slug="terms")
    serving.tend()
    assert ask(serving, "/en/terms").status_code == 200


def test_what_no_snapshot_needs_is_removed(own: Flask) -> None:
    begun(own)
    old = dict(index_of(own)["entries"]["/en/house-rules"]["objects"])
    for number in range(2):
        with own.app_context():
            policy.import_source(policy.SOURCE.replace("from 9", f"from {number}"))
            policy.approve("en", by=policy.editor("en"))
            policy.publish("en")
        begun(own)
        there = {path.name for path in folder_of(own).glob("objects/*/*")}
        # Who serves the snapshot before still finds its bodies.
        assert (old[""] in there) is (number == 0)
    assert len(list(folder_of(own).glob("indexes/*"))) == 1


def test_page_that_fails_keeps_its_last_answer(own: Flask) -> None:
    page = ask(begun(own), PAGE).data
    with own.app_context(), db.engine.connect() as connection:
        databases.lift_protection(connection)
        connection.exec_driver_sql(
            "UPDATE release SET content = replace(content, 'maison', 'raison') "
            "WHERE language = 'fr'"
        )
        connection.commit()
        policy.import_source("# Terms\n\nBe kind.\n", slug="terms")
        policy.publish("en", slug="terms")
    own.testing = False
    own.extensions["panel_store"]._contents.clear()
    serving = Serving(own)
    serving.refresh()
    assert ask(serving, "/en/terms").status_code == 200
    assert ask(serving, PAGE).data == page
