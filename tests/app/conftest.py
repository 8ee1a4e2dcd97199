"""Fixtures of the tests that drive the operations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.app import support_policy


@pytest.fixture
def house(flask_app: Flask) -> Iterator[Flask]:
    """The app in its context, with people of four languages and the small policy imported."""
    with flask_app.app_context():
        support_policy.people()
        support_policy.import_source()
        yield flask_app
