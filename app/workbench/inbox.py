"""What visitors wrote."""

from __future__ import annotations

from flask import render_template

from app import access, queries
from app.database import db
from app.workbench.blueprint import blueprint
from workflows.review import Role


@blueprint.get("/messages")
def messages_page() -> str:
    """The messages of the reader's languages, newest first; administrators see all."""
    actor = access.current_actor()
    tags = None if actor.administrator else actor.languages(Role.EDITOR)
    return render_template(
        "workbench/messages.html", messages=queries.messages_in(db.session, tags)
    )
