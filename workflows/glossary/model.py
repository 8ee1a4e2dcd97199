"""A term, its definition, and how it is translated."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from workflows.glossary.reasons import (
    DuplicateTranslation,
    GlossaryText,
    GlossaryTextTooLong,
    NoTermText,
    TooManyTranslations,
)

MAX_TERM = 200
"""Characters of a term or a translation."""
MAX_WORDS = 80
"""Characters of a part of speech, or of a subject."""
MAX_PROSE = 2_000
"""Characters of a definition or a note."""
MAX_TRANSLATIONS = 20
"""Translations of one term in one language."""


class Usage(StrEnum):
    """Whether a translation is the one to use."""

    PREFERRED = "preferred"
    ADMITTED = "admitted"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class TermTranslation:
    """One way to say a term in another language."""

    text: str
    """Literal text, no codes."""
    usage: Usage = Usage.PREFERRED
    note: str = ""


@dataclass(frozen=True)
class Term:
    """A defined term of a source language."""

    language: str
    """Language tag of the term."""
    text: str
    """Literal text, no codes; what tells one term of a language from another."""
    definition: str = ""
    part_of_speech: str = ""
    """As TBX has it: ``noun``, ``verb``, …; "" when nobody said."""
    subject: str = ""
    """The field it belongs to, in words; "" when nobody said."""
    note: str = ""
    case_sensitive: bool = False
    """Only this very spelling is the term: "Service" and not "service"."""
    untranslated: bool = False
    """It stays as it is in every language."""
    translations: Mapping[str, tuple[TermTranslation, ...]] = field(default_factory=dict)
    """By language tag; the preferred ones first."""
    id: int = 0
    """Of the stored term; 0 elsewhere. It is no part of what the term says."""
    line: int = 0
    """1-based line in the file read; 0 elsewhere."""

    def said(self) -> tuple[str | bool, ...]:
        """What the term itself says, its translations left out: to be compared."""
        return (
            self.definition,
            self.part_of_speech,
            self.subject,
            self.note,
            self.case_sensitive,
            self.untranslated,
        )


_ORDER = tuple(Usage)


def cleaned(text: str) -> str:
    """A text of the glossary as it is kept: NFC, one blank for any white space, none around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _prose(text: str) -> str:
    """Like ``cleaned``, with its lines kept."""
    return "\n".join(cleaned(line) for line in text.strip().splitlines()).strip()


def _check(name: str, text: str, limit: int) -> None:
    text = text.strip()
    # As it is kept: composed, some letters become two or three, and the column has an end.
    if max(len(text), len(_prose(text))) > limit:
        raise GlossaryTextTooLong(field=name, limit=limit)
    for sign in text:
        if (not sign.isascii() or not sign.isprintable()) and _invisible(sign):
            raise GlossaryText(character=f"U+{ord(sign):04X}")


def _invisible(sign: str) -> bool:
    # Direction marks and joiners are written in words; isolates and overrides turn a page around.
    kind = unicodedata.category(sign)
    if kind == "Cf":
        return sign not in "\u00ad\u061c\u200c\u200d\u200e\u200f"
    if kind == "Cc":
        return sign not in "\t\n\r"
    return kind in ("Cs", "Zl", "Zp") or sign in "\ufffe\uffff"


def _visible(text: str) -> bool:
    # Of joiners and direction marks alone nobody could see the term, nor open it.
    return any(unicodedata.category(sign) not in ("Cf", "Zs") for sign in text)


def checked_translations(found: Iterable[TermTranslation]) -> tuple[TermTranslation, ...]:
    """The translations into one language as they are kept, the preferred ones first.

    Raises NoTermText, GlossaryTextTooLong, GlossaryText, DuplicateTranslation and
    TooManyTranslations.
    """
    kept: dict[str, TermTranslation] = {}
    for one in found:
        # Before the white space is folded: some of these characters count as such.
        for name, text, limit in (
            ("translation", one.text, MAX_TERM), ("note", one.note, MAX_PROSE),
        ):  # fmt: skip
            _check(name, text, limit)
        text = cleaned(one.text)
        if not _visible(text):
            raise NoTermText()
        if text in kept:
            raise DuplicateTranslation(text=text)
        kept[text] = TermTranslation(text, Usage(one.usage), _prose(one.note))
        if len(kept) > MAX_TRANSLATIONS:
            raise TooManyTranslations(limit=MAX_TRANSLATIONS)
    return tuple(sorted(kept.values(), key=lambda one: _ORDER.index(one.usage)))


def checked_term(term: Term) -> Term:
    """The term as it is kept, with its translations.

    Raises what ``checked_translations`` raises.
    """
    for name, text, limit in (
        ("term", term.text, MAX_TERM),
        ("definition", term.definition, MAX_PROSE),
        ("part of speech", term.part_of_speech, MAX_WORDS),
        ("subject", term.subject, MAX_WORDS),
        ("note", term.note, MAX_PROSE),
    ):
        _check(name, text, limit)
    text = cleaned(term.text)
    if not _visible(text):
        raise NoTermText()
    translations = {
        tag: kept
        for tag, found in sorted(term.translations.items())
        if (kept := checked_translations(found))
    }
    return replace(
        term,
        text=text,
        definition=_prose(term.definition),
        part_of_speech=cleaned(term.part_of_speech),
        subject=cleaned(term.subject),
        note=_prose(term.note),
        translations=translations,
    )
