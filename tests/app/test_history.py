"""Every write leaves exactly its rows of history, in its own transaction."""

from __future__ import annotations

import inspect
from datetime import datetime
from itertools import chain
from typing import Any

import pytest
from flask import Flask

from app import operations
from tests.app import (
    support_world,
    support_writes,
    support_writes_glossary,
    support_writes_inbox,
    support_writes_rules,
)
from tests.app.support_operations import HOURS, Dump, dump, rows_of, unchanged, unit
from tests.app.support_policy import SLUG, TRANSLATIONS, acting
from tests.app.support_world import ED, FR, World
from tests.app.support_writes import Case, Row
from workflows.problems import Problem

CASES = (
    support_writes.CASES
    | support_writes_glossary.CASES
    | support_writes_inbox.CASES
    | support_writes_rules.CASES
)


class TakenBack(Exception):
    """Ends a transaction whose work is not wanted."""


@pytest.fixture
def world(house: Flask) -> World:
    """The policy in every state at once, and what the calls want to know of it."""
    support_writes_glossary.add_house()
    return support_world.world()


def writing_functions() -> set[str]:
    """The public functions of the operations that take an act, but for those that only read a file
    for one."""
    found = {name: getattr(operations, name) for name in operations.__all__}
    return {
        name
        for name, function in found.items()
        if inspect.isfunction(function)
        and not name.startswith("read_")
        and next(iter(inspect.signature(function).parameters), "") == "act"
    }


def test_every_writing_function_has_a_case() -> None:
    assert set(CASES) == writing_functions()


def actor_id(email: str) -> int | None:
    ids = {row["email"]: row["id"] for row in dump()["user"]}
    return ids[email] if email else None


def test_refused_call_changes_nothing_at_all(world: World) -> None:
    with unchanged():
        for name, cases in CASES.items():
            for by, do in (refused for case in cases for refused in case.refused):
                with pytest.raises(Problem), acting(by) as act:
                    assert do(act, world) is NotImplemented, f"{name} by {by} was not refused"


def seen_inside(case: Case, world: World) -> Dump:
    """All rows as the call leaves them inside its transaction, which then fails."""
    with acting(case.by) as act:
        case.do(act, world)
        raise TakenBack(rows_of(act.session.connection()))


def test_call_leaves_exactly_its_rows_and_takes_them_along_when_it_fails(world: World) -> None:
    before, ids = dump(), {case.by: actor_id(case.by) for case in chain(*CASES.values())}
    for name, cases in CASES.items():
        for case in cases:
            with unchanged(), pytest.raises(TakenBack) as caught:
                seen_inside(case, world)
            (after,) = caught.value.args
            rows = [row for row in after.pop("history") if row not in before["history"]]
            assert [shape(row) for row in rows] == list(case.rows), name
            assert {row["actor_id"] for row in rows} <= {ids[case.by]}, name
            assert len({row["at"] for row in rows}) <= 1, name
            changed = [table for table in after if after[table] != before[table]]
            assert bool(changed) == (bool(case.rows) and not case.only_told), (name, changed)


def shape(row: dict[str, Any]) -> Row:
    """What a row of history is about."""
    named = row["document_id"] is not None, row["segment_id"] is not None
    return (row["action"], row["language"], *named)


def test_call_that_ends_well_keeps_its_rows(world: World) -> None:
    before = dump()["history"]
    for name in ("approve", "add_user", "import_document"):
        case = CASES[name][0]
        with acting(case.by) as act:
            case.do(act, world)
    rows = dump()["history"][len(before) :]
    expected = [CASES[name][0].rows[0] for name in ("approve", "add_user", "import_document")]
    assert [shape(row) for row in rows] == expected


def test_history_tells_what_was_and_what_is(world: World) -> None:
    with acting(ED) as act:
        operations.reopen(act, SLUG, "fr", world["done"], version=2, reason=" Une faute. ")
    row = dump()["history"][-1]
    target = TRANSLATIONS["fr"][HOURS]
    digest = unit("fr").unit.source_digest
    moments = {name: row["before"][name] for name in ("translated_at", "reviewed_at")}
    assert all(datetime.fromisoformat(moment).tzinfo for moment in moments.values())
    facts = {
        "target": target,
        "source_digest": digest,
        "translated_by": actor_id(FR),
        "translated_at": moments["translated_at"],
    }
    assert row["before"] == facts | moments | {
        "state": "reviewed",
        "reviewed_by": actor_id(ED),
        "version": 2,
    }
    assert row["after"] == facts | {
        "state": "needs-editing",
        "reviewed_by": None,
        "reviewed_at": None,
        "version": 3,
    }
    assert row["reason"] == "Une faute."
