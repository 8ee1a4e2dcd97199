"""Documents written back: what is read again is what was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.support.sources import sources
from workflows.segments import BrokenSkeleton, Skeleton, split, to_source
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
from workflows.sources.reasons import ForbiddenCharacter
from workflows.sources.refusals import CannotWrite

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
OWN = sorted((ROOT / "policies").rglob("*.md"))
FOREIGN = [
    SHARED / "seed" / "privacy-page.txt",
    *sorted((SHARED / "conformance" / "policies").glob("*.md")),
    SHARED / "conformance" / "policies" / "LICENSE.txt",
]
thorough = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def document(*blocks: Block, title: str = "Title", effective: str = "") -> Source:
    return Source(title, blocks, (), (), "text/markdown", effective)


def paragraph(text: str, *links: Link) -> Block:
    return Block(Kind.PARAGRAPH, text, links)


def markdown(text: str) -> Source:
    return read(text.encode(), media_type="text/markdown")


def page(text: str) -> Source:
    return read(text.encode(), media_type="text/html")


def body(text: str) -> str:
    """What Markdown is written for one paragraph."""
    return write_markdown(document(paragraph(text))).removeprefix("# Title\n\n").rstrip("\n")


@thorough
@given(sources())
def test_markdown_written_reads_back_the_same(source: Source) -> None:
    assert normalized(markdown(write_markdown(source))) == normalized(source)


@thorough
@given(sources(folded=True))
def test_html_written_reads_back_the_same(source: Source) -> None:
    assert normalized(page(write_html(source))) == normalized(source)


@thorough
@given(sources())
def test_segments_rebuilt_split_into_the_same_segments(source: Source) -> None:
    assert_rebuilt(source)


def assert_rebuilt(source: Source) -> None:
    skeleton, segments = split(source)
    texts = {segment.key: (segment.text, segment.links) for segment in segments}
    rebuilt = to_source(skeleton, texts, effective=source.effective)
    keys = {at: segment.key for at, segment in enumerate(segments)}
    assert split(rebuilt, keys=keys) == (skeleton, segments)


@pytest.mark.parametrize("path", [*OWN, *FOREIGN], ids=lambda path: path.name)
def test_policies_survive_both_formats_and_the_way_through_segments(path: Path) -> None:
    if not path.exists():
        pytest.skip(f"the document is not there: {path.name}")
    source = read(path.read_bytes(), name=path.name)
    wanted = normalized(source)
    once = write_markdown(source)
    assert normalized(markdown(once)) == wanted
    assert write_markdown(markdown(once)) == once
    shown = write_html(source)
    assert normalized(page(shown)) == normalized(source)
    assert write_html(page(shown)) == shown
    assert_rebuilt(source)


def test_own_policy_is_written_as_it_was() -> None:
    path = ROOT / "policies" / "privacy-policy.md"
    text = path.read_text(encoding="utf-8")
    assert write_markdown(markdown(text)) == text


def test_markdown_of_every_kind_of_block() -> None:
    text = (
        "---\neffective: 2026-01-31\n---\n\n# Our *policy*\n\n"
        'See [the *terms*](/terms "Terms") and [this](</a_(b)>).\\\nNew line.\n\n'
        "## 2. How we collect\n\n### 2.1. More\n\n"
        "- one\n- two\n  1. inner\n  2. last\n\n"
        "+ another list\n\n"
        "a) first\nb) second\n\n"
        "3. three\n\n   > said\n\n   ***\n\n4. four\n\n"
        "| A | B |\n| :--- | ---: |\n| a \\| b |  |\n\n"
        "|  |  |\n| --- | :---: |\n| no head | x |\n\n"
        "```\nline 1\n  line 2\n```\n\n"
        "***\n"
    )
    source = markdown(text)
    kinds = [(block.kind, block.style, block.start) for block in source.blocks]
    assert [kind for kind in kinds if kind[0] is Kind.LIST] == [
        (Kind.LIST, "", 1),
        (Kind.LIST, "", 1),
        (Kind.LIST, "a", 1),
        (Kind.LIST, "1", 3),
    ]
    assert source.effective == "2026-01-31"
    assert source.furniture == ()
    assert [problem.code for problem in source.problems] == ["link-title-not-shown", "code-block"]
    assert write_markdown(source) == text


EVERY_KIND = (
    "<!doctype html>\n<html>\n<head>\n"
    '<meta charset="utf-8">\n<title>A &lt; B</title>\n'
    '<meta name="effective-date" content="2026-01-31">\n'
    '<style>[data-label]:not([data-label=""])::before { content: attr(data-label) " " }</style>\n'
    "</head>\n<body>\n<main>\n<h1>A &lt; B</h1>\n"
    '<p>See <a href="/t?a=1&amp;b" title="A&quot;">x</a> &amp;amp; &lt;b&gt; {name}<br>'
    "<code>a_b</code></p>\n"
    "<pre>\n<code>one\n  two</code></pre>\n"
    '<h2 id="section-2.1"><span id="2.1"></span>2.1. Scope</h2>\n'
    '<h3 id="annex" data-label="A.">Annex</h3>\n'
    '<ol type="a" start="3">\n<li>first\n<p>more</p>\n</li>\n'
    "<li>\n<blockquote>\n<p>said</p>\n</blockquote>\n</li>\n</ol>\n"
    '<table>\n<thead>\n<tr><th scope="col" style="text-align:right">A</th>'
    '<th scope="col">B<br>C</th></tr>\n</thead>\n'
    '<tbody>\n<tr><td style="text-align:right">a</td><td>b</td></tr>\n</tbody>\n</table>\n<hr>\n'
    '<p><a href="#section-2.1">up</a> <a href="#2.1">down</a></p>\n'
    "</main>\n</body>\n</html>\n"
)


def test_html_of_every_kind_of_block() -> None:
    source = document(
        paragraph(
            "See <a1>x</a1> &amp; <b> {name}<br1/><code>a_b</code>", Link(1, "/t?a=1&b", 'A"')
        ),
        paragraph("<code>one<br1/>  two</code>"),
        Block(Kind.HEADING, "Scope", level=2, label="2.1"),
        Block(Kind.HEADING, "Annex", level=3, label="A"),
        Block(
            Kind.LIST,
            ordered=True,
            style="a",
            start=3,
            children=(
                Block(Kind.ITEM, "first", children=(paragraph("more"),)),
                Block(Kind.ITEM, children=(Block(Kind.QUOTE, children=(paragraph("said"),)),)),
            ),
        ),
        Block(
            Kind.TABLE,
            children=(
                Block(
                    Kind.ROW,
                    header=True,
                    children=(
                        Block(Kind.CELL, "A", style="right", header=True),
                        Block(Kind.CELL, "B<br1/>C", header=True),
                    ),
                ),
                Block(
                    Kind.ROW,
                    children=(Block(Kind.CELL, "a", style="right"), Block(Kind.CELL, "b")),
                ),
            ),
        ),
        Block(Kind.RULE),
        paragraph("<a1>up</a1> <a2>down</a2>", Link(1, "#section-2.1"), Link(2, "#2.1")),
        title="A < B",
        effective="2026-01-31",
    )
    text = write_html(source)
    assert normalized(page(text)) == normalized(source)
    assert text == EVERY_KIND


@pytest.mark.parametrize(
    ("tagged", "written"),
    [
        ("plain & simple, 2 < 3", "plain & simple, 2 < 3"),
        ("snake_case and _edge_", r"snake_case and \_edge\_"),
        ("2 * 3 [1] `x`", r"2 \* 3 \[1\] \`x\`"),
        ("# no heading", r"\# no heading"),
        ("1. no list", r"1\. no list"),
        ("a) no list", r"a\) no list"),
        ("- no list", r"\- no list"),
        ("+ no list", r"\+ no list"),
        ("> no quotation", r"\> no quotation"),
        ("---", r"\---"),
        ("<b> &amp; &#42;", r"\<b> \&amp; \&#42;"),
        ("C:\\dir\\", r"C:\\dir\\"),
        ("一<strong>重要：</strong>请", "一**重要：**&#x8BF7;"),
        ("a<em>b</em>c", "a*b*c"),
        ("<strong><em>a</em></strong>", "**_a_**"),
        ("<em>a</em><em>b</em>", "*a*_b_"),
        ("<strong>a </strong>b", "**a&#x20;**&#x62;"),
        ("<code>a`b</code>x<code> c </code>d", "``a`b``x`  c  `d"),
        ("<code>a</code><code>b</code>", "`a`[](#)`b`"),
        ("a<br1/>- b", "a\\\n\\- b"),
        ("{user_name}", "{user_name}"),
        (r"\<strong>literal\</strong>", r"\<strong>literal\</strong>"),
        ("\u00a0edge", "&#xA0;edge"),
    ],
)
def test_markdown_spells_what_would_mean_something_else(tagged: str, written: str) -> None:
    assert body(tagged) == written
    assert markdown(f"# Title\n\n{written}\n").blocks[0].text == tagged


def test_markdown_heading_with_a_break_is_underlined() -> None:
    source = document(
        Block(Kind.HEADING, "a<br1/>| `b` #", level=2, label="2"), title="One<br1/>two|"
    )
    text = write_markdown(source)
    assert text == "One\\\ntwo&#x7C;\n===\n\n2\\. a\\\n&#x7C; \\`b\\` #\n---\n"
    assert normalized(markdown(text)) == normalized(source)


@pytest.mark.parametrize(
    ("block", "found"),
    [
        (paragraph(r"literal \{name}"), "literal {name}"),
        (paragraph("<code>a <strong>b</strong></code>"), "a b"),
        (paragraph("<a1>a</a1>", Link(1, "/%zz")), "a"),
        (Block(Kind.HEADING, "a<br1/>b", level=3), "a b"),
        (
            Block(Kind.LIST, ordered=True, style="a", start=3, children=(Block(Kind.ITEM, "c"),)),
            "c",
        ),
    ],
)
def test_markdown_names_the_segment_that_it_cannot_say(block: Block, found: str) -> None:
    source = document(paragraph("before"), block, paragraph("after"))
    with pytest.raises(CannotWrite) as caught:
        write_markdown(source)
    assert (caught.value.place, caught.value.details) == (
        "segment 3",
        {"format": "Markdown", "found": found},
    )


@pytest.mark.parametrize(
    ("block", "found"),
    [
        (paragraph(r"literal \{name}"), "literal {name}"),
        (paragraph("<em>a</em><em>b</em>"), "ab"),
        (Block(Kind.HEADING, "a<br1/>b", level=3), "a b"),
        (paragraph("a\u202eb"), "a\u202eb"),
    ],
)
def test_html_names_what_it_cannot_say(block: Block, found: str) -> None:
    with pytest.raises(CannotWrite) as caught:
        write_html(document(paragraph("before"), block))
    assert caught.value.details == {"format": "HTML", "found": found}


def test_markdown_cannot_spell_what_no_text_may_hold() -> None:
    with pytest.raises(ForbiddenCharacter):
        markdown("# Title\n\na&#x202E;b\n")


def test_document_without_title_is_written() -> None:
    source = document(paragraph("text"), Block(Kind.HEADING, "Scope", level=2), title="")
    assert normalized(markdown(write_markdown(source))) == normalized(source)
    assert normalized(page(write_html(source))) == normalized(source)


def test_text_that_begins_like_another_format_is_written() -> None:
    for text in ("%PDF-1.4 is a format", "{\\rtf too"):
        source = document(paragraph(text), title="")
        assert normalized(markdown(write_markdown(source))) == normalized(source)


def test_rebuilt_links_lead_by_number_else_by_words() -> None:
    source = markdown(
        "# T\n\n[a](#section-2) [b](#ünï) [c](#gone) [d](#same)\n\n"
        "## 2. Scope\n\n## Ünï\n\n## Same\n\n## Same\n"
    )
    skeleton, segments = split(source)
    texts = {segment.key: (segment.text, segment.links) for segment in segments}
    rebuilt = to_source(skeleton, texts)
    assert [link.href for link in rebuilt.blocks[0].links] == [
        "#2",
        "#%C3%BCn%C3%AF",
        "#gone",
        "#same",
    ]


def test_rebuilding_keeps_a_link_to_a_heading_without_a_name_of_its_own() -> None:
    skeleton, segments = split(markdown("# T\n\n[x](#same)\n\n## Same\n\n## Same\n"))
    second = segments[3].key
    texts = {segment.key: (segment.text, segment.links) for segment in segments}
    texts[segments[1].key] = (segments[1].text, (Link(1, f"#{second}"),))
    assert to_source(skeleton, texts).blocks[0].links == (Link(1, f"#{second}"),)


def test_rebuilding_refuses_a_key_without_text() -> None:
    with pytest.raises(BrokenSkeleton):
        to_source(Skeleton("saaaaaaaaaa"), {})


def test_lists_by_letters_go_on_by_the_alphabet_only() -> None:
    source = markdown("# T\n\na) one\nb) two\nd) text\n\ni) roman\n\nsee\na) wrapped\n")
    (letters, *rest) = source.blocks
    assert (letters.style, letters.ordered, letters.start) == ("a", True, 1)
    assert [item.text for item in letters.children] == ["one", "two d) text"]
    assert [block.text for block in rest] == ["i) roman", "see a) wrapped"]


def test_lists_by_letters_nest_and_hold_blocks() -> None:
    source = markdown("1. one\n\n   a) x\n\n      more\n   b)  y\n       - z\n2. two\n")
    (outer,) = source.blocks
    first, second = outer.children
    (inner,) = first.children
    assert (inner.kind, inner.style) == (Kind.LIST, "a")
    assert [(item.text, len(item.children)) for item in inner.children] == [("x", 1), ("y", 1)]
    assert second.text == "two"


def test_list_by_letters_goes_on_after_a_quotation() -> None:
    (letters,) = markdown("a) one\n\n   > said\nb) two\n").blocks
    assert [item.text for item in letters.children] == ["one", "two"]


def test_table_with_an_empty_head_has_none() -> None:
    (table,) = markdown("| | |\n|---|---|\n| a | b |\n").blocks
    assert [row.header for row in table.children] == [False]


def test_normalized_drops_what_a_format_adds() -> None:
    source = markdown("# T\n\ntext\n")
    assert normalized(source) == Source("T", (paragraph("text"),), (), (), "")
    assert normalized(replace(source, effective="2026-01-31")).effective == "2026-01-31"
