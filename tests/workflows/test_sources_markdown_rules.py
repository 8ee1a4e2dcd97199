"""Markdown where CommonMark would show or lose what nobody meant: comments, tables."""

from __future__ import annotations

import pytest

from workflows.sources import (
    Block,
    Furniture,
    Kind,
    Source,
    normalized,
    read,
    walk,
    write_html,
    write_markdown,
)


def markdown(text: str) -> Source:
    return read(f"# T\n\n{text}\n".encode(), media_type="text/markdown")


def texts(source: Source) -> list[str]:
    return [block.text for block in walk(source.blocks) if block.text is not None]


def codes(source: Source) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in source.problems]


def assert_comes_back(source: Source) -> None:
    for text, name in ((write_markdown(source), "a.md"), (write_html(source), "a.html")):
        assert normalized(read(text.encode(), name=name)) == normalized(source)


# --- Comments ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left", "line", "said"),
    [
        ("<!-- Approved by Bob -->", [], 3, "Approved by Bob"),
        ("<!-- one\n\n# two -->\nText", ["Text"], 3, "one # two"),
        ("Text\n<!-- note -->\nmore", ["Text", "more"], 4, "note"),
        ("Text <!-- note --> here.", ["Text here."], 3, "note"),
        ("Text<!-- a\nnote -->.", ["Text."], 3, "a note"),
        ("<!-- note --> Text", ["Text"], 3, "note"),
        ("<!-- one\n\ntwo --> *Text*", ["<em>Text</em>"], 3, "one two"),
        ("> <!-- one\n> two -->\n> said", ["said"], 3, "one two"),
        ("- <!-- note --> one\n- two", ["one", "two"], 3, "note"),
        ("- one\n\n  <!-- a\n\n  b -->\n- two", ["one", "two"], 5, "a b"),
        ("## Head <!-- note -->", ["Head"], 3, "note"),
        ("[*link* <!-- note -->](/x)", ["<a1><em>link</em></a1>"], 3, "note"),
        ("| a <!-- note --> | b |\n|---|---|", ["a", "b"], 3, "note"),
        ("[//]: # (note)", [], 3, "note"),
        ('[comment]: <> "note"\n\nText', ["Text"], 3, "note"),
    ],
)
def test_comments_are_set_aside_and_said(text: str, left: list[str], line: int, said: str) -> None:
    source = markdown(text)
    assert texts(source) == left
    assert source.furniture == (Furniture(line, said, "comment"),)
    assert codes(source) == [("comment-set-aside", f"line {line}")]
    assert_comes_back(source)


def test_several_notes_of_one_name_are_all_kept() -> None:
    source = markdown("[//]: # (one)\n[//]: # (two)\n\n[a][//]")
    assert [piece.text for piece in source.furniture] == ["one", "two"]


def test_comments_with_nothing_in_them_leave_nothing() -> None:
    source = markdown("a<!---->b <!--> c\n\n<!-- -->")
    assert (texts(source), source.furniture, codes(source)) == (["ab c"], (), [])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("`<!-- code -->`", ["<code><!-- code --></code>"]),
        ("```\n<!-- code -->\n```", ["<code><!-- code --></code>"]),
        (r"\<!-- shown -->", ["<!-- shown -->"]),
        ("<!-- no end", ["<!-- no end"]),
        ("> <!-- no end\n\nin here -->", ["<!-- no end", "in here -->"]),
    ],
)
def test_what_is_no_comment_is_text(text: str, left: list[str]) -> None:
    source = markdown(text)
    assert (texts(source), source.furniture) == (left, ())
    assert_comes_back(source)


def test_a_comment_without_end_is_pointed_at() -> None:
    assert codes(markdown("<!-- no end")) == [("html-shown", "line 3")]


# --- Tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "cells", "aside"),
    [
        ("| Ads | Consent | but only in the EU |", ["Ads", "Consent"], "but only in the EU"),
        ("Ads | Consent | one | *two*", ["Ads", "Consent"], "one | *two*"),
        ("| `a|b` | we keep it |", ["`a", "b`"], "we keep it"),
        ("|  | b |  | d |", ["b"], "d"),
    ],
)
def test_cells_beyond_the_columns_are_set_aside_and_said(
    row: str, cells: list[str], aside: str
) -> None:
    for mark in ("", "> ", "   "):
        table = "".join(f"{mark}{line}\n" for line in ("| A | B |", "|---|---|", "| x | y |", row))
        source = markdown(table)
        assert texts(source) == ["A", "B", "x", "y", *cells]
        assert source.furniture == (Furniture(6, aside, "cells"),)
        assert codes(source) == [("cells-set-aside", "line 6")]
        assert aside in source.problems[0].text()
        assert_comes_back(source)


@pytest.mark.parametrize(
    "row", ["| a |", "| a | b |", "| a | b | |", r"| `a\|b` | c", "a | b |  |"]
)
def test_rows_that_fit_are_not_pointed_at(row: str) -> None:
    source = markdown(f"| A | B |\n|---|---|\n{row}")
    assert (source.furniture, source.problems) == ((), ())


def test_a_line_ends_in_a_cell_as_it_is_written() -> None:
    source = markdown(
        "| a<br>b | *c<br/>d* <BR /> e |\n|---|---|\n| [f<br>g](/x) | `<br>` \\<br> |"
    )
    assert texts(source) == [
        "a<br1/>b",
        "<em>c<br1/>d</em><br2/>e",
        "<a1>f<br1/>g</a1>",
        "<code><br></code> <br>",
    ]
    assert [problem.code for problem in source.problems] == ["html-shown"]
    assert write_markdown(source).splitlines()[2:] == [
        "| a<br>b | *c<br>d*<br>e |",
        "| --- | --- |",
        "| [f<br>g](/x) | `<br>` \\<br> |",
    ]
    assert_comes_back(source)


def test_a_written_break_outside_of_a_table_is_shown() -> None:
    source = markdown("a<br>b")
    assert (texts(source), codes(source)) == (["a<br>b"], [("html-shown", "line 3")])


def test_cells_with_several_lines_come_from_html_and_go_to_markdown() -> None:
    page = b"<h1>T</h1><table><tr><th>A<th>B<tr><td><p>1</p><p>2 | 3</p><td>4<br><b>5</b></table>"
    source = read(page, media_type="text/html")
    assert texts(source) == ["A", "B", "1<br1/>2 | 3", "4<br1/><strong>5</strong>"]
    assert_comes_back(source)


def test_breaks_beside_emphasis_in_a_cell_are_spelled() -> None:
    row = (
        Block(Kind.CELL, "a<br1/><strong>b</strong><br2/>c<em><br3/>中</em>文"),
        Block(Kind.CELL, "_x<br1/>- y<br2/>1. z\\<br3/>`"),
    )
    table = Block(Kind.TABLE, children=(Block(Kind.ROW, children=row),))
    source = Source("T", (table,), (), (), "text/markdown")
    back = read(write_markdown(source).encode(), media_type="text/markdown")
    assert normalized(back) == normalized(source)
