"""The status of a language and what a sign-off covers: both are computed from digests alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import segments
from workflows.review import LanguageStatus, State, Status, Unit, Why, status_of, texts_digest
from workflows.segments import target_digest
from workflows.sources import Link

SKELETON = segments.digest("a skeleton")


def unit(number: int, stored: State, target: str = "un texte", *, outdated: bool = False) -> Unit:
    """A unit; without a target when it is initial."""
    source = segments.digest(f"text {number}")
    if stored is State.INITIAL:
        return Unit(f"s{number}", source)
    made_for = segments.digest("an older text") if outdated else source
    return Unit(f"s{number}", source, made_for, target, target_digest(target), stored)


def units(*states: State) -> list[Unit]:
    return [unit(number, state) for number, state in enumerate(states, 1)]


IN, NE, TR, RE = State.INITIAL, State.NEEDS_EDITING, State.TRANSLATED, State.REVIEWED


# --- Units ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", [NE, TR, RE])
def test_unit_is_outdated_when_the_source_has_another_digest(stored: State) -> None:
    now = unit(1, stored)
    assert (now.outdated, now.state) == (False, stored)
    then = unit(1, stored, outdated=True)
    assert (then.outdated, then.state) == (True, NE)


def test_unit_without_a_target_is_never_outdated() -> None:
    empty = Unit("s1", "now", "then", "", target_digest(""), RE)
    assert (empty.outdated, empty.state) == (False, IN)


# --- What a sign-off covers ----------------------------------------------------------------------

TEXTS = [unit(1, RE, "un"), unit(2, RE, "deux"), unit(3, RE, "trois")]


def edit(index: int, **change: str) -> Callable[[Sequence[Unit]], list[Unit]]:
    def edited(before: Sequence[Unit]) -> list[Unit]:
        after = list(before)
        after[index] = replace(after[index], **change)  # type: ignore[arg-type]
        return after

    return edited


@pytest.mark.parametrize(
    "change",
    [
        edit(0, source_digest=segments.digest("text 1!")),
        edit(1, source_digest=segments.digest("text 2", [Link(1, "/elsewhere")])),
        edit(2, target_digest=target_digest("trois ")),
        edit(2, target_digest=target_digest("")),
        edit(0, key="s9"),
        lambda before: [before[1], before[0], before[2]],
        lambda before: [before[2], before[0], before[1]],
        lambda before: list(before[:2]),
        lambda before: list(before[1:]),
        lambda before: [*before, unit(4, RE)],
        lambda before: [*before, before[2]],
        lambda _before: [],
    ],
)
def test_texts_digest_differs_after_any_change(
    change: Callable[[Sequence[Unit]], list[Unit]],
) -> None:
    assert texts_digest(change(TEXTS), SKELETON) != texts_digest(TEXTS, SKELETON)


def test_texts_digest_differs_with_the_structure() -> None:
    other = segments.digest("another skeleton")
    assert texts_digest(TEXTS, other) != texts_digest(TEXTS, SKELETON)


def test_texts_digest_is_of_texts_not_of_states() -> None:
    waiting = [replace(each, stored=TR) for each in TEXTS]
    assert texts_digest(waiting, SKELETON) == texts_digest(TEXTS, SKELETON)
    assert texts_digest(TEXTS, SKELETON) == texts_digest(tuple(TEXTS), SKELETON)
    assert len(texts_digest(TEXTS, SKELETON)) == 64


rows = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from("vw")), max_size=4
)


@given(rows, rows)
def test_texts_digest_is_equal_only_for_equal_texts(
    one: list[tuple[str, str, str]], two: list[tuple[str, str, str]]
) -> None:
    def digest(texts: list[tuple[str, str, str]]) -> str:
        made = [
            Unit(key, segments.digest(source), target_digest=target_digest(target))
            for key, source, target in texts
        ]
        return texts_digest(made, SKELETON)

    assert (digest(one) == digest(two)) == (one == two)


def test_any_edit_voids_sign_off_and_release() -> None:
    signed = texts_digest(TEXTS, SKELETON)
    before = status_of(TEXTS, digest=signed, signed_digest=signed)
    assert before.status is LanguageStatus.SIGNED_OFF
    edited = [replace(TEXTS[0], target="Un", target_digest=target_digest("Un")), *TEXTS[1:]]
    now = texts_digest(edited, SKELETON)
    voided = status_of(edited, digest=now, signed_digest=signed)
    assert voided.status is LanguageStatus.READY
    after = status_of(edited, digest=now, signed_digest=signed, live_number=1, live_digest=signed)
    assert after.status is LanguageStatus.READY


# --- Status --------------------------------------------------------------------------------------


CASES: list[tuple[list[State], dict[str, Any], LanguageStatus, list[tuple[Why, int]]]] = [
    ([], {}, LanguageStatus.NOT_STARTED, []),
    ([], {"signed_digest": "now"}, LanguageStatus.NOT_STARTED, []),
    ([IN, IN, IN], {}, LanguageStatus.NOT_STARTED, [(Why.MISSING, 3)]),
    ([IN, IN, RE], {}, LanguageStatus.IN_TRANSLATION, [(Why.MISSING, 2)]),
    ([NE], {}, LanguageStatus.IN_TRANSLATION, [(Why.NEEDS_EDITING, 1)]),
    ([NE, RE, RE], {}, LanguageStatus.IN_TRANSLATION, [(Why.NEEDS_EDITING, 1)]),
    (
        [IN, NE, TR, TR, RE],
        {},
        LanguageStatus.IN_TRANSLATION,
        [(Why.MISSING, 1), (Why.NEEDS_EDITING, 1), (Why.WAITING, 2)],
    ),
    ([TR], {}, LanguageStatus.IN_REVIEW, [(Why.WAITING, 1)]),
    (
        [RE],
        {"signed_digest": "now", "scheduled": [(2, "old"), (3, "now")]},
        LanguageStatus.SIGNED_OFF,
        [(Why.SCHEDULED, 2), (Why.SCHEDULED, 3)],
    ),
    (
        [RE],
        {"signed_digest": "now", "scheduled": [(2, "old")]},
        LanguageStatus.SIGNED_OFF,
        [(Why.SCHEDULED, 2), (Why.NOT_PUBLISHED, 0)],
    ),
    (
        [RE],
        {"withdrawn": 4},
        LanguageStatus.READY,
        [(Why.WITHDRAWN, 4), (Why.NOT_SIGNED_OFF, 0)],
    ),
    ([RE, TR, RE], {"signed_digest": "now"}, LanguageStatus.IN_REVIEW, [(Why.WAITING, 1)]),
    ([RE, RE], {}, LanguageStatus.READY, [(Why.NOT_SIGNED_OFF, 0)]),
    ([RE], {"signed_digest": "old"}, LanguageStatus.READY, [(Why.NOT_SIGNED_OFF, 0)]),
    ([RE], {"signed_digest": "now"}, LanguageStatus.SIGNED_OFF, [(Why.NOT_PUBLISHED, 0)]),
    (
        [RE],
        {"signed_digest": "now", "live_number": 2, "live_digest": "old"},
        LanguageStatus.SIGNED_OFF,
        [(Why.LIVE, 2), (Why.NOT_PUBLISHED, 0)],
    ),
    (
        [RE],
        {"signed_digest": "now", "live_number": 3, "live_digest": "now"},
        LanguageStatus.PUBLISHED,
        [(Why.LIVE, 3)],
    ),
    (
        [RE, TR],
        {"signed_digest": "old", "live_number": 1, "live_digest": "old"},
        LanguageStatus.IN_REVIEW,
        [(Why.WAITING, 1), (Why.LIVE, 1)],
    ),
    # Reopened, its words unchanged: what is live is still what is there, and says more is due.
    (
        [RE, NE],
        {"signed_digest": "now", "live_number": 1, "live_digest": "now"},
        LanguageStatus.PUBLISHED,
        [(Why.NEEDS_EDITING, 1), (Why.LIVE, 1)],
    ),
]


@pytest.mark.parametrize(("states", "digests", "status", "why"), CASES)
def test_status_is_computed_with_its_reasons(
    states: list[State],
    digests: dict[str, Any],
    status: LanguageStatus,
    why: list[tuple[Why, int]],
) -> None:
    found = status_of(units(*states), digest="now", **digests)
    assert found == Status(
        status=status,
        outdated=False,
        counts={state: states.count(state) for state in State},
        total=len(states),
        why=tuple(why),
        live=int(digests.get("live_number", 0)),
    )
    assert found.reviewed == states.count(RE)


def test_every_status_and_reason_is_reached_by_the_cases_above() -> None:
    assert {status for _, _, status, _ in CASES} == set(LanguageStatus)
    assert {why for *_, reasons in CASES for why, _ in reasons} == set(Why) - {Why.OUTDATED}


def test_outdated_units_are_told_apart_from_those_that_need_editing() -> None:
    texts = [unit(1, RE, outdated=True), unit(2, NE, outdated=True), unit(3, NE), unit(4, RE)]
    found = status_of(texts, digest="now", live_number=1, live_digest="old", source_moved=True)
    assert found == Status(
        status=LanguageStatus.IN_TRANSLATION,
        outdated=True,
        counts={IN: 0, NE: 3, TR: 0, RE: 1},
        total=4,
        why=((Why.OUTDATED, 2), (Why.NEEDS_EDITING, 1), (Why.LIVE, 1)),
        live=1,
    )


def test_all_outdated_is_in_translation_not_unstarted() -> None:
    found = status_of([unit(1, RE, outdated=True)], digest="now")
    assert (found.status, found.outdated) == (LanguageStatus.IN_TRANSLATION, True)


def test_release_of_an_earlier_revision_is_outdated() -> None:
    # A paragraph was taken out of the source: no translation is outdated, but the release is.
    found = status_of(units(RE), digest="now", live_number=1, live_digest="old", source_moved=True)
    assert (found.status, found.outdated) == (LanguageStatus.READY, True)


def test_release_is_not_outdated_by_a_better_translation() -> None:
    found = status_of(units(RE), digest="now", live_number=1, live_digest="old")
    assert (found.status, found.outdated) == (LanguageStatus.READY, False)


def test_release_is_not_outdated_when_the_source_is_back_at_its_words() -> None:
    found = status_of(units(RE), digest="now", live_number=1, live_digest="now", source_moved=True)
    assert (found.status, found.outdated) == (LanguageStatus.PUBLISHED, False)


def test_language_without_a_release_is_not_outdated_by_a_revision() -> None:
    found = status_of(units(TR), digest="now", source_moved=True)
    assert found.outdated is False
