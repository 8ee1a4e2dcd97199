"""The editor's queue: what waits for a decision, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access, queries
from app.database import db
from app.models import Document
from app.operations import Actor
from app.queries import LanguageView, UnitView
from app.workbench.blueprint import blueprint
from app.workbench.changes import waiting_claims
from app.workbench.filters import Show
from app.workbench.pages import to
from workflows import checks, glossary
from workflows.glossary import Finder
from workflows.problems import Problem
from workflows.review import Role, State


@dataclass(frozen=True)
class Waiting:
    """A unit that waits for review."""

    view: LanguageView
    unit: UnitView
    own: bool
    """Whether four eyes keep this editor from approving it."""
    terms: Finder | None = None
    """The glossary, where its advice is wanted."""

    @property
    def place(self) -> tuple[float, str, str, int]:
        """What the queue is sorted by: oldest first, then in reading order."""
        return place(self.view, self.unit)

    @property
    def advice(self) -> list[Problem]:
        """What the checks say about it."""
        found = checks.check(self.unit.text, self.unit.target)
        if self.terms is not None:
            text, target = self.unit.text, self.unit.target
            found += glossary.check(text, target, self.terms, self.view.language)
        return found


def place(view: LanguageView, unit: UnitView) -> tuple[float, str, str, int]:
    """Where a unit stands, or would stand, in the queue."""
    at = unit.translated_at.timestamp() if unit.translated_at else 0.0
    return (at, view.document.slug, view.language, unit.position)


def waiting(views: list[LanguageView], actor: Actor) -> list[Waiting]:
    """The queue of ``actor`` out of these languages."""
    tags = actor.languages(Role.EDITOR)
    four_eyes = access.rules().four_eyes
    items = [
        Waiting(view, unit, four_eyes and own(unit, actor))
        for view in views
        if view.language in tags and not view.is_source
        for unit in view.units
        if unit.state is State.TRANSLATED
    ]
    return sorted(items, key=lambda item: item.place)


def own(unit: UnitView, actor: Actor) -> bool:
    """Whether the actor wrote the current text."""
    return unit.translated_by is not None and unit.translated_by.id == actor.user_id


def queue(documents: Sequence[Document] | None = None) -> list[Waiting]:
    """The queue of whoever asks."""
    actor = access.current_actor()
    tags = actor.languages(Role.EDITOR)
    if documents is None:
        documents = queries.documents(db.session) if tags else []
    return waiting(queries.board(db.session, documents if tags else [], tags), actor)


def after(items: list[Waiting], at: tuple[float, str, str, int]) -> Waiting | None:
    """The next one that can be decided after this place, from the start again at the end."""
    open_items = [item for item in items if not item.own and item.place != at]
    return next((item for item in open_items if item.place > at), next(iter(open_items), None))


def go_on(message: str, at: tuple[float, str, str, int]) -> Response:
    """To the next unit of the queue, or to the empty queue."""
    item = after(queue(), at)
    if item is None:
        message = f"{message} {gettext('Nothing else waits for you.')}"
        return to("review_page", message)
    return to(
        "unit_page",
        message,
        slug=item.view.document.slug,
        language=item.view.language,
        key=item.unit.key,
        show=Show.REVIEW,
    )


@blueprint.get("/review")
def review_page() -> str:
    """What waits for a second person: claims about sources, and the queue over all languages."""
    documents = queries.documents(db.session)
    items = with_terms(queue(documents))
    return render_template("workbench/review.html", items=items, claims=waiting_claims(documents))


def with_terms(items: list[Waiting]) -> list[Waiting]:
    """The items with the terms that stand in their sources."""
    texts: dict[str, list[str]] = {}
    for item in items:
        texts.setdefault(item.view.document.source_language, []).append(item.unit.text)
    tags = {item.view.language for item in items}
    found = queries.finders(db.session, texts, tags)
    return [replace(item, terms=found[item.view.document.source_language]) for item in items]
