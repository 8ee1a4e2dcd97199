"""Every address has one spelling, and no answer holds the host name that somebody sent."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import Client

from app.serving import Serving
from tests.app.support_serving import begun

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
