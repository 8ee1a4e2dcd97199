"""Compiles the interface catalogs that changed: ``messages.po`` to ``messages.mo``.

Only these: the ``.mo`` of a policy is compiled from a release, never from a working copy.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo

from tools.interface import LOCALES, shelf


def stale() -> list[Path]:
    """The interface catalogs whose compiled form is missing or older than they are."""
    found = []
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/messages.po")):
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime:
            found.append(path)
    return found


def compile_stale() -> int:
    """Compile what is stale; returns how many were compiled. Safe to run twice at once."""
    paths = stale()
    if not paths:
        return 0
    for interface in shelf():
        if interface.path in paths:
            handle, name = tempfile.mkstemp(dir=interface.path.parent, suffix=".mo.tmp")
            with os.fdopen(handle, "wb") as file:
                write_mo(file, interface.catalog)
            os.chmod(name, 0o644)
            os.replace(name, interface.path.with_suffix(".mo"))
    return len(paths)


def main() -> int:
    """Compile, and say so only when there was something to do."""
    count = compile_stale()
    if count:
        print(f"==> Compiled {count} interface catalogs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
