"""Importing a source: the first revision, and every one after it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from app import queries
from app.database import Busy
from app.models import Document, Lineage, Revision, SourceText
from app.models import Segment as SegmentRow
from app.operations import carrying
from app.operations.act import Act
from app.operations.carrying import Impact
from workflows import alignment, segments, sources
from workflows.alignment import EXACT, Carried, Change, Match, Sources
from workflows.problems import BadSlug
from workflows.segments import Segment
from workflows.sources import Source

_SLUG = re.compile(r"(?=.{2,80}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
# First path segments that are the service's own, or may become so. Names with a dot in them, such
# as robots.txt, are no slugs anyway.
RESERVED = frozenset(
    {
        *("api", "healthz", "static", "workbench"),
        *("changes", "feed", "languages", "message", "messages", "receipts", "release-keys"),
        *("releases", "robots", "search", "sitemap", "sitemaps", "verify", "versions"),
    }
)


@dataclass(frozen=True)
class DocumentImport:
    """What importing a source did, or would do."""

    slug: str
    revision: int
    unchanged: bool
    """The source says exactly what the newest revision says: nothing was written."""
    source: Source
    segments: tuple[Segment, ...]
    matches: tuple[Match, ...]
    """The alignment with the revision before; all ``added`` for the first one."""
    impact: Impact
    """What it asks of the translators."""
    relabelled: int = 0
    """Texts that are the same and have another number in front, which no translator has to see."""

    @property
    def changes(self) -> dict[str, int]:
        """How many matches of each kind there are, in the order of ``Change``."""
        counts = Counter(match.change for match in self.matches)
        return {str(change): counts[change] for change in Change}


def import_document(
    act: Act,
    slug: str,
    source: Source,
    *,
    file_digest: str,
    language: str,
    title: str = "",
    by_hand: Sources | None = None,
    dry_run: bool = False,
) -> DocumentImport:
    """Store ``source`` as the next revision of a document, or as a new document.

    Keys travel and lineage is stored as ``alignment.carry`` says, with the pairings ``by_hand``.
    Which translations are outdated follows from the digests; what else becomes of them is in
    ``carrying``. Importing the same text again writes nothing. ``language`` counts only for a new
    document. Raises ``BadSlug``, ``UnknownLanguage``, ``PairingMisfit``.
    """
    act.require_administrator()
    if not _SLUG.fullmatch(slug) or slug in RESERVED or slug in act.rules.languages:
        raise BadSlug(slug=slug[:100])
    if title:
        source = sources.retitled(source, title)
    found = queries.find_document(act.session, slug)
    head = None
    if found is None:
        act.require_language(language)
    else:
        found = act.document(slug)
        head = queries.revision(act.session, found)
    old = queries.source_texts(act.session, head) if head else []
    carried = _carried(act, found, old, source, by_hand)
    new = carried.segments
    unchanged = head is not None and _says_the_same(head, old, carried, source)
    number = found.head + (not unchanged) if found else 1
    plan = carrying.plan(act, found, old, new, carried.matches)
    impact, relabelled = plan.impact, _relabelled(old, carried)
    report = DocumentImport(
        slug, number, unchanged, source, new, carried.matches, impact, relabelled
    )
    if unchanged or dry_run:
        return report
    document = found or _new_document(act, slug, language)
    document.title = segments.plain(source.title)[:300] or slug
    document.head = number
    _store(act, document, report, carried.skeleton, old, file_digest)
    carrying.apply(act, document, plan.effects)
    act.record(
        "document.imported",
        document=document,
        before={"revision": number - 1} if number > 1 else None,
        after={"revision": number, "file": file_digest, "segments": len(new), **report.changes},
    )
    return report


def _relabelled(old: Sequence[SourceText], carried: Carried) -> int:
    """How many texts stay as they are but for the number in front of them."""
    return sum(
        old[match.old[0]].label != carried.segments[match.new[0]].label
        for match in carried.matches
        if match.change in EXACT
    )


def _says_the_same(
    head: Revision, old: Sequence[SourceText], carried: Carried, source: Source
) -> bool:
    return (
        carried.skeleton.to_json() == head.skeleton
        and [segment.digest for segment in carried.segments] == [text.digest for text in old]
        and source.effective == head.effective
    )


def _carried(
    act: Act,
    document: Document | None,
    old: Sequence[SourceText],
    source: Source,
    by_hand: Sources | None,
) -> Carried:
    if document is None:
        return alignment.carry((), source, by_hand=by_hand)
    earlier: dict[str, list[str]] = {}
    for key, _text, digest in queries.source_history(act.session, document):
        earlier.setdefault(digest, []).append(key)
    used = queries.segments_of(act.session, document)
    return alignment.carry(old, source, used=used, earlier=earlier, by_hand=by_hand)


def _new_document(act: Act, slug: str, language: str) -> Document:
    document = Document(slug=slug, title=slug, source_language=language, created_at=act.now)
    if not act.add(document):
        raise Busy  # the same new document is being imported by somebody else
    return document


def _store(
    act: Act,
    document: Document,
    report: DocumentImport,
    skeleton: segments.Skeleton,
    old: Sequence[SourceText],
    file_digest: str,
) -> None:
    revision = Revision(
        document_id=document.id,
        number=report.revision,
        skeleton=skeleton.to_json(),
        file_digest=file_digest,
        media_type=report.source.media_type,
        # Where a piece stood among the texts matters only until they are decided.
        furniture=[
            {"line": piece.line, "text": piece.text, "reason": piece.reason}
            for piece in report.source.furniture
        ],
        effective=report.source.effective,
        created_by_id=act.actor.user_id,
        created_at=act.now,
    )
    act.session.add(revision)
    act.session.flush()
    rows = _store_texts(act, document, revision, report.segments)
    if document.head > 1:
        _store_lineage(act, revision, old, [rows[s.key] for s in report.segments], report.matches)


def _store_texts(
    act: Act, document: Document, revision: Revision, new: Sequence[Segment]
) -> dict[str, SegmentRow]:
    rows = queries.segments_of(act.session, document)
    for segment in new:
        if segment.key not in rows:
            rows[segment.key] = SegmentRow(document_id=document.id, key=segment.key)
            act.session.add(rows[segment.key])
    act.session.flush()
    for segment in new:
        act.session.add(
            SourceText(
                revision_id=revision.id,
                segment_id=rows[segment.key].id,
                position=segment.position,
                text=segment.text,
                links=[asdict(link) for link in segment.links],
                kind=segment.kind,
                role=segment.role,
                section=segment.section,
                label=segment.label,
                anchor=segment.anchor,
                digest=segment.digest,
            )
        )
    act.session.flush()
    return rows


def _store_lineage(
    act: Act,
    revision: Revision,
    old: Sequence[SourceText],
    new: Sequence[SegmentRow],
    matches: Sequence[Match],
) -> None:
    for match in matches:
        if match.change is Change.KEPT:
            continue
        for j in match.new or (None,):
            for i in match.old or (None,):
                act.session.add(
                    Lineage(
                        revision_id=revision.id,
                        change=match.change,
                        segment_id=None if j is None else new[j].id,
                        from_segment_id=None if i is None else old[i].segment_id,
                        score=match.score,
                    )
                )
    act.session.flush()
