"""Numbers in front of texts are labels in all formats; amounts, dates and words stay in them."""

from __future__ import annotations

import pytest

from tests.support.docx import STYLES, Docx, level, paragraph
from workflows import segments
from workflows.alignment import Change, carry
from workflows.segments import Filled, Skeleton
from workflows.sources import (
    Block,
    Kind,
    Source,
    normalized,
    read,
    walk,
    write_html,
    write_markdown,
)

CLAUSES = (
    "The customer shall pay the agreed fee within fourteen days after receipt of the invoice.",
    "The supplier may suspend the service if the customer does not pay within thirty days.",
    "Neither party shall be liable for indirect damage that arises out of this agreement.",
)
NEW = "The fee is fixed for the whole of the first year and is not raised without consent."


def markdown(text: str) -> Source:
    return read(text.encode(), media_type="text/markdown")


def html(body: str) -> Source:
    page = f"<!doctype html><title>T</title><main><h1>T</h1>{body}</main>"
    return read(page.encode(), media_type="text/html")


def plain_text(text: str) -> Source:
    return read(text.encode(), media_type="text/plain")


def word(*body: str, lists: dict[int, list[str]] | None = None) -> Source:
    return read(Docx(list(body), STYLES, lists or {}).write(), name="x.docx")


def seen(source: Source) -> list[tuple[str, str]]:
    """Label and text of everything that has a text."""
    return [(b.label, b.text) for b in walk(source.blocks) if b.text is not None]


def kept(source: Source) -> list[str]:
    """The labels that were left in their texts with advice."""
    names = ("label-kept", "label-with-word")
    return [str(one.details["label"]) for one in source.problems if one.code in names]


def clauses(*texts: str) -> dict[str, Source]:
    """A section with clauses that are numbered by hand, and by Word."""
    numbered = [f"1.{number} {text}" for number, text in enumerate(texts, 1)]
    levels = [level(0, "decimal", "%1."), level(1, "decimal", "%1.%2")]
    return {
        "md": markdown("\n\n".join(["# T", "## 1. Fees", *numbered])),
        "html": html("<h2>1. Fees</h2>" + "".join(f"<p>{text}</p>" for text in numbered)),
        "txt": plain_text("\n\n".join(["T", "1. Fees", *numbered])),
        "docx": word(
            paragraph("T", style="Title"),
            paragraph("Fees", style="berschrift1", num=1),
            *(paragraph(text, num=1, level=1) for text in texts),
            lists={1: levels},
        ),
    }


@pytest.mark.parametrize("name", ["md", "html", "txt", "docx"])
def test_clauses_have_their_numbers_as_labels_in_every_format(name: str) -> None:
    source = clauses(*CLAUSES)[name]
    numbers = ["1", "1.1", "1.2", "1.3"]
    assert seen(source) == list(zip(numbers, ("Fees", *CLAUSES), strict=True))
    assert kept(source) == []


@pytest.mark.parametrize("name", ["md", "html", "txt", "docx"])
def test_inserted_clause_leaves_the_others_as_they_are(name: str) -> None:
    skeleton, old = segments.split(clauses(*CLAUSES)[name])
    carried = carry(old, clauses(NEW, *CLAUSES)[name])
    changes = [match.change for match in carried.matches]
    assert sorted(changes) == [Change.ADDED, *[Change.KEPT] * 5]
    after = {segment.text: segment for segment in carried.segments}
    for segment in old[2:]:
        assert after[segment.text].digest == segment.digest
        assert after[segment.text].label != segment.label
    assert carried.skeleton.to_json() != skeleton.to_json()


def test_change_of_labels_alone_changes_only_the_skeleton() -> None:
    one, other = (markdown(f"# T\n\n## {n}. Fees\n\n{n}.1. Text.\n") for n in (1, 2))
    (skeleton, old), (again, new) = segments.split(one), segments.split(other)
    assert [segment.digest for segment in new] == [segment.digest for segment in old]
    assert [segment.label for segment in new] == ["", "2", "2.1"]
    assert again.to_json() != skeleton.to_json()


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (["2. Scope"], ["2"]),
        (["1 Scope", "2 Rights", "3 Law"], ["1", "2", "3"]),
        (["1. Scope", "1.1 Names", "1.2 Terms", "2. Law"], ["1", "1.1", "1.2", "2"]),
        (["1) Scope", "(2) Rights"], ["1)", "(2)"]),
        (["§ 1 Scope", "§ 2 Rights"], ["§ 1", "§ 2"]),
        (["A. Scope", "B. Rights"], ["A", "B"]),
        (["I. Scope", "II. Rights", "III. Law"], ["I", "II", "III"]),
        (["1、适用范围", "2．权利"], ["1", "2"]),
    ],
)
def test_headings_have_their_numbers_as_labels(texts: list[str], labels: list[str]) -> None:
    for source in (
        markdown("# T\n\n" + "\n\n".join(f"## {text}" for text in texts)),
        html("".join(f"<h2>{text}</h2>" for text in texts)),
        word(
            paragraph("T", style="Title"), *(paragraph(text, style="berschrift2") for text in texts)
        ),
    ):
        assert [label for label, _text in seen(source)] == labels
        assert not any((text or "").startswith(tuple(labels)) for _label, text in seen(source))
        assert kept(source) == []


@pytest.mark.parametrize(
    ("texts", "advice"),
    [
        (["30 Days Notice of Termination"], []),
        (["13. Law", "14 Days Notice", "15. End"], []),
        (["2. Money", "2.5 Million Users", "24 Hours Support"], []),
        (["3.5 Litres of water"], ["3.5."]),
        (["7 Dwarfs", "12 Apostles"], ["7.", "12."]),
        (["100% safe", "2024 in figures", "10 000 visitors", "1 March 2026"], []),
        (["30. September 2025", "1. Mai"], []),
        (["A. Smith"], ["A."]),
        (["§ 25 TTDSG"], ["§ 25"]),
        (["Article 5 – Scope", "第一条 适用范围"], ["Article 5", "第一条"]),
        (["1 – 3 people"], []),
        (["`1.` is a number"], []),
    ],
)
def test_amounts_and_dates_and_words_stay_in_headings(texts: list[str], advice: list[str]) -> None:
    source = markdown("# T\n\n" + "\n\n".join(f"## {text}" for text in texts))
    dotted = [text for text in texts if text[0].isdigit() and text.split()[0].endswith(".")]
    for label, text in seen(source):
        assert not label or any(text in one for one in dotted)
    assert kept(source) == advice
    assert {one.place for one in source.problems if one.code.startswith("label")} <= {
        f"line {2 * number + 3}" for number in range(len(texts))
    }


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (["(1) One.", "(2) Two."], ["(1)", "(2)"]),
        (["a. One.", "b. Two."], ["a", "b"]),
        (["1.1. One alone."], ["1.1"]),
        (["1.1 the small one;", "1.2 the other one."], ["1.1", "1.2"]),
        (["1.1 First one.", "1.2 Second one.", "1.3 Time alone."], ["1.1", "1.2", "1.3"]),
        (["1.1 First one.", "1.2 Other one.", "2.5 Hours."], ["1.1", "1.2", ""]),
        (["1.1 Million agree.", "1.2 Million do not."], ["", ""]),
        (["(1) One alone."], [""]),
        (["3.5 million people agree."], [""]),
        (["30 Days are the notice."], [""]),
        (["(c) 2026 by us"], [""]),
        (["I. am here", "you are there"], ["", ""]),
    ],
)
def test_paragraphs_have_labels_where_numbers_count_on(texts: list[str], labels: list[str]) -> None:
    source = html("".join(f"<p>{text}</p>" for text in texts))
    assert [label for label, _text in seen(source)] == labels


def test_label_is_found_within_the_codes_of_a_text() -> None:
    text = (
        "# T\n\n## **1. Scope**\n\n## [2. Linked](/x)\n\n## *3.* Own\n\n"
        "**3.1.** Bold.\n\n## [4.](/else) Elsewhere\n"
    )
    assert seen(markdown(text)) == [
        ("1", "<strong>Scope</strong>"),
        ("2", "<a1>Linked</a1>"),
        ("3", "Own"),
        ("3.1", "Bold."),
        ("", "<a1>4.</a1> Elsewhere"),
    ]
    (block,) = html("<h2><a href=#s1>1.</a> Scope</h2>").blocks
    assert (block.label, block.text, block.links) == ("1", "Scope", ())


def test_reference_to_a_number_leads_to_its_heading() -> None:
    source = markdown(
        "# T\n\n[a](#2) [b](#section-2) [c](#2-scope) [d](#scope) [e](#i-end)\n\n"
        "## 2. Scope\n\n## I. End\n\n## II. More\n"
    )
    _skeleton, texts = segments.split(source)
    keys = [text.key for text in texts]
    assert [link.href for link in texts[1].links] == [f"#{keys[2]}"] * 4 + [f"#{keys[3]}"]


LISTS = [
    ("(a) one\n(b) two", "a", ["", ""]),
    ("a) one\nb) two", "a", ["", ""]),
    ("(i) one\n(ii) two", "1", ["(i)", "(ii)"]),
    ("(i) one\n\n(ii) two", "1", ["(i)", "(ii)"]),
]


@pytest.mark.parametrize(("lines", "style", "labels"), LISTS)
def test_lists_by_letters_and_roman_numbers_in_text(
    lines: str, style: str, labels: list[str]
) -> None:
    for source in (markdown(f"# T\n\nWe may:\n\n{lines}\n"), plain_text(f"T\n\nWe:\n\n{lines}\n")):
        (found,) = source.blocks[1:]
        assert (found.kind, found.ordered, found.style) == (Kind.LIST, True, style)
        assert [(item.label, item.text) for item in found.children] == [
            (labels[0], "one"),
            (labels[1], "two"),
        ]


@pytest.mark.parametrize(
    ("items", "style", "start", "labels"),
    [
        (["(a) one", "(b) two"], "a", 1, ["", ""]),
        (["(1) one", "(2) two"], "1", 1, ["", ""]),
        (["3. one", "4. two"], "1", 3, ["", ""]),
        (["(i) one", "(ii) two"], "1", 1, ["(i)", "(ii)"]),
        (["A. one", "B. two"], "1", 1, ["A", "B"]),
        (["(c) one", "(d) two"], "1", 1, ["(c)", "(d)"]),
        (["1.1 one", "1.2 two"], "1", 1, ["1.1", "1.2"]),
    ],
)
def test_list_that_is_numbered_by_hand_counts_so_itself(
    items: list[str], style: str, start: int, labels: list[str]
) -> None:
    listed = "".join(f"<li>{item}</li>" for item in items)
    (found,) = html(f'<ol style="list-style:none">{listed}</ol>').blocks
    assert (found.ordered, found.style, found.start) == (True, style, start)
    assert [(item.label, item.text) for item in found.children] == [
        (labels[0], "one"),
        (labels[1], "two"),
    ]


@pytest.mark.parametrize(
    "items", [["(a) one", "two"], ["(a) one", "(c) two"], ["(a) one"], ["3 cats", "4 dogs"]]
)
def test_list_with_other_texts_keeps_them(items: list[str]) -> None:
    (found,) = html("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>").blocks
    assert (found.ordered, [item.text for item in found.children]) == (False, items)


def test_roman_item_within_a_paragraph_or_alone_is_text() -> None:
    source = markdown("# T\n\nsee\n(i) this\n(ii) that\n\n(i) alone\n")
    assert [block.kind for block in source.blocks] == [Kind.PARAGRAPH, Kind.PARAGRAPH]


def test_list_with_blank_lines_goes_on_before_the_section_of_the_same_number() -> None:
    lines = "T\n\n1. A\n\n2. B\n\n3. Contact\n\nWrite:\n\n{}\n\n4. Changes\n\nWe may.\n\n5. Law\n"
    for fourth, item in (("4. in person", True), ("4. In person", True)):
        first = "1. by mail\n\n2. by phone\n\n3. by fax"
        if fourth[3].isupper():
            first = "1. By mail\n\n2. By phone\n\n3. By fax"
        source = plain_text(lines.format(f"{first}\n\n{fourth}"))
        headings = [b.label for b in source.blocks if b.kind is Kind.HEADING]
        assert headings == ["1", "2", "3", "4", "5"]
        (found,) = [b for b in source.blocks if b.kind is Kind.LIST]
        assert len(found.children) == 3 + item
        assert ("item-guessed", "line 17") in [(one.code, one.place) for one in source.problems]


def test_section_after_a_list_of_three_is_said_to_be_guessed() -> None:
    sections = "T\n\n1. A\n\n2. B\n\n3. C\n\nWrite:\n\n"
    source = plain_text(f"{sections}1. by mail\n\n2. by phone\n\n3. by fax\n\n4. Changes\n")
    assert (source.blocks[-1].kind, source.blocks[-1].label) == (Kind.HEADING, "4")
    assert [(one.code, one.place) for one in source.problems] == [("section-guessed", "line 17")]


def item_list(*items: Block) -> Block:
    return Block(Kind.LIST, children=items, ordered=True, style="1")


@pytest.mark.parametrize(
    "blocks",
    [
        [Block(Kind.PARAGRAPH, "text", label="1.1")],
        [Block(Kind.PARAGRAPH, "Text", label="1.1")],
        [Block(Kind.PARAGRAPH, "Text", label="1")],
        [Block(Kind.PARAGRAPH, "<strong>Text</strong>", label="(a)")],
        [Block(Kind.PARAGRAPH, "1.1. Text")],
        [Block(Kind.PARAGRAPH, "<strong>1.1. Text</strong>")],
        [Block(Kind.HEADING, "2. a", level=3)],
        [Block(Kind.HEADING, "Scope", level=3, label="§ 3")],
        [Block(Kind.HEADING, "30 Days", level=3, label="2")],
        [item_list(Block(Kind.ITEM, "one", label="(i)"))],
        [item_list(Block(Kind.ITEM, "one", label="(i)"), Block(Kind.ITEM, "two", label="(ii)"))],
        [item_list(Block(Kind.ITEM, "1. one"), Block(Kind.ITEM, "2. two"))],
        [item_list(Block(Kind.ITEM, "1. one"), Block(Kind.ITEM, "b", label="12.3"))],
    ],
)
def test_labels_are_written_and_read_back(blocks: list[Block]) -> None:
    source = Source("T", tuple(blocks), (), (), "text/markdown")
    assert normalized(markdown(write_markdown(source))) == normalized(source)
    again = read(write_html(source).encode(), media_type="text/html")
    assert normalized(again) == normalized(source)


def test_labels_that_show_themselves_are_written_as_anyone_would() -> None:
    source = clauses(*CLAUSES)["md"]
    assert f"## 1. Fees\n\n1.1. {CLAUSES[0]}\n\n1.2. {CLAUSES[1]}" in write_markdown(source)
    assert f'<h2 id="fees">1. Fees</h2>\n<p>1.1. {CLAUSES[0]}</p>' in write_html(source)


def test_labels_stand_in_front_of_their_texts_on_the_page() -> None:
    source = markdown("# T\n\n## 1. Fees\n\n1.1. Pay.\n\n(i) one\n(ii) two\n     - x\n")
    skeleton, texts = segments.split(source)
    said = {text.key: text.text for text in texts}
    page = segments.join(skeleton, lambda key: Filled(said[key]), title=False)
    assert f'<h2 id="{texts[1].key}"><span class="label">1.</span> Fees</h2>' in page
    assert '<p><span class="label">1.1.</span> Pay.</p>' in page
    assert '<li class="labelled"><bdi class="label">(i)</bdi> one</li>' in page
    assert '<li class="labelled"><bdi class="label">(ii)</bdi> two\n<ul>' in page
    assert segments.list_labels(skeleton) == {texts[3].key: "(i)", texts[4].key: "(ii)"}
    assert Skeleton.from_json(skeleton.to_json()) == skeleton


def test_skeleton_stored_before_paragraphs_had_labels_shows_the_same() -> None:
    stored = (
        '{"blocks":[{"key":"h","kind":"heading","label":"2.1","level":2},{"key":"p",'
        '"kind":"paragraph"},{"children":[{"key":"i","kind":"item"}],"kind":"list",'
        '"ordered":true,"style":"1"}],"title":"t"}'
    )
    skeleton = Skeleton.from_json(stored)
    assert skeleton.to_json() == stored
    assert segments.join(skeleton, Filled, title=False) == (
        '<h2 id="h"><span class="label">2.1.</span> h</h2>\n<p>p</p>\n<ol>\n<li>i</li>\n</ol>'
    )
