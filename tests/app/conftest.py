"""Fixtures of the tests that drive the operations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.app import support_policy, support_rules
from tests.app.support_filled import Filled, Filling, without_csrf
from tests.app.support_messages import TO
from tests.support import databases
from tests.support.databases import ENGINES
from tests.support.mail import Mailbox


@pytest.fixture(scope="session")
def filled_databases(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """The databases that were filled in this worker."""
    return Filled(tmp_path_factory.mktemp("filled"))


@pytest.fixture
def filled(request: pytest.FixtureRequest, flask_app: Flask, filled_databases: Filled) -> Filling:
    """``filled(build)``: the app on a database of the test's own, which holds what it makes."""
    return lambda build: filled_databases.fill(request, flask_app, build)


@pytest.fixture(scope="module", params=ENGINES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The policy live in English, French, Arabic and German; only read."""
    with support_policy.live_site(request, tmp_path_factory.mktemp("site")) as app:
        yield app


@pytest.fixture
def house(filled: Filling) -> Iterator[Flask]:
    """The app in its context, with people of four languages and the small policy imported."""
    app = filled(support_policy.begin)
    with app.app_context():
        yield app


@pytest.fixture
def marking(filled: Filling) -> Iterator[Flask]:
    """The app in its context, with the policy under the rule ``mark``: most of French is approved,
    and nothing signed off."""
    app = filled(support_rules.fill)
    with app.app_context():
        yield app


@pytest.fixture
def mailing(
    request: pytest.FixtureRequest,
    settings: dict[str, str],
    smtp_server: Mailbox,
    filled_databases: Filled,
) -> Iterator[Flask]:
    """A site that sends mail, with the policy live in English, French, Arabic and German."""
    app = databases.make_app(
        settings
        | {
            "PANEL_SMTP_URL": smtp_server.url,
            "PANEL_MESSAGES_TO": TO,
            "PANEL_MAIL_FROM": "panel@example.org",
            "PANEL_BASE_URL": "https://policies.example.org",
            "PANEL_MESSAGE_RATE": "0",
        }
    )
    yield without_csrf(filled_databases.fill(request, app, support_policy.everything))
    databases.disconnect(app)
