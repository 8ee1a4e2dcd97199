"""``kill -9`` at any moment of an operation: all of it or nothing, and a second try completes it.

The moments are chosen with a seed, between any two statements and inside the commit, where the
database itself is in the middle of its work.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import operations
from app.database import Base, db
from tests.app.support_operations import Dump, exported, filled, rows_of, view
from tests.app.support_policy import (
    SLUG,
    TRANSLATIONS,
    acting,
    approve,
    editor,
    translate,
    translator,
)
from tests.support.databases import disconnect, sqlite_url
from tests.support.postgres import Cluster
from tests.support.workers import Outcome, Worker, running_worker

SEED = 20261122
OPERATIONS = ("import_document", "import_catalog", "approve_all", "publish")
# What a second try answers when the first one was there already.
DONE_ALREADY: dict[str, Any] = {
    "import_document": {"unchanged": True},
    "import_catalog": {"applied": 0, "proposed": 0},
    "approve_all": "version-conflict",
    "publish": "nothing-to-publish",
}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One worker for all tests of this module."""
    with running_worker() as running:
        yield running


class Bench:
    """Copies of a prepared database, one for each death."""

    def __init__(self, request: pytest.FixtureRequest, url: str, folder: Path) -> None:
        self.request, self.url, self.folder, self.count = request, url, folder, 0

    def copy(self) -> str:
        """The address of a fresh copy."""
        self.count += 1
        if self.url.startswith("sqlite"):
            path = self.folder / f"copy-{self.count}.db"
            shutil.copyfile(self.url.removeprefix("sqlite:///"), path)
            return sqlite_url(path)
        cluster: Cluster = self.request.getfixturevalue("postgres")
        template = str(sa.make_url(self.url).database)
        return cluster.create(f"{template}_crash_{self.count}", template)

    def drop(self, url: str) -> None:
        """Remove a copy."""
        if url.startswith("sqlite"):
            Path(url.removeprefix("sqlite:///")).unlink()
        else:
            cluster: Cluster = self.request.getfixturevalue("postgres")
            cluster.drop(str(sa.make_url(url).database))


def committed(url: str) -> Dump:
    """All rows, by a connection that nobody had before, when the dead one's work is undone."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.scalar(sa.text("PRAGMA integrity_check")) == "ok"
        else:
            _wait_until_alone(connection)
        return rows_of(connection)


def _wait_until_alone(connection: sa.Connection) -> None:
    # The server notices that its client is dead when it next reads from it or writes to it.
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    deadline = time.monotonic() + 20
    while connection.scalar(others):
        assert time.monotonic() < deadline, "the server still works for a client that was killed"
        connection.rollback()
        time.sleep(0.01)
    connection.rollback()


def numbered(rows: Dump, references: dict[str, dict[str, str]]) -> Dump:
    """The same rows with ids counted from 1: what was undone leaves gaps in sequences."""
    ranks = {
        table: {row["id"]: number for number, row in enumerate(rows[table], 1) if "id" in row}
        for table in rows
    }
    result: Dump = {}
    for table, lines in rows.items():
        result[table] = [dict(line) for line in lines]
        for line in result[table]:
            if "id" in line:
                line["id"] = ranks[table][line["id"]]
            for column, other in references[table].items():
                if line[column] is not None:
                    line[column] = ranks[other][line[column]]
            if table == "history" and "candidate" in (line["after"] or {}):
                candidate = ranks["candidate"][line["after"]["candidate"]]
                line["after"] = line["after"] | {"candidate": candidate}
            if table == "memory_origin" and line["segment_id"] is not None:
                line["place"] = f"segment {line['segment_id']}"
    # Ordered by entries, which have other numbers now.
    result["memory_key"].sort(key=lambda line: (line["hash"], line["entry_id"]))
    return result


def references() -> dict[str, dict[str, str]]:
    """Table and column to the table that the column points into."""
    found = {
        table.name: {key.parent.name: key.column.table.name for key in table.foreign_keys}
        for table in Base.metadata.sorted_tables
    }
    # The keys of the memory point without a constraint.
    return found | {"memory_key": {"entry_id": "memory_entry"}}


def prepare(name: str, folder: Path) -> dict[str, Any]:
    """Bring the policy to where the operation begins; returns the arguments of the operation."""
    if name == "import_document":
        translate("fr")
        return {}
    if name == "import_catalog":
        with acting(translator("fr")) as act:
            for unit in view("fr").units[:4]:
                target = TRANSLATIONS["fr"][unit.text]
                operations.save(act, SLUG, "fr", unit.key, target, version=0)
        approve("fr")
        changes = {text: f"{target} Oui." for text, target in TRANSLATIONS["fr"].items()}
        path = folder / "fr.po"
        path.write_bytes(filled(exported("fr"), changes))
        return {"path": str(path)}
    translate("fr")
    if name == "approve_all":
        return {"versions": {unit.key: unit.version for unit in view("fr").units}}
    approve("fr")
    with acting(editor("fr")) as act:
        operations.sign_off(act, SLUG, "fr")
    return {}


def deaths(whole: Outcome, chance: random.Random) -> list[dict[str, Any]]:
    """Twelve ways to die, spread over an operation of which one run is known."""
    steps = sorted(chance.sample(range(1, whole.steps), 4))
    inside = [chance.uniform(0, whole.commit_seconds) for _ in range(4)]
    return [
        *({"step": step} for step in (1, *steps, whole.steps)),
        *({"commit": seconds} for seconds in inside),
        {"time": chance.uniform(0, whole.seconds)},
        {"done": True},
    ]


@pytest.mark.parametrize("name", OPERATIONS)
def test_kill_leaves_the_old_or_the_new_state(
    house: Flask,
    request: pytest.FixtureRequest,
    settings: dict[str, str],
    tmp_path: Path,
    worker: Worker,
    name: str,
) -> None:
    arguments = prepare(name, tmp_path)
    links = references()
    db.session.close()
    disconnect(house)
    bench = Bench(request, settings["PANEL_DATABASE_URL"], tmp_path)

    def perform(url: str, die: dict[str, Any] | None = None) -> Outcome:
        outcome = worker.run(settings | {"PANEL_DATABASE_URL": url}, name, arguments, die)
        assert outcome.error == ""
        return outcome

    url = bench.copy()
    old = committed(url)
    whole = perform(url)
    new = committed(url)
    bench.drop(url)
    assert whole.acknowledged
    assert new != old
    chance = random.Random(f"{SEED} {name}")
    seen = []
    for die in deaths(whole, chance):
        url = bench.copy()
        outcome = perform(url, die)
        state = committed(url)
        assert state in (old, new), f"a mix after {die}"
        if "step" in die:
            assert (outcome.killed, state == old) == (True, True), die
        if outcome.acknowledged:
            assert state == new, f"lost what was acknowledged after {die}"
        again = perform(url)
        expected = whole.answer if state == old else DONE_ALREADY[name]
        assert _matches(again.answer, expected), (die, again)
        assert numbered(committed(url), links) == numbered(new, links), die
        seen.append(state == new)
        bench.drop(url)
    assert set(seen) == {False, True}


def _matches(answer: Any, expected: Any) -> bool:
    if isinstance(expected, dict) and isinstance(answer, dict):
        return expected.items() <= answer.items()
    return bool(answer == expected)
