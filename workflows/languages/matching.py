"""Choose the closest offered language for a list of wanted ones (UTS 35, language matching).

The order of preference, the tie-breaks and the limits are those of ICU's ``LocaleMatcher``, whose
test file judges this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from workflows.languages import cldr
from workflows.languages.distances import (
    language_distance,
    place_distance,
    script_distance,
)
from workflows.languages.tags import Likely, likely, maximize, parse_tag

DEFAULT_THRESHOLD: Final = 50
"""Distances below this match: what CLDR gives to two unrelated scripts."""
DEMOTION: Final = 5
"""What each place in the list of wanted languages costs: as much as two unrelated Englishes."""
FINE: Final = 8
"""Steps in one unit of distance; the steps tell apart tags that mean the same."""


@dataclass(frozen=True, slots=True)
class Match:
    """The outcome of matching."""

    tag: str | None
    """The offered tag as it was given, the default, or None."""
    desired: str | None
    """The wanted tag that decided; None when nothing matched."""
    distance: int | None
    """CLDR distance between the two, 0 or more; None when nothing matched."""
    reason: str
    """``exact`` (the same tag), ``likely`` (the same once likely subtags are filled in),
    ``close`` (within the threshold), ``any`` (only ``*`` decided), ``default`` or ``none``."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is offered, prepared for matching."""

    entries: tuple[tuple[Likely, str], ...]
    """In the order in which equally close languages are taken."""
    same: Mapping[Likely, str]
    """The first offered tag for each meaning."""
    tags: Mapping[str, str]
    """Canonical tag -> the first offered tag that is written like this."""


def match(
    desired: Sequence[str],
    offered: Sequence[str],
    *,
    default: str | None = None,
    threshold: int = DEFAULT_THRESHOLD,
    favor_script: bool = False,
) -> Match:
    """The offered language closest to the wanted ones, which come in order of preference.

    A match has a distance below ``threshold``, which shrinks by 5 with each wanted language.
    Without a ``default`` the first offered language breaks ties; it is not returned unless it
    matches. ``favor_script`` divides language distances by four, for readers who would rather
    have another language in their script. Malformed tags match nothing.
    """
    shelf = shelve(tuple(offered), default)
    return search(desired, shelf, default, threshold, favor_script=favor_script)


@lru_cache(maxsize=256)
def shelve(offered: tuple[str, ...], default: str | None) -> Shelf:
    """Prepare what is offered: the default first, then paradigm locales, then the rest."""
    known = [(meaning, tag) for tag in offered if (meaning := likely(tag)) is not None]
    preferred = likely(default) if default is not None else None
    if preferred is None and known and default is None:
        preferred = known[0][0]

    def rank(meaning: Likely) -> int:
        if preferred is not None and meaning[:3] == preferred[:3]:
            return 0
        return 1 if meaning[:3] in paradigms() else 2

    same: dict[Likely, str] = {}
    for meaning, tag in sorted(known, key=lambda item: rank(item[0])):
        same.setdefault(meaning, tag)
    tags: dict[str, str] = {}
    for _, tag in known:
        tags.setdefault(parse_tag(tag) or tag, tag)
    return Shelf(tuple((meaning, tag) for meaning, tag in same.items()), same, tags)


@cache
def paradigms() -> frozenset[tuple[str, str, str]]:
    """Language, script and region of the locales that win among equally close ones."""
    meanings = (likely(tag) for tag in cldr.data().paradigm_locales)
    return frozenset(meaning[:3] for meaning in meanings if meaning is not None)


def search(
    desired: Sequence[str],
    shelf: Shelf,
    default: str | None,
    threshold: int,
    *,
    favor_script: bool = False,
    shrink: bool = True,
) -> Match:
    """Walk the wanted languages. Without ``shrink`` the threshold holds for every one of them
    until something is found, so that a long list does not shut out its own end."""
    bound = threshold * FINE
    best: Match | None = None
    for wanted in desired:
        meaning = likely(wanted)
        if meaning is not None:
            if meaning in shelf.same:
                return _same(wanted, meaning, shelf)
            found = closest(meaning, shelf, bound, favor_script)
            if found is not None:
                tag, bound = found
                reason = "close" if bound >= FINE else "likely"
                best = Match(tag, wanted, bound // FINE, reason)
        if best is not None or shrink:
            bound -= DEMOTION * FINE
        if bound <= 0:
            break
    if best is not None:
        return best
    return Match(default, None, None, "none" if default is None else "default")


def _same(wanted: str, meaning: Likely, shelf: Shelf) -> Match:
    """The offered tag that means the same, one with the same variants and extensions if any."""
    canonical = parse_tag(wanted) or wanted
    written = shelf.tags.get(canonical)
    if written is not None and likely(written) == meaning:
        return Match(written, wanted, 0, "exact")
    return Match(shelf.same[meaning], wanted, 0, "likely")


def closest(wanted: Likely, shelf: Shelf, bound: int, favor_script: bool) -> tuple[str, int] | None:
    """The closest entry whose distance in fine steps is below ``bound``, and that distance."""
    best: tuple[Likely, str] | None = None
    for entry in shelf.entries:
        offered = entry[0]
        steps = language_distance(wanted.language, offered.language)
        if favor_script:
            steps >>= 2
        # Most pairs end here: the rest is only looked up for languages that are close.
        if steps * FINE > bound:
            continue
        steps = FINE * (steps + script_distance(wanted, offered))
        if steps > bound:
            continue
        steps += FINE * place_distance(wanted, offered)
        if steps == 0:
            steps = wanted.flags ^ offered.flags
        if steps < bound:
            best, bound = entry, steps
        elif steps == bound and steps >= FINE and best is not None and _likelier(offered, best[0]):
            best = entry
    return None if best is None else (best[1], bound)


def _likelier(one: Likely, other: Likely) -> bool:
    """Whether the first of two equally close entries has the more usual script or region."""
    if one.language != other.language:
        return False
    if one.script != other.script:
        return one.script == maximize(one.language, "", "").script
    if one.region != other.region:
        return one.region == maximize(one.language, one.script, "").region
    return False
