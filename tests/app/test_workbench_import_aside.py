"""What a page's markup speaks against, taken into the text on the import screen."""

from __future__ import annotations

import pytest
from flask import Flask

from app.workbench.aside import MAX_OFFERED
from tests.app import support_policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_import import button, fields, looked, outline, pressed, stored, texts
from tests.app.support_policy import ADMINISTRATOR
from tests.app.support_workbench import page, signed_in, unchanged

PAGE = (
    "<main><h1>Terms</h1><p>These terms hold for all.</p>"
    "<div hidden><h2>2. Use</h2><p>Use it {well} or not at all.</p></div>"
    "<h2>3. End</h2><ul><li>one</ul></main><footer>Acme</footer>"
)
# 1 the hidden heading, 2 its paragraph, 3 the foot


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The app with people and nothing else."""
    return without_csrf(filled(support_policy.people))


def test_passage_is_taken_into_the_text_listed_and_stored(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    with unchanged(bench):
        answer = looked(client, PAGE, "terms", "a.html")
        assert not button(answer, "correct", "2:keep:0:3")
        answer = pressed(client, answer, "correct", "1:keep:0:2")
        answer = pressed(client, answer, "correct", "3:heading:3:0")
    assert outline(answer) == [
        "1 · Title · Terms",
        "2 · Paragraph · These terms hold for all.",
        "3 · Heading 2 · 2. Use",
        "4 · Paragraph · Use it {well} or not at all.",
        "5 · Heading 3 · 3. End",
        "6 · List item · one",
    ]
    mended = page(answer).one("ul", class_="mended").all("li")
    assert [li.text().removesuffix(" Take it back") for li in mended] == [
        "Made a heading of level 3: End",
        "Taken into the text: 2. Use Use it {well} or not at all.",
    ]
    aside = page(answer).one(id="furniture").all("li")
    assert [li.all("span", class_="text")[0].text() for li in aside] == ["Acme"]
    assert stored(client, answer).status_code == 303
    assert [text[:2] for text in texts(bench, "terms")] == [
        ("title", "Terms"),
        ("paragraph", "These terms hold for all."),
        ("heading", "Use"),
        ("paragraph", "Use it {well} or not at all."),
        ("heading", "End"),
        ("item", "one"),
    ]


def test_piece_is_taken_as_it_is_wanted_and_back_again(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    before = looked(client, PAGE, "terms", "a.html")
    once = pressed(client, before, "correct", "2:keep:3:0")
    assert outline(once)[2] == "3 · Heading 3 · Use it {well} or not at all."
    # The number of a piece is not that of a text, and the passage takes the piece with it.
    other = pressed(client, once, "correct", "2:drop:0:0")
    assert [line[:13] for line in outline(other)[:2]] == ["1 · Title · T", "2 · Heading 3"]
    whole = pressed(client, once, "correct", "1:keep:0:2")
    assert fields(whole)["corrections"] == '[{"number":1,"verb":"keep","at":2}]'
    assert outline(pressed(client, once, "undo", "2:keep:3:0")) == outline(before)


def test_what_was_taken_back_is_neither_joined_nor_cut(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    answer = pressed(client, looked(client, PAGE, "terms", "a.html"), "correct", "2:keep:0:0")
    assert outline(answer)[2].startswith("3 · Paragraph · Use it")
    assert not button(answer, "correct", "2:join:0:0")
    assert not page(answer).one(id="text-0-1").all("button")


def test_a_piece_that_is_not_there_is_refused(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    answer = looked(client, PAGE, "terms", "a.html")
    data = fields(answer) | {"correct": "9:keep:0:0"}
    got = client.post("/workbench/import", data=data, content_type="multipart/form-data")
    assert got.status_code == 422
    assert fields(got)["corrections"] == "[]"


def test_buttons_are_offered_for_so_many_pieces_only(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    foot = "".join(f"<a href=/{n}>{n}</a><br>" for n in range(MAX_OFFERED + 3))
    answer = looked(client, f"{PAGE}<footer>{foot}</footer>", "terms", "a.html")
    shown = page(answer).one(id="furniture").all("li")
    assert len(shown) == 3 + MAX_OFFERED + 3
    assert len([li for li in shown if li.all("button")]) == MAX_OFFERED
