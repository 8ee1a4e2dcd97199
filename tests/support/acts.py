"""What the workers do to the small policy; each act in a transaction of its own.

Every function needs an application context, and gives back something that JSON can hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app import operations, queries
from app.database import db
from app.operations import Act
from tests.app.support_policy import (
    ADMINISTRATOR,
    SLUG,
    SOURCE,
    acting,
    editor,
    translator,
)
from tests.support.workers import NOW
from workflows import sources
from workflows.problems import VersionConflict
from workflows.review import State

COUNTED = "1 year"
"""The segment whose translation is counted up."""
NEWER = (
    SOURCE.replace("17", "18")
    .replace("## 2. What we keep", "## 2. What we keep\n\nThis paragraph is new in here.")
    .replace("2. your address:\n   1. the street;\n   2. the town;\n", "")
    .replace("3. what", "2. what")
)


@contextmanager
def now(email: str, *, four_eyes: bool | None = None) -> Iterator[Act]:
    """An act at the one moment at which everything happens."""
    with acting(email, four_eyes=four_eyes) as act:
        yield replace(act, now=NOW)


def import_document() -> dict[str, Any]:
    """Import the second revision: segments edited, added and removed."""
    source = sources.read(NEWER.encode(), media_type="text/markdown")
    digest = hashlib.sha256(NEWER.encode()).hexdigest()
    with now(ADMINISTRATOR) as act:
        report = operations.import_document(act, SLUG, source, file_digest=digest, language="en")
    return report.changes | {"unchanged": report.unchanged}


def import_catalog(path: str) -> dict[str, int]:
    """Import the French catalog in a file."""
    with now(translator("fr")) as act:
        report = operations.import_catalog(act, SLUG, "fr", Path(path).read_bytes())
    return {"applied": report.applied, "proposed": report.proposed}


def approve_all(versions: dict[str, int]) -> int:
    """Approve what waits in French."""
    with now(editor("fr")) as act:
        return operations.approve_all(act, SLUG, "fr", versions)


def publish() -> int:
    """Publish French."""
    with now(editor("fr")) as act:
        return operations.publish(act, SLUG, "fr").number


def count_up(times: int) -> int:
    """Count a translation up, each time from what is stored; returns the lost races.

    A version conflict means that somebody else was first: read again, try again.
    """
    lost = 0
    for _ in range(times):
        while True:
            db.session.close()
            document = queries.document(db.session, SLUG)
            units = queries.language(db.session, document, "fr").units
            (unit,) = (unit for unit in units if unit.text == COUNTED)
            target = str(int(unit.target or 0) + 1)
            try:
                with acting(translator("fr")) as act:
                    operations.save(act, SLUG, "fr", unit.key, target, version=unit.version)
                break
            except VersionConflict:
                lost += 1
    return lost


def publish_changes(name: str, times: int) -> list[int]:
    """Change a text, review it, sign French off and publish it, all in one act, again and again."""
    numbers = []
    for time in range(times):
        with acting(editor("fr"), four_eyes=False) as act:
            document = act.document(SLUG)
            units = queries.language(act.session, document, "fr").units
            (unit,) = (unit for unit in units if unit.text == COUNTED)
            key, version = unit.key, unit.version
            if unit.state is State.REVIEWED:
                operations.reopen(act, SLUG, "fr", key, version=version, reason="r")
                version += 1
            operations.save(act, SLUG, "fr", key, f"1 {name} {time}", version=version)
            operations.approve(act, SLUG, "fr", key, version=version + 1)
            operations.sign_off(act, SLUG, "fr")
            numbers.append(operations.publish(act, SLUG, "fr").number)
    return numbers


ACTS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        import_document,
        import_catalog,
        approve_all,
        publish,
        count_up,
        publish_changes,
    )
}
