"""The board, the page of a language, history: what they say and what they cost."""

from __future__ import annotations

import pytest
from flask import Flask

from app import operations
from tests.app import support_policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_operations import HOURS
from tests.app.support_policy import ADMINISTRATOR, SLUG, acting, editor, translator
from tests.app.support_workbench import Node, page, signed_in, statements, unchanged, url
from workflows.review import Role

TOTAL = len(support_policy.TEXTS)


def fill() -> None:
    """English and Arabic live, French waiting for review, German not begun."""
    support_policy.everything(("en", "ar"))
    support_policy.translate("fr")


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """Languages in each status."""
    return without_csrf(filled(fill))


def cells(board: Node) -> dict[str, list[str]]:
    """What each cell says, by language."""
    return {
        cell.one("h3").one("bdi").attrs["lang"]: [
            *(node.text() for node in cell.all("span", class_="state")),
            *(node.text() for node in cell.one("ul", class_="why").all("li")),
        ]
        for cell in board.all("li", class_="cell")
    }


def test_board_says_status_and_why_in_words(bench: Flask) -> None:
    found = cells(page(signed_in(bench, ADMINISTRATOR).get("/workbench/")))
    assert {tag: found[tag] for tag in ("en", "ar", "fr", "de")} == {
        "en": ["Published", "Release 1 is live"],
        "ar": ["Published", "Release 1 is live"],
        "fr": ["In review", f"{TOTAL} segments wait for review"],
        "de": ["Not started", f"{TOTAL} segments are not translated"],
    }
    assert len(found) == 12


def test_board_marks_what_is_not_up_to_date(bench: Flask) -> None:
    with bench.app_context():
        support_policy.import_source(support_policy.SOURCE.replace("9 to 17", "8 to 17"))
    found = cells(page(signed_in(bench, ADMINISTRATOR).get("/workbench/")))
    assert found["ar"] == [
        "In translation",
        "Not up to date",
        "The source of 1 segment has changed",
        "Release 1 is live",
    ]


def test_board_links_only_where_the_reader_may_go(bench: Flask) -> None:
    shown = page(signed_in(bench, translator("fr")).get("/workbench/"))
    links = [a.attrs["href"] for li in shown.all("li", class_="cell") for a in li.all("a")]
    assert links == [f"/workbench/{SLUG}/fr"]


def test_translator_continues_where_work_is_left(bench: Flask) -> None:
    with bench.app_context():
        support_policy.translate("de", {HOURS: ""})
    shown = page(signed_in(bench, translator("de")).get("/workbench/")).one(class_="next-steps")
    assert shown.text() == "Your next step Continue in Deutsch 1 segment left (9 words)"
    assert shown.one("a").attrs["href"] == f"{url(bench, 'de')}?show=todo"


def test_editor_sees_how_many_wait(bench: Flask) -> None:
    shown = page(signed_in(bench, editor("fr")).get("/workbench/")).one(class_="next-steps")
    assert shown.text() == f"Your next step Waiting for your review: {TOTAL}"


@pytest.mark.parametrize(
    "path",
    ["/workbench/", "/workbench/review", f"/workbench/{SLUG}/fr", f"/workbench/{SLUG}/history"],
)
def test_page_costs_the_same_with_one_document_and_with_three(bench: Flask, path: str) -> None:
    client = signed_in(bench, editor("fr"))
    one = statements(bench, lambda: client.get(path))
    with bench.app_context():
        for slug in ("second-rules", "third-rules"):
            support_policy.import_source(slug=slug)
            support_policy.translate("fr", slug=slug)
    three = statements(bench, lambda: client.get(path))
    assert (len(three), len(one) > 0) == (len(one), True)


def test_list_shows_what_its_filter_says(bench: Flask) -> None:
    client = signed_in(bench, editor("fr"))
    address = url(bench, "fr")
    client.post(f"{address}/approve", data={"version": 1})
    client.post(f"{url(bench, 'fr', 'Names')}/return", data={"version": 1, "reason": 1})
    shown = page(client.get(f"/workbench/{SLUG}/fr"))
    chips = [a.text() for a in shown.one("ul", class_="chips").all("a")]
    assert chips == [
        f"All {TOTAL}",
        "To do 1",
        "Source changed 0",
        "Returned 1",
        f"Waits for review {TOTAL - 2}",
        f"Not reviewed {TOTAL - 1}",
        "Reviewed 1",
        "With proposals 0",
    ]
    for a in shown.one("ul", class_="chips").all("a"):
        listed = (
            page(client.get(a.attrs["href"])).one("ol", class_="units").all("li", class_="unit")
        )
        rows = [li for li in listed if "value" in li.attrs]
        assert str(len(rows)) == a.one("span").text(), a.attrs["href"]


def test_gate_names_what_is_open_and_leads_there(bench: Flask) -> None:
    shown = page(signed_in(bench, editor("fr")).get(f"/workbench/{SLUG}/fr"))
    lines = {li.one("strong").text(): li for li in shown.one("ul", class_="gate").all("li")}
    assert set(lines) == {"Done:", "Open:"}
    links = [a.attrs["href"] for a in shown.one("ul", class_="gate").all("a")]
    assert links == [f"/workbench/{SLUG}/fr?show=unreviewed#segments"]
    buttons = shown.one(class_="acts").all("button")
    assert [("disabled" in b.attrs, b.attrs["aria-describedby"]) for b in buttons] == [
        (True, "sign-off-why"),
        (True, "publish-why"),
    ]
    assert shown.one(id="sign-off-why").text() == (
        f"{TOTAL} segments are not reviewed yet, so there is nothing to sign off. "
        "Review them first."
    )


def test_language_is_signed_off_and_published_by_its_editor(bench: Flask) -> None:
    with bench.app_context():
        support_policy.approve("fr")
    client, address = signed_in(bench, editor("fr")), f"/workbench/{SLUG}/fr"
    for verb, told in (
        ("sign-off", "Français is signed off."),
        ("publish", "Published: release 1 is live."),
    ):
        shown = page(client.get(address))
        (form,) = shown.all("form", action=f"{address}/{verb}")
        assert client.post(f"{address}/{verb}", data=form.fields()).status_code == 303
        assert page(client.get(address)).one(id="status").text() == told
    assert bench.test_client().get(f"/fr/{SLUG}").status_code == 200


def test_sign_off_of_texts_that_were_not_shown_is_refused(bench: Flask) -> None:
    with bench.app_context():
        support_policy.approve("fr")
    client, address = signed_in(bench, editor("fr")), f"/workbench/{SLUG}/fr"
    with unchanged(bench):
        for data in ({}, {"digest": "0" * 64}):
            answer = client.post(f"{address}/sign-off", data=data)
            assert answer.status_code == 409
    assert "nothing was done" in page(answer).one(id="problems").text()


def test_source_is_signed_off_by_its_editor_and_not_by_who_imported_it(bench: Flask) -> None:
    with bench.app_context():
        support_policy.import_source(support_policy.SOURCE.replace("9 to 17", "8 to 17"))
        with acting() as act:
            operations.grant(act, ADMINISTRATOR, Role.EDITOR, "en")
    address = f"/workbench/{SLUG}/en"
    own = page(signed_in(bench, ADMINISTRATOR).get(address))
    assert own.one(id="sign-off-why").text().startswith("You wrote this text last")
    other = page(signed_in(bench, editor("en")).get(address))
    (form,) = other.all("form", action=f"{address}/sign-off")
    answer = signed_in(bench, editor("en")).post(f"{address}/sign-off", data=form.fields())
    assert answer.status_code == 303


def test_history_shows_the_readers_languages_only(bench: Flask) -> None:
    def tags(email: str) -> set[str]:
        table = page(signed_in(bench, email).get(f"/workbench/{SLUG}/history")).one("tbody")
        return {row.all("td")[2].text() for row in table.all("tr")}

    assert tags(translator("fr")) == {"Source", "Français"}
    assert tags(ADMINISTRATOR) == {"Source", "Français", "العربية", "English"}


def test_unknown_language_and_document_are_not_found(bench: Flask) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    paths = [f"/workbench/{SLUG}/xx", "/workbench/nothing/fr", f"/workbench/{SLUG}/fr/nothing"]
    assert [client.get(path).status_code for path in paths] == [404] * 3


def test_interface_language_is_chosen_without_leaving_the_workbench(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    here = f"/workbench/{SLUG}/fr?show=todo"
    answer = client.post("/workbench/language", data={"tag": "ar", "back": here})
    assert answer.headers["Location"] == here
    html = page(client.get(here)).one("html")
    assert (html.attrs["lang"], html.attrs["dir"]) == ("ar", "rtl")
    for back in ("https://evil.example/", "//evil.example", "/workbench//evil.example", "/fr/x"):
        answer = client.post("/workbench/language", data={"tag": "xx", "back": back})
        assert (answer.headers["Location"], "Set-Cookie" in answer.headers) == (
            "/workbench/",
            False,
        )
