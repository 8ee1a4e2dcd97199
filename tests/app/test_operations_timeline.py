"""Releases in time: scheduled, withdrawn, brought back; one signed log of them all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask

from app import operations, queries
from app.database import db
from app.models import Release
from app.operations import Act
from app.queries import LanguageView
from tests.app.support_filled import Filling
from tests.app.support_operations import dump, refused
from tests.app.support_policy import (
    SLUG,
    acting,
    approve,
    begin,
    editor,
    publish,
    translate,
    translator,
)
from tests.app.test_operations_releases import change
from workflows import release
from workflows.release import moment
from workflows.release.verify import fits
from workflows.review import LanguageStatus, Why

ED = editor("fr")
DAY = timedelta(days=1)
REASON = "Elle ne valait que pour une offre passée."


def fill() -> None:
    """French is live in its first release."""
    begin()
    translate("fr")
    approve("fr")
    publish("fr")


@pytest.fixture
def live(filled: Filling) -> Iterator[None]:
    """The context of an app with that."""
    with filled(fill).app_context():
        yield


@contextmanager
def at(days: float, email: str = ED) -> Iterator[Act]:
    """An act some days from now, or before."""
    with acting(email) as act:
        yield replace(act, now=act.now + days * DAY)


def seen(days: float = 0) -> LanguageView:
    """French as it stands some days from now."""
    db.session.close()
    document = queries.document(db.session, SLUG)
    return queries.language(db.session, document, "fr", datetime.now(UTC) + days * DAY)


def numbers(days: float = 0) -> tuple[int, list[int]]:
    """The number in force, 0 for none, and those that wait."""
    view = seen(days)
    return view.in_force.number if view.in_force else 0, [row.number for row in view.scheduled]


def publish_ahead(days: float, text: str = "De 9 à 17 heures.", **more: Any) -> Release:
    """Publish a changed text from a later day on."""
    change(text)
    with acting(ED) as act:
        operations.sign_off(act, SLUG, "fr")
        return operations.publish(act, SLUG, "fr", effective_at=act.now + days * DAY, **more)


def facts(row: Release) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.manifest)
    return found


# --- Scheduled -----------------------------------------------------------------------------------


def test_release_goes_live_by_itself_when_its_day_comes(live: None) -> None:
    stamp = queries.release_stamp(db.session, datetime.now(UTC))
    row = publish_ahead(3, summary="Nouvelles heures.\r\nC'est tout. ")
    assert numbers() == (1, [2])
    assert numbers(2.9) == (1, [2])
    assert numbers(3.1) == (2, [])
    assert facts(row)["effective_at"] == moment(row.effective_at)
    assert facts(row)["summary"] == "Nouvelles heures.\nC'est tout."
    now = datetime.now(UTC)
    stamps = [stamp, *(queries.release_stamp(db.session, now + d * DAY) for d in (0, 4))]
    assert len(set(stamps)) == 3
    heads = [queries.live_heads(db.session, now + days * DAY) for days in (0, 4)]
    assert [head.number for (head,) in heads] == [1, 2]


def test_scheduled_release_is_told_and_lacks_nothing(live: None) -> None:
    publish_ahead(3)
    status = seen().status
    assert status.status is LanguageStatus.SIGNED_OFF
    assert status.why == ((Why.LIVE, 1), (Why.SCHEDULED, 2))
    assert seen(4).status.status is LanguageStatus.PUBLISHED


def test_later_release_overtakes_one_that_waits(live: None) -> None:
    publish_ahead(3)
    publish_ahead(5, "De 8 heures.")
    assert numbers() == (1, [2, 3])
    assert [numbers(days) for days in (4, 6)] == [(2, [3]), (3, [])]
    publish_ahead(2, "De 7 heures.")
    assert numbers() == (1, [4])
    assert [numbers(days) for days in (2.5, 4, 6)] == [(4, [])] * 3


def test_same_texts_are_published_again_only_to_take_effect_sooner(live: None) -> None:
    publish_ahead(3)
    for days in (3, 5):
        with refused("nothing-to-publish"), acting(ED) as act:
            operations.publish(act, SLUG, "fr", effective_at=act.now + days * DAY)
    with acting(ED) as act:
        operations.publish(act, SLUG, "fr")
    assert numbers() == (3, [])
    with refused("nothing-to-publish"), acting(ED) as act:
        operations.publish(act, SLUG, "fr")


@pytest.mark.parametrize("days", [-1, -0.001, 5_000])
def test_effective_date_in_the_past_or_years_ahead_is_refused(live: None, days: float) -> None:
    change("De 9 à 17 heures.")
    with acting(ED) as act:
        operations.sign_off(act, SLUG, "fr")
    with refused("bad-effective-date"), acting(ED) as act:
        operations.publish(act, SLUG, "fr", effective_at=act.now + days * DAY)


def test_effective_date_at_the_end_of_time_is_refused(live: None) -> None:
    change("De 9 à 17 heures.")
    with acting(ED) as act:
        operations.sign_off(act, SLUG, "fr")
    for year in (1, 9999):
        with refused("bad-effective-date"), acting(ED) as act:
            end = datetime(year, 1, 1, tzinfo=timezone(timedelta(hours=12)))
            operations.publish(act, SLUG, "fr", effective_at=end)


@pytest.mark.parametrize(
    "summary",
    ["x" * 2_001, "\x07", "a\u2028b", "\ud800", "\x1b[31m", "a\u202eb", "\u2067a\nb", "\U000e0041"],
)
def test_summary_is_plain_text_of_a_limited_length(live: None, summary: str) -> None:
    change("De 9 à 17 heures.")
    with acting(ED) as act:
        operations.sign_off(act, SLUG, "fr")
    with refused("bad-summary"), acting(ED) as act:
        operations.publish(act, SLUG, "fr", summary=summary)


def test_publication_is_of_the_texts_that_were_shown(live: None) -> None:
    digest = seen().digest
    change("De 9 à 17 heures.")
    with acting(ED) as act:
        operations.sign_off(act, SLUG, "fr")
    with refused("texts-changed"), acting(ED) as act:
        operations.publish(act, SLUG, "fr", digest=digest)
    with acting(ED) as act:
        operations.publish(act, SLUG, "fr", digest=seen().digest)


# --- A clock that goes back ----------------------------------------------------------------------


def test_time_never_goes_back_along_the_log(live: None) -> None:
    publish_ahead(0.5)
    with at(1) as act:
        operations.withdraw(act, SLUG, "fr", REASON)
    with at(-1) as act:
        row = operations.roll_back(act, SLUG, "fr", 1)
    with at(-1, editor("en")) as act:
        operations.sign_off(act, SLUG, "en")
        last = operations.publish(act, SLUG, "en")
    dates = [each.published_at for each in queries.log_rows(db.session)]
    assert dates == sorted(dates)
    assert dates[2] == row.published_at == last.published_at
    # What was published stays in force, whatever the clock says.
    assert numbers(-1) == (4, [])
    assert [head.number for head in queries.live_heads(db.session, datetime.now(UTC))] == [1, 4]


# --- Withdrawn -----------------------------------------------------------------------------------


def test_withdrawal_takes_away_what_is_live_and_what_waits(live: None) -> None:
    publish_ahead(3)
    with acting(ED) as act:
        row = operations.withdraw(act, SLUG, "fr", f" {REASON} ")
    assert (row.kind, row.number, row.content, row.withdrawn) == ("withdrawal", 3, "", True)
    assert (facts(row)["reason"], facts(row)["texts"]) == (REASON, [])
    view = seen()
    assert view.live is None
    assert numbers() == numbers(4) == (3, [])
    assert view.status.why == ((Why.WITHDRAWN, 3), (Why.NOT_PUBLISHED, 0))
    assert dump()["history"][-1]["reason"] == REASON
    with pytest.raises(release.Withdrawn):
        release.read(row.content, row.manifest, row.digest)
    with refused("nothing-to-withdraw"), acting(ED) as act:
        operations.withdraw(act, SLUG, "fr", REASON)


def test_withdrawn_language_is_published_again(live: None) -> None:
    with acting(ED) as act:
        operations.withdraw(act, SLUG, "fr", REASON)
    publish("fr")
    assert numbers() == (3, [])
    assert seen().live is not None


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "withdrawn-without-reason"),
        (" \n ", "withdrawn-without-reason"),
        ("x" * 301, "bad-reason"),
        ("a\nb", "bad-reason"),
        ("a\x00b", "bad-reason"),
        ("\u202ea", "bad-reason"),
    ],
)
def test_reason_is_one_line(live: None, reason: str, code: str) -> None:
    with refused(code), acting(ED) as act:
        operations.withdraw(act, SLUG, "fr", reason)


def test_nothing_is_withdrawn_where_nothing_was_published(live: None) -> None:
    with refused("nothing-to-withdraw"), acting(editor("de")) as act:
        operations.withdraw(act, SLUG, "de", REASON)


# --- Brought back --------------------------------------------------------------------------------


def test_roll_back_restores_the_release_exactly(live: None) -> None:
    change("De 9 à 17 heures.")
    second = publish("fr")
    with acting(ED) as act:
        row = operations.roll_back(act, SLUG, "fr", 1, summary="Les anciennes heures.")
    first = queries.release(db.session, queries.document(db.session, SLUG), "fr", 1)
    assert (row.content, row.texts_digest) == (first.content, first.texts_digest)
    assert (row.kind, row.number, row.previous_digest) == ("rollback", 3, second.digest)
    said, old = facts(row), facts(first)
    assert (said["restores"], said["summary"]) == (1, "Les anciennes heures.")
    assert [said[name] for name in ("texts", "signed_off_by", "revision")] == [
        old[name] for name in ("texts", "signed_off_by", "revision")
    ]
    assert numbers() == (3, [])
    assert dump()["history"][-1]["after"]["restores"] == 1


def test_roll_back_takes_away_what_waits(live: None) -> None:
    publish_ahead(3)
    with acting(ED) as act:
        operations.roll_back(act, SLUG, "fr", 1)
    assert numbers() == numbers(4) == (3, [])


def test_roll_back_to_what_is_not_there_or_is_live_is_refused(live: None) -> None:
    with refused("nothing-to-roll-back"), acting(ED) as act:
        operations.roll_back(act, SLUG, "fr", 1)
    for number in (0, 2, -1):
        with refused("no-release"), acting(ED) as act:
            operations.roll_back(act, SLUG, "fr", number)
    with acting(ED) as act:
        operations.withdraw(act, SLUG, "fr", REASON)
    with refused("withdrawn"), acting(ED) as act:
        operations.roll_back(act, SLUG, "fr", 2)
    with acting(ED) as act:
        operations.roll_back(act, SLUG, "fr", 1)
    assert numbers() == (3, [])


@pytest.mark.parametrize("email", [translator("fr"), editor("de"), "admin@example.org"])
def test_only_an_editor_of_the_language_withdraws_and_brings_back(live: None, email: str) -> None:
    with refused("not-permitted"), acting(email) as act:
        operations.withdraw(act, SLUG, "fr", REASON)
    with refused("not-permitted"), acting(email) as act:
        operations.roll_back(act, SLUG, "fr", 1)


# --- The log -------------------------------------------------------------------------------------


def test_log_counts_all_languages_and_is_signed(live: None) -> None:
    publish("en")
    with acting(ED) as act:
        operations.withdraw(act, SLUG, "fr", REASON)
    rows = list(queries.log_rows(db.session))
    assert [row.log_index for row in rows] == [1, 2, 3]
    digests = ["", *(row.digest for row in rows)]
    logs = [facts(row)["log"] for row in rows]
    assert logs == [{"index": n + 1, "previous": digests[n]} for n in range(3)]
    for row in rows:
        assert facts(row)["signer"] == row.key_id
        assert fits(row.key_id, row.signature, release.message("release", row.manifest))
    assert list(queries.signing_keys(db.session)) == [rows[0].key_id]


def test_without_a_key_nothing_is_published(house: Flask) -> None:
    with refused("no-signing-key"), acting(editor("en")) as act:
        operations.sign_off(act, SLUG, "en")
        unsigned = replace(act, rules=replace(act.rules, signer=None))
        operations.publish(unsigned, SLUG, "en")
