"""What visitors would read, looked at before it is decided."""

from __future__ import annotations

import pytest
from flask import Flask

from app import operations
from tests.app import support_policy as policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_operations import unit
from tests.app.support_policy import SLUG, acting, editor, translator
from tests.app.support_rules import MISSING, WAITING, approve_waiting, marked, partly
from tests.app.support_workbench import Node, page, signed_in, unchanged

ADDRESS = f"/workbench/{SLUG}/fr/preview"


def look(app: Flask) -> Node:
    with unchanged(app):
        return page(signed_in(app, editor("fr")).get(ADDRESS))


def fill_marked() -> None:
    """A marked French release, and one text more approved since."""
    marked()
    approve_waiting()


def fill_partly() -> None:
    """Most of French under the rule that wants all of it."""
    policy.people()
    partly()


def fill_waiting() -> None:
    """French translated and not reviewed."""
    policy.begin()
    policy.translate("fr")


def test_differences_are_those_that_visitors_will_find(filled: Filling) -> None:
    app = without_csrf(filled(fill_marked))
    shown = look(app)
    assert "Compared with release 1, which they read now." in shown.text()
    (gone,) = [one for one in shown.all("del") if one.text() == WAITING]
    new = policy.TRANSLATIONS["fr"][WAITING]
    (come,) = [one for one in shown.all("ins") if one.text() == new]
    assert (gone.attrs["lang"], come.attrs["lang"]) == ("en", "fr")
    assert "An editor has signed off exactly these texts" in shown.text()
    article = shown.one("article")
    assert (article.attrs["lang"], article.attrs["dir"]) == ("fr", "ltr")
    assert new in article.text()
    # The marks are in the language of the page, like those that visitors see.
    assert "Pas encore traduit" in article.text()
    assert MISSING[1] in article.text()
    with app.app_context():
        policy.publish("fr")
    shown = look(app)
    assert "The words are the same in both versions." in shown.text()
    assert "Release 2 already says exactly this." in shown.text()
    pair = page(app.test_client().get(f"/fr/{SLUG}/changes/1..2"))
    assert WAITING in [one.text() for one in pair.all("del")]


def test_page_without_a_text_is_none_yet(filled: Filling) -> None:
    shown = look(without_csrf(filled(fill_partly)))
    assert f"{len(MISSING)} segments have no text yet" in shown.text()
    assert shown.all("article") == []


def test_language_that_is_all_reviewed_is_looked_at_before_it_is_signed_off(
    filled: Filling,
) -> None:
    shown = look(without_csrf(filled(policy.reviewed)))
    assert "They read nothing in this language now." in shown.text()
    assert shown.one("article").text().startswith(policy.TRANSLATIONS["fr"]["House rules"])


def test_source_is_looked_at_before_anybody_has_signed_it_off(filled: Filling) -> None:
    app = without_csrf(filled(policy.begin))
    shown = page(signed_in(app, editor("en")).get(f"/workbench/{SLUG}/en/preview"))
    assert shown.one("article").text().startswith("House rules")


@pytest.mark.parametrize("who", [editor("de"), translator("de")])
def test_preview_is_for_those_of_the_language(filled: Filling, who: str) -> None:
    app = without_csrf(filled(fill_partly))
    assert signed_in(app, who).get(ADDRESS).status_code == 403


def test_markup_in_a_draft_is_text(filled: Filling) -> None:
    app = without_csrf(filled(fill_waiting))
    with app.app_context():
        found = unit("fr", WAITING)
        with acting(translator("fr")) as act:
            operations.save(
                act, SLUG, "fr", found.key, "<script>alert(1)</script>", version=found.version
            )
    html = signed_in(app, editor("fr")).get(ADDRESS).text
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html
