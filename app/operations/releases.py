"""Signing a language off, publishing it, withdrawing it, and bringing an earlier release back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app import queries
from app.models import Editorial, Release, SignOff
from app.operations import releasing
from app.operations.act import Act
from app.queries import LanguageView, UnitView
from workflows import release
from workflows.problems import (
    NoRelease,
    NothingToPublish,
    NotReadyToSignOff,
    ReleasedMeanwhile,
    TextsChanged,
)
from workflows.release import (
    Check,
    Condition,
    Content,
    EditorialChange,
    FallbackNotInForce,
    Frozen,
    Gate,
    Kind,
    NothingToRollBack,
    NothingToWithdraw,
    RuleKind,
    SourceNotInForce,
    Text,
    TranslationsNotPublished,
    Withdrawn,
)
from workflows.review import FourEyes, Role

# What a sign-off itself doesn't wait for.
_LATER = (Condition.SOURCE, Condition.SIGNED_OFF)


def gate_of(view: LanguageView) -> Gate:
    """The checklist in front of publishing this language."""
    return release.gate(
        [unit.unit for unit in view.units],
        failing=view.failing,
        signed=view.signed,
        rule=view.rule,
        source_ready=view.stand_in is None or view.stand_in.ready,
    )


def unsigned(gate: Gate) -> list[Check]:
    """The open lines that keep a language from being signed off."""
    return [check for check in gate.checks if not check.met and check.condition not in _LATER]


def unready(unmet: Sequence[Check]) -> int:
    """How many texts must be approved or mended before these lines are met."""
    keys = {key for check in unmet if not check.lacking for key in check.keys}
    return max([len(keys), *(check.lacking for check in unmet)])


def require_published(view: LanguageView) -> None:
    """Raise ``TranslationsNotPublished`` when the rule of the document says so of this language."""
    if view.rule.kind is RuleKind.SOURCE_ONLY:
        source = view.document.source_language
        raise TranslationsNotPublished(slug=view.document.slug, language=source)


def _loaded(
    act: Act, slug: str, language: str, digest: str | None = None, newest: int | None = None
) -> LanguageView:
    act.require_language(language)
    act.require_role(language, Role.EDITOR)
    view = queries.language(act.session, act.document(slug), language, act.now)
    if digest is not None and digest != view.digest:
        raise TextsChanged()
    if newest is not None and newest != (view.newest.number if view.newest else 0):
        raise ReleasedMeanwhile()
    return view


def sign_off(act: Act, slug: str, language: str, *, digest: str | None = None) -> SignOff:
    """Sign a whole language off at exactly its texts of now; doing it twice is doing it once.

    ``digest`` (of the view that was shown) makes it refuse with ``TextsChanged`` when the texts
    are others by now: a signature is for what was seen. Raises ``NotReadyToSignOff`` while
    something is missing or unreviewed, and ``FourEyes`` when the source is signed off by the person
    who imported it.
    """
    view = _loaded(act, slug, language, digest)
    if view.signed and view.sign_off is not None:
        return view.sign_off
    unmet = unsigned(gate_of(view))
    if unmet:
        raise NotReadyToSignOff(count=unready(unmet))
    imported_by = view.revision.created_by_id
    own = imported_by is not None and imported_by == act.actor.user_id
    if view.is_source and own and act.rules.four_eyes:
        raise FourEyes()
    assert act.actor.user_id is not None
    row = SignOff(
        document_id=view.document.id,
        language=language,
        digest=view.digest,
        signed_by_id=act.actor.user_id,
        signed_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    act.record(
        "language.signed-off",
        document=view.document,
        language=language,
        after={"digest": view.digest, "revision": view.revision.number},
    )
    return row


def publish(
    act: Act,
    slug: str,
    language: str,
    *,
    effective_at: datetime | None = None,
    summary: str = "",
    digest: str | None = None,
    newest: int | None = None,
) -> Release:
    """Freeze the language as a release; live from the end of this transaction, or from
    ``effective_at`` on.

    ``digest`` (of the view that was shown) makes it refuse with ``TextsChanged`` when the texts are
    others by now, and ``newest`` (the number of the newest release that was shown, 0 for none) with
    ``ReleasedMeanwhile`` when there is another. Under the rule ``mark`` the source stands in for
    what is not approved. Raises ``TranslationsNotPublished`` under the rule ``source-only``,
    ``GateClosed`` while a condition is open, ``NothingToPublish`` when the newest release already
    says exactly this and takes effect no later, ``SourceNotInForce`` when the source says something
    else at ``effective_at`` than what stands in, ``BadEffectiveDate`` and ``BadSummary``.
    """
    view = _loaded(act, slug, language, digest, newest)
    return freeze(act, view, effective_at=effective_at, summary=summary)


def freeze(
    act: Act, view: LanguageView, *, effective_at: datetime | None = None, summary: str = ""
) -> Release:
    """What ``publish`` does once it is known that the actor may; raises what it raises."""
    require_published(view)
    gate_of(view).require()
    assert view.sign_off is not None
    decided = releasing.decide(
        act,
        view,
        Kind.RELEASE,
        signed_off_by=f"u{view.sign_off.signed_by_id}",
        summary=release.plain_summary(summary),
        asked=effective_at,
    )
    if view.stand_in and not view.stand_in.in_force_at(decided.decision.effective_at):
        raise SourceNotInForce()
    newest = view.newest
    if newest is not None and newest.texts_digest == view.digest:
        sooner = newest in view.scheduled and decided.decision.effective_at < newest.effective_at
        if not sooner:
            raise NothingToPublish(number=newest.number)
    texts = _texts(act, view)
    assert all(text.reviewed_by for text in texts)
    frozen = release.freeze(
        decided.place,
        decided.decision,
        source_language=view.document.source_language,
        revision=view.revision.number,
        skeleton=view.revision.skeleton,
        texts=texts,
    )
    return releasing.append(act, view, decided, frozen, view.revision.id, view.digest)


def content_of(act: Act, view: LanguageView) -> Content:
    """What visitors would read if the language were published as it is; nothing is decided by it.

    Of a text that nobody has reviewed yet there is no reviewer.
    """
    texts = _texts(act, view)
    return Content(
        title=release.title_of(texts, view.document.slug),
        language=view.language,
        source_language=view.document.source_language,
        revision=view.revision.number,
        skeleton=view.revision.skeleton,
        texts={text.key: text for text in texts},
    )


def withdraw(
    act: Act, slug: str, language: str, reason: str, *, newest: int | None = None
) -> Release:
    """Take what is published in a language away, at once; the page says when and why.

    What waits for its day is taken away as well. ``newest`` is that of ``publish``. Raises
    ``NothingToWithdraw``, ``WithdrawnWithoutReason`` and ``BadReason``.
    """
    view = _loaded(act, slug, language, newest=newest)
    public = release.plain_reason(reason)
    last = view.newest
    if last is None or last.withdrawn:
        raise NothingToWithdraw()
    decided = releasing.decide(
        act, view, Kind.WITHDRAWAL, signed_off_by=act.actor.reference(), reason=public
    )
    frozen = release.withdraw(decided.place, decided.decision, last.revision.number)
    return releasing.append(act, view, decided, frozen, last.revision_id, "")


def roll_back(
    act: Act,
    slug: str,
    language: str,
    number: int,
    *,
    summary: str = "",
    newest: int | None = None,
) -> Release:
    """Bring the texts of an earlier release back, at once, as a new one: the same texts with the
    same approvals.

    ``newest`` is that of ``publish``. Raises ``NoRelease``, ``Withdrawn`` for a release without
    texts, ``NothingToRollBack`` when these are the texts visitors read already and nothing else
    waits, ``TooLittleApproved`` when more of it stands in the source language than the rule of now
    allows, ``FallbackNotInForce`` when that is not what the source says to visitors now,
    ``ReleaseDamaged``, ``BadSummary``, and ``TranslationsNotPublished`` under the rule
    ``source-only``.
    """
    view = _loaded(act, slug, language, newest=newest)
    require_published(view)
    plain = release.plain_summary(summary)
    row = queries.release(act.session, view.document, language, number)
    if row.withdrawn:
        raise Withdrawn(number=number)
    texts = release.read(row.content, row.manifest, row.digest).texts.values()
    view.rule.allow(number, sum(not text.fallback for text in texts), len(texts))
    last = view.newest
    assert last is not None
    if last == view.live and last.texts_digest == row.texts_digest:
        full = queries.release(act.session, view.document, language, last.number)
        if full.content == row.content:
            raise NothingToRollBack(number=last.number)
    decided = releasing.decide(
        act,
        view,
        Kind.ROLLBACK,
        signed_off_by=releasing.signed_off_by(row),
        summary=plain,
        restores=number,
    )
    # Only now: whoever waits for the log gets a later moment, and the source may be another then.
    fallbacks = [text for text in texts if text.fallback]
    _require_in_force(act, view, fallbacks, decided.decision.effective_at)
    frozen: Frozen = release.restore(decided.place, decided.decision, row.content)
    return releasing.append(act, view, decided, frozen, row.revision_id, row.texts_digest)


def _require_in_force(
    act: Act, view: LanguageView, fallbacks: Sequence[Text], moment: datetime
) -> None:
    """Raise ``FallbackNotInForce`` unless the source says exactly these texts at the moment."""
    if not fallbacks:
        return
    try:
        row = queries.release_in_force(
            act.session, view.document, view.document.source_language, moment
        )
    except NoRelease:
        raise FallbackNotInForce() from None
    there = release.read(row.content, row.manifest, row.digest).texts
    said = {(key, text.source_digest) for key, text in there.items()}
    if not said.issuperset((text.key, text.source_digest) for text in fallbacks):
        raise FallbackNotInForce()


def _texts(act: Act, view: LanguageView) -> list[Text]:
    """The texts of a release; for a fallback that of the source, as it was written and approved."""
    if not view.fallbacks:
        return [_text(unit, view) for unit in view.units]
    source = queries.language(act.session, view.document, view.document.source_language, act.now)
    return [
        replace(_text(original, source), fallback=str(view.fallbacks[unit.key]))
        if unit.key in view.fallbacks
        else _text(unit, view)
        for unit, original in zip(view.units, source.units, strict=True)
    ]


def _text(unit: UnitView, view: LanguageView) -> Text:
    author = unit.translated_by.id if unit.translated_by else view.revision.created_by_id
    reviewed = unit.unit.translated_digest
    return Text(
        key=unit.key,
        role=unit.role,
        section=unit.section,
        label=unit.label,
        source=unit.text,
        source_digest=unit.unit.source_digest,
        target=unit.target,
        links=unit.links,
        translated_by=f"u{author}" if author else "operator",
        translated_at=unit.translated_at.isoformat() if unit.translated_at else "",
        reviewed_by=f"u{unit.reviewed_by.id}" if unit.reviewed_by else "",
        reviewed_at=unit.reviewed_at.isoformat() if unit.reviewed_at else "",
        reviewed_source=reviewed if reviewed != unit.unit.source_digest else "",
        editorial=tuple(_change(claim) for claim in unit.editorials),
    )


def _change(claim: Editorial) -> EditorialChange:
    assert claim.confirmed_at is not None
    return EditorialChange(
        claim.from_digest,
        claim.reason,
        f"u{claim.marked_by_id}" if claim.marked_by_id else "operator",
        claim.marked_at.isoformat(),
        f"u{claim.confirmed_by_id}" if claim.confirmed_by_id else "operator",
        claim.confirmed_at.isoformat(),
    )
