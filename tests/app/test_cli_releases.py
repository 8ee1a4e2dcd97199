"""``flask status`` and ``flask release``: how far a language is, and what becomes of it."""

from __future__ import annotations

import gettext
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from app import operations
from tests.app import support_policy as policy
from tests.app.support_cli import Console
from tests.app.support_filled import Filling
from tests.app.support_policy import SLUG, TEXTS, TRANSLATIONS, editor, translator
from tests.support.processes import ROOT
from workflows import release as core

EDITOR = editor("fr")


def fill() -> None:
    """People and the small policy: French reviewed, German waiting, Arabic untouched."""
    policy.begin()
    policy.translate("fr")
    policy.approve("fr")
    policy.translate("de")


@pytest.fixture
def console(filled: Filling) -> Console:
    """Commands on languages in each status before a release."""
    return Console(filled(fill))


@pytest.fixture
def published(console: Console) -> Console:
    """The same, with French live."""
    console.good("release", "sign-off", SLUG, "fr", "--as", EDITOR)
    console.good("release", "publish", SLUG, "fr", "--as", EDITOR)
    return console


def status(console: Console, language: str) -> tuple[str, bool, list[tuple[str, int]]]:
    """Status, whether it is outdated, and why."""
    rows = console.good("status", SLUG, "--json").json
    (row,) = (row for row in rows if row["language"] == language)
    return row["status"], row["outdated"], [(why["code"], why["count"]) for why in row["why"]]


# --- Status --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [("release", "list", "\udcff"), ("release", "show", "--receipt", "\udcff" * 16)]
)
def test_argument_that_is_no_text_is_refused(console: Console, command: tuple[str, ...]) -> None:
    said = console.refused(*command)
    assert said.startswith("Error: '\\udcff")
    assert said.endswith("' is no text in UTF-8. Write it anew.\n")


def test_status_shows_every_language_and_why(console: Console) -> None:
    lines = console.good("status", SLUG).out.splitlines()
    assert lines[:5] == [
        "document     language  status       reviewed  why",
        "house-rules  en        ready        19/19     not signed off",
        "house-rules  ar        not-started  0/19      19 without a translation",
        "house-rules  de        in-review    0/19      19 wait for review",
        "house-rules  es        not-started  0/19      19 without a translation",
    ]
    assert len(lines) == 13
    assert console.good("status").out.splitlines() == lines


def test_status_in_json(console: Console) -> None:
    rows = console.good("status", "--json").json
    assert rows[2] == {
        "document": SLUG,
        "language": "de",
        "revision": 1,
        "status": "in-review",
        "outdated": False,
        "total": 19,
        "counts": {"initial": 0, "needs-editing": 0, "translated": 19, "reviewed": 0},
        "words_left": 0,
        "live": None,
        "scheduled": [],
        "stands_in_source": 0,
        "lag_days": None,
        "due": None,
        "overdue": False,
        "withdrawn": False,
        "why": [{"code": "waiting-for-review", "count": 19}],
    }
    assert rows[1]["words_left"] == 67
    assert [row["language"] for row in rows][:3] == ["en", "ar", "de"]


def test_status_of_nothing_says_what_to_do(flask_app: Flask) -> None:
    console = Console(flask_app)
    assert console.good("status").out == (
        "No documents yet. Next: flask document import SLUG FILE\n"
    )
    assert console.good("status", "--json").json == []
    assert console.refused("status", "nothing").startswith("Error: There is no document “nothing”.")


def test_status_follows_a_language_to_its_release_and_beyond(
    console: Console, tmp_path: Path
) -> None:
    assert status(console, "fr") == ("ready", False, [("not-signed-off", 0)])
    console.good("release", "sign-off", SLUG, "fr", "--as", EDITOR)
    assert status(console, "fr") == ("signed-off", False, [("not-published", 0)])
    console.good("release", "publish", SLUG, "fr", "--as", EDITOR)
    assert status(console, "fr") == ("published", False, [("live", 1)])
    changed = tmp_path / "rules.md"
    changed.write_text(policy.SOURCE.replace("30 days", "60 days"), encoding="utf-8")
    console.good("document", "import", SLUG, changed)
    assert status(console, "fr") == ("in-translation", True, [("outdated", 1), ("live", 1)])
    line = console.good("status", SLUG).out.splitlines()[5]
    assert re.split(r"\s{2,}", line) == [
        SLUG,
        "fr",
        "in-translation, outdated",
        "18/19",
        "1 changed in the source since; release 1 is live",
    ]


def test_better_translation_does_not_make_a_release_outdated(
    published: Console, flask_app: Flask
) -> None:
    with flask_app.app_context(), policy.acting(EDITOR) as act:
        key = _key(published, "What")
        operations.reopen(act, SLUG, "fr", key, version=2, reason="It is too short.")
    with flask_app.app_context(), policy.acting(translator("fr")) as act:
        operations.save(act, SLUG, "fr", key, "Quelles données", version=3)
    assert status(published, "fr") == ("in-review", False, [("waiting-for-review", 1), ("live", 1)])


def _key(console: Console, text: str) -> str:
    segments = console.good("document", "show", SLUG, "--json").json["segments"]
    (key,) = (segment["key"] for segment in segments if segment["text"] == text)
    return str(key)


# --- Sign-off and publication --------------------------------------------------------------------


def test_sign_off_and_publish(console: Console) -> None:
    signed = console.good("release", "sign-off", SLUG, "fr", "--as", EDITOR).out.splitlines()
    assert signed[0].startswith(f"{SLUG} fr is signed off at ")
    assert signed[1] == f"Next: flask release publish {SLUG} fr --as {EDITOR}"
    live = console.good("release", "publish", SLUG, "fr", "--as", EDITOR).out
    (row,) = console.dump()["release"]
    assert live == f"{SLUG} fr release 1 is live: {row['digest']}\n"
    assert row["digest"] == sha256(row["manifest"].encode()).hexdigest()


def test_sign_off_twice_is_signing_off_once(console: Console) -> None:
    first = console.good("release", "sign-off", SLUG, "fr", "--as", EDITOR)
    before = console.dump()
    assert console.good("release", "sign-off", SLUG, "fr", "--as", EDITOR) == first
    assert console.dump() == before


def test_refusals_name_what_is_missing(console: Console) -> None:
    def refused(verb: str, language: str, email: str, slug: str = SLUG) -> str:
        return console.refused("release", verb, slug, language, "--as", email)

    assert refused("publish", "fr", EDITOR) == (
        "Error: These conditions of publishing are not met yet: signed-off. "
        "The checklist names the texts that keep them open.\n"
    )
    assert "not met yet: reviewed, signed-off." in refused("publish", "de", editor("de"))
    assert "not met yet: complete, reviewed, signed-off." in refused("publish", "ar", editor("ar"))
    assert refused("sign-off", "de", editor("de")) == (
        "Error: 19 segments are not reviewed yet, so there is nothing to sign off. "
        "Review them first.\n"
    )
    for verb in ("sign-off", "publish"):
        for email in (translator("fr"), editor("de"), policy.ADMINISTRATOR):
            said = refused(verb, "fr", email)
            assert said.startswith("Error: You don't have the role that this needs: editor (fr).")
        assert refused(verb, "fr", "who@example.org").startswith("Error: Nobody here has")
        assert refused(verb, "xx", EDITOR).startswith("Error: “xx” is not a language of this site.")
        assert refused(verb, "fr", EDITOR, "nothing").startswith("Error: There is no document")


def test_publish_again_has_nothing_to_publish(published: Console) -> None:
    assert published.refused("release", "publish", SLUG, "fr", "--as", EDITOR) == (
        "Error: Release 1 already says exactly this. There is nothing to do.\n"
    )


# --- List ----------------------------------------------------------------------------------------


def test_list_of_releases(published: Console) -> None:
    (stored,) = published.dump()["release"]
    (row,) = published.good("release", "list", SLUG, "--json").json
    at = row.pop("published")
    assert at.endswith("+00:00")
    assert row == {
        "language": "fr",
        "number": 1,
        "kind": "release",
        "revision": 1,
        "effective": at,
        "state": "live",
        "by": "Editor fr",
        "digest": stored["digest"],
    }
    lines = published.good("release", "list", SLUG, "fr").out.splitlines()
    columns = "language number kind revision published effective state by digest"
    assert lines[0].split() == columns.split()
    assert lines[1].split()[0] == "fr"
    assert published.good("release", "list", SLUG, "de").out == (
        f"{SLUG} has no release in de yet.\n"
    )
    assert published.good("release", "list", SLUG, "de", "--json").json == []
    assert published.refused("release", "list", "nothing").startswith("Error: There is no document")


def test_receipt_shows_its_release(published: Console) -> None:
    (row,) = published.good("release", "list", SLUG, "fr", "--json").json
    receipt = row["digest"][:16]
    shown = published.good("release", "show", SLUG, "fr", "1").out
    for whole in (receipt, f"{receipt}-{receipt}"):
        assert published.good("release", "show", "--receipt", whole).out == shown
    for wrong in (receipt[:15], "0" * 16, "", "%", "x" * 5_000):
        said = published.refused("release", "show", "--receipt", wrong)
        assert "No release has the receipt" in said
    assert "Name a release" in published.refused("release", "show", SLUG)


def test_list_without_releases(console: Console) -> None:
    assert console.good("release", "list", SLUG).out == f"{SLUG} has no release yet.\n"


# --- Export --------------------------------------------------------------------------------------


def shelf() -> dict[str, tuple[int, int]]:
    """Every file under locales/, with its size and the moment of its last change."""
    paths = (ROOT / "locales").rglob("*")
    return {str(p): (p.stat().st_size, p.stat().st_mtime_ns) for p in paths if p.is_file()}


def test_export_compiles_a_catalog_that_gettext_reads(published: Console, tmp_path: Path) -> None:
    before, rows = shelf(), published.dump()
    path = tmp_path / "out" / "fr.mo"
    said = published.good("release", "export", SLUG, "fr", "-o", path)
    assert said.out == f"{path}: {SLUG} fr release 1, 19 texts.\n"
    with path.open("rb") as file:
        translations = gettext.GNUTranslations(file)
    segments = published.good("document", "show", SLUG, "--json").json["segments"]
    found = {s["text"]: translations.pgettext(s["key"], s["text"]) for s in segments}
    assert found == TRANSLATIONS["fr"]
    assert translations.info()["language"] == "fr"
    # Without its key a text isn't found: two equal texts in two places stay two.
    assert translations.gettext(TEXTS[0][0]) == TEXTS[0][0]
    assert (shelf(), published.dump()) == (before, rows)
    again = tmp_path / "again.mo"
    published.good("release", "export", SLUG, "fr", "-o", again)
    assert again.read_bytes() == path.read_bytes()


def test_export_of_the_manifest_proves_the_release(published: Console, tmp_path: Path) -> None:
    path = tmp_path / "fr.json"
    published.good("release", "export", SLUG, "fr", "-o", path, "--manifest", "--number", 1)
    (row,) = published.dump()["release"]
    data = path.read_bytes()
    assert sha256(data).hexdigest() == row["digest"]
    assert json.loads(data)["content"] == sha256(row["content"].encode()).hexdigest()
    # It is handed to anybody: it names people by number only.
    assert "@" not in data.decode()
    assert "Editor" not in data.decode()
    assert len(core.read(row["content"], data.decode(), row["digest"]).texts) == 19


def test_export_of_what_is_not_there_is_refused(published: Console, tmp_path: Path) -> None:
    path = tmp_path / "out.mo"
    for language, more in (("de", []), ("xx", []), ("fr", ["--number", "2"])):
        said = published.refused("release", "export", SLUG, language, "-o", path, *more)
        assert said.startswith(f"Error: “{SLUG}” has no such release in {language}.")
        assert not path.exists()
    missing = published.refused("release", "export", SLUG, "fr", code=2)
    assert missing.splitlines()[-1].startswith("Error: Missing option '-o'")
