"""Terms -> bytes of a TBX-Basic file, byte-stable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workflows.catalogs.model import TBX_VERSIONS
from workflows.catalogs.tbx.marks import (
    CASE_SENSITIVE,
    DOCTYPE_2,
    SPACE_3,
    STATUS,
    TOOL,
    UNTRANSLATED,
    XCS_2,
)
from workflows.catalogs.xmlfile import Out
from workflows.glossary import Term, TermTranslation, checked_term


@dataclass(frozen=True)
class _Names:
    """The elements of one version."""

    root: str
    header: str
    entry: str
    language: str
    term: str


_NAMES = {
    "2": _Names("martif", "martifHeader", "termEntry", "langSet", "tig"),
    "3": _Names("tbx", "tbxHeader", "conceptEntry", "langSec", "termSec"),
}


def write_tbx(
    terms: Sequence[Term], *, language: str, title: str = "Glossary", version: str = "2"
) -> bytes:
    """A TBX-Basic file in UTF-8 with the terms of ``language``, in the order given.

    Translations are written by language tag, each with its status; the same terms make the same
    bytes. Raises what ``checked_term`` raises for a term that could not be stored either, and
    ValueError for an unknown version or a term of another language.
    """
    if version not in TBX_VERSIONS or any(term.language != language for term in terms):
        raise ValueError("a version of TBX_VERSIONS, and terms of one language")
    names = _NAMES[version]
    out = Out()
    root = {"type": "TBX-Basic", "xml:lang": language}
    if version == "2":
        out.raw(DOCTYPE_2)
    else:
        root |= {"style": "dca", "xmlns": SPACE_3}
    with out.block(names.root, root):
        _header(out, names, title, version)
        with out.block("text"), out.block("body"):
            for term in terms:
                _entry(out, names, checked_term(term))
    return out.finished()


def _header(out: Out, names: _Names, title: str, version: str) -> None:
    with out.block(names.header):
        with out.block("fileDesc"):
            with out.block("titleStmt"):
                out.leaf("title", {}, title)
            with out.block("sourceDesc"):
                out.leaf("p", {}, TOOL)
        if version == "2":
            with out.block("encodingDesc"):
                out.leaf("p", {"type": "XCSURI"}, XCS_2)


def _entry(out: Out, names: _Names, term: Term) -> None:
    with out.block(names.entry, {"id": f"t{term.id}"} if term.id else None):
        if term.subject:
            out.leaf("descrip", {"type": "subjectField"}, term.subject)
        for flag, words in (
            (term.case_sensitive, CASE_SENSITIVE),
            (term.untranslated, UNTRANSLATED),
        ):
            if flag:
                out.leaf("note", {}, words)
        if term.note:
            out.leaf("note", {}, term.note)
        with out.block(names.language, {"xml:lang": term.language}):
            if term.definition:
                out.leaf("descrip", {"type": "definition"}, term.definition)
            with out.block(names.term):
                out.leaf("term", {}, term.text)
                if term.part_of_speech:
                    out.leaf("termNote", {"type": "partOfSpeech"}, term.part_of_speech)
        for tag, translations in sorted(term.translations.items()):
            with out.block(names.language, {"xml:lang": tag}):
                for one in translations:
                    _translation(out, names, one)


def _translation(out: Out, names: _Names, one: TermTranslation) -> None:
    with out.block(names.term):
        out.leaf("term", {}, one.text)
        out.leaf("termNote", {"type": "administrativeStatus"}, STATUS[one.usage])
        if one.note:
            out.leaf("note", {}, one.note)
