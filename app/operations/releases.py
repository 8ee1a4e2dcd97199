"""Signing a language off, and publishing it."""

from __future__ import annotations

from app import queries
from app.models import Editorial, Release, SignOff
from app.operations.act import Act
from app.queries import LanguageView, UnitView
from workflows import release
from workflows.problems import ChangedMeanwhile, NothingToPublish, NotReadyToSignOff
from workflows.release import Condition, EditorialChange, Gate, Text
from workflows.review import FourEyes, Role


def gate_of(view: LanguageView) -> Gate:
    """The checklist in front of publishing this language."""
    return release.gate(
        [unit.unit for unit in view.units], failing=view.failing, signed=view.signed
    )


def _loaded(act: Act, slug: str, language: str) -> LanguageView:
    act.require_language(language)
    act.require_role(language, Role.EDITOR)
    return queries.language(act.session, act.document(slug), language)


def sign_off(act: Act, slug: str, language: str, *, digest: str | None = None) -> SignOff:
    """Sign a whole language off at exactly its texts of now; doing it twice is doing it once.

    ``digest`` (of the view that was shown) makes it refuse with ``ChangedMeanwhile`` when the texts
    are others by now: a signature is for what was seen. Raises ``NotReadyToSignOff`` while
    something is missing or unreviewed, and ``FourEyes`` when the source is signed off by the person
    who imported it.
    """
    view = _loaded(act, slug, language)
    if digest is not None and digest != view.digest:
        raise ChangedMeanwhile()
    if view.signed and view.sign_off is not None:
        return view.sign_off
    unmet = [c for c in gate_of(view).checks if not c.met and c.condition != Condition.SIGNED_OFF]
    if unmet:
        raise NotReadyToSignOff(count=len({key for check in unmet for key in check.keys}))
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


def publish(act: Act, slug: str, language: str) -> Release:
    """Freeze the language as a release; it is live from the end of this transaction.

    Raises ``GateClosed`` while a condition is open and ``NothingToPublish`` when the live release
    already says exactly this.
    """
    view = _loaded(act, slug, language)
    gate_of(view).require()
    live = view.live
    if live is not None and live.texts_digest == view.digest:
        raise NothingToPublish(number=live.number)
    number = live.number + 1 if live else 1
    previous = live.digest if live else ""
    assert view.sign_off is not None
    assert act.actor.user_id is not None
    frozen = release.freeze(
        slug=slug,
        language=language,
        source_language=view.document.source_language,
        revision=view.revision.number,
        skeleton=view.revision.skeleton,
        texts=[_text(unit, view) for unit in view.units],
        number=number,
        previous=previous,
        signed_off_by=f"u{view.sign_off.signed_by_id}",
        published_by=act.actor.reference(),
        published_at=act.now,
    )
    row = Release(
        document_id=view.document.id,
        revision_id=view.revision.id,
        language=language,
        number=number,
        content=frozen.content,
        manifest=frozen.manifest,
        digest=frozen.digest,
        texts_digest=view.digest,
        previous_digest=previous,
        published_by_id=act.actor.user_id,
        published_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    act.record(
        "release.published",
        document=view.document,
        language=language,
        before={"number": live.number, "digest": live.digest} if live else None,
        after={"number": number, "digest": frozen.digest, "revision": view.revision.number},
    )
    return row


def _text(unit: UnitView, view: LanguageView) -> Text:
    author = unit.translated_by.id if unit.translated_by else view.revision.created_by_id
    assert unit.reviewed_by is not None
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
        reviewed_by=f"u{unit.reviewed_by.id}",
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
