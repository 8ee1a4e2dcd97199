"""What the tests of the translation memory share. Every function needs an app context."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app import operations, queries
from app.database import db
from app.operations import MemoryImport
from app.queries import MemoryMatch
from tests.app.support_policy import acting, translator
from workflows.catalogs import Pair, write_tmx
from workflows.segments import digest


def found(text: str, language: str = "fr", **more: Any) -> list[MemoryMatch]:
    """What the memory offers for a source without links."""
    db.session.close()
    return queries.memory_matches(db.session, "en", language, text, digest(text), **more)


def offered(text: str, language: str = "fr") -> list[tuple[int, str]]:
    """Score and target of what is offered."""
    return [(match.score, match.target) for match in found(text, language)]


def tmx(*pairs: tuple[str, str], language: str = "fr", **more: Any) -> bytes:
    """A memory of another program: sources in English, targets in a language."""
    return write_tmx("en", [Pair("en", language, *pair, **more) for pair in pairs])


def bring_in(data: bytes, by: str = "", file: str = "old.tmx", **more: Any) -> MemoryImport:
    """Import a memory, by the translator of French."""
    with acting(by or translator("fr")) as act:
        return operations.import_memory(act, data, file=file, **more)


def verdicts(report: MemoryImport) -> list[str]:
    """What becomes of each pair."""
    return [str(row.verdict) for row in report.rows]


def saved(path: Path, data: bytes) -> Path:
    """A file with these bytes."""
    path.write_bytes(data)
    return path
