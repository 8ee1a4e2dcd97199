"""Which units of a language a list shows."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from flask_babel import gettext

from app.queries import LanguageView, UnitView
from workflows.problems import N_
from workflows.release import Condition
from workflows.review import State

TO_DO = (State.INITIAL, State.NEEDS_EDITING)


class Show(StrEnum):
    """The lists there are; the value stands in the address."""

    ALL = "all"
    TODO = "todo"
    MISSING = "missing"
    OUTDATED = "outdated"
    RETURNED = "returned"
    FAILING = "failing"
    WAITING = "waiting"
    UNREVIEWED = "unreviewed"
    REVIEWED = "reviewed"
    PROPOSALS = "proposals"
    REVIEW = "review"
    """The queue of the editor, over all documents: it has a page of its own."""


LABELS = {
    Show.ALL: N_("All"),
    Show.TODO: N_("To do"),
    Show.MISSING: N_("Not translated"),
    Show.OUTDATED: N_("Source changed"),
    Show.RETURNED: N_("Returned"),
    Show.FAILING: N_("With errors"),
    Show.WAITING: N_("Waits for review"),
    Show.UNREVIEWED: N_("Not reviewed"),
    Show.REVIEWED: N_("Reviewed"),
    Show.PROPOSALS: N_("With proposals"),
}
ALWAYS = (Show.ALL, Show.TODO, Show.OUTDATED, Show.WAITING, Show.REVIEWED, Show.PROPOSALS)
OF_CONDITION = {
    Condition.COMPLETE: Show.MISSING,
    Condition.CURRENT: Show.OUTDATED,
    Condition.ENOUGH: Show.UNREVIEWED,
    Condition.CHECKS: Show.FAILING,
    Condition.REVIEWED: Show.UNREVIEWED,
}
_TESTS: dict[Show, Callable[[UnitView], bool]] = {
    Show.ALL: lambda unit: True,
    Show.TODO: lambda unit: unit.state in TO_DO,
    Show.MISSING: lambda unit: not unit.target,
    Show.OUTDATED: lambda unit: unit.outdated,
    Show.RETURNED: lambda unit: bool(unit.return_reason),
    Show.WAITING: lambda unit: unit.state is State.TRANSLATED,
    Show.UNREVIEWED: lambda unit: unit.state is not State.REVIEWED,
    Show.REVIEWED: lambda unit: unit.state is State.REVIEWED,
    Show.PROPOSALS: lambda unit: bool(unit.candidates),
}


def asked(value: str | None, default: Show = Show.ALL) -> Show:
    """The list an address asks for; what is not one gives the default."""
    return Show(value) if value in set(Show) else default


def label(show: Show) -> str:
    """The name of a list in the reader's language."""
    return str(gettext(LABELS[show]))


def chosen(view: LanguageView, show: Show) -> tuple[UnitView, ...]:
    """The units a list shows, in document order."""
    if show is Show.FAILING:
        failing = set(view.failing)
        return tuple(unit for unit in view.units if unit.key in failing)
    test = _TESTS.get(show, _TESTS[Show.ALL])
    return tuple(unit for unit in view.units if test(unit))


def counts(view: LanguageView) -> dict[Show, int]:
    """How many units each list shows."""
    return {show: len(chosen(view, show)) for show in LABELS}
