"""What a segment said before, through edits, splits and merges."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from workflows.alignment import pasts

Revision = tuple[Mapping[str, str], Mapping[str, Collection[str]]]


def told(*revisions: Revision) -> dict[str, tuple[list[str], list[tuple[str, str]]]]:
    return {key: (past.texts, list(past.forerunners)) for key, past in pasts(revisions).items()}


def test_past_of_an_edited_segment_is_its_own() -> None:
    found = told(({"a": "one", "b": "x"}, {}), ({"a": "two"}, {}), ({"a": "one"}, {}))
    assert found == {"a": (["one", "two"], []), "b": (["x"], [])}


def test_past_of_the_parts_of_a_split_is_the_whole() -> None:
    found = told(
        ({"a": "A. B"}, {}),
        ({"a": "A, B"}, {}),
        ({"a": "A", "b": "B"}, {"a": ["a"], "b": ["a"]}),
        ({"a": "A!", "b": "B"}, {}),
    )
    whole = [("a", "A. B"), ("a", "A, B")]
    assert found == {"a": (["A", "A!"], whole), "b": (["B"], whole)}


def test_past_of_a_merged_segment_is_its_parts_and_what_they_came_of() -> None:
    found = told(
        ({"a": "A B", "c": "C"}, {}),
        ({"a": "A", "b": "B", "c": "C"}, {"a": ["a"], "b": ["a"]}),
        ({"a": "A", "b": "B C"}, {"b": ["b", "c"]}),
    )
    assert found["a"] == (["A"], [("a", "A B")])
    assert found["b"] == (["B C"], [("a", "A B"), ("b", "B"), ("c", "C")])


def test_text_that_is_back_is_the_segments_own_again() -> None:
    split = ({"a": "A", "b": "B"}, {"a": ["a"], "b": ["a"]})
    merged = ({"a": "A B"}, {"a": ["a", "b"]})
    found = told(({"a": "A B"}, {}), split, merged)
    assert found["a"] == (["A B"], [("a", "A"), ("b", "B")])
