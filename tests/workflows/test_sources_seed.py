"""A real page, copied from a site as plain text; it lies beside the project, not in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workflows.segments import Filled, Skeleton, join, render_text, split
from workflows.sources import Kind, Source, read, walk
from workflows.sources.tagged import plain

PAGE = Path(__file__).resolve().parents[2].parent / "shared" / "seed" / "privacy-page.txt"


@pytest.fixture(scope="module")
def page() -> Source:
    if not PAGE.exists():
        pytest.skip(f"the page is not there: {PAGE.name}")
    return read(PAGE.read_bytes(), name=PAGE.name)


def test_seed_has_six_numbered_sections(page: Source) -> None:
    headings = [block for block in page.blocks if block.kind is Kind.HEADING]
    assert [(block.label, block.level, block.line) for block in headings] == [
        ("1", 2, 9),
        ("2", 2, 13),
        ("3", 2, 24),
        ("4", 2, 32),
        ("5", 2, 42),
        ("6", 2, 46),
    ]
    ends = [(block.text or "").split()[-1] for block in headings]
    assert ends == [
        "application",
        "information?",
        "information",
        "information?",
        "storage",
        "information",
    ]


def test_seed_has_its_lists_in_their_sections(page: Source) -> None:
    lists = [
        (block.line, block.style, block.start, len(block.children))
        for block in page.blocks
        if block.kind is Kind.LIST
    ]
    assert lists == [(14, "1", 1, 3), (18, "a", 1, 4), (25, "1", 1, 5), (33, "1", 1, 6)]
    kinds = [block.kind for block in page.blocks if 14 <= block.line <= 18]
    assert kinds == [Kind.LIST, Kind.PARAGRAPH, Kind.LIST]


def test_seed_furniture_and_title_are_set_aside(page: Source) -> None:
    assert page.title.split() == ["Privacy", "Policy"]
    assert [(piece.line, piece.reason) for piece in page.furniture] == [
        (1, "navigation"),
        (4, "brand"),
        (48, "navigation"),
        (50, "form"),
        (51, "form"),
    ]


def test_seed_advice_names_its_faults(page: Source) -> None:
    assert [(problem.code, problem.place) for problem in page.problems] == [
        ("title-guessed", "line 5"),
        ("segment-too-long", "line 7"),
        ("missing-full-stop", "line 15"),
        ("segment-too-long", "line 15"),
        ("heading-guessed", "line 24"),
        ("empty-placeholder", "line 44"),
        ("heading-guessed", "line 46"),
        ("segment-too-long", "line 46"),
    ]


def test_seed_loses_and_changes_no_word(page: Source) -> None:
    pieces = [(5, page.title)] + [(piece.line, piece.text) for piece in page.furniture]
    for block in walk(page.blocks):
        if block.kind is Kind.LIST:
            for number, item in enumerate(block.children):
                sign = str(number + 1) if block.style == "1" else "abcd"[number]
                pieces.append((item.line, f"{sign}) {item.text}"))
        elif block.kind is Kind.HEADING:
            pieces.append((block.line, f"{block.label}. {block.text}"))
        elif block.text is not None and block.kind is not Kind.ITEM:
            pieces.append((block.line, block.text))
    read_back = " ".join(plain(text) for _line, text in sorted(pieces, key=lambda piece: piece[0]))
    assert read_back.split() == PAGE.read_text("utf-8").split()


def test_seed_becomes_a_page_with_headings_lists_and_anchors(page: Source) -> None:
    skeleton, segments = split(page)
    assert Skeleton.from_json(skeleton.to_json()) == skeleton
    by_key = {segment.key: segment for segment in segments}
    assert len(by_key) == len(segments) == 33
    html = join(
        skeleton, lambda key: Filled(render_text(by_key[key].text, by_key[key].links)), title=False
    )
    anchors = re.findall(r'<h2 id="(s[a-z2-7]{10})"><span class="label">(\d)\.</span> ', html)
    assert [label for _key, label in anchors] == list("123456")
    assert [key for key, _label in anchors] == [s.anchor for s in segments if s.role == "heading"]
    assert re.findall(r"<ol[^>]*>", html) == ["<ol>", '<ol type="a">', "<ol>", "<ol>"]
