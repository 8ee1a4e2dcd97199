"""Publishing a language, withdrawing it, and bringing an earlier release back."""

from __future__ import annotations

from flask import request
from flask_babel import format_datetime, gettext
from werkzeug.wrappers import Response

from app import access, operations
from app.database import transaction
from app.models import Release
from app.workbench import languages, releasing
from app.workbench.blueprint import blueprint
from app.workbench.pages import NotSaid, load, status_of, to
from workflows.languages import autonym
from workflows.problems import Problem


@blueprint.post("/<slug>/<language>/publish")
def publish(slug: str, language: str) -> Response:
    """Freeze the language as a release, live at once or from the day that was asked for."""
    try:
        with transaction() as session:
            row = operations.publish(
                access.act(session),
                slug,
                language,
                effective_at=releasing.effective(),
                summary=releasing.sent().summary,
                digest=request.form.get("digest", ""),
                newest=_newest(),
            )
    except Problem as problem:
        return _again(slug, language, problem)
    return to("language_page", _published(row), slug=slug, language=language)


def _published(row: Release) -> str:
    if row.effective_at <= row.published_at:
        return str(gettext("Published: release %(number)s is live.", number=row.number))
    return str(
        gettext(
            "Published: release %(number)s takes effect on %(date)s.",
            number=row.number,
            date=format_datetime(row.effective_at, "long", rebase=False),
        )
    )


@blueprint.post("/<slug>/<language>/withdraw")
def withdraw(slug: str, language: str) -> Response:
    """Take what is published away, at once, for a reason that visitors read."""
    try:
        _require_confirmed()
        with transaction() as session:
            act, reason = access.act(session), releasing.sent().reason
            operations.withdraw(act, slug, language, reason, newest=_newest())
    except Problem as problem:
        return _again(slug, language, problem)
    message = gettext("%(language)s is withdrawn.", language=autonym(language))
    return to("language_page", message, slug=slug, language=language)


@blueprint.post("/<slug>/<language>/roll-back")
def roll_back(slug: str, language: str) -> Response:
    """Bring the texts of an earlier release back, at once."""
    number = releasing.number()
    try:
        _require_confirmed()
        with transaction() as session:
            act, summary = access.act(session), releasing.sent().summary
            row = operations.roll_back(
                act, slug, language, number, summary=summary, newest=_newest()
            )
    except Problem as problem:
        return _again(slug, language, problem)
    message = gettext(
        "Release %(number)s is live, with the texts of release %(earlier)s.",
        number=row.number,
        earlier=number,
    )
    return to("language_page", message, slug=slug, language=language)


def _newest() -> int | None:
    """The number of the newest release that stood on the page; None when it didn't say."""
    return request.form.get("newest", type=int)


def _require_confirmed() -> None:
    if not request.form.get("confirm"):
        raise NotSaid()


def _again(slug: str, language: str, problem: Problem) -> Response:
    return languages.render(load(slug, language), [problem], status_of(problem))
