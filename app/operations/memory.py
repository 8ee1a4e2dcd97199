"""Remembering pairs of texts: approved here, or brought in with a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app import queries
from app.database import Base
from app.models import MemoryEntry, MemoryKey, MemoryOrigin
from app.operations.act import Act
from workflows import memory, segments

_ENTRIES = Base.metadata.tables[MemoryEntry.__tablename__]
_ORIGINS = Base.metadata.tables[MemoryOrigin.__tablename__]
_KEYS = Base.metadata.tables[MemoryKey.__tablename__]
# One statement with two lists: a statement for each key would be most of the work of an approval.
_INSERT_KEYS = sa.text(
    "INSERT INTO memory_key (hash, entry_id) SELECT * FROM "
    "unnest(CAST(:hashes AS integer[]), CAST(:entries AS integer[])) ON CONFLICT DO NOTHING"
)
_CHUNK = 5_000
"""Entries whose keys are made anew at once."""


@dataclass(frozen=True)
class Remembered:
    """A pair of texts to be remembered, and where it comes from."""

    source_language: str
    target_language: str
    source: str
    links: list[dict[str, Any]]
    source_digest: str
    target: str
    target_digest: str
    person_id: int | None
    at: datetime
    segment_id: int | None = None
    """Of an approval."""
    file: str = ""
    """Of an import."""
    told: dict[str, str] = field(default_factory=dict)
    """What a file says of the pair."""

    @property
    def pair(self) -> queries.Pair:
        """What tells it from the others in its languages."""
        return self.source_digest, self.target_digest

    @property
    def place(self) -> str:
        """What its origin is, in one word."""
        return f"file {self.file}" if self.segment_id is None else _place(self.segment_id)


@dataclass(frozen=True)
class MemoryRebuild:
    """What was missing in the memory, and is there now."""

    entries: int
    """Pairs of texts."""
    approvals: int
    keys: int
    """Keys that were added or deleted."""


def _place(segment_id: int) -> str:
    return f"segment {segment_id}"


def remember(act: Act, found: Iterable[Remembered]) -> None:
    """Put pairs into the memory; those that are there get one more origin.

    A fixed number of statements for each pair of languages. Two transactions may remember the
    same at once: the second waits for the first and then finds it there.
    """
    by_languages: dict[tuple[str, str], list[Remembered]] = defaultdict(list)
    for each in found:
        by_languages[each.source_language, each.target_language].append(each)
    for languages in sorted(by_languages):
        # Always in one order: two transactions that share several pairs must not block each other.
        some = sorted(by_languages[languages], key=lambda each: each.pair)
        _store(act, languages, some)


def _store(act: Act, languages: tuple[str, str], found: Sequence[Remembered]) -> None:
    pairs = {each.pair: each for each in found}
    _insert(act, _ENTRIES, [_entry(each) for each in pairs.values()])
    known = queries.memory_known(act.session, *languages, {each.source_digest for each in found})
    ids = {pair: known[pair].id for pair in pairs}
    _insert_keys(
        act,
        [
            (key, ids[pair])
            for pair, each in pairs.items()
            for key in memory.keys(each.source, *languages)
        ],
    )
    origins = {(ids[each.pair], each.place): each for each in found}
    rows = [_origin(entry_id, each) for (entry_id, _place), each in origins.items()]
    _insert(act, _ORIGINS, rows, again=("person_id", "at", "told", "withdrawn_at"))


def _entry(each: Remembered) -> dict[str, Any]:
    return {
        "source_language": each.source_language,
        "target_language": each.target_language,
        "source": each.source,
        "links": each.links,
        "source_digest": each.source_digest,
        "target": each.target,
        "target_digest": each.target_digest,
        "length": memory.length(each.source),
    }


def _origin(entry_id: int, each: Remembered) -> dict[str, Any]:
    return {
        "entry_id": entry_id,
        "place": each.place,
        "segment_id": each.segment_id,
        "file": each.file,
        "person_id": each.person_id,
        "at": each.at,
        "told": each.told,
        "withdrawn_at": None,
    }


def _insert(
    act: Act, table: sa.Table, rows: Sequence[dict[str, Any]], *, again: Sequence[str] = ()
) -> None:
    """Insert rows; of one that is there the columns ``again`` are written, or nothing is."""
    connection = act.session.connection()
    on_postgresql = connection.dialect.name == "postgresql"
    statement = (postgresql if on_postgresql else sqlite).insert(table)
    if again:
        values = {name: statement.excluded[name] for name in again}
        statement = statement.on_conflict_do_update(
            index_elements=["entry_id", "place"], set_=values
        )
    else:
        statement = statement.on_conflict_do_nothing()
    connection.execute(statement, rows)


def _insert_keys(act: Act, rows: Sequence[tuple[int, int]]) -> None:
    """Insert keys with their entries, where they are not there; up to seven for each pair."""
    connection = act.session.connection()
    if connection.dialect.name == "postgresql":
        hashes, entries = ([row[at] for row in rows] for at in (0, 1))
        connection.execute(_INSERT_KEYS, {"hashes": hashes, "entries": entries})
    else:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO memory_key (hash, entry_id) VALUES (?, ?)", list(rows)
        )


def withdraw(
    act: Act, segment_id: int, source_language: str, language: str, pair: queries.Pair
) -> None:
    """Note that an approval was taken back: the pair is offered only while another origin stands.

    Nothing happens when the segment gave it no approval.
    """
    known = queries.memory_known(act.session, source_language, language, [pair[0]])
    if pair not in known:
        return
    act.session.execute(
        sa.update(MemoryOrigin)
        .where(
            MemoryOrigin.entry_id == known[pair].id,
            MemoryOrigin.place == _place(segment_id),
            MemoryOrigin.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=act.now)
    )


# --- Making it anew ------------------------------------------------------------------------------


def rebuild_memory(act: Act) -> MemoryRebuild:
    """Add every approval that stands in the history and is missing, and make all keys anew.

    Needed once, where texts were approved before there was a memory; done again it changes
    nothing. What was taken back stays so, and what came with files stays as it is.
    Raises ``NotPermitted``.
    """
    act.require_administrator()
    entries = approvals = 0
    places = queries.memory_places(act.session)
    by_languages: dict[tuple[str, str], list[Remembered]] = defaultdict(list)
    for each in map(_remembered, queries.approved_pairs(act.session)):
        by_languages[each.source_language, each.target_language].append(each)
    for languages, found in sorted(by_languages.items()):
        digests = {each.source_digest for each in found}
        known = queries.memory_known(act.session, *languages, digests)
        missing = [
            each
            for each in found
            if each.pair not in known or (each.place, known[each.pair].id) not in places
        ]
        entries += len({each.pair for each in missing} - known.keys())
        approvals += len(missing)
        remember(act, missing)
    report = MemoryRebuild(entries, approvals, _mend_keys(act))
    if report != MemoryRebuild(0, 0, 0):
        act.record("memory.rebuilt", after=asdict(report))
    return report


def _remembered(found: queries.Approved) -> Remembered:
    approval = found.approval
    return Remembered(
        found.source_language,
        approval.language,
        found.source,
        found.links,
        approval.source_digest,
        approval.target,
        segments.target_digest(approval.target),
        approval.reviewed_by_id,
        approval.reviewed_at,
        approval.segment_id,
    )


def _mend_keys(act: Act) -> int:
    """Make the keys what the program computes now; returns how many were added or deleted."""
    there = queries.memory_keys(act.session)
    changed = last = 0
    while rows := queries.memory_entries(act.session, last, _CHUNK):
        last = rows[-1].id
        wanted = {
            (key, row.id)
            for row in rows
            for key in memory.keys(row.source, row.source_language, row.target_language)
        }
        new = sorted(wanted - there)
        there -= wanted
        changed += len(new)
        if new:
            _insert_keys(act, new)
    if there:
        connection = act.session.connection()
        old = (_KEYS.c.hash == sa.bindparam("key")) & (_KEYS.c.entry_id == sa.bindparam("entry"))
        rows_ = [{"key": key, "entry": entry} for key, entry in sorted(there)]
        connection.execute(sa.delete(_KEYS).where(old), rows_)
    return changed + len(there)
