"""The gate in front of publication: what must be met, and what keeps it closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from workflows.problems import N_, Nature, Phrases, Problem
from workflows.release.rule import HOLD, Rule, RuleKind
from workflows.review import State, Unit


class GateClosed(Problem):
    code: ClassVar[str] = "gate-closed"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("These conditions of publishing are not met yet: {conditions}.")
    mend: ClassVar[str] = N_("The checklist names the texts that keep them open.")


class SourceNotInForce(Problem):
    code: ClassVar[str] = "source-not-in-force"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_(
        "Parts of this stand in the source language, in words that are not in force at that moment."
    )
    mend: ClassVar[str] = N_(
        "Choose a moment at which the published source says exactly what it says now."
    )


class FallbackNotInForce(SourceNotInForce):
    mend: ClassVar[str] = N_("Bring another release back, or publish the translation anew.")


class Condition(StrEnum):
    """The conditions of the gate, in the order of the checklist."""

    COMPLETE = "complete"
    CURRENT = "current"
    ENOUGH = "enough"
    """Of the rule "mark", instead of the two before and REVIEWED."""
    CHECKS = "checks"
    REVIEWED = "reviewed"
    SOURCE = "source"
    """Of the rule "mark": what stands in the source language is published there."""
    SIGNED_OFF = "signed-off"


WORDS = {
    Condition.COMPLETE: N_("Every segment has a text"),
    Condition.CURRENT: N_("No translation is outdated"),
    Condition.ENOUGH: N_("At least %(wanted)s %% of the segments are reviewed"),
    Condition.CHECKS: N_("No check finds an error"),
    Condition.REVIEWED: N_("Every segment is reviewed"),
    Condition.SOURCE: N_("The source, which stands in for the rest, is published as it is now"),
    Condition.SIGNED_OFF: N_("An editor has signed off exactly these texts"),
}
SHARE = N_("%(share)s %% of %(wanted)s %% reviewed")


@dataclass(frozen=True)
class Check:
    """One line of the checklist; ``keys`` are the segments that keep it open."""

    condition: Condition
    met: bool
    keys: tuple[str, ...] = ()
    share: int = 0
    """Of ENOUGH: whole percent that are approved."""
    wanted: int = 0
    """Of ENOUGH: the percent that the rule asks for."""
    lacking: int = 0
    """Of ENOUGH: how many more must be approved."""

    def __str__(self) -> str:
        if self.condition is Condition.ENOUGH:
            return f"{self.share} % of {self.wanted} % reviewed"
        return str(self.condition)

    @property
    def words(self) -> tuple[str, dict[str, int]]:
        """The line as a message id, and the numbers in it."""
        if self.condition is Condition.ENOUGH and not self.met:
            return SHARE, {"share": self.share, "wanted": self.wanted}
        return WORDS[self.condition], {"wanted": self.wanted}


@dataclass(frozen=True)
class Gate:
    """The checklist in front of publication."""

    checks: tuple[Check, ...]

    @property
    def open(self) -> bool:
        """Whether everything is met."""
        return all(check.met for check in self.checks)

    def require(self) -> None:
        """Raise ``GateClosed`` unless everything is met."""
        unmet = [check for check in self.checks if not check.met]
        if unmet:
            codes = ", ".join(map(str, unmet))
            raise GateClosed(conditions=Phrases.of(codes, [check.words for check in unmet]))


def gate(
    units: Sequence[Unit],
    *,
    failing: Sequence[str],
    signed: bool,
    rule: Rule = HOLD,
    source_ready: bool = True,
) -> Gate:
    """The checklist for ``units``: ``failing`` are the keys with a blocking check.

    ``source_ready`` says whether the source is signed off and published as it is now: under the
    rule ``mark`` parts of it may be published with the translation.
    """
    if rule.kind is RuleKind.MARK:
        return _marking(units, set(failing), signed, rule, source_ready)

    def check(condition: Condition, keys: Sequence[str]) -> Check:
        return Check(condition, not keys and bool(units), tuple(keys))

    return Gate(
        (
            check(Condition.COMPLETE, [u.key for u in units if not u.target]),
            check(Condition.CURRENT, [u.key for u in units if u.outdated]),
            check(Condition.CHECKS, failing),
            check(Condition.REVIEWED, [u.key for u in units if u.state is not State.REVIEWED]),
            Check(Condition.SIGNED_OFF, signed),
        )
    )


def _marking(
    units: Sequence[Unit], failing: set[str], signed: bool, rule: Rule, source_ready: bool
) -> Gate:
    rest = rule.fallbacks(units)
    # A check is about a text that will be read: none of those that the source stands in for.
    wrong = tuple(u.key for u in units if u.key in failing and u.key not in rest)
    done = len(units) - len(rest) - len(wrong)
    share = 100 * done // len(units) if units else 0
    enough = rule.enough(done, len(units))
    lacking = 0 if enough else -(-rule.percent * len(units) // 100) - done
    return Gate(
        (
            Check(
                Condition.ENOUGH,
                enough,
                () if enough else tuple(rest),
                share,
                rule.percent,
                lacking,
            ),
            Check(Condition.CHECKS, not wrong and bool(units), wrong),
            Check(Condition.SOURCE, source_ready or not rest),
            Check(Condition.SIGNED_OFF, signed),
        )
    )
