"""The staff's inbox: who sees which messages, tabs, filters, search, pages, and the acts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import operations, queries
from app.database import db
from app.workbench import inbox as room
from tests.app import support_policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_inbox import INBOX, inbox, leave, message, references
from tests.app.support_operations import dump
from tests.app.support_policy import ADMINISTRATOR, acting, editor, translator
from tests.app.support_workbench import page, signed_in, statements, unchanged
from tests.app.test_workbench_escaping import CORPUS, bad

FR, DE = editor("fr"), editor("de")


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The app with the policy live in French, and people of four languages."""
    return without_csrf(filled(fill))


def fill() -> None:
    support_policy.reviewed()
    support_policy.publish("en")
    support_policy.publish("fr")


def do(app: Flask, email: str, reference: str, act: str, **form: str) -> int:
    """Send one of the forms of a message's page; the status of the answer."""
    return signed_in(app, email).post(f"{INBOX}/{reference}/{act}", data=form).status_code


def user_id(app: Flask, email: str) -> int:
    with app.app_context():
        return queries.user_by_email(db.session, email).id


def counts(app: Flask, email: str, **asked: str) -> dict[str, int]:
    """What the tabs say."""
    chips = inbox(app, email, **asked).one("ul", class_="chips").all("li")
    found = [chip.text().rpartition(" ") for chip in chips]
    return {name: int(count) for name, _, count in found}


# --- The list ------------------------------------------------------------------------------------


def test_messages_are_shown_newest_first_to_who_answers_for_them(bench: Flask) -> None:
    french, german, second = leave(bench, "fr"), leave(bench, "de"), leave(bench, "fr", "2")
    assert references(inbox(bench, ADMINISTRATOR)) == [second, german, french]
    assert references(inbox(bench, FR)) == [second, french]
    assert references(inbox(bench, DE)) == [german]
    assert signed_in(bench, translator("fr")).get(INBOX).status_code == 403
    # An assigned one is seen by whom it is assigned to, whatever their language.
    person = user_id(bench, DE)
    assert do(bench, FR, french, "assign", person=str(person)) == 303
    assert references(inbox(bench, DE)) == [german, french]
    assert do(bench, DE, french, "read", read="no") == 303
    # Who gives it back is led to the list: it is theirs no more.
    answer = signed_in(bench, DE).post(f"{INBOX}/{french}/assign", data={"person": ""})
    assert answer.headers["Location"] == INBOX
    assert signed_in(bench, DE).get(f"{INBOX}/{french}").status_code == 404


def test_row_tells_where_when_and_who(bench: Flask) -> None:
    leave(bench, "fr", "Hello", days=20)
    (row,) = inbox(bench, FR).one("ol", class_="messages").all("li")
    text = row.text()
    for words in ("Vera", "Section 2", "Français", "Hello", "Unread", "Answer overdue"):
        assert words in text
    assert "3 weeks ago" in text
    body = row.one("p", class_="text")
    assert (body.attrs["lang"], body.attrs["dir"]) == ("fr", "auto")


def test_tabs_hold_what_they_say(bench: Flask) -> None:
    plain, read, mine, answered = (leave(bench, "fr", str(number)) for number in range(4))
    spam = leave(bench, "fr", "Buy", doubts=("links", "quick"))
    do(bench, FR, read, "read", read="yes")
    do(bench, FR, mine, "assign", person=str(user_id(bench, FR)))
    do(bench, FR, answered, "answered", answered="yes")
    wanted = {
        "unread": [plain],
        "open": [mine, read, plain],
        "mine": [mine],
        "answered": [answered],
        "spam": [spam],
    }
    found = {tab: references(inbox(bench, FR, tab=tab)) for tab in wanted}
    assert found == wanted
    assert list(counts(bench, FR).values()) == [len(rows) for rows in wanted.values()]
    assert references(inbox(bench, FR, tab="nothing")) == wanted["open"]
    shown = inbox(bench, FR, tab="spam").one("main").text()
    assert "It holds many links. It was sent faster than a person types." in shown
    header = inbox(bench, FR).one("nav", class_="bench-nav").text()
    assert "Messages (1 unread)" in header
    assert "unread" not in inbox(bench, DE).one("nav", class_="bench-nav").text()


def test_filters_narrow_list_and_counts(bench: Flask) -> None:
    german = leave(bench, "de", slug="other-rules", days=3)
    old = leave(bench, "fr", "two", days=20)
    young = leave(bench, "fr", "three", email="")
    wanted: dict[tuple[str, str], list[str]] = {
        ("language", "de"): [german],
        ("language", "ja"): [],
        ("language", "xx"): [young, old, german],
        ("policy", "other-rules"): [german],
        ("age", "day"): [young],
        ("age", "week"): [young, german],
        ("age", "older"): [old],
        ("age", "overdue"): [old],
        ("age", "nothing"): [young, old, german],
    }
    for (name, value), rows in wanted.items():
        assert references(inbox(bench, ADMINISTRATOR, **{name: value})) == rows, (name, value)
        assert counts(bench, ADMINISTRATOR, **{name: value})["Open"] == len(rows)


SEARCHES = {
    "straße": ["street"],
    "STRASSE": ["street"],
    "zoË": ["zoe"],
    "zoe\u0308": ["zoe"],
    "ZOE@Example": ["zoe"],
    "100%": ["percent"],
    "%": ["percent"],
    "_": ["under"],
    "a_b": ["under"],
    "\\": ["back"],
    "مرحبا": ["arabic"],
    "two  words": ["street"],
    "': DROP TABLE": [],
    "": ["arabic", "back", "under", "percent", "zoe", "street"],
}


def test_search_finds_words_and_no_wildcards(bench: Flask) -> None:
    texts = {
        "street": {"body": "Die Straße\n\ntwo words"},
        "zoe": {"body": "x", "name": "Zoë", "email": "zoe@example.org"},
        "percent": {"body": "It is 100% true"},
        "under": {"body": "see a_b here"},
        "back": {"body": "C:\\temp"},
        "arabic": {"body": "مرحبًا مرحبا"},
    }
    names = {leave(bench, "fr", **text): name for name, text in texts.items()}
    found = {
        asked: [names[reference] for reference in references(inbox(bench, FR, q=asked))]
        for asked in SEARCHES
    }
    assert found == SEARCHES
    (first, *_rest) = names
    assert references(inbox(bench, FR, q=first.lower())) == [first]
    assert references(inbox(bench, FR, q="x" * 5000)) == []


@pytest.mark.parametrize("asked", ["q=%00", "policy=a%00b", "before=%00", "language=%00"])
def test_nul_is_asked_of_no_database(bench: Flask, asked: str) -> None:
    leave(bench, "fr")
    assert signed_in(bench, FR).get(f"{INBOX}?{asked}").status_code == 404


def test_name_turns_nothing_around_that_stands_beside_it(bench: Flask) -> None:
    reference = leave(bench, "fr", name="A\u2069\u2067B\u202e")
    title = page(signed_in(bench, FR).get(f"{INBOX}/{reference}")).one("h1").text()
    assert title == "Message from \u2068AB\u202e\u2069"


def test_pages_of_the_list_are_bounded_and_lead_on(
    bench: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "ON_A_PAGE", 2)
    left = [leave(bench, "fr", str(number)) for number in range(5)][::-1]
    seen, address = [], f"{INBOX}?q=vera"
    while address:
        shown = page(signed_in(bench, FR).get(address))
        seen.append(references(shown))
        address = next((link.attrs["href"] for link in shown.all("a", rel="next")), "")
    assert seen == [left[:2], left[2:4], left[4:]]
    for wrong in ("-1", "9" * 30, "x", str(2**31)):
        assert references(inbox(bench, FR, before=wrong)) == left[:2]


def test_list_and_page_take_the_same_queries_however_many_there_are(bench: Flask) -> None:
    def asked(path: str) -> int:
        client = signed_in(bench, ADMINISTRATOR)
        return len(statements(bench, lambda: client.get(path)))

    first = leave(bench, "fr", "0")
    reply(bench, first)
    person = str(user_id(bench, ADMINISTRATOR))
    do(bench, ADMINISTRATOR, first, "assign", person=person)
    narrowed = f"{INBOX}?q=vera&language=fr&age=week"
    paths = (INBOX, f"{INBOX}?tab=mine", narrowed, f"{INBOX}/{first}")
    asked(INBOX)  # the first time in an hour, what is due is asked for as well
    one = {path: asked(path) for path in paths}
    for number, tag in enumerate(("fr", "de"), 1):
        more = leave(bench, tag, str(number))
        do(bench, ADMINISTRATOR, more, "assign", person=person)
        reply(bench, more)
        reply(bench, first, number)
    assert {path: asked(path) for path in paths} == one
    assert max(one.values()) <= 10


def reply(app: Flask, reference: str, known: int = 0) -> None:
    with app.app_context(), acting(ADMINISTRATOR) as act:
        operations.reply(act, reference, "Merci.", known=known)


# --- One message ---------------------------------------------------------------------------------


def test_page_tells_what_was_read_and_what_was_promised(bench: Flask) -> None:
    reference = leave(bench, "fr", "Bonjour", number=1, compared="c" * 64, days=20)
    shown = page(signed_in(bench, FR).get(f"{INBOX}/{reference}"))
    facts = {
        div.one("dt").text(): div.one("dd") for div in shown.one("dl", class_="facts").all("div")
    }
    assert facts["Policy"].text() == "Règlement de la maison · Section 2"
    assert facts["Policy"].one("a").attrs["href"] == "/fr/house-rules"
    said = f"Version 1 {'0' * 64} The page as it stood then"
    assert facts["Version they saw"].text() == said
    assert facts["Compared with the source version"].text() == "c" * 64
    assert facts["Written by"].text() == "Vera vera@example.org"
    assert "Answer overdue" in facts["Answer promised by"].text()
    assert facts["Deletes itself"].one("time").attrs["datetime"]
    body = shown.one("section", **{"aria-labelledby": "text-title"}).one("p", class_="text")
    assert (body.text(), body.attrs["lang"], body.attrs["dir"]) == ("Bonjour", "fr", "auto")


def test_page_leads_to_what_the_visitor_saw(bench: Flask) -> None:
    client = signed_in(bench, FR)
    shown = page(client.get("/fr/house-rules/message?section=2")).one("form", class_="message")
    answer = client.post("/fr/house-rules/message", data=shown.fields() | {"message": "Seen?"})
    reference = answer.headers["Location"].rpartition("/")[2]
    rows = page(client.get(f"{INBOX}/{reference}")).one("dl", class_="facts").all("a")
    addresses = [link.attrs["href"] for link in rows]
    assert addresses[0] == "/fr/house-rules"
    assert addresses[1].startswith("/receipts/")
    assert "Ce que nous gardons" in client.get(addresses[1]).text


def test_acts_change_what_they_say_and_are_told_once(bench: Flask) -> None:
    reference = leave(bench, "fr")
    person = user_id(bench, DE)
    acts: tuple[tuple[str, dict[str, str], str], ...] = (
        ("read", {"read": "yes"}, "message.read"),
        ("read", {"read": "yes"}, ""),
        ("read", {"read": "no"}, "message.unread"),
        ("assign", {"person": str(person)}, "message.assigned"),
        ("assign", {"person": ""}, "message.assigned"),
        ("answered", {"answered": "yes"}, "message.answered"),
        ("answered", {"answered": "no"}, "message.reopened"),
        ("spam", {"spam": "yes"}, "message.spam"),
        ("spam", {"spam": "no"}, "message.not-spam"),
        ("delete", {}, "message.deleted"),
    )
    for act, form, action in acts:
        with bench.app_context():
            before = dump()["history"]
        assert do(bench, FR, reference, act, **form) == 303
        with bench.app_context():
            rows = dump()["history"][len(before) :]
        assert [row["action"] for row in rows] == ([action] if action else [])
    assert signed_in(bench, FR).get(f"{INBOX}/{reference}").status_code == 404
    assert references(inbox(bench, FR)) == []


@pytest.mark.parametrize(
    ("act", "form", "status"),
    [
        ("read", {}, 422),
        ("read", {"read": "maybe"}, 422),
        ("assign", {"person": "x"}, 422),
        ("assign", {"person": "9" * 30}, 422),
        ("assign", {"person": "999"}, 404),
        ("answered", {"answered": ""}, 422),
        ("spam", {}, 422),
        ("erase", {}, 422),
        ("erase", {"address": "other@example.org"}, 422),
        ("reply", {"reply": "Merci."}, 409),
    ],
)
def test_wrong_form_changes_nothing(
    bench: Flask, act: str, form: dict[str, str], status: int
) -> None:
    reference = leave(bench, "fr")
    with unchanged(bench):
        assert do(bench, FR, reference, act, **form) == status
        assert do(bench, FR, "nothing", act, read="yes", answered="yes", spam="yes") in (404, 422)


def test_assigning_is_for_people_who_answer(bench: Flask) -> None:
    reference = leave(bench, "fr")
    shown = page(signed_in(bench, FR).get(f"{INBOX}/{reference}")).one(id="person")
    names = [option.text() for option in shown.all("option")]
    assert names == [
        "Nobody",
        "Ada Admin",
        "Editor ar",
        "Editor de",
        "Editor en",
        "Editor fr (you)",
    ]
    with unchanged(bench):
        person = str(user_id(bench, translator("fr")))
        assert do(bench, FR, reference, "assign", person=person) == 403


def test_person_is_handed_over_and_erased_whole(bench: Flask) -> None:
    first, other = leave(bench, "fr", "One"), leave(bench, "fr", "Other", email="o@example.org")
    leave(bench, "fr", "Two", email="VERA@example.org")
    reply(bench, first)
    answer = signed_in(bench, FR).post(f"{INBOX}/{first}/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="messages.json"'
    found = json.loads(answer.text)
    assert [row["body"] for row in found] == ["One", "Two"]
    assert found[0]["reference"] == first
    assert [row["body"] for row in found[0]["replies"]] == ["Merci."]
    assert do(bench, FR, first, "erase", address=" Vera@Example.org ") == 303
    assert references(inbox(bench, FR)) == [other]
    with bench.app_context():
        tables = dump()
    assert tables["message_reply"] == []
    assert [row["before"]["messages"] for row in tables["history"][-1:]] == [2]


def test_what_was_erased_is_not_in_the_file_of_the_database(bench: Flask) -> None:
    canary = "Canary words " * 300
    reference = leave(bench, "fr", canary)
    place = sa.make_url(bench.config["SETTINGS"].database_url)
    if place.get_backend_name() == "sqlite":
        path = Path(place.database or "")
        assert b"Canary words" in path.read_bytes()
        assert do(bench, FR, reference, "erase", address="vera@example.org") == 303
        assert b"anary words" not in path.read_bytes()
        with bench.app_context(), db.engine.connect() as connection:
            assert connection.scalar(sa.text("PRAGMA secure_delete")) == 1


def test_person_with_another_address_is_another_person(bench: Flask) -> None:
    sharp = leave(bench, "fr", "Sharp", email="straße@example.org")
    double = leave(bench, "fr", "Double", email="strasse@example.org")
    found = json.loads(signed_in(bench, FR).post(f"{INBOX}/{sharp}/export").text)
    assert [row["body"] for row in found] == ["Sharp"]
    with unchanged(bench):
        assert do(bench, FR, sharp, "erase", address="strasse@example.org") == 422
    assert do(bench, FR, sharp, "erase", address="STRAẞE@example.org") == 303
    assert references(inbox(bench, FR)) == [double]


def test_person_who_wrote_in_other_languages_is_for_administrators(bench: Flask) -> None:
    first = leave(bench, "fr", "One")
    leave(bench, "de", "Two")
    with unchanged(bench):
        assert do(bench, FR, first, "export") == 403
        assert do(bench, FR, first, "erase", address="vera@example.org") == 403
    assert do(bench, ADMINISTRATOR, first, "erase", address="vera@example.org") == 303
    assert references(inbox(bench, ADMINISTRATOR)) == []


@pytest.mark.parametrize("text", CORPUS)
def test_whatever_visitors_write_is_shown_as_text(bench: Flask, text: str) -> None:
    reference = leave(
        bench, "fr", text, name=text, email=text[:100], section=text[:40], slug=text[:80]
    )
    client = signed_in(bench, ADMINISTRATOR)
    answers = [
        client.get(INBOX),
        client.get(INBOX, query_string={"q": text, "policy": text[:80], "language": text[:35]}),
        client.get(f"{INBOX}/{reference}"),
        client.post(f"{INBOX}/{reference}/reply", data={"reply": text}),
        client.post(f"{INBOX}/{reference}/erase", data={"address": text + "x"}),
        client.get(f"{INBOX}/{text}"),
    ]
    # A link into this site may have it in its address, where it is no script.
    found = [[one for one in bad(page(answer)) if one[:1] != "/"] for answer in answers]
    assert found == [[] for _ in answers]
    codes = [answer.status_code for answer in answers]
    assert codes[:5] == [200, 200, 200, 409, 422]
    assert text.split() == page(answers[2]).one("p", class_="big").text().split()
    assert message(bench, reference).body == text
