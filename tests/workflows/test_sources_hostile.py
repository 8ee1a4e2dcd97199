"""Hostile input: bounded work, and never anything but a Problem."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.problems import Problem
from workflows.sources import MAX_BYTES, MAX_SEGMENTS, Source, read, walk
from workflows.sources.markdown import MAX_WORK, costly_line

MARKDOWN, PLAIN = "text/markdown", "text/plain"


def steps_of(act: Callable[[], object]) -> int:
    """Function calls, of Python and of C, that an act takes: a measure of work, not of time."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count


def refusal(data: bytes, media_type: str) -> str:
    """The code of the problem, or "" when the document is taken."""
    try:
        read(data, media_type=media_type)
    except Problem as problem:
        return problem.code
    return ""


def lines(line: bytes) -> bytes:
    """As many of a line as a file may hold."""
    return (line + b"\n") * min(39_999, MAX_BYTES // (len(line) + 1))


HOSTILE = {
    "one line of brackets": b"[" * MAX_BYTES,
    "one line of stars": b"*" * MAX_BYTES,
    "one line of quotes": b">" * MAX_BYTES,
    "brackets": lines(b"[" * 1000),
    "images": lines(b"![" * 500),
    "half links": lines(b"[a](" * 300),
    "stars": lines(b"*a _b " * 200),
    "nested emphasis": b"*" * 60_000 + b"a" + b"*" * 60_000,
    "quotes": lines(b">" * 1000),
    "shallow quotes": lines(b">" * 14 + b" a"),
    "lists in a line": lines(b"- - - - - - a"),
    "growing indent": b"".join(b" " * n + b"- a\n" for n in range(1900)),
    "backticks": lines(b"`" * 1000),
    "backslashes": lines(b"\\" * 60_000),
    "empty table": b"|a" * 200 + b"\n" + b"|-" * 200 + b"\n" + b"|\n" * 39_000,
    "delimiter rows": lines(b"-" * 60_000 + b"x"),
    "pipes": lines(b"|" * 60_000 + b"x"),
    "entities": lines(b"&#x" * 20_000),
    "reference definitions": lines(b'[a]: <b> "c'),
    "headings": lines(b"# a"),
    "items": lines(b"1) a"),
    "letters": lines(b"a) a"),
    "placeholders": lines(b"{a" * 30_000),
    "tags": lines(b"<a1>" * 15_000),
    "closing brackets": lines(b"](" * 30_000),
    "missing names": lines(b"( " * 30_000),
    "short words": lines(b"a " * 30_000),
    "comments": lines(b"<!--a-->"),
    "comments without end": lines(b"<!--"),
    "comments in a line": b"a <!--" * 20_000,
    "comments that end late": lines(b"> <!--") + b"\n-->",
    "tails of comments": b"<!--\n\n-->" * 20_000,
    "blank": lines(b""),
}


# Plain text knows fewer signs; these are the ones it looks at, or has to look past.
HOSTILE_IN_PLAIN_TEXT = (
    "one line of brackets",
    "brackets",
    "growing indent",
    "backslashes",
    "items",
    "letters",
    "placeholders",
    "tags",
    "closing brackets",
    "missing names",
    "short words",
    "blank",
)


@pytest.mark.parametrize(
    ("media_type", "name"),
    [(MARKDOWN, name) for name in HOSTILE] + [(PLAIN, name) for name in HOSTILE_IN_PLAIN_TEXT],
)
def test_read_bounds_the_work_of_hostile_input(media_type: str, name: str) -> None:
    data = HOSTILE[name]
    before = time.process_time()
    steps = steps_of(lambda: refusal(data, media_type))
    # Ten million steps take about a second when nobody counts them. A pattern that runs away
    # takes few steps, hence the bound on processor time; counting trebles it.
    assert steps < 10_000_000
    assert time.process_time() - before < 10


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("one line of brackets", "line-too-long"),
        ("brackets", "too-complex"),
        ("stars", "too-complex"),
        ("quotes", "too-complex"),
        ("growing indent", "too-deep"),
        ("empty table", "too-complex"),
        ("closing brackets", "too-complex"),
        ("blank", "empty-document"),
    ],
)
def test_read_says_why_hostile_markdown_is_refused(name: str, code: str) -> None:
    assert refusal(HOSTILE[name], MARKDOWN) == code


def test_read_takes_a_large_ordinary_document() -> None:
    section = "## {0}. Heading\n\n" + "*Some* words, [a link](/x) and more of them. " * 8 + "\n\n"
    text = "# Title\n\n" + "".join(section.format(number) for number in range(1, 1000))
    assert costly_line(text) is None
    assert len(read(text.encode(), media_type=MARKDOWN).blocks) == 2 * 999


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
