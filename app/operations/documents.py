"""Importing a source: the first revision, and every one after it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from app import queries
from app.database import Busy
from app.models import Document, Revision, SourceText
from app.models import Segment as SegmentRow
from app.operations.act import Act
from workflows import alignment, segments, sources
from workflows.problems import BadSlug
from workflows.segments import Segment
from workflows.sources import Source

_SLUG = re.compile(r"(?=.{2,80}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
# First path segments that are the service's own.
RESERVED = frozenset({"healthz", "static", "workbench", "message", "languages", "api"})


@dataclass(frozen=True)
class DocumentImport:
    """What importing a source did, or would do."""

    slug: str
    revision: int
    unchanged: bool
    """The source says exactly what the newest revision says: nothing was written."""
    source: Source
    segments: tuple[Segment, ...]
    pairs: tuple[alignment.Pair, ...]
    """The alignment with the revision before; all ``added`` for the first one."""

    @property
    def changes(self) -> dict[str, int]:
        """How many segments were kept, moved, edited, added and removed."""
        counts = Counter(str(pair.change) for pair in self.pairs)
        return {str(change): counts[str(change)] for change in alignment.Change}


def import_document(
    act: Act,
    slug: str,
    source: Source,
    *,
    file_digest: str,
    language: str,
    title: str = "",
    dry_run: bool = False,
) -> DocumentImport:
    """Store ``source`` as the next revision of a document, or as a new document.

    Segments that were kept, moved or edited keep their keys. No translation is touched: which of
    them are outdated follows from the digests. Importing the same text again writes nothing.
    ``language`` counts only for a new document. Raises ``BadSlug``, ``UnknownLanguage``.
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
    skeleton, new, pairs = _aligned(act, found, old, source)
    same = head is not None and skeleton.to_json() == head.skeleton
    unchanged = same and [s.digest for s in new] == [text.digest for text in old]
    number = found.head + (not unchanged) if found else 1
    report = DocumentImport(slug, number, unchanged, source, new, pairs)
    if unchanged or dry_run:
        return report
    document = found or _new_document(act, slug, language)
    document.title = segments.plain(source.title)[:300] or slug
    document.head = number
    _store(act, document, report, skeleton, file_digest)
    act.record(
        "document.imported",
        document=document,
        before={"revision": number - 1} if number > 1 else None,
        after={"revision": number, "file": file_digest, "segments": len(new), **report.changes},
    )
    return report


def _aligned(
    act: Act, document: Document | None, old: Sequence[SourceText], source: Source
) -> tuple[segments.Skeleton, tuple[Segment, ...], tuple[alignment.Pair, ...]]:
    skeleton, new = segments.split(source)
    pairs = alignment.align(old, new)
    if document is None:
        return skeleton, new, pairs
    used = queries.segments_of(act.session, document)
    # Twice: a link to a heading holds the key of the heading, and so does the digest of the text
    # with that link. Only when the headings have their keys can such texts be recognised.
    for _ in range(2):
        keys = {
            pair.new: old[pair.old].segment.key
            for pair in pairs
            if pair.new is not None and pair.old is not None
        }
        keys |= _revived(act, document, new, pairs, set(keys.values()))
        before = [segment.digest for segment in new]
        skeleton, new = segments.split(source, keys=keys, used=used)
        if [segment.digest for segment in new] == before:
            break
        pairs = alignment.align(old, new)
    return skeleton, new, pairs


def _revived(
    act: Act,
    document: Document,
    fresh: Sequence[Segment],
    pairs: Sequence[alignment.Pair],
    taken: set[str],
) -> dict[int, str]:
    """Keys of removed segments whose text is back word for word: their reviews count again."""
    earlier = {
        digest: key
        for key, _text, digest in queries.source_history(act.session, document)
        if key not in taken
    }
    revived: dict[str, int] = {}
    for pair in pairs:
        if pair.change is alignment.Change.ADDED and pair.new is not None:
            key = earlier.pop(fresh[pair.new].digest, None)
            if key is not None:
                revived.setdefault(key, pair.new)
    return {new: key for key, new in revived.items()}


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
    file_digest: str,
) -> None:
    revision = Revision(
        document_id=document.id,
        number=report.revision,
        skeleton=skeleton.to_json(),
        file_digest=file_digest,
        media_type=report.source.media_type,
        furniture=[asdict(piece) for piece in report.source.furniture],
        created_by_id=act.actor.user_id,
        created_at=act.now,
    )
    act.session.add(revision)
    act.session.flush()
    _store_texts(act, document, revision, report.segments)


def _store_texts(act: Act, document: Document, revision: Revision, new: Sequence[Segment]) -> None:
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
