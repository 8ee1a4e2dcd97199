"""What the queries of languages give: rows put together the way pages want them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from app.models import Candidate, Document, Editorial, Release, Revision, SignOff, User
from app.queries.releases import Standing
from workflows import checks, review, segments
from workflows.problems import NoSuchSegment
from workflows.release import Behind, Fallback, Rule, RuleKind
from workflows.review import State, Status, Unit
from workflows.sources import Link


def rule_of(document: Document) -> Rule:
    """The publication rule of a document."""
    return Rule(
        RuleKind(document.rule),
        document.mark_percent,
        document.authoritative,
        document.translations_due,
    )


@dataclass(frozen=True)
class UnitView:
    """A segment and its translation in one language, with everything a page shows of it."""

    key: str
    segment_id: int
    position: int
    role: str
    section: str
    label: str
    text: str
    links: tuple[Link, ...]
    unit: Unit
    editorials: tuple[Editorial, ...] = ()
    """The claims through which reviews of earlier sources count for today's; the nearest first."""
    previous_source: str = ""
    """The source the target was made for, when it is outdated."""
    version: int = 0
    """Of the stored translation; 0 while there is none."""
    translated_by: User | None = None
    translated_at: datetime | None = None
    reviewed_by: User | None = None
    reviewed_at: datetime | None = None
    return_reason: str = ""
    candidates: tuple[Candidate, ...] = ()

    @property
    def target(self) -> str:
        """The current target text, empty when there is none."""
        return self.unit.target

    @property
    def state(self) -> State:
        """The effective state."""
        return self.unit.state

    @property
    def outdated(self) -> bool:
        """Whether the source has moved on since the target was made."""
        return self.unit.outdated

    @property
    def carried(self) -> tuple[Editorial, ...]:
        """The editorial changes from the source of the target to the source now, oldest first.

        Empty when the target was made, or reviewed, for exactly the source now.
        """
        ways = {claim.from_digest: claim for claim in self.editorials}
        digest, found = self.unit.translated_digest, []
        while self.target and digest != self.unit.source_digest and digest in ways:
            found.append(ways[digest])
            digest = ways[digest].to_digest
        return tuple(found)


@dataclass(frozen=True)
class StandIn:
    """The source as it is now, which stands in for what is not approved in a language."""

    digest: str
    signed: bool
    """Whether its last sign-off covers exactly this."""
    standing: Standing | None

    @property
    def ready(self) -> bool:
        """Whether it is signed off and published: in force, or waiting for its day."""
        found = self.standing
        return self.signed and found is not None and any(map(self._is, found.to_come))

    def in_force_at(self, moment: datetime) -> bool:
        """Whether visitors will read exactly it at a moment from now on."""
        return self.standing is not None and self._is(self.standing.at(moment))

    def _is(self, row: Release | None) -> bool:
        return row is not None and not row.withdrawn and row.texts_digest == self.digest


@dataclass(frozen=True)
class LanguageView:
    """A document in one language: its units, what they add up to, and what is decided."""

    document: Document
    revision: Revision
    language: str
    units: tuple[UnitView, ...]
    digest: str
    sign_off: SignOff | None
    in_force: Release | None = None
    """The release with the highest number that has taken effect; it may be a withdrawal."""
    newest: Release | None = None
    """The release with the highest number, in force or not."""
    scheduled: tuple[Release, ...] = ()
    """The releases that will take effect, in the order of their days."""
    fallbacks: Mapping[str, Fallback] = field(default_factory=dict)
    """The units that stand in the source language under the rule of the document."""
    stand_in: StandIn | None = None
    """None where nothing stands in the source language."""
    behind: Behind | None = None
    """How far what visitors read is behind the published source."""
    lag_days: int | None = None
    """Whole days that it has been; None when it is not."""
    overdue: bool = False
    """Whether it has been so for longer than was promised."""

    @property
    def rule(self) -> Rule:
        """The publication rule of the document, as far as it is about this language."""
        rule = rule_of(self.document)
        return replace(rule, kind=RuleKind.HOLD) if self.is_source else rule

    @property
    def live(self) -> Release | None:
        """What visitors read now."""
        return None if self.in_force is None or self.in_force.withdrawn else self.in_force

    @property
    def is_source(self) -> bool:
        """Whether this is the language the document is written in."""
        return self.language == self.document.source_language

    @property
    def signed(self) -> bool:
        """Whether the last sign-off covers exactly today's texts."""
        return self.sign_off is not None and self.sign_off.digest == self.digest

    @cached_property
    def status(self) -> Status:
        """How far the language is; worked out when somebody asks."""
        live = self.live
        return review.status_of(
            [view.unit for view in self.units],
            digest=self.digest,
            signed_digest=self.sign_off.digest if self.sign_off else "",
            live_number=live.number if live else 0,
            live_digest=live.texts_digest if live else "",
            source_moved=live is not None and live.revision_id != self.revision.id,
            scheduled=[(release.number, release.texts_digest) for release in self.scheduled],
            withdrawn=self.in_force.number if self.in_force and self.in_force.withdrawn else 0,
            enough=self.rule.kind is RuleKind.MARK
            and self.rule.enough(len(self.units) - len(self.fallbacks), len(self.units)),
        )

    @property
    def words_left(self) -> int:
        """Words of source in segments that still want a translator."""
        wanting = (State.INITIAL, State.NEEDS_EDITING)
        return sum(segments.words(view.text) for view in self.units if view.state in wanting)

    @property
    def failing(self) -> tuple[str, ...]:
        """Keys of the units with a blocking check."""
        return tuple(
            view.key for view in self.units if checks.blocking(checks.check(view.text, view.target))
        )

    def unit(self, key: str) -> UnitView:
        """The unit with this key; raises ``NoSuchSegment``."""
        for view in self.units:
            if view.key == key:
                return view
        raise NoSuchSegment(key=key)
