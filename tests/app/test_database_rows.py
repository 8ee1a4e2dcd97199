"""Thousands of rows at once are the same rows as one by one, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import Base, NotInTransaction, db, insert_all, transaction
from app.models import History
from tests.app.support_operations import unchanged

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
HISTORY = Base.metadata.tables["history"]
USER = Base.metadata.tables["user"]
# What a format between us and the database could take for its own: separators, escapes, no value.
TEXTS = [
    "",
    "\\N",
    "\\",
    "tab\tand\nbreaks\r\n",
    "NULL",
    '"',
    "'",
    "%s ? :x",
    "العربية 🙂",
    "\u2028",
]


def act(number: int, **other: Any) -> dict[str, Any]:
    """The columns of one row of history."""
    return {
        "at": NOW,
        "actor_id": None,
        "action": f"test.{number}",
        "document_id": None,
        "segment_id": None,
        "language": "",
        "before": None,
        "after": None,
        "reason": "",
    } | other


def person(number: int) -> dict[str, Any]:
    return {"email": f"p{number}@example.org", "name": "P", "session_key": f"k{number}",
            "created_at": NOW}  # fmt: skip


def last(session: Session, count: int) -> list[tuple[Any, ...]]:
    """The last rows of history as the database has them, JSON as text, without their ids."""
    columns = [
        sa.cast(column, sa.Text) if isinstance(column.type, sa.JSON) else column
        for column in HISTORY.c
        if column.name != "id"
    ]
    rows = session.execute(sa.select(*columns).order_by(HISTORY.c.id.desc()).limit(count))
    return [tuple(row) for row in reversed(list(rows))]


def test_rows_at_once_are_those_of_one_by_one(house: Flask) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    rows = [act(number, reason=text, language=text[:3]) for number, text in enumerate(TEXTS)]
    rows += [act(20, before={"target": text, "n": [1, None, True]}, after={}) for text in TEXTS]
    rows += [act(30, at=elsewhere), act(31, at=NOW.replace(microsecond=0), before={"a": None})]
    with transaction() as session:
        for row in rows:
            session.add(History(**row))
            session.flush()
        one_by_one = last(session, len(rows))
        insert_all(session, HISTORY, rows)
        assert last(session, len(rows)) == one_by_one
        insert_all(session, HISTORY, [])
        assert last(session, 2 * len(rows)) == one_by_one * 2


def test_rows_at_once_are_refused_as_one_by_one(house: Flask) -> None:
    def repeat() -> None:
        with transaction() as session:
            insert_all(session, HISTORY, [act(1)])
            insert_all(session, USER, [person(1), person(2), person(1)])

    with unchanged(), pytest.raises(IntegrityError):
        repeat()
    with unchanged(), pytest.raises(NotInTransaction):
        insert_all(db.session, HISTORY, [act(1)])


def test_naive_moment_is_refused_at_once_too(house: Flask) -> None:
    def write() -> None:
        with transaction() as session:
            insert_all(session, HISTORY, [act(1), act(2, at=NOW.replace(tzinfo=None))])

    with unchanged(), pytest.raises(ValueError, match="time zone"):
        write()
