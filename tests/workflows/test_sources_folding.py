"""White space, breaks and columns: the same from every format, so that an export comes back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import docx
from workflows.sources import (
    Block,
    Kind,
    Link,
    Source,
    normalized,
    read,
    write_html,
    write_markdown,
)
from workflows.sources.folding import fold
from workflows.sources.markdown import Reading
from workflows.sources.tagged import scan


def markdown(text: str) -> Source:
    return read(text.encode(), media_type="text/markdown")


def page(text: str) -> Source:
    return read(text.encode(), media_type="text/html")


def assert_comes_back(source: Source) -> None:
    """The document is the same after either of the two writers."""
    assert normalized(markdown(write_markdown(source))) == normalized(source)
    assert normalized(page(write_html(source))) == normalized(source)


@pytest.mark.parametrize(
    ("tagged", "folded"),
    [
        (" a.  b \t\n c ", "a. b c"),
        ("a <em> b </em> c", "a <em>b </em>c"),
        ("<strong> a</strong>  ", "<strong>a</strong>"),
        ("a <br1/> b", "a<br1/>b"),
        ("<br1/>a<br2/> <br3/>b<br4/>", "a<br1/>b"),
        ("<em><br1/>a</em><br2/>b", "<em>a</em><br1/>b"),
        ("a<em> </em>b<strong><br1/></strong>c", "a b<br1/>c"),
        ("a<em><strong> </strong></em>b", "a b"),
        ("a <code> </code>b <code>  c  d </code> e", "a b <code>c d </code>e"),
        ("a<code> </code>b", "a<code> </code>b"),
        ("a\u00a0 \u00a0b", "a\u00a0 \u00a0b"),
        (r"a\\  <em>b</em>", r"a\\ <em>b</em>"),
        (r"a <<em></em>br1/>", r"a \<br1/>"),
        ("{a}  {b} ", "{a} {b}"),
    ],
)
def test_blanks_and_breaks_are_folded(tagged: str, folded: str) -> None:
    assert fold(tagged) == (folded, ())
    assert fold(folded) == (folded, ())


def test_a_link_around_nothing_goes_and_the_others_are_counted_anew() -> None:
    links = (Link(1, "/a"), Link(2, "/b"))
    assert fold("<a1><br1/></a1>x <a2>y</a2>", links) == ("x <a1>y</a1>", (Link(1, "/b"),))


_BITS = st.sampled_from(
    ["a", "  ", " \n", "<em>", "</em>", "<br1/>", "<code>", "</code>", "{n}", "\\", "<", "br1/>"]
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(_BITS, max_size=12).map("".join))
def test_folding_loses_no_word_and_folds_once(tagged: str) -> None:
    folded, _links = fold(tagged)
    assert fold(folded) == (folded, ())
    shown, left = (
        "".join("".join(v.split()) for v, is_code, _ in scan(text) if not is_code or v[0] == "{")
        for text in (tagged, folded)
    )
    assert shown == left


@pytest.mark.parametrize(
    "text",
    [
        "One sentence.  And   another.\n",
        "Two *words *&#32; there.\n",
        "![Logo](x.png)\\\nText after it.\n",
        "one\\\n&#32;\\\ntwo\n",
        "see ` a  b ` there\n",
        "`a  b`\n",
        "```\n  one line,  indented\n```\n",
        "- `a  b`\n\n- ```\n   x  y\n  ```\n",
        "| a  b | `c  d` |\n|---|--:|\n|  | x |\n",
        '[a  b](/x "of  two")\n',
    ],
)
def test_what_markdown_holds_comes_back_from_both(text: str) -> None:
    assert_comes_back(markdown(f"# A  title\n\n{text}"))


def test_two_blanks_after_a_full_stop_are_one_in_every_format() -> None:
    said = "One sentence.  And another."
    found: list[Source | Reading] = [
        markdown(f"# T\n\n{said}\n"),
        page(f"<h1>T</h1><p>{said}</p>"),
        docx.read(docx.paragraph(docx.run(said))),
        read(f"T\n\n{said}\n".encode(), name="a.txt"),
    ]
    assert [source.blocks[0].text for source in found] == ["One sentence. And another."] * 4


def test_a_block_of_code_keeps_its_blanks() -> None:
    (block,) = markdown("# T\n\n```\n  a  b\n```\n").blocks
    assert block.text == "<code>  a  b</code>"


def column(source: Source, number: int) -> list[str]:
    (table,) = [block for block in source.blocks if block.kind is Kind.TABLE]
    return [row.children[number].style for row in table.children]


def test_a_column_has_the_alignment_of_its_first_cell_with_text() -> None:
    source = page(
        "<h1>T</h1><table><thead><tr><th align=center>A<th align=right>B<th>C</thead>"
        "<tr><td><td>b<td align=right>c<tr><td align=left>a<td align=right>b<td>c</table>"
    )
    assert [column(source, number) for number in range(3)] == [
        ["left", "left", "left"],
        ["", "", ""],
        ["right", "right", "right"],
    ]
    assert_comes_back(source)


def test_a_column_without_text_has_the_alignment_of_its_head() -> None:
    source = page(
        "<h1>T</h1><table><thead><tr><th>A<th align=right>B</thead>"
        "<tr><td>a<td align=left></td></table>"
    )
    assert column(source, 1) == ["right", "right"]
    assert_comes_back(source)


def test_a_document_stored_unfolded_is_written_folded() -> None:
    row = (Block(Kind.CELL, "<code>a  b</code>"), Block(Kind.CELL, style="right"))
    table = Block(Kind.TABLE, children=(Block(Kind.ROW, children=row),))
    source = Source("A  b", (Block(Kind.PARAGRAPH, "a.  b<br1/><br2/>c"), table), (), (), "")
    for back in (markdown(write_markdown(source)), page(write_html(source))):
        assert (back.title, back.blocks[0].text) == ("A b", "a. b<br1/>c")
        assert column(back, 1) == ["right"]
