"""Proposals: kept beside the current text until somebody decides, on both databases."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from app import operations
from app.database import db
from app.models import Candidate
from app.operations.desk import Desk
from tests.app.support_operations import (
    HOURS,
    OTHER_EDITOR,
    RULES,
    actions,
    candidates,
    refused,
    target_of,
    unchanged,
    unit,
)
from tests.app.support_policy import SLUG, SOURCE, acting, editor, import_source, translator
from workflows.review import Role, State

FR = translator("fr")
ED = editor("fr")


def propose(target: str, text: str = HOURS, *, by: str = FR, language: str = "fr") -> int | None:
    """Propose a text; returns the id of the proposal, if one was stored."""
    key = unit(language, text).key
    with acting(by) as act:
        candidate = operations.propose(act, SLUG, language, key, target)
        return candidate.id if candidate else None


def accept(candidate_id: int | None, text: str = HOURS, *, by: str = ED) -> None:
    version = unit("fr", text).version
    assert candidate_id is not None
    with acting(by) as act:
        operations.accept(act, SLUG, "fr", candidate_id, version=version)


def reviewed() -> None:
    with acting(FR) as act:
        operations.save(act, SLUG, "fr", unit("fr").key, target_of("fr"), version=0)
    with acting(ED) as act:
        operations.approve(act, SLUG, "fr", unit("fr").key, version=1)


def test_propose_keeps_text_beside_the_current_one(house: Flask) -> None:
    reviewed()
    before = unit("fr")
    propose(" Ouvert\nen semaine. ")
    after = unit("fr")
    assert candidates("fr") == [("Ouvert en semaine.", "proposal", "open")]
    assert (after.target, after.state, after.version) == (
        before.target,
        State.REVIEWED,
        before.version,
    )
    assert [found.target for found in after.candidates] == ["Ouvert en semaine."]


def test_propose_of_what_is_there_stores_nothing(house: Flask) -> None:
    reviewed()
    propose("Ouvert.")
    with unchanged():
        assert propose("Ouvert.") is None
        assert propose("Ouvert.", by=ED) is None
        assert propose(target_of("fr")) is None
        assert propose("  ") is None


def test_propose_refuses_text_that_could_never_be_saved(house: Flask) -> None:
    with refused("checks-failed"):
        propose("Sans codes.", RULES)


def test_propose_again_after_dismissal_is_a_new_proposal(house: Flask) -> None:
    first = propose("Ouvert.")
    assert first is not None
    with acting(ED) as act:
        operations.dismiss(act, SLUG, "fr", first)
    propose("Ouvert.")
    assert candidates("fr") == [
        ("Ouvert.", "proposal", "dismissed"),
        ("Ouvert.", "proposal", "open"),
    ]


def test_accept_makes_the_proposer_the_author(house: Flask) -> None:
    accept(propose("Ouvert."), by=ED)
    found = unit("fr")
    assert (found.target, found.state, found.version) == ("Ouvert.", State.TRANSLATED, 1)
    assert found.translated_by is not None
    assert found.translated_by.email == FR
    assert candidates("fr") == [("Ouvert.", "proposal", "accepted")]
    assert actions()[-1] == "candidate.accepted"


def test_accept_by_translator_is_allowed_while_unreviewed(house: Flask) -> None:
    accept(propose("Ouvert.", by=ED), by=FR)
    assert unit("fr").state == State.TRANSLATED


def test_accepted_text_of_an_editor_needs_another_editor(house: Flask) -> None:
    accept(propose("Ouvert.", by=ED), by=FR)
    with refused("four-eyes"), acting(ED) as act:
        operations.approve(act, SLUG, "fr", unit("fr").key, version=1)
    with acting() as act:
        operations.add_user(act, OTHER_EDITOR, "Editor Two")
        operations.grant(act, OTHER_EDITOR, Role.EDITOR, "fr")
    with acting(OTHER_EDITOR) as act:
        operations.approve(act, SLUG, "fr", unit("fr").key, version=1)
    assert unit("fr").state == State.REVIEWED


def test_accepted_text_of_a_translator_may_be_approved_by_who_accepted_it(house: Flask) -> None:
    accept(propose("Ouvert."), by=ED)
    with acting(ED) as act:
        operations.approve(act, SLUG, "fr", unit("fr").key, version=1)
    assert unit("fr").state == State.REVIEWED


def test_reviewed_text_is_replaced_only_by_an_editors_accept(house: Flask) -> None:
    reviewed()
    proposal = propose("Ouvert.")
    assert proposal is not None
    with refused("action-not-allowed"):
        accept(proposal, by=FR)
    with refused("action-not-allowed"), acting(FR) as act:
        operations.dismiss(act, SLUG, "fr", proposal)
    accept(proposal, by=ED)
    found = unit("fr")
    assert (found.target, found.state, found.version) == ("Ouvert.", State.TRANSLATED, 3)
    assert found.reviewed_by is None


def test_accept_wants_the_version_that_was_shown(house: Flask) -> None:
    proposal = propose("Ouvert.")
    assert proposal is not None
    with acting(FR) as act:
        operations.save(act, SLUG, "fr", unit("fr").key, "Autre.", version=0)
    with refused("version-conflict"), acting(ED) as act:
        operations.accept(act, SLUG, "fr", proposal, version=0)


def test_decided_proposal_cannot_be_decided_again(house: Flask) -> None:
    accepted, dismissed = propose("Un."), propose("Deux.")
    assert accepted is not None
    assert dismissed is not None
    accept(accepted)
    with acting(FR) as act:
        operations.dismiss(act, SLUG, "fr", dismissed)
    for candidate_id in (accepted, dismissed):
        with refused("no-such-candidate"):
            accept(candidate_id)
        with refused("no-such-candidate"), acting(ED) as act:
            operations.dismiss(act, SLUG, "fr", candidate_id)


def test_foreign_proposal_is_not_there(house: Flask) -> None:
    """Ids of another language, of another document with the very same texts, and of nothing."""
    german = propose("Offen.", by=translator("de"), language="de")
    import_source(slug="other-rules")
    with acting(FR) as act:
        key = unit("fr", slug="other-rules").key
        other = operations.propose(act, "other-rules", "fr", key, "Ouvert.")
    assert german is not None
    assert other is not None
    assert unit("fr").key == key
    for candidate_id in (german, other.id, 0, -1, 999_999):
        with refused("no-such-candidate"), acting(ED) as act:
            operations.accept(act, SLUG, "fr", candidate_id, version=0)
        with refused("no-such-candidate"), acting(ED) as act:
            operations.dismiss(act, SLUG, "fr", candidate_id)


def test_proposal_for_a_removed_segment_is_kept_but_cannot_be_accepted(house: Flask) -> None:
    proposal = propose("Ouvert.")
    assert proposal is not None
    import_source(SOURCE.replace(HOURS, ""))
    with refused("no-such-segment"), acting(ED) as act:
        operations.accept(act, SLUG, "fr", proposal, version=0)
    assert candidates("fr") == [("Ouvert.", "proposal", "open")]


def test_accepted_proposal_for_an_older_source_is_outdated(house: Flask) -> None:
    proposal = propose("Ouvert de 9 à 17 heures.")
    newer = HOURS.replace("17", "18")
    import_source(SOURCE.replace(HOURS, newer))
    accept(proposal, newer)
    found = unit("fr", newer)
    assert (found.target, found.state, found.outdated, found.previous_source) == (
        "Ouvert de 9 à 17 heures.",
        State.NEEDS_EDITING,
        True,
        HOURS,
    )


def test_proposal_for_an_earlier_source_is_where_new_work_begins(house: Flask) -> None:
    proposal = propose("Ces <strong>règles</strong> <a1>ici</a1>.", RULES)
    import_source(SOURCE.replace("**short**", "short"))
    bare = RULES.replace("<strong>", "").replace("</strong>", "")
    accept(proposal, bare)
    found = unit("fr", bare)
    assert (found.target, found.state, found.outdated) == (
        "Ces <strong>règles</strong> <a1>ici</a1>.",
        State.NEEDS_EDITING,
        True,
    )
    with refused("checks-failed"), acting(translator("fr")) as act:
        operations.save(act, SLUG, "fr", found.key, found.target, version=found.version)


@pytest.mark.parametrize("origin", ["proposal", "memory"])
def test_propose_keeps_the_origin(house: Flask, origin: str) -> None:
    with acting(FR) as act:
        operations.propose(act, SLUG, "fr", unit("fr").key, "Ouvert.", origin=origin)
    assert candidates("fr") == [("Ouvert.", origin, "open")]


def test_desk_is_of_one_language(house: Flask) -> None:
    propose("Ouvert.")
    with acting(FR) as act:
        desk = Desk.open(act, SLUG, "fr", unit("fr").key)
        assert [found.target for found in desk.view.candidates] == ["Ouvert."]
    with acting(translator("de")) as act:
        assert Desk.open(act, SLUG, "de", unit("de").key).view.candidates == ()
    with db.engine.connect() as connection:
        languages = connection.scalars(sa.select(Candidate.language)).all()
    assert languages == ["fr"]


def test_document_is_held_before_the_proposal(house: Flask) -> None:
    """As in an import, which closes proposals: in another order the two could block each other."""
    proposal = propose("Ouvert.")
    assert proposal is not None
    seen: list[str] = []

    def note(_c: sa.Connection, _cursor: object, statement: str, *_rest: object) -> None:
        seen.extend(
            table
            for table in ("document", "candidate")
            if re.search(rf"FROM {table}\b", statement) and table not in seen
        )

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with acting(ED) as act:
            operations.dismiss(act, SLUG, "fr", proposal)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert seen == ["document", "candidate"]
