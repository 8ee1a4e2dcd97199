"""``flask document``: import, list, show."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.app.support_cli import Console
from tests.app.support_policy import SLUG, SOURCE, TEXTS
from tests.support.processes import ROOT
from workflows import segments
from workflows.alignment import Change

CHANGES = {str(change): 0 for change in Change}
WORDS = sum(segments.words(row[0]) for row in TEXTS)
SEED = ROOT.parent / "shared" / "seed" / "privacy-page.txt"


@pytest.fixture
def console(flask_app: Flask) -> Console:
    return Console(flask_app)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules.md"
    path.write_text(SOURCE, encoding="utf-8")
    return path


# --- Import --------------------------------------------------------------------------------------


def test_import_makes_the_first_revision(console: Console, file: Path) -> None:
    said = console.good("document", "import", SLUG, file)
    assert said.out == (
        f"{SLUG}: 19 segments in 3 sections; this is now revision 1.\nNext: flask status {SLUG}\n"
    )
    (document,) = console.dump()["document"]
    assert (document["slug"], document["title"], document["source_language"]) == (
        SLUG,
        "House rules",
        "en",
    )
    assert [row["action"] for row in console.dump()["history"]] == ["document.imported"]


def test_import_again_has_nothing_to_do(console: Console, file: Path) -> None:
    console.good("document", "import", SLUG, file)
    before = console.dump()
    said = console.good("document", "import", SLUG, file)
    assert (
        said.out == f"{SLUG}: 19 segments in 3 sections, the same as revision 1. Nothing to do.\n"
    )
    assert console.dump() == before


def test_import_of_a_changed_file_says_what_changed(console: Console, file: Path) -> None:
    console.good("document", "import", SLUG, file)
    changed = SOURCE.replace("9 to 17", "8 to 17").replace("1. your name;\n", "")
    file.write_text(changed + "\nWe never ask for it either.\n", encoding="utf-8")
    said = console.good("document", "import", SLUG, file)
    assert said.out == (
        f"{SLUG}: 19 segments in 3 sections; this is now revision 2.\n"
        "17 kept, 1 edited, 1 added, 1 removed.\n"
        "No translation has been begun.\n"
        f"Next: flask status {SLUG}\n"
    )


def test_dry_run_writes_nothing_and_shows_everything(console: Console, file: Path) -> None:
    before = console.dump()
    said = console.good("document", "import", SLUG, file, "--dry-run")
    assert console.dump() == before
    lines = said.out.splitlines()
    assert lines[-1] == f"{SLUG}: 19 segments in 3 sections; this would become revision 1."
    assert lines[:3] == [
        "   1 title       House rules",
        f"   2 paragraph   {TEXTS[1][0]}",
        "   3 heading 2   1 Who we are",
    ]
    console.good("document", "import", SLUG, file)
    before = console.dump()
    file.write_text(SOURCE.replace("30 days", "60 days"), encoding="utf-8")
    said = console.good("document", "import", SLUG, file, "--dry-run")
    assert said.out.splitlines()[-3:] == [
        f"{SLUG}: 19 segments in 3 sections; this would become revision 2.",
        "18 kept, 1 edited.",
        "No translation has been begun.",
    ]
    assert console.dump() == before


@pytest.mark.parametrize("rehearsal", [[], ["--dry-run"]])
def test_import_in_json(console: Console, file: Path, rehearsal: list[str]) -> None:
    said = console.good("document", "import", SLUG, file, "--json", *rehearsal).json
    texts = said.pop("segments")
    assert len(said.pop("blocks")) == 10
    assert [text["text"] for text in texts] == [row[0] for row in TEXTS]
    key = texts[1]["key"]
    assert texts[1] == {
        "key": key,
        "position": 2,
        "role": "paragraph",
        "section": "",
        "label": "",
        "text": TEXTS[1][0],
        "links": [{"number": 1, "href": "mailto:desk@example.org"}],
    }
    assert said == {
        "document": SLUG,
        "revision": 1,
        "dry_run": bool(rehearsal),
        "unchanged": False,
        "changes": CHANGES | {"added": 19},
        "relabelled": 0,
        "impact": {"languages": [], "back": 0, "new": 19, "words": WORDS, "removed": 0},
        "furniture": [],
        "problems": [],
    }


def test_import_takes_title_and_language(console: Console, file: Path) -> None:
    console.good("document", "import", SLUG, file, "--title", "Hausordnung", "--language", "de")
    assert console.good("document", "list", "--json").json == [
        {"slug": SLUG, "title": "Hausordnung", "language": "de", "revision": 1}
    ]


def test_bad_slug_is_refused(console: Console, file: Path) -> None:
    bad = ["House", "a", "-a", "a--b", "a_b", "a/b", "../a", "é", "static", "fr", "x" * 81]
    for slug in bad:
        assert console.refused("document", "import", "--", slug, file) == (
            f"Error: “{slug}” can't stand in an address. "
            "Use 2 to 80 lower-case letters a-z, digits and single hyphens.\n"
        )


def test_unknown_language_is_refused(console: Console, file: Path) -> None:
    said = console.refused("document", "import", SLUG, file, "--language", "xx")
    assert said.startswith("Error: “xx” is not a language of this site. The languages are: en, ar,")


def test_unreadable_content_is_refused(console: Console, file: Path) -> None:
    for data, code in (
        (b"", "empty-document"),
        (b"\xff\xfe\x00", "not-utf-8"),
        (b"# A\n\nb\x00c\n", "nul-byte"),
        (b"a" * (2 * 1024 * 1024 + 1), "source-too-large"),
    ):
        file.write_bytes(data)
        said = console.refused("document", "import", SLUG, file)
        assert said.startswith("Error: ")
        assert len(said.splitlines()) == 1
        answer = console.run("document", "import", SLUG, file, "--json")
        assert (answer.code, answer.json["error"]["code"], answer.err) == (1, code, said)


def test_missing_file_and_folder_are_refused(console: Console, tmp_path: Path) -> None:
    missing = console.refused("document", "import", SLUG, tmp_path / "no.md", code=2)
    assert missing.splitlines()[-1].endswith("no.md' does not exist.")
    folder = console.refused("document", "import", SLUG, tmp_path, code=2)
    assert folder.splitlines()[-1].endswith("is a directory.")


# --- The sentences of a page found on the web ----------------------------------------------------


@pytest.mark.skipif(not SEED.exists(), reason="the page that the seed holds is not beside us")
def test_seed_page_imports_with_six_sections(console: Console) -> None:
    said = console.run("document", "import", "seed", SEED, "--json")
    assert said.code == 0
    found = said.json
    headings = [s["label"] for s in found["segments"] if s["role"] == "heading"]
    assert headings == ["1", "2", "3", "4", "5", "6"]
    assert {piece["reason"] for piece in found["furniture"]} == {"navigation", "brand", "form"}
    texts = [s["text"] for s in found["segments"]]
    assert not [piece["text"] for piece in found["furniture"] if piece["text"] in texts]
    assert sum(s["role"] == "item" for s in found["segments"]) > 10
    assert not [problem for problem in found["problems"] if problem["blocking"]]
    shown = console.good("document", "show", "seed", "--json").json
    assert [s["text"] for s in shown["segments"]] == texts


@pytest.mark.skipif(not SEED.exists(), reason="the page that the seed holds is not beside us")
def test_advice_goes_to_standard_error(console: Console) -> None:
    said = console.run("document", "import", "seed", SEED)
    assert said.code == 0
    assert said.err
    assert all(line.startswith("advice: line ") for line in said.err.splitlines())
    assert "advice" not in said.out


# --- List and show -------------------------------------------------------------------------------


def test_list_without_documents_says_what_to_do(console: Console) -> None:
    assert console.good("document", "list").out == (
        "No documents yet. Next: flask document import SLUG FILE\n"
    )
    assert console.good("document", "list", "--json").json == []


def test_list_is_in_columns(console: Console, file: Path) -> None:
    console.good("document", "import", SLUG, file)
    console.good("document", "import", "terms", file, "--title", "Terms")
    assert console.good("document", "list").out.splitlines() == [
        "slug         title        language  revision",
        "house-rules  House rules  en        1",
        "terms        Terms        en        1",
    ]


def test_show_gives_every_text(console: Console, file: Path) -> None:
    made = console.good("document", "import", SLUG, file, "--json").json
    lines = console.good("document", "show", SLUG).out.splitlines()
    assert lines[0] == f"House rules ({SLUG}, en), revision 1"
    assert len(lines) == 20
    key = made["segments"][1]["key"]
    assert lines[2] == (
        f"   2 {key} paragraph These rules are short. Write to our desk with questions."
    )
    shown = console.good("document", "show", SLUG, "--json").json
    segments = [{k: v for k, v in s.items() if k != "links"} for s in made["segments"]]
    assert shown == {
        "slug": SLUG,
        "title": "House rules",
        "language": "en",
        "revision": 1,
        "segments": segments,
    }


def test_show_of_an_unknown_document_is_refused(console: Console) -> None:
    assert console.refused("document", "show", "nothing") == (
        "Error: There is no document “nothing”. "
        "“flask document list” names the documents there are.\n"
    )
    said = console.run("document", "show", "nothing", "--json")
    assert (said.code, said.json["error"]["details"]) == (1, {"slug": "nothing"})
