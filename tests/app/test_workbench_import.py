"""The structure of a source on the import screen: shown, mended, stored."""

from __future__ import annotations

import pytest
from flask import Flask

from app import access
from tests.app import support_policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_import import (
    SPLIT,
    at,
    fields,
    impact,
    looked,
    outline,
    pressed,
    stored,
    texts,
)
from tests.app.support_policy import ADMINISTRATOR, SLUG, editor
from tests.app.support_workbench import page, signed_in, unchanged
from tests.support.docx import Docx, paragraph, run
from workflows import sources

RUN_IN = """\
# Terms

Scope These terms hold for all. They are short.

A paragraph that

goes on.

## Use

1. one
2. two
"""


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The app with people and nothing else."""
    return without_csrf(filled(support_policy.people))


@pytest.fixture
def begun(filled: Filling) -> Flask:
    """The policy imported, and French and German translated and reviewed."""
    return without_csrf(filled(support_policy.reviewed))


# --- Structure -----------------------------------------------------------------------------------


def test_first_import_shows_what_each_block_is(bench: Flask) -> None:
    with unchanged(bench):
        answer = looked(signed_in(bench, ADMINISTRATOR), RUN_IN, "terms")
    assert impact(answer) == "A new document: 7 segments, 18 words to translate into each language."
    assert outline(answer) == [
        "1 · Title · Terms",
        "2 · Paragraph · Scope These terms hold for all. They are short.",
        "3 · Paragraph · A paragraph that",
        "4 · Paragraph · goes on.",
        "5 · Heading 2 · Use",
        "6 · List item · one",
        "7 · List item · two",
    ]


def test_corrections_are_made_listed_stored_and_leave_the_file_alone(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    with unchanged(bench):
        answer = looked(client, RUN_IN, "terms")
        answer = pressed(client, answer, "correct", "3:join:0:0")
        answer = pressed(client, answer, "correct", "5:heading:3:0")
        answer = pressed(client, answer, "correct", "7:drop:0:0")
        answer = pressed(client, answer, "cut", "2-1")
    (choice,) = page(answer).all("input", type="radio", value="2")
    assert choice.attrs["name"] == "first"
    labels = [n.text() for n in page(answer).one("ul", class_="cut-points").all("button")]
    assert labels[0] == "Scope |[cut] These terms hold for all. They are short."
    assert "Scope These terms hold for all. |[cut] They are short." in labels
    answer = pressed(client, answer, "cut-at", "2:split:0:6", first="2")
    assert outline(answer) == [
        "1 · Title · Terms",
        "2 · Heading 2 · Scope",
        "3 · Paragraph · These terms hold for all. They are short.",
        "4 · Paragraph · A paragraph that goes on.",
        "5 · Heading 3 · Use",
        "6 · List item · one",
    ]
    mended = page(answer).one("ul", class_="mended").all("li")
    assert [li.text().removesuffix(" Take it back") for li in mended] == [
        f"Cut in two, the first part a heading of level 2: {labels[0]}",
        "Joined with the paragraph after it: A paragraph that",
        "Made a heading of level 3: Use",
        "Set aside: two",
    ]
    assert page(answer).one("ul", class_="why").text() == "line 12 · Dropped by you: two"
    done = stored(client, answer)
    assert done.status_code == 303
    assert [text[:2] for text in texts(bench, "terms")] == [
        ("title", "Terms"),
        ("heading", "Scope"),
        ("paragraph", "These terms hold for all. They are short."),
        ("paragraph", "A paragraph that goes on."),
        ("heading", "Use"),
        ("item", "one"),
    ]


def test_correction_is_taken_back(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    before = looked(client, RUN_IN, "terms")
    once = pressed(client, before, "correct", "5:paragraph:0:0")
    twice = pressed(client, once, "correct", "7:drop:0:0")
    assert outline(pressed(client, twice, "undo", "7:drop:0:0")) == outline(once)
    assert outline(pressed(client, twice, "undo", "all")) == outline(before)
    # The opposite correction is no correction.
    assert fields(pressed(client, once, "correct", "5:heading:2:0"))["corrections"] == "[]"


def test_part_of_a_cut_text_is_cut_again(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    answer = looked(client, RUN_IN, "terms")
    answer = pressed(client, answer, "cut", "2-1")
    answer = pressed(client, answer, "cut-at", "2:split:0:6", first="3")
    answer = pressed(client, answer, "correct", "2:split:2:6")
    assert outline(answer)[1] == "2 · Heading 2 · Scope"
    answer = pressed(client, answer, "correct", "2:split:0:6")
    assert outline(answer)[1] == "2 · Paragraph · Scope"
    answer = pressed(client, answer, "correct", "2:split:3:6")
    answer = pressed(client, answer, "cut", "2-2")
    assert page(answer).all("input", type="radio") == []
    answer = pressed(client, answer, "cut-at", "2:split:0:32")
    assert outline(answer)[1:4] == [
        "2 · Heading 3 · Scope",
        "3 · Paragraph · These terms hold for all.",
        "4 · Paragraph · They are short.",
    ]


def test_paragraphs_are_joined_one_after_the_other(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    answer = looked(client, RUN_IN, "terms")
    answer = pressed(client, answer, "correct", "2:join:0:0")
    answer = pressed(client, answer, "correct", "3:join:0:0")
    joined = "Scope These terms hold for all. They are short. A paragraph that goes on."
    assert outline(answer)[1:3] == [f"2 · Paragraph · {joined}", "3 · Heading 2 · Use"]


def test_part_that_was_joined_to_another_text_is_left_alone(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    answer = looked(client, "# T\n\nOne.\n\nTwo here. Three there.\n", "terms")
    answer = pressed(client, answer, "cut", "3-1")
    answer = pressed(client, answer, "cut-at", "3:split:0:10", first="0")
    answer = pressed(client, answer, "correct", "2:join:0:0")
    assert outline(answer)[1:] == ["2 · Paragraph · One. Two here.", "3 · Paragraph · Three there."]
    names = [n.attrs["name"] for n in page(answer).all("button") if "name" in n.attrs]
    assert sorted(names) == ["correct"] * 5 + ["undo"] * 3


def test_text_without_spaces_is_cut_at_its_signs(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    answer = looked(client, "# T\n\n我们收集信息。我们保护它。\n", "terms")
    answer = pressed(client, answer, "cut", "2-1")
    labels = [n.text() for n in page(answer).one("ul", class_="cut-points").all("button")]
    assert len(labels) == 10
    assert labels[:2] == [
        "我 |[cut] 们收集信息。我们保护它。",
        "我们 |[cut] 收集信息。我们保护它。",
    ]
    assert "我们收集信息。 |[cut] 我们保护它。" in labels


def test_title_becomes_a_heading_and_another_is_typed(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    answer = pressed(client, looked(client, RUN_IN, "terms"), "correct", "1:heading:2:0")
    assert outline(answer)[0] == "1 · Heading 2 · Terms"
    data = fields(answer) | {"title": "Rules <b>"}
    answer = client.post("/workbench/import", data=data)
    assert outline(answer)[:2] == ["1 · Title · Rules <b>", "2 · Heading 2 · Terms"]
    assert stored(client, answer).status_code == 303
    assert [text[1] for text in texts(bench, "terms")][:2] == ["Rules <b>", "Terms"]


@pytest.mark.parametrize(
    "corrections",
    ['[{"number":99,"verb":"drop"}]', "no JSON", '[{"number":6,"verb":"heading","level":2}]'],
)
def test_correction_that_does_not_fit_is_said_and_stores_nothing(
    bench: Flask, corrections: str
) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    answer = looked(client, RUN_IN, "terms")
    with unchanged(bench):
        for again in (
            client.post("/workbench/import", data=fields(answer) | {"corrections": corrections}),
            stored(client, answer, corrections=corrections),
        ):
            assert again.status_code == 422
            assert page(again).one(id="problems").one("li").text()
            assert outline(again) == outline(answer)


@pytest.mark.parametrize(
    "changed",
    [
        {"pairs": "["},
        {"pairs": '{"x":[1]}'},
        {"shown": '{"2-1":[-1]}'},
        {"correct": "2:shout:0:0"},
        {"undo": "everything"},
    ],
)
def test_form_of_nobody_is_refused(bench: Flask, changed: dict[str, str]) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    answer = looked(client, RUN_IN, "terms")
    with unchanged(bench):
        for address in ("/workbench/import", "/workbench/import/apply"):
            assert client.post(address, data=fields(answer) | changed).status_code == 400


def test_structure_of_a_long_document_is_shown_in_parts(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    source = "# Long\n\n" + "\n\n".join(f"This is clause {n}." for n in range(1, 600))
    answer = looked(client, source, "long")
    assert outline(answer)[-1] == "250 · Paragraph · This is clause 249."
    answer = pressed(client, answer, "from", "500")
    assert outline(answer)[0] == "501 · Paragraph · This is clause 500."
    # A correction stays where it is made.
    answer = pressed(client, answer, "correct", "510:drop:0:0")
    assert outline(answer)[9] == "510 · Paragraph · This is clause 510."


def test_advice_leads_to_the_segment(bench: Flask) -> None:
    source = f"# Terms\n\nWell.\n\nServers of and / or its affiliated companies. {'word ' * 130}\n"
    answer = looked(signed_in(bench, ADMINISTRATOR), source, "terms")
    (section,) = page(answer).all("section", class_="advice")
    links = {(a.attrs["href"], a.text()) for a in section.all("a")}
    assert links == {("#text-3-1", "Segment 3")}


def test_places_are_named_in_the_readers_language(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    client.set_cookie("language", "fr")
    answer = looked(
        client, f"# Terms\n\nWell.\n\nOn the servers of and in {'word ' * 130}\n", "terms"
    )
    (section,) = page(answer).all("section", class_="advice")
    assert {n.text() for n in section.all("span", class_="where")} == {"Segment 3 · ligne 5"}
    refused = looked(client, "# Terms\n\n<<<<<<< ours\nWell.\n", "terms")
    assert page(refused).one("span", class_="where").text() == "(ligne 3)"
    word = Docx([paragraph(run("Terms")), paragraph(run("word " * 130))]).write()
    (section,) = page(looked(client, word, "terms", "t.docx")).all("section", class_="advice")
    # The first advice, that no heading was found, is about the whole file.
    assert {n.text() for n in section.all("span", class_="where")} == {
        "",
        "Segment 2 · paragraphe 2",
    }


# --- Who, what, how ------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/workbench/import", "/workbench/import/apply"])
def test_only_administrators_import(begun: Flask, address: str) -> None:
    data = fields(looked(signed_in(begun, ADMINISTRATOR), SPLIT))
    with unchanged(begun):
        assert signed_in(begun, editor("en")).post(address, data=data).status_code == 403
        assert signed_in(begun).post(address, data=data).status_code == 401


def web(text: str) -> bytes:
    return f"<!doctype html><html><body><nav>Home</nav><main>{text}</main></body></html>".encode()


def word(*texts: str) -> bytes:
    return Docx([paragraph(run(text)) for text in texts]).write()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", web("<h1>Terms</h1><p>Be kind to all of us.</p>")),
        ("a.docx", word("Be kind to all of us.", "Always.")),
        ("a.txt", b"Terms\n\n1. Scope\nBe kind to all of us.\n"),
    ],
)
def test_other_formats_are_read_mended_and_stored(bench: Flask, name: str, data: bytes) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    answer = looked(client, data, "terms", name)
    (line,) = [line for line in outline(answer) if "Be kind" in line]
    number = line.partition(" ")[0]
    answer = pressed(client, answer, "cut", f"{number}-1")
    answer = pressed(client, answer, "cut-at", f"{number}:split:0:8", first="3")
    assert stored(client, answer).status_code == 303
    assert ("heading", "Be kind") in [text[:2] for text in texts(bench, "terms")]
    assert ("paragraph", "to all of us.") in [text[:2] for text in texts(bench, "terms")]


def test_form_names_the_formats(bench: Flask) -> None:
    shown = page(signed_in(bench, ADMINISTRATOR).get("/workbench/import"))
    accepted = set(shown.one("input", id="source-file").attrs["accept"].split(","))
    assert {".md", ".txt", ".html", ".docx"} <= accepted
    label = next(n.text() for n in shown.all("label") if n.attrs["for"] == "source-file")
    assert label == "File (.md, .html, .docx or .txt)"


HOSTILE = "<script>alert(1)</script>"


def test_hostile_texts_are_literal(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    source = f"# T {HOSTILE}\n\nAll {HOSTILE} here. And there.\n\nMore {HOSTILE}.\n"
    answer = looked(client, source, "terms", f"<b>{HOSTILE}.md")
    assert page(answer).all("b") == []
    answer = pressed(client, answer, "correct", "3:drop:0:0")
    answer = pressed(client, answer, "cut", "2-1")
    assert all(node.text() == "" for node in page(answer).all("script"))
    stored(client, answer)
    answer = looked(client, source.replace("here", "now"), "terms")
    again = pressed(client, answer, **{f"old-{at(answer, 'All')}": f'"><b>{HOSTILE}'})
    assert again.status_code == 422
    assert all(node.text() == "" for node in page(again).all("script"))
    assert [n.attrs["lang"] for n in page(again).all("p", class_="text")] == ["en"] * len(
        page(again).all("p", class_="text")
    )


def test_largest_word_document_fits_the_form() -> None:
    carried = 4 * -(-sources.MAX_FILE // 3)
    assert carried + 1024 * 1024 < access.MAX_FILE


def test_preview_of_a_revision_leads_on_to_what_changed(begun: Flask) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    done = stored(client, looked(client, SPLIT))
    has = "workbench.changes_page" in begun.view_functions
    wanted = f"/workbench/{SLUG}/changes/2" if has else "/workbench/"
    assert done.headers["Location"] == wanted
