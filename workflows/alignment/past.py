"""What a segment has said before, as itself and as what it was split from or merged of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

Pair = tuple[str, str]
"""The key of a segment and a text it had."""


@dataclass
class Past:
    """What came before a segment."""

    texts: list[str] = field(default_factory=list)
    """Its own texts since it was split or merged last, oldest first; the one now included."""
    forerunners: dict[Pair, None] = field(default_factory=dict)
    """What it was a part of, and what became parts of it, directly or through others."""


def pasts(
    revisions: Iterable[tuple[Mapping[str, str], Mapping[str, Collection[str]]]],
) -> dict[str, Past]:
    """Key -> past, from all revisions, oldest first.

    Each revision gives the text of each key, and for each key that came of a split or a merge
    there the keys it came of. The texts of a whole are no earlier texts of its longest part, though
    they share the key: a translation of one is none of the other.
    """
    found: dict[str, Past] = {}
    for texts, parted in revisions:
        before = {key: _pairs(key, past) for key, past in found.items()}
        for key, origins in parted.items():
            past = found[key] = Past()
            for origin in origins:
                past.forerunners |= before.get(origin, {})
        for key, text in texts.items():
            past = found.setdefault(key, Past())
            if text not in past.texts:
                past.texts.append(text)
            past.forerunners.pop((key, text), None)
    return found


def _pairs(key: str, past: Past) -> dict[Pair, None]:
    return past.forerunners | {(key, text): None for text in past.texts}
