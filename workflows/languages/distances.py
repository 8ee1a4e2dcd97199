"""Distances between languages by the matching rules of CLDR (UTS 35, language matching).

A distance is the sum of a language, a script and a region distance, each found by the most
specific rule: 0 is the same, 80 is the distance of two unrelated languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

from workflows.languages import cldr
from workflows.languages.tags import Likely

_LITERAL: Final = "="


class Distance(NamedTuple):
    """The three parts of a distance."""

    language: int
    script: int
    region: int


@dataclass(frozen=True)
class Rules:
    """CLDR's rules, sorted by how much of a tag they speak of."""

    languages: Mapping[tuple[str, str], int]
    """Desired and supported language -> distance."""
    scripts: Mapping[tuple[str, str, str, str], int]
    """Desired language and script, supported language and script -> distance."""
    regions: Mapping[tuple[str, str], tuple[tuple[str, str, int], ...]]
    """Language and script (or ``*``) -> patterns of regions and distance; the first one counts."""
    default_language: int
    default_script: int
    default_region: int


@cache
def rules() -> Rules:
    """The rules of the vendored table; a rule that is not one-way is entered both ways."""
    languages: dict[tuple[str, str], int] = {}
    scripts: dict[tuple[str, str, str, str], int] = {}
    regions: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for desired, supported, distance, one_way in cldr.data().match_rules:
        ways = [(desired, supported)] if one_way else [(desired, supported), (supported, desired)]
        for left, right in ways:
            d, s = left.split("-"), right.split("-")
            if len(d) == 1:
                languages.setdefault((d[0], s[0]), distance)
            elif len(d) == 2:
                scripts.setdefault((d[0], d[1], s[0], s[1]), distance)
            else:
                regions.setdefault((d[0], d[1]), []).append((d[2], s[2], distance))
    return Rules(
        languages,
        scripts,
        {pair: tuple(patterns) for pair, patterns in regions.items()},
        languages.pop(("*", "*")),
        scripts.pop(("*", "*", "*", "*")),
        regions.pop(("*", "*"))[0][2],
    )


def language_distance(desired: str, supported: str) -> int:
    """The distance of two languages, 0 to 80."""
    if desired == supported:
        return 0
    table = rules()
    return table.languages.get((desired, supported), table.default_language)


def script_distance(desired: Likely, supported: Likely) -> int:
    """The distance of two scripts, 0 to 50."""
    if desired.script == supported.script:
        return 0
    table = rules()
    key = (desired.language, desired.script, supported.language, supported.script)
    return table.scripts.get(key, table.default_script)


@lru_cache(maxsize=8192)
def region_distance(language: str, script: str, desired: str, supported: str) -> int:
    """The distance of two unequal regions for one language; ``*`` for scripts that differ.

    A macro region is as far as the farthest of the regions it holds.
    """
    table = rules()
    patterns = table.regions.get((language, script)) or table.regions.get((language, "*"), ())
    default = table.default_region
    return max(
        next((n for d, s, n in patterns if _fits(d, left) and _fits(s, right)), default)
        for left in _classes(desired)
        for right in _classes(supported)
    )


def place_distance(desired: Likely, supported: Likely) -> int:
    """The distance of two regions under the rules of the language and script they share."""
    if desired.region == supported.region:
        return 0
    if desired.language != supported.language:
        return rules().default_region
    script = desired.script if desired.script == supported.script else "*"
    return region_distance(desired.language, script, desired.region, supported.region)


def distance(desired: Likely, supported: Likely) -> Distance:
    """The distance from what is wanted to what is offered; not always the same the other way."""
    return Distance(
        language_distance(desired.language, supported.language),
        script_distance(desired, supported),
        place_distance(desired, supported),
    )


def _fits(pattern: str, classes: frozenset[str]) -> bool:
    """Whether a region of these classes fits ``*``, ``$variable``, ``$!variable`` or a region."""
    if pattern.startswith("$!"):
        return pattern[2:] not in classes
    if pattern.startswith("$"):
        return pattern[1:] in classes
    return pattern == "*" or _LITERAL + pattern in classes


@cache
def _members() -> Mapping[str, frozenset[str]]:
    """Macro region -> all regions in it that hold no others."""
    containment = cldr.data().containment

    def leaves(region: str) -> frozenset[str]:
        inside = containment.get(region)
        if inside is None:
            return frozenset([region])
        return frozenset().union(*(leaves(part) for part in inside))

    return {region: leaves(region) for region in containment}


@cache
def _variables() -> Mapping[str, frozenset[str]]:
    """Match variable -> all regions it stands for."""
    members = _members()
    return {
        name: frozenset().union(*(members.get(part, frozenset([part])) for part in parts))
        for name, parts in cldr.data().match_variables.items()
    }


@cache
def _literals() -> frozenset[str]:
    """Regions that a rule names outright."""
    named = {
        region
        for patterns in rules().regions.values()
        for pattern in patterns
        for region in pattern[:2]
    }
    return frozenset(region for region in named if region != "*" and "$" not in region)


@lru_cache(maxsize=2048)
def _classes(region: str) -> tuple[frozenset[str], ...]:
    """What the rules can tell apart in a region: one set of classes for each kind of member."""
    kinds: dict[frozenset[str], None] = {}
    for member in sorted(_members().get(region, frozenset([region]))):
        inside = {name for name, regions in _variables().items() if member in regions}
        if member in _literals():
            inside.add(_LITERAL + member)
        kinds[frozenset(inside)] = None
    return tuple(kinds)
