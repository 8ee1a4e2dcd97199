"""The blueprint of the API: JSON for every refusal, never a page and never a cookie.

Whoever asks says who they are with each request, by ``Authorization: Bearer TOKEN``; a session of
the workbench counts for nothing here, so that no other site can use one (RFC 6750, 5.3).
"""

from __future__ import annotations

from flask import Blueprint, jsonify
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.web import STATUS, csrf
from workflows.problems import Problem

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)


@blueprint.errorhandler(Problem)
def refused(problem: Problem) -> tuple[Response, int]:
    """A refusal of the core: its code, where, what and how to mend it."""
    return jsonify(error=problem.as_dict()), int(STATUS[problem.nature])


@blueprint.errorhandler(HTTPException)
def not_answered(error: HTTPException) -> tuple[Response, int, dict[str, str]]:
    """What HTTP itself refuses; without a good token, how to send one."""
    code = error.code or 500
    name = (error.name or "error").lower().replace(" ", "-")
    headers = {"WWW-Authenticate": 'Bearer realm="Pinger Panel"'} if code == 401 else {}
    return jsonify(error={"code": name, "what": error.description or name}), code, headers


@blueprint.after_request
def not_kept(response: Response) -> Response:
    """Working texts are for whoever asked, now."""
    response.headers["Cache-Control"] = "no-store"
    return response
