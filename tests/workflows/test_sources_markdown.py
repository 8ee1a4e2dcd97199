"""Markdown to blocks."""

from __future__ import annotations

import pytest

from workflows.sources import Block, Furniture, Kind, Link, Source, href_allowed, read


def markdown(text: str) -> Source:
    return read(text.encode(), media_type="text/markdown")


def paragraph(text: str) -> Block:
    """The only block of a document of one paragraph."""
    (block,) = markdown(text).blocks
    assert block.kind is Kind.PARAGRAPH
    return block


def codes(source: Source) -> list[str]:
    return [problem.code for problem in source.problems]


def advice(text: str) -> list[tuple[str, str]]:
    """Code and place of the advice on a document, but for its missing title."""
    found = [(problem.code, problem.place) for problem in markdown(text).problems]
    return [entry for entry in found if entry[0] != "no-title"]


def test_markdown_document_becomes_title_and_blocks() -> None:
    source = markdown(
        "# Our *policy*\n\nHello **world**.\n\n## 2. How we collect\n\n"
        "1. one\n   - inner\n\n     more\n2. two\n\n> said\n\n***\n"
    )
    assert source == Source(
        title="Our <em>policy</em>",
        blocks=(
            Block(Kind.PARAGRAPH, "Hello <strong>world</strong>.", line=3),
            Block(Kind.HEADING, "How we collect", level=2, label="2", line=5),
            Block(
                Kind.LIST,
                ordered=True,
                style="1",
                line=7,
                children=(
                    Block(
                        Kind.ITEM,
                        "one",
                        line=7,
                        children=(
                            Block(
                                Kind.LIST,
                                line=8,
                                children=(
                                    Block(
                                        Kind.ITEM,
                                        "inner",
                                        line=8,
                                        children=(Block(Kind.PARAGRAPH, "more", line=10),),
                                    ),
                                ),
                            ),
                        ),
                    ),
                    Block(Kind.ITEM, "two", line=11),
                ),
            ),
            Block(Kind.QUOTE, line=13, children=(Block(Kind.PARAGRAPH, "said", line=13),)),
            Block(Kind.RULE, line=15),
        ),
        furniture=(),
        problems=(),
        media_type="text/markdown",
    )
    assert source.problems == ()


def test_markdown_table_keeps_alignment_and_empty_cells() -> None:
    (table,) = markdown("| A | B |\n|:--|--:|\n| *x* | |\n").blocks
    cell = Kind.CELL
    assert table == Block(
        Kind.TABLE,
        line=1,
        children=(
            Block(
                Kind.ROW,
                header=True,
                line=1,
                children=(
                    Block(cell, "A", style="left", header=True, line=1),
                    Block(cell, "B", style="right", header=True, line=1),
                ),
            ),
            Block(
                Kind.ROW,
                line=3,
                children=(
                    Block(cell, "<em>x</em>", style="left", line=3),
                    Block(cell, None, style="right", line=3),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("text", "tagged"),
    [
        ("a *b* **c** `d`", "a <em>b</em> <strong>c</strong> <code>d</code>"),
        ("***both***", "<em><strong>both</strong></em>"),
        ("**a *b **c** d* e**", "<strong>a <em>b c d</em> e</strong>"),
        ("a  \nb\\\nc", "a<br1/>b<br2/>c"),
        ("a\nb", "a b"),
        ("中文\n中文", "中文中文"),
        ("中文\n*中文*", "中文<em>中文</em>"),
        ("한국어\n한국어", "한국어 한국어"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("x <script>alert(1)</script>", "x <script>alert(1)</script>"),
        ("literal <strong>tag</strong>", r"literal \<strong>tag\</strong>"),
        (r"slash \\<em>", r"slash \\\<em>"),
        (r"end\\**b**", r"end\\<strong>b</strong>"),
        ("`<a1>`", r"<code>\<a1></code>"),
        ("<a1000> <br/> <b>", "<a1000> <br/> <b>"),
        ("Hello {name} and {Name} {{7*7}}", "Hello {name} and {Name} {{7*7}}"),
        ("~~kept~~ as it is", "~~kept~~ as it is"),
        ("**重要：**请", "**重要：**请"),
    ],
)
def test_markdown_inline_becomes_tagged_text(text: str, tagged: str) -> None:
    assert paragraph(text).text == tagged


def test_markdown_links_are_numbered_and_kept_apart() -> None:
    block = paragraph(
        '[a](/terms "T"), <https://b.example/x?y=1&z=2>, [c][ref] and <d@e.example>\n\n[ref]: #top'
    )
    assert block.text == (
        "<a1>a</a1>, <a2>https://b.example/x?y=1&z=2</a2>, <a3>c</a3> and <a4>d@e.example</a4>"
    )
    assert block.links == (
        Link(1, "/terms", "T"),
        Link(2, "https://b.example/x?y=1&z=2"),
        Link(3, "#top"),
        Link(4, "mailto:d@e.example"),
    )


@pytest.mark.parametrize(
    "href",
    [
        "//evil.example",
        "https://bank.example@evil.example/",
        "mailto:x@y.example?bcc=z@y.example",
        "ftp://a.example/",
        "terms.md",
        "?next=//evil.example",
        "tel:123",
        "sms:1;javascript:alert(1)",
    ],
)
def test_markdown_link_that_is_not_allowed_leaves_its_text(href: str) -> None:
    source = markdown(f"See [*this*](<{href}>) now.")
    assert source.blocks == (Block(Kind.PARAGRAPH, "See <em>this</em> now.", line=1),)
    assert codes(source) == ["no-title", "link-not-allowed"]


def test_markdown_link_without_words_leaves_nothing() -> None:
    block = paragraph("see [](/x) and [that](/y)")
    assert (block.text, block.links) == ("see and <a1>that</a1>", (Link(1, "/y"),))


def test_markdown_address_inside_a_link_is_text() -> None:
    block = paragraph("[see <https://a.example> here](/x)")
    assert block.text == "<a1>see https://a.example here</a1>"
    assert block.links == (Link(1, "/x"),)


def test_markdown_backslash_in_a_path_is_encoded_and_stays_on_this_site() -> None:
    assert paragraph("[a](</\\evil.example>)").links == (Link(1, "/%5Cevil.example"),)


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JaVaScript:alert(1)", "&#106;avascript:alert(1)", "vbscript:x"],
)
def test_markdown_script_link_stays_literal_text(target: str) -> None:
    block = paragraph(f"[x]({target})")
    assert block.links == ()
    assert (block.text or "").startswith("[x](")


@pytest.mark.parametrize(
    ("href", "allowed"),
    [
        ("https://a.example", True),
        ("HTTP://a.example:8080/x?y=/../#z", True),
        ("https://[::1]/", True),
        ("https://xn--80ak6aa92e.example/", True),
        ("mailto:a.b+c@d.example", True),
        ("#section-2", True),
        ("#", True),
        ("/", True),
        ("/terms?a=b", True),
        ("", False),
        ("https:", False),
        ("https://", False),
        ("https:/a.example", False),
        ("https:a.example", False),
        ("https:\\\\a.example", False),
        ("https://a@b.example", False),
        ("https://a.example:99999999", False),
        ("https://-a.example", False),
        ("//a.example", False),
        ("/\\a.example", False),
        ("/\t/a.example", False),
        (" /a", False),
        ("/a b", False),
        ('/a"b', False),
        ("/a\n", False),
        ("/caf\u00e9", False),
        ("https://\u0430pple.example", False),
        ("#a#b", False),
        ("java\tscript:alert(1)", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("mailto:a@b.example?bcc=c", False),
        ("mailto:a@b@c.example", False),
        ("/" + "a" * 2048, False),
    ],
)
def test_href_allowed_takes_only_plain_targets(href: str, allowed: bool) -> None:
    assert href_allowed(href) is allowed


@pytest.mark.parametrize(
    ("heading", "label", "text"),
    [
        ("2. How we collect", "2", "How we collect"),
        ("2.1. Own words", "2.1", "Own words"),
        ("2.1. own words", "2.1", "own words"),
        ("1. 適用範囲", "1", "適用範囲"),
        ("10. *Ten*", "10", "<em>Ten</em>"),
        ("2 How we collect", "", "2 How we collect"),
        ("2.1 Own words", "", "2.1 Own words"),
        ("1 適用範囲", "", "1 適用範囲"),
        ("3 ways to reach us", "", "3 ways to reach us"),
        ("2024 in figures", "", "2024 in figures"),
        ("10 000 visitors", "", "10 000 visitors"),
        ("100% safe", "", "100% safe"),
        ("30 Days Notice of Termination", "", "30 Days Notice of Termination"),
        ("24 Hours Support", "", "24 Hours Support"),
        ("1. Januar 2024", "", "1. Januar 2024"),
        ("2.", "", "2."),
        ("How 2. we", "", "How 2. we"),
    ],
)
def test_markdown_heading_gives_up_its_number(heading: str, label: str, text: str) -> None:
    (block,) = markdown(f"# Title\n\n## {heading}\n").blocks
    assert (block.label, block.text, block.level) == (label, text, 2)


def test_markdown_only_the_first_heading_of_level_one_is_the_title() -> None:
    source = markdown("before\n\n> # quoted\n\n# First [link](/x)\n\n# Second\n")
    assert source.title == "First link"
    assert [(block.kind, block.text, block.level) for block in source.blocks] == [
        (Kind.PARAGRAPH, "before", 0),
        (Kind.QUOTE, None, 0),
        (Kind.HEADING, "Second", 1),
    ]
    assert codes(source) == ["link-in-title"]


def test_markdown_image_is_set_aside_with_its_words() -> None:
    source = markdown("# T\n\nsee ![a chart](/c.png) here\n\n[![](/only.png)](/x)\n")
    assert source.blocks == (Block(Kind.PARAGRAPH, "see here", line=3),)
    assert source.furniture == (
        Furniture(3, "a chart", "image"),
        Furniture(5, "/only.png", "image"),
    )
    assert codes(source) == ["image-set-aside", "image-set-aside", "image-link-set-aside"]


def test_markdown_code_block_is_kept_as_code() -> None:
    source = markdown("# T\n\n```sh\nmake run\n  <em> \\\n```\n")
    assert source.blocks == (
        Block(Kind.PARAGRAPH, r"<code>make run<br1/>  \<em> \\</code>", line=3),
    )
    assert codes(source) == ["code-block"]


def test_markdown_front_matter_is_set_aside_and_lines_still_count() -> None:
    source = markdown("---\ntitle: x\n---\n# T\n\ntext\n")
    assert source.title == "T"
    assert source.blocks == (Block(Kind.PARAGRAPH, "text", line=6),)
    assert source.furniture == (Furniture(1, "---\ntitle: x\n---", "front matter"),)
    assert codes(source) == ["front-matter"]


def test_markdown_rule_at_the_top_is_no_front_matter() -> None:
    source = markdown("---\n\ntext\n\n---\n")
    assert [block.kind for block in source.blocks] == [Kind.RULE, Kind.PARAGRAPH, Kind.RULE]


def test_markdown_drops_only_what_is_empty() -> None:
    source = markdown("# T\n\n##\n\n-\n- a\n\n[](/x)\n\n&nbsp;\n\n>\n\n| |\n|-|\n")
    assert source.blocks == (Block(Kind.LIST, line=5, children=(Block(Kind.ITEM, "a", line=6),)),)


def test_reference_to_a_heading_may_be_number_section_or_words() -> None:
    text = (
        "# T\n\n[a](#2) [b](#section-2) [c](#our-visitors-data) [d](#3) [e](#top) [f](#section-2-1)"
        "\n\n## 2. Our visitors' data\n\n### 2.1 More\n"
    )
    found = [p for p in markdown(text).problems if p.code == "broken-reference"]
    assert [(p.place, p.details) for p in found] == [("line 3", {"href": "#3"})]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("held by and / or its partners", [("empty-placeholder", "line 1")]),
        ("the use of and access to the site", []),
        ("access to and/or use of the site", []),
        ("run by ____ in Paris", [("empty-placeholder", "line 1")]),
        ("run by [company name] in Paris", [("empty-placeholder", "line 1")]),
        ("run by () in Paris", [("empty-placeholder", "line 1")]),
        ("we keep records When you visit us", [("missing-full-stop", "line 1")]),
        ("word " * 120, []),
        ("word " * 121, [("segment-too-long", "line 1")]),
        ("字" * 240, []),
        ("字" * 241, [("segment-too-long", "line 1")]),
        ("- the same four words\n- the same four words\n", [("duplicate-text", "line 2")]),
        ("- three short words\n- three short words\n", []),
        ("a <b>bold</b> word `<i>`", [("html-shown", "line 1")] * 2),
        ("1 < 2 > 0, <https://a.example>", []),
    ],
)
def test_advice_names_what_an_author_should_look_at(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert advice(text) == expected
    assert not any(problem.blocking for problem in markdown(text).problems)


def test_advice_says_what_was_found_and_how_to_mend_it() -> None:
    problem = markdown("# T\n\nheld by and / or its own partners").problems[0]
    assert problem.text() == (
        "line 3: A name seems to be missing at “by and / or its own partners”. "
        "Fill it in, or rewrite the sentence."
    )
