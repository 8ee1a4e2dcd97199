"""Terms and their translations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.models import Document, History, Term, TermTranslation
from app.queries.views import LanguageView
from workflows import glossary
from workflows.glossary import Finder, NoSuchTerm, Usage

TERM_ACTIONS = (
    "term.added",
    "term.changed",
    "term.translated",
    "term.removed",
    "term.imported",
)
MAX_NAMED = 10_000
"""Ids in one statement: SQLite takes no more than 32,766 values, PostgreSQL 65,535."""
_ORDER = tuple(Usage)
_TERM = (
    Term.id,
    Term.language,
    Term.text,
    Term.definition,
    Term.part_of_speech,
    Term.subject,
    Term.note,
    Term.case_sensitive,
    Term.untranslated,
)
_TRANSLATION = (
    TermTranslation.language.label("tag"),
    TermTranslation.text.label("said"),
    TermTranslation.usage,
    TermTranslation.note.label("said_note"),
)


def as_term(row: Term) -> glossary.Term:
    """A stored term with all its translations, as the core knows it."""
    found: dict[str, list[glossary.TermTranslation]] = {}
    for one in row.translations:
        found.setdefault(one.language, []).append(
            glossary.TermTranslation(one.text, Usage(one.usage), one.note)
        )
    return _term(row, found)


def _term(row: Any, found: Mapping[str, list[glossary.TermTranslation]]) -> glossary.Term:
    translations = {
        tag: tuple(sorted(several, key=lambda one: _ORDER.index(one.usage)))
        for tag, several in sorted(found.items())
    }
    return glossary.Term(
        language=row.language,
        text=row.text,
        definition=row.definition,
        part_of_speech=row.part_of_speech,
        subject=row.subject,
        note=row.note,
        case_sensitive=row.case_sensitive,
        untranslated=row.untranslated,
        translations=translations,
        id=row.id,
    )


def term(session: Session, term_id: int, *, lock: bool = False) -> Term:
    """A term that is not removed, with its translations; raises ``NoSuchTerm``.

    ``lock`` holds its row until the transaction ends, and reads anew.
    """
    statement = sa.select(Term).where(Term.id == term_id, Term.removed.is_(False))
    statement = statement.options(selectinload(Term.translations), joinedload(Term.changed_by))
    if lock:
        statement = statement.with_for_update(of=Term).execution_options(populate_existing=True)
    found = session.scalar(statement)
    if found is None:
        raise NoSuchTerm()
    return found


def find_term(session: Session, language: str, text: str) -> Term | None:
    """The term with exactly this text, also a removed one, locked."""
    return session.scalar(
        sa.select(Term)
        .where(Term.language == language, Term.text == text)
        .options(selectinload(Term.translations))
        .with_for_update(of=Term)
        .execution_options(populate_existing=True)
    )


def stored_terms(session: Session, language: str, *, lock: bool = False) -> Sequence[Term]:
    """All terms of a language with their translations, removed ones too; two statements."""
    statement = sa.select(Term).where(Term.language == language).order_by(Term.id)
    statement = statement.options(selectinload(Term.translations))
    if lock:
        statement = statement.with_for_update(of=Term).execution_options(populate_existing=True)
    return session.scalars(statement).all()


def terms(
    session: Session,
    language: str,
    tags: Collection[str] | None = None,
    ids: Collection[int] | None = None,
) -> list[glossary.Term]:
    """The terms of a language, sorted by text, with translations into ``tags`` (None: into all).

    ``ids`` leaves only those; one statement, whatever there is.
    """
    wanted = sa.and_(
        TermTranslation.term_id == Term.id,
        sa.true() if tags is None else TermTranslation.language.in_(tags),
    )
    statement = sa.select(*_TERM, *_TRANSLATION).outerjoin(TermTranslation, wanted)
    statement = statement.where(Term.language == language, Term.removed.is_(False))
    if ids is not None and len(ids) <= MAX_NAMED:
        statement = statement.where(Term.id.in_(ids))
    rows: dict[int, Any] = {}
    found: dict[int, dict[str, list[glossary.TermTranslation]]] = {}
    for row in session.execute(statement.order_by(Term.id, TermTranslation.id)):
        if ids is not None and row.id not in ids:
            continue
        rows[row.id] = row
        by_tag = found.setdefault(row.id, {})
        if row.tag is not None:
            one = glossary.TermTranslation(row.said, Usage(row.usage), row.said_note)
            by_tag.setdefault(row.tag, []).append(one)
    all_of_them = [_term(rows[id_], found[id_]) for id_ in rows]
    return sorted(all_of_them, key=lambda one: (one.text.casefold(), one.text))


def finders(
    session: Session, texts: Mapping[str, Iterable[str]], tags: Collection[str]
) -> dict[str, Finder]:
    """For each source language of ``texts`` a finder of all terms that can be in these texts, with
    their translations into ``tags``. Two statements a language, however many terms and texts."""
    made: dict[str, Finder] = {}
    for language, several in texts.items():
        heads = sa.select(Term.id, Term.text).where(
            Term.language == language, Term.removed.is_(False)
        )
        known = [(id_, text) for id_, text in session.execute(heads)]
        ids = glossary.likely(several, known, language)
        made[language] = Finder(terms(session, language, tags, ids), language)
    return made


def finder(session: Session, view: LanguageView, texts: Iterable[str]) -> Finder:
    """A finder of the terms in source texts of a document, with their translations into the
    language of ``view``; two statements."""
    language = view.document.source_language
    return finders(session, {language: texts}, [view.language])[language]


def glossary_languages(session: Session) -> list[str]:
    """The languages that documents are written in, or that there are terms of, sorted."""
    rows = session.scalars(sa.union(sa.select(Document.source_language), sa.select(Term.language)))
    return sorted(rows)


def glossary_history(session: Session, tags: Collection[str], limit: int) -> Sequence[History]:
    """What was done lately to terms of these languages, or to translations into them."""
    return session.scalars(
        sa.select(History)
        .where(History.action.in_(TERM_ACTIONS), History.language.in_(tags))
        .order_by(History.id.desc())
        .limit(limit)
        .options(joinedload(History.actor))
    ).all()
