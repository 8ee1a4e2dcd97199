"""The blueprint of the API: JSON for every refusal, never a page and never a cookie.

Whoever asks says who they are with each request, by ``Authorization: Bearer TOKEN``; a session of
the workbench counts for nothing here, so that no other site can use one (RFC 6750, 5.3).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from app.logs import log
from app.web import STATUS, csrf, http_error
from workflows.problems import Problem

PREFIX = "/api/v1"
blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
csrf.exempt(blueprint)

_OTHERWISE = "Compare the request with docs/api.md, then send it again."
_WORDS: dict[int, tuple[str, str]] = {
    HTTPStatus.UNAUTHORIZED: (
        "No token that is good came with the request.",
        "Send the header “Authorization: Bearer TOKEN”; “flask user token” makes a token.",
    ),
    HTTPStatus.NOT_FOUND: ("There is no such address.", _OTHERWISE),
    HTTPStatus.METHOD_NOT_ALLOWED: ("This address is not asked by this method.", _OTHERWISE),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "That is more than this service takes.",
        "Send the catalog of one document at a time.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "Something went wrong on our side.",
        "Try again; if it stays, look for “crash” in the log of the service.",
    ),
}
"""In English, as all that programs are told."""


@blueprint.errorhandler(Problem)
def refused(problem: Problem) -> tuple[Response, int]:
    """A refusal of the core: its code, where, what and how to mend it."""
    return jsonify(error=problem.as_dict()), int(STATUS[problem.nature])


@blueprint.errorhandler(HTTPException)
def not_answered(error: HTTPException) -> tuple[Response, int, dict[str, str]]:
    """What HTTP itself refuses, in the words and the form of the other refusals."""
    code = error.code or 500
    what, mend = _WORDS.get(code, (error.description or error.name, _OTHERWISE))
    refusal = {"code": error.name.lower().replace(" ", "-"), "place": "", "blocking": True}
    # What the body lacks is in the headers: which methods there are, when to come again.
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    headers["Cache-Control"] = "no-store"
    if code == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="Pinger Panel"'
    return jsonify(error=refusal | {"what": what, "mend": mend, "details": {}}), code, headers


@blueprint.app_errorhandler(HTTPStatus.NOT_FOUND)
@blueprint.app_errorhandler(HTTPStatus.METHOD_NOT_ALLOWED)
def not_routed(error: HTTPException) -> Any:
    """An address or a method that no route has belongs to no blueprint: its path decides."""
    return not_answered(error) if request.path.startswith(PREFIX + "/") else http_error(error)


@blueprint.errorhandler(Exception)
def crashed(error: Exception) -> tuple[Response, int, dict[str, str]]:
    """A fault of ours: what happened is in the log."""
    log.error("crash", exc_info=error)
    return not_answered(InternalServerError())


@blueprint.after_request
def not_kept(response: Response) -> Response:
    """Working texts are for whoever asked, now."""
    response.headers["Cache-Control"] = "no-store"
    return response
