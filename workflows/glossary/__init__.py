"""The glossary: defined terms and how they are translated.

``find`` says where terms stand in a text, ``check`` what a translation makes of them, ``merge``
what an import would change; nothing here does anything.
"""

from workflows.glossary.checking import check, found_in
from workflows.glossary.finding import Finder, Occurrence, Piece, find, likely, pieces
from workflows.glossary.merging import Faulty, Known, Ours, Row, Verdict, merge, state_of
from workflows.glossary.model import (
    MAX_TERM,
    MAX_TRANSLATIONS,
    Term,
    TermTranslation,
    Usage,
    checked_term,
    checked_translations,
    cleaned,
)
from workflows.glossary.reasons import (
    DuplicateTerm,
    DuplicateTranslation,
    ForbiddenUsed,
    GlossaryText,
    GlossaryTextTooLong,
    NoSuchTerm,
    NoTermText,
    TermChanged,
    TermExists,
    TermMissing,
    TermsOwnLanguage,
    TooManyTranslations,
)

__all__ = [
    "MAX_TERM",
    "MAX_TRANSLATIONS",
    "DuplicateTerm",
    "DuplicateTranslation",
    "Faulty",
    "Finder",
    "ForbiddenUsed",
    "GlossaryText",
    "GlossaryTextTooLong",
    "Known",
    "NoSuchTerm",
    "NoTermText",
    "Occurrence",
    "Ours",
    "Piece",
    "Row",
    "Term",
    "TermChanged",
    "TermExists",
    "TermMissing",
    "TermTranslation",
    "TermsOwnLanguage",
    "TooManyTranslations",
    "Usage",
    "Verdict",
    "check",
    "checked_term",
    "checked_translations",
    "cleaned",
    "find",
    "found_in",
    "likely",
    "merge",
    "pieces",
    "state_of",
]
