"""Why a list of ranges led to a language, one range after the other, for a person who asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from workflows.languages.distances import Distance, distance, rules
from workflows.languages.matching import DEMOTION, FINE, Match, Shelf, closest, paradigms, shelve
from workflows.languages.negotiation import (
    CLDR_RULE,
    Rule,
    acceptable,
    choose,
    closeness,
)
from workflows.languages.ranges import ANY, Weighted, basic_range
from workflows.languages.tags import Likely, likely, parse_tag

_ANY_DISTANCE: Final = 1_000 * FINE
"""More than the distance of any two languages."""


class Why(StrEnum):
    """What relates a wanted language to the nearest one that is offered."""

    SAME = "same"
    """The same tag."""
    LIKELY = "likely-subtags"
    """The same once likely subtags are filled in."""
    REGION = "region"
    """The same language for another region."""
    SCRIPT = "script"
    """The same language in another script."""
    FALLBACK = "fallback"
    """Another language, which readers of the wanted one may know."""
    UNRELATED = "unrelated"
    """Another language that has nothing to do with it."""
    PARADIGM = "paradigm-locale"
    """Others are as far; it is one of those that CLDR prefers among equals."""
    OVER = "over-the-limit"
    """Too far to be an answer."""
    ANY = "any"
    """``*``: whatever there is."""
    REFUSED = "refused"
    """Weight 0."""
    UNKNOWN = "unknown"
    """Not a tag that stands for a language."""
    NOTHING = "nothing-offered"
    """There is nothing to compare it with."""


@dataclass(frozen=True, slots=True)
class Step:
    """A wanted range beside the nearest of the offered languages."""

    desired: str
    """The range as it was written."""
    weight: float
    nearest: str | None
    """The closest offered tag; for a refused range one that it takes away; None without any."""
    distance: int | None
    """The CLDR distance to it, 0 or more."""
    parts: Distance | None
    """The same as language, script and region distance."""
    why: tuple[Why, ...]
    taken: bool = False
    """Whether this range decided."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What every range is compared with."""

    offered: tuple[str, ...]
    left: tuple[str, ...]
    """What no range refuses."""
    shelf: Shelf
    rule: Rule


def explain(
    ranges: Sequence[Weighted],
    offered: Sequence[str],
    default: str | None = None,
    rule: Rule = CLDR_RULE,
) -> tuple[Match, list[Step]]:
    """What `choose` answers, and a step for each range in the order of preference."""
    answer = choose(ranges, offered, default, rule)
    left = acceptable(ranges, offered)
    look = _Look(tuple(offered), left, shelve(left, default), rule)
    steps: list[Step] = []
    place, open_ = 0, True
    for name, weight in ranges:
        plain = basic_range(name)
        decides = open_ and weight > 0 and plain == (answer.desired or ANY)
        if weight == 0:
            step = _refusing(name, look)
        elif plain == ANY:
            step = Step(name, weight, answer.tag if decides else None, None, None, (Why.ANY,))
        else:
            step = _nearest(name, weight, place, look)
            place += 1
        taken = decides and answer.tag is not None
        open_ = open_ and not taken
        steps.append(replace(step, taken=taken))
    return answer, steps


def _refusing(name: str, look: _Look) -> Step:
    gone = (tag for tag in look.offered if tag not in look.left and closeness(name, tag))
    return Step(name, 0.0, next(gone, None), None, None, (Why.REFUSED,))


def _nearest(name: str, weight: float, place: int, look: _Look) -> Step:
    plain = basic_range(name)
    meaning = likely(plain)
    if meaning is None:
        return Step(name, weight, None, None, None, (Why.UNKNOWN,))
    tag = look.shelf.tags.get(parse_tag(plain) or plain)
    found = (tag, 0) if tag is not None and likely(tag) == meaning else None
    found = found or closest(meaning, look.shelf, _ANY_DISTANCE, look.rule.favor_script)
    offered = None if found is None else likely(found[0])
    if found is None or offered is None:
        return Step(name, weight, None, None, None, (Why.NOTHING,))
    parts = distance(meaning, offered)
    steps = found[1] // FINE
    why = _relation(plain, found[0], parts)
    if steps and Why.UNRELATED not in why and _is_model(meaning, offered, look.shelf):
        why.append(Why.PARADIGM)
    threshold = look.rule.threshold - (DEMOTION * place if look.rule.shrink else 0)
    if steps >= threshold:
        why.append(Why.OVER)
    return Step(name, weight, found[0], steps, parts, tuple(why))


def _relation(wanted: str, offered: str, parts: Distance) -> list[Why]:
    if parse_tag(wanted) == parse_tag(offered):
        return [Why.SAME]
    if not any(parts):
        return [Why.LIKELY]
    if parts.language:
        related = parts.language < rules().default_language
        return [Why.FALLBACK if related else Why.UNRELATED]
    found = [(parts.script, Why.SCRIPT), (parts.region, Why.REGION)]
    return [why for part, why in found if part]


def _is_model(wanted: Likely, nearest: Likely, shelf: Shelf) -> bool:
    """Whether the nearest is a paradigm locale, and others that are none are as far."""
    if nearest[:3] not in paradigms():
        return False
    total = sum(distance(wanted, nearest))
    others = (entry for entry, _ in shelf.entries if entry[:3] not in paradigms())
    return any(sum(distance(wanted, other)) == total for other in others)
