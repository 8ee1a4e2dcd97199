"""What visitors see of a publication rule: marked parts, the authoritative language, promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from babel.dates import format_date
from flask import Flask
from flask_babel import force_locale, gettext

from app import operations, queries
from app.database import db
from app.published import compose
from app.serving import Serving
from app.site import front
from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.app.support_policy import SLUG, acting, editor
from tests.app.support_rules import NEWER, WAITING, approve_waiting, marked, rule
from tests.app.support_serving import ask, begun, index_of, said
from tests.app.support_workbench import Node, page
from tests.support.databases import ENGINES
from workflows.release import RuleKind

PAGE = f"/fr/{SLUG}"
ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def fill() -> None:
    """English live, and French with what is not approved in English."""
    marked()


@pytest.fixture(scope="module", params=ENGINES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The site with that; only read."""
    with policy.live_site(request, tmp_path_factory.mktemp("rules"), fill=fill) as app:
        yield app


@pytest.fixture
def own(filled: Filling) -> Flask:
    """The same on a database of the test's own."""
    return filled(fill)


def shown(app: Flask, path: str = PAGE) -> Node:
    answer = ask(app, path)
    assert answer.status_code == 200, answer.text
    return page(answer)


def words(node: Node) -> str:
    return " ".join(node.text().split())


def say(app: Flask, message: str, **values: object) -> str:
    """Words of the interface in French, which the page is in."""
    with app.test_request_context(), force_locale("fr"):
        return " ".join(gettext(message, **values).split())


MISSING = "Not translated yet: this part is in %(language)s"
OUTDATED = "The translation is older than this part: shown in %(language)s"
NOT_APPROVED = "Not approved yet: this part is in %(language)s"
AUTHORITATIVE = "The version in %(language)s is authoritative."
PROMISED = "A translation of these parts is promised by %(date)s."


def spoken(node: Node) -> tuple[str | None, str | None]:
    return node.attrs.get("lang"), node.attrs.get("dir")


# --- Marked parts --------------------------------------------------------------------------------


def test_part_in_the_source_language_says_so_and_why(site: Flask) -> None:
    found = {}
    for name in ("h1", "h2", "p", "li", "td", "div"):
        for node in shown(site).all(name, class_="fallback"):
            assert spoken(node) == ("en", "ltr")
            (mark,) = node.all("span", class_="mark")
            assert spoken(mark) == ("fr", "ltr")
            found[" ".join(words(node).replace(words(mark), "").split())] = (name, words(mark))
    missing = say(site, MISSING, language="anglais")
    assert found == {
        "House rules": ("h1", missing),
        "2. What we keep": ("h2", missing),
        "your name;": ("div", missing),
        "your address:": ("div", missing),
        "Names": ("td", missing),
        "We keep three of them:": (
            "p",
            say(site, OUTDATED, language="anglais"),
        ),
        WAITING: ("p", say(site, NOT_APPROVED, language="anglais")),
    }


def test_head_counts_the_parts_in_the_source_language(site: Flask) -> None:
    notice = shown(site).one("p", class_="stands")
    assert re.search(r"\b7\b.*\banglais\b", words(notice))
    assert shown(site, f"/en/{SLUG}").all("p", class_="stands") == []


def test_approval_of_the_source_is_none_of_a_translation(site: Flask) -> None:
    with site.test_request_context():
        content = front.store().content(db.session, front.shelf().policies[SLUG].heads["fr"])
        assert any(section.approved for section in compose(content).sections)
        texts = {key: replace(text, fallback="missing") for key, text in content.texts.items()}
        foreign = compose(replace(content, texts=texts))
    assert [section.approved for section in foreign.sections if section.key] == [None, None]


def test_contents_list_keeps_the_language_of_its_entries(site: Flask) -> None:
    links = shown(site).one("nav", class_="contents").all("a")
    assert [(words(link), *spoken(link)) for link in links] == [
        ("Qui nous sommes", None, None),
        ("What we keep", "en", "ltr"),
    ]
    anchors = [link.attrs["href"] for link in links]
    english = shown(site, f"/en/{SLUG}").one("nav", class_="contents").all("a")
    assert anchors == [link.attrs["href"] for link in english]


def test_answer_names_the_languages_of_its_texts(site: Flask) -> None:
    serving = begun(site)
    for app in (site, serving):
        assert ask(app, PAGE).headers["Content-Language"] == "fr, en"
        assert ask(app, f"/en/{SLUG}").headers["Content-Language"] == "en"
        version = ask(app, f"{PAGE}/versions/1")
        assert version.headers["Content-Language"] == "fr, en"
        assert "immutable" in version.headers["Cache-Control"]
    assert said(ask(serving, PAGE)) == said(ask(site, PAGE))


@pytest.mark.parametrize(
    ("path", "title"),
    [
        (PAGE, "House rules – Policies"),
        (f"{PAGE}/versions/1", "House rules – Version 1 – Policies"),
    ],
)
def test_document_is_named_in_the_language_of_its_title(site: Flask, path: str, title: str) -> None:
    site_name = site.config["SETTINGS"].site_name
    node = shown(site, path).one("title")
    assert (node.text(), *spoken(node)) == (title.replace("Policies", site_name), "en", "ltr")
    english = shown(site, path.replace("/fr/", "/en/")).one("title")
    assert spoken(english) == (None, None)
    receipt = receipt_of(site)
    assert spoken(shown(site, receipt).one("title")) == ("en", "ltr")


def test_title_in_the_source_language_is_marked_inside_a_sentence(site: Flask) -> None:
    paths = [f"{PAGE}/versions", f"{PAGE}/message?section=2", f"/fr/languages?policy={SLUG}"]
    for path in paths:
        page = shown(site, path).one("main")
        marked = [node for node in page.all("bdi") if node.attrs.get("lang") == "en"]
        assert "House rules" in [words(node) for node in marked], path
    found = [words(node) for node in shown(site, paths[1]).one("main").all("bdi")]
    assert any("What we keep" in one for one in found)


def test_version_and_lists_cope_with_a_title_in_the_source_language(site: Flask) -> None:
    version = shown(site, f"{PAGE}/versions/1")
    assert len(version.all("p", class_="stands")) == 1
    assert spoken(version.one("h1")) == ("en", "ltr")
    assert ask(site, f"{PAGE}/versions").status_code == 200
    feed = ET.fromstring(ask(site, "/fr/feed.atom").data)
    names = ("title", "summary")
    said = [feed.find(f"{{{ATOM}}}entry/{{{ATOM}}}{name}") for name in names]
    # In one language as a whole, as it can be marked as a whole only.
    found = [(one.text, one.get(XML_LANG)) for one in said if one is not None]
    assert found == [("House rules – version 1", "en")] * 2
    english = ET.fromstring(ask(site, "/en/feed.atom").data)
    assert [one for one in english.iter() if XML_LANG in one.attrib] == [english]
    missing = ask(site, f"/de/{SLUG}")
    assert missing.status_code == 404
    assert '<bdi lang="en" dir="ltr">House rules</bdi>' not in missing.text


def test_receipt_brings_the_marked_page_back(site: Flask) -> None:
    receipt = shown(site).one("p", class_="receipt").one("a").attrs["href"]
    assert receipt is not None
    answer = ask(site, receipt)
    assert answer.headers["Content-Language"] == "fr, en"
    assert (
        page(answer).one("div", class_="body").text()
        == shown(site).one("div", class_="body").text()
    )


def test_part_that_was_translated_since_is_told_as_changed(own: Flask) -> None:
    with own.app_context():
        approve_waiting()
        policy.publish("fr")
    answer = ask(own, f"{PAGE}/changes/1..2")
    assert answer.headers["Content-Language"] == "fr, en"
    (change,) = page(answer).all("div", class_="change")
    assert (words(change.one("del")), spoken(change.one("del"))) == (WAITING, ("en", "ltr"))
    assert words(change.one("ins")) == policy.TRANSLATIONS["fr"][WAITING]
    assert spoken(change.one("ins")) == (None, None)
    assert len(shown(own).all("span", class_="mark")) == 6


def test_fallback_is_compared_with_the_live_source_like_any_other(own: Flask) -> None:
    with own.app_context():
        policy.import_source(NEWER.replace("from 9 to 17", "from 8 to 16"))
        policy.publish("en")
    (node,) = shown(own).all("p", class_="changed")
    assert node.attrs["class"] == "changed fallback"
    marks = [words(mark) for mark in node.all("span", class_="mark")]
    told = (NOT_APPROVED, "Changed in %(language)s")
    assert marks == [say(own, message, language="anglais") for message in told]


# --- Rules on pages ------------------------------------------------------------------------------


def test_source_only_leads_everybody_to_the_source(own: Flask) -> None:
    with own.app_context():
        rule(RuleKind.SOURCE_ONLY)
        with acting(editor("fr")) as act:
            operations.withdraw(act, SLUG, "fr", "Plus de traduction.")
    answer = ask(own, f"/{SLUG}", Accept_Language="fr")
    assert answer.headers["Location"] == f"/en/{SLUG}"


def notice(app: Flask, path: str = PAGE) -> list[str]:
    return [words(node) for node in shown(app, path).all("p", class_="authoritative")]


def test_authoritative_language_is_told_on_translations_only(own: Flask) -> None:
    assert notice(own) == []
    with own.app_context():
        rule(authoritative=True)
    assert notice(own) == [say(own, AUTHORITATIVE, language="anglais")]
    link = shown(own).one("p", class_="authoritative").one("a")
    assert (link.attrs["href"], link.attrs["hreflang"]) == (f"/en/{SLUG}", "en")
    assert notice(own, f"/en/{SLUG}") == []
    assert notice(own, f"{PAGE}/versions/1") == []
    with own.app_context():
        rule(authoritative=False)
    assert notice(own) == []


def test_authoritative_language_is_told_without_a_link_when_it_was_withdrawn(own: Flask) -> None:
    with own.app_context():
        rule(authoritative=True)
        with acting(editor("en")) as act:
            operations.withdraw(act, SLUG, "en", "It was wrong.")
    assert notice(own) == [say(own, AUTHORITATIVE, language="anglais")]
    assert shown(own).one("p", class_="authoritative").all("a") == []


def test_change_of_the_rule_publishes_the_pages_anew(own: Flask) -> None:
    serving: Serving = begun(own)
    publisher = own.extensions["panel_publisher"]
    first, index = ask(serving, PAGE), index_of(own)
    assert publisher.refresh() is False
    with own.app_context():
        rule(authoritative=True)
    assert publisher.refresh() is True
    after = ask(serving, PAGE)
    assert 'class="notice authoritative"' in after.text
    assert 'class="notice authoritative"' not in first.text
    assert first.headers["ETag"] != after.headers["ETag"]
    now = index_of(own)
    version = f"{PAGE}/versions/1"
    assert now["entries"][version] == index["entries"][version]
    assert publisher.refresh() is False


def receipt_of(app: Flask) -> str:
    href = shown(app).one("p", class_="receipt").one("a").attrs["href"]
    assert href is not None
    return href


def test_receipt_remembers_the_rule_of_its_page(own: Flask) -> None:
    plain = receipt_of(own)
    with own.app_context():
        rule(authoritative=True)
    ruled = receipt_of(own)
    assert re.fullmatch(rf"{plain}-r2", ruled)
    with own.app_context():
        rule(authoritative=False)
    assert receipt_of(own) == plain
    assert notice(own, plain) == []
    assert notice(own, ruled) == [say(own, AUTHORITATIVE, language="anglais")]
    assert receipt_of_page(own, ruled) == ruled
    # Neither unknown rules, nor other spellings of this one, nor rules that say nothing.
    for unknown in ("-r4", "-r999999", "-r", "-r1-r2", "-rx", "-r02", "-r002", "-r0000", "-r0"):
        assert ask(own, plain + unknown).status_code == 404, unknown
    source = receipt_of_page(own, f"/en/{SLUG}")
    for unknown in ("-r2", "-r0"):
        assert ask(own, f"{source}{unknown}").status_code == 404, unknown


def receipt_of_page(app: Flask, path: str) -> str | None:
    return shown(app, path).one("p", class_="receipt").one("a").attrs["href"]


def test_page_says_by_when_its_translation_is_promised(own: Flask) -> None:
    with own.app_context():
        rule(due_days=30)
    assert shown(own).all("section", class_="notice") == []
    with own.app_context():
        policy.import_source(NEWER.replace("30 days", "31 days"))
        row = policy.publish("en")
        found = queries.language(db.session, queries.document(db.session, SLUG), "fr").behind
        assert found is not None
        assert found.due is not None
        assert (found.due - row.effective_at).days == 30
        date = format_date(found.due, "long", "fr")
    promise = say(own, PROMISED, date=date)
    assert promise in words(shown(own))
    assert shown(own, f"/en/{SLUG}").all("section", class_="notice") == []
    receipt = receipt_of(own)
    with own.app_context():
        rule(due_days=None)
    assert promise not in words(shown(own))
    assert promise in words(shown(own, receipt))
    with own.app_context():
        rule(due_days=5)
        policy.translate("fr", {"31 days": "31 jours"})
        policy.approve("fr")
        policy.publish("fr")
    assert promise not in words(shown(own))
