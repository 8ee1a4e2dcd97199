"""What a revision changes: its impact, and the pairs an author confirms or mends."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import access, queries
from app.database import db
from app.workbench import revising
from tests.app import support_policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_import import (
    HOURS,
    SPLIT,
    at,
    errors,
    fields,
    form_of,
    impact,
    looked,
    pressed,
    rows,
    stored,
    texts,
)
from tests.app.support_policy import ADMINISTRATOR, SLUG, SOURCE
from tests.app.support_workbench import page, signed_in, unchanged


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The app with people and nothing else."""
    return without_csrf(filled(support_policy.people))


@pytest.fixture
def begun(filled: Filling) -> Flask:
    """The policy imported, and French and German translated and reviewed."""
    return without_csrf(filled(support_policy.reviewed))


# --- Impact --------------------------------------------------------------------------------------

NEW_HOURS = HOURS.replace("9 to 17", "8 to 17")
EDITED = SOURCE.replace("9 to 17", "8 to 17").replace(
    "We never keep your password.", "We never keep your password. Nobody ever asks you for it."
)


def test_impact_is_said_before_anything_is_stored(begun: Flask) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    with unchanged(begun):
        source = EDITED.replace("   2. the town;\n", "").replace(
            "## 2. What", "A wholly different matter, told briefly.\n\n## 2. What"
        )
        answer = looked(client, source)
    assert impact(answer) == (
        "2 languages; 2 segments go back to translators, 1 is new; 32 words; "
        "nothing approved is lost."
    )
    section = page(answer).one("section", class_="impact")
    assert "1 segment leaves the page and stays in history" in section.text()
    table = [[c.text() for c in r.all("th") + r.all("td")] for r in section.all("tr")[1:]]
    assert table == [["Deutsch", "16", "0", "3", "32"], ["Français", "16", "0", "3", "32"]]


def test_review_is_valid_again_when_a_text_is_back(begun: Flask) -> None:
    with begun.app_context():
        support_policy.import_source(EDITED)
        support_policy.translate("fr", {NEW_HOURS: "Nous tenons cette maison de 8 à 17 heures."})
        support_policy.approve("fr")
    answer = looked(signed_in(begun, ADMINISTRATOR), SOURCE)
    assert impact(answer).startswith("2 languages; 0 segments go back to translators, 0 are new")
    section = page(answer).one("section", class_="impact")
    table = [[c.text() for c in r.all("th") + r.all("td")] for r in section.all("tr")[1:]]
    total = str(len(support_policy.TEXTS))
    assert table == [["Deutsch", total, "0", "0", "0"], ["Français", "18", "1", "0", "0"]]


# --- Pairs ---------------------------------------------------------------------------------------


def test_split_is_found_and_unpaired_by_hand(begun: Flask) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    answer = looked(client, SPLIT)
    assert rows(answer) == [("split", ["4", "4"])]
    second = at(answer, "Open from")
    with unchanged(begun):
        answer = pressed(client, answer, "pair", f"{second}=")
    assert rows(answer) == [("edited", ["4"]), ("added", [""])]
    assert json.loads(fields(answer)["pairs"]) == {second: []}
    assert stored(client, answer).status_code == 303
    keys = {text: key for _, text, key in texts(begun)}
    with begun.app_context():
        document = queries.document(db.session, SLUG)
        rows_ = queries.lineage(db.session, queries.revision(db.session, document))
        made = sorted((row.change, row.segment.key) for row in rows_ if row.segment)
    assert made == sorted(
        [("added", keys["Open from 9 to 17 o'clock."]), ("edited", keys["We run this house."])]
    )


def test_unpaired_part_is_marked_as_split_and_back_to_what_was_found(begun: Flask) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    found = looked(client, SPLIT)
    second = at(found, "Open from")
    apart = pressed(client, found, "pair", f"{second}=")
    again = pressed(client, apart, "pair", f"{second}=4")
    assert rows(again) == [("split", ["4", "4"])]
    back = pressed(client, apart, "pair", f"{second}=?")
    assert rows(back) == rows(found)
    assert fields(back)["pairs"] == "{}"
    assert rows(pressed(client, again, "pair", "none")) == rows(found)


@pytest.mark.parametrize("typed", [" 4 ", "4،", "٤"])
def test_pair_by_hand_is_stored(begun: Flask, typed: str) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    source = SOURCE.replace(HOURS, "Visitors are welcome every morning.")
    answer = looked(client, source)
    assert sorted(rows(answer)) == [("added", [""]), ("removed", [])]
    new = at(answer, "Visitors")
    with unchanged(begun):
        answer = pressed(client, answer, **{f"old-{new}": typed})
    assert rows(answer) == [("edited", ["4"])]
    before = {text: key for _, text, key in texts(begun)}
    assert stored(client, answer).status_code == 303
    after = {text: key for _, text, key in texts(begun)}
    assert after["Visitors are welcome every morning."] == before[HOURS]


def test_removed_text_is_merged_into_another(begun: Flask) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    source = SOURCE.replace("   1. the street;\n   2. the town;\n", "   1. the streets;\n")
    answer = looked(client, source)
    assert rows(answer) == [("edited", ["9"]), ("removed", [])]
    new = at(answer, "the streets")
    answer = pressed(client, answer, "pair", f"{new}=9, 10")
    assert rows(answer) == [("merged", ["9, 10"])]
    assert stored(client, answer).status_code == 303
    with begun.app_context():
        document = queries.document(db.session, SLUG)
        found = queries.lineage(db.session, queries.revision(db.session, document))
        assert [row.change for row in found] == ["merged", "merged"]


@pytest.mark.parametrize("typed", ["x", "99", "0", "-1", "4;x", "4" * 300])
def test_number_that_is_none_is_said_at_its_field_and_kept(begun: Flask, typed: str) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    answer = looked(client, SPLIT)
    field = f"old-{at(answer, 'Open from')}"
    with unchanged(begun):
        again = pressed(client, answer, **{field: typed})
        apply = stored(client, answer, **{field: typed})
    for wrong in (again, apply):
        assert wrong.status_code in (409, 422)
        assert [href for href, _ in errors(wrong)] == [f"#{field}"]
        input_ = page(wrong).one("input", id=field)
        assert input_.attrs["value"] == typed[:200]
        assert page(wrong).one(id=input_.attrs["aria-describedby"]).text().startswith("“")
        assert rows(wrong)[0][0] == "split"


def focused(answer: TestResponse) -> list[str]:
    return [node.attrs["id"] for node in page(answer).all() if "autofocus" in node.attrs]


def test_field_in_which_enter_was_pressed_has_the_focus_again(begun: Flask) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    answer = looked(client, SPLIT)
    one, two = (f"old-{at(answer, text)}" for text in ("We run", "Open from"))
    assert focused(answer) == []
    assert [form_of(answer).all("button")[0].attrs["formaction"]] == ["/workbench/import"]
    # Without a script only what was typed tells the field.
    typed = pressed(client, answer, **{two: ""})
    assert focused(typed) == [two]
    assert focused(pressed(client, typed)) == []
    for name in (one, two):
        assert focused(pressed(client, answer, at=name)) == [name]
        assert focused(pressed(client, answer, **{two: "", "at": name})) == [name]
    for name in ("old-99-1", "target", "'"):
        assert focused(pressed(client, answer, at=name)) == []
    # What is wrong is said first.
    assert focused(pressed(client, answer, **{two: "x", "at": two})) == []


def test_focus_goes_to_the_rows_when_the_row_of_the_field_is_no_more(begun: Flask) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    answer = looked(client, SPLIT)
    apart = pressed(client, answer, pairs='{"3-1":[]}')
    assert {"added", "removed"} <= {kind for kind, _ in rows(apart)}
    again = pressed(client, apart, **{"old-3-1": "3"})
    assert rows(again) == rows(answer)
    assert focused(again) == ["rows-title"]


def test_impossible_pairs_are_said_at_a_field_and_change_nothing(begun: Flask) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    answer = looked(client, SPLIT)
    one, two = (f"old-{at(answer, text)}" for text in ("We run", "Open from"))
    with unchanged(begun):
        wrong = pressed(client, answer, **{one: "4, 5", two: "4"})
    assert wrong.status_code == 422
    assert [href for href, _ in errors(wrong)] == [f"#{one}"]
    assert rows(wrong) == [("split", ["4, 5", "4"])]
    assert fields(wrong)["pairs"] == "{}"


def test_what_was_typed_after_the_preview_is_looked_at_before_it_is_stored(begun: Flask) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    answer = looked(client, SPLIT)
    field = f"old-{at(answer, 'Open from')}"
    with unchanged(begun):
        again = stored(client, answer, **{field: ""})
    assert again.status_code == 409
    assert rows(again) == [("edited", ["4"]), ("added", [""])]
    assert stored(client, again).status_code == 303


def test_pairs_are_forgotten_when_the_document_has_moved_on(begun: Flask) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    answer = looked(client, SPLIT)
    answer = pressed(client, answer, "pair", f"{at(answer, 'Open from')}=")
    with begun.app_context():
        support_policy.import_source(SOURCE.replace("1 year", "2 years"))
    with unchanged(begun):
        for again in (pressed(client, answer), stored(client, answer)):
            assert again.status_code == 409
            assert fields(again)["pairs"] == "{}"
            assert (fields(again)["head"], fields(again)["revision"]) == ("2", "3")
            assert rows(again) == [("split", ["4", "4"]), ("edited", ["15"])]


def test_pair_stays_with_its_text_when_the_structure_changes(begun: Flask) -> None:
    client = signed_in(begun, ADMINISTRATOR)
    answer = looked(client, SPLIT)
    second = at(answer, "Open from")
    answer = pressed(client, answer, "pair", f"{second}=")
    answer = pressed(client, answer, "correct", "2:drop:0:0")
    assert rows(answer) == [("removed", []), ("edited", ["4"]), ("added", [""])]
    assert json.loads(fields(answer)["pairs"]) == {second: []}


def test_fields_are_shown_for_the_first_rows_only(bench: Flask) -> None:
    def clauses(word: str) -> str:
        return "# Long\n\n" + "\n\n".join(
            f"Clause {n} of this {word} says {n * n} things." for n in range(1, 331)
        )

    with bench.app_context():
        support_policy.import_source(clauses("notice"))
    client = signed_in(bench, ADMINISTRATOR)
    answer = looked(client, clauses("policy"))
    assert [kind for kind, _ in rows(answer)] == ["edited"] * 330
    assert [value for _, (*value,) in rows(answer)][299:301] == [["301"], []]
    said = page(answer).one("section", id="rows").one("p", class_="notice").text()
    assert said == "Fields and buttons are shown for the first 300 changed rows only."
    assert len(fields(answer)) < access.MAX_PARTS
    answer = pressed(client, answer, "pair", "2-1=")
    assert rows(answer)[0][0] in ("added", "removed")
    assert revising.MAX_FIELDS + 50 < access.MAX_PARTS
