"""Cutting the next revision of a document so that its segments keep the keys they have had."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workflows.alignment.matching import align
from workflows.alignment.model import Alignable, Match, Sources
from workflows.segments import Segment, Skeleton, split, words
from workflows.sources import Source


class Keyed(Alignable, Protocol):
    """A segment that has its key."""

    @property
    def key(self) -> str: ...


Earlier = Mapping[str, Collection[str]]
"""Digest of a source -> the keys of the segments that ever had it."""


@dataclass(frozen=True)
class Carried:
    """The next revision of a document, with what became of the one before."""

    skeleton: Skeleton
    segments: tuple[Segment, ...]
    matches: tuple[Match, ...]


def carry(
    old: Sequence[Keyed],
    source: Source,
    *,
    used: Collection[str] = (),
    earlier: Earlier | None = None,
    by_hand: Sources | None = None,
) -> Carried:
    """Split ``source`` and carry the keys of ``old`` on.

    Kept, moved and edited segments keep their key; the longest part of a split has the key of the
    whole, a merged segment that of its longest part. ``used`` are all keys the document ever had.
    ``earlier`` maps digests to the keys that have had them: a text that is back word for word is
    that segment again. ``by_hand`` as in ``align``, whose problems it raises.
    """
    skeleton, new = split(source, used=used)
    matches = align(old, new, by_hand=by_hand)
    # Twice: a link to a heading holds the key of the heading, and so does the digest of the text
    # with that link. Only when the headings have their keys can such texts be recognised.
    for _ in range(2):
        keys = _keys(old, new, matches, earlier or {})
        keys |= _revived(new, keys, earlier or {})
        before = [segment.digest for segment in new]
        skeleton, new = split(source, keys=keys, used=used)
        if [segment.digest for segment in new] == before:
            break
        matches = align(old, new, by_hand=by_hand)
    return Carried(skeleton, new, matches)


def _keys(
    old: Sequence[Keyed], new: Sequence[Alignable], matches: Iterable[Match], earlier: Earlier
) -> dict[int, str]:
    """New index -> the key that is carried on."""
    keys: dict[int, str] = {}
    for match in matches:
        if match.old and match.new:
            # Who says what the key has said before has it; so taking a split or merge back
            # brings the old keys back.
            again = [
                (i, j)
                for i in match.old
                for j in match.new
                if old[i].key in earlier.get(new[j].digest, ())
            ]
            i, j = again[0] if again else (_longest(old, match.old), _longest(new, match.new))
            keys[j] = old[i].key
    return keys


def _longest(segments: Sequence[Alignable], numbers: Sequence[int]) -> int:
    if len(numbers) == 1:
        return numbers[0]
    return max(numbers, key=lambda number: (words(segments[number].text), -number))


def _revived(new: Sequence[Segment], keys: Mapping[int, str], earlier: Earlier) -> dict[int, str]:
    """Keys of segments that were gone, for new texts that are theirs word for word."""
    taken = set(keys.values())
    revived: dict[int, str] = {}
    for number, segment in enumerate(new):
        if number not in keys:
            key = next((k for k in earlier.get(segment.digest, ()) if k not in taken), None)
            if key is not None:
                revived[number] = key
                taken.add(key)
    return revived
