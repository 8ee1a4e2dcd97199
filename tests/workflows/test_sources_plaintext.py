"""Plain text to blocks: sections, lists, run-in headings, and what stands around the text."""

from __future__ import annotations

import pytest

from workflows.sources import Block, Furniture, Kind, Source, read, shown_label
from workflows.sources.lines import logical_lines
from workflows.sources.runins import RunIn, cut

LONG = "this long sentence goes on and on without any stop, so that nobody takes it for a heading"


def plain_text(text: str) -> Source:
    return read(text.encode(), media_type="text/plain")


def outline(blocks: tuple[Block, ...]) -> list[object]:
    """Blocks in short: headings with label, lists as [style+start, items...]."""
    found: list[object] = []
    for block in blocks:
        if block.kind is Kind.HEADING:
            found.append(f"h{block.level} {block.label}: {block.text}")
        elif block.kind is Kind.LIST:
            name = f"{block.style}{block.start}" if block.ordered else "-"
            found.append([name, *outline(block.children)])
        elif block.children:
            found.append((block.text, outline(block.children)))
        elif block.label:
            found.append(f"{shown_label(block.label)} {block.text}")
        else:
            found.append(block.text)
    return found


def codes(source: Source) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in source.problems]


def test_plain_page_gives_sections_lists_title_and_furniture() -> None:
    source = plain_text(
        "Language :\n\n\nAcme Shop\nTerms of Use\n\nPlease read this first.\n\n"
        "1. Scope\n\nAll of it.\n\n"
        "2. What do we sell? We sell things:\n1) nails;\n2) screws.\n"
        "You accept these exceptions:\na) rust;\n\nb) dust.\n\n"
        "click here to send us a message\n\nLeave A Message\nWe answer,promise.\n"
    )
    assert source.title == "Terms of Use"
    assert outline(source.blocks) == [
        "Please read this first.",
        "h2 1: Scope",
        "All of it.",
        "h2 2: What do we sell?",
        "We sell things:",
        ["11", "nails;", "screws."],
        "You accept these exceptions:",
        ["a1", "rust;", "dust."],
    ]
    assert source.furniture == (
        Furniture(1, "Language :", "navigation"),
        Furniture(4, "Acme Shop", "brand"),
        Furniture(21, "click here to send us a message", "navigation"),
        Furniture(23, "Leave A Message", "form"),
        Furniture(24, "We answer,promise.", "form"),
    )
    assert codes(source) == [("title-guessed", "line 5")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1) a\n\n2) b\n\n\n3) c", [["11", "a", "b", "c"]]),
        ("1) a\na) x\nb) y\n2) b", [["11", ("a", [["a1", "x", "y"]]), "b"]]),
        ("1) a\nwords between.\na) x\nb) y", [["11", "a"], "words between.", ["a1", "x", "y"]]),
        ("1) a\nwords between.\n2) b", [["11", "a"], "words between.", ["12", "b"]]),
        ("(1) a\n(2) b", [["11", "a", "b"]]),
        ("- a\n  - b\n- c", [["-", ("a", [["-", "b"]]), "c"]]),
        ("1) such as:\n- x\n- y\n2) b", [["11", ("such as:", [["-", "x", "y"]]), "b"]]),
        ("1) a\n- x", [["11", "a"], ["-", "x"]]),
        ("1) a\n\n   more of a\n2) b", [["11", ("a", ["more of a"]), "b"]]),
        ("1. a\n2. b\n3. c", [["11", "a", "b", "c"]]),
        ("i) a\nii) b", [["11", "i) a", "ii) b"]]),
        ("(i) a\n(ii) b\n\n(iii) c", [["11", "(i) a", "(ii) b", "(iii) c"]]),
        ("a) x:\n(i) b\n(ii) c\nb) y", [["a1", ("x:", [["11", "(i) b", "(ii) c"]]), "y"]]),
        ("h) a\ni) b", ["h) a", "i) b"]),
        ("c) a", ["c) a"]),
        ("7) a\n8) b", [["17", "a", "b"]]),
        ("・no list", ["・no list"]),
        ("1) ① 中文\n2) 日本語", [["11", "① 中文", "日本語"]]),
    ],
)
def test_plain_lists_follow_their_numbers(text: str, expected: list[object]) -> None:
    intro = "Some words that are long enough not to be a title at all, so there is none here."
    assert outline(plain_text(f"{intro}\n\n{text}").blocks) == [intro, *expected]


def test_plain_numbers_of_sections_are_told_from_numbers_of_items() -> None:
    source = plain_text(
        "Rules\n\n1. First part\n\nChoose:\n1. red\n2. blue\n3. green\n\n"
        "2. Second part\n\n2.1 Inner part\n\nWords.\n\n3.5 million people agree.\n\n3. Third part\n"
        "4. Fourth part\n\nEnd."
    )
    assert outline(source.blocks) == [
        "h2 1: First part",
        "Choose:",
        ["11", "red", "blue", "green"],
        "h2 2: Second part",
        "h3 2.1: Inner part",
        "Words.",
        "3.5 million people agree.",
        ["13", "Third part", "Fourth part"],
        "End.",
    ]


def test_plain_guessed_heading_is_reported_with_line_and_guess() -> None:
    source = plain_text(
        "Notice\n\n1. How we handle records to protect records is a matter of care and of law, and "
        f"{LONG}.\n\n2. {LONG}.\n"
    )
    assert outline(source.blocks) == [
        "h2 1: How we handle records",
        f"to protect records is a matter of care and of law, and {LONG}.",
        f"2. {LONG}.",
    ]
    assert [(p.code, p.place, p.details) for p in source.problems] == [
        (
            "heading-guessed",
            "line 3",
            {"heading": "How we handle records", "rest": "to protect records is a matter …"},
        ),
        ("numbered-paragraph", "line 5", {"number": "2"}),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Scope", RunIn("Scope", "", True)),
        ("Why? Because.", RunIn("Why?", "Because.", True)),
        ("何を集めますか？次のものです。", RunIn("何を集めますか？", "次のものです。", True)),
        ("See /x?y=1 for more", RunIn("See /x?y=1 for more", "", True)),
        (f"Scope. Here {LONG}.", RunIn("Scope.", f"Here {LONG}.", False)),
        (f"Sharing: We {LONG}.", RunIn("Sharing:", f"We {LONG}.", False)),
        (
            f"Storage of data The servers {LONG}",
            RunIn("Storage of data", f"The servers {LONG}", False),
        ),
        (f"Use of law in order to protect law {LONG}", None),
        (
            f"Use of records in order to protect records {LONG}",
            RunIn("Use of records", f"in order to protect records {LONG}", False),
        ),
        (LONG, None),
    ],
)
def test_cut_finds_where_a_heading_ends(line: str, expected: RunIn | None) -> None:
    assert cut(line) == expected


@pytest.mark.parametrize(
    ("text", "title", "furniture"),
    [
        ("Just words\n\nThis is a sentence.", "Just words", ()),
        ("Acme\nHow we work\n\nA sentence.", "Acme", ()),
        ("Menu:\nAcme\nCookie notice\n\nA sentence.", "Cookie notice", ("Menu:", "Acme")),
        ("A sentence.\n\nPrivacy Policy\n", "", ()),
        ("1. Scope\n\nA sentence.", "", ()),
    ],
)
def test_plain_title_is_a_short_line_at_the_top(
    text: str, title: str, furniture: tuple[str, ...]
) -> None:
    source = plain_text(text)
    assert (source.title, tuple(piece.text for piece in source.furniture)) == (title, furniture)
    assert ("no-title" in [problem.code for problem in source.problems]) is (title == "")


@pytest.mark.parametrize(
    ("foot", "furniture"),
    [
        ("Back to top", ["Back to top"]),
        ("© 2030 Acme. All rights reserved", ["© 2030 Acme. All rights reserved"]),
        ("Contact form\n\nWrite to us.", ["Contact form", "Write to us."]),
        ("Write to us.", []),
        ("Send us a message\n1) by mail", []),
        (f"Leave a message\n{LONG} {LONG} {LONG} {LONG}", []),
        ("Home of our servers is Rome.", []),
    ],
)
def test_plain_foot_is_furniture_only_by_its_wording(foot: str, furniture: list[str]) -> None:
    source = plain_text(f"Policy\n\nA sentence.\n\n{foot}\n")
    assert [piece.text for piece in source.furniture] == furniture


def test_plain_wrapped_text_is_joined_to_paragraphs() -> None:
    text = (
        "Privacy notice\n\n"
        "We keep what you tell us for as long as we need it\n"
        "to answer you, and then we delete it. Nobody else\n"
        "reads it.\n\n"
        "1) A first item that is too long to stand on a line\n"
        "   of its own and goes on in the next one.\n"
        "2) A second item.\n"
    )
    assert outline(plain_text(text).blocks) == [
        (
            "We keep what you tell us for as long as we need it to answer you, and then we delete "
            "it. Nobody else reads it."
        ),
        [
            "11",
            (
                "A first item that is too long to stand on a line of its own and goes on in the "
                "next one."
            ),
            "A second item.",
        ],
    ]


def test_plain_lines_of_a_text_that_is_not_wrapped_stay_apart() -> None:
    text = f"One sentence.\nAnother one.\n{LONG} {LONG}\nThe last one."
    assert [line.text for line in logical_lines(text)] == text.split("\n")


def test_plain_short_lines_are_joined_only_when_most_of_them_are_full() -> None:
    text = "The first line is the longest one of all these lines\nSecond.\nThird.\nFourth."
    assert [line.text for line in logical_lines(text)] == text.split("\n")


def test_plain_text_writes_literal_tags_as_literals_and_keeps_placeholders() -> None:
    source = plain_text("Title\n\nType <strong>, \\<em> or <b>, {name}, & go.\n")
    assert outline(source.blocks) == [r"Type \<strong>, \\\<em> or <b>, {name}, & go."]


def test_plain_short_line_alone_is_advised_on() -> None:
    source = plain_text("Policy\n\nA sentence.\n\nYour rights\n\nMore words.\n")
    assert codes(source) == [("perhaps-heading", "line 5")]
