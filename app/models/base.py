"""Column types and the guard for rows that may never change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.engine import Dialect


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment in UTC. Refuses naive values; SQLite, which has no zones, gives UTC back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class FrozenRow(RuntimeError):
    """A row that is history or released was about to be changed or deleted."""


def freeze(model: type[Any]) -> type[Any]:
    """Refuse updates and deletes of ``model`` in the ORM; a database trigger stands behind it."""

    def refuse(_mapper: orm.Mapper[Any], _connection: sa.Connection, target: object) -> None:
        raise FrozenRow(f"{type(target).__name__} rows are never changed or deleted")

    event.listen(model, "before_update", refuse)
    event.listen(model, "before_delete", refuse)
    return model
