"""The publication rule: what it lets through, what stands in the source language, who is behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import review, segments
from workflows.release import (
    HOLD,
    BadRule,
    Behind,
    Condition,
    Fallback,
    Gate,
    GateClosed,
    Issue,
    Rule,
    RuleKind,
    behind,
    gate,
)
from workflows.review import LanguageStatus, State, Unit
from workflows.segments import target_digest

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
MARK = Rule(RuleKind.MARK, 60)


def unit(key: str, state: State = State.REVIEWED, *, outdated: bool = False) -> Unit:
    source = segments.digest(key)
    if state is State.INITIAL:
        return Unit(key, source)
    made_for = segments.digest("older") if outdated else source
    return Unit(key, source, made_for, "texte", target_digest("texte"), state)


MIXED = [
    unit("s1"),
    unit("s2", State.INITIAL),
    unit("s3", outdated=True),
    unit("s4", State.TRANSLATED),
    unit("s5"),
]


def opened(
    units: list[Unit],
    rule: Rule = MARK,
    *,
    failing: tuple[str, ...] = (),
    signed: bool = True,
    source_ready: bool = True,
) -> Gate:
    return gate(units, failing=failing, signed=signed, rule=rule, source_ready=source_ready)


def unmet(found: Gate) -> dict[Condition, tuple[str, ...]]:
    return {check.condition: check.keys for check in found.checks if not check.met}


# --- What stands in ------------------------------------------------------------------------------


def test_rule_names_what_stands_in_the_source_language_and_why() -> None:
    assert MARK.fallbacks(MIXED) == {
        "s2": Fallback.MISSING,
        "s3": Fallback.OUTDATED,
        "s4": Fallback.NOT_APPROVED,
    }
    assert HOLD.fallbacks(MIXED) == Rule(RuleKind.SOURCE_ONLY).fallbacks(MIXED) == {}


def test_digest_covers_that_the_source_stands_in_and_not_why() -> None:
    def digest(*units: Unit) -> str:
        return review.texts_digest(units, "skeleton", MARK.fallbacks(units))

    draft = unit("s2", State.NEEDS_EDITING)
    waiting = unit("s2", State.TRANSLATED)
    seen = digest(unit("s1"), draft)
    assert digest(unit("s1"), waiting) == seen
    assert digest(unit("s1"), unit("s2")) != seen
    assert digest(unit("s1"), unit("s2", State.INITIAL)) == seen, "the reason may become another"
    whole = [unit("s1"), unit("s2")]
    assert digest(*whole) == review.texts_digest(whole, "skeleton")


# --- The gate ------------------------------------------------------------------------------------


def test_gate_counts_what_is_approved() -> None:
    found = opened(MIXED)
    assert [check.condition for check in found.checks] == [
        Condition.ENOUGH,
        Condition.CHECKS,
        Condition.SOURCE,
        Condition.SIGNED_OFF,
    ]
    assert unmet(found) == {Condition.ENOUGH: ("s2", "s3", "s4")}
    assert str(found.checks[0]) == "40 % of 60 % reviewed"
    with pytest.raises(GateClosed, match="not met yet: 40 % of 60 % reviewed, signed-off"):
        opened(MIXED, signed=False).require()
    assert opened(MIXED, Rule(RuleKind.MARK, 40)).open


def test_gate_asks_checks_of_the_texts_that_are_used_only() -> None:
    rule = Rule(RuleKind.MARK, 1)
    assert unmet(opened(MIXED, rule, failing=("s2", "s4"))) == {}
    assert unmet(opened(MIXED, rule, failing=("s4", "s5"))) == {Condition.CHECKS: ("s5",)}


def test_gate_wants_the_source_published_when_it_stands_in() -> None:
    rule = Rule(RuleKind.MARK, 1)
    assert unmet(opened(MIXED, rule, source_ready=False)) == {Condition.SOURCE: ()}
    assert opened([unit("s1"), unit("s2")], rule, source_ready=False).open


def test_gate_of_an_empty_document_stays_closed() -> None:
    assert not opened([]).open


@given(st.integers(0, 12), st.integers(0, 12), st.integers(1, 100))
def test_share_is_told_as_it_counts(done: int, rest: int, percent: int) -> None:
    units = [unit(f"s{n}") for n in range(done)]
    units += [unit(f"t{n}", State.INITIAL) for n in range(rest)]
    found = opened(units, Rule(RuleKind.MARK, percent)).checks[0]
    assert found.met == (bool(units) and found.share >= percent)
    assert found.met == Rule(RuleKind.MARK, percent).enough(done, done + rest)


def test_status_is_ready_when_the_rule_asks_for_no_more() -> None:
    def status(signed: str, live: str = "") -> LanguageStatus:
        number = int(bool(live))
        return review.status_of(
            MIXED,
            digest="d",
            signed_digest=signed,
            live_number=number,
            live_digest=live,
            enough=True,
        ).status

    assert status("other") is LanguageStatus.READY
    assert status("d") is LanguageStatus.SIGNED_OFF
    assert status("d", "d") is LanguageStatus.PUBLISHED


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "holds"},
        {"percent": 0},
        {"percent": 101},
        {"percent": True},
        {"due_days": 0},
        {"due_days": 3_661},
    ],
)
def test_rule_that_is_none_is_refused(facts: dict[str, object]) -> None:
    assert Rule.of(MARK.facts()) == MARK
    with pytest.raises(BadRule):
        Rule.of(MARK.facts() | facts)


# --- Behind --------------------------------------------------------------------------------------


def issue(number: int, revision: int, day: float, *, since: float = 0, gone: bool = False) -> Issue:
    return Issue(number, revision, START + day * DAY, START + (since or day) * DAY, gone)


def test_translation_is_behind_since_the_first_release_that_it_lacks() -> None:
    issues = [issue(1, 1, 0), issue(2, 2, 10), issue(3, 3, 20)]
    assert behind(issues, 1, 1, 30) is None
    assert behind(issues, 3, 3, 30) is None
    found = behind(issues, 3, 1, 30)
    assert found == Behind(2, START + 10 * DAY, START + 40 * DAY)
    assert behind(issues, 3, 2, None) == Behind(3, START + 20 * DAY, None)
    assert behind(issues, 2, 1, None) == Behind(2, START + 10 * DAY, None)


def test_source_that_went_back_asks_for_nothing() -> None:
    issues = [issue(1, 1, 0), issue(2, 2, 10), issue(3, 1, 20), issue(4, 3, 30)]
    assert behind(issues, 3, 1, None) is None
    assert behind(issues, 4, 1, None) == Behind(4, START + 30 * DAY, None)


def test_release_that_never_took_effect_and_withdrawal_count_for_nothing() -> None:
    issues = [
        issue(1, 1, 0),
        issue(2, 2, 1, since=40),
        issue(3, 2, 2, since=5),
        issue(4, 2, 8, gone=True),
        issue(5, 3, 9),
    ]
    assert behind(issues, 5, 1, None) == Behind(3, START + 5 * DAY, None)


def test_days_are_whole_and_overdue_begins_after_the_day() -> None:
    found = Behind(2, START, START + 30 * DAY)
    assert [found.days(START + days * DAY) for days in (-1, 0, 0.9, 1, 30.5)] == [0, 0, 0, 1, 30]
    assert [found.overdue(START + days * DAY) for days in (30, 30.01)] == [False, True]
    assert not Behind(2, START, None).overdue(START + 999 * DAY)
