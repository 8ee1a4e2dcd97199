"""An editor in a real browser, by keyboard alone: queue, decisions, sign-off, publication."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from app import operations
from tests.app import support_operations
from tests.app import support_policy as policy
from tests.journeys.support_bench import (
    Bench,
    announced,
    fits,
    follow,
    press_until,
    running_bench,
)

pytestmark = pytest.mark.browser
WAITING = ("Who we are", "Names", "30 days")
PLACES = [("en", "fr", 1280), ("ar", "ar", 360)]


@pytest.fixture(scope="module")
def bench(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """French and Arabic are reviewed but for three texts that wait; German has none that waits.

    No test writes in the language of another, so that they can run in any order.
    """
    with running_bench(sqlite_template, tmp_path_factory.mktemp("editor")) as running:
        with running.app.app_context():
            policy.translate("de")
            policy.approve("de")
            for tag in ("fr", "ar"):
                policy.translate(tag, dict.fromkeys(WAITING, ""))
                policy.approve(tag)
                policy.translate(tag)
        yield running


def state(bench: Bench, tag: str, text: str) -> tuple[str, str]:
    unit = bench.do(lambda: support_operations.unit(tag, text))
    return str(unit.state), unit.return_reason


def proposed() -> str:
    """Have the translator propose another text; the key of its segment."""
    key = support_operations.unit("de").key
    with policy.acting(policy.translator("de")) as act:
        operations.propose(act, policy.SLUG, "de", key, "Offen von 9 bis 17 Uhr.")
    return key


@pytest.mark.parametrize(("locale", "tag", "width"), PLACES)
def test_editor_decides_signs_off_and_publishes_by_keyboard(
    bench: Bench,
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    locale: str,
    tag: str,
    width: int,
) -> None:
    page = new_page(locale=locale, viewport={"width": width, "height": 800})
    bench.sign_in(page, policy.editor(tag))
    expect(page.locator("html")).to_have_attribute("lang", locale)
    follow(page, ".next-steps a", "**/workbench/review")
    expect(page.locator("li.unit")).to_have_count(len(WAITING))
    axe(page)
    fits(page)
    follow(page, "li.unit a", "**/*?show=review")
    axe(page)
    fits(page)
    first = page.url
    page.keyboard.press("a")
    page.wait_for_url(lambda url: url != first)
    announced(page)
    assert state(bench, tag, "Who we are") == ("reviewed", "")
    # The second is returned: R opens the reasons, which the arrow keys choose from.
    second = page.url
    page.keyboard.press("r")
    expect(page.locator("#return-1")).to_be_focused()
    axe(page)
    fits(page)
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    press_until(page, "#return-comment")
    page.keyboard.type("a or r typed here decide nothing")
    press_until(page, "form[action$=return] button")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != second)
    reason = "There are mistakes of grammar or spelling.\na or r typed here decide nothing"
    assert state(bench, tag, "Names") == ("needs-editing", reason)
    page.keyboard.press("a")
    page.wait_for_url("**/workbench/review")
    announced(page)
    axe(page)
    publish(page, bench, axe, tag)


def publish(page: Page, bench: Bench, axe: Callable[..., None], tag: str) -> None:
    """The translator mends what was returned; the editor approves, signs off and publishes."""
    bench.do(lambda: (policy.translate(tag), policy.approve(tag)))
    page.goto(f"{bench.server.url}/workbench/house-rules/{tag}")
    follow(page, "a[href$=preview]", f"**/house-rules/{tag}/preview")
    expect(page.locator("article h1")).to_have_text(policy.TRANSLATIONS[tag]["House rules"])
    axe(page)
    fits(page)
    follow(page, f".crumbs a[href$='/house-rules/{tag}']", f"**/house-rules/{tag}")
    follow(page, "form[action$=sign-off] button", f"**/house-rules/{tag}")
    announced(page)
    axe(page)
    follow(page, "form[action$=publish] button", f"**/house-rules/{tag}")
    announced(page)
    fits(page)
    follow(page, f"a[href='/{tag}/house-rules']", f"**/{tag}/house-rules")
    expect(page.locator("h1")).to_have_text(policy.TRANSLATIONS[tag]["House rules"])


def test_editor_reopens_and_decides_about_a_proposal(
    bench: Bench, new_page: Callable[..., Page], axe: Callable[..., None]
) -> None:
    key = bench.do(proposed)
    page = new_page(color_scheme="dark")
    bench.sign_in(page, policy.editor("de"))
    page.goto(f"{bench.server.url}/workbench/house-rules/de?show=proposals")
    axe(page)
    follow(page, "li.unit a", f"**/{key}?show=proposals")
    axe(page)
    follow(page, "form[action$=accept] button", f"**/de/{key}")
    announced(page)
    assert state(bench, "de", support_operations.HOURS) == ("translated", "")
    page.keyboard.press("a")
    page.wait_for_url("**/workbench/review")
    page.goto(f"{bench.server.url}/workbench/house-rules/de/{key}")
    page.keyboard.press("r")
    expect(page.locator("#reopen-1")).to_be_focused()
    page.keyboard.press("Space")
    press_until(page, "form[action$=reopen] button")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/de/{key}")
    announced(page)
    assert state(bench, "de", support_operations.HOURS)[0] == "needs-editing"


@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("ar", 360)])
def test_every_screen_of_an_administrator_is_sound(
    bench: Bench,
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    locale: str,
    width: int,
) -> None:
    page = new_page(locale=locale, viewport={"width": width, "height": 800})
    bench.sign_in(page, policy.ADMINISTRATOR)
    root = f"{bench.server.url}/workbench"
    for path in ("/people", "/messages", "/house-rules/history", "/house-rules/fr", "/import"):
        page.goto(root + path)
        axe(page)
        fits(page)
    file = FilePayload(name="x.md", mimeType="text/plain", buffer=policy.SOURCE.encode() + b"\nx")
    page.locator("#source-file").set_input_files(file)
    press_until(page, "#source-slug")
    page.keyboard.type("house-rules")
    follow(page, "form[action$=import] button", "**/workbench/import")
    expect(page.locator(".change-edited, .change-added")).to_have_count(1)
    axe(page)
    fits(page)
    page.goto(f"{root}/people")
    follow(page, "form[action$=link] button", "**/people/link")
    expect(page.locator("#link")).to_be_focused()
    axe(page)
    fits(page)
