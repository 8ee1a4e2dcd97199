"""What releases are made of, and the reasons to refuse one."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from workflows import checks
from workflows.problems import N_, Nature, Problem
from workflows.sources import Link

MAX_SUMMARY = 2_000
MAX_REASON = 300
MAX_AHEAD = timedelta(days=3_660)


class ReleaseDamaged(Problem):
    code: ClassVar[str] = "release-damaged"
    what: ClassVar[str] = N_("Release {number} does not match its own digest.")
    mend: ClassVar[str] = N_("Restore it from a backup; it is not shown.")


class Withdrawn(Problem):
    code: ClassVar[str] = "withdrawn"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("Release {number} is a withdrawal: there are no texts in it.")
    mend: ClassVar[str] = N_("Choose an earlier release.")


class NothingToWithdraw(Problem):
    code: ClassVar[str] = "nothing-to-withdraw"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("Nothing is published here that could be withdrawn.")
    mend: ClassVar[str] = N_("There is nothing to do.")


class NothingToRollBack(Problem):
    code: ClassVar[str] = "nothing-to-roll-back"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_(
        "Release {number} says what visitors read now, and nothing else waits."
    )
    mend: ClassVar[str] = N_("There is nothing to do.")


class WithdrawnWithoutReason(Problem):
    code: ClassVar[str] = "withdrawn-without-reason"
    what: ClassVar[str] = N_("There is no reason.")
    mend: ClassVar[str] = N_("Say in one sentence, for visitors, why the policy was withdrawn.")


class BadSummary(Problem):
    code: ClassVar[str] = "bad-summary"
    what: ClassVar[str] = N_("The summary has a control character in it or is too long.")
    mend: ClassVar[str] = N_("Write plain text of at most {most} characters.")


class BadReason(Problem):
    code: ClassVar[str] = "bad-reason"
    what: ClassVar[str] = N_("The reason has a control character in it or is too long.")
    mend: ClassVar[str] = N_("Write one line of at most {most} characters.")


class BadEffectiveDate(Problem):
    code: ClassVar[str] = "bad-effective-date"
    what: ClassVar[str] = N_(
        "A release can't take effect before it is published, nor in ten years."
    )
    mend: ClassVar[str] = N_("Name a later moment in UTC, or none: then it is live at once.")


class Kind(StrEnum):
    """What a release does."""

    RELEASE = "release"
    ROLLBACK = "rollback"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True)
class EditorialChange:
    """Why a review of an earlier source counts for the one that is released."""

    before: str
    """Digest of the earlier source."""
    reason: str
    marked_by: str
    marked_at: str
    confirmed_by: str
    confirmed_at: str


@dataclass(frozen=True)
class Text:
    """One text of a release: what it says, and who answers for it."""

    key: str
    role: str
    section: str
    label: str
    source: str
    source_digest: str
    target: str
    links: tuple[Link, ...]
    translated_by: str
    translated_at: str
    reviewed_by: str
    reviewed_at: str
    reviewed_source: str = ""
    """Digest of the source that was reviewed; "" when it is ``source_digest``."""
    editorial: tuple[EditorialChange, ...] = ()
    """What leads from earlier sources to this one without a change of meaning."""
    fallback: str = ""
    """Why the text stands in the source language: "missing", "outdated" or "not-approved"."""

    @property
    def same_meaning(self) -> frozenset[str]:
        """Digests of earlier sources that mean the same."""
        return frozenset(change.before for change in self.editorial)

    @property
    def self_approved(self) -> bool:
        """Whether the person who approved it is the one who wrote it."""
        return self.translated_by == self.reviewed_by


@dataclass(frozen=True)
class Place:
    """Where a release stands: in its document and language, and in the log of all releases."""

    document: str
    language: str
    number: int
    previous: str
    """Digest of the release of the same document and language before it; "" for the first."""
    index: int
    """Counted from 1 over all releases of the service."""
    log_previous: str
    """Digest of the release before it in the whole service; "" for the first."""
    earlier: str = ""
    """``verify.earlier_digest`` of all releases before it: said once, by the first signed one."""


@dataclass(frozen=True)
class Decision:
    """Who decided what, when, and from when on it holds."""

    signed_off_by: str
    published_by: str
    published_at: datetime
    effective_at: datetime
    signer: str
    """The public key, in hex, of the signature that goes with it."""
    summary: str = ""
    """What changed, in plain words and in the language of the release."""
    kind: Kind = Kind.RELEASE
    restores: int = 0
    """Of a rollback: the number of the release whose texts it brings back."""
    reason: str = ""
    """Of a withdrawal: why, in public words."""


@dataclass(frozen=True)
class Frozen:
    """What freezing makes: two canonical texts and the digest that names the release.

    ``content`` is empty for a withdrawal, which has no texts.
    """

    content: str
    manifest: str
    digest: str


@dataclass(frozen=True)
class Content:
    """A release read back from its canonical content."""

    title: str
    language: str
    source_language: str
    revision: int
    skeleton: str
    texts: Mapping[str, Text]
    summary: str = ""
    """What changed with this release, in plain words."""

    def language_of(self, text: Text) -> str:
        """The language that a text stands in."""
        return self.source_language if text.fallback else self.language

    @property
    def title_language(self) -> str:
        """The language that the title stands in."""
        title = next((text for text in self.texts.values() if text.role == "title"), None)
        return self.language_of(title) if title else self.language

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the texts; the one of the release first."""
        return tuple(dict.fromkeys([self.language, *map(self.language_of, self.texts.values())]))


def plain_summary(text: str) -> str:
    """A summary as releases hold it: lines of plain text; raises ``BadSummary``."""
    lines = [" ".join(line.split(" ")).strip() for line in text.replace("\r\n", "\n").split("\n")]
    joined = "\n".join(lines).strip()
    if len(joined) > MAX_SUMMARY or any(map(_has_control, lines)):
        raise BadSummary(most=MAX_SUMMARY)
    return joined


def plain_reason(text: str) -> str:
    """A public reason as releases hold it: one line; raises ``BadReason`` and
    ``WithdrawnWithoutReason``."""
    line = text.strip()
    if not line:
        raise WithdrawnWithoutReason()
    if len(line) > MAX_REASON or _has_control(line):
        raise BadReason(most=MAX_REASON)
    return line


def _has_control(text: str) -> bool:
    # Also halves of surrogate pairs and separators of lines that no key makes, and whatever would
    # be refused in a translation: visitors read this beside it.
    strange = any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in text)
    return strange or bool(checks.characters(text))


def effective_from(published_at: datetime, asked: datetime | None) -> datetime:
    """When a release takes effect: with its publication unless another moment is asked for.

    Raises ``BadEffectiveDate`` for an earlier one, and for one that is years away.
    """
    if asked is None:
        return published_at
    if not published_at <= asked <= published_at + MAX_AHEAD:
        raise BadEffectiveDate()
    return asked.astimezone(UTC).replace(microsecond=0)
