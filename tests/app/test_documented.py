"""Every setting, command and route is named in README.md or under docs/."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from app.config import SETTINGS
from tests.support.databases import make_app, settings_for, sqlite_url
from tests.support.processes import ROOT

# Commands that come with Flask and its extensions; of the latter our docs name the group only.
NOT_OURS = {"run", "shell", "routes"}
GROUPS_OF_OTHERS = {"db", "limiter"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The app as wired; its database is never opened."""
    home = tmp_path_factory.mktemp("home")
    return make_app(settings_for(home, sqlite_url(home / "panel.db")))


@pytest.fixture(scope="module")
def docs() -> str:
    """All of the documentation, its white space folded."""
    files = [ROOT / "README.md", *sorted(Path(ROOT / "docs").rglob("*.md"))]
    return " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in files)


def commands(group: click.Group, prefix: str = "flask") -> Iterator[str]:
    """The full words of every command of ours: ``flask document import``."""
    for name, command in sorted(group.commands.items()):
        if command.hidden or (prefix == "flask" and name in NOT_OURS):
            continue
        if isinstance(command, click.Group) and name not in GROUPS_OF_OTHERS:
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}"


def test_setting_is_documented(docs: str) -> None:
    names = [setting.name for setting in SETTINGS]
    assert "PANEL_HOME" in names
    assert [name for name in names if not re.search(rf"\b{name}\b", docs)] == []


def test_command_is_documented(app: Flask, docs: str) -> None:
    group = app.cli
    assert isinstance(group, click.Group)
    names = list(commands(group))
    assert "flask serve" in names
    assert [name for name in names if name not in docs] == []


def test_route_is_documented(app: Flask, docs: str) -> None:
    rules = sorted({rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"})
    assert "/healthz" in rules
    # Converters (<int:number>) are the code's business; the docs say <number>.
    plain = [re.sub(r"<[^<>:]+:([^<>]+)>", r"<\1>", rule) for rule in rules]
    assert [rule for rule in plain if f"`{rule}`" not in docs] == []
