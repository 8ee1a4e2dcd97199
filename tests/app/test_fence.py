"""A large file is read in a process with limits, and what happens to that happens to it alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from app import fence
from app.fence import Bounds, TooCostly
from app.operations import Rules
from app.operations.catalogs import read_catalog
from tests.support import readers
from tests.support.catalogs import exported, header
from workflows import catalogs
from workflows.catalogs import Limits
from workflows.problems import Problem

RULES = Rules(languages=("en", "fr"))
DATA = b"x" * fence.LARGE


def test_large_file_goes_to_another_process_without_our_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PANEL_SECRET_KEY", "secret")
    process, environment = fence.read(readers.where, DATA)
    assert process != os.getpid()
    assert not {name for name in environment if name.startswith("PANEL_")}
    assert fence.read(readers.where, DATA[1:])[0] == os.getpid()


@pytest.mark.parametrize(
    ("reader", "bounds"),
    [
        (readers.hungry, Bounds()),
        (readers.busy, Bounds(seconds=1)),
        (readers.stuck, Bounds(clock=1)),
    ],
)
def test_reader_that_takes_too_much_dies_alone(
    reader: Callable[[bytes], object], bounds: Bounds
) -> None:
    with pytest.raises(TooCostly) as caught:
        fence.read(reader, DATA, bounds=bounds)
    assert caught.value.details == {"seconds": bounds.seconds, "memory": bounds.memory}
    assert fence.read(readers.where, DATA)


def test_what_the_settings_allow_is_read_within_bounds_that_grow_with_it() -> None:
    assert Bounds.of(0) == Bounds.of(8 << 20) == Bounds()
    assert Bounds.of((8 << 20) + 1) == Bounds(memory=512, seconds=20, clock=60)
    rows = "".join(f'msgid "{n}"\nmsgstr "b"\n' for n in range(1000))
    large = rows.encode() + b"#" + b" " * ((8 << 20) + 1)
    allowing = Rules(("en", "fr"), limits=Limits(size=16 << 20, entry=16 << 20))
    assert len(read_catalog(allowing, large, language="fr").entries) == 1000


def test_service_under_limits_of_its_own_reads_large_files_too() -> None:
    # A hard limit can't be raised again: it is set in a process that ends here.
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (8, 8))\n"
        "from app import fence; from tests.support import readers\n"
        "print(*fence.read(readers.limits, b'x' * fence.LARGE))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=fence.ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout.split(), done.stderr) == (["8", "0"], "")


def test_fault_of_a_reader_is_a_fault_and_no_refusal(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="a fault of ours"):
        fence.read(readers.crashing, DATA)
    with pytest.raises(RuntimeError, match="File too large"):
        fence.read(readers.writing, DATA, path=str(tmp_path / "x"))
    assert not (tmp_path / "x").exists() or not (tmp_path / "x").stat().st_size


def test_large_catalog_is_read_alike_and_refused_by_name() -> None:
    entries = [
        exported(f"s{n:09d}", f"Source {n}. " * 20, f"Cible {n}. " * 20) for n in range(2500)
    ]
    data = catalogs.write_po(header("fr"), entries)
    assert len(data) > fence.LARGE
    found = read_catalog(RULES, data, language="fr")
    assert found == catalogs.read_catalog(data, language="fr")
    lines = data.split(b"\n")
    broken = b"\n".join([*lines[:5000], b'msgstr "twice"', *lines[5000:]])
    told = []
    for reads in (partial(read_catalog, RULES), catalogs.read_catalog):
        with pytest.raises(Problem) as caught:
            reads(broken, language="fr")
        told.append((caught.value.text(), caught.value.as_dict()))
    assert told[0] == told[1]
    assert told[0][1]["place"] == "line 5001"
