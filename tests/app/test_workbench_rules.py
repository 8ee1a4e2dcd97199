"""The publication rule on the workbench, the checklist under it, and all languages at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app import operations
from tests.app import support_policy as policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_operations import dump
from tests.app.support_policy import ADMINISTRATOR, SLUG, editor
from tests.app.support_rules import NEWER, marked, partly, rule
from tests.app.support_workbench import page, signed_in, unchanged
from workflows.review import Role

SOURCE = f"/workbench/{SLUG}/en"
RULE = f"/workbench/{SLUG}/rule"
TOGETHER = f"/workbench/{SLUG}/publish-all"


def fill() -> None:
    """Most of French approved, nothing signed off, under the rule that asks for more."""
    policy.people()
    partly()
    rule(percent=80)


def fill_lagging() -> None:
    """A French release behind the English one, with a promise."""
    marked()
    rule(due_days=30)
    policy.import_source(NEWER.replace("30 days", "31 days"))
    policy.publish("en")


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The workbench with that."""
    return without_csrf(filled(fill))


def test_rule_is_decided_in_a_form(bench: Flask) -> None:
    client = signed_in(bench, editor("en"))
    (form,) = page(client.get(SOURCE)).all("form", action=RULE)
    (chosen,) = [one for one in form.all("input", type="radio") if "checked" in one.attrs]
    percent = form.one(id="rule-percent").attrs["value"]
    assert (chosen.attrs["value"], percent) == ("mark", "80")
    data = form.fields() | {"rule": "mark", "percent": "60", "due": "14", "authoritative": "on"}
    assert client.post(RULE, data=data).headers["Location"] == SOURCE
    with bench.app_context():
        row = dump()["document"][0]
    decided = (row["rule"], row["mark_percent"], row["translations_due"], row["authoritative"])
    assert decided == ("mark", 60, 14, True)
    shown = page(client.get(SOURCE))
    assert shown.one(id="status").text() == "The publication rule is set."
    assert "60 %" in shown.one("section", **{"aria-labelledby": "rule-title"}).text()
    assert "within 14 days" in page(client.get("/workbench/")).text()
    history = page(client.get(f"/workbench/{SLUG}/history")).one("tbody").text()
    assert "set the publication rule" in history
    assert "from 60 % on" in history, "and which it is"


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "none"},
        {"percent": "0"},
        {"percent": "101"},
        {"percent": "٨٠"},
        {"percent": ""},
        {"due": "-1"},
        {"due": "99999"},
        {"due": "1e9"},
    ],
)
def test_rule_that_is_none_is_refused(bench: Flask, wrong: dict[str, str]) -> None:
    data = {"rule": "mark", "percent": "80", "due": ""}
    with unchanged(bench):
        answer = signed_in(bench, ADMINISTRATOR).post(RULE, data=data | wrong)
    assert answer.status_code == 422
    shown = page(answer)
    assert "There is no such publication rule." in shown.one(id="problems").text()
    sent = data | wrong
    assert shown.one(id="rule-percent").attrs["value"] == sent["percent"]
    assert shown.one(id="rule-due").attrs["value"] == sent["due"]


def test_form_does_not_undo_what_others_decided_meanwhile(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    (form,) = page(client.get(SOURCE)).all("form", action=RULE)
    with bench.app_context():
        rule(percent=60)
    asked = {"rule": "mark", "percent": "80", "due": "14"}
    data = form.fields() | asked
    with unchanged(bench):
        answer = client.post(RULE, data=data)
    assert answer.status_code == 409
    shown = page(answer)
    assert "has changed the publication rule" in shown.one(id="problems").text()
    assert shown.one(id="rule-percent").attrs["value"] == "60"
    (form,) = shown.all("form", action=RULE)
    assert client.post(RULE, data=form.fields() | asked).status_code == 303


def test_date_of_all_languages_stays_in_its_form_when_they_are_refused(bench: Flask) -> None:
    with bench.app_context():
        with policy.acting(editor("en")) as act:
            operations.sign_off(act, SLUG, "en")
        with policy.acting() as act:
            operations.grant(act, editor("en"), Role.ADMINISTRATOR)
    day = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    client = signed_in(bench, editor("en"))
    shown = page(client.post(TOGETHER, data={"effective": day}))
    # Sent again without it, all of them would be live at once.
    assert shown.one(id="together-effective").attrs["value"] == day
    assert shown.one(id="publish-effective").attrs["value"] == ""


def test_others_read_the_rule_and_find_no_form(bench: Flask) -> None:
    client = signed_in(bench, policy.translator("en"))
    shown = page(client.get(SOURCE))
    assert shown.all("form", action=RULE) == shown.all("form", action=TOGETHER) == []
    assert "the rest is marked" in shown.text()
    with unchanged(bench):
        assert signed_in(bench, editor("fr")).post(RULE, data={}).status_code == 403


def test_checklist_says_how_much_is_missing(bench: Flask) -> None:
    shown = page(signed_in(bench, editor("fr")).get(f"/workbench/{SLUG}/fr"))
    lines = [" ".join(line.text().split()) for line in shown.one("ul", class_="gate").all("li")]
    assert lines[0].startswith("✗ Open: 63 % of 80 % reviewed Show the 7 segments")
    assert "is published as it is now" in lines[2]
    (form,) = shown.all("form", action=f"/workbench/{SLUG}/fr/publish")
    assert "63 % of 80 % reviewed" in form.text()
    assert "7 segments stand in the source language" in shown.text()


def test_source_only_says_so_beside_the_button(bench: Flask) -> None:
    signed_in(bench, ADMINISTRATOR).post(RULE, data={"rule": "source-only", "percent": "80"})
    shown = page(signed_in(bench, editor("fr")).get(f"/workbench/{SLUG}/fr"))
    assert "its publication rule is source-only" in shown.one(id="publish-why").text()


def test_all_languages_are_published_with_one_button_or_none(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    with unchanged(bench):
        answer = client.post(TOGETHER, data={"effective": ""})
    assert answer.status_code == 409
    said = page(answer).one(id="problems").text()
    assert "63 % of 80 % reviewed; " in said
    assert "An editor has signed off exactly these texts" in said
    assert "(English)" in said
    assert "(Français)" in said
    with bench.app_context():
        rule(percent=60)
        for tag in ("en", "fr"):
            with policy.acting(editor(tag)) as act:
                operations.sign_off(act, SLUG, tag)
    day = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=2)
    answer = client.post(TOGETHER, data={"effective": day.strftime("%Y-%m-%dT%H:%M")})
    assert answer.headers["Location"] == SOURCE
    assert "English, Français" in page(client.get(SOURCE)).one(id="status").text()
    with bench.app_context():
        rows = dump()["release"]
    assert [(row["language"], row["effective_at"]) for row in rows] == [("en", day), ("fr", day)]


def test_board_tells_who_is_behind_and_until_when(filled: Filling) -> None:
    app = without_csrf(filled(fill_lagging))
    told = page(signed_in(app, editor("fr")).get("/workbench/")).text()
    assert "Behind the source for 0 days · promised by" in told
    assert told.count("Behind the source") == 1
