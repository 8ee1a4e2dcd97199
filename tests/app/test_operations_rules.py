"""Publication rules at work: fallbacks in a release, source-only, several languages at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, current_app

from app import operations, queries
from app.database import db
from app.operations.releases import gate_of
from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.app.support_operations import refused, unchanged, view
from tests.app.support_policy import ADMINISTRATOR, SLUG, acting, editor
from tests.app.support_rules import (
    MISSING,
    NEWER,
    OUTDATED,
    WAITING,
    approve_waiting,
    marked,
    partly,
    rule,
)
from workflows import release
from workflows.release import Fallback, RuleKind, verify
from workflows.review import LanguageStatus, Role

DAY = timedelta(days=1)


def fill() -> None:
    """The policy under the rule, with most of French approved and nothing signed off."""
    policy.people()
    partly()
    rule()


@pytest.fixture
def ready(filled: Filling) -> Iterator[Flask]:
    """The context of an app with that."""
    app = filled(fill)
    with app.app_context():
        yield app


def sign_off(tag: str) -> None:
    with acting(editor(tag)) as act:
        operations.sign_off(act, SLUG, tag)


def open_lines(tag: str = "fr") -> list[str]:
    return [str(check) for check in gate_of(view(tag)).checks if not check.met]


# --- mark ----------------------------------------------------------------------------------------


def test_release_holds_the_source_where_nothing_is_approved(ready: Flask) -> None:
    policy.publish("en")
    row = policy.publish("fr")
    content = release.read(row.content, row.manifest, row.digest)
    source = release.read(*_stored("en"))
    fallbacks = {text.source: text.fallback for text in content.texts.values() if text.fallback}
    assert fallbacks == {
        **dict.fromkeys(MISSING, Fallback.MISSING),
        "We keep three of them:": Fallback.OUTDATED,
        WAITING: Fallback.NOT_APPROVED,
    }
    for key, text in content.texts.items():
        if text.fallback:
            theirs = source.texts[key]
            said = (text.target, text.links, text.translated_by, text.translated_at)
            assert said == (theirs.target, theirs.links, theirs.translated_by, theirs.translated_at)
            assert (text.reviewed_by, text.reviewed_at) == (theirs.reviewed_by, theirs.reviewed_at)
        else:
            assert text.target == policy.TRANSLATIONS["fr"][text.source]
    assert (content.title, content.title_language) == ("House rules", "en")
    assert content.languages == ("fr", "en")
    assert view("fr").status.status is LanguageStatus.PUBLISHED


def _stored(tag: str) -> tuple[str, str, str]:
    document = queries.document(db.session, SLUG)
    row = queries.releases(db.session, document, tag)[0]
    return row.content, row.manifest, row.digest


def test_release_with_fallbacks_is_proved_by_the_program(ready: Flask) -> None:
    policy.publish("en")
    policy.publish("fr")
    rows = [
        {"manifest": r.manifest, "content": r.content, "signature": r.signature, "key": r.key_id}
        for r in queries.log_rows(db.session)
    ]
    signer = current_app.config["SIGNER"]
    head = release.write_head("x", 2, _stored("fr")[2], datetime.now(UTC))
    signed = release.signed_head(head, signer.sign(release.message("head", head)), signer.key_id)
    lines = verify.verify(release.write_bundle(rows, signed).encode())
    assert lines[0].startswith("2 releases: none changed")


def test_gate_wants_enough_the_source_and_a_signature(ready: Flask) -> None:
    assert open_lines() == ["source", "signed-off"]
    rule(percent=70)
    assert open_lines() == ["63 % of 70 % reviewed", "source", "signed-off"]
    with refused("not-ready-to-sign-off"):
        sign_off("fr")
    rule(percent=63)
    sign_off("fr")
    with refused("gate-closed"), acting(editor("fr")) as act:
        operations.publish(act, SLUG, "fr")
    sign_off("en")
    assert open_lines() == []


def test_new_revision_of_the_source_must_be_signed_off_again(ready: Flask) -> None:
    sign_off("en")
    policy.import_source(NEWER.replace("30 days", "31 days"))
    assert open_lines() == ["source", "signed-off"]


def test_later_approval_voids_the_sign_off_and_a_draft_does_not(ready: Flask) -> None:
    sign_off("en")
    sign_off("fr")
    assert view("fr").status.status is LanguageStatus.SIGNED_OFF
    waiting = next(unit for unit in view("fr").units if unit.text == WAITING)
    with acting(policy.translator("fr")) as act:
        operations.save(act, SLUG, "fr", waiting.key, "Autrement.", version=waiting.version)
    assert view("fr").signed is True
    approve_waiting()
    found = view("fr")
    assert (found.signed, found.status.status) == (False, LanguageStatus.READY)
    row = policy.publish("fr")
    texts = release.read(row.content, row.manifest, row.digest).texts.values()
    assert [text.target for text in texts if text.source == WAITING] == ["Autrement."]


def test_all_that_is_reviewed_is_published_as_under_hold(ready: Flask) -> None:
    policy.translate("fr", {"We keep three of them:": "Nous en gardons trois :"})
    policy.approve("fr")
    found = view("fr").digest
    rule(RuleKind.HOLD)
    assert view("fr").digest == found
    rule()
    row = policy.publish("fr")
    assert release.read(row.content, row.manifest, row.digest).languages == ("fr",)


def test_stricter_rule_leaves_what_is_live(ready: Flask) -> None:
    policy.publish("en")
    policy.publish("fr")
    rule(RuleKind.HOLD)
    found = view("fr")
    assert found.live is not None
    assert found.live.number == 1
    with refused("not-ready-to-sign-off"):
        sign_off("fr")


# --- source-only ---------------------------------------------------------------------------------


def test_source_only_refuses_translations_and_leaves_what_is_live(ready: Flask) -> None:
    policy.publish("en")
    first = policy.publish("fr").number
    approve_waiting()
    rule(RuleKind.SOURCE_ONLY)
    with refused("translations-not-published"), acting(editor("fr")) as act:
        operations.publish(act, SLUG, "fr")
    with refused("translations-not-published"), acting(editor("fr")) as act:
        operations.roll_back(act, SLUG, "fr", first)
    assert view("fr").live is not None
    with acting(editor("fr")) as act:
        operations.withdraw(act, SLUG, "fr", "Plus de traduction.")
    policy.import_source(NEWER.replace("30 days", "31 days"))
    assert policy.publish("en").number == 2


# --- Behind --------------------------------------------------------------------------------------


def test_lag_counts_from_the_release_of_the_source_that_is_lacked(ready: Flask) -> None:
    policy.publish("en")
    policy.publish("fr")
    rule(due_days=30)
    assert view("fr").behind is None
    policy.import_source(NEWER.replace("30 days", "31 days"))
    assert view("fr").behind is None, "nothing of it is published yet"
    row = policy.publish("en")
    document = queries.document(db.session, SLUG)
    now = row.effective_at
    found = [
        queries.language(db.session, document, "fr", now + days * DAY) for days in (0, 12.5, 31)
    ]
    assert [one.lag_days for one in found] == [0, 12, 31]
    assert [one.overdue for one in found] == [False, False, True]
    assert found[0].behind is not None
    assert (found[0].behind.number, found[0].behind.due) == (2, now + 30 * DAY)
    assert view("en").behind is None
    assert view("de").lag_days is None
    policy.publish("fr")
    assert view("fr").behind is None


# --- All together --------------------------------------------------------------------------------


def test_languages_are_published_together_with_one_date(ready: Flask) -> None:
    sign_off("en")
    sign_off("fr")
    day = datetime.now(UTC).replace(microsecond=0) + 3 * DAY
    with acting(ADMINISTRATOR) as act:
        rows = operations.publish_all(act, SLUG, effective_at=day)
        found = [(row.language, row.effective_at, row.published_at) for row in rows]
    assert [tag for tag, _day, _at in found] == ["en", "fr"]
    assert {at for _tag, at, _published in found} == {day}
    assert len({published for _tag, _day, published in found}) == 1
    with refused("no-language-to-publish"), acting(ADMINISTRATOR) as act:
        operations.publish_all(act, SLUG, effective_at=day + DAY)
    with acting(ADMINISTRATOR) as act:
        assert len(operations.publish_all(act, SLUG)) == 2, "sooner"
    with refused("no-language-to-publish"), acting(ADMINISTRATOR) as act:
        operations.publish_all(act, SLUG)


def test_one_language_that_is_not_ready_holds_all_back(ready: Flask) -> None:
    sign_off("en")
    policy.translate("de")
    rule(percent=80)
    with unchanged():
        with pytest.raises(operations.NotAllReady) as caught, acting(ADMINISTRATOR) as act:
            operations.publish_all(act, SLUG)
        problems = [(problem.place, problem.text()) for problem in caught.value.problems]
    assert [place for place, _text in problems] == ["de", "fr"]
    assert "0 % of 80 % reviewed, signed-off" in problems[0][1]
    assert "63 % of 80 % reviewed, signed-off" in problems[1][1]
    assert "de: These conditions" in caught.value.text()
    with acting(ADMINISTRATOR) as act:
        assert [row.language for row in operations.publish_all(act, SLUG, languages=["en"])] == [
            "en"
        ]


def test_editor_of_every_language_in_it_may_publish_them_together(ready: Flask) -> None:
    sign_off("en")
    sign_off("fr")
    with refused("not-permitted"), acting(editor("en")) as act:
        operations.publish_all(act, SLUG)
    with acting() as act:
        operations.grant(act, editor("en"), Role.EDITOR, "fr")
    with acting(editor("en")) as act:
        assert len(operations.publish_all(act, SLUG)) == 2


def test_source_only_and_withdrawn_languages_are_left_out(ready: Flask) -> None:
    policy.publish("en")
    policy.publish("fr")
    with acting(editor("fr")) as act:
        operations.withdraw(act, SLUG, "fr", "Non.")
    policy.import_source(NEWER.replace("30 days", "31 days"))
    sign_off("en")
    with acting(ADMINISTRATOR) as act:
        assert [row.language for row in operations.publish_all(act, SLUG)] == ["en"]
    rule(RuleKind.SOURCE_ONLY)
    with pytest.raises(operations.NotAllReady) as caught, acting(ADMINISTRATOR) as act:
        operations.publish_all(act, SLUG, languages=["fr"])
    assert caught.value.problems[0].code == "translations-not-published"


def test_marked_release_and_its_outdated_text(filled: Filling) -> None:
    with filled(fill_marked).app_context():
        texts = release.read(*_stored("fr")).texts.values()
        old = [text for text in texts if text.fallback == Fallback.OUTDATED]
        assert [(text.target, text.role) for text in old] == [
            (OUTDATED.replace("things", "of them"), "paragraph")
        ]


def fill_marked() -> None:
    """English and a marked French release."""
    marked()


def test_withdrawn_source_stays_away_unless_it_is_named(ready: Flask) -> None:
    policy.publish("en")
    policy.publish("fr")
    with acting(editor("en")) as act:
        operations.withdraw(act, SLUG, "en", "It was wrong.")
    with refused("no-language-to-publish"), acting(ADMINISTRATOR) as act:
        operations.publish_all(act, SLUG)
    with acting(ADMINISTRATOR) as act:
        assert [row.language for row in operations.publish_all(act, SLUG, languages=["en"])] == [
            "en"
        ]


def test_decision_about_releases_is_for_what_was_shown(ready: Flask) -> None:
    policy.publish("en")
    policy.publish("fr")
    with acting(editor("fr")) as act:
        operations.withdraw(act, SLUG, "fr", "It was wrong.", newest=1)
    with refused("released-meanwhile"), acting(editor("fr")) as act:
        operations.publish(act, SLUG, "fr", newest=1)
    with refused("released-meanwhile"), acting(editor("fr")) as act:
        operations.roll_back(act, SLUG, "fr", 1, newest=1)
    with acting(editor("fr")) as act:
        assert operations.roll_back(act, SLUG, "fr", 1, newest=2).number == 3
    with refused("released-meanwhile"), acting(editor("fr")) as act:
        operations.withdraw(act, SLUG, "fr", "It was wrong.", newest=2)
