"""The structure of a document mended by its author."""

from __future__ import annotations

import pytest

from workflows.problems import Problem
from workflows.sources import (
    Block,
    Correction,
    Furniture,
    Kind,
    Link,
    Source,
    corrected,
    corrections_from_json,
    corrections_to_json,
    read,
)
from workflows.sources.reasons import EmptyDocument
from workflows.sources.refusals import CorrectionMisfit, CorrectionsUnreadable

TEXT = """# Title

Intro with [one](/1) and [two](/2).

## 2. Scope

Storage The **data** is\\
kept [here](/3).

1. Rest

Last words.

- item

  more
- other

> said

| A | B |
|---|---|
| c | d |
"""
# 1 title, 2 intro, 3 scope, 4 storage, 5 rest, 6 last, 7 item, 8 more, 9 other, 10 said, 11 A...


@pytest.fixture
def source() -> Source:
    found = read(TEXT.replace("1. Rest", r"1\. Rest").encode(), media_type="text/markdown")
    assert [block.text for block in found.blocks[:5]] == [
        "Intro with <a1>one</a1> and <a2>two</a2>.",
        "Scope",
        "Storage The <strong>data</strong> is<br1/>kept <a1>here</a1>.",
        "1. Rest",
        "Last words.",
    ]
    return found


def shapes(source: Source) -> list[tuple[str, int, str, str | None]]:
    return [(str(block.kind), block.level, block.label, block.text) for block in source.blocks]


def test_nothing_to_correct_changes_nothing(source: Source) -> None:
    assert corrected(source, ()) is source


def test_paragraph_becomes_a_heading_and_its_number_the_label(source: Source) -> None:
    mended = corrected(source, [Correction(5, "heading", level=3)])
    assert shapes(mended)[3] == ("heading", 3, "1", "Rest")
    assert mended.blocks[3].line == source.blocks[3].line
    assert mended.blocks[:3] == source.blocks[:3]
    assert mended.blocks[4:] == source.blocks[4:]


def test_heading_changes_its_level_and_becomes_a_paragraph(source: Source) -> None:
    deeper = corrected(source, [Correction(3, "heading", level=4)])
    assert shapes(deeper)[1] == ("heading", 4, "2", "Scope")
    flat = corrected(source, [Correction(3, "paragraph")])
    assert shapes(flat)[1] == ("paragraph", 0, "2", "Scope")


def test_number_goes_into_the_text_and_out_of_it_again(source: Source) -> None:
    said = corrected(source, [Correction(3, "unlabel")])
    assert shapes(said)[1] == ("heading", 2, "", "2. Scope")
    assert corrected(said, [Correction(3, "label")]).blocks == source.blocks
    flat = corrected(source, [Correction(3, "unlabel"), Correction(3, "paragraph")])
    assert shapes(flat)[1] == ("paragraph", 0, "", "2. Scope")
    taken = corrected(source, [Correction(5, "label")])
    assert shapes(taken)[3] == ("paragraph", 0, "1", "Rest")
    for wrong in (Correction(3, "label"), Correction(2, "label"), Correction(2, "unlabel")):
        with pytest.raises(CorrectionMisfit):
            corrected(source, [wrong])


def test_heading_made_a_paragraph_and_back_is_the_same(source: Source) -> None:
    flat = corrected(source, [Correction(3, "paragraph")])
    assert corrected(flat, [Correction(3, "heading", level=2)]).blocks == source.blocks


def test_split_makes_a_heading_of_a_run_in_one(source: Source) -> None:
    mended = corrected(source, [Correction(4, "split", level=3, at=8)])
    assert shapes(mended)[2:4] == [
        ("heading", 3, "", "Storage"),
        ("paragraph", 0, "", "The <strong>data</strong> is<br1/>kept <a1>here</a1>."),
    ]
    assert mended.blocks[3].links == (Link(1, "/3"),)


def test_split_numbers_links_and_breaks_anew(source: Source) -> None:
    first = corrected(source, [Correction(2, "split", at=15)])
    assert [(block.text, block.links) for block in first.blocks[:2]] == [
        ("Intro with <a1>one</a1>", (Link(1, "/1"),)),
        ("and <a1>two</a1>.", (Link(1, "/2"),)),
    ]
    at_break = corrected(source, [Correction(4, "split", at=len("Storage The data is"))])
    assert [block.text for block in at_break.blocks[2:4]] == [
        "Storage The <strong>data</strong> is",
        "kept <a1>here</a1>.",
    ]


def test_split_in_three_and_only_the_first_part_becomes_a_heading(source: Source) -> None:
    mended = corrected(
        source,
        [Correction(2, "split", at=15), Correction(2, "split", level=2, at=5)],
    )
    assert shapes(mended)[:3] == [
        ("heading", 2, "", "Intro"),
        ("paragraph", 0, "", "with <a1>one</a1>"),
        ("paragraph", 0, "", "and <a1>two</a1>."),
    ]
    assert [block.links for block in mended.blocks[:3]] == [
        (),
        (Link(1, "/1"),),
        (Link(1, "/2"),),
    ]


def test_split_of_a_heading_leaves_its_text_as_a_paragraph() -> None:
    source = read(b"# T\n\n## 2. Storage The data is kept.", media_type="text/markdown")
    mended = corrected(source, [Correction(2, "split", at=7)])
    assert shapes(mended) == [
        ("heading", 2, "2", "Storage"),
        ("paragraph", 0, "", "The data is kept."),
    ]


@pytest.mark.parametrize(
    ("text", "at", "parts"),
    [
        ("a **bold** c", 2, ["a", "<strong>bold</strong> c"]),
        ("a **bold** c", 6, ["a <strong>bold</strong>", "c"]),
        ("**bold** c", 4, ["<strong>bold</strong>", "c"]),
        ("a \\\\\\\\ b", 4, [r"a \\", "b"]),
        (r"x\\ **b**", 3, [r"x\ ".strip(), "<strong>b</strong>"]),
        (r"a \<em> b", 6, [r"a \<em>", "b"]),
        (r"a \<em> b", 4, ["a <e", "m> b"]),
        ("{name} is", 6, ["{name}", "is"]),
        ("中文。中文", 3, ["中文。", "中文"]),
    ],
)
def test_split_cuts_at_the_offset_of_the_plain_text(text: str, at: int, parts: list[str]) -> None:
    source = read(f"# T\n\n{text}\n".encode(), media_type="text/markdown")
    mended = corrected(source, [Correction(2, "split", at=at)])
    assert [block.text for block in mended.blocks] == parts


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a **bold** c", 4),
        ("a [link](/x) c", 4),
        ("a `code` c", 4),
        ("see {name} now", 6),
        ("words", 0),
        ("words", 5),
        ("words", 99),
        ("a \u2066b c\u2069", 4),
    ],
)
def test_split_never_cuts_a_code_or_leaves_nothing(text: str, at: int) -> None:
    source = read(f"# T\n\n{text}\n".encode(), media_type="text/markdown")
    with pytest.raises(CorrectionMisfit) as caught:
        corrected(source, [Correction(2, "split", at=at)])
    assert (caught.value.place, caught.value.details) == ("segment 2", {"verb": "split"})


def test_join_takes_in_the_next_paragraph(source: Source) -> None:
    mended = corrected(source, [Correction(4, "join"), Correction(5, "join")])
    assert shapes(mended)[2:3] == [
        (
            "paragraph",
            0,
            "",
            "Storage The <strong>data</strong> is<br1/>kept <a1>here</a1>. 1. Rest Last words.",
        )
    ]
    assert mended.blocks[3].kind is Kind.LIST


def test_join_numbers_links_and_breaks_on() -> None:
    text = "# T\n\n[a](/a)\\\nb\n\n[c](/c)\\\nd [e](/e)\n\n中文\n\n中文\n"
    source = read(text.encode(), media_type="text/markdown")
    mended = corrected(source, [Correction(2, "join"), Correction(4, "join")])
    assert [(block.text, block.links) for block in mended.blocks] == [
        (
            "<a1>a</a1><br1/>b <a2>c</a2><br2/>d <a3>e</a3>",
            (Link(1, "/a"), Link(2, "/c"), Link(3, "/e")),
        ),
        ("中文中文", ()),
    ]


def test_join_after_split_gives_the_paragraph_back(source: Source) -> None:
    halves = corrected(source, [Correction(2, "split", at=15)])
    assert corrected(halves, [Correction(2, "join")]).blocks == source.blocks


def test_heading_joins_as_a_paragraph(source: Source) -> None:
    mended = corrected(source, [Correction(3, "join"), Correction(3, "paragraph")])
    assert mended.blocks[1].label == "2"
    assert (mended.blocks[1].text or "").startswith("Scope Storage The ")
    assert mended.blocks[1].links == (Link(1, "/3"),)


def test_join_works_within_an_item(source: Source) -> None:
    mended = corrected(source, [Correction(7, "join")])
    (first, second) = mended.blocks[5].children
    assert (first.text, first.children, second.text) == ("item more", (), "other")


def test_dropped_texts_become_furniture(source: Source) -> None:
    numbers = [3, 7, 8, 9, 10]
    mended = corrected(source, [Correction(number, "drop") for number in numbers])
    assert [block.kind for block in mended.blocks] == [*[Kind.PARAGRAPH] * 4, Kind.TABLE]
    assert mended.furniture == (
        Furniture(5, "2. Scope", "dropped"),
        Furniture(14, "item", "dropped"),
        Furniture(16, "more", "dropped"),
        Furniture(17, "other", "dropped"),
        Furniture(19, "said", "dropped"),
    )


def test_dropped_first_paragraph_of_an_item_is_followed_by_the_next() -> None:
    source = read(b"# T\n\n- # a\n\n  b\n\n  c\n", media_type="text/markdown")
    mended = corrected(source, [Correction(2, "drop")])
    (item,) = mended.blocks[0].children
    assert (item.text, [child.text for child in item.children]) == ("b", ["c"])


def test_title_that_is_none_becomes_a_block() -> None:
    source = read(b"Our Site\n\nWe keep your data for a while.\n", name="a.txt")
    assert source.title == "Our Site"
    as_heading = corrected(source, [Correction(1, "heading", level=2)])
    assert (as_heading.title, shapes(as_heading)[0]) == ("", ("heading", 2, "", "Our Site"))
    assert [problem.code for problem in as_heading.problems] == ["no-title"]
    dropped = corrected(source, [Correction(1, "drop")])
    assert (dropped.title, len(dropped.blocks)) == ("", 1)
    assert dropped.furniture == (Furniture(1, "Our Site", "dropped"),)


@pytest.mark.parametrize(
    "corrections",
    [
        [Correction(0, "drop")],
        [Correction(99, "drop")],
        [Correction(2, "heading")],
        [Correction(2, "heading", level=1)],
        [Correction(2, "heading", level=7)],
        [Correction(2, "heading", level=2, at=1)],
        [Correction(2, "paragraph")],
        [Correction(7, "heading", level=2)],
        [Correction(8, "heading", level=2)],
        [Correction(8, "split", level=2, at=2)],
        [Correction(10, "paragraph")],
        [Correction(7, "drop")],
        [Correction(11, "drop")],
        [Correction(11, "split", at=1)],
        [Correction(2, "join")],
        [Correction(3, "join")],
        [Correction(6, "join")],
        [Correction(1, "split", at=2)],
        [Correction(1, "join")],
        [Correction(2, "burn")],
        [Correction(2, "drop"), Correction(2, "drop")],
        [Correction(2, "drop"), Correction(2, "split", at=5)],
        [Correction(2, "split", at=5), Correction(2, "split", at=5)],
        [Correction(2, "split", at=5), Correction(2, "split", level=2, at=15)],
        [Correction(5, "heading", level=2), Correction(5, "join")],
        [Correction(4, "join"), Correction(5, "heading", level=2)],
    ],
)
def test_correction_that_does_not_fit_is_refused(
    source: Source, corrections: list[Correction]
) -> None:
    with pytest.raises(CorrectionMisfit) as caught:
        corrected(source, corrections)
    assert caught.value.place == f"segment {corrections[0].number}"
    assert caught.value.blocking


def test_document_cannot_be_dropped_as_a_whole() -> None:
    source = read(b"# T\n\ntext\n", media_type="text/markdown")
    with pytest.raises(EmptyDocument):
        corrected(source, [Correction(1, "drop"), Correction(2, "drop")])


def test_order_of_corrections_means_nothing(source: Source) -> None:
    several = [
        Correction(2, "split", at=5),
        Correction(3, "heading", level=3),
        Correction(5, "join"),
        Correction(10, "drop"),
    ]
    assert corrected(source, several) == corrected(source, several[::-1])


def test_advice_is_computed_anew_and_that_of_the_reader_stays() -> None:
    text = "Privacy policy\n\nSee the of and / or its list.\n\nHow We Share\n\nWe keep data.\n"
    source = read(text.encode(), name="a.txt")
    assert [(one.code, one.place) for one in source.problems] == [
        ("empty-placeholder", "line 3"),
        ("perhaps-heading", "line 5"),
    ]
    mended = corrected(source, [Correction(3, "heading", level=2), Correction(2, "drop")])
    assert [one.code for one in mended.problems] == []
    image = read(b"# T\n\nsee ![x](/y) [a](#2)\n\n2\\. Scope\n", media_type="text/markdown")
    found = ["image-set-aside", "broken-reference", "label-kept"]
    assert [one.code for one in image.problems] == found
    headed = corrected(image, [Correction(3, "heading", level=2)])
    assert [one.code for one in headed.problems] == ["image-set-aside"]


def test_correction_leaves_equal_texts_alone() -> None:
    source = read(b"# T\n\nsame\n\nsame\n\nsame\n", media_type="text/markdown")
    mended = corrected(source, [Correction(3, "drop")])
    assert [block.line for block in mended.blocks] == [3, 7]
    assert mended.blocks[0] == Block(Kind.PARAGRAPH, "same", line=3)


def test_many_corrections_stay_quick() -> None:
    source = read(
        ("# T\n\n" + "".join(f"para {n}\n\n" for n in range(1000))).encode(),
        media_type="text/markdown",
    )
    mended = corrected(source, [Correction(n, "join") for n in range(2, 1001)])
    assert len(mended.blocks) == 1


def test_corrections_travel_as_json() -> None:
    corrections = (
        Correction(4, "split", level=3, at=8),
        Correction(5, "join"),
        Correction(6, "heading", level=2),
    )
    text = corrections_to_json(corrections)
    assert text == (
        '[{"number":4,"verb":"split","level":3,"at":8},{"number":5,"verb":"join"},'
        '{"number":6,"verb":"heading","level":2}]'
    )
    assert corrections_from_json(text) == corrections
    assert corrections_from_json("[]") == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "null",
        "[1]",
        "[[]]",
        '[{"number":1}]',
        '[{"verb":"drop"}]',
        '[{"number":1,"verb":"burn"}]',
        '[{"number":1,"verb":["drop"]}]',
        '[{"number":1,"verb":"drop","why":"x"}]',
        '[{"number":"1","verb":"drop"}]',
        '[{"number":true,"verb":"drop"}]',
        '[{"number":1.0,"verb":"drop"}]',
        '[{"number":-1,"verb":"drop"}]',
        '[{"number":1,"verb":"drop","at":null}]',
        '[{"number":1,"number":2,"verb":"drop"}]',
        '[{"number":1e400,"verb":"drop"}]',
        '[{"number":NaN,"verb":"drop"}]',
        '[{"number":' + "9" * 5000 + ',"verb":"drop"}]',
        "[" * 100_000,
        "[" + ",".join(['{"number":1,"verb":"drop"}'] * 1001) + "]",
        "[" + " " * 300_000 + "]",
    ],
)
def test_corrections_from_outside_are_read_strictly(text: str) -> None:
    with pytest.raises(CorrectionsUnreadable) as caught:
        corrections_from_json(text)
    assert isinstance(caught.value, Problem)
