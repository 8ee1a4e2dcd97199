"""A title given from outside, or by front matter, is literal text, whatever it looks like."""

from __future__ import annotations

import pytest

from workflows import segments, sources
from workflows.problems import Problem
from workflows.sources import Furniture, Source, normalized, read, write_html, write_markdown

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


def markdown(text: str) -> Source:
    return read(text.encode(), media_type="text/markdown")


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: Privacy  Policy", "Privacy Policy"),
        ("Title: Terms # of 2026", "Terms"),
        ('title: "A \\"#1\\" policy" # said', 'A "#1" policy'),
        ("title: 'It''s: ours'", "It's: ours"),
        ("title: <strong>Ours</strong> of {name}", r"\<strong>Ours\</strong> of {name}"),
    ],
)
def test_front_matter_gives_the_title_of_a_document_without_one(line: str, title: str) -> None:
    source = markdown(f"---\n{line}\neffective: 2026-05-01\n---\n\nText.\n\n## Part\n")
    assert (source.title, source.effective) == (title, "2026-05-01")
    assert (source.problems, source.furniture) == ((), ())
    for text, name in ((write_markdown(source), "a.md"), (write_html(source), "a.html")):
        assert normalized(read(text.encode(), name=name)) == normalized(source)


@pytest.mark.parametrize(
    "lines", ["title:", "title: [a]", "title: >\n  folded", "title: goes\n  on", "a:\n  title: b"]
)
def test_a_value_that_is_no_line_of_text_is_no_title(lines: str) -> None:
    source = markdown(f"---\n{lines}\n---\n\nText.\n")
    assert source.title == ""
    assert source.furniture == (Furniture(1, f"---\n{lines}\n---", "front matter"),)
    assert {problem.code for problem in source.problems} == {"front-matter", "no-title"}


@pytest.mark.parametrize(("title", "aside"), [("Policy", False), ("Other", True)])
def test_a_heading_goes_before_front_matter(title: str, aside: bool) -> None:
    source = markdown(f"---\ntitle: {title}\n---\n# Policy\n")
    assert source.title == "Policy"
    assert bool(source.furniture) is aside
    assert [problem.code for problem in source.problems] == ["front-matter"] * aside


def test_what_else_stands_in_front_matter_is_set_aside_with_it() -> None:
    source = markdown("---\ntitle: Policy\nlayout: page\neffective: '2026\n---\nText.\n")
    assert source.title == "Policy"
    assert [piece.reason for piece in source.furniture] == ["front matter"]
    assert [problem.code for problem in source.problems] == [
        "front-matter",
        "effective-date-unreadable",
    ]
