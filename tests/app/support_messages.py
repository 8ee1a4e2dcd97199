"""Filling in the message form of the policy in ``support_policy``, and looking at what came."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import queries
from app.database import db
from app.models import Message
from app.site.forms import Stamp
from tests.app import support_policy as policy

PATH = "/fr/house-rules/message"
BODY = "Bonjour <b>à tous</b> & bonne journée.\nDeuxième ligne."
TO = "privacy@example.org"
"""Who gets the messages of the site of the fixture ``mailing``."""
WRITTEN = {"name": "Zoé <i>", "email": "zoe@example.org", "message": BODY}


def stamp_of(
    app: Flask, *, seconds: float = 60, slug: str = policy.SLUG, language: str = "fr"
) -> str:
    """The stamp of a form that was shown some time ago."""
    with app.app_context():
        found = Stamp.new(slug, language, 1, "d" * 64)
        return replace(found, shown=time.time() - seconds).signed()


def send(client: FlaskClient, /, path: str = PATH, **data: str) -> TestResponse:
    """Send the form, as filled by ``WRITTEN`` and ``data``; a minute old by default."""
    language = path.split("/")[1]
    form = {"stamp": stamp_of(client.application, language=language), **WRITTEN, **data}
    return client.post(path, data=form)


def stored(app: Flask, reference: str) -> Message:
    """The message behind a confirmation's address."""
    with app.app_context():
        found = queries.message(reading(), reference)
    assert found is not None
    return found


def reading() -> Session:
    """The reading session of the current context."""
    return db.session


def count(app: Flask) -> int:
    """How many messages there are."""
    with app.app_context():
        return len(queries.messages(reading(), 10_000))


def reference_in(answer: TestResponse) -> str:
    """The reference that a successful sending leads to."""
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def fields(page: str) -> dict[str, str]:
    """What the form shows in its fields, and its stamp."""
    found = dict(re.findall(r'<input [^>]*?name="(\w+)"[^>]*? value="([^"]*)"', page))
    area = re.search(r"<textarea [^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert area is not None
    return {name: unescape(value) for name, value in (found | {"message": area[1]}).items()}
