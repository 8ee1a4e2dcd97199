"""Deciding the publication rule of a document, and publishing its languages together."""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access, operations, queries
from app.database import db, transaction
from app.operations.editorial import require_author
from app.workbench import languages, releasing, ruling
from app.workbench.blueprint import blueprint
from app.workbench.pages import load, problems_in, status_of, to
from workflows.languages import autonym
from workflows.problems import Nature, NotPermitted, Problem


@blueprint.post("/<slug>/rule")
def set_rule(slug: str) -> Response:
    """Decide how the document is published in its languages."""
    try:
        with transaction() as session:
            act = access.act(session)
            # Whoever may not decide isn't told what is wrong with the form.
            require_author(act, queries.document(session, slug))
            changes = ruling.changes_shown()
            operations.set_publication_rule(act, slug, ruling.asked(), changes_shown=changes)
    except Problem as problem:
        return _again(slug, problem)
    return _back(slug, gettext("The publication rule is set."))


@blueprint.post("/<slug>/publish-all")
def publish_all(slug: str) -> Response:
    """Publish every language that is begun, all in one act, or none of them."""
    try:
        with transaction() as session:
            rows = operations.publish_all(
                access.act(session),
                slug,
                effective_at=releasing.effective(),
                releases_shown=request.form.get("releases", type=int),
            )
            tags = [row.language for row in rows]
    except Problem as problem:
        return _again(slug, problem)
    names = ", ".join(autonym(tag) for tag in tags)
    return _back(slug, gettext("Published together: %(languages)s.", languages=names))


def _source(slug: str) -> str:
    return queries.document(db.session, slug).source_language


def _back(slug: str, message: str) -> Response:
    return to("language_page", message, slug=slug, language=_source(slug))


def _again(slug: str, problem: Problem) -> Response:
    """The page of the source with what was wrong on top."""
    if problem.nature is Nature.MISSING or isinstance(problem, NotPermitted):
        raise problem
    view = load(slug, _source(slug))
    for found in problems_in(problem):
        if found.place in access.rules().languages:
            found.place = autonym(found.place)
    return languages.render(view, problems_in(problem), status_of(problem))
