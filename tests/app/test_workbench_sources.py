"""Bringing a source in through the workbench."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import queries
from app.database import db
from tests.app import support_policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_policy import ADMINISTRATOR, SLUG, SOURCE
from tests.app.support_workbench import Node, page, signed_in, unchanged

SEED = """\
Home | About | Log in

Privacy policy

1. Scope
This covers the site.
"""


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The app with people and nothing else."""
    return without_csrf(filled(support_policy.people))


def looked(
    client: FlaskClient, text: str | bytes, slug: str = SLUG, name: str = "a.md"
) -> TestResponse:
    """Send the form with a file."""
    data = text.encode() if isinstance(text, str) else text
    form = {"slug": slug, "title": "", "language": "en", "file": (io.BytesIO(data), name)}
    return client.post("/workbench/import", data=form)


def apply_form(answer: TestResponse) -> dict[str, str]:
    (form,) = page(answer).all("form", action="/workbench/import/apply")
    return form.fields()


def changes(shown: Node) -> list[str]:
    return [li.text() for li in shown.one("ul", class_="counts").all("li")]


def test_preview_writes_nothing_and_apply_stores_the_first_revision(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    with unchanged(bench):
        answer = looked(client, SOURCE)
    assert changes(page(answer)) == [f"{len(support_policy.TEXTS)} Added"]
    done = client.post("/workbench/import/apply", data=apply_form(answer))
    assert (done.status_code, done.headers["Location"]) == (303, "/workbench/")
    with bench.app_context():
        assert queries.document(db.session, SLUG).head == 1


def test_preview_of_a_new_revision_says_what_changes(bench: Flask) -> None:
    with bench.app_context():
        support_policy.import_source()
    client = signed_in(bench, ADMINISTRATOR)
    text = SOURCE.replace("9 to 17", "8 to 17").replace(
        "2. the town;", "2. the town;\n   3. the floor;"
    )
    shown = page(looked(client, text))
    total = len(support_policy.TEXTS)
    assert changes(shown) == [f"{total - 1} Unchanged", "1 Edited", "1 Added"]
    edited = shown.one("li", class_="change-edited")
    assert [n.text() for n in edited.all("del") + edited.all("ins")] == [
        "[removed: 9]",
        "[added: 8]",
    ]


def test_same_source_again_has_nothing_to_store(bench: Flask) -> None:
    with bench.app_context():
        support_policy.import_source()
    shown = page(looked(signed_in(bench, ADMINISTRATOR), SOURCE))
    assert shown.all("form", action="/workbench/import/apply") == []


def test_apply_after_another_import_shows_a_new_preview(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    form = apply_form(looked(client, SOURCE))
    with bench.app_context():
        support_policy.import_source(SOURCE.replace("9 to 17", "8 to 17"))
    with unchanged(bench):
        answer = client.post("/workbench/import/apply", data=form)
    assert answer.status_code == 409
    assert changes(page(answer))[1] == "1 Edited"
    assert apply_form(answer)["revision"] == "2"


@pytest.mark.parametrize(
    ("text", "slug", "status"),
    [
        (b"\xff\xfeA\x00", SLUG, 422),
        (b"", SLUG, 422),
        (b"A\x00B", SLUG, 422),
        (SOURCE, "../etc", 422),
        (SOURCE, "workbench", 422),
        (SOURCE, "fr", 422),
    ],
)
def test_wrong_source_is_refused_in_words(
    bench: Flask, text: str | bytes, slug: str, status: int
) -> None:
    with unchanged(bench):
        answer = looked(signed_in(bench, ADMINISTRATOR), text, slug)
    assert answer.status_code == status
    assert page(answer).one(id="problems").one("li").text()


def test_form_without_a_file_keeps_what_was_typed(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    answer = client.post("/workbench/import", data={"slug": "my-rules", "title": "Mine"})
    shown = page(answer)
    kept = (shown.one(id="source-slug").attrs["value"], shown.one(id="source-title").attrs["value"])
    assert (answer.status_code, kept) == (422, ("my-rules", "Mine"))
