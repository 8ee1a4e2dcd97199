"""Saving, approving, returning and reopening one unit, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from app import operations
from app.models import Translation
from app.operations.desk import ChecksFailed, clean
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
    view,
)
from tests.app.support_policy import SLUG, acting, approve, editor, translate, translator
from workflows import catalogs
from workflows.problems import VersionConflict
from workflows.review import Role, State

FR = translator("fr")
ED = editor("fr")


def save(
    target: str, text: str = HOURS, *, by: str = FR, draft: bool = False
) -> Translation | None:
    """Save from the version that is stored now."""
    found = unit("fr", text)
    with acting(by) as act:
        return operations.save(
            act, SLUG, "fr", found.key, target, version=found.version, draft=draft
        )


def approve_one(text: str = HOURS, *, by: str = ED, four_eyes: bool = True) -> Translation:
    found = unit("fr", text)
    with acting(by, four_eyes=four_eyes) as act:
        return operations.approve(act, SLUG, "fr", found.key, version=found.version)


def reviewed(text: str = HOURS) -> None:
    """Bring the unit all the way to ``reviewed``."""
    save(target_of("fr", text), text)
    approve_one(text)


def second_editor() -> None:
    with acting() as act:
        operations.add_user(act, OTHER_EDITOR, "Editor Two")
        operations.grant(act, OTHER_EDITOR, Role.EDITOR, "fr")


# --- Saving --------------------------------------------------------------------------------------


def test_save_stores_text_author_moment_and_source(house: Flask) -> None:
    start = datetime.now(UTC)
    save(" Ouvert de 9 à 17 heures.\r\n")
    found = unit("fr")
    assert (found.target, found.state, found.version) == (
        "Ouvert de 9 à 17 heures.",
        State.TRANSLATED,
        1,
    )
    assert found.translated_by is not None
    assert found.translated_by.email == FR
    assert found.translated_at is not None
    assert start <= found.translated_at <= datetime.now(UTC)
    assert found.unit.translated_digest == found.unit.source_digest
    assert (found.reviewed_by, found.reviewed_at) == (None, None)


def test_save_by_editor_is_allowed(house: Flask) -> None:
    save("Ouvert de 9 à 17 heures.", by=ED)
    assert unit("fr").state == State.TRANSLATED


def test_save_of_draft_needs_editing_and_may_lack_codes(house: Flask) -> None:
    save("Ces règles sont courtes.", RULES, draft=True)
    assert (unit("fr", RULES).target, unit("fr", RULES).state) == (
        "Ces règles sont courtes.",
        State.NEEDS_EDITING,
    )


def test_save_refuses_text_whose_codes_differ(house: Flask) -> None:
    with refused("checks-failed"):
        save("Ces règles sont courtes.", RULES)


@pytest.mark.parametrize("draft", [False, True])
@pytest.mark.parametrize("character", ["\0", "\x07", "\x0b", "\x85", "\u2028", "\u202e", "\ufeff"])
def test_save_refuses_character_that_cannot_be_shown(
    house: Flask, character: str, draft: bool
) -> None:
    with refused("checks-failed"):
        save(f"Ouvert{character}ici", draft=draft)


def test_save_refuses_overlong_draft(house: Flask) -> None:
    with refused("checks-failed"):
        save("x" * 65_537, draft=True)


def test_drafts_of_every_character_leave_a_catalog_that_exports(house: Flask) -> None:
    accepted = ""
    found = unit("fr")
    for code in [*range(0x100), *range(0x2000, 0x2070), 0xFEFF, 0xFFFE]:
        with acting(FR) as act:
            desk_text = f"a{chr(code)}b"
            try:
                desk = operations.desk.Desk.open(act, SLUG, "fr", found.key)
                desk.check(clean(desk_text), draft=True)
            except ChecksFailed:
                continue
        accepted += clean(desk_text)
    assert "aéb" in accepted
    save(accepted, draft=True)
    entry = catalogs.Entry(found.key, HOURS, unit("fr").target, "needs-editing")
    header = catalogs.Header(SLUG, "fr", 1, "x", "t", "en", exported_at=datetime.now(UTC))
    (read,) = catalogs.read_po(catalogs.write_po(header, [entry]), language="fr").entries
    assert read.target == unit("fr").target


def test_save_again_writes_nothing(house: Flask) -> None:
    save("Ouvert.")
    with unchanged():
        save("Ouvert.")
        save("  Ouvert.\n")


def test_save_by_somebody_else_of_the_same_text_keeps_the_author(house: Flask) -> None:
    save("Ouvert.", by=ED)
    with unchanged():
        save("Ouvert.", by=FR)
    with refused("four-eyes"):
        approve_one()


def test_save_turns_draft_into_translation(house: Flask) -> None:
    save("Ouvert.", draft=True)
    save("Ouvert.")
    assert (unit("fr").state, unit("fr").version) == (State.TRANSLATED, 2)


def test_save_of_nothing_where_nothing_is_writes_nothing(house: Flask) -> None:
    with unchanged():
        assert save(" \r\n ") is None
        assert save("", draft=True) is None


@pytest.mark.parametrize("draft", [False, True])
def test_save_of_nothing_empties_the_unit(house: Flask, draft: bool) -> None:
    save("Ouvert.")
    save("", draft=draft)
    assert (unit("fr").target, unit("fr").state, unit("fr").version) == ("", State.INITIAL, 2)
    with unchanged():
        save("", draft=draft)
    save("Ouvert.")
    assert (unit("fr").state, unit("fr").version) == (State.TRANSLATED, 3)


def test_save_over_reviewed_text_is_refused(house: Flask) -> None:
    reviewed()
    for by in (FR, ED):
        for draft in (False, True):
            with refused("wrong-state"):
                save("Autre chose.", by=by, draft=draft)


def test_save_of_unknown_segment_is_refused(house: Flask) -> None:
    with refused("no-such-segment"), acting(FR) as act:
        operations.save(act, SLUG, "fr", "s0000000000", "x", version=0)


def test_save_of_unknown_document_is_refused(house: Flask) -> None:
    with refused("no-such-document"), acting(FR) as act:
        operations.save(act, "nothing-here", "fr", unit("fr").key, "x", version=0)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("a\nb", "a b"),
        ("a\r\nb", "a b"),
        ("a\rb", "a b"),
        ("\r\n a \n", "a"),
        ("\u00a0a\u3000", "a"),
        ("", ""),
    ],
)
def test_clean_makes_one_line(given: str, stored: str) -> None:
    assert clean(given) == stored
    assert clean(stored) == stored


# --- Versions ------------------------------------------------------------------------------------


def test_save_from_old_version_is_refused_and_shows_what_is_there(house: Flask) -> None:
    key = unit("fr").key
    save("Premier.")
    with unchanged(), pytest.raises(VersionConflict) as caught, acting(FR) as act:
        operations.save(act, SLUG, "fr", key, "Second.", version=0)
    assert caught.value.details == {"ours": "Premier."}


def test_save_from_old_version_over_reviewed_text_is_a_version_conflict(house: Flask) -> None:
    key = unit("fr").key
    reviewed()
    with refused("version-conflict"), acting(FR) as act:
        operations.save(act, SLUG, "fr", key, "Autre.", version=1)


@pytest.mark.parametrize("version", [0, 2, -1])
def test_decision_about_another_version_is_refused(house: Flask, version: int) -> None:
    save("Ouvert.")
    key = unit("fr").key
    with refused("version-conflict"), acting(ED) as act:
        operations.approve(act, SLUG, "fr", key, version=version)
    with refused("version-conflict"), acting(ED) as act:
        operations.approve_all(act, SLUG, "fr", {key: version})
    with refused("version-conflict"), acting(ED) as act:
        operations.return_(act, SLUG, "fr", key, version=version, reason="r")
    with refused("version-conflict"), acting(ED) as act:
        operations.reopen(act, SLUG, "fr", key, version=version, reason="r")


# --- Approving -----------------------------------------------------------------------------------


def test_approve_stores_who_and_when(house: Flask) -> None:
    save("Ouvert.")
    approve_one()
    found = unit("fr")
    assert found.state == State.REVIEWED
    assert found.reviewed_by is not None
    assert found.reviewed_by.email == ED
    assert found.translated_by is not None
    assert found.translated_by.email == FR


def test_approve_by_translator_is_refused(house: Flask) -> None:
    save("Ouvert.")
    with refused("action-not-allowed"):
        approve_one(by=FR)


def test_approve_of_own_text_wants_a_second_pair_of_eyes(house: Flask) -> None:
    save("Ouvert.", by=ED)
    with refused("four-eyes"):
        approve_one(by=ED)
    second_editor()
    approve_one(by=OTHER_EDITOR)
    assert unit("fr").state == State.REVIEWED


def test_approve_of_own_text_passes_when_the_site_lowers_the_rule(house: Flask) -> None:
    save("Ouvert.", by=ED)
    approve_one(by=ED, four_eyes=False)
    assert unit("fr").state == State.REVIEWED


def test_approve_wants_something_that_waits(house: Flask) -> None:
    with refused("wrong-state"):
        approve_one()
    save("Ouvert.", draft=True)
    with refused("wrong-state"):
        approve_one()
    save("Ouvert.")
    approve_one()
    with refused("wrong-state"):
        approve_one()


def test_approve_all_takes_all_or_none(house: Flask) -> None:
    translate("fr")
    versions = {found.key: found.version for found in view("fr").units}
    own = unit("fr", RULES)
    with acting(ED) as act:
        target = f"{own.target} Merci."
        operations.save(act, SLUG, "fr", own.key, target, version=own.version)
    with refused("version-conflict"), acting(ED) as act:
        operations.approve_all(act, SLUG, "fr", versions)
    with refused("four-eyes"), acting(ED) as act:
        operations.approve_all(act, SLUG, "fr", versions | {own.key: own.version + 1})
    with refused("no-such-segment"), acting(ED) as act:
        operations.approve_all(act, SLUG, "fr", {unit("fr").key: 1, "s0000000000": 1})
    with refused("action-not-allowed"), acting(FR) as act:
        operations.approve_all(act, SLUG, "fr", {unit("fr").key: 1})
    second_editor()
    with acting(OTHER_EDITOR) as act:
        shown = versions | {own.key: own.version + 1}
        assert operations.approve_all(act, SLUG, "fr", shown) == len(versions)
    assert {found.state for found in view("fr").units} == {State.REVIEWED}
    assert actions().count("translation.approved") == len(versions)


def test_approve_all_leaves_what_was_not_shown(house: Flask) -> None:
    translate("fr")
    with acting(ED) as act:
        assert operations.approve_all(act, SLUG, "fr", {unit("fr").key: 1}) == 1
        assert operations.approve_all(act, SLUG, "fr", {}) == 0
    states = [found.state for found in view("fr").units]
    assert states.count(State.REVIEWED) == 1


# --- Returning and reopening ---------------------------------------------------------------------


def test_return_gives_text_back_with_its_reason(house: Flask) -> None:
    save("Ouvert.")
    with acting(ED) as act:
        operations.return_(act, SLUG, "fr", unit("fr").key, version=1, reason=" Trop\0 court. ")
    found = unit("fr")
    assert (found.state, found.return_reason, found.target) == (
        State.NEEDS_EDITING,
        "Trop court.",
        "Ouvert.",
    )
    save("Ouvert de 9 à 17 heures.")
    assert (unit("fr").state, unit("fr").return_reason) == (State.TRANSLATED, "")


def test_return_keeps_the_reason_to_a_length(house: Flask) -> None:
    save("Ouvert.")
    with acting(ED) as act:
        operations.return_(act, SLUG, "fr", unit("fr").key, version=1, reason="é" * 5_000)
    assert unit("fr").return_reason == "é" * 1_000


@pytest.mark.parametrize("reason", ["", "   \n"])
def test_return_and_reopen_want_a_reason(house: Flask, reason: str) -> None:
    save("Ouvert.")
    found = unit("fr")
    with refused("reason-missing"), acting(ED) as act:
        operations.return_(act, SLUG, "fr", found.key, version=1, reason=reason)
    approve_one()
    with refused("reason-missing"), acting(ED) as act:
        operations.reopen(act, SLUG, "fr", found.key, version=2, reason=reason)


def test_reopen_takes_the_review_back(house: Flask) -> None:
    reviewed()
    with refused("action-not-allowed"), acting(FR) as act:
        operations.reopen(act, SLUG, "fr", unit("fr").key, version=2, reason="Une faute.")
    with acting(ED) as act:
        operations.reopen(act, SLUG, "fr", unit("fr").key, version=2, reason="Une faute.")
    found = unit("fr")
    assert (found.state, found.target, found.reviewed_by, found.return_reason) == (
        State.NEEDS_EDITING,
        target_of("fr"),
        None,
        "Une faute.",
    )


def test_return_of_reviewed_and_reopen_of_unreviewed_are_refused(house: Flask) -> None:
    reviewed()
    with refused("wrong-state"), acting(ED) as act:
        operations.return_(act, SLUG, "fr", unit("fr").key, version=2, reason="r")
    save("Ces <strong>règles</strong> <a1>ici</a1>.", RULES)
    with refused("wrong-state"), acting(ED) as act:
        operations.reopen(act, SLUG, "fr", unit("fr", RULES).key, version=1, reason="r")


def test_languages_do_not_touch_each_other(house: Flask) -> None:
    translate("fr")
    approve("fr")
    before = view("fr").digest
    translate("de")
    with acting(editor("de")) as act:
        operations.return_(act, SLUG, "de", unit("de").key, version=1, reason="r")
    assert view("fr").digest == before
    assert {found.state for found in view("fr").units} == {State.REVIEWED}
    assert candidates("fr") == []
