"""XML that must be refused with its line and cause, at little cost; and damage of every kind."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.catalogs import header, sample, units_of
from tests.support.hostile import Readers, running_readers
from tests.support.hostile.xliff import CLOSE, HEAD, HOSTILE, OPEN
from workflows.catalogs import (
    XLIFF_VERSIONS,
    Catalog,
    Limits,
    Verdict,
    is_xml,
    merge,
    read_xliff,
    write_xliff,
)
from workflows.problems import Problem


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """A process that reads, under limits."""
    with running_readers("xliff") as running:
        yield running


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_with_its_line_or_read_and_touches_nothing(
    name: str, readers: Readers
) -> None:
    hostile = HOSTILE[name]
    assert readers.read("xliff", hostile.make()).what == hostile.what


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (OPEN.encode() + b"\n\n\xff" + CLOSE.encode(), "catalog-not-utf8", "line 3"),
        ((OPEN + CLOSE).encode("utf-16"), "catalog-not-utf8", "line 1"),
        ((OPEN + "\n&#x1b;" + CLOSE).encode(), "catalog-broken-xml", "line 2"),
        ((OPEN + "\n\x85" + CLOSE).encode(), "catalog-control-character", "line 2"),
        ((HEAD + "<!DOCTYPE xliff>" + OPEN + CLOSE).encode(), "catalog-doctype", "line 2"),
        ((HEAD + "\n<tmx version='1.4'/>").encode(), "catalog-not-xliff", "line 3"),
        ((OPEN + "x").encode(), "catalog-broken-xml", "line 1"),
    ],
)
def test_refusal_names_its_line(data: bytes, code: str, place: str) -> None:
    with pytest.raises(Problem) as caught:
        read_xliff(data, language="fr")
    assert (caught.value.code, caught.value.place) == (code, place)


@pytest.mark.parametrize(
    ("declared", "charset"),
    [("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("UTF-16", "utf-16"),
     ("UTF-8", "latin-1"), ("ISO-8859-1", "utf-8"), ("UTF-16", "utf-8")],
)  # fmt: skip
def test_command_of_a_refusal_makes_a_file_that_is_read(
    declared: str, charset: str, tmp_path: Path
) -> None:
    """Also where the file is UTF-8 and only says that it is not, as after a conversion."""
    head = f'<?xml version="1.0" encoding="{declared}" standalone="yes"?>\n'
    unit = "a</source><target>Déjà là</target>"
    data = (head + OPEN + unit + CLOSE.removeprefix("</source>")).encode(charset)
    assert is_xml(data)
    with pytest.raises(Problem) as caught:
        read_xliff(data, language="fr")
    assert caught.value.code == "catalog-not-utf8"
    (tmp_path / "old.xml").write_bytes(data)
    command = str(caught.value.details["command"])
    subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    (entry,) = read_xliff((tmp_path / "new.xml").read_bytes(), language="fr").entries
    assert entry.target == "Déjà là"


def test_limits_are_settings() -> None:
    data = write_xliff(header(), sample())
    for limits, code in (
        (Limits(entries=3), "catalog-too-many-entries"),
        (Limits(entry=100), "catalog-entry-too-large"),
        (Limits(size=100), "catalog-too-large"),
    ):
        with pytest.raises(Problem) as caught:
            read_xliff(data, language="pt-BR", limits=limits)
        assert caught.value.code == code


@pytest.mark.parametrize("version", XLIFF_VERSIONS)
def test_damage_is_refused_or_named_and_never_applied_in_silence(version: str) -> None:
    """Bytes changed, lost and doubled anywhere: no crash, and nothing reviewed is replaced."""
    live = [entry for entry in sample() if not entry.obsolete]
    whole = write_xliff(header(), sample(), version)
    units = units_of(live)
    rng = random.Random(f"damage {version}")
    read = 0
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    del data[at : at + rng.randint(1, 300)]
                case 2:
                    data[at:at] = data[at : at + rng.randint(1, 300)]
                case _:
                    data[at:at] = rng.choice((b"<pc>", b"</pc>", b"&lt;", b"<target/>", b"]]>"))
        try:
            catalog = read_xliff(bytes(data), language="pt-BR")
        except Problem:
            continue
        read += 1
        assert isinstance(catalog, Catalog)
        for row in merge(units, catalog):
            if row.ours and row.verdict is Verdict.CHANGED:
                (unit,) = (unit for unit in units if unit.key == row.key)
                assert unit.state != "reviewed"
    assert read > 10


@pytest.mark.parametrize("version", XLIFF_VERSIONS)
def test_file_cut_anywhere_is_refused(version: str) -> None:
    whole = write_xliff(header(), sample(), version).rstrip()
    for at in range(1, len(whole), 37):
        with pytest.raises(Problem):
            read_xliff(whole[:at], language="pt-BR")
