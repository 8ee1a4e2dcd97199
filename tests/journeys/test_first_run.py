"""What a newcomer gets: the sample in all its states, and a messy page of their own."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.support.processes import ROOT
from tests.support.servers import LiveServer
from workflows import languages

SEED = ROOT.parent / "shared" / "seed" / "privacy-page.txt"
EVERY = ["en", "ar", "de", "es", "fr", "he", "hi", "ja", "pt-BR", "ru", "zh-Hans", "zh-Hant"]
EDITOR = "sample-editor@pinger-panel.example"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Shows a redirect instead of following it."""

    def redirect_request(self, *_args: object) -> None:
        return None


def get(url: str, **headers: str) -> tuple[int, Message, str]:
    """Status, headers and body of one request; errors are answers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, headers=named)
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def test_sample_shows_every_status(demo_server: LiveServer) -> None:
    rows = json.loads(demo_server.flask("status", "--json"))
    seen = {(row["document"], row["language"]): row for row in rows}
    told = {where: row["status"] for where, row in seen.items()}
    published = ["en", "ar", "de", "es", "fr", "ja", "pt-BR", "zh-Hans", "zh-Hant"]
    expected = {("privacy-policy", tag): "published" for tag in published}
    expected |= {
        ("privacy-policy", "he"): "in-translation",
        ("privacy-policy", "hi"): "in-translation",
        ("privacy-policy", "ru"): "in-review",
    }
    expected |= {("cookie-notice", tag): "not-started" for tag in EVERY}
    expected |= {
        ("cookie-notice", "en"): "signed-off",
        ("cookie-notice", "de"): "in-review",
        ("cookie-notice", "es"): "ready",
        ("cookie-notice", "fr"): "in-translation",
    }
    assert told == expected
    hebrew = seen["privacy-policy", "he"]
    assert (hebrew["outdated"], hebrew["live"]) == (True, 1)
    assert {row["language"] for row in rows if row["outdated"]} == {"he"}


def test_second_demo_changes_no_text(demo_server: LiveServer) -> None:
    commands = (
        ("status", "--json"),
        ("release", "list", "privacy-policy", "--json"),
        ("user", "list", "--json"),
        ("document", "show", "privacy-policy", "--json"),
    )
    before = [demo_server.flask(*command) for command in commands]
    printed = demo_server.flask("demo")
    assert "nothing was changed" in printed
    assert [demo_server.flask(*command) for command in commands] == before


def test_demo_prints_three_links_that_work_once(demo_server: LiveServer, client_url: str) -> None:
    printed = Path(demo_server.environ["PANEL_HOME"], "demo.txt").read_text()
    links = re.findall(r"/workbench/sign-in/(\S+)", printed)
    assert len(links) == 3
    assert len(set(links)) == 3
    for token in links:
        status, _headers, body = get(f"{client_url}/workbench/sign-in/{token}")
        assert (status, 'method="post"' in body) == (200, True)


@pytest.fixture
def client_url(demo_server: LiveServer) -> str:
    """Where the sample is served."""
    return demo_server.url


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-TW,en;q=0.5", "zh-Hant"),
        ("fr-CA", "fr"),
        ("iw", "he"),
        ("pt", "pt-BR"),
        ("sr-Latn, de;q=0.1", "de"),
        ("hi, fr;q=0.5", "fr"),
        (";;;=,,q", "en"),
        ("x" * 100_000, "en"),
        (", ".join(["qq-QQ"] * 15_000), "en"),
    ],
)
def test_neutral_address_leads_to_the_visitors_language(
    demo_server: LiveServer, header: str, language: str
) -> None:
    status, headers, _body = get(f"{demo_server.url}/privacy-policy", Accept_Language=header)
    told = (status, headers["Location"], headers["Vary"], headers["Set-Cookie"])
    assert told == (
        302,
        f"/{language}/privacy-policy",
        "Accept-Language, Cookie, Accept-Datetime",
        None,
    )


@pytest.mark.parametrize("tag", EVERY)
def test_every_language_is_served_in_its_own_words(demo_server: LiveServer, tag: str) -> None:
    status, headers, body = get(f"{demo_server.url}/{tag}/privacy-policy")
    assert status == (404 if tag in {"hi", "ru"} else 200)
    assert headers["Content-Language"] == tag
    assert f'<html lang="{tag}" dir="{languages.direction(tag)}">' in body
    # Interface words are complete: nothing English is left on a page that is not English.
    english = ("On this page", "Leave a message", "Skip to the content", "Not available in")
    assert [words for words in english if words in body and tag != "en"] == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_public_page_passes_axe(
    demo_server: LiveServer,
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
    scheme: str,
) -> None:
    page = new_page(color_scheme=scheme, viewport={"width": 360, "height": 740})
    for tag in EVERY:
        for path in ("", "/message"):
            page.goto(f"{demo_server.url}/{tag}/privacy-policy{path}")
            axe(page)
            # Nothing makes the page wider than the screen, whatever the language.
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert (tag, path, wide) == (tag, path, False)


@pytest.mark.browser
def test_messy_page_is_served_as_clean_html(
    demo_server: LiveServer, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    if not SEED.exists():
        pytest.skip("the real page this grew out of is not part of the project")
    told = demo_server.flask("document", "import", "old-page", str(SEED), "--json")
    report = json.loads(told)
    assert [s["label"] for s in report["segments"] if s["role"] == "heading"] == list("123456")
    assert len(report["furniture"]) == 5
    demo_server.flask("release", "sign-off", "old-page", "en", "--as", EDITOR)
    demo_server.flask("release", "publish", "old-page", "en", "--as", EDITOR)
    page = new_page()
    page.goto(f"{demo_server.url}/en/old-page")
    axe(page)
    body = "article {0}:not(nav {0})"
    counts = {name: page.locator(body.format(name)).count() for name in ("h1", "h2", "ol", "ul")}
    assert counts == {"h1": 1, "h2": 6, "ol": 4, "ul": 0}
    assert page.locator("article ol:not(nav ol) li").count() == 18
    assert page.locator('article ol[type="a"] li').count() == 4
    page.locator("nav.contents a").nth(3).click()
    page.wait_for_function("location.hash")
    anchor = page.url.partition("#")[2]
    assert anchor
    assert page.locator(f"h2#{anchor}").is_visible()
    assert "click here" not in page.content()
