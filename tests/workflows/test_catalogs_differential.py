"""Our reader against GNU gettext: the same files, the same verdict, the same number of entries."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.catalogs import gettext, header, sample
from tests.support.processes import ROOT
from workflows.catalogs import Catalog, read_po, write_po
from workflows.problems import Problem

FILES = ROOT.parent / "shared" / "conformance" / "po"

needs_files = pytest.mark.skipif(not FILES.is_dir(), reason=f"no conformance files in {FILES}")


def oracle() -> list[dict[str, Any]]:
    """What gettext's msgfmt said of each file, written down beforehand."""
    read: list[dict[str, Any]] = json.loads((FILES / "oracle.json").read_text(encoding="utf-8"))
    return read


def language_of(data: bytes) -> str:
    declared = re.search(rb'"Language: ([A-Za-z_@]+)\\n', data)
    return declared[1].decode().replace("_", "-") if declared else "en"


def outcome(path: Path) -> Catalog | Problem:
    data = path.read_bytes()
    try:
        return read_po(data, language=language_of(data))
    except Problem as problem:
        return problem


@needs_files
def test_every_file_gives_a_catalog_or_a_problem() -> None:
    paths = sorted([*FILES.rglob("*.po"), *FILES.rglob("*.pot")])
    assert len(paths) > 50
    assert {
        type(outcome(path)) is Catalog or isinstance(outcome(path), Problem) for path in paths
    } == {True}


# Read by msgfmt and refused here, each for a reason of ours: (file or declared charset) -> code.
STRICTER = {
    "ISO_8859-15": "catalog-not-utf8",
    "polib-tests/tests/test_word_garbage.po": "catalog-control-character",
}


@needs_files
def test_same_number_of_entries_where_msgfmt_accepts() -> None:
    """msgfmt counts what is not obsolete, without the header."""
    ours: dict[str, str | int] = {}
    theirs: dict[str, str | int] = {}
    for case in oracle():
        name, charset = case["file"], case["charset"] or "UTF-8"
        if case["msgfmt_check"]["rc"] != 0:
            continue
        theirs[name] = STRICTER.get(name, STRICTER.get(charset, sum(case["msgfmt_check"]["stats"])))
        found = outcome(FILES / name)
        if isinstance(found, Problem):
            ours[name] = found.code
        else:
            ours[name] = len([entry for entry in found.entries if not entry.obsolete])
    assert ours == theirs
    assert len(theirs) > 35


@needs_files
def test_what_msgfmt_refuses_is_refused_or_named_or_of_no_account() -> None:
    """A rule for plural forms in the header, a missing charset and a BOM are of no account here,
    as we take the rule from CLDR and UTF-8 for granted; all else is refused or named."""
    harmless = ("nplurals", "plural form", "Charset missing", "syntax error", "format spec")
    silent = {}
    for case in oracle():
        found = outcome(FILES / case["file"])
        if case["msgfmt_check"]["rc"] == 0 or isinstance(found, Problem) or found.problems:
            continue
        said = case["msgfmt_check"]["err"]
        if not any(word in line for line in said for word in harmless):
            silent[case["file"]] = said
        if any("syntax error" in line for line in said):
            assert case["bom"], case["file"]
    assert silent == {}


# --- Injured files, judged by msgfmt itself ------------------------------------------------------

INJURIES = [
    (b'msgid "Privacy', b"msgid Privacy"),
    (b'privacidade"\n', b"privacidade\n"),
    (b'privacidade"\n', b'privacidade" "\n'),
    (b"\nmsgstr ", b"\nmsgstr\n\n"),
    (b"\nmsgctxt", b" msgctxt"),
    (b"\nmsgid", b"\n#. in between\nmsgid"),
    (b"\nmsgid", b'\nmsgctxt "x"\nmsgid'),
    (b"#~ msgid", b"msgid"),
    (b"#~ msgid", b"#~msgid"),
    (b"#~ msgstr", b"\n#~ msgstr"),
    (b"#, fuzzy", b"#,fuzzy ,"),
    (b"#| msgid", b"#|msgid"),
    (b"#| msgid", b"#| msgctxt"),
    (b"#| msgid", b"#| msgfoo"),
    (b"#| msgid", b'#| "a" msgid'),
    (b"#| msgid", b'#| msgid "a" msgid'),
    (b"#| msgid", b'#| msgid "a"\n#| msgctxt "b"\n#, fuzzy\n#| msgid_plural'),
    (b"#| msgid", b"#| msgid\n#|"),
    (b"#~ msgid", b'#~| msgid "a"\n#~ msgid'),
    (b'msgstr "Us', b'msgid_plural "a"\n#~ msgstr[0] "'),
    (b"vendemos", b"vende\\mos"),
    (b"vendemos", b"vende\\101mos"),
    (b"vendemos", b"vende\\q"),
    (b"msgid", b"MSGID"),
    (b'msgstr "Mesmas', b'msgstr[0] "Mesmas'),
    (b'msgstr "Mesmas', b'msgid_plural "x"\nmsgstr[0] "y"\nmsgstr[1] "Mesmas'),
    (b'msgstr "Mesmas', b'msgid_plural "x"\nmsgstr[1] "y"\nmsgstr[0] "Mesmas'),
    (b'msgstr "Mesmas', b'msgid_plural "x"\nmsgstr [ 0 ]"Mesmas'),
    (b"Mesmas palavras", b"Mesmas palavras\\n"),
    (b'"Palavras iguais', b'"\\nPalavras iguais'),
    (b"s5555555ab", b"s6666666ab"),
]


@pytest.mark.parametrize(("there", "here"), INJURIES)
def test_injured_file_is_judged_as_msgfmt_judges_it(there: bytes, here: bytes) -> None:
    """Refused (or named as duplicate) by both, or read by both with as many entries."""
    data = write_po(header(), sample())
    assert there in data
    data = data.replace(there, here)
    done = gettext("msgfmt", "--statistics", "-o", "/dev/null", "-", data=data)
    counts = [int(number) for number in re.findall(rb"(\d+) ", done.stderr)]
    theirs = -1 if done.returncode else sum(counts)
    assert judged(data) == theirs


FATAL = {"catalog-duplicate-entry", "catalog-line-breaks"}
"""What msgfmt refuses a whole file for, and we name."""


def judged(data: bytes) -> int:
    """How many entries we read that are not obsolete; -1 for a refusal or its like."""
    try:
        catalog = read_po(data, language="pt-BR")
    except Problem:
        return -1
    if FATAL & {problem.code for problem in catalog.problems}:
        return -1
    return len([entry for entry in catalog.entries if not entry.obsolete])
