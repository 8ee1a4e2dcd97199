"""Texts as the glossary compares them: words, with their places in the tagged text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from workflows.sources.tagged import scan

# Scripts written without blanks: each sign is a word of its own, so that a term is found anywhere.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff"
)
# Vowel signs, accents and joiners, which are no letters to the pattern, stay in their word.
_MARKS = (
    "\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u200c\u200d"
)
_WORD = f"[^\\W{_UNSPACED}](?:[^\\W{_UNSPACED}]|[{_MARKS}])*"
_TOKEN = re.compile(f"[{_UNSPACED}]|{_WORD}|\\S")
# Written or not, they change no word: points and signs of vowels in Hebrew and Arabic, the
# lengthening stroke, soft hyphens and joiners.
_DROPPED = re.compile(
    "[\u00ad\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u0652\u200c\u200d]"
)
_SIGNS = str.maketrans({"\u2019": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-"})


def alike(text: str) -> str:
    """Text in the one spelling in which words are compared; its case and white space stay."""
    return _DROPPED.sub("", unicodedata.normalize("NFC", text)).translate(_SIGNS)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a sign of a script without blanks, or any other sign."""

    folded: str
    """To be compared whatever the case."""
    exact: str
    """To be compared when the case counts."""
    start: int
    """0-based place in the text."""
    end: int


def tokens(literal: str) -> Iterator[Token]:
    """The words and signs of literal text. Linear; raises nothing."""
    for found in _TOKEN.finditer(literal):
        exact = found[0]
        if not exact.isascii():
            exact = alike(exact)
        if exact:
            yield Token(exact.casefold(), exact, found.start(), found.end())


class Places:
    """Tagged text without its codes, and where each of its characters stands in it."""

    def __init__(self, text: str) -> None:
        self._at: list[int] = []
        """Where in ``literal`` a run begins that stands unchanged in the text."""
        self._in: list[int] = []
        """Where that run begins in the text."""
        parts: list[str] = []
        size = 0
        for value, is_code, start in scan(text):
            if is_code:
                # A word goes on behind a tag, not behind a line break or a value filled in.
                value = "" if not value.startswith(("<br", "{")) else _gap(value)
                self._run(size, start)
            else:
                self._literal(text, value, start, size)
            parts.append(value)
            size += len(value)
        self.literal = "".join(parts)

    def _run(self, at: int, start: int) -> None:
        self._at.append(at)
        self._in.append(start)

    def _literal(self, text: str, value: str, start: int, size: int) -> None:
        """Note the runs of a literal: backslashes in front of codes were left out of it."""
        self._run(size, start)
        if text.startswith(value, start):
            return
        here, there = 0, start
        while here < len(value):
            kept, written = _slashes(value, here), _slashes(text, there)
            if written != kept:
                self._run(size + here, there + written - kept)
            here, there = here + kept, there + written
            step = value.find("\\", here)
            escaped = text.find("\\", there)
            ahead = min(
                (step if step >= 0 else len(value)) - here,
                (escaped if escaped >= 0 else len(text)) - there,
            )
            here, there = here + max(ahead, 1), there + max(ahead, 1)

    def place(self, at: int) -> int:
        """Where the character ``at`` (0-based) of ``literal`` stands in the text."""
        run = bisect_right(self._at, at) - 1
        return self._in[run] + at - self._at[run]


def _gap(code: str) -> str:
    # A blank lets a term go on behind a break; a value in its place is no word of any term.
    return " " if code.startswith("<") else "\ufffc"


def _slashes(text: str, at: int) -> int:
    end = at
    while text.startswith("\\", end):
        end += 1
    return end - at
