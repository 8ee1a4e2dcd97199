"""The two fixed tables: vendored CLDR matching data, and Babel's aliases and likely subtags.

Both are read once, at first use, and never changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from babel.core import get_global


@dataclass(frozen=True)
class Data:
    """The part of CLDR that is vendored, as ``tools/vendor_cldr.py`` wrote it."""

    version: str
    """Version of the data package, such as ``48.2.0``."""
    paradigm_locales: tuple[str, ...]
    """Tags that win among equally distant ones."""
    match_variables: Mapping[str, tuple[str, ...]]
    """Variable without its ``$`` -> regions, macro regions among them."""
    match_rules: tuple[tuple[str, str, int, bool], ...]
    """Desired, supported, distance 0 to 100, one way; in the order of CLDR, which matters."""
    containment: Mapping[str, tuple[str, ...]]
    """Macro region -> regions it directly holds."""
    whole_tags: Mapping[str, str]
    """Lower-case grandfathered or redundant tag -> the tag that replaces it."""
    right_to_left_scripts: frozenset[str]


@cache
def data() -> Data:
    """The vendored table."""
    text = files("workflows").joinpath("data", "cldr.json").read_text(encoding="utf-8")
    raw: dict[str, Any] = json.loads(text)
    return Data(
        version=raw["cldr"],
        paradigm_locales=tuple(raw["paradigm_locales"]),
        match_variables={name: tuple(value) for name, value in raw["match_variables"].items()},
        match_rules=tuple((d, s, n, oneway) for d, s, n, oneway in raw["match_rules"]),
        containment={name: tuple(value) for name, value in raw["containment"].items()},
        whole_tags=raw["whole_tags"],
        right_to_left_scripts=frozenset(raw["right_to_left_scripts"]),
    )


@cache
def likely_subtags() -> Mapping[str, str]:
    """Partial locale such as ``zh_TW`` or ``und_Arab`` -> full one such as ``zh_Hant_TW``."""
    table: Mapping[str, str] = get_global("likely_subtags")
    return table


@cache
def language_aliases() -> Mapping[str, str]:
    """Old language subtag -> its replacement, which may carry a script or a region."""
    table: Mapping[str, str] = get_global("language_aliases")
    return table


@cache
def region_aliases() -> Mapping[str, list[str]]:
    """Old region -> the regions that took its place, the most likely one first."""
    table: Mapping[str, list[str]] = get_global("territory_aliases")
    return table


@cache
def script_aliases() -> Mapping[str, str]:
    """Old script -> its replacement."""
    table: Mapping[str, str] = get_global("script_aliases")
    return table


@cache
def variant_aliases() -> Mapping[str, str]:
    """Old variant, lower case -> its replacement."""
    table: Mapping[str, str] = get_global("variant_aliases")
    return {old.lower(): new.lower() for old, new in table.items()}


@cache
def matched_languages() -> frozenset[str]:
    """Every language that a matching rule names."""
    tags = {tag for rule in data().match_rules for tag in rule[:2]}
    return frozenset(tag.partition("-")[0] for tag in tags)


def known_languages() -> frozenset[str]:
    """Every language subtag that CLDR's tables say anything about, deprecated ones included."""
    names = (*likely_subtags(), *language_aliases(), *matched_languages())
    found = {re.split("[-_]", name)[0].lower() for name in names}
    return frozenset(name for name in found if name.isalpha() and name not in {"und", "root"})
