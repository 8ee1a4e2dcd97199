"""Texts of pages and Word documents in the one spelling that every format reads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.docx import anchor, bold, code, paragraph, run
from tests.support.docx import read as read_word
from workflows.sources import Block, Source, normalized, read, walk, write_html, write_markdown
from workflows.sources.tidying import tidied


def page(text: str) -> Source:
    return read(text.encode(), media_type="text/html")


def texts(blocks: tuple[Block, ...]) -> list[str]:
    return [block.text for block in walk(blocks) if block.text]


def assert_written_reads_back(source: Source) -> None:
    assert normalized(page(write_html(source))) == normalized(source)
    markdown = read(write_markdown(source).encode(), media_type="text/markdown")
    assert normalized(markdown) == normalized(source)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<br1/>a<br2/>", "a"),
        ("a<br1/><br2/>b<br3/>c", "a<br1/>b<br2/>c"),
        ("a <br1/> {x}", "a<br1/>{x}"),
        ("a<em> <br1/>b</em>", "a<br1/><em>b</em>"),
        ("a<strong>b<br1/></strong>c", "a<strong>b</strong><br1/>c"),
        ("<strong><br1/></strong>a", "a"),
        ("<strong><em>a</em></strong><strong><em>b</em></strong>", "<strong><em>ab</em></strong>"),
        (r"<code>a\\</code><code>b</code>", r"<code>a\b</code>"),
        ("<code>a<br1/><br2/>b</code><br3/><br4/>c", "<code>a<br1/><br2/>b</code><br3/>c"),
        (r"a\<br1/><br1/>b", r"a\<br1/><br1/>b"),
        ("<a1>a</a1><a2>b</a2>", "<a1>a</a1><a2>b</a2>"),
    ],
)
def test_breaks_stand_between_lines_and_codes_are_not_cut(text: str, expected: str) -> None:
    assert tidied(text) == expected
    assert tidied(expected) == expected


def _within(code: str, inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return inside.map(lambda text: f"<{code}>{text}</{code}>")


# Codes nest, as every reader makes them.
_TEXTS = st.recursive(
    st.sampled_from(("<br1/>", "a", "\\\\", " ")),
    lambda inside: st.one_of(
        st.lists(inside).map("".join),
        *(_within(code, inside) for code in ("strong", "code", "a1")),
    ),
    max_leaves=20,
)


@given(_TEXTS)
def test_a_tidy_text_stays_as_it_is(text: str) -> None:
    once = tidied(text)
    assert tidied(once) == once


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p><img alt=Logo><br>Text</p>", ["Text"]),
        ("<p>a<br><img alt=Logo></p>", ["a"]),
        ("<p>a <br><img alt=Logo> <br>b</p>", ["a<br1/>b"]),
        ("<p><b>a<br><img alt=Logo></b>b</p>", ["<strong>a</strong><br1/>b"]),
        (
            "<p><code>From</code><a href='x.html'><code>Into</code></a></p>",
            ["<code>FromInto</code>"],
        ),
        ("<p><b>a</b><a href='x.html'><b>b</b></a></p>", ["<strong>ab</strong>"]),
        ("<pre>\n\n  a</pre>", ["<code><br1/>  a</code>"]),
        ("<pre><code>\na</code></pre>", ["<code><br1/>a</code>"]),
        ("<table><tr><td>a</td></tr><tr><td>&nbsp;</td></tr></table>", ["a"]),
        ("<table><tr><td>a</td></tr><tr><td><img alt=b></td></tr></table>", ["a"]),
        ("<table><thead><tr><th></th></tr></thead><tr><td><h2>a</h2></td></tr></table>", ["a"]),
        ("<table><tr><td></td></tr><tr><th>a</th><th>b</th></tr><tr><td>c</td></tr></table>",
         ["a", "b", "c"]),
    ],
)  # fmt: skip
def test_pages_are_read_as_they_are_written(html: str, expected: list[str]) -> None:
    got = page(f"<h1>T</h1>{html}")
    assert texts(got.blocks) == expected
    assert_written_reads_back(got)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([run("\na")], "a"),
        ([run("a\n\n"), run("b")], "a<br1/>b"),
        ([bold("a\n"), run("b")], "<strong>a</strong><br1/>b"),
        ([run("a"), bold("\nb")], "a<br1/><strong>b</strong>"),
        ([run("a"), anchor("x", "\n"), run("b")], "a<br1/>b"),
        ([code("a"), f'<w:hyperlink r:id="link1">{code("x")}</w:hyperlink>'], "<code>ax</code>"),
    ],
)
def test_word_documents_are_read_as_they_are_written(content: list[str], expected: str) -> None:
    reading = read_word(paragraph("T", style="Title"), paragraph(*content), links=["javascript:x"])
    source = Source(reading.title, reading.blocks, (), (), "")
    assert texts(source.blocks) == [expected]
    assert_written_reads_back(source)
