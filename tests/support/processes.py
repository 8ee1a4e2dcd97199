"""Child processes of a test run: none of them outlives it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]


class MissingProgram(RuntimeError):
    """Something the tests need is not installed; the message says exactly what to install.

    The tests fail then instead of being skipped: what did not run has proved nothing.
    """


def bound_to_us(signal_name: str) -> list[str]:
    """A command prefix that has the kernel send a signal to the child when we die.

    Covers what no ``finally`` can: ``kill -9`` of the test run. Only Linux can do this.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, f"--pdeathsig={signal_name}"] if setpriv else []


def start(
    command: Sequence[str | Path],
    *,
    log: IO[bytes],
    environ: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, with no input and all its output in ``log``."""
    return subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=None if environ is None else dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def stop(child: subprocess.Popen[bytes], how: int = signal.SIGTERM, *, seconds: float = 10) -> int:
    """Ask the child to end; after ``seconds`` make it end, with everything it started."""
    if child.poll() is None:
        child.send_signal(how)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
    return child.wait()


def free_port() -> int:
    """A port nobody listens on at this moment, on the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
