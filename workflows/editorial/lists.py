"""The word lists: one JSON file a language in ``data``, read once and checked on the way in.

A file has these members, all in lower case:

- ``origin``: where the words come from.
- ``kinds``: kind -> entries. An entry is a word, a phrase (``at least``), or the beginning of
  words (``prohibit*``). A hyphen counts as a space. An entry belongs to one kind.
- ``ordinary``: phrases that bear no kind although a part of them would (``more information``).
- ``same``: groups of words or phrases that say the same; the first stands for all.
- ``typos``: misspelling -> word; ``expand``: contraction -> words; ``elide``: what stands in
  front of an apostrophe -> word.
- ``drop``: articles that may come and go.
- ``labelled``: words that a letter follows as a label (``point a``).
- ``abbreviations``: those that end no sentence, so that their dot is no stop; ``numbered``: words
  of which this is true in front of a number (``Art. 6``).
- ``relative``: words whose clause restricts or only explains, as a comma in front of it tells;
  empty where commas follow grammar.
- ``focus``: words that point at what stands on one side of them ("only"), as a comma tells.
- ``compounds``: true where words that stand side by side are one thing, and two with a comma.
- ``repeated``: words that stand twice in a row by mistake only, beside longer words of no kind.
- ``apostrophes``: contractions that are also another word misspelt (``it's``) -> words.
- ``nouns``: endings that make a capitalised word a noun and no name.
- ``confusable``: real words that a slip of one letter turns into other real words.
- ``prefixes``: beginnings that turn a word into another.
- ``endings``: of inflected words; a letter doubled in front of one can make another word.
- ``unswappable``: pairs of letters whose order is grammar.
- ``slips``: true where a letter too many or too few within a long word is a slip, not grammar.
- ``undoubled``: letters that make another word, or another tense, when doubled.
- ``caseless``: words that are no terms when capitalised; ``cased``: words whose capital letter
  makes them another word; ``months``: those of them that are months.
- ``nouns_capitalised``: true where a capital letter says nothing about a term.
- ``dates``: patterns of a number and a unit that make a date.
- ``spelling``: pairs of pattern and replacement that bring variants of spelling to one form.
- ``accents``: "ignore-inside" where an accent that is missing within a word is a slip, or "".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from workflows.editorial.model import Kind
from workflows.languages import parse_tag

Phrase = tuple[str, ...]
"""Keys of the words of an entry, in order."""


@dataclass(frozen=True)
class Entry:
    """What a phrase stands for."""

    key: str
    kind: Kind | None


@dataclass(frozen=True)
class Lists:
    """The lists of one language; see the module for the meaning of each."""

    entries: Mapping[Phrase, Entry]
    stems: tuple[tuple[str, Kind], ...]
    """Beginnings of words, longest first."""
    typos: Mapping[str, str]
    expand: Mapping[str, Phrase]
    elide: Mapping[str, str]
    drop: frozenset[str]
    labelled: frozenset[str]
    abbreviations: frozenset[Phrase]
    numbered: frozenset[Phrase]
    relative: frozenset[str]
    focus: frozenset[str]
    compounds: bool
    repeated: frozenset[str]
    apostrophes: Mapping[str, Phrase]
    nouns: tuple[str, ...]
    confusable: frozenset[str]
    prefixes: tuple[str, ...]
    """Longest first."""
    endings: frozenset[str]
    unswappable: frozenset[str]
    slips: bool
    undoubled: frozenset[str]
    caseless: frozenset[str]
    cased: frozenset[str]
    months: frozenset[str]
    nouns_capitalised: bool
    dates: re.Pattern[str]
    spelling: tuple[tuple[re.Pattern[str], str], ...]
    accents: str

    def kind(self, key: str) -> Kind | None:
        """The kind of a single word that is no entry: by its beginning."""
        for stem, kind in self.stems:
            if key.startswith(stem):
                return kind
        return None


@cache
def languages() -> frozenset[str]:
    """The primary languages that have a list: ``en``, ``zh``, ..."""
    names = (entry.name for entry in files(__package__).joinpath("data").iterdir())
    return frozenset(name.removesuffix(".json") for name in names if name.endswith(".json"))


def lists_of(language: str) -> Lists | None:
    """The lists for a language tag, whatever its region or script; None when there are none."""
    primary = (parse_tag(language) or "").partition("-")[0]
    return _load(primary) if primary in languages() else None


@cache
def _load(primary: str) -> Lists:
    text = files(__package__).joinpath("data", f"{primary}.json").read_text(encoding="utf-8")
    raw: dict[str, Any] = json.loads(text)
    entries, stems = _entries(raw)
    return Lists(
        entries=entries,
        stems=stems,
        typos=raw["typos"],
        expand={short: phrase(full) for short, full in raw["expand"].items()},
        elide=raw["elide"],
        drop=frozenset(raw["drop"]),
        labelled=frozenset(raw["labelled"]),
        abbreviations=frozenset(map(phrase, raw["abbreviations"])),
        numbered=frozenset(map(phrase, raw["numbered"])),
        relative=frozenset(raw["relative"]),
        focus=frozenset(" ".join(phrase(word)) for word in raw["focus"]),
        compounds=raw["compounds"],
        repeated=frozenset(" ".join(phrase(word)) for word in raw["repeated"]),
        apostrophes={short: phrase(full) for short, full in raw["apostrophes"].items()},
        nouns=tuple(raw["nouns"]),
        confusable=frozenset(raw["confusable"]),
        prefixes=tuple(sorted(raw["prefixes"], key=len, reverse=True)),
        endings=frozenset(raw["endings"]),
        unswappable=frozenset(raw["unswappable"]),
        slips=raw["slips"],
        undoubled=frozenset(raw["undoubled"]),
        caseless=frozenset(raw["caseless"]),
        cased=frozenset(raw["cased"]),
        months=frozenset(raw["months"]),
        nouns_capitalised=raw["nouns_capitalised"],
        dates=re.compile("|".join(raw["dates"]) or "(?!)"),
        spelling=tuple((re.compile(found), put) for found, put in raw["spelling"]),
        accents=raw["accents"],
    )


HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Ideographs, as part of a character class: each is a word of its own here."""
_PART = re.compile(f"[{HAN}]|[^\\s{HAN}-]+")


def phrase(entry: str) -> Phrase:
    """The keys of an entry: words, each ideograph by itself."""
    return tuple(_PART.findall(entry))


def _entries(raw: Mapping[str, Any]) -> tuple[dict[Phrase, Entry], tuple[tuple[str, Kind], ...]]:
    entries: dict[Phrase, Entry] = {}
    stems: dict[str, Kind] = {}
    for name, words in raw["kinds"].items():
        for word in words:
            if word.endswith("*"):
                _once(stems, word[:-1], Kind(name))
            else:
                _once(entries, phrase(word), Entry(" ".join(phrase(word)), Kind(name)))
    for word in raw["ordinary"]:
        _once(entries, phrase(word), Entry(" ".join(phrase(word)), None))
    _unite(entries, raw["same"])
    return entries, tuple(sorted(stems.items(), key=lambda stem: -len(stem[0])))


def _unite(entries: dict[Phrase, Entry], groups: Iterable[Iterable[str]]) -> None:
    """Let the first of each group stand for the others, with the kind it has."""
    for first, *others in map(tuple, groups):
        key = " ".join(phrase(first))
        entry = entries.setdefault(phrase(first), Entry(key, None))
        for other in others:
            _once(entries, phrase(other), entry)


def _once(table: dict[Any, Any], key: object, value: object) -> None:
    if key in table:
        raise ValueError(f"{key!r} stands twice in the list")
    table[key] = value
