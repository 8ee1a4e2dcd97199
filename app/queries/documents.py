"""Documents, revisions and source texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.models import Document, Lineage, Revision, Segment, SourceText
from workflows.alignment import Change, Past, pasts
from workflows.problems import NoSuchDocument
from workflows.sources import Link


def documents(session: Session) -> Sequence[Document]:
    """All documents, by slug."""
    return session.scalars(sa.select(Document).order_by(Document.slug)).all()


def find_document(session: Session, slug: str) -> Document | None:
    """The document with this slug, or nothing."""
    return session.scalar(sa.select(Document).where(Document.slug == slug))


def document(session: Session, slug: str, *, lock: bool = False) -> Document:
    """The document with this slug; raises ``NoSuchDocument``.

    ``lock`` holds its row until the transaction ends, so that publishing and importing the same
    document take turns; what was read before the lock was there is read anew.
    """
    statement = sa.select(Document).where(Document.slug == slug)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(statement)
    if found is None:
        raise NoSuchDocument(slug=slug)
    return found


def revision(session: Session, document: Document, number: int | None = None) -> Revision:
    """A revision of a document, the newest by default; raises ``NoSuchDocument``."""
    statement = sa.select(Revision).where(
        Revision.document_id == document.id, Revision.number == (number or document.head)
    )
    found = session.scalar(statement)
    if found is None:
        raise NoSuchDocument(slug=document.slug)
    return found


def source_texts(session: Session, revision: Revision) -> Sequence[SourceText]:
    """The texts of a revision in order, with their segments."""
    statement = sa.select(SourceText).where(SourceText.revision_id == revision.id)
    return session.scalars(
        statement.order_by(SourceText.position).options(joinedload(SourceText.segment))
    ).all()


def segments_of(session: Session, document: Document) -> dict[str, Segment]:
    """Every segment a document ever had, by key."""
    rows = session.scalars(sa.select(Segment).where(Segment.document_id == document.id))
    return {segment.key: segment for segment in rows}


def source_history(session: Session, document: Document) -> list[tuple[str, str, str]]:
    """(key, text, digest) of every source text a document ever had, oldest first."""
    statement = (
        sa.select(Segment.key, SourceText.text, SourceText.digest)
        .join(SourceText, SourceText.segment_id == Segment.id)
        .join(Revision, Revision.id == SourceText.revision_id)
        .where(Segment.document_id == document.id)
        .order_by(Revision.number, SourceText.position)
    )
    return [(key, text, digest) for key, text, digest in session.execute(statement)]


def source_links(session: Session, digests: Collection[str]) -> dict[str, tuple[Link, ...]]:
    """The links of sources, by digest; what no document ever said is left out."""
    rows = session.execute(
        sa.select(SourceText.digest, SourceText.links).where(SourceText.digest.in_(digests))
    )
    return {digest: tuple(Link(**link) for link in links) for digest, links in rows}


def segment_pasts(session: Session, document: Document, now: Mapping[str, str]) -> dict[str, Past]:
    """What each segment of a document has said, and what it was split from or merged of, by key;
    nothing for the first revision.

    ``now`` are the texts of the newest revision, by key: whoever asks has them already.
    """
    texts: dict[int, Mapping[str, str]] = {}
    rows = session.execute(
        sa.select(Revision.number, Segment.key, SourceText.text)
        .join(SourceText, SourceText.segment_id == Segment.id)
        .join(Revision, Revision.id == SourceText.revision_id)
        .where(Segment.document_id == document.id, Revision.number < document.head)
        .order_by(Revision.number, SourceText.position)
    )
    for number, several in groupby(rows, lambda row: row[0]):
        texts[number] = {key: text for _number, key, text in several}
    if not texts:
        return {}
    texts[document.head] = now
    parted: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    origin = sa.orm.aliased(Segment)
    rows = session.execute(
        sa.select(Revision.number, Segment.key, origin.key)
        .select_from(Lineage)
        .join(Revision, Revision.id == Lineage.revision_id)
        .join(Segment, Segment.id == Lineage.segment_id)
        .join(origin, origin.id == Lineage.from_segment_id)
        .where(
            Revision.document_id == document.id,
            Lineage.change.in_((Change.SPLIT, Change.MERGED)),
        )
        .order_by(Lineage.id)
    )
    for number, key, origin_key in rows:
        parted[number][key].append(origin_key)
    return pasts((texts[number], parted[number]) for number in sorted(texts))
