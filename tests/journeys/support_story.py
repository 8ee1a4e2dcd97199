"""What the whole journey is told with: its people, its texts, and a keyboard."""

from __future__ import annotations

import hashlib
import re
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import polib
from babel.support import NullTranslations, Translations
from flask import Flask
from playwright.sync_api import Page, expect

from app import queries
from app.database import db
from tests.journeys.support_bench import fits, press_until
from tests.support.mail import Mailbox
from tests.support.processes import ROOT
from tests.support.servers import LiveServer
from workflows import catalogs, languages

T = TypeVar("T")

SLUG = "privacy-policy"
CATALOG = Path("locales/fr/LC_MESSAGES/privacy-policy.po")
TRANSLATOR, EDITOR, ADMINISTRATOR = range(3)
"""The order in which `flask demo` prints its links."""
SAMPLE_EDITOR = "sample-editor@pinger-panel.example"

# --- What changes in the source, and what French makes of it --------------------------------------

EDITED = (
    "No system is perfectly safe. If your information is exposed and this could harm you, we will "
    "tell you within <strong>72 hours</strong> of learning of it."
)
REMOVED = (
    "Every language version says the same thing. "
    "Each one was approved by a person before it was published."
)
MOVED = (
    "You can withdraw your consent at any time. "
    "This does not affect what we did before you withdrew it."
)
ADDED = "You may also complain to the authority that watches over data protection where you live."
RECORDS = "Server records"
"""Reviewed, and changed in the file of the translator."""
ADDED_FR = (
    "Vous pouvez aussi adresser une réclamation à l’autorité qui veille sur les données "
    "personnelles là où vous habitez."
)
IN_THE_FILE = ADDED_FR.replace("une réclamation", "une plainte")
MENDED = ADDED_FR.replace("personnelles là où", "personnelles du pays où")
CORRECTED = MENDED.replace("Vous pouvez aussi", "Vous pouvez également")
RECORDS_FR = "Journaux de nos serveurs"


def newer(edited: str) -> str:
    """A text with 48 hours instead of 72."""
    return edited.replace("72", "48")


def changed_source() -> str:
    """The policy with one paragraph edited, one added, one removed and one moved."""
    text = (ROOT / "policies" / f"{SLUG}.md").read_text(encoding="utf-8")
    asked = "You may ask us what we know about you"
    for old, new in (
        ("**72 hours**", "**48 hours**"),
        (f"{REMOVED}\n\n", ""),
        (f"{MOVED}\n\n", ""),
        (asked, f"{MOVED}\n\n{asked}"),
        ("Use the [message form]", f"{ADDED}\n\nUse the [message form]"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def shelf() -> dict[str, str]:
    """The digests of all files that the documents have under ``locales/``."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((ROOT / "locales").rglob("*"))
        if path.is_file() and path.stem != "messages"
    }


# --- Who tells it, and where ----------------------------------------------------------------------


@dataclass
class Story:
    """A service with the sample, and people who meet it in one language of the interface."""

    server: LiveServer
    app: Flask
    """An app on the same database, to look at what is stored."""
    new_page: Callable[..., Page]
    axe: Callable[..., None]
    mailbox: Mailbox
    folder: Path
    locale: str
    width: int
    judged: bool = True
    """Whether axe judges every screen: not where another telling shows it the very same ones."""
    keys: dict[str, str] = field(default_factory=dict)
    """The keys of segments by their source texts."""
    article: str = ""
    """The French page before anything happens, as ``article`` gives it."""

    @property
    def words(self) -> NullTranslations:
        """The words of the interface, from the catalog the service reads."""
        return Translations.load(str(ROOT / "locales"), [self.locale])

    @property
    def french(self) -> dict[str, str]:
        """The sample's French by its English."""
        entries = polib.pofile(str(ROOT / CATALOG))
        return {entry.msgid: entry.msgstr for entry in entries}

    def url(self, path: str) -> str:
        """An address of the service; a path that begins with no slash is one of the workbench."""
        return self.server.url + (path if path.startswith("/") else f"/workbench/{path}")

    def unit(self, text: str, query: str = "") -> str:
        """The end of the address of the French segment with this source text."""
        return f"/workbench/{SLUG}/fr/{self.keys[text]}{query}"

    def browser(self, locale: str = "") -> Page:
        """A browser of somebody who reads the interface in the language of the story."""
        size = {"width": self.width, "height": 800}
        page = self.new_page(locale=locale or self.locale, viewport=size)
        # Somebody who listens from the beginning keeps the browser from opening a real dialog.
        page.on("filechooser", lambda _dialog: None)
        return page

    def sign_in(self, token: str) -> Page:
        """A browser in which the link was opened and its button pressed."""
        page = self.browser()
        page.goto(self.url(f"sign-in/{token}"))
        self.look(page)
        press_until(page, "main form button")
        page.keyboard.press("Enter")
        page.wait_for_url("**/workbench/")
        self.look(page)
        return page

    def demo_token(self, person: int) -> str:
        """The one-time link that `flask demo` printed for one of its three people."""
        printed = Path(self.server.environ["PANEL_HOME"], "demo.txt").read_text(encoding="utf-8")
        found: str = re.findall(r"/workbench/sign-in/(\S+)", printed)[person]
        return found

    def token(self, email: str) -> str:
        """A fresh one-time link, made by the operator."""
        return self.server.flask("user", "link", email).strip().rpartition("/")[2]

    def look(self, page: Page, tag: str = "") -> None:
        """Assert that a screen speaks the language it should, fits its window and passes axe."""
        tag = tag or self.locale
        html = page.locator("html")
        expect(html).to_have_attribute("lang", tag)
        expect(html).to_have_attribute("dir", languages.direction(tag))
        fits(page)
        if self.judged:
            self.axe(page)

    def visitor_gets(self, tag: str) -> bytes:
        """The bytes of a public page."""
        with urllib.request.urlopen(self.url(f"/{tag}/{SLUG}"), timeout=30) as answer:
            body: bytes = answer.read()
            return body

    def catalog(self) -> dict[str, tuple[str, str, bool]]:
        """What is stored in French now: source, target and whether it is a draft, by key."""
        return {
            entry.msgctxt: (entry.msgid, entry.msgstr, entry.fuzzy)
            for entry in polib.pofile(self._looked(_exported).decode())
            if not entry.obsolete
        }

    def revision(self) -> int:
        """The number of the newest revision that is stored."""
        return self._looked(lambda: queries.document(db.session, SLUG).head)

    def _looked(self, look: Callable[[], T]) -> T:
        # In a thread of its own: where the browser's loop runs, no application context can be left.
        def inside() -> T:
            with self.app.app_context():
                return look()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(inside).result()


def _exported() -> bytes:
    view = queries.language(db.session, queries.document(db.session, SLUG), "fr")
    return catalogs.write_po(*queries.catalog_export(db.session, view))


# --- Keyboard -------------------------------------------------------------------------------------


def choose_file(page: Page, selector: str, path: Path) -> None:
    """Open the file dialog of a field by keyboard and choose a file in it."""
    press_until(page, selector)
    with page.expect_file_chooser() as dialog:
        page.keyboard.press("Enter")
    dialog.value.set_files(path)


def retype(page: Page, text: str) -> None:
    """Type over the whole text of the box, where the focus is already."""
    expect(page.locator("#target")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def decide(page: Page, key: str) -> None:
    """Press a key that leads to another segment, and wait to be there."""
    before = page.url
    page.keyboard.press(key)
    page.wait_for_url(lambda url: url != before)


def article(page: Page) -> str:
    """A policy's text and structure without notices, marks, sources, and what stands below."""
    found: str = page.evaluate(
        """() => {
          const copy = document.querySelector("article .body").cloneNode(true);
          for (const e of copy.querySelectorAll(".mark, details.source, .colophon")) e.remove();
          for (const e of copy.querySelectorAll(".changed")) e.removeAttribute("class");
          return copy.innerHTML.replace(/\\s+/g, " ").replace(/> /g, ">").replace(/ </g, "<");
        }"""
    )
    return found


def marked(page: Page) -> list[str]:
    """The marked parts of a policy without the words of their marks."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".changed")].map((element) => {
          const copy = element.cloneNode(true);
          for (const e of copy.querySelectorAll(".mark, details.source, .colophon")) e.remove();
          return copy.textContent.trim();
        })"""
    )
    return found
