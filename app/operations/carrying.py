"""What a new revision means for the translations there are, planned before anything is written.

Most of it needs no deed: kept and moved texts keep their reviews and edited ones are outdated,
because status comes from digests and from editorial claims. Three things are done. A review that
was given to exactly the pair of texts that is back is valid again. The parts of a split or merge
get the old text as a proposal, never as a translation. And work that would be covered by either
stays as a proposal; a proposal that says no more than a review that is back is closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import queries
from app.models import Candidate, Document, Editorial, SourceText, Translation
from app.models import Segment as SegmentRow
from app.operations.act import Act
from app.queries import Approval
from workflows import segments
from workflows.alignment import EXACT, Change, Match
from workflows.review import State
from workflows.segments import Segment
from workflows.sources import Link


@dataclass(frozen=True)
class Stale:
    """A text for an earlier source, to be offered for a new one."""

    target: str
    source: str
    digest: str
    """Of the source with its links."""
    author_id: int
    origin: str
    """"split", "merged" or "superseded"."""


@dataclass(frozen=True)
class Effect:
    """What is done about one new segment in one language."""

    segment: Segment
    language: str
    revived: Approval | None = None
    """The review that is valid again."""
    source: str = ""
    """The source it was given for: the segment's, or one that counts as it."""
    set_aside: bool = False
    """The current text belongs to a source that is no longer this segment's alone."""
    stale: tuple[Stale, ...] = ()


@dataclass(frozen=True)
class LanguageImpact:
    """What a revision asks of one language that has been begun."""

    language: str
    valid: int
    """Reviewed texts that stay valid."""
    revived: int
    """Reviews that are valid again."""
    waiting: int
    """Segments that go to the translators: changed or new."""
    words: int
    """Words of source in them."""


@dataclass(frozen=True)
class Impact:
    """What a revision asks of the translators; computed before it is stored."""

    languages: tuple[LanguageImpact, ...]
    back: int
    """Changed segments that go back to the translators of at least one language."""
    new: int
    """Segments without any predecessor."""
    words: int
    """Words of source in both."""
    removed: int
    """Segments that leave the page; their texts stay in history, memory and catalogs."""


@dataclass(frozen=True)
class Plan:
    """What will be done, and what it means."""

    effects: tuple[Effect, ...]
    impact: Impact


def plan(
    act: Act,
    document: Document | None,
    old: Sequence[SourceText],
    new: Sequence[Segment],
    matches: Sequence[Match],
) -> Plan:
    """Work out what a revision means for the translations of its document; writes nothing."""
    changed = {n: match for match in matches if match.change not in EXACT for n in match.new}
    planner = _Planner(old, new)
    if document is not None:
        planner.load(act.session, document, changed)
    started = sorted({language for (_, language), row in planner.stored.items() if row.target})
    effects: list[Effect] = []
    waiting: dict[str, list[int]] = {language: [] for language in started}
    for n, match in sorted(changed.items()):
        for language in started:
            effect = planner.effect(n, match, language)
            if effect is not None:
                effects.append(effect)
            if not planner.current(n, language) and not (effect and effect.revived):
                waiting[language].append(n)
    return Plan(tuple(effects), planner.impact(matches, changed, waiting, effects))


class _Planner:
    """Knows the rows a plan is made from."""

    def __init__(self, old: Sequence[SourceText], new: Sequence[Segment]) -> None:
        self.old, self.new = old, new
        self.rows: Mapping[str, SegmentRow] = {}
        self.stored: Mapping[tuple[int, str], Translation] = {}
        self.claims: Mapping[int, Sequence[Editorial]] = {}
        self.approvals: Mapping[tuple[int, str, str], Approval | None] = {}
        self.links: Mapping[str, Sequence[Link]] = {}
        """By digest: those of the sources that were merged."""

    def load(self, session: Session, document: Document, changed: Mapping[int, Match]) -> None:
        """Fetch what is stored about a document, in a fixed number of queries."""
        self.rows = queries.segments_of(session, document)
        self.stored = queries.all_translations(session, document)
        self.claims = queries.by_segment(queries.editorials(session, [document]))
        ids = {self.rows[self.new[n].key].id for n in changed if self.new[n].key in self.rows}
        self.approvals = queries.approvals(session, ids) if ids else {}
        parts = {i for match in changed.values() if len(match.old) > 1 for i in match.old}
        merged = {self.old[i].segment_id for i in parts}
        digests = {row.source_digest for (id_, _), row in self.stored.items() if id_ in merged}
        self.links = queries.source_links(session, digests) if digests else {}

    def row(self, n: int, language: str) -> Translation | None:
        """The translation a new segment has under its key; None without a text."""
        segment = self.rows.get(self.new[n].key)
        row = self.stored.get((segment.id, language)) if segment else None
        return row if row is not None and row.target else None

    def current(self, n: int, language: str) -> bool:
        """Whether the segment has a text for its source, or for one that counts as it."""
        row = self.row(n, language)
        return row is not None and row.source_digest in self.sources(n)

    def sources(self, n: int) -> dict[str, str]:
        """The sources that count as that of a new segment, text by digest: its own, then those
        from which editorial changes lead to it, the nearest first."""
        segment = self.new[n]
        found = self.rows.get(segment.key)
        claims = self.claims.get(found.id, ()) if found else ()
        chain = queries.chain(claims, segment.digest) if claims else ()
        return {segment.digest: segment.text} | {c.from_digest: c.from_text for c in chain}

    def review(self, n: int, language: str) -> tuple[Approval, str] | None:
        """The review that is valid again, and the source it was given for; None: there is none,
        or there is a text for a source that is as near or nearer."""
        found, row = self.rows.get(self.new[n].key), self.row(n, language)
        if found is None:
            return None
        for digest, text in self.sources(n).items():
            if row is not None and row.source_digest == digest:
                break
            place = (found.id, language, digest)
            if place in self.approvals:
                approval = self.approvals[place]
                return (approval, text) if approval else None
        return None

    def effect(self, n: int, match: Match, language: str) -> Effect | None:
        """What is to be done about a changed segment, or nothing."""
        segment, row = self.new[n], self.row(n, language)
        again = self.review(n, language)
        if again is not None:
            approval, source = again
            covered = row and row.state != State.REVIEWED and row.target != approval.target
            kept = (_stale(row, "superseded"),) if row and covered else ()
            return Effect(segment, language, revived=approval, source=source, stale=kept)
        if self.current(n, language):
            return None
        if match.change not in (Change.SPLIT, Change.MERGED):
            return None
        stale = tuple(self._stale(match, language))
        if not stale and row is None:
            return None
        return Effect(segment, language, set_aside=row is not None, stale=stale)

    def _stale(self, match: Match, language: str) -> Iterator[Stale]:
        origin = str(match.change)
        rows = [self.stored.get((self.old[i].segment_id, language)) for i in match.old]
        found = [row for row in rows if row is not None and row.target]
        if len(found) == len(match.old) > 1:
            target = segments.concatenated(row.target for row in found)
            source = segments.concatenated(row.source_text for row in found)
            digest = segments.joined_digest(
                (row.source_text, self.links.get(row.source_digest, ())) for row in found
            )
            yield Stale(target, source, digest, found[0].translated_by_id, origin)
            return
        for row in found:
            yield _stale(row, origin)

    def impact(
        self,
        matches: Sequence[Match],
        changed: Mapping[int, Match],
        waiting: Mapping[str, Collection[int]],
        effects: Sequence[Effect],
    ) -> Impact:
        """Count what a plan asks of each language."""
        words = {n: segments.words(self.new[n].text) for n in changed}
        kept = [n for match in matches if match.change in EXACT for n in match.new]
        again = {(effect.segment.key, effect.language) for effect in effects if effect.revived}
        revived = Counter(language for _, language in again)
        back = {n for numbers in waiting.values() for n in numbers}
        fresh = {n for n, match in changed.items() if match.change is Change.ADDED}
        languages = tuple(
            LanguageImpact(
                language,
                sum(
                    self._reviewed(n, language)
                    for n in (*kept, *changed)
                    if (self.new[n].key, language) not in again
                ),
                revived[language],
                len(numbers),
                sum(words[n] for n in numbers),
            )
            for language, numbers in waiting.items()
        )
        return Impact(
            languages,
            len(back - fresh),
            len(fresh),
            sum(words[n] for n in back | fresh),
            sum(match.change is Change.REMOVED for match in matches),
        )

    def _reviewed(self, n: int, language: str) -> bool:
        row = self.row(n, language)
        return row is not None and row.state == State.REVIEWED and self.current(n, language)


def _stale(row: Translation, origin: str) -> Stale:
    return Stale(row.target, row.source_text, row.source_digest, row.translated_by_id, origin)


def apply(act: Act, document: Document, effects: Sequence[Effect]) -> None:
    """Do what was planned; each deed leaves its row of history."""
    if not effects:
        return
    rows = queries.segments_of(act.session, document)
    stored = queries.all_translations(act.session, document)
    proposed = queries.open_proposals(act.session, document)
    for effect in effects:
        segment = rows[effect.segment.key]
        place = (segment.id, effect.language)
        row = stored.get(place)
        if effect.revived is not None:
            _revive(act, document, segment, row, effect.revived, effect.source)
            if (*place, effect.revived.target) in proposed:
                _close(act, document, segment, effect.revived)
        elif effect.set_aside and row is not None:
            _set_aside(act, document, segment, row, effect.segment)
        for stale in effect.stale:
            if (*place, stale.target) not in proposed:
                _propose(act, document, segment, effect.language, stale)


def _before(row: Translation | None) -> dict[str, object] | None:
    return row.facts() if row is not None and row.target else None


def _revive(
    act: Act,
    document: Document,
    segment: SegmentRow,
    row: Translation | None,
    approval: Approval,
    source: str,
) -> None:
    before = _before(row)
    row = row or Translation(
        segment_id=segment.id, language=approval.language, return_reason="", provenance="human"
    )
    row.target, row.state = approval.target, State.REVIEWED
    row.source_text, row.source_digest = source, approval.source_digest
    row.translated_by_id, row.translated_at = approval.translated_by_id, approval.translated_at
    row.reviewed_by_id, row.reviewed_at = approval.reviewed_by_id, approval.reviewed_at
    row.return_reason = ""
    _store(act, document, segment, row, "translation.revived", before)


def _close(act: Act, document: Document, segment: SegmentRow, approval: Approval) -> None:
    """Close the proposals that the review makes superfluous."""
    twins = queries.open_twins(act.session, segment.id, approval.language, approval.target)
    for candidate in twins:
        candidate.state = "closed"
        act.session.flush()
        act.record(
            "candidate.closed",
            document=document,
            segment_id=segment.id,
            language=approval.language,
            before=candidate.facts(),
        )


def _set_aside(
    act: Act, document: Document, segment: SegmentRow, row: Translation, now: Segment
) -> None:
    before = _before(row)
    row.target, row.state, row.return_reason = "", State.INITIAL, ""
    row.source_text, row.source_digest = now.text, now.digest
    row.reviewed_by_id = row.reviewed_at = None
    _store(act, document, segment, row, "translation.set-aside", before)


def _store(
    act: Act,
    document: Document,
    segment: SegmentRow,
    row: Translation,
    action: str,
    before: dict[str, object] | None,
) -> None:
    act.session.add(row)
    act.session.flush()
    act.record(
        action,
        document=document,
        segment_id=segment.id,
        language=row.language,
        before=before,
        after=row.facts(),
    )


def _propose(
    act: Act, document: Document, segment: SegmentRow, language: str, stale: Stale
) -> None:
    candidate = Candidate(
        segment_id=segment.id,
        language=language,
        target=stale.target,
        source_text=stale.source,
        source_digest=stale.digest,
        origin=stale.origin,
        proposed_by_id=stale.author_id,
        proposed_at=act.now,
    )
    act.session.add(candidate)
    act.session.flush()
    act.record(
        "candidate.added",
        document=document,
        segment_id=segment.id,
        language=language,
        after=candidate.facts(),
    )
