"""What importing a glossary would do: a three-way merge per term and language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from workflows.glossary.model import MAX_TRANSLATIONS, Term, TermTranslation, Usage
from workflows.glossary.reasons import TooManyTranslations
from workflows.problems import Problem

Said = tuple[str | bool, ...] | tuple[TermTranslation, ...]


class Verdict(StrEnum):
    """What an import would do with a term, or with its translations into one language."""

    NEW = "new"
    """There is nothing here: theirs is taken."""
    SAME = "same"
    """Nothing to do: equal, or the file says what it said before and people here went on."""
    CHANGED = "changed"
    """Nobody touched it here since it was imported: theirs is taken."""
    CONFLICT = "conflict"
    """It was written, changed or removed here: ours stays, unless theirs is asked for."""
    PROBLEM = "problem"
    """Theirs is faulty, or not for this person to change: ours stays."""


@dataclass(frozen=True)
class Known:
    """What the last import left of a term, or of its translations into one language."""

    file: str
    """Digest of what the file said."""
    stored: str
    """Digest of what was here afterwards."""


@dataclass(frozen=True)
class Ours:
    """A term as it is here."""

    term: Term
    removed: bool = False
    known: Mapping[str, Known] = field(default_factory=dict)
    """By language, "" being the term itself."""


@dataclass(frozen=True)
class Faulty:
    """An entry of a file, or a language of one, that can't be taken."""

    text: str
    """The term, as far as it can be told."""
    language: str
    """"" when the whole entry is meant."""
    line: int
    problem: Problem


@dataclass(frozen=True)
class Row:
    """What an import would do with a term or its translations; nothing is done yet."""

    term: str
    language: str
    """Of the translations; "" for the term itself."""
    verdict: Verdict
    ours: Term | None
    """The whole term as it is here."""
    theirs: Term | None
    """The whole term as it would be: in this language, or in what it says itself."""
    line: int
    known: Known = Known("", "")
    """What to remember when theirs is taken."""
    problems: tuple[Problem, ...] = ()


def state_of(term: Term, language: str) -> Said:
    """What a term says itself (for ""), or its translations into a language."""
    return tuple(term.translations.get(language, ())) if language else term.said()


def _digest(said: Said) -> str:
    plain = [
        [one.text, one.usage, one.note] if isinstance(one, TermTranslation) else one for one in said
    ]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:16]


def merge(ours: Iterable[Ours], theirs: Iterable[Term], faulty: Iterable[Faulty]) -> list[Row]:
    """Rows in the order of the file; what is here and not in the file is not named, and stays.

    An import adds and replaces, it takes nothing away: what the file leaves empty stays, a flag is
    set and never cleared, and of the translations only a preferred one gives way to a preferred
    one of the file.
    """
    here = {one.term.text: one for one in ours}
    rows = [row for term in theirs for row in _rows(here.get(term.text), term)]
    rows += [
        Row(one.text, one.language, Verdict.PROBLEM, None, None, one.line, problems=(one.problem,))
        for one in faulty
    ]
    return sorted(rows, key=lambda row: row.line)


def _rows(here: Ours | None, theirs: Term) -> Iterator[Row]:
    ours = here.term if here and not here.removed else None
    known = here.known if here else {}
    verdict: Verdict | None = None
    for language in ("", *theirs.translations):
        after = _together(ours, theirs, language)
        read = _digest(state_of(theirs, language))
        if verdict is None or not (here and here.removed):
            # What was removed here is decided about as a whole.
            verdict = _verdict(here, ours, after, language, read, known.get(language))
        mark = Known(read, _digest(state_of(after, language)))
        if verdict is not Verdict.SAME and len(after.translations.get(language, ())) > (
            MAX_TRANSLATIONS
        ):
            # Each side has few enough, both together could be neither edited nor exported.
            many = TooManyTranslations(f"line {theirs.line}", limit=MAX_TRANSLATIONS)
            place = theirs.text, language, Verdict.PROBLEM, ours, after, theirs.line
            yield Row(*place, problems=(many,))
            continue
        yield Row(theirs.text, language, verdict, ours, after, theirs.line, mark)


def _verdict(
    here: Ours | None, ours: Term | None, after: Term, language: str, read: str, known: Known | None
) -> Verdict:
    now = state_of(ours, language) if ours else ()
    if now and now == state_of(after, language):
        return Verdict.SAME
    if known and known.file == read:
        return Verdict.SAME
    if known and ours and known.stored == _digest(now):
        return Verdict.CHANGED
    return Verdict.CONFLICT if now or known or (here and here.removed) else Verdict.NEW


def _together(ours: Term | None, theirs: Term, language: str) -> Term:
    """The term as it would be with theirs taken: in one language, or in what it says itself."""
    if ours is None:
        return theirs
    if not language:
        return replace(
            ours,
            definition=theirs.definition or ours.definition,
            part_of_speech=theirs.part_of_speech or ours.part_of_speech,
            subject=theirs.subject or ours.subject,
            note=theirs.note or ours.note,
            case_sensitive=theirs.case_sensitive or ours.case_sensitive,
            untranslated=theirs.untranslated or ours.untranslated,
        )
    both = _both(ours.translations.get(language, ()), theirs.translations[language])
    return replace(ours, translations={**ours.translations, language: both})


def _both(
    ours: Sequence[TermTranslation], theirs: Sequence[TermTranslation]
) -> tuple[TermTranslation, ...]:
    notes = {one.text: one.note for one in ours}
    taken = [replace(one, note=one.note or notes.get(one.text, "")) for one in theirs]
    texts = {one.text for one in theirs}
    gives_way = any(one.usage is Usage.PREFERRED for one in theirs)
    taken += [
        one
        for one in ours
        if one.text not in texts and not (gives_way and one.usage is Usage.PREFERRED)
    ]
    order = tuple(Usage)
    return tuple(sorted(taken, key=lambda one: order.index(one.usage)))
