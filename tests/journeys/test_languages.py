"""A visitor looks for a language, and asks why they got another one: with scripts and without."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app import support_policy as policy
from tests.app.test_site import MANY, widen
from tests.support import databases
from tests.support.servers import LiveServer, running_server
from workflows.languages import find

pytestmark = pytest.mark.browser
LARGEST = 30 * 1024
TAGS = ("en", "ar", "de", "fr", *MANY, "ja")
SITE = ("en", "ar", "de", "es", "fr", "he", "hi", "ja", "pt-BR", "ru", "zh-Hans", "zh-Hant")


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real service: the policy in eight languages, more than the selector shows at once."""
    home = tmp_path_factory.mktemp("languages")
    settings = databases.settings_for(home, databases.copy_sqlite(sqlite_template, home / "p.db"))
    app = databases.make_app(settings)
    with app.app_context():
        widen()
        policy.people(["ja"])
        policy.translate("ja", {row[0]: row[0] for row in policy.TEXTS})
        policy.approve("ja")
        policy.publish("ja")
    databases.disconnect(app)
    with running_server(settings) as running:
        yield running


def opened(page: Page, url: str) -> None:
    """A page with the list of all languages open and the field in focus."""
    page.goto(url)
    page.locator("nav.languages summary").click()
    page.locator("#find-language").focus()


def shown(page: Page, inside: str = "nav.languages details") -> list[str]:
    """The languages in the list that can be seen."""
    links = page.locator(f"{inside} li a").all()
    return [str(link.get_attribute("lang")) for link in links if link.is_visible()]


def test_search_filters_in_place_and_keeps_the_section(
    server: LiveServer, new_page: Callable[..., Page], axe: Callable[..., None]
) -> None:
    page = new_page(locale="en")
    page.goto(f"{server.url}/en/house-rules")
    page.locator(".contents a").nth(1).click()
    page.wait_for_function("location.hash")
    fragment = page.url.partition("#")[2]
    page.locator("nav.languages summary").click()
    page.locator("#find-language").focus()
    page.keyboard.type("ger")
    status = page.locator("nav.languages [role=status]")
    expect(status).to_have_text("Languages found: 1")
    assert shown(page) == ["de"]
    axe(page)
    page.keyboard.press("Control+A")
    page.keyboard.type("swahili")
    expect(status).to_have_text("Languages found: 0")
    assert shown(page) == []
    page.keyboard.press("Control+A")
    page.keyboard.type("allemnd")
    expect(status).to_have_text("Languages found: 1")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/de/house-rules#{fragment}")
    assert [(c.get("name"), c.get("value")) for c in page.context.cookies()] == [("language", "de")]


def test_search_that_finds_nothing_here_asks_the_site_with_the_section(
    server: LiveServer, new_page: Callable[..., Page]
) -> None:
    page = new_page(locale="en")
    page.goto(f"{server.url}/en/house-rules")
    page.locator(".contents a").nth(1).click()
    page.wait_for_function("location.hash")
    fragment = page.url.partition("#")[2]
    page.locator("nav.languages summary").click()
    page.locator("#find-language").fill("swahili")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/en/languages?policy=house-rules&section={fragment}&q=swahili")
    page.locator("#find-language").fill("arabic")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/ar/house-rules#{fragment}")


def test_arrows_walk_the_results_and_enter_chooses(
    server: LiveServer, new_page: Callable[..., Page]
) -> None:
    page = new_page(locale="en")
    opened(page, f"{server.url}/ar/house-rules")
    page.keyboard.type("j")
    expect(page.locator("nav.languages [role=status]")).to_contain_text("1")
    page.keyboard.press("ArrowDown")
    expect(page.locator("nav.languages details a[lang=ja]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#find-language")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/ja/house-rules")


def test_script_finds_what_the_server_finds(
    server: LiveServer, new_page: Callable[..., Page]
) -> None:
    page = new_page(locale="en")
    opened(page, f"{server.url}/fr/house-rules")
    queries = ["german", "de", "Alemán", "germn", "portugese", "中文", "भाषा", "ГРЕЧЕСКИЙ", "arab"]
    queries += ["pt-br", "brazilian portuguese", "иврит", "ドイツ", "x", "no such", "franzosisch"]
    queries += ["Französisch", "hebrw", "japnaese", "zh", "..."]
    for query in queries:
        page.locator("#find-language").fill(query)
        assert sorted(shown(page)) == sorted(find(query, TAGS, SITE)), query
    page.locator("#find-language").fill("")
    assert shown(page) == [tag for tag in SITE if tag in TAGS]


def test_search_works_without_scripts(server: LiveServer, new_page: Callable[..., Page]) -> None:
    page = new_page(locale="fr", java_script_enabled=False)
    opened(page, f"{server.url}/en/house-rules")
    page.locator("#find-language").fill("germn")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/en/languages?policy=house-rules&q=germn")
    assert shown(page, ".offers") == ["de"]
    page.locator(".offers a:visible").click()
    assert page.url.startswith(f"{server.url}/de/house-rules")
    page.goto(f"{server.url}/house-rules")
    assert page.url == f"{server.url}/de/house-rules"


def test_visitor_learns_why_and_forgets_the_choice(
    server: LiveServer, new_page: Callable[..., Page]
) -> None:
    page = new_page(locale="fr-CA")
    page.goto(f"{server.url}/en/house-rules")
    page.locator(".site-foot a").click()
    assert page.url == f"{server.url}/en/languages?policy=house-rules"
    expect(page.locator(".wishes li").first).to_contain_text("Canadian French")
    expect(page.locator(".panel")).to_contain_text("French")
    assert page.context.cookies() == []
    page.locator(".offers a[lang=ja]").click()
    assert page.url.startswith(f"{server.url}/ja/house-rules")
    page.goto(f"{server.url}/languages")
    assert page.url == f"{server.url}/ja/languages"
    page.goto(f"{server.url}/en/languages")
    expect(page.locator(".panel")).to_contain_text("Japanese")
    page.locator(".reasons button").click()
    page.wait_for_url(f"{server.url}/fr/languages")
    assert page.context.cookies() == []
    expect(page.locator(".reasons button")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("tag", ["en", "ar"])
def test_axe_finds_nothing_on_the_page(
    server: LiveServer,
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    tag: str,
    scheme: str,
) -> None:
    page = new_page(color_scheme=scheme, locale="fr-CA", viewport={"width": 320, "height": 640})
    for path in ("languages", "languages?q=german&policy=house-rules", "languages?q=klingon"):
        page.goto(f"{server.url}/{tag}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        for link in page.locator(".offers a:visible, .site-foot a").all():
            box = link.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24
        axe(page)
    page.goto(f"{server.url}/{tag}/house-rules?choose")
    page.goto(f"{server.url}/{tag}/languages")
    expect(page.locator(".reasons button")).to_be_visible()
    axe(page)
    opened(page, f"{server.url}/{tag}/house-rules")
    axe(page)


@pytest.mark.parametrize("path", ["fr/house-rules", "fr/languages?policy=house-rules"])
def test_page_with_a_long_selector_stays_light(
    server: LiveServer, new_page: Callable[..., Page], path: str
) -> None:
    page = new_page()
    sizes: dict[str, int] = {}
    page.on(
        "response",
        lambda answer: sizes.update({answer.url: len(gzip.compress(answer.body(), 6))}),
    )
    page.goto(f"{server.url}/{path}", wait_until="networkidle")
    names = {url.removeprefix(server.url).partition("?")[0] for url in sizes}
    assert {"/" + path.partition("?")[0], "/static/site.js", "/static/site.css"} <= names
    assert sum(sizes.values()) <= LARGEST
