"""``flask catalog``: a working catalog out, edited, and in again."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest
from flask import Flask

from tests.app import support_policy as policy
from tests.app.support_cli import Console
from tests.app.support_filled import Filling
from tests.app.support_policy import SLUG, TRANSLATIONS, editor, translator
from tests.support.catalogs import msgfmt_says

FR, EDITOR = translator("fr"), editor("fr")


def fill() -> None:
    """People and the small policy; French is translated and waits for review."""
    policy.begin()
    policy.translate("fr")


@pytest.fixture
def console(filled: Filling) -> Console:
    """Commands on a catalog that has something in it."""
    return Console(filled(fill))


@pytest.fixture
def file(console: Console, tmp_path: Path) -> Path:
    """The French catalog as exported."""
    path = tmp_path / "fr.po"
    console.good("catalog", "export", SLUG, "fr", "-o", path)
    return path


def change(file: Path, *pairs: tuple[str, str]) -> None:
    """Replace texts in a catalog, as an editor of text would."""
    text = file.read_text(encoding="utf-8")
    for old, new in pairs:
        assert f'msgstr "{old}"' in text
        text = text.replace(f'msgstr "{old}"', f'msgstr "{new}"')
    file.write_text(text, encoding="utf-8")


def targets(console: Console, language: str = "fr") -> dict[int, tuple[str, str]]:
    """State and target of every stored translation, by segment."""
    rows = console.dump()["translation"]
    return {r["segment_id"]: (r["state"], r["target"]) for r in rows if r["language"] == language}


# --- Out -----------------------------------------------------------------------------------------


def test_export_writes_a_file_or_standard_output(console: Console, tmp_path: Path) -> None:
    before = console.dump()
    path = tmp_path / "new folder" / "fr.po"
    said = console.good("catalog", "export", SLUG, "fr", "-o", path)
    assert said.out == f"{path}: 19 entries, revision 1.\n"
    assert console.good("catalog", "export", SLUG, "fr").raw == path.read_bytes()
    assert [each.name for each in path.parent.iterdir()] == ["fr.po"]
    assert console.dump() == before


def test_export_is_silent_under_msgfmt(console: Console) -> None:
    for language in ("fr", "ar", "de", "ja", "pt-BR", "zh-Hant"):
        raw = console.good("catalog", "export", SLUG, language).raw
        assert (language, *msgfmt_says(raw)) == (language, 0, "")


def test_export_holds_every_text_with_key_source_note_and_target(
    console: Console, file: Path
) -> None:
    segments = console.good("document", "show", SLUG, "--json").json["segments"]
    entries = list(polib.pofile(file.read_text(encoding="utf-8")))
    assert [(e.msgctxt, e.msgid, e.msgstr, e.fuzzy) for e in entries if not e.obsolete] == [
        (s["key"], s["text"], TRANSLATIONS["fr"][s["text"]], False) for s in segments
    ]
    assert entries[3].comment.splitlines()[0] == "Section 1, paragraph, 4 of 19"
    header = polib.pofile(file.read_text(encoding="utf-8")).metadata
    assert (header["Language"], header["X-Pinger-Revision"]) == ("fr", "1")
    assert header["Last-Translator"] == "Translator fr"


def test_export_names_whoever_translated_last(console: Console, file: Path) -> None:
    change(file, ("Règlement de la maison", "Le règlement"))
    console.good("catalog", "import", SLUG, "fr", file, "--as", EDITOR)
    text = console.good("catalog", "export", SLUG, "fr").out
    assert '"Last-Translator: Editor fr\\n"' in text


def test_export_marks_what_is_outdated(console: Console, tmp_path: Path) -> None:
    changed = tmp_path / "rules.md"
    changed.write_text(policy.SOURCE.replace("30 days", "60 days"), encoding="utf-8")
    console.good("document", "import", SLUG, changed)
    raw = console.good("catalog", "export", SLUG, "fr").raw
    assert msgfmt_says(raw) == (0, "")
    (entry,) = (e for e in polib.pofile(raw.decode()) if e.msgid == "60 days")
    assert (entry.msgstr, entry.fuzzy, entry.previous_msgid) == ("30 jours", True, "30 days")


def test_export_of_what_is_not_there_is_refused(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "out.po"
    for slug, language, said in (
        ("nothing", "fr", "Error: There is no document “nothing”."),
        (SLUG, "xx", "Error: “xx” is not a language of this site. The languages are: en, ar,"),
        (SLUG, "pt", "Error: “pt” is not a language of this site."),
        (SLUG, "en", "Error: en is the language this document is written in."),
    ):
        assert console.refused("catalog", "export", slug, language, "-o", path).startswith(said)
        assert not path.exists()


def test_export_where_nothing_can_be_written_is_refused(console: Console, file: Path) -> None:
    assert console.refused("catalog", "export", SLUG, "fr", "-o", file / "fr.po") == (
        f"Error: {file}: File exists.\n"
    )
    before = sorted(file.parent.iterdir())
    said = console.refused("catalog", "export", SLUG, "fr", "-o", file.parent)
    assert said.startswith("Error: ")
    assert sorted(file.parent.iterdir()) == before


# --- In ------------------------------------------------------------------------------------------


def test_import_of_an_untouched_file_changes_nothing(console: Console, file: Path) -> None:
    before = console.dump()
    said = console.good("catalog", "import", SLUG, "fr", file, "--as", FR)
    assert said.out == f"{SLUG} fr: 19 same.\n0 applied, 0 kept as proposals.\n"
    assert console.dump() == before


def test_import_applies_changes_with_one_history_row_each(console: Console, file: Path) -> None:
    before = console.dump()
    change(file, ("Règlement de la maison", "Le règlement"), ("Quoi", "Quelles données"))
    said = console.good("catalog", "import", SLUG, "fr", file, "--as", FR)
    assert said.out == f"{SLUG} fr: 17 same, 2 changed.\n2 applied, 0 kept as proposals.\n"
    after = console.dump()
    rows = after["history"][len(before["history"]) :]
    assert [(r["action"], r["after"]["target"]) for r in rows] == [
        ("translation.imported", "Le règlement"),
        ("translation.imported", "Quelles données"),
    ]
    assert ("translated", "Le règlement") in targets(console).values()
    again = console.good("catalog", "import", SLUG, "fr", file, "--as", FR)
    assert again.out == f"{SLUG} fr: 19 same.\n0 applied, 0 kept as proposals.\n"
    assert console.dump() == after


def test_import_of_a_new_language_fills_it(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "de.po"
    console.good("catalog", "export", SLUG, "de", "-o", path)
    catalog = polib.pofile(path.read_text(encoding="utf-8"))
    for entry in catalog:
        if not entry.obsolete:
            entry.msgstr = TRANSLATIONS["de"][entry.msgid]
    path.write_text(str(catalog), encoding="utf-8")
    said = console.run("catalog", "import", SLUG, "de", path, "--as", translator("de"))
    assert (said.code, said.out) == (
        0,
        f"{SLUG} de: 19 new.\n19 applied, 0 kept as proposals.\n",
    )
    assert sorted(target for _, target in targets(console, "de").values()) == sorted(
        TRANSLATIONS["de"].values()
    )


def test_import_never_overwrites_reviewed_text(
    console: Console, flask_app: Flask, file: Path
) -> None:
    with flask_app.app_context():
        policy.approve("fr")
    before = targets(console)
    change(file, ("Règlement de la maison", "Le règlement"))
    said = console.good("catalog", "import", SLUG, "fr", file, "--as", FR)
    assert said.out.splitlines()[1:] == [
        f"{SLUG} fr: 18 same, 1 candidate.",
        "0 applied, 1 kept as proposals.",
    ]
    assert said.out.startswith("candidate s")
    assert targets(console) == before
    (proposal,) = console.dump()["candidate"]
    assert (proposal["target"], proposal["state"]) == ("Le règlement", "open")
    console.good("catalog", "import", SLUG, "fr", file, "--as", FR)
    assert len(console.dump()["candidate"]) == 1


def test_import_never_empties_a_text(console: Console, file: Path) -> None:
    before, exported = console.dump(), file.read_bytes()
    for empty in ("", "   ", "\\n"):
        file.write_bytes(exported)
        change(file, ("Quoi", empty))
        arguments = ("catalog", "import", SLUG, "fr", file, "--as", FR)
        said = console.run(*arguments)
        assert said.code == 1
        assert "no text for 1 of the 19 segments" in said.err
        said = console.run(*arguments, "--emptied", 1)
        assert (said.code, said.out.splitlines()[1]) == (0, f"{SLUG} fr: 18 same, 1 emptied.")
        assert console.dump() == before


def test_import_names_what_is_wrong_and_takes_the_rest(console: Console, file: Path) -> None:
    change(
        file,
        ("Quoi", "Quelles données"),
        ("1 an", "2 ans"),
        (TRANSLATIONS["fr"][policy.TEXTS[1][0]], "Règles courtes."),
    )
    said = console.run("catalog", "import", SLUG, "fr", file, "--as", FR)
    assert said.code == 1
    assert said.out.splitlines()[-2:] == [
        f"{SLUG} fr: 16 same, 2 changed, 1 problem.",
        "2 applied, 0 kept as proposals.",
    ]
    errors = said.err.splitlines()
    assert [line.partition(" ")[0] for line in errors] == ["problem:", "problem:", "advice:"]
    # Key and line of the entry stand in front, so that it can be found.
    line = 1 + file.read_text(encoding="utf-8").split('msgstr "2 ans"')[0].count("\n")
    key = errors[2].split()[1]
    near = file.read_text(encoding="utf-8").splitlines()[line - 4 : line]
    assert f'msgctxt "{key}"' in near
    assert errors[2].endswith("The source says 1, the translation 2. Compare the numbers.")


def test_dry_run_writes_nothing_and_says_the_same(console: Console, file: Path) -> None:
    change(file, ("Quoi", "Quelles données"))
    before = console.dump()
    said = console.good("catalog", "import", SLUG, "fr", file, "--as", FR, "--dry-run")
    assert said.out == f"{SLUG} fr: 18 same, 1 changed.\nNothing was written (--dry-run).\n"
    assert console.dump() == before


def test_import_in_json(console: Console, file: Path) -> None:
    change(file, ("Quoi", "Quelles données"))
    arguments = ("catalog", "import", SLUG, "fr", file, "--as", FR, "--json")
    rehearsed = console.good(*arguments, "--dry-run").json
    done = console.good(*arguments).json
    assert (rehearsed.pop("dry_run"), done.pop("dry_run")) == (True, False)
    assert (rehearsed.pop("applied"), done.pop("applied")) == (0, 1)
    assert rehearsed == done
    (row,) = (row for row in done["rows"] if row["verdict"] == "changed")
    assert row == {
        "key": row["key"],
        "verdict": "changed",
        "line": row["line"],
        "source": "What",
        "ours": "Quoi",
        "theirs": "Quelles données",
        "problems": [],
    }
    assert done["counts"] == {
        **dict.fromkeys(
            ("new", "conflict", "candidate", "parted", "unknown", "emptied", "missing", "problem"),
            0,
        ),
        "same": 18,
        "changed": 1,
    }
    assert (done["document"], done["language"], done["proposed"]) == (SLUG, "fr", 0)


# --- Refusals ------------------------------------------------------------------------------------


def test_person_without_the_role_is_refused(console: Console, file: Path) -> None:
    change(file, ("Quoi", "Quelles données"))
    for email in (translator("de"), editor("ar"), policy.ADMINISTRATOR):
        for rehearsal in ([], ["--dry-run"]):
            said = console.refused("catalog", "import", SLUG, "fr", file, "--as", email, *rehearsal)
            assert said == (
                "Error: You don't have the role that this needs: translator (fr). "
                "Ask an administrator for it.\n"
            )


def test_unknown_person_is_refused(console: Console, file: Path) -> None:
    said = console.refused("catalog", "import", SLUG, "fr", file, "--as", "who@example.org")
    assert said == (
        "Error: Nobody here has the address “who@example.org”. "
        "“flask user list” names the people there are.\n"
    )


def test_import_as_nobody_is_refused(console: Console, file: Path) -> None:
    said = console.refused("catalog", "import", SLUG, "fr", file, code=2)
    assert said.splitlines()[-1] == "Error: Missing option '--as'."


def test_import_into_the_wrong_place_is_refused(console: Console, file: Path) -> None:
    for slug, language, email, code in (
        ("nothing", "fr", FR, "no-such-document"),
        (SLUG, "xx", FR, "unknown-language"),
        (SLUG, "en", editor("en"), "source-is-not-translated"),
        (SLUG, "de", FR, "not-permitted"),
        (SLUG, "de", translator("de"), "catalog-wrong-language"),
    ):
        arguments = ("catalog", "import", slug, language, file, "--as", email)
        assert console.refused(*arguments).startswith("Error: ")
        said = console.run(*arguments, "--json")
        assert (said.code, said.json["error"]["code"]) == (1, code)


def test_bad_catalog_is_refused(console: Console, file: Path) -> None:
    for data, code in (
        (b"\x1f\x8b\x08\x00", "catalog-other-format"),
        (b'msgid "a\n', "catalog-broken"),
        (
            b'msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "a"\nmsgstr "b"\n',
            "catalog-wrong-language",
        ),
        (b" " * (8 * 1024 * 1024 + 1), "catalog-too-large"),
    ):
        file.write_bytes(data)
        arguments = ("catalog", "import", SLUG, "fr", file, "--as", FR)
        assert console.refused(*arguments).startswith("Error: ")
        assert console.run(*arguments, "--json").json["error"]["code"] == code


def test_catalog_without_entries_takes_nothing_and_ends_with_an_error(
    console: Console, file: Path
) -> None:
    before = console.dump()
    file.write_bytes(b"")
    said = console.run("catalog", "import", SLUG, "fr", file, "--as", FR)
    assert (said.code, console.dump()) == (1, before)
    assert said.err.startswith("problem: There is not one entry in the catalog.")
    assert said.out == f"{SLUG} fr: 19 missing.\n0 applied, 0 kept as proposals.\n"


def test_catalog_of_another_document_is_refused(console: Console, file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace(f"Document: {SLUG}", "Document: terms")
    file.write_text(text, encoding="utf-8")
    assert console.refused("catalog", "import", SLUG, "fr", file, "--as", FR) == (
        f"Error: This is a catalog of “terms”, not of “{SLUG}”. "
        "Upload it where it belongs, or download the right one first.\n"
    )
