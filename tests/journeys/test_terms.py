"""Terms in a real browser: read on focus, put into the box by key, kept by an editor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app import operations
from tests.app import support_operations
from tests.app import support_policy as policy
from tests.journeys.support_bench import HOURS, Bench, fits, press_until, running_bench
from workflows.glossary import Term, TermTranslation, Usage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bench(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The policy, and two terms of its texts."""
    with running_bench(sqlite_template, tmp_path_factory.mktemp("terms")) as running:
        running.do(_terms)
        yield running


def _terms() -> None:
    said = {
        "ar": (TermTranslation("بيت"), TermTranslation("دار", Usage.FORBIDDEN)),
        "fr": (TermTranslation("maison"), TermTranslation("foyer", Usage.ADMITTED)),
    }
    with policy.acting(policy.ADMINISTRATOR) as act:
        operations.add_term(act, Term("en", "house", "Where we live.", translations=said))
        operations.add_term(act, Term("en", "o'clock", untranslated=True))


def address(bench: Bench, tag: str) -> str:
    key = bench.do(lambda: support_operations.unit(tag, HOURS).key)
    return f"{bench.server.url}/workbench/{policy.SLUG}/{tag}/{key}"


@pytest.mark.parametrize(("tag", "width"), [("fr", 1280), ("ar", 360)])
def test_terms_are_read_and_inserted_by_key(
    bench: Bench,
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    tag: str,
    width: int,
) -> None:
    page = new_page(locale="en" if tag == "fr" else "ar", viewport={"width": width, "height": 800})
    bench.sign_in(page, policy.translator(tag))
    page.goto(address(bench, tag))
    axe(page)
    fits(page)
    press_until(page, "a.term")
    expect(page.locator("[data-term-says]")).to_have_text("Where we live.")
    box = page.locator("#target")
    box.focus()
    page.keyboard.type("a  b")
    # Arrows would mean something else in Arabic.
    box.evaluate("box => box.setSelectionRange(2, 2)")
    page.keyboard.press("Control+k")
    expect(page.locator("[data-chord]")).not_to_be_empty()
    page.keyboard.press("1")
    word = {"fr": "maison", "ar": "بيت"}[tag]
    expect(box).to_have_value(f"a {word} b")
    expect(box).to_be_focused()
    # A key that means nothing here is lost, and only that one; typing goes on behind the word.
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    page.keyboard.type("1")
    expect(box).to_have_value(f"a {word}1 b")
    page.keyboard.press("Control+k")
    page.keyboard.press("g")
    expect(page.locator("#terms [data-insert-term]").first).to_be_focused()
    press_until(page, "#terms li + li [data-insert-term], #terms li li + li [data-insert-term]", 3)
    page.keyboard.press("Enter")
    second = {"fr": "foyer", "ar": "o'clock"}[tag]
    expect(box).to_have_value(f"a {word}1{second} b")
    # What was inserted is kept like what was typed.
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.locator("[data-draft-use]").click()
    expect(box).to_have_value(f"a {word}1{second} b")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).not_to_be_empty()


def test_keys_of_terms_can_be_switched_off_and_nothing_needs_a_script(
    bench: Bench, new_page: Callable[..., Page], axe: Callable[..., None]
) -> None:
    page = new_page()
    bench.sign_in(page, policy.editor("de"))
    page.goto(f"{bench.server.url}/workbench/keys")
    page.get_by_role("button", name="Switch these keys off").first.click()
    page.goto(address(bench, "de"))
    page.locator("#target").focus()
    page.keyboard.press("Control+k")
    expect(page.locator("[data-chord]")).to_be_empty()

    plain = new_page(java_script_enabled=False, viewport={"width": 360, "height": 800})
    bench.sign_in(plain, policy.editor("de"))
    plain.goto(address(bench, "de"))
    expect(plain.locator("#terms [data-insert-term]").first).to_be_hidden()
    plain.locator("a.term").first.click()
    expect(plain.locator("#terms li:target")).to_contain_text("Where we live.")
    # An editor keeps the translations into their language.
    plain.get_by_role("link", name="Glossary").click()
    plain.get_by_role("link", name="house").click()
    plain.locator("section[aria-labelledby=in-de] summary").click()
    plain.locator("#text-de-0").fill("Haus")
    plain.locator("section[aria-labelledby=in-de] button[type=submit]").click()
    expect(plain.locator("section[aria-labelledby=in-de] .term-text")).to_have_text("Haus")
    fits(plain)
    page.goto(f"{bench.server.url}/workbench/glossary?language=de")
    expect(page.locator(".term-list")).to_contain_text("Haus")
    axe(page)
    page.get_by_role("link", name="house").click()
    page.locator("section[aria-labelledby=in-de] summary").click()
    axe(page)
