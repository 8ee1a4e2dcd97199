"""What the author of a source has in hand on the import screen, before anything is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from flask import abort, request

from app import queries
from app.operations import Act, DocumentImport
from app.workbench.pages import Upload
from app.workbench.revising import Edits, Old, Pairs, edited, pairs_from_json
from app.workbench.structure import Structure, Text, decoded
from workflows import sources
from workflows.alignment import PairingMisfit
from workflows.problems import ChangedMeanwhile, Problem
from workflows.sources import Source
from workflows.sources.corrections import (
    Correction,
    corrections_from_json,
    corrections_to_json,
)

FIRST = frozenset("23")
"""Levels of a heading that the first part of a text can become."""


@dataclass(frozen=True)
class Asked:
    """What the form says besides the file."""

    slug: str
    title: str
    language: str

    @classmethod
    def read(cls) -> Asked:
        """The form of this request."""
        return cls(
            request.form.get("slug", "").strip(),
            request.form.get("title", "").strip()[:300],
            request.form.get("language", ""),
        )


@dataclass(frozen=True)
class Placed:
    """A problem, and the place on the page where it can be put right."""

    problem: Problem
    target: str = ""


@dataclass(frozen=True)
class Stored:
    """The newest revision of the document; of a new one there is none."""

    head: int
    tag: str
    old: tuple[Old, ...]

    @classmethod
    def read(cls, act: Act, asked: Asked) -> Stored:
        """What is stored now."""
        found = queries.find_document(act.session, asked.slug)
        if found is None:
            return cls(0, asked.language, ())
        texts = queries.source_texts(act.session, queries.revision(act.session, found))
        old = tuple(Old(text.text, text.role, text.section) for text in texts)
        return cls(found.head, found.source_language, old)


@dataclass(frozen=True)
class Draft:
    """A file with the corrections and pairs that its author has made so far."""

    asked: Asked
    file: Upload
    structure: Structure
    corrections: tuple[Correction, ...]
    source: Source
    texts: tuple[Text, ...]
    lines: tuple[int, ...]
    """Where in the file the texts stand."""
    pairs: Pairs
    """By hand, before this request."""
    shown: Pairs
    head: int | None
    """The revision that the preview was made against; None before the first preview."""
    problems: tuple[Placed, ...]

    @classmethod
    def read(cls, asked: Asked, file: Upload) -> Draft:
        """Read and correct the file; outside of any transaction, so that nobody waits for it."""
        structure = Structure(sources.read(file.data, name=file.name))
        corrections, source, problems = _corrected(structure)
        if asked.title:
            source = sources.retitled(source, asked.title)
        texts = structure.texts(corrections, titled=bool(source.title))
        return cls(
            asked,
            file,
            structure,
            corrections,
            source,
            texts,
            tuple(_lines(source)),
            _pairs("pairs"),
            _pairs("shown"),
            request.form.get("head", type=int),
            tuple(_placed(problem, texts) for problem in problems),
        )

    @property
    def ids(self) -> list[str]:
        """The names of the new segments in the form, in their order."""
        return [text.id for text in self.texts]

    def edits(self, stored: Stored) -> Edits:
        """What the fields say now; nothing when they speak of another revision."""
        if self.head != stored.head:
            return Edits({}, {}, {}, changed=False)
        known = set(self.ids)
        pairs, shown = (
            {id_: old for id_, old in given.items() if id_ in known}
            for given in (self.pairs, self.shown)
        )
        return edited(request.form, pairs, shown, len(stored.old))

    def by_hand(self, pairs: Pairs) -> dict[int, tuple[int, ...]]:
        """Pairs with the places of the new segments for their names."""
        places = {id_: place for place, id_ in enumerate(self.ids)}
        return {places[id_]: old for id_, old in pairs.items() if id_ in places}


@dataclass(frozen=True)
class Aligned:
    """What storing a draft would do."""

    report: DocumentImport
    pairs: Pairs
    edits: Edits
    problems: tuple[Placed, ...]


def aligned(
    draft: Draft, stored: Stored, run: Callable[[dict[int, tuple[int, ...]]], DocumentImport]
) -> Aligned:
    """Try the pairs that the author wants; those of before when they are impossible."""
    edits = draft.edits(stored)
    problems = [*draft.problems]
    if draft.head is not None and draft.head != stored.head:
        problems.append(Placed(ChangedMeanwhile()))
    problems += [Placed(problem, f"old-{id_}") for id_, problem in edits.problems.items()]
    before = draft.pairs if draft.head == stored.head else {}
    wanted = [before] if edits.problems else [edits.pairs, before]
    for pairs in wanted:
        try:
            return Aligned(run(draft.by_hand(pairs)), pairs, edits, tuple(problems))
        except PairingMisfit as problem:
            id_ = draft.ids[int(problem.details["number"]) - 1]
            edits = replace(edits, typed=_typed(), problems={**edits.problems, id_: problem})
            problems.append(Placed(problem, f"old-{id_}"))
    return Aligned(run({}), {}, edits, tuple(problems))


def _lines(source: Source) -> Iterator[int]:
    if source.title:
        yield 1
    yield from (block.line for block in sources.walk(source.blocks) if block.text is not None)


def _typed() -> dict[str, str]:
    return {
        name.removeprefix("old-"): value[:200]
        for name, value in request.form.items()
        if name.startswith("old-")
    }


def _corrected(
    structure: Structure,
) -> tuple[tuple[Correction, ...], Source, list[Problem]]:
    """The corrections with the one that was clicked, or as they were when it can't be made."""
    problems: list[Problem] = []
    before: tuple[Correction, ...] = ()
    try:
        before = corrections_from_json(request.form.get("corrections", "[]"))
    except Problem as problem:
        problems.append(problem)
    for attempt in dict.fromkeys((_clicked(structure, before), before)):
        try:
            # What can't be carried on can't be made.
            corrections = corrections_from_json(corrections_to_json(attempt))
            return corrections, structure.corrected(corrections), problems
        except Problem as problem:
            problems.append(problem)
    return (), structure.read, problems


def _clicked(structure: Structure, before: tuple[Correction, ...]) -> tuple[Correction, ...]:
    """The corrections after the button that was pressed."""
    form = request.form
    undone, made = form.get("undo"), form.get("correct") or form.get("cut-at")
    if undone == "all":
        return ()
    correction = decoded(undone or made or "")
    if correction is None:
        if undone or made:
            abort(400)
        return before
    if undone:
        return tuple(one for one in before if one != correction)
    if "cut-at" in form:
        first = form.get("first", "")
        correction = replace(correction, level=int(first) if first in FIRST else 0)
    return structure.added(before, correction)


def _pairs(name: str) -> Pairs:
    pairs = pairs_from_json(request.form.get(name, "{}"))
    if pairs is None:
        abort(400)
    return pairs


def _placed(problem: Problem, texts: tuple[Text, ...]) -> Placed:
    """A correction that can't be made, at the text it was to be made of."""
    number = problem.place.removeprefix("segment ")
    found = next((text.id for text in texts if str(text.number) == number), "")
    return Placed(problem, f"text-{found}" if found else "")
