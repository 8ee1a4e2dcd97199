"""What changed between two texts, word by word; and which parts of a text are inline codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Indel

# Scripts written without spaces are compared sign by sign: a "word" would be a whole sentence.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_CODE = r"(?<!\\)</?(?:strong|em|code|a[1-9][0-9]*)>|(?<!\\)<br[1-9][0-9]*/>|\{[a-z_][a-z0-9_]*\}"
_CODES = re.compile(f"({_CODE})")
# Vowel signs and accents, which are no letters to the pattern, stay in their word.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u0900-\u0903\u093a-\u094f\u200c\u200d"
)
_WORD = f"[^\\W{_UNSPACED}](?:[^\\W{_UNSPACED}]|[{_MARKS}])*"
_TOKENS = re.compile(f"{_CODE}|[{_UNSPACED}]|{_WORD}|\\s+|[^\\w\\s]")


_LETTERS = re.compile(f"[{_UNSPACED}]|{_WORD}")


def tokens(text: str) -> list[str]:
    """The words of a text in order, without its codes, white space and punctuation."""
    return _LETTERS.findall(_CODES.sub(" ", text))


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A run of text with one fate."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Mark:
    """A run of text that is an inline code (or a placeholder), or that is not."""

    code: bool
    text: str


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """The shortest way from ``old`` to ``new`` in words, codes and signs.

    Leaving the new pieces out gives ``old``, leaving the gone ones out gives ``new``.
    """
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    pieces: list[Piece] = []
    gone: list[str] = []
    added: list[str] = []
    for step in Indel.opcodes(before, after):
        old_words = before[step.src_start : step.src_end]
        if step.tag == "equal":
            _flush(pieces, gone, added)
            pieces.append(Piece(Kind.SAME, "".join(old_words)))
        else:
            gone += old_words
            added += after[step.dest_start : step.dest_end]
    _flush(pieces, gone, added)
    return tuple(pieces)


def _flush(pieces: list[Piece], gone: list[str], new: list[str]) -> None:
    """Write down one change, what is gone first, and begin the next."""
    for kind, tokens in ((Kind.GONE, gone), (Kind.NEW, new)):
        if tokens:
            pieces.append(Piece(kind, "".join(tokens)))
            tokens.clear()


def marked(text: str) -> tuple[Mark, ...]:
    """The text cut into codes and what stands between them; joined again it is the text."""
    return tuple(
        Mark(index % 2 == 1, part) for index, part in enumerate(_CODES.split(text)) if part
    )
