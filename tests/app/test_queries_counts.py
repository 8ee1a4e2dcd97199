"""Lists take the same number of queries however long they are, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from app import operations, queries
from app.database import db
from tests.app.support_filled import Filling
from tests.app.support_operations import unit
from tests.app.support_policy import (
    LANGUAGES,
    SLUG,
    acting,
    approve,
    begin,
    editor,
    import_source,
    publish,
    settings,
    translate,
    translator,
)
from workflows.review import Role

OTHERS = ("other-rules", "third-rules")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the block sends."""
    statements: list[str] = []

    def note(_c: sa.Connection, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def count(read: Callable[[], object]) -> int:
    """How many statements a reading takes from a session that knows nothing yet."""
    db.session.close()
    with counted() as statements:
        read()
    return len(statements)


def everything_of(view: queries.LanguageView) -> list[Any]:
    """Whatever a page could show of a language."""
    shown: list[Any] = [view.status, view.failing, view.signed, view.revision.document.slug]
    if view.sign_off:
        shown.append(view.sign_off.signed_by.name)
    if view.live:
        shown += [view.live.number, view.live.revision.number, view.live.document.slug]
    for found in view.units:
        shown += [found.links, found.previous_source, found.return_reason]
        shown += [user.name for user in (found.translated_by, found.reviewed_by) if user]
        shown += [(row.target, row.proposed_by.name) for row in found.candidates]
    return shown


def board(slugs: tuple[str, ...], languages: tuple[str, ...]) -> list[list[Any]]:
    documents = [queries.document(db.session, slug) for slug in slugs]
    return [everything_of(view) for view in queries.board(db.session, documents, languages)]


def fill() -> None:
    """Three documents with texts, proposals, reviews, sign-offs and releases."""
    begin()
    for slug in OTHERS:
        import_source(slug=slug)
    for slug in (SLUG, *OTHERS):
        publish("en", slug=slug)
        translate("fr", slug=slug)
        approve("fr", slug=slug)
        publish("fr", slug=slug)
        translate("de", slug=slug)
        with acting(translator("de")) as act:
            operations.propose(act, slug, "de", unit("de", slug=slug).key, "Offen.")
        with acting(editor("de")) as act:
            key = unit("de", slug=slug).key
            operations.return_(act, slug, "de", key, version=1, reason="Nein.")


@pytest.fixture
def shelf(filled: Filling) -> Iterator[Flask]:
    """The app in its context, with all of that."""
    app = filled(fill)
    with app.app_context():
        yield app


def test_board_takes_the_same_queries_for_more_documents_and_languages(shelf: Flask) -> None:
    languages = settings().languages
    assert len(languages) == 12
    # Each document is looked up by its slug first: that one query is not the board's.
    counts = {
        (len(slugs), len(tags)): count(lambda slugs=slugs, tags=tags: board(slugs, tags))  # type: ignore[misc]
        - len(slugs)
        for slugs in ((SLUG,), (SLUG, *OTHERS))
        for tags in (languages[:2], LANGUAGES, languages)
    }
    assert len(counts) == 6
    assert len(set(counts.values())) == 1, counts
    assert max(counts.values()) <= 9


def test_board_of_nothing_takes_no_query(shelf: Flask) -> None:
    assert count(lambda: board((), LANGUAGES)) == 0


def test_board_shows_what_there_is(shelf: Flask) -> None:
    shown = repr(board((SLUG, *OTHERS), LANGUAGES))
    for text in ("Offen.", "Nein.", "Translator de", "Editor fr"):
        assert text in shown


def test_export_takes_the_same_queries_for_a_full_and_an_empty_language(shelf: Flask) -> None:
    def export(tag: str) -> object:
        view = queries.language(db.session, queries.document(db.session, SLUG), tag)
        return queries.catalog_export(db.session, view)

    assert count(lambda: export("fr")) == count(lambda: export("ar"))


def test_people_take_the_same_queries_whatever_their_roles(shelf: Flask) -> None:
    def everybody() -> list[tuple[str, int]]:
        return [(user.email, len(user.grants)) for user in queries.users(db.session)]

    before = count(everybody)
    with acting() as act:
        for number in range(5):
            email = f"more-{number}@example.org"
            operations.add_user(act, email, "More")
            operations.grant(act, email, Role.EDITOR, "fr")
    assert count(everybody) == before


def test_history_takes_the_same_queries_however_long(shelf: Flask) -> None:
    def read(limit: int) -> list[str]:
        document = queries.document(db.session, SLUG)
        rows = queries.history(db.session, document, limit=limit)
        return [row.actor.name if row.actor else "" for row in rows]

    assert len(read(100)) > 50
    assert count(lambda: read(1)) == count(lambda: read(100))


def test_approving_everything_reads_a_fixed_number_of_times(house: Flask) -> None:
    """Reading is fixed; writing is a statement for many texts, their history and the memory."""
    translate("fr")
    versions = {
        found.key: found.version
        for found in queries.language(db.session, queries.document(db.session, SLUG), "fr").units
    }
    few = dict(list(versions.items())[:1])
    many = dict(list(versions.items())[1:])
    selects, writes = [], []
    for chosen in (few, many):
        with counted() as statements, acting(editor("fr")) as act:
            operations.approve_all(act, SLUG, "fr", chosen)
        selects.append(sum(statement.startswith("SELECT") for statement in statements))
        writes.append(len(statements) - selects[-1])
    assert selects[0] == selects[1]
    assert writes[0] == writes[1] <= 8
