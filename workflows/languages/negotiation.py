"""The site's answer to an Accept-Language header."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from workflows.languages.header import cut, parse_accept_language
from workflows.languages.matching import search, shelve
from workflows.languages.tags import likely, parse_tag

SITE_LIMIT: Final = 10
"""The largest distance at which a visitor gets another language than the wanted one. Dialects and
regions are within it; "readers of this may also know that" (``ca`` -> ``es``, 20) is not."""


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
    ranges = parse_accept_language(header)
    wanted = [name for name, weight in ranges if weight > 0 and name != "*"]
    if any(weight == 0 for _, weight in ranges):
        offered = tuple(tag for tag in offered if not _refused(tag, ranges))
    # Matches are strictly below the threshold, the limit itself is allowed.
    found = search(wanted, shelve(offered, default), None, limit + 1, shrink=False).tag
    if found is not None:
        return found
    anything = any(name == "*" and weight > 0 for name, weight in ranges)
    return offered[0] if anything and offered and default not in offered else default


def _refused(tag: str, ranges: list[tuple[str, float]]) -> bool:
    """Whether the range that fits the tag best has weight 0.

    The tag itself fits best, then a range with the same likely subtags (who refuses ``zh-TW``
    refuses ``zh-Hant``), then the longest range that the tag begins with (RFC 4647 3.3.1). Between
    equals the refusal counts. ``*;q=0`` refuses nothing here: it says the same as not being listed.
    """
    canonical, meaning = parse_tag(tag) or tag, likely(tag)
    best = (0, 0, 0.0)
    for name, weight in ranges:
        prefix, other = parse_tag(name), likely(name)
        if prefix is None or other is None:
            continue
        if prefix == canonical:
            kind = 3
        elif meaning is not None and other[:3] == meaning[:3]:
            kind = 2
        elif canonical.startswith(prefix + "-"):
            kind = 1
        else:
            continue
        best = max(best, (kind, len(prefix), -weight))
    return best[0] > 0 and best[2] == 0
