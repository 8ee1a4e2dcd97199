"""A unit after its source was revised: what was carried over, where it comes from, proposals."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import operations
from tests.app import support_changes
from tests.app.support_changes import (
    ANSWER,
    ASK,
    BOTH,
    FRENCH,
    LONGER,
    MENDED,
    NAME,
    NEW,
    PARTS,
    SLIPPED,
    WHOLE,
    confirmed,
    key_of,
    marked,
)
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_policy import (
    ADMINISTRATOR,
    SLUG,
    TRANSLATIONS,
    acting,
    editor,
    translator,
)
from tests.app.support_workbench import Node, page, signed_in, statements, unchanged, unit, url
from workflows.review import Role, State

CHANGES = f"/workbench/{SLUG}/changes"
REASON = "Un s manquait."


@pytest.fixture
def mended(filled: Filling) -> Flask:
    """French is reviewed; the second revision mends a slip and changes nothing else."""
    return without_csrf(filled(support_changes.reviewed_and_mended))


@pytest.fixture
def revised(filled: Filling) -> Flask:
    """French is reviewed; the second revision has a change of each kind."""
    return without_csrf(filled(support_changes.reviewed_and_revised))


def test_unit_shows_the_editorial_change_its_review_was_carried_over(mended: Flask) -> None:
    client, address = signed_in(mended, translator("fr")), url(mended, "fr", MENDED)
    assert page(client.get(address)).all("div", class_="claim") == []
    with mended.app_context():
        confirmed(reason=REASON)
    (told,) = page(client.get(address)).all("div", class_="claim")
    assert told.one("h3").text() == "The source was changed editorially since this was reviewed"
    assert told.one("p", class_="text").text() == MENDED.replace(
        "password", "[removed: pasword][added: password]"
    )
    for words in (f"Reason: {REASON}", "\u2068Ada Admin\u2069", "\u2068Editor en\u2069"):
        assert words in told.text()
    listed = page(client.get(f"/workbench/{SLUG}/fr")).all("span", class_="state")
    assert sum(n.text() == "Editorial change of the source" for n in listed) == 1


def test_unit_reviewed_anew_tells_of_no_editorial_change(mended: Flask) -> None:
    with mended.app_context():
        confirmed(reason=REASON)
    address = url(mended, "fr", MENDED)
    first, second = signed_in(mended, translator("fr")), signed_in(mended, editor("fr"))
    version = unit(mended, "fr", MENDED).version
    second.post(f"{address}/reopen", data={"version": version, "comment": "Neu."})
    first.post(address, data={"target": FRENCH[SLIPPED] + " ", "version": version + 1})
    second.post(f"{address}/approve", data={"version": version + 2})
    assert unit(mended, "fr", MENDED).state is State.REVIEWED
    assert page(first.get(address)).all("div", class_="claim") == []


def test_unit_says_where_its_segment_comes_from(revised: Flask) -> None:
    with revised.app_context():
        ended, whole = key_of(ANSWER, 1), key_of(WHOLE, 1)
        part = key_of(PARTS[0])
    client = signed_in(revised, translator("fr"))

    def told(text: str) -> list[str]:
        shown = page(client.get(url(revised, "fr", text)))
        found = shown.all("section", **{"aria-labelledby": "lineage-title"})
        return [
            li.text().replace("\u2068", "").replace("\u2069", "")
            for li in (found[0].all("li") if found else [])
        ]

    assert {text: told(text) for text in (*PARTS, BOTH, LONGER, NAME, NEW, "Names")} == {
        PARTS[0]: [f"Revision 2: It was split off from segment {whole}."],
        PARTS[1]: [f"Revision 2: A part of it became segment {part}."],
        BOTH: [f"Revision 2: Segment {ended} was merged into it."],
        LONGER: ["Revision 2: The source was edited."],
        NAME: ["Revision 2: It moved to another place."],
        NEW: ["Revision 2: It was added."],
        "Names": [],
    }
    link = (
        page(client.get(url(revised, "fr", PARTS[0])))
        .one("section", **{"aria-labelledby": "lineage-title"})
        .one("a")
    )
    assert client.get(link.attrs["href"]).status_code == 200


def proposals(client: FlaskClient, address: str) -> list[Node]:
    """The proposals of a unit."""
    return page(client.get(address)).one("ol", class_="candidates").all("li")


def accepted(client: FlaskClient, address: str) -> str:
    """Accept the only proposal of a unit; what the page says then."""
    (item,) = proposals(client, address)
    (accept, _dismiss) = item.all("form")
    answer = client.post(accept.attrs["action"], data=accept.fields())
    assert answer.status_code == 303
    return page(client.get(address)).one(id="status").text()


def test_stale_proposal_shows_what_it_translates_and_becomes_the_text(revised: Flask) -> None:
    client, address = signed_in(revised, translator("fr")), url(revised, "fr", PARTS[1])
    (item,) = proposals(client, address)
    assert item.one("p", class_="where").text().endswith("from the segment this was a part of")
    notice = item.one("div", class_="notice")
    assert [node.text() for node in notice.all("p", class_="text")] == [
        WHOLE,
        f"[removed: {PARTS[0]} ]{PARTS[1]}",
    ]
    assert {p.attrs["lang"] for p in notice.all("p", class_="text")} == {"en"}
    target = TRANSLATIONS["fr"][WHOLE]
    said = accepted(client, address)
    assert said == "The proposal is now the text; it has to be brought up to date."
    found = unit(revised, "fr", PARTS[1])
    assert (found.target, found.outdated, found.previous_source) == (target, True, WHOLE)


def test_proposal_for_the_very_words_of_now_is_not_called_stale(revised: Flask) -> None:
    client, address = signed_in(revised, translator("fr")), url(revised, "fr", BOTH)
    (item,) = proposals(client, address)
    assert item.all("div", class_="notice") == []
    assert accepted(client, address) == "The proposal is now the text; it waits for review."
    found = unit(revised, "fr", BOTH)
    assert (found.target, found.outdated) == (f"{FRENCH[ASK]} {FRENCH[ANSWER]}", False)


def test_proposal_can_be_put_into_the_box_without_saving(revised: Flask) -> None:
    client, address = signed_in(revised, translator("fr")), url(revised, "fr", PARTS[1])
    (proposal,) = unit(revised, "fr", PARTS[1]).candidates
    (link,) = page(client.get(address)).all(
        "a", href=f"{address}?show=all&from={proposal.id}#target"
    )
    with unchanged(revised):
        shown = page(client.get(link.attrs["href"].partition("#")[0]))
    box = shown.one("textarea", id="target")
    assert shown.one("form", id="edit").fields()["target"] == proposal.target
    assert (box.attrs["data-saved"], "autofocus" in box.attrs) == ("", True)
    assert "Nothing is saved yet." in shown.one(id="box-taken").text()
    form = shown.one("form", id="edit").fields()
    target = "Écrivez à <a1>notre accueil</a1>."
    assert client.post(address, data=form | {"target": target}).status_code == 303
    found = unit(revised, "fr", PARTS[1])
    assert (found.target, found.state) == (target, State.TRANSLATED)


@pytest.mark.parametrize("wanted", ["0", "-1", "x", "99999999999999999999"])
def test_box_stays_as_it_is_for_a_proposal_that_is_not_there(revised: Flask, wanted: str) -> None:
    client, address = signed_in(revised, translator("fr")), url(revised, "fr", PARTS[1])
    shown = page(client.get(f"{address}?from={wanted}"))
    assert shown.one("form", id="edit").fields()["target"] == ""
    reader = signed_in(revised, ADMINISTRATOR)
    (proposal,) = unit(revised, "fr", PARTS[1]).candidates
    answer = reader.get(f"{address}?from={proposal.id}")
    assert (answer.status_code, page(answer).all("textarea")) == (200, [])


def test_pages_take_a_fixed_number_of_queries(revised: Flask) -> None:
    paths = ["/workbench/", "/workbench/review", f"{CHANGES}/2", url(revised, "fr", PARTS[1])]
    client = signed_in(revised, editor("en"))
    with revised.app_context(), acting() as act:
        operations.grant(act, editor("en"), Role.EDITOR, "fr")
    before = [len(statements(revised, lambda p=path: client.get(p))) for path in paths]  # type: ignore[misc]
    with revised.app_context():
        marked()
    after = [len(statements(revised, lambda p=path: client.get(p))) for path in paths]  # type: ignore[misc]
    assert after == before
    # Three of them ask the memory, one counts the unread messages, one asks what the source shows.
    assert max(after) <= 20
