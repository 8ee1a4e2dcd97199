"""Every word of a page is in its blocks or in its furniture, and the same each time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workflows.problems import Problem
from workflows.sources import Source, read, walk
from workflows.sources.html import read_html

WORDS = st.text("abcäß中ש1", min_size=1, max_size=4)
INLINE = st.recursive(
    WORDS,
    lambda inner: st.tuples(
        st.sampled_from(["b", "i", "code", "span", "a href=/x", "a href=javascript:x", "button"]),
        st.lists(inner, min_size=1, max_size=3),
    ).map(lambda part: f"<{part[0]}>{' '.join(part[1])}</{part[0].split()[0]}>"),
    max_leaves=6,
)
OUTER = [
    "p", "div", "ul", "ol", "li", "table", "tr", "td", "th", "h1", "h2", "blockquote", "nav",
    "section", "main", "article", "header", "footer", "aside", "form", "dl", "dt", "dd", "pre",
    "select", "option", "div hidden", "div class=cookie-banner", "p class=breadcrumbs", "caption",
]  # fmt: skip
CLOSED = st.booleans()


@st.composite
def block(draw: st.DrawFn, depth: int = 0) -> str:
    if depth > 3 or draw(st.booleans()):
        return " ".join(draw(st.lists(INLINE, max_size=3)))
    tag = draw(st.sampled_from(OUTER))
    content = " ".join(draw(st.lists(block(depth + 1), max_size=4)))
    end = f"</{tag.split()[0]}>" if draw(CLOSED) else ""
    return f"<{tag}> {content} {end}"


def said(html: str, *, page: bool) -> list[str]:
    """Every word of the blocks and the furniture, without the order of the two."""
    reading = read_html(html, page=page)
    blocks = walk(reading.blocks)
    kept = [reading.title, *(f"{block.label} {block.text or ''}" for block in blocks)]
    found = [*kept, *(piece.text for piece in reading.furniture)]
    return sorted(untagged(" ".join(found)).split())


def outcome(html: str) -> Source | str:
    """The document, or the code of the problem by which it is refused."""
    try:
        return read(html.encode(), media_type="text/html")
    except Problem as problem:
        return problem.code


def untagged(text: str) -> str:
    """Literal text, with a space for each tag."""
    inside = False
    signs: list[str] = []
    for sign in text:
        if sign == "<":
            inside = True
        signs.append(" " if inside else sign)
        if sign == ">":
            inside = False
    return "".join(signs)


@given(block(), st.booleans())
def test_no_word_of_a_page_is_lost(html: str, page: bool) -> None:
    if outcome(html) != "too-deep":
        assert said(html, page=page) == sorted(untagged(html).split())


@given(block())
def test_html_is_read_the_same_each_time(html: str) -> None:
    first, second = outcome(html), outcome(html)
    assert first == second
    if isinstance(first, str) or isinstance(second, str):
        assert first in ("empty-document", "too-deep")
        return
    assert [p.as_dict() for p in first.problems] == [p.as_dict() for p in second.problems]
    lines = [found.line for found in walk(first.blocks)]
    assert lines == sorted(lines)
    assert all(line >= 1 for line in lines)
