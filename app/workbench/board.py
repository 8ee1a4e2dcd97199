"""The first page: what is there, how far it is, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request

from app import access, queries
from app.database import db
from app.operations import Actor
from app.queries import LanguageView, UnitView
from app.workbench import filters
from app.workbench.blueprint import blueprint
from app.workbench.changes import waiting_claims
from app.workbench.review import Waiting, waiting
from workflows import segments
from workflows.review import Role

MAX_ID = 2**31 - 1


@dataclass(frozen=True)
class Left:
    """What is left to translate in one of a person's languages."""

    tag: str
    segments: int
    words: int
    view: LanguageView
    first: UnitView


def board() -> list[LanguageView]:
    """Every document in every language of the site."""
    documents = queries.documents(db.session)
    return queries.board(db.session, documents, access.rules().languages)


def left(views: list[LanguageView], actor: Actor) -> list[Left]:
    """Where a translator goes on: for each of their languages the first open segment.

    What visitors read already goes before what was never published.
    """
    found = []
    views = sorted(views, key=lambda view: view.live is None)
    for tag in actor.languages(Role.TRANSLATOR, Role.EDITOR):
        work = [
            (view, unit)
            for view in views
            if view.language == tag and not view.is_source
            for unit in filters.chosen(view, filters.Show.TODO)
        ]
        if work:
            view, unit = work[0]
            words = sum(segments.words(unit.text) for _view, unit in work)
            found.append(Left(tag, len(work), words, view, unit))
    return found


@blueprint.get("/")
def board_page() -> str:
    """Documents x languages, and the person's own next steps."""
    actor = access.current_actor()
    views = board()
    queue: list[Waiting] = waiting(views, actor)
    rows = _by_document(views)
    return render_template(
        "workbench/board.html",
        rows=rows,
        rules={views[0].document.id: queries.rule_of(views[0].document) for views in rows},
        left=left(views, actor),
        waiting=[item for item in queue if not item.own],
        own=[item for item in queue if item.own],
        claims=waiting_claims([views[0].document for views in rows]),
    )


def _by_document(views: list[LanguageView]) -> list[list[LanguageView]]:
    rows: dict[int, list[LanguageView]] = {}
    for view in views:
        rows.setdefault(view.document.id, []).append(view)
    return list(rows.values())


def row_id(text: str) -> int:
    """The number of a row in an address; raises ``ValueError`` for what no database can hold."""
    number = int(text)
    if not 0 < number <= MAX_ID:
        raise ValueError(text)
    return number


@blueprint.get("/<slug>/history")
def history_page(slug: str) -> str:
    """Who did what to a document and when, in the languages that the reader may see."""
    document = queries.document(db.session, slug)
    actor, limit = access.current_actor(), 100
    tags = [tag for tag in access.rules().languages if actor.roles_in(tag)]
    before = request.args.get("before", type=row_id)
    rows = queries.document_history(db.session, document, ["", *tags], before, limit + 1)
    return render_template(
        "workbench/history.html",
        document=document,
        rows=rows[:limit],
        older=rows[limit - 1][0].id if len(rows) > limit else None,
    )


@blueprint.get("/keys")
def keys_page() -> str:
    """The keys of the workbench, for whoever has no script or wants to read in peace."""
    return render_template("workbench/keys.html")
