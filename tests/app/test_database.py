"""Engines, sessions and the one place that commits, on both databases."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app import database, operations, queries
from app.database import Busy, NotInTransaction, db, transaction
from app.models import History, Message, User
from tests.app.support_operations import dump, unchanged, unit, view
from tests.app.support_policy import SLUG, acting, editor, translate, translator
from workflows.review import State

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def person(number: int, at: datetime = NOW) -> User:
    return User(email=f"p{number}@example.org", name="P", session_key=f"key{number}", created_at=at)


def entry(action: str) -> History:
    return History(at=NOW, action=action)


class Broken(Exception):
    """Raised in the middle of a transaction."""


# --- One transaction -----------------------------------------------------------------------------


def test_transaction_commits_whole(house: Flask) -> None:
    with transaction() as session:
        session.add_all([person(1), entry("x")])
        session.flush()
        session.add_all([person(2), entry("y")])
    rows = dump()
    assert [row["email"] for row in rows["user"]][-2:] == ["p1@example.org", "p2@example.org"]
    assert [row["action"] for row in rows["history"]][-2:] == ["x", "y"]


def test_transaction_rolls_back_whole(house: Flask) -> None:
    def break_off() -> None:
        with transaction() as session:
            session.add_all([person(1), entry("x")])
            session.flush()
            session.execute(sa.update(User).values(name="Z"))
            raise Broken

    with unchanged(), pytest.raises(Broken):
        break_off()


def test_transaction_rolls_back_when_the_database_refuses(house: Flask) -> None:
    def repeat() -> None:
        with transaction() as session:
            session.add(entry("x"))
            session.flush()
            session.add_all([person(1), person(1)])

    with unchanged(), pytest.raises(IntegrityError):
        repeat()
    with transaction() as session:
        session.add(person(1))


def test_transaction_wants_no_stale_reading(house: Flask) -> None:
    """What the reading session had loaded is read anew after a write."""
    before = unit("fr")
    with acting(translator("fr")) as act:
        operations.save(act, SLUG, "fr", before.key, "Ouvert.", version=0)
    document = queries.document(db.session, SLUG)
    after = queries.language(db.session, document, "fr").unit(before.key)
    assert (before.target, after.target) == ("", "Ouvert.")


def _rename(user: User) -> User:
    user.name = "Z"
    return user


WRITES: dict[str, Callable[[Any], object]] = {
    "add": lambda session: (session.add(person(1)), session.flush()),
    "commit": lambda session: (session.add(person(1)), session.commit()),
    "change": lambda session: (
        _rename(session.scalars(sa.select(User)).first()),
        session.flush(),
    ),
    "delete": lambda session: (
        session.delete(session.scalars(sa.select(User)).first()),
        session.flush(),
    ),
    "update statement": lambda session: session.execute(sa.update(User).values(name="Z")),
    "delete statement": lambda session: session.execute(sa.delete(Message)),
    "insert statement": lambda session: session.execute(
        sa.insert(User).values(email="a", name="", session_key="", created_at=NOW, active=True)
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_write_outside_a_transaction_is_refused(house: Flask, name: str) -> None:
    with unchanged():
        with pytest.raises(NotInTransaction):
            WRITES[name](db.session)
        db.session.rollback()
    with transaction() as session:
        WRITES["update statement"](session)


def test_foreign_keys_are_kept(house: Flask) -> None:
    def orphan() -> None:
        with transaction() as session:
            session.add(History(at=NOW, action="x", actor_id=999_999))

    with unchanged(), pytest.raises(IntegrityError):
        orphan()


def test_moment_comes_back_in_utc_and_naive_ones_are_refused(house: Flask) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-9, minutes=-30)))
    with transaction() as session:
        session.add(person(1, elsewhere))
    found = queries.user_by_email(db.session, "p1@example.org").created_at
    assert (found, found.utcoffset()) == (NOW, timedelta(0))

    def naive() -> None:
        with transaction() as session:
            session.add(person(2, NOW.replace(tzinfo=None)))

    with pytest.raises(sa.exc.StatementError, match="time zone"):
        naive()


# --- What readers see ----------------------------------------------------------------------------


def test_reader_never_sees_half_a_transaction(house: Flask) -> None:
    translate("fr")
    versions = {found.key: found.version for found in view("fr").units}
    db.session.close()
    begun, over = threading.Event(), threading.Event()
    seen: set[int] = set()
    rows: set[tuple[int, int]] = set()
    both = sa.text(
        "SELECT (SELECT count(*) FROM translation WHERE state = 'reviewed'), "
        "(SELECT count(*) FROM history WHERE action = 'translation.approved')"
    )

    def look() -> None:
        with house.app_context():
            while True:
                last = over.is_set()
                counts = view("fr").status.counts
                seen.add(counts[State.REVIEWED])
                with db.engine.connect() as connection:
                    reviewed, approved = connection.execute(both).one()
                    rows.add((reviewed, approved))
                begun.set()
                if last:
                    return

    reader = threading.Thread(target=look)
    reader.start()
    assert begun.wait(20)
    # One by one, so that the transaction is open for a while with ever more in it.
    with acting(editor("fr")) as act:
        for key, version in versions.items():
            operations.approve(act, SLUG, "fr", key, version=version)
            act.session.flush()
    over.set()
    reader.join(20)
    assert seen == {0, len(versions)}
    assert rows == {(0, 0), (len(versions), len(versions))}


# --- Waiting for locks ---------------------------------------------------------------------------


def test_waiting_too_long_for_a_lock_is_said_plainly(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 200)
    db.session.close()
    db.engine.dispose()  # connections learn how long to wait when they are made
    held, enough = threading.Event(), threading.Event()

    def hold() -> None:
        with house.app_context(), acting() as act:
            act.document(SLUG)
            held.set()
            enough.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(20)
        with pytest.raises(Busy), acting() as act:
            act.document(SLUG)
    finally:
        enough.set()
        holder.join(20)
    with acting() as act:
        assert act.document(SLUG).slug == SLUG


# --- SQLite ---------------------------------------------------------------------------------------


def pragma(name: str) -> object:
    with db.engine.connect() as connection:
        return connection.scalar(sa.text(f"PRAGMA {name}"))


# Runs once, on SQLite, instead of once for each engine.
sqlite_only = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@sqlite_only
def test_sqlite_is_safe_for_its_version(session: object) -> None:
    safe = sqlite3.sqlite_version_info >= (3, 51, 3)
    assert (pragma("journal_mode"), pragma("synchronous")) == (
        ("wal", 2) if safe else ("delete", 3)
    )
    assert [pragma(name) for name in ("foreign_keys", "recursive_triggers", "busy_timeout")] == [
        1,
        1,
        5_000,
    ]


@sqlite_only
@pytest.mark.parametrize(
    ("version", "modes"),
    [
        ((3, 7, 0), ("delete", 3)),
        ((3, 51, 2), ("delete", 3)),
        ((3, 51, 3), ("wal", 2)),
        ((4, 0, 0), ("wal", 2)),
    ],
)
def test_sqlite_uses_its_write_ahead_log_only_where_that_is_sound(
    session: object,
    monkeypatch: pytest.MonkeyPatch,
    version: tuple[int, int, int],
    modes: tuple[str, int],
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    db.engine.dispose()
    assert (pragma("journal_mode"), pragma("synchronous")) == modes


@sqlite_only
def test_sqlite_holds_no_lock_between_reads(house: Flask) -> None:
    queries.documents(db.session)
    with sqlite3.connect(db.engine.url.database or "", timeout=0) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE document SET title = 'T'")
    other.close()
