"""What the service is compared with: the same page by other means, on the same server.

``python -m bench.serving_apps NAME PORT FILE`` serves with granian, one process and one thread.
FILE is JSON: the answer of the service, as ``{"headers": [[name, value]...], "body": "..."}``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, render_template_string, request
from flask_babel import Babel, gettext
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGE = "BENCH_PAGE"
LANGUAGES = ["en", "ar", "de", "es", "fr", "he", "hi", "ja", "pt_BR", "ru", "zh_Hans", "zh_Hant"]


def _page() -> tuple[list[tuple[str, str]], bytes]:
    value = json.loads(Path(os.environ[PAGE]).read_text("utf-8"))
    return [(name, text) for name, text in value["headers"]], value["body"].encode()


def bare() -> WSGIApplication:
    """A WSGI function that returns the page, with the two headers that it can't do without."""
    body = _page()[1]
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
    ]
    return _constant(headers, body)


def bare_headers() -> WSGIApplication:
    """The same with all the headers of the service."""
    return _constant(*_page())


def _constant(headers: list[tuple[str, str]], body: bytes) -> WSGIApplication:
    def app(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", headers)
        return [body]

    return app


def flask_bytes() -> WSGIApplication:
    """A Flask view that returns the page from memory."""
    headers, body = _page()
    app = Flask("constant")

    @app.get("/<language>/<slug>")
    def view(language: str, slug: str) -> tuple[bytes, list[tuple[str, str]]]:
        del language, slug
        return body, headers

    return app


def flask_babel() -> WSGIApplication:
    """A page of eighty paragraphs the usual way: Flask-Babel negotiates, Jinja renders."""
    app = Flask("usual")

    def locale() -> str | None:
        return request.accept_languages.best_match(LANGUAGES)

    Babel(app, locale_selector=locale)
    texts = [part for part in _page()[1].decode().split("\n") if part.strip()][:80]
    template = (
        "<!doctype html><html><body>{% for text in texts %}<p>{{ _(text) }}</p>\n{% endfor %}"
    )

    @app.get("/<language>/<slug>")
    def view(language: str, slug: str) -> str:
        del language, slug
        return render_template_string(template, texts=texts, _=gettext)

    return app


APPS: dict[str, Callable[[], WSGIApplication]] = {
    one.__name__: one for one in (bare, bare_headers, flask_bytes, flask_babel)
}


def main() -> None:
    """Serve one of them."""
    name, port, page = sys.argv[1:]
    os.environ[PAGE] = page
    Granian(
        f"bench.serving_apps:{APPS[name].__name__}",
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=1,
        factory=True,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    main()
