"""Signing off and publishing, on both databases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app import operations, queries
from app.database import db
from app.models import Release
from app.operations.releases import gate_of
from tests.app.support_filled import Filling
from tests.app.support_operations import HOURS, TITLE, actions, refused, unchanged, unit, view
from tests.app.support_policy import (
    SLUG,
    SOURCE,
    TRANSLATIONS,
    acting,
    approve,
    begin,
    editor,
    import_source,
    publish,
    translate,
    translator,
)
from workflows import release
from workflows.release import GateClosed
from workflows.review import LanguageStatus, Role

ED = editor("fr")


def fill() -> None:
    """French is translated and reviewed, not signed off."""
    begin()
    translate("fr")
    approve("fr")


@pytest.fixture
def ready(filled: Filling) -> Iterator[None]:
    """The context of an app with that."""
    with filled(fill).app_context():
        yield


def sign_off(language: str = "fr", *, digest: str | None = None) -> None:
    with acting(editor(language)) as act:
        operations.sign_off(act, SLUG, language, digest=digest)


def releases(language: str = "fr") -> list[Release]:
    db.session.close()
    document = queries.document(db.session, SLUG)
    return list(queries.releases(db.session, document, language))


def change(target: str, text: str = HOURS) -> None:
    """Reopen, save and approve a text: a change that is reviewed."""
    found = unit("fr", text)
    with acting(ED) as act:
        operations.reopen(act, SLUG, "fr", found.key, version=found.version, reason="r")
    with acting(translator("fr")) as act:
        operations.save(act, SLUG, "fr", found.key, target, version=found.version + 1)
    with acting(ED) as act:
        operations.approve(act, SLUG, "fr", found.key, version=found.version + 2)


# --- Signing off ---------------------------------------------------------------------------------


def test_sign_off_covers_exactly_the_texts_of_now(ready: None) -> None:
    sign_off()
    found = view("fr")
    assert found.sign_off is not None
    assert (found.sign_off.digest, found.sign_off.signed_by.email) == (found.digest, ED)
    assert found.status.status is LanguageStatus.SIGNED_OFF


def test_sign_off_twice_is_once(ready: None) -> None:
    sign_off()
    with unchanged():
        sign_off()


def test_sign_off_waits_for_every_review(house: Flask) -> None:
    with refused("not-ready-to-sign-off"):
        sign_off()
    translate("fr")
    with refused("not-ready-to-sign-off"):
        sign_off()
    with acting(ED) as act:
        waiting = {u.key: u.version for u in view("fr").units if u.text != HOURS}
        operations.approve_all(act, SLUG, "fr", waiting)
    with refused("not-ready-to-sign-off"):
        sign_off()


def test_sign_off_is_for_what_was_seen(ready: None) -> None:
    seen = view("fr").digest
    change("De 9 à 17 heures.")
    with refused("texts-changed"):
        sign_off(digest=seen)
    sign_off(digest=view("fr").digest)
    assert view("fr").signed is True


def test_sign_off_is_void_after_any_edit(ready: None) -> None:
    sign_off()
    change("De 9 à 17 heures.")
    assert view("fr").signed is False
    with refused("gate-closed"), acting(ED) as act:
        operations.publish(act, SLUG, "fr")
    change(TRANSLATIONS["fr"][HOURS])
    assert view("fr").signed is True


def test_sign_off_is_void_after_a_change_of_source_or_structure(ready: None) -> None:
    sign_off()
    import_source(SOURCE.replace("1. your name", "- your name"))
    found = view("fr")
    assert (found.signed, found.status.status) == (False, LanguageStatus.READY)


def test_sign_off_survives_what_happens_in_other_languages(ready: None) -> None:
    sign_off()
    translate("de")
    approve("de")
    assert view("fr").signed is True


def test_source_is_not_signed_off_by_who_imported_it(house: Flask) -> None:
    with acting() as act:
        operations.grant(act, ED, Role.ADMINISTRATOR)
        operations.grant(act, ED, Role.EDITOR, "en")
    newer = SOURCE.replace("17", "18")
    from tests.app.test_operations_documents import import_text

    import_text(newer, by=ED)
    with refused("four-eyes"), acting(ED) as act:
        operations.sign_off(act, SLUG, "en")
    with acting(ED, four_eyes=False) as act:
        operations.sign_off(act, SLUG, "en")
    assert view("en").signed is True


# --- The gate ------------------------------------------------------------------------------------


def open_conditions() -> list[str]:
    return [str(check.condition) for check in gate_of(view("fr")).checks if not check.met]


def test_gate_names_what_is_missing_step_by_step(house: Flask) -> None:
    assert open_conditions() == ["complete", "reviewed", "signed-off"]
    translate("fr")
    assert open_conditions() == ["reviewed", "signed-off"]
    approve("fr")
    assert open_conditions() == ["signed-off"]
    sign_off()
    assert open_conditions() == []
    import_source(SOURCE.replace(HOURS, HOURS.replace("17", "18")))
    assert open_conditions() == ["current", "reviewed", "signed-off"]
    import_source(SOURCE.replace("**short**", "short"))
    assert "checks" in open_conditions()


def test_publish_through_a_closed_gate_is_refused(ready: None) -> None:
    with unchanged(), pytest.raises(GateClosed) as caught, acting(ED) as act:
        operations.publish(act, SLUG, "fr")
    assert caught.value.details == {"conditions": "signed-off"}


def test_signed_off_then_reopened_text_is_not_published(ready: None) -> None:
    """The texts are what was signed, but somebody has taken a review back since."""
    sign_off()
    with acting(ED) as act:
        operations.reopen(act, SLUG, "fr", unit("fr").key, version=2, reason="Un doute.")
    assert view("fr").signed is True
    with refused("gate-closed"), acting(ED) as act:
        operations.publish(act, SLUG, "fr")


# --- Publishing ----------------------------------------------------------------------------------


def test_publish_freezes_texts_and_who_answers_for_them(ready: None) -> None:
    row = publish("fr")
    found = view("fr")
    content = release.read(row.content, row.manifest, row.digest)
    people = {user.email: f"u{user.id}" for user in queries.users(db.session)}
    assert content.title == TRANSLATIONS["fr"][TITLE]
    assert {text.source: text.target for text in content.texts.values()} == TRANSLATIONS["fr"]
    assert {text.translated_by for text in content.texts.values()} == {people[translator("fr")]}
    assert {text.reviewed_by for text in content.texts.values()} == {people[ED]}
    for unit_view in found.units:
        text = content.texts[unit_view.key]
        assert unit_view.translated_at is not None
        assert unit_view.reviewed_at is not None
        assert (text.translated_at, text.reviewed_at) == (
            unit_view.translated_at.isoformat(),
            unit_view.reviewed_at.isoformat(),
        )
    manifest: dict[str, Any] = json.loads(row.manifest)
    assert (manifest["signed_off_by"], manifest["published_by"]) == (people[ED], people[ED])
    assert row.digest == hashlib.sha256(row.manifest.encode()).hexdigest()
    assert (row.number, row.previous_digest, row.texts_digest) == (1, "", found.digest)
    assert found.status.status is LanguageStatus.PUBLISHED


def test_publish_names_each_author_and_reviewer_apart(house: Flask) -> None:
    with acting() as act:
        operations.add_user(act, "second@example.org", "Second")
        operations.grant(act, "second@example.org", Role.EDITOR, "fr")
    translate("fr", by=ED)
    approve("fr", by="second@example.org")
    found = unit("fr", TITLE)
    with acting(ED) as act:
        operations.reopen(act, SLUG, "fr", found.key, version=2, reason="r")
        candidate = operations.propose(act, SLUG, "fr", found.key, "Le règlement")
        assert candidate is not None
    with acting(translator("fr")) as act:
        operations.save(act, SLUG, "fr", found.key, "Règlement", version=3)
    with acting(ED) as act:
        operations.approve(act, SLUG, "fr", found.key, version=4)
    row = publish("fr")
    texts = release.read(row.content, row.manifest, row.digest).texts
    people = {f"u{user.id}": user.email for user in queries.users(db.session)}
    title, hours = texts[found.key], texts[unit("fr").key]
    assert (people[title.translated_by], people[title.reviewed_by]) == (translator("fr"), ED)
    assert (people[hours.translated_by], people[hours.reviewed_by]) == (ED, "second@example.org")
    assert [text.key for text in texts.values() if text.self_approved] == []


def test_publish_of_self_approved_text_says_so(house: Flask) -> None:
    translate("fr", by=ED)
    approve("fr", four_eyes=False)
    row = publish("fr")
    texts = release.read(row.content, row.manifest, row.digest).texts
    assert all(text.self_approved for text in texts.values())


def test_publish_again_is_refused_and_changes_nothing(ready: None) -> None:
    publish("fr")
    with refused("nothing-to-publish"), acting(ED) as act:
        operations.publish(act, SLUG, "fr")
    assert [row.number for row in releases()] == [1]


def test_publish_after_a_change_continues_the_chain(ready: None) -> None:
    first = publish("fr")
    change("De 9 à 17 heures.")
    second = publish("fr")
    change(TRANSLATIONS["fr"][HOURS])
    third = publish("fr")
    rows = releases()
    assert [row.number for row in rows] == [3, 2, 1]
    assert [row.previous_digest for row in rows] == [second.digest, first.digest, ""]
    assert third.texts_digest == first.texts_digest
    assert actions().count("release.published") == 3
    document = queries.document(db.session, SLUG)
    found = queries.release_in_force(db.session, document, "fr", datetime.now(UTC))
    assert found.digest == third.digest
    assert queries.release(db.session, document, "fr", 1).digest == first.digest


def test_publish_of_the_source_names_its_importer_and_signer(house: Flask) -> None:
    row = publish("en")
    texts = release.read(row.content, row.manifest, row.digest).texts
    people = {user.email: f"u{user.id}" for user in queries.users(db.session)}
    assert {text.reviewed_by for text in texts.values()} == {people[editor("en")]}
    assert {text.translated_by for text in texts.values()} == {people["admin@example.org"]}


def test_release_stays_what_it_was_when_everything_moves_on(ready: None) -> None:
    row = publish("fr")
    before = (row.content, row.manifest)
    change("Autre chose.")
    import_source("# House rules\n\nNothing is left.\n")
    (after,) = releases()
    assert (after.content, after.manifest) == before
    assert (view("fr").live is not None, view("fr").status.outdated) == (True, True)


def test_releases_of_languages_are_numbered_apart(ready: None) -> None:
    translate("de")
    approve("de")
    assert [publish("fr").number, publish("de").number, publish("en").number] == [1, 1, 1]
