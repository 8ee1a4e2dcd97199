"""Fixtures of all tests. A test that takes ``database_url`` (or anything built on it) runs twice:
on SQLite and on PostgreSQL. A program that is missing fails the tests that need it and says what
to install; it never skips them.

Inside one test everything is real: the engines, the server process, the browser, the mail server.
"""

from __future__ import annotations

import itertools
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from tests.support import browser as browsers
from tests.support import databases
from tests.support.mail import Mailbox, running_mailbox
from tests.support.postgres import Cluster, running_cluster
from tests.support.processes import ROOT
from tests.support.servers import LiveServer, copy_home, run_flask, running_server
from tools.compile_catalogs import compile_stale

os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / ".cache" / "hypothesis"))
# Two cores are shared with a browser and a database: time says nothing about one example.
hypothesis_settings.register_profile("panel", deadline=None)
hypothesis_settings.register_profile("panel-ci", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("panel-ci" if os.environ.get("CI") else "panel")

_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Start from the project's own files, not from the settings of whoever runs the tests."""
    del config
    # A polite end is an interrupt: databases, servers and browsers are taken down with the run.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    for name in [name for name in os.environ if name.startswith("PANEL_")]:
        del os.environ[name]
    compile_stale()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the browser tests of one module on one worker: they share a server and a browser."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


# --- Databases -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One PostgreSQL cluster for each worker: it is up in about a second."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated PostgreSQL database that is only ever copied."""
    name = "panel_template"
    databases.migrate(tmp_path_factory.mktemp("postgres"), postgres.create(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that is only ever copied."""
    home = tmp_path_factory.mktemp("sqlite")
    path = home / "template.db"
    databases.migrate(home, databases.sqlite_url(path))
    return path


@pytest.fixture(params=databases.ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """``sqlite`` or ``postgresql``: this is what makes a test run on both."""
    return str(request.param)


def _database(
    request: pytest.FixtureRequest, engine: str, folder: Path, *, migrated: bool
) -> Iterator[str]:
    if engine == "sqlite":
        path = folder / "panel.db"
        if migrated:
            yield databases.copy_sqlite(request.getfixturevalue("sqlite_template"), path)
        else:
            yield databases.sqlite_url(path)
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    template = request.getfixturevalue("postgres_template") if migrated else "template1"
    name = f"panel_{next(_numbers)}"
    # What will be filled from a template of its own is made then.
    yield cluster.url(name) if "filled" in request.fixturenames else cluster.create(name, template)
    cluster.drop(name)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, engine_name: str, tmp_path: Path) -> Iterator[str]:
    """The address of this test's own database, migrated to head and empty."""
    yield from _database(request, engine_name, tmp_path, migrated=True)


@pytest.fixture
def bare_database_url(
    request: pytest.FixtureRequest, engine_name: str, tmp_path: Path
) -> Iterator[str]:
    """The address of a database without any table, for tests of the migrations."""
    yield from _database(request, engine_name, tmp_path, migrated=False)


# --- The app in this process ---------------------------------------------------------------------


@pytest.fixture
def extra_settings() -> dict[str, str]:
    """Settings on top of the usual ones; a module overrides this fixture."""
    return {}


@pytest.fixture
def settings(database_url: str, tmp_path: Path, extra_settings: dict[str, str]) -> dict[str, str]:
    """The settings of ``flask_app``: a data folder and a database of its own."""
    home = tmp_path / "home"
    home.mkdir()
    return databases.settings_for(home, database_url) | extra_settings


@pytest.fixture
def flask_app(settings: dict[str, str]) -> Iterator[Flask]:
    """The app on its own database, in testing mode: errors are raised, not turned into pages."""
    app = databases.make_app(settings)
    yield app
    databases.disconnect(app)


@pytest.fixture
def client(flask_app: Flask) -> FlaskClient:
    """A client that keeps cookies."""
    return flask_app.test_client()


@pytest.fixture
def session(flask_app: Flask) -> Iterator[Session]:
    """The reading session, inside an application context; to write, open ``transaction()``."""
    with flask_app.app_context():
        yield databases.reading_session()


# --- The app as a service, and what it talks to --------------------------------------------------


@pytest.fixture
def smtp_server() -> Iterator[Mailbox]:
    """A mail server; its ``url`` is what ``PANEL_SMTP_URL`` takes."""
    with running_mailbox() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def server_settings() -> dict[str, str]:
    """Settings of ``live_server`` and ``demo_server`` on top of the usual ones; override it."""
    return {}


@pytest.fixture(scope="module")
def live_server(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    server_settings: dict[str, str],
) -> Iterator[LiveServer]:
    """The real service with an empty database, one for the tests of a module."""
    home = tmp_path_factory.mktemp("live")
    url = databases.copy_sqlite(sqlite_template, home / "panel.db")
    with running_server(databases.settings_for(home, url) | server_settings) as server:
        yield server


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that `flask demo` filled, once for each worker; copied, never served."""
    home = tmp_path_factory.mktemp("demo")
    url = databases.sqlite_url(home / "panel.db")
    output = run_flask(databases.settings_for(home, url), "demo")
    (home / "demo.txt").write_text(output, encoding="utf-8")
    return home


@pytest.fixture(scope="session")
def postgres_demo(
    postgres: Cluster, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """A PostgreSQL database that `flask demo` filled, and the data folder; both only copied."""
    name, home = "panel_demo", tmp_path_factory.mktemp("demo-postgres")
    url = postgres.create(name, postgres_template)
    output = run_flask(databases.settings_for(home, url), "demo")
    (home / "demo.txt").write_text(output, encoding="utf-8")
    return name, home


@pytest.fixture
def demo_settings(
    request: pytest.FixtureRequest, engine_name: str, tmp_path: Path
) -> Iterator[dict[str, str]]:
    """Settings of a copy of the sample that a test may change, with ``demo.txt`` in its folder."""
    home = tmp_path / "demo"
    if engine_name == "sqlite":
        copy_home(request.getfixturevalue("demo_home"), home)
        yield databases.settings_for(home, databases.sqlite_url(home / "panel.db"))
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    template, filled = request.getfixturevalue("postgres_demo")
    copy_home(filled, home)
    name = f"panel_{next(_numbers)}"
    yield databases.settings_for(home, cluster.create(name, template))
    cluster.drop(name)


@pytest.fixture(scope="module")
def demo_server(
    demo_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
    server_settings: dict[str, str],
) -> Iterator[LiveServer]:
    """The real service with the sample; what `flask demo` printed is in ``demo.txt`` there."""
    home = tmp_path_factory.mktemp("demo-live")
    copy_home(demo_home, home)
    url = databases.sqlite_url(home / "panel.db")
    with running_server(databases.settings_for(home, url) | server_settings) as server:
        yield server


# --- Browser -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One chromium for the tests of a module."""
    with browsers.running_browser() as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page with cookies of its own: ``new_page(locale="ar", viewport=...)``.

    The test fails at its end when one of its pages wrote an error to the console (a blocked
    inline style, for instance), raised one in a script, or asked another host for anything.
    """
    contexts = []
    watch = browsers.Watch()

    def make(**options: Any) -> Page:
        context = browser.new_context(**({"locale": "en"} | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        watch.look_at(page)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not watch.complaints, "\n".join(watch.complaints)


@pytest.fixture
def browser_page(new_page: Callable[..., Page]) -> Page:
    """One page in English."""
    return new_page()


@pytest.fixture
def axe() -> Callable[..., None]:
    """``axe(page)`` asserts that axe finds nothing wrong with the page."""
    return browsers.axe
