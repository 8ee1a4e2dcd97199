"""Bytes of a TBX file -> terms. Nothing in the file is believed beyond what is read here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from workflows.catalogs.locales import agrees
from workflows.catalogs.model import Limits
from workflows.catalogs.reasons import (
    DetailsLeftOut,
    EmptyCatalog,
    NoTermInLanguage,
    NotTbx,
    TermsLeftOut,
    TooManyEntries,
    place,
)
from workflows.catalogs.tbx.marks import CASE_SENSITIVE, UNTRANSLATED
from workflows.catalogs.xmlfile import Node, read_xml
from workflows.glossary import (
    DuplicateTerm,
    Faulty,
    Term,
    TermTranslation,
    Usage,
    checked_term,
    checked_translations,
    cleaned,
)
from workflows.problems import Problem

_ROOTS = ("martif", "tbx")
_ENTRIES = ("termEntry", "conceptEntry")
_LANGUAGES = ("langSet", "langSec")
_TERMS = ("tig", "ntig", "termSec")
_GROUPS = ("descripGrp", "termNoteGrp", "termGrp", "adminGrp", "transacGrp", "xrefGrp", "refGrp")
_TYPED = ("descrip", "termNote", "admin", "xref", "ref", "transac", "descripNote", "adminNote")
_NAMED = 20
"""Languages, and kinds of details, that are named when they are left out."""
# By the beginning of the value, in lower case; tools write more than the picklist of TBX has.
_STATUS = {
    "preferred": Usage.PREFERRED,
    "admitted": Usage.ADMITTED,
    "standardized": Usage.ADMITTED,
    "deprecated": Usage.FORBIDDEN,
    "superseded": Usage.FORBIDDEN,
    "forbidden": Usage.FORBIDDEN,
    "obsolete": Usage.FORBIDDEN,
}


_DOCTYPES = tuple(root.encode() for root in _ROOTS)
"""Of versions 2 and 3: files of both declare a document type that names a file of theirs."""


@dataclass(frozen=True)
class Glossary:
    """A file that was read."""

    terms: tuple[Term, ...]
    """In file order, each text once, as ``checked_term`` gives them."""
    faulty: tuple[Faulty, ...]
    """Entries, and languages of entries, that can't be taken."""
    problems: tuple[Problem, ...]
    """Of the file as a whole."""


def read_tbx(
    data: bytes, *, source: str, languages: Sequence[str], limits: Limits | None = None
) -> Glossary:
    """The glossary in ``data``, a TBX file of version 2 or 3 in UTF-8: terms of the language
    ``source``, with their translations into ``languages``.

    Synonyms in the source language become terms of their own with the same translations; those
    that the file calls deprecated are left out. Of translations without a status the first is
    preferred and the others are admitted. A document type that declares nothing is let pass and
    never followed.

    Raises NotTbx, TooManyEntries, and what ``read_xml`` raises. In ``Glossary.problems``:
    EmptyCatalog, TermsLeftOut and DetailsLeftOut; in ``Glossary.faulty``: NoTermInLanguage,
    DuplicateTerm, and what ``checked_term`` raises.
    """
    reader = _Reader(source, tuple(tag for tag in languages if tag != source), limits or Limits())
    root = read_xml(data, _ENTRIES, reader.take, reader.limits, doctypes=_DOCTYPES)
    reader.see(root)
    return reader.finished()


@dataclass
class _Said:
    """What is said of an entry, a language or a term."""

    kinds: dict[str, list[str]] = field(default_factory=dict)
    """Texts by kind, as TBX calls it."""

    def first(self, kind: str) -> str:
        return next(iter(self.kinds.get(kind, ())), "")

    def notes(self) -> str:
        return "\n".join(self.kinds.get("note", ()))


@dataclass
class _Reader:
    source: str
    targets: tuple[str, ...]
    limits: Limits
    terms: dict[str, Term] = field(default_factory=dict)
    faulty: list[Faulty] = field(default_factory=list)
    count: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    seen: bool = False

    def see(self, root: Node) -> None:
        """Look at the root, once: whether it is TBX."""
        if not self.seen and root.name not in _ROOTS:
            raise NotTbx(place(root.line), found=root.name[:60])
        self.seen = True

    def take(self, node: Node, around: tuple[Node, ...]) -> None:
        """Read one entry."""
        self.see(around[0] if around else node)
        self.count += 1
        if self.count > self.limits.entries:
            raise TooManyEntries(place(node.line), limit=self.limits.entries)
        entry = self._said(node, ("definition", "subjectField", "note", "Translation needed"))
        sources: list[tuple[str, _Said]] = []
        translations: dict[str, list[tuple[str, _Said]]] = {}
        own = _Said()
        for section in node.all(*_LANGUAGES):
            declared = section.attributes.get("lang", "")
            if agrees(declared, self.source, exact=False):
                # There may be two: en-US and en-GB are one language here.
                for kind, texts in self._said(section, ("definition", "note")).kinds.items():
                    own.kinds.setdefault(kind, []).extend(texts)
                sources += self._terms(section, ("definition", "partOfSpeech", "note"))
            elif tag := self._target(declared):
                about = self._said(section, ("note",))
                found = self._terms(section, ("note",))
                if found and about.kinds:
                    first = found[0][1].kinds
                    first["note"] = about.kinds["note"] + first.get("note", [])
                translations.setdefault(tag, []).extend(found)
            else:
                self.languages[cleaned(declared)[:40] or "–"] += 1
        self._store(node.line, entry, own, sources, translations)

    def _target(self, declared: str) -> str:
        """The language of ours that a tag of the file names; an exact one goes first."""
        for exact in (True, False):
            for tag in self.targets:
                if declared and agrees(declared, tag, exact=exact):
                    return tag
        return ""

    def _terms(self, section: Node, kinds: Sequence[str]) -> list[tuple[str, _Said]]:
        found = []
        for node in section.all(*_TERMS):
            holder = node.first("termGrp") or node
            term = holder.first("term")
            text = cleaned(term.text()) if term else ""
            said = self._said(node, (*kinds, "administrativeStatus"))
            if text:
                found.append((text, said))
        return found

    def _said(self, node: Node, kinds: Sequence[str]) -> _Said:
        """What stands directly in an element; what is none of ``kinds`` is counted."""
        said = _Said()
        for kind, text in _details(node):
            if kind in kinds:
                said.kinds.setdefault(kind, []).append(text)
            else:
                self.left_out[kind] += 1
        return said

    def _store(
        self,
        line: int,
        entry: _Said,
        own: _Said,
        sources: Sequence[tuple[str, _Said]],
        translations: dict[str, list[tuple[str, _Said]]],
    ) -> None:
        live = [one for one in sources if _usage(one[1]) is not Usage.FORBIDDEN]
        self.left_out["deprecatedTerm-admn-sts"] += len(sources) - len(live)
        if not live:
            if not sources:
                found = NoTermInLanguage(place(line), language=self.source)
                self.faulty.append(Faulty("", "", line, found))
            return
        notes = [*entry.kinds.get("note", ()), *own.kinds.get("note", ())]
        flags = {CASE_SENSITIVE, UNTRANSLATED}
        kept = [note for note in notes if note not in flags]
        needed = entry.first("Translation needed").casefold()
        # Each language by itself: one that is faulty doesn't take the others along.
        good = {
            tag: checked
            for tag, found in translations.items()
            if (checked := self._translations(live[0][0], tag, line, found))
        }
        for text, said in live:
            definition = said.first("definition") or own.first("definition")
            term = Term(
                language=self.source,
                text=text,
                definition=definition or entry.first("definition"),
                part_of_speech=said.first("partOfSpeech"),
                subject=entry.first("subjectField"),
                note="\n".join([*kept, *said.kinds.get("note", ())]),
                case_sensitive=CASE_SENSITIVE in notes,
                untranslated=UNTRANSLATED in notes or needed == "no",
                translations=good,
                line=line,
            )
            try:
                self._keep(checked_term(term))
            except Problem as problem:
                self._fault(text, "", line, problem)

    def _keep(self, term: Term) -> None:
        first = self.terms.setdefault(term.text, term)
        if first is not term:
            raise DuplicateTerm(term=term.text, first=first.line, second=term.line)

    def _translations(
        self, term: str, tag: str, line: int, found: Sequence[tuple[str, _Said]]
    ) -> tuple[TermTranslation, ...]:
        usages = [_usage(said) for _text, said in found]
        first = Usage.ADMITTED if Usage.PREFERRED in usages else Usage.PREFERRED
        kept: dict[str, TermTranslation] = {}
        for (text, said), usage in zip(found, usages, strict=True):
            # The same word twice, as for two regions that are one language here: once is enough.
            if text not in kept:
                kept[text] = TermTranslation(text, usage or first, said.notes())
                first = Usage.ADMITTED if usage is None else first
        try:
            return checked_translations(kept.values())
        except Problem as problem:
            self._fault(term, tag, line, problem)
            return ()

    def _fault(self, term: str, tag: str, line: int, problem: Problem) -> None:
        named = _placed(problem, place(line))
        self.faulty.append(Faulty(term[:60], tag, line, named))

    def finished(self) -> Glossary:
        """All that was read."""
        problems: list[Problem] = []
        if not self.count:
            problems.append(EmptyCatalog())
        problems += [
            TermsLeftOut(language=language, count=count)
            for language, count in self.languages.most_common(_NAMED)
        ]
        problems += [
            DetailsLeftOut(kind=kind[:60], count=count)
            for kind, count in self.left_out.most_common(_NAMED)
            if count
        ]
        return Glossary(tuple(self.terms.values()), tuple(self.faulty), tuple(problems))


def _placed(problem: Problem, where: str) -> Problem:
    return type(problem)(where, **problem.details)


def _usage(said: _Said) -> Usage | None:
    status = said.first("administrativeStatus").casefold()
    return next((usage for name, usage in _STATUS.items() if status.startswith(name)), None)


def _details(node: Node) -> Iterator[tuple[str, str]]:
    """Kind and text of what is said in an element, its languages and terms left aside.

    The kind is the value of ``type`` (DCA), or the name of an element of another namespace (DCT).
    """
    for child in node.children:
        if isinstance(child, str) or child.name in (*_LANGUAGES, *_TERMS, "term"):
            continue
        if child.name in _GROUPS:
            yield from _details(child)
            continue
        kind = child.name
        if child.name == "descrip":
            # Some tools write the definition without saying that it is one.
            kind = child.attributes.get("type", "definition")
        elif child.name in _TYPED:
            kind = child.attributes.get("type", child.name)
        text = "\n".join(cleaned(line) for line in child.text().strip().splitlines())
        if text:
            yield kind, text
