"""Structured logs: one JSON object a line, on standard error, with a request's id."""

from __future__ import annotations

import logging
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("panel")
QUIET = "panel.quiet"
"""Stands in the environment of a request that is no visit: our own, when pages are published."""


def init_app(app: Flask) -> None:
    """Configure structlog once per process and log every request when it has been answered."""
    level = getattr(logging, app.config["SETTINGS"].log_level.upper())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            # json.dumps escapes line breaks and ESC, so that no request can forge a line.
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    if QUIET not in request.environ:
        _say(response)
    # What this thread says next is not about this request.
    structlog.contextvars.clear_contextvars()
    return response


def _say(response: Response) -> None:
    # No network address and no user agent: what isn't written down can't leak.
    log.info(
        "request",
        method=request.method,
        path=_path(),
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
    )


def _path() -> str:
    # A sign-in link works until it is used: its token is not written down, not even when a slash
    # too many or a wrong method kept the request from its route.
    head, mark, token = request.path.partition("/sign-in/")
    return f"{head}{mark}<token>" if token else request.path[:200]
