"""The memory in a real browser: found and inserted by keyboard, undone, and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app import support_memory, support_operations
from tests.app import support_policy as policy
from tests.journeys.support_bench import HOURS, NEW_HOURS, NEWER, Bench, fits, running_bench

pytestmark = pytest.mark.browser
OTHER = {"fr": "La maison est ouverte de 8 à 17 heures.", "ar": "البيت مفتوح من 8 إلى 17."}


@pytest.fixture(scope="module")
def bench(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """French and Arabic are reviewed; a source has changed, and an agency's memory is there."""
    with running_bench(sqlite_template, tmp_path_factory.mktemp("memory")) as running:
        with running.app.app_context():
            for tag in ("fr", "ar"):
                policy.translate(tag)
                policy.approve(tag)
                data = support_memory.tmx((NEW_HOURS, OTHER[tag]), language=tag)
                support_memory.bring_in(data, policy.translator(tag))
            policy.import_source(NEWER)
        yield running


def address(bench: Bench, tag: str) -> str:
    key = bench.do(lambda: support_operations.unit(tag, NEW_HOURS).key)
    return f"{bench.server.url}/workbench/house-rules/{tag}/{key}"


@pytest.mark.parametrize(
    ("locale", "tag", "width", "scheme"), [("en", "fr", 1280, "light"), ("ar", "ar", 360, "dark")]
)
def test_match_is_reached_and_inserted_by_keyboard_and_can_be_undone(
    bench: Bench,
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    locale: str,
    tag: str,
    width: int,
    scheme: str,
) -> None:
    page = new_page(locale=locale, viewport={"width": width, "height": 800}, color_scheme=scheme)
    bench.sign_in(page, policy.translator(tag))
    page.goto(address(bench, tag))
    box, button = page.locator("#target"), page.locator("[data-insert]").first
    old = policy.TRANSLATIONS[tag][HOURS]
    expect(box).to_be_focused()
    axe(page)
    fits(page)
    # The letter alone is typed; after Ctrl+K it leads to the matches.
    page.keyboard.press("m")
    expect(box).not_to_have_value(old)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+k")
    page.keyboard.press("m")
    expect(button).to_be_focused()
    expect(box).to_have_value(old)
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    expect(box).to_have_value(OTHER[tag])
    # Nothing is saved, and what stood there is one key away.
    unit = bench.do(lambda: support_operations.unit(tag, NEW_HOURS))
    assert (unit.target, unit.version) == (old, 2)
    page.keyboard.press("Control+z")
    expect(box).to_have_value(old)
    # Outside of text boxes the letter is enough; Ctrl+K and another letter do nothing.
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("m")
    expect(button).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+k")
    page.keyboard.press("x")
    expect(button).not_to_be_focused()


def test_match_is_inserted_without_scripts(bench: Bench, new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(bench.link(policy.translator("fr")))
    page.locator("main form button").click()
    page.wait_for_url("**/workbench/")
    page.goto(address(bench, "fr"))
    page.locator("[data-insert]").first.click()
    expect(page.locator("#target")).to_have_value(OTHER["fr"])
    expect(page.locator("#box-taken")).to_be_visible()
