"""When a release was in force: pure arithmetic of moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workflows.release import Span, in_force_at, spans

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    """A day of 2026."""
    return START + timedelta(days=number)


def test_releases_follow_each_other() -> None:
    found = spans([(2, day(5), day(5)), (1, day(0), day(0))])
    assert found == (Span(1, day(0), day(5)), Span(2, day(5), None))


def test_release_takes_effect_on_its_day() -> None:
    found = spans([(1, day(0), day(0)), (2, day(5), day(30))])
    assert found == (Span(1, day(0), day(30)), Span(2, day(30), None))


def test_release_that_was_overtaken_never_was_in_force() -> None:
    found = spans([(1, day(0), day(0)), (2, day(5), day(30)), (3, day(9), day(9))])
    assert found == (Span(1, day(0), day(9)), Span(3, day(9), None))
    assert [span.number for span in found] == [1, 3]


def test_of_two_at_one_moment_the_higher_counts() -> None:
    assert spans([(1, day(0), day(3)), (2, day(1), day(3))]) == (Span(2, day(3), None),)


def test_before_the_first_nothing_was_in_force() -> None:
    found = spans([(1, day(2), day(2)), (2, day(5), day(5))])
    assert in_force_at(found, day(1)) is None
    assert in_force_at((), day(1)) is None
    numbers = [span.number for at in (2, 4, 5, 9) if (span := in_force_at(found, day(at)))]
    assert numbers == [1, 1, 2, 2]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=8), st.integers(0, 50))
def test_in_force_is_the_highest_number_whose_day_has_come(
    rows: list[tuple[int, int]], at: int
) -> None:
    published = sorted(row[0] for row in rows)
    releases = [
        (number, day(when), day(when + ahead))
        for number, (when, (_, ahead)) in enumerate(zip(published, rows, strict=True), 1)
    ]
    due = [number for number, when, effective in releases if max(when, effective) <= day(at)]
    span = in_force_at(spans(releases), day(at))
    assert (span.number if span else None) == max(due, default=None)
