"""A unit under somebody's hands: loaded, locked, asked what may be done, and written."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any, ClassVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app import queries
from app.models import Candidate, Translation
from app.operations.act import Act
from app.operations.memory import Remembered
from app.queries import LanguageView, UnitView
from workflows import checks, review
from workflows.problems import N_, Problem, SourceIsNotTranslated, VersionConflict
from workflows.review import Action, Role, State

_BREAK = re.compile(r"\r\n?|\n")


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
    return _BREAK.sub(" ", target).strip()


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
        row: Translation | None,
    ) -> None:
        self.act = act
        self.document = language.document
        self.language = language.language
        self.view = view
        self.segment_id = view.segment_id
        self.row = row

    @classmethod
    def open(cls, act: Act, slug: str, language: str, key: str) -> Desk:
        """The desk of one unit; the document is held until the transaction ends."""
        view = translated_language(act, slug, language)
        unit = view.unit(key)
        row = queries.translation(act.session, unit.segment_id, language)
        return cls(act, view, unit, row)

    @classmethod
    def open_all(cls, act: Act, view: LanguageView) -> dict[str, Desk]:
        """The desks of all units of a language, by key, in a fixed number of queries."""
        rows = queries.translations(act.session, view.document, view.language)
        return {unit.key: cls(act, view, unit, rows.get(unit.segment_id)) for unit in view.units}

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

    def after(
        self,
        state: State,
        *,
        target: str | None = None,
        author: int | None = None,
        source: tuple[str, str] | None = None,
        provenance: str = "human",
        reason: str = "",
    ) -> dict[str, Any]:
        """The columns of the translation that a write sets, with their new values.

        ``target`` (None: unchanged) is by ``author`` and translates ``source``, a pair of text
        and digest, today's by default.
        """
        now, person = self.act.now, self.act.actor.user_id
        reviewed = state is State.REVIEWED
        values: dict[str, Any] = {
            "state": state,
            "return_reason": reason if state is State.NEEDS_EDITING else "",
            "reviewed_by_id": person if reviewed else None,
            "reviewed_at": now if reviewed else None,
        }
        if target is not None or reviewed:
            # A review is for the source that the reviewer saw, also where an editorial change
            # had carried an earlier one over.
            text, digest = source or (self.view.text, self.view.unit.source_digest)
            values |= {"source_text": text, "source_digest": digest}
        if target is not None:
            author = person if author is None else author
            assert author is not None
            values |= {
                "target": target,
                "provenance": provenance,
                "translated_by_id": author,
                "translated_at": now,
            }
        return values

    def write(self, action: str, state: State, *, reason: str = "", **what: Any) -> Translation:
        """Store the unit in its new state and append the history of it.

        Takes what ``after`` takes. Raises ``VersionConflict`` when another transaction came first.
        """
        before = self.before()
        row = self.row or Translation(segment_id=self.segment_id, language=self.language)
        for name, value in self.after(state, reason=reason, **what).items():
            setattr(row, name, value)
        self.act.session.add(row)
        try:
            self.act.session.flush()
        except (StaleDataError, IntegrityError) as error:
            raise VersionConflict(ours="") from error
        self.row = row
        self.act.record(action, **self.fact(before, row.facts(), reason))
        return row

    def approved(self) -> Remembered:
        """The pair of texts that an approval of the unit, as it was opened, puts into the
        memory."""
        unit = self.view.unit
        return Remembered(
            self.document.source_language,
            self.language,
            self.view.text,
            [asdict(link) for link in self.view.links],
            unit.source_digest,
            unit.target,
            unit.target_digest,
            self.act.actor.user_id,
            self.act.now,
            self.segment_id,
        )

    def fact(
        self, before: dict[str, Any] | None, after: dict[str, Any] | None, reason: str = ""
    ) -> dict[str, Any]:
        """What history says of an act on this unit."""
        return {
            "document": self.document,
            "segment_id": self.segment_id,
            "language": self.language,
            "before": before,
            "after": after,
            "reason": reason,
        }

    def check(self, target: str, *, draft: bool = False) -> None:
        """Raise ``ChecksFailed`` when the text must not be saved; see ``stopping``."""
        failing = stopping(checks.check(self.view.text, target), draft=draft)
        if failing:
            raise ChecksFailed(failing)


def stopping(problems: list[Problem], *, draft: bool) -> list[Problem]:
    """Those of the problems of a text for which it must not be saved.

    A draft may lack inline codes, but no later work makes up for what can't be stored or shown.
    """
    never = (checks.ControlCharacter, checks.TooLong)
    return [
        problem for problem in checks.blocking(problems) if not draft or isinstance(problem, never)
    ]


def add_candidate(
    desk: Desk, target: str, origin: str, source: tuple[str, str] | None
) -> Candidate | None:
    """Store a candidate once: the current text and an open twin are not proposed again."""
    candidate = new_candidate(desk, target, origin, source)
    if candidate is not None:
        desk.act.session.add(candidate)
        desk.act.session.flush()
        desk.act.record("candidate.added", **desk.fact(None, candidate.facts()))
    return candidate


def new_candidate(
    desk: Desk, target: str, origin: str, source: tuple[str, str] | None
) -> Candidate | None:
    """A candidate to be stored; None for the current text and for an open twin."""
    known = {candidate.target for candidate in desk.view.candidates} | {desk.view.target}
    if not target or target in known:
        return None
    text, digest = source or (desk.view.text, desk.view.unit.source_digest)
    assert desk.act.actor.user_id is not None
    return Candidate(
        segment_id=desk.segment_id,
        language=desk.language,
        target=target,
        source_text=text,
        source_digest=digest,
        origin=origin,
        proposed_by_id=desk.act.actor.user_id,
        proposed_at=desk.act.now,
    )
