"""Labelled edits: a seeded script changes a document and says what became of each segment.

The truth is made by the script, never by comparing texts, with one exception: which of the texts
that are the same and stand in another order were *moved* follows from the order alone. A text is
kept when it is in every longest row of texts that kept their order, moved when it is in none of
them, and where it is in some (of two that swapped places either may be the one that moved) both
answers are right: such a truth is ``loose``.
"""

from __future__ import annotations

import itertools
import random
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

from bench.corpus import Document, Text, Writer, joined
from bench.rewording import ALIKE, REWORD, bag, common, sentences

UNTOUCHED = "untouched"
FOREIGN = 0.25
"""A text that replaces another has at most this share of words in common with it."""


@dataclass(frozen=True)
class Truth:
    """What became of segments; indices as in an alignment, kinds by the values of ``Change``."""

    kind: str
    old: tuple[int, ...]
    new: tuple[int, ...]
    label: str
    """The edit that did it."""
    loose: bool = False
    """Kept and moved are both right."""


@dataclass(frozen=True)
class Case:
    """Two revisions and the truth about them."""

    name: str
    language: str
    old: Document
    new: Document
    truth: tuple[Truth, ...]


@dataclass
class Node:
    """A text on its way into the new revision."""

    text: Text
    origins: tuple[int, ...]
    label: str


@dataclass
class Script:
    """Edits on their way; each old segment is touched by at most one of them."""

    old: Document
    writer: Writer
    spaced: bool
    """Keep an untouched segment between two edits."""
    rng: random.Random = field(init=False)
    order: list[int] = field(init=False)
    copies: defaultdict[str, list[int]] = field(init=False)
    """Where each text stands, by digest."""
    known: set[tuple[str, str]] = field(init=False)
    instead: dict[int, list[Node]] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    """Digests of texts that must stay as they are."""
    gone: list[set[str]] = field(default_factory=list)
    come: list[set[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.order = list(range(len(self.old)))
        self.known = {(text.text, text.digest) for text in self.old}
        self.rng = self.writer.rng
        self.copies = defaultdict(list)
        for index, text in enumerate(self.old):
            self.copies[text.digest].append(index)

    # --- Places ----------------------------------------------------------------------------------

    def free(self, start: int, count: int = 1) -> bool:
        """Whether ``count`` segments from ``start`` on, never the title, can be edited."""
        room = 1 if self.spaced else 0
        return (
            start >= 1
            and start + count <= len(self.old)
            and not any(i in self.labels for i in range(start - room, start + count + room))
            and not any(self.old[i].digest in self.spent for i in range(start, start + count))
        )

    def new_to_all(self, *texts: Text | None) -> bool:
        """Whether these are texts, and none of them stands in either revision yet."""
        keys = [(text.text, text.digest) for text in texts if text is not None]
        usable = len(keys) == len(texts) and all(text.strip() for text, _ in keys)
        if not usable or len(set(keys)) < len(keys) or any(key in self.known for key in keys):
            return False
        self.known.update(keys)
        return True

    def put(self, index: int, label: str, *nodes: Node) -> None:
        """Let an old segment be replaced by what became of it."""
        self.labels[index] = label
        self.instead[index] = list(nodes)

    def take_away(self, index: int, label: str) -> bool:
        """Remove a segment, unless a text that came in is like it: then the truth is unclear."""
        words = bag(self.old[index].text)
        if any(common(words, other) > ALIKE for other in self.come):
            return False
        self.gone.append(words)
        self.put(index, label)
        return True

    def comes(self, text: Text) -> bool:
        """Let a text come in, unless it is like one that was removed."""
        words = bag(text.text)
        if any(common(words, other) > ALIKE for other in self.gone):
            return False
        self.come.append(words)
        return True

    def newcomer(self, role: str, instead_of: Text | None = None) -> Text | None:
        """A fresh text that is not like one that was removed, and about something else than one."""
        former = bag(instead_of.text) if instead_of else set()
        for _ in range(8):
            fresh = self.writer.fresh(role)
            if common(bag(fresh.text), former) > FOREIGN:
                continue
            if self.new_to_all(fresh) and self.comes(fresh):
                return fresh
        return None

    # --- The result ------------------------------------------------------------------------------

    def case(self, name: str) -> Case:
        """The revisions with everything done so far."""
        nodes: list[Node] = []
        for i in self.order:
            nodes += self.instead.get(i) or (
                []
                if i in self.instead
                else [Node(self.old[i], (i,), self.labels.get(i, UNTOUCHED))]
            )
        new = tuple(node.text for node in nodes)
        return Case(name, self.writer.language, self.old, new, self._truth(nodes))

    def _truth(self, nodes: list[Node]) -> tuple[Truth, ...]:
        places: dict[int, list[int]] = defaultdict(list)
        for j, node in enumerate(nodes):
            for i in node.origins:
                places[i].append(j)
        same = {i: js[0] for i, js in places.items() if self._same(i, js, nodes)}
        single = {i: js[0] for i, js in places.items() if len(js) == 1}
        kinds = _order(same), _order(single)
        rows: list[Truth] = []
        for j, node in enumerate(nodes):
            if not node.origins:
                rows.append(Truth("added", (), (j,), node.label))
            elif len(node.origins) > 1:
                rows.append(Truth("merged", node.origins, (j,), node.label))
            elif len(js := places[node.origins[0]]) > 1:
                if js[0] == j:
                    rows.append(Truth("split", node.origins, tuple(js), node.label))
            elif (i := node.origins[0]) not in same:
                rows.append(Truth("edited", (i,), (j,), node.label))
            else:
                found = {kinds[0][i], kinds[1][i]}
                loose = (
                    len(found) > 1 or found == {"either"} or len(self.copies[node.text.digest]) > 1
                )
                kind = "kept" if loose else found.pop()
                label = "moved" if kind == "moved" and node.label == UNTOUCHED else node.label
                rows.append(Truth(kind, (i,), (j,), label, loose))
        gone = [i for i in range(len(self.old)) if i not in places]
        return (*rows, *(Truth("removed", (i,), (), self.labels[i]) for i in gone))

    def _same(self, i: int, js: list[int], nodes: list[Node]) -> bool:
        return (
            len(js) == 1
            and len(nodes[js[0]].origins) == 1
            and nodes[js[0]].text.digest == self.old[i].digest
        )


def _order(pairs: dict[int, int]) -> dict[int, str]:
    """For each old index whether it kept its order: "kept", "moved" or "either"."""
    olds = sorted(pairs)
    news = [pairs[i] for i in olds]
    ahead = _rising(news)
    behind = _rising([-j for j in reversed(news)])[::-1]
    longest = max(ahead, default=0)
    on_some = [a + b - 1 == longest for a, b in zip(ahead, behind, strict=True)]
    rivals = Counter(a for a, on in zip(ahead, on_some, strict=True) if on)
    return {
        i: "moved" if not on else ("kept" if rivals[a] == 1 else "either")
        for i, a, on in zip(olds, ahead, on_some, strict=True)
    }


def _rising(values: list[int]) -> list[int]:
    """The length of the longest rising row that ends at each value."""
    tails: list[int] = []
    lengths = []
    for value in values:
        at = bisect_left(tails, value)
        tails[at : at + 1] = [value]
        lengths.append(at + 1)
    return lengths


# --- The edits: each does one at a place, or says that it can't -----------------------------------


def reword(script: Script, at: int, label: str) -> bool:
    """One text changed inside."""
    if not script.free(at):
        return False
    changed = REWORD[label](script.old[at], script.writer)
    if changed is None or not script.new_to_all(changed):
        return False
    script.put(at, label, Node(changed, (at,), label))
    return True


def move(script: Script, at: int, label: str) -> bool:
    """One to eight segments put in another place; "moved-edited": up to three, each reworded."""
    count = script.rng.randint(1, 3 if label == "moved-edited" else min(8, len(script.old) // 4))
    start = script.order.index(at)
    block = script.order[start : start + count]
    if block != list(range(at, at + count)) or not script.free(at, count):
        return False
    if label == "moved-edited":
        pairs = [_slightly(script, script.old[i]) for i in block]
        if not script.new_to_all(*pairs):
            return False
        for i, text in zip(block, pairs, strict=True):
            script.put(i, label, Node(text or script.old[i], (i,), label))
    for i in block:
        script.labels[i] = label
    del script.order[start : start + count]
    far = [p for p in range(1, len(script.order) + 1) if abs(p - start) > count]
    place = script.rng.choice(far or [len(script.order)])
    script.order[place:place] = block
    return True


def _slightly(script: Script, text: Text) -> Text | None:
    # Of a number that stands alone, and elsewhere, nobody can tell where it came from.
    names = ("typo", "word", "number", "clause") if len(bag(text.text)) > 3 else ("typo",)
    for name in script.rng.sample(names, len(names)):
        if changed := REWORD[name](text, script.writer):
            return changed
    return None


def reorder(script: Script, at: int, label: str) -> bool:
    """Three to eight items of a list in another order."""
    count = 0
    while at + count < len(script.old) and count < 8 and script.old[at + count].role == "item":
        count += 1
    start = script.order.index(at)
    block = script.order[start : start + count]
    if count < 3 or block != list(range(at, at + count)) or not script.free(at, count):
        return False
    shuffled = block.copy()
    while shuffled == block:
        script.rng.shuffle(shuffled)
    script.order[start : start + count] = shuffled
    for i in block:
        script.labels[i] = label
    return True


def split(script: Script, at: int, label: str) -> bool:
    """A text cut in two or three at sentence ends; some with a part reworded, some
    with the first sentence as a heading."""
    count = int(label[-1])
    if not script.free(at):
        return False
    whole = sentences(script.old[at], script.writer.language)
    if len(whole) < count:
        return False
    cuts = [0, *sorted(script.rng.sample(range(1, len(whole)), count - 1)), len(whole)]
    pieces = [
        joined(whole[a:b], [script.writer.separator] * (b - a - 1))
        for a, b in itertools.pairwise(cuts)
    ]
    dice = script.rng.random()
    if dice < 0.25:
        which = script.rng.randrange(count)
        pieces[which] = _slightly(script, pieces[which]) or pieces[which]
    elif dice < 0.5 and cuts[1] == 1:
        heading = pieces[0].text.removesuffix(script.writer.stop)
        pieces[0] = replace(pieces[0], text=heading, role="heading")
    if not script.new_to_all(*pieces):
        return False
    script.put(at, label, *(Node(piece, (at,), label) for piece in pieces))
    return True


def merge(script: Script, at: int, label: str) -> bool:
    """Two or three neighbours joined; some reworded as well."""
    count = int(label[-1])
    pieces = list(script.old[at : at + count])
    if not script.free(at, count) or script.order.index(at) + count > len(script.order):
        return False
    start = script.order.index(at)
    together = script.order[start : start + count] == list(range(at, at + count))
    sizes = [len(bag(piece.text)) for piece in pieces]
    roles = {piece.role for piece in pieces}
    if not together or min(sizes) < 5 or len(roles) > 1 or not roles <= {"paragraph", "item"}:
        return False
    ends = ".!?。"
    writer = script.writer
    between = [writer.separator if p.text[-1] in ends else writer.comma for p in pieces[:-1]]
    whole = joined(pieces, between)
    if script.rng.random() < 0.2:
        whole = _slightly(script, whole) or whole
    if not script.new_to_all(whole):
        return False
    script.put(at, label, Node(whole, tuple(range(at, at + count)), label))
    for i in range(at + 1, at + count):
        script.put(i, label)
    return True


def rewrite(script: Script, at: int, label: str) -> bool:
    """A text gives way to one about something else."""
    if not script.free(at) or len(bag(script.old[at].text)) < 5:
        return False
    fresh = script.newcomer(script.old[at].role, script.old[at])
    if fresh is None or not script.take_away(at, label):
        return False
    script.instead[at] = [Node(fresh, (), label)]
    return True


def add(script: Script, at: int, label: str) -> bool:
    """A new text after another one."""
    if not script.free(at):
        return False
    fresh = script.newcomer(script.old[at].role)
    if fresh is None:
        return False
    script.put(at, label, Node(script.old[at], (at,), UNTOUCHED), Node(fresh, (), label))
    return True


def remove(script: Script, at: int, label: str) -> bool:
    """A text left out."""
    return script.free(at) and script.take_away(at, label)
