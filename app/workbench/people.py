"""People: who may sign in, what they may do, and their one-time links."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access, negotiation, operations, queries
from app.database import db, transaction
from app.operations import Act
from app.workbench.blueprint import blueprint
from app.workbench.pages import NotSaid, status_of, to
from workflows.problems import Problem
from workflows.review import Role


def render(status: int = 200, **values: object) -> Response:
    """The page of people, with what else there is to say."""
    html = render_template(
        "workbench/people.html",
        people=queries.users(db.session),
        roles=[str(role) for role in Role],
        **({"problems": [], "link": "", "link_for": ""} | values),
    )
    return Response(html, status, mimetype="text/html")


def write(verb: Callable[[Act], object], message: str) -> Response:
    """Do one thing to the people, and show them again."""
    try:
        with transaction() as session:
            verb(access.act(session))
    except Problem as problem:
        return render(status_of(problem), problems=[problem])
    return to("people_page", message)


def field(name: str) -> str:
    """A field of the form that must be there."""
    value = request.form.get(name, "").strip()
    if not value:
        raise NotSaid()
    return value


@blueprint.get("/people")
def people_page() -> Response:
    """Everybody, with their roles."""
    return render()


@blueprint.post("/people")
def add_person() -> Response:
    """Add somebody; without a role they can read the board and nothing else."""
    return write(
        lambda act: operations.add_user(act, field("email"), field("name")),
        gettext("Added. Now give them a role."),
    )


@blueprint.post("/people/grant")
def grant_role() -> Response:
    """Give somebody a role in a language."""

    def verb(act: Act) -> object:
        name = field("role")
        if name not in set(Role):
            raise NotSaid()
        return operations.grant(act, field("email"), Role(name), request.form.get("language", ""))

    return write(verb, gettext("The role is granted."))


@blueprint.post("/people/link")
def make_link() -> Response:
    """Make a one-time link and show it, this once."""
    try:
        with transaction() as session:
            email = field("email")
            token = operations.issue_link(access.act(session), email)
    except Problem as problem:
        return render(status_of(problem), problems=[problem])
    path = url_for("workbench.sign_in_link_page", token=token)
    base = negotiation.settings().base_url or request.host_url.rstrip("/")
    return render(link=f"{base}{path}", link_for=email)


@blueprint.post("/people/end-sessions")
def end_sessions() -> Response:
    """Sign somebody out everywhere."""
    return write(
        lambda act: operations.end_sessions(act, field("email")),
        gettext("All their sessions are ended."),
    )
