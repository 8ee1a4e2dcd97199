"""The review workflow: one table of transitions, and the status it gives a language.

``TRANSITIONS`` maps (state, action, role) to the state that follows. What is not in the table
raises and changes nothing. The state of a unit is *effective*: text made for another source than
today's counts as ``needs-editing``, whatever was decided about it before (``effective``).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from workflows.problems import N_, Nature, Problem


class State(StrEnum):
    """The state of a unit: a segment and its translation in one language."""

    INITIAL = "initial"
    NEEDS_EDITING = "needs-editing"
    TRANSLATED = "translated"
    REVIEWED = "reviewed"


class Action(StrEnum):
    """What a person can do to a unit."""

    DRAFT = "draft"
    SAVE = "save"
    PROPOSE = "propose"
    ACCEPT = "accept"
    DISMISS = "dismiss"
    APPROVE = "approve"
    RETURN = "return"
    REOPEN = "reopen"


class Role(StrEnum):
    """Who acts: translators and editors have their role in a language."""

    TRANSLATOR = "translator"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


def _table() -> dict[tuple[State, Action, Role], State]:
    table: dict[tuple[State, Action, Role], State] = {}
    unfinished = (State.INITIAL, State.NEEDS_EDITING, State.TRANSLATED)
    for role in (Role.TRANSLATOR, Role.EDITOR):
        for state in unfinished:
            table[state, Action.DRAFT, role] = State.NEEDS_EDITING
            table[state, Action.SAVE, role] = State.TRANSLATED
            table[state, Action.ACCEPT, role] = State.TRANSLATED
            table[state, Action.DISMISS, role] = state
        for state in State:
            table[state, Action.PROPOSE, role] = state
    # Reviewed text is replaced only by an editor, and only knowingly.
    table[State.REVIEWED, Action.ACCEPT, Role.EDITOR] = State.TRANSLATED
    table[State.REVIEWED, Action.DISMISS, Role.EDITOR] = State.REVIEWED
    table[State.REVIEWED, Action.REOPEN, Role.EDITOR] = State.NEEDS_EDITING
    table[State.TRANSLATED, Action.APPROVE, Role.EDITOR] = State.REVIEWED
    table[State.TRANSLATED, Action.RETURN, Role.EDITOR] = State.NEEDS_EDITING
    return table


TRANSITIONS = _table()
NEEDS_REASON = frozenset({Action.RETURN, Action.REOPEN})


class ActionNotAllowed(Problem):
    code: ClassVar[str] = "action-not-allowed"
    nature: ClassVar[Nature] = Nature.FORBIDDEN
    what: ClassVar[str] = N_("You may not do this to the text as it is now.")
    mend: ClassVar[str] = N_("Ask an administrator for the role in this language.")


class WrongState(Problem):
    code: ClassVar[str] = "wrong-state"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("The text is no longer in the state that this needs.")
    mend: ClassVar[str] = N_("Load the page again to see what has changed.")


class FourEyes(Problem):
    code: ClassVar[str] = "four-eyes"
    nature: ClassVar[Nature] = Nature.FORBIDDEN
    what: ClassVar[str] = N_("You wrote this text last, so you can't approve it yourself.")
    mend: ClassVar[str] = N_("Ask another editor of this language to review it.")


class ReasonMissing(Problem):
    code: ClassVar[str] = "reason-missing"
    what: ClassVar[str] = N_("There is no reason.")
    mend: ClassVar[str] = N_("Say in a few words what should change.")


def effective(state: State, *, has_target: bool, outdated: bool) -> State:
    """The state that counts: no text is ``initial``, outdated text is ``needs-editing``."""
    if not has_target:
        return State.INITIAL
    return State.NEEDS_EDITING if outdated else state


def act(
    state: State,
    action: Action,
    roles: Collection[Role],
    *,
    reason: str = "",
    own_text: bool = False,
    four_eyes: bool = True,
) -> State:
    """The state after ``action`` by someone with ``roles`` in the language.

    ``own_text`` says that the actor wrote the current text. Raises ``ActionNotAllowed`` when no
    role of the actor may do it, ``WrongState`` when nobody could, ``FourEyes`` and
    ``ReasonMissing``.
    """
    after = next(
        (TRANSITIONS[key] for r in roles if (key := (state, action, r)) in TRANSITIONS), None
    )
    if after is None:
        possible = any((state, action, role) in TRANSITIONS for role in Role)
        ever = any((other, action, role) in TRANSITIONS for other in State for role in roles)
        if possible or not ever:
            raise ActionNotAllowed(action=action, state=state)
        raise WrongState(action=action, state=state)
    if action is Action.APPROVE and own_text and four_eyes:
        raise FourEyes
    if action in NEEDS_REASON and not reason.strip():
        raise ReasonMissing
    return after


@dataclass(frozen=True)
class Unit:
    """A segment and its translation in one language, as review sees it."""

    key: str
    source_digest: str
    """Of the segment now."""
    translated_digest: str = ""
    """Of the source the target was made for; empty without a target."""
    target: str = ""
    target_digest: str = ""
    stored: State = State.INITIAL
    same_meaning: frozenset[str] = frozenset()
    """Digests of earlier sources from which only editorial changes lead to today's."""

    @property
    def outdated(self) -> bool:
        """Whether the source has moved on, in more than form, since the target was made."""
        return (
            bool(self.target)
            and self.translated_digest != self.source_digest
            and self.translated_digest not in self.same_meaning
        )

    @property
    def state(self) -> State:
        """The effective state."""
        return effective(self.stored, has_target=bool(self.target), outdated=self.outdated)


class LanguageStatus(StrEnum):
    """How far a language of a document is."""

    NOT_STARTED = "not-started"
    IN_TRANSLATION = "in-translation"
    IN_REVIEW = "in-review"
    READY = "ready"
    SIGNED_OFF = "signed-off"
    PUBLISHED = "published"


class Why(StrEnum):
    """Why a language has the status it has; each comes with a number: of segments, or, for the
    last three, of a release."""

    MISSING = "missing"
    OUTDATED = "outdated"
    NEEDS_EDITING = "needs-editing"
    WAITING = "waiting-for-review"
    NOT_SIGNED_OFF = "not-signed-off"
    NOT_PUBLISHED = "not-published"
    LIVE = "live"
    SCHEDULED = "scheduled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Status:
    """The computed status of a document in a language, and the reasons for it."""

    status: LanguageStatus
    outdated: bool
    """The source has moved on: since some translation was made, or since the live release."""
    counts: dict[State, int]
    total: int
    why: tuple[tuple[Why, int], ...] = field(default=())
    live: int = 0
    """Number of the live release, 0 without one."""

    @property
    def reviewed(self) -> int:
        """How many segments are reviewed."""
        return self.counts.get(State.REVIEWED, 0)


def texts_digest(
    units: Iterable[Unit], skeleton_digest: str, fallbacks: Collection[str] = ()
) -> str:
    """SHA-256 over structure, sources and targets, in order: what a sign-off covers.

    ``fallbacks`` are the keys of the units for which the source stands in: of those counts that it
    does, and neither the target that nobody will read nor how far somebody is with it.
    """
    lines = [skeleton_digest]
    lines += [
        f"{unit.key} {unit.source_digest} "
        f"{'source' if unit.key in fallbacks else unit.target_digest}"
        for unit in units
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def status_of(
    units: Sequence[Unit],
    *,
    digest: str,
    signed_digest: str = "",
    live_number: int = 0,
    live_digest: str = "",
    source_moved: bool = False,
    scheduled: Sequence[tuple[int, str]] = (),
    withdrawn: int = 0,
    enough: bool = False,
) -> Status:
    """The status of a language: from the units, the last sign-off and the live release.

    ``digest`` is ``texts_digest`` of the units now; the other two are what the sign-off and the
    live release cover. ``source_moved`` says that the live release is of an earlier revision: a
    translation that was only improved since doesn't make it outdated. ``scheduled`` are number and
    digest of the releases that wait for their day, ``withdrawn`` is the number of the withdrawal in
    force. ``enough`` says that the publication rule of the document asks for no more reviews.
    Nothing is stored: equal digests are the whole truth.
    """
    counts = Counter(unit.state for unit in units)
    outdated_units = sum(unit.outdated for unit in units)
    missing = counts[State.INITIAL]
    reasons = (
        (Why.MISSING, missing),
        (Why.OUTDATED, outdated_units),
        (Why.NEEDS_EDITING, counts[State.NEEDS_EDITING] - outdated_units),
        (Why.WAITING, counts[State.TRANSLATED]),
        (Why.LIVE, live_number),
        (Why.WITHDRAWN, withdrawn),
        *((Why.SCHEDULED, number) for number, _digest in scheduled),
    )
    why = [(reason, count) for reason, count in reasons if count]
    if live_number and live_digest == digest:
        status = LanguageStatus.PUBLISHED
    elif (counts[State.REVIEWED] == len(units) or enough) and units:
        signed = signed_digest == digest
        status = LanguageStatus.SIGNED_OFF if signed else LanguageStatus.READY
        # What is published already and waits for its day lacks nothing.
        if digest not in [waiting for _number, waiting in scheduled]:
            why.append((Why.NOT_PUBLISHED, 0) if signed else (Why.NOT_SIGNED_OFF, 0))
    elif missing + counts[State.NEEDS_EDITING] == 0 and units:
        status = LanguageStatus.IN_REVIEW
    elif missing == len(units):
        status = LanguageStatus.NOT_STARTED
    else:
        status = LanguageStatus.IN_TRANSLATION
    return Status(
        status=status,
        outdated=bool(outdated_units)
        or (source_moved and live_number > 0 and live_digest != digest),
        counts={state: counts[state] for state in State},
        total=len(units),
        why=tuple(why),
        live=live_number,
    )
