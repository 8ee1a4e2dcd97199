"""A translator in a real browser, by keyboard alone: from the link to the last segment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, FilePayload, Page, expect

from tests.app import support_operations
from tests.app import support_policy as policy
from tests.journeys.support_bench import (
    HOURS,
    NEW_HOURS,
    NEWER,
    Bench,
    announced,
    fits,
    follow,
    press_until,
    running_bench,
)

pytestmark = pytest.mark.browser
TARGETS = {
    "fr": {NEW_HOURS: "Nous tenons cette maison de 8 à 17 heures."},
    "ar": {NEW_HOURS: "ندير هذا البيت من الساعة 8 إلى الساعة 17."},
}
PLACES = [("en", "fr", 1280), ("ar", "ar", 360)]


@pytest.fixture(scope="module")
def bench(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """French and Arabic are complete but for one new text and one that is outdated."""
    with running_bench(sqlite_template, tmp_path_factory.mktemp("translator")) as running:
        with running.app.app_context():
            for tag in ("fr", "ar"):
                policy.translate(tag, {"Names": ""})
            policy.import_source(NEWER)
        yield running


def stored(bench: Bench, tag: str, text: str) -> tuple[str, str]:
    unit = bench.do(lambda: support_operations.unit(tag, text))
    return unit.target, str(unit.state)


@pytest.mark.parametrize(("locale", "tag", "width"), PLACES)
def test_translator_finishes_the_open_segments_by_keyboard(
    bench: Bench,
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    locale: str,
    tag: str,
    width: int,
) -> None:
    page = new_page(locale=locale, viewport={"width": width, "height": 800})
    page.goto(f"{bench.server.url}/workbench/")
    axe(page)
    bench.sign_in(page, policy.translator(tag))
    expect(page.locator("html")).to_have_attribute("lang", locale)
    announced(page)
    axe(page)
    fits(page)
    follow(page, ".next-steps a", "**/*?show=todo")
    # The first open segment: its source has changed, and the old text is in the box.
    box = page.locator("#target")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("dir", "rtl" if tag == "ar" else "ltr")
    expect(box).to_have_value(policy.TRANSLATIONS[tag][HOURS])
    expect(page.locator("del").first).to_contain_text("9")
    axe(page)
    fits(page)
    page.keyboard.press("Control+A")
    page.keyboard.type("<strong>8")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problems")).to_be_focused()
    expect(box).to_have_value("<strong>8")
    axe(page)
    fits(page)
    press_until(page, "#problems a")
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(TARGETS[tag][NEW_HOURS])
    before = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != before and "show=todo" in url)
    announced(page)
    expect(box).to_be_focused()
    assert stored(bench, tag, NEW_HOURS) == (TARGETS[tag][NEW_HOURS], "translated")
    finish(page, bench, tag)
    axe(page)
    fits(page)


def finish(page: Page, bench: Bench, tag: str) -> None:
    """The last segment: first as a draft by key, then for good with the button."""
    page.keyboard.insert_text("x")
    # The page before announced something, too: what is typed next belongs to the new one.
    with page.expect_navigation():
        page.keyboard.press("Control+Shift+Enter")
    announced(page)
    expect(page.locator("#target")).to_be_focused()
    assert stored(bench, tag, "Names") == ("x", "needs-editing")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(policy.TRANSLATIONS[tag]["Names"])
    follow(page, "[data-key=save]", f"**/house-rules/{tag}")
    assert stored(bench, tag, "Names") == (policy.TRANSLATIONS[tag]["Names"], "translated")


@pytest.mark.parametrize(("locale", "tag", "width"), PLACES)
def test_every_screen_of_a_translator_is_sound(
    bench: Bench,
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    locale: str,
    tag: str,
    width: int,
) -> None:
    page = new_page(locale=locale, viewport={"width": width, "height": 800}, color_scheme="dark")
    bench.sign_in(page, policy.translator(tag))
    root = f"{bench.server.url}/workbench"
    for path in ("/", "/keys", "/review", "/house-rules/history", f"/house-rules/{tag}?show=todo"):
        page.goto(root + path)
        axe(page)
        fits(page)
    # A catalog that was changed elsewhere: look, then leave everything as it is.
    data = bench.do(lambda: support_operations.exported(tag))
    data = support_operations.filled(data, {"30 days": "30"})
    page.goto(f"{root}/house-rules/{tag}")
    file = FilePayload(name="x.po", mimeType="text/plain", buffer=data)
    page.locator("#catalog-file").set_input_files(file)
    follow(page, "form[action$=upload] button", "**/upload")
    expect(page.locator(".verdict-changed")).to_have_count(1)
    axe(page)
    fits(page)
    follow(page, "form[action$=apply] a", f"**/house-rules/{tag}")


def test_what_is_typed_survives_leaving_and_is_asked_about(
    bench: Bench, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    bench.sign_in(page, policy.translator("de"))
    follow(page, ".next-steps a", "**/*?show=todo")
    here = page.url
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_url(lambda url: url != here)
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_url(here)
    assert asked == []
    page.locator("#target").focus()
    page.keyboard.type("Haus")
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_url(lambda url: url != here)
    assert asked == ["beforeunload"]
    page.goto(here)
    expect(page.locator("[data-draft]")).to_be_visible()
    press_until(page, "[data-draft-use]")
    page.keyboard.press("Enter")
    expect(page.locator("#target")).to_have_value("Haus")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != here)
    assert asked == ["beforeunload"]
    assert stored(bench, "de", "House rules") == ("Haus", "translated")


def test_keys_are_explained_and_can_be_switched_off(
    bench: Bench, new_page: Callable[..., Page], axe: Callable[..., None]
) -> None:
    page = new_page()
    bench.sign_in(page, policy.translator("de"))
    page.keyboard.press("?")
    dialog = page.locator("#keys-dialog")
    expect(dialog).to_be_visible()
    axe(page)
    press_until(page, "[data-keys-off]")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    follow(page, "a[href='/workbench/keys']", "**/keys")
    press_until(page, "main [data-keys-on]:not(dialog *)")
    page.keyboard.press("Enter")
    page.keyboard.press("?")
    expect(dialog).to_be_visible()


def test_everything_works_without_scripts(bench: Bench, new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(bench.link(policy.translator("de")))
    page.locator("main form button").click()
    page.wait_for_url("**/workbench/")
    page.locator(".next-steps a").click()
    page.wait_for_url("**/*?show=todo")
    key = bench.do(lambda: support_operations.unit("de", "Who we are").key)
    address = f"{bench.server.url}/workbench/house-rules/de/{key}"
    page.goto(address)
    page.locator("#target").fill("Etwas")
    page.locator("[data-key=save]").click()
    expect(page.locator("#status p")).to_have_count(1)
    page.goto(address)
    expect(page.locator("#target")).to_have_value("Etwas")
