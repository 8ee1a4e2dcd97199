"""The gate in front of publication: what must be met, and what keeps it closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from workflows.problems import N_, Nature, Problem
from workflows.review import State, Unit


class GateClosed(Problem):
    code: ClassVar[str] = "gate-closed"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("These conditions of publishing are not met yet: {conditions}.")
    mend: ClassVar[str] = N_("The checklist names the texts that keep them open.")


class Condition(StrEnum):
    """The conditions of the gate, in the order of the checklist."""

    COMPLETE = "complete"
    CURRENT = "current"
    CHECKS = "checks"
    REVIEWED = "reviewed"
    SIGNED_OFF = "signed-off"


@dataclass(frozen=True)
class Check:
    """One line of the checklist; ``keys`` are the segments that keep it open."""

    condition: Condition
    met: bool
    keys: tuple[str, ...] = ()


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
        unmet = [str(check.condition) for check in self.checks if not check.met]
        if unmet:
            raise GateClosed(conditions=", ".join(unmet))


def gate(units: Sequence[Unit], *, failing: Sequence[str], signed: bool) -> Gate:
    """The checklist for ``units``: ``failing`` are the keys with a blocking check."""

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
