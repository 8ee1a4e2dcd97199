"""Leave a message: the form, its refusals, and that none of them loses a word."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app import operations, queries
from app.database import db
from app.site.forms import Stamp
from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.app.support_messages import (
    BODY,
    PATH,
    WRITTEN,
    count,
    fields,
    reading,
    reference_in,
    send,
    stamp_of,
    stored,
)
from tests.support.databases import ENGINES


@pytest.fixture(scope="module", params=ENGINES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The policy live in four languages; messages pile up, so tests look at theirs only."""
    folder = tmp_path_factory.mktemp("site")
    with policy.live_site(request, folder, PANEL_MESSAGE_RATE="0") as app:
        yield app


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


# --- The form ------------------------------------------------------------------------------------


def test_form_has_labels_tokens_and_no_cookie(client: FlaskClient) -> None:
    answer = client.get(PATH + "?section=2")
    page = answer.text
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<html lang="fr" dir="ltr">' in page
    for name in ("name", "email", "message", "subject"):
        assert f'<label for="{name}">' in page
        assert f' id="{name}" name="{name}"' in page
    assert re.findall(r'autocomplete="(\w+)"', page) == ["name", "email", "off"]
    assert re.search(r'id="subject"[^>]* tabindex="-1"', page)
    assert '<div class="unseen" aria-hidden="true">' in page
    assert "2. Ce que nous gardons" in page
    assert '<input type="hidden" name="section" value="2">' in page
    assert re.search(r"\b180\b", page)
    assert re.search(r"\b14\b", page)
    assert "error-summary" not in page
    assert '"/de/house-rules/message?section=2&amp;choose"' in page


def test_message_is_stored_with_its_page_and_confirmed(site: Flask, client: FlaskClient) -> None:
    page = client.get(PATH + "?section=2.1").text
    shown = fields(page)
    time.sleep(2.1)
    answer = client.post(PATH, data=shown | WRITTEN)
    reference = reference_in(answer)
    assert answer.headers["Location"] == f"{PATH}/{reference}"
    assert "Set-Cookie" not in answer.headers
    row = stored(site, reference)
    with site.app_context():
        heads = {head.language: head for head in queries.live_heads(reading(), datetime.now(UTC))}
    assert (
        (row.slug, row.section, row.language, row.name, row.email, row.body, row.mailed_at)
    ) == (policy.SLUG, "2.1", "fr", "Zoé <i>", "zoe@example.org", BODY, None)
    assert (row.release_number, row.release_digest) == (1, heads["fr"].digest)
    confirmation = client.get(answer.headers["Location"])
    assert confirmation.status_code == 200
    assert reference in confirmation.text
    for private in ("Zoé", "zoe@", "Bonjour"):
        assert private not in confirmation.text
    assert '<html lang="fr" dir="ltr">' in confirmation.text
    assert confirmation.headers["Cache-Control"] == "no-store"


def test_same_form_sent_twice_is_one_message(site: Flask, client: FlaskClient) -> None:
    stamp = stamp_of(site)
    first = reference_in(send(client, stamp=stamp))
    before = count(site)
    assert reference_in(send(client, stamp=stamp)) == first
    assert count(site) == before
    assert client.get(f"{PATH}/{first}").text == client.get(f"{PATH}/{first}").text
    assert count(site) == before


def test_confirmation_is_for_those_who_have_the_reference(client: FlaskClient) -> None:
    assert client.get(f"{PATH}/AAAAAAA-BBBBBBB-CCCCCCC-DDDDDDD").status_code == 404
    assert client.get(f"{PATH}/%00").status_code == 404
    assert client.get(f"{PATH}/{'x' * 5000}").status_code == 404


Change = Callable[[Flask], dict[str, str]]
REFUSED: dict[str, tuple[Change, list[str]]] = {
    "no message": (lambda app: {"message": "  \n "}, ["message"]),
    "message too long": (lambda app: {"message": "x" * 5001}, ["message"]),
    "name too long": (lambda app: {"name": "n" * 121}, ["name"]),
    "not an address": (lambda app: {"email": "zoe"}, ["email"]),
    "two addresses": (lambda app: {"email": "a@example.org,b@example.org"}, ["email"]),
    "encoded address": (lambda app: {"email": "=?utf-8?q?a?=@example.org"}, ["email"]),
    "several errors": (lambda app: {"email": "zoe", "message": ""}, ["email", "message"]),
    "too old": (lambda app: {"stamp": stamp_of(app, seconds=25 * 3600)}, []),
    "no stamp": (lambda app: {"stamp": ""}, []),
    "forged stamp": (lambda app: {"stamp": stamp_of(app)[:-3] + "abc"}, []),
    "stamp of another language": (lambda app: {"stamp": stamp_of(app, language="de")}, []),
    "stamp of another page": (lambda app: {"stamp": stamp_of(app, slug="other")}, []),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_refused_form_comes_back_with_everything_in_it(
    site: Flask, client: FlaskClient, case: str
) -> None:
    change, wrong = REFUSED[case]
    data = change(site)
    before = count(site)
    answer = send(client, **data, section="2")
    page = answer.text
    assert answer.status_code == 422
    assert count(site) == before
    kept = fields(page)
    expected = {**WRITTEN, **data, "section": "2"}
    expected = {name: expected[name].strip() for name in ("name", "email", "message", "section")}
    assert {name: kept[name] for name in expected} == expected
    summary = page[page.index('<div class="error-summary" tabindex="-1" autofocus>') :]
    summary = summary.partition("</ul>")[0]
    assert '<div role="alert">' in summary
    assert re.findall(r'<a href="#(\w+)">', summary) == wrong
    for field in wrong:
        sentence = re.search(f'<a href="#{field}">(.*?)</a>', summary)
        assert sentence is not None
        assert f'id="{field}-error">{sentence[1]}</p>' in page
        assert re.search(f'id="{field}"[^>]*aria-invalid="true"', page)
    plain = client.get(PATH).text
    assert page[: page.index("</title>")] != plain[: plain.index("</title>")]
    if not wrong:  # what stood in the way was not the visitor's: sending again works
        time.sleep(2.1)
        assert client.post(PATH, data=kept).status_code == 303


DOUBTFUL: dict[str, tuple[Change, str]] = {
    "hidden field filled": (lambda app: {"subject": "Buy"}, "hidden-field"),
    "too quick": (lambda app: {"stamp": stamp_of(app, seconds=0.5)}, "quick"),
    "many links": (lambda app: {"message": "see https://a.example " * 5}, "links"),
    "all at once": (
        lambda app: {"subject": "x", "stamp": stamp_of(app, seconds=0), "message": "[URL=" * 9},
        "hidden-field quick links",
    ),
}


@pytest.mark.parametrize("case", sorted(DOUBTFUL))
def test_doubtful_message_is_kept_in_the_tray_and_confirmed_like_all_others(
    site: Flask, client: FlaskClient, case: str
) -> None:
    change, reasons = DOUBTFUL[case]
    data = {"message": f"Only once: {case}"} | change(site)
    answer = send(client, **data)
    row = stored(site, reference_in(answer))
    assert (row.spam, row.spam_reasons, row.body) == (True, reasons, data["message"].strip())
    confirmed = client.get(answer.headers["Location"])
    plain = reference_in(send(client, message=f"Plain: {case}"))
    wanted = client.get(f"{PATH}/{plain}")
    assert confirmed.text.replace(row.reference, plain) == wanted.text
    assert not stored(site, plain).spam


def test_four_links_and_a_second_copy_are_no_spam_and_the_third_is(
    site: Flask, client: FlaskClient
) -> None:
    links = "Compare https://a.example www.b.example https://c.example and http://d.example"
    texts = (links, links, f" {links.upper()}\n", "Another text")
    rows = [stored(site, reference_in(send(client, message=text))) for text in texts]
    assert [row.spam_reasons for row in rows] == ["", "", "repeated", ""]
    assert [row.spam for row in rows] == [False, False, True, False]


def test_message_keeps_what_its_page_was_compared_with(site: Flask, client: FlaskClient) -> None:
    with site.app_context():
        live = queries.live_heads(reading(), datetime.now(UTC))
        heads = {head.language: head.digest for head in live}
    wanted = {"fr": (heads["fr"], heads["en"]), "en": (heads["en"], ""), "he": ("", "")}
    found = {}
    for tag in wanted:
        path = f"/{tag}/house-rules/message"
        shown = fields(client.get(path).text)
        row = stored(site, reference_in(client.post(path, data=shown | {"message": f"In {tag}"})))
        found[tag] = (row.release_digest, row.compared_digest)
    assert found == wanted


def test_stamp_from_an_earlier_version_brings_a_new_form(site: Flask, client: FlaskClient) -> None:
    with site.app_context():
        whole = Stamp.read(stamp_of(site), policy.SLUG)
        assert whole is not None
        row = [whole.nonce, whole.slug, whole.shown, whole.number, whole.digest, ""]
        signed = URLSafeSerializer(str(site.secret_key), salt="message form")
        stamps = [str(signed.dumps(old)) for old in (row[:5], row, [*astuple(whole), "more"])]
    for stamp in stamps:
        answer = send(client, stamp=stamp)
        assert (answer.status_code, fields(answer.text)["message"]) == (422, BODY)


def test_form_of_another_language_is_shown_in_this_one_with_everything_in_it(
    site: Flask, client: FlaskClient
) -> None:
    before = count(site)
    answer = send(client, "/de/house-rules/message?section=2&choose", stamp=stamp_of(site))
    assert (answer.status_code, count(site)) == (422, before)
    assert '<html lang="de" dir="ltr">' in answer.text
    kept = fields(answer.text)
    assert {name: kept[name] for name in WRITTEN} == WRITTEN
    # The language was picked in the selector, so it is remembered as if a link had been followed.
    chosen = client.get("/de/house-rules/message?choose").headers["Set-Cookie"]
    assert answer.headers["Set-Cookie"] == chosen
    time.sleep(2.1)
    row = stored(site, reference_in(client.post("/de/house-rules/message", data=kept)))
    with site.app_context():
        heads = {head.language: head for head in queries.live_heads(reading(), datetime.now(UTC))}
    assert (row.language, row.release_digest) == ("de", heads["de"].digest)


def test_answer_to_a_form_of_the_same_language_chooses_nothing(client: FlaskClient) -> None:
    answer = send(client, message="")
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (422, False)


def test_database_that_fails_loses_nothing_that_was_written(
    site: Flask, client: FlaskClient
) -> None:
    def fail(_session: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("the disk is full"))

    with site.app_context():
        sessions = db.sessionmaker
    before = count(site)
    event.listen(sessions, "before_commit", fail)
    answer = send(client, message="Kept through it", section="2")
    event.remove(sessions, "before_commit", fail)
    assert (answer.status_code, count(site)) == (503, before)
    kept = fields(answer.text)
    assert (kept["message"], kept["name"], kept["section"]) == ("Kept through it", "Zoé <i>", "2")
    assert send(client, **kept).status_code == 303


def test_hidden_characters_are_taken_out_and_said_to_be(client: FlaskClient) -> None:
    answer = send(client, message="a\x00b\u202ec\ufeffd\x1b[0m\te\r\nf", name="x\x07y\nz")
    assert answer.status_code == 422
    kept = fields(answer.text)
    assert (kept["message"], kept["name"]) == ("abcd[0m\te\nf", "xy z")


def test_isolates_are_taken_out_of_a_name_and_stay_in_a_text(client: FlaskClient) -> None:
    answer = send(client, message="a \u2067b\u2069", name="A\u2069 \u2067B")
    kept = fields(answer.text)
    assert (answer.status_code, kept["name"], kept["message"]) == (422, "A B", "a \u2067b\u2069")


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u2060", "\u00ad", "\u2069"])
def test_address_loses_what_nobody_sees(client: FlaskClient, hidden: str) -> None:
    answer = send(client, email=f"zo{hidden}e@example.org")
    assert (answer.status_code, fields(answer.text)["email"]) == (422, "zoe@example.org")


def test_address_with_what_nobody_sees_is_none(client: FlaskClient) -> None:
    assert send(client, email="zo\U000e0041e@example.org").status_code == 422


def test_form_sent_from_another_site_is_shown_instead_of_taken(
    site: Flask, client: FlaskClient
) -> None:
    wanted = {
        ("Sec-Fetch-Site", "cross-site"): 422,
        ("Sec-Fetch-Site", "same-site"): 422,
        ("Origin", "https://evil.example"): 422,
        ("Origin", "null"): 422,
        ("Sec-Fetch-Site", "same-origin"): 303,
        ("Origin", "http://localhost"): 303,
    }
    found = {}
    for name, value in wanted:
        form = {"stamp": stamp_of(site), **WRITTEN}
        found[name, value] = client.post(PATH, data=form, headers={name: value}).status_code
    assert found == wanted


def test_form_that_is_far_too_large_is_refused(site: Flask, client: FlaskClient) -> None:
    before = count(site)
    assert send(client, message="x" * (1024 * 1024 + 1)).status_code == 413
    assert count(site) == before


@pytest.mark.parametrize("section", ["<script>", "2 or 1=1", "x" * 41, "../..", "2\r\nX: y"])
def test_section_that_cannot_be_one_is_left_out(
    site: Flask, client: FlaskClient, section: str
) -> None:
    page = client.get(PATH, query_string={"section": section}).text
    assert '<input type="hidden" name="section" value="">' in page
    row = stored(site, reference_in(send(client, section=section)))
    assert row.section == ""


def test_language_without_a_release_still_has_a_form(site: Flask, client: FlaskClient) -> None:
    page = client.get("/he/house-rules/message").text
    assert '<html lang="he" dir="rtl">' in page
    row = stored(site, reference_in(send(client, "/he/house-rules/message")))
    assert row.language == "he"


def test_policy_that_is_withdrawn_meanwhile_costs_no_word(filled: Filling) -> None:
    app = filled(policy.everything)
    client = app.test_client()
    open_form = fields(client.get(PATH).text) | WRITTEN
    left = client.post(PATH, data=open_form | {"message": "Before"}).headers["Location"]
    with app.app_context():
        for tag in policy.LANGUAGES:
            with policy.acting(policy.editor(tag)) as act:
                operations.withdraw(act, policy.SLUG, tag, "It is old.")
    # Who has no form open gets none, and can still read that their message has arrived.
    assert client.get(PATH).status_code == 404
    assert client.get(left).status_code == 200
    again = client.post(PATH, data=open_form | {"email": "zoe"})
    assert (again.status_code, fields(again.text)["message"]) == (422, BODY)
    assert client.post(PATH, data=open_form).status_code == 303
