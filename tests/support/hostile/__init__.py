"""Hostile inputs, and a process that reads them under limits it can't get around.

The tests ask what became of each input; `bench/bench_hostile.py` measures what it cost. Both take
the inputs from here, one module for each kind of reader, and have them read in the same way.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.processes import ROOT, bound_to_us


@dataclass(frozen=True)
class Hostile:
    """An input that asks for too much work, too much memory, or a look at something else."""

    make: Callable[[], bytes]
    """Made when it is needed: all of them together would not fit into a small machine."""
    code: str = ""
    """The problem it is refused with; "" where it is read."""
    place: str = ""
    """Where that problem is."""
    answer: Any = None
    """What reading it gives (see `readers`); None where it is refused."""

    @property
    def what(self) -> tuple[str, str, Any, tuple[str, ...]]:
        """What must become of it: code, place, answer, nothing touched."""
        return self.code, self.place, self.answer, ()


@dataclass(frozen=True)
class Outcome:
    """What became of an input in a process of its own."""

    code: str
    """The problem it was refused with; "" where it was read; how the process died, if it did."""
    place: str
    answer: Any
    touched: tuple[str, ...]
    """Events of files, sockets and processes; hostile input causes none."""
    steps: int | None = None
    """Calls of functions, of Python and of C, where they are counted."""
    seconds: float = 0.0
    """CPU time, where it is measured."""
    mib: float = 0.0
    """Peak memory above that before the reading, where it is measured."""

    @property
    def what(self) -> tuple[str, str, Any, tuple[str, ...]]:
        """What became of it: code, place, answer, what was touched."""
        return self.code, self.place, self.answer, self.touched


class Readers:
    """The other end of a process that reads; each input is read by a fork of it."""

    def __init__(self, process: subprocess.Popen[str], held: Path) -> None:
        self._process, self._held = process, held

    def read(self, kind: str, data: bytes) -> Outcome:
        """Have ``data`` read by the reader of this kind."""
        self._held.write_bytes(data)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"kind": kind, "path": str(self._held)}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the reading process is gone"
        found = json.loads(line)
        return Outcome(**found | {"touched": tuple(found["touched"])})


@contextmanager
def running_readers(*kinds: str, module: str = "tests.support.hostile.child") -> Iterator[Readers]:
    """Start a process with the readers of these kinds; it ends with the block, or with us."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [*bound_to_us("KILL"), sys.executable, "-m", module, *kinds],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Readers(process, Path(folder) / "input")
        finally:
            process.stdin.close()
            process.wait(60)
            process.stdout.close()
