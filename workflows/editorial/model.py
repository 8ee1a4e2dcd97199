"""What the guard compares, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workflows.sources import Link


class Kind(StrEnum):
    """What a change touches; the values are stored and exported, so they never change."""

    NEGATION = "negation"
    MODAL = "modal"
    SCOPE = "scope"
    """Words that widen or narrow a rule: all, only, at least, before, and, or, "/"."""
    NUMBER = "number"
    """Digits, number words, percentages, and signs of arithmetic."""
    AMOUNT = "amount"
    DURATION = "duration"
    DATE = "date"
    PARTY = "party"
    DEFINED_TERM = "defined-term"
    LABEL = "label"
    """The number of a heading or a list item, and labels within the text: "(a)", "§"."""
    LINK = "link"
    EMAIL = "email"
    CODE = "code"
    """A placeholder, or what stands in ``<code>``."""
    LANGUAGE = "language"
    """There is no list of words for the language."""
    TOO_MUCH = "too-much"
    """Other words came, went, moved, or were replaced by other words."""


@dataclass(frozen=True)
class Version:
    """A source segment as it was or as it is to be."""

    text: str
    """Tagged text."""
    links: tuple[Link, ...] = ()
    label: str = ""
    """The number of a heading as written ("2.1")."""
    list_label: str = ""
    """The number or letter of a list item ("3", "b")."""


@dataclass(frozen=True)
class Finding:
    """One reason why a change is not editorial; ``before`` or ``after`` may be "", never both.

    The texts are literal, not tagged. For LANGUAGE ``before`` is the language tag.
    """

    kind: Kind
    before: str
    after: str


@dataclass(frozen=True)
class Known:
    """What the rest of a document tells about the words of one of its segments.

    Words as they are written, and pairs of neighbouring words ("data base"); see ``Usage``.
    """

    terms: frozenset[str] = frozenset()
    """Defined terms."""
    parties: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    """Keys of words that are names or terms where they are capitalised."""
    vocabulary: frozenset[str] = frozenset()
    """What stands in other segments, and did before the edit."""
    elsewhere: frozenset[str] = frozenset()
    """What stands in other segments, or did before the edit, beyond the vocabulary."""


NOTHING = Known()
