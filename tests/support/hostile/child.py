"""The process that reads hostile inputs: ``python -m tests.support.hostile.child KIND...``.

A line of JSON names a kind of reader and a file, another one says what became of it. Every input is
read by a fork, made after everything was imported and used once, so that nothing is left to open.
A fork may not run for longer nor take more than the limits here. They are no measurement: they end
what would otherwise run for hours, as work that grows with the square of such inputs does.
"""

from __future__ import annotations

import cProfile
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.hostile.readers import READERS, Reader
from workflows.problems import Problem

WATCHED = ("open", "socket", "urllib", "subprocess", "os.", "tempfile", "ctypes")
SECONDS = 20
MEMORY = 1024 * 1024 * 1024
COUNTED = ("markdown", "plain text")

Attempt = Callable[[Reader, Any], dict[str, Any]]
"""Takes a reader and what it is to read."""


def attempt(reader: Reader, value: Any) -> dict[str, Any]:
    """Read once: the answer, or code and place of the problem; and what was touched meanwhile.

    What it watches with can't be taken off again: once in a process.
    """
    touched: list[str] = []

    def watch(event: str, _arguments: object) -> None:
        if event.startswith(WATCHED):
            touched.append(event)

    sys.addaudithook(watch)
    refused = answer = None
    try:
        answer = reader.read(value)
    except Problem as problem:
        refused = problem
    found = {"code": "", "place": "", "answer": answer, "touched": list(touched)}
    if refused:
        assert refused.blocking
        assert 0 < len(refused.text()) < 1000
        found |= {"code": refused.code, "place": refused.place}
    return found


def counted(reader: Reader, value: Any) -> dict[str, Any]:
    """Read once and count the calls of functions: a measure of work, not of time."""
    profile = cProfile.Profile()
    profile.enable()
    found = attempt(reader, value)
    profile.disable()
    return found | {"steps": sum(entry.callcount for entry in profile.getstats())}


def _tell(found: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def _fork(kind: str, path: Path, how: Attempt) -> None:
    child = os.fork()
    if not child:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            _tell(how(READERS[kind], READERS[kind].prepare(path.read_bytes())))
        except BaseException as error:  # noqa: BLE001 (told to the test, which fails)
            code = f"raised {error!r}"[:1_000]
            _tell({"code": code, "place": "", "answer": None, "touched": []})
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if status:
        code = f"died with {os.waitstatus_to_exitcode(status)}"
        _tell({"code": code, "place": "", "answer": None, "touched": []})


def serve(how: Callable[[str], Attempt]) -> None:
    """Read what the lines on standard input name, until there are no more."""
    for kind in sys.argv[1:]:
        READERS[kind].warm()
    for line in sys.stdin:
        order = json.loads(line)
        _fork(order["kind"], Path(order["path"]), how(order["kind"]))


if __name__ == "__main__":
    serve(lambda kind: counted if kind in COUNTED else attempt)
