"""The values of a memory in a file, and names that its writer and its reader share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from workflows.catalogs.stand_ins import FORBIDDEN
from workflows.problems import Problem
from workflows.sources import Link

TOOL = "Pinger Panel"
VERSION = "1"
"""Of what we write, not of the program: the same data, the same bytes."""
ALL = "*all*"
DOCUMENT, SEGMENT, LINKS = "x-document", "x-segment", "x-links"
"""Types of our props: slug, key, and a JSON list of [number, address, title]."""
_UNWRITABLE = frozenset("\ufffe\uffff")
"""What XML 1.0 can't hold, besides the control characters that no catalog holds."""
_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Pair:
    """A source and a target that translates it."""

    source_language: str
    target_language: str
    source: str
    """Tagged text."""
    target: str
    """Tagged text."""
    links: tuple[Link, ...] = ()
    """Of the source; those of another program's memory are not known."""
    document: str = ""
    """Slug of the document it was approved in."""
    segment: str = ""
    """Key of the segment it was approved at."""
    person: str = ""
    """Who approved it, or what another program says: who changed it last, or made it."""
    changed_at: datetime | None = None
    """Aware time of that, to the second, in UTC."""
    line: int = 0
    """1-based line in the file read; 0 in a pair to be written."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with it in a file read; it is not taken when one of them is blocking."""


@dataclass(frozen=True)
class Memory:
    """A file that was read."""

    pairs: tuple[Pair, ...]
    """In file order; a unit with several targets makes several."""
    problems: tuple[Problem, ...] = ()
    """Of the file as a whole."""


def writable(text: str) -> bool:
    """Whether a file can hold this text."""
    return not FORBIDDEN.search(text) and _UNWRITABLE.isdisjoint(text)


def moment(value: datetime) -> str:
    """A moment as TMX has it: YYYYMMDDThhmmssZ."""
    return value.astimezone(UTC).strftime(_TIME)


def read_moment(value: str) -> datetime | None:
    """The twin of ``moment``; None for what is none."""
    try:
        return datetime.strptime(value, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
