"""One unit at a time: save, propose, approve, return, reopen, accept, dismiss."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app import queries
from app.models import Candidate, Segment, Translation
from app.operations.act import Act, storable
from app.queries import LanguageView, UnitView
from workflows import checks, review
from workflows.problems import (
    N_,
    NoSuchCandidate,
    NoSuchSegment,
    Problem,
    SourceIsNotTranslated,
    VersionConflict,
)
from workflows.review import Action, Role, State


class ChecksFailed(Problem):
    """The text has problems that stop it from being saved; they are in ``problems``."""

    code: ClassVar[str] = "checks-failed"
    what: ClassVar[str] = N_("The text can't be saved: {details}")
    mend: ClassVar[str] = N_("Correct what is named, then save again.")

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(details=" ".join(problem.text() for problem in problems))


def clean(target: str) -> str:
    """A target as it is stored: one line, no white space around it."""
    return re.sub(r"\r\n?|\n", " ", target).strip()


def require_desk(act: Act, language: str) -> None:
    """Raise ``UnknownLanguage``, or ``NotPermitted`` to whoever has no role at the desks of it.

    Asked before anything is looked up: a refusal must not tell what there is in the language.
    """
    act.require_language(language)
    act.require_role(language, Role.TRANSLATOR, Role.EDITOR)


def translated_language(act: Act, slug: str, language: str) -> LanguageView:
    """A language that the document is translated into, with the document held.

    Raises what ``require_desk`` raises, ``NoSuchDocument`` and ``SourceIsNotTranslated``.
    """
    require_desk(act, language)
    document = act.document(slug)
    if language == document.source_language:
        raise SourceIsNotTranslated(language=language)
    return queries.language(act.session, document, language)


class Desk:
    """A unit under somebody's hands: loaded, locked and ready for one action."""

    def __init__(
        self,
        act: Act,
        language: LanguageView,
        view: UnitView,
        segment: Segment,
        row: Translation | None,
    ) -> None:
        self.act = act
        self.document = language.document
        self.language = language.language
        self.view = view
        self.segment = segment
        self.row = row

    @classmethod
    def open(cls, act: Act, slug: str, language: str, key: str) -> Desk:
        """The desk of one unit; the document is held until the transaction ends."""
        view = translated_language(act, slug, language)
        unit = view.unit(key)
        segment = queries.segments_of(act.session, view.document)[key]
        return cls(act, view, unit, segment, queries.translation(act.session, segment.id, language))

    @classmethod
    def open_all(cls, act: Act, view: LanguageView) -> dict[str, Desk]:
        """The desks of all units of a language, by key, in a fixed number of queries."""
        segments = queries.segments_of(act.session, view.document)
        rows = queries.translations(act.session, view.document, view.language)
        return {
            unit.key: cls(act, view, unit, segments[unit.key], rows.get(segments[unit.key].id))
            for unit in view.units
        }

    def expect(self, version: int) -> None:
        """Raise ``VersionConflict`` unless the stored translation still has this version."""
        if (self.row.version if self.row else 0) != version:
            raise VersionConflict(ours=self.row.target if self.row else "")

    def step(self, action: Action, *, reason: str = "") -> State:
        """Ask the table of transitions; raises what ``review.act`` raises."""
        own = self.row is not None and self.row.translated_by_id == self.act.actor.user_id
        return review.act(
            self.view.state,
            action,
            self.act.actor.roles_in(self.language),
            reason=reason,
            own_text=own,
            four_eyes=self.act.rules.four_eyes,
        )

    def before(self) -> dict[str, Any] | None:
        """What history keeps of the unit as it was."""
        return self.row.facts() if self.row is not None else None

    def write(
        self,
        action: str,
        state: State,
        *,
        target: str | None = None,
        author: int | None = None,
        source: tuple[str, str] | None = None,
        provenance: str = "human",
        reason: str = "",
    ) -> Translation:
        """Store the unit in its new state and append the history of it.

        ``target`` (None: unchanged) is by ``author`` and translates ``source``, a pair of text
        and digest, today's by default. Raises ``VersionConflict`` when another transaction came
        first.
        """
        before, now = self.before(), self.act.now
        row = self.row or Translation(
            segment_id=self.segment.id, language=self.language, return_reason=""
        )
        reviewed = state is State.REVIEWED
        if target is not None or reviewed:
            # A review is for the source that the reviewer saw, also where an editorial change
            # had carried an earlier one over.
            text, digest = source or (self.view.text, self.view.unit.source_digest)
            row.source_text, row.source_digest = text, digest
        if target is not None:
            row.target = target
            row.provenance = provenance
            author = self.act.actor.user_id if author is None else author
            assert author is not None
            row.translated_by_id = author
            row.translated_at = now
        row.state = state
        row.return_reason = reason if state is State.NEEDS_EDITING else ""
        row.reviewed_by_id = self.act.actor.user_id if reviewed else None
        row.reviewed_at = now if reviewed else None
        self.act.session.add(row)
        try:
            self.act.session.flush()
        except (StaleDataError, IntegrityError) as error:
            raise VersionConflict(ours="") from error
        self.row = row
        self.act.record(
            action,
            document=self.document,
            segment=self.segment,
            language=self.language,
            before=before,
            after=row.facts(),
            reason=reason,
        )
        return row

    def check(self, target: str, *, draft: bool = False) -> None:
        """Raise ``ChecksFailed`` when the text must not be saved.

        A draft may lack inline codes, but no later work makes up for what can't be stored or shown.
        """
        failing = checks.blocking(checks.check(self.view.text, target))
        if draft:
            never = (checks.ControlCharacter, checks.TooLong)
            failing = [problem for problem in failing if isinstance(problem, never)]
        if failing:
            raise ChecksFailed(failing)


def save(
    act: Act,
    slug: str,
    language: str,
    key: str,
    target: str,
    *,
    version: int,
    draft: bool = False,
) -> Translation | None:
    """Save a translation of the segment as it is now; a draft waits for more work.

    Saving the very text in the very state it has writes nothing. Raises ``VersionConflict`` when
    ``version`` isn't the stored one, ``ChecksFailed``, and what ``review.act`` raises.
    """
    desk = Desk.open(act, slug, language, key)
    desk.expect(version)
    state = desk.step(Action.DRAFT if draft else Action.SAVE)
    target = clean(target)
    desk.check(target, draft=draft)
    if not target:
        state = State.INITIAL
    same = desk.view.target == target and desk.view.state == state and not desk.view.outdated
    if same or (desk.row is None and not target):
        return desk.row
    return desk.write("translation.saved", state, target=target)


def propose(
    act: Act,
    slug: str,
    language: str,
    key: str,
    target: str,
    *,
    origin: str = "proposal",
    source: tuple[str, str] | None = None,
) -> Candidate | None:
    """Keep a text beside the current one, for somebody to decide; nothing when it is there."""
    desk = Desk.open(act, slug, language, key)
    desk.step(Action.PROPOSE)
    target = clean(target)
    desk.check(target)
    return add_candidate(desk, target, origin, source)


def add_candidate(
    desk: Desk, target: str, origin: str, source: tuple[str, str] | None
) -> Candidate | None:
    """Store a candidate once: the current text and an open twin are not proposed again."""
    known = {candidate.target for candidate in desk.view.candidates} | {desk.view.target}
    if not target or target in known:
        return None
    text, digest = source or (desk.view.text, desk.view.unit.source_digest)
    assert desk.act.actor.user_id is not None
    candidate = Candidate(
        segment_id=desk.segment.id,
        language=desk.language,
        target=target,
        source_text=text,
        source_digest=digest,
        origin=origin,
        proposed_by_id=desk.act.actor.user_id,
        proposed_at=desk.act.now,
    )
    desk.act.session.add(candidate)
    desk.act.session.flush()
    desk.act.record(
        "candidate.added",
        document=desk.document,
        segment=desk.segment,
        language=desk.language,
        after={"candidate": candidate.id, "target": target, "origin": origin},
    )
    return candidate


def approve(act: Act, slug: str, language: str, key: str, *, version: int) -> Translation:
    """Approve the text as final. Raises ``FourEyes`` for one's own text, ``ChecksFailed``."""
    desk = Desk.open(act, slug, language, key)
    desk.expect(version)
    state = desk.step(Action.APPROVE)
    desk.check(desk.view.target)
    return desk.write("translation.approved", state)


def approve_all(act: Act, slug: str, language: str, versions: Mapping[str, int]) -> int:
    """Approve the texts that were shown: ``versions`` are their versions, by key.

    All of them or none: the first that can't be approved raises what ``approve`` would.
    Returns how many were approved.
    """
    desks = Desk.open_all(act, translated_language(act, slug, language))
    for key, version in versions.items():
        if key not in desks:
            raise NoSuchSegment(key=key)
        desk = desks[key]
        desk.expect(version)
        state = desk.step(Action.APPROVE)
        desk.check(desk.view.target)
        desk.write("translation.approved", state)
    return len(versions)


def return_(
    act: Act, slug: str, language: str, key: str, *, version: int, reason: str
) -> Translation:
    """Give the text back to the translators; raises ``ReasonMissing`` without a reason."""
    desk = Desk.open(act, slug, language, key)
    desk.expect(version)
    state = desk.step(Action.RETURN, reason=reason)
    return desk.write("translation.returned", state, reason=storable(reason, 1000))


def reopen(
    act: Act, slug: str, language: str, key: str, *, version: int, reason: str
) -> Translation:
    """Take a review back, so that the text can be changed; releases are not touched."""
    desk = Desk.open(act, slug, language, key)
    desk.expect(version)
    state = desk.step(Action.REOPEN, reason=reason)
    return desk.write("translation.reopened", state, reason=storable(reason, 1000))


def _candidate(act: Act, slug: str, language: str, candidate_id: int) -> tuple[Desk, Candidate]:
    require_desk(act, language)
    candidate = queries.open_candidate(act.session, candidate_id, language)
    if candidate is None:
        raise NoSuchCandidate()
    desk = Desk.open(act, slug, language, candidate.segment.key)
    if candidate.segment_id != desk.segment.id:
        raise NoSuchCandidate()
    return desk, candidate


def accept(act: Act, slug: str, language: str, candidate_id: int, *, version: int) -> Translation:
    """Make a proposal the current text; it waits for review, and its author stays its author."""
    desk, candidate = _candidate(act, slug, language, candidate_id)
    desk.expect(version)
    state = desk.step(Action.ACCEPT)
    # A text for an earlier source is where work on today's begins: it can't have all its codes.
    stale = candidate.source_digest != desk.view.unit.source_digest
    desk.check(candidate.target, draft=stale)
    candidate.state = "accepted"
    return desk.write(
        "candidate.accepted",
        state,
        target=candidate.target,
        author=candidate.proposed_by_id,
        source=(candidate.source_text, candidate.source_digest),
    )


def dismiss(act: Act, slug: str, language: str, candidate_id: int) -> Candidate:
    """Decide against a proposal; it stays in the history."""
    desk, candidate = _candidate(act, slug, language, candidate_id)
    desk.step(Action.DISMISS)
    candidate.state = "dismissed"
    act.session.flush()
    act.record(
        "candidate.dismissed",
        document=desk.document,
        segment=desk.segment,
        language=language,
        before={"candidate": candidate.id, "target": candidate.target},
    )
    return candidate
