"""Numbers in front of texts on the import screen: shown, put back, taken out, counted anew."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import queries
from app.database import db
from tests.app import support_policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_import import button, fields, impact, looked, outline, pressed, stored
from tests.app.support_policy import ADMINISTRATOR
from tests.app.support_workbench import page, signed_in

CLAUSES = """\
# Terms

## 1. Fees

1.1 You pay the fee.

1.2 We send the invoice.

(1) Standing alone.
"""
NEW = CLAUSES.replace("1.1 You", "1.1 The fee is fixed.\n\n1.2 You").replace("1.2 We", "1.3 We")


@pytest.fixture
def client(filled: Filling) -> FlaskClient:
    return signed_in(without_csrf(filled(support_policy.people)), ADMINISTRATOR)


def test_number_is_put_back_and_taken_out(flask_app: Flask, client: FlaskClient) -> None:
    before = looked(client, CLAUSES, "terms")
    assert outline(before) == [
        "1 · Title · Terms",
        "2 · Heading 2 · 1. Fees",
        "3 · Paragraph · 1.1. You pay the fee.",
        "4 · Paragraph · 1.2. We send the invoice.",
        "5 · Paragraph · (1) Standing alone.",
    ]
    assert not button(before, "correct", "5:unlabel:0:0")
    answer = pressed(client, before, "correct", "5:label:0:0")
    answer = pressed(client, answer, "correct", "3:unlabel:0:0")
    mended = page(answer).one("ul", class_="mended").all("li")
    assert [li.text().removesuffix(" Take it back") for li in mended] == [
        "Number put back into the text: You pay the fee.",
        "Number taken out of the text: (1) Standing alone.",
    ]
    assert outline(answer) == outline(before)
    again = pressed(client, answer, "correct", "3:label:0:0")
    assert fields(again)["corrections"] == '[{"number":5,"verb":"label"}]'
    assert stored(client, answer).status_code == 303
    with flask_app.app_context():
        document = queries.find_document(db.session, "terms")
        assert document is not None
        revision = queries.revision(db.session, document)
        found = [(t.label, t.text) for t in queries.source_texts(db.session, revision)]
    assert found == [
        ("", "Terms"),
        ("1", "Fees"),
        ("", "1.1. You pay the fee."),
        ("1.2", "We send the invoice."),
        ("(1)", "Standing alone."),
    ]


def test_new_clause_changes_only_the_numbers_of_the_others(client: FlaskClient) -> None:
    assert stored(client, looked(client, CLAUSES, "terms")).status_code == 303
    answer = looked(client, NEW, "terms")
    (said,) = [p for p in page(answer).all("p") if "numbers in front" in p.text()]
    assert said.text() == "2 segments are the same and have other numbers in front."
    counts = page(answer).one("ul", class_="counts").all("li")
    assert [li.text() for li in counts] == ["5 Unchanged", "1 Added"]
    relabelled = looked(client, CLAUSES.replace("1.2 We", "1.3 We"), "terms")
    assert "Store revision 2" in page(relabelled).text()
    assert "has another number in front" in page(relabelled).text()
    assert impact(relabelled)
