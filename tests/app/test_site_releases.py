"""What visitors see of releases in time: the day it came, a withdrawal, the keys, the program."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import operations, signing
from app.config import load
from app.database import db
from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.app.support_policy import SLUG, acting, editor
from tests.app.support_workbench import page
from tests.app.test_operations_releases import change
from workflows.release import verify

REASON = "<b>Ersetzt</b> durch den Vertrag."


def fill() -> None:
    """The policy live in four languages."""
    policy.everything()


@pytest.fixture
def site(filled: Filling) -> Flask:
    """The site with that."""
    return filled(fill)


def withdraw(app: Flask, *tags: str) -> None:
    with app.app_context():
        for tag in tags:
            with acting(editor(tag)) as act:
                operations.withdraw(act, SLUG, tag, REASON)


def test_withdrawn_page_is_gone_and_says_when_why_and_what_is_left(site: Flask) -> None:
    client = site.test_client()
    before = client.get(f"/de/{SLUG}")
    withdraw(site, "de")
    answer = client.get(f"/de/{SLUG}", headers={"If-None-Match": before.headers["ETag"]})
    assert (answer.status_code, answer.headers["Content-Language"]) == (410, "de")
    shown = page(answer)
    assert shown.one("html").attrs["lang"] == "de"
    main = shown.one("main").text()
    assert REASON in main
    assert "<b>Ersetzt" not in answer.text
    assert shown.one("main").one("time").attrs["datetime"] == datetime.now(UTC).date().isoformat()
    links = {a.attrs.get("href") for a in shown.one("main").all("a")}
    assert links == {f"/{tag}/{SLUG}" for tag in ("en", "fr", "ar")} | {f"/de/{SLUG}/message"}
    assert client.get(f"/de/{SLUG}/message").status_code == 200


def test_feed_calls_what_was_withdrawn_by_its_name(site: Flask) -> None:
    withdraw(site, "de")
    feed = site.test_client().get("/de/feed.atom").text
    title = policy.TRANSLATIONS["de"]["House rules"]
    assert f"<title>{title} – zurückgezogen</title>" in feed
    assert f"<title>{SLUG} – " not in feed


def test_first_release_can_be_read_before_its_day_and_leads_to_no_page(filled: Filling) -> None:
    site = filled(policy.begin)
    with site.app_context():
        day = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
        with acting(editor("en")) as act:
            operations.sign_off(act, SLUG, "en")
            operations.publish(act, SLUG, "en", effective_at=day)
    client = site.test_client()
    assert client.get(f"/en/{SLUG}").status_code == 404
    for path in (f"/en/{SLUG}/versions", f"/en/{SLUG}/versions/1"):
        shown = page(client.get(path))
        assert "Version 1" in shown.text()
        links = {a.attrs.get("href") for a in shown.one("main").all("a")}
        assert f"/en/{SLUG}" not in links
    assert f"/en/{SLUG}/versions" in links


def test_page_that_is_none_speaks_the_language_of_its_address(site: Flask) -> None:
    for path in (f"/de/{SLUG}/", "/de/x/y/z/0"):
        answer = site.test_client().get(path, headers={"Cookie": "language=ar"})
        assert (answer.status_code, answer.headers["Content-Language"]) == (404, "de")


def test_withdrawn_language_is_offered_nowhere(site: Flask) -> None:
    withdraw(site, "de")
    client = site.test_client()
    for path in (f"/fr/{SLUG}", f"/de/{SLUG}", "/es/", f"/es/{SLUG}"):
        answer = client.get(path, follow_redirects=True)
        assert f'href="/de/{SLUG}?choose"' not in answer.text
        assert 'hreflang="de" href="http' not in answer.text
    answer = client.get(f"/{SLUG}", headers={"Accept-Language": "de, fr;q=0.5"})
    assert answer.headers["Location"] == f"/fr/{SLUG}"


def test_withdrawn_source_language_breaks_no_other_page(site: Flask) -> None:
    withdraw(site, "en")
    client = site.test_client()
    assert client.get(f"/en/{SLUG}").status_code == 410
    for tag in ("fr", "ar", "de"):
        assert client.get(f"/{tag}/{SLUG}").status_code == 200
        assert client.get(f"/{tag}/", follow_redirects=True).status_code == 200
        assert client.get(f"/{tag}/{SLUG}/message").status_code == 200
    assert client.get(f"/es/{SLUG}").status_code == 404
    assert client.get(f"/{SLUG}").headers["Location"] in {f"/{t}/{SLUG}" for t in ("fr", "ar")}


def test_policy_withdrawn_everywhere_is_gone_and_not_lost(site: Flask) -> None:
    withdraw(site, *policy.LANGUAGES)
    client = site.test_client()
    answer = client.get(f"/{SLUG}", headers={"Accept-Language": "ar"}, follow_redirects=True)
    assert answer.status_code == 410
    assert page(answer).one("html").attrs["lang"] == "ar"
    assert client.get(f"/es/{SLUG}").status_code == 404
    assert client.get(f"/de/{SLUG}/message").status_code == 404
    assert client.get("/de/").status_code == 200
    with site.app_context(), acting(editor("de")) as act:
        operations.roll_back(act, SLUG, "de", 1)
    assert client.get(f"/de/{SLUG}").status_code == 200


def test_scheduled_release_replaces_the_page_when_its_day_comes(site: Flask) -> None:
    client = site.test_client()
    before = client.get(f"/fr/{SLUG}").text
    with site.app_context():
        change("De 9 à 17 heures.")
        with acting(editor("fr")) as act:
            operations.sign_off(act, SLUG, "fr")
            day = act.now + timedelta(seconds=90)
            row = operations.publish(
                act, SLUG, "fr", effective_at=day, summary="Nouvelles <heures>.\nEt rien d'autre."
            )
            assert row.effective_at > row.published_at
    assert client.get(f"/fr/{SLUG}").text == before
    store = site.extensions["panel_store"]
    with site.app_context():
        store.shelf(db.session, day + timedelta(seconds=1))
    # Another release moves the clock of the log beyond that day.
    with site.app_context(), acting(editor("de")) as act:
        later = replace(act, now=act.now + timedelta(seconds=100))
        operations.withdraw(later, SLUG, "de", REASON)
    shown = page(client.get(f"/fr/{SLUG}"))
    text = shown.one("main").text()
    assert "De 9 à 17 heures." in text
    assert "Nouvelles <heures>." in text
    assert len(shown.one("header", class_="head").all("time")) == 2


@pytest.mark.parametrize(
    "change", ["effective_at = '2020-01-01 00:00:00+00:00'", "kind = 'withdrawal'"]
)
def test_decision_changed_in_the_database_is_not_followed(site: Flask, change: str) -> None:
    with site.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(sa.text("DROP TRIGGER release_no_update"))
        else:
            connection.execute(sa.text("ALTER TABLE release DISABLE TRIGGER USER"))
        connection.execute(sa.text(f"UPDATE release SET {change} WHERE language = 'fr'"))
    client = site.test_client()
    assert client.get(f"/fr/{SLUG}").status_code == 500
    assert client.get(f"/de/{SLUG}").status_code == 200


def test_keys_of_all_releases_are_public(site: Flask) -> None:
    client = site.test_client()
    answer = client.get("/release-keys.json")
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    (key,) = json.loads(answer.data)["keys"]
    signer = site.config["SIGNER"]
    assert (key["key_id"], key["public_key"], key["signs_now"]) == (*[signer.key_id] * 2, True)
    assert key["algorithm"] == "Ed25519"
    assert "Set-Cookie" not in answer.headers
    again = client.get("/release-keys.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert "PRIVATE" not in answer.text


def test_key_that_signed_once_stays_listed(site: Flask, tmp_path: Path) -> None:
    pem = tmp_path / "keys.pem"
    old = site.config["SIGNER"]
    key = tmp_path / "new.pem"
    key.write_bytes(signing.make())
    site.config["SIGNER"] = signing.load(load({"PANEL_SIGNING_KEY": str(key)}))
    withdraw(site, "de")
    keys = json.loads(site.test_client().get("/release-keys.json").data)["keys"]
    assert [(k["key_id"] == old.key_id, k["signs_now"]) for k in keys] == [
        (True, False),
        (False, True),
    ]
    pem.write_text("".join(k["pem"] for k in keys))
    assert verify.public_keys(str(pem)) == {k["key_id"] for k in keys}
    said = site.test_cli_runner().invoke(args=["release", "verify", "--key", str(pem)])
    assert said.exit_code == 0, said.output


def test_program_is_served_as_it_is(site: Flask) -> None:
    answer = site.test_client().get("/verify.py")
    assert (answer.mimetype, answer.data) == ("text/plain", Path(verify.__file__).read_bytes())
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
