"""Terms in the database, and imports that keep what people wrote, on both databases."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app import operations, queries
from app.database import db
from tests.app.support_operations import HOURS, dump, exported, filled, refused, unchanged, unit
from tests.app.support_policy import ADMINISTRATOR, SLUG, acting, editor, translator
from tests.app.support_workbench import statements
from tests.app.support_writes_glossary import EN, FR, HOUSE, NAME, SAID, add_house, file_of
from workflows.glossary import Term, TermTranslation, Usage, Verdict
from workflows.review import Role


def stored(*tags: str) -> list[Term]:
    """The terms there are now, without their ids."""
    db.session.close()
    found = queries.terms(db.session, "en", tags or None)
    return [Term(**{**vars(term), "id": 0}) for term in found]


def id_of(text: str) -> tuple[int, int]:
    """Id and version of a term."""
    db.session.close()
    (row,) = (row for row in queries.stored_terms(db.session, "en") if row.text == text)
    return row.id, row.version


def bring(data: bytes, by: str = ADMINISTRATOR, **more: bool) -> operations.GlossaryImport:
    with acting(by) as act:
        return operations.import_glossary(act, "en", data, **more)


def last() -> dict[str, Any]:
    """The newest row of history."""
    return dump()["history"][-1]


def test_term_lives_from_the_first_word_to_its_removal(house: Flask) -> None:
    with acting(EN) as act:
        operations.add_term(act, Term("en", "  our   house ", "Where\nwe live.", "noun"))
    id_, version = id_of("our house")
    with acting(FR) as act:
        operations.translate_term(act, id_, "fr", SAID, version=version)
    said = {"fr": SAID}
    assert stored() == [Term("en", "our house", "Where\nwe live.", "noun", translations=said)]
    assert stored("de") == [Term("en", "our house", "Where\nwe live.", "noun")]
    row = last()
    assert (row["before"]["translations"], row["after"]) == (
        {},
        {
            "term": id_,
            "text": "our house",
            "translations": {
                "fr": [["nom", "preferred", ""], ["appellation", "forbidden", ""]],
            },
        },
    )
    # Whoever has the old page open changes nothing.
    with refused("version-conflict"), acting(FR) as act:
        operations.translate_term(act, id_, "fr", (), version=version)
    swapped = (TermTranslation("appellation"), TermTranslation("nom", Usage.ADMITTED, "rare"))
    with acting(FR) as act:
        operations.translate_term(act, id_, "fr", swapped, version=version + 1)
    with acting(EN) as act:
        new = Term("en", "house", "Where we live.", case_sensitive=True)
        operations.change_term(act, id_, new, version=version + 2)
    assert stored() == [Term(**{**vars(new), "translations": {"fr": swapped}})]
    assert last()["before"]["text"] == "our house"
    with acting(ADMINISTRATOR) as act:
        operations.remove_term(act, id_, version=version + 3)
    assert stored() == []
    assert last()["before"]["translations"]["fr"][0] == ["appellation", "preferred", ""]
    with refused("no-such-term"), acting(EN) as act:
        operations.remove_term(act, id_, version=version + 4)
    # Added again it is a new beginning; a term that takes its name may have it.
    with acting(EN) as act:
        operations.add_term(act, Term("en", "house", "A building."))
        assert operations.add_term(act, NAME).text == "name"
    assert [term.definition for term in stored()] == ["A building.", NAME.definition]
    with refused("term-exists"), acting(EN) as act:
        operations.change_term(act, id_, NAME, version=id_of("house")[1])
    with acting(EN) as act:
        operations.remove_term(act, id_of("name")[0], version=id_of("name")[1])
    with acting(EN) as act:
        operations.change_term(act, id_, NAME, version=id_of("house")[1])
    assert [term.text for term in stored()] == ["name"]


def test_translations_are_given_by_editors_of_their_language(house: Flask) -> None:
    with refused("not-permitted"), acting(EN) as act:
        operations.add_term(act, HOUSE)
    with acting() as act:
        operations.grant(act, EN, Role.EDITOR, "fr")
    with acting(EN) as act:
        operations.add_term(act, HOUSE)
    assert stored() == [HOUSE]


def test_import_keeps_what_people_wrote(house: Flask) -> None:
    name = Term("en", "name", "Old.", translations={"fr": SAID, "de": (TermTranslation("Name"),)})
    with unchanged():
        report = bring(file_of(HOUSE, name), dry_run=True)
    assert (report.counts["new"], report.applied) == (5, 0)
    assert bring(file_of(HOUSE, name)).applied == 5
    assert stored() == [HOUSE, name]
    with unchanged():
        assert bring(file_of(HOUSE, name)).counts["same"] == 5
    # Somebody works here, and the file moves on.
    id_, version = id_of("name")
    mine = (TermTranslation("prénom"),)
    with acting(FR) as act:
        operations.translate_term(act, id_, "fr", mine, version=version)
    with unchanged():
        assert bring(file_of(HOUSE, name)).counts["same"] == 5
    newer = {"fr": (TermTranslation("dénomination"),), "de": (TermTranslation("Bezeichnung"),)}
    moved = Term("en", "name", "New.", translations=newer)
    report = bring(file_of(moved))
    assert {row.language: row.verdict for row in report.rows} == {
        "": Verdict.CHANGED,
        "de": Verdict.CHANGED,
        "fr": Verdict.CONFLICT,
    }
    assert report.applied == 2
    (_house, found) = stored()
    assert (found.definition, found.translations["fr"]) == ("New.", mine)
    assert found.translations["de"] == newer["de"]
    with unchanged():
        assert bring(file_of(moved)).counts["conflict"] == 1
    report = bring(file_of(moved), theirs=True)
    assert (report.counts["conflict"], report.applied) == (1, 1)
    assert stored()[1].translations["fr"] == newer["fr"]
    row = last()
    assert (row["action"], row["language"]) == ("term.imported", "fr")
    assert row["before"]["translations"]["fr"] == [["prénom", "preferred", ""]]


def test_import_brings_nothing_back_that_was_removed_unless_asked(house: Flask) -> None:
    bring(file_of(HOUSE))
    id_, version = id_of("house")
    with acting(EN) as act:
        operations.remove_term(act, id_, version=version)
    with unchanged():
        bring(file_of(HOUSE))
        other = Term("en", "house", "Another.", translations={"de": (TermTranslation("Haus"),)})
        report = bring(file_of(other))
    assert report.counts["conflict"] == 2
    bring(file_of(other), theirs=True)
    assert stored() == [other]


def test_import_takes_what_the_person_may_write(house: Flask) -> None:
    bring(file_of(Term("en", "house", "Where we live.")))
    named = Term(
        "en", "house", "H.", translations={"de": (TermTranslation("Haus"),), **HOUSE.translations}
    )
    report = bring(file_of(named, NAME), by=FR)
    assert [(row.term, row.language, row.verdict) for row in report.rows] == [
        ("house", "", Verdict.PROBLEM),
        ("house", "de", Verdict.PROBLEM),
        ("house", "fr", Verdict.NEW),
        ("name", "", Verdict.PROBLEM),
    ]
    assert {p.code for row in report.rows for p in row.problems} == {"not-permitted"}
    assert (report.applied, stored()) == (1, [HOUSE])
    with refused("not-permitted"):
        bring(b"never read", by=translator("fr"))


def test_catalog_import_gives_the_advice_of_the_glossary(house: Flask) -> None:
    with acting(ADMINISTRATOR) as act:
        operations.add_term(act, HOUSE)
    po = filled(exported("fr"), {HOURS: "Nous tenons ce lieu de 9 à 17 heures."})
    with acting(translator("fr")) as act:
        report = operations.import_catalog(act, SLUG, "fr", po)
    (row,) = (row for row in report.rows if row.theirs)
    assert [(p.code, p.blocking) for p in row.problems] == [("term-missing", False)]
    assert (report.applied, unit("fr").target) == (1, row.theirs)


def test_reading_takes_the_same_statements_however_much_there_is(house: Flask) -> None:
    add_house()

    def read() -> None:
        db.session.close()
        queries.terms(db.session, "en", ["fr"])
        queries.finders(db.session, {"en": [HOURS, "a name of a town"]}, ["fr"])
        queries.stored_terms(db.session, "en")

    few = len(statements(house, read))
    bring(file_of(*(Term("en", f"{w} of a town", translations={"fr": SAID}) for w in "abc"), NAME))
    assert len(statements(house, read)) == few == 5
    # More ids than either database takes in one statement.
    (named, *_others) = queries.terms(db.session, "en")
    assert queries.terms(db.session, "en", ids=set(range(named.id, 300_000)) | {named.id})
    assert queries.terms(db.session, "en", ids=set(range(300_000, 600_000))) == []
    assert editor("fr") == FR
