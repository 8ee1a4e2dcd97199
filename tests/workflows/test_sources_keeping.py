"""What a page's markup speaks against and its author takes back into the document."""

from __future__ import annotations

import pytest

from workflows.problems import Problem
from workflows.sources import (
    Correction,
    Kind,
    Source,
    corrected,
    corrections_from_json,
    corrections_to_json,
    normalized,
    read,
    walk,
    write_html,
)

LONG = "We keep what you tell us for as long as the law asks for it, and no longer than that."
MUCH = f"<p>{LONG}</p>" * 5
SOME = "You can leave it whenever you like."


def source(html: str) -> Source:
    return read(html.encode(), media_type="text/html")


def texts(got: Source) -> list[str]:
    return [block.text for block in walk(got.blocks) if block.text and block.text != LONG]


def kept(got: Source) -> list[tuple[str, str, int, int]]:
    return [(piece.reason, piece.text, piece.before, piece.level) for piece in got.furniture]


def advice(got: Source) -> list[tuple[str, str, object]]:
    return [
        (problem.code, problem.place, problem.details["text"])
        for problem in got.problems
        if problem.code in ("passage-set-aside", "hidden-text-set-aside")
    ]


@pytest.mark.parametrize(
    "part",
    [
        f'<section id="newsletter"><h2>Newsletter</h2><p>{SOME}</p></section>',
        f'<section id="social-media"><p>Newsletter</p><p>{SOME}</p></section>',
        f'<div id="cookie-notice"><h2>Newsletter</h2><p>{SOME}</p></div>',
        f'<div class="modal"><h3>Newsletter</h3><ul><li>{SOME}</ul></div>',
        f"<h3><button aria-controls=x>Newsletter</button></h3><div id=x hidden><p>{SOME}</div>",
        (
            f'<h3><button aria-controls="x">Newsletter</button></h3>'
            f'<div role=region id=x style="display: none"><p>{SOME}</div>'
        ),
    ],
)
@pytest.mark.parametrize("page", ["<h1>T</h1>{0}{1}", "<main><h1>T</h1>{0}{1}</main>"])
def test_sections_that_are_called_like_furniture_stay(page: str, part: str) -> None:
    got = source(page.format(MUCH, part))
    assert texts(got) == ["Newsletter", SOME]
    assert not got.furniture
    assert not advice(got)


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (f"<div id=newsletter><h2>Newsletter</h2><p>{SOME}<button>Go</button></div>", "form"),
        (f"<div class=cookie-banner><p>Newsletter<p>{SOME}</div>", "form"),
        (f"<div class=sidebar><p>Newsletter<p><a href=/>{SOME}</a></div>", "navigation"),
        (f"<div class=modal><h2>Newsletter</h2><p><a href=/>{SOME}</a></div>", "form"),
        (f"<h3>x</h3><div hidden><p>Newsletter<p>{SOME}</div>", "hidden"),
    ],
)
def test_what_is_called_so_and_no_section_is_set_aside(part: str, reason: str) -> None:
    got = source(f"<h1>T</h1>{MUCH}{part}")
    assert [piece.reason for piece in got.furniture[:2]] == [reason, reason]
    assert [piece.text for piece in got.furniture[:2]] == ["Newsletter", SOME]


def test_sentences_set_aside_are_told_with_their_line() -> None:
    got = source(
        f"<main><h1>T</h1>{MUCH}\n<aside><p>Note</p>\n<p>{SOME}</aside>\n<p hidden>{SOME}</p>"
        "<nav><p>Home</nav></main>"
    )
    assert advice(got) == [
        ("passage-set-aside", "line 2", SOME),
        ("hidden-text-set-aside", "line 4", SOME),
    ]


PAGE = (
    f"<nav><p>Top</nav><h1>T</h1><p>{LONG}</p><div id=newsletter><h4>Newsletter</h4><p>{SOME}"
    f"<button>Go</button></div><ul><li>one<li hidden>two<li>three</ul>{MUCH}<aside>End</aside>"
)
# 1 top, 2 newsletter, 3 some, 4 go, 5 two, 6 end


def test_pieces_know_what_stands_in_front_of_them() -> None:
    # One line, as programs write pages: lines say nothing of the order.
    assert kept(source(PAGE)) == [
        ("navigation", "Top", 0, 0),
        ("form", "Newsletter", 1, 4),
        ("form", SOME, 1, 0),
        ("form", "Go", 1, 0),
        ("hidden", "two", 2, 0),
        ("navigation", "End", 8, 0),
    ]


@pytest.mark.parametrize(
    ("corrections", "expected", "left"),
    [
        ([Correction(2, "keep", at=3)], [(0, LONG), (4, "Newsletter"), (0, SOME)], 4),
        ([Correction(3, "keep"), Correction(2, "keep", level=2)],
         [(0, LONG), (2, "Newsletter"), (0, SOME)], 4),
        ([Correction(1, "keep", level=3), Correction(2, "drop"), Correction(2, "keep")],
         [(3, "Top"), (4, "Newsletter")], 5),
    ],
)  # fmt: skip
def test_pieces_are_taken_back_where_they_stood(
    corrections: list[Correction], expected: list[tuple[int, str]], left: int
) -> None:
    got = corrected(source(PAGE), corrections)
    assert [(block.level, block.text) for block in got.blocks][: len(expected)] == expected
    assert got.blocks[len(expected)].kind is Kind.LIST
    assert len(got.furniture) == left
    assert normalized(source(write_html(got))) == normalized(got)


def test_a_piece_of_a_list_is_taken_back_after_it_and_the_last_to_the_end() -> None:
    got = corrected(source(PAGE), [Correction(5, "keep"), Correction(6, "keep")])
    found = [block.text for block in got.blocks if block.text != LONG]
    assert found == [None, "two", "End"]
    assert got.blocks[1].kind is Kind.LIST


def test_advice_on_what_was_taken_back_is_gone() -> None:
    page = source(f"<main><h1>T</h1>{MUCH}\n<aside>\n<h2>2. Note</h2><p>{SOME}</aside></main>")
    assert {p.code for p in page.problems} == {"passage-set-aside", "policy-found"}
    got = corrected(page, [Correction(1, "keep", at=2)])
    assert got.blocks[-2].label == "2"
    assert not got.problems
    some = corrected(page, [Correction(1, "keep")])
    assert [p.details for p in some.problems if p.code == "policy-found"] == [{"count": 1}]


@pytest.mark.parametrize(
    "corrections",
    [
        [Correction(0, "keep")],
        [Correction(7, "keep")],
        [Correction(1, "keep", level=1)],
        [Correction(1, "keep", level=7)],
        [Correction(1, "keep", level=2, at=2)],
        [Correction(3, "keep", at=2)],
        [Correction(3, "keep", at=999_999)],
        [Correction(2, "keep", at=3), Correction(3, "keep")],
    ],
)
def test_pieces_that_cannot_be_taken_back_are_refused(corrections: list[Correction]) -> None:
    with pytest.raises(Problem) as caught:
        corrected(source(PAGE), corrections)
    assert caught.value.code == "correction-misfit"


def test_a_paragraph_does_not_take_in_what_was_taken_back() -> None:
    with pytest.raises(Problem) as caught:
        corrected(source(PAGE), [Correction(2, "join"), Correction(2, "keep")])
    assert caught.value.code == "correction-misfit"


def test_what_is_taken_back_is_literal_but_for_names() -> None:
    page = read(b"T\n\nWe keep it.\n\nsubscribe to <strong> {news}", media_type="text/plain")
    assert [piece.before for piece in page.furniture] == [1]
    got = corrected(page, [Correction(1, "keep")])
    assert got.blocks[-1].text == r"subscribe to \<strong> {news}"


def test_keeping_is_carried_as_json() -> None:
    made = (Correction(2, "keep", at=3), Correction(5, "keep", level=2))
    assert corrections_from_json(corrections_to_json(made)) == made
