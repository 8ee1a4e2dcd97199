"""Remembering what is approved, taking it back, and making the memory anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import operations, queries
from app.database import db, transaction
from app.models import MemoryEntry, MemoryKey, MemoryOrigin
from app.operations import MemoryRebuild
from tests.app.support_memory import found, offered
from tests.app.support_operations import HOURS, RULES, TITLE, dump, refused, target_of, unit
from tests.app.support_policy import (
    SLUG,
    SOURCE,
    TRANSLATIONS,
    acting,
    approve,
    editor,
    import_source,
    translate,
    translator,
)
from tests.app.test_queries_counts import counted
from workflows import memory

NEAR = HOURS.replace("17", "18")
TARGET = TRANSLATIONS["fr"][HOURS]
ED = editor("fr")


@pytest.fixture
def reviewed(house: Flask) -> Flask:
    """All of French is reviewed."""
    translate("fr")
    approve("fr")
    return house


def keys_of(language: str) -> int:
    return sum(len(memory.keys(source, "en", language)) for source in TRANSLATIONS[language])


# --- Remembering ---------------------------------------------------------------------------------


def test_what_is_approved_is_remembered_with_who_and_where(reviewed: Flask) -> None:
    (match,) = found(NEAR)
    assert (match.score, match.source, match.target) == (94, HOURS, TARGET)
    (origin,) = match.origins
    assert (origin.approved, origin.slug, origin.title) == (True, SLUG, "House rules")
    assert (origin.section, origin.key) == ("1", unit("fr").key)
    assert (origin.person, origin.at) == ("Editor fr", unit("fr").reviewed_at)
    assert offered(HOURS) == [(100, TARGET)]
    # Links are a part of a source: without them its text alone is not the same.
    rules = unit("fr", RULES)
    assert offered(RULES) == [(99, rules.target)]
    whole = queries.memory_matches(db.session, "en", "fr", RULES, rules.unit.source_digest)
    assert [match.exact for match in whole] == [True]


def test_what_waits_for_review_is_not_remembered(house: Flask) -> None:
    translate("fr")
    assert offered(HOURS) == []
    assert queries.memory_is_empty(db.session)


def test_memory_of_a_language_is_its_own(reviewed: Flask) -> None:
    assert offered(HOURS, "de") == []
    translate("de")
    approve("de")
    assert offered(HOURS, "de") == [(100, TRANSLATIONS["de"][HOURS])]
    assert offered(HOURS) == [(100, TARGET)]


def test_one_by_one_and_all_at_once_remember_the_same(house: Flask) -> None:
    translate("fr")
    translate("de")
    approve("fr")
    with acting(editor("de")) as act:
        view = queries.language(act.session, act.document(SLUG), "de")
        versions = {each.key: each.version for each in view.units}
        operations.approve_all(act, SLUG, "de", versions)
    rows = dump()
    for language in ("fr", "de"):
        entries = [row for row in rows["memory_entry"] if row["target_language"] == language]
        stored = {row["source"]: row["target"] for row in entries}
        assert stored == TRANSLATIONS[language]
        ids = {row["id"] for row in entries}
        assert sum(row["entry_id"] in ids for row in rows["memory_origin"]) == len(stored)
        keys = sum(row["entry_id"] in ids for row in rows["memory_key"])
        assert keys == keys_of(language)


def test_remembering_many_takes_as_many_statements_as_remembering_one(house: Flask) -> None:
    translate("fr")
    view = queries.language(db.session, queries.document(db.session, SLUG), "fr")
    versions = {each.key: each.version for each in view.units}
    first, *others = versions
    counts = []
    for keys in ([first], others):
        with counted() as statements, acting(ED) as act:
            operations.approve_all(act, SLUG, "fr", {key: versions[key] for key in keys})
        counts.append(sum("memory_" in statement for statement in statements))
    assert counts == [4, 4]


def test_refused_approval_remembers_nothing(house: Flask) -> None:
    translate("fr")
    with refused("version-conflict"), acting(ED) as act:
        key = unit("fr").key
        operations.approve_all(act, SLUG, "fr", {key: 1, unit("fr", TITLE).key: 7})


# --- Taking back ---------------------------------------------------------------------------------


def reopen(slug: str = SLUG) -> None:
    with acting(ED) as act:
        found = unit("fr", slug=slug)
        operations.reopen(act, slug, "fr", found.key, version=found.version, reason="Faux.")


def accept_another() -> None:
    with acting(translator("fr")) as act:
        candidate = operations.propose(act, SLUG, "fr", unit("fr").key, "Ouvert.")
    assert candidate is not None
    with acting(ED) as act:
        operations.accept(act, SLUG, "fr", candidate.id, version=unit("fr").version)


def save_again_and_return() -> None:
    """Reopened, saved anew as it was, and returned: what is withdrawn stays so."""
    reopen()
    translate("fr")
    with acting(ED) as act:
        found = unit("fr")
        operations.return_(act, SLUG, "fr", found.key, version=found.version, reason="Non.")


@pytest.mark.parametrize("take_back", [reopen, accept_another, save_again_and_return])
def test_pair_whose_approval_is_taken_back_is_not_offered(
    reviewed: Flask, take_back: Callable[[], None]
) -> None:
    take_back()
    assert offered(HOURS) == []
    # The others are, and the pair itself is kept with its past.
    assert offered(TITLE) == [(100, target_of("fr", TITLE))]
    rows = dump()
    (entry,) = (row for row in rows["memory_entry"] if row["source"] == HOURS)
    (origin,) = (row for row in rows["memory_origin"] if row["entry_id"] == entry["id"])
    assert origin["withdrawn_at"] is not None


def test_pair_that_is_approved_again_is_offered_again_and_stands_once(reviewed: Flask) -> None:
    reopen()
    translate("fr")
    approve("fr")
    (match,) = found(HOURS)
    (origin,) = match.origins
    assert origin.at == unit("fr").reviewed_at


def test_pair_is_offered_while_another_approval_of_it_stands(reviewed: Flask) -> None:
    import_source(slug="other-rules")
    translate("fr", slug="other-rules")
    approve("fr", slug="other-rules")
    (match,) = found(HOURS)
    assert [origin.slug for origin in match.origins] == [SLUG, "other-rules"]
    reopen()
    (match,) = found(HOURS)
    assert [origin.slug for origin in match.origins] == ["other-rules"]
    reopen("other-rules")
    assert offered(HOURS) == []


def test_pair_stays_when_its_source_moves_on_and_when_it_is_gone(reviewed: Flask) -> None:
    import_source(SOURCE.replace(HOURS, NEAR))
    assert offered(NEAR) == [(94, TARGET)]
    translate("fr", {NEAR: "Nous tenons cette maison de 9 à 18 heures."})
    assert offered(NEAR) == [(94, TARGET)]
    import_source(SOURCE.replace(HOURS, ""))
    (match,) = found(HOURS)
    (origin,) = match.origins
    assert (origin.slug, origin.section, origin.position) == (SLUG, "", 0)


def test_approval_for_another_source_leaves_the_earlier_pair(reviewed: Flask) -> None:
    """A proposal for an earlier source that takes the place of a reviewed text."""
    import_source(SOURCE.replace(HOURS, NEAR))
    with acting(translator("fr")) as act:
        target = "Nous tenons cette maison de 9 à 18 heures."
        candidate = operations.propose(act, SLUG, "fr", unit("fr", NEAR).key, target)
    import_source(SOURCE)
    assert candidate is not None
    with acting(ED) as act:
        operations.accept(act, SLUG, "fr", candidate.id, version=unit("fr").version)
    assert offered(HOURS) == [(100, TARGET)]


# --- Looking up ----------------------------------------------------------------------------------


def test_look_up_takes_the_same_three_statements_however_much_there_is(reviewed: Flask) -> None:
    translate("de")
    approve("de")
    for slug in ("other-rules", "third-rules"):
        import_source(slug=slug)
        translate("fr", slug=slug)
        approve("fr", slug=slug)
    counts = []
    for language in ("de", "fr"):
        with counted() as statements:
            (match,) = found(NEAR, language)
        counts.append((len(statements), len(match.origins)))
    assert counts == [(3, 1), (3, 3)]


def test_look_up_leaves_out_the_target_that_is_there(reviewed: Flask) -> None:
    assert found(HOURS, without=TARGET) == []
    assert len(found(HOURS, without="Autre")) == 1


@pytest.mark.parametrize("text", ["", " ", "\x00", "—", "x" * 70_000, "</strong>", "'; DROP TABLE"])
def test_look_up_of_anything_finds_nothing(reviewed: Flask, text: str) -> None:
    assert found(text) == []


# --- Making it anew ------------------------------------------------------------------------------


def memory_rows() -> tuple[set[Any], set[Any], int]:
    """The memory without numbers that the database gives."""
    rows = dump()
    names = {row["id"]: (row["source"], row["target"]) for row in rows["memory_entry"]}
    origins = {
        (names[row["entry_id"]], row["place"], row["person_id"], str(row["at"]))
        for row in rows["memory_origin"]
    }
    keys = {(names[row["entry_id"]], row["hash"]) for row in rows["memory_key"]}
    return origins, keys, len(rows["memory_origin"])


def rebuild() -> MemoryRebuild:
    with acting() as act:
        return operations.rebuild_memory(act)


def test_memory_of_an_upgraded_database_is_what_it_would_have_been(reviewed: Flask) -> None:
    import_source(SOURCE.replace(HOURS, NEAR))
    translate("fr", {NEAR: "Nous tenons cette maison de 9 à 18 heures."})
    approve("fr")
    before = memory_rows()
    with transaction() as session:
        for model in (MemoryKey, MemoryOrigin, MemoryEntry):
            session.execute(sa.delete(model))
    assert offered(HOURS) == []
    assert rebuild() == MemoryRebuild(20, 20, 0)
    assert memory_rows() == before
    rows = dump()
    assert rebuild() == MemoryRebuild(0, 0, 0)
    assert dump() == rows
    assert rows["history"][-1]["action"] == "memory.rebuilt"


def test_rebuild_leaves_what_was_taken_back_where_it_is(reviewed: Flask) -> None:
    reopen()
    assert rebuild() == MemoryRebuild(0, 0, 0)
    with transaction() as session:
        for model in (MemoryKey, MemoryOrigin, MemoryEntry):
            session.execute(sa.delete(model))
    assert rebuild() == MemoryRebuild(18, 18, 0)
    assert offered(HOURS) == []


def test_rebuild_mends_the_keys(reviewed: Flask) -> None:
    before = dump()
    with transaction() as session:
        session.execute(sa.update(MemoryKey).values(hash=MemoryKey.hash + 1))
    assert offered(HOURS) == []
    done = rebuild()
    assert (done.entries, done.approvals, done.keys > 100) == (0, 0, True)
    assert dump()["memory_key"] == before["memory_key"]


def test_rebuild_is_for_administrators(reviewed: Flask) -> None:
    with refused("not-permitted"), acting(ED) as act:
        operations.rebuild_memory(act)
