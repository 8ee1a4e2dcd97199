"""Language ranges by RFC 4647: lists of them with weights, filtering (3.3) and lookup (3.4).

These compare subtags as they are written; what languages have to do with each other is for
`matching`. Letter case never counts, ``_`` is read as ``-``, and answers are tags as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

Weighted: TypeAlias = tuple[str, float]
"""A language range as written, and its weight 0.0 to 1.0."""

ANY: Final = "*"

_RANGE: Final = re.compile(r"(?:\*|[A-Za-z]{1,8})(?:[-_](?:\*|[A-Za-z0-9]{1,8}))*")
_WEIGHT: Final = re.compile(r"[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*")


class BadRange(ValueError):
    """A member of a list is no language range, or its weight is none."""

    def __init__(self, member: str, what: str) -> None:
        self.member = member[:60]
        self.what = what
        super().__init__(f"{self.member!r} {what}")


def read_ranges(text: str) -> list[Weighted]:
    """A list as in an Accept-Language header, extended ranges too; the most wanted first.

    Equal weights keep their order. Unlike a header, which a stranger sends, it has to be right:
    raises `BadRange`.
    """
    members = [member for part in text.split(",") if (member := part.strip(" \t"))]
    return sorted(map(_member, members), key=lambda item: -item[1])


def _member(member: str) -> Weighted:
    name, mark, rest = member.partition(";")
    name = name.rstrip(" \t")
    if not _RANGE.fullmatch(name):
        raise BadRange(name, "is not a language range such as fr, pt-BR or *")
    weight = _WEIGHT.fullmatch(rest) if mark else None
    if mark and weight is None:
        raise BadRange(member, "has no weight from ;q=0 to ;q=1 with at most three decimals")
    return name, 1.0 if weight is None else float(weight[1])


def basic_range(name: str) -> str:
    """The basic range for an extended one (RFC 4647 3.2): ``de-*-DE`` is ``de-DE``, ``*-CH`` is
    ``*``."""
    first, *rest = name.replace("_", "-").split("-")
    return ANY if first == ANY else "-".join([first, *(part for part in rest if part != ANY)])


def begins(name: str, tag: str) -> bool:
    """Whether a basic range fits a tag (3.3.1): it is the tag, or all of its first subtags."""
    name, tag = "-".join(_subtags(name)), "-".join(_subtags(tag))
    return name == ANY or tag == name or tag.startswith(name + "-")


def fits(name: str, tag: str) -> bool:
    """Whether an extended range fits a tag (3.3.2): the tag may have more subtags in between, but
    nothing is looked for behind a single letter."""
    (first, *wanted), (head, *there) = _subtags(name), _subtags(tag)
    if first not in (ANY, head):
        return False
    left = iter(there)
    return all(part == ANY or _found(part, left) for part in wanted)


def _found(wanted: str, left: Iterator[str]) -> bool:
    """Whether the subtag is ahead, before any single letter or digit."""
    for subtag in left:
        if subtag == wanted:
            return True
        if len(subtag) == 1:
            return False
    return False


def basic_filter(ranges: Sequence[str], tags: Sequence[str]) -> list[str]:
    """All tags that a basic range fits, in the order of the ranges, each once."""
    return list(dict.fromkeys(tag for name in ranges for tag in tags if begins(name, tag)))


def extended_filter(ranges: Sequence[str], tags: Sequence[str]) -> list[str]:
    """All tags that an extended range fits, in the order of the ranges, each once."""
    return list(dict.fromkeys(tag for name in ranges for tag in tags if fits(name, tag)))


def lookup(ranges: Sequence[str], tags: Sequence[str], default: str | None = None) -> str | None:
    """The one tag that a list of ranges leads to, or the default (3.4).

    A range is shortened from its right end, a single letter together with what followed it, until
    it is one of the tags; only then comes the next range. ``*`` among others is passed over.
    """
    there: dict[str, str] = {}
    for tag in tags:
        there.setdefault("-".join(_subtags(tag)), tag)
    for name in map(basic_range, ranges):
        parts = [] if name == ANY else _subtags(name)
        while parts:
            found = there.get("-".join(parts))
            if found is not None:
                return found
            parts.pop()
            if parts and len(parts[-1]) == 1:
                parts.pop()
    return default


def _subtags(text: str) -> list[str]:
    return text.replace("_", "-").lower().split("-")
