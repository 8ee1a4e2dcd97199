"""Why a term is refused, and what a translation does to terms. The latter is always advice."""

from __future__ import annotations

from typing import ClassVar

from workflows.problems import N_, Nature, Problem


class NoTermText(Problem):
    code: ClassVar[str] = "no-term-text"
    what: ClassVar[str] = N_("The term, or one of its translations, has no text.")
    mend: ClassVar[str] = N_("Write it, or leave the whole line out.")


class GlossaryTextTooLong(Problem):
    """``field`` is the English name of what is too long: for logs and tests."""

    code: ClassVar[str] = "glossary-text-too-long"
    what: ClassVar[str] = N_("A text of the glossary has more than {limit} characters.")
    mend: ClassVar[str] = N_("Shorten it.")


class GlossaryText(Problem):
    """``character`` is written U+XXXX."""

    code: ClassVar[str] = "glossary-text"
    what: ClassVar[str] = N_("A text of the glossary holds the invisible character {character}.")
    mend: ClassVar[str] = N_("Delete it, or type that part of the text again.")


class DuplicateTranslation(Problem):
    code: ClassVar[str] = "duplicate-translation"
    what: ClassVar[str] = N_("The translation “{text}” is given twice.")
    mend: ClassVar[str] = N_("Keep it once, as preferred, admitted or forbidden.")


class TooManyTranslations(Problem):
    code: ClassVar[str] = "too-many-translations"
    what: ClassVar[str] = N_("A term has at most {limit} translations in one language.")
    mend: ClassVar[str] = N_("Keep those that people need.")


class DuplicateTerm(Problem):
    """``first`` and ``second`` are line numbers."""

    code: ClassVar[str] = "duplicate-term"
    what: ClassVar[str] = N_("The term “{term}” stands in line {first} and in line {second}.")
    mend: ClassVar[str] = N_("Make one entry of the two; the first one is read.")


class NoSuchTerm(Problem):
    code: ClassVar[str] = "no-such-term"
    nature: ClassVar[Nature] = Nature.MISSING
    what: ClassVar[str] = N_("The glossary has no such term now.")
    mend: ClassVar[str] = N_("It may have been removed: look it up in the glossary.")


class TermExists(Problem):
    code: ClassVar[str] = "term-exists"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("The glossary has the term “{term}” already.")
    mend: ClassVar[str] = N_("Change that one.")


class TermsOwnLanguage(Problem):
    code: ClassVar[str] = "term-own-language"
    what: ClassVar[str] = N_("{language} is the language of the term itself.")
    mend: ClassVar[str] = N_("Give translations into other languages.")


class TermMissing(Problem):
    """``wanted`` are the preferred and admitted translations."""

    code: ClassVar[str] = "term-missing"
    blocking: ClassVar[bool] = False
    what: ClassVar[str] = N_("The glossary translates “{term}” as {wanted}; it is not here.")
    mend: ClassVar[str] = N_("Use it, unless the sentence wants another word.")


class ForbiddenUsed(Problem):
    """``used`` is the forbidden translation, ``wanted`` what to use in its place, or "–"."""

    code: ClassVar[str] = "term-forbidden"
    blocking: ClassVar[bool] = False
    what: ClassVar[str] = N_("The glossary forbids “{used}” for “{term}”.")
    mend: ClassVar[str] = N_("Use instead: {wanted}")


class TermChanged(Problem):
    code: ClassVar[str] = "term-changed"
    blocking: ClassVar[bool] = False
    what: ClassVar[str] = N_("“{term}” is not to be translated, and is not here as it is written.")
    mend: ClassVar[str] = N_("Write it as the source does.")
