"""A real nginx for as long as a block runs, on the loopback address."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.processes import MissingProgram, bound_to_us, start, stop

_PATHS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def program() -> str:
    """The path of nginx; raises ``MissingProgram``."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise MissingProgram("nginx is missing. As root: apt-get install nginx-light")
    return found


@contextmanager
def running_nginx(folder: Path, http: str, port: int) -> Iterator[str]:
    """nginx with this inside its ``http`` block, which listens on ``port``; yields its address.

    Raises ``RuntimeError`` with what nginx said when it doesn't listen.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # What it has to read belongs to whoever runs the tests.
    user = "user root;" if os.geteuid() == 0 else ""
    paths = " ".join(f"{name}_temp_path {folder}/temporary;" for name in _PATHS)
    config = folder / "nginx.conf"
    config.write_text(
        f"{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr;\n"
        f"events {{}}\nhttp {{\naccess_log off; {paths}\n{http}\n}}\n"
    )
    log = folder / "nginx.log"
    command = [*bound_to_us("TERM"), program(), "-e", "stderr", "-c", str(config)]
    with log.open("wb") as output:
        child = start(command, log=output)
        try:
            for _ in range(400):
                if child.poll() is None and _listens(port):
                    break
                time.sleep(0.05)
            else:
                raise RuntimeError(f"nginx does not listen:\n{log.read_text()}")
            yield f"http://127.0.0.1:{port}"
        finally:
            stop(child)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
