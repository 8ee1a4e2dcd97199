"""The translation memory: what is like a text, what is known, and what was ever approved."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.models import (
    Document,
    History,
    MemoryEntry,
    MemoryKey,
    MemoryOrigin,
    Revision,
    Segment,
    SourceText,
    User,
)
from app.queries.lineage import APPROVING, Approval, approvals
from workflows import memory

MAX_POSTINGS = 20_000
"""Rows of the index that one look-up reads: what more texts share tells less."""
MAX_LOOKED_AT = 1_500
"""Entries of which length and languages are looked at."""
MAX_COMPARED = 400
"""Texts that are compared with the query."""
MAX_SIGNS = 400_000
"""Signs in them, about: the time it takes grows with the square of their length."""
FEW = 3
"""What shares less than this part of the keys that the first one shares is not compared."""

Pair = tuple[str, str]
"""Digest of a source with its links, digest of a target."""


@dataclass(frozen=True)
class Known:
    """A pair of texts that the memory has."""

    id: int
    standing: bool
    """Whether it is offered."""


@dataclass(frozen=True)
class Origin:
    """Where a pair comes from, in names."""

    entry_id: int
    approved: bool
    """Approved here; else it came with a file."""
    person: str
    """Who approved it or brought it in; "" for the operator."""
    at: Any
    slug: str = ""
    title: str = ""
    key: str = ""
    section: str = ""
    """Of the segment in the newest revision; "" where it left the document, too."""
    position: int = 0
    """There, counted from 1; 0 where it left the document."""
    file: str = ""
    told: Mapping[str, str] | None = None


@dataclass(frozen=True)
class MemoryMatch:
    """A pair that is like a text, and where it comes from, approvals first."""

    score: int
    exact: bool
    entry_id: int
    source: str
    target: str
    origins: tuple[Origin, ...]


# 1 for an entry with an approval that stands, 0 for one that only came with a file, null for one of
# which nothing stands. Not EXISTS, for which PostgreSQL reads the origins of all entries at once.
_STANDING = (
    sa.select(sa.func.max(sa.case((MemoryOrigin.segment_id.is_(None), 0), else_=1)))
    .where(MemoryOrigin.entry_id == MemoryEntry.id, MemoryOrigin.withdrawn_at.is_(None))
    .correlate(MemoryEntry)
    .scalar_subquery()
)


def memory_is_empty(session: Session) -> bool:
    """Whether nothing was ever put into the memory."""
    return session.scalar(sa.select(MemoryEntry.id).limit(1)) is None


def memory_known(
    session: Session, source_language: str, target_language: str, digests: Collection[str]
) -> dict[Pair, Known]:
    """The pairs whose source has one of ``digests``, in one statement however many they are."""
    entries = sa.select(
        MemoryEntry.id,
        MemoryEntry.source_digest,
        MemoryEntry.target_digest,
        _STANDING.label("standing"),
    ).where(
        MemoryEntry.source_language == source_language,
        MemoryEntry.target_language == target_language,
    )
    values = sorted(set(digests))
    rows = session.execute(_of_sources(session, entries, values))
    return {
        (row.source_digest, row.target_digest): Known(row.id, row.standing is not None)
        for row in rows
    }


def _of_sources(session: Session, entries: Any, digests: list[str]) -> Any:
    """Those of the entries whose source has one of the digests: one step in the index for each.

    Neither database is left to choose another way. While its statistics lag behind, PostgreSQL
    compares every digest with every entry of the languages; SQLite takes up to 32,766 after IN.
    """
    source = MemoryEntry.source_digest
    if session.get_bind().dialect.name == "postgresql":
        array = sa.cast(digests, postgresql.ARRAY(sa.Text))
        wanted = sa.func.unnest(array).table_valued("value").render_derived(name="wanted")
        # OFFSET keeps it from being joined the other way round.
        found = entries.where(source == wanted.c.value).offset(0).lateral("found")
        return sa.select(*found.c).select_from(wanted).join(found, sa.true())
    listed = sa.func.json_each(json.dumps(digests)).table_valued("value")
    return entries.where(source.in_(sa.select(listed.c.value)))


# --- Looking up ----------------------------------------------------------------------------------


def memory_matches(
    session: Session,
    source_language: str,
    target_language: str,
    text: str,
    digest: str,
    *,
    without: str = "",
) -> list[MemoryMatch]:
    """What is like a tagged source with this digest, best first; at most ``memory.SHOWN``.

    ``without`` is a target not to be offered. Three statements, however large the memory is.
    """
    rows = _candidates(session, source_language, target_language, text)
    candidates = [
        memory.Candidate(row.id, row.source, row.source_digest, row.target, bool(row.approved))
        for row in rows
    ]
    found = memory.rank(text, digest, candidates, without=without)
    origins = _origins(session, [match.candidate.id for match in found])
    return [
        MemoryMatch(
            match.score,
            match.exact,
            match.candidate.id,
            match.candidate.source,
            match.candidate.target,
            tuple(origins[match.candidate.id]),
        )
        for match in found
    ]


# The statements of a look-up are put together once: that takes longer than running them.
_COUNTED = (
    sa.select(MemoryKey.hash, sa.func.count())
    .where(MemoryKey.hash.in_(sa.bindparam("wanted", expanding=True)))
    .group_by(MemoryKey.hash)
)


def _like() -> Any:
    shared = (
        sa.select(MemoryKey.entry_id, sa.func.count().label("keys"))
        .where(MemoryKey.hash.in_(sa.bindparam("chosen", expanding=True)))
        .group_by(MemoryKey.entry_id)
        .order_by(sa.desc("keys"), MemoryKey.entry_id.desc())
        .limit(MAX_LOOKED_AT)
        .subquery()
    )
    return (
        sa.select(
            MemoryEntry.id,
            MemoryEntry.source,
            MemoryEntry.source_digest,
            MemoryEntry.target,
            _STANDING.label("approved"),
            shared.c["keys"].label("shared"),
        )
        .join(shared, shared.c.entry_id == MemoryEntry.id)
        .where(
            MemoryEntry.source_language == sa.bindparam("source_language"),
            MemoryEntry.target_language == sa.bindparam("target_language"),
            MemoryEntry.length.between(sa.bindparam("least"), sa.bindparam("greatest")),
            _STANDING.is_not(None),
        )
        .order_by(
            shared.c["keys"].desc(),
            sa.func.abs(MemoryEntry.length - sa.bindparam("own", type_=sa.Integer)),
            sa.desc("approved"),
            MemoryEntry.id.desc(),
        )
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


_LIKE = _like()


def _candidates(
    session: Session, source_language: str, target_language: str, text: str
) -> Sequence[Any]:
    """The entries that share most keys with a text."""
    wanted = memory.asked(text, source_language, target_language)
    chosen: list[int] = []
    postings = 0
    counted = session.execute(_COUNTED, {"wanted": wanted})
    # The rarest tell most.
    for count, key in sorted((count, key) for key, count in counted):
        postings += count
        if chosen and postings > MAX_POSTINGS:
            break
        chosen.append(key)
    own = memory.length(text)
    least, greatest = memory.lengths(text)
    values = {
        "chosen": chosen,
        "source_language": source_language,
        "target_language": target_language,
        "least": least,
        "greatest": greatest,
        "own": own,
        "most": min(MAX_COMPARED, 1 + MAX_SIGNS // max(1, own)),
    }
    rows = session.execute(_LIKE, values).all()
    # Of a text that shares most keys with one, and hardly any with another, the other is no match.
    return [row for row in rows if FEW * row.shared >= rows[0].shared]


# --- Where a pair comes from ---------------------------------------------------------------------


def _origins_of(*conditions: sa.ColumnElement[bool]) -> Any:
    """Columns of the origins that stand; those here first, then the oldest."""
    return (
        sa.select(
            MemoryOrigin.entry_id,
            MemoryOrigin.segment_id,
            MemoryOrigin.file,
            MemoryOrigin.at,
            MemoryOrigin.told,
            User.name.label("person"),
            Document.slug,
            Document.title,
            Segment.key,
            SourceText.section,
            SourceText.position,
        )
        .outerjoin(User, User.id == MemoryOrigin.person_id)
        .outerjoin(Segment, Segment.id == MemoryOrigin.segment_id)
        .outerjoin(Document, Document.id == Segment.document_id)
        .outerjoin(
            Revision,
            (Revision.document_id == Document.id) & (Revision.number == Document.head),
        )
        .outerjoin(
            SourceText,
            (SourceText.revision_id == Revision.id) & (SourceText.segment_id == Segment.id),
        )
        .where(MemoryOrigin.withdrawn_at.is_(None), *conditions)
        .order_by(MemoryOrigin.segment_id.is_(None), MemoryOrigin.at, MemoryOrigin.id)
    )


_ORIGINS = _origins_of(MemoryOrigin.entry_id.in_(sa.bindparam("ids", expanding=True)))


def _origin(row: Any) -> Origin:
    return Origin(
        row.entry_id,
        row.segment_id is not None,
        row.person or "",
        row.at,
        row.slug or "",
        row.title or "",
        row.key or "",
        row.section or "",
        row.position or 0,
        row.file,
        row.told,
    )


def _origins(session: Session, ids: Collection[int]) -> dict[int, list[Origin]]:
    found: dict[int, list[Origin]] = defaultdict(list)
    for row in session.execute(_ORIGINS, {"ids": list(ids)}):
        found[row.entry_id].append(_origin(row))
    return found


def memory_export(
    session: Session, source_language: str, target_language: str
) -> list[tuple[MemoryEntry, Origin]]:
    """Every pair that is offered in two languages, with its first origin: an approval where there
    is one. Those of a document stand together in its order, what came with files comes last."""
    here = sa.select(MemoryEntry.id).where(
        MemoryEntry.source_language == source_language,
        MemoryEntry.target_language == target_language,
    )
    first: dict[int, Origin] = {}
    for row in session.execute(_origins_of(MemoryOrigin.entry_id.in_(here))):
        first.setdefault(row.entry_id, _origin(row))
    entries = session.scalars(sa.select(MemoryEntry).where(MemoryEntry.id.in_(here)))
    found = [(entry, first[entry.id]) for entry in entries if entry.id in first]
    return sorted(found, key=_in_order)


def _in_order(row: tuple[MemoryEntry, Origin]) -> tuple[Any, ...]:
    entry, origin = row
    return not origin.approved, origin.slug, origin.position, entry.id


# --- Making it anew ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Approved:
    """An approval that stands in the history, with the source it was given for."""

    approval: Approval
    source_language: str
    source: str
    links: list[dict[str, Any]]


def approved_pairs(session: Session) -> Iterator[Approved]:
    """Every approval that stands in the history, document by document."""
    for document in session.scalars(sa.select(Document).order_by(Document.id)).all():
        texts = {
            row.digest: row
            for row in session.execute(
                sa.select(SourceText.digest, SourceText.text, SourceText.links)
                .join(Revision, Revision.id == SourceText.revision_id)
                .where(Revision.document_id == document.id)
            )
        }
        approved = session.scalars(
            sa.select(History.segment_id)
            .distinct()
            .where(History.document_id == document.id, History.action.in_(APPROVING))
        )
        ids = {id_ for id_ in approved if id_ is not None}
        for approval in approvals(session, ids).values():
            text = texts.get(approval.source_digest) if approval else None
            if approval is not None and text is not None:
                yield Approved(approval, document.source_language, text.text, text.links)


def memory_entries(session: Session, after: int, limit: int) -> Sequence[Any]:
    """Id, languages, source and length of the entries after one of them, in the order of ids."""
    return session.execute(
        sa.select(
            MemoryEntry.id,
            MemoryEntry.source_language,
            MemoryEntry.target_language,
            MemoryEntry.source,
            MemoryEntry.length,
        )
        .where(MemoryEntry.id > after)
        .order_by(MemoryEntry.id)
        .limit(limit)
    ).all()


def memory_keys(session: Session) -> set[tuple[int, int]]:
    """Every key there is, with the entry that has it."""
    rows = session.execute(sa.select(MemoryKey.hash, MemoryKey.entry_id))
    return {(key, entry) for key, entry in rows}


def memory_places(session: Session) -> set[tuple[str, int]]:
    """Place and entry of every approval in the memory, also of those that were taken back."""
    rows = session.execute(
        sa.select(MemoryOrigin.place, MemoryOrigin.entry_id).where(
            MemoryOrigin.segment_id.is_not(None)
        )
    )
    return {(place, entry) for place, entry in rows}
