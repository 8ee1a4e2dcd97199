"""Engine, sessions and the one place that commits.

Reading uses ``db.session`` (one per application context); a flush in it is refused. Writing uses
``transaction()``, which opens a session of its own, so that nothing read before the lock was taken
is trusted afterwards.

SQLite: writes begin with BEGIN IMMEDIATE, so that two writers queue instead of losing each other's
work; reads run statement by statement and hold no lock between statements. The write-ahead log is
used only from SQLite 3.51.3 on: before that, several processes could corrupt it.

Whoever waits for a lock longer than ``BUSY_MILLISECONDS`` gets ``Busy``, on both databases.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import Flask
from flask_alembic import Alembic
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event, exc, orm
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError as DatabaseError
from sqlalchemy.types import TypeEngine

from workflows.problems import N_, Nature, Problem

__all__ = [
    "Base",
    "Busy",
    "DatabaseError",
    "NotInTransaction",
    "alembic",
    "db",
    "insert_all",
    "is_damaged",
    "is_down",
    "transaction",
    "upgrade",
]

BUSY_MILLISECONDS = 5_000
SAFE_WAL = (3, 51, 3)
_WRITE = "panel_write"
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_DOWN = (
    _DAMAGED
    | _LOCKED
    | {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
# PostgreSQL: serialization failure, deadlock, lock not available.
_BUSY_STATES = frozenset({"40001", "40P01", "55P03"})

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(orm.DeclarativeBase):
    """The base of all tables; constraints are named so that migrations can name them too."""

    metadata = sa.MetaData(naming_convention=NAMING)


db = SQLAlchemy(session_options={"autoflush": False, "expire_on_commit": False})
alembic = Alembic(metadatas=Base.metadata, run_mkdir=False)


class NotInTransaction(RuntimeError):
    """Something was written outside ``transaction()``."""


class Busy(Problem):
    """Others held what this transaction needed for too long; nothing of it was written."""

    code: ClassVar[str] = "busy"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("Others are saving at this very moment; nothing was changed.")
    mend: ClassVar[str] = N_("Try again in a moment.")


def init_app(app: Flask, url: str) -> None:
    """Configure the engine for ``url`` and register the ``flask db`` commands."""
    app.config["SQLALCHEMY_ENGINES"] = {"default": {"url": url, **_engine_options(url)}}
    # SQLite can undo DDL too, as we begin its transactions ourselves.
    app.config["ALEMBIC_CONTEXT"] = {
        "render_as_batch": True,
        "compare_type": True,
        "transactional_ddl": True,
    }
    db.init_app(app)
    alembic.init_app(app)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context():
        if url.startswith("sqlite"):
            event.listen(db.engine, "connect", _sqlite_connect)
            event.listen(db.engine, "begin", _sqlite_begin)
        event.listen(db.sessionmaker, "before_flush", _refuse_outside_transaction)
        event.listen(db.sessionmaker, "do_orm_execute", _refuse_statement_outside_transaction)


def _engine_options(url: str) -> dict[str, Any]:
    # Errors are logged: what visitors and translators wrote is no business of the log.
    options: dict[str, Any] = {"hide_parameters": True}
    if url.startswith("sqlite"):
        return options | {"connect_args": {"timeout": BUSY_MILLISECONDS / 1000}}
    return options | {"pool_pre_ping": True}


def _sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transaction handling begins too late and commits too early: take it over.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    # Without it, INSERT OR REPLACE deletes a frozen row behind the back of its trigger.
    cursor.execute("PRAGMA recursive_triggers = ON")
    # What was erased or kept long enough is overwritten; some builds of SQLite only forget it.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    if sqlite3.sqlite_version_info >= SAFE_WAL:
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
    else:
        cursor.execute("PRAGMA journal_mode = DELETE")
        cursor.execute("PRAGMA synchronous = EXTRA")
    cursor.close()


def _sqlite_begin(connection: sa.Connection) -> None:
    if connection.get_execution_options().get(_WRITE):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _refuse_outside_transaction(session: orm.Session, *_args: object) -> None:
    if not session.info.get(_WRITE):
        raise NotInTransaction("write only inside app.database.transaction()")


def _refuse_statement_outside_transaction(state: orm.ORMExecuteState) -> None:
    # On SQLite such a statement would even be kept: there, reading commits after each statement.
    if state.is_insert or state.is_update or state.is_delete:
        _refuse_outside_transaction(state.session)


def is_down(error: DatabaseError) -> bool:
    """Whether a database that is stopped, locked or damaged said this, and not one that was asked
    something wrong."""
    if isinstance(error.orig, sqlite3.Error):
        return _code(error.orig) in _DOWN
    return isinstance(error, exc.OperationalError) or error.connection_invalidated


def is_damaged(error: DatabaseError) -> bool:
    """Whether the file of SQLite is no database any more; of PostgreSQL nobody here can tell."""
    return isinstance(error.orig, sqlite3.Error) and _code(error.orig) in _DAMAGED


def _code(error: sqlite3.Error) -> int:
    # The low byte is the code itself, the rest says which kind of it.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _is_busy(error: DatabaseError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        return _code(error.orig) in _LOCKED
    return getattr(error.orig, "sqlstate", None) in _BUSY_STATES


@contextmanager
def transaction() -> Iterator[orm.Session]:
    """A session that commits when the block ends well and rolls back when it doesn't.

    This is the only place that commits. The reading session is closed first: what it had loaded
    is old news once the block has run. Raises ``Busy`` when others hold a lock for too long.
    """
    db.session.close()
    try:
        with db.sessionmaker(info={_WRITE: True}) as session, session.begin():
            connection = session.connection(execution_options={_WRITE: True})
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_MILLISECONDS}")
            yield session
    except DatabaseError as error:
        if _is_busy(error):
            raise Busy from error
        raise


def insert_all(session: orm.Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have values for the same columns, for thousands at once.

    The driver gets them as they come, with COPY on PostgreSQL, and a value that stands in many
    rows is made ready for it once. Raises what an insert of SQLAlchemy raises.
    """
    _refuse_outside_transaction(session)
    if not rows:
        return
    connection = session.connection()
    dialect = connection.dialect
    names = list(rows[0])
    columns = [_ready(table.c[name].type, [row[name] for row in rows], dialect) for name in names]
    ready = zip(*columns, strict=True)
    quote = dialect.identifier_preparer.quote
    into = f"{quote(table.name)} ({', '.join(map(quote, names))})"
    if dialect.name == "postgresql":
        _copy(connection, f"COPY {into} FROM STDIN", ready)
    else:
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {into} VALUES ({marks})"  # noqa: S608  (names of our own)
        connection.exec_driver_sql(statement, list(ready))


def _ready(kind: TypeEngine[Any], values: list[Any], dialect: Dialect) -> Iterable[Any]:
    """The values of a column of this type as the driver takes them."""
    if isinstance(kind, sa.JSON):
        # Both drivers take text; left to that of PostgreSQL it would be made again in each row.
        return _made(values, json.dumps)
    process: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return values if process is None else _made(values, process)


def _made(values: list[Any], process: Callable[[Any], Any]) -> Iterator[Any]:
    """Each value when it is wanted: a server writes down the rows before it meanwhile."""
    # By identity, as not all values can be compared: the list keeps them alive.
    known: dict[int, Any] = {}
    for value in values:
        if id(value) not in known:
            known[id(value)] = process(value)
        yield known[id(value)]


def _copy(connection: sa.Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    driver: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except driver as error:
        raise DatabaseError.instance(
            statement, None, error, driver, hide_parameters=True, dialect=connection.dialect
        ) from error


def upgrade(app: Flask) -> None:
    """Migrate the database of ``app`` to the newest revision, in one transaction."""
    with app.app_context():
        upgrade_here()


def upgrade_here() -> None:
    """Migrate the database of the current app to the newest revision, in one transaction."""
    connection = alembic.migration_context.connection
    assert connection is not None
    # On SQLite too, so that a migration that stops half-way leaves nothing behind.
    connection.execution_options(**{_WRITE: True})
    alembic.upgrade()
