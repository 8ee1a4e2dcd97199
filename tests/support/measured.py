"""A program for a child process: reads Word documents and says what each one cost.

Takes the paths of documents; writes one line of JSON for each. Every document is read in a process
of its own, forked after everything has been imported, so that what is measured is the reading.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time

from tests.support.docx import Docx, paragraph
from workflows.problems import Problem
from workflows.sources.docx import read_docx

WATCHED = ("open", "socket", "urllib", "subprocess", "os.system", "os.exec", "tempfile", "ctypes")
MEMORY = 1024 * 1024 * 1024


def measure(path: str) -> dict[str, object]:
    """Read one document."""
    with open(path, "rb") as file:
        data = file.read()
    touched: list[str] = []

    def watch(event: str, _arguments: object) -> None:
        if event.startswith(WATCHED):
            touched.append(event)

    sys.addaudithook(watch)
    before = resource.getrusage(resource.RUSAGE_SELF)
    started = time.process_time()
    code = place = ""
    blocks = 0
    try:
        blocks = len(read_docx(data).blocks)
    except Problem as problem:
        code, place = problem.code, problem.place
    seconds = time.process_time() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before.ru_maxrss
    return {
        "code": code,
        "place": place,
        "blocks": blocks,
        "seconds": seconds,
        "megabytes": grown / 1024,
        "touched": touched,
    }


def main() -> None:
    """Measure all."""
    read_docx(Docx([paragraph("Warm.")]).write())
    for path in sys.argv[1:]:
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            sys.stdout.write(json.dumps(measure(path)) + "\n")
            sys.stdout.flush()
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        if status:
            sys.stdout.write(json.dumps({"code": f"died with {status}"}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
