"""From a request to a language: URL, then the visitor's choice, then the browser, then the site.

``g.language`` is the language of the page that is being written; the interface speaks it too.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel
from werkzeug.http import dump_cookie
from werkzeug.wrappers import Response

from app.config import Settings
from workflows import languages

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600
babel = Babel()


def settings() -> Settings:
    """The settings of the running service."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def init_app(app: Flask, folder: Path) -> None:
    """Let the interface speak the language that was decided for the request."""
    app.config["BABEL_DEFAULT_TIMEZONE"] = "UTC"
    babel.init_app(
        app,
        default_translation_directories=str(folder),
        locale_selector=_locale,
        default_domain="messages",
    )
    app.before_request(decide)


def _locale() -> str:
    # Only languages of the site come this far: Babel never sees what a visitor typed.
    tag = g.get("language") if has_request_context() else None
    return languages.to_locale(tag or settings().default_language)


def decide() -> None:
    """Decide which language this request is answered in."""
    # Also where no route leads: the address speaks for itself.
    in_path = (request.view_args or {}).get("page_language") or request.path.split("/", 2)[1]
    offered = settings().languages
    g.language = in_path if in_path in offered else negotiated(offered)


def chosen() -> str | None:
    """The language the visitor has chosen before, if it is one of the site's."""
    return choice_in(request.cookies.get(COOKIE, ""), settings().languages)


def choice_in(cookie: str, site: tuple[str, ...]) -> str | None:
    """The language that the value of the cookie names, if it is one of the site's."""
    tag = languages.parse_tag(cookie[:40])
    return tag if tag in site else None


def remember(response: Response, tag: str) -> None:
    """Keep the visitor's choice in a cookie: the only one that visitors get, and only then."""
    cookie = dump_cookie(
        COOKIE,
        tag,
        max_age=COOKIE_SECONDS,
        # Max-Age says it all; a date would make the answer another one every second.
        sync_expires=False,
        secure=request.is_secure or settings().base_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )
    response.headers.add("Set-Cookie", cookie)


def forget(response: Response) -> None:
    """Take the cookie of the visitor's choice back."""
    response.delete_cookie(
        COOKIE,
        secure=request.is_secure or settings().base_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )


def negotiated(offered: tuple[str, ...] | list[str], default: str | None = None) -> str:
    """The best of ``offered`` for this visitor: choice cookie, Accept-Language, default.

    Whoever answers by it must send ``Vary: Accept-Language, Cookie``.
    """
    default = default or settings().default_language
    if default not in offered:
        default = offered[0] if offered else settings().default_language
    header = request.headers.get("Accept-Language", "")
    return preferred(chosen(), header, tuple(offered), default)


def preferred(choice: str | None, header: str, offered: tuple[str, ...], default: str) -> str:
    """One of ``offered``, or ``default``: by the choice made before, else by Accept-Language."""
    near = languages.negotiate(choice, offered, "") if choice else ""
    return near or languages.negotiate(header, offered, default)
