"""Hostile HTML: refused or read within bounds of work and memory, and never but by a Problem."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hostile import Readers, running_readers
from tests.support.hostile.html import HOSTILE
from workflows.problems import Problem
from workflows.sources import read, walk
from workflows.sources.html import read_html
from workflows.sources.tagged import plain

HTML = "text/html"


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """A process that reads, under limits."""
    with running_readers("html") as running:
        yield running


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_html_is_refused_with_its_reason_or_read_and_touches_nothing(
    name: str, readers: Readers
) -> None:
    hostile = HOSTILE[name]
    assert readers.read("html", hostile.make()).what == hostile.what


def taken(data: bytes) -> str:
    """The code of the problem, or "" when the document is read."""
    try:
        read(data, media_type=HTML)
    except Problem as problem:
        refused = problem
    else:
        return ""
    assert refused.blocking
    assert len(refused.text()) < 1000
    return refused.code


SIGNS = """
< > </ <! <!-- --> <p <p> </p> <b> </b> <i> <a href=' ' " <table> <tr> <td> </td> </table> <ul> <li>
</ul> <h1> </h1> <h2> <pre> <script> </script> <svg> </svg> <br> <img alt=x> & &amp; &lt; &#x202e;
<select> <option> <caption> <dl> <dt> <hr> <title> </title> x 中 / = <main> <nav> <form> <textarea>
</textarea> <code> <blockquote> <div hidden> <td colspan=3>
"""
PIECES = st.lists(st.sampled_from(SIGNS.split()) | st.text(max_size=4), max_size=40)


@settings(max_examples=400)
@given(PIECES)
def test_any_html_is_read_or_refused_by_a_problem(pieces: list[str]) -> None:
    try:
        data = " ".join(pieces).encode()
    except UnicodeEncodeError:
        return
    if taken(data):
        return
    for block in walk(read(data, media_type=HTML).blocks):
        assert block.line >= 1
        assert block.text is None or block.text.strip(" \n\t") == block.text != ""
        assert all(f"<a{link.number}>" in (block.text or "") for link in block.links)


@settings(max_examples=400)
@given(
    st.lists(st.sampled_from([sign for sign in SIGNS.split() if "svg" not in sign]), max_size=40)
)
def test_a_parser_of_browsers_sees_the_same_text(pieces: list[str]) -> None:
    html = " ".join(
        piece for piece in pieces if not piece.startswith(("<title", "</title", "alt="))
    )
    html = html.replace("<img", "")
    try:
        reading = read_html(html, page=False)
    except Problem:
        return
    texts = [reading.title, *(block.text or "" for block in walk(reading.blocks))]
    ours = [*map(plain, texts), *(piece.text for piece in reading.furniture)]
    shown = nh3.clean(html, tags=set(), attributes={}, clean_content_tags={"script"})
    assert signs("".join(ours)) == signs(unescape(shown))


def signs(text: str) -> list[str]:
    """What can be seen of a text, without order: where blocks stand is another question."""
    return sorted("".join(text.split()))
