"""What a new revision means for the translations there are, planned before anything is written.

Most of it needs no deed: kept and moved texts keep their reviews and edited ones are outdated,
because status comes from digests. Three things are done. A review that was given to exactly the
pair of texts that is back is valid again. The parts of a split or merge get the old text as a
proposal, never as a translation. And work that would be covered by either stays as a proposal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app import queries
from app.models import Candidate, Document, SourceText, Translation
from app.models import Segment as SegmentRow
from app.operations.act import Act
from app.queries import Approval
from workflows import segments
from workflows.alignment import EXACT, Change, Match
from workflows.review import State
from workflows.segments import Segment


@dataclass(frozen=True)
class Stale:
    """A text for an earlier source, to be offered for a new one."""

    target: str
    source: str
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
    rows = queries.segments_of(act.session, document) if document else {}
    stored = queries.all_translations(act.session, document) if document else {}
    changed = {n: match for match in matches if match.change not in EXACT for n in match.new}
    ids = {rows[new[n].key].id for n in changed if new[n].key in rows}
    approvals = queries.approvals(act.session, ids) if ids else {}
    started = sorted({language for (_, language), row in stored.items() if row.target})
    planner = _Planner(old, new, rows, stored, approvals)
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

    def __init__(
        self,
        old: Sequence[SourceText],
        new: Sequence[Segment],
        rows: Mapping[str, SegmentRow],
        stored: Mapping[tuple[int, str], Translation],
        approvals: Mapping[tuple[int, str, str], Approval],
    ) -> None:
        self.old, self.new, self.rows = old, new, rows
        self.stored, self.approvals = stored, approvals

    def row(self, n: int, language: str) -> Translation | None:
        """The translation a new segment has under its key; None without a text."""
        segment = self.rows.get(self.new[n].key)
        row = self.stored.get((segment.id, language)) if segment else None
        return row if row is not None and row.target else None

    def current(self, n: int, language: str) -> bool:
        """Whether the segment has a text for exactly its source."""
        row = self.row(n, language)
        return row is not None and row.source_digest == self.new[n].digest

    def effect(self, n: int, match: Match, language: str) -> Effect | None:
        """What is to be done about a changed segment, or nothing."""
        if self.current(n, language):
            return None
        segment, row = self.new[n], self.row(n, language)
        found = self.rows.get(segment.key)
        approval = self.approvals.get((found.id, language, segment.digest)) if found else None
        if approval is not None:
            kept = (_superseded(row),) if row and row.state != State.REVIEWED else ()
            return Effect(segment, language, revived=approval, stale=kept)
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
            yield Stale(target, source, found[0].translated_by_id, origin)
            return
        for row in found:
            yield Stale(row.target, row.source_text, row.translated_by_id, origin)

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
        revived: dict[str, int] = defaultdict(int)
        for effect in effects:
            revived[effect.language] += effect.revived is not None
        back = {n for numbers in waiting.values() for n in numbers}
        fresh = {n for n, match in changed.items() if match.change is Change.ADDED}
        languages = tuple(
            LanguageImpact(
                language,
                sum(self._reviewed(n, language) for n in (*kept, *changed)),
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


def _superseded(row: Translation) -> Stale:
    return Stale(row.target, row.source_text, row.translated_by_id, "superseded")


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
            _revive(act, document, segment, row, effect.revived, effect.segment)
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
    now: Segment,
) -> None:
    before = _before(row)
    row = row or Translation(
        segment_id=segment.id, language=approval.language, return_reason="", provenance="human"
    )
    row.target, row.state = approval.target, State.REVIEWED
    row.source_text, row.source_digest = now.text, now.digest
    row.translated_by_id, row.translated_at = approval.translated_by_id, approval.translated_at
    row.reviewed_by_id, row.reviewed_at = approval.reviewed_by_id, approval.reviewed_at
    row.return_reason = ""
    _store(act, document, segment, row, "translation.revived", before)


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
        source_digest=segments.digest(stale.source),
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
