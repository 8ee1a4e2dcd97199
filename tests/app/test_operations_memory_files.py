"""Bringing memories in: pairs are added with where they come from, and nothing else happens."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app import operations, queries
from app.database import db
from tests.app.support_memory import bring_in, found, offered, tmx, verdicts
from tests.app.support_operations import HOURS, RULES, dump, refused, unchanged, unit
from tests.app.support_policy import (
    ADMINISTRATOR,
    SLUG,
    TRANSLATIONS,
    acting,
    approve,
    editor,
    translate,
    translator,
)
from workflows.catalogs import Pair, write_tmx
from workflows.review import Role

TARGET = TRANSLATIONS["fr"][HOURS]
OTHER = "La maison est ouverte de 9 à 17 heures."


def written(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The tables that have changed."""
    return {table for table in after if after[table] != before[table]}


def test_import_adds_pairs_with_where_they_come_from_and_nothing_else(house: Flask) -> None:
    before = dump()
    report = bring_in(tmx((HOURS, OTHER), ("Names", "Noms"), person="Ann", segment="7"))
    assert (verdicts(report), report.file, report.problems) == (["new", "new"], "old.tmx", ())
    after = dump()
    assert written(before, after) == {"memory_entry", "memory_origin", "memory_key", "history"}
    (match,) = found(HOURS)
    (origin,) = match.origins
    assert (match.score, match.target, origin.approved) == (100, OTHER, False)
    assert (origin.file, origin.person) == ("old.tmx", "Translator fr")
    assert origin.told == {"person": "Ann", "segment": "7"}
    row = after["history"][-1]
    assert (row["action"], row["language"]) == ("memory.imported", "fr")
    assert row["after"] == {"file": "old.tmx", "source_language": "en", "pairs": 2}
    assert unit("fr").target == ""


def test_import_twice_equals_once(house: Flask) -> None:
    data = tmx((HOURS, OTHER), ("Names", "Noms"), ("Names", "Noms"), ("Names", "Des noms"))
    assert verdicts(bring_in(data)) == ["new", "new", "same", "new"]
    with unchanged():
        assert verdicts(bring_in(data)) == ["same"] * 4
        # Under another name, and by somebody else.
        assert verdicts(bring_in(data, editor("fr"), "copy.tmx")) == ["same"] * 4


def test_rehearsal_tells_the_same_and_writes_nothing(house: Flask) -> None:
    bring_in(tmx(("Names", "Noms")))
    data = tmx((HOURS, OTHER), ("Names", "Noms"), ("A <strong>b</strong>", "ab"))
    with unchanged():
        report = bring_in(data, dry_run=True)
    assert verdicts(report) == ["new", "same", "problem"]
    assert report.counts == {"new": 1, "same": 1, "problem": 1}
    again = bring_in(data)
    assert [(row.verdict, row.pair.line) for row in again.rows] == [
        (row.verdict, row.pair.line) for row in report.rows
    ]
    assert offered(HOURS) == [(100, OTHER)]


def test_pair_that_could_not_be_saved_is_a_problem_with_line_and_reason(house: Flask) -> None:
    pairs = [
        ("We keep <strong>it</strong>.", "Nous le gardons."),
        ("We keep it.", "Nous <br1/>le gardons."),
        ("We keep {it}.", "Nous gardons \u202e{it}."),
        ("We keep it.", "\u200b"),
        ("We\u2028keep it.", "Nous le gardons."),
        ("x" * 40_000, "y" * 40_000),
    ]
    data = tmx(*pairs[:5])
    report = bring_in(data)
    assert [[(p.code, p.place) for p in row.problems] for row in report.rows] == [
        [("missing-code", "line 9")],
        [("extra-code", "line 17")],
        [("control-character", "line 25")],
        [("nothing-to-read", "line 33")],
        [("control-character", "line 41")],
    ]
    assert dump()["memory_entry"] == []
    with refused("catalog-entry-too-large"):
        bring_in(tmx(*pairs[5:]))


def test_texts_are_stored_on_one_line_and_codes_that_were_left_out_are_named(house: Flask) -> None:
    data = tmx(("We keep it.", "Nous le gardons."))
    data = data.replace(b"We keep", b"\n   We\r\nkeep").replace(b"le", b"<hi>le</hi>")
    report = bring_in(data)
    assert [problem.code for problem in report.rows[0].problems] == ["catalog-codes-left-out"]
    assert offered("We keep it.") == [(100, "Nous le gardons.")]


def test_only_languages_in_which_one_works_are_taken(house: Flask) -> None:
    data = tmx(("Names", "Namen"), language="de")
    report = bring_in(data)
    assert verdicts(report) == []
    assert [problem.code for problem in report.problems] == [
        "catalog-empty-memory", "catalog-language-left-out"
    ]  # fmt: skip
    with refused("not-permitted"):
        bring_in(data, ADMINISTRATOR)
    with acting() as act:
        operations.grant(act, translator("fr"), Role.EDITOR, "de")
    assert verdicts(bring_in(data)) == ["new"]
    assert offered("Names", "fr") == []
    assert offered("Names", "de") == [(100, "Namen")]


def test_source_language_is_one_of_the_site(house: Flask) -> None:
    data = tmx(("Names", "Noms")).replace(b'srclang="en"', b'srclang="*all*"')
    with refused("catalog-source-not-said"):
        bring_in(data)
    with refused("unknown-language"):
        bring_in(data, source_language="xx")
    assert verdicts(bring_in(data, source_language="en")) == ["new"]


def test_approved_pair_goes_first_and_is_the_same_for_an_import(house: Flask) -> None:
    bring_in(tmx((HOURS, OTHER)))
    translate("fr")
    approve("fr")
    assert offered(HOURS) == [(100, TARGET), (100, OTHER)]
    assert verdicts(bring_in(tmx((HOURS, TARGET)))) == ["same"]
    # A pair that was taken back can still come with a file, and then says so.
    with acting(editor("fr")) as act:
        operations.reopen(act, SLUG, "fr", unit("fr").key, version=2, reason="Faux.")
    assert offered(HOURS) == [(100, OTHER)]
    assert verdicts(bring_in(tmx((HOURS, TARGET)))) == ["new"]
    first = found(HOURS)[0]
    assert (first.target, [origin.file for origin in first.origins]) == (TARGET, ["old.tmx"])


@pytest.mark.parametrize("link", ["mailto:desk@example.org", "mailto:other@example.org"])
def test_source_is_exactly_the_same_only_with_its_links(house: Flask, link: str) -> None:
    view = unit("fr", RULES)
    pair = Pair("en", "fr", RULES, TRANSLATIONS["fr"][RULES], view.links)
    data = write_tmx("en", [pair]).replace(b"mailto:desk@example.org", link.encode())
    bring_in(data)
    db.session.close()
    (match,) = queries.memory_matches(db.session, "en", "fr", RULES, view.unit.source_digest)
    assert match.exact is (link == "mailto:desk@example.org")
    assert match.score == (100 if match.exact else 99)
