"""Why a catalog is refused, or what is said about it. Each class is one reason.

Blocking problems are raised (the whole file is refused) or stand beside one entry, which is then
not applied; the others are advice in ``Catalog.problems``.
"""

from __future__ import annotations

from workflows.problems import N_, Problem


def place(line: int) -> str:
    return f"line {line}"


def quoted(line: str) -> str:
    """The start of a line for a message."""
    return line if len(line) <= 60 else f"{line[:59]}…"


class CatalogTooLarge(Problem):
    """``size`` and ``limit`` are bytes."""

    code = "catalog-too-large"
    what = N_("The catalog has {size} bytes; at most {limit} are read.")
    mend = N_("Upload the catalog of one document at a time.")


class TooManyLines(Problem):
    code = "catalog-too-many-lines"
    what = N_("The catalog has {count} lines; at most {limit} are read.")
    mend = N_("Upload the catalog of one document at a time, without empty lines in great number.")


class TooManyEntries(Problem):
    code = "catalog-too-many-entries"
    what = N_("The catalog has more than {limit} entries.")
    mend = N_("Upload the catalog of one document at a time.")


class EntryTooLarge(Problem):
    code = "catalog-entry-too-large"
    what = N_("This entry is longer than {limit} bytes.")
    mend = N_("Shorten its translation or its comments; a segment is one paragraph.")


class CatalogNotUtf8(Problem):
    """``charset`` is the declared one or a guess from the first bytes, ``command`` converts."""

    code = "catalog-not-utf8"
    what = N_("The catalog is not written in UTF-8 (it looks like {charset}).")
    mend = N_("Save it as UTF-8, or convert it: {command}")


class OtherCharset(Problem):
    code = "catalog-other-charset"
    what = N_("The header says the catalog is written in {charset}; only UTF-8 is read.")
    # Converting what is UTF-8 already would spoil its letters.
    mend = N_(
        "If its letters are right when it is opened as UTF-8, write charset=UTF-8 in the header; "
        "if not, convert it: msgconv --to-code=UTF-8 -o new.po old.po"
    )


class NotACatalog(Problem):
    """``kind`` names what the first bytes belong to: gzip, ZIP, MO, XML."""

    code = "catalog-other-format"
    what = N_("This is not a PO catalog but a {kind} file.")
    mend = N_("Unpack or convert it to PO and upload that.")


class ControlCharacter(Problem):
    """``character`` is written U+XXXX."""

    code = "catalog-control-character"
    what = N_("There is a control character ({character}) in the text.")
    mend = N_("Delete it; only line breaks and tabs may stand in a text.")


class ConflictMarks(Problem):
    code = "catalog-conflict-marks"
    what = N_("There is a mark of an unfinished merge: {mark}")
    mend = N_("Finish the merge in your version control, then upload the catalog again.")


class BrokenPo(Problem):
    """``found`` quotes the start of what could not be read."""

    code = "catalog-broken"
    what = N_("The catalog can't be read here: {found}")
    mend = N_("Mend the line (msgfmt -c shows the same place) and upload the catalog again.")


class Truncated(Problem):
    """``expected`` and ``found`` count entries; equal when the cut goes through one."""

    code = "catalog-truncated"
    what = N_("The catalog is cut short: it should have {expected} entries and has {found}.")
    mend = N_("Save or download it again; if entries were left out on purpose, say so.")


class CutInEntry(Problem):
    code = "catalog-cut-in-entry"
    what = N_("The catalog ends in the middle of an entry.")
    mend = N_("Save or download it again.")


class WrongLanguage(Problem):
    code = "catalog-wrong-language"
    what = N_("The catalog says it is in {found}; {expected} is expected.")
    mend = N_("Upload it under its own language, or correct the Language line of its header.")


class BrokenXml(Problem):
    """``found`` is what the parser says, in English."""

    code = "catalog-broken-xml"
    what = N_("The file is no well-formed XML from here on ({found}).")
    mend = N_("Save or export it again in your tool; a cut file ends like this, too.")


class DoctypeInCatalog(Problem):
    code = "catalog-doctype"
    what = N_("The file has a document type declaration (DOCTYPE).")
    mend = N_("Delete the declaration; nothing that it could define is needed here.")


class CatalogTooDeep(Problem):
    code = "catalog-too-deep"
    what = N_("Elements stand in each other more than {limit} levels deep.")
    mend = N_("Export the file again in your tool.")


class CatalogTooComplex(Problem):
    code = "catalog-too-complex"
    what = N_("The file has more than {limit} elements outside of its texts.")
    mend = N_("Export the file again in your tool, one document at a time.")


class NotXliff(Problem):
    """``found`` is the name of the root element and its version."""

    code = "catalog-not-xliff"
    what = N_("This XML file is no XLIFF of version 1.2 or 2: it begins with {found}.")
    mend = N_("Export the translation as XLIFF or PO.")


class NotTmx(Problem):
    """``found`` is the name of the root element and its version."""

    code = "catalog-not-tmx"
    what = N_("This is no translation memory in TMX 1: it begins with {found}.")
    mend = N_("Export the memory as TMX 1.4.")


class MemoryTooLarge(Problem):
    """``size`` and ``limit`` are bytes."""

    code = "catalog-memory-too-large"
    what = N_("The memory has {size} bytes; at most {limit} are read.")
    mend = N_("Export it from your tool in parts.")


class TooManyPairs(Problem):
    code = "catalog-too-many-pairs"
    what = N_("The memory has more than {limit} pairs of texts.")
    mend = N_("Export it from your tool in parts.")


class EmptyMemory(Problem):
    code = "catalog-empty-memory"
    what = N_("There is not one pair of texts in the memory that can be taken.")
    mend = N_("Check which languages are in it.")


class SourceNotSaid(Problem):
    code = "catalog-source-not-said"
    what = N_("The memory does not say which of its languages the source is.")
    mend = N_("Name it: --source-language en")


class SourceNotHere(Problem):
    """``found`` is the file's source language."""

    code = "catalog-source-not-here"
    what = N_("The source language of the memory, {found}, is not a language of this site.")
    mend = N_("If another language in it is the source, name it: --source-language en")


class LanguageLeftOut(Problem):
    """``count`` texts in ``found`` were not read."""

    code = "catalog-language-left-out"
    what = N_("{count} texts in {found} were left out.")
    mend = N_("Only languages of this site are taken in which you are translator or editor.")
    blocking = False


class NoSourceText(Problem):
    """``language`` is the source language."""

    code = "catalog-no-source-text"
    what = N_("The entry has no text in {language}, the language of the source.")
    mend = N_("Complete it in your tool, or name another source language.")


class NoLanguage(Problem):
    code = "catalog-no-language"
    what = N_("A text of the entry does not say which language it is in.")
    mend = N_("Give its tuv element an xml:lang.")


class NoTargetText(Problem):
    code = "catalog-no-target-text"
    what = N_("The entry has an empty text in {language}.")
    mend = N_("Complete it in your tool; nothing is lost here.")


class CodesLeftOut(Problem):
    """``found`` names the codes as the file has them."""

    code = "catalog-codes-left-out"
    what = N_("Codes of another program were left out of the text: {found}")
    mend = N_("Check the text for what they stood for when it is offered to you.")
    blocking = False


class NotTbx(Problem):
    """``found`` is the name of the root element."""

    code = "catalog-not-tbx"
    what = N_("This XML file is no TBX of version 2 or 3: it begins with {found}.")
    mend = N_("Export the glossary as TBX (TBX-Basic).")


class NoTermInLanguage(Problem):
    code = "catalog-no-term"
    what = N_("The entry has no term in {language}.")
    mend = N_("Give it one, or import the file for the language its terms are in.")


class TermsLeftOut(Problem):
    """Those of a whole language."""

    code = "catalog-terms-left-out"
    what = N_("The language {language} of {count} entries is none of this site's; it is left out.")
    mend = N_("If it should be one, add it to PANEL_LANGUAGES and import the file again.")
    blocking = False


class DetailsLeftOut(Problem):
    """``kind`` is what the file calls it."""

    code = "catalog-details-left-out"
    what = N_("What {count} entries say as “{kind}” has no place in the glossary; it is left out.")
    mend = N_("Write into a note or the definition what people need.")
    blocking = False


class UnknownCode(Problem):
    code = "catalog-unknown-code"
    what = N_("The translation has an inline code that its source doesn't have: {found}")
    mend = N_("Use only the codes of the source text, each as often as there.")


class EmptyCatalog(Problem):
    code = "catalog-empty"
    what = N_("There is not one entry in the catalog.")
    mend = N_("Download the catalog again and upload it when it has translations.")


class DuplicateEntry(Problem):
    """``first`` and ``second`` are line numbers."""

    code = "catalog-duplicate-entry"
    what = N_("The same entry stands in line {first} and in line {second}.")
    mend = N_("Delete one of the two.")


class RepeatedKey(Problem):
    code = "catalog-repeated-key"
    what = N_("The catalog has two different translations for this segment (lines {lines}).")
    mend = N_("Keep the right one and delete the other.")


class DamagedHeader(Problem):
    code = "catalog-damaged-header"
    what = N_("The header line {field} can't be understood: {found}")
    mend = N_("It is left aside; texts are compared more cautiously without it.")
    blocking = False


class EndMarkMissing(Problem):
    code = "catalog-end-mark-missing"
    what = N_("The mark at the end of the catalog is gone; a translation tool may have removed it.")
    mend = N_("Check that the last entry is complete.")
    blocking = False


class AlteredSources(Problem):
    code = "catalog-altered-sources"
    what = N_("Keys or source texts in the catalog are not those that were exported.")
    mend = N_("Entries with another source text are not applied; each is named.")
    blocking = False


class FormsMismatch(Problem):
    code = "catalog-plural-forms"
    what = N_("The entry has {found} plural forms; the language has {expected}.")
    mend = N_("Give one translation for each plural form.")
    blocking = False


class LineBreaksMismatch(Problem):
    code = "catalog-line-breaks"
    what = N_("Source and translation do not begin or end with a line break alike.")
    mend = N_("Begin and end the translation as the source text does.")
    blocking = False


class UnexpectedPlural(Problem):
    code = "catalog-unexpected-plural"
    what = N_("The entry has plural forms, but its segment has one text only.")
    mend = N_("Use the entry as it was exported.")


class SourceMismatch(Problem):
    code = "catalog-source-mismatch"
    what = N_("The source text of this entry is not, and never was, the text of its segment.")
    mend = N_("Restore the source text from a fresh download; only translations are read.")


class AmbiguousSource(Problem):
    code = "catalog-ambiguous-source"
    what = N_("The entry has no key and its source text stands in {count} places.")
    mend = N_("Use the catalog as it was exported: its msgctxt tells the places apart.")


class ManyEmptied(Problem):
    code = "catalog-many-emptied"
    what = N_("The file has no text for {count} of the {total} segments that have one here.")
    mend = N_(
        "Check that it is the right file. If it is, confirm with the number {count}: "
        "the texts here stay, and the rest is taken."
    )


class CannotExport(Problem):
    """What PO can't carry. ``reason`` is a fixed English word for logs and tests."""

    code = "catalog-cannot-export"
    what = N_("This text can't be written into a PO catalog ({reason}).")
    mend = N_("Correct the text of the segment.")
