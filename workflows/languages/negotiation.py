"""The choice of a language for a list of ranges with weights: by CLDR's rule, or by the site's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from workflows.languages.header import cut, parse_accept_language
from workflows.languages.matching import DEFAULT_THRESHOLD, Match, search, shelve
from workflows.languages.ranges import ANY, Weighted, basic_range, begins
from workflows.languages.tags import likely, parse_tag

SITE_LIMIT: Final = 10
"""The largest distance at which a visitor gets another language than the wanted one. Dialects and
regions are within it; "readers of this may also know that" (``ca`` -> ``es``, 20) is not."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How far away a language may be that is still an answer."""

    threshold: int = DEFAULT_THRESHOLD
    """Distances below this match."""
    shrink: bool = True
    """Whether each place in the list takes 5 off, as CLDR does, or the end of it counts fully."""
    favor_script: bool = False
    """Whether another language in the same script is better than the same one in another."""


CLDR_RULE: Final = Rule()
# Matches are strictly below the threshold, the limit itself is allowed.
SITE_RULE: Final = Rule(SITE_LIMIT + 1, shrink=False)


def negotiate(
    header: str | None, offered: Sequence[str], default: str, *, limit: int = SITE_LIMIT
) -> str:
    """The language of the site for a visitor: one of ``offered``, or ``default``.

    Refused languages (weight 0) are not offered; a narrower range that is wanted goes before a
    wider one that is refused. The rest is matched in order of preference; a wanted language may be
    ``limit`` away at most. ``*`` takes any language, the default by choice (RFC 4647 3.4). When
    nothing fits the default is returned even if refused: a page has to be served (RFC 9110
    12.5.4). Never raises; answers are remembered, the latest 2048.
    """
    if not header:
        return default
    return _negotiate(cut(header), tuple(offered), default, limit)


@lru_cache(maxsize=2048)
def _negotiate(header: str, offered: tuple[str, ...], default: str, limit: int) -> str:
    rule = Rule(limit + 1, shrink=False)
    return choose(parse_accept_language(header), offered, default, rule).tag or default


def choose(
    ranges: Sequence[Weighted],
    offered: Sequence[str],
    default: str | None = None,
    rule: Rule = CLDR_RULE,
) -> Match:
    """The offered language for ranges in order of preference; the default when none fits.

    The reason is one of those of `match`, or ``any`` when only ``*`` decided.
    """
    left = acceptable(ranges, offered)
    shelf = shelve(left, default)
    found = search(
        wanted_of(ranges),
        shelf,
        None,
        rule.threshold,
        favor_script=rule.favor_script,
        shrink=rule.shrink,
    )
    if found.tag is not None:
        return found
    anything = any(weight > 0 and basic_range(name) == ANY for name, weight in ranges)
    if anything and left and (default is None or refused(default, ranges)):
        return Match(left[0], ANY, None, "any")
    return Match(default, None, None, "none" if default is None else "default")


def wanted_of(ranges: Sequence[Weighted]) -> list[str]:
    """The languages that a list names and wants."""
    basic = [basic_range(name) for name, weight in ranges if weight > 0]
    return [name for name in basic if name != ANY]


def acceptable(ranges: Sequence[Weighted], offered: Sequence[str]) -> tuple[str, ...]:
    """What is offered, without what the ranges refuse."""
    if all(weight > 0 for _, weight in ranges):
        return tuple(offered)
    return tuple(tag for tag in offered if not refused(tag, ranges))


def refused(tag: str, ranges: Sequence[Weighted]) -> bool:
    """Whether the range that fits the tag best has weight 0.

    The tag itself fits best, then a range with the same likely subtags (who refuses ``zh-TW``
    refuses ``zh-Hant``), then the longest range that the tag begins with (RFC 4647 3.3.1). Between
    equals the refusal counts. ``*;q=0`` refuses nothing here: it says the same as not being listed.
    """
    best = max(
        ((closeness(name, tag), len(parse_tag(name) or name), -weight) for name, weight in ranges),
        default=(0, 0, 0.0),
    )
    return best[0] > 0 and best[2] == 0


def closeness(name: str, tag: str) -> int:
    """How well a range fits a tag: 3 is the tag, 2 means the same, 1 begins it, 0 is not at all."""
    prefix, canonical = parse_tag(basic_range(name)), parse_tag(tag) or tag
    other, meaning = likely(basic_range(name)), likely(tag)
    if prefix is None or other is None:
        return 0
    if prefix == canonical:
        return 3
    if meaning is not None and other[:3] == meaning[:3]:
        return 2
    return int(begins(prefix, canonical))
