"""What a translation does to the terms of its source. All of it is advice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from workflows.glossary.finding import Finder, find
from workflows.glossary.model import Term, TermTranslation, Usage
from workflows.glossary.reasons import ForbiddenUsed, TermChanged, TermMissing
from workflows.glossary.tokens import alike, tokens
from workflows.problems import Problem
from workflows.segments import plain

# Articles, prepositions and conjunctions are written in front of a word, as part of it.
_PREFIXING = frozenset(("ar", "fa", "he", "ur"))
_SHORT = 3
"""Letters of a word that is compared whole; one of so many may have an ending."""
_ENDING = 2
"""Letters of that: lois, Tage, кодом."""
_ANYWHERE = 5
"""Letters of a stem that counts inside a word, too: the last part of a compound."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def check(source: str, target: str, terms: Iterable[Term] | Finder, language: str) -> list[Problem]:
    """What ``target``, a translation of ``source`` into ``language``, does to the terms of the
    source (both are tagged text): TermMissing, ForbiddenUsed, TermChanged, each once a term.

    ``terms`` are all of one language, or a finder of them for many texts; those that don't stand in
    the source are left aside.

    A translation of a term counts as being there when every word of it is, in any order, and a word
    is there when its stem is: its first two thirds of letters, rounded up, at least three; accents
    and the case are left aside. The stem has to begin a word of the target, except where it has
    five letters or more (the end of a compound) or the language writes articles and prepositions
    onto its words (Arabic, Hebrew): there it may stand inside of one. A word of three letters may
    have an ending of one or two more; shorter ones are compared whole. In scripts without blanks
    the whole translation has to stand there. So endings of cases, plurals and persons give no false
    alarm; broken plurals and other changes within the first letters do.

    A forbidden translation is found like a term of its language, in exactly that form, unless it
    is part of a longer translation that is allowed. A term that is not to be translated has to
    stand in the target letter for letter (in any case, if its case doesn't count), whatever is
    written onto it; a translation that is allowed nevertheless will do.
    """
    if not target:
        return []
    finder = terms if isinstance(terms, Finder) else _finder(list(terms))
    found = found_in(finder, source)
    if not found:
        return []
    words = _Words(target, language)
    problems: list[Problem] = []
    for term in found:
        allowed = _allowed(term, language)
        there = any(words.has(one.text) for one in allowed)
        if term.untranslated:
            if not there and not words.keeps(term):
                problems.append(TermChanged(term=term.text))
        elif allowed and not there:
            problems.append(TermMissing(term=term.text, wanted=_named(allowed)))
    return problems + _forbidden(target, found, language)


def _finder(terms: Sequence[Term]) -> Finder:
    return Finder(terms, terms[0].language if terms else "")


def _of(term: Term, language: str) -> Sequence[TermTranslation]:
    return term.translations.get(language, ())


def _allowed(term: Term, language: str) -> list[TermTranslation]:
    return [one for one in _of(term, language) if one.usage is not Usage.FORBIDDEN]


def _named(allowed: Sequence[TermTranslation]) -> str:
    return " / ".join(f"“{one.text}”" for one in allowed) or "–"


def _forbidden(target: str, terms: Sequence[Term], language: str) -> list[Problem]:
    allowed = {one.text for term in terms for one in _allowed(term, language)}
    allowed |= {term.text for term in terms if term.untranslated}
    forbidden = {
        one.text: term
        for term in terms
        for one in _of(term, language)
        if one.usage is Usage.FORBIDDEN and one.text not in allowed
    }
    if not forbidden:
        return []
    # As terms of their language, so that the longest counts: an allowed one can hold a forbidden.
    spelt = [Term(language, text) for text in (*allowed, *forbidden)]
    used = dict.fromkeys(one.term.text for one in find(target, spelt, language))
    return [
        ForbiddenUsed(
            term=(term := forbidden[text]).text,
            used=text,
            wanted=_named(_allowed(term, language)),
        )
        for text in used
        if text in forbidden
    ]


class _Words:
    """A target, to be asked for words."""

    def __init__(self, target: str, language: str) -> None:
        self.literal = plain(target)
        self.inside = language.partition("-")[0] in _PREFIXING
        self.words = {_bare(token.folded) for token in tokens(self.literal)}
        self.text = " ".join(_bare(token.folded) for token in tokens(self.literal))
        self.text = f" {self.text} "
        self.dense = self.text.replace(" ", "")

    def has(self, translation: str) -> bool:
        """Whether a translation is there: see ``check``."""
        wanted = [_bare(token.folded) for token in tokens(translation)]
        if _UNSPACED.search(translation):
            return "".join(wanted) in self.dense
        return all(self._word(word) for word in wanted if word[:1].isalnum())

    def _word(self, word: str) -> bool:
        if len(word) <= _SHORT:
            if word in self.words or (self.inside and word in self.text):
                return True
            return len(word) == _SHORT and any(
                other.startswith(word) and len(other) <= _SHORT + _ENDING for other in self.words
            )
        stem = word[: max(_SHORT, -(-2 * len(word) // 3))]
        if self.inside or len(stem) >= _ANYWHERE:
            return stem in self.text
        return f" {stem}" in self.text

    def keeps(self, term: Term) -> bool:
        """Whether a term that is not to be translated stands there as it is."""
        wanted, here = _shown(term.text), _shown(self.literal)
        if term.case_sensitive:
            return wanted in here
        return wanted.casefold() in here.casefold()


def _shown(text: str) -> str:
    """A text as ``Finder`` sees it, words and blanks: where it finds a term in the source, a copy
    of that is the term, too, whatever its apostrophes, hyphens and blanks are."""
    return " ".join(alike(text).split())


def _bare(word: str) -> str:
    """A folded word without its accents; ё and й lose theirs as é does."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word)
    return "".join(sign for sign in parts if unicodedata.category(sign) != "Mn")


def found_in(finder: Finder, source: str) -> list[Term]:
    """The terms in a source, each once, in order."""
    seen: dict[str, Term] = {}
    for one in finder.find(source):
        seen.setdefault(one.term.text, one.term)
    return list(seen.values())
