"""Publication rules at work: fallbacks in a release, source-only, several languages at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, current_app

from app import operations, queries
from app.database import db
from app.operations.releases import gate_of
from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.app.support_operations import refused, unchanged, view
from tests.app.support_policy import SLUG, acting, editor
from tests.app.support_rules import (
    MISSING,
    NEWER,
    OUTDATED,
    WAITING,
    approve_waiting,
    marked,
    rule,
    sign_off,
)
from workflows import release
from workflows.problems import NotReadyToSignOff
from workflows.release import Fallback, RuleKind, verify
from workflows.review import LanguageStatus

DAY = timedelta(days=1)


def open_lines(tag: str = "fr") -> list[str]:
    return [str(check) for check in gate_of(view(tag)).checks if not check.met]


# --- mark ----------------------------------------------------------------------------------------


def test_release_holds_the_source_where_nothing_is_approved(marking: Flask) -> None:
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


def test_release_with_fallbacks_is_proved_by_the_program(marking: Flask) -> None:
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


def test_gate_wants_enough_the_source_and_a_signature(marking: Flask) -> None:
    assert open_lines() == ["source", "signed-off"]
    rule(percent=70)
    assert open_lines() == ["63 % of 70 % reviewed", "source", "signed-off"]
    with pytest.raises(NotReadyToSignOff, match=r"^2 segments are not reviewed yet"):
        sign_off("fr")
    rule(percent=63)
    sign_off("fr")
    with refused("gate-closed"), acting(editor("fr")) as act:
        operations.publish(act, SLUG, "fr")
    sign_off("en")
    assert open_lines() == ["source"], "what nobody may read yet stands in for nothing"
    policy.publish("en")
    assert open_lines() == []


def test_new_revision_of_the_source_must_be_published_again(marking: Flask) -> None:
    policy.publish("en")
    policy.import_source(NEWER.replace("30 days", "31 days"))
    assert open_lines() == ["source", "signed-off"]


def test_withdrawn_source_stands_in_for_nothing(marking: Flask) -> None:
    policy.publish("en")
    sign_off("fr")
    with acting(editor("en")) as act:
        operations.withdraw(act, SLUG, "en", "It was wrong.")
    assert open_lines() == ["source"]
    with unchanged(), refused("gate-closed"), acting(editor("fr")) as act:
        operations.publish(act, SLUG, "fr")
    with acting(editor("en")) as act:
        operations.roll_back(act, SLUG, "en", 1)
    assert open_lines() == []


def test_source_stands_in_from_its_day_on_and_no_sooner(marking: Flask) -> None:
    sign_off("en")
    sign_off("fr")
    day = datetime.now(UTC).replace(microsecond=0) + 3 * DAY
    with acting(editor("en")) as act:
        operations.publish(act, SLUG, "en", effective_at=day)
    assert open_lines() == [], "it waits for its day"
    for moment in (None, day - timedelta(seconds=1)):
        with unchanged(), refused("source-not-in-force"), acting(editor("fr")) as act:
            operations.publish(act, SLUG, "fr", effective_at=moment)
    with acting(editor("fr")) as act:
        assert operations.publish(act, SLUG, "fr", effective_at=day).effective_at == day


def test_source_of_now_that_others_replace_on_their_day_stands_in_until_then(
    marking: Flask,
) -> None:
    policy.publish("en")
    sign_off("fr")
    policy.import_source(NEWER.replace("30 days", "31 days"))
    sign_off("en")
    day = datetime.now(UTC).replace(microsecond=0) + 3 * DAY
    with acting(editor("en")) as act:
        operations.publish(act, SLUG, "en", effective_at=day)
    policy.import_source(NEWER)
    sign_off("en")
    assert open_lines() == []
    with refused("source-not-in-force"), acting(editor("fr")) as act:
        operations.publish(act, SLUG, "fr", effective_at=day)
    policy.publish("fr")


def test_draft_of_a_missing_text_leaves_the_sign_off_valid(marking: Flask) -> None:
    sign_off("fr")
    empty = next(unit for unit in view("fr").units if unit.text == MISSING[1])
    with acting(policy.translator("fr")) as act:
        operations.save(act, SLUG, "fr", empty.key, "Ce que nous gardons", version=0)
    found = view("fr")
    assert (found.fallbacks[empty.key], found.signed) == (Fallback.NOT_APPROVED, True)


def test_rule_decides_what_is_brought_back_too(marking: Flask) -> None:
    policy.publish("en")
    policy.publish("fr")
    with acting(editor("fr")) as act:
        operations.withdraw(act, SLUG, "fr", "Non.")
    for stricter in ((RuleKind.HOLD, 50), (RuleKind.MARK, 64)):
        rule(*stricter)
        with unchanged(), refused("too-little-approved"), acting(editor("fr")) as act:
            operations.roll_back(act, SLUG, "fr", 1)
    rule(RuleKind.MARK, 63)
    with acting(editor("fr")) as act:
        assert operations.roll_back(act, SLUG, "fr", 1).number == 3


def test_what_is_brought_back_stands_on_nothing_that_the_source_does_not_say(
    marking: Flask,
) -> None:
    first = policy.publish("en").number
    policy.publish("fr")
    # A text that stands in for a missing one is another one from that day on.
    policy.import_source(NEWER.replace("your name;", "your full name;"))
    day = datetime.now(UTC).replace(microsecond=0) + 3 * DAY
    for tag in ("en", "fr"):
        sign_off(tag)
        with acting(editor(tag)) as act:
            operations.publish(act, SLUG, tag, effective_at=day)

    def refuse(number: int) -> None:
        with unchanged(), refused("source-not-in-force"), acting(editor("fr")) as act:
            operations.roll_back(act, SLUG, "fr", number)

    refuse(2)  # at once, and not on its day
    with acting(editor("en")) as act:
        operations.withdraw(act, SLUG, "en", "It was wrong.")
    refuse(1)
    refuse(2)
    with acting(editor("en")) as act:
        operations.roll_back(act, SLUG, "en", first)
    refuse(2)
    with acting(editor("fr")) as act:
        assert operations.roll_back(act, SLUG, "fr", 1).number == 3


def test_later_approval_voids_the_sign_off_and_a_draft_does_not(marking: Flask) -> None:
    policy.publish("en")
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


def test_all_that_is_reviewed_is_published_as_under_hold(marking: Flask) -> None:
    policy.translate("fr", {"We keep three of them:": "Nous en gardons trois :"})
    policy.approve("fr")
    found = view("fr").digest
    rule(RuleKind.HOLD)
    assert view("fr").digest == found
    rule()
    row = policy.publish("fr")
    assert release.read(row.content, row.manifest, row.digest).languages == ("fr",)


def test_stricter_rule_leaves_what_is_live(marking: Flask) -> None:
    policy.publish("en")
    policy.publish("fr")
    rule(RuleKind.HOLD)
    found = view("fr")
    assert found.live is not None
    assert found.live.number == 1
    with refused("not-ready-to-sign-off"):
        sign_off("fr")


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


# --- source-only ---------------------------------------------------------------------------------


def test_source_only_refuses_translations_and_leaves_what_is_live(marking: Flask) -> None:
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


def test_lag_counts_from_the_release_of_the_source_that_is_lacked(marking: Flask) -> None:
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


def test_decision_about_releases_is_for_what_was_shown(marking: Flask) -> None:
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
