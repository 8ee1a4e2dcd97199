"""Word documents to blocks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.docx import (
    STYLES,
    Docx,
    anchor,
    bare,
    bold,
    bookmark,
    code,
    codes,
    complex_field,
    italic,
    level,
    paragraph,
    read,
    run,
    table,
)
from workflows.sources.blocks import Block, Kind, Link
from workflows.sources.docx import read_docx
from workflows.sources.markdown import Reading, read_markdown

H1, H2, H3 = "berschrift1", "berschrift2", "berschrift3"
DECIMAL = [level(0, "decimal", "%1."), level(1, "lowerLetter", "%2)"), level(2, "bullet", "•")]
BULLETS = [level(0, "bullet", "•"), level(1, "bullet", "o")]
TWO_LISTS = {1: DECIMAL, 2: BULLETS}
SECTIONS = [level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "decimal", "%3.")]


def test_docx_becomes_the_blocks_of_its_markdown_twin() -> None:
    document = Docx(lists={1: DECIMAL, 2: BULLETS}, links=["https://example.org/terms"])
    document.body = [
        paragraph("Privacy policy", style="Title"),
        paragraph("We are ", bold("a small"), " company with ", italic("one"), " office."),
        paragraph("1. Who we are", style=H1),
        paragraph("Write to ", document.link(1, "the office"), ", or see ", code("help"), "."),
        paragraph("What we keep", style=H2),
        paragraph("your name", num=2),
        paragraph("your address:", num=2),
        paragraph("street", num=2, level=1),
        paragraph("town", num=2, level=1),
        paragraph("your age", num=2),
        table([["Data", "Kept for"], ["Name", "1 year"], ["Address", ""]]),
        paragraph("first", num=1),
        paragraph("inner", num=1, level=1),
        paragraph("second", num=1),
        paragraph("goes on", style="ListContinue"),
        paragraph("Said by others.", style="Quote"),
        paragraph("Line one\nline two"),
    ]
    reading = read_docx(document.write())
    twin = read_markdown(
        "# Privacy policy\n\nWe are **a small** company with *one* office.\n\n"
        "## 1. Who we are\n\nWrite to [the office](https://example.org/terms), or see `help`.\n\n"
        "### What we keep\n\n- your name\n- your address:\n  - street\n  - town\n- your age\n\n"
        "| Data | Kept for |\n|---|---|\n| Name | 1 year |\n| Address | |\n\n"
        "1. first\n   1. inner\n2. second\n\n   goes on\n\n> Said by others.\n\n"
        "Line one\\\nline two\n"
    )
    # Markdown has no lists with letters.
    lettered = bare(twin.blocks)
    outer = lettered[6]
    inner = replace(outer.children[0].children[0], style="a")
    first = replace(outer.children[0], children=(inner,))
    expected = (*lettered[:6], replace(outer, children=(first, outer.children[1])), *lettered[7:])
    assert (reading.title, bare(reading.blocks)) == (twin.title, expected)
    assert reading.problems == []


def test_docx_heading_numbers_are_labels_and_references() -> None:
    reading = read(
        paragraph("Policy", style="Title"),
        paragraph("Scope", style=H1, num=1),
        paragraph(bookmark("_Ref1"), "Data", style=H1, num=1),
        paragraph("Names", style=H2, num=1, level=1),
        paragraph(bookmark("mail"), "Mail", style=H2, num=1, level=1),
        paragraph("See ", anchor("_Ref1", "2"), ", ", anchor("mail", "2.2"), " or "),
        paragraph(complex_field(' HYPERLINK \\l "_Ref1" ', run("data")), anchor("gone", "gone")),
        lists={1: SECTIONS},
    )
    assert reading.title == "Policy"
    assert bare(reading.blocks) == (
        Block(Kind.HEADING, "Scope", level=2, label="1"),
        Block(Kind.HEADING, "Data", level=2, label="2"),
        Block(Kind.HEADING, "Names", level=3, label="2.1"),
        Block(Kind.HEADING, "Mail", level=3, label="2.2"),
        Block(
            Kind.PARAGRAPH,
            "See <a1>2</a1>, <a2>2.2</a2> or",
            (Link(1, "#2"), Link(2, "#2.2")),
        ),
        Block(Kind.PARAGRAPH, "<a1>data</a1><a2>gone</a2>", (Link(1, "#2"), Link(2, "#gone"))),
    )
    assert [block.line for block in reading.blocks] == [2, 3, 4, 5, 6, 7]


def test_docx_numbers_with_words_are_written_in_front_of_the_text() -> None:
    reading = read(
        paragraph("Scope", style=H1, num=1),
        paragraph("This is said.", num=1, level=1),
        paragraph("Data", style=H1, num=1),
        paragraph("That is said.", num=1, level=1),
        lists={
            1: [
                level(0, "upperRoman", "Article %1"),
                level(1, "decimal", "%1.%2", extra="<w:isLgl/>"),
            ]
        },
    )
    assert bare(reading.blocks) == (
        Block(Kind.HEADING, "Article I Scope", level=1),
        Block(Kind.PARAGRAPH, "This is said.", label="1.1"),
        Block(Kind.HEADING, "Article II Data", level=1),
        Block(Kind.PARAGRAPH, "That is said.", label="2.1"),
    )
    assert codes(reading) == [
        ("label-with-word", "paragraph 1"),
        ("label-with-word", "paragraph 3"),
    ]


@pytest.mark.parametrize(
    ("form", "text", "label"),
    [
        ("chineseCountingThousand", "第%1条", "第三条"),
        ("decimalZero", "Art. %1", "Art. 03"),
    ],
)
def test_docx_heading_keeps_a_number_with_a_word_in_its_text(
    form: str, text: str, label: str
) -> None:
    reading = read(paragraph("Scope", style=H2, num=1), lists={1: [level(0, form, text, start=3)]})
    assert bare(reading.blocks) == (Block(Kind.HEADING, f"{label} Scope", level=2),)
    assert codes(reading) == [("label-with-word", "paragraph 1")]


@pytest.mark.parametrize(
    ("form", "text", "label"),
    [
        ("lowerRoman", "(%1)", "(iii)"),
        ("upperRoman", "%1.", "III"),
        ("upperLetter", "§ %1", "§ C"),
        ("decimal", "%1)", "3)"),
        ("decimal", "%1.", "3"),
    ],
)
def test_docx_heading_has_the_number_that_word_gives_it(form: str, text: str, label: str) -> None:
    reading = read(paragraph("Scope", style=H2, num=1), lists={1: [level(0, form, text, start=3)]})
    assert bare(reading.blocks) == (Block(Kind.HEADING, "Scope", level=2, label=label),)
    assert codes(reading) == []


def lists_of(reading: Reading) -> list[tuple[str, int, list[str | None]]]:
    """Style, start and texts of the lists at the top."""
    return [
        (block.style, block.start, [item.text for item in block.children])
        for block in reading.blocks
        if block.kind is Kind.LIST
    ]


def test_docx_list_goes_on_after_a_paragraph() -> None:
    reading = read(
        paragraph("one", num=1),
        paragraph("two", num=1),
        paragraph("Between."),
        paragraph("three", num=1),
        paragraph("a bullet", num=2),
        paragraph("four", num=1),
        lists={1: DECIMAL, 2: BULLETS},
    )
    assert lists_of(reading) == [
        ("1", 1, ["one", "two"]),
        ("1", 3, ["three"]),
        ("", 1, ["a bullet"]),
        ("1", 4, ["four"]),
    ]
    assert codes(reading) == []


def test_docx_list_starts_again_where_the_document_says_so() -> None:
    override = (
        '<w:num w:numId="7"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    reading = read(
        paragraph("one", num=1),
        paragraph("five", num=7),
        paragraph("six", num=7),
        paragraph("seven", num=1),
        lists={1: DECIMAL},
        nums=override,
    )
    assert lists_of(reading) == [("1", 1, ["one"]), ("1", 5, ["five", "six", "seven"])]


def test_docx_list_level_may_be_redefined() -> None:
    override = (
        '<w:num w:numId="7"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        f"{level(0, 'lowerLetter', '(%1)', start=3)}</w:lvlOverride></w:num>"
    )
    reading = read(paragraph("c", num=7), paragraph("d", num=7), lists={1: DECIMAL}, nums=override)
    assert lists_of(reading) == [("a", 3, ["c", "d"])]
    assert codes(reading) == []


def test_docx_lists_nest_by_indent_or_level() -> None:
    flat = '<w:ind w:left="0"/>'
    inner = Block(Kind.LIST, children=(Block(Kind.ITEM, "inner"),))
    wanted = Block(
        Kind.LIST, ordered=True, style="1", children=(Block(Kind.ITEM, "one", children=(inner,)),)
    )
    by_indent = read(
        paragraph("one", num=1, properties=flat), paragraph("inner", num=2), lists=TWO_LISTS
    )
    by_level = read(
        paragraph("one", num=1, properties=flat),
        paragraph("inner", num=2, level=1, properties=flat),
        lists=TWO_LISTS,
    )
    assert (bare(by_indent.blocks), bare(by_level.blocks)) == ((wanted,), (wanted,))


def test_docx_paragraph_indented_like_all_others_is_in_no_list() -> None:
    styles = STYLES.replace(
        '<w:name w:val="Normal"/>', '<w:name w:val="Normal"/><w:pPr><w:ind w:left="900"/></w:pPr>'
    )
    reading = read(paragraph("one", num=1), paragraph("Text."), lists=TWO_LISTS, styles=styles)
    assert [block.kind for block in reading.blocks] == [Kind.LIST, Kind.PARAGRAPH]


def test_docx_list_by_style_and_without_number() -> None:
    reading = read(
        paragraph("one", style="ListNumber"),
        paragraph("not in it", style="ListNumber", num=0),
        paragraph("two", style="ListNumber"),
        lists={1: DECIMAL},
    )
    assert lists_of(reading) == [("1", 1, ["one"]), ("1", 2, ["two"])]
    assert reading.blocks[1].text == "not in it"


def test_docx_roman_list_keeps_its_numbers_as_labels() -> None:
    reading = read(
        paragraph("one", num=1),
        paragraph("two", num=1),
        lists={1: [level(0, "lowerRoman", "(%1)")]},
    )
    assert lists_of(reading) == [("1", 1, ["one", "two"])]
    assert [item.label for item in reading.blocks[0].children] == ["(i)", "(ii)"]
    assert codes(reading) == []


@pytest.mark.parametrize(
    ("styles", "title", "levels"),
    [
        ([("Title", "T"), (H1, "A"), (H2, "B"), (H1, "C")], "T", [2, 3, 2]),
        ([("Title", "T"), (H2, "A"), (H3, "B")], "T", [2, 3]),
        ([(H1, "T"), (H2, "A")], "T", [2]),
        ([(H1, "T"), (H1, "A"), (H2, "B")], "T", [2, 3]),
        ([("", "x"), (H1, "A"), (H1, "B")], "", [1, 1]),
        ([("", "x"), (H1, "T"), (H2, "B")], "T", [2]),
        ([("Clause", "A"), ("TOCHeading", "")], "", [2]),
    ],
)
def test_docx_title_is_the_one_heading_of_level_one(
    styles: list[tuple[str, str]], title: str, levels: list[int]
) -> None:
    reading = read(*(paragraph(text, style=style) for style, text in styles))
    headings = [block.level for block in reading.blocks if block.kind is Kind.HEADING]
    assert (reading.title, headings) == (title, levels)


def test_docx_outline_level_of_a_paragraph_makes_a_heading() -> None:
    reading = read(
        paragraph("A", properties='<w:outlineLvl w:val="2"/>'),
        paragraph("B", style=H1, properties='<w:outlineLvl w:val="9"/>'),
    )
    assert bare(reading.blocks) == (
        Block(Kind.HEADING, "A", level=3),
        Block(Kind.PARAGRAPH, "B"),
    )
