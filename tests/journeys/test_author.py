"""An author revises a policy by keyboard: one edit, one split, one move and one editorial fix.

On both databases, in English on a wide screen and in Arabic, dark, on a narrow one. The screens on
the way are judged by axe.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app import support_operations
from tests.app import support_policy as policy
from tests.journeys.support_bench import Bench, announced, bench_on, fits, follow, press_until
from tests.support.docx_twins import docx_of
from workflows import sources
from workflows.review import State
from workflows.sources.markdown import Reading

pytestmark = pytest.mark.browser
PLACES = [("en", 1280, "light", "sqlite"), ("ar", 360, "dark", "postgresql")]

# The first revision has a slip of the pen in a text of five links and codes.
RIGHT = "We never keep your password. See <a1>section 1</a1> and <a2>our site</a2>."
WRONG = RIGHT.replace("password", "pasword")
FIRST_SOURCE = policy.SOURCE.replace("password", "pasword")
HOURS, LATER = support_operations.HOURS, support_operations.HOURS.replace("17", "18")
WHOLE = support_operations.RULES
HALVES = ("These rules are <strong>short</strong>.", "Write to <a1>our desk</a1> with questions.")
MOVED = "what you tell us."
REASON = "A slip of the pen."
STORE = "form[action$='/import/apply'] button.button:not([formaction])"


def second_source() -> sources.Source:
    """Hours edited, the rules split, a list item moved, the slip mended."""
    text = (
        policy.SOURCE.replace("17 o'clock", "18 o'clock")
        .replace("**short**. Write", "**short**.\n\nWrite")
        .replace("3. what you tell us.\n", "")
        .replace("1. your name;\n2. your", "1. what you tell us.\n2. your name;\n3. your")
    )
    return sources.read(text.encode(), media_type="text/markdown")


@pytest.fixture(params=PLACES, ids=lambda place: f"{place[0]}-{place[3]}")
def place(request: pytest.FixtureRequest) -> tuple[str, int, str, str]:
    """Language, width, colours and database of this telling."""
    found: tuple[str, int, str, str] = request.param
    return found


@pytest.fixture
def bench(
    place: tuple[str, int, str, str], request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Bench]:
    """English and French are live, with the slip of the pen in English."""
    with bench_on(place[3], request, tmp_path, prepare) as running:
        yield running


def prepare() -> None:
    """Have the first revision live in English and French."""
    policy.people()
    policy.import_source(FIRST_SOURCE)
    policy.publish("en")
    policy.translate("fr", {WRONG: policy.TRANSLATIONS["fr"][RIGHT]})
    policy.approve("fr")
    policy.publish("fr")


def states(bench: Bench) -> dict[str, State]:
    """The states of the French texts, by source."""
    return bench.do(lambda: {u.text: u.state for u in support_operations.view("fr").units})


def french_page(bench: Bench) -> bytes:
    with urllib.request.urlopen(f"{bench.server.url}/fr/{policy.SLUG}") as answer:
        return bytes(answer.read())


def test_author_revises_a_policy_by_keyboard(
    bench: Bench,
    place: tuple[str, int, str, str],
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    tmp_path: Path,
) -> None:
    locale, width, colours, _ = place
    look = {
        "locale": locale,
        "viewport": {"width": width, "height": 800},
        "color_scheme": colours,
    }
    before = french_page(bench)
    author = new_page(**look)
    bench.sign_in(author, policy.ADMINISTRATOR)
    key = author_imports(bench, author, axe, tmp_path)
    author_marks(bench, author, axe, key)
    assert states(bench)[RIGHT] is State.NEEDS_EDITING
    second = new_page(**look)
    second_person_confirms(bench, second, axe)
    assert states(bench) == {
        text: State.NEEDS_EDITING
        if text == LATER
        else State.INITIAL
        if text in HALVES
        else State.REVIEWED
        for text in states(bench)
    }
    assert french_page(bench) == before
    translator_takes_the_old_text(bench, new_page(**look), axe)
    everybody_finishes(bench)
    shown = french_page(bench).decode()
    assert 'class="mark"' not in shown
    assert "Écrivez à" in shown


def author_imports(bench: Bench, page: Page, axe: Callable[..., None], folder: Path) -> str:
    """Import a Word file; correct a pairing and take the correction back; store."""
    new = second_source()
    path = folder / "rules.docx"
    path.write_bytes(docx_of(Reading(new.title, new.blocks)))
    page.goto(f"{bench.server.url}/workbench/import?slug={policy.SLUG}")
    page.set_input_files("#source-file", path)
    follow(page, "form[action$='/import'] button", "**/workbench/import")
    for kind, count in (("edited", 2), ("split", 1), ("moved", 1)):
        expect(page.locator(f"li.change-{kind}")).to_have_count(count)
    expect(page.locator(".impact-line")).to_contain_text("4")
    axe(page)
    fits(page)
    # The pairing of the edited hours is taken apart by keyboard, and put together again.
    field = page.locator("li.change-edited", has_text="o'clock").locator("input[name^=old-]")
    name, was = field.get_attribute("name"), field.input_value()
    # The focus stays at the field, also when nothing was changed in it.
    press_until(page, f"input[name={name}]")
    for value, count in (("", 1), (was, 0), (was, 0)):
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.type(value)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator("li.change-added")).to_have_count(count)
        expect(page.locator(f"input[name={name}]")).to_be_focused()
    axe(page)
    assert states(bench)[HOURS] is State.REVIEWED
    follow(page, STORE, f"**/workbench/{policy.SLUG}/changes/2")
    announced(page)
    axe(page)
    fits(page)
    key: str = bench.do(lambda: support_operations.unit("fr", RIGHT).key)
    return key


def author_marks(bench: Bench, page: Page, axe: Callable[..., None], key: str) -> None:
    """The guard names the number; the slip of the pen is marked as editorial."""
    hours: str = bench.do(lambda: support_operations.unit("fr", LATER).key)
    expect(page.locator(f"#change-{hours} .checks li")).to_contain_text("17")
    expect(page.locator(f"#reason-{hours}")).to_have_count(0)
    press_until(page, f"#change-{key} summary")
    page.keyboard.press("Enter")
    press_until(page, f"#reason-{key}")
    page.keyboard.type(REASON)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    announced(page)
    expect(page.locator(f"#change-{key} .claim")).to_contain_text(REASON)
    # Who marked it can't confirm it.
    expect(page.locator("form[action$='/confirm']")).to_have_count(0)
    axe(page)
    fits(page)


def second_person_confirms(bench: Bench, page: Page, axe: Callable[..., None]) -> None:
    """The editor of the source language finds the claim on the review desk and confirms it."""
    bench.sign_in(page, policy.editor("en"))
    page.goto(f"{bench.server.url}/workbench/review")
    axe(page)
    fits(page)
    follow(page, f"a[href*='/{policy.SLUG}/changes/2']", f"**/{policy.SLUG}/changes/2*")
    with page.expect_navigation():
        press_until(page, "form[action$='/confirm'] button")
        page.keyboard.press("Enter")
    announced(page)
    axe(page)
    fits(page)


def translator_takes_the_old_text(bench: Bench, page: Page, axe: Callable[..., None]) -> None:
    """The half of a split begins with the old text, and is saved as a new one."""
    key = bench.do(lambda: support_operations.unit("fr", HALVES[0]).key)
    bench.sign_in(page, policy.translator("fr"))
    page.goto(f"{bench.server.url}/workbench/{policy.SLUG}/fr/{key}")
    expect(page.locator("#target")).to_have_value("")
    axe(page)
    fits(page)
    follow(page, "a[href*='?from='], a[href*='&from=']", "**/*from=*")
    expect(page.locator("#target")).to_have_value(policy.TRANSLATIONS["fr"][WHOLE])
    press_until(page, "#target")
    page.keyboard.press("Control+A")
    page.keyboard.type("Ces règles sont <strong>courtes</strong>.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert states(bench)[HALVES[0]] is State.TRANSLATED


def everybody_finishes(bench: Bench) -> None:
    """The rest of the work, and both publications."""

    def finish() -> None:
        policy.translate(
            "fr",
            {
                HALVES[1]: "Écrivez à <a1>notre accueil</a1> pour toute question.",
                LATER: "Nous tenons cette maison de 9 à 18 heures.",
            },
        )
        policy.approve("fr")
        policy.publish("en")
        policy.publish("fr")

    bench.do(finish)
