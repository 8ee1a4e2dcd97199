"""polib behind the gate: what it reads otherwise than gettext, and that both must agree."""

from __future__ import annotations

import dataclasses
import os
import re
from typing import Any

import polib
import pytest

from tests.support.catalogs import exported, header, msgfmt_says, sample
from tests.support.processes import ROOT
from workflows.catalogs import Limits, read_po, write_po
from workflows.catalogs.parsing import agreed, parse
from workflows.catalogs.scanning import Outline, scan
from workflows.problems import Problem

# --- What polib alone reads otherwise -------------------------------------------------------------

BODY = 'msgid "a"\nmsgstr "b"\n'
QUIRKS: dict[str, tuple[str, dict[str, Any]]] = {
    "octal, hexadecimal": ('msgid "a"\nmsgstr "\\303\\251\\x41\\042"\n', {"target": 'éA"'}),
    "bytes in two strings": ('msgid "a"\nmsgstr "\\303"\n"\\251"\n', {"target": "é"}),
    "escaped backslash": ('msgid "a"\nmsgstr "\\\\x41\\\\n"\n', {"target": "\\x41\\n"}),
    "CR LF": ('msgid "a"\nmsgstr "b\\r\\n"\n"c"\n', {"target": "b\nc"}),
    "two tokens on a line": ('msgid "a" "b"  msgstr"c"\n', {"source": "ab", "target": "c"}),
    "keyword alone": ('msgid\n"a"\nmsgstr\n"b"\n', {"target": "b"}),
    "blanks in brackets": (
        'msgid "a"\nmsgid_plural "p"\nmsgstr [ 0 ]"b"\n',
        {"plural_source": "p", "plural_targets": ("b",), "target": "b"},
    ),
    "line separator": ('msgid "a"\nmsgstr "b\u2028c\u2029"\n', {"target": "b\u2028c\u2029"}),
    "line separator in a note": (f"#. n\u2028m\n{BODY}", {"note": "n\u2028m"}),
    "empty lines of notes": (f"#.\n#. n\n#. \n{BODY}", {"note": "\nn\n"}),
    "empty lines of comments": (f"#\n# c\n#\n#\n{BODY}", {"comment": "\nc\n\n"}),
    "marks without a blank": (
        f"#c\n#.n\n#,fuzzy\n{BODY}",
        {"comment": "c", "note": "n", "state": "needs-editing"},
    ),
    "comment of two marks": (f"## c\n{BODY}", {"comment": "# c"}),
    "comment first in the file": (f"# c\n{BODY}", {"comment": "c"}),
    "obsolete without a blank": ('#~msgid "a"\n#~msgstr "b"\n', {"obsolete": True}),
    "obsolete mark alone": (f"#~\n{BODY}", {}),
    "previous of obsolete": (
        '#, fuzzy\n#~| msgid "o"\n#~ msgid "a"\n#~ msgstr "b"\n',
        {"obsolete": True, "previous_source": "o", "state": "needs-editing"},
    ),
    "previous with a comment within": (
        f'#| msgctxt "k"\n#| msgid ""\n# c\n#| "o"\n{BODY}',
        {"previous_source": "o", "comment": "c"},
    ),
    "lone marks at the end": (f"{BODY}#.\n#,\n#:\n#~|\n", {}),
    "empty context without a source": ('msgctxt ""\nmsgid ""\nmsgstr "b"\n', {"source": ""}),
    "BOM": (f"\ufeff{BODY}", {}),
}


@pytest.mark.parametrize("name", QUIRKS)
def test_entry_is_read_as_gettext_reads_it(name: str) -> None:
    data, expected = QUIRKS[name]
    (entry,) = read_po(data.encode(), language="ja").entries
    plain = {"source": "a", "target": "b", "state": "translated"}
    told = {field: value for field, value in vars(entry).items() if value and field != "line"}
    assert told == {field: value for field, value in {**plain, **expected}.items() if value}


def test_header_anywhere_and_twice_is_an_entry_of_its_own() -> None:
    data = f'{BODY}\nmsgid ""\nmsgstr "X: 1\\n"\n\nmsgid ""\nmsgstr "X: 2\\n"\n'
    catalog = read_po(data.encode(), language="fr")
    assert [(entry.source, entry.target, entry.line) for entry in catalog.entries] == [
        ("a", "b", 1),
        ("", "X: 2\n", 7),
    ]


def test_forms_beyond_one_digit_are_refused() -> None:
    forms = "".join(f'msgstr[{form}] "{form}"\n' for form in range(11))
    with pytest.raises(Problem) as caught:
        read_po(f'msgid "a"\nmsgid_plural "b"\n{forms}'.encode(), language="ar")
    assert (caught.value.code, caught.value.place) == ("catalog-broken", "line 13")


# --- Never by path -------------------------------------------------------------------------------


def test_what_polib_is_given_can_not_name_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    pofile = polib.pofile

    def recorded(text: str, **options: Any) -> polib.POFile:
        given.append(text)
        read: polib.POFile = pofile(text, **options)
        return read

    monkeypatch.setattr(polib, "pofile", recorded)
    for data in (b"", b"# x.po", BODY.encode()):
        read_po(data, language="fr")
    for text in given:
        with pytest.raises(ValueError, match="null"):
            os.stat(text)
    assert len(given) == 3


def test_polib_is_given_text_in_one_place_only() -> None:
    callers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "workflows")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(
            r"polib\.(pofile|mofile|_)|from polib|import polib as", path.read_text(encoding="utf-8")
        )
    }
    assert callers == {"workflows/catalogs/parsing.py"}


# --- Agreement -----------------------------------------------------------------------------------

SEEN = Outline(line=7, characters=2)


@pytest.mark.parametrize(
    ("outlines", "lines", "place"),
    [
        ([SEEN], ['msgid "a"', 'msgstr "bc"'], "line 7"),
        ([SEEN], ['msgid "a\\x41"', 'msgstr ""'], "line 7"),
        ([SEEN], ['#~ msgid "a"', '#~ msgstr "b"'], "line 7"),
        ([SEEN], ['msgctxt ""', 'msgid "a"', 'msgstr "b"'], "line 7"),
        ([SEEN], ['msgid "a"', 'msgid_plural ""', 'msgstr[0] "b"'], "line 7"),
        ([SEEN], [], "line 7"),
        ([SEEN], [*BODY.split("\n"), *BODY.split("\n")], "line 7"),
        ([SEEN, Outline(line=9)], ['msgid "a"', 'msgstr "b"'], "line 9"),
        ([SEEN, Outline(line=9)], [*BODY.split("\n"), 'msgid "c"', 'x"'], "line 9"),
        ([SEEN, Outline(line=9)], ['msgid "a"', 'msgstr "b" "c"'], "line 7"),
        ([], ['msgid "a"', 'msgstr "b"'], ""),
    ],
)
def test_disagreement_is_refused_with_the_line_of_the_entry(
    outlines: list[Outline], lines: list[str], place: str
) -> None:
    with pytest.raises(Problem) as caught:
        agreed(outlines, lines)
    assert (caught.value.code, caught.value.place) == ("catalog-broken", place)


def test_each_string_is_counted_by_both() -> None:
    data = (
        b'#| msgid "\\\\\\"n"\nmsgctxt "k\\t"\nmsgid "a\\n" "\\\\"\nmsgid_plural "p"\n'
        b'msgstr[0] "\\303\\251"\nmsgstr[1] "\\\\\\\\"\n'
    )
    ((outline, texts),) = parse(data, Limits())
    assert (texts.previous, texts.context, texts.source) == ('\\"n', "k\t", "a\n\\")
    assert (outline.characters, outline.forms, outline.context) == (3 + 2 + 3 + 1 + 2 + 2, 2, True)


# --- Bounds --------------------------------------------------------------------------------------


def test_more_entries_than_allowed_never_reach_polib() -> None:
    line = b'msgid "a"msgstr "b"' * 3_000 + b"\n"
    with pytest.raises(Problem) as caught:
        scan(line * 100, Limits())
    assert (caught.value.code, caught.value.place) == ("catalog-too-many-entries", "line 7")


# --- Written by polib ----------------------------------------------------------------------------


def test_one_text_is_one_line_whatever_is_in_it() -> None:
    text = 'a\n\tb\u2028c\u2029d\u00a0\\ "e" ' + "long " * 40 + "\n"
    entry = exported("s1", text, text, note="n\n\nm", comment="\nc\n\n")
    entries = [entry, dataclasses.replace(entry, key="s2", obsolete=True)]
    data = write_po(header(), entries)
    quoted = 'a\\n\\tb\u2028c\u2029d\u00a0\\\\ \\"e\\" ' + "long " * 40 + "\\n"
    comments = f"#\n# c\n#\n#\n#. n\n#.\n#. m\n#. source-digest: {entry.source_digest}\n"
    comments += f"#. target-digest: {entry.target_digest}\n"
    live = f'{comments}msgctxt "s1"\nmsgid "{quoted}"\nmsgstr "{quoted}"\n'
    gone = f'{comments}#~ msgctxt "s2"\n#~ msgid "{quoted}"\n#~ msgstr "{quoted}"\n'
    assert data.decode().split("\n\n")[1:3] == [live.rstrip(), gone.rstrip()]
    assert msgfmt_says(data) == (0, "")
    read = read_po(data, language="pt-BR").entries
    assert [dataclasses.replace(each, line=0) for each in read] == entries


def test_catalogs_of_the_project_come_back_byte_for_byte() -> None:
    paths = sorted((ROOT / "locales").glob("*/LC_MESSAGES/privacy-policy.po"))
    for path in paths:
        data = path.read_bytes()
        language = path.parts[-3].replace("_", "-")
        catalog = read_po(data, language=language)
        translators = re.search(r'"Last-Translator: (.*)\\n"', data.decode())
        assert catalog.header
        assert translators
        ours = dataclasses.replace(catalog.header, last_translator=translators[1])
        assert (write_po(ours, catalog.entries), catalog.problems) == (data, ())
    assert paths


def test_what_is_written_is_written_again_the_same() -> None:
    data = write_po(header(), sample())
    assert write_po(header(), read_po(data, language="pt-BR").entries) == data
