"""When each release of one document and language was in force.

Two timelines are told apart. *Published*: from the moment an editor published it, a release can be
read under its number. *In force*: from its effective date on, it is what the page says, unless a
release with a higher number has taken effect by then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Span:
    """A stretch of time during which one release was what the page said."""

    number: int
    since: datetime
    until: datetime | None
    """None: until something else takes effect."""


def spans(releases: Iterable[tuple[int, datetime, datetime]]) -> tuple[Span, ...]:
    """The stretches in order of time, from rows of number, publication and effective date.

    A release that a higher number overtook before its day has none.
    """
    starts = sorted(
        (max(published, effective), number) for number, published, effective in releases
    )
    found: list[Span] = []
    highest = 0
    for since, number in starts:
        if number < highest:
            continue
        highest = number
        if found:
            last = found.pop()
            # Of two that take effect at one moment only the higher is ever seen.
            if last.since < since:
                found.append(Span(last.number, last.since, since))
        found.append(Span(number, since, None))
    return tuple(found)


def in_force_at(found: tuple[Span, ...], moment: datetime) -> Span | None:
    """The stretch that a moment lies in; None before the first one."""
    return next((span for span in reversed(found) if span.since <= moment), None)
