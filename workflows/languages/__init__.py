"""Languages: tags, names, direction, and the choice of a language for a visitor.

Tags follow BCP 47 (RFC 5646), headers RFC 9110 12.5.4, matching the language matching of CLDR
(UTS 35, data vendored in ``workflows/data``). Everything here is a pure function of its arguments
and of two fixed tables: CLDR's matching data and Babel's CLDR names, aliases and likely subtags.
"""

from __future__ import annotations

from workflows.languages.cldr import known_languages
from workflows.languages.header import parse_accept_language
from workflows.languages.matching import (
    DEFAULT_THRESHOLD,
    Comparison,
    Match,
    explain,
    match,
)
from workflows.languages.names import autonym, name_in
from workflows.languages.negotiation import SITE_LIMIT, negotiate
from workflows.languages.tags import (
    InvalidTag,
    direction,
    from_locale,
    likely_script,
    parse_tag,
    to_locale,
)

__all__ = [
    "DEFAULT_THRESHOLD",
    "SITE_LIMIT",
    "Comparison",
    "InvalidTag",
    "Match",
    "autonym",
    "direction",
    "explain",
    "from_locale",
    "known_languages",
    "likely_script",
    "match",
    "name_in",
    "negotiate",
    "parse_accept_language",
    "parse_tag",
    "to_locale",
]
