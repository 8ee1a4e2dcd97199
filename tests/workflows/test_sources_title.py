"""A title given from outside is literal text, whatever it looks like."""

from __future__ import annotations

import pytest

from workflows import segments, sources
from workflows.problems import Problem

SOURCE = sources.read(b"# Old\n\nText.\n", name="x.md")


@pytest.mark.parametrize("title", ["</strong>", "<a1>x</a1>", "{name}", "\\<em>", "A & B <c>"])
def test_title_that_looks_like_a_code_is_literal(title: str) -> None:
    retitled = sources.retitled(SOURCE, title)
    assert segments.plain(retitled.title) == title
    assert not segments.inline_codes(retitled.title)
    assert retitled.blocks == SOURCE.blocks


def test_title_has_its_white_space_folded() -> None:
    assert sources.retitled(SOURCE, "  Terms\n of\tuse ").title == "Terms of use"


@pytest.mark.parametrize("title", ["a\0b", "a\u202eb", "a\u2067b", "\ud800", "x" * 70_000])
def test_title_that_no_text_may_hold_is_refused(title: str) -> None:
    with pytest.raises(Problem):
        sources.retitled(SOURCE, title)
