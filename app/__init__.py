"""The house: where people meet the text. The functions here wire the rooms and do nothing else."""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import (
    access,
    api,
    cli,
    config,
    database,
    logs,
    negotiation,
    serving,
    signing,
    site,
    web,
    workbench,
)

ROOT = Path(__file__).resolve().parent.parent


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """The service, configured by ``environ`` (the process environment by default).

    Raises ``config.ConfigurationError``, which lists everything that is wrong. Without an
    ``environ`` the process ends instead: whoever started it reads the list, not a traceback.
    """
    try:
        settings = config.load(environ)
        secret = config.secret_key(settings)
        signer = signing.load(settings)
    except config.ConfigurationError as error:
        if environ is None:
            raise SystemExit(str(error)) from None
        raise
    app = Flask(__name__, instance_path=str(settings.home))
    secure = settings.base_url.startswith("https://")
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=secret,
        SIGNER=signer,
        # Browsers take a cookie of this name from this very host only, and over HTTPS only.
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        # Counted from the last page that said something once, such as "Saved.".
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
        TRUSTED_HOSTS=list(settings.hosts) or None,
        MAX_CONTENT_LENGTH=access.MAX_FORM,
        MAX_FORM_MEMORY_SIZE=access.MAX_FILE,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, count, count, count, 0)  # type: ignore[method-assign]
    logs.init_app(app)
    database.init_app(app, settings.database_url)
    negotiation.init_app(app, ROOT / "locales")
    # Permission comes first: whoever has none gets no form read, not even for its token.
    access.init_app(app)
    web.init_app(app)
    app.register_blueprint(workbench.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(site.blueprint)
    cli.init_app(app)
    # A catalog or a board is some hundred thousand objects at once, and none of them is a cycle:
    # looking for cycles after every 700 of them takes a third of the time of an import.
    gc.set_threshold(50_000, 20, 100)
    return app


def create_service() -> serving.Serving:
    """The service as `flask serve` runs it: what is published goes out in front of Flask."""
    threads = int(os.environ.get(config.THREADS, 0))
    return serving.Serving(create_app(), threads).watch()
