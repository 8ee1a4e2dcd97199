"""One step of one tool on one catalog, in a process of its own.

``python -m bench.catalog_steps TOOL STEP SIZE`` makes the catalog, lets the tool do the step and
prints one line of JSON: CPU seconds (best of three), MiB added at the peak, entries seen.
"""

from __future__ import annotations

import gc
import io
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.corpus import policy
from bench.speed import peak, reset_peak
from workflows import catalogs
from workflows.catalogs import Entry, Header, Limits

LANGUAGE = "fr"
LARGE = Limits(size=2**30, lines=10**8, entries=10**7)
Step = Callable[[], int]
"""Does the step and returns how many entries there were."""


def catalog(size: int) -> tuple[Header, list[Entry]]:
    """A made-up catalog in which all is translated, some is reviewed and some is a draft."""
    dice = random.Random(f"catalog {size}")
    states = ("translated", "translated", "reviewed", "reviewed", "reviewed", "needs-editing")
    entries = [
        Entry(
            key=f"s{number:09d}",
            source=text.text,
            target=f"[{LANGUAGE}] {text.text}",
            state=dice.choice(states),
            note=f"Section {number // 20}, {text.role}, {number} of {size}",
            source_digest=text.digest,
        )
        for number, text in enumerate(policy("en", size, 1), 1)
    ]
    made = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    return Header("long", LANGUAGE, 7, "e" * 64, "Long policy", "en", made), entries


def _ours(step: str, header: Header, entries: list[Entry], data: bytes) -> Step:
    if step == "read":
        return lambda: len(catalogs.read_po(data, language=LANGUAGE, limits=LARGE).entries)
    return lambda: len(entries) if catalogs.write_po(header, entries) else 0


def _xliff(step: str, header: Header, entries: list[Entry], _data: bytes) -> Step:
    data = catalogs.write_xliff(header, entries)
    if step == "read":
        return lambda: len(catalogs.read_xliff(data, language=LANGUAGE, limits=LARGE).entries)
    return lambda: len(entries) if catalogs.write_xliff(header, entries) else 0


def _polib(step: str, _header: Header, _entries: list[Entry], data: bytes) -> Step:
    import polib

    text = data.decode()
    if step == "read":
        return lambda: len(_live(polib.pofile(text, wrapwidth=0)))
    file = polib.pofile(text, wrapwidth=0)
    return lambda: len(_live(file)) if str(file) else 0


def _live(file: Any) -> list[Any]:
    return [entry for entry in file if not entry.obsolete]


def _babel(step: str, _header: Header, _entries: list[Entry], data: bytes) -> Step:
    from babel.messages import pofile

    if step == "read":
        return lambda: len(pofile.read_po(io.BytesIO(data), locale=LANGUAGE))
    read = pofile.read_po(io.BytesIO(data), locale=LANGUAGE)

    def write() -> int:
        pofile.write_po(io.BytesIO(), read, width=0)
        return len(read)

    return write


def _toolkit(step: str, _header: Header, _entries: list[Entry], data: bytes) -> Step:
    from translate.storage import pypo

    factory: Any = pypo.pofile
    if step == "read":
        return lambda: len(_texts(factory.parsestring(data)))
    read = factory.parsestring(data)
    return lambda: len(_texts(read)) if bytes(read) else 0


def _texts(store: Any) -> list[Any]:
    return [unit for unit in store.units if not unit.isheader() and not unit.isobsolete()]


TOOLS = {
    "ours": _ours,
    "ours, XLIFF": _xliff,
    "polib": _polib,
    "Babel": _babel,
    "translate-toolkit": _toolkit,
}
MSGFMT = "msgfmt -c"


def run(tool: str, step: str, size: int, limit: float = 120.0) -> dict[str, float] | None:
    """Measure one step in a new process; None when it takes longer than ``limit`` s."""
    command = [sys.executable, "-m", "bench.catalog_steps", tool, step, str(size)]
    root = Path(__file__).resolve().parent.parent
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=limit, cwd=root
        )
    except subprocess.TimeoutExpired:
        return None
    found: dict[str, float] = json.loads(done.stdout)
    return found


def msgfmt(size: int) -> dict[str, float] | None:
    """The same for gettext's compiler with its checks; None where it is not installed."""
    program = shutil.which("msgfmt")
    if program is None:
        return None
    data = catalogs.write_po(*catalog(size))
    best = float("inf")
    with tempfile.NamedTemporaryFile(suffix=".po") as file:
        file.write(data)
        file.flush()
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([program, "-c", "-o", "/dev/null", file.name], check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            best = min(best, spent)
    return {"cpu": best, "mib": 0.0, "entries": size}


def main() -> None:
    """Measure one step in this process."""
    tool, step, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
    header, entries = catalog(size)
    data = catalogs.write_po(header, entries)
    act = TOOLS[tool](step, header, entries, data)
    gc.collect()
    reset_peak()
    before, best, count = peak(), float("inf"), 0
    for _ in range(3):
        gc.collect()
        started = time.process_time()
        count = act()
        best = min(best, time.process_time() - started)
    print(json.dumps({"cpu": best, "mib": max(0.0, peak() - before), "entries": count}))


if __name__ == "__main__":
    main()
