"""What the package of catalogs offers: all of it is there, whenever it is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.processes import ROOT
from workflows import catalogs

ROOMS = """
import sys
from workflows import catalogs
catalogs.read_catalog(b'msgid "a"\\nmsgstr "b"\\n', language="fr")
print(*sorted(name for name in sys.modules if name.startswith("workflows.")))
"""


def test_everything_offered_is_there() -> None:
    assert [name for name in catalogs.__all__ if not hasattr(catalogs, name)] == []
    with pytest.raises(AttributeError, match="read_mo"):
        _ = catalogs.read_mo  # type: ignore[attr-defined]


def test_reading_po_loads_no_other_format() -> None:
    """A large file has a process of its own, which would load that for longer than it reads."""
    done = subprocess.run(
        [sys.executable, "-c", ROOMS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    rooms = {".".join(name.split(".")[:2]) for name in done.stdout.split()}
    assert rooms == {"workflows.catalogs", "workflows.digests", "workflows.problems"}
    assert not [name for name in done.stdout.split() if name.endswith(("xmlfile", "xliff", "tmx"))]
