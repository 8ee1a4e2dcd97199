"""Catalogs of an earlier revision whose segments were split or merged since."""

from __future__ import annotations

import dataclasses

import pytest

from workflows.catalogs import (
    Catalog,
    Entry,
    Row,
    Unit,
    UnknownCode,
    Verdict,
    merge,
    text_digest,
)

WHOLE, FIRST, SECOND = "First. Second.", "First.", "Second."
OWN, OTHER = "Un. Deux.", "Premier. Second."


def unit(key: str, source: str, target: str = "", **values: object) -> Unit:
    made = Unit(
        key=key,
        source=source,
        source_digest=text_digest(source),
        target=target,
        target_digest=text_digest(target) if target else "",
        state="translated" if target else "initial",
        forerunners=(("a", WHOLE),),
    )
    return dataclasses.replace(made, **values)  # type: ignore[arg-type]


def entry(target: str, **values: object) -> Entry:
    made = Entry(
        key="a",
        source=WHOLE,
        target=target,
        state="translated" if target else "initial",
        source_digest=text_digest(WHOLE)[:16],
        target_digest=text_digest(OWN)[:16],
        exported_state="translated",
        line=9,
    )
    return dataclasses.replace(made, **values)  # type: ignore[arg-type]


def rows(units: list[Unit], *entries: Entry) -> list[tuple[str, Verdict, str]]:
    return [(row.key, row.verdict, row.source_text) for row in merge(units, Catalog(None, entries))]


SPLIT = [unit("a", FIRST), unit("b", SECOND)]


def test_new_work_on_a_whole_is_proposed_for_each_part() -> None:
    assert merge(SPLIT, Catalog(None, (entry(OTHER),))) == tuple(
        Row(
            key=key,
            verdict=Verdict.PARTED,
            source=source,
            ours="",
            theirs=OTHER,
            line=9,
            source_text=WHOLE,
            fuzzy=True,
        )
        for key, source in (("a", FIRST), ("b", SECOND))
    )
    assert Verdict.PARTED.proposes
    assert not Verdict.PARTED.applies


@pytest.mark.parametrize("target", [OWN, ""])
def test_what_was_exported_of_a_whole_is_no_new_work(target: str) -> None:
    assert rows(SPLIT, entry(target)) == [
        ("a", Verdict.SAME, WHOLE),
        ("b", Verdict.SAME, WHOLE),
    ]


def test_entry_without_digests_is_new_work() -> None:
    bare = entry(OWN, source_digest="", target_digest="", exported_state="")
    assert [verdict for _, verdict, _ in rows(SPLIT, bare)] == [Verdict.PARTED] * 2


def test_work_on_a_part_is_proposed_for_what_it_was_merged_into() -> None:
    merged = [unit("b", WHOLE, forerunners=(("a", FIRST), ("b", SECOND)))]
    parts = [entry("Premier.", source=FIRST), entry("Second.", key="b", source=SECOND)]
    assert rows(merged, *parts) == [
        ("b", Verdict.PARTED, FIRST),
        ("b", Verdict.PARTED, SECOND),
    ]


def test_entry_of_the_part_itself_is_its_own() -> None:
    own = entry("Premier.", source=FIRST, source_digest=text_digest(FIRST)[:16], target_digest="")
    assert rows(SPLIT, own) == [("a", Verdict.NEW, FIRST), ("b", Verdict.MISSING, SECOND)]


def test_entry_with_a_problem_is_none_for_the_parts_either() -> None:
    faulty = entry(OTHER, problems=(UnknownCode("line 9", found="<g>"),))
    found = merge(SPLIT, Catalog(None, (faulty,)))
    assert [(row.verdict, row.problems) for row in found] == [
        (Verdict.PROBLEM, faulty.problems)
    ] * 2


def test_both_entries_of_a_key_have_their_row() -> None:
    own = entry("Premier.", source=FIRST, source_digest=text_digest(FIRST)[:16], target_digest="")
    assert rows(SPLIT, entry(OTHER), own) == [
        ("a", Verdict.PARTED, WHOLE),
        ("a", Verdict.NEW, FIRST),
        ("b", Verdict.PARTED, WHOLE),
    ]


def test_entry_without_key_is_found_by_the_text_of_the_whole() -> None:
    assert [key for key, _, _ in rows(SPLIT, entry(OTHER, key=""))] == ["a", "b"]


def test_text_that_two_segments_have_now_is_ambiguous_not_parted() -> None:
    twins = [*SPLIT, unit("c", WHOLE, forerunners=()), unit("d", WHOLE, forerunners=())]
    found = rows(twins, entry(OTHER, key=""))
    assert found[-1] == ("", Verdict.PROBLEM, WHOLE)
    assert [verdict for _, verdict, _ in found[:-1]] == [Verdict.MISSING] * 4


def test_fuzzy_entry_translates_its_previous_source_if_the_segment_had_it() -> None:
    older = "First and second."
    forerunners = (("a", older), ("a", WHOLE))
    split = [unit("a", FIRST, forerunners=forerunners)]
    fuzzy = entry(OTHER, state="needs-editing", previous_source=older)
    assert rows(split, fuzzy) == [("a", Verdict.PARTED, older)]
    made_up = entry(OTHER, state="needs-editing", previous_source="Never said.")
    assert rows(split, made_up) == [("a", Verdict.PARTED, WHOLE)]
