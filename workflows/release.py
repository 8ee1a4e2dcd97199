"""Releases: the gate that decides, and the freezing that makes a text immutable.

A release holds two canonical JSON texts. ``content`` is everything needed to show the page again
for ever: title, structure, every source and target with its links, who translated and who
approved it and when. ``manifest`` is the list of digests that proves it; its own SHA-256 names
the release, and each manifest names the one before it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from workflows.problems import N_, Nature, Problem
from workflows.review import State, Unit
from workflows.segments import target_digest
from workflows.sources import Link

FORMAT = 1


class GateClosed(Problem):
    code: ClassVar[str] = "gate-closed"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("These conditions of publishing are not met yet: {conditions}.")
    mend: ClassVar[str] = N_("The checklist names the texts that keep them open.")


class ReleaseDamaged(Problem):
    code: ClassVar[str] = "release-damaged"
    what: ClassVar[str] = N_("Release {number} does not match its own digest.")
    mend: ClassVar[str] = N_("Restore it from a backup; it is not shown.")


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

    @property
    def same_meaning(self) -> frozenset[str]:
        """Digests of earlier sources that mean the same."""
        return frozenset(change.before for change in self.editorial)

    @property
    def self_approved(self) -> bool:
        """Whether the person who approved it is the one who wrote it."""
        return self.translated_by == self.reviewed_by


@dataclass(frozen=True)
class Frozen:
    """What freezing makes: two canonical texts and the digest that names the release."""

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


def canonical(value: Any) -> str:
    """JSON with one spelling: sorted keys, no spaces, no escapes beyond the needed ones."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    """SHA-256 of a text in UTF-8; of any text at all, so that damage is told and never crashes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def freeze(
    *,
    slug: str,
    language: str,
    source_language: str,
    revision: int,
    skeleton: str,
    texts: Sequence[Text],
    number: int,
    previous: str,
    signed_off_by: str,
    published_by: str,
    published_at: datetime,
) -> Frozen:
    """Make the immutable form of a release. The first text with the role ``title`` names it."""
    title = next((text.target for text in texts if text.role == "title"), slug)
    content = canonical(
        {
            "format": FORMAT,
            "title": title,
            "language": language,
            "source_language": source_language,
            "revision": revision,
            "skeleton": skeleton,
            "texts": [_content_row(text) for text in texts],
        }
    )
    manifest = canonical(
        {
            "format": FORMAT,
            "document": slug,
            "language": language,
            "number": number,
            "revision": revision,
            "previous": previous,
            "content": sha256(content),
            "signed_off_by": signed_off_by,
            "published_by": published_by,
            "published_at": published_at.astimezone(UTC).isoformat(timespec="seconds"),
            "texts": [_manifest_row(text) for text in texts],
        }
    )
    return Frozen(content, manifest, sha256(manifest))


def _content_row(text: Text) -> dict[str, Any]:
    row = asdict(text)
    return {k: v for k, v in row.items() if v or k not in ("reviewed_source", "editorial")}


def _manifest_row(text: Text) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": text.key,
        "source": text.source_digest,
        "target": target_digest(text.target),
        "reviewed_by": text.reviewed_by,
    }
    if text.reviewed_source:
        row["reviewed_source"] = text.reviewed_source
    if text.editorial:
        row["editorial"] = [change.before for change in text.editorial]
    return row


def read(content: str, manifest: str, digest: str) -> Content:
    """Read a release back; raises ``ReleaseDamaged`` unless content and manifest match."""
    named = sha256(manifest)
    promised = json.loads(manifest) if named == digest else {}
    if promised.get("content") != sha256(content):
        # A manifest that isn't the one that was named can't be asked for its number.
        raise ReleaseDamaged(number=promised.get("number", digest[:16]))
    value = json.loads(content)
    texts = {}
    for row in value["texts"]:
        links = tuple(Link(**link) for link in row.pop("links"))
        changes = tuple(EditorialChange(**change) for change in row.pop("editorial", ()))
        texts[row["key"]] = Text(links=links, editorial=changes, **row)
    return Content(
        title=value["title"],
        language=value["language"],
        source_language=value["source_language"],
        revision=value["revision"],
        skeleton=value["skeleton"],
        texts=texts,
    )
