"""The Accept-Language header (RFC 9110 12.5.4 and 12.4.2; ranges of RFC 4647 2.1 and 2.3)."""

from __future__ import annotations

import re
from typing import Final

MAX_CHARACTERS: Final = 1024
"""Characters of a header that are read."""
MAX_MEMBERS: Final = 20
"""Members of a header that are read."""

_MEMBER: Final = re.compile(
    r"(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)"
    r"(?:[ \t]*;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?"
)


def cut(header: str) -> str:
    """The part of a header that is read: whole members within 1024 characters."""
    if len(header) <= MAX_CHARACTERS:
        return header
    # One character more than the limit, so that a comma just behind it ends a whole member.
    return header[: MAX_CHARACTERS + 1].rpartition(",")[0]


def parse_accept_language(header: str) -> list[tuple[str, float]]:
    """Language ranges as written with their weights 0.0 to 1.0, the most wanted first.

    Equal weights keep the order of the header, and refused ranges (weight 0) come last. Only the
    first 1024 characters and 20 members are read, cut at a comma; malformed members are skipped.
    Never raises; the time is bounded whatever the header.
    """
    members = [member for part in cut(header).split(",") if (member := part.strip(" \t"))]
    ranges: list[tuple[str, float]] = []
    for member in members[:MAX_MEMBERS]:
        found = _MEMBER.fullmatch(member)
        if found is not None:
            ranges.append((found[1], 1.0 if found[2] is None else float(found[2])))
    return sorted(ranges, key=lambda item: -item[1])
