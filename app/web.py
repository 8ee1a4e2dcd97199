"""What every answer has in common: headers, error pages, health."""

from __future__ import annotations

import hashlib
import posixpath
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    render_template,
    request,
)
from flask_babel import gettext
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException, SecurityError
from werkzeug.routing import RequestRedirect

from app import negotiation
from app.database import DatabaseError, is_down
from app.logs import log
from workflows import languages
from workflows.problems import N_, Nature, Phrases, Problem
from workflows.review import Role

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
STATUS = {
    Nature.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Nature.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Nature.MISSING: HTTPStatus.NOT_FOUND,
    Nature.CONFLICT: HTTPStatus.CONFLICT,
    Nature.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
RETRY = "30"
"""Seconds after which to try again."""
FOR_EVER = "public, max-age=31536000, immutable"
"""Cache-Control of what never changes under its address (RFC 8246)."""
csrf = CSRFProtect()
blueprint = Blueprint("web", __name__)

_PLACES = {
    "line": N_("line %(number)s"),
    "paragraph": N_("paragraph %(number)s"),
    "segment": N_("Segment %(number)s"),
    "character": N_("character %(number)s"),
}


def init_app(app: Flask) -> None:
    """Register headers, error pages, template helpers and ``/healthz``."""
    # Two slashes are no other spelling of one.
    app.url_map.merge_slashes = False
    app.before_request(_refuse_odd)
    csrf.init_app(app)
    app.register_blueprint(blueprint)
    app.url_defaults(_versioned)
    app.after_request(_headers)
    app.register_error_handler(Problem, problem_page)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(DatabaseError, _database_error)
    app.register_error_handler(Exception, _crash)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        autonym=languages.autonym,
        direction=languages.direction,
        name_in=languages.name_in,
        problem_text=problem_text,
        place_text=place_text,
    )
    app.context_processor(_context)


def _versioned(endpoint: str, values: dict[str, object]) -> None:
    # With its digest in the address, a file may be kept for ever, and is new when it changes.
    if endpoint == "static" and (version := _version(str(values.get("filename", "")))):
        values["v"] = version


@cache
def _version(name: str) -> str:
    """The beginning of the digest of a static file, empty when there is none."""
    path = Path(current_app.static_folder or "") / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""


def _refuse_odd() -> Response | None:
    # Nothing of ours has NUL in its address, and PostgreSQL can't even be asked. Slashes in front
    # are taken away before an address is looked up, so that they are refused here.
    path, query = request.environ["PATH_INFO"], request.query_string
    if "\0" in request.path or b"%00" in query or path.startswith("//"):
        abort(HTTPStatus.NOT_FOUND)
    # Flask tidies the name of a file up before it looks for it.
    name = (request.view_args or {}).get("filename")
    if name is not None and posixpath.normpath(name) != name:
        abort(HTTPStatus.NOT_FOUND)
    if isinstance(request.routing_exception, RequestRedirect):
        return _within(request.routing_exception.new_url)
    return None


def _context() -> dict[str, object]:
    language = g.get("language") or negotiation.settings().default_language
    return {
        "language": language,
        "dir": languages.direction(language),
        "settings": negotiation.settings(),
    }


def _headers(response: Response) -> Response:
    headers = response.headers
    if request.endpoint == "static":
        response.vary.add("Accept-Encoding")
        # Only a file that was found and sent is looked up by a name that somebody typed.
        sent = response.status_code in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}
        if sent and request.args.get("v") == _version((request.view_args or {})["filename"]):
            headers["Cache-Control"] = FOR_EVER
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.mimetype == "text/html":
        headers.setdefault("Content-Language", g.get("language") or "en")
        headers.setdefault("Cache-Control", "no-store")
        if "page_language" not in (request.view_args or {}):
            # Its language was chosen for this visitor (RFC 9110 12.5.5).
            response.vary.update(["Accept-Language", "Cookie"])
    return response


def problem_text(problem: Problem) -> tuple[str, str]:
    """What is wrong and how to mend it, in the reader's language."""
    details = {name: _detail(value) for name, value in problem.details.items()}
    return gettext(problem.what).format(**details), gettext(problem.mend).format(**details)


def _detail(value: str | int) -> str | int:
    # Roles have words of their own in the catalogs: their codes with a capital letter.
    if isinstance(value, Role):
        return str(gettext(value.capitalize()))
    if isinstance(value, Phrases):
        return "; ".join(gettext(message, **numbers) for message, numbers in value.messages)
    return value


def place_text(place: str) -> str:
    """The place of a problem in the reader's language: the core counts in English.

    What is not a number of something, such as the name of a part of a Word file, stays as it is.
    """
    unit, _, number = place.rpartition(" ")
    return gettext(_PLACES[unit], number=number) if unit in _PLACES else place


def error_page(status: int, what: str, mend: str) -> tuple[str, int]:
    """The one error page."""
    return render_template("error.html", status=int(status), what=what, mend=mend), int(status)


def busy(app: Flask, environ: WSGIEnvironment) -> Response:
    """What is said to a request that the site can't take now; nothing of it was read."""
    with app.request_context(environ) as context:
        negotiation.decide()
        what, mend = _busy_words()
        status = HTTPStatus.SERVICE_UNAVAILABLE
        # Without a host there are no addresses, so no page with links in it either.
        plain = Response(f"{what} {mend}", status, mimetype="text/plain")
        page = error_page(status, what, mend) if context.url_adapter else plain
        response = app.make_response(page)
        response.headers["Retry-After"] = RETRY
        return app.process_response(response)


def _busy_words() -> tuple[str, str]:
    return (
        gettext("The database does not answer at the moment, so this can't be done."),
        gettext("Try again in a minute. The policies themselves can be read."),
    )


def _database_error(error: DatabaseError) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Say of a database that is down that it is; anything else is a mistake of ours."""
    if not is_down(error):
        return _crash(error)
    log.error("database down", problem=type(error).__name__)
    page = error_page(HTTPStatus.SERVICE_UNAVAILABLE, *_busy_words())
    return (*page, {"Retry-After": RETRY})


def problem_page(problem: Problem) -> tuple[str, int]:
    """A refusal of the core as a page."""
    return error_page(STATUS[problem.nature], *problem_text(problem))


def _expired(_error: CSRFError) -> tuple[str, int]:
    return error_page(HTTPStatus.BAD_REQUEST, *_expired_words())


def _expired_words() -> tuple[str, str]:
    return (
        gettext("This form is too old or was not sent from this site."),
        gettext("Go back, load the page again and send it once more. Nothing was changed."),
    )


def http_error(
    error: HTTPException,
) -> tuple[str, int] | tuple[str, int, dict[str, str]] | HTTPException:
    """What HTTP itself refuses as a page; what is no refusal as it is."""
    code = error.code or 500
    if code < 400:
        return error
    if isinstance(error, (SecurityError, BadHost)):
        # Without a host that is one, and that we trust, there are no addresses, so no page with
        # links in it either.
        return " ".join(_http_words(code)), code, {"Content-Type": "text/plain; charset=utf-8"}
    what, mend = _http_words(code)
    # What the page lacks is in the headers: which methods there are, when to come again.
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return (*error_page(code, what, mend), headers)


def _within(address: str) -> Response:
    """Lead to an address of ours that lacked its slash, without the host name that was sent."""
    response = Response(status=HTTPStatus.PERMANENT_REDIRECT, mimetype="text/plain")
    parts = urlsplit(address)
    response.headers["Location"] = f"{parts.path}?{parts.query}" if parts.query else parts.path
    response.headers["Cache-Control"] = "no-store"
    return response


def _http_words(code: int) -> tuple[str, str]:
    if code == HTTPStatus.UNAUTHORIZED:
        # A form of somebody whose session has ended meanwhile.
        return _expired_words()
    if code == HTTPStatus.NOT_FOUND:
        what = gettext("There is no such page.")
        mend = gettext("Check the address, or start again from the first page.")
    elif code == HTTPStatus.FORBIDDEN:
        what = gettext("You may not do this.")
        mend = gettext("Ask an administrator for the role that this needs.")
    elif code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        what = gettext("That is more than this service takes.")
        mend = gettext("Send less at once.")
    elif code == HTTPStatus.TOO_MANY_REQUESTS:
        what = gettext("Too many requests came from your network.")
        mend = gettext("Wait a while, then try again.")
    else:
        what = gettext("This request can't be answered.")
        mend = gettext("Go back and try again.")
    return what, mend


def _crash(error: Exception) -> tuple[str, int]:
    log.error("crash", exc_info=error)
    return error_page(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        gettext("Something went wrong on our side. Nothing you sent was lost on purpose."),
        gettext(
            "Try again; if it stays, tell us this number: %(number)s.",
            number=g.get("request_id", "-"),
        ),
    )


@blueprint.get("/healthz")
def health() -> Response:
    """Whether the process answers; it asks nothing of the database."""
    return jsonify(status="ok")
