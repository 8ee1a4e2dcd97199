"""A visitor in a real browser: finds the language, reads, switches, asks, by keyboard alone."""

from __future__ import annotations

import gzip
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app import support_policy as policy
from tests.support import databases
from tests.support.nginx import running_nginx
from tests.support.processes import free_port
from tests.support.servers import LiveServer, running_server

pytestmark = pytest.mark.browser
LARGEST = 30 * 1024
NEWER = policy.SOURCE.replace("from 9 to 17", "from 8 to 16")


def fill(settings: dict[str, str]) -> None:
    """Release the policy in four languages, and a newer one in English."""
    app = databases.make_app(settings)
    with app.app_context():
        policy.everything()
        policy.import_source(NEWER)
        policy.publish("en")
    databases.disconnect(app)


@pytest.fixture(scope="module", params=["service", "nginx"])
def server(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """English is ahead of French, Arabic and German by one published part; answered by the real
    service, or by nginx from an export, with the service behind it for what is no file."""
    home = tmp_path_factory.mktemp("visitor")
    url = databases.copy_sqlite(sqlite_template, home / "panel.db")
    settings = databases.settings_for(home, url)
    # In a thread of its own: where a browser's loop runs, no application context can be left.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(fill, settings).result()
    if request.param == "service":
        with running_server(settings) as running:
            yield running
        return
    port = free_port()
    settings |= {"PANEL_BASE_URL": f"http://127.0.0.1:{port}", "PANEL_PROXIES": "1"}
    with running_server(settings) as running:
        config = home / "site.conf"
        listen, service = ("--listen", f"127.0.0.1:{port}"), ("--service", running.url)
        running.flask("site", "export", f"{home}/site", "--nginx", f"{config}", *listen, *service)
        with running_nginx(home / "nginx", config.read_text(), port) as address:
            yield replace(running, url=address)


def press_until(page: Page, selector: str, limit: int = 60) -> None:
    """Press Tab until the focus stands on what the selector names."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab never reached {selector}")


@pytest.mark.parametrize(
    ("locale", "tag", "direction"), [("en-GB", "en", "ltr"), ("ar-EG", "ar", "rtl")]
)
@pytest.mark.parametrize("width", [360, 1280])
def test_visitor_reads_and_leaves_a_message_by_keyboard(
    server: LiveServer,
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    locale: str,
    tag: str,
    direction: str,
    width: int,
) -> None:
    page = new_page(locale=locale, viewport={"width": width, "height": 800})
    page.goto(f"{server.url}/")
    assert page.url == f"{server.url}/{tag}/house-rules"
    expect(page.locator("html")).to_have_attribute("dir", direction)
    axe(page)
    assert page.context.cookies() == []
    press_until(page, ".contents a")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash")
    key = page.url.partition("#")[2]
    expect(page.locator(f"h2[id={key}]")).to_be_in_viewport()
    press_until(page, ".ask a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/message?section=1")
    axe(page)
    press_until(page, "#email")
    page.keyboard.type("nobody")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    axe(page)
    expect(page.locator("#email")).to_have_value("nobody")
    press_until(page, ".error-summary a")
    page.keyboard.press("Enter")
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("sam@example.org")
    page.keyboard.press("Tab")
    expect(page.locator("#message")).to_be_focused()
    page.keyboard.type("What about section 1? ما هذا؟")
    time.sleep(2)
    page.keyboard.press("Tab")
    expect(page.locator("button[type=submit]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/message/[A-Z0-9-]+$"))
    expect(page.locator(".reference")).to_have_text(page.url.rpartition("/")[2])
    axe(page)
    page.reload()
    expect(page.locator(".reference")).to_be_visible()
    assert page.context.cookies() == []


def test_switching_the_language_keeps_what_was_typed(
    server: LiveServer, new_page: Callable[..., Page], axe: Callable[..., None]
) -> None:
    page = new_page(locale="fr")
    page.goto(f"{server.url}/fr/house-rules/message?section=2")
    page.locator("#name").fill("Zoé")
    page.locator("#message").fill("Was ist das?")
    page.locator("nav.languages a[lang=de]").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#name")).to_have_value("Zoé")
    expect(page.locator("#message")).to_have_value("Was ist das?")
    expect(page.locator("input[name=section]")).to_have_value("2")
    assert [(c.get("name"), c.get("value")) for c in page.context.cookies()] == [("language", "de")]
    axe(page)
    time.sleep(2)  # nobody reads a form faster
    page.locator("form.message button[type=submit]").click()
    page.wait_for_url(re.compile(r"/de/house-rules/message/[A-Z0-9-]+$"))
    # With nothing typed, the link is a link.
    page.goto(f"{server.url}/fr/house-rules/message?section=2")
    page.locator("nav.languages a[lang=de]").click()
    page.wait_for_url("**/de/house-rules/message?section=2")
    expect(page.locator(".error-summary")).to_have_count(0)


def test_switching_the_language_keeps_page_and_section(
    server: LiveServer, new_page: Callable[..., Page]
) -> None:
    page = new_page(locale="de")
    page.goto(f"{server.url}/house-rules")
    assert page.url == f"{server.url}/de/house-rules"
    page.locator(".contents a").nth(1).click()
    page.wait_for_function("location.hash")
    fragment = page.url.partition("#")[2]
    page.locator("nav.languages a[lang=ar]").click()
    page.wait_for_url("**/ar/house-rules#*")
    assert page.url == f"{server.url}/ar/house-rules#{fragment}"
    expect(page.locator(f"[id={fragment}]")).to_be_in_viewport()
    assert [(c.get("name"), c.get("value")) for c in page.context.cookies()] == [("language", "ar")]
    page.goto(f"{server.url}/house-rules")
    assert page.url == f"{server.url}/ar/house-rules"


def test_everything_works_without_scripts(
    server: LiveServer, new_page: Callable[..., Page]
) -> None:
    page = new_page(locale="fr", java_script_enabled=False)
    page.goto(f"{server.url}/")
    page.locator("nav.languages a[lang=de]").click()
    assert page.url == f"{server.url}/de/house-rules"
    page.goto(f"{server.url}/house-rules")
    assert page.url == f"{server.url}/de/house-rules"
    page.locator("details.source summary").first.click()
    expect(page.locator("details.source div[lang=en]").first).to_be_visible()
    page.locator(".colophon a.button").click()
    page.locator("#message").fill("Ohne Skript.")
    time.sleep(2)
    page.locator("button[type=submit]").click()
    expect(page.locator(".reference")).to_be_visible()


@pytest.mark.parametrize("tag", policy.LANGUAGES)
def test_page_fits_a_narrow_screen_with_the_selector_in_sight(
    server: LiveServer, new_page: Callable[..., Page], tag: str
) -> None:
    page = new_page(viewport={"width": 320, "height": 480})
    for path in ("house-rules", "house-rules/message"):
        page.goto(f"{server.url}/{tag}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        for link in page.locator("nav.languages a").all():
            box = link.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= 480
            assert min(box["width"], box["height"]) >= 24


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("tag", [*policy.LANGUAGES, "he"])
def test_axe_finds_nothing_on_any_page(
    server: LiveServer,
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    tag: str,
    scheme: str,
) -> None:
    page = new_page(color_scheme=scheme)
    past = [f"house-rules/{path}" for path in ("versions", "versions/1", "changes/1..2")]
    for path in ("house-rules", "house-rules/message?section=2", "nothing-here", *past):
        page.goto(f"{server.url}/{tag}/{path}")
        for details in page.locator("details").all():
            details.evaluate("element => { element.open = true; }")
        axe(page)


def test_page_is_light_and_asks_nobody_else(
    server: LiveServer, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    sizes: dict[str, int] = {}
    page.on(
        "response",
        lambda answer: sizes.update({answer.url: len(gzip.compress(answer.body(), 6))}),
    )
    page.goto(f"{server.url}/fr/house-rules", wait_until="networkidle")
    names = {url.removeprefix(server.url).partition("?")[0] for url in sizes}
    assert {"/fr/house-rules", "/static/base.css", "/static/site.css"} <= names
    assert sum(sizes.values()) <= LARGEST


def test_print_shows_what_was_read_where(server: LiveServer, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(f"{server.url}/en/house-rules")
    page.emulate_media(media="print")
    expect(page.locator(".print-only")).to_be_visible()
    expect(page.locator(".print-only")).to_contain_text(f"{server.url}/en/house-rules")
    for hidden in (".languages", ".contents", ".permalink", ".ask", ".button"):
        expect(page.locator(hidden).first).to_be_hidden()


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("en;q=0.5, de", "de"),
        ("de ; q=0.2 , fr;q=0.9", "fr"),
        ("en;q=0.001,ar;q=1", "ar"),
        ("de;q=0.85,fr;q=0.89", "fr"),
        ("nn,no,nb,fi,et,lv,ar", "ar"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("xx;q=1.0,fr;q=0.5,de;q=0", "fr"),
        (";;=,q", "en"),
        ("", "en"),
    ],
)
def test_weights_count_in_any_order(server: LiveServer, header: str, tag: str) -> None:
    request = urllib.request.Request(f"{server.url}/house-rules")
    request.add_header("Accept-Language", header)
    with urllib.request.urlopen(request) as answer:
        assert answer.url == f"{server.url}/{tag}/house-rules"


def test_version_of_a_day_is_found(server: LiveServer) -> None:
    with urllib.request.urlopen(f"{server.url}/en/house-rules/versions?on=2100-01-01") as answer:
        assert answer.url == f"{server.url}/en/house-rules/versions/2"


def test_header_of_any_size_is_answered(server: LiveServer) -> None:
    import http.client

    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=20)
    # nginx takes a header of 8 KiB at most.
    largest = 5_000 if "PANEL_BASE_URL" in server.environ else 100_000
    for size in (1_000, largest):
        connection.request("GET", "/house-rules", headers={"Accept-Language": "de," * (size // 3)})
        answer = connection.getresponse()
        answer.read()
        assert (answer.status, answer.headers["Location"]) == (302, "/de/house-rules")
    connection.close()


def test_link_to_a_heading_is_copied(server: LiveServer, new_page: Callable[..., Page]) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{server.url}/de/house-rules")
    expect(page.locator(".copied")).to_be_empty()
    page.locator("a.permalink").first.click()
    expect(page.locator(".copied")).to_have_text("Der Link wurde kopiert.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url
    assert "#s" in copied
