"""``flask glossary``: list, add, remove, export and import."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest
from flask import Flask

from tests.app import support_policy
from tests.app.support_cli import Console
from tests.app.support_policy import ADMINISTRATOR, SLUG, editor, translator
from tests.app.support_writes_glossary import EN, FR, HOUSE, NAME, add_house, file_of
from tests.support.catalogs import msgfmt_says
from workflows.glossary import Term, TermTranslation


@pytest.fixture
def console(flask_app: Flask) -> Console:
    """The commands, with people and one term."""
    with flask_app.app_context():
        support_policy.people()
        add_house()
    return Console(flask_app)


def test_terms_are_listed_added_and_removed(console: Console) -> None:
    console.good(
        "glossary", "add", "en", "personal data", "--as", ADMINISTRATOR, "--untranslated",
        "--definition", "Who you are.", "--part-of-speech", "noun",
        "--preferred", "fr", "données personnelles", "--admitted", "de", "Daten",
        "--forbidden", "fr", "data",
    )  # fmt: skip
    said = console.good("glossary", "list", "en")
    assert said.out.splitlines()[0].split() == ["TERM", "MARKS", "DEFINITION", "TRANSLATIONS"]
    assert "fr: données personnelles, not data" in said.out
    assert "de: ~Daten" in said.out
    (found,) = console.good("glossary", "list", "en", "--search", "DONNÉES", "--json").json
    assert found == {
        "term": "personal data",
        "definition": "Who you are.",
        "part_of_speech": "noun",
        "subject": "",
        "note": "",
        "case_sensitive": False,
        "untranslated": True,
        "translations": {
            "de": [{"text": "Daten", "usage": "admitted", "note": ""}],
            "fr": [
                {"text": "données personnelles", "usage": "preferred", "note": ""},
                {"text": "data", "usage": "forbidden", "note": ""},
            ],
        },
    }
    said = console.good("glossary", "remove", "en", " personal  data", "--as", EN)
    assert said.out == "Removed: personal data (en).\n"
    assert len(console.good("glossary", "list", "en", "--json").json) == 1


def test_refusals_say_what_is_wrong_and_change_nothing(console: Console) -> None:
    add = ("glossary", "add", "en")
    assert "has the term “house” already" in console.refused(*add, "house", "--as", EN)
    assert "don't have the role" in console.refused(*add, "a", "--as", translator("en"))
    assert "don't have the role" in console.refused(*add, "a", "--preferred", "fr", "b", "--as", EN)
    assert "“xx” is not a language" in console.refused("glossary", "list", "xx")
    assert "has no such term" in console.refused("glossary", "remove", "en", "b", "--as", EN)


def test_file_goes_out_and_in(console: Console, tmp_path: Path) -> None:
    for form in ("tbx", "tbx3"):
        path = tmp_path / f"{form}.tbx"
        said = console.good("glossary", "export", "en", "--format", form, "-o", path)
        assert said.out == f"{path}: 1 terms.\n"
        assert console.good("glossary", "export", "en", "--format", form).raw == path.read_bytes()
        before = console.dump()
        said = console.good("glossary", "import", "en", path, "--as", ADMINISTRATOR)
        assert (said.out, console.dump()) == ("en: 2 same.\n0 applied.\n", before)

    path = tmp_path / "new.tbx"
    moved = Term("en", "house", "Home.", translations={"fr": (TermTranslation("foyer"),)})
    path.write_bytes(file_of(moved, NAME))
    command = ("glossary", "import", "en", path, "--as", ADMINISTRATOR)
    before = console.dump()
    said = console.good(*command, "--dry-run")
    assert console.dump() == before
    assert said.out.splitlines() == [
        "conflict house (en, line 19), ours stays:",
        "  here: Where we live.",
        "  file: Home.",
        "conflict house (fr, line 19), ours stays:",
        "  here: fr: maison",
        "  file: fr: foyer",
        "en: 1 new, 2 conflict.",
        "Nothing was written (--dry-run).",
    ]
    assert console.good(*command).out.endswith("en: 1 new, 2 conflict.\n1 applied.\n")
    report = console.good(*command, "--theirs", "--json").json
    assert (report["applied"], report["counts"]["conflict"]) == (2, 2)
    assert report["rows"][1]["ours"]["translations"]["fr"][0]["text"] == "maison"
    (found, _name) = console.good("glossary", "list", "en", "--json").json
    assert (found["definition"], found["translations"]["fr"][0]["text"]) == ("Home.", "foyer")


def test_catalogs_tell_the_terms_of_each_text(console: Console) -> None:
    with console.app.app_context():
        support_policy.import_source()
    console.good(
        *("glossary", "add", "en", "names", "--as", ADMINISTRATOR, "--untranslated"),
        *("--forbidden", "fr", "noms"),
    )
    file = console.good("catalog", "export", SLUG, "fr").out
    notes = {entry.msgid: entry.comment.splitlines()[1:2] for entry in polib.pofile(file)}
    assert notes["House rules"] == ["Term: house = maison"]
    assert notes["Names"] == ["Term: names = names, not: noms"]
    assert not any("Term:" in line for line in notes["1 year"])
    assert msgfmt_says(file.encode()) == (0, "")


def test_import_that_leaves_something_out_ends_with_1(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "g.tbx"
    said = {"fr": (TermTranslation("nom"),), "ja": (TermTranslation("名"),)}
    path.write_bytes(file_of(HOUSE, Term("en", "name", translations=said)))
    done = console.run("glossary", "import", "en", path, "--as", FR)
    assert done.code == 1
    assert done.err.count("problem: name: You don't have the role") == 3
    path.write_bytes(b"<!DOCTYPE martif [<!ENTITY a 'b'>]><martif/>")
    error = console.refused("glossary", "import", "en", path, "--as", ADMINISTRATOR)
    assert "line 1: The file has a document type declaration" in error
    assert editor("en") == EN
