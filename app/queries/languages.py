"""Documents in their languages: units, status, sign-off and live release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.models import (
    Candidate,
    Document,
    Editorial,
    Revision,
    Segment,
    SignOff,
    SourceText,
    Translation,
    User,
)
from app.queries.lineage import by_segment, chain, editorials
from app.queries.releases import Standing, live_releases, source_issues
from app.queries.views import LanguageView, StandIn, UnitView, rule_of
from workflows import release, review, segments
from workflows.release import Behind, Issue
from workflows.review import State, Unit
from workflows.sources import Link


class Linked(Protocol):
    """Whatever has the links of a source text."""

    @property
    def links(self) -> list[dict[str, Any]] | None: ...


# Rows of columns, not entities: a document has thousands, and nobody writes to them.
_TEXT = (
    SourceText.revision_id,
    SourceText.digest,
    # From here on as in UnitView.
    Segment.key,
    SourceText.segment_id,
    SourceText.position,
    SourceText.role,
    SourceText.section,
    SourceText.label,
    SourceText.text,
    # Few texts have any: of the others no JSON is read.
    sa.case((sa.cast(SourceText.links, sa.Text) != "[]", SourceText.links)).label("links"),
)
_TRANSLATION = (
    Translation.segment_id,
    Translation.language,
    Translation.target,
    Translation.state,
    Translation.source_digest,
    Translation.source_text,
    Translation.translated_by_id,
    Translation.translated_at,
    Translation.reviewed_by_id,
    Translation.reviewed_at,
    Translation.return_reason,
    Translation.version,
)


_Where = tuple[str, int, int, str, str, str, str, tuple[Link, ...]]


@dataclass(frozen=True)
class _Loaded:
    """Rows of one or more documents, fetched in a fixed number of queries."""

    texts: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    """Rows of _TEXT by revision, which is their first column."""
    translations: dict[tuple[int, str], Any] = field(default_factory=dict)
    """Rows of _TRANSLATION by segment and language."""
    people: dict[int | None, User] = field(default_factory=dict)
    """Those who translated and reviewed, by id."""
    candidates: dict[tuple[int, str], list[Candidate]] = field(
        default_factory=lambda: defaultdict(list)
    )
    sign_offs: dict[tuple[int, str], SignOff] = field(default_factory=dict)
    releases: dict[tuple[int, str], Standing] = field(default_factory=dict)
    claims: dict[int, list[Editorial]] = field(default_factory=dict)
    issues: dict[int, list[Issue]] = field(default_factory=dict)
    """The releases of the source, by document."""

    def chain(self, segment_id: int, digest: str) -> tuple[Editorial, ...]:
        """The editorial claims through which earlier sources count as this one."""
        claims = self.claims.get(segment_id)
        return chain(claims, digest) if claims else ()


def language(
    session: Session, document: Document, tag: str, now: datetime | None = None
) -> LanguageView:
    """A document in one language, at its newest revision; raises ``NoSuchDocument``.

    ``now`` decides what is in force; it is this very moment unless an act has its own.
    """
    return board(session, [document], [tag], now)[0]


def board(
    session: Session,
    documents: Sequence[Document],
    languages: Iterable[str],
    now: datetime | None = None,
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
    ids = [d.id for d in documents]
    now = now or datetime.now(UTC)
    loaded.releases.update(live_releases(session, ids, now))
    claims = [claim for some in loaded.claims.values() for claim in some]
    loaded.issues.update(source_issues(session, ids, claims))
    return [
        _language_view(d, revisions[d.id], tag, loaded, now)
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
        sa.select(*_TEXT)
        .join(Segment, Segment.id == SourceText.segment_id)
        .where(SourceText.revision_id.in_([revision.id for revision in revisions]))
        .order_by(SourceText.position)
    )
    for text in session.execute(texts):
        loaded.texts[text[0]].append(text)
    ids = [d.id for d in documents]
    here = sa.select(Segment.id).where(Segment.document_id.in_(ids))
    translations = sa.select(*_TRANSLATION).where(
        Translation.segment_id.in_(here), Translation.language.in_(tags)
    )
    people: set[int | None] = set()
    for row in session.execute(translations):
        loaded.translations[row.segment_id, row.language] = row
        people |= {row.translated_by_id, row.reviewed_by_id}
    for person in session.scalars(sa.select(User).where(User.id.in_(people - {None}))):
        loaded.people[person.id] = person
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
    loaded.claims.update(by_segment(editorials(session, documents)))
    return loaded


def _language_view(
    document: Document, revision: Revision, tag: str, loaded: _Loaded, now: datetime
) -> LanguageView:
    sign_off = loaded.sign_offs.get((document.id, tag))
    standing = loaded.releases.get((document.id, tag))
    in_force = standing.in_force if standing else None
    is_source = tag == document.source_language
    views = tuple(
        _source_unit(text, revision, sign_off, loaded) if is_source else _unit(text, tag, loaded)
        for text in loaded.texts[revision.id]
    )
    units = [view.unit for view in views]
    fallbacks = {} if is_source else rule_of(document).fallbacks(units)
    digest = review.texts_digest(units, segments.digest(revision.skeleton), fallbacks)
    behind = None if is_source else _behind(document, standing, digest, loaded)
    return LanguageView(
        document,
        revision,
        tag,
        views,
        digest,
        sign_off,
        in_force,
        standing.newest if standing else None,
        standing.scheduled if standing else (),
        fallbacks,
        _stand_in(document, revision, loaded) if fallbacks else None,
        behind,
        behind.days(now) if behind else None,
        behind.overdue(now) if behind else False,
    )


def _stand_in(document: Document, revision: Revision, loaded: _Loaded) -> StandIn:
    """The source of this very revision, and what was decided about it."""
    source = (document.id, document.source_language)
    sign_off = loaded.sign_offs.get(source)
    units = [_source_unit(text, revision, None, loaded).unit for text in loaded.texts[revision.id]]
    digest = review.texts_digest(units, segments.digest(revision.skeleton))
    signed = sign_off is not None and sign_off.digest == digest
    return StandIn(digest, signed, loaded.releases.get(source))


def _behind(
    document: Document, standing: Standing | None, digest: str, loaded: _Loaded
) -> Behind | None:
    """How far the live translation is behind the live source, if it is."""
    source = loaded.releases.get((document.id, document.source_language))
    live, there = (found.in_force if found else None for found in (standing, source))
    if live is None or there is None or live.withdrawn or there.withdrawn:
        return None
    if live.texts_digest == digest:
        return None  # it says exactly what there is to say now
    return release.behind(
        loaded.issues.get(document.id, ()),
        there.number,
        live.revision.number,
        document.translations_due,
    )


def links_of(text: Linked) -> tuple[Link, ...]:
    """The link table of a source text."""
    return tuple(Link(**row) for row in text.links) if text.links else ()


def _unit(text: Any, tag: str, loaded: _Loaded) -> UnitView:
    where = _where(text)
    key, segment_id, digest = *where[:2], text.digest
    translation = loaded.translations.get((segment_id, tag))
    candidates = tuple(loaded.candidates.get((segment_id, tag), ()))
    claims = loaded.chain(segment_id, digest)
    if translation is None:
        unit = Unit(key, digest)
        return UnitView(*where, unit, claims, candidates=candidates)
    unit = Unit(
        key,
        digest,
        translation.source_digest,
        translation.target,
        segments.target_digest(translation.target),
        State(translation.state),
        frozenset(claim.from_digest for claim in claims),
    )
    return UnitView(
        *where,
        unit,
        claims,
        previous_source=translation.source_text if unit.outdated else "",
        version=translation.version,
        translated_by=loaded.people[translation.translated_by_id],
        translated_at=translation.translated_at,
        reviewed_by=loaded.people.get(translation.reviewed_by_id),
        reviewed_at=translation.reviewed_at,
        return_reason=translation.return_reason,
        candidates=candidates,
    )


def _source_unit(
    text: Any, revision: Revision, sign_off: SignOff | None, loaded: _Loaded
) -> UnitView:
    # The source needs no translation: its review is the sign-off of the revision.
    target_digest = segments.target_digest(text.text)
    unit = Unit(text.key, text.digest, text.digest, text.text, target_digest, State.REVIEWED)
    return UnitView(
        *_where(text),
        unit,
        loaded.chain(text.segment_id, text.digest),
        translated_at=revision.created_at,
        reviewed_by=sign_off.signed_by if sign_off else None,
        reviewed_at=sign_off.signed_at if sign_off else None,
    )


def _where(text: Any) -> _Where:
    """The first fields of a UnitView, which are the last columns of _TEXT."""
    _revision, _digest, key, segment_id, position, role, section, label, said, _links = text
    return key, segment_id, position, role, section, label, said, links_of(text)
