"""Where the terms of a glossary stand in a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from workflows.glossary.model import Term
from workflows.glossary.tokens import Places, Token, tokens

# What a word of the language takes on in the plural or as an owner; longer ones first.
_ENDINGS: dict[str, tuple[str, ...]] = {"en": ("es", "s")}


@dataclass(frozen=True)
class Occurrence:
    """A term in a text."""

    start: int
    """0-based place of its first character in the tagged text; never inside a code."""
    end: int
    """Place behind its last one. Codes can stand between the two."""
    term: Term


@dataclass
class _Node:
    next: dict[str, _Node] = field(default_factory=dict)
    ends: list[tuple[tuple[str, ...], Term]] = field(default_factory=list)
    """The terms that end here, each with the exact spelling of its words."""


class Finder:
    """Finds the terms of one language in its texts.

    A trie over words, built once in time linear in the terms; a text takes time linear in its
    words times the words of the longest term that begins there.
    """

    def __init__(self, terms: Iterable[Term], language: str) -> None:
        self._root = _Node()
        self._endings = _ENDINGS.get(language.partition("-")[0], ())
        for term in terms:
            node, spelling = self._root, []
            for token in tokens(term.text):
                node = node.next.setdefault(token.folded, _Node())
                spelling.append(token.exact)
            if spelling:
                node.ends.append((tuple(spelling), term))

    def find(self, text: str) -> list[Occurrence]:
        """The terms in a tagged text, in order and apart from each other.

        Where several begin at a word the longest counts. A term is whole words, case and points of
        vowels left aside (the case counts where the term says so); in scripts without blanks it is
        found anywhere. In English it may have the ending of a plural: -s or -es. A word may have
        codes inside, as in ``per<em>son</em>al``; what a placeholder stands for belongs to no term.
        """
        if not self._root.next:
            return []
        places = Places(text)
        words = list(tokens(places.literal))
        found: list[Occurrence] = []
        at = 0
        while at < len(words):
            size, term = self._longest(words, at)
            if term is not None:
                start = places.place(words[at].start)
                end = places.place(words[at + size - 1].end - 1) + 1
                found.append(Occurrence(start, end, term))
            at += max(size, 1)
        return found

    def _longest(self, words: Sequence[Token], at: int) -> tuple[int, Term | None]:
        best: tuple[int, Term | None] = (0, None)
        node, here = self._root, at
        while here < len(words):
            word = words[here].folded
            for ending in self._endings:
                stem = node.next.get(word.removesuffix(ending)) if word.endswith(ending) else None
                if stem and (term := _spelt(stem, words[at : here + 1], ending)):
                    best = (here + 1 - at, term)
            following = node.next.get(word)
            if following is None:
                break
            here += 1
            if term := _spelt(following, words[at:here]):
                best = (here - at, term)
            node = following
        return best


def _spelt(node: _Node, words: Sequence[Token], ending: str = "") -> Term | None:
    """The term that ends here and is spelt like these words; one whose case counts goes first."""
    other = None
    for spelling, term in node.ends:
        if not term.case_sensitive:
            other = other or term
        elif all(
            word.exact in (exact, exact + ending)
            for word, exact in zip(words, spelling, strict=True)
        ):
            return term
    return other


def likely(texts: Iterable[str], terms: Iterable[tuple[int, str]], language: str) -> set[int]:
    """The ids of the terms (id and text) whose first word stands in one of the tagged texts.

    Only these can be found there: of a large glossary, few have to be loaded and put into a trie.
    """
    openings = [(id_, next(tokens(text), None)) for id_, text in terms]
    if not openings:
        return set()
    words = {token.folded for text in texts for token in tokens(Places(text).literal)}
    for ending in _ENDINGS.get(language.partition("-")[0], ()):
        words |= {word.removesuffix(ending) for word in words}
    return {id_ for id_, token in openings if token is not None and token.folded in words}


def find(text: str, terms: Iterable[Term], language: str) -> list[Occurrence]:
    """The terms of ``language`` in a tagged text: see ``Finder.find``."""
    return Finder(terms, language).find(text)


@dataclass(frozen=True)
class Piece:
    """A stretch of tagged text that is a term, or that is none."""

    text: str
    term: Term | None = None


def pieces(text: str, found: Sequence[Occurrence]) -> Iterator[Piece]:
    """The text cut at its terms; joined again it is the text."""
    at = 0
    for one in found:
        if one.start > at:
            yield Piece(text[at : one.start])
        yield Piece(text[one.start : one.end], one.term)
        at = one.end
    if at < len(text):
        yield Piece(text[at:])
