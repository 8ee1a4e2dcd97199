"""What the tests of the import screen share: its form, read and sent as a browser does."""

from __future__ import annotations

import io

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import queries
from app.database import db
from tests.app.support_policy import SLUG, SOURCE
from tests.app.support_workbench import Node, page

HOURS = "We run this house from 9 to 17 o'clock."
SPLIT = SOURCE.replace(HOURS, "We run this house.\n\nOpen from 9 to 17 o'clock.")


def looked(
    client: FlaskClient, data: str | bytes, slug: str = SLUG, name: str = "a.md"
) -> TestResponse:
    """Send the form with a file."""
    data = data.encode() if isinstance(data, str) else data
    form = {"slug": slug, "title": "", "language": "en", "file": (io.BytesIO(data), name)}
    return client.post("/workbench/import", data=form)


def form_of(answer: TestResponse) -> Node:
    (form,) = [form for form in page(answer).all("form") if form.all("input", name="content")]
    return form


def fields(answer: TestResponse) -> dict[str, str]:
    """All that the form of a preview sends without a button."""
    inputs = [n for n in form_of(answer).all("input") if n.attrs.get("type") != "radio"]
    return {n.attrs["name"]: n.attrs.get("value", "") for n in inputs}


def pressed(
    client: FlaskClient, answer: TestResponse, name: str = "", value: str = "", **typed: str
) -> TestResponse:
    """Press a button of a preview that leads to another one, with ``typed`` in the fields."""
    if name:
        assert button(answer, name, value), f"no button {name}={value}"
    data = fields(answer) | typed | ({name: value} if name else {})
    return client.post("/workbench/import", data=data, content_type="multipart/form-data")


def stored(client: FlaskClient, answer: TestResponse, **changed: str) -> TestResponse:
    """Press "Store"."""
    data = fields(answer) | changed
    return client.post("/workbench/import/apply", data=data, content_type="multipart/form-data")


def button(answer: TestResponse, name: str, value: str) -> list[Node]:
    return form_of(answer).all("button", name=name, value=value)


def rows(answer: TestResponse) -> list[tuple[str, list[str]]]:
    """What became of the changed segments, with what stands in the fields of each row."""
    found = page(answer).all("li", class_="revision-row")
    return [
        (
            next(c for c in row.attrs["class"].split() if c.startswith("change-"))[7:],
            [n.attrs["value"] for n in row.all("input")],
        )
        for row in found
    ]


def outline(answer: TestResponse) -> list[str]:
    """The texts of the document as it would be, with what they are."""
    (list_,) = page(answer).all("ol", class_="structure")
    return [
        f"{li.all('span', class_='where')[0].text()} · {li.one('p', class_='text').text()}"
        for li in list_.all("li")
        if "unit" in li.attrs.get("class", "")
    ]


def impact(answer: TestResponse) -> str:
    return page(answer).one("p", class_="impact-line").text()


def errors(answer: TestResponse) -> list[tuple[str, str]]:
    """The links of the summary of errors, with their words."""
    links = page(answer).one(id="problems").all("a")
    return [(link.attrs["href"], link.text()) for link in links]


def texts(app: Flask, slug: str = SLUG) -> list[tuple[str, str, str]]:
    """Role, text and key of what is stored."""
    with app.app_context():
        document = queries.document(db.session, slug)
        found = queries.source_texts(db.session, queries.revision(db.session, document))
        return [(text.role, text.text, text.key) for text in found]


def at(answer: TestResponse, text: str) -> str:
    """The name of the new segment that begins with this text."""
    (found,) = [
        div.attrs["id"].removeprefix("new-")
        for div in page(answer).all("div", class_="side-text")
        if "id" in div.attrs and said(div.one("p", class_="text")).startswith(text)
    ]
    return found


def said(shown: Node) -> str:
    """The text of a side without the words that tell its pieces apart."""
    return " ".join(shown.text().replace("[added: ", "").replace("]", "").split())
