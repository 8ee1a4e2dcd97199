"""Editorial claims in the workbench: marking, confirming, undoing, and who may."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import queries
from app.database import db
from tests.app import support_changes
from tests.app.support_changes import BOTH, LONGER, MENDED, NAME, NEW, PARTS, SLIP, key_of, marked
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_policy import (
    ADMINISTRATOR,
    SLUG,
    editor,
    import_source,
    publish,
    translator,
)
from tests.app.support_workbench import Node, page, signed_in, unchanged, unit
from workflows.review import State

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


def mark(client: FlaskClient, key: str, reason: str = REASON) -> tuple[int, Node]:
    """Send the form beside an edit; the status and the page one ends on."""
    answer = client.post(f"{CHANGES}/2/{key}/editorial", data={"reason": reason})
    if answer.status_code != 303:
        return answer.status_code, page(answer)
    assert answer.headers["Location"] == f"{CHANGES}/2?key={key}#change-{key}"
    return 303, page(client.get(answer.headers["Location"]))


def decide(client: FlaskClient, claim: int, verb: str, **data: str) -> tuple[int, str]:
    """Confirm or undo a claim; the status and what the page says."""
    answer = client.post(f"{CHANGES}/claims/{claim}/{verb}", data=data)
    if answer.status_code == 303:
        return 303, page(client.get(answer.headers["Location"])).one(id="status").text()
    found = page(answer).all(id="problems")
    return answer.status_code, found[0].one("li").text() if found else ""


def mended_key(app: Flask) -> str:
    with app.app_context():
        return key_of(MENDED)


def claim_of(app: Flask) -> int:
    """The number of the only claim there is."""
    with app.app_context():
        db.session.close()
        document = queries.document(db.session, SLUG)
        (found,) = queries.editorials(db.session, [document])
        return found.id


def confirmed(app: Flask) -> int:
    """The number of a claim that two people have made and confirmed."""
    with app.app_context():
        return support_changes.confirmed(reason=REASON).id


def test_mark_says_what_comes_next_and_changes_no_review(mended: Flask) -> None:
    status, shown = mark(signed_in(mended, ADMINISTRATOR), mended_key(mended))
    assert status == 303
    said = "Marked as editorial; a second person has to confirm it."
    assert shown.one(id="status").text() == said
    (claim,) = shown.all("div", class_="claim")
    assert claim.one("h3").text() == "Marked as editorial"
    assert claim.all("p")[1].text() == f"Reason: {REASON}"
    assert [f.attrs["action"].rsplit("/")[-1] for f in claim.all("form")] == ["undo"]
    assert unit(mended, "fr", MENDED).state is State.NEEDS_EDITING


def test_second_person_confirms_and_reviews_carry_over(mended: Flask) -> None:
    mark(signed_in(mended, ADMINISTRATOR), mended_key(mended))
    client, claim = signed_in(mended, editor("en")), claim_of(mended)
    before = page(client.get(f"{CHANGES}/2"))
    actions = [
        form.attrs["action"].rsplit("/")[-1] for form in before.one(class_="claim").all("form")
    ]
    assert actions == ["confirm", "undo"]
    status, said = decide(client, claim, "confirm")
    assert (status, said) == (303, "Confirmed: reviews of the text before count for the text now.")
    assert unit(mended, "fr", MENDED).state is State.REVIEWED
    shown = page(client.get(f"{CHANGES}/2")).one(class_="claim")
    assert shown.one("h3").text() == "Editorial change"
    assert "Marked by \u2068Ada Admin\u2069" in shown.text()
    assert "Confirmed by \u2068Editor en\u2069" in shown.text()


def test_who_marked_it_may_not_confirm_it(mended: Flask) -> None:
    client = signed_in(mended, ADMINISTRATOR)
    mark(client, mended_key(mended))
    claim = claim_of(mended)
    assert (
        page(client.get(f"{CHANGES}/2")).all("form", action=f"{CHANGES}/claims/{claim}/confirm")
        == []
    )
    with unchanged(mended):
        status, said = decide(client, claim, "confirm")
    assert status == 403
    assert said


def test_only_authors_may_mark_confirm_and_undo(mended: Flask) -> None:
    key = mended_key(mended)
    with mended.app_context():
        claim = marked().id
    paths = (f"2/{key}/editorial", f"claims/{claim}/confirm", f"claims/{claim}/undo")
    with unchanged(mended):
        for email in (translator("fr"), translator("en"), editor("fr")):
            client = signed_in(mended, email)
            assert client.get(f"{CHANGES}/2").status_code == 200
            codes = [
                client.post(f"{CHANGES}/{path}", data={"reason": "x"}).status_code for path in paths
            ]
            assert codes == [403] * 3, email
        strangers = [signed_in(mended).post(f"{CHANGES}/{path}").status_code for path in paths]
        assert strangers == [401] * 3
    assert signed_in(mended).get(f"{CHANGES}/2").status_code == 303


def test_guard_refuses_and_keeps_the_reason_in_the_box(revised: Flask) -> None:
    with revised.app_context():
        key = key_of(LONGER)
    with unchanged(revised):
        status, shown = mark(signed_in(revised, ADMINISTRATOR), key, "It is <only> an hour.")
    assert status == 409
    assert shown.one("title").text().startswith("Error:")
    (problem,) = shown.one(id="problems").all("li")
    assert problem.one("a").attrs["href"] == f"#reason-{key}"
    box = shown.one("input", id=f"reason-{key}")
    assert (box.attrs["value"], box.attrs["aria-invalid"]) == ("It is <only> an hour.", "true")
    (checks,) = shown.one("li", id=f"change-{key}").all("div", class_="checks")
    assert [li.text() for li in checks.all("li")] == ["Number: [removed: 17] [added: 18]"]


@pytest.mark.parametrize("reason", ["", " \t", "\0"])
def test_mark_without_a_reason_is_refused(mended: Flask, reason: str) -> None:
    with unchanged(mended):
        status, shown = mark(signed_in(mended, ADMINISTRATOR), mended_key(mended), reason)
    assert status == 422
    assert (
        "open" in shown.one("li", id=f"change-{mended_key(mended)}").one("details", open="").attrs
    )


def test_split_merged_added_and_unknown_segments_can_not_be_editorial(revised: Flask) -> None:
    client = signed_in(revised, ADMINISTRATOR)
    with revised.app_context():
        keys = [key_of(text) for text in (*PARTS, BOTH, NEW, NAME)]
    with unchanged(revised):
        codes = [mark(client, key)[0] for key in (*keys, "nothing")]
        first = client.post(f"{CHANGES}/1/{keys[0]}/editorial", data={"reason": "x"})
        later = client.post(f"{CHANGES}/9/{keys[0]}/editorial", data={"reason": "x"})
    assert codes == [409] * 6
    assert (first.status_code, later.status_code) == (409, 404)


def test_undone_claim_counts_no_more_and_can_be_made_again(mended: Flask) -> None:
    claim = confirmed(mended)
    client = signed_in(mended, ADMINISTRATOR)
    status, said = decide(client, claim, "undo", reason="Doch nicht.")
    assert (status, said[:11]) == (303, "Taken back:")
    assert unit(mended, "fr", MENDED).state is State.NEEDS_EDITING
    assert decide(client, claim, "undo") == (404, "")
    assert decide(client, claim, "confirm") == (404, "")
    history = page(client.get(f"/workbench/{SLUG}/history")).one("tbody").text()
    assert "took back that an edit of the source is editorial Doch nicht." in history
    assert "[removed: pasword][added: password]" in history
    assert mark(client, mended_key(mended))[0] == 303


def test_claim_that_a_release_relies_on_can_not_be_undone(mended: Flask) -> None:
    claim = confirmed(mended)
    with mended.app_context():
        publish("fr")
    with unchanged(mended):
        status, said = decide(signed_in(mended, ADMINISTRATOR), claim, "undo", reason="Doch.")
    assert (status, said[:36]) == (409, "The change is part of a release, so ")


def test_claim_of_another_document_is_not_found(mended: Flask) -> None:
    with mended.app_context():
        claim = marked().id
        import_source(SLIP, slug="other-rules")
    client = signed_in(mended, editor("en"))
    with unchanged(mended):
        for verb in ("confirm", "undo"):
            path = f"/workbench/other-rules/changes/claims/{claim}/{verb}"
            assert client.post(path).status_code == 404
        assert decide(client, 2147483647, "confirm") == (404, "")


def test_waiting_claims_stand_on_the_board_and_on_the_review_desk(mended: Flask) -> None:
    with mended.app_context():
        marked(reason=REASON)
    board, desk = "/workbench/", "/workbench/review"
    link = "/workbench/review#claims-title"
    told = {
        email: [
            li.text()
            for li in page(signed_in(mended, email).get(board)).all("li")
            if li.all("a", href=link)
        ]
        for email in (editor("en"), ADMINISTRATOR, editor("fr"), translator("en"))
    }
    assert told == {
        editor("en"): ["Editorial changes to confirm: 1"],
        ADMINISTRATOR: [
            "Editorial changes to confirm: 0 1 that you marked waits for a second person"
        ],
        editor("fr"): [],
        translator("en"): [],
    }
    key = mended_key(mended)
    for email, words in ((editor("en"), "Look at it and decide"), (ADMINISTRATOR, "Look at it")):
        shown = page(signed_in(mended, email).get(desk))
        (section,) = shown.all("section", **{"aria-labelledby": "claims-title"})
        assert section.one("p", class_="text").text() == MENDED.replace(
            "password", "[removed: pasword][added: password]"
        )
        assert section.one("a").attrs["href"] == f"{CHANGES}/2?key={key}#change-{key}"
        assert section.one("a").text().startswith(f"{words} (")
    assert page(signed_in(mended, editor("fr")).get(desk)).all(id="claims-title") == []


def test_decided_claims_wait_nowhere(mended: Flask) -> None:
    confirmed(mended)
    for email in (editor("en"), ADMINISTRATOR):
        for path in ("/workbench/", "/workbench/review"):
            assert (
                "ditorial changes"
                not in page(signed_in(mended, email).get(path)).one("main").text()
            )
