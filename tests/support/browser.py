"""A real browser, and axe to judge what it shows."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.support.processes import MissingProgram

INSTALL = (
    "No chromium was found in PATH. As root, run: "
    "apt-get install --no-install-recommends chromium fonts-noto-core"
)
FLAGS = [
    "--no-sandbox",  # the sandbox can't be set up by root, and only our own pages are opened
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """The browser's path. Raises ``MissingProgram``."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name) if name else None
        if path:
            return path
    raise MissingProgram(INSTALL)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless browser until the block ends."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watch:
    """What a page did that no page of ours may do, collected while a test runs."""

    complaints: list[str] = field(default_factory=list)

    def look_at(self, page: Page) -> None:
        """Listen to the page's console, to its errors, and to what it asks of whom."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser also logs every answer with an error status; those the tests ask for.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob", "about"} and url.hostname != "127.0.0.1":
            self.complaints.append(f"a request left for {url.hostname}: {request.url}")


def axe(page: Page, context: str | None = None) -> None:
    """Assert that axe finds no violation on the page (or in the part that ``context`` selects).

    axe comes with a package and enters through the browser's own debugging connection, which the
    page's Content-Security-Policy does not govern: the policy stays strict, nothing is bypassed,
    and what it blocks on the page itself is reported by ``Watch``.
    """
    results: dict[str, Any] = Axe().run(page, context=context).response
    assert results["passes"], f"axe found nothing to judge on {page.url}"
    found = [
        {
            "rule": violation["id"],
            "impact": violation["impact"],
            "help": violation["help"],
            "where": [node["html"] for node in violation["nodes"]],
        }
        for violation in results["violations"]
    ]
    shown = json.dumps(found, indent=2, ensure_ascii=False)
    assert not found, f"axe: {len(found)} violations on {page.url}:\n{shown}"
