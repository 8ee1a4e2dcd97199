"""Adding to the log of releases: the next place in it, the moment, the signature, the history."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from app import queries
from app.models import Release
from app.operations.act import Act
from app.queries import LanguageView
from app.signing import Signer
from workflows import release
from workflows.problems import N_, Nature, Problem
from workflows.release import Decision, Frozen, Kind, Place

ACTIONS = {
    Kind.RELEASE: "release.published",
    Kind.ROLLBACK: "release.rolled-back",
    Kind.WITHDRAWAL: "release.withdrawn",
}


class NoSigningKey(Problem):
    code: ClassVar[str] = "no-signing-key"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("There is no key yet with which releases are signed.")
    mend: ClassVar[str] = N_("Run “flask setup”, which makes one, then start the service again.")


@dataclass(frozen=True)
class Decided:
    """A release that is decided and has its place, but no texts yet."""

    place: Place
    decision: Decision
    signer: Signer


def decide(
    act: Act,
    view: LanguageView,
    kind: Kind,
    *,
    signed_off_by: str,
    summary: str = "",
    asked: datetime | None = None,
    **more: Any,
) -> Decided:
    """Take the next place in the log, which nobody else can take until this transaction ends.

    Time never goes back along the log, whatever the clock says. Raises ``NoSigningKey`` and
    ``BadEffectiveDate``; ``more`` are further facts of the ``Decision``.
    """
    signer = act.rules.signer
    if signer is None:
        raise NoSigningKey()
    end = queries.log_end(act.session, lock=True)
    # What came due while this act waited for others was in force, and stays so in the past.
    now = act.now + end.waited
    latest = max(now, end.published_at or now)
    # Whole seconds, as manifests have them: what is published now is in force now.
    published_at = latest.astimezone(UTC).replace(microsecond=0)
    newest = view.newest
    place = Place(
        document=view.document.slug,
        language=view.language,
        number=newest.number + 1 if newest else 1,
        previous=newest.digest if newest else "",
        index=end.index + 1,
        log_previous=end.digest,
        earlier="" if end.signed else release.earlier_digest(queries.log_digests(act.session)),
    )
    decision = Decision(
        signed_off_by=signed_off_by,
        published_by=act.actor.reference(),
        published_at=published_at,
        effective_at=release.effective_from(published_at, asked),
        signer=signer.key_id,
        summary=summary,
        kind=kind,
        **more,
    )
    return Decided(place, decision, signer)


def append(
    act: Act,
    view: LanguageView,
    decided: Decided,
    frozen: Frozen,
    revision_id: int,
    texts_digest: str,
) -> Release:
    """Sign a frozen release, store it, and note it in the history."""
    place, decision, signer = decided.place, decided.decision, decided.signer
    assert act.actor.user_id is not None
    row = Release(
        document_id=view.document.id,
        revision_id=revision_id,
        language=view.language,
        number=place.number,
        kind=str(decision.kind),
        log_index=place.index,
        content=frozen.content,
        manifest=frozen.manifest,
        digest=frozen.digest,
        texts_digest=texts_digest,
        previous_digest=place.previous,
        published_by_id=act.actor.user_id,
        published_at=decision.published_at,
        effective_at=decision.effective_at,
        signature=signer.sign(release.message("release", frozen.manifest)),
        key_id=signer.key_id,
    )
    act.session.add(row)
    act.session.flush()
    newest = view.newest
    after: dict[str, Any] = {"number": place.number, "digest": frozen.digest}
    if decision.kind is not Kind.WITHDRAWAL:
        after["revision"] = json.loads(frozen.content)["revision"]
    if decision.effective_at != decision.published_at:
        after["effective_at"] = release.moment(decision.effective_at)
    if decision.kind is Kind.ROLLBACK:
        after["restores"] = decision.restores
    act.record(
        ACTIONS[decision.kind],
        document=view.document,
        language=view.language,
        before={"number": newest.number, "digest": newest.digest} if newest else None,
        after=after,
        reason=decision.reason or decision.summary,
    )
    return row


def signed_off_by(row: Release) -> str:
    """Who signed the texts of a release off, as its manifest names them."""
    return str(release.facts(row.manifest, row.digest)["signed_off_by"])
