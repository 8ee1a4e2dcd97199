"""A large file is read in a process of its own, which dies alone when it takes too much.

The readers are bounded and linear; this is the wall behind them (OWASP ASVS 5.0, 5.2 and 15.3). The
command has no word of a file or a person in it: what is to be read, and what came of it, go through
pipes. The child gets no setting and no secret of the service, and may write no file.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar

from workflows.catalogs import Limits
from workflows.problems import N_, Problem

ROOT = Path(__file__).resolve().parent.parent
LARGE = 1024 * 1024
"""Bytes; a smaller file is read where it is: a process takes longer to start."""
USUAL = Limits().size
"""Bytes; a larger file is read only where the settings allow it."""
T = TypeVar("T")

_KEPT = ("PATH", "LD_LIBRARY_PATH")
"""What an interpreter may need from the environment."""

# What is read is many objects at once and hardly a cycle, as in the service; the end of the process
# frees them faster than the interpreter.
# A limit that the service itself was started under can't be raised again, only kept.
_CHILD = """
import gc, os, pickle, resource, sys
gc.set_threshold(50_000, 20, 100)
kinds = resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE
for kind, most in zip(kinds, (int(sys.argv[1]), int(sys.argv[2]), 0)):
    there = resource.getrlimit(kind)[1]
    most = most if there == resource.RLIM_INFINITY else min(most, there)
    resource.setrlimit(kind, (most, most))
from workflows.problems import Problem
read, data, named = pickle.load(sys.stdin.buffer)
try:
    found = read(data, **named)
except Problem as problem:
    found = problem
pickle.dump(found, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
sys.stdout.buffer.flush()
os._exit(0)
"""


class TooCostly(Problem):
    """``seconds`` of processor time, ``memory`` in MiB."""

    code: ClassVar[str] = "file-too-costly"
    what: ClassVar[str] = N_(
        "Reading the file took more than {seconds} seconds of work or {memory} MiB of memory."
    )
    mend: ClassVar[str] = N_("Save it again with another program, or divide it.")


@dataclass(frozen=True)
class Bounds:
    """What a child may take: these are enough for the largest file of the default settings."""

    memory: int = 256
    """MiB of address space."""
    seconds: int = 10
    """Of processor time."""
    clock: int = 30
    """Seconds on the clock."""

    @classmethod
    def of(cls, size: int) -> Bounds:
        """The bounds for a file of so many bytes: a larger one, where the settings allow it, may
        take as many times more."""
        times = max(1, -(-size // USUAL))
        return cls(times * cls.memory, times * cls.seconds, times * cls.clock)


def read(
    reader: Callable[..., T], data: bytes, *, bounds: Bounds | None = None, **named: object
) -> T:
    """What ``reader(data, **named)`` returns, for a large file from a process of its own.

    ``reader`` is a function of a module of ours; it, ``named`` and the result can be pickled.
    Raises what the reader raises, ``TooCostly``, and RuntimeError for a reader that crashed.
    """
    if len(data) < LARGE:
        return reader(data, **named)
    bounds = bounds or Bounds.of(len(data))
    command = [sys.executable, "-B", "-c", _CHILD, str(bounds.memory << 20), str(bounds.seconds)]
    asked = pickle.dumps((reader, data, named), pickle.HIGHEST_PROTOCOL)
    pipe = subprocess.PIPE
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    with subprocess.Popen(  # noqa: S603  (our own program and two numbers)
        command, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, stderr=pipe
    ) as child:
        try:
            answer, said = child.communicate(asked, bounds.clock)
        except subprocess.TimeoutExpired:
            child.kill()
            answer, said = b"", b""
    if child.returncode == 0:
        found: T | Problem = pickle.loads(answer)  # noqa: S301  (written by our own child)
        if isinstance(found, Problem):
            raise found
        return found
    if child.returncode > 0 and b"MemoryError" not in said:
        raise RuntimeError(said.decode("utf-8", "replace"))
    raise TooCostly(seconds=bounds.seconds, memory=bounds.memory)
