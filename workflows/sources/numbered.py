"""Which texts of a document have a label: some show it by themselves, others by what is around."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from workflows.problems import Problem
from workflows.sources.blocks import MAX_SEGMENTS, Block, Kind, walk
from workflows.sources.guesses import LabelKept, LabelWithWord
from workflows.sources.labels import AS_TEXT, Front, follows, front, shown, taken
from workflows.sources.reasons import TooManySegments
from workflows.sources.tagged import plain

MAX_GAP = 5
"""Clauses that may have been taken out between two others that count on."""

_TEXTS = (Kind.HEADING, Kind.PARAGRAPH)
_WORDED = re.compile(
    r"(?:(?:Article|Art\.|Section|Clause|Chapter|Part|Annex|Appendix|Artikel|Abschnitt|Kapitel|"
    r"Chapitre|Artículo|Sección|Cláusula|Capítulo)[ \u00a0](?:[0-9]{1,3}(?:\.[0-9]{1,3})*|[IVXL]+|"
    r"[A-Z])(?=[ \u00a0.:\u2013\u2014-]|$)|第[ ]?[0-9一二三四五六七八九十百]{1,5}[ ]?"
    r"[条條章节節款编編部]|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）)"
)

Moved = dict[int, Block]
"""What a block has become, by the ``id`` of the block that was read."""


def settled(
    blocks: Sequence[Block], problems: list[Problem], *, unit: str = "line"
) -> tuple[tuple[Block, ...], Moved]:
    """The blocks with their labels taken out of the texts.

    A number is taken out where nothing else looks like it ("2. Scope"), or where it counts on from
    another of the same form, or within its section. Any other stays in the text, and ``problems``
    gets advice about it. A list whose items are numbered by hand counts so itself.
    Raises TooManySegments: texts that are refused in the end need no labels.
    """
    refuse_many(sum(block.text is not None for block in walk(tuple(blocks))))
    settling = _Settling(problems, unit)
    return settling.siblings(blocks), settling.moved


def refuse_many(count: int) -> None:
    """Raise TooManySegments when a document has so many texts."""
    if count > MAX_SEGMENTS:
        raise TooManySegments(count=count, limit=MAX_SEGMENTS)


class _Settling:
    def __init__(self, problems: list[Problem], unit: str) -> None:
        self.problems = problems
        self.unit = unit
        self.moved: Moved = {}

    def siblings(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        fronts = {
            at: found
            for at, block in enumerate(blocks)
            if block.kind in _TEXTS
            and not block.label
            and (found := front(block.text))
            and not (found.bare and block.kind is Kind.PARAGRAPH)
        }
        fitting = _fitting(blocks, fronts)
        settled = tuple(self._block(block, fitting.get(at)) for at, block in enumerate(blocks))
        for at, block in enumerate(blocks):
            if not block.label and not settled[at].label:
                self._advise(block, fronts.get(at))
        return settled

    def _block(self, block: Block, label: Front | None) -> Block:
        changed = block
        if block.kind is Kind.LIST:
            items = tuple(self._inner(item) for item in block.children)
            changed = _counted(replace(block, children=items))
        elif block.kind is Kind.QUOTE:
            changed = self._inner(block)
        elif block.label == AS_TEXT:
            changed = replace(block, label="")
        elif label:
            changed = taken(block, label) or block
        if changed is not block:
            self.moved[id(block)] = changed
        return changed

    def _inner(self, block: Block) -> Block:
        if not block.children:
            return block
        return replace(block, children=self.siblings(block.children))

    def _advise(self, block: Block, found: Front | None) -> None:
        heading = block.kind is Kind.HEADING
        place = f"{self.unit} {block.line}"
        if heading and (match := _WORDED.match(plain(block.text or ""))):
            self.problems.append(LabelWithWord(place, label=match.group()))
        elif found and not found.doubtful and (heading or (found.parts and not found.lower)):
            self.problems.append(LabelKept(place, label=shown(found.label)))


def _fitting(blocks: Sequence[Block], fronts: dict[int, Front]) -> dict[int, Front]:
    """The fronts that are labels."""
    near = _neighbours(blocks, fronts)
    fitting: dict[int, Front] = {}
    section: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    for at, block in enumerate(blocks):
        found = fronts.get(at)
        heading = block.kind is Kind.HEADING
        parts = _parts(block.label)
        if found is not None:
            beside = any(one.comes_before(other) for one, other in near[at])
            inside = not heading or len(found.parts) > 1
            if found.doubtful:
                beside = len(last) == len(found.parts) and follows(last, found.parts)
                inside = False
            if (
                found.sure(heading=heading)
                or beside
                or (inside and _counts_on(found, section, last))
            ):
                fitting[at] = found
                parts = found.parts
        if parts:
            section, last = (parts if heading else section), parts
    return fitting


def _neighbours(
    blocks: Sequence[Block], fronts: dict[int, Front]
) -> defaultdict[int, list[tuple[Front, Front]]]:
    """For each front the pairs it makes with those before and after it of its kind."""
    tracks: defaultdict[object, list[int]] = defaultdict(list)
    for at, found in fronts.items():
        tracks[blocks[at].kind, blocks[at].level, found.shape].append(at)
    near: defaultdict[int, list[tuple[Front, Front]]] = defaultdict(list)
    for track in tracks.values():
        for one, other in pairwise(track):
            near[one].append((fronts[one], fronts[other]))
            near[other].append((fronts[one], fronts[other]))
    return near


def _counts_on(found: Front, section: tuple[int, ...], last: tuple[int, ...]) -> bool:
    """True for the number of a clause that goes on within its section, or begins it."""
    before, _counted, after = found.shape
    parts = found.parts
    if not parts or before or after == ")" or not last:
        return False
    if parts == (*section, 1) or (follows(last, parts) and (len(parts) > 1 or after)):
        return True
    return len(parts) > 1 and last[:-1] == parts[:-1] and 0 < parts[-1] - last[-1] <= MAX_GAP


def _parts(label: str) -> tuple[int, ...]:
    parts = label.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else ()


def _counted(block: Block) -> Block:
    """A list that counts as its items are numbered by hand; it shows such a number itself."""
    items = block.children
    if any(item.label for item in items):
        items = tuple(replace(i, label="") if i.label == AS_TEXT else i for i in items)
        block = replace(block, children=items)
        if any(item.label for item in items):
            block = replace(block, ordered=True, style="1", start=1)
        return block
    fronts = [front(item.text) for item in items]
    found = [each for each in fronts if each and (each.shape[2] or len(each.parts) > 1)]
    if len(found) < max(2, len(items)) or all(each.doubtful for each in found):
        return block
    style = _style(found)
    bare = [taken(item, each) for item, each in zip(items, found, strict=True)]
    changed = tuple(item for item in bare if item)
    if not style or len(changed) < len(items):
        return block
    (start, *deeper) = dict(found[0].values)[style]
    own = (style == "1" and not deeper) or (style == "a" and start == 1 and len(items) <= 26)
    if own and not found[0].shape[0].startswith("§"):
        changed = tuple(replace(item, label="") for item in changed)
        return replace(block, children=changed, ordered=True, style=style, start=start)
    return replace(block, children=changed, ordered=True, style="1", start=1)


def _style(fronts: Sequence[Front]) -> str:
    """How the labels of a list count on from each other, or ""."""
    readings = [dict(each.values) for each in fronts]
    if len({each.shape for each in fronts}) > 1:
        return ""
    for style in readings[0]:
        values = [reading.get(style, ()) for reading in readings]
        if all(one and follows(one, other) for one, other in pairwise(values)):
            return style
    return ""
