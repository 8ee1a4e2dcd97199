"""The alignment of two revisions, and the same by an author's hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from workflows.alignment.anchors import exact, ordered
from workflows.alignment.likeness import Words, likeness
from workflows.alignment.model import Alignable, Change, Match, PairingMisfit, Sources, joined
from workflows.alignment.near import Near


def align(
    old: Sequence[Alignable], new: Sequence[Alignable], *, by_hand: Sources | None = None
) -> tuple[Match, ...]:
    """What became of each segment, in document order; deterministic and near linear.

    One to one except for splits and merges. Removed segments stand where they stood. ``by_hand``
    gives for some new segments the old ones they continue (none: the segment is new) and overrules
    what would be found for them. Raises ``PairingMisfit`` for hands that ask for the impossible.
    """
    found = exact([segment.digest for segment in old], [segment.digest for segment in new])
    sources = {j: (i,) for j, i in found.items()} | Near(old, new, found).sources()
    if by_hand:
        _overrule(sources, by_hand, len(old), len(new))
    return _matches(old, new, sources)


def _overrule(sources: dict[int, tuple[int, ...]], by_hand: Sources, olds: int, news: int) -> None:
    claimed = {i for numbers in by_hand.values() for i in numbers}
    for j, found in list(sources.items()):
        # What was found stays only where no hand has taken one of its old segments away.
        if j not in by_hand and claimed.intersection(found):
            del sources[j]
    for j, wanted in by_hand.items():
        chosen = tuple(sorted(set(wanted)))
        if not 0 <= j < news or any(not 0 <= i < olds for i in chosen):
            raise PairingMisfit(number=j + 1, old=_names(chosen))
        if chosen:
            sources[j] = chosen
        else:
            sources.pop(j, None)
    continued = _continued(sources)
    for j, chosen in sources.items():
        if len(chosen) > 1 and any(len(continued[i]) > 1 for i in chosen):
            raise PairingMisfit(number=j + 1, old=_names(chosen))


def _names(numbers: Sequence[int]) -> str:
    return ", ".join(str(number + 1) for number in numbers)


def _continued(sources: Mapping[int, tuple[int, ...]]) -> dict[int, list[int]]:
    continued: dict[int, list[int]] = defaultdict(list)
    for j in sorted(sources):
        for i in sources[j]:
            continued[i].append(j)
    return continued


def _matches(
    old: Sequence[Alignable], new: Sequence[Alignable], sources: Mapping[int, tuple[int, ...]]
) -> tuple[Match, ...]:
    continued = _continued(sources)
    single = sorted(
        (chosen[0], j)
        for j, chosen in sources.items()
        if len(chosen) == 1 == len(continued[chosen[0]])
    )
    same = [(i, j) for i, j in single if old[i].digest == new[j].digest]
    kept = set(ordered(same))
    moved = set(same) - kept
    rows = [Match(Change.KEPT, (i,), (j,), 1.0) for i, j in kept]
    rows += [Match(Change.MOVED, (i,), (j,), 1.0) for i, j in moved]
    rows += _changed(old, new, sources, continued, kept | moved)
    rows += [Match(Change.ADDED, (), (j,), 0.0) for j in range(len(new)) if j not in sources]
    rows += [Match(Change.REMOVED, (i,), (), 0.0) for i in range(len(old)) if i not in continued]
    return tuple(_in_order(rows))


def _changed(
    old: Sequence[Alignable],
    new: Sequence[Alignable],
    sources: Mapping[int, tuple[int, ...]],
    continued: Mapping[int, list[int]],
    exactly: set[tuple[int, int]],
) -> Iterator[Match]:
    encoder = Words()

    def score(olds: Sequence[int], news: Sequence[int]) -> float:
        before, after = joined(old, olds), joined(new, news)
        return likeness(before, after, encoder.encode(before), encoder.encode(after))

    for i, news in continued.items():
        if len(news) > 1:
            yield Match(Change.SPLIT, (i,), tuple(news), score((i,), news))
    for j, olds in sources.items():
        if len(olds) > 1:
            yield Match(Change.MERGED, olds, (j,), score(olds, (j,)))
        elif len(continued[olds[0]]) == 1 and (olds[0], j) not in exactly:
            yield Match(Change.EDITED, olds, (j,), score(olds, (j,)))


def _in_order(rows: list[Match]) -> list[Match]:
    """By the new text; a removed one follows the row of the old text before it."""
    first: dict[int, int] = {}
    for row in rows:
        if row.new:
            first.update(dict.fromkeys(row.old, row.new[0]))
    places: dict[int, float] = {}
    place = -1.0
    for row in sorted((r for r in rows if r.old), key=lambda r: r.old):
        for i in row.old:
            place = first[i] + 0.5 if i in first else place
            places[i] = place

    def key(row: Match) -> tuple[float, int]:
        return (float(row.new[0]), -1) if row.new else (places[row.old[0]], row.old[0])

    return sorted(rows, key=key)
