"""What a revision changed: the page, who may decide what is editorial, and what it costs."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from flask import Flask

from app import queries
from app.database import db, transaction
from app.models import Revision, Segment, SourceText
from app.workbench import words
from tests.app import support_changes, support_policy
from tests.app.support_changes import (
    ANSWER,
    ASK,
    BOTH,
    GONE,
    HOURS,
    LONGER,
    MENDED,
    NAME,
    NEW,
    PARTS,
    WHOLE,
    key_of,
    marked,
)
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_policy import ADMINISTRATOR, SLUG, editor, translator
from tests.app.support_workbench import Node, page, signed_in, statements, unchanged
from tests.app.test_workbench_escaping import CORPUS, bad
from workflows.editorial import Kind, Version, substantive
from workflows.segments import digest

PAGE = f"/workbench/{SLUG}/changes/2"


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The policy and its second revision, in which there is a change of each kind."""
    return without_csrf(filled(support_changes.two_revisions))


def shown(app: Flask, email: str = ADMINISTRATOR, address: str = PAGE) -> Node:
    """The page as somebody sees it."""
    answer = signed_in(app, email).get(address)
    assert answer.status_code == 200
    return page(answer)


def entry(node: Node, kind: str, number: int = 0) -> Node:
    """One change of a kind."""
    return node.all("li", class_=f"change-{kind}")[number]


def texts(node: Node) -> list[str]:
    """The texts of a change as they are written, without what is said about them."""
    return [p.text() for p in node.all("p", class_="text")]


def test_page_counts_every_kind_of_change(bench: Flask) -> None:
    counts = [li.text() for li in shown(bench).one("ul", class_="counts").all("li")]
    assert counts == [
        "1 Moved",
        "2 Edited",
        "1 Split",
        "1 Merged",
        "1 Added",
        "2 Removed",
        "14 Unchanged",
    ]


def test_edit_shows_both_texts_and_marks_what_differs(bench: Flask) -> None:
    edited = entry(shown(bench), "edited")
    assert texts(edited)[:2] == [
        HOURS.replace("17", "[removed: 17]"),
        LONGER.replace("18", "[added: 18]"),
    ]
    assert {p.attrs["lang"] + p.attrs["dir"] for p in edited.all("p", class_="text")} == {"enltr"}


def test_split_shows_the_whole_beside_its_parts_and_who_keeps_the_key(bench: Flask) -> None:
    split = entry(shown(bench), "split")
    assert texts(split) == [WHOLE, *PARTS]
    with bench.app_context():
        first, second = key_of(PARTS[0]), key_of(PARTS[1])
        assert second == key_of(WHOLE, 1)
    assert [p.text() for p in split.all("p", class_="where")] == [
        f"Segment 2 · {second}",
        f"Segment 2 · {first} · new segment",
        f"Segment 3 · {second} · keeps the key",
    ]


def test_merge_shows_the_parts_beside_the_whole(bench: Flask) -> None:
    merged = entry(shown(bench), "merged")
    assert texts(merged) == [ASK, ANSWER, BOTH]
    with bench.app_context():
        keeps, ends = key_of(ASK, 1), key_of(ANSWER, 1)
    assert [p.text() for p in merged.all("p", class_="where")] == [
        f"Segment 21 · {keeps} · keeps the key",
        f"Segment 22 · {ends} · its key ends here",
        f"Segment 21 · {keeps}",
    ]


def test_moved_added_and_removed_say_where(bench: Flask) -> None:
    node = shown(bench)
    moved, added, removed = (entry(node, k) for k in ("moved", "added", "removed"))
    assert moved.all("p")[0].text() == "It was segment 7 and is segment 13 now."
    assert (texts(moved), texts(added)) == ([NAME], [NEW])
    assert removed.one("h2").text().startswith("Removed Section 2 · Table cell · Segment 16 of the")
    assert texts(entry(node, "removed", 1)) == [GONE]


def test_revisions_lead_to_each_other(bench: Flask) -> None:
    first = shown(bench, address=f"/workbench/{SLUG}/changes/1")
    assert [a.attrs["href"] for a in first.all("a", rel="next")] == [PAGE]
    assert first.all("a", rel="prev") == []
    assert "nothing before it" in first.one("main").text()
    newest = shown(bench)
    assert [a.attrs["href"] for a in newest.all("a", rel="prev")] == [PAGE[:-1] + "1"]
    assert newest.all("a", rel="next") == []


@pytest.mark.parametrize("number", ["0", "3", "2147483647", "99999999999999999999", "x"])
def test_revision_that_is_not_there_is_not_found(bench: Flask, number: str) -> None:
    answer = signed_in(bench, ADMINISTRATOR).get(f"/workbench/{SLUG}/changes/{number}")
    assert answer.status_code == 404


def test_board_language_and_history_lead_to_the_newest_changes(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    for address in ("", f"{SLUG}/fr", f"{SLUG}/history"):
        assert page(client.get(f"/workbench/{address}")).all("a", href=PAGE), address


def test_each_change_leads_to_the_units_of_the_readers_languages(bench: Flask) -> None:
    with bench.app_context():
        key = key_of(LONGER)
    links = [a.attrs["href"] for a in entry(shown(bench, translator("fr")), "edited").all("a")]
    assert links == [f"/workbench/{SLUG}/fr/{key}"]
    assert entry(shown(bench, translator("fr")), "removed").all("a") == []
    many = entry(shown(bench), "edited").one("details", class_="opens")
    assert len(many.all("a")) == 11


def test_keys_that_the_newest_revision_lacks_are_no_links(bench: Flask) -> None:
    with bench.app_context():
        support_policy.import_source(support_changes.revised().replace(f"   3. {NEW}\n", ""))
    assert entry(shown(bench, translator("fr")), "added").all("a") == []


def test_guard_names_what_stands_against_an_edit_before_it_is_asked(bench: Flask) -> None:
    hours, slip = (entry(shown(bench), "edited", n) for n in (0, 1))
    assert [li.text() for li in hours.one("div", class_="checks").all("li")] == [
        "Number: [removed: 17] [added: 18]"
    ]
    assert hours.all("form") == []
    assert slip.all("div", class_="checks") == []
    (form,) = slip.all("form")
    with bench.app_context():
        assert form.attrs["action"] == f"{PAGE}/{key_of(MENDED)}/editorial"
    assert "required" in form.one("input", name="reason").attrs


def test_those_who_may_not_decide_see_no_forms_and_no_findings(bench: Flask) -> None:
    for email in (translator("fr"), editor("fr"), translator("en")):
        node = shown(bench, email).one("main")
        assert node.all("form", method="post") == []
        assert node.all("div", class_="checks") == []
    assert len(shown(bench, editor("en")).one("main").all("form", method="post")) == 1


def test_every_finding_has_words_of_its_own(bench: Flask) -> None:
    with bench.test_request_context():
        assert len({words.finding(kind) for kind in Kind}) == len(Kind)
    assert set(words.FINDINGS) == set(Kind)


def test_every_form_carries_its_token(bench: Flask) -> None:
    with bench.app_context():
        marked()
    forms = shown(bench).one("main").all("form", method="post")
    assert len(forms) == 1
    forms += shown(bench, editor("en")).one("main").all("form", method="post")
    assert len(forms) == 3
    assert [bool(form.fields().get("csrf_token")) for form in forms] == [True] * 3
    bench.config["WTF_CSRF_ENABLED"] = True
    with unchanged(bench):
        codes = {signed_in(bench, ADMINISTRATOR).post(f.attrs["action"]).status_code for f in forms}
    assert codes == {400}


def test_looking_writes_nothing(bench: Flask) -> None:
    with unchanged(bench):
        shown(bench)
        shown(bench, address=f"{PAGE}?page=9999999999&key=nothing")


def test_revision_that_changed_no_segment_says_so(bench: Flask) -> None:
    with bench.app_context():
        support_policy.import_source(support_changes.revised() + "\n---\n")
    assert "No segment changed." in shown(bench, address=f"{PAGE[:-1]}3").one("main").text()


def before_lineage() -> None:
    """A revision as it was stored before there was lineage: one edit, one more, one less."""
    with transaction() as session:
        document = queries.document(session, SLUG, lock=True)
        head = queries.revision(session, document)
        old = queries.source_texts(session, head)
        revision = Revision(
            document_id=document.id,
            number=3,
            skeleton=head.skeleton,
            file_digest="0" * 64,
            media_type=head.media_type,
            furniture=[],
            created_at=head.created_at,
        )
        segment = Segment(document_id=document.id, key="snewnewnewn")
        session.add_all([revision, segment])
        session.flush()
        for text in old:
            row = {
                column.key: getattr(text, column.key)
                for column in SourceText.__table__.columns
                if column.key not in ("id", "revision_id")
            }
            if text.text == LONGER:
                row |= {"text": HOURS, "digest": digest(HOURS)}
            if text.text == NEW:
                row |= {"segment_id": segment.id, "text": "the sea;", "digest": digest("the sea;")}
            session.add(SourceText(revision_id=revision.id, **row))
        document.head = 3


def test_revision_from_before_lineage_is_compared_by_digest(bench: Flask) -> None:
    with bench.app_context():
        before_lineage()
    node = shown(bench, address=f"{PAGE[:-1]}3")
    found = [
        (li.attrs["class"].split()[-1], texts(li)[-1])
        for li in node.one("ol", class_="changes").all("li", class_="unit")
    ]
    assert found[1:] == [("change-added", "the sea;"), ("change-removed", NEW)]
    assert found[0][0] == "change-edited"
    counts = [li.text() for li in node.one("ul", class_="counts").all("li")]
    assert counts == ["1 Edited", "1 Added", "1 Removed", "19 Unchanged"]


def test_long_revision_comes_in_pages_of_a_fixed_cost(bench: Flask) -> None:
    more = "".join(f"\nThe room number {n} is closed on holidays.\n" for n in range(150))
    with bench.app_context():
        support_policy.import_source(support_changes.revised() + more)
        keys = [key_of(f"The room number {n} is closed on holidays.") for n in (0, 149)]
    client, address = signed_in(bench, ADMINISTRATOR), f"{PAGE[:-1]}3"
    costs = []
    for query, first, length in (
        ("", "1", 50),
        ("?page=2", "51", 50),
        (f"?key={keys[1]}", "101", 50),
    ):
        costs.append(len(statements(bench, lambda q=query: client.get(address + q))))  # type: ignore[misc]
        listed = page(client.get(address + query)).one("ol", class_="changes")
        assert (listed.attrs["start"], len(listed.all("li", class_="unit"))) == (first, length)
    costs.append(len(statements(bench, lambda: client.get(address[:-1] + "1"))))
    assert costs[0] == costs[1] == costs[2] <= 15
    assert costs[3] <= costs[0]


def test_many_edits_take_as_many_queries_as_one(bench: Flask) -> None:
    client, costs = signed_in(bench, ADMINISTRATOR), []
    rooms = "".join(f"\nThe room number {n} is closed on every holiday.\n" for n in range(60))
    one = rooms.replace("number 7 is closed", "number 7 is locked")
    for number, text in ((3, rooms), (4, one), (5, one.replace("holiday", "Sunday"))):
        with bench.app_context():
            support_policy.import_source(support_changes.revised() + text)
        address = f"{PAGE[:-1]}{number}"
        costs.append(len(statements(bench, lambda a=address: client.get(a))))  # type: ignore[misc]
    edited = [
        len(shown(bench, address=f"{PAGE[:-1]}{n}").all("li", class_="change-edited"))
        for n in (4, 5)
    ]
    assert edited == [1, 50]
    assert costs[1] == costs[2] <= 15


def test_hostile_source_and_reason_are_escaped(bench: Flask) -> None:
    evil = "".join(f"\n\nUse `{text}` now.\n" for text in CORPUS)
    with bench.app_context():
        support_policy.import_source(support_changes.revised() + evil)
        support_policy.import_source(support_changes.revised() + evil.replace("now", "soon"))
        document = queries.document(db.session, SLUG)
        assert document.head == 4
    for number in (3, 4):
        node = shown(bench, address=f"{PAGE[:-1]}{number}")
        assert bad(node) == []
        assert len(node.all("li", class_="unit")) == len(CORPUS)
    with bench.app_context():
        key = key_of(MENDED)
    client = signed_in(bench, ADMINISTRATOR)
    for text in CORPUS:
        answer = client.post(f"{PAGE[:-1]}4/{key}/editorial", data={"reason": text})
        assert (answer.status_code, bad(page(answer))) == (409, [])
        assert client.get(PAGE, query_string={"key": text}).status_code == 200
    client.post(f"{PAGE}/{key}/editorial", data={"reason": CORPUS[0]})
    node = shown(bench)
    assert bad(node) == []
    assert CORPUS[0] in entry(node, "edited", 1).text()


def test_changed_link_is_shown_though_the_words_are_the_same(bench: Flask) -> None:
    with bench.app_context():
        text = support_changes.revised().replace("https://example.org/", "https://example.net/")
        support_policy.import_source(text)
    edited = entry(shown(bench, address=f"{PAGE[:-1]}3"), "edited")
    assert [li.text() for li in edited.all("ul", class_="why")[0].all("li")] == [
        "[removed: <a2> https://example.org/]",
        "[added: <a2> https://example.net/]",
    ]
    assert edited.all("form") == []


def test_findings_of_the_page_are_those_of_the_guard(bench: Flask) -> None:
    found = substantive(Version(HOURS), Version(LONGER), language="en")
    assert [asdict(item) for item in found] == [{"kind": "number", "before": "17", "after": "18"}]
    with bench.test_request_context():
        assert words.finding(found[0].kind) == "Number"
