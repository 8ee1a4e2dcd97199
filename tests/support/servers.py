"""The real service in a process of its own, as `flask serve` starts it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import ROOT, bound_to_us, free_port, start, stop

SECONDS_TO_START = 60


@dataclass(frozen=True)
class LiveServer:
    """A service that answers at ``url``."""

    url: str
    """``http://127.0.0.1:PORT``, no slash at the end."""
    environ: Mapping[str, str]
    """Its whole environment, settings included."""
    log: Path
    pid: int

    def flask(self, *arguments: str) -> str:
        """Run a `flask` command beside the running service and return what it printed.

        Raises ``CommandFailed`` with the output when the command ends with an error.
        """
        return run_flask(self.environ, *arguments)


class CommandFailed(AssertionError):
    """A `flask` command ended with an error; the message holds its output."""


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without any setting of the service, plus ``settings``."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PANEL_", "FLASK_")) and name != "PORT"
    }
    return own | {"PYTHONUNBUFFERED": "1"} | dict(settings)


def run_flask(settings: Mapping[str, str], *arguments: str) -> str:
    """Run one `flask` command in a process of its own; returns its standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT,
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise CommandFailed(
            f"flask {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout


@contextmanager
def running_server(settings: Mapping[str, str]) -> Iterator[LiveServer]:
    """Serve with the given ``PANEL_*`` settings on a free loopback port until the block ends.

    The database must be there and migrated. Raises ``RuntimeError`` with the service's own output
    when it doesn't answer on ``/healthz``.
    """
    home = Path(settings["PANEL_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environ = environment({**settings, "PORT": str(port)})
    url = f"http://127.0.0.1:{port}"
    log = home / "serve.log"
    command = [*bound_to_us("TERM"), sys.executable, "-m", "flask", "serve"]
    with log.open("ab") as output:
        child = start(command, log=output, environ=environ)
        try:
            _wait(child, url, log)
            yield LiveServer(url=url, environ=environ, log=log, pid=child.pid)
        finally:
            stop(child)


def wait_published(home: Path) -> None:
    """Wait until the service with this data folder has published."""
    deadline = time.monotonic() + SECONDS_TO_START
    while not list(home.glob("published/current-*")):
        assert time.monotonic() < deadline, "nothing was published"
        time.sleep(0.05)


def _wait(child: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and child.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    state = f"ended with {child.returncode}" if child.poll() is not None else "did not answer"
    raise RuntimeError(f"flask serve {state}:\n{log.read_text(errors='replace')}")


def copy_home(source: Path, target: Path) -> None:
    """Copy a data folder that no service uses at the moment."""
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.log"))
