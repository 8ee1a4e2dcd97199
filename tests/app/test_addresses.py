"""Every address has one spelling, and no answer holds the host name that somebody sent."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import Client

from app.published import READ
from app.serving import Serving
from app.site import front
from tests.app.support_serving import ask, begun, said
from tests.support.processes import ROOT

EVIL = "evil.example"


@pytest.fixture(scope="module")
def serving(site: Flask) -> Serving:
    """The site with its snapshot in front."""
    return begun(site)


def raw(app: Serving | Flask, path: str) -> tuple[int, str, str]:
    """Status, Location and body for a path exactly as it is, asked of a host that isn't ours."""
    answer = Client(app, use_cookies=False).get(
        "/", base_url=f"http://{EVIL}", environ_overrides={"PATH_INFO": path}
    )
    return answer.status_code, answer.headers.get("Location", ""), answer.text


@pytest.mark.parametrize(
    "path",
    [
        "//",
        "//en/house-rules",
        "//evil.example",
        "///evil.example/%2e%2e",
        "/en//house-rules",
        "/en///house-rules",
        "/en/house-rules//",
        "/en/house-rules/",
        "/en/house-rules/versions/",
        "/en/house-rules/versions//1",
        "/en/house-rules/versions/1/",
        "/en/house-rules/versions/1\n",
        "/en/house-rules/versions/+1",
        "/en/house-rules\n",
        "/en/HOUSE-RULES",
        "/en/./house-rules",
        "/en/../en/house-rules",
        "/languages/",
        "/sitemap.xml/",
        "/receipts//0000000000000000",
        "/static//site.css",
        "/static/site.css/",
        "/static/./site.css",
        "/static/x/../site.css",
        "/workbench//people",
        "/api//documents",
    ],
)
def test_other_spelling_of_an_address_is_none(site: Flask, serving: Serving, path: str) -> None:
    for app in (serving, site):
        status, location, text = raw(app, path)
        assert (status, location) == (404, "")
        assert EVIL not in text


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/en", 308, "/en/"),
        ("/EN/", 308, "/en/"),
        ("/EN/house-rules", 308, "/en/house-rules"),
        ("/house-rules/", 308, "/house-rules"),
        ("/workbench", 308, "/workbench/"),
        ("/", 302, "/en/house-rules"),
        ("/languages", 302, "/en/languages"),
    ],
)
def test_redirect_names_no_host(
    site: Flask, serving: Serving, path: str, status: int, location: str
) -> None:
    for app in (serving, site):
        found = raw(app, path)
        assert found[:2] == (status, location)
        assert EVIL not in found[2]


def test_redirect_to_a_slash_keeps_the_query(site: Flask) -> None:
    answer = Client(site).get("/workbench?a=b&c", base_url=f"http://{EVIL}")
    assert answer.headers["Location"] == "/workbench/?a=b&c"


def test_query_that_nobody_reads_changes_nothing(site: Flask, serving: Serving) -> None:
    queries = ("utm_source=x&utm_medium=%C3%BC+&a", "fbclid=" + "x" * 3_000, "Choose", "a?b", "=")
    for path in (
        "/en/house-rules",
        "/house-rules",
        "/",
        "/en/feed.atom",
        "/en/house-rules/timemap",
    ):
        for query in queries:
            address = f"{path}?{query}"
            assert said(ask(serving, address)) == said(ask(site, address)) == said(ask(site, path))


def test_query_that_the_site_reads_is_left_to_it(site: Flask, serving: Serving) -> None:
    addresses = (
        "/en/house-rules?utm=1&choose",
        "/en/house-rules?ch%6fose",
        "/en/house-rules?a=1&&choose=",
        "/en/house-rules/versions?on=2026-01-01&a=b",
        "/en/house-rules/versions?before=1",
        "/languages?policy=house-rules&a",
        "/house-rules?section=2",
        "/en/house-rules%3Fchoose?a=b",
        "/static/site.css?v=none",
    )
    for address in addresses:
        ours, site_says = (said(ask(app, address)) for app in (serving, site))
        assert ours == site_says, address
    assert "Set-Cookie" in ask(serving, addresses[0]).headers


def test_pages_with_a_query_that_nobody_reads_need_no_database(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "app", lambda *_: pytest.fail("asked the site"))
    assert ask(serving, "/en/house-rules?utm_source=newsletter").status_code == 200
    assert ask(serving, "/house-rules?fbclid=1").location == "/en/house-rules"


def test_what_the_site_reads_of_queries_is_known() -> None:
    forms = (
        r'request\.args\.get\("(\w+)"',
        r'request\.args\["(\w+)"\]',
        r'"(\w+)" (?:not )?in request\.args',
        r'args\.get\("(\w+)"',
    )
    found: set[str] = set(front.KEPT)
    paths = [ROOT / "app" / "web.py", *(ROOT / "app" / "site").glob("*.py")]
    for text in (path.read_text(encoding="utf-8") for path in paths):
        found |= {name for form in forms for name in re.findall(form, text)}
    assert found == READ
