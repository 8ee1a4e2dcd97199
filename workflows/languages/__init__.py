"""Languages: tags, names, direction, and the choice of a language for a visitor.

Tags follow BCP 47 (RFC 5646), headers RFC 9110 12.5.4, matching the language matching of CLDR
(UTS 35, data vendored in ``workflows/data``). Everything here is a pure function of its arguments
and of two fixed tables: CLDR's matching data and Babel's CLDR names, aliases and likely subtags.
"""

from __future__ import annotations

from workflows.languages.cldr import known_languages
from workflows.languages.explaining import Step, Why, explain
from workflows.languages.finding import MAX_QUERY, find, search_words
from workflows.languages.header import MAX_CHARACTERS, MAX_MEMBERS, cut, parse_accept_language
from workflows.languages.matching import DEFAULT_THRESHOLD, Match, match
from workflows.languages.names import autonym, name_in
from workflows.languages.negotiation import (
    CLDR_RULE,
    SITE_LIMIT,
    SITE_RULE,
    Rule,
    acceptable,
    choose,
    negotiate,
)
from workflows.languages.ranges import (
    BadRange,
    Weighted,
    basic_filter,
    basic_range,
    extended_filter,
    lookup,
    read_ranges,
)
from workflows.languages.tags import (
    InvalidTag,
    direction,
    from_locale,
    likely_script,
    parse_tag,
    to_locale,
)

__all__ = [
    "CLDR_RULE",
    "DEFAULT_THRESHOLD",
    "MAX_CHARACTERS",
    "MAX_MEMBERS",
    "MAX_QUERY",
    "SITE_LIMIT",
    "SITE_RULE",
    "BadRange",
    "InvalidTag",
    "Match",
    "Rule",
    "Step",
    "Weighted",
    "Why",
    "acceptable",
    "autonym",
    "basic_filter",
    "basic_range",
    "choose",
    "cut",
    "direction",
    "explain",
    "extended_filter",
    "find",
    "from_locale",
    "known_languages",
    "likely_script",
    "lookup",
    "match",
    "name_in",
    "negotiate",
    "parse_accept_language",
    "parse_tag",
    "read_ranges",
    "search_words",
    "to_locale",
]
