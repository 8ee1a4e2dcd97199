"""In and out of the workbench: one-time links, no passwords; and the interface's language."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access, negotiation, operations
from app.database import transaction
from app.workbench.blueprint import blueprint
from app.workbench.pages import to

MAX_BACK = 2_000
"""Characters of an address to go back to; proxies refuse headers of a few thousand."""


@blueprint.get("/sign-in")
def sign_in_page() -> str:
    """Say how one gets in; nothing is stored for whoever reads it."""
    return render_template("workbench/sign_in.html")


@blueprint.get("/sign-in/<token>")
def sign_in_link_page(token: str) -> str:
    """Ask before the link is used up: mail scanners open links, people press buttons."""
    return render_template("workbench/sign_in_link.html", token=token)


@blueprint.post("/sign-in/<token>")
def sign_in(token: str) -> Response:
    """Use the link up and begin a session."""
    with transaction() as session:
        user = operations.redeem_link(access.act(session), token)
    # Not before the commit: a session must not begin with a link that is still good.
    access.sign_in(user)
    return to("board_page", gettext("Welcome, %(name)s.", name=user.name))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the person's sessions, here and everywhere: a copied cookie is worth nothing then."""
    user = access.current_user()
    if user is not None:
        with transaction() as session:
            operations.end_sessions(access.act(session), user.email)
    access.sign_out()
    return to("sign_in_page")


@blueprint.post("/language")
def choose_language() -> Response:
    """Remember the interface's language in the cookie that visitors' choices use too."""
    tag = request.form.get("tag", "")
    answer = redirect(_back(request.form.get("back", "")), 303)
    if tag in negotiation.settings().languages:
        g.language = tag
        negotiation.remember(answer, tag)
    return answer


def _back(path: str) -> str:
    # Only into the workbench: an address that leaves the site would make this an open redirect.
    home = url_for("workbench.board_page")
    plain = path.startswith(home) and "\\" not in path and "//" not in path
    return path if plain and path.isprintable() and len(path) <= MAX_BACK else home
