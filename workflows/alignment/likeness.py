"""How alike two texts are, and which texts are worth comparing at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from itertools import pairwise

from rapidfuzz.distance import Indel, LCSseq

from workflows.alignment.words import tokens

SHORT = 8
"""Up to so many words a letter counts: one wrong letter must not make a heading another one."""
FEW_WORDS = 3
MAX_POSTINGS = 24
"""A feature that more texts share tells nothing."""
MAX_CANDIDATES = 8


class Words:
    """Texts as strings with one sign for each word, so that words compare as fast as letters."""

    def __init__(self) -> None:
        self._signs: dict[str, str] = {}

    def encode(self, text: str) -> str:
        """The words of a text, white space and punctuation left out."""
        return "".join(map(self._sign, tokens(text)))

    def _sign(self, word: str) -> str:
        sign = self._signs.get(word)
        if sign is None:
            # Past the surrogates; past the last sign there is, words share the signs again.
            number = len(self._signs) % 0x10_0000
            sign = self._signs[word] = chr(number if number < 0xD800 else number + 0x800)
        return sign


def likeness(old: str, new: str, old_words: str, new_words: str) -> float:
    """From 0 to 1: twice the words both have in the same order, by the words of both.

    Of short texts the letters count too, less what unrelated texts have in common by chance.
    """
    by_words = Indel.normalized_similarity(old_words, new_words) if old_words else 0.0
    if min(len(old_words), len(new_words)) > SHORT:
        return by_words
    by_letters = 2 * Indel.normalized_similarity(old, new) - 1
    return max(by_words, by_letters)


def containment(part: str, whole: str) -> float:
    """The share of the words of ``part`` that ``whole`` has in the same order."""
    return LCSseq.similarity(part, whole) / len(part) if part else 0.0


class Postings:
    """Which of some texts share something rare with another text: words, or pairs of words.

    Of texts of a word or two, in which one wrong letter leaves no word in common, three letters in
    a row count, too.
    """

    def __init__(self, texts: Mapping[int, str], words: Mapping[int, str]) -> None:
        self._postings: dict[str, list[int]] = defaultdict(list)
        for number, encoded in words.items():
            for feature in _features(texts[number], encoded):
                self._postings[feature].append(number)

    def near(self, text: str, words: str) -> list[int]:
        """The numbers of the texts that share most, at most MAX_CANDIDATES; best first."""
        votes: dict[int, float] = defaultdict(float)
        for feature in _features(text, words):
            found = self._postings.get(feature, ())
            if 0 < len(found) <= MAX_POSTINGS:
                weight = 1 / len(found)
                for number in found:
                    votes[number] += weight
        best = sorted(votes, key=lambda number: (-votes[number], number))
        return best[:MAX_CANDIDATES]


def _features(text: str, words: str) -> Collection[str]:
    features = {first + second for first, second in pairwise(words)} | set(words)
    if len(words) <= FEW_WORDS:
        letters = f" {' '.join(tokens(text))} "
        features.update(letters[at : at + 3] for at in range(len(letters) - 2))
    return features
