"""Many units written at once: a few statements for all of them, the same history as one by one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.database import Base, insert_all
from app.models import Candidate, History, Translation, translation_facts
from app.operations.act import Act
from app.operations.desk import Desk, new_candidate
from workflows.problems import VersionConflict
from workflows.review import State

_TABLE = Base.metadata.tables[Translation.__tablename__]
_HISTORY = Base.metadata.tables[History.__tablename__]
_COLUMNS = tuple(name for name in _TABLE.columns.keys() if name != "id")  # noqa: SIM118


class Batch:
    """Writes of one act that wait until they are stored together; each unit at most once."""

    def __init__(self, act: Act) -> None:
        self.act = act
        self._new: list[dict[str, Any]] = []
        self._changed: list[dict[str, Any]] = []
        self._history: list[dict[str, Any] | tuple[Desk, Candidate]] = []
        """In the order of the acts; of a candidate, which has no id yet, what makes its row."""
        self._proposed: set[tuple[int, str]] = set()
        """Segments, with the texts that wait to be proposed for them."""

    def write(
        self, desk: Desk, action: str, state: State, *, reason: str = "", **what: Any
    ) -> None:
        """As ``Desk.write`` does, when it is stored."""
        row, before = desk.row, desk.before()
        values = {name: getattr(row, name) for name in _COLUMNS} if row else {}
        values |= {"segment_id": desk.segment_id, "language": desk.language}
        values |= desk.after(state, reason=reason, **what)
        values["version"] = row.version + 1 if row else 1
        if row is None:
            self._new.append(values)
        else:
            self._changed.append(values | {"row_id": row.id, "row_version": row.version})
        fact = desk.fact(before, translation_facts(values), reason)
        self._history.append(self.act.fact(action, **fact))

    def propose(self, desk: Desk, target: str, origin: str, source: tuple[str, str] | None) -> bool:
        """As ``add_candidate`` does, when it is stored; False when there is nothing to add."""
        candidate = new_candidate(desk, target, origin, source)
        if candidate is None or (desk.segment_id, target) in self._proposed:
            return False
        self._proposed.add((desk.segment_id, target))
        self._history.append((desk, candidate))
        return True

    def store(self) -> None:
        """Write everything down. Raises ``VersionConflict`` when another transaction came first."""
        session = self.act.session
        try:
            insert_all(session, _TABLE, self._new)
            if self._changed:
                self._update()
        except IntegrityError as error:
            raise VersionConflict(ours="") from error
        session.add_all(fact[1] for fact in self._history if isinstance(fact, tuple))
        session.flush()
        insert_all(session, _HISTORY, [self._row(fact) for fact in self._history])

    def _row(self, fact: dict[str, Any] | tuple[Desk, Candidate]) -> dict[str, Any]:
        if isinstance(fact, dict):
            return fact
        desk, candidate = fact
        return self.act.fact("candidate.added", **desk.fact(None, candidate.facts()))

    def _update(self) -> None:
        same = _TABLE.c.id == sa.bindparam("row_id")
        unchanged = _TABLE.c.version == sa.bindparam("row_version")
        statement = sa.update(_TABLE).where(same, unchanged)
        statement = statement.values({name: sa.bindparam(name) for name in _COLUMNS})
        done = self.act.session.connection().execute(statement, self._changed)
        if done.rowcount != len(self._changed):
            raise VersionConflict(ours="")
