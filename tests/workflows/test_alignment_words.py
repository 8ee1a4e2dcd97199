"""Word-level differences, and which parts of a text are codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.alignment.words import Kind, Mark, Piece, marked, word_diff

SAME, GONE, NEW = Kind.SAME, Kind.GONE, Kind.NEW
WORDS = st.lists(
    st.one_of(
        st.sampled_from(
            ["We ", "keep", " ", "<strong>", "</strong>", "<a1>", "{name}", "हिन्दी", "文"]
        ),
        st.text(max_size=3),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", []),
        ("same", "same", [(SAME, "same")]),
        ("", "new text", [(NEW, "new text")]),
        (
            "from 9 to 17",
            "from 8 to 17",
            [(SAME, "from "), (GONE, "9"), (NEW, "8"), (SAME, " to 17")],
        ),
        ("<a1>x</a1>", "<a2>x</a1>", [(GONE, "<a1>"), (NEW, "<a2>"), (SAME, "x</a1>")]),
        ("我们收集", "我们不收集", [(SAME, "我们"), (NEW, "不"), (SAME, "收集")]),
        ("हिन्दी भाषा", "हिन्दी बोली", [(SAME, "हिन्दी "), (GONE, "भाषा"), (NEW, "बोली")]),
    ],
)
def test_diff_goes_by_words(old: str, new: str, pieces: list[tuple[Kind, str]]) -> None:
    assert word_diff(old, new) == tuple(Piece(kind, text) for kind, text in pieces)


@given(WORDS, WORDS)
def test_diff_gives_both_texts_back(old: str, new: str) -> None:
    pieces = word_diff(old, new)
    assert "".join(p.text for p in pieces if p.kind is not NEW) == old
    assert "".join(p.text for p in pieces if p.kind is not GONE) == new


@given(WORDS)
def test_marks_give_the_text_back(text: str) -> None:
    assert "".join(mark.text for mark in marked(text)) == text


def test_marks_are_the_codes_of_segments_and_nothing_else() -> None:
    text = r"a<strong>b</strong><br1/>{name}<script>\<em>{1}<a0>"
    assert [mark.text for mark in marked(text) if mark.code] == [
        "<strong>",
        "</strong>",
        "<br1/>",
        "{name}",
    ]
    assert marked("plain") == (Mark(False, "plain"),)
