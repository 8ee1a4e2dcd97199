"""The commands as a whole: their help, how they end, the first run, and a process of their own."""

from __future__ import annotations

import os
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from app import signing
from app.config import load, secret_key
from tests.app.support_cli import Console
from tests.support.databases import disconnect, make_app, signing_pem, sqlite_url
from tests.support.processes import ROOT
from tests.support.servers import CommandFailed, environment, run_flask

OURS = (
    "catalog",
    "demo",
    "document",
    "languages",
    "mail",
    "release",
    "serve",
    "setup",
    "status",
    "user",
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app whose database is never made."""
    home = tmp_path_factory.mktemp("nothing") / "home"
    made = make_app({"PANEL_HOME": str(home), "PANEL_SECRET_KEY": "k" * 40})
    yield made
    disconnect(made)


def commands(app: Flask) -> dict[str, click.Command]:
    """Every command of ours with its full name, groups included."""
    found: dict[str, click.Command] = {}
    for name in OURS:
        command = app.cli.commands[name]
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {sub}": each for sub, each in command.commands.items()}
    return found


# --- Help ----------------------------------------------------------------------------------------


def test_help_fits_a_screen_and_shows_an_example(app: Flask) -> None:
    assert len(commands(app)) > 20
    for name, command in commands(app).items():
        said = Console(app).good(*name.split(), "--help").out
        lines = said.splitlines()
        assert len(lines) <= 24, said
        assert max(len(line) for line in lines) <= 80, said
        before_options = said.partition("\nOptions:")[0]
        wanted = name if not isinstance(command, click.Group) else f"{name} "
        assert f"flask {wanted}" in before_options, said


def test_example_in_the_help_has_only_options_that_exist(app: Flask) -> None:
    known = commands(app)
    for name, command in known.items():
        examples = re.findall(r"\bflask ([^&\n]+)", str(command.help))
        assert examples, name
        for example in examples:
            words = example.split()
            full = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
            options = {option for each in known[full].params for option in each.opts}
            assert {word for word in words if word.startswith("-")} <= options, example


def test_every_option_is_explained(app: Flask) -> None:
    for name, command in commands(app).items():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{name} {parameter.opts}"


def test_list_of_commands_is_not_cut_short(app: Flask) -> None:
    groups = [name for name, each in commands(app).items() if isinstance(each, click.Group)]
    assert groups
    for words in ([], *([name] for name in groups)):
        said = Console(app).good(*words, "--help").out
        ours = [line for line in said.splitlines() if re.match(r"  [a-z-]+  ", line)]
        assert ours
        assert [line for line in ours if line.endswith("...")] == []


# --- How a command ends --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [["status"], ["document", "list"], ["user", "list", "--json"], ["user", "link", "a"]],
)
def test_command_without_a_database_says_what_to_do(app: Flask, arguments: list[str]) -> None:
    said = Console(app).run(*arguments)
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "Error: The database said: unable to open database file. Has 'flask setup' been run?\n"
    )


def test_damaged_database_file_is_told_as_such(app: Flask) -> None:
    path = Path(app.config["SETTINGS"].database_url.partition(":///")[2])
    path.parent.mkdir()
    path.write_bytes(b"no database " * 999)
    said = Console(app).run("status")
    assert (said.code, said.out) == (1, "")
    assert "file is not a database. Its file is damaged: put a backup in its place." in said.err


def test_wrong_use_is_told_on_standard_error(app: Flask) -> None:
    for arguments in (["nothing"], ["document", "nothing"], ["document", "import"], ["--nothing"]):
        said = Console(app).run(*arguments)
        assert (said.code, said.out) == (2, "")
        assert "Error: " in said.err
    assert Console(app).run("status", "--nothing").code == 2


def test_serving_without_a_secret_key_is_refused(tmp_path: Path) -> None:
    made = make_app({"PANEL_HOME": str(tmp_path)})
    said = Console(made).run("serve")
    assert (said.code, said.out) == (1, "")
    assert said.err == "Error: There is no secret key yet. Run 'flask setup' first.\n"
    disconnect(made)


def test_serving_where_somebody_listens_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = {"PANEL_HOME": str(tmp_path), "PANEL_SECRET_KEY": "k" * 40, "PORT": str(port)}
        made = make_app(settings)
        said = Console(made).run("serve")
        assert (said.code, said.out) == (1, "")
        assert said.err == (
            f"Error: 127.0.0.1:{port} can't be listened on: Address already in use. "
            "Stop what uses it, or choose another port: PORT=8001 flask serve\n"
        )
        assert Console(made).run("serve", "--host", "no.such.host.invalid").code == 1
        disconnect(made)


# --- The first run -------------------------------------------------------------------------------


def files(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(home.iterdir())}


def test_setup_makes_everything_once(bare_database_url: str, tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    settings = {"PANEL_HOME": str(home), "PANEL_DATABASE_URL": bare_database_url}
    made = make_app(settings)
    said = Console(made).good("setup")
    assert said.out == f"Ready: {home}. Next: flask demo, or flask document import SLUG FILE\n"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    key = home / "secret-key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text()) == 64
    assert stat.S_IMODE((home / "signing-key.pem").stat().st_mode) == 0o600
    signer = signing.load(load(settings))
    assert signer is not None
    assert signer.key_id == made.config["SIGNER"].key_id
    assert secret_key(load(settings)) == key.read_text() == made.secret_key
    assert Console(made).good("document", "list", "--json").json == []
    Console(made).good("user", "add", "ana@example.org", "Ana")

    before, rows = files(home), Console(made).dump()
    assert Console(made).good("setup") == said
    assert files(home) == before
    assert Console(made).dump() == rows
    disconnect(made)


def test_setup_leaves_no_file_with_a_key_that_is_set(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = make_app({"PANEL_HOME": str(home), "PANEL_SECRET_KEY": "k" * 40})
    Console(made).good("setup")
    assert list(files(home)) == ["panel.db", "signing-key.pem"]
    disconnect(made)


def test_setup_mends_what_an_interrupted_one_left(tmp_path: Path) -> None:
    (tmp_path / "secret-key").touch()
    made = make_app({"PANEL_HOME": str(tmp_path)})
    assert made.secret_key is None
    Console(made).good("setup")
    assert len(str(made.secret_key)) == 64
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    disconnect(made)


def test_setup_makes_no_key_where_another_file_is_named(tmp_path: Path) -> None:
    home, key = tmp_path / "home", tmp_path / "key.pem"
    key.write_bytes(signing_pem())
    made = make_app({"PANEL_HOME": str(home), "PANEL_SIGNING_KEY": str(key)})
    Console(made).good("setup")
    assert list(files(home)) == ["panel.db", "secret-key"]
    found = signing.load(load({"PANEL_SIGNING_KEY": str(key)}))
    assert found is not None
    assert made.config["SIGNER"].key_id == found.key_id
    disconnect(made)


def test_setup_where_no_folder_can_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    made = make_app({"PANEL_HOME": str(tmp_path / "file" / "home"), "PANEL_SECRET_KEY": "k" * 40})
    said = Console(made).run("setup")
    assert (said.code, said.out) == (1, "")
    assert said.err == f"Error: {tmp_path}/file/home: Not a directory.\n"
    disconnect(made)


# --- In a process of its own ---------------------------------------------------------------------


def test_commands_work_as_processes(tmp_path: Path) -> None:
    settings = {
        "PANEL_HOME": str(tmp_path),
        "PANEL_DATABASE_URL": sqlite_url(tmp_path / "panel.db"),
    }
    assert run_flask(settings, "setup").startswith(f"Ready: {tmp_path}.")
    policy = tmp_path / "rules.md"
    policy.write_text("# Rules\n\nThese are the rules.\n", encoding="utf-8")
    assert "2 segments" in run_flask(settings, "document", "import", "rules", str(policy))
    exported = run_flask(settings, "catalog", "export", "rules", "ar")
    assert 'msgid "These are the rules."' in exported
    with pytest.raises(CommandFailed) as caught:
        run_flask(settings, "document", "show", "nothing")
    said = str(caught.value).splitlines()[1:]
    assert len(said) == 1
    assert said[0].startswith("Error: There is no document “nothing”.")


def test_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    settings = environment({"PANEL_HOME": str(tmp_path), "PANEL_SECRET_KEY": "k" * 40})
    run_flask(settings, "setup")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "flask", "document", "list"],
        cwd=ROOT,
        env=settings,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr
