"""One unit in the workbench: saving, conflicts, proposals, decisions."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import operations, queries
from app.database import db
from tests.app import support_policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_operations import HOURS, RULES, candidates
from tests.app.support_policy import ADMINISTRATOR, SLUG, acting, editor, translator
from tests.app.support_workbench import Node, page, signed_in, unchanged, unit, url
from workflows.review import Role, State

TARGET = "Nous tenons cette maison de 9 à 17 heures."
OTHER = "La maison est ouverte de 9 à 17 heures."


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The app with people and the policy, nothing translated yet."""
    return without_csrf(filled(support_policy.begin))


@pytest.fixture
def translated(bench: Flask) -> Flask:
    """All of French waits for review."""
    with bench.app_context():
        support_policy.translate("fr")
    return bench


@pytest.fixture
def reviewed(translated: Flask) -> Flask:
    """All of French is reviewed."""
    with translated.app_context():
        support_policy.approve("fr")
    return translated


def save(
    client: FlaskClient, address: str, target: str, version: int, **more: str
) -> tuple[int, str | None, Node]:
    """Send the form of a unit; status, where it leads, and the page."""
    answer = client.post(address, data={"target": target, "version": version} | more)
    shown = Node("", {}) if answer.status_code == 303 else page(answer)
    return answer.status_code, answer.headers.get("Location"), shown


def said(client: FlaskClient, address: str) -> str:
    """What the status line says on a page."""
    return page(client.get(address)).one(id="status").text()


def test_save_stores_the_text_and_goes_on_to_the_next_open_segment(bench: Flask) -> None:
    client, address = signed_in(bench, translator("fr")), url(bench, "fr")
    status, location, _ = save(client, address, TARGET, 0)
    following = url(bench, "fr", "What we keep")
    assert (status, location) == (303, f"{following}?show=todo")
    assert said(client, following) == "Saved."
    found = unit(bench, "fr")
    assert (found.target, found.state, found.version) == (TARGET, State.TRANSLATED, 1)


def test_draft_is_kept_and_one_stays(bench: Flask) -> None:
    client, address = signed_in(bench, translator("fr")), url(bench, "fr", RULES)
    status, location, _ = save(client, address, "Ces règles sont", 0, do="draft", show="all")
    assert (status, location) == (303, f"{address}?show=all")
    found = unit(bench, "fr", RULES)
    assert (found.target, found.state) == ("Ces règles sont", State.NEEDS_EDITING)
    shown = page(client.get(address))
    assert shown.one("form", id="edit").fields()["target"] == "Ces règles sont"
    named = [li.one("a").text() for li in shown.one(class_="errors").all("li")]
    assert [code for code in ("<strong>", "<a1>") if any(code in text for text in named)] == [
        "<strong>",
        "<a1>",
    ]


def test_last_open_segment_leads_back_to_the_language(bench: Flask) -> None:
    with bench.app_context():
        support_policy.translate("fr", {HOURS: ""})
    client = signed_in(bench, translator("fr"))
    _, location, _ = save(client, url(bench, "fr"), TARGET, 0)
    assert location == f"/workbench/{SLUG}/fr"


def test_stale_version_shows_both_texts_and_loses_neither(bench: Flask) -> None:
    first, second = signed_in(bench, translator("fr")), signed_in(bench, editor("fr"))
    address = url(bench, "fr")
    save(first, address, TARGET, 0)
    with unchanged(bench):
        status, _, shown = save(second, address, OTHER, 0)
    assert status == 409
    (form,) = [f for f in shown.all("form") if "target" in f.fields()]
    assert shown.all(class_="big")[0].text() == TARGET
    assert (form.fields()["target"], form.attrs["action"]) == (OTHER, address)
    status, _, _ = save(second, address, OTHER, int(form.fields()["version"]))
    assert (status, unit(bench, "fr").target) == (303, OTHER)


def test_text_reviewed_meanwhile_becomes_a_proposal_instead(reviewed: Flask) -> None:
    client, address = signed_in(reviewed, translator("fr")), url(reviewed, "fr")
    with unchanged(reviewed):
        status, _, shown = save(client, address, OTHER, 1)
    (form,) = [f for f in shown.all("form") if "target" in f.fields()]
    assert (status, form.attrs["action"]) == (409, f"{address}/propose")
    client.post(form.attrs["action"], data=form.fields())
    with reviewed.app_context():
        assert candidates("fr") == [(OTHER, "proposal", "open")]
    assert unit(reviewed, "fr").target == TARGET


def test_failed_checks_keep_the_text_in_the_box_and_name_each_problem(bench: Flask) -> None:
    client, address = signed_in(bench, translator("fr")), url(bench, "fr", RULES)
    with unchanged(bench):
        status, _, shown = save(client, address, "Ces <strong>règles", 0)
    assert status == 422
    assert shown.one("textarea", id="target").attrs["aria-invalid"] == "true"
    assert shown.one("form", id="edit").fields()["target"] == "Ces <strong>règles"
    listed = shown.one(id="problems").all("li")
    assert listed
    assert [li.one("a").attrs["href"] for li in listed] == ["#target"] * len(listed)
    assert shown.one("title").text().startswith("Error:")


def test_text_of_a_segment_that_is_gone_is_shown_to_be_copied(bench: Flask) -> None:
    address = url(bench, "fr")
    with bench.app_context():
        support_policy.import_source(support_policy.SOURCE.replace(HOURS, ""))
    client = signed_in(bench, translator("fr"))
    with unchanged(bench):
        status, _, shown = save(client, address, TARGET, 0)
    assert (status, shown.one("textarea").text()) == (404, TARGET)


def test_form_without_its_fields_is_refused(bench: Flask) -> None:
    client, address = signed_in(bench, translator("fr")), url(bench, "fr")
    with unchanged(bench):
        codes = [
            client.post(address, data=data).status_code
            for data in ({}, {"target": TARGET}, {"version": "0"}, {"target": "x", "version": "x"})
        ]
    assert codes == [400] * 4


def test_unknown_fields_change_nothing(bench: Flask) -> None:
    client, address = signed_in(bench, translator("fr")), url(bench, "fr")
    more = {"state": "reviewed", "language": "de", "translated_by_id": "1", "reviewed_by_id": "1"}
    save(client, address, TARGET, 0, **more)
    found = unit(bench, "fr")
    assert (found.state, found.reviewed_by) == (State.TRANSLATED, None)
    assert found.translated_by is not None
    assert found.translated_by.email == translator("fr")
    assert unit(bench, "de").target == ""


def test_outdated_unit_shows_what_changed_and_keeps_the_old_text(reviewed: Flask) -> None:
    with reviewed.app_context():
        support_policy.import_source(support_policy.SOURCE.replace("9 to 17", "8 to 17"))
    new = HOURS.replace("9 to 17", "8 to 17")
    shown = page(signed_in(reviewed, translator("fr")).get(url(reviewed, "fr", new)))
    gone = [node.text() for node in shown.all("del")]
    added = [node.text() for node in shown.all("ins")]
    assert (gone, added) == (["[removed: 9]"], ["[added: 8]"])
    assert shown.one("form", id="edit").fields()["target"] == TARGET


def test_source_language_has_no_units(bench: Flask) -> None:
    client = signed_in(bench, editor("en"))
    address = url(bench, "fr").replace("/fr/", "/en/")
    assert client.get(address).status_code == 422


def test_approve_leads_to_the_next_in_the_queue(translated: Flask) -> None:
    client, address = signed_in(translated, editor("fr")), url(translated, "fr")
    following = url(translated, "fr", "What we keep")
    answer = client.post(f"{address}/approve", data={"version": 1})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{following}?show=review")
    assert said(client, following) == "Approved as final."
    assert unit(translated, "fr").state is State.REVIEWED


def test_queue_lists_the_oldest_first_and_ends(bench: Flask) -> None:
    client = signed_in(bench, editor("fr"))
    for text in ("30 days", "Names"):
        only = {row[0]: row[1] if row[0] == text else "" for row in support_policy.TEXTS}
        with bench.app_context():
            support_policy.translate("fr", only)
    rows = page(client.get("/workbench/review")).all("li", class_="unit")
    links = [row.one("a").attrs["href"] for row in rows]
    expected = [f"{url(bench, 'fr', text)}?show=review" for text in ("30 days", "Names")]
    assert links == expected
    places = []
    for address in links:
        answer = client.post(f"{address.partition('?')[0]}/approve", data={"version": 1})
        places.append(answer.headers["Location"])
        told = said(client, answer.headers["Location"])
    assert places == [expected[1], "/workbench/review"]
    assert told == "Approved as final. Nothing else waits for you."


def test_approve_of_another_version_is_refused(translated: Flask) -> None:
    client, address = signed_in(translated, editor("fr")), url(translated, "fr")
    with unchanged(translated):
        answer = client.post(f"{address}/approve", data={"version": 7})
        bare = client.post(f"{address}/approve")
    assert (answer.status_code, bare.status_code) == (409, 409)
    assert "Someone has changed this text" in page(answer).one(id="problems").text()


def test_author_sees_why_they_cannot_approve_and_cannot(bench: Flask) -> None:
    client, address = signed_in(bench, editor("fr")), url(bench, "fr")
    save(client, address, TARGET, 0)
    shown = page(client.get(address))
    assert shown.one(id="four-eyes").text() == (
        "You wrote this text last, so you can't approve it yourself. "
        "Ask another editor of this language to review it."
    )
    assert [f for f in shown.all("form") if f.attrs.get("action") == f"{address}/approve"] == []
    with unchanged(bench):
        assert client.post(f"{address}/approve", data={"version": 1}).status_code == 403


@pytest.mark.parametrize("extra_settings", [{"PANEL_FOUR_EYES": "off"}])
def test_lowered_four_eyes_are_said_on_every_page_of_review(bench: Flask) -> None:
    client, address = signed_in(bench, editor("fr")), url(bench, "fr")
    save(client, address, TARGET, 0)
    for place in (address, "/workbench/review", f"/workbench/{SLUG}/fr"):
        notes = [n.text() for n in page(client.get(place)).all(class_="notice")]
        assert any("Four eyes are switched off" in note for note in notes), place
    assert client.post(f"{address}/approve", data={"version": 1}).status_code == 303
    assert unit(bench, "fr").state is State.REVIEWED


def test_return_reaches_the_translator_with_its_reason(translated: Flask) -> None:
    client, address = signed_in(translated, editor("fr")), url(translated, "fr")
    data = {"version": "1", "reason": "6", "comment": "9, not 8"}
    assert client.post(f"{address}/return", data=data).status_code == 303
    shown = page(signed_in(translated, translator("fr")).get(address))
    (note,) = shown.all("div", class_="returned")
    assert [p.text() for p in note.all("p")] == [
        "This text was returned to you. The reason:",
        "A number, a name or a link differs.",
        "9, not 8",
    ]
    listing = f"/workbench/{SLUG}/fr?show=returned"
    listed = page(signed_in(translated, translator("fr")).get(listing)).all("li", class_="unit")
    assert [n.attrs["value"] for n in listed] == [str(unit(translated, "fr").position)]


def test_return_and_reopen_want_a_reason(reviewed: Flask) -> None:
    client, address = signed_in(reviewed, editor("fr")), url(reviewed, "fr")
    with unchanged(reviewed):
        bare = client.post(f"{address}/reopen", data={"version": 2, "reason": "99"})
    assert bare.status_code == 422
    assert "There is no reason." in page(bare).one(id="problems").text()
    given = client.post(f"{address}/reopen", data={"version": 2, "comment": "wrong"})
    assert (given.status_code, unit(reviewed, "fr").state) == (303, State.NEEDS_EDITING)


def test_proposal_is_shown_beside_the_text_and_decided_by_an_editor(reviewed: Flask) -> None:
    address = url(reviewed, "fr")
    author, decider = signed_in(reviewed, translator("fr")), signed_in(reviewed, editor("fr"))
    author.post(f"{address}/propose", data={"target": OTHER, "version": 2})
    (candidate,) = unit(reviewed, "fr").candidates
    shown = page(author.get(address)).one("ol", class_="candidates")
    assert shown.all("form") == []
    decide = f"{address}/candidates/{candidate.id}"
    with unchanged(reviewed):
        assert author.post(f"{decide}/dismiss").status_code == 403
    forms = page(decider.get(address)).one("ol", class_="candidates").all("form")
    assert [f.attrs["action"] for f in forms] == [f"{decide}/accept", f"{decide}/dismiss"]
    assert decider.post(f"{decide}/accept", data=forms[0].fields()).status_code == 303
    found = unit(reviewed, "fr")
    assert (found.target, found.state) == (OTHER, State.TRANSLATED)


def test_proposal_of_another_segment_is_not_found(reviewed: Flask) -> None:
    with reviewed.app_context():
        support_policy.translate("de")
        for tag in ("fr", "de"):
            with acting(translator(tag)) as act:
                document = queries.document(act.session, SLUG)
                key = queries.language(act.session, document, tag).units[3].key
                operations.propose(act, SLUG, tag, key, OTHER)
    (german,) = unit(reviewed, "de").candidates
    (french,) = unit(reviewed, "fr").candidates
    client = signed_in(reviewed, editor("fr"))
    elsewhere, here = url(reviewed, "fr", "Names"), url(reviewed, "fr")
    with unchanged(reviewed):
        codes = [
            client.post(f"{address}/candidates/{number}/{verb}", data={"version": 2}).status_code
            for verb in ("accept", "dismiss")
            for address, number in ((elsewhere, french.id), (here, german.id), (here, 99_999))
        ]
    assert codes == [404] * 6


def test_administrator_reads_and_does_not_write(translated: Flask) -> None:
    shown = page(signed_in(translated, ADMINISTRATOR).get(url(translated, "fr")))
    assert shown.all("textarea") == []
    assert [f.attrs["action"] for f in shown.one("main").all("form", method="post")] == []


def test_history_of_a_unit_says_who_did_what(reviewed: Flask) -> None:
    shown = page(signed_in(reviewed, translator("fr")).get(url(reviewed, "fr")))
    rows = [li.all("p")[0].text() for li in shown.one("ol", class_="history").all("li")]
    assert [row.partition(" · ")[0] for row in rows] == [
        "\u2068Editor fr\u2069 approved the translation as final",
        "\u2068Translator fr\u2069 saved the translation",
    ]


def test_editor_in_two_languages_reviews_both(translated: Flask) -> None:
    with translated.app_context():
        support_policy.translate("de")
        with acting() as act:
            operations.grant(act, editor("fr"), Role.EDITOR, "de")
        db.session.close()
    client = signed_in(translated, editor("fr"))
    texts = page(client.get("/workbench/review")).all("li", class_="unit")
    assert len(texts) == 2 * len(support_policy.TEXTS)
