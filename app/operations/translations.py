"""One unit at a time: save, propose, approve, return, reopen, accept, dismiss."""

from __future__ import annotations

from collections.abc import Mapping

from app import queries
from app.models import Candidate, Translation
from app.operations.act import Act, storable
from app.operations.batch import Batch
from app.operations.desk import Desk, add_candidate, clean, require_desk, translated_language
from app.operations.memory import remember, withdraw
from workflows import segments
from workflows.problems import NoSuchCandidate, NoSuchSegment
from workflows.review import Action, State


def save(
    act: Act,
    slug: str,
    language: str,
    key: str,
    target: str,
    *,
    version: int,
    draft: bool = False,
) -> Translation | None:
    """Save a translation of the segment as it is now; a draft waits for more work.

    Saving the very text in the very state it has writes nothing. Raises ``VersionConflict`` when
    ``version`` isn't the stored one, ``ChecksFailed``, and what ``review.act`` raises.
    """
    desk = Desk.open(act, slug, language, key)
    desk.expect(version)
    state = desk.step(Action.DRAFT if draft else Action.SAVE)
    target = clean(target)
    desk.check(target, draft=draft)
    if not target:
        state = State.INITIAL
    same = desk.view.target == target and desk.view.state == state and not desk.view.outdated
    if same or (desk.row is None and not target):
        return desk.row
    return desk.write("translation.saved", state, target=target)


def propose(
    act: Act,
    slug: str,
    language: str,
    key: str,
    target: str,
    *,
    origin: str = "proposal",
    source: tuple[str, str] | None = None,
) -> Candidate | None:
    """Keep a text beside the current one, for somebody to decide; nothing when it is there."""
    desk = Desk.open(act, slug, language, key)
    desk.step(Action.PROPOSE)
    target = clean(target)
    desk.check(target)
    return add_candidate(desk, target, origin, source)


def approve(act: Act, slug: str, language: str, key: str, *, version: int) -> Translation:
    """Approve the text as final. Raises ``FourEyes`` for one's own text, ``ChecksFailed``."""
    desk = Desk.open(act, slug, language, key)
    desk.expect(version)
    state = desk.step(Action.APPROVE)
    desk.check(desk.view.target)
    row = desk.write("translation.approved", state)
    remember(act, [desk.approved()])
    return row


def approve_all(act: Act, slug: str, language: str, versions: Mapping[str, int]) -> int:
    """Approve the texts that were shown: ``versions`` are their versions, by key.

    All of them or none: the first that can't be approved raises what ``approve`` would.
    Returns how many were approved.
    """
    desks = Desk.open_all(act, translated_language(act, slug, language))
    batch = Batch(act)
    approved = []
    for key, version in versions.items():
        if key not in desks:
            raise NoSuchSegment(key=key)
        desk = desks[key]
        desk.expect(version)
        state = desk.step(Action.APPROVE)
        desk.check(desk.view.target)
        batch.write(desk, "translation.approved", state)
        approved.append(desk.approved())
    batch.store()
    remember(act, approved)
    return len(versions)


def return_(
    act: Act, slug: str, language: str, key: str, *, version: int, reason: str
) -> Translation:
    """Give the text back to the translators; raises ``ReasonMissing`` without a reason."""
    desk = Desk.open(act, slug, language, key)
    desk.expect(version)
    state = desk.step(Action.RETURN, reason=reason)
    _withdraw(desk)
    return desk.write("translation.returned", state, reason=storable(reason, 1000))


def _withdraw(desk: Desk) -> None:
    """Take the text of a unit out of the memory, as far as it is there by this unit's approval."""
    row = desk.row
    if row is not None:
        pair = row.source_digest, segments.target_digest(row.target)
        withdraw(desk.act, desk.segment_id, desk.document.source_language, desk.language, pair)


def reopen(
    act: Act, slug: str, language: str, key: str, *, version: int, reason: str
) -> Translation:
    """Take a review back, so that the text can be changed; releases are not touched."""
    desk = Desk.open(act, slug, language, key)
    desk.expect(version)
    state = desk.step(Action.REOPEN, reason=reason)
    _withdraw(desk)
    return desk.write("translation.reopened", state, reason=storable(reason, 1000))


def _candidate(act: Act, slug: str, language: str, candidate_id: int) -> tuple[Desk, Candidate]:
    require_desk(act, language)
    # First, as everywhere: an import holds the document while it closes proposals.
    act.document(slug)
    candidate = queries.open_candidate(act.session, candidate_id, language)
    if candidate is None:
        raise NoSuchCandidate()
    desk = Desk.open(act, slug, language, candidate.segment.key)
    if candidate.segment_id != desk.segment_id:
        raise NoSuchCandidate()
    return desk, candidate


def accept(act: Act, slug: str, language: str, candidate_id: int, *, version: int) -> Translation:
    """Make a proposal the current text; it waits for review, and its author stays its author."""
    desk, candidate = _candidate(act, slug, language, candidate_id)
    desk.expect(version)
    state = desk.step(Action.ACCEPT)
    # A text for an earlier source is where work on today's begins: it can't have all its codes.
    stale = candidate.source_digest != desk.view.unit.source_digest
    desk.check(candidate.target, draft=stale)
    candidate.state = "accepted"
    if desk.row is not None and candidate.source_digest == desk.row.source_digest:
        # An editor replaces the text knowingly; for another source the earlier pair stays true.
        _withdraw(desk)
    return desk.write(
        "candidate.accepted",
        state,
        target=candidate.target,
        author=candidate.proposed_by_id,
        source=(candidate.source_text, candidate.source_digest),
    )


def dismiss(act: Act, slug: str, language: str, candidate_id: int) -> Candidate:
    """Decide against a proposal; it stays in the history."""
    desk, candidate = _candidate(act, slug, language, candidate_id)
    desk.step(Action.DISMISS)
    candidate.state = "dismissed"
    act.session.flush()
    before = {"candidate": candidate.id, "target": candidate.target}
    act.record("candidate.dismissed", **desk.fact(before, None))
    return candidate
