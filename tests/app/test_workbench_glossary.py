"""The glossary's pages, and the terms beside a unit."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app import operations, queries
from app.database import db
from tests.app import support_policy
from tests.app.support_operations import HOURS
from tests.app.support_policy import ADMINISTRATOR, SLUG, SOURCE, acting, editor, translator
from tests.app.support_workbench import Node, page, signed_in, statements, unchanged, unit, url
from tests.app.support_writes_glossary import EN, FR, HOUSE, NAME, SAID
from tests.app.test_workbench_escaping import CORPUS, bad
from workflows import catalogs
from workflows.glossary import Term, TermTranslation, Usage

LIST = "/workbench/glossary"


@pytest.fixture
def bench(flask_app: Flask) -> Flask:
    """The app with people, the policy, and two terms."""
    flask_app.config["WTF_CSRF_ENABLED"] = False
    with flask_app.app_context():
        support_policy.people()
        support_policy.import_source()
        with acting(ADMINISTRATOR) as act:
            operations.add_term(act, HOUSE)
            operations.add_term(act, Term("en", "We", untranslated=True))
    return flask_app


def stored(app: Flask, text: str = "house") -> Term:
    """A term as it is now."""
    with app.app_context():
        (found,) = (term for term in queries.terms(db.session, "en") if term.text == text)
        return found


def address(app: Flask, text: str = "house") -> str:
    return f"{LIST}/terms/{stored(app, text).id}"


def version(app: Flask, text: str = "house") -> int:
    with app.app_context():
        return queries.term(db.session, stored(app, text).id).version


def test_list_is_searched_and_shows_one_other_language(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    shown = page(client.get(LIST))
    assert [h.one("a").text() for h in shown.one("ul", class_="term-list").all("h2")] == [
        "house", "We",
    ]  # fmt: skip
    assert shown.one("nav", class_="bench-nav").one("a", **{"aria-current": "page"}).text() == (
        "Glossary"
    )
    # Their own language is shown without asking; readers have no forms.
    assert "maison" in shown.one("ul", class_="term-list").text()
    assert shown.all("form", method="post", class_="form") == []
    for words, found in (("MAIS", ["house"]), ("live", ["house"]), ("nothing", [])):
        shown = page(client.get(LIST, query_string={"words": words}))
        assert [a.text() for h in shown.one("main").all("h2") for a in h.all("a")] == found
        assert shown.one("input", id="words").attrs["value"] == words
    german = page(client.get(LIST, query_string={"language": "de"})).one("main")
    assert "No translation into Deutsch yet" in german.text()
    # What no page offers is answered with what there is.
    nowhere = {"language": "xx", "source": "yy", "page": "77"}
    for query in (nowhere, {"page": "-1", "words": "\ufffe"}):
        assert client.get(LIST, query_string=query).status_code == 200
    file = client.get(f"{LIST}.tbx", query_string={"source": "en"})
    read = catalogs.read_tbx(file.data, source="en", languages=("en", "fr"))
    assert [term.text for term in read.terms] == ["house", "We"]
    assert client.get(f"{LIST}.tbx").status_code == 404


def test_editors_write_terms_and_translations(bench: Flask) -> None:
    source, french = signed_in(bench, EN), signed_in(bench, FR)
    form = page(source.get(LIST)).one("form", action=f"{LIST}/en/terms")
    assert {n.attrs["name"] for n in form.all() if "name" in n.attrs} == {
        "csrf_token", "text", "definition", "part_of_speech", "subject", "note",
        "case_sensitive", "untranslated",
    }  # fmt: skip
    said = {"text": " name ", "definition": NAME.definition, "part_of_speech": "noun"}
    answer = source.post(f"{LIST}/en/terms", data=said | {"case_sensitive": "on"})
    assert answer.headers["Location"] == address(bench, "name")
    found = stored(bench, "name")
    assert (found.definition, found.case_sensitive, found.untranslated) == (
        NAME.definition, True, False,
    )  # fmt: skip

    shown = page(french.get(address(bench, "name")))
    (form,) = shown.all("form", method="post", class_="form")
    assert form.attrs["action"] == f"{address(bench, 'name')}/fr"
    data = form.fields() | {
        "text-0": "nom", "usage-0": "preferred",
        "text-1": "appellation", "usage-1": "forbidden", "note-1": "",
        "text-2": " ", "usage-2": "preferred",
    }  # fmt: skip
    assert french.post(form.attrs["action"], data=data).status_code == 303
    assert stored(bench, "name").translations == {"fr": SAID}
    # The same form again is of an old version: what was typed is still there.
    with unchanged(bench):
        answer = french.post(form.attrs["action"], data=data | {"text-0": "prénom"})
    assert answer.status_code == 409
    shown = page(answer)
    assert "changed this text since" in shown.one(id="problems").text()
    assert shown.one("input", name="text-0").attrs["value"] == "prénom"

    data = {"version": str(version(bench, "name")), "text": "surname", "note": "N"}
    assert source.post(address(bench, "name"), data=data).status_code == 303
    assert (stored(bench, "surname").note, stored(bench, "surname").translations) == (
        "N", {"fr": SAID},
    )  # fmt: skip
    data = {"version": str(version(bench, "surname"))}
    answer = source.post(f"{address(bench, 'surname')}/remove", data=data)
    assert answer.headers["Location"] == f"{LIST}?source=en"
    # What was removed can still be read.
    lately = page(source.get(f"{LIST}?language=fr")).one("ol", class_="history").all("li")
    assert "removed the term: surname" in lately[0].text()
    assert len(lately) == 6


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        (f"{LIST}/en/terms", {"text": "house"}, 409),
        (f"{LIST}/en/terms", {"text": " "}, 422),
        (f"{LIST}/en/terms", {}, 422),
        (f"{LIST}/en/terms", {"text": "a" * 201}, 422),
        (f"{LIST}/xx/terms", {"text": "a"}, 404),
        ("", {"text": "", "version": "1"}, 422),
        ("", {"text": "x"}, 409),
        ("", {"text": "x", "version": "99"}, 409),
        ("/fr", {"text-0": "a\u202e", "version": "1"}, 422),
        ("/fr", {"text-0": "a", "text-1": "a", "version": "1"}, 422),
        ("/fr", {"version": "x"}, 409),
        ("/en", {"text-0": "a", "version": "1"}, 422),
        ("/xx", {"text-0": "a", "version": "1"}, 404),
        ("/remove", {}, 409),
    ],
)
def test_wrong_form_is_shown_again_and_changes_nothing(
    bench: Flask, path: str, data: dict[str, str], code: int
) -> None:
    client = signed_in(bench, ADMINISTRATOR)
    place = path if path.startswith(LIST) else address(bench) + path
    with unchanged(bench):
        answer = client.post(place, data=data)
    assert answer.status_code == code
    shown = page(answer)
    if code != 404:
        assert shown.one(id="problems").one("li").text()
        for name in ("text", "text-0"):
            kept = [n.attrs["value"] for n in shown.all("input", name=name)]
            # There is no form for translations into the term's own language.
            assert path == "/en" or data.get(name, "") in ["", *kept]
    for missing in ("/terms/999", "/terms/0"):
        assert client.get(LIST + missing).status_code == 404


def test_terms_stand_beside_the_unit(bench: Flask) -> None:
    many = (*SAID, TermTranslation("maison", Usage.ADMITTED, "N"))
    with bench.app_context(), acting(ADMINISTRATOR) as act:
        id_ = stored(bench).id
        operations.translate_term(act, id_, "fr", many, version=version(bench))
    client, place = signed_in(bench, translator("fr")), url(bench, "fr")
    shown = page(client.get(place))
    source = shown.one("section", **{"aria-labelledby": "source-title"})
    assert source.one("p", class_="big").text() == HOURS
    marked = source.all("a", class_="term")
    assert [a.text() for a in marked] == ["We", "house"]
    assert marked[1].attrs["href"] == f"#term-{id_}"
    assert shown.one(id=marked[1].attrs["aria-describedby"]).text() == HOUSE.definition
    panel = shown.one("section", id="terms")
    entry = panel.one("li", id=f"term-{id_}")
    assert [li.text() for li in entry.one("ul").all("li")] == [
        "nom Insert nom 2",
        "maison Admitted N Insert maison 3",
        "appellation Not to be used",
    ]
    assert entry.one("del").text() == "appellation"
    inserts = panel.all("button")
    assert [b.attrs["data-insert-term"] for b in inserts] == ["We", "nom", "maison"]
    # They do something only where there are scripts, which show them.
    assert all("hidden" in b.attrs for b in inserts)
    # In German there is nothing yet, and a text without terms has no panel.
    german = page(signed_in(bench, ADMINISTRATOR).get(url(bench, "de")))
    assert "No translation into Deutsch yet" in german.one(id="terms").text()
    assert page(client.get(url(bench, "fr", "Names"))).all(id="terms") == []


def test_advice_of_the_glossary_stands_with_the_other_checks(bench: Flask) -> None:
    client, place = signed_in(bench, translator("fr")), url(bench, "fr")
    data = {"target": "Nous tenons ce lieu de 9 à 17 heures.", "version": 0}
    assert client.post(place, data=data).status_code == 303
    shown = page(client.get(place)).one("div", class_="advice")
    assert [re.split(r"[;.]", li.text())[0] for li in shown.all("li")] == [
        "“We” is not to be translated, and is not here as it is written",
        "The glossary translates “house” as “maison”",
    ]
    queue = page(signed_in(bench, FR).get("/workbench/review")).one("ol", class_="units")
    assert "2 checks to look at" in queue.text()
    # It is advice: an editor may approve all the same.
    answer = signed_in(bench, FR).post(f"{place}/approve", data={"version": 1})
    assert (answer.status_code, unit(bench, "fr").state) == (303, "reviewed")


def test_pages_take_the_same_statements_however_many_terms(bench: Flask) -> None:
    client, place = signed_in(bench, editor("fr")), url(bench, "fr")
    with bench.app_context():
        support_policy.translate("fr")
    paths = (place, LIST, address(bench), "/workbench/review")

    def counts() -> list[int]:
        return [len(statements(bench, lambda at=path: client.get(at))) for path in paths]  # type: ignore[misc]

    few = counts()
    texts = ("run", "this", "from", "keep", "three things", "your name", "never")
    with bench.app_context(), acting(ADMINISTRATOR) as act:
        for text in texts:
            operations.add_term(act, Term("en", text, translations={"fr": SAID, "de": SAID}))
    assert counts() == few
    assert len(page(client.get(place)).all("a", class_="term")) == 5


def texts_of(shown: Node) -> str:
    return " ".join([shown.text(), *(n.attrs.get("value", "") for n in shown.all("input"))])


@pytest.mark.parametrize("text", CORPUS)
def test_text_of_terms_is_escaped_everywhere(bench: Flask, text: str) -> None:
    with bench.app_context():
        support_policy.import_source(f"{SOURCE}\n\nUse `{text}` now.\n")
        said = {
            tag: (TermTranslation(text, Usage.PREFERRED, text),
                  TermTranslation(f"{text}!", Usage.FORBIDDEN, text))
            for tag in ("fr", "de")
        }  # fmt: skip
        with acting(ADMINISTRATOR) as act:
            operations.add_user(act, "evil@example.org", text[:100])
            operations.add_term(act, Term("en", text, text, text[:80], text[:80], text,
                                          translations=said))  # fmt: skip
            row = operations.add_term(act, Term("en", "Names", text, note=text, translations=said))
            operations.remove_term(act, row.id, version=row.version)
            operations.add_term(act, Term("en", "Use", text, translations=said))
        (there,) = (
            one for one in queries.language(
                db.session, queries.document(db.session, SLUG), "fr"
            ).units if one.text.startswith("Use ")
        )  # fmt: skip
    client = signed_in(bench, ADMINISTRATOR)
    answers = [
        client.get(LIST),
        client.get(LIST, query_string={"words": text, "language": "fr"}),
        client.get(address(bench, text)),
        client.get(f"/workbench/{SLUG}/fr/{there.key}"),
        signed_in(bench, FR).get(f"/workbench/{SLUG}/fr/{there.key}"),
    ]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    answers.append(client.post(f"{LIST}/en/terms", data={"text": text, "note": text}))
    answers.append(client.post(f"{address(bench, text)}/fr", data={"text-0": text, "note-0": text}))
    pages = [page(answer) for answer in answers]
    assert [bad(shown) for shown in pages] == [[] for _ in pages]
    assert all(" ".join(text.split()) in texts_of(shown) for shown in pages)
