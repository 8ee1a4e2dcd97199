"""Translation memory: which of the texts that were translated before are like a text, and how like.

A database can't compare a text with a hundred thousand others, so each has a few keys, and those
that share one are compared. Keys are the smallest hashes of pieces of a text: two texts that share
most pieces share most of the smallest hashes, too (bottom-k sketches, Broder 1997). Pieces begin
with a word and run on into the next ones, which makes them rarer than pieces from anywhere, so
that few keys are enough; in scripts without spaces a piece begins with every sign.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from rapidfuzz.distance import Indel

from workflows.segments import plain
from workflows.sources.tagged import scan

KEPT = 6
"""Keys of a stored text, besides that of the whole."""
ASKED = 12
"""Keys that are looked for: twice as many find what has lost some of the smallest."""
MINIMUM = 70
"""Percent; below, correcting a text takes longer than writing it."""
SHOWN = 5
NEAR = MINIMUM / (200 - MINIMUM)
"""A shorter text than this share of the longer one can't be like it by ``MINIMUM``."""

_SHORT = 40
"""Up to so many signs a wrong letter counts, and pieces begin everywhere."""
_LONG_PIECE, _SHORT_PIECE, _DENSE_PIECE = 9, 3, 3
_DENSE = (
    "\u2e80-\u2fdf\u3001-\u30ff\u3100-\u312f\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_BEGIN = re.compile(f"[{_DENSE}]|(?<![^\\W{_DENSE}])[^\\W{_DENSE}]")
_WORD = re.compile(rb"[a-z0-9_]+")
_DENSE_SIGN = re.compile(f"[{_DENSE}]")
_DIGIT = re.compile(r"\d")
# Point, comma, their Arabic twins, apostrophes, and the spaces that group digits.
_NUMBER = re.compile("[0-9]+(?:[.,\u066b\u066c'\u2019\u2009\u202f\u00a0][0-9]+)*")
_OTHER_CODES, _OTHER_NUMBERS = 2, 3
"""Percent that a difference takes away which no likeness of words shows."""


class Candidate(NamedTuple):
    """A stored pair of texts that may be like a query."""

    id: int
    """Larger for what was stored later."""
    source: str
    """Tagged text."""
    source_digest: str
    """Of the source with its links."""
    target: str
    """Tagged text."""
    approved: bool = True
    """Approved here; else it came with a file."""


@dataclass(frozen=True)
class Match:
    """A candidate that is like the query."""

    candidate: Candidate
    score: int
    """From ``MINIMUM`` to 100; 100 is the very same source, links included."""

    @property
    def exact(self) -> bool:
        """Whether its source is the very same, links included."""
        return self.score == 100


# --- Keys ----------------------------------------------------------------------------------------


def keys(text: str, source_language: str, target_language: str) -> tuple[int, ...]:
    """The keys of a stored tagged text: at most KEPT + 1 whole numbers of 32 bits, signed.

    The first is that of the whole text. They depend on the text and the two languages alone: the
    same in every process and in every version of Python that knows its letters. Case, white space,
    codes and the value of digits make no difference.
    """
    folded = _folded(text)
    return _keys(
        folded, _hashes(folded, _is_short(folded))[:KEPT], source_language, target_language
    )


def asked(text: str, source_language: str, target_language: str) -> tuple[int, ...]:
    """The keys by which what is like a tagged text is found: at most 2 x ASKED + 1.

    Short and long texts are cut into different pieces, so that a text in between asks for both.
    """
    folded = _folded(text)
    kinds = {_is_short(folded)}
    if NEAR * _SHORT <= len(folded) <= _SHORT / NEAR:
        kinds = {True, False}
    hashes = [each for kind in sorted(kinds) for each in _hashes(folded, kind)[:ASKED]]
    return _keys(folded, hashes, source_language, target_language)


def length(text: str) -> int:
    """Signs of a tagged text as texts are compared: without its codes, white space folded."""
    return len(_spaced(text))


def lengths(text: str) -> tuple[int, int]:
    """The least and the greatest ``length`` that something like this text has."""
    own = length(text)
    return int(NEAR * own), int(own / NEAR) + 1


def _keys(
    folded: str, hashes: Iterable[int], source_language: str, target_language: str
) -> tuple[int, ...]:
    languages = _pair(source_language, target_language)
    # A text of one word is its own only piece.
    found = dict.fromkeys((crc32(f"={folded}".encode()), *hashes))
    return tuple((each ^ languages) - (1 << 31) for each in found)


@lru_cache(maxsize=1024)
def _pair(source_language: str, target_language: str) -> int:
    return crc32(f"{source_language}>{target_language}".encode())


def _spaced(text: str) -> str:
    return " ".join(plain(text).split())


def _folded(text: str) -> str:
    """A text without what may differ between texts that say the same."""
    text = _spaced(text)
    # Of letters that have been assigned, neither normal form nor folded case ever change (UAX 15,
    # 3; UAX 31, 5), so that keys stored by an earlier Python are found by a later one.
    text = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return _DIGIT.sub("0", text.encode("utf-8", "replace").decode())


def _is_short(folded: str) -> bool:
    return len(folded) < _SHORT


def _hashes(folded: str, short: bool) -> list[int]:
    """The hashes of the pieces of a folded text, the smallest first."""
    if folded.isascii():
        # The same pieces as below, without encoding each.
        data = f" {folded} ".encode() if short else folded.encode()
        if short:
            return sorted({crc32(data[at : at + _SHORT_PIECE]) for at in range(len(data) - 2)})
        begins = [match.start() for match in _WORD.finditer(data)]
        return sorted({crc32(data[at : at + _LONG_PIECE]) for at in begins})
    return sorted({crc32(piece.encode()) for piece in _pieces(folded, short)})


def _pieces(folded: str, short: bool) -> Iterator[str]:
    if short and not _DENSE_SIGN.search(folded):
        framed = f" {folded} "
        yield from (framed[at : at + _SHORT_PIECE] for at in range(len(framed) - 2))
        return
    dense = _DENSE_PIECE - short
    for match in _BEGIN.finditer(folded):
        at = match.start()
        yield folded[at : at + (dense if _DENSE_SIGN.match(folded, at) else _LONG_PIECE)]


# --- Likeness ------------------------------------------------------------------------------------


def score(
    source: str, digest: str, other: str, other_digest: str, *, minimum: int = MINIMUM
) -> int:
    """How like two tagged sources are, in percent: a whole number from ``minimum`` up, else 0.

    100 is only for the very same source: equal digests, which cover text and links. All others
    are given the share of letters, signs and spaces that both have in the same order (twice those,
    by the lengths of both; codes left out, white space folded), rounded down and 99 at most; 3 less
    where their numbers differ and 2 less where their codes do, as neither shows in a long text.
    Symmetrical: score(a, b) is score(b, a).
    """
    return _Query(source, digest).score(other, other_digest, minimum)


class _Query:
    """A source to be compared with many."""

    def __init__(self, source: str, digest: str) -> None:
        self.digest = digest
        self.source = source
        self.text = _spaced(source)

    def score(self, other: str, other_digest: str, minimum: int) -> int:
        if other_digest == self.digest:
            return 100
        text = _spaced(other)
        share = Indel.normalized_similarity(self.text, text, score_cutoff=minimum / 100)
        # A float just below a whole number of percents is that number.
        found = min(99, int(100 * share + 1e-9))
        if found < minimum:
            return 0
        if self.text != text and _numbers(self.text) != _numbers(text):
            found -= _OTHER_NUMBERS
        if self.source != other and _codes(self.source) != _codes(other):
            found -= _OTHER_CODES
        return found if found >= minimum else 0


def _numbers(text: str) -> Counter[str]:
    if not _DIGIT.search(text):
        return Counter()
    if not text.isascii():
        # Digits of every script count as their value.
        text = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    return Counter(_NUMBER.findall(text))


def _codes(text: str) -> Counter[str]:
    return Counter(value for value, is_code, _start in scan(text) if is_code)


def rank(
    source: str,
    digest: str,
    candidates: Iterable[Candidate],
    *,
    without: str = "",
    minimum: int = MINIMUM,
    shown: int = SHOWN,
) -> list[Match]:
    """The candidates that are like a tagged source, best first, at most ``shown``.

    Of equal ones those approved here go first, then those stored later. A target that several
    have is offered once, with the best of them; the target ``without`` is not offered.
    """
    query = _Query(source, digest)
    found = [
        Match(candidate, points)
        for candidate in candidates
        if candidate.target != without
        and (points := query.score(candidate.source, candidate.source_digest, minimum))
    ]
    found.sort(key=lambda m: (-m.score, not m.candidate.approved, -m.candidate.id))
    best: dict[str, Match] = {}
    for match in found:
        best.setdefault(match.candidate.target, match)
    return list(best.values())[:shown]
