"""Find a language by what somebody types: its name in any language, its code, with typing errors.

The names are CLDR's. Accents, letter case and signs between words don't count. ``site.js`` does
the same with the words that a page brings along; a test compares the two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from workflows.languages.names import autonym, name_in
from workflows.languages.tags import parse_tag

MAX_QUERY: Final = 60
"""Characters of a query that are read."""
MAX_WORDS: Final = 4
"""Words of a query that are read."""
_LEAST: Final = 3
"""Letters that a word in an alphabet has at least: ``de`` and ``do`` between names find nothing."""
_NOWHERE: Final = 9


def fold(text: str) -> list[str]:
    """The words of a text without case and accents: ``Português (Brasil)`` is portugues, brasil."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    # Only accents of Latin, Greek and Cyrillic letters: elsewhere a mark is a vowel or a sound.
    plain = re.sub("[\u0300-\u036f]", "", plain)
    # Two spellings of one sound in Devanagari: a nasal letter, or a dot above the one before it.
    plain = re.sub("[\u0919\u091e\u0923\u0928\u092e]\u094d", "\u0902", plain)
    # \W would cut words at the vowel signs of Indic scripts.
    spaced = "".join(
        sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in plain
    )
    return spaced.split()


@lru_cache(maxsize=1024)
def search_words(tag: str, display: tuple[str, ...]) -> tuple[str, ...]:
    """What a language is found by: its code first, then its names in itself and in ``display``.

    A word that another one begins with is left out, as the longer one is found by it.
    Raises `InvalidTag`.
    """
    names = [autonym(tag), *(name_in(tag, other) for other in display)]
    words = dict.fromkeys(word for name in names for word in fold(name) if _speaks(word))
    kept = [
        word
        for word in words
        if not any(other != word and other.startswith(word) for other in words)
    ]
    return (tag.lower(), *kept)


def _speaks(word: str) -> bool:
    return len(word) >= _LEAST or not word.isascii()


def find(query: str, tags: Sequence[str], display: Sequence[str]) -> list[str]:
    """The languages that a query means, the likeliest first; all of them for an empty one.

    Every word of the query must be a code, begin a name or, from three letters on, stand within
    one. Only when nothing is found so are errors allowed: one from four letters on, two from
    seven. Never raises.
    """
    asked = fold(query[:MAX_QUERY])[:MAX_WORDS]
    if not asked:
        return [] if query.strip() else list(tags)
    canonical = parse_tag(query.strip()[:MAX_QUERY])
    words = {tag: search_words(tag, tuple(display)) for tag in tags}
    for tolerant in (False, True):
        ranks = {
            tag: 0 if tag == canonical else max(_rank(one, words[tag], tolerant) for one in asked)
            for tag in tags
        }
        found = [tag for tag in tags if ranks[tag] < _NOWHERE]
        if found:
            return sorted(found, key=lambda tag: ranks[tag])
    return []


def _rank(asked: str, words: Sequence[str], tolerant: bool) -> int:
    """How well a word of the query fits the words of a language; 0 is best, 9 is not at all."""
    if tolerant:
        allowed = (len(asked) >= 4) + (len(asked) >= 7)
        return min((_errors(asked, word, allowed) for word in words[1:]), default=_NOWHERE)
    if asked == words[0] or asked in words[0].split("-"):
        return 0
    if asked in words:
        return 1
    if any(word.startswith(asked) for word in words):
        return 2
    long_enough = _speaks(asked)
    return 3 if long_enough and any(asked in word for word in words) else _NOWHERE


def _errors(asked: str, word: str, allowed: int) -> int:
    """Typing errors in the whole word or in its beginning; 9 when they are too many."""
    if not allowed:
        return _NOWHERE
    ends = {word, word[: len(asked)], word[: len(asked) + 1]}
    least = min(OSA.distance(asked, end, score_cutoff=allowed) for end in ends)
    return least if least <= allowed else _NOWHERE
