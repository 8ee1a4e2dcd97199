"""Tagged text: parsing, comparing, rendering."""

from __future__ import annotations

from collections import Counter
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.problems import Problem
from workflows.segments import (
    Code,
    Piece,
    Placeholder,
    Text,
    UnbalancedTag,
    Void,
    compare_codes,
    concatenated,
    inline_codes,
    parse,
    plain,
    render_text,
    words,
    write,
)
from workflows.sources import Link, read
from workflows.sources.tagged import escape


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        ("a < b & c > d", (Text("a < b & c > d"),)),
        (
            "<strong>a <a1>b</a1></strong><br1/>{name}",
            (
                Code("strong", (Text("a "), Code("a1", (Text("b"),)))),
                Void("br1"),
                Placeholder("name"),
            ),
        ),
        (
            "<a> <a0> <a01> <a1000> <br/> <b> <EM> <em > {} {Name} {1}",
            (Text("<a> <a0> <a01> <a1000> <br/> <b> <EM> <em > {} {Name} {1}"),),
        ),
        (r"\<em> \{name}", (Text("<em> {name}"),)),
        (r"\\<em>x</em>", (Text("\\"), Code("em", (Text("x"),)))),
        (r"\\\<em>", (Text(r"\<em>"),)),
        (r"C:\temp\ \\ \<b>", (Text(r"C:\temp\ \\ \<b>"),)),
        ("<em></em>", (Code("em", ()),)),
        ("<<em>x</em>>", (Text("<"), Code("em", (Text("x"),)), Text(">"))),
        ("{{name}}", (Text("{"), Placeholder("name"), Text("}"))),
    ],
)
def test_parse_takes_exactly_the_known_codes(text: str, pieces: tuple[Piece, ...]) -> None:
    assert parse(text) == pieces
    assert write(pieces) == text


@pytest.mark.parametrize(
    ("text", "code", "place", "message"),
    [
        ("ab <em>c", "unclosed-tag", "character 4", "Put </em> where it ends."),
        (
            "<a1>x</a2></a1>",
            "stray-closing-tag",
            "character 6",
            "Put <a2> where it begins, or take </a2> out.",
        ),
        ("x</strong>", "stray-closing-tag", "character 2", "</strong> closes what was not opened."),
        (
            "<em><strong>x</em></strong>",
            "crossed-tags",
            "character 14",
            "</em> stands where </strong> should come first.",
        ),
        ("<a1>x<a2>y</a2></a1>", "nested-tag", "character 6", "Close <a1> before it."),
        ("<em>x<em>y</em></em>", "nested-tag", "character 6", "Close <em> before it."),
        ("<em>" * 100_000, "nested-tag", "character 5", "Close <em> before it."),
    ],
)
def test_parse_says_where_tags_do_not_fit_and_how_to_mend_them(
    text: str, code: str, place: str, message: str
) -> None:
    with pytest.raises(UnbalancedTag) as caught:
        parse(text)
    assert (caught.value.code, caught.value.place, caught.value.blocking) == (code, place, True)
    assert message in caught.value.text()


def test_inline_codes_counts_pairs_once() -> None:
    text = r"<em>a</em><em>b</em><a1>{x}</a1>{x}<br1/>\<em>"
    assert inline_codes(text) == Counter({"<em>": 2, "{x}": 2, "<a1>": 1, "<br1/>": 1})


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("<em>a</em> <a1>b</a1>", "<a1>B</a1> <em>A</em>", []),
        ("a", "", []),
        ("{n} of {n}", "{n}", [("missing-code", {"tag": "{n}", "count": 1})]),
        (
            "<a1>a</a1>",
            "<a2>a</a2>",
            [
                ("missing-code", {"tag": "<a1>", "count": 1}),
                ("extra-code", {"tag": "<a2>", "count": 1}),
            ],
        ),
        ("a", "<a1>a</a1>", [("extra-code", {"tag": "<a1>", "count": 1})]),
        ("a<br1/>b", "ab", [("missing-code", {"tag": "<br1/>", "count": 1})]),
        ("<em>a</em>", "<em>a", [("unclosed-tag", {"tag": "<em>", "closing": "</em>"})]),
        ("<a1>a</a1>", "a<a1> </a1>", [("empty-code", {"tag": "<a1>"})]),
        (
            "<a1><em>a</em></a1>",
            "a<a1><em></em></a1>",
            [("empty-code", {"tag": "<em>"})],
        ),
        ("<em>{n}</em>", "<em>{n}</em>", []),
        ("<code> </code>", "<code> </code>", []),
        ("<em>a</em>", r"\<em>a\</em>", [("missing-code", {"tag": "<em>", "count": 1})]),
    ],
)
def test_compare_codes_wants_the_same_multiset(
    source: str, target: str, found: list[tuple[str, dict[str, str | int]]]
) -> None:
    problems = compare_codes(source, target)
    assert [(problem.code, problem.details) for problem in problems] == found
    assert all(problem.blocking and problem.text() for problem in problems)


class Elements(HTMLParser):
    """What a browser would find: start tags with attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.seen = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.seen += data


SCRIPTS = [
    "<script>alert(1)</script>",
    "<img/src=x onerror=alert(1)>",
    '<svg><style><img src="</style><img src=x onerror=alert(1)//">',
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=alert(1)>'>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "{{7*7}}",
    "%(x)s",
    "</textarea>",
    "--><",
    "<strong onclick=alert(1)>x</strong >",
    '<a1 href="javascript:alert(1)">x',
    '"><em x="',
    "&lt;script&gt;",
    "&#106;avascript:",
    "</p></div></main>",
    "<br1 />",
    "\\<script>",
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_render_shows_scripts_as_text(script: str) -> None:
    found = Elements(render_text(f"<em>{script}</em>", ()))
    assert found.tags == [("em", [])]
    assert found.seen == script


@pytest.mark.parametrize("script", SCRIPTS)
def test_render_shows_scripts_in_markdown_as_text(script: str) -> None:
    source = read(f"# T\n\n{script}\n".encode(), media_type="text/markdown")
    for block in source.blocks:
        assert Elements(render_text(block.text or "", block.links)).tags == []


def test_render_makes_the_few_elements_that_texts_have() -> None:
    links = (Link(1, "/terms?a=1&b=2"), Link(2, "https://a.example/"))
    text = "<strong>a</strong><br1/><a1>b <em>c</em></a1> <a2><code>d & e</code></a2> {name} 'f'"
    assert render_text(text, links) == (
        '<strong>a</strong><br><a href="/terms?a=1&amp;b=2">b <em>c</em></a> '
        '<a href="https://a.example/"><code>d &amp; e</code></a> {name} &#x27;f&#x27;'
    )


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVa\tScript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "https://bank.example@evil.example",
        "https://\u0430pple.example",
        "mailto:x@a.example?bcc=y@a.example",
        '/x" onclick="alert(1)',
    ],
)
def test_render_makes_no_link_to_a_target_that_is_not_allowed(href: str) -> None:
    assert render_text("<a1>go</a1>", (Link(1, href),)) == "go"


def test_render_makes_no_link_without_an_entry_in_the_table() -> None:
    assert render_text("<a2>go</a2>", (Link(1, "/x"),)) == "go"


def test_render_refuses_what_does_not_fit_together() -> None:
    with pytest.raises(UnbalancedTag):
        render_text("<em>a", ())


def test_plain_takes_codes_away_and_never_raises() -> None:
    assert plain(r"<strong>a</strong><br1/>b {name} \<em> <b>") == "a b {name} <em> <b>"
    assert plain("</em><a1>open") == "open"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("one", 1),
        ("don't stop - now & then, v2.0!", 5),
        ("<strong>one</strong> two {three} <br1/>", 3),
        ("__init__ ___ (a)", 2),
        ("日本語", 2),
        ("日本語。", 2),
        ("個人情報 and 日本", 4),
        ("한국어 문장", 2),
        ("𠀀𠀁", 1),
        ("hello_world", 1),
    ],
)
def test_words_counts_words_and_half_of_dense_signs(text: str, count: int) -> None:
    assert words(text) == count


TEXTS = st.text() | st.text(r"\<>/{}&aemstrongcdbr1 中'" + '"')
CODES = st.sampled_from(
    ["<em>", "</em>", "<strong>", "</strong>", "<a1>", "</a1>", "<br1/>", "{name}", "\\"]
)


def merged(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """A tree as ``parse`` gives it: no empty texts, and no two texts side by side."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Code):
            found.append(Code(piece.tag, merged(piece.children)))
        elif isinstance(piece, Text) and found and isinstance(found[-1], Text):
            found[-1] = Text(found[-1].value + piece.value)
        elif not (isinstance(piece, Text) and not piece.value):
            found.append(piece)
    return tuple(found)


def wrapped(tag: str, inner: tuple[str, ...]) -> st.SearchStrategy[Piece]:
    """A code of this tag with any tree of the others in it."""
    return st.deferred(lambda: trees(inner)).map(lambda children: Code(tag, children))


def trees(
    tags: tuple[str, ...] = ("em", "strong", "a1"),
) -> st.SearchStrategy[tuple[Piece, ...]]:
    """Trees in which no tag holds its like."""
    pieces: list[st.SearchStrategy[Piece]] = [
        TEXTS.map(Text),
        st.just(Void("br1")),
        st.just(Placeholder("name")),
        *(wrapped(tag, tuple(other for other in tags if other != tag)) for tag in tags),
    ]
    return st.lists(st.one_of(pieces), max_size=4).map(tuple).map(merged)


@given(trees())
def test_parse_reads_back_every_tree_that_write_writes(pieces: tuple[Piece, ...]) -> None:
    assert parse(write(pieces)) == pieces


@given(st.lists(TEXTS | CODES).map("".join))
def test_write_spells_what_parse_read_so_that_it_reads_the_same(text: str) -> None:
    try:
        pieces = parse(text)
    except UnbalancedTag:
        return
    assert parse(write(pieces)) == pieces
    assert compare_codes(text, write(pieces)) == compare_codes(text, text)


@given(TEXTS)
def test_escaped_literal_text_has_no_codes_and_is_shown_as_it_is(literal: str) -> None:
    tagged = escape(literal)
    assert inline_codes(tagged) == Counter()
    assert plain(tagged) == literal
    html = render_text(tagged, ())
    assert "<" not in html
    assert ">" not in html
    assert unescape(html) == literal
    assert parse(f"<em>{escape(literal, before_code=True)}</em>") == (
        Code("em", (Text(literal),) if literal else ()),
    )


@given(st.lists(TEXTS | CODES).map("".join))
def test_render_emits_only_known_elements(text: str) -> None:
    try:
        html = render_text(text, (Link(1, "/x"),))
    except UnbalancedTag:
        return
    allowed = {("em", ""), ("strong", ""), ("br", ""), ("code", ""), ("a", "/x")}
    found = {
        (tag, "".join(value or "" for _n, value in attrs)) for tag, attrs in Elements(html).tags
    }
    assert found <= allowed


@given(st.lists(TEXTS | CODES).map("".join))
def test_plain_and_words_take_any_text(text: str) -> None:
    assert words(text) >= 0
    try:
        pieces = parse(text)
    except Problem:
        return
    assert plain(write(pieces)) == plain(text)


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (["See <a1>us</a1>.", "Or <a1>them</a1>."], "See <a1>us</a1>. Or <a2>them</a2>."),
        (["a<br1/>b", "c<br1/>d<br2/>e"], "a<br1/>b c<br2/>d<br3/>e"),
        (["<strong>a</strong>", "<em>b</em> {a1}"], "<strong>a</strong> <em>b</em> {a1}"),
        (["我们", "保存"], "我们保存"),
        (["a\\\\", "b"], "a\\\\ b"),
        (["a \\<a1>", "<a1>b</a1>"], "a \\<a1> <a1>b</a1>"),
        ([], ""),
    ],
)
def test_concatenated_texts_keep_their_codes_apart(texts: list[str], whole: str) -> None:
    assert concatenated(texts) == whole
