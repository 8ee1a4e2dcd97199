"""A throw-away PostgreSQL cluster: made in a temporary folder, gone with the test run.

It listens on a Unix socket only, runs as a user without rights when the tests run as root
(PostgreSQL refuses root), and trades durability for speed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from tests.support.processes import MissingProgram, bound_to_us, start, stop

SECONDS_TO_START = 30
INSTALL = (
    "PostgreSQL's initdb and postgres were not found, neither in PATH nor in "
    "/usr/lib/postgresql/*/bin. As root, run: apt-get install --no-install-recommends postgresql"
)
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "listen_addresses": "",
    "log_min_messages": "warning",
}


@dataclass(frozen=True)
class Cluster:
    """A running cluster; ``socket`` is the folder its socket lies in."""

    socket: Path

    def url(self, database: str) -> str:
        """The address of a database, as ``PANEL_DATABASE_URL`` takes it."""
        return f"postgresql+psycopg://panel@/{database}?host={quote(str(self.socket))}"

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database, from a template nobody is connected to; returns its address."""
        self._execute("CREATE DATABASE {} TEMPLATE {}", database, template)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(host=str(self.socket), user="panel", dbname="postgres") as connection:
            connection.autocommit = True
            parts = [sql.Identifier(name) for name in names]
            connection.execute(sql.SQL(statement).format(*parts))


def programs() -> Path:
    """The folder that holds ``initdb`` and ``postgres``; the newest when there are several.

    Raises ``MissingProgram``.
    """
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: [int(part) for part in path.parent.name.split(".") if part.isdecimal()],
        reverse=True,
    )
    in_path = shutil.which("initdb")
    if in_path:
        folders.append(Path(in_path).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise MissingProgram(INSTALL)


def _unprivileged() -> tuple[list[str], int | None]:
    """A command prefix that drops root's rights, and the user id it drops to."""
    if os.geteuid() != 0:
        return [], None
    if not shutil.which("setpriv"):
        raise MissingProgram("setpriv was not found. As root, run: apt-get install util-linux")
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        return prefix, user.pw_uid
    raise MissingProgram("Neither the user 'postgres' nor 'nobody' exists to run PostgreSQL as.")


def _roomiest() -> str:
    # In memory a database is made ten times as fast; containers often have 64 MiB of it only.
    memory = "/dev/shm"
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30:
        return memory
    return "/tmp"


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Make a cluster, run it, and remove it: also on an error, an interrupt or ``kill -9``.

    After ``kill -9`` the server is stopped by the kernel and only the folder stays behind.
    """
    folder = programs()
    prefix, user = _unprivileged()
    # A short name: the path of a Unix socket may have no more than 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="panel-pg-", dir=_roomiest()))
    if user is not None:
        os.chown(home, user, -1)
    try:
        _initialise(folder, prefix, home)
        options = [f"-c{name}={value}" for name, value in FAST.items()]
        command = [str(folder / "postgres"), f"-D{home / 'data'}", f"-k{home}", *options]
        with (home / "log").open("wb") as log:
            child = start([*prefix, *bound_to_us("QUIT"), *command], log=log, cwd=home)
            try:
                _wait(child, home)
                yield Cluster(home)
            finally:
                stop(child, signal.SIGQUIT)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _initialise(folder: Path, prefix: list[str], home: Path) -> None:
    command = [str(folder / "initdb"), "-D", str(home / "data"), "-U", "panel", "-A", "trust"]
    command += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    done = subprocess.run(
        [*prefix, *command], cwd=home, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _wait(child: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if child.poll() is not None:
            break
        try:
            psycopg.connect(host=str(home), user="panel", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{(home / 'log').read_text(errors='replace')}")
