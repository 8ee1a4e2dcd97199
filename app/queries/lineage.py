"""Where segments come from, which edits are editorial, and what was once approved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.models import (
    Document,
    Editorial,
    History,
    Lineage,
    Release,
    Revision,
    Segment,
    SourceText,
)
from workflows.alignment import Change
from workflows.review import State

APPROVING = ("translation.approved", "translation.revived")
REOPENED, REPLACED = "translation.reopened", "candidate.accepted"


def lineage(session: Session, revision: Revision) -> Sequence[Lineage]:
    """What became of the segments in a revision, with their keys; in the order of storing."""
    return session.scalars(
        sa.select(Lineage)
        .where(Lineage.revision_id == revision.id)
        .order_by(Lineage.id)
        .options(joinedload(Lineage.segment), joinedload(Lineage.from_segment))
    ).all()


def lineage_of(session: Session, document: Document, key: str) -> Sequence[Lineage]:
    """Every row in which a segment takes part, as whole or as part, oldest first."""
    own = sa.select(Segment.id).where(Segment.document_id == document.id, Segment.key == key)
    return session.scalars(
        sa.select(Lineage)
        .where(sa.or_(Lineage.segment_id.in_(own), Lineage.from_segment_id.in_(own)))
        .order_by(Lineage.id)
        .options(
            joinedload(Lineage.segment),
            joinedload(Lineage.from_segment),
            joinedload(Lineage.revision),
        )
    ).all()


def edit(
    session: Session, document: Document, number: int, key: str
) -> tuple[SourceText | None, SourceText | None]:
    """A segment before and in a revision; None where it isn't, or was split or merged there."""
    texts = session.scalars(
        sa.select(SourceText)
        .join(Revision, Revision.id == SourceText.revision_id)
        .join(Segment, Segment.id == SourceText.segment_id)
        .where(
            Revision.document_id == document.id,
            Revision.number.in_((number - 1, number)),
            Segment.key == key,
        )
        .options(joinedload(SourceText.revision), joinedload(SourceText.segment))
    )
    found = {text.revision.number: text for text in texts}
    before, after = found.get(number - 1), found.get(number)
    parted = after is not None and session.scalar(
        sa.select(Lineage.id)
        .where(
            Lineage.revision_id == after.revision_id,
            Lineage.segment_id == after.segment_id,
            Lineage.change.in_((Change.SPLIT, Change.MERGED)),
        )
        .limit(1)
    )
    return (None, None) if parted else (before, after)


def editorials(
    session: Session, documents: Iterable[Document], *, revision: Revision | None = None
) -> Sequence[Editorial]:
    """The claims that count or wait, oldest first; of one revision, or of whole documents."""
    ids = [document.id for document in documents]
    statement = (
        sa.select(Editorial)
        .join(Segment, Segment.id == Editorial.segment_id)
        .where(Segment.document_id.in_(ids), Editorial.undone_at.is_(None))
        .order_by(Editorial.id)
        .options(
            joinedload(Editorial.segment),
            joinedload(Editorial.marked_by),
            joinedload(Editorial.confirmed_by),
            joinedload(Editorial.revision),
        )
    )
    if revision is not None:
        statement = statement.where(Editorial.revision_id == revision.id)
    return session.scalars(statement).all()


def editorial_revisions(
    session: Session, claims: Iterable[Editorial]
) -> dict[tuple[int, int], datetime]:
    """The revisions that changed no meaning, by document and number: all they did to texts is
    claimed as editorial and confirmed. Each with the moment when the last of it was.

    Without a claim that counts nothing is asked of the database.
    """
    counted: dict[int, list[Editorial]] = defaultdict(list)
    for claim in claims:
        if claim.counts:
            counted[claim.revision_id].append(claim)
    if not counted:
        return {}
    # One row for each edited text, and there is one claim at most about it.
    changes = session.execute(
        sa.select(Lineage.revision_id, sa.func.count())
        .where(Lineage.revision_id.in_(counted))
        .group_by(Lineage.revision_id)
    )
    found = [counted[number] for number, count in changes if count == len(counted[number])]
    return {
        (own[0].revision.document_id, own[0].revision.number): max(
            claim.confirmed_at for claim in own if claim.confirmed_at
        )
        for own in found
    }


def editorial(session: Session, document: Document, editorial_id: int) -> Editorial | None:
    """One claim of this document, held until the transaction ends."""
    here = sa.select(Segment.id).where(Segment.document_id == document.id)
    return session.scalar(
        sa.select(Editorial)
        .where(Editorial.id == editorial_id, Editorial.segment_id.in_(here))
        .options(joinedload(Editorial.segment), joinedload(Editorial.revision))
        .with_for_update(of=Editorial)
        .execution_options(populate_existing=True)
    )


def chain(claims: Sequence[Editorial], digest: str) -> tuple[Editorial, ...]:
    """The claims through which earlier sources count as ``digest``; the nearest first.

    ``claims`` are those of one segment. Directed: that a correction left the meaning alone says
    nothing about a source that goes back to the mistake.
    """
    found: list[Editorial] = []
    reached = [digest]
    for target in reached:
        for claim in claims:
            if claim.counts and claim.to_digest == target and claim.from_digest not in reached:
                found.append(claim)
                reached.append(claim.from_digest)
    return tuple(found)


def released_manifests(session: Session, document: Document, digest: str) -> Sequence[str]:
    """The manifests of releases that name a digest of a source."""
    return session.scalars(
        sa.select(Release.manifest).where(
            Release.document_id == document.id, Release.manifest.contains(digest, autoescape=True)
        )
    ).all()


@dataclass(frozen=True)
class Approval:
    """A review that was given to exactly one pair of source and target."""

    segment_id: int
    language: str
    source_digest: str
    target: str
    translated_by_id: int
    translated_at: datetime
    reviewed_by_id: int
    reviewed_at: datetime


def approvals(
    session: Session, segment_ids: Collection[int]
) -> dict[tuple[int, str, str], Approval | None]:
    """The last approval of each (segment, language, digest of source); None: it was taken back.

    None stands also where nothing was approved for exactly this source, but a reviewed text was
    replaced by one for it: what was reviewed for an earlier source does not come back there.
    """
    found: dict[tuple[int, str, str], Approval | None] = {}
    rows = session.scalars(
        sa.select(History)
        .where(
            History.segment_id.in_(segment_ids),
            History.action.in_((*APPROVING, REOPENED, REPLACED)),
        )
        .order_by(History.id)
    )
    for row in rows:
        before, after = row.before or {}, row.after or {}
        if row.action not in APPROVING:
            if row.segment_id is None:
                continue
            place = row.segment_id, row.language
            if _taken_back(row.action, before, after):
                found[*place, before["source_digest"]] = None
            elif before.get("state") == State.REVIEWED:
                found.setdefault((*place, after.get("source_digest", "")), None)
            continue
        approval = _approval(row, before | after)
        if approval is not None:
            found[approval.segment_id, approval.language, approval.source_digest] = approval
    return found


def _taken_back(action: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether an act ended the review of the text before it.

    Reopening does; accepting another text does where it is for the same source, as an editor then
    replaced a reviewed text knowingly. For another source it leaves the earlier pair as it was.
    """
    return bool(before) and (
        action == REOPENED or before["source_digest"] == after.get("source_digest")
    )


def _approval(row: History, facts: dict[str, Any]) -> Approval | None:
    """The approval in a row of history; what early rows don't tell is taken from the row."""
    author, reviewer = facts.get("translated_by"), facts.get("reviewed_by") or row.actor_id
    if author is None or reviewer is None or row.segment_id is None:
        return None
    moments = [
        datetime.fromisoformat(facts[name]) if facts.get(name) else row.at
        for name in ("translated_at", "reviewed_at")
    ]
    return Approval(
        row.segment_id,
        row.language,
        facts["source_digest"],
        facts["target"],
        author,
        moments[0],
        reviewer,
        moments[1],
    )


def by_segment(claims: Iterable[Editorial]) -> dict[int, list[Editorial]]:
    """Claims by the segment they are about."""
    found: dict[int, list[Editorial]] = defaultdict(list)
    for claim in claims:
        found[claim.segment_id].append(claim)
    return found


def waiting_editorials(session: Session, documents: Iterable[Document]) -> Sequence[Editorial]:
    """The claims about these documents that wait for a second person, oldest first."""
    ids = [document.id for document in documents]
    return session.scalars(
        sa.select(Editorial)
        .join(Revision, Revision.id == Editorial.revision_id)
        .where(
            Revision.document_id.in_(ids),
            Editorial.confirmed_at.is_(None),
            Editorial.undone_at.is_(None),
        )
        .order_by(Editorial.id)
        .options(
            joinedload(Editorial.segment),
            joinedload(Editorial.marked_by),
            joinedload(Editorial.revision).joinedload(Revision.document),
        )
    ).all()
