"""Catalogs: what leaves the house for translation tools and what comes back.

``write_po`` and ``read_po``, ``write_xliff`` and ``read_xliff``, ``write_tmx`` and ``read_tmx`` for
the memory, ``write_tbx`` and ``read_tbx`` for the glossary are twins over bytes, ``write_mo``
compiles, and ``merge`` says what an import would do, segment by segment, without doing it. The
words of gettext (msgid, msgstr, msgctxt, fuzzy) and of XLIFF stay inside this package: an `Entry`
speaks of source, target, key and state, so that all formats use the same values. A memory has no
segments, so that TMX has values of its own: a `Pair`.

The package knows no files, no clock and no database; the checks of inline codes are the caller's.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from workflows.catalogs.compiled import write_mo
from workflows.catalogs.decoding import is_xml
from workflows.catalogs.locales import locale_name, plural_forms
from workflows.catalogs.merging import merge
from workflows.catalogs.model import (
    TBX_VERSIONS,
    XLIFF_VERSIONS,
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
    BrokenXml,
    CannotExport,
    CatalogNotUtf8,
    CatalogTooComplex,
    CatalogTooDeep,
    CatalogTooLarge,
    CodesLeftOut,
    ConflictMarks,
    ControlCharacter,
    CutInEntry,
    DamagedHeader,
    DetailsLeftOut,
    DoctypeInCatalog,
    DuplicateEntry,
    EmptyCatalog,
    EmptyMemory,
    EndMarkMissing,
    EntryTooLarge,
    FormsMismatch,
    LanguageLeftOut,
    LineBreaksMismatch,
    ManyEmptied,
    MemoryTooLarge,
    NoLanguage,
    NoSourceText,
    NotACatalog,
    NoTargetText,
    NoTermInLanguage,
    NotTbx,
    NotTmx,
    NotXliff,
    OtherCharset,
    RepeatedKey,
    SourceMismatch,
    SourceNotHere,
    SourceNotSaid,
    TermsLeftOut,
    TooManyEntries,
    TooManyLines,
    TooManyPairs,
    Truncated,
    UnexpectedPlural,
    UnknownCode,
    WrongLanguage,
)
from workflows.catalogs.writing import write_po

if TYPE_CHECKING:
    from workflows.catalogs.tbx import Glossary, read_tbx, write_tbx
    from workflows.catalogs.tmx import Memory, Pair, read_tmx, write_tmx
    from workflows.catalogs.xliff import read_xliff, write_xliff

__all__ = [
    "FORMATS",
    "TBX_VERSIONS",
    "XLIFF_VERSIONS",
    "AlteredSources",
    "AmbiguousSource",
    "BrokenPo",
    "BrokenXml",
    "CannotExport",
    "Catalog",
    "CatalogNotUtf8",
    "CatalogTooComplex",
    "CatalogTooDeep",
    "CatalogTooLarge",
    "CodesLeftOut",
    "ConflictMarks",
    "ControlCharacter",
    "CutInEntry",
    "DamagedHeader",
    "DetailsLeftOut",
    "DoctypeInCatalog",
    "DuplicateEntry",
    "EmptyCatalog",
    "EmptyMemory",
    "EndMarkMissing",
    "Entry",
    "EntryTooLarge",
    "FormsMismatch",
    "Glossary",
    "Header",
    "LanguageLeftOut",
    "Limits",
    "LineBreaksMismatch",
    "ManyEmptied",
    "Memory",
    "MemoryTooLarge",
    "NoLanguage",
    "NoSourceText",
    "NoTargetText",
    "NoTermInLanguage",
    "NotACatalog",
    "NotTbx",
    "NotTmx",
    "NotXliff",
    "OtherCharset",
    "Pair",
    "RepeatedKey",
    "Row",
    "SourceMismatch",
    "SourceNotHere",
    "SourceNotSaid",
    "TermsLeftOut",
    "TooManyEntries",
    "TooManyLines",
    "TooManyPairs",
    "Truncated",
    "UnexpectedPlural",
    "Unit",
    "UnknownCode",
    "Verdict",
    "WrongLanguage",
    "is_xml",
    "locale_name",
    "merge",
    "plural_forms",
    "read_catalog",
    "read_po",
    "read_tbx",
    "read_tmx",
    "read_xliff",
    "short_digest",
    "text_digest",
    "write_catalog",
    "write_mo",
    "write_po",
    "write_tbx",
    "write_tmx",
    "write_xliff",
]

FORMATS = {"po": ".po", **{f"xliff-{version}": ".xlf" for version in XLIFF_VERSIONS}}
"""The formats of catalogs, with the ending of their files."""

_XML = {
    "tbx": ("Glossary", "read_tbx", "write_tbx"),
    "tmx": ("Memory", "Pair", "read_tmx", "write_tmx"),
    "xliff": ("read_xliff", "write_xliff"),
}
"""What is loaded when somebody asks for it, by package: these formats bring half of the house
along, and a process that reads one PO file would wait for that longer than for the file."""

if not TYPE_CHECKING:  # A checker would take any name for one of ours.

    def __getattr__(name: str) -> object:
        for package, names in _XML.items():
            if name in names:
                return getattr(import_module(f"{__name__}.{package}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def write_catalog(header: Header, entries: Sequence[Entry], form: str = "po") -> bytes:
    """The catalog as a file in one of FORMATS; takes and raises what ``write_po`` and
    ``write_xliff`` do, and ValueError for another format."""
    if form == "po":
        return write_po(header, entries)
    from workflows.catalogs.xliff import write_xliff

    return write_xliff(header, entries, form.removeprefix("xliff-"))


def read_catalog(
    data: bytes, *, language: str, partial: bool = False, limits: Limits | None = None
) -> Catalog:
    """The catalog in a file: XLIFF when it begins like XML, else PO; its name is not asked.

    Takes and raises what ``read_xliff`` and ``read_po`` do.
    """
    if not is_xml(data):
        return read_po(data, language=language, partial=partial, limits=limits)
    from workflows.catalogs.xliff import read_xliff

    return read_xliff(data, language=language, partial=partial, limits=limits)
