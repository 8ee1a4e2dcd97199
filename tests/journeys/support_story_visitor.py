"""The chapters of the whole journey that happen on the public pages."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.journeys.support_bench import follow, press_until
from tests.journeys.support_story import (
    ADDED,
    CORRECTED,
    EDITED,
    MOVED,
    RECORDS_FR,
    REMOVED,
    SLUG,
    Story,
    article,
    marked,
    newer,
)
from workflows import segments

QUESTIONS = {"en": "What about section 1?", "ar": "ماذا عن القسم 1؟"}


def visitor_sees_what_changed(story: Story) -> None:
    """French says what the source changed, and marks those parts and nothing else."""
    page = story.browser()
    french = story.french
    page.goto(story.url(f"/fr/{SLUG}"))
    story.look(page, "fr")
    expect(page.locator("section.notice")).to_be_visible()
    expect(page.locator("section.notice details [lang=en] p")).to_have_text([ADDED])
    assert marked(page) == [segments.plain(french[text]) for text in (REMOVED, EDITED)]
    expect(page.locator(".mark")).to_have_count(2)
    press_until(page, ".body details.source summary")
    page.keyboard.press("Enter")
    shown = page.locator(".body details.source [lang=en]")
    expect(shown).to_have_text([segments.plain(newer(EDITED))])
    expect(shown).to_be_visible()
    story.look(page, "fr")
    assert article(page) == story.article


def visitor_reads_the_new_release(story: Story) -> None:
    """The page says nothing of what was; it simply is up to date."""
    page = story.browser("fr")
    page.goto(story.url("/"))
    assert page.url == story.url(f"/fr/{SLUG}")
    expect(page.locator(".notice, .changed, .mark")).to_have_count(0)
    body = page.locator("article .body")
    for text in (newer(story.french[EDITED]), CORRECTED, RECORDS_FR, story.french[MOVED]):
        expect(body.get_by_text(segments.plain(text), exact=True)).to_have_count(1)
    expect(body.get_by_text(story.french[REMOVED])).to_have_count(0)
    story.look(page, "fr")


def visitor_asks(story: Story) -> str:
    """Choose languages, then leave a message: first with a mistake, then well."""
    page = story.browser("ar")
    page.goto(story.url("/"))
    assert page.url == story.url(f"/ar/{SLUG}")
    assert page.context.cookies() == []
    story.look(page, "ar")
    for tag in ("fr", story.locale):
        choose_language(story, page, tag)
    follow(page, ".ask a", "**/message?section=1")
    story.look(page)
    press_until(page, "#email")
    page.keyboard.type("nobody")
    press_until(page, "#message")
    page.keyboard.insert_text(QUESTIONS[story.locale])
    press_until(page, "form.message button")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#email")).to_have_value("nobody")
    expect(page.locator("#message")).to_have_value(QUESTIONS[story.locale])
    story.look(page)
    follow(page, ".error-summary a", "**/message#email")
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("sam@example.org")
    time.sleep(2)  # nobody fills a form in faster
    press_until(page, "form.message button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/message/[A-Z0-9-]+$"))
    reference = page.url.rpartition("/")[2]
    expect(page.locator(".reference")).to_have_text(reference)
    story.look(page)
    return reference


def choose_language(story: Story, page: Page, tag: str) -> None:
    """Choose in the selector, and find the choice again at every neutral address."""
    press_until(page, "nav.languages summary")
    page.keyboard.press("Enter")
    follow(page, f"nav.languages details a[lang={tag}]", f"**/{tag}/{SLUG}")
    story.look(page, tag)
    for path in ("/", f"/{SLUG}"):
        page.goto(story.url(path))
        assert page.url == story.url(f"/{tag}/{SLUG}")
