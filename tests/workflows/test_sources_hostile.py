"""Hostile input: bounded work, and never anything but a Problem."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hostile import Hostile, Readers, running_readers
from tests.support.hostile import text as texts
from workflows.problems import Problem
from workflows.sources import MAX_SEGMENTS, Source, read, walk
from workflows.sources.markdown import MAX_WORK, costly_line

MARKDOWN, PLAIN = "text/markdown", "text/plain"
MOST_STEPS = 10_000_000
"""Of work, which are about a second when nobody counts them."""


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """A process that reads, under limits."""
    with running_readers("markdown", "plain text") as running:
        yield running


def refusal(data: bytes, media_type: str) -> str:
    """The code of the problem, or "" when the document is taken."""
    try:
        read(data, media_type=media_type)
    except Problem as problem:
        return problem.code
    return ""


@pytest.mark.parametrize(
    ("kind", "hostile"),
    [
        pytest.param(kind, hostile, id=f"{kind}: {name}")
        for kind, found in (("markdown", texts.MARKDOWN), ("plain text", texts.PLAIN))
        for name, hostile in found.items()
    ],
)
def test_read_bounds_the_work_of_hostile_input_and_says_why_it_is_refused(
    kind: str, hostile: Hostile, readers: Readers
) -> None:
    found = readers.read(kind, hostile.make())
    assert found.what == hostile.what
    assert found.steps is not None
    assert found.steps < MOST_STEPS


def test_large_ordinary_document_costs_no_line_its_budget() -> None:
    assert costly_line(texts.MARKDOWN["a large ordinary document"].make().decode()) is None


def test_costly_line_names_the_line_that_breaks_the_budget() -> None:
    assert costly_line("fine\n" + "[" * (MAX_WORK // 26 + 1) + "\nfine") == 2
    assert costly_line("fine\n" * 1000) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [("x\n\n" + "> " * 20 + "deep", 3), ("".join("  " * n + "- a\n" for n in range(9)), 8)],
)
def test_read_refuses_nesting_that_the_parser_would_skip(text: str, line: int) -> None:
    with pytest.raises(Problem) as caught:
        read(text.encode(), media_type=MARKDOWN)
    assert (caught.value.code, caught.value.place) == ("too-deep", f"line {line}")


def test_read_keeps_every_word_of_nesting_that_it_takes() -> None:
    text = "".join("  " * n + f"- word{n}\n" for n in range(7))
    blocks = read(text.encode(), media_type=MARKDOWN).blocks
    assert [block.text for block in walk(blocks) if block.text] == [f"word{n}" for n in range(7)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[a](/)" * 1000, "too-many-codes"),
        ("a\\\n" * 1001 + "b", "too-many-codes"),
        ("```\n" + "a\n" * 1001 + "```", "too-many-codes"),
        (("word " * 10_000 + "\n") * 2, "segment-too-large"),
    ],
)
def test_read_limits_what_one_text_and_one_document_hold(text: str, code: str) -> None:
    assert refusal(text.encode(), MARKDOWN) == code


def test_read_limits_the_number_of_segments() -> None:
    assert refusal(b"- a\n" * MAX_SEGMENTS, PLAIN) == ""
    assert refusal(b"- a\n" * (MAX_SEGMENTS + 1), PLAIN) == "too-many-segments"


def taken(data: bytes, media_type: str | None) -> Source | None:
    """The document, or None when it is refused by a problem that can be told."""
    try:
        return read(data, media_type=media_type)
    except Problem as problem:
        refused = problem
    assert refused.blocking
    assert refused.text()
    return None


MEDIA_TYPES = st.sampled_from([MARKDOWN, PLAIN, None])
# Signs that mean something to one of the readers, so that examples are seldom plain words.
SIGNS = st.text("ab 1.2)-*_`[](){}<>/\\|#>!?:\n\t &~=é中。\u2067\u2069", max_size=200)


@given(st.binary(max_size=300), MEDIA_TYPES)
def test_read_raises_only_problems_on_any_bytes(data: bytes, media_type: str | None) -> None:
    taken(data, media_type)


@settings(max_examples=300)
@given(SIGNS | st.text(max_size=100), MEDIA_TYPES)
def test_read_is_deterministic_and_gives_whole_texts(text: str, media_type: str | None) -> None:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    first, second = taken(data, media_type), taken(data, media_type)
    assert first == second
    if first:
        assert [p.as_dict() for p in first.problems] == [
            p.as_dict() for p in (second.problems if second else ())
        ]
        for block in walk(first.blocks):
            assert block.line >= 1
            assert block.text is None or block.text.strip(" \n\t") == block.text != ""


@given(st.lists(st.text("abc ,é中本 ", min_size=1, max_size=40), max_size=12))
def test_plain_text_keeps_every_word_in_order(paragraphs: list[str]) -> None:
    text = "Start of the text, with a comma.\n\n" + "\n\n".join(paragraphs)
    source = read(text.encode(), media_type=PLAIN)
    kept = " ".join(block.text or "" for block in source.blocks)
    assert source.furniture == ()
    assert kept.split() == text.split()
