"""Documents in their languages: units, status, sign-off and live release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.models import (
    Candidate,
    Document,
    Editorial,
    Release,
    Revision,
    Segment,
    SignOff,
    SourceText,
    Translation,
)
from app.queries.lineage import by_segment, chain, editorials
from app.queries.releases import live_releases
from app.queries.views import LanguageView, UnitView
from workflows import review, segments
from workflows.review import State, Unit
from workflows.sources import Link


@dataclass(frozen=True)
class _Loaded:
    """Rows of one or more documents, fetched in a fixed number of queries."""

    texts: dict[int, list[SourceText]] = field(default_factory=lambda: defaultdict(list))
    translations: dict[tuple[int, str], Translation] = field(default_factory=dict)
    candidates: dict[tuple[int, str], list[Candidate]] = field(
        default_factory=lambda: defaultdict(list)
    )
    sign_offs: dict[tuple[int, str], SignOff] = field(default_factory=dict)
    live: dict[tuple[int, str], Release] = field(default_factory=dict)
    claims: dict[int, list[Editorial]] = field(default_factory=dict)

    def chain(self, text: SourceText) -> tuple[Editorial, ...]:
        """The editorial claims through which earlier sources count as this one."""
        return chain(self.claims.get(text.segment_id, ()), text.digest)


def language(session: Session, document: Document, tag: str) -> LanguageView:
    """A document in one language, at its newest revision; raises ``NoSuchDocument``."""
    return board(session, [document], [tag])[0]


def board(
    session: Session, documents: Sequence[Document], languages: Iterable[str]
) -> list[LanguageView]:
    """Documents x languages, in that order; the number of queries doesn't depend on either."""
    tags = list(languages)
    pairs = [(Revision.document_id == d.id) & (Revision.number == d.head) for d in documents]
    if not pairs:
        return []
    revisions = {
        row.document_id: row
        for row in session.scalars(
            sa.select(Revision).where(sa.or_(*pairs)).options(joinedload(Revision.document))
        )
    }
    loaded = _load(session, documents, list(revisions.values()), tags)
    return [
        _language_view(d, revisions[d.id], tag, loaded)
        for d in documents
        for tag in tags
        if d.id in revisions
    ]


def _load(
    session: Session,
    documents: Sequence[Document],
    revisions: Sequence[Revision],
    tags: Sequence[str],
) -> _Loaded:
    loaded = _Loaded()
    texts = (
        sa.select(SourceText)
        .where(SourceText.revision_id.in_([revision.id for revision in revisions]))
        .order_by(SourceText.position)
        .options(joinedload(SourceText.segment))
    )
    for text in session.scalars(texts):
        loaded.texts[text.revision_id].append(text)
    ids = [d.id for d in documents]
    here = sa.select(Segment.id).where(Segment.document_id.in_(ids))
    translations = (
        sa.select(Translation)
        .where(Translation.segment_id.in_(here), Translation.language.in_(tags))
        .options(joinedload(Translation.translated_by), joinedload(Translation.reviewed_by))
    )
    for row in session.scalars(translations):
        loaded.translations[row.segment_id, row.language] = row
    candidates = (
        sa.select(Candidate)
        .where(
            Candidate.segment_id.in_(here),
            Candidate.language.in_(tags),
            Candidate.state == "open",
        )
        .order_by(Candidate.id)
        .options(joinedload(Candidate.proposed_by))
    )
    for candidate in session.scalars(candidates):
        loaded.candidates[candidate.segment_id, candidate.language].append(candidate)
    for sign_off in session.scalars(
        sa.select(SignOff)
        .where(SignOff.document_id.in_(ids))
        .order_by(SignOff.id)
        .options(joinedload(SignOff.signed_by))
    ):
        loaded.sign_offs[sign_off.document_id, sign_off.language] = sign_off
    for release in live_releases(session, ids):
        loaded.live[release.document_id, release.language] = release
    loaded.claims.update(by_segment(editorials(session, documents)))
    return loaded


def _language_view(
    document: Document, revision: Revision, tag: str, loaded: _Loaded
) -> LanguageView:
    sign_off = loaded.sign_offs.get((document.id, tag))
    live = loaded.live.get((document.id, tag))
    is_source = tag == document.source_language
    views = tuple(
        _source_unit(text, revision, sign_off, loaded.chain(text))
        if is_source
        else _unit(
            text,
            loaded.translations.get((text.segment_id, tag)),
            loaded.candidates.get((text.segment_id, tag), []),
            loaded.chain(text),
        )
        for text in loaded.texts[revision.id]
    )
    units = [view.unit for view in views]
    digest = review.texts_digest(units, segments.digest(revision.skeleton))
    status = review.status_of(
        units,
        digest=digest,
        signed_digest=sign_off.digest if sign_off else "",
        live_number=live.number if live else 0,
        live_digest=live.texts_digest if live else "",
        source_moved=live is not None and live.revision_id != revision.id,
    )
    return LanguageView(document, revision, tag, views, digest, sign_off, live, status)


def links_of(text: SourceText) -> tuple[Link, ...]:
    """The link table of a source text."""
    return tuple(Link(**row) for row in text.links)


def _unit(
    text: SourceText,
    translation: Translation | None,
    candidates: Sequence[Candidate],
    claims: tuple[Editorial, ...],
) -> UnitView:
    words = segments.words(text.text)
    if translation is None:
        unit = Unit(text.segment.key, text.digest, words=words)
        return UnitView(**_where(text), unit=unit, editorials=claims, candidates=tuple(candidates))
    unit = Unit(
        text.segment.key,
        text.digest,
        translation.source_digest,
        translation.target,
        segments.target_digest(translation.target),
        State(translation.state),
        words,
        frozenset(claim.from_digest for claim in claims),
    )
    return UnitView(
        **_where(text),
        unit=unit,
        editorials=claims,
        previous_source=translation.source_text if unit.outdated else "",
        version=translation.version,
        translated_by=translation.translated_by,
        translated_at=translation.translated_at,
        reviewed_by=translation.reviewed_by,
        reviewed_at=translation.reviewed_at,
        return_reason=translation.return_reason,
        candidates=tuple(candidates),
    )


def _source_unit(
    text: SourceText,
    revision: Revision,
    sign_off: SignOff | None,
    claims: tuple[Editorial, ...],
) -> UnitView:
    # The source needs no translation: its review is the sign-off of the revision.
    target_digest = segments.target_digest(text.text)
    unit = Unit(
        text.segment.key,
        text.digest,
        text.digest,
        text.text,
        target_digest,
        State.REVIEWED,
        segments.words(text.text),
    )
    return UnitView(
        **_where(text),
        unit=unit,
        editorials=claims,
        translated_at=revision.created_at,
        reviewed_by=sign_off.signed_by if sign_off else None,
        reviewed_at=sign_off.signed_at if sign_off else None,
    )


def _where(text: SourceText) -> dict[str, Any]:
    return {
        "key": text.segment.key,
        "position": text.position,
        "role": text.role,
        "section": text.section,
        "label": text.label,
        "text": text.text,
        "links": links_of(text),
    }
