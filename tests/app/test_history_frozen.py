"""History and releases can't be changed or deleted: not by the ORM, not by SQL."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.database import Base, db, transaction
from app.models import History, Lineage, Release
from app.models.base import FrozenRow
from tests.app.support_operations import unchanged, view
from tests.app.support_policy import SOURCE, import_source, publish

# A column of each frozen table that holds a text.
COLUMNS = {"history": "language", "release": "language", "lineage": "change"}


@pytest.fixture
def released(house: Flask) -> None:
    publish("en")
    import_source(SOURCE.replace("17", "18"))


@pytest.mark.parametrize("model", [History, Release, Lineage])
def test_frozen_row_is_refused_by_the_orm(released: None, model: type[Base]) -> None:
    with unchanged():
        for change in (_touch, _delete):
            with pytest.raises(FrozenRow), transaction() as session:
                change(session, session.scalars(sa.select(model)).first())


def _touch(session: Any, row: Any) -> None:
    setattr(row, COLUMNS[row.__tablename__], "xx")
    session.flush()


def _delete(session: Any, row: Any) -> None:
    session.delete(row)
    session.flush()


STATEMENTS = (
    "UPDATE {table} SET {column} = 'xx'",
    "UPDATE {table} SET id = id + 1000",
    "DELETE FROM {table}",
    "DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})",
)
ONLY = {
    "sqlite": (
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        "UPDATE OR REPLACE {table} SET {column} = 'xx'",
        "UPDATE OR IGNORE {table} SET {column} = 'xx'",
    ),
    "postgresql": (
        "TRUNCATE {table}",
        "TRUNCATE {table} CASCADE",
        "TRUNCATE document CASCADE",
        'TRUNCATE "user", document, {table} RESTART IDENTITY CASCADE',
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET {column} = 'xx'",
        "MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    ),
}


@pytest.mark.parametrize("table", list(COLUMNS))
def test_frozen_row_is_refused_by_the_database(
    released: None, engine_name: str, table: str
) -> None:
    with unchanged():
        for statement in STATEMENTS + ONLY[engine_name]:
            sql = sa.text(statement.format(table=table, column=COLUMNS[table]))
            with pytest.raises(DBAPIError, match="never changed or deleted"):
                _execute(sql)


def _execute(statement: sa.TextClause) -> None:
    with transaction() as session:
        session.execute(statement)


@pytest.mark.parametrize("model", [History, Release, Lineage])
def test_frozen_row_is_refused_in_bulk(released: None, model: type[Any]) -> None:
    with unchanged():
        column = COLUMNS[model.__tablename__]
        for statement in (sa.update(model).values({column: "xx"}), sa.delete(model)):
            with (
                pytest.raises(DBAPIError, match="never changed or deleted"),
                transaction() as session,
            ):
                session.execute(statement)


def test_frozen_rows_are_there_to_be_frozen(released: None) -> None:
    assert view("en").live is not None
    with db.engine.connect() as connection:
        counts = [
            connection.scalar(sa.select(sa.func.count()).select_from(m))
            for m in (History, Release, Lineage)
        ]
    assert counts[1:] == [1, 1]
    assert counts[0] is not None
    assert counts[0] > 1
