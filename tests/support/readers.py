"""Readers of files that behave badly, to be run behind the fence."""

from __future__ import annotations

import os
import resource
import time


def where(_data: bytes) -> tuple[int, set[str]]:
    """The process and what it has in its environment."""
    return os.getpid(), set(os.environ)


def limits(_data: bytes) -> tuple[int, int]:
    """Seconds of work and bytes of a file that the process may take."""
    return resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_FSIZE)[0]


def hungry(data: bytes) -> int:
    """Takes a gigabyte."""
    return len(data * (2**30 // len(data)))


def busy(_data: bytes) -> None:
    """Never ends, and works all the time."""
    while True:
        pass


def stuck(_data: bytes) -> None:
    """Never ends, and does nothing."""
    time.sleep(3600)


def writing(data: bytes, path: str) -> None:
    """Writes a file."""
    with open(path, "wb") as file:
        file.write(data)


def crashing(_data: bytes) -> None:
    raise LookupError("a fault of ours")
