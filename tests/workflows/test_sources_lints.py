"""The advice that helps every author, and the day a document is effective from."""

from __future__ import annotations

import pytest

from tests.support.hostile import running_readers
from tests.support.hostile.words import DATES
from workflows.sources import Source, read
from workflows.sources.advice import FOUND_HERE
from workflows.sources.dates import days


def markdown(text: str, *, effective: str = "2026-01-01") -> Source:
    head = f"---\neffective: {effective}\n---\n" if effective else ""
    return read(f"{head}# T\n\n{text}\n".encode(), media_type="text/markdown")


def advice(text: str, *, effective: str = "2026-01-01") -> list[tuple[str, str, dict[str, object]]]:
    found = markdown(text, effective=effective).problems
    return [(problem.code, problem.place, dict(problem.details)) for problem in found]


@pytest.mark.parametrize(
    ("line", "effective"),
    [
        ("effective: 2026-01-31", "2026-01-31"),
        ("Effective-Date: '2026-01-31'", "2026-01-31"),
        ('effective_date : "2026-01-31"  # the day', "2026-01-31"),
        ("effective:", ""),
        ("effective: # not yet", ""),
    ],
)
def test_front_matter_gives_the_effective_date(line: str, effective: str) -> None:
    source = read(f"---\n{line}\n---\n# T\n\ntext\n".encode(), media_type="text/markdown")
    assert (source.effective, source.title, source.furniture) == (effective, "T", ())
    assert source.problems == ()
    assert source.blocks[0].line == 6


@pytest.mark.parametrize(
    "value", ["2026-02-30", "31.01.2026", "2026-1-31", "20260131", "tomorrow", "2026-01-31T00:00"]
)
def test_effective_date_that_is_none_is_said(value: str) -> None:
    source = read(f"---\nx: 1\neffective: {value}\n---\n# T\n\ntext\n".encode(), name="a.md")
    assert source.effective == ""
    assert [(one.code, one.place, one.details) for one in source.problems] == [
        ("front-matter", "line 1", {}),
        ("effective-date-unreadable", "line 3", {"found": value}),
    ]


def test_other_front_matter_is_set_aside_with_the_date() -> None:
    source = read(b"---\ntitle: x\neffective: 2026-01-31\n---\n# T\n\ntext\n", name="a.md")
    assert source.effective == "2026-01-31"
    assert [piece.reason for piece in source.furniture] == ["front matter"]
    assert [one.code for one in source.problems] == ["front-matter"]


def test_plain_text_has_no_effective_date() -> None:
    assert read(b"Privacy policy\n\nText of it.\n", name="a.txt").effective == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-02-01", "2026-02-01"),
        ("1 February 2026", "2026-02-01"),
        ("the 1st of February 2026", "2026-02-01"),
        ("February 1, 2026", "2026-02-01"),
        ("Feb. 1st, 2026", "2026-02-01"),
        ("1. Februar 2026", "2026-02-01"),
        ("3. März 2026", "2026-03-03"),
        ("1.2.2026", "2026-02-01"),
        ("01. 02. 2026", "2026-02-01"),
        ("1er février 2026", "2026-02-01"),
        ("1er\u00a0août\u00a02026", "2026-08-01"),
        ("1 de febrero de 2026", "2026-02-01"),
        ("1 de setiembre del 2026", "2026-09-01"),
        ("2026年2月1日", "2026-02-01"),
        ("2026 年 12 月 31 日", "2026-12-31"),
    ],
)
def test_days_are_read_in_the_forms_of_five_languages(text: str, value: str) -> None:
    found = list(days(f"({text})"))
    assert [day.value for day in found] == [value]
    assert found[0].start >= 1
    assert text.endswith(f"({text})"[found[0].start : found[0].end])


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "31 February 2026",
        "February 2026",
        "1/2/2026",
        "12026-01-01",
        "may",
    ],
)
def test_days_leave_out_what_is_none(text: str) -> None:
    assert [day.value for day in days(text)] == []


DIFFERENT = [
    "Effective date: 1 February 2026",
    "This policy is effective as of February 1, 2026.",
    "It has been in force since 2026-02-01.",
    "It is valid from 1st February 2026.",
    "It comes into effect on 1 February 2026.",
    "As of 1 February 2026 it takes effect.",
    "Gültig ab 1. Februar 2026 (Stand: 1. Dezember 2025)",
    "Diese Fassung tritt am 01.02.2026 in Kraft.",
    "En vigueur à compter du 1er février 2026",
    "La présente politique entre en vigueur le 1er février 2026.",
    "Vigente desde el 1 de febrero de 2026",
    "Entra en vigor el 1 de febrero de 2026.",
    "生效日期：2026年2月1日",
    "本政策自2026年2月1日起施行。",
    "本政策更新于2025年12月1日，自2026年2月1日起生效。",
    "Last updated 1 December 2025, in force since 1 February 2026.",
    "Effective: 1 February 2026 Last updated: 1 December 2025",
    "Effective from 1 February 2026 to 31 December 2026",
    "**Effective** [1 February 2026](/dates)",
]


@pytest.mark.parametrize("text", DIFFERENT)
def test_effective_date_that_differs_is_said_once(text: str) -> None:
    ((code, place, details),) = advice(text)
    assert (code, place, details["effective"]) == ("effective-date-differs", "line 6", "2026-01-01")
    assert [day.value for day in days(str(details["found"]))] == ["2026-02-01"]


@pytest.mark.parametrize("text", DIFFERENT)
def test_effective_date_is_not_looked_for_without_metadata_or_when_the_same(text: str) -> None:
    assert advice(text, effective="") == []
    assert advice(text, effective="2026-02-01") == []


@pytest.mark.parametrize(
    "text",
    [
        "Last updated: 1 February 2026",
        "This policy was last changed on 1 February 2026.",
        "Stand: 1. Februar 2026",
        "Zuletzt aktualisiert am 1. Februar 2026",
        "Dernière mise à jour : 1er février 2026",
        "Última actualización: 1 de febrero de 2026",
        "更新日期：2026年2月1日",
        "Effective until 31 December 2026",
        "We give you an effective remedy. On 25 May 2018 the law changed.",
        "On 1 February 2026 we moved.",
        "Effective in February 2026",
        "effective " + "very " * 20 + "1 February 2026",
    ],
)
def test_other_days_are_no_effective_dates(text: str) -> None:
    assert advice(text) == []


def test_effective_date_in_a_cell_of_its_own_is_found() -> None:
    table = "| Effective date | 1 February 2026 |\n|---|---|\n| Last updated | 1 March 2026 |"
    assert advice(table) == [
        (
            "effective-date-differs",
            "line 6",
            {"found": "1 February 2026", "effective": "2026-01-01"},
        )
    ]
    assert [code for code, _place, _details in advice("## Effective date\n\n1 March 2026.")] == [
        "effective-date-differs"
    ]


def test_effective_dates_are_named_at_most_three_times_in_a_text() -> None:
    text = "; ".join(f"effective {day} February 2026" for day in range(1, 9))
    assert len(advice(text)) == 3


def test_dates_are_looked_for_in_texts_of_unlucky_signs() -> None:
    with running_readers("dates") as readers:
        for name, hostile in DATES.items():
            assert readers.read("dates", hostile.make()).what == hostile.what, name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It lies on the servers of and / or its affiliates.", "empty-placeholder"),
        ("word " * 121, "segment-too-long"),
        ("- the same four words\n- the same four words", "duplicate-text"),
        ("See [below](#9).", "broken-reference"),
        ("Effective date: 1 February 2026", "effective-date-differs"),
    ],
)
def test_each_lint_is_found_names_its_line_and_stops_nothing(text: str, expected: str) -> None:
    (problem,) = markdown(text).problems
    assert problem.code == expected
    assert not problem.blocking
    assert isinstance(problem, FOUND_HERE)
    assert problem.place == ("line 7" if expected == "duplicate-text" else "line 6")


@pytest.mark.parametrize(
    "text",
    [
        "It lies on the servers of its affiliates.",
        "word " * 120,
        "- the same four words\n- the other four words",
        "See [below](#2).\n\n## 2. There",
        "Effective date: 1 January 2026",
    ],
)
def test_no_lint_is_found_in_what_is_right(text: str) -> None:
    assert markdown(text).problems == ()


def test_html_metadata_give_the_effective_date() -> None:
    text = (
        '<!doctype html><meta name="effective-date" content="2026-01-01"><title>T</title>'
        "<h1>T</h1><p>This policy is effective from 1 February 2026.</p>"
    )
    source = read(text.encode(), media_type="text/html")
    assert source.effective == "2026-01-01"
    assert [problem.code for problem in source.problems] == ["effective-date-differs"]
