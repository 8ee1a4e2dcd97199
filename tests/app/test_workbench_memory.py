"""The memory beside a unit: what is shown to whom, and that inserting saves nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from app import operations
from tests.app import support_policy
from tests.app.support_memory import bring_in, tmx
from tests.app.support_operations import HOURS, RULES
from tests.app.support_policy import (
    ADMINISTRATOR,
    SLUG,
    TRANSLATIONS,
    acting,
    editor,
    translator,
)
from tests.app.support_workbench import (
    Node,
    page,
    signed_in,
    statements,
    unchanged,
    unit,
    url,
)

NEAR = HOURS.replace("17", "18")
TARGET = TRANSLATIONS["fr"][HOURS]
SLY = 'x"><script>alert(1)</script>'


@pytest.fixture
def bench(flask_app: Flask) -> Flask:
    """French is reviewed, and then the source of one text changes."""
    flask_app.config["WTF_CSRF_ENABLED"] = False
    with flask_app.app_context():
        support_policy.people()
        support_policy.import_source()
        support_policy.translate("fr")
        support_policy.approve("fr")
        support_policy.import_source(slug="other-rules", text=f"# Other rules\n\n{NEAR}\n")
    return flask_app


def panel(app: Flask, email: str, language: str = "fr", slug: str = "other-rules") -> list[Node]:
    """The matches on the page of the new text."""
    address = url(app, language, NEAR, slug)
    shown = page(signed_in(app, email).get(address))
    found = shown.all("section", id="memory")
    return found[0].all("ol", class_="memory")[0].all("li") if found else []


def test_unit_shows_what_is_like_it_with_score_change_target_and_place(bench: Flask) -> None:
    (match,) = panel(bench, translator("fr"))
    assert match.one("h3").text() == "Match 1: 94%"
    source, target = match.all("p", class_="text")
    assert (source.attrs["lang"], source.attrs["dir"]) == ("en", "ltr")
    assert [node.text() for node in source.all("del")] == ["[removed: 17]"]
    assert [node.text() for node in source.all("ins")] == ["[added: 18]"]
    assert (target.attrs["lang"], target.attrs["dir"], target.text()) == ("fr", "ltr", TARGET)
    where = match.one("p", class_="where").text()
    assert where.startswith("House rules · Section 1 · Approved by \u2068Editor fr\u2069 · ")
    button = match.one("button")
    assert button.text() == "Insert (Match 1: 94%)"
    assert button.attrs["data-insert"] == TARGET


def test_inserting_without_a_script_fills_the_box_and_saves_nothing(bench: Flask) -> None:
    address = url(bench, "fr", NEAR, "other-rules")
    client = signed_in(bench, translator("fr"))
    (match,) = panel(bench, translator("fr"))
    form, button = match.one("form"), match.one("button")
    assert form.attrs["method"] == "get"
    assert form.attrs["action"] == f"{address}#target"
    with unchanged(bench):
        values = form.fields() | {"memory": button.attrs["value"]}
        shown = page(client.get(address, query_string=values))
        assert shown.one("textarea", name="target").text() == TARGET
        assert shown.one(id="box-taken").text().startswith("A text from the memory stands in")
        # Only what the page offers can be inserted.
        for other in ("0", "99999", "x", str(2**70)):
            shown = page(client.get(address, query_string={"memory": other}))
            assert shown.one("textarea", name="target").text() == ""
            assert shown.all(id="box-taken") == []


def test_memory_of_a_language_is_shown_to_those_who_work_in_it(bench: Flask) -> None:
    with bench.app_context():
        bring_in(tmx((NEAR, "Nur deutsch."), language="de"), translator("de"))
    shown = {
        (email, language): [match.all("p", class_="text")[-1].text() for match in found]
        for email in (translator("fr"), editor("fr"), translator("de"), ADMINISTRATOR)
        for language in ("fr", "de")
        if (found := panel_or_nothing(bench, email, language)) is not None
    }
    assert shown == {
        (translator("fr"), "fr"): [TARGET],
        (editor("fr"), "fr"): [TARGET],
        (translator("de"), "de"): ["Nur deutsch."],
        (ADMINISTRATOR, "fr"): [TARGET],
        (ADMINISTRATOR, "de"): ["Nur deutsch."],
    }
    # An administrator reads; only who works in the language has a box to insert into.
    (match,) = panel(bench, ADMINISTRATOR)
    assert match.all("button") == []


def panel_or_nothing(app: Flask, email: str, language: str) -> list[Node] | None:
    """The matches; None for whoever may not open the page, on which nothing of them is then."""
    answer = signed_in(app, email).get(url(app, language, NEAR, "other-rules"))
    if answer.status_code == 200:
        return panel(app, email, language)
    assert answer.status_code == 403
    text = answer.get_data(as_text=True)
    assert TARGET not in text
    assert "Nur deutsch." not in text
    return None


def test_stranger_and_visitor_see_nothing_of_the_memory(bench: Flask) -> None:
    answer = signed_in(bench).get(url(bench, "fr", NEAR, "other-rules"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/workbench/sign-in")
    with bench.app_context():
        bring_in(tmx((HOURS, "Secret.")))
        for tag in ("en", "fr"):
            support_policy.publish(tag)
    for path in ("/en/house-rules", "/fr/house-rules", "/fr/"):
        assert "Secret." not in signed_in(bench).get(path).get_data(as_text=True)


def test_text_that_the_unit_has_is_no_match(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    assert page(client.get(url(bench, "fr", HOURS))).all(id="memory") == []
    with bench.app_context():
        support_policy.translate("fr", {NEAR: TARGET}, slug="other-rules")
    assert panel(bench, translator("fr")) == []


def test_exact_match_and_other_links_are_told(bench: Flask) -> None:
    with bench.app_context():
        bring_in(tmx((NEAR, "De 9 à 18.")), file="old \u202eagency.tmx")
        support_policy.import_source(
            slug="third-rules",
            text="# Third\n\nThese rules are **short**. Write to [our desk](/desk) with questions.",
        )
    exact, _near = panel(bench, translator("fr"))
    assert exact.one("h3").text() == "Match 1: 100%"
    assert exact.all("del") == exact.all("ins") == []
    assert "It translates exactly this source." in exact.text()
    where = exact.one("p", class_="where").text()
    assert where.startswith("From the file \u2068old \u202eagency.tmx\u2069 · Brought in by")
    client = signed_in(bench, translator("fr"))
    shown = page(client.get(url(bench, "fr", RULES, "third-rules"))).one(id="memory")
    assert shown.one("h3").text() == "Match 1: 99%"
    assert "The text is the same, its links are others." in shown.text()


def test_nothing_from_a_memory_is_taken_for_markup(bench: Flask) -> None:
    with bench.app_context():
        bring_in(tmx((NEAR + SLY, SLY)), file=f"{SLY}.tmx")
    text = signed_in(bench, translator("fr")).get(url(bench, "fr", NEAR, "other-rules")).text
    assert "alert(1)" in text
    assert "<script>alert" not in text


def test_memory_costs_the_same_statements_however_many_matches(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    address = url(bench, "fr", NEAR, "other-rules")
    one = statements(bench, lambda: client.get(address))
    with bench.app_context():
        bring_in(tmx(*((NEAR, f"Texte {n}") for n in range(30))))
    many = statements(bench, lambda: client.get(address))
    assert len(panel(bench, translator("fr"))) == 5
    assert len(one) == len(many)


def test_keys_of_the_memory_are_listed(bench: Flask) -> None:
    shown = page(signed_in(bench, translator("fr")).get("/workbench/keys")).one(class_="bench")
    keys = {row.one("dd").text(): row.one("dt").text() for row in shown.one("dl").all("div")}
    assert keys["Go to the matches of the memory"] == "Ctrl / ⌘ + K, M"
    assert keys["Go to the matches of the memory (outside text boxes)"] == "M"


def test_pair_that_was_taken_back_is_not_shown(bench: Flask) -> None:
    with bench.app_context(), acting(editor("fr")) as act:
        found = unit(bench, "fr")
        operations.reopen(act, SLUG, "fr", found.key, version=found.version, reason="Faux.")
    assert panel(bench, translator("fr")) == []
