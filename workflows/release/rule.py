"""The rule by which the translations of a document are published, and how far one is behind.

``hold`` publishes a translation when all of it is approved. ``mark`` publishes it when enough of it
is; the rest stands in the source language, marked, with the reason. ``source-only`` publishes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from workflows.problems import N_, Nature, Problem
from workflows.release.timeline import spans
from workflows.review import State, Unit

MAX_DUE = 3_660
"""Days within which translations can be promised."""


class BadRule(Problem):
    code: ClassVar[str] = "bad-rule"
    what: ClassVar[str] = N_("There is no such publication rule.")
    mend: ClassVar[str] = N_(
        "Choose hold, mark or source-only, a share of 1 to 100 percent, and up to {most} days."
    )


class TranslationsNotPublished(Problem):
    code: ClassVar[str] = "translations-not-published"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_(
        "“{slug}” is published in {language} only: its publication rule is source-only."
    )
    mend: ClassVar[str] = N_(
        "Choose another rule for it first; what is live in other languages stays until withdrawn."
    )


class TooLittleApproved(Problem):
    code: ClassVar[str] = "too-little-approved"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_(
        "In release {number} {count} of {total} texts stand in the source language: more than the "
        "publication rule allows now."
    )
    mend: ClassVar[str] = N_("Bring another release back, or choose another publication rule.")


class RuleKind(StrEnum):
    """What becomes of a translation of which some parts are not approved."""

    HOLD = "hold"
    MARK = "mark"
    SOURCE_ONLY = "source-only"


class Fallback(StrEnum):
    """Why a text stands in the source language."""

    MISSING = "missing"
    OUTDATED = "outdated"
    NOT_APPROVED = "not-approved"


@dataclass(frozen=True)
class Rule:
    """How a document is published in its languages."""

    kind: RuleKind = RuleKind.HOLD
    percent: int = 80
    """Of ``mark``: how much of a translation must be approved."""
    authoritative: bool = False
    """The source language is the authoritative one, and every translation says so."""
    due_days: int | None = None
    """Days after a release of the source within which its translations are promised."""

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Rule:
        """The rule that ``facts`` describe; raises ``BadRule``."""
        kind, percent, due = (facts[name] for name in ("kind", "percent", "due_days"))
        known = kind in set(RuleKind) and type(percent) is int and 1 <= percent <= 100
        if not known or not (due is None or (type(due) is int and 1 <= due <= MAX_DUE)):
            raise BadRule(most=MAX_DUE)
        return cls(RuleKind(kind), percent, bool(facts["authoritative"]), due)

    def facts(self) -> dict[str, Any]:
        """The rule as the history holds it."""
        return {
            "kind": str(self.kind),
            "percent": self.percent,
            "authoritative": self.authoritative,
            "due_days": self.due_days,
        }

    def fallbacks(self, units: Iterable[Unit]) -> dict[str, Fallback]:
        """The units that stand in the source language under this rule, each with the reason."""
        if self.kind is not RuleKind.MARK:
            return {}
        return {unit.key: _reason(unit) for unit in units if unit.state is not State.REVIEWED}

    def enough(self, done: int, total: int) -> bool:
        """Whether ``done`` approved texts out of ``total`` are enough to be published."""
        if self.kind is RuleKind.MARK:
            return total > 0 and 100 * done >= self.percent * total
        return total > 0 and done == total

    def allow(self, number: int, done: int, total: int) -> None:
        """Raise ``TooLittleApproved`` unless release ``number`` would be published by this rule."""
        if not self.enough(done, total):
            raise TooLittleApproved(number=number, count=total - done, total=total)


HOLD = Rule()
"""What counts where nothing else was decided."""


def _reason(unit: Unit) -> Fallback:
    if not unit.target:
        return Fallback.MISSING
    return Fallback.OUTDATED if unit.outdated else Fallback.NOT_APPROVED


@dataclass(frozen=True)
class Issue:
    """A release of the source, as far as it matters for who lags behind it."""

    number: int
    revision: int
    """The first from which on only editorial changes lead to that of the release."""
    published_at: datetime
    effective_at: datetime
    withdrawn: bool = False


@dataclass(frozen=True)
class Behind:
    """A translation that lacks a release of the source."""

    number: int
    """Of the first release of the source that it lacks."""
    since: datetime
    """When that took effect."""
    due: datetime | None
    """Until when the translation is promised; None without a promise."""

    def days(self, now: datetime) -> int:
        """Whole days that it has been behind."""
        return max(0, (now - self.since) // timedelta(days=1))

    def overdue(self, now: datetime) -> bool:
        """Whether the promise was broken."""
        return self.due is not None and now > self.due


def behind(
    issues: Sequence[Issue], live: int, revision: int, due_days: int | None
) -> Behind | None:
    """How far a translation of ``revision`` is behind the source, of which release ``live`` counts.

    Counted is from the first release of a newer revision that has been in force, in this or a later
    form, ever since: a source that went back to what was translated asks for nothing, and so does
    one that changed in form alone.
    """
    known = {issue.number: issue for issue in issues}
    first = None
    rows = [(issue.number, issue.published_at, issue.effective_at) for issue in issues]
    for span in reversed([span for span in spans(rows) if span.number <= live]):
        issue = known[span.number]
        if issue.withdrawn:
            continue
        if issue.revision <= revision:
            break
        first = span
    if first is None:
        return None
    due = None if due_days is None else first.since + timedelta(days=due_days)
    return Behind(first.number, first.since, due)
