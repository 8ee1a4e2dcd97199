"""A message in Arabic finds its way: form, inbox, assignment, reply, and a mail in Arabic."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app import queries
from app.database import db
from tests.app import support_policy as policy
from tests.app.support_inbox import stored
from tests.journeys.support_bench import Bench, announced, fits, follow, press_until
from tests.support import databases
from tests.support.mail import Mailbox, running_mailbox
from tests.support.servers import running_server

pytestmark = pytest.mark.browser
AR = policy.editor("ar")
TO = "privacy@example.org"
ASKED = "كيف أحذف بياناتي؟"
ANSWER = "نحذفها خلال ثلاثين يومًا."
LOOKS = [("en", 1280, "light"), ("en", 360, "dark"), ("ar", 360, "light"), ("ar", 1280, "dark")]


@pytest.fixture(scope="module")
def post() -> Iterator[Mailbox]:
    """The mail server of the service."""
    with running_mailbox() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def bench(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, post: Mailbox
) -> Iterator[Bench]:
    """The service with the policy live in four languages, sending mail."""
    home = tmp_path_factory.mktemp("inbox")
    url = databases.copy_sqlite(sqlite_template, home / "panel.db")
    settings = databases.settings_for(home, url) | {
        "PANEL_SMTP_URL": post.url,
        "PANEL_MESSAGES_TO": TO,
        "PANEL_MAIL_FROM": "panel@example.org",
    }
    app = databases.make_app(settings)
    with app.app_context():
        policy.everything()
    with running_server(settings) as server:
        yield Bench(server, app)
    databases.disconnect(app)


def leave(page: Page, bench: Bench) -> str:
    """Leave the message as a visitor does, by keyboard; its reference."""
    page.goto(f"{bench.server.url}/ar/house-rules/message?section=2")
    press_until(page, "#name")
    page.keyboard.type("ليلى")
    press_until(page, "#email")
    page.keyboard.type("layla@example.org")
    press_until(page, "#message")
    page.keyboard.type(ASKED)
    page.wait_for_timeout(2_100)  # nobody types faster than that
    press_until(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/message/[A-Z0-9-]+$"))
    return page.url.rpartition("/")[2]


def answer(page: Page, post: Mailbox, reference: str, axe: Callable[..., None]) -> None:
    """Answer the message by keyboard; a mail in Arabic leaves."""
    page.locator("h1").click()
    page.keyboard.press("r")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.type(ANSWER)
    follow(page, "form[action$=reply] button", f"**/messages/{reference}")
    announced(page)
    axe(page)
    mail = post.wait_for(2)[1]
    assert mail.recipients == ("layla@example.org",)
    assert mail.message["Content-Language"] == "ar"
    for words in ("ليلى", ANSWER, "قواعد البيت", "القسم 2", f"> {ASKED}", reference):
        assert words in mail.text


def test_message_in_arabic_is_found_assigned_and_answered_in_arabic(
    bench: Bench, post: Mailbox, new_page: Callable[..., Page], axe: Callable[..., None]
) -> None:
    reference = leave(new_page(locale="ar", viewport={"width": 360, "height": 800}), bench)
    assert post.wait_for(1)[0].recipients == (TO,)
    page = new_page(locale="en")
    bench.sign_in(page, AR)
    follow(page, ".bench-nav a[href$='/messages']", "**/workbench/messages")
    expect(page.locator("a[data-message]")).to_have_count(1)
    # Search and open by keys.
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("بياناتي")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    axe(page)
    fits(page)
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator("a[data-message]")).to_be_focused()
    with page.expect_navigation(url=f"**/messages/{reference}"):
        page.keyboard.press("Enter")
    expect(page.locator(".text.big")).to_have_text(ASKED)
    expect(page.locator(".text.big")).to_have_css("direction", "rtl")
    page.locator("#person").select_option(label="Editor ar (you)")
    follow(page, "form[action$=assign] button", f"**/messages/{reference}")
    announced(page)
    axe(page)
    fits(page)
    answer(page, post, reference, axe)
    page.goto(f"{bench.server.url}/workbench/messages?tab=answered")
    expect(page.locator("a[data-message]")).to_have_count(1)
    expect(page.locator(".states")).to_contain_text("Answered")

    def answered_by() -> str:
        found = queries.message_page(db.session, queries.Reader(None, None), reference)
        assert found is not None
        assert found.answered_by is not None
        return found.answered_by.email

    assert bench.do(answered_by) == AR


@pytest.mark.parametrize(("locale", "width", "scheme"), LOOKS)
def test_inbox_is_sound_in_every_look(
    bench: Bench,
    new_page: Callable[..., Page],
    axe: Callable[..., None],
    locale: str,
    width: int,
    scheme: str,
) -> None:
    long = "averyverylongwordwithoutanyspace" * 4
    plain = bench.do(lambda: stored("de", f"Hallo {long}", name=long[:120], days=30))
    spam = bench.do(lambda: stored("de", "Buy <b>now</b>", doubts=("links", "quick")))
    page = new_page(locale=locale, viewport={"width": width, "height": 800}, color_scheme=scheme)
    bench.sign_in(page, policy.ADMINISTRATOR)
    root = f"{bench.server.url}/workbench/messages"
    for path in ("", "?tab=spam", "?tab=mine", "?q=nothing-like-it", f"/{plain}", f"/{spam}"):
        page.goto(root + path)
        for details in page.locator("main details").all():
            details.evaluate("element => { element.open = true; }")
        axe(page)
        fits(page)
    page.goto(f"{root}/{plain}")
    page.locator("form[action$=erase]").evaluate("form => form.closest('details').open = true")
    press_until(page, "#address")
    page.keyboard.type("somebody@example.org")
    page.keyboard.press("Enter")
    page.wait_for_url("**/erase")
    expect(page.locator("#problems")).to_be_focused()
    axe(page)
    fits(page)


def test_inbox_works_without_scripts(bench: Bench, new_page: Callable[..., Page]) -> None:
    reference = bench.do(lambda: stored("fr", "Sans script"))
    sender = new_page(java_script_enabled=False)
    sender.goto(bench.link(policy.editor("fr")))
    sender.locator("main form button").click()
    sender.goto(f"{bench.server.url}/workbench/messages?q={reference}")
    sender.locator("a[data-message]").click()
    sender.locator("form[action$=spam] button").click()
    expect(sender.locator("#status")).not_to_be_empty()
    sender.locator("form[action$=spam] button").click()
    sender.locator("form[action$=answered] button").click()
    expect(sender.locator(".states")).to_contain_text("Answered")
