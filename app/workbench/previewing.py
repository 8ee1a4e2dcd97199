"""What visitors would read if a language were published as it is now, and what changes for them."""

from __future__ import annotations

from flask import render_template
from flask_babel import force_locale
from werkzeug.wrappers import Response

from app import access, queries
from app.database import db
from app.operations.releases import content_of, gate_of
from app.published import changes, compose
from app.queries import LanguageView
from app.workbench.blueprint import blueprint
from app.workbench.languages import publish_refusal
from app.workbench.pages import load
from workflows import languages, release
from workflows.release import Content, ReleaseDamaged


@blueprint.get("/<slug>/<language>/preview")
def preview_page(slug: str, language: str) -> Response:
    """The page as it would be, and word by word how it differs from the one that is in force."""
    view = load(slug, language)
    missing = sum(not unit.target and unit.key not in view.fallbacks for unit in view.units)
    content = None if missing else content_of(access.act(db.session), view)
    before = _in_force(view)
    html = render_template(
        "workbench/preview.html",
        view=view,
        tag=language,
        missing=missing,
        before=before,
        changed=changes(before, content) if before and content else (),
        page=_composed(content) if content else None,
        refusal=publish_refusal(view, gate_of(view)),
    )
    return Response(html, mimetype="text/html")


def _composed(content: Content) -> object:
    # The marks on the page speak to visitors, and not to whoever looks at it here.
    with force_locale(languages.to_locale(content.language)):
        return compose(content)


def _in_force(view: LanguageView) -> Content | None:
    """What visitors read now; None without it, and for a damaged one, of which its page tells."""
    if view.live is None:
        return None
    try:
        return release.read(*queries.release_texts(db.session, view.live.id), view.live.digest)
    except ReleaseDamaged:
        return None
