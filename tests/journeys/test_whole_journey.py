"""One story through all roles: a source changes, and months of work arrive at the visitor.

By keyboard alone, on both databases, with the interface in English on a wide screen and in Arabic
on a narrow one. Every screen on the way is judged by axe, in each language once.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polib
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.support_bench import announced, follow, press_until
from tests.journeys.support_story import (
    ADDED,
    ADDED_FR,
    ADMINISTRATOR,
    CORRECTED,
    EDITED,
    EDITOR,
    IN_THE_FILE,
    MENDED,
    MOVED,
    RECORDS,
    RECORDS_FR,
    REMOVED,
    SAMPLE_EDITOR,
    SLUG,
    TRANSLATOR,
    Story,
    article,
    changed_source,
    choose_file,
    decide,
    newer,
    retype,
    shelf,
)
from tests.journeys.support_story_visitor import (
    QUESTIONS,
    visitor_asks,
    visitor_reads_the_new_release,
    visitor_sees_what_changed,
)
from tests.support import databases
from tests.support.catalogs import gettext as gettext_tool
from tests.support.mail import Mailbox
from tests.support.servers import running_server
from workflows import segments

pytestmark = pytest.mark.browser
LANGUAGE_PAGE = f"**/workbench/{SLUG}/fr"
# The journeys of the single roles have Arabic on SQLite.
PLACES = [("en", 1280, "sqlite"), ("en", 1280, "postgresql"), ("ar", 360, "postgresql")]
# Screens don't depend on the database: axe sees each once in either language and width.
JUDGED = [PLACES[0], PLACES[2]]
COMMENT = "“du pays où” is clearer"


@pytest.fixture(params=PLACES, ids=lambda place: f"{place[0]}-{place[2]}")
def place(request: pytest.FixtureRequest) -> tuple[str, int, str]:
    """Language of the interface, width of the window, and database."""
    found: tuple[str, int, str] = request.param
    return found


@pytest.fixture
def engine_name(place: tuple[str, int, str]) -> str:
    """The database of this telling."""
    return place[2]


@pytest.fixture
def story(
    place: tuple[str, int, str],
    demo_settings: dict[str, str],
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    smtp_server: Mailbox,
    tmp_path: Path,
) -> Iterator[Story]:
    """The service with the sample, mail included."""
    locale, width, _ = place
    mail = {"PANEL_SMTP_URL": smtp_server.url, "PANEL_MESSAGES_TO": "desk@example.org"}
    with ThreadPoolExecutor(1) as pool:
        app = pool.submit(databases.make_app, demo_settings).result()
        with running_server(demo_settings | mail) as server:
            judged = place in JUDGED
            yield Story(server, app, new_page, axe, smtp_server, tmp_path, locale, width, judged)
        pool.submit(databases.disconnect, app).result()


def test_change_of_the_source_arrives_at_the_visitor(story: Story) -> None:
    kept = shelf()
    administrator = administrator_imports(story)
    sample_editor = source_is_published(story)
    visitor_sees_what_changed(story)
    translator = translator_goes_on(story)
    two_tabs_meet(story, translator)
    other_language_is_closed(story, translator)
    catalog_goes_out_and_comes_in(story, translator)
    editor = editor_returns_one(story)
    translator_mends_it(story, translator)
    editor_approves(story, editor, sample_editor)
    editor_publishes(story, editor)
    visitor_reads_the_new_release(story)
    reference = visitor_asks(story)
    administrator_reads(story, administrator, reference)
    release_is_exported(story)
    assert shelf() == kept


# --- The source moves on --------------------------------------------------------------------------


def administrator_imports(story: Story) -> Page:
    """Preview and apply the changed source: what is live stays as it is, byte by byte."""
    page = story.sign_in(story.demo_token(ADMINISTRATOR))
    before = story.visitor_gets("fr")
    visitor = story.browser()
    visitor.goto(story.url(f"/fr/{SLUG}"))
    story.article = article(visitor)
    visitor.close()
    follow(page, f"a[href$='/import?slug={SLUG}']", "**/import?*")
    story.look(page)
    file = story.folder / "changed.md"
    file.write_text(changed_source(), encoding="utf-8")
    choose_file(page, "#source-file", file)
    expect(page.locator("#source-slug")).to_have_value(SLUG)
    follow(page, "form[action$='/import'] button", "**/workbench/import")
    for kind in ("edited", "added", "removed", "moved"):
        expect(page.locator(f"li.change-{kind}")).to_have_count(1)
    expect(page.locator("ul.counts li strong").first).to_have_text("53")
    expect(page.locator(".change-moved .text")).to_have_text(MOVED)
    expect(page.locator(".change-removed del")).to_have_text(REMOVED)
    story.look(page)
    assert story.revision() == 2
    store = "form[action$='/import/apply'] button.button:not([formaction])"
    follow(page, store, f"**/{SLUG}/changes/3")
    announced(page)
    story.look(page)
    page.goto(f"{story.server.url}/workbench/")
    assert story.revision() == 3
    cell = page.locator(".cell", has=page.locator(f"a[href='/workbench/{SLUG}/fr']"))
    expect(cell.locator(".state-outdated")).to_be_visible()
    reasons = cell.locator(".why li")
    counted = ("The source of %(num)s segment has changed", "%(num)s segment is not translated")
    for words in counted:
        plural = words.replace("segment is", "segments are").replace("segment has", "segments has")
        sentence = str(story.words.ungettext(words, plural, 1)) % {"num": 1}
        expect(reasons.filter(has_text=sentence)).to_have_count(1)
    story.look(page)
    assert story.visitor_gets("fr") == before
    story.keys = {source: key for key, (source, _target, _draft) in story.catalog().items()}
    story.keys[EDITED] = story.keys[newer(EDITED)]
    return page


def source_is_published(story: Story) -> Page:
    """An editor of English signs the new source off and publishes it."""
    page = story.sign_in(story.token(SAMPLE_EDITOR))
    follow(page, f"a[href='/workbench/{SLUG}/en']", f"**/workbench/{SLUG}/en")
    story.look(page)
    follow(page, "form[action$=sign-off] button", f"**/workbench/{SLUG}/en")
    announced(page)
    follow(page, "form[action$=publish] button", f"**/workbench/{SLUG}/en")
    announced(page)
    story.look(page)
    follow(page, f"a[href='/en/{SLUG}']", f"**/en/{SLUG}")
    story.look(page, "en")
    body = page.locator("article .body")
    for text, times in ((newer(EDITED), 1), (ADDED, 1), (MOVED, 1), (REMOVED, 0), (EDITED, 0)):
        expect(body.get_by_text(segments.plain(text), exact=True)).to_have_count(times)
    return page


# --- The translator -------------------------------------------------------------------------------


def translator_goes_on(story: Story) -> Page:
    """The outdated segment with its old text, then the new one."""
    page = story.sign_in(story.demo_token(TRANSLATOR))
    step = page.locator(".next-steps a").first
    expect(step).to_contain_text("Français")
    expect(step).to_have_attribute("href", story.unit(EDITED, "?show=todo"))
    follow(page, ".next-steps a", f"**{story.unit(EDITED)}?show=todo")
    box = page.locator("#target")
    expect(box).to_be_focused()
    expect(box).to_have_value(story.french[EDITED])
    expect(page.locator("del", has_text="72")).to_be_visible()
    expect(page.locator("ins", has_text="48")).to_be_visible()
    story.look(page)
    return page


def two_tabs_meet(story: Story, page: Page) -> None:
    """The first tab saves both open segments; the second learns of it before it overwrites."""
    tab = page.context.new_page()
    tab.goto(story.url(story.unit(EDITED)))
    page.bring_to_front()
    target = newer(story.french[EDITED])
    retype(page, target)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{story.unit(ADDED)}?show=todo")
    announced(page)
    expect(page.locator("#target")).to_have_value("")
    retype(page, ADDED_FR)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(LANGUAGE_PAGE)
    announced(page)
    story.look(page)
    tab.bring_to_front()
    retype(tab, "Deux jours.")
    with tab.expect_response(lambda answer: answer.request.method == "POST") as answer:
        tab.keyboard.press("Control+Enter")
    assert answer.value.status == 409
    expect(tab.locator("#problems")).to_be_focused()
    expect(tab.locator("[aria-labelledby=theirs-title] p.big")).to_have_text(target)
    expect(tab.locator("#target")).to_have_value("Deux jours.")
    story.look(tab)
    follow(tab, "a[data-leave]", f"**{story.unit(EDITED)}*")
    expect(tab.locator("#target")).to_have_value(target)
    tab.close()
    assert story.catalog()[story.keys[EDITED]] == (newer(EDITED), target, False)


def other_language_is_closed(story: Story, page: Page) -> None:
    """German belongs to somebody else."""
    answer = page.goto(story.url(f"{SLUG}/de"))
    assert answer is not None
    assert answer.status == 403
    story.look(page)
    page.goto(story.url(f"{SLUG}/fr"))


def catalog_goes_out_and_comes_in(story: Story, page: Page) -> None:
    """Two entries are changed elsewhere; what is reviewed here stays and gets a proposal."""
    press_until(page, "a[href$='catalog.po']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    path = story.folder / "work.po"
    download.value.save_as(path)
    catalog = polib.pofile(str(path))
    changes = {RECORDS: RECORDS_FR, ADDED: IN_THE_FILE}
    for entry in catalog:
        entry.msgstr = changes.get(entry.msgid, entry.msgstr)
    done = gettext_tool("msgcat", "--width=60", "-", data=str(catalog).encode())
    assert (done.returncode, done.stderr) == (0, b"")
    path.write_bytes(done.stdout)
    before = story.catalog()
    choose_file(page, "#catalog-file", path)
    follow(page, "form[action$=upload] button", "**/upload")
    expect(page.locator("tr.verdict-candidate")).to_have_count(1)
    expect(page.locator("tr.verdict-changed")).to_have_count(1)
    expect(page.locator("tr[class^=verdict]:not(details tr)")).to_have_count(2)
    story.look(page)
    assert story.catalog() == before
    follow(page, "form[action$=apply] button", "**/upload/apply")
    expect(page.locator(".notice[role=status]")).to_be_visible()
    story.look(page)
    after = before | {story.keys[ADDED]: (ADDED, IN_THE_FILE, False)}
    assert story.catalog() == after
    page.goto(story.url(story.unit(RECORDS)))
    expect(page.locator(".state-reviewed").first).to_be_visible()
    expect(page.locator(".candidates > li")).to_have_count(1)
    story.look(page)


# --- The editor -----------------------------------------------------------------------------------


def editor_returns_one(story: Story) -> Page:
    """Approve the first of what waits, return the second with a reason."""
    page = story.sign_in(story.demo_token(EDITOR))
    follow(page, ".next-steps a[href$='/review']", "**/workbench/review")
    ours = page.locator(f"li.unit a[href*='/{SLUG}/fr/']")
    expect(ours).to_have_count(2)
    story.look(page)
    follow(page, f"a[href^='{story.unit(EDITED)}']", f"**{story.unit(EDITED)}?show=review")
    story.look(page)
    decide(page, "a")
    announced(page)
    assert page.url == story.url(story.unit(ADDED, "?show=review"))
    page.keyboard.press("r")
    expect(page.locator("#return-1")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    press_until(page, "#return-comment")
    page.keyboard.insert_text(COMMENT)
    story.look(page)
    press_until(page, "form[action$=return] button")
    decide(page, "Enter")
    announced(page)
    return page


def translator_mends_it(story: Story, page: Page) -> None:
    """The reason stands above the box, in the language of whoever reads it."""
    page.bring_to_front()
    follow(page, "a[href='/workbench/']", "**/workbench/")
    follow(page, ".next-steps a", f"**{story.unit(ADDED)}?show=todo")
    ready = str(story.words.ugettext("There are mistakes of grammar or spelling."))
    expect(page.locator(".notice.returned p")).to_have_count(3)
    expect(page.locator(".notice.returned p").nth(1)).to_have_text(ready)
    expect(page.locator(".notice.returned p").nth(2)).to_have_text(COMMENT)
    # What was typed here had been stored, though somebody's catalog then changed it.
    expect(page.locator("[data-draft]")).to_be_hidden()
    story.look(page)
    retype(page, MENDED)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(LANGUAGE_PAGE)
    announced(page)
    story.look(page)


def editor_approves(story: Story, page: Page, colleague: Page) -> None:
    """Take the proposal; correct the mended text, which then is for another editor to approve."""
    page.bring_to_front()
    page.goto(story.url(f"{SLUG}/fr?show=proposals"))
    follow(page, f"a[href^='{story.unit(RECORDS)}']", f"**{story.unit(RECORDS)}*")
    story.look(page)
    follow(page, "form[action$=accept] button", f"**{story.unit(RECORDS)}")
    announced(page)
    decide(page, "a")
    page.goto(story.url(story.unit(ADDED)))
    press_until(page, "#target")
    retype(page, CORRECTED)
    decide(page, "Control+Enter")
    page.goto(story.url(story.unit(ADDED)))
    expect(page.locator("#four-eyes")).to_be_visible()
    expect(page.locator("[data-key=approve]")).to_have_count(0)
    story.look(page)
    colleague.bring_to_front()
    colleague.goto(story.url("review"))
    follow(colleague, f"a[href^='{story.unit(ADDED)}']", f"**{story.unit(ADDED)}?show=review")
    decide(colleague, "a")
    announced(colleague)


def editor_publishes(story: Story, page: Page) -> None:
    """The checklist has one line left; then none."""
    page.bring_to_front()
    page.goto(story.url(f"{SLUG}/fr"))
    expect(page.locator(".gate .met")).to_have_count(4)
    expect(page.locator(".gate .open")).to_have_count(1)
    story.look(page)
    follow(page, "form[action$=sign-off] button", LANGUAGE_PAGE)
    announced(page)
    expect(page.locator(".gate .met")).to_have_count(5)
    story.look(page)
    follow(page, "form[action$=publish] button", LANGUAGE_PAGE)
    announced(page)
    story.look(page)


# --- And after ------------------------------------------------------------------------------------


def administrator_reads(story: Story, page: Page, reference: str) -> None:
    """The message is in the inbox, and went out by mail once."""
    page.bring_to_front()
    follow(page, "a[href='/workbench/messages']", "**/workbench/messages")
    expect(page.locator(".messages code")).to_have_text([reference])
    expect(page.locator(".messages .message")).to_have_text([QUESTIONS[story.locale]])
    story.look(page)
    follow(page, "a[href='/workbench/']", "**/workbench/")
    follow(page, f"a[href='/workbench/{SLUG}/history']", "**/history")
    story.look(page)
    (delivery,) = story.mailbox.wait_for(1)
    assert delivery.recipients == ("desk@example.org",)
    assert delivery.message["Subject"] == f"Message {reference}"
    assert delivery.message["Reply-To"] == "sam@example.org"
    assert QUESTIONS[story.locale] in delivery.text
    assert story.server.flask("mail", "send").startswith("0 ")
    assert len(story.mailbox.deliveries) == 1


def release_is_exported(story: Story) -> None:
    """Every text of the release is found by key and source, with the standard library alone."""
    path = story.folder / "fr.mo"
    story.server.flask("release", "export", SLUG, "fr", "-o", str(path))
    with path.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    stored = story.catalog()
    found = {key: compiled.pgettext(key, source) for key, (source, _, _) in stored.items()}
    assert found == {key: target for key, (_, target, _) in stored.items()}
    assert found[story.keys[ADDED]] == CORRECTED
    assert len(found) == 56
