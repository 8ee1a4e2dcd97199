"""Databases that a function fills once for each worker and engine, and that are copied from then
on: what many tests begin with is not made anew for each of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.support import databases
from tests.support.postgres import Cluster

Build: TypeAlias = Callable[[], object]
"""Fills the database of the current application context; the same for every test."""


Filling: TypeAlias = Callable[[Build], Flask]
"""Makes the app's database hold what a function makes; the fixture ``filled``."""


def without_csrf(app: Flask) -> Flask:
    """The app, taking forms that carry no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


class Filled:
    """What was filled already in this worker."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates: dict[tuple[str, Build], str] = {}

    def fill(self, request: pytest.FixtureRequest, app: Flask, build: Build) -> Flask:
        """Let the app's database hold what ``build`` makes; the app again.

        Nobody may be connected to it. Whether it was there before makes no difference.
        """
        url = sa.make_url(app.config["SETTINGS"].database_url)
        engine = url.get_backend_name()
        name = url.database or ""
        template = self._templates.get((engine, build))
        databases.disconnect(app)
        self._begin(request, engine, name, template)
        if template is None:
            with app.app_context():
                build()
            databases.disconnect(app)
            template = self._keep(request, engine, name)
            self._templates[engine, build] = template
        return app

    def _begin(
        self, request: pytest.FixtureRequest, engine: str, name: str, template: str | None
    ) -> None:
        """Make the database from a template, by default from the one that is migrated and empty."""
        if engine == "sqlite":
            shutil.copyfile(template or request.getfixturevalue("sqlite_template"), name)
            return
        cluster: Cluster = request.getfixturevalue("postgres")
        cluster.drop(name)
        cluster.create(name, template or request.getfixturevalue("postgres_template"))

    def _keep(self, request: pytest.FixtureRequest, engine: str, name: str) -> str:
        """Copy a database that nobody is connected to; the path or the name of the copy."""
        number = len(self._templates)
        if engine == "sqlite":
            copy = self._folder / f"{number}.db"
            databases.copy_sqlite(Path(name), copy)
            return str(copy)
        cluster: Cluster = request.getfixturevalue("postgres")
        cluster.create(f"filled_{number}", name)
        return f"filled_{number}"
