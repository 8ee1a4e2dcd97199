"""The structure of a document mended by its author before anything is stored."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from workflows.problems import Problem
from workflows.sources.advice import FOUND_HERE, advise
from workflows.sources.blocks import (
    Block,
    Furniture,
    Kind,
    Source,
    counted_in,
    number_of,
    walk,
)
from workflows.sources.cutting import cut, shifted, written
from workflows.sources.decoding import balanced
from workflows.sources.guesses import LabelKept
from workflows.sources.keeping import DROPPED, KEEP, Kept, pieces_of, taken_back
from workflows.sources.labels import front, labelled, shown, taken, with_label
from workflows.sources.reasons import (
    EmptyDocument,
    HeadingGuessed,
    NoTitle,
    NumberedParagraph,
    PerhapsHeading,
    TitleGuessed,
)
from workflows.sources.refusals import CorrectionMisfit, CorrectionsUnreadable
from workflows.sources.tagged import MAX_CODES, glue, plain, scan

VERBS = ("heading", "paragraph", "split", "drop", "join", "label", "unlabel", KEEP)
_NUMBERING = frozenset(("label", "unlabel"))
MAX_CORRECTIONS = 1_000
MAX_JSON = 200_000
MAX_TEXT = 64 * 1024
"""Characters of a text that was joined."""

_GUESSES = (HeadingGuessed, LabelKept, NumberedParagraph, PerhapsHeading, TitleGuessed)


@dataclass(frozen=True)
class Correction:
    """One change of structure."""

    number: int
    """1-based position among the texts of the source before any correction, the title first; for
    "keep" that among the pieces of furniture."""
    verb: str
    """One of VERBS."""
    level: int = 0
    """"heading": 2 to 6; "split": that of a heading made of the first part, or 0; "keep": 2 to 6,
    or 0 for what the file says: a heading of its level, else a paragraph."""
    at: int = 0
    """"split": the offset in the plain text at which the second part begins; "keep": the number of
    the last piece of a passage, or 0 for one piece."""


def corrected(source: Source, corrections: Sequence[Correction]) -> Source:
    """The source with all corrections made, or none: the first that does not fit is raised.

    heading: a paragraph outside of lists and quotations becomes a heading, and a number in front
    of it the label; a heading changes its level. paragraph: a heading becomes a paragraph, and
    keeps its label. label: the number in front of a text becomes its label; unlabel: it is text
    again. split: a paragraph is cut in two; the first part can become a heading, and that of a
    heading stays one. join: a paragraph takes in the one that follows it.
    keep: what was set aside becomes a heading or paragraph where it stood; a passage at once.
    drop: a text is set aside as furniture; an item only when nothing hangs on it. The title can
    become a heading or paragraph in front of the others, or be dropped; then there is none.

    On one text there may be several splits at different offsets, only the first with a level; or a
    join after a change to a paragraph, and a change of its label beside any but a split. The order
    of ``corrections`` means nothing. Advice is computed anew. Raises CorrectionMisfit, whose place
    is the segment ("segment 12"), and EmptyDocument when nothing is left.
    """
    if not corrections:
        return source
    by_number: defaultdict[int, list[Correction]] = defaultdict(list)
    for correction in corrections:
        if correction.verb != KEEP:
            by_number[correction.number].append(correction)
    document = _Document(source, _kept(source, corrections))
    # From the last to the first, so that what is joined or emptied has been corrected before.
    for number in sorted(by_number, reverse=True):
        document.mend(number, _in_order(by_number[number]))
    return document.source(set(by_number))


def _kept(source: Source, corrections: Sequence[Correction]) -> Kept:
    levels: dict[int, int] = {}
    for one in corrections:
        if one.verb == KEEP:
            added = pieces_of(source, one.number, one.at, one.level)
            if not added or added.keys() & levels.keys():
                raise _misfit(one)
            levels |= added
    return taken_back(source, levels)


def _in_order(given: list[Correction]) -> list[Correction]:
    """The corrections of one text in the order in which they are made."""
    ordered = sorted(given, key=lambda one: (one.verb == "join", one.verb in _NUMBERING, one.at))
    verbs = [one.verb for one in ordered]
    others = [verb for verb in verbs if verb not in _NUMBERING]
    if len(others) == len(verbs) - 1 and "split" not in others:
        verbs = others
    offsets = {one.at for one in given}
    splits = set(verbs) == {"split"} and len(offsets) == len(given)
    splits = splits and not any(one.level for one in ordered[1:])
    known = set(verbs).issubset(VERBS)
    if not known or not (len(verbs) <= 1 or splits or verbs == ["paragraph", "join"]):
        raise _misfit(ordered[-1])
    return ordered


def _misfit(correction: Correction) -> CorrectionMisfit:
    return CorrectionMisfit(f"segment {correction.number}", verb=correction.verb[:20])


@dataclass(eq=False)
class _Twig:
    """A block that can be changed, and where it hangs."""

    block: Block
    parent: _Twig | None
    children: list[_Twig]
    kept: bool = False
    """Taken back from what was set aside; such a text has no number."""

    @property
    def top(self) -> bool:
        return self.parent is not None and self.parent.parent is None

    def grown(self) -> Block | None:
        """The block as it is now; None for a container in which nothing is left."""
        children = tuple(grown for twig in self.children if (grown := twig.grown()) is not None)
        if self.block.children and not children and self.block.text is None:
            return None
        block = replace(self.block, children=children)
        bare = block.kind is Kind.ITEM and block.text is None
        if bare and children and children[0].kind is Kind.PARAGRAPH:
            # Readers give an item the text of its first paragraph.
            first, *rest = children
            block = replace(
                block, text=first.text, links=first.links, children=tuple(rest), label=first.label
            )
        return block


def _twig(block: Block, parent: _Twig | None) -> _Twig:
    twig = _Twig(block, parent, [])
    twig.children = [_twig(child, twig) for child in block.children]
    return twig


def _texts(twig: _Twig) -> Iterator[_Twig]:
    for child in twig.children:
        if child.block.text is not None:
            yield child
        yield from _texts(child)


class _Document:
    """The tree of a source while it is mended."""

    def __init__(self, source: Source, kept: Kept) -> None:
        self.before = source
        self.root = _twig(Block(Kind.QUOTE, children=source.blocks), None)
        self.furniture = list(kept.furniture)
        self.kept = kept
        self.title: _Twig | None = None
        self.texts = list(_texts(self.root))
        if source.title:
            guess = next((one for one in source.problems if isinstance(one, TitleGuessed)), None)
            line = number_of(guess.place) if guess else 1
            self.title = _Twig(Block(Kind.PARAGRAPH, source.title, line=line), self.root, [])
            self.texts.insert(0, self.title)
        for at in sorted(kept.blocks, reverse=True):
            self.root.children[at:at] = [
                _Twig(block, self.root, [], kept=True) for block in kept.blocks[at]
            ]

    def source(self, numbers: set[int]) -> Source:
        """The source as it is now; ``numbers`` are those of the texts that were corrected."""
        blocks = tuple(grown for twig in self.root.children if (grown := twig.grown()) is not None)
        if not self.title and not any(block.text for block in walk(blocks)):
            raise EmptyDocument
        unit = counted_in(self.before.media_type)
        places = {f"{unit} {self.texts[number - 1].block.line}" for number in numbers}
        kept: list[Problem] = [
            problem
            for problem in self.before.problems
            if not isinstance(problem, FOUND_HERE)
            and not (isinstance(problem, _GUESSES) and problem.place in places)
        ]
        kept = self.kept.advice(kept, unit)
        if self.before.title and not self.title:
            kept.append(NoTitle())
        kept += advise(blocks, self.before.effective, unit=unit)
        return replace(
            self.before,
            title=self.before.title if self.title else "",
            blocks=blocks,
            furniture=tuple(sorted(self.furniture, key=lambda piece: piece.line)),
            problems=tuple(sorted(kept, key=lambda each: number_of(each.place))),
        )

    def mend(self, number: int, corrections: list[Correction]) -> None:
        """Make the corrections of one text. Raises CorrectionMisfit."""
        first = corrections[0]
        if not 1 <= number <= len(self.texts):
            raise _misfit(first)
        twig = self.texts[number - 1]
        if first.verb == "split":
            self._split(twig, corrections)
            return
        verbs: dict[str, Callable[[_Twig, Correction], None]] = {
            "heading": self._heading,
            "paragraph": self._paragraph,
            "join": self._join,
            "drop": self._drop,
            "label": self._label,
            "unlabel": self._unlabel,
        }
        for correction in corrections:
            verbs[correction.verb](twig, correction)

    def _heading(self, twig: _Twig, correction: Correction) -> None:
        block = twig.block
        if not twig.top or not 2 <= correction.level <= 6 or correction.at:
            raise _misfit(correction)
        self._untitle(twig)
        if block.kind is Kind.HEADING:
            twig.block = replace(block, level=correction.level)
        elif block.kind is Kind.PARAGRAPH:
            twig.block = labelled(replace(block, kind=Kind.HEADING, level=correction.level))
        else:
            raise _misfit(correction)

    def _paragraph(self, twig: _Twig, correction: Correction) -> None:
        block = twig.block
        wanted = block.kind is Kind.HEADING or twig is self.title
        if not twig.top or not wanted or correction.level or correction.at:
            raise _misfit(correction)
        self._untitle(twig)
        twig.block = replace(block, kind=Kind.PARAGRAPH, level=0)

    def _label(self, twig: _Twig, correction: Correction) -> None:
        block = twig.block
        numbered = block.kind in (Kind.HEADING, Kind.PARAGRAPH) and twig is not self.title
        found = front(block.text) if numbered and not block.label else None
        changed = found and taken(block, found)
        if not changed or correction.level or correction.at:
            raise _misfit(correction)
        twig.block = changed

    def _unlabel(self, twig: _Twig, correction: Correction) -> None:
        block = twig.block
        if not block.label or correction.level or correction.at:
            raise _misfit(correction)
        twig.block = replace(block, text=with_label(block), label="")

    def _untitle(self, twig: _Twig) -> None:
        if twig is self.title:
            self.title = None
            self.root.children.insert(0, twig)

    def _split(self, twig: _Twig, corrections: list[Correction]) -> None:
        block, first = twig.block, corrections[0]
        heading = block.kind is Kind.HEADING
        if twig is self.title or not (heading or block.kind is Kind.PARAGRAPH):
            raise _misfit(first)
        if first.level and not (twig.top and 2 <= first.level <= 6):
            raise _misfit(first)
        rest = list(scan(block.text or ""))
        parts: list[Block] = []
        start = 0
        for correction in corrections:
            halves = cut(rest, correction.at - start)
            if halves is None:
                raise _misfit(correction)
            parts.append(written(block, halves[0]))
            rest, start = halves[1], correction.at
        parts.append(written(block, rest))
        if not all(_sound(part) for part in parts):
            raise _misfit(first)
        plains = [replace(part, kind=Kind.PARAGRAPH, level=0, label="") for part in parts]
        plains[0] = replace(plains[0], label=block.label)
        if heading:
            plains[0] = replace(parts[0], level=first.level or block.level)
        elif first.level:
            plains[0] = labelled(replace(plains[0], kind=Kind.HEADING, level=first.level))
        assert twig.parent is not None
        siblings = twig.parent.children
        at = siblings.index(twig)
        twig.block = plains[0]
        siblings[at + 1 : at + 1] = [_Twig(part, twig.parent, []) for part in plains[1:]]

    def _join(self, twig: _Twig, correction: Correction) -> None:
        after = self._after(twig)
        if after is None or correction.level or correction.at or twig.block.text is None:
            raise _misfit(correction)
        own, other = list(scan(twig.block.text)), list(scan(with_label(after.block)))
        space = glue(plain(twig.block.text), plain(with_label(after.block)))
        shift = max((link.number for link in twig.block.links), default=0)
        moved = tuple(replace(link, number=link.number + shift) for link in after.block.links)
        joined = replace(twig.block, links=twig.block.links + moved)
        twig.block = written(joined, [*own, (space, False, 0), *shifted(other, shift)])
        codes = max(len(twig.block.links), (twig.block.text or "").count("<br"))
        if len(twig.block.text or "") > MAX_TEXT or codes > MAX_CODES:
            raise _misfit(correction)
        assert after.parent is not None
        after.parent.children.remove(after)

    def _after(self, twig: _Twig) -> _Twig | None:
        """The paragraph that follows a paragraph, or an item's first one, or None."""
        if twig is self.title or twig.parent is None:
            return None
        if twig.block.kind is Kind.ITEM:
            after = twig.children[:1]
        elif twig.block.kind is Kind.PARAGRAPH:
            at = twig.parent.children.index(twig)
            after = twig.parent.children[at + 1 : at + 2]
        else:
            return None
        wanted = after and after[0].block.kind is Kind.PARAGRAPH and not after[0].kept
        return after[0] if wanted else None

    def _drop(self, twig: _Twig, correction: Correction) -> None:
        block = twig.block
        left = any(child.grown() is not None for child in twig.children)
        if block.kind is Kind.CELL or left or correction.level or correction.at:
            raise _misfit(correction)
        label = f"{shown(block.label)} " if block.label else ""
        text = f"{label}{plain(block.text or '')}"
        self.furniture.append(Furniture(block.line, text, DROPPED))
        if twig is self.title:
            self.title = None
            return
        assert twig.parent is not None
        twig.parent.children.remove(twig)


def _sound(block: Block) -> bool:
    text = block.text or ""
    return bool(plain(text).strip()) and balanced(text)


def corrections_to_json(corrections: Sequence[Correction]) -> str:
    """One line of JSON: a list of objects, what is 0 left out."""
    plain_forms = [
        {name: value for name, value in vars(correction).items() if value}
        for correction in corrections
    ]
    return json.dumps(plain_forms, separators=(",", ":"))


def corrections_from_json(text: str) -> tuple[Correction, ...]:
    """The twin of ``corrections_to_json``. Raises CorrectionsUnreadable for anything else."""
    if len(text) > MAX_JSON:
        raise CorrectionsUnreadable(reason="too long")
    try:
        entries = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise CorrectionsUnreadable(reason="not JSON") from None
    if not isinstance(entries, list):
        raise CorrectionsUnreadable(reason="no list")
    if len(entries) > MAX_CORRECTIONS:
        raise CorrectionsUnreadable(reason=f"more than {MAX_CORRECTIONS}")
    return tuple(_correction(entry) for entry in entries)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands there twice")
    return dict(pairs)


def _correction(entry: object) -> Correction:
    if not isinstance(entry, dict) or not {"number", "verb"} <= entry.keys():
        raise CorrectionsUnreadable(reason="an entry without number and verb")
    if entry.keys() - {"number", "verb", "level", "at"} or entry["verb"] not in VERBS:
        raise CorrectionsUnreadable(reason="an unknown name or verb")
    numbers = {name: entry.get(name, 0) for name in ("number", "level", "at")}
    if any(type(value) is not int or not 0 <= value < 10**6 for value in numbers.values()):
        raise CorrectionsUnreadable(reason="a number of a wrong type or size")
    return Correction(numbers["number"], entry["verb"], numbers["level"], numbers["at"])
