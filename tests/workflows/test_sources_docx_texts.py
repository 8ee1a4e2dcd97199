"""The texts of Word documents, and what is set aside of them."""

from __future__ import annotations

import pytest

from tests.support.docx import (
    Docx,
    bare,
    bold,
    codes,
    complex_field,
    field_begin,
    field_end,
    italic,
    level,
    paragraph,
    read,
    run,
    table,
)
from workflows.problems import Problem
from workflows.sources.blocks import Block, Furniture, Kind, Link
from workflows.sources.docx import read_docx
from workflows.sources.markdown import Reading

H1, H2 = "berschrift1", "berschrift2"
DECIMAL = [level(0, "decimal", "%1."), level(1, "lowerLetter", "%2)"), level(2, "bullet", "•")]


UP, DOWN, BASE = (
    f'<w:vertAlign w:val="{name}"/>' for name in ("superscript", "subscript", "baseline")
)


def math(text: str) -> str:
    return f"<m:r><w:rPr><w:i/></w:rPr><m:t>{text}</m:t></m:r>"


def power(base: str, exponent: str, kind: str = "sup") -> str:
    name = f"m:s{kind.title()}"
    return (
        f"<{name}><m:{name[2:]}Pr/><m:e>{math(base)}</m:e><m:{kind}>{math(exponent)}</m:{kind}>"
        f"</{name}>"
    )


def fraction(over: str, under: str) -> str:
    return f"<m:f><m:num>{math(over)}</m:num><m:den>{math(under)}</m:den></m:f>"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ([bold("all "), bold("bold")], "<strong>all bold</strong>"),
        (["a ", bold("word "), "b"], "a <strong>word</strong> b"),
        (["a", bold(" word"), "b"], "a <strong>word</strong>b"),
        ([bold("a"), run(" "), bold("b")], "<strong>a b</strong>"),
        ([bold("a "), run("b", "<w:b/><w:i/>")], "<strong>a <em>b</em></strong>"),
        ([run("a ", "<w:b/><w:i/>"), italic("b")], "<em><strong>a</strong> b</em>"),
        ([run("x", '<w:rStyle w:val="Strong"/>')], "<strong>x</strong>"),
        ([run("x", '<w:rStyle w:val="Strong"/><w:b w:val="0"/>')], "x"),
        (["a\n\nb\n"], "a<br1/>b"),
        (["<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:noBreakHyphen/></w:r>"], "a b\u2011"),
        (["1 < 2 & <br1/>"], "1 < 2 & \\<br1/>"),
        (["<w:smartTag>" + run("in") + "</w:smartTag>", run(" out")], "in out"),
        (["<w:sdt><w:sdtPr/><w:sdtContent>" + run("held") + "</w:sdtContent></w:sdt>"], "held"),
        (["<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>"], "a+b"),
        (["10", run("6", UP), " m", run("2", UP), ", H", run("2", DOWN), "O"], "10⁶ m², H₂O"),
        ([bold("x"), run("2", f"<w:b/>{UP}"), " y"], "<strong>x²</strong> y"),
        (["1", run("st", UP), " Acme", run("TM", UP), run("plain", BASE)], "1st Acme™plain"),
        ([f"<m:oMath>{power('x', '2')}</m:oMath>"], "x²"),
        (['<w:r><w:sym w:font="Arial" w:char="00A7"/></w:r>', run(" 1")], "§ 1"),
    ],
)
def test_docx_text_of_a_paragraph(content: list[str], text: str) -> None:
    body = [part if part.startswith(("<w:", "<m:")) else run(part) for part in content]
    assert [block.text for block in read(paragraph(*body)).blocks] == [text]


def test_docx_links_are_those_of_the_document_and_only_told() -> None:
    document = Docx(links=["https://example.org/a b?é", "file:///etc/passwd", "mailto:a@b.example"])
    field = complex_field('HYPERLINK "https://example.org/" \\o "tip"', run("four"))
    document.body = [
        paragraph(
            document.link(1, "one"), document.link(2, " two "), document.link(3, "three"), field
        )
    ]
    reading = read_docx(document.write())
    assert bare(reading.blocks) == (
        Block(
            Kind.PARAGRAPH,
            "<a1>one</a1> two <a2>three</a2><a3>four</a3>",
            (
                Link(1, "https://example.org/a%20b?%C3%A9"),
                Link(2, "mailto:a@b.example"),
                Link(3, "https://example.org/"),
            ),
        ),
    )
    assert codes(reading) == [("link-not-allowed", "paragraph 1")]


def cells(reading: Reading) -> list[list[tuple[str | None, bool]]]:
    """Text and header of the cells of the only block, a table."""
    (block,) = reading.blocks
    assert block.kind is Kind.TABLE
    return [[(cell.text, cell.header) for cell in row.children] for row in block.children]


def test_docx_table_head_is_marked_or_bold() -> None:
    rows = [["a", "b"], ["c", "d"]]
    dark = [[paragraph(bold("a")), paragraph(bold("b"))], ["c", "d"]]
    look = '<w:tblLook w:val="04A0" w:firstRow="1"/>'
    headed = [[("a", True), ("b", True)], [("c", False), ("d", False)]]
    plain = [[(text, False) for text, _ in row] for row in headed]
    strong = [[("<strong>a</strong>", False), ("<strong>b</strong>", False)], plain[1]]
    assert cells(read(table(rows))) == headed
    assert cells(read(table(rows, header=False, properties=look))) == plain
    assert cells(read(table(dark, header=False, properties=look))) == headed
    assert cells(read(table(dark, header=False, properties='<w:tblLook w:val="04A0"/>'))) == headed
    assert cells(read(table(dark, header=False))) == strong


def test_docx_table_cells_keep_their_columns_and_lines() -> None:
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + paragraph("wide") + "</w:tc>"
    lines = paragraph("one") + paragraph("two")
    listed = paragraph("first", num=1) + paragraph("second", num=1)
    reading = read(table([[wide], [lines, listed]], header=False), lists={1: DECIMAL})
    assert cells(reading) == [
        [("wide", False), (None, False)],
        [("one<br1/>two", False), ("1. first<br1/>2. second", False)],
    ]
    assert codes(reading) == [
        ("span-flattened", "paragraph 1"),
        ("cell-flattened", "paragraph 4"),
    ]


def test_docx_frame_of_one_cell_is_no_table() -> None:
    framed = paragraph("Head", style=H2) + paragraph("text")
    assert bare(read(table([[framed]], header=False)).blocks) == (
        Block(Kind.HEADING, "Head", level=2),
        Block(Kind.PARAGRAPH, "text"),
    )


def test_docx_column_of_sections_is_no_table() -> None:
    rows = [[paragraph(name, style=H2) + paragraph("text")] for name in ("One", "Two")]
    blocks = read(table(rows, header=False)).blocks
    assert [(block.kind, block.text) for block in blocks] == [
        (Kind.HEADING, "One"),
        (Kind.PARAGRAPH, "text"),
        (Kind.HEADING, "Two"),
        (Kind.PARAGRAPH, "text"),
    ]


def test_docx_contents_made_by_a_field_are_set_aside() -> None:
    reading = read(
        paragraph(field_begin(' TOC \\o "1-3" '), run("1 Scope 1"), style="TOC1"),
        paragraph("2 Data 2"),
        paragraph(field_end(), run("After.")),
    )
    assert bare(reading.blocks) == (Block(Kind.PARAGRAPH, "After."),)
    assert reading.furniture == [
        Furniture(1, "1 Scope 1", "navigation"),
        Furniture(2, "2 Data 2", "navigation"),
    ]
    assert codes(reading) == [("contents-set-aside", "paragraph 1")]


def test_docx_contents_in_a_content_control_are_set_aside_with_their_caption() -> None:
    reading = read(
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        "</w:docPartObj></w:sdtPr><w:sdtContent>"
        + paragraph("Contents", style="TOCHeading")
        + paragraph("1 Scope 1", style=H1)
        + "</w:sdtContent></w:sdt>",
        paragraph("Text."),
    )
    assert bare(reading.blocks) == (Block(Kind.PARAGRAPH, "Text."),)
    assert [(piece.text, piece.reason) for piece in reading.furniture] == [
        ("Contents", "navigation"),
        ("1 Scope 1", "navigation"),
    ]


def test_docx_notes_go_to_the_end_in_the_order_of_their_marks() -> None:
    def note(kind: str, number: int) -> str:
        return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'

    reading = read(
        paragraph("One", note("endnote", 1), ", two", note("footnote", 2), "."),
        paragraph("End."),
        parts={
            "footnotes": f'<w:footnote w:id="2">{paragraph("Foot.")}{paragraph("More.")}'
            "</w:footnote>",
            "endnotes": f'<w:endnote w:id="1">{paragraph("Late.")}</w:endnote>',
        },
    )
    assert bare(reading.blocks) == (
        Block(Kind.PARAGRAPH, "One[1], two[2]."),
        Block(Kind.PARAGRAPH, "End."),
        Block(
            Kind.LIST,
            ordered=True,
            style="1",
            children=(
                Block(Kind.ITEM, "Late."),
                Block(Kind.ITEM, "Foot.", children=(Block(Kind.PARAGRAPH, "More."),)),
            ),
        ),
    )
    assert codes(reading) == [("notes-at-end", "paragraph 1")]


def test_docx_sets_aside_what_is_no_text_and_says_so() -> None:
    shape = '<wp:inline><wp:docPr id="1" name="P" descr="Our house"/></wp:inline>'
    picture = f"<w:r><w:drawing>{shape}</w:drawing></w:r>"
    reading = read(
        paragraph("Seen ", run("unseen", "<w:vanish/>"), picture, " text."),
        paragraph("Noted", '<w:r><w:commentReference w:id="3"/></w:r>'),
        paragraph(run("gone", "<w:strike/>")),
        parts={
            "comments": f'<w:comment w:id="3">{paragraph("Really?")}</w:comment>',
            "header": paragraph("Example Ltd"),
            "footer": paragraph("Page 1"),
        },
    )
    assert [block.text for block in reading.blocks] == ["Seen text.", "Noted", "gone"]
    assert sorted((piece.line, piece.text, piece.reason) for piece in reading.furniture) == [
        (1, "Example Ltd", "brand"),
        (1, "Our house", "image"),
        (1, "unseen", "hidden"),
        (2, "Really?", "comment"),
        (3, "Page 1", "brand"),
    ]
    assert sorted(codes(reading)) == [
        ("comment-set-aside", "paragraph 2"),
        ("hidden-text-set-aside", "paragraph 1"),
        ("image-set-aside", "paragraph 1"),
        ("page-header-set-aside", "paragraph 1"),
        ("page-header-set-aside", "paragraph 3"),
        ("struck-text-kept", "paragraph 3"),
    ]


def test_docx_text_box_follows_its_paragraph_once() -> None:
    box = f"<w:txbxContent>{paragraph('Boxed')}</w:txbxContent>"
    shape = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    reading = read(paragraph("Before", shape), paragraph("After"))
    assert [block.text for block in reading.blocks] == ["Before", "Boxed", "After"]
    assert codes(reading) == [("text-box-moved", "paragraph 1")]


def test_docx_horizontal_line_is_a_rule() -> None:
    line = '<w:r><w:pict><v:rect o:hr="t"/></w:pict></w:r>'
    blocks = read(paragraph("a"), paragraph(line), paragraph("b")).blocks
    assert [block.kind for block in blocks] == [Kind.PARAGRAPH, Kind.RULE, Kind.PARAGRAPH]


CHANGES = {
    "inserted": f'<w:ins w:id="1">{run("x")}</w:ins>',
    "deleted": '<w:del w:id="1"><w:r><w:delText>x</w:delText></w:r></w:del>',
    "moved": f'<w:moveTo w:id="1">{run("x")}</w:moveTo>',
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_docx_with_tracked_changes_is_refused_at_its_paragraph(change: str) -> None:
    with pytest.raises(Problem) as caught:
        read(paragraph("a"), paragraph("b", change))
    assert (caught.value.code, caught.value.place) == ("tracked-changes", "paragraph 2")


def test_docx_takes_tracked_changes_of_the_look_as_it_looks_now() -> None:
    change = '<w:pPrChange w:id="1"><w:pPr><w:pStyle w:val="Title"/></w:pPr></w:pPrChange>'
    blocks = read(paragraph("a", style=H2, properties=change)).blocks
    assert bare(blocks) == (Block(Kind.HEADING, "a", level=2),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\u202eb", "forbidden-character"),
        ("\u2028", "forbidden-character"),
        ("<" * 7 + " x", "conflict-marks"),
    ],
)
def test_docx_text_keeps_the_rules_of_text_files(text: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        read(paragraph("a"), paragraph(), paragraph(run(text)))
    assert (caught.value.code, caught.value.place) == (code, "paragraph 3")


def test_docx_text_that_begins_like_another_format_is_text() -> None:
    assert read(paragraph(run("<html> is a tag"))).blocks[0].text == "<html> is a tag"


def test_docx_field_that_never_ends_hides_nothing() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    reading = read(paragraph(begin, run("a")), paragraph("b"))
    assert [block.text for block in reading.blocks] == ["b"]
    assert reading.furniture == [Furniture(1, "a", "hidden")]


@pytest.mark.parametrize(
    ("content", "expected", "problem"),
    [
        (["10", run("6a", UP)], "10^6a", ("raised-text-flattened", "6a")),
        (["x", run("max", DOWN)], "xmax", ("raised-text-flattened", "max")),
        ([f"<m:oMath>{fraction('1', '2')}</m:oMath>"], "1/2", None),
        ([f"<m:oMath>{fraction('a+b', '2')}</m:oMath>"], "(a+b)/2", None),
        ([f"<m:oMath>{power('x', 'k')}</m:oMath>"], "x^k", ("formula-flattened", "x^k")),
        ([f"<m:oMath>{power('x', '2', 'sub')}</m:oMath>"], "x₂", None),
        ([f"<m:oMath><m:rad><m:deg/><m:e>{math('x')}</m:e></m:rad></m:oMath>"], "x",
         ("formula-flattened", "x")),
    ],
)  # fmt: skip
def test_docx_powers_and_formulas_stay_or_are_told(
    content: list[str], expected: str, problem: tuple[str, str] | None
) -> None:
    got = read(paragraph("T", style="Title"), paragraph(*content))
    assert [block.text for block in got.blocks] == [expected]
    assert [(p.code, p.details["text"]) for p in got.problems] == ([problem] if problem else [])
