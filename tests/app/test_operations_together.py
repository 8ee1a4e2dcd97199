"""Several languages of a document published in one act: all of them, or none."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import operations, queries
from tests.app import support_policy as policy
from tests.app.support_operations import refused, unchanged
from tests.app.support_policy import ADMINISTRATOR, SLUG, acting, editor
from tests.app.support_rules import NEWER, approve_waiting, rule, sign_off
from workflows.release import RuleKind
from workflows.review import Role

DAY = timedelta(days=1)


def test_languages_are_published_together_with_one_date(marking: Flask) -> None:
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


def test_languages_are_published_at_one_moment_however_long_it_takes(
    marking: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_off("en")
    sign_off("fr")
    log_end = queries.log_end

    def slow(session: Session, *, lock: bool = False) -> queries.LogEnd:
        time.sleep(0.7)
        return log_end(session, lock=lock)

    monkeypatch.setattr(queries, "log_end", slow)
    with acting(ADMINISTRATOR) as act:
        rows = operations.publish_all(act, SLUG)
        assert len(rows) == 2
        assert len({(row.published_at, row.effective_at) for row in rows}) == 1


def test_one_language_that_is_not_ready_holds_all_back(marking: Flask) -> None:
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


def test_editor_of_every_language_in_it_may_publish_them_together(marking: Flask) -> None:
    sign_off("en")
    sign_off("fr")
    with refused("not-permitted"), acting(editor("en")) as act:
        operations.publish_all(act, SLUG)
    with acting() as act:
        operations.grant(act, editor("en"), Role.EDITOR, "fr")
    with acting(editor("en")) as act:
        assert len(operations.publish_all(act, SLUG)) == 2


def test_source_only_and_withdrawn_languages_are_left_out(marking: Flask) -> None:
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


def test_withdrawn_source_stays_away_unless_it_is_named(marking: Flask) -> None:
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


def test_what_was_replaced_by_an_earlier_release_does_not_come_again_unasked(
    marking: Flask,
) -> None:
    policy.publish("en")
    policy.publish("fr")
    approve_waiting()
    policy.publish("fr")
    with acting(editor("fr")) as act:
        operations.roll_back(act, SLUG, "fr", 1)
    with refused("no-language-to-publish"), acting(ADMINISTRATOR) as act:
        operations.publish_all(act, SLUG)
    with acting(ADMINISTRATOR) as act:
        (row,) = operations.publish_all(act, SLUG, languages=["fr"])
        assert (row.language, row.number) == ("fr", 4)


def test_texts_that_are_new_since_an_earlier_one_came_back_are_published(
    marking: Flask,
) -> None:
    policy.publish("en")
    policy.publish("fr")
    with acting(editor("fr")) as act:
        operations.withdraw(act, SLUG, "fr", "Non.")
        operations.roll_back(act, SLUG, "fr", 1)
    approve_waiting()
    sign_off("fr")
    with acting(ADMINISTRATOR) as act:
        assert [row.language for row in operations.publish_all(act, SLUG)] == ["fr"]


def test_publishing_together_is_for_the_releases_that_were_shown(marking: Flask) -> None:
    sign_off("en")
    with acting(ADMINISTRATOR) as act:
        operations.publish_all(act, SLUG, languages=["en"], releases_shown=0)
    sign_off("fr")
    with unchanged(), refused("released-meanwhile"), acting(ADMINISTRATOR) as act:
        operations.publish_all(act, SLUG, releases_shown=0)
    with acting(ADMINISTRATOR) as act:
        assert len(operations.publish_all(act, SLUG, releases_shown=1)) == 1
