"""Starting: the file with the secret key, and what a broken configuration looks like."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import create_app
from app.config import ConfigurationError, load, secret_key
from tests.support.processes import ROOT
from tests.support.servers import environment

KEY = "k" * 32


# --- The file with the secret key ----------------------------------------------------------------


def test_secret_key_is_the_setting_then_the_file_then_nothing(tmp_path: Path) -> None:
    bare = load({"PANEL_HOME": str(tmp_path)})
    assert secret_key(bare) is None
    bare.secret_file.write_text("")  # an interrupted setup
    assert secret_key(bare) is None
    bare.secret_file.write_text(f"{KEY}\n")
    assert secret_key(bare) == KEY
    given = load({"PANEL_HOME": str(tmp_path), "PANEL_SECRET_KEY": "g" * 40})
    assert secret_key(given) == "g" * 40


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"hunter2", "a key that is too short"), (b"\xff" * 40, "something that is no key")],
)
def test_bad_secret_file_is_refused(tmp_path: Path, content: bytes, found: str) -> None:
    fix = "delete it and run 'flask setup'"
    settings = load({"PANEL_HOME": str(tmp_path)})
    settings.secret_file.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        secret_key(settings)
    assert caught.value.problems == [
        f"{settings.secret_file}: found {found}; expected at least 32 characters; fix: {fix}"
    ]


def test_unreadable_secret_file_is_refused(tmp_path: Path) -> None:
    settings = load({"PANEL_HOME": str(tmp_path)})
    settings.secret_file.mkdir()
    expected = "expected at least 32 characters"
    with pytest.raises(ConfigurationError) as caught:
        secret_key(settings)
    assert caught.value.problems == [
        f"{settings.secret_file}: found Is a directory; {expected}; fix: let the service read it"
    ]


# --- Starting with a broken configuration --------------------------------------------------------


def test_create_app_raises_for_a_caller_and_ends_a_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ConfigurationError):
        create_app({"PORT": "x"})
    monkeypatch.setenv("PORT", "x")
    with pytest.raises(SystemExit) as caught:
        create_app()
    assert caught.value.code == "\n".join(
        [
            "The configuration has 1 error:",
            "  PORT: found 'x'; expected a port number from 1 to 65535; fix: for example PORT=8000",
        ]
    )


@pytest.mark.parametrize("arguments", [["serve"], ["status", "--json"], ["--help"]])
def test_flask_with_a_broken_configuration_prints_the_list(
    arguments: list[str], tmp_path: Path
) -> None:
    environ = environment(
        {"PORT": "x", "PANEL_HOME": str(tmp_path / "home"), "PANEL_DATABASE_URL": "x://u:hunter2@h"}
    )
    done = subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    said = [
        "The configuration has 2 errors:",
        (
            "  PANEL_DATABASE_URL: found x://… (the rest is not shown); "
            "expected postgresql+psycopg://user:password@host/name or sqlite:////path/to/panel.db; "
            "fix: unset it to use SQLite in PANEL_HOME"
        ),
        "  PORT: found 'x'; expected a port number from 1 to 65535; fix: for example PORT=8000",
    ]
    assert done.stderr.splitlines() == said
    assert os.listdir(tmp_path) == []
