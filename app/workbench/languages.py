"""A document in one language: its segments, its checklist, sign-off and publication."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access, operations
from app.database import transaction
from app.operations.releases import gate_of, require_published, unready, unsigned
from app.queries import LanguageView
from app.web import problem_text
from app.workbench import filters, releasing, ruling, words
from app.workbench.blueprint import blueprint
from app.workbench.pages import load, status_of, to
from workflows import languages
from workflows.problems import (
    NothingToPublish,
    NotPermitted,
    NotReadyToSignOff,
    Problem,
)
from workflows.release import Gate
from workflows.review import FourEyes, Role


def sign_off_refusal(view: LanguageView, gate: Gate) -> Problem | None:
    """Why the reader can't sign this language off now, if so."""
    actor = access.current_actor()
    if Role.EDITOR not in actor.roles_in(view.language):
        return NotPermitted(role=Role.EDITOR, language=view.language)
    open_lines = unsigned(gate)
    if open_lines:
        return NotReadyToSignOff(count=unready(open_lines))
    importer = view.revision.created_by_id
    if view.is_source and importer and importer == actor.user_id and access.rules().four_eyes:
        return FourEyes()
    return None


def publish_refusal(view: LanguageView, gate: Gate) -> str:
    """Why the reader can't publish this language now, in a sentence; empty if they can."""
    if Role.EDITOR not in access.current_actor().roles_in(view.language):
        return str(gettext("Only an editor of this language can publish it."))
    try:
        require_published(view)
    except Problem as refusal:
        return " ".join(problem_text(refusal))
    newest = view.newest
    if newest is not None and newest.texts_digest == view.digest and newest == view.live:
        problem = NothingToPublish(number=newest.number)
        return str(gettext(problem.what)).format(**problem.details)
    unmet = [words.condition(check) for check in gate.checks if not check.met]
    if unmet:
        return str(gettext("Still open on the checklist: %(lines)s.", lines="; ".join(unmet)))
    return ""


def render(
    view: LanguageView, problems: list[Problem] | None = None, status: int = 200
) -> Response:
    """The page of a language, with what went wrong on top."""
    show = filters.asked(request.args.get("show"))
    gate = gate_of(view)
    counts = filters.counts(view)
    shown = [s for s in filters.LABELS if s in filters.ALWAYS or s == show or counts[s]]
    html = render_template(
        "workbench/language.html",
        view=view,
        tag=view.language,
        show=show,
        units=filters.chosen(view, show),
        chips=[(s, filters.label(s), counts[s]) for s in shown if _useful(view, s)],
        gate=gate,
        lists=filters.OF_CONDITION,
        sign_off_refusal=sign_off_refusal(view, gate),
        publish_refusal=publish_refusal(view, gate),
        earlier=releasing.earlier(view),
        sent=releasing.sent(),
        limits=releasing.LIMITS,
        rule=ruling.shown(view),
        problems=problems or [],
    )
    return Response(html, status, mimetype="text/html")


def _useful(view: LanguageView, show: filters.Show) -> bool:
    # The source is not translated: only the list of all its texts makes sense.
    return not view.is_source or show is filters.Show.ALL


@blueprint.get("/<slug>/<language>")
def language_page(slug: str, language: str) -> Response:
    """The segments in reading order, and everything that is decided about the language."""
    return render(load(slug, language))


@blueprint.post("/<slug>/<language>/sign-off")
def sign_off(slug: str, language: str) -> Response:
    """Sign the language off at exactly the texts the page showed."""
    try:
        with transaction() as session:
            digest = request.form.get("digest", "")
            operations.sign_off(access.act(session), slug, language, digest=digest)
    except Problem as problem:
        return render(load(slug, language), [problem], status_of(problem))
    name = languages.autonym(language)
    message = gettext("%(language)s is signed off.", language=name)
    return to("language_page", message, slug=slug, language=language)
