"""``flask memory``: out, in, searched, made anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import fence, queries
from app.database import transaction
from app.models import MemoryEntry, MemoryKey, MemoryOrigin
from tests.app import support_policy as policy
from tests.app.support_cli import Console
from tests.app.support_memory import saved, tmx
from tests.app.support_operations import HOURS
from tests.app.support_policy import TRANSLATIONS, translator
from tests.app.support_writes_glossary import EN, add_house

FR = translator("fr")
NEAR = HOURS.replace("17", "18")


@pytest.fixture
def console(flask_app: Flask) -> Console:
    """People and the small policy; French is reviewed."""
    with flask_app.app_context():
        policy.people()
        policy.import_source()
        policy.translate("fr")
        policy.approve("fr")
    return Console(flask_app)


def test_export_is_the_same_bytes_every_time_and_comes_back_as_nothing_new(
    console: Console, tmp_path: Path
) -> None:
    path = tmp_path / "fr.tmx"
    said = console.good("memory", "export", "--language", "fr", "-o", path)
    assert said.out == f"{path}: 19 pairs.\n"
    assert console.good("memory", "export", "--language", "fr").raw == path.read_bytes()
    before = console.dump()
    said = console.good("memory", "import", path, "--as", FR)
    assert said.out == "fr.tmx: 19 same.\n"
    assert console.dump() == before
    # In the order of the document.
    text = path.read_text(encoding="utf-8")
    sources = list(TRANSLATIONS["fr"])
    assert text.index(f"<seg>{sources[0]}") < text.index(f"<seg>{HOURS}")
    assert text.count('changeid="Editor fr"') == 19
    assert text.count('<prop type="x-document">house-rules</prop>') == 19


def test_export_goes_into_another_house_and_is_exact_there(
    console: Console, tmp_path: Path
) -> None:
    path = tmp_path / "fr.tmx"
    console.good("memory", "export", "--language", "fr", "-o", path)
    with console.app.app_context(), transaction() as session:
        for model in (MemoryKey, MemoryOrigin, MemoryEntry):
            session.execute(sa.delete(model))
    assert console.good("memory", "import", path, "--as", FR).out == "fr.tmx: 19 new.\n"
    again = console.good("memory", "export", "--language", "fr").out
    assert sorted(again.splitlines()) == sorted(path.read_text(encoding="utf-8").splitlines())


def test_import_reports_every_pair_and_ends_with_1_when_one_could_not_be_taken(
    console: Console, tmp_path: Path
) -> None:
    data = tmx((HOURS, TRANSLATIONS["fr"][HOURS]), (NEAR, "De 9 à 18."), ("A {b}", "A"))
    path = saved(tmp_path / "old.tmx", data)
    before = console.dump()
    for options in (("--dry-run",), ()):
        said = console.run("memory", "import", path, "--as", FR, *options)
        assert said.code == 1
        assert said.out.splitlines()[0] == "old.tmx: 1 new, 1 same, 1 problem."
        assert said.err.startswith("problem: line 25: The source has {b}, and the")
        assert ("Nothing was written (--dry-run)." in said.out) is bool(options)
        assert (console.dump() == before) is bool(options)
    said = console.run("memory", "import", path, "--as", FR, "--json")
    assert [row["verdict"] for row in said.json["rows"]] == ["same", "same", "problem"]
    assert said.json["counts"] == {"new": 0, "same": 2, "problem": 1}
    assert said.json["rows"][2]["problems"][0]["place"] == "line 25"


def test_files_are_read_before_the_database_is_held(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with console.app.app_context():
        add_house()
    tmx, tbx, po = (tmp_path / name for name in ("fr.tmx", "en.tbx", "fr.po"))
    console.good("memory", "export", "--language", "fr", "-o", tmx)
    console.good("glossary", "export", "en", "-o", tbx)
    console.good("catalog", "export", policy.SLUG, "fr", "-o", po)
    seen = []
    real = fence.read

    def read(reader: Callable[..., object], data: bytes, **named: Any) -> object:
        # Somebody else saves meanwhile: refused as busy if the command held the database.
        with transaction() as session:
            queries.document(session, policy.SLUG, lock=True)
        seen.append(reader.__name__)
        return real(reader, data, **named)

    monkeypatch.setattr(fence, "read", read)
    console.good("memory", "import", tmx, "--as", FR)
    console.good("glossary", "import", "en", tbx, "--as", EN)
    console.good("catalog", "import", policy.SLUG, "fr", po, "--as", FR)
    assert seen == ["read_tmx", "read_tbx", "read_catalog"]


def test_import_of_what_is_no_memory_is_refused(console: Console, tmp_path: Path) -> None:
    for data, said in (
        (b"<tmx", "Error: line 1: The file is no well-formed XML from here on"),
        (b'<xliff version="1.2"/>', "Error: line 1: This is no translation memory in TMX 1"),
        (b"x" * (8 * 1024 * 1024 + 1), "Error: The memory has 8388609 bytes; at most 8388608"),
        (b'<!DOCTYPE tmx [<!ENTITY a "b">]><tmx/>', "Error: line 1: The file has a document type"),
    ):
        path = saved(tmp_path / "x.tmx", data)
        assert console.refused("memory", "import", path, "--as", FR).startswith(said)
    path = saved(tmp_path / "x.tmx", tmx(("Names", "Noms")))
    for email, said in (
        ("nobody@example.org", "Error: Nobody here has the address"),
        (policy.ADMINISTRATOR, "Error: You don't have the role that this needs: translator"),
    ):
        assert console.refused("memory", "import", path, "--as", email).startswith(said)


def test_search_shows_score_texts_and_where_they_come_from(
    console: Console, tmp_path: Path
) -> None:
    console.good("memory", "import", saved(tmp_path / "o.tmx", tmx((NEAR, "x"))), "--as", FR)
    said = console.good("memory", "search", NEAR, "--language", "fr").out.splitlines()
    assert said[:2] == [f"100 %  {NEAR}", "       x"]
    assert said[2].startswith("       from o.tmx, brought in by Translator fr, 20")
    assert said[3:5] == [f"94 %  {HOURS}", f"       {TRANSLATIONS['fr'][HOURS]}"]
    assert said[5].startswith("       house-rules, section 1, approved by Editor fr, 20")
    found = console.good("memory", "search", HOURS, "--language", "fr", "--json").json
    assert [(each["score"], each["origins"][0]["approved"]) for each in found] == [
        (100, True), (94, False)
    ]  # fmt: skip
    said_ = console.good("memory", "search", "Quite another thing", "--language", "fr").out
    assert said_ == "Nothing in the memory is like this text.\n"
    for options in (("--language", "xx"), ("--language", "fr", "--source-language", "xx")):
        assert console.refused("memory", "search", "x", *options).startswith("Error: “xx” is not")


def test_setup_fills_an_empty_memory_and_rebuild_does_nothing_more(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = console.dump()
    with console.app.app_context(), transaction() as session:
        for model in (MemoryKey, MemoryOrigin, MemoryEntry):
            session.execute(sa.delete(model))
    console.good("setup")
    after = console.dump()
    assert len(after["memory_entry"]) == len(before["memory_entry"]) == 19
    assert after["history"][-1]["action"] == "memory.rebuilt"
    assert after["history"][-1]["after"] == {"entries": 19, "approvals": 19, "keys": 0}
    said = console.good("memory", "rebuild").out
    assert said == "0 pairs and 0 approvals added, 0 keys mended.\n"
    console.good("setup")
    assert console.dump() == after
