"""Visitors' addresses: which language, which headers, which cookie."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.database import db
from tests.app import support_policy as policy
from tests.app.support_filled import Filling

MANY = ("he", "pt-BR", "zh-Hant")
BY_PREFERENCE = {
    "Vary": "Accept-Language, Cookie",
    "Cache-Control": "private, max-age=0, must-revalidate",
}
AT_ANY_TIME = BY_PREFERENCE | {"Vary": "Accept-Language, Cookie, Accept-Datetime"}


@pytest.fixture
def own_site(filled: Filling) -> Flask:
    """The same on a database of the test's own."""
    return filled(policy.everything)


def widen() -> None:
    """The policy in seven languages; three of them say it in English words."""
    policy.everything()
    policy.people(MANY)
    for tag in MANY:
        policy.translate(tag, {row[0]: row[0] for row in policy.TEXTS})
        policy.approve(tag)
        policy.publish(tag)


@pytest.fixture
def wide_site(filled: Filling) -> Flask:
    """More languages than the selector shows at once."""
    return filled(widen)


def led_to(client: FlaskClient, path: str, **headers: str) -> tuple[int, str | None]:
    """Status and target of an answer; header names with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.get(path, headers=named)
    return answer.status_code, answer.headers.get("Location")


PREFERENCES = {
    "": "en",
    "fr": "fr",
    "fr-CA": "fr",
    "fr-CA;q=0.5,en;q=0.4": "fr",
    "iw": "he",
    "pt": "pt-BR",
    "pt-PT, en;q=0.5": "pt-BR",
    "zh-TW,en;q=0.5": "zh-Hant",
    "zh-HK": "zh-Hant",
    "sr-Latn, de;q=0.1": "de",
    "de-AT;q=0.3, ar;q=0.9": "ar",
    "en;q=0, fr": "fr",
    "xx": "en",
    "*": "en",
    "../../etc/passwd": "en",
    "fr\x00": "en",
    ";;;,,q=,=1;;é": "en",
    "fr;q=2": "en",
    "x" * 100_000: "en",
    "de," * 33_000: "de",
}


def check_neutral_addresses(client: FlaskClient) -> None:
    """The other neutral addresses, in one language."""
    wanted = {
        "/": "/zh-Hant/house-rules",
        "/house-rules/message": "/zh-Hant/house-rules/message",
        "/house-rules/message?section=2.1": "/zh-Hant/house-rules/message?section=2.1",
        "/house-rules/message?next=//evil.example": "/zh-Hant/house-rules/message",
    }
    found = {}
    for path in wanted:
        answer = client.get(path, headers={"Accept-Language": "zh-TW"})
        assert {name: answer.headers[name] for name in BY_PREFERENCE} == BY_PREFERENCE
        found[path] = answer.headers["Location"]
    assert found == wanted


def test_neutral_address_leads_to_the_preferred_language(wide_site: Flask) -> None:
    client = wide_site.test_client()
    found = {}
    for header in PREFERENCES:
        environ = {"HTTP_ACCEPT_LANGUAGE": header} if header else {}
        answer = client.get("/house-rules", environ_overrides=environ)
        found[header] = (answer.status_code, answer.headers["Location"])
        assert {name: answer.headers[name] for name in BY_PREFERENCE} == AT_ANY_TIME
    wanted = {header: (302, f"/{tag}/house-rules") for header, tag in PREFERENCES.items()}
    assert found == wanted
    check_neutral_addresses(client)


def test_language_is_negotiated_among_released_ones_only(site: Flask) -> None:
    client = site.test_client()
    assert led_to(client, "/house-rules", Accept_Language="he, de;q=0.5") == (
        302,
        "/de/house-rules",
    )
    assert led_to(client, "/house-rules", Accept_Language="he") == (302, "/en/house-rules")


def test_other_spelling_of_a_language_leads_to_its_own_address(site: Flask) -> None:
    client = site.test_client()
    wanted = {
        "/PT-br/house-rules": (308, "/pt-BR/house-rules"),
        "/pt_BR/house-rules": (308, "/pt-BR/house-rules"),
        "/iw/house-rules": (308, "/he/house-rules"),
        "/zh-TW/house-rules": (308, "/zh-Hant/house-rules"),
        "/zh-CN/house-rules/message": (308, "/zh-Hans/house-rules/message"),
        "/FR/": (308, "/fr/"),
        "/fr": (308, "/fr/"),
        "/iw": (308, "/he/"),
        "/house-rules/": (308, "/house-rules"),
        "/fr-CA/house-rules": (404, None),
        "/sr-Latn/house-rules": (404, None),
        "/xx/house-rules": (404, None),
        "/xx/": (404, None),
        "/nothing-here": (404, None),
        "/fr/nothing-here": (404, None),
        "/..%2f..%2fetc/house-rules": (404, None),
        "/%00/house-rules": (404, None),
        "/fr/message": (404, None),
    }
    assert {path: led_to(client, path) for path in wanted} == wanted


@pytest.mark.parametrize("path", ["//evil.example/fr", "//evil.example", "/\\evil", "/\t/evil"])
def test_no_redirect_leaves_the_site(site: Flask, path: str) -> None:
    answer = site.test_client().get("/", environ_overrides={"PATH_INFO": path})
    location = answer.headers.get("Location", "/")
    assert answer.status_code in (308, 404)
    assert location.startswith("/evil") or location == "/"


def test_address_with_a_language_ignores_what_the_browser_prefers(site: Flask) -> None:
    client = site.test_client()
    client.set_cookie("language", "de")
    bodies = set()
    for header in ("ar", "fr", "", "de;q=0.1"):
        answer = client.get("/fr/house-rules", headers={"Accept-Language": header})
        bodies.add(answer.data)
        assert answer.status_code == 200
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Language"] == "fr"
        assert answer.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
        assert "Set-Cookie" not in answer.headers
    assert len(bodies) == 1


def test_page_is_named_by_its_bytes(site: Flask) -> None:
    client = site.test_client()
    first = client.get("/fr/house-rules")
    other = client.get("/de/house-rules")
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    assert etag != other.headers["ETag"]
    again = client.get("/fr/house-rules", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    head = client.head("/fr/house-rules")
    assert (head.status_code, head.data) == (200, b"")
    names = ("ETag", "Content-Length", "Content-Language", "Cache-Control")
    assert [head.headers[n] for n in names] == [first.headers[n] for n in names]


def test_new_release_is_served_at_once_and_only_in_its_language(own_site: Flask) -> None:
    client = own_site.test_client()
    before = {tag: client.get(f"/{tag}/house-rules").headers["ETag"] for tag in ("en", "fr")}
    with own_site.app_context():
        policy.import_source(policy.SOURCE.replace("9 to 17", "8 to 16"))
    same = {tag: client.get(f"/{tag}/house-rules").headers["ETag"] for tag in ("en", "fr")}
    assert same == before
    with own_site.app_context():
        policy.publish("en")
    page = client.get("/en/house-rules", headers={"If-None-Match": before["en"]})
    assert page.status_code == 200
    assert "from 8 to 16" in page.text
    assert "Version 2" in page.text


def test_no_page_sets_a_cookie_before_a_choice(site: Flask) -> None:
    client = site.test_client()
    for path in (
        "/",
        "/house-rules",
        "/fr/",
        "/fr/house-rules",
        "/he/house-rules",
        "/fr/house-rules/message",
        "/nothing-here",
        "/static/base.css",
    ):
        with client.get(path) as answer:
            assert "Set-Cookie" not in answer.headers, path


def test_choice_is_remembered_and_goes_before_the_browser(site: Flask) -> None:
    client = site.test_client()
    answer = client.get("/de/house-rules?choose")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/de/house-rules")
    assert answer.headers["Cache-Control"] == "no-store"
    parts = answer.headers["Set-Cookie"].split("; ")
    assert parts[0] == "language=de"
    assert {"Max-Age=31536000", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(parts)
    assert led_to(client, "/house-rules", Accept_Language="fr") == (302, "/de/house-rules")
    client.get("/fr/house-rules?choose")
    assert led_to(client, "/house-rules", Accept_Language="de") == (302, "/fr/house-rules")


@pytest.mark.parametrize("value", ["xx", "../../etc", "fr\x00", "x" * 3000, '"', "DE-de-x-y"])
def test_spoilt_choice_counts_as_none(site: Flask, value: str) -> None:
    client = site.test_client()
    client.set_cookie("language", value)
    answer = led_to(client, "/house-rules", Accept_Language="fr")
    assert answer == (302, "/fr/house-rules")


def test_choice_is_made_for_languages_of_the_site_only(site: Flask) -> None:
    client = site.test_client()
    for path in ("/xx/house-rules?choose", "/house-rules?choose=fr", "/?choose=fr"):
        assert "Set-Cookie" not in client.get(path).headers, path
    chosen = client.get("/fr/house-rules/message?choose&section=2&next=//evil.example")
    assert chosen.headers["Location"] == "/fr/house-rules/message?section=2"


def test_site_without_a_release_says_so(flask_app: Flask) -> None:
    client = flask_app.test_client()
    answer = client.get("/", headers={"Accept-Language": "fr-CA"}, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.request.path == "/fr/"
    assert '<html lang="fr" dir="ltr">' in answer.text
    with flask_app.app_context():
        policy.people()
        policy.import_source()
    assert client.get("/en/").data == client.get("/en/").data
    assert "House rules" not in client.get("/en/").text
    assert client.get("/en/house-rules").status_code == 404


def test_several_policies_are_listed_in_the_language_of_the_page(own_site: Flask) -> None:
    with own_site.app_context():
        policy.import_source("# Terms of <use>\n\nBe kind.\n", slug="terms")
        policy.publish("en", slug="terms")
    client = own_site.test_client()
    assert led_to(client, "/", Accept_Language="fr") == (302, "/fr/")
    page = client.get("/fr/").text
    assert '<a href="/fr/house-rules">Règlement de la maison</a>' in page
    assert '<a href="/en/terms" lang="en" dir="ltr" hreflang="en">Terms of &lt;use&gt;</a>' in page
    assert client.get("/en/").headers["ETag"] != client.get("/fr/").headers["ETag"]


def test_page_costs_one_query_once_it_was_rendered(own_site: Flask) -> None:
    statements: list[str] = []
    with own_site.app_context():
        event.listen(
            db.engine, "before_cursor_execute", lambda *args: statements.append(str(args[2]))
        )
    client = own_site.test_client()
    costs = []
    for slug in ("terms", "cookies"):
        for path in ("/fr/house-rules", "/house-rules", "/fr/"):
            client.get(path)
            statements.clear()
            assert client.get(path).status_code in (200, 302)
            costs.append((path, len(statements)))
        with own_site.app_context():
            policy.import_source(f"# {slug}\n\nBe kind.\n", slug=slug)
            policy.publish("en", slug=slug)
    assert costs == [("/fr/house-rules", 1), ("/house-rules", 1), ("/fr/", 1)] * 2


def test_long_selector_shows_a_few_and_offers_all(wide_site: Flask) -> None:
    with wide_site.app_context():
        policy.people(["ja"])
        policy.translate("ja", {row[0]: row[0] for row in policy.TEXTS})
        policy.approve("ja")
        policy.publish("ja")
    page = wide_site.test_client().get("/zh-Hant/house-rules").text
    nav = page[page.index('<nav class="languages"') :].partition("</nav>")[0]
    shown, _, folded = nav.partition("<details>")
    tags = re.compile(r'<a lang="([^"]+)"')
    assert tags.findall(shown) == ["en", "ar", "de", "fr", "zh-Hant"]
    assert tags.findall(folded) == ["en", "ar", "de", "fr", "he", "ja", "pt-BR", "zh-Hant"]
    assert nav.count('aria-current="true"') == 2


def test_public_address_is_not_taken_from_a_strange_host(site: Flask) -> None:
    client = site.test_client()
    page = client.get("/fr/house-rules", headers={"Host": "evil.example"})
    assert page.status_code == 200
    assert "evil.example" not in page.text
    assert "canonical" not in page.text
    assert "http://localhost/fr/house-rules" in client.get("/fr/house-rules").text
