"""Catalogs: what leaves the house for translation tools and what comes back.

``write_po`` and ``read_po`` are twins over bytes, ``write_mo`` compiles, and ``merge`` says what an
import would do, segment by segment, without doing it. The words of gettext (msgid, msgstr,
msgctxt, fuzzy) stay inside this package: an `Entry` speaks of source, target, key and state, so
that other formats can use the same values.

The package knows no files, no clock and no database; the checks of inline codes are the caller's.
"""

from workflows.catalogs.compiled import write_mo
from workflows.catalogs.locales import locale_name, plural_forms
from workflows.catalogs.merging import merge
from workflows.catalogs.model import (
    Catalog,
    Entry,
    Header,
    Limits,
    Row,
    Unit,
    Verdict,
    short_digest,
    text_digest,
)
from workflows.catalogs.reading import read_po
from workflows.catalogs.reasons import (
    AlteredSources,
    AmbiguousSource,
    BrokenPo,
    CannotExport,
    CatalogNotUtf8,
    CatalogTooLarge,
    ConflictMarks,
    ControlCharacter,
    CutInEntry,
    DamagedHeader,
    DuplicateEntry,
    EmptyCatalog,
    EndMarkMissing,
    EntryTooLarge,
    FormsMismatch,
    LineBreaksMismatch,
    ManyEmptied,
    NotACatalog,
    OtherCharset,
    RepeatedKey,
    SourceMismatch,
    TooManyEntries,
    TooManyLines,
    Truncated,
    UnexpectedPlural,
    WrongLanguage,
)
from workflows.catalogs.writing import write_po

__all__ = [
    "AlteredSources",
    "AmbiguousSource",
    "BrokenPo",
    "CannotExport",
    "Catalog",
    "CatalogNotUtf8",
    "CatalogTooLarge",
    "ConflictMarks",
    "ControlCharacter",
    "CutInEntry",
    "DamagedHeader",
    "DuplicateEntry",
    "EmptyCatalog",
    "EndMarkMissing",
    "Entry",
    "EntryTooLarge",
    "FormsMismatch",
    "Header",
    "Limits",
    "LineBreaksMismatch",
    "ManyEmptied",
    "NotACatalog",
    "OtherCharset",
    "RepeatedKey",
    "Row",
    "SourceMismatch",
    "TooManyEntries",
    "TooManyLines",
    "Truncated",
    "UnexpectedPlural",
    "Unit",
    "Verdict",
    "WrongLanguage",
    "locale_name",
    "merge",
    "plural_forms",
    "read_po",
    "short_digest",
    "text_digest",
    "write_mo",
    "write_po",
]
