"""Releases: what is in force at a moment, what waits for its day, and the log of them all.

In force is, of each document and language, the release with the highest number whose effective
date has come. A clock that was set back doesn't take anything away: no moment counts as earlier
than the last publication in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, defer, joinedload

from app.models import Document, Editorial, Release, Revision, UtcDateTime
from app.queries.lineage import editorial_revisions, editorials
from workflows.problems import NoRelease
from workflows.release import Issue, Kind

# A number of our own for the lock of PostgreSQL under which the log grows.
_LOG = 0x50616E656C


def _due(
    now: datetime | sa.ColumnElement[datetime], row: type[Release] = Release
) -> sa.ColumnElement[bool]:
    last = sa.select(sa.func.max(aliased(Release).published_at)).scalar_subquery()
    moment = sa.literal(now, UtcDateTime()) if isinstance(now, datetime) else now
    return row.effective_at <= sa.case((last > moment, last), else_=moment)


def _in_force(now: datetime) -> sa.Select[int]:
    """The log index of what is in force: it grows with the number within a language."""
    return (
        sa.select(sa.func.max(Release.log_index))
        .where(_due(now))
        .group_by(Release.document_id, Release.language)
    )


@dataclass(frozen=True)
class Standing:
    """How one document stands in one language."""

    newest: Release
    """The release with the highest number, in force or not."""
    in_force: Release | None
    """The release with the highest number that has taken effect; it may be a withdrawal."""
    scheduled: tuple[Release, ...]
    """What waits for its day, in the order of these days."""

    @property
    def to_come(self) -> tuple[Release | None, ...]:
        """What is in force now, and what will be, in the order of time."""
        return (self.in_force, *self.scheduled)

    def at(self, moment: datetime) -> Release | None:
        """What will be in force at a moment from now on, unless something else is decided."""
        due = [row for row in self.scheduled if row.effective_at <= moment]
        return due[-1] if due else self.in_force


def live_releases(
    session: Session, document_ids: Sequence[int], now: datetime
) -> dict[tuple[int, str], Standing]:
    """What is in force, and what waits for its day, by document and language; without the texts.

    A release that a later one overtakes before it takes effect never does, so it waits no more.
    """
    later = aliased(Release)
    over = sa.exists().where(
        later.document_id == Release.document_id,
        later.language == Release.language,
        later.number > Release.number,
        _due(now, later),
    )
    statement = (
        sa.select(Release, _due(now))
        .where(Release.document_id.in_(document_ids), sa.not_(over))
        .order_by(Release.log_index)
        .options(
            joinedload(Release.revision).defer(Revision.skeleton),
            joinedload(Release.document),
            defer(Release.content),
            defer(Release.manifest),
        )
    )
    found: dict[tuple[int, str], list[tuple[Release, bool]]] = {}
    for row, due in session.execute(statement):
        found.setdefault((row.document_id, row.language), []).append((row, due))
    return {key: _standing(rows) for key, rows in found.items()}


def _standing(rows: Sequence[tuple[Release, bool]]) -> Standing:
    waiting: list[Release] = []
    for row, due in rows:
        if not due:
            waiting = [other for other in waiting if other.effective_at < row.effective_at]
            waiting.append(row)
    return Standing(rows[-1][0], next((row for row, due in rows if due), None), tuple(waiting))


def source_issues(
    session: Session, document_ids: Sequence[int], claims: Iterable[Editorial]
) -> dict[int, list[Issue]]:
    """Every release of the language that each document is written in, oldest first.

    ``claims`` are the editorial ones about these documents.
    """
    statement = (
        sa.select(
            Release.document_id,
            Release.number,
            Revision.number,
            Release.published_at,
            Release.effective_at,
            Release.kind == Kind.WITHDRAWAL,
        )
        .join(Document, Document.id == Release.document_id)
        .join(Revision, Revision.id == Release.revision_id)
        .where(Release.document_id.in_(document_ids), Release.language == Document.source_language)
        .order_by(Release.log_index)
    )
    found: dict[int, list[Issue]] = {}
    formal = editorial_revisions(session, claims)
    for document_id, number, revision, published, effective, withdrawn in session.execute(
        statement
    ):
        # Back to what asked for something; what was confirmed after this second isn't part of it.
        end = published + timedelta(seconds=1)
        while (confirmed := formal.get((document_id, revision))) and confirmed < end:
            revision -= 1
        issue = Issue(number, revision, published, effective, withdrawn)
        found.setdefault(document_id, []).append(issue)
    return found


def issues_of(session: Session, slug: str) -> list[Issue]:
    """Every release of the language that a document is written in, oldest first."""
    document = session.scalar(sa.select(Document).where(Document.slug == slug))
    if document is None:
        return []
    claims = editorials(session, [document])
    return source_issues(session, [document.id], claims).get(document.id, [])


def releases(session: Session, document: Document, tag: str | None = None) -> Sequence[Release]:
    """All releases of a document, newest first; in one language when ``tag`` is given.

    Their texts are read when they are asked for.
    """
    statement = sa.select(Release).where(Release.document_id == document.id)
    if tag is not None:
        statement = statement.where(Release.language == tag)
    return session.scalars(
        statement.order_by(Release.log_index.desc()).options(
            joinedload(Release.revision).defer(Revision.skeleton),
            joinedload(Release.document),
            joinedload(Release.published_by),
            defer(Release.content),
            defer(Release.manifest),
        )
    ).all()


def release(session: Session, document: Document, tag: str, number: int) -> Release:
    """A release by its number; raises ``NoRelease``."""
    for row in releases(session, document, tag):
        if row.number == number:
            return row
    raise NoRelease(slug=document.slug, language=tag)


def release_in_force(session: Session, document: Document, tag: str, now: datetime) -> Release:
    """The release that visitors read at this moment; raises ``NoRelease``."""
    in_force = _in_force(now).where(Release.document_id == document.id, Release.language == tag)
    row = session.scalar(
        sa.select(Release)
        .where(Release.log_index.in_(in_force), Release.kind != Kind.WITHDRAWAL)
        .options(joinedload(Release.revision), joinedload(Release.document))
    )
    if row is None:
        raise NoRelease(slug=document.slug, language=tag)
    return row


@dataclass(frozen=True)
class LiveHead:
    """A release without its texts: enough to say what there is."""

    slug: str
    source_language: str
    language: str
    release_id: int
    number: int
    digest: str
    published_at: datetime
    effective_at: datetime
    kind: str
    revision: int
    """The number of the revision that it is of."""
    authoritative: bool
    """Whether the source language of the document is the authoritative one, at this moment."""
    due_days: int | None
    """Days after a release of the source within which translations are promised now."""
    rule_changes: int
    """How often the rule with these two was changed."""

    @property
    def withdrawn(self) -> bool:
        """Whether it takes the text away instead of giving one."""
        return self.kind == Kind.WITHDRAWAL


Stamp = tuple[int, int, int]
"""Tells whether anything may have become different for visitors."""


def release_stamp(session: Session, now: datetime) -> Stamp:
    """How many releases there are, how many of them have taken effect, and how often a publication
    rule was changed: each only ever grows, so equal stamps mean the same pages."""
    found = session.execute(_stamp(), {"now": now}).one()
    return int(found[0]), int(found[1]), int(found[2])


@cache
def _stamp() -> sa.Select[int, int, int]:
    """Asked with every request that reads releases, so it is put together once."""
    # Both are counted in an index: the rows themselves are large.
    count = sa.select(sa.func.count()).select_from(Release)
    due = count.where(_due(sa.bindparam("now", type_=UtcDateTime())))
    rules = sa.select(sa.func.coalesce(sa.func.sum(Document.rule_changes), 0))
    return sa.select(count.scalar_subquery(), due.scalar_subquery(), rules.scalar_subquery())


def next_effective(session: Session, now: datetime) -> datetime | None:
    """The first moment at which a release that waits for its day has come to it; None without one.

    It may be one that a later release overtakes before that.
    """
    return session.scalar(sa.select(sa.func.min(Release.effective_at)).where(sa.not_(_due(now))))


def release_counts(session: Session) -> dict[str, int]:
    """How many releases each document has that has any, by slug."""
    statement = sa.select(Document.slug, sa.func.count()).join(
        Release, Release.document_id == Document.id
    )
    rows = session.execute(statement.group_by(Document.slug))
    return {row[0]: row[1] for row in rows}


def live_heads(session: Session, now: datetime) -> list[LiveHead]:
    """What is in force of every document and language, withdrawals too, by slug and language."""
    statement = _heads().where(Release.log_index.in_(_in_force(now)))
    statement = statement.order_by(Document.slug, Release.language)
    return [LiveHead(*row) for row in session.execute(statement)]


def _heads() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Document.slug,
            Document.source_language,
            Release.language,
            Release.id,
            Release.number,
            Release.digest,
            Release.published_at,
            Release.effective_at,
            Release.kind,
            Revision.number,
            Document.authoritative,
            Document.translations_due,
            Document.rule_changes,
        )
        .join_from(Release, Document, Document.id == Release.document_id)
        .join(Revision, Revision.id == Release.revision_id)
    )


def version_heads(session: Session, slug: str) -> list[LiveHead]:
    """Every release of a document in all languages, in force or not, newest first."""
    statement = _heads().where(Document.slug == slug)
    return [LiveHead(*row) for row in session.execute(statement.order_by(Release.log_index.desc()))]


def newest_heads(session: Session, tag: str, count: int) -> list[LiveHead]:
    """The releases of all documents in a language that were published last, newest first."""
    statement = _heads().where(Release.language == tag)
    rows = session.execute(statement.order_by(Release.log_index.desc()).limit(count))
    return [LiveHead(*row) for row in rows]


def receipt_head(session: Session, digest: str) -> LiveHead | None:
    """The release whose digest begins so; None when there is none, or more than one."""
    statement = _heads().where(Release.digest.between(digest, digest + "g")).limit(2)
    rows = session.execute(statement).all()
    return LiveHead(*rows[0]) if len(rows) == 1 else None


@dataclass(frozen=True)
class Proof:
    """What proves a release, besides its digest."""

    index: int
    """In the log of all releases."""
    signature: str
    key: str


def proof(session: Session, head: LiveHead) -> Proof:
    """Where a release stands in the log, and its signature."""
    columns = Release.log_index, Release.signature, Release.key_id
    return Proof(*session.execute(sa.select(*columns).where(Release.id == head.release_id)).one())


def release_texts(session: Session, release_id: int) -> tuple[str, str]:
    """Content and manifest of a release, as stored."""
    statement = sa.select(Release.content, Release.manifest).where(Release.id == release_id)
    content, manifest = session.execute(statement).one()
    return content, manifest


def release_manifest(session: Session, release_id: int) -> str:
    """The manifest of a release alone, as stored: the texts are large."""
    return session.execute(sa.select(Release.manifest).where(Release.id == release_id)).scalar_one()


# --- The log -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LogEnd:
    """The last release of the whole service; all empty before the first one."""

    index: int = 0
    digest: str = ""
    published_at: datetime | None = None
    signed: bool = True
    waited: timedelta = timedelta()
    """How long the transaction had lasted when it locked it, if that was a second or more."""


def log_end(session: Session, *, lock: bool = False) -> LogEnd:
    """Where the log ends; with ``lock`` it stays so until the transaction ends.

    SQLite lets one transaction write at a time anyway, and the others wait before they begin.
    """
    if lock and session.get_bind().dialect.name == "postgresql" and _LOG not in session.info:
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOG)))
        lasted = sa.func.clock_timestamp() - sa.func.transaction_timestamp()
        found = session.execute(sa.select(sa.type_coerce(lasted, sa.Interval))).scalar_one()
        # Once: all that is published in one transaction is published at one moment.
        session.info[_LOG] = found if found >= timedelta(seconds=1) else timedelta()
    waited = session.info.get(_LOG, timedelta())
    row = session.execute(
        sa.select(Release.log_index, Release.digest, Release.published_at, Release.signature)
        .order_by(Release.log_index.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return LogEnd(waited=waited)
    return LogEnd(row.log_index, row.digest, row.published_at, bool(row.signature), waited)


def log_digests(session: Session) -> Sequence[str]:
    """The digests of all releases, in the order of the log."""
    return session.scalars(sa.select(Release.digest).order_by(Release.log_index)).all()


def log_rows(session: Session) -> Iterable[Release]:
    """All releases in the order of the log, texts included."""
    return session.scalars(
        sa.select(Release)
        .order_by(Release.log_index)
        .options(
            joinedload(Release.document), joinedload(Release.revision).defer(Revision.skeleton)
        )
    )


def signing_keys(session: Session) -> Sequence[str]:
    """Every public key with which a release was signed, in the order of their first use."""
    return session.scalars(
        sa.select(Release.key_id)
        .where(Release.key_id != "")
        .group_by(Release.key_id)
        .order_by(sa.func.min(Release.log_index))
    ).all()
