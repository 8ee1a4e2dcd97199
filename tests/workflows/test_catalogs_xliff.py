"""XLIFF 2.1 and 1.2: out and in again, as tools change it, and against the files of OASIS."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from translate.storage.xliff import xlifffile
from translate.storage.xliff2 import Xliff2File

from tests.support.catalogs import exported, header, sample, units_of
from tests.support.processes import ROOT
from workflows.catalogs import (
    XLIFF_VERSIONS,
    CannotExport,
    Catalog,
    DuplicateEntry,
    Entry,
    Verdict,
    is_xml,
    merge,
    read_catalog,
    read_xliff,
    write_xliff,
)
from workflows.problems import Problem

LIVE = [entry for entry in sample() if not entry.obsolete]
SUITE = ROOT.parent / "shared" / "conformance" / "xliff"
needs_suite = pytest.mark.skipif(not SUITE.is_dir(), reason=f"no conformance files in {SUITE}")
both = pytest.mark.parametrize("version", XLIFF_VERSIONS)


def read(data: bytes, language: str = "pt-BR", **options: Any) -> Catalog:
    return read_xliff(data, language=language, **options)


def entries(catalog: Catalog) -> list[Entry]:
    return [dataclasses.replace(entry, line=0) for entry in catalog.entries]


def changed(data: bytes, *pairs: tuple[str, str]) -> bytes:
    text = data.decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def verdicts(catalog: Catalog) -> dict[Verdict, int]:
    found: dict[Verdict, int] = {}
    for row in merge(units_of(LIVE), catalog):
        found[row.verdict] = found.get(row.verdict, 0) + 1
    return found


# --- Twins ---------------------------------------------------------------------------------------


@both
def test_what_is_written_is_read(version: str) -> None:
    data = write_xliff(header(), sample(), version)
    found = read(data)
    assert found == Catalog(header(), found.entries, ())
    assert entries(found) == LIVE
    assert [entry.line for entry in found.entries] == sorted(
        number
        for number, line in enumerate(data.decode().split("\n"), 1)
        if re.match(r" +<(?:trans-)?unit ", line)
    )
    assert verdicts(found) == {Verdict.SAME: len(LIVE)}


@both
def test_same_entries_give_the_same_bytes(version: str) -> None:
    data = write_xliff(header(), sample(), version)
    assert data == write_xliff(header(), sample(), version)
    assert write_xliff(header(), read(data).entries, version) == data
    assert is_xml(data)
    assert read_catalog(data, language="pt-BR") == read(data)


TEXTS = st.lists(
    st.sampled_from(
        ["<strong>", "</strong>", "<em>", "</em>", "<code>", "</code>", "<a1>", "</a1>", "<a12>",
         "</a12>", "<br1/>", "<br2/>", "{name}", "{a_b}", "\\", "<", ">", "&", "&lt;", "{", "}",
         "]]>", "<b>", "é", "中", "\u200f", '"', "'", " ", "\n", "\t", "x"]
    ),
    min_size=1, max_size=12,
).map("".join)  # fmt: skip


@both
@given(TEXTS, TEXTS)
def test_any_text_comes_back(version: str, source: str, target: str) -> None:
    one = exported("s7k3qm2xw9", source, target)
    assert entries(read(write_xliff(header(), [one], version))) == [one]


@both
@pytest.mark.parametrize("text", ["a\x00", "a\x1b", "a\x85", "a\ud800", "a\uffff", ""])
def test_what_xml_cannot_hold_is_refused(version: str, text: str) -> None:
    with pytest.raises(CannotExport):
        write_xliff(header(), [exported("s7k3qm2xw9", text)], version)


@both
def test_pasted_control_characters_in_notes_stop_no_export(version: str) -> None:
    entry = exported("s1", "Text", "Texto", note="a\x0bb\uffff\nc", comment="d\x00e\ud800")
    (found,) = read(write_xliff(header(), [entry], version)).entries
    assert (found.note, found.comment) == ("a b \nc", "d e ")


@both
def test_two_entries_of_one_key_are_refused(version: str) -> None:
    with pytest.raises(DuplicateEntry):
        write_xliff(header(), [exported("s1", "a"), exported("s1", "b")], version)


# --- As tools change it --------------------------------------------------------------------------

TITLE = LIVE[0]
NEW = LIVE[2]


@both
def test_filled_target_without_a_state_is_a_translation(version: str) -> None:
    source = f"<source>{NEW.source}</source>"
    data = changed(
        write_xliff(header(), LIVE, version), (source, source + "<target>Quanto tempo</target>")
    )
    (entry,) = (entry for entry in read(data).entries if entry.key == NEW.key)
    assert (entry.target, entry.state, entry.exported_state) == (
        "Quanto tempo",
        "translated",
        "initial",
    )
    assert verdicts(read(data)) == {Verdict.SAME: len(LIVE) - 1, Verdict.NEW: 1}


@pytest.mark.parametrize(
    ("version", "old", "new", "state"),
    [
        ("2.1", 'state="reviewed"', 'state="initial"', "needs-editing"),
        ("2.1", 'state="reviewed"', 'state="final"', "translated"),
        ("2.1", 'state="reviewed"', "", "translated"),
        ("1.2", 'state="signed-off"', 'state="needs-translation"', "translated"),
        ("1.2", 'state="signed-off"', 'state="final"', "translated"),
        ("1.2", 'state="signed-off"', "", "translated"),
    ],
)
def test_changed_text_is_never_reviewed(version: str, old: str, new: str, state: str) -> None:
    data = changed(write_xliff(header(), LIVE, version), (TITLE.target, "Outra coisa"), (old, new))
    first = read(data).entries[0]
    assert (first.target, first.state, first.exported_state) == ("Outra coisa", state, "reviewed")
    (row,) = (row for row in merge(units_of(LIVE), read(data)) if row.key == TITLE.key)
    assert row.verdict is Verdict.CANDIDATE


def test_unit_cut_into_segments_is_one_text() -> None:
    data = write_xliff(header(), [exported("s1", "One. Two. Three.", "")])
    segments = (
        '<segment state="translated"><source>One.</source><target>Um.</target></segment>'
        "<ignorable><source> </source></ignorable>"
        '<segment state="final"><source>Two.</source><target>Dois.</target></segment>'
        "<ignorable><source> </source><target>\t</target></ignorable>"
        '<segment state="translated"><source>Three.</source><target>Três.</target></segment>'
    )
    cut = re.sub(rb"<segment .*</segment>", segments.encode(), data, flags=re.DOTALL)
    (entry,) = read(cut).entries
    assert (entry.source, entry.target, entry.state) == (
        "One. Two. Three.",
        "Um. Dois.\tTrês.",
        "translated",
    )
    partly = cut.replace(b"<target>Dois.</target>", b"")
    (entry,) = read(partly).entries
    assert (entry.target, entry.state) == ("Um. \tTrês.", "needs-editing")


@pytest.mark.parametrize(
    ("inner", "text", "unknown"),
    [
        ('<pc id="1" dispStart="&lt;em>" dispEnd="&lt;/em>">x</pc>', "<em>x</em>", 0),
        ('<pc id="strong-1">x<pc id="a1-1">y</pc></pc>', "<strong>x<a1>y</a1></strong>", 0),
        ('<sc id="strong-1"/>x<ec startRef="strong-1"/>', "<strong>x</strong>", 0),
        ('<sc id="9" disp="&lt;em>"/>x<ec startRef="9"/>', "<em>x</em>", 0),
        ('<mrk id="m1" type="comment">x</mrk>y<sm id="m2"/>z<em startRef="m2"/>', "xyz", 0),
        ('<cp hex="0078"/><ph id="br1-1"/><ph id="7" disp="{name}"/>', "x<br1/>{name}", 0),
        ('<pc id="7">x</pc><ph id="8"/>', "x", 2),
        ('<cp hex="0001"/><cp hex="D800"/><cp hex="no"/>x', "x", 3),
        ("&lt;em>x\\&lt;/em>", "\\<em>x\\\\\\</em>", 0),
    ],
)
def test_codes_of_version_2_are_read(inner: str, text: str, unknown: int) -> None:
    data = write_xliff(header(), [exported("s1", "source", "TARGET")])
    found = read(changed(data, ("TARGET", inner)))
    assert found.entries[0].target == text
    of_entry = [problem.code for problem in found.entries[0].problems]
    assert (of_entry, found.problems) == (["catalog-unknown-code"] * unknown, ())


@pytest.mark.parametrize(
    ("inner", "text", "unknown"),
    [
        ('<bpt id="1">&lt;em></bpt>x<ept id="1">&lt;/em></ept>', "<em>x</em>", 0),
        ('<bx id="strong-1" rid="3"/>x<ex id="4" rid="3"/>', "<strong>x</strong>", 0),
        ('<it id="1" pos="open">&lt;em></it>x', "<em>x", 0),
        ('x<it id="1" pos="close">&lt;/em></it>', "x</em>", 0),
        ('<ph id="1">{name}</ph><x id="br3-1"/>', "{name}<br3/>", 0),
        ('<g id="a2-1"><g id="code-1">x</g></g>', "<a2><code>x</code></a2>", 0),
        ('<g id="1">x</g><mrk mtype="seg" mid="0">y</mrk>', "xy", 1),
    ],
)
def test_codes_of_version_1_are_read(inner: str, text: str, unknown: int) -> None:
    data = write_xliff(header(), [exported("s1", "source", "TARGET")], "1.2")
    found = read(changed(data, ("TARGET", inner)))
    assert found.entries[0].target == text
    of_entry = [problem.code for problem in found.entries[0].problems]
    assert (of_entry, found.problems) == (["catalog-unknown-code"] * unknown, ())


@both
def test_file_that_lost_what_we_said_is_merged_two_way(version: str) -> None:
    data = write_xliff(header(), LIVE, version)
    pattern = rb"<mda:metadata>.*?</mda:metadata>" if version == "2.1" else rb"<note .*?</note>"
    bare = re.sub(pattern, b"", data, flags=re.DOTALL).replace(b'product-name="Pinger Panel"', b"")
    found = read(bare)
    assert (found.header, found.problems) == (None, ())
    assert {entry.source_digest for entry in found.entries} == {""}
    assert [entry.key for entry in found.entries] == [entry.key for entry in LIVE]
    assert verdicts(found) == {Verdict.SAME: len(LIVE)}


@both
def test_missing_unit_is_noticed(version: str) -> None:
    whole = write_xliff(header(), LIVE, version)
    part = write_xliff(header(), LIVE[1:], version)
    count = b">7<" if version == "2.1" else b"entries: 7"
    assert count in whole
    cut = part.replace(count.replace(b"7", b"6"), count)
    with pytest.raises(Problem) as caught:
        read(cut)
    assert caught.value.code == "catalog-truncated"
    assert len(read(cut, partial=True).entries) == len(LIVE) - 1


@both
def test_other_language_is_refused(version: str) -> None:
    data = write_xliff(header(), LIVE, version)
    for language in ("fr", "pt-PT"):
        with pytest.raises(Problem) as caught:
            read(data, language)
        assert caught.value.code == "catalog-wrong-language"


def test_unit_that_stands_twice_is_named() -> None:
    data = write_xliff(header(), LIVE).decode()
    (unit,) = re.findall(rf'    <unit id="{NEW.key}".*?</unit>\n', data, flags=re.DOTALL)
    found = read(data.replace(unit, unit * 2).encode())
    assert [problem.code for problem in found.problems] == ["catalog-duplicate-entry"]


# --- Other programs ------------------------------------------------------------------------------


@both
def test_another_tool_translates_the_file(version: str) -> None:
    """translate-toolkit reads the file, fills in what is missing, and writes it."""
    tool: Any = Xliff2File if version == "2.1" else xlifffile
    store = tool.parsestring(write_xliff(header(), LIVE, version))
    units = [unit for unit in store.units if unit.source]
    # To the id it adds the file before it, or the segment after it.
    ids = [unit.getid().split("::")[0].split("\x04")[-1] for unit in units]
    assert ids == [entry.key for entry in LIVE]
    (missing,) = (unit for unit in units if not unit.target)
    missing.target = "Por quanto tempo"
    missing.marktranslated()
    found = read(bytes(store))
    assert (found.header, found.problems) == (header(), ())
    assert verdicts(found) == {Verdict.SAME: len(LIVE) - 1, Verdict.NEW: 1}
    after = {entry.key: entry for entry in entries(found)}
    assert after[NEW.key].target == "Por quanto tempo"
    assert after[NEW.key].state == "translated"
    assert [after[entry.key] for entry in LIVE if entry is not NEW] == [
        entry for entry in LIVE if entry is not NEW
    ]


@needs_suite
def test_file_is_valid_by_the_schemas() -> None:
    folder = SUITE / "xliff-21" / "schemas"
    document = etree.fromstring(write_xliff(header(), LIVE))
    core = etree.XMLSchema(etree.parse(folder / "xliff_core_2.0.xsd"))
    assert core.validate(document), core.error_log
    for name, schema in (("matches", "matches.xsd"), ("metadata", "metadata.xsd")):
        validator = etree.XMLSchema(etree.parse(folder / schema))
        space = f"urn:oasis:names:tc:xliff:{name}:2.0"
        found = document.findall(f".//{{{space}}}{name}")
        assert found
        for element in found:
            assert validator.validate(element), validator.error_log


@needs_suite
def test_every_file_of_the_suite_is_read_whole_or_refused() -> None:
    oracle = json.loads((SUITE / "oracle_xliff21.json").read_text(encoding="utf-8"))
    assert len(oracle) > 200
    read_, refused = 0, []
    for case in oracle:
        path = SUITE / Path(case["file"])
        data = path.read_bytes()
        try:
            found = read(data, _target_language(data))
        except Problem as problem:
            refused.append((path.name, problem.code, case["wellformed"]))
            continue
        assert case["wellformed"], path.name
        read_ += 1
        assert [entry.source for entry in found.entries] == _sources(data), path.name
    assert read_ > 200
    # What is refused is no XML, another language than it says, or an empty shell.
    assert {code for _, code, wellformed in refused if wellformed} <= {
        "catalog-wrong-language",
        "catalog-not-xliff",
        "catalog-control-character",
    }, refused


def _target_language(data: bytes) -> str:
    found = re.search(rb'trgLang="([A-Za-z-]+)"', data)
    return found[1].decode() if found else "fr"


def _sources(data: bytes) -> list[str]:
    """The texts of the sources, as another parser sees them; codes are nothing."""
    space = "{urn:oasis:names:tc:xliff:document:2.0}"
    texts = []
    root = etree.fromstring(data)
    for cp in root.iter(f"{space}cp"):
        digits = cp.get("hex") or ""
        printable = re.fullmatch("[0-9A-Fa-f]{4}", digits) and chr(int(digits, 16)) >= "\xa0"
        cp.text = chr(int(digits, 16)) if printable else ""
    for unit in root.iter(f"{space}unit"):
        parts = [part for part in unit if part.tag in (f"{space}segment", f"{space}ignorable")]
        text, target = (_joined(parts, f"{space}{name}") for name in ("source", "target"))
        if text or target:
            texts.append(text)
    return texts


def _joined(parts: list[Any], name: str) -> str:
    found = [part.find(name) for part in parts]
    return "".join("".join(element.itertext()) for element in found if element is not None)
