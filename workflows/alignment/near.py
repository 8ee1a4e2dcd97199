"""Matches of texts that changed: edited, split and merged ones.

Every text without an exact match is compared with a few others: those in the same gap of the
frame, and those that share rare words with it, wherever they stand. What they could be of each
other is weighed as one list of guesses, and the best ones that do not contradict each other win.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel

from workflows.alignment.anchors import gaps
from workflows.alignment.likeness import Postings, Words, containment, likeness
from workflows.alignment.model import Alignable

IN_PLACE = 0.4
"""Likeness from which a text counts as the edited one that stood in the same gap."""
ELSEWHERE = 0.55
"""The same for a text of another gap."""
JOINED = 0.7
"""Likeness from which several texts count as the parts of one."""
PART = 0.6
"""Share of the words of a part that the whole must have."""
MAX_PARTS = 5
NEIGHBOURS = 3
"""How far from its proportionate place in a large gap a text is looked for."""
SMALL_GAP = 144
"""Pairs of a gap up to which all are compared."""


@dataclass(frozen=True, order=True)
class _Guess:
    weight: float
    """Negative, so that the best come first; likeness and a little for standing in place."""
    old: tuple[int, ...]
    new: tuple[int, ...]


@dataclass
class _Side:
    """The texts of one revision that have no exact match."""

    segments: Sequence[Alignable]
    free: list[int]
    gap: list[int]
    words: dict[int, str] = field(default_factory=dict)


class Near:
    """Finds what became of the texts that have no exact match."""

    def __init__(
        self, old: Sequence[Alignable], new: Sequence[Alignable], found: Mapping[int, int]
    ) -> None:
        taken = set(found.values())
        old_gap, new_gap = gaps(found, len(old), len(new))
        self.found = found
        self.old = _Side(old, [i for i in range(len(old)) if i not in taken], old_gap)
        self.new = _Side(new, [j for j in range(len(new)) if j not in found], new_gap)
        encoder = Words()
        for side in (self.old, self.new):
            side.words = {n: encoder.encode(side.segments[n].text) for n in side.free}

    def sources(self) -> dict[int, tuple[int, ...]]:
        """New index -> the old ones it continues; deterministic, near linear."""
        if not self.old.free or not self.new.free:
            return {}
        scores = {
            (i, j): score for i, j in self._candidates() if (score := self._likeness(i, j)) > 0
        }
        guesses = [*self._single(scores), *self._parted(scores)]
        return _consistent(sorted(guesses))

    def _likeness(self, i: int, j: int) -> float:
        old, new = self.old.segments[i], self.new.segments[j]
        return likeness(old.text, new.text, self.old.words[i], self.new.words[j])

    def _candidates(self) -> Iterable[tuple[int, int]]:
        pairs = set(self._in_gaps())
        texts = {i: self.old.segments[i].text for i in self.old.free}
        postings = Postings(texts, self.old.words)
        for j in self.new.free:
            near = postings.near(self.new.segments[j].text, self.new.words[j])
            pairs.update((i, j) for i in near)
        return sorted(pairs)

    def _in_gaps(self) -> Iterator[tuple[int, int]]:
        olds, news = _by_gap(self.old), _by_gap(self.new)
        for gap, here in news.items():
            there = olds.get(gap, [])
            if len(here) * len(there) <= SMALL_GAP:
                yield from ((i, j) for i in there for j in here)
                continue
            for number, j in enumerate(here):
                middle = number * len(there) // len(here)
                window = there[max(0, middle - NEIGHBOURS) : middle + NEIGHBOURS + 1]
                yield from ((i, j) for i in window)

    def _single(self, scores: Mapping[tuple[int, int], float]) -> Iterator[_Guess]:
        for (i, j), score in scores.items():
            in_place = self.old.gap[i] == self.new.gap[j]
            same_role = self.old.segments[i].role == self.new.segments[j].role
            least = IN_PLACE if in_place else ELSEWHERE
            if score >= least + (0 if same_role else 0.15):
                weight = score + 0.02 * in_place + 0.02 * same_role
                yield _Guess(-weight - 0.02 * self._beside(i, j), (i,), (j,))

    def _beside(self, i: int, j: int) -> int:
        """1 when an exact match stands beside both on the same side."""
        return int(self.found.get(j - 1, -2) == i - 1 or self.found.get(j + 1, -2) == i + 1)

    def _parted(self, scores: Mapping[tuple[int, int], float]) -> Iterator[_Guess]:
        """Splits of old texts into new ones, and merges the other way round."""
        split: dict[int, list[int]] = defaultdict(list)
        merged: dict[int, list[int]] = defaultdict(list)
        for i, j in scores:
            old, new = self.old.words[i], self.new.words[j]
            if len(new) < len(old) and containment(new, old) >= PART:
                split[i].append(j)
            elif len(old) < len(new) and containment(old, new) >= PART:
                merged[j].append(i)
        for i, parts in split.items():
            for run, weight in _runs(self.old.words[i], sorted(parts), self.new.words):
                yield _Guess(-weight, (i,), run)
        for j, parts in merged.items():
            for run, weight in _runs(self.new.words[j], sorted(parts), self.old.words):
                yield _Guess(-weight, run, (j,))


def _by_gap(side: _Side) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for number in side.free:
        found[side.gap[number]].append(number)
    return found


def _runs(
    whole: str, parts: Sequence[int], words: Mapping[int, str]
) -> Iterator[tuple[tuple[int, ...], float]]:
    """Runs of neighbouring parts that are together more like the whole than each one alone."""
    for start, first in enumerate(parts):
        run = [first]
        for number in parts[start + 1 : start + MAX_PARTS]:
            if number != run[-1] + 1:
                break
            run.append(number)
            together = Indel.normalized_similarity(whole, "".join(words[n] for n in run))
            alone = max(Indel.normalized_similarity(whole, words[n]) for n in run)
            if together >= JOINED and together > alone:
                # A little more than the same likeness of a single text weighs in its place.
                yield tuple(run), together + 0.05


def _consistent(guesses: Iterable[_Guess]) -> dict[int, tuple[int, ...]]:
    sources: dict[int, tuple[int, ...]] = {}
    taken: set[int] = set()
    for guess in guesses:
        if taken.isdisjoint(guess.old) and sources.keys().isdisjoint(guess.new):
            taken.update(guess.old)
            sources.update(dict.fromkeys(guess.new, guess.old))
    return sources
