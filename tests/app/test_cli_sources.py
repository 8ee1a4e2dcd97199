"""``flask document align`` and ``export``, and importing what was exported."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.app.support_cli import Console
from tests.app.support_policy import (
    SLUG,
    SOURCE,
    approve,
    import_source,
    people,
    translate,
)
from workflows import sources

NEWER = (
    SOURCE.replace("17 o'clock", "18 o'clock")
    .replace("**short**. Write", "**short**.\n\nWrite")
    .replace("1. your name;\n", "")
)


@pytest.fixture
def console(flask_app: Flask) -> Console:
    return Console(flask_app)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text(SOURCE, encoding="utf-8")
    new.write_text(NEWER, encoding="utf-8")
    return old, new


def test_align_says_what_became_of_each_segment(console: Console, files: tuple[Path, Path]) -> None:
    said = console.good("document", "align", *files, "--json").json
    assert [row for row in said if row["kind"] != "kept"] == [
        {"kind": "split", "old": [1], "new": [1, 2], "score": 1.0},
        {"kind": "edited", "old": [3], "new": [4], "score": said[3]["score"]},
        {"kind": "removed", "old": [6], "new": [], "score": 0.0},
    ]
    assert 0.8 < said[3]["score"] < 1
    assert sorted(i for row in said for i in row["old"]) == list(range(19))
    assert [j for row in said for j in row["new"]] == list(range(19))


def test_align_shows_words_that_came_and_went(console: Console, files: tuple[Path, Path]) -> None:
    lines = console.good("document", "align", *files).out.splitlines()
    assert "We run this house from 9 to [-17-]{+18+} o'clock." in lines[3]
    assert lines[0].split()[:5] == ["kept", "1", "->", "1", "1.00"]


def test_align_of_a_file_with_itself_is_all_kept(
    console: Console, files: tuple[Path, Path]
) -> None:
    said = console.good("document", "align", files[0], files[0], "--json").json
    assert {row["kind"] for row in said} == {"kept"}


def test_align_needs_no_database(
    tmp_path: Path, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import create_app

    monkeypatch.setenv("PANEL_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/panel.db")
    monkeypatch.setenv("PANEL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PANEL_SECRET_KEY", "k" * 64)
    done = (
        create_app()
        .test_cli_runner()
        .invoke(args=["document", "align", str(files[0]), str(files[1])])
    )
    assert (done.exit_code, done.stderr) == (0, "")
    assert not (tmp_path / "nowhere").exists()


def test_align_refuses_what_it_cannot_read(console: Console, files: tuple[Path, Path]) -> None:
    files[1].write_bytes(b"%PDF-1.7")
    assert "PDF" in console.refused("document", "align", *files)


@pytest.mark.parametrize("form", ["md", "html"])
def test_export_imports_to_the_same_segments(
    console: Console, files: tuple[Path, Path], tmp_path: Path, form: str
) -> None:
    files[0].write_text(f"---\neffective: 2026-12-01\n---\n{SOURCE}", encoding="utf-8")
    console.good("document", "import", SLUG, files[0])
    path = tmp_path / f"out.{form}"
    said = console.good("document", "export", SLUG, "--format", form, "--output", path)
    assert said.out == f"{path}: revision 1 of {SLUG}.\n"
    assert console.good("document", "export", SLUG, "--format", form).raw == path.read_bytes()
    said = console.good("document", "import", SLUG, path)
    assert said.out == (
        f"{SLUG}: 19 segments in 3 sections, the same as revision 1. Nothing to do.\n"
    )
    assert sources.read(path.read_bytes(), name=path.name).effective == "2026-12-01"


def test_export_gives_earlier_revisions(console: Console, files: tuple[Path, Path]) -> None:
    for file in files:
        console.good("document", "import", SLUG, file)
    first = console.good("document", "export", SLUG, "--revision", 1).out
    assert ("17 o'clock" in first, "18 o'clock" in first) == (True, False)
    assert "18 o'clock" in console.good("document", "export", SLUG).out
    assert "There is no" in console.refused("document", "export", SLUG, "--revision", 3)


def test_import_tells_the_impact(console: Console, files: tuple[Path, Path]) -> None:
    with console.app.app_context():
        people()
        import_source()
        translate("fr")
        approve("fr")
    said = console.good("document", "import", SLUG, files[1], "--dry-run").out.splitlines()
    assert said[-2:] == [
        "1 language; 3 changed and 0 new for the translators; 19 words; nothing approved is lost.",
        "  fr: 16 reviewed texts stay valid; 3 segments, 19 words to do",
    ]
