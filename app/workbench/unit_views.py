"""The routes of one unit: read it, save it, propose, decide."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access, operations, queries
from app.database import transaction
from app.operations import Act
from app.workbench import filters, review, units
from app.workbench.blueprint import blueprint
from app.workbench.filters import Show
from app.workbench.pages import load, to
from app.workbench.units import Posted
from app.workbench.words import REASONS
from workflows.problems import NoSuchCandidate, Problem

UNIT = "/<slug>/<language>/<key>"


@blueprint.get(UNIT)
def unit_page(slug: str, language: str, key: str) -> Response:
    """A segment beside its translation."""
    show = filters.asked(request.args.get("show"), Show.ALL)
    shown = units.page(slug, language, key, show)
    shown = units.begun(shown, request.args.get("from", type=int))
    return units.render(units.inserted(shown, request.args.get("memory", type=int)))


@blueprint.post(UNIT)
def save(slug: str, language: str, key: str) -> Response:
    """Save and go on to the next segment, or save as a draft and stay."""
    form = Posted.read()
    try:
        with transaction() as session:
            act = access.act(session)
            operations.save(
                act, slug, language, key, form.target, version=form.version, draft=form.draft
            )
    except Problem as problem:
        return units.not_saved(slug, language, key, form, problem)
    stored(slug, language, key)
    if form.draft:
        message = gettext("Saved as a draft.")
        return to("unit_page", message, slug=slug, language=language, key=key, show=form.show)
    return go_on(gettext("Saved."), slug, language, key, form.show)


@blueprint.post(f"{UNIT}/propose")
def propose(slug: str, language: str, key: str) -> Response:
    """Keep a text beside the reviewed one, for an editor to decide."""
    form = Posted.read()
    try:
        with transaction() as session:
            candidate = operations.propose(access.act(session), slug, language, key, form.target)
    except Problem as problem:
        return units.not_saved(slug, language, key, form, problem)
    stored(slug, language, key)
    if candidate is None:
        message = gettext("This text is here already; nothing was added.")
    else:
        message = gettext("Your proposal is kept for an editor to decide.")
    return to("unit_page", message, slug=slug, language=language, key=key, show=form.show)


def stored(slug: str, language: str, key: str) -> None:
    """Have the next page forget what its browser kept of the text while it was typed."""
    flash(url_for("workbench.unit_page", slug=slug, language=language, key=key), "stored")


def go_on(message: str, slug: str, language: str, key: str, show: Show) -> Response:
    """To the next unit of the list; back to the language when there is none."""
    view = load(slug, language)
    unit = view.unit(key)
    if show is Show.REVIEW:
        return review.go_on(message, review.place(view, unit))
    following = units.following(view, unit, show)
    if following is None:
        return to("language_page", message, slug=slug, language=language)
    return to("unit_page", message, slug=slug, language=language, key=following, show=show)


def decide(
    slug: str, language: str, key: str, verb: Callable[[Act, int], object], message: str
) -> Response:
    """Let an editor decide about the version they saw, then go on in the queue."""
    version = request.form.get("version", -1, type=int)
    try:
        at = review.place(view := load(slug, language), view.unit(key))
        with transaction() as session:
            verb(access.act(session), version)
    except Problem as problem:
        return units.refused(slug, language, key, problem)
    return review.go_on(message, at)


@blueprint.post(f"{UNIT}/approve")
def approve(slug: str, language: str, key: str) -> Response:
    """Approve the text as final."""

    def verb(act: Act, version: int) -> object:
        return operations.approve(act, slug, language, key, version=version)

    return decide(slug, language, key, verb, gettext("Approved as final."))


@blueprint.post(f"{UNIT}/return")
def return_(slug: str, language: str, key: str) -> Response:
    """Give the text back with a reason."""

    def verb(act: Act, version: int) -> object:
        return operations.return_(act, slug, language, key, version=version, reason=reason())

    return decide(slug, language, key, verb, gettext("Returned with your reason."))


@blueprint.post(f"{UNIT}/reopen")
def reopen(slug: str, language: str, key: str) -> Response:
    """Take a review back; one stays at the unit, as there is something to change."""
    version = request.form.get("version", -1, type=int)
    try:
        with transaction() as session:
            act = access.act(session)
            operations.reopen(act, slug, language, key, version=version, reason=reason())
    except Problem as problem:
        return units.refused(slug, language, key, problem)
    message = gettext("Reopened: the text can be changed again.")
    return to("unit_page", message, slug=slug, language=language, key=key)


def reason() -> str:
    """The ready reason and the words beside it. Ready ones are stored in English, as ids."""
    number = request.form.get("reason", type=int)
    ready = REASONS[number - 1] if number and 1 <= number <= len(REASONS) else ""
    typed = request.form.get("comment", "").replace("\r", "").strip()
    return f"{ready}\n{typed}".strip()


def of_unit(act: Act, language: str, key: str, candidate_id: int) -> None:
    """Raise ``NoSuchCandidate`` unless the proposal is one for this very unit."""
    candidate = queries.open_candidate(act.session, candidate_id, language)
    if candidate is None or candidate.segment.key != key:
        raise NoSuchCandidate()


@blueprint.post(f"{UNIT}/candidates/<int(max=2147483647):candidate>/accept")
def accept(slug: str, language: str, key: str, candidate: int) -> Response:
    """Make a proposal the current text."""
    version = request.form.get("version", -1, type=int)
    try:
        with transaction() as session:
            act = access.act(session)
            of_unit(act, language, key, candidate)
            operations.accept(act, slug, language, candidate, version=version)
    except Problem as problem:
        return units.refused(slug, language, key, problem)
    if load(slug, language).unit(key).outdated:
        message = gettext("The proposal is now the text; it has to be brought up to date.")
    else:
        message = gettext("The proposal is now the text; it waits for review.")
    return to("unit_page", message, slug=slug, language=language, key=key)


@blueprint.post(f"{UNIT}/candidates/<int(max=2147483647):candidate>/dismiss")
def dismiss(slug: str, language: str, key: str, candidate: int) -> Response:
    """Decide against a proposal."""
    try:
        with transaction() as session:
            act = access.act(session)
            of_unit(act, language, key, candidate)
            operations.dismiss(act, slug, language, candidate)
    except Problem as problem:
        return units.refused(slug, language, key, problem)
    message = gettext("The proposal is dismissed; the history keeps it.")
    return to("unit_page", message, slug=slug, language=language, key=key)
