"""Comparing an alignment with the truth.

Texts that are the same are the same to the scorer: of three copies of a sentence one of which was
removed, any may be the one. So answers and truth are compared first by index and what is left by
the digests of the texts. How often an answer took *another copy* is counted on its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bench.edits import UNTOUCHED, Case, Truth

EITHER = "kept or moved"

T = TypeVar("T")
A = TypeVar("A")
Key = Callable[[Any], Hashable]


@dataclass(frozen=True)
class Answer:
    """One row of an alignment; kinds are the values of ``Change``."""

    kind: str
    old: tuple[int, ...]
    new: tuple[int, ...]


@dataclass(frozen=True)
class Answers:
    """What a tool says about a case."""

    rows: tuple[Answer, ...]
    trusted: tuple[tuple[int, int], ...]
    """Pairs (old, new) where the reviewed translation of the old text stays valid."""
    offered: tuple[tuple[int, int], ...]
    """Pairs where the old translation is offered, marked as in need of work."""
    ordered: bool = True
    """Whether it tells kept from moved."""


@dataclass
class Count:
    """Right answers, wrong answers, and truths that were missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, other: Count) -> None:
        """Take in the numbers of another count."""
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed

    @property
    def precision(self) -> float:
        """Share of the answers that are right; 1 for no answer."""
        return self.right / max(1, self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the truths that were found; 1 for no truth."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0


@dataclass
class Score:
    """Of one or many cases, by the label of the edit."""

    cases: int = 0
    pairs: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    kinds: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    false_trust: int = 0
    """New segments that keep a reviewed translation of another text."""
    other_copy: int = 0
    """New segments that keep the translation of the same text in another place."""
    unrelated: int = 0
    """New segments that are offered the translation of a text they don't come from."""
    seconds: float = 0.0

    def add(self, other: Score) -> None:
        """Take in the numbers of another score."""
        self.cases += other.cases
        for mine, theirs in ((self.pairs, other.pairs), (self.kinds, other.kinds)):
            for label, count in theirs.items():
                mine[label].add(count)
        self.false_trust += other.false_trust
        self.other_copy += other.other_copy
        self.unrelated += other.unrelated
        self.seconds += other.seconds


@dataclass(frozen=True)
class Error:
    """Truths and answers about the same segments that don't agree."""

    case: Case
    label: str
    truth: tuple[Truth, ...]
    answers: tuple[Answer, ...]


def total(counts: dict[str, Count], labels: Iterable[str] | None = None) -> Count:
    """The sum over some labels, or all."""
    whole = Count()
    for label in counts if labels is None else labels:
        if label in counts:
            whole.add(counts[label])
    return whole


def score(case: Case, answers: Answers, seconds: float = 0.0) -> tuple[Score, list[Error]]:
    """Measure the answers to one case."""
    result = Score(cases=1, seconds=seconds)
    by_new = {j: row for row in case.truth for j in row.new}
    by_old = {i: row for row in case.truth for i in row.old}
    true_pairs = [(i, j) for row in case.truth for i in row.old for j in row.new]
    said_pairs = [(i, j) for row in answers.rows for i in row.old for j in row.new]
    digests = [text.digest for text in case.old], [text.digest for text in case.new]

    def classes(pair: tuple[int, int]) -> tuple[str, str]:
        return digests[0][pair[0]], digests[1][pair[1]]

    right, extra, missing = _compare(true_pairs, said_pairs, tuple, classes)
    _count(result.pairs, [by_new[j].label for _, j in right], "right")
    _count(result.pairs, [by_new[j].label for _, j in extra], "wrong")
    _count(result.pairs, [by_new[j].label for _, j in missing], "missed")
    result.unrelated = len({j for i, j in set(extra) & set(answers.offered)})

    true_at = {j: row.old for row in case.truth for j in row.new}
    for i, j in answers.trusted:
        same = digests[0][i] == digests[1][j]
        result.false_trust += not same
        result.other_copy += same and i not in true_at[j]

    errors = _kinds(case, answers, digests, result, (by_old, by_new))
    return result, errors


Rows = tuple[dict[int, Truth], dict[int, Truth]]


def _kinds(
    case: Case, answers: Answers, digests: tuple[list[str], list[str]], result: Score, by: Rows
) -> list[Error]:
    loose = {digests[0][row.old[0]] for row in case.truth if row.loose}

    def key(row: Truth | Answer) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        olds = tuple(sorted(digests[0][i] for i in row.old))
        news = tuple(sorted(digests[1][j] for j in row.new))
        either = not answers.ordered or (len(olds) == 1 and olds[0] in loose)
        kind = EITHER if row.kind in ("kept", "moved") and either else row.kind
        return kind, olds, news

    def label(row: Truth | Answer) -> str:
        return (by[1][row.new[0]] if row.new else by[0][row.old[0]]).label

    right, extra, missing = _compare(list(case.truth), list(answers.rows), _spots, key)
    _count(result.kinds, [label(row) for row in right], "right")
    _count(result.kinds, [label(row) for row in extra], "wrong")
    _count(result.kinds, [label(row) for row in missing], "missed")
    return _errors(case, missing, extra)


def _compare(
    truths: Sequence[T], answers: Sequence[A], exact: Key, key: Key
) -> tuple[list[T], list[A], list[T]]:
    """Truths that were found, answers that are wrong, truths that were missed.

    Equal rows first, then rows with equal keys, each used once.
    """
    waiting: defaultdict[tuple[Hashable, Hashable], list[int]] = defaultdict(list)
    for at, row in enumerate(truths):
        waiting[exact(row), key(row)].append(at)
    found: set[int] = set()
    rest: list[A] = []
    for answer in answers:
        same = waiting.get((exact(answer), key(answer)))
        if same:
            found.add(same.pop())
        else:
            rest.append(answer)
    by_key: defaultdict[Hashable, list[int]] = defaultdict(list)
    for at, row in reversed(list(enumerate(truths))):
        if at not in found:
            by_key[key(row)].append(at)
    wrong = []
    for answer in rest:
        if by_key[key(answer)]:
            found.add(by_key[key(answer)].pop())
        else:
            wrong.append(answer)
    right = [row for at, row in enumerate(truths) if at in found]
    return right, wrong, [row for at, row in enumerate(truths) if at not in found]


def _spots(row: Truth | Answer) -> Hashable:
    return row.old, row.new


def _count(counts: defaultdict[str, Count], labels: Iterable[str], what: str) -> None:
    for label, number in Counter(labels).items():
        counts[label].add(Count(**{what: number}))


def _errors(case: Case, missing: Sequence[Truth], extra: Sequence[Answer]) -> list[Error]:
    """Misses and wrong answers that share a segment, together."""
    groups: list[tuple[list[Truth], list[Answer]]] = []
    owner: dict[tuple[str, object], int] = {}
    rows: list[Truth | Answer] = [*missing, *extra]
    for row in rows:
        spots: list[tuple[str, object]] = [("old", case.old[i].digest) for i in row.old]
        spots += [("new", j) for j in row.new]
        met = sorted({owner[spot] for spot in spots if spot in owner})
        home = met[0] if met else len(groups)
        if not met:
            groups.append(([], []))
        for other in met[1:]:
            groups[home][0].extend(groups[other][0])
            groups[home][1].extend(groups[other][1])
            groups[other] = ([], [])
            owner = {spot: home if at == other else at for spot, at in owner.items()}
        owner.update(dict.fromkeys(spots, home))
        if isinstance(row, Truth):
            groups[home][0].append(row)
        else:
            groups[home][1].append(row)
    return [
        Error(case, _worst(truths), tuple(truths), tuple(answers))
        for truths, answers in groups
        if truths or answers
    ]


def _worst(truths: Sequence[Truth]) -> str:
    labels = [row.label for row in truths if row.label != UNTOUCHED]
    return labels[0] if labels else UNTOUCHED
