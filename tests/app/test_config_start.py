"""Starting: the file with the secret key, and what a broken configuration looks like."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from app import create_app, signing
from app.config import ConfigurationError, load, secret_key
from tests.support.databases import signing_pem
from tests.support.processes import ROOT
from tests.support.servers import environment

KEY = "k" * 32
EXPECTED = "expected an Ed25519 private key in PEM (PKCS #8), without a password"


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


# --- The file with the key that signs releases ---------------------------------------------------


def test_signing_key_is_the_file_named_then_that_of_setup_then_nothing(tmp_path: Path) -> None:
    bare = load({"PANEL_HOME": str(tmp_path)})
    assert signing.load(bare) is None
    bare.signing_file.touch()  # an interrupted setup
    assert signing.load(bare) is None
    bare.signing_file.write_bytes(signing_pem())
    found = signing.load(bare)
    assert found is not None
    assert re.fullmatch("[0-9a-f]{64}", found.key_id)
    assert "PRIVATE" not in repr(found)
    other = tmp_path / "other.pem"
    other.write_bytes(signing.make())
    given = signing.load(load({"PANEL_HOME": str(tmp_path), "PANEL_SIGNING_KEY": str(other)}))
    assert given is not None
    assert given.key_id != found.key_id


def other_kind() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def with_password() -> bytes:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"hunter2", "something else"),
        (b"\xff" * 20_000, "something else"),
        (with_password(), "something else"),
        (other_kind(), "a key of another kind"),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_bad_signing_key_is_refused(
    tmp_path: Path, content: bytes, found: str, named: bool
) -> None:
    path = tmp_path / "signing-key.pem"
    environ = {"PANEL_HOME": str(tmp_path)} | ({"PANEL_SIGNING_KEY": str(path)} if named else {})
    path.write_bytes(content)
    fix = "restore it from a backup, or move it away and run 'flask setup'"
    if named:
        fix = "name another file in PANEL_SIGNING_KEY"
    with pytest.raises(ConfigurationError) as caught:
        create_app(environ)
    assert caught.value.problems == [f"{path}: found {found}; {EXPECTED}; fix: {fix}"]


def test_unreadable_signing_key_is_refused(tmp_path: Path) -> None:
    expected = f"{EXPECTED}; fix:"
    gone = tmp_path / "gone"
    with pytest.raises(ConfigurationError) as caught:
        signing.load(load({"PANEL_SIGNING_KEY": str(gone)}))
    fix = "name another file in PANEL_SIGNING_KEY"
    assert caught.value.problems == [f"{gone}: found no such file; {expected} {fix}"]
    settings = load({"PANEL_HOME": str(tmp_path)})
    settings.signing_file.mkdir()
    with pytest.raises(ConfigurationError) as caught:
        signing.load(settings)
    said = f"found Is a directory; {expected} let the service read it"
    assert caught.value.problems == [f"{settings.signing_file}: {said}"]


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
