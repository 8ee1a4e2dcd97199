"""The three-way merge: every combination of exported, ours and theirs, and the odd entries."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.catalogs import exported, header, sample, units_of
from workflows.catalogs import (
    Catalog,
    Entry,
    Row,
    Unit,
    UnknownCode,
    Verdict,
    merge,
    read_po,
    text_digest,
    write_po,
)

NOW, EARLIER, STRANGE = "The source now", "The source before", "A source of nobody"
A, B, C = "texto um", "texto dois", "texto três"
UNKNOWN_EXPORT = "?"

STATES = ("needs-editing", "translated", "reviewed")
SAME, NEW, CHANGED = Verdict.SAME, Verdict.NEW, Verdict.CHANGED
CONFLICT, CANDIDATE, EMPTIED = Verdict.CONFLICT, Verdict.CANDIDATE, Verdict.EMPTIED


def unit(target: str, state: str = "", source: str = NOW) -> Unit:
    return Unit(
        key="s1",
        source=source,
        source_digest=text_digest(source),
        target=target,
        target_digest=text_digest(target) if target else "",
        state=state or ("translated" if target else "initial"),
        earlier_sources=(EARLIER,),
    )


def entry(was: str, target: str, state: str = "", source: str = NOW, was_state: str = "") -> Entry:
    """An entry read from a file which was exported with the target ``was``."""
    known = was != UNKNOWN_EXPORT
    return Entry(
        key="s1",
        source=source,
        target=target,
        state=state or ("translated" if target else "initial"),
        source_digest=text_digest(source)[:16] if known else "",
        target_digest=text_digest(was)[:16] if known and was else "",
        exported_state=(was_state or ("translated" if was else "initial")) if known else "",
        line=7,
    )


def only(units: list[Unit], *entries: Entry) -> Row:
    (row,) = merge(units, Catalog(header(), entries))
    return row


# Exported, ours, theirs -> for a unit of ours that is (needs-editing or translated, reviewed).
# Texts: "" nothing, A, B, C three different ones; "?" the file does not tell what was exported.
TABLE: dict[tuple[str, str, str], tuple[Verdict, Verdict]] = {
    # Nothing was exported.
    ("", "", ""): (SAME, SAME),
    ("", "", A): (NEW, NEW),
    ("", A, ""): (SAME, SAME),
    ("", A, A): (SAME, SAME),
    ("", A, B): (CONFLICT, CANDIDATE),
    # A was exported and ours is still A.
    (A, A, A): (SAME, SAME),
    (A, A, B): (CHANGED, CANDIDATE),
    (A, A, ""): (EMPTIED, EMPTIED),
    # A was exported and ours was emptied since.
    (A, "", ""): (SAME, SAME),
    (A, "", A): (NEW, NEW),
    (A, "", B): (NEW, NEW),
    # A was exported and ours is B by now.
    (A, B, A): (SAME, SAME),
    (A, B, B): (SAME, SAME),
    (A, B, C): (CONFLICT, CANDIDATE),
    (A, B, ""): (EMPTIED, EMPTIED),
    # The file does not tell.
    (UNKNOWN_EXPORT, "", ""): (SAME, SAME),
    (UNKNOWN_EXPORT, "", A): (NEW, NEW),
    (UNKNOWN_EXPORT, A, A): (SAME, SAME),
    (UNKNOWN_EXPORT, A, B): (CONFLICT, CANDIDATE),
    (UNKNOWN_EXPORT, A, ""): (EMPTIED, EMPTIED),
}


def expected(was: str, ours: str, theirs: str) -> tuple[Verdict, Verdict]:
    """The line of the table for three texts, their names being of no account."""
    names: dict[str, str] = {"": "", UNKNOWN_EXPORT: UNKNOWN_EXPORT}
    fresh = iter((A, B, C))
    for text in (was, ours, theirs):
        if text not in names:
            names[text] = next(fresh)
    return TABLE[names[was], names[ours], names[theirs]]


@pytest.mark.parametrize("theirs_fuzzy", [False, True])
@pytest.mark.parametrize("state", STATES)
def test_table_holds_for_every_combination(state: str, theirs_fuzzy: bool) -> None:
    seen = set()
    for was, ours, theirs in itertools.product(
        (UNKNOWN_EXPORT, "", A, B, C), ("", A, B, C), ("", A, B, C)
    ):
        plain, reviewed = expected(was, ours, theirs)
        verdict = reviewed if state == "reviewed" else plain
        theirs_state = "needs-editing" if theirs_fuzzy and theirs else ""
        # The flag as exported is the flag now: flags have a table of their own below.
        row = only(
            [unit(ours, state if ours else "")],
            entry(was, theirs, theirs_state, was_state=theirs_state if was else ""),
        )
        assert (row.verdict, row.theirs, row.ours) == (verdict, theirs, ours), (was, ours, theirs)
        assert (row.fuzzy, row.source_text) == (bool(theirs_state), NOW)
        seen.add((plain, reviewed))
    assert seen == set(TABLE.values())


@pytest.mark.parametrize(
    ("was", "theirs", "verdict"),
    [(A, A, SAME), (A, B, NEW), (A, "", SAME), ("", A, NEW), (UNKNOWN_EXPORT, A, NEW)],
)
def test_text_that_was_taken_away_comes_back_only_as_new_work(
    was: str, theirs: str, verdict: Verdict
) -> None:
    emptied = dataclasses.replace(unit(""), emptied=True)
    assert only([emptied], entry(was, theirs)).verdict == verdict


@pytest.mark.parametrize("ours", ["", A, B])
def test_entry_with_a_problem_is_not_applied(ours: str) -> None:
    problem = UnknownCode("line 7", found="<g>")
    row = only([unit(ours)], dataclasses.replace(entry(A, B), problems=(problem,)))
    assert (row.verdict, row.problems) == (Verdict.PROBLEM, (problem,))


def test_table_has_no_line_without_a_case() -> None:
    texts = itertools.product((UNKNOWN_EXPORT, "", A, B), ("", A, B, C), ("", A, B, C))
    assert {case for case in texts if case in TABLE} == set(TABLE)


# State exported, state of ours, state of theirs, all with the same text.
FLAGS = {
    ("needs-editing", "needs-editing", "translated"): CHANGED,
    ("translated", "translated", "needs-editing"): CHANGED,
    ("", "needs-editing", "translated"): SAME,
    ("", "translated", "needs-editing"): SAME,
}


@pytest.mark.parametrize("ours", STATES)
@pytest.mark.parametrize("theirs", STATES)
@pytest.mark.parametrize("was", ["", *STATES])
def test_flag_alone_counts_only_when_ours_is_as_exported(was: str, ours: str, theirs: str) -> None:
    row = only([unit(A, ours)], entry(A if was else UNKNOWN_EXPORT, A, theirs, was_state=was))
    assert row.verdict == FLAGS.get((was, ours, theirs), SAME)


def test_flag_alone_does_not_count_for_an_earlier_source() -> None:
    row = only([unit(A, "needs-editing")], entry(A, A, source=EARLIER, was_state="needs-editing"))
    assert row.verdict == SAME


# --- Sources -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "verdict"),
    [("needs-editing", CHANGED), ("translated", CONFLICT), ("reviewed", CANDIDATE)],
)
def test_earlier_source_never_displaces_a_text_for_the_current_one(
    state: str, verdict: Verdict
) -> None:
    row = only([unit(A, state)], entry(A, B, source=EARLIER))
    assert (row.verdict, row.source_text, row.source) == (verdict, EARLIER, NOW)


def test_earlier_source_fills_an_empty_unit_as_a_translation_of_it() -> None:
    row = only([unit("")], entry("", B, source=EARLIER))
    assert (row.verdict, row.source_text, row.fuzzy) == (NEW, EARLIER, False)


@pytest.mark.parametrize(
    ("previous", "state", "source_text"),
    [
        (EARLIER, "needs-editing", EARLIER),
        (EARLIER, "translated", NOW),
        (STRANGE, "needs-editing", NOW),
    ],
)
def test_fuzzy_entry_translates_its_previous_source(
    previous: str, state: str, source_text: str
) -> None:
    theirs = dataclasses.replace(entry(A, B, state), previous_source=previous)
    row = only([unit(A, "needs-editing")], theirs)
    assert (row.verdict, row.source_text, row.fuzzy) == (
        CHANGED,
        source_text,
        state == "needs-editing",
    )


@pytest.mark.parametrize("ours", ["", A, B])
def test_strange_source_is_a_problem(ours: str) -> None:
    row = only([unit(ours)], entry(A, B, source=STRANGE))
    assert (row.verdict, [problem.code for problem in row.problems]) == (
        Verdict.PROBLEM,
        ["catalog-source-mismatch"],
    )
    assert (row.problems[0].place, row.verdict.proposes, row.verdict.applies) == (
        "line 7",
        True,
        False,
    )


# --- Odd entries ---------------------------------------------------------------------------------


def test_unknown_key_is_named_and_an_obsolete_one_is_not() -> None:
    stranger = dataclasses.replace(entry("", A), key="s9")
    gone = dataclasses.replace(stranger, key="s8", obsolete=True)
    rows = merge([], Catalog(None, (gone, stranger)))
    assert [(row.key, row.verdict, row.theirs, row.line) for row in rows] == [
        ("s9", Verdict.UNKNOWN, A, 7)
    ]


def test_missing_segment_is_named_even_if_its_entry_is_obsolete() -> None:
    gone = dataclasses.replace(entry(A, B), obsolete=True)
    assert only([unit(A)], gone) == Row(
        key="s1",
        verdict=Verdict.MISSING,
        source=NOW,
        ours=A,
        theirs="",
        line=0,
        source_text=NOW,
    )


def test_two_texts_for_one_segment_are_a_problem_each() -> None:
    rows = merge(
        [unit("")],
        Catalog(None, (entry("", A), dataclasses.replace(entry("", B), line=9))),
    )
    assert [(row.verdict, row.theirs) for row in rows] == [
        (Verdict.PROBLEM, A),
        (Verdict.PROBLEM, B),
    ]
    assert [row.problems[0].details for row in rows] == [{"lines": "7, 9"}] * 2


def test_one_text_twice_for_one_segment_is_one() -> None:
    again = dataclasses.replace(entry("", A), line=9)
    assert only([unit("")], entry("", A), again).verdict == NEW


def test_plural_entry_for_a_segment_is_a_problem() -> None:
    plural = dataclasses.replace(entry("", A), plural_source="many", plural_targets=(A, B))
    row = only([unit("")], plural)
    assert (row.verdict, row.problems[0].code) == (Verdict.PROBLEM, "catalog-unexpected-plural")


@pytest.mark.parametrize(
    ("source", "verdict", "key", "source_text"),
    [
        (NOW, NEW, "s1", NOW),
        (EARLIER, NEW, "s1", EARLIER),
        ("Twice", Verdict.PROBLEM, "", "Twice"),
        (STRANGE, Verdict.UNKNOWN, "", STRANGE),
    ],
)
def test_entry_without_a_key_is_matched_by_its_source(
    source: str, verdict: Verdict, key: str, source_text: str
) -> None:
    twice = [dataclasses.replace(unit("", source="Twice"), key=k, earlier_sources=()) for k in "ab"]
    handmade = dataclasses.replace(entry(UNKNOWN_EXPORT, A, source=source), key="")
    rows = merge([unit(""), *twice], Catalog(None, (handmade,)))
    (row,) = [row for row in rows if row.verdict != Verdict.MISSING]
    assert (row.verdict, row.key, row.source_text) == (verdict, key, source_text)


def test_source_without_a_key_that_stands_twice_is_said() -> None:
    twice = [dataclasses.replace(unit(""), key=k) for k in "ab"]
    handmade = dataclasses.replace(entry(UNKNOWN_EXPORT, A), key="")
    problems = merge(twice, Catalog(None, (handmade,)))[-1].problems
    assert [(problem.code, problem.details) for problem in problems] == [
        ("catalog-ambiguous-source", {"count": 2})
    ]


# --- Whole files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda data: data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"\n".join(line for line in data.split(b"\n") if not line.startswith(b"#.")),
        lambda data: b"\n\n".join([*(parts := data.split(b"\n\n"))[:1], *parts[:0:-1]]),
    ],
    ids=["untouched", "crlf", "bom", "no comments", "reordered"],
)
def test_untouched_file_changes_nothing(rewrite: Callable[[bytes], bytes]) -> None:
    catalog = read_po(rewrite(write_po(header(), sample())), language="pt-BR")
    assert catalog.problems == ()
    assert {row.verdict for row in merge(units_of(sample()), catalog)} == {SAME}


def test_importing_twice_is_the_same_as_once() -> None:
    """What was applied compares as the same when the file comes again."""
    data = write_po(header(), sample())
    data = data.replace(b'msgstr "Mesmas palavras"', b'msgstr "As mesmas palavras"')
    data = data.replace(b'it"\nmsgstr ""', b'it"\nmsgstr "Prazo"')
    catalog = read_po(data, language="pt-BR")
    units = units_of(sample())
    rows = merge(units, catalog)
    assert [row.verdict for row in rows] == [SAME, SAME, NEW, SAME, CHANGED, SAME, SAME]
    after = [
        dataclasses.replace(each, target=row.theirs, target_digest="", state="translated")
        if row.verdict.applies
        else each
        for each, row in zip(units, rows, strict=True)
    ]
    assert {row.verdict for row in merge(after, catalog)} == {SAME}


@given(
    st.lists(
        st.tuples(*[st.sampled_from(["", A, B, C])] * 3, st.sampled_from(STATES), st.booleans()),
        max_size=12,
    )
)
def test_every_unit_has_one_row_and_nothing_reviewed_is_displaced(
    cases: list[tuple[str, str, str, str, bool]],
) -> None:
    units, entries = [], []
    for number, (was, ours, theirs, state, present) in enumerate(cases):
        units.append(dataclasses.replace(unit(ours, state if ours else ""), key=f"s{number}"))
        if present:
            entries.append(dataclasses.replace(entry(was, theirs), key=f"s{number}"))
    rows = merge(units, Catalog(None, tuple(reversed(entries))))
    assert [row.key for row in rows] == [each.key for each in units]
    for row, each in zip(rows, units, strict=True):
        if row.verdict.applies:
            assert each.state != "reviewed"
            assert row.theirs


def test_exported_entries_are_matched_by_what_was_exported_then() -> None:
    """A file from before two edits of ours: one text was changed in the file too, one was not."""
    before = [exported("s1", "One", "Um"), exported("s2", "Two", "Dois"), exported("s3", "Three")]
    data = write_po(header(), before).replace(b'msgstr "Um"', b'msgstr "Hum"')
    now = [
        exported("s1", "One", "Uno"),
        exported("s2", "Two", "Duas"),
        exported("s3", "Three", "X"),
    ]
    rows = merge(units_of(now), read_po(data, language="pt-BR"))
    assert [(row.key, row.verdict) for row in rows] == [
        ("s1", CONFLICT),
        ("s2", SAME),
        ("s3", SAME),
    ]
