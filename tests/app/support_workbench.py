"""What the tests of the workbench share: people with a browser, and pages read as trees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from app import queries
from app.access import SESSION_KEY
from app.database import db
from app.queries import UnitView
from tests.app import support_operations
from tests.app.support_policy import SLUG

VOID = {"meta", "link", "input", "br", "hr", "img"}


@dataclass
class Node:
    """An element of a page."""

    tag: str
    attrs: dict[str, str]
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in document order."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, tag: str = "", **attrs: str) -> list[Node]:
        """Elements with this tag and these attributes; ``class_`` is one of the classes."""
        wanted = attrs.pop("class_", "")
        return [
            node
            for node in self.walk()
            if tag in ("", node.tag)
            and all(node.attrs.get(name) == value for name, value in attrs.items())
            and (not wanted or wanted in node.attrs.get("class", "").split())
        ]

    def one(self, tag: str = "", **attrs: str) -> Node:
        """The only such element."""
        (found,) = self.all(tag, **attrs)
        return found

    def text(self) -> str:
        """All text, white space folded."""
        return " ".join(self._text().split())

    def _text(self) -> str:
        parts = (c if isinstance(c, str) else c._text() for c in self.children)
        return "".join(parts)

    def fields(self) -> dict[str, str]:
        """What a form would send if it were sent as it is."""
        found = {
            n.attrs["name"]: n.attrs.get("value", "") for n in self.all("input", type="hidden")
        }
        found |= {n.attrs["name"]: n._text().removeprefix("\n") for n in self.all("textarea")}
        return found


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", {})
        self.stack = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(node)
        if tag not in VOID:
            self.stack.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack[-1].tag == tag, f"</{tag}> closes <{self.stack[-1].tag}>"
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)


def page(answer: TestResponse) -> Node:
    """The page of an answer; a page whose elements don't nest fails."""
    builder = _Builder()
    builder.feed(answer.get_data(as_text=True))
    builder.close()
    assert builder.stack == [builder.root]
    return builder.root


def signed_in(app: Flask, email: str = "") -> FlaskClient:
    """A client with a session of this person; a stranger's without an address."""
    client = app.test_client()
    if email:
        with app.app_context():
            key = queries.user_by_email(db.session, email).session_key
        with client.session_transaction() as session:
            session[SESSION_KEY] = key
    return client


def unit(app: Flask, language: str, text: str = support_operations.HOURS) -> UnitView:
    """The unit with this source text as it is stored now."""
    with app.app_context():
        return support_operations.unit(language, text)


def url(app: Flask, language: str, text: str = support_operations.HOURS, slug: str = SLUG) -> str:
    """The address of the unit with this source text."""
    with app.app_context():
        return f"/workbench/{slug}/{language}/{support_operations.unit(language, text, slug).key}"


@contextmanager
def unchanged(app: Flask) -> Iterator[None]:
    """Assert that the block leaves every table exactly as it was."""
    with app.app_context():
        before = support_operations.dump()
    yield
    with app.app_context():
        assert support_operations.dump() == before


def statements(app: Flask, act: Callable[[], object]) -> list[str]:
    """The SQL statements that ``act`` sends."""
    seen: list[str] = []

    def note(_connection: sa.Connection, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return seen
