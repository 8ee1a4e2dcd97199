"""What a revision means for reviews that editorial claims carry: impact and reversals."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app import operations
from app.operations.carrying import LanguageImpact
from tests.app.support_changes import confirmed, marked
from tests.app.support_filled import Filling
from tests.app.support_operations import HOURS, unit, view
from tests.app.support_policy import (
    ADMINISTRATOR,
    SLUG,
    SOURCE,
    acting,
    approve,
    begin,
    editor,
    import_source,
    translate,
)
from workflows.review import State

TYPO = "We run thsi house from 9 to 17 o'clock."
WRONG = SOURCE.replace(HOURS, TYPO)
TARGET = "Nous tenons cette maison de 9 à 17 heures."
HOURS_LATER = HOURS.replace("17", "18")
EDITED = SOURCE.replace(HOURS, HOURS_LATER)


def fill() -> None:
    """All of French is reviewed, one text for a source with a slip, which is mended since."""
    begin()
    import_source(WRONG)
    translate("fr", {TYPO: TARGET})
    approve("fr")
    import_source(SOURCE)


@pytest.fixture
def mended(filled: Filling) -> Iterator[Flask]:
    """The app in its context, with that."""
    app = filled(fill)
    with app.app_context():
        yield app


def rework(text: str, target: str) -> None:
    """Have the text of a segment translated anew and reviewed."""
    translate("fr", {text: target})
    approve("fr")


def test_impact_counts_a_review_that_was_carried_over(mended: Flask) -> None:
    confirmed(HOURS)
    other = import_source(SOURCE.replace("1 year", "2 years"))
    assert other.impact.languages == (LanguageImpact("fr", 18, 0, 1, 2),)
    assert view("fr").status.reviewed == 18
    import_source(SOURCE)
    import_source(EDITED)
    back = import_source(SOURCE)
    assert back.impact.languages == (LanguageImpact("fr", 19, 0, 0, 0),)
    assert (back.impact.back, back.impact.words) == (0, 0)
    assert str(view("fr").status.status) == "ready"


def test_impact_does_not_count_a_claim_that_waits(mended: Flask) -> None:
    marked(HOURS)
    assert import_source(SOURCE.replace("1 year", "2 years")).impact.languages[0].valid == 17


def test_reversal_finds_the_review_that_was_carried_over(mended: Flask) -> None:
    claim = confirmed(HOURS)
    before = unit("fr")
    import_source(EDITED)
    rework(HOURS_LATER, "De 9 à 18 heures.")
    back = import_source(SOURCE)
    assert back.impact.languages == (LanguageImpact("fr", 18, 1, 0, 0),)
    after = unit("fr")
    assert (after.state, after.target, after.reviewed_at) == (
        State.REVIEWED,
        TARGET,
        before.reviewed_at,
    )
    assert [found.id for found in after.carried] == [claim.id]
    with acting(ADMINISTRATOR) as act:
        operations.undo_editorial(act, SLUG, claim.id)
    assert (unit("fr").outdated, unit("fr").previous_source) == (True, TYPO)


def test_reversal_prefers_the_review_that_was_given_for_exactly_this_source(mended: Flask) -> None:
    confirmed(HOURS)
    carried = unit("fr")
    with acting(editor("fr")) as act:
        key, better = carried.key, "Nous tenons la maison de 9 à 17 heures."
        found = operations.propose(act, SLUG, "fr", key, better)
        assert found is not None
        operations.accept(act, SLUG, "fr", found.id, version=carried.version)
    approve("fr", four_eyes=False)
    for other, text, target in ((WRONG, TYPO, TARGET), (EDITED, HOURS_LATER, "De 9 à 18 heures.")):
        import_source(other)
        if text == HOURS_LATER:
            rework(text, target)
        assert (unit("fr", text).state, unit("fr", text).target) == (State.REVIEWED, target)
        import_source(SOURCE)
        assert (unit("fr").target, unit("fr").carried) == (better, ())


@pytest.mark.parametrize("reviewed", [False, True])
def test_carried_review_that_an_editor_replaced_does_not_come_back(
    mended: Flask, reviewed: bool
) -> None:
    """Neither while the other text waits for review, nor when the review of that was taken back."""
    confirmed(HOURS)
    carried = unit("fr")
    with acting(editor("fr")) as act:
        found = operations.propose(act, SLUG, "fr", carried.key, "Ouvert de 9 à 17 heures.")
        assert found is not None
        operations.accept(act, SLUG, "fr", found.id, version=carried.version)
    if reviewed:
        approve("fr", four_eyes=False)
        with acting(editor("fr")) as act:
            version = unit("fr").version
            operations.reopen(act, SLUG, "fr", carried.key, version=version, reason="r")
    import_source(EDITED)
    rework(HOURS_LATER, "De 9 à 18 heures.")
    import_source(SOURCE)
    assert (unit("fr").target, unit("fr").outdated) == ("De 9 à 18 heures.", True)


def test_carried_review_that_was_reopened_does_not_come_back(mended: Flask) -> None:
    confirmed(HOURS)
    with acting(editor("fr")) as act:
        operations.reopen(act, SLUG, "fr", unit("fr").key, version=unit("fr").version, reason="r")
    import_source(EDITED)
    rework(HOURS_LATER, "De 9 à 18 heures.")
    import_source(SOURCE)
    assert (unit("fr").target, unit("fr").outdated) == ("De 9 à 18 heures.", True)
