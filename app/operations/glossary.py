"""The glossary: add, change, translate, remove and import terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import fence, queries
from app.database import Busy
from app.models import History, Term, TermTranslation
from app.operations.act import Act, counted
from workflows import catalogs, glossary
from workflows.catalogs import Glossary
from workflows.glossary import (
    Known,
    Ours,
    Row,
    TermExists,
    TermsOwnLanguage,
    Verdict,
    checked_term,
    checked_translations,
)
from workflows.problems import NotPermitted, Problem, VersionConflict
from workflows.review import Role


def may_write(act: Act, language: str) -> bool:
    """Whether the actor may write terms of this language, or translations into it."""
    return bool(act.actor.roles_in(language) & {Role.EDITOR, Role.ADMINISTRATOR})


def require_writer(act: Act, language: str) -> None:
    """Raise ``UnknownLanguage``, or ``NotPermitted`` to all but editors of the language and
    administrators."""
    act.require_language(language)
    act.require_role(language, Role.EDITOR, Role.ADMINISTRATOR)


def add_term(act: Act, term: glossary.Term) -> Term:
    """Add a term with its translations; one that was removed comes back.

    Raises ``TermExists`` and what ``glossary.checked_term`` raises; whoever gives translations
    must be an editor of their languages.
    """
    for language in (term.language, *term.translations):
        require_writer(act, language)
    term = checked_term(term)
    row = queries.find_term(act.session, term.language, term.text)
    if row is None:
        row = _new(act, term)
    elif not row.removed:
        raise TermExists(term=term.text)
    _say(act, row, term)
    for language in {one.language for one in row.translations} | set(term.translations):
        _translate(row, language, term.translations.get(language, ()))
    act.session.flush()
    act.record("term.added", language=term.language, after=_facts(row, whole=True))
    return row


def change_term(act: Act, term_id: int, term: glossary.Term, *, version: int) -> Term:
    """Change what a term says itself, its text included; its translations stay.

    Raises ``NoSuchTerm``, ``VersionConflict``, ``TermExists`` and what ``glossary.checked_term``
    raises.
    """
    row = _held(act, term_id, lambda row: row.language, version)
    term = checked_term(replace(term, language=row.language, translations={}))
    if term.text != row.text:
        twin = queries.find_term(act.session, row.language, term.text)
        if twin is not None and not twin.removed:
            raise TermExists(term=term.text)
        if twin is not None:
            # Its name is taken by another term now; the history keeps it.
            act.session.delete(twin)
            act.session.flush()
    elif term.said() == queries.as_term(row).said():
        return row
    before = _facts(row)
    try:
        with act.session.begin_nested():
            _say(act, row, term)
    except IntegrityError as error:
        # Another transaction gave its name to another term meanwhile.
        raise TermExists(term=term.text) from error
    act.record("term.changed", language=row.language, before=before, after=_facts(row))
    return row


def translate_term(
    act: Act,
    term_id: int,
    language: str,
    translations: Iterable[glossary.TermTranslation],
    *,
    version: int,
) -> Term:
    """Make these the translations of a term into a language; without any it has none.

    Raises ``NoSuchTerm``, ``VersionConflict`` and what ``glossary.checked_translations`` raises.
    """
    row = _held(act, term_id, lambda _row: language, version)
    if language == row.language:
        raise TermsOwnLanguage(language=language)
    wanted = checked_translations(translations)
    if wanted == queries.as_term(row).translations.get(language, ()):
        return row
    before = _facts(row, language)
    _translate(row, language, wanted)
    _touch(act, row)
    act.session.flush()
    act.record("term.translated", language=language, before=before, after=_facts(row, language))
    return row


def remove_term(act: Act, term_id: int, *, version: int) -> Term:
    """Take a term out of the glossary; the history keeps all of it."""
    row = _held(act, term_id, lambda row: row.language, version)
    before = _facts(row, whole=True)
    row.removed = True
    _touch(act, row)
    act.session.flush()
    act.record("term.removed", language=row.language, before=before)
    return row


def _held(act: Act, term_id: int, language: Callable[[Term], str], version: int) -> Term:
    row = queries.term(act.session, term_id, lock=True)
    require_writer(act, language(row))
    if row.version != version:
        raise VersionConflict()
    return row


def _new(act: Act, term: glossary.Term) -> Term:
    row = _row(act, term)
    if not act.add(row):
        raise TermExists(term=term.text)
    return row


def _row(act: Act, term: glossary.Term) -> Term:
    return Term(
        language=term.language,
        text=term.text,
        imported={},
        removed=False,
        version=0,
        translations=[],
        changed_at=act.now,
        **_said(term),
    )


def _said(term: glossary.Term) -> dict[str, Any]:
    return {
        "definition": term.definition,
        "part_of_speech": term.part_of_speech,
        "subject": term.subject,
        "note": term.note,
        "case_sensitive": term.case_sensitive,
        "untranslated": term.untranslated,
    }


def _say(act: Act, row: Term, term: glossary.Term) -> None:
    row.text = term.text
    row.removed = False
    for name, value in _said(term).items():
        setattr(row, name, value)
    _touch(act, row)


def _touch(act: Act, row: Term) -> None:
    row.changed_by_id, row.changed_at = act.actor.user_id, act.now
    row.version += 1


def _translate(row: Term, language: str, wanted: Sequence[glossary.TermTranslation]) -> None:
    # Rows of texts that stay are kept: a text stands once for each term and language.
    here = {one.text: one for one in row.translations if one.language == language}
    for text in set(here) - {one.text for one in wanted}:
        row.translations.remove(here[text])
    for one in wanted:
        kept = here.get(one.text)
        if kept is None:
            kept = TermTranslation(language=language, text=one.text, usage="", note="")
            row.translations.append(kept)
        kept.usage, kept.note = one.usage, one.note


def _facts(row: Term, language: str = "", *, whole: bool = False) -> dict[str, Any]:
    """What history keeps of a term: itself, its translations into a language, or all."""
    term = queries.as_term(row)
    facts: dict[str, Any] = {"term": row.id, "text": row.text}
    if whole or not language:
        facts |= _said(term)
    if whole or language:
        facts["translations"] = {
            tag: [[one.text, one.usage, one.note] for one in several]
            for tag, several in term.translations.items()
            if whole or tag == language
        }
    return facts


@dataclass(frozen=True)
class GlossaryImport:
    """What importing a glossary did, or would do, row by row."""

    language: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    """Of the file as a whole; those of a row stand in it."""
    theirs: bool
    """Whether the file is right where both sides changed something."""
    applied: int

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each verdict; every verdict is there."""
        return counted((row.verdict for row in self.rows), Verdict)

    def takes(self, row: Row) -> bool:
        """Whether theirs takes the place of ours."""
        if row.verdict is Verdict.CONFLICT:
            return self.theirs
        return row.verdict in (Verdict.NEW, Verdict.CHANGED)


def read_glossary(act: Act, language: str, data: bytes) -> Glossary:
    """The terms of a language in a TBX file, a large one read in a process with limits.

    Raises ``UnknownLanguage``, ``NotPermitted`` for whoever may write no term, and what
    ``catalogs.read_tbx`` and ``fence.read`` raise.
    """
    act.require_language(language)
    if not any(may_write(act, tag) for tag in act.rules.languages):
        raise NotPermitted(role=Role.EDITOR, language=language)
    return fence.read(
        catalogs.read_tbx,
        data,
        source=language,
        languages=act.rules.languages,
        limits=act.rules.limits,
    )


def import_glossary(
    act: Act,
    language: str,
    file: bytes | Glossary,
    *,
    theirs: bool = False,
    dry_run: bool = False,
) -> GlossaryImport:
    """Merge a TBX file into the terms of a language.

    ``file`` is what ``read_glossary`` made of it, best before the transaction, or its bytes.
    What people wrote, changed or removed here since the last import stays as it is (``theirs``
    takes the file's side); nothing is ever taken away, and what the actor has no role for is a
    problem of its row. Raises what ``read_glossary`` raises.
    """
    read = read_glossary(act, language, file) if isinstance(file, bytes) else file
    stored = queries.stored_terms(act.session, language, lock=not dry_run)
    rows = glossary.merge([_ours(row) for row in stored], read.terms, read.faulty)
    rows = _permitted(act, language, rows)
    report = GlossaryImport(language, tuple(rows), read.problems, theirs, 0)
    if dry_run:
        return report
    return replace(report, applied=_apply(act, report, {row.text: row for row in stored}))


def _ours(row: Term) -> Ours:
    known = {tag: Known(*digests) for tag, digests in row.imported.items()}
    return Ours(queries.as_term(row), row.removed, known)


def _permitted(act: Act, language: str, rows: Sequence[Row]) -> list[Row]:
    """The rows, those with something to take that the actor may not write made problems."""
    allowed = {tag: may_write(act, tag) for tag in act.rules.languages}
    found = []
    for row in rows:
        # Whoever may not add a term can't add its translations either.
        tags = [row.language or language] + [language] * (row.ours is None)
        wanted = next((tag for tag in tags if not allowed[tag]), None)
        if wanted and row.verdict not in (Verdict.SAME, Verdict.PROBLEM):
            problem = NotPermitted(role=Role.EDITOR, language=wanted)
            row = replace(row, verdict=Verdict.PROBLEM, problems=(*row.problems, problem))
        found.append(row)
    return found


def _apply(act: Act, report: GlossaryImport, stored: dict[str, Term]) -> int:
    facts: list[dict[str, Any]] = []
    taken = [(row, row.theirs) for row in report.rows if row.theirs and report.takes(row)]
    _add_all(act, {row.term: theirs for row, theirs in taken if row.term not in stored}, stored)
    for row, theirs in taken:
        here = stored[row.term]
        language = row.language or report.language
        before = _facts(here, row.language) if row.ours else None
        if here.removed:
            # It comes back as the file has it.
            here.translations.clear()
            act.session.flush()
        if row.language:
            _translate(here, row.language, theirs.translations[row.language])
            _touch(act, here)
        else:
            _say(act, here, theirs)
        here.imported = {**here.imported, row.language: [row.known.file, row.known.stored]}
        after = _facts(here, row.language)
        facts.append(act.fact("term.imported", language=language, before=before, after=after))
    act.session.flush()
    if facts:
        act.session.execute(sa.insert(History), facts)
    return len(facts)


def _add_all(act: Act, new: dict[str, glossary.Term], stored: dict[str, Term]) -> None:
    """Add rows for new terms, all at once; raises ``Busy`` when somebody adds one of them now."""
    rows = {text: _row(act, term) for text, term in new.items()}
    try:
        with act.session.begin_nested():
            act.session.add_all(rows.values())
    except IntegrityError as error:
        raise Busy from error
    stored.update(rows)
