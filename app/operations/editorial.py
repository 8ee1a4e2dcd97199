"""Editorial changes: an author claims one, a second person confirms it, either can undo it.

A confirmed claim writes nothing about any translation: reviews of the source before it count for
the source after it, because status is computed from digests and claims (``review.Unit``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy.orm.exc import StaleDataError

from app import queries
from app.models import Document, Editorial, SourceText
from app.operations.act import Act, storable
from workflows import editorial, segments
from workflows.editorial import Finding, Version
from workflows.problems import N_, Nature, Problem
from workflows.review import Role, WrongState


class NotAnEdit(Problem):
    code: ClassVar[str] = "not-an-edit"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("Segment {key} was not edited in revision {revision}.")
    mend: ClassVar[str] = N_(
        "Only an edited segment can be editorial: not one that was added, split or merged."
    )


class OwnClaim(Problem):
    code: ClassVar[str] = "own-claim"
    nature: ClassVar[Nature] = Nature.FORBIDDEN
    what: ClassVar[str] = N_("You marked this change as editorial yourself.")
    mend: ClassVar[str] = N_("A second person has to confirm it.")


class ClaimWithoutReason(Problem):
    code: ClassVar[str] = "claim-without-reason"
    what: ClassVar[str] = N_("There is no reason.")
    mend: ClassVar[str] = N_("Say in a few words what was corrected.")


class NoSuchEditorial(Problem):
    code: ClassVar[str] = "no-such-editorial"
    nature: ClassVar[Nature] = Nature.MISSING
    what: ClassVar[str] = N_("There is no such editorial change.")
    mend: ClassVar[str] = N_("Open the changes of the revision again.")


class EditorialPublished(Problem):
    code: ClassVar[str] = "editorial-published"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("The change is part of a release, so it can't be undone.")
    mend: ClassVar[str] = N_("Change the source again, and let the translators review it.")


def require_author(act: Act, document: Document) -> None:
    """Raise ``NotPermitted`` unless the actor answers for the source of the document.

    These are administrators, and editors of the language it is written in.
    """
    if not act.actor.administrator:
        act.require_role(document.source_language, Role.EDITOR)


class Guard:
    """Judges the edits of one revision; what they have in common is worked out once."""

    def __init__(
        self,
        document: Document,
        before: Sequence[SourceText],
        after: Sequence[SourceText],
        *,
        site_name: str = "",
    ) -> None:
        """``before`` and ``after`` are all texts of the revision before and of the revision."""
        self.language = document.source_language
        self._labels: dict[int, dict[str, str]] = {}
        self._usage = editorial.Usage(
            [text.text for text in before],
            [text.text for text in after],
            language=document.source_language,
            parties=[site_name] if site_name else [],
        )

    def findings(self, before: SourceText, after: SourceText) -> tuple[Finding, ...]:
        """What the edit of a segment touches that bears meaning; empty when nothing does."""
        return editorial.substantive(
            self._version(before),
            self._version(after),
            language=self.language,
            known=self._usage.around(before.text, after.text),
        )

    def require(self, before: SourceText, after: SourceText) -> None:
        """Raise ``NotEditorial`` or ``NoEditorialList`` unless the edit may be editorial."""
        editorial.require_editorial(
            self._version(before),
            self._version(after),
            language=self.language,
            known=self._usage.around(before.text, after.text),
        )

    def _version(self, text: SourceText) -> Version:
        labels = self._labels.get(text.revision_id)
        if labels is None:
            labels = segments.list_labels(segments.Skeleton.from_json(text.revision.skeleton))
            self._labels[text.revision_id] = labels
        return Version(
            text.text,
            queries.links_of(text),
            label=text.label,
            list_label=labels.get(text.key, ""),
        )


def mark_editorial(act: Act, slug: str, key: str, *, revision: int, reason: str) -> Editorial:
    """Claim that revision ``revision`` changed nothing in the meaning of a segment.

    Doing it twice is doing it once. Raises ``NotAnEdit``, ``ClaimWithoutReason``,
    ``NoEditorialList`` and ``NotEditorial``, which names what did change.
    """
    document = act.document(slug)
    require_author(act, document)
    reason = storable(reason, 1000)
    if not reason:
        raise ClaimWithoutReason
    before, after = queries.edit(act.session, document, revision, key)
    if before is None or after is None or before.digest == after.digest:
        raise NotAnEdit(key=key, revision=revision)
    for claim in queries.editorials(act.session, [document], revision=after.revision):
        if claim.segment_id == after.segment_id:
            return claim
    texts = (queries.source_texts(act.session, text.revision) for text in (before, after))
    Guard(document, *texts, site_name=act.rules.site_name).require(before, after)
    row = Editorial(
        revision=after.revision,
        segment=after.segment,
        from_digest=before.digest,
        from_text=before.text,
        to_digest=after.digest,
        to_text=after.text,
        reason=reason,
        marked_by_id=act.actor.user_id,
        marked_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    _record(act, document, row, "editorial.marked", reason=reason)
    return row


def _claim(act: Act, slug: str, editorial_id: int) -> tuple[Document, Editorial]:
    document = act.document(slug)
    require_author(act, document)
    claim = queries.editorial(act.session, document, editorial_id)
    if claim is None or claim.undone_at is not None:
        raise NoSuchEditorial
    return document, claim


def confirm_editorial(act: Act, slug: str, editorial_id: int) -> Editorial:
    """Confirm the claim of somebody else; reviews carry over from the end of this transaction.

    Doing it twice is doing it once. Raises ``OwnClaim`` for one's own.
    """
    document, claim = _claim(act, slug, editorial_id)
    if claim.confirmed_at is not None:
        return claim
    if claim.marked_by_id == act.actor.user_id and act.rules.four_eyes:
        raise OwnClaim
    claim.confirmed_by_id, claim.confirmed_at = act.actor.user_id, act.now
    _flush(act)
    _record(act, document, claim, "editorial.confirmed")
    return claim


def undo_editorial(act: Act, slug: str, editorial_id: int, *, reason: str = "") -> Editorial:
    """Take a claim back, also a confirmed one, as long as no release relies on it.

    Raises ``EditorialPublished`` afterwards.
    """
    document, claim = _claim(act, slug, editorial_id)
    if _released(act, document, claim):
        raise EditorialPublished
    claim.undone_by_id, claim.undone_at = act.actor.user_id, act.now
    _flush(act)
    _record(act, document, claim, "editorial.undone", reason=storable(reason, 1000))
    return claim


def _released(act: Act, document: Document, claim: Editorial) -> bool:
    for manifest in queries.released_manifests(act.session, document, claim.to_digest):
        for text in json.loads(manifest)["texts"]:
            if text["key"] == claim.segment.key and claim.from_digest in text.get("editorial", ()):
                return True
    return False


def _flush(act: Act) -> None:
    try:
        act.session.flush()
    except StaleDataError as error:
        raise WrongState from error


def _record(
    act: Act, document: Document, claim: Editorial, action: str, *, reason: str = ""
) -> None:
    act.record(
        action,
        document=document,
        segment_id=claim.segment_id,
        before={"source_digest": claim.from_digest, "source": claim.from_text},
        after={
            "source_digest": claim.to_digest,
            "source": claim.to_text,
            "editorial": claim.id,
            "counts": claim.counts,
        },
        reason=reason,
    )
