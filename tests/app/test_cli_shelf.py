"""``flask catalog … --all``: every catalog into its file and back; templates; XLIFF by command."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path
from typing import Any

import polib
import pytest

from tests.app import support_policy as policy
from tests.app.support_cli import Console
from tests.app.support_filled import Filling
from tests.app.support_policy import ADMINISTRATOR, SLUG, TRANSLATIONS, translator
from tests.support.catalogs import msgfmt_says
from workflows import catalogs

FR = translator("fr")
OTHER = "other-rules"
TAGS = ("ar", "de", "es", "fr", "he", "hi", "ja", "pt-BR", "ru", "zh-Hans", "zh-Hant")
"""What the site translates into, by the setting of the tests."""
ALL = 2 * len(TAGS)


def two_documents() -> None:
    """Two documents; the first is translated into French and German."""
    policy.begin()
    policy.import_source("# Other rules\n\nBe kind.\n", slug=OTHER)
    policy.translate("fr")
    policy.translate("de")


@pytest.fixture
def console(filled: Filling) -> Console:
    """Commands on more than one document."""
    return Console(filled(two_documents))


@pytest.fixture
def shelf(console: Console, tmp_path: Path) -> Path:
    """A folder with every catalog."""
    folder = tmp_path / "shelf"
    console.good("catalog", "export", "--all", "--directory", folder)
    return folder


def paths(shelf: Path) -> list[str]:
    return sorted(str(path.relative_to(shelf)) for path in shelf.rglob("*") if path.is_file())


def stamps(shelf: Path) -> dict[str, int]:
    return {name: (shelf / name).stat().st_mtime_ns for name in paths(shelf)}


def fill(path: Path, targets: dict[str, str]) -> None:
    """Write targets by source, as a person with an editor would."""
    po = polib.pofile(str(path), wrapwidth=0)
    for entry in po:
        entry.msgstr = targets.get(entry.msgid, entry.msgstr)
    path.write_text(str(po), encoding="utf-8")


def test_every_catalog_gets_its_file(console: Console, shelf: Path) -> None:
    folders = [catalogs.locale_name(tag) for tag in TAGS]
    names = [f"{folder}/LC_MESSAGES/{slug}.po" for folder in folders for slug in (SLUG, OTHER)]
    assert paths(shelf) == sorted(names)
    single = console.good("catalog", "export", SLUG, "fr").raw
    assert (shelf / f"fr/LC_MESSAGES/{SLUG}.po").read_bytes() == single


def test_file_that_stays_the_same_is_not_touched(console: Console, shelf: Path) -> None:
    before = stamps(shelf)
    again = console.good("catalog", "export", "--all", "--directory", shelf)
    assert (again.out, stamps(shelf)) == (f"0 written, {ALL} unchanged.\n", before)
    fill(shelf / f"de/LC_MESSAGES/{OTHER}.po", {"Be kind.": "Sei nett."})
    said = console.good("catalog", "export", "--all", "--directory", shelf)
    assert said.out == f"{shelf}/de/LC_MESSAGES/{OTHER}.po\n1 written, {ALL - 1} unchanged.\n"
    after = stamps(shelf)
    assert [name for name in after if after[name] != before[name]] == [f"de/LC_MESSAGES/{OTHER}.po"]


def test_documents_and_languages_can_be_named(console: Console, tmp_path: Path) -> None:
    folder = tmp_path / "shelf"
    console.good("catalog", "export", "--all", OTHER, "--directory", folder)
    assert len(paths(folder)) == len(TAGS)
    console.good("catalog", "export", "--all", SLUG, "fr", "--directory", folder)
    assert len(paths(folder)) == len(TAGS) + 1
    assert "xx" in console.refused("catalog", "export", "--all", SLUG, "xx")
    assert "no document" in console.refused("catalog", "export", "--all", "nothing")


def test_shelf_comes_back_in(console: Console, shelf: Path) -> None:
    fill(shelf / f"fr/LC_MESSAGES/{OTHER}.po", {"Be kind.": "Sois gentil."})
    fill(shelf / f"fr/LC_MESSAGES/{SLUG}.po", {"What": "Quelle chose"})
    arguments = ("catalog", "import", "--all", "--directory", shelf, "--as", FR)
    before = console.dump()
    rehearsed = console.run(*arguments, "--dry-run", "--json")
    assert console.dump() == before
    done = console.run(*arguments)
    # French can be taken, the other languages are none of hers: each is named, nothing is lost.
    assert (rehearsed.code, done.code) == (1, 1)
    assert [report["document"] for report in rehearsed.json] == [SLUG, OTHER]
    assert f"{SLUG} fr: 18 same, 1 changed." in done.out
    assert f"{OTHER} fr: 1 new, 1 same." in done.out
    refused = [line for line in done.err.splitlines() if "role" in line]
    assert [line.split(": ")[1] for line in refused] == [
        f"{shelf}/{catalogs.locale_name(tag)}/LC_MESSAGES/{slug}.po"
        for slug in (SLUG, OTHER)
        for tag in TAGS
        if tag != "fr"
    ]
    once = console.dump()
    console.run(*arguments)
    assert console.dump() == once


def test_files_of_one_language_alone_come_in_without_complaint(
    console: Console, shelf: Path
) -> None:
    for name in paths(shelf):
        if not name.startswith("fr/"):
            (shelf / name).unlink()
    fill(shelf / f"fr/LC_MESSAGES/{OTHER}.po", {"Be kind.": "Sois gentil."})
    console.good("catalog", "import", "--all", "--directory", shelf, "--as", FR)


def test_broken_file_does_not_stop_the_others(console: Console, shelf: Path) -> None:
    (shelf / f"fr/LC_MESSAGES/{SLUG}.po").write_bytes(b"<<<<<<< ours\n")
    fill(shelf / f"fr/LC_MESSAGES/{OTHER}.po", {"Be kind.": "Sois gentil."})
    said = console.run("catalog", "import", "--all", OTHER, "--directory", shelf, "--as", FR)
    assert f"{OTHER} fr: 1 new, 1 same." in said.out
    said = console.run("catalog", "import", "--all", "--directory", shelf, "--as", FR)
    assert said.code == 1
    assert f"fr/LC_MESSAGES/{SLUG}.po: line 1: There is a mark of an unfinished merge" in said.err
    assert f"{OTHER} fr: 2 same." in said.out


@pytest.mark.parametrize("kind", ["folder", "link to nothing", "link to itself", "forbidden"])
def test_file_that_cannot_be_read_does_not_stop_the_others(
    console: Console, shelf: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shelf / f"fr/LC_MESSAGES/{SLUG}.po"
    fill(shelf / f"fr/LC_MESSAGES/{OTHER}.po", {"Be kind.": "Sois gentil."})
    if kind == "forbidden":
        opened = Path.open

        def refuse(self: Path, *arguments: Any, **options: Any) -> Any:
            if self == path:
                raise PermissionError(errno.EACCES, "Permission denied", str(self))
            return opened(self, *arguments, **options)

        monkeypatch.setattr(Path, "open", refuse)
    else:
        path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind.startswith("link"):
        path.symlink_to(path.name if kind == "link to itself" else "nowhere.po")
    said = console.run("catalog", "import", "--all", "--directory", shelf, "--as", FR)
    assert said.code == 1
    assert f"problem: {path}: " in said.err
    assert f"{OTHER} fr: 1 new, 1 same." in said.out


def test_pipe_on_the_shelf_is_not_waited_for(console: Console, shelf: Path) -> None:
    path = shelf / f"fr/LC_MESSAGES/{SLUG}.po"
    path.unlink()
    os.mkfifo(path)
    said = console.run("catalog", "import", "--all", "--directory", shelf, "--as", FR)
    assert f"{OTHER} fr: 2 same." in said.out


def test_file_that_cannot_be_written_does_not_stop_the_others(
    console: Console, tmp_path: Path
) -> None:
    folder = tmp_path / "shelf"
    taken = folder / f"de/LC_MESSAGES/{SLUG}.po"
    taken.mkdir(parents=True)
    (folder / "fr").write_bytes(b"")
    said = console.run("catalog", "export", "--all", "--directory", folder)
    assert said.code == 1
    assert f"problem: {taken}: Is a directory." in said.err
    assert f"problem: {folder}/fr/LC_MESSAGES/{OTHER}.po: Not a directory." in said.err
    assert said.out.endswith(f"{ALL - 3} written, 0 unchanged.\n")
    # Nothing is left of what could not be put in its place.
    assert list(taken.parent.glob(f".{SLUG}*")) == []


def test_interface_catalogs_are_left_alone(console: Console, tmp_path: Path) -> None:
    with console.app.app_context():
        policy.import_source("# Messages\n\nHello.\n", slug="messages")
    folder = tmp_path / "shelf"
    said = console.run("catalog", "export", "--all", "--directory", folder)
    assert "words of the interface" in said.err
    assert len(paths(folder)) == ALL
    assert not list(folder.rglob("messages.po"))


def test_command_wants_a_document_or_all(console: Console) -> None:
    assert console.run("catalog", "export", SLUG).code == 2
    assert console.run("catalog", "import", SLUG, "fr", "--as", ADMINISTRATOR).code == 2


# --- Templates -----------------------------------------------------------------------------------


def test_template_begins_a_new_language(console: Console, tmp_path: Path) -> None:
    pot, po = tmp_path / "house-rules.pot", tmp_path / "ar.po"
    console.good("catalog", "template", SLUG, "-o", pot)
    made = polib.pofile(str(pot))
    assert [entry.msgid for entry in made if not entry.obsolete] == [row[0] for row in policy.TEXTS]
    assert {entry.msgstr for entry in made if not entry.obsolete} == {""}
    subprocess.run(
        ["msginit", "--no-translator", "--locale=ar", "-i", pot, "-o", po],
        check=True,
        capture_output=True,
    )
    fill(po, {source: target for source, target in TRANSLATIONS["ar"].items() if source != "What"})
    assert msgfmt_says(po.read_bytes())[0] == 0
    said = console.good("catalog", "import", SLUG, "ar", po, "--as", translator("ar"))
    assert f"{SLUG} ar: 18 new, 1 same." in said.out


def test_template_is_stable_and_needs_a_document(console: Console) -> None:
    first = console.good("catalog", "template", SLUG).raw
    assert first == console.good("catalog", "template", SLUG).raw
    assert "no document" in console.refused("catalog", "template", "nothing")


# --- XLIFF ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "version"),
    [
        ("fr.xlf", (), "2.1"),
        ("fr.xliff", (), "2.1"),
        ("fr.txt", ("--format", "xliff-1.2"), "1.2"),
        ("fr.xlf", ("--format", "xliff-1.2"), "1.2"),
    ],
)
def test_xliff_goes_out_and_comes_in(
    console: Console, tmp_path: Path, name: str, options: tuple[str, ...], version: str
) -> None:
    path = tmp_path / name
    said = console.good("catalog", "export", SLUG, "fr", "-o", path, *options)
    assert said.out == f"{path}: 19 entries, revision 1.\n"
    data = path.read_bytes()
    assert f'version="{version}"'.encode() in data
    before = console.dump()
    said = console.good("catalog", "import", SLUG, "fr", path, "--as", FR)
    assert said.out.startswith(f"{SLUG} fr: 19 same.")
    assert console.dump() == before
    path.write_bytes(data.replace(b"Quoi<", b"Quelle chose<"))
    said = console.good("catalog", "import", SLUG, "fr", path, "--as", FR)
    assert said.out.startswith(f"{SLUG} fr: 18 same, 1 changed.")


def test_xliff_for_another_document_is_refused(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "fr.xlf"
    console.good("catalog", "export", SLUG, "fr", "-o", path)
    said = console.refused("catalog", "import", OTHER, "fr", path, "--as", FR)
    assert SLUG in said
    said = console.refused("catalog", "import", SLUG, "de", path, "--as", translator("de"))
    assert "it is in fr" in said


def test_formats_are_those_of_the_core() -> None:
    assert catalogs.FORMATS == {"po": ".po", "xliff-2.1": ".xlf", "xliff-1.2": ".xlf"}
