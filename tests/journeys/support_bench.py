"""What the journeys of translator and editor share."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import operations
from tests.app import support_policy as policy
from tests.support import databases
from tests.support.postgres import Cluster
from tests.support.servers import LiveServer, running_server

T = TypeVar("T")
HOURS = "We run this house from 9 to 17 o'clock."
NEWER = policy.SOURCE.replace("from 9 to 17", "from 8 to 17")
NEW_HOURS = HOURS.replace("from 9 to 17", "from 8 to 17")


@dataclass(frozen=True)
class Bench:
    """The real service, and an app on the same database to prepare and to look."""

    server: LiveServer
    app: Flask

    def do(self, act: Callable[[], T]) -> T:
        """Do something on the database, in a thread of its own.

        The browser's loop runs in the thread of the tests, and an application context can't be
        left where a loop runs.
        """

        def inside() -> T:
            with self.app.app_context():
                return act()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(inside).result()

    def link(self, email: str) -> str:
        """The address of a fresh one-time link."""

        def issue() -> str:
            with policy.acting() as act:
                return operations.issue_link(act, email)

        return f"{self.server.url}/workbench/sign-in/{self.do(issue)}"

    def sign_in(self, page: Page, email: str) -> None:
        """Open a fresh one-time link and press the button, by keyboard."""
        page.goto(self.link(email))
        press_until(page, "main form button")
        page.keyboard.press("Enter")
        page.wait_for_url("**/workbench/")


@contextmanager
def bench_on(
    engine: str, request: pytest.FixtureRequest, home: Path, prepare: Callable[[], None]
) -> Iterator[Bench]:
    """The service on ``sqlite`` or ``postgresql``, after ``prepare`` has filled the database."""
    if engine == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        url = databases.copy_sqlite(template, home / "panel.db")
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        template = request.getfixturevalue("postgres_template")
        url = cluster.create(f"bench_{secrets.token_hex(4)}", template)
    settings = databases.settings_for(home, url)
    # The browser's loop runs in this thread, where no application context can be left.
    with ThreadPoolExecutor(1) as pool:
        app = pool.submit(databases.make_app, settings).result()
        with running_server(settings) as server:
            running = Bench(server, app)
            running.do(prepare)
            yield running
        pool.submit(databases.disconnect, app).result()


@contextmanager
def running_bench(template: Path, home: Path) -> Iterator[Bench]:
    """The service with people and the policy imported twice; English is live."""
    url = databases.copy_sqlite(template, home / "panel.db")
    settings = databases.settings_for(home, url)
    app = databases.make_app(settings)
    with app.app_context():
        policy.people()
        policy.import_source()
        policy.publish("en")
    try:
        with running_server(settings) as server:
            yield Bench(server, app)
    finally:
        databases.disconnect(app)


def press_until(page: Page, selector: str, limit: int = 120) -> None:
    """Press Tab until the focus stands on what the selector names."""
    for _ in range(limit):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {selector}")


def follow(page: Page, selector: str, address: str) -> None:
    """Walk to a link or button by keyboard, press it, and wait for the page that comes.

    Its address may be the one of the page before.
    """
    press_until(page, selector)
    with page.expect_navigation(url=address):
        page.keyboard.press("Enter")


def fits(page: Page) -> None:
    """Assert that the page does not scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide, f"{page.url} is wider than its window"


def announced(page: Page) -> None:
    """Assert that the live region got its words after the page was there."""
    expect(page.locator("#status p")).to_have_count(1)
    expect(page.locator("#status p")).not_to_be_empty()
