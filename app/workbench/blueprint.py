"""What every page of the workbench has in common."""

from __future__ import annotations

from flask import Blueprint, Response, g

from app import access, negotiation, queries
from app.database import db
from app.workbench import words
from workflows import segments
from workflows.alignment import marked, word_diff
from workflows.review import Role

blueprint = Blueprint("workbench", __name__, url_prefix="/workbench")


@blueprint.after_request
def private(response: Response) -> Response:
    """Keep drafts out of every cache and every search engine, whatever the answer is."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def reader() -> queries.Reader:
    """Whose inbox is looked at: what an editor answers for, or all for an administrator."""
    actor = access.current_actor()
    tags = None if actor.administrator else actor.languages(Role.EDITOR)
    return queries.Reader(actor.user_id, tags)


def unread() -> int:
    """How many messages wait to be read; asked by the header of every page of who answers."""
    return queries.unread_messages(db.session, reader())


@blueprint.context_processor
def helpers() -> dict[str, object]:
    """What the templates call; nothing here asks the database before a template does."""
    return {
        "me": access.current_actor,
        "unread": unread,
        "words": words,
        "marked": marked,
        "shown_label": segments.shown_label,
        "word_diff": word_diff,
        "rules": access.rules(),
        "Role": Role,
        "interface": g.get("language") or negotiation.settings().default_language,
    }
