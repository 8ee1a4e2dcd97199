"""HTML to blocks: what the same document in Markdown gives, and what only HTML can say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workflows.problems import Problem
from workflows.sources import Block, Kind, Link, Source, read, walk
from workflows.sources.html import read_html

HTML, MARKDOWN = "text/html", "text/markdown"


def source(text: str) -> Source:
    return read(text.encode(), media_type=HTML)


def texts(text: str) -> list[str]:
    return [block.text for block in walk(source(text).blocks) if block.text]


def codes(text: str) -> list[str]:
    return [problem.code for problem in source(text).problems]


def refusal(text: str) -> tuple[str, str]:
    with pytest.raises(Problem) as caught:
        source(text)
    assert caught.value.blocking
    assert caught.value.text()
    return caught.value.code, caught.value.place


def unlined(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks without their lines, which differ between formats."""
    return tuple(replace(block, line=0, children=unlined(block.children)) for block in blocks)


PAIRS = {
    "headings": (
        "# Privacy *policy*\n\n## 1. Scope\n\nText.\n\n### 2.1 More\n\n#### 3 ways out\n\n# Again",
        (
            "<h1>Privacy <i>policy</i></h1><h2>1. Scope</h2><p>Text.</p><h3>2.1 More</h3>"
            "<h4>3 ways out</h4><h1>Again</h1>"
        ),
    ),
    "inline": (
        "A **bold** and *slanted* **_both_** `code <b>` word,\\\nnext line.",
        (
            "<p>A <b>bold</b> and <em>slanted</em> <strong><i>both</i></strong> "
            "<code>code &lt;b&gt;</code> word,<br>next\n line.</p>"
        ),
    ),
    "links": (
        (
            'See [us](https://example.org/a?b=1&copy=2 "Home"), [**mail**](mailto:a@b.example), '
            "[here](#2), [there](/terms) and [é](https://example.org/é)."
        ),
        (
            '<p>See <a href="https://example.org/a?b=1&copy=2" title="Home">us</a>, '
            '<a href="mailto:a@b.example"><b>mail</b></a>, <a href=#2>here</a>, '
            "<a href=' /terms '>there</a> and <a href='https://example.org/é'>é</a>.</p>"
        ),
    ),
    "bad links": (
        "[a](//evil.example) [b](https://good@evil.example) [c](terms.html)",
        (
            "<p><a href='//evil.example'>a</a> <a href='https://good@evil.example'>b</a> "
            "<a href=terms.html>c</a></p>"
        ),
    ),
    "lists": (
        "- one\n- two\n\n  more of two\n\n  1. a\n  2. b\n- three",
        "<ul><li>one<li><p>two</p><p>more of two</p><ol><li>a</li><li>b</ol><li>three</ul>",
    ),
    "numbers": ("3. three\n4. four", "<ol start=3><li>three<li>four</ol>"),
    "lists side by side": ("- one\n\n3. two", "<ul><li>one</ul><ol start=3><li>two</ol>"),
    "table": (
        "| Purpose | Basis |\n|:--|--:|\n| **a** | [b](/b) |\n| c | |\n",
        (
            "<table><thead><tr><th align=left>Purpose<th style='text-align: right'>Basis</thead>"
            "<tbody><tr><td align=left><b>a</b></td><td align=right><a href=/b>b</a></td></tr>"
            "<tr><td align=left>c<td align=right></table>"
        ),
    ),
    "quote and rule": (
        "> Quoted\n>\n> - item\n\n---\n\nAfter.",
        "<blockquote><p>Quoted</p><ul><li>item</ul></blockquote><hr><p>After.</p>",
    ),
    "code block": ("```\na\n  <b>\n```", "<pre><code>a\n  &lt;b&gt;\n</code></pre>"),
    "literal codes": (
        "A \\<strong> and \\<a1> and {name}.",
        "<p>A &lt;strong&gt; and &lt;a1> and {name}.</p>",
    ),
    "ideographs": ("中文\n字", "<p>中文\n字</p>"),
    "image": ("A ![logo](/l.png) b", "<p>A <img src=/l.png alt=logo> b</p>"),
    "item with a heading": ("- # Deep\n\n  text", "<ul><li><h1>Deep</h1><p>text</p></ul>"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_html_gives_the_blocks_of_the_same_markdown(name: str) -> None:
    markdown, html = PAIRS[name]
    one = read(markdown.encode(), media_type=MARKDOWN)
    other = source(html)
    assert other.title == one.title
    assert unlined(other.blocks) == unlined(one.blocks)
    assert [piece.text for piece in other.furniture] == [piece.text for piece in one.furniture]
    # A page whose <title> is missing says the same as a text without a heading.
    assert sorted(p.code for p in other.problems) == sorted(p.code for p in one.problems)


def test_source_of_html_names_its_type_and_lines() -> None:
    got = source("<h1>T</h1>\n<p>one\ntwo</p>\n\n<ul>\n<li>\n\nthree")
    assert got.media_type == "text/html"
    assert [(block.kind, block.line) for block in walk(got.blocks)] == [
        (Kind.PARAGRAPH, 2),
        (Kind.LIST, 5),
        (Kind.ITEM, 8),
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p> a  <b> b </b>\n c </p>", ["a <strong>b </strong>c"]),
        ("<p>a&nbsp; b</p>", ["a\u00a0 b"]),
        ("<p>a<b></b><a href=/x></a><i> </i>b</p>", ["a b"]),
        ("<p><b>a</b><b>b</b> <b>c</b></p>", ["<strong>ab</strong> <strong>c</strong>"]),
        ("<p><b>a<b>b</b></b><strong><b>c</b></strong></p>", ["<strong>abc</strong>"]),
        ("<p><b>a<i>b</b>c</i>d</p>", ["<strong>a<em>b</em></strong><em>c</em>d"]),
        ("<p><b>a<p>b</b>c", ["<strong>a</strong>", "<strong>b</strong>c"]),
        ("<p><u>a</u><span>b</span><x-y>c</x-y><sup>2</sup></p>", ["abc²"]),
        ("<b style='font-weight: normal'>a</b>", ["a"]),
        ("<p><br>a<br> b<br></p>", ["a<br1/>b"]),
        ("<p>a<br><br>b<br>\n<br>c</p>", ["a", "b", "c"]),
        ("<code>a <b>b</b></code>", ["<code>a </code><strong><code>b</code></strong>"]),
        ("<p><a href=/x>a<code>b</code></a>c", ["<a1>a<code>b</code></a1>c"]),
        ("<p><a href=/1>a</a><a href=/1>b</a>", ["<a1>a</a1><a2>b</a2>"]),
        ("<p><a href=/1>a<a href=/2>b</a>", ["<a1>a</a1><a2>b</a2>"]),
        ("<a href=/1><div>a</div><div>b</div></a>", ["<a1>a</a1>", "<a1>b</a1>"]),
        ("<a name=x>a</a>", ["a"]),
        ("a<div>b<p>c</p>d</div>e", ["a", "b", "c", "d", "e"]),
        ("<h2>a<br>b</h2>", ["a b"]),
        ("<h2><div>a</div><div>b</div></h2>", ["a b"]),
        ("<dl><dt>Term<dd>What <i>it</i> is<dt><b>B</b></dl>",
         ["<strong>Term</strong>", "What <em>it</em> is", "<strong>B</strong>"]),
        ("<details><summary>a</summary>b</details>", ["a", "b"]),
        ("<p>a<!-- x --> b<!--> c", ["a b c"]),
        ("<p>1 < 2 &amp; 3 &gt; 2 &amp;lt; &notit; &copy", ["1 < 2 & 3 > 2 &lt; ¬it; ©"]),
        ("<p>&#13;a&#x80;", ["a€"]),
        ("<p>a&#xfeff;b<a href='/x&#65279;' title='&#xfeff;'>c</a>", ["ab<a1>c</a1>"]),
        ("<P CLASS=x>a</P><P\n>b</P\n>", ["a", "b"]),
        ('<p title="a>b">c</p>', ["c"]),
        ("<p it's=1>c</p>", ["c"]),
        ("a<script>if (a</b>) '<p>no</p>'</script>b", ["ab"]),
        ("a<style>p{}</style><noscript>no</noscript><template><p>no</template>b", ["ab"]),
        ("a<svg><title>no</title><svg/><text>no</text></svg>b<math>no</math>c", ["abc"]),
        ("<svg><path><p>a</p>b", ["a", "b"]),
        ("<svg><desc><p>no</desc></svg>a", ["a"]),
        ("<select><option>a<option>b</select>c", ["a", "b", "c"]),
        ("<ul>a<ul><li>b</ul><div>c</div></ul>", ["a", "b", "c"]),
        ("<p>a</p></p></div></table></li>b", ["a", "b"]),
        ("<tr><td>a</td></tr>", ["a"]),
        ("<xmp>a</xmp>", ["<code>a</code>"]),
    ],
)  # fmt: skip
def test_html_is_read_as_browsers_show_it(html: str, expected: list[str]) -> None:
    assert [
        block.text for block in walk(read_html(html, page=False).blocks) if block.text
    ] == expected


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)", "JaVa\tScript:alert(1)", "&#106;avascript:alert(1)", "vbscript:x",
        "data:text/html,x", "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil",
        "https://bank@evil.example", "mailto:a@b.example?bcc=c@d.example", "ftp://x.example",
        "file:///etc/passwd", "x" * 3000,
        "https://x.example/" + "a" * 3000,
    ],
)  # fmt: skip
def test_links_that_lead_astray_are_kept_as_text(href: str) -> None:
    got = source(f'<h1>T</h1><p>Go <a href="{href}">there</a></p>')
    assert got.blocks == (Block(Kind.PARAGRAPH, "Go there", line=1),)
    assert [problem.code for problem in got.problems] == ["link-not-allowed"]
    assert all(len(str(problem.details["href"])) <= 201 for problem in got.problems)


def test_links_of_other_alphabets_are_written_in_ascii() -> None:
    (block,) = source("<p><a href='https://аpple.com/'>x</a>").blocks
    assert block.links == (Link(1, "https://xn--pple-43d.com/"),)


@pytest.mark.parametrize(
    ("attributes", "style", "start", "problems"),
    [
        ("", "1", 1, []),
        (" type=a start=3", "a", 3, []),
        (" style='list-style-type: lower-alpha'", "a", 1, []),
        (" type=A", "a", 1, ["list-style-changed"]),
        (" type=i", "1", 1, ["list-style-changed"]),
        (" start=-4", "1", 1, []),
        (" start=99999999999999999999", "1", 999999999, []),
    ],
)
def test_ordered_lists_keep_style_and_start(
    attributes: str, style: str, start: int, problems: list[str]
) -> None:
    got = source(f"<h1>T</h1><ol{attributes}><li>one<li>two</ol>")
    (block,) = got.blocks
    assert (block.ordered, block.style, block.start) == (True, style, start)
    assert [problem.code for problem in got.problems] == problems


def rows(html: str) -> list[list[str | None]]:
    return [
        [cell.text for cell in row.children]
        for block in source(html).blocks
        if block.kind is Kind.TABLE
        for row in block.children
    ]


def test_tables_are_rectangular_with_their_head() -> None:
    got = source(
        "<table><caption>Cap</caption><tr><th>A<th>B<th>C<tr><td>1<td colspan=2>2"
        "<tr><td rowspan=2>3<td>4<tr><td>5<td>6</table>"
    )
    caption, table = got.blocks
    assert caption.text == "Cap"
    assert [[cell.text for cell in row.children] for row in table.children] == [
        ["A", "B", "C"],
        ["1", "2", None],
        ["3", "4", None],
        [None, "5", "6"],
    ]
    assert [row.header for row in table.children] == [True, False, False, False]
    assert all(cell.header == row.header for row in table.children for cell in row.children)
    assert "span-flattened" in [problem.code for problem in got.problems]


def test_cells_join_their_paragraphs() -> None:
    html = "<table><tr><td><p>a</p><p>b <a href=/1>c</a></p><td><ul><li>d<li>e</ul></table>"
    assert rows(html) == [["a<br1/>b <a1>c</a1>", "d<br1/>e"]]
    assert "cell-flattened" in codes(html)


@pytest.mark.parametrize(
    "html",
    [
        "<table role=presentation><tr><td>a<td><p>b</table>",
        "<table><tr><td><h2>a</h2><p>b</table>",
        "<table><tr><td>a<tr><td><h2>b</h2></table>",
        "<table><tr><td>a<td><table><tr><td>b</table></table>",
    ],
)
def test_layout_tables_are_seen_through(html: str) -> None:
    got = source(html)
    assert [block.text for block in got.blocks] == ["a", "b"]


def test_text_in_a_table_beside_its_cells_is_kept() -> None:
    assert rows("<table>a<tr>b<td>c<td>d<tr><td>e</table>") == [
        ["a", None, None],
        ["b", "c", "d"],
        ["e", None, None],
    ]


def test_fragments_lead_to_the_heading_they_mark() -> None:
    got = source(
        "<h1 id=t>Title</h1><p><a href=#x1>1</a> <a href=#x2>2</a> <a href=#x3>3</a> "
        "<a href=#X%C3%A9>4</a> <a href=#t>5</a> <a href=#here-too>6</a> <a href=#no>7</a></p>"
        "<h2 id=x1>2. Scope</h2><p>Text.</p><a name=x2></a><h2>Here too</h2><p>Text.</p>"
        "<div id=x3><h2>Here, too</h2></div><h2><span id=Xé>4.1. Four</span></h2>"
        "<p id=no>Text of its own.</p>"
    )
    hrefs = [link.href for link in got.blocks[0].links]
    assert hrefs == [
        "#section-2", "#here-too", "#here-too", "#section-4.1", "#top", "#here-too", "#no",
    ]  # fmt: skip
    broken = [problem for problem in got.problems if problem.code == "broken-reference"]
    assert [problem.details for problem in broken] == [{"href": "#no"}]


def test_byte_order_marks_within_a_page_are_left_out() -> None:
    got = source("\ufeff<title>T\ufeff&#xfeff;</title><p>So\ufeffme <a href='/x\ufeff'>text</a>")
    assert (got.title, [block.text for block in got.blocks]) == ("T", ["Some <a1>text</a1>"])
    assert got.blocks[0].links == (Link(1, "/x"),)


def test_labels_are_taken_from_their_attribute() -> None:
    got = read_html("<h2 data-label='2.1'>2. Scope</h2><h2 data-label='<x>'>3. Next", page=False)
    assert [(block.label, block.text) for block in got.blocks] == [
        ("2.1", "2. Scope"),
        ("3", "Next"),
    ]


@pytest.mark.parametrize(
    ("html", "title", "problems"),
    [
        ("<title>X | Y</title><h1>Privacy</h1><p>a", "Privacy", []),
        ("<title>Privacy &amp; you | Acme</title><p>a", "Privacy & you", ["title-guessed"]),
        ("<title>Acme - Terms</title><h2>Terms</h2><p>a", "Terms", ["title-guessed"]),
        ("<title></title><p>a", "", ["no-title"]),
        ("<h1><img alt=Logo></h1><h1>Terms &lt;strong&gt;</h1><p>a", r"Terms \<strong>",
         ["image-set-aside"]),
        ("<h1>A <a href=/x>b</a></h1><p>a", "A b", ["link-in-title"]),
    ],
)  # fmt: skip
def test_title_is_the_first_heading_or_the_name_of_the_page(
    html: str, title: str, problems: list[str]
) -> None:
    got = source(html)
    assert got.title == title
    assert [problem.code for problem in got.problems] == problems
    assert [block.text for block in got.blocks] == ["a"]


def test_effective_date_is_read_from_the_head() -> None:
    page = '<meta name="date" content="2020-01-01"><meta name="effective-date" content="{0}"><p>a'
    assert source(page.format("2026-01-31")).effective == "2026-01-31"
    assert source(page.format("2026-02-31")).effective == ""
    assert "effective-date-unreadable" in codes(page.format("2026-02-31"))


@pytest.mark.parametrize(
    "html",
    [
        "<meta charset=iso-8859-1><p>é",
        "<p>x</p>\n<meta http-equiv=content-type content='text/html; charset=shift_jis'>",
        "<?xml version='1.0' encoding='utf-16'?><p>é",
    ],
)
def test_pages_of_another_encoding_are_refused(html: str) -> None:
    assert refusal(html)[0] == "other-charset"


@pytest.mark.parametrize(
    "head", ["<meta charset=UTF-8>", "<meta charset=windows-1252>", "<?xml version='1.0'?>"]
)
def test_pages_of_an_encoding_that_makes_no_difference_are_read(head: str) -> None:
    assert texts(f"{head}<p>plain") == ["plain"]


@pytest.mark.parametrize(
    ("html", "code", "place"),
    [
        ("<p>a\n<p>b&#x202e;c", "forbidden-character", "line 2"),
        ("<p>a\n<nav>b&#8238;c</nav>", "forbidden-character", "line 2"),
        ("<p>a <img alt='&#x202e;'>", "forbidden-character", "line 1"),
        ("<p>a <a href='/x&#x202e;'>b</a>", "forbidden-character", "line 1"),
        ("<p>a <a href=/x title='&#x202a;'>b</a>", "forbidden-character", "line 1"),
        ("<p>a\u2067b</p><p>c", "unbalanced-direction", "line 1"),
        ("<p>a\n<p>b <a href='x", "unfinished-markup", "line 2"),
        ("<p>a\n<p title='b>c</p>", "unfinished-markup", "line 2"),
        ('<p>a\n<p>b <a href= ">c</a>', "unfinished-markup", "line 2"),
        ("<p>a\n<p>b <a href=", "unfinished-markup", "line 2"),
        ("<p>a\n<!-- b <p>c", "unfinished-markup", "line 2"),
        ("<p>a\n<script>b", "unfinished-markup", "line 2"),
        ("<p>a\n\n<svg>b", "unfinished-markup", "line 3"),
        ("<ul><li>" * 8 + "x", "too-deep", "line 1"),
        ("<p></p>", "empty-document", ""),
    ],
)
def test_pages_that_deceive_or_break_off_are_refused(html: str, code: str, place: str) -> None:
    assert refusal(html) == (code, place)
