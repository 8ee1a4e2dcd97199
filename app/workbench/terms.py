"""The glossary: its list, one term, and the forms of those who may write there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access, operations, queries
from app.database import db, transaction
from app.models import Term as Stored
from app.operations import Act
from app.operations.glossary import may_write, require_writer
from app.workbench.blueprint import blueprint
from app.workbench.pages import status_of, to
from workflows import catalogs
from workflows.glossary import MAX_TRANSLATIONS, Term, TermTranslation, Usage, cleaned
from workflows.problems import Nature, Problem

GLOSSARY = "/glossary"
TERM = f"{GLOSSARY}/terms/<int(min=1, max=2147483647):term>"
ON_A_PAGE = 100
EMPTY_ROWS = 2
"""Fields for new translations, besides those there are."""
LATELY = 30
_PAGE_OF_ITS_OWN = (Nature.MISSING, Nature.FORBIDDEN)
"""Refusals after which there is no form to show again."""


@dataclass(frozen=True)
class Shown:
    """One page of the list."""

    source: str
    language: str
    sources: list[str]
    words: str
    """What is looked for."""
    terms: list[Term]
    count: int
    """Terms that fit, on all pages."""
    page: int
    pages: int
    may_add: bool


def reader() -> Act:
    """An act that only asks who may do what."""
    return access.act(db.session)


def _chosen(name: str, offered: list[str] | tuple[str, ...], fallback: str) -> str:
    asked = request.args.get(name, "")
    return asked if asked in offered else fallback


def shown(source: str = "") -> Shown:
    """The page of the list that the address asks for."""
    site = access.rules().languages
    sources = [tag for tag in queries.glossary_languages(db.session) if tag in site] or [site[0]]
    source = source or _chosen("source", site, sources[0])
    others = [tag for tag in site if tag != source]
    mine = [tag for tag in access.current_actor().languages() if tag in others]
    language = _chosen("language", others, next(iter([*mine, *others]), source))
    asked = cleaned(request.args.get("words", "")[:200])
    found = [
        term
        for term in queries.terms(db.session, source, [language])
        if asked.casefold() in _searched(term)
    ]
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return Shown(
        source=source,
        language=language,
        sources=sorted({*sources, source}),
        words=asked,
        terms=found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        count=len(found),
        page=page,
        pages=pages,
        may_add=may_write(reader(), source),
    )


def _searched(term: Term) -> str:
    texts = [one.text for several in term.translations.values() for one in several]
    return "\n".join([term.text, term.definition, *texts]).casefold()


def render_list(page: Shown, problem: Problem | None = None) -> Response:
    """The list as an answer; with a problem, what was typed is still in its form."""
    html = render_template(
        "workbench/glossary.html",
        shown=page,
        problems=[problem] if problem else [],
        typed=said(page.source),
        history=queries.glossary_history(db.session, [page.source, page.language], LATELY),
    )
    return Response(html, status_of(problem) if problem else 200, mimetype="text/html")


@blueprint.get(GLOSSARY)
def glossary_page() -> Response:
    """The terms of a source language with their translations into one other."""
    return render_list(shown())


@blueprint.get("/glossary.tbx")
def download_glossary() -> Response:
    """The terms of a language with all their translations, as TBX-Basic."""
    source = request.args.get("source", "")
    reader().require_language(source)
    data = catalogs.write_tbx(queries.terms(db.session, source), language=source)
    answer = Response(data, content_type="application/x-tbx; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="glossary.{source}.tbx"'
    return answer


@blueprint.post(f"{GLOSSARY}/<language>/terms")
def add_term(language: str) -> Response:
    """Add a term of the language; its translations follow on its page."""
    try:
        with transaction() as session:
            row = operations.add_term(access.act(session), said(language))
    except Problem as problem:
        if problem.nature in _PAGE_OF_ITS_OWN:
            raise
        return render_list(shown(language), problem)
    return to("term_page", gettext("Added. Now give its translations."), term=row.id)


def said(language: str) -> Term:
    """What the form says of a term itself."""
    form = request.form
    return Term(
        language=language,
        text=form.get("text", ""),
        definition=form.get("definition", ""),
        part_of_speech=form.get("part_of_speech", ""),
        subject=form.get("subject", ""),
        note=form.get("note", ""),
        case_sensitive="case_sensitive" in form,
        untranslated="untranslated" in form,
    )


@dataclass(frozen=True)
class Section:
    """The translations of a term into one language."""

    language: str
    translations: tuple[TermTranslation, ...]
    rows: tuple[TermTranslation, ...]
    """What stands in the fields; none for those who may only read."""
    open: bool = False
    """Something was typed here and could not be saved."""


def render_term(term_id: int, problem: Problem | None = None, where: str = "") -> Response:
    """The page of a term; with a problem, what was typed in the form ``where`` is still there."""
    row = queries.term(db.session, term_id)
    term, act = queries.as_term(row), reader()
    sections = [
        _section(term, tag, may=may_write(act, tag), typed=where == tag)
        for tag in access.rules().languages
        if tag != term.language
    ]
    # What somebody can change goes first.
    sections.sort(key=lambda section: not section.rows)
    values = term
    if problem and where == "term":
        values = said(term.language)
    html = render_template(
        "workbench/term.html",
        row=row,
        term=term,
        values=values,
        sections=sections,
        may_change=may_write(act, term.language),
        problems=[problem] if problem else [],
        usages=list(Usage),
    )
    return Response(html, status_of(problem) if problem else 200, mimetype="text/html")


def _section(term: Term, tag: str, *, may: bool, typed: bool) -> Section:
    here = term.translations.get(tag, ())
    rows: tuple[TermTranslation, ...] = ()
    if may:
        rows = tuple(typed_rows()) if typed else here
        empty = min(EMPTY_ROWS, max(0, MAX_TRANSLATIONS - len(rows)))
        # The first one is preferred unless somebody says otherwise.
        first = Usage.ADMITTED if rows else Usage.PREFERRED
        rows += (TermTranslation("", first), *(TermTranslation("", Usage.ADMITTED),) * (empty - 1))
    return Section(tag, here, rows, typed)


def typed_rows() -> list[TermTranslation]:
    """The translations in the form; lines without a text are left out."""
    form, found = request.form, []
    for number in range(MAX_TRANSLATIONS + EMPTY_ROWS):
        text, usage = form.get(f"text-{number}", ""), form.get(f"usage-{number}", "")
        if text.strip():
            known = Usage(usage) if usage in set(Usage) else Usage.ADMITTED
            found.append(TermTranslation(text, known, form.get(f"note-{number}", "")))
    return found


def write(term_id: int, where: str, message: str, verb: Callable[[Act, int], object]) -> Response:
    """Do one thing to a term, and show it again."""
    version = request.form.get("version", -1, type=int)
    try:
        with transaction() as session:
            verb(access.act(session), version)
    except Problem as problem:
        if problem.nature in _PAGE_OF_ITS_OWN:
            raise
        return render_term(term_id, problem, where)
    return to("term_page", message, term=term_id)


def of_its_language(act: Act, term_id: int) -> Stored:
    """The term; raises ``NotPermitted`` before anything of the form is looked at."""
    row = queries.term(act.session, term_id)
    require_writer(act, row.language)
    return row


@blueprint.get(TERM)
def term_page(term: int) -> Response:
    """One term, with its translations into every language."""
    return render_term(term)


@blueprint.post(TERM)
def change_term(term: int) -> Response:
    """Change what the term itself says."""

    def verb(act: Act, version: int) -> object:
        row = of_its_language(act, term)
        return operations.change_term(act, term, said(row.language), version=version)

    return write(term, "term", gettext("Saved."), verb)


@blueprint.post(f"{TERM}/<language>")
def translate_term(term: int, language: str) -> Response:
    """Say how the term is translated into a language."""

    def verb(act: Act, version: int) -> object:
        rows = typed_rows()
        return operations.translate_term(act, term, language, rows, version=version)

    return write(term, language, gettext("Saved."), verb)


@blueprint.post(f"{TERM}/remove")
def remove_term(term: int) -> Response:
    """Take the term out of the glossary."""
    version = request.form.get("version", -1, type=int)
    try:
        with transaction() as session:
            act = access.act(session)
            source = of_its_language(act, term).language
            operations.remove_term(act, term, version=version)
    except Problem as problem:
        if problem.nature in _PAGE_OF_ITS_OWN:
            raise
        return render_term(term, problem)
    return to("glossary_page", gettext("Removed; the history keeps it."), source=source)
