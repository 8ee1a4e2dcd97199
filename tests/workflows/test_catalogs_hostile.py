"""Files that must be refused, each with its line and its cause, or read with a named problem."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Iterator
from contextlib import suppress

import pytest

from bench.mutants import mutant
from tests.support.catalogs import exported, header, sample, units_of
from tests.support.hostile import Readers, running_readers
from tests.support.hostile.po import HEAD, HOSTILE
from workflows.catalogs import Limits, merge, read_po, write_mo, write_po
from workflows.problems import Problem


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """A process that reads, under limits."""
    with running_readers("po") as running:
        yield running


def refusal(data: bytes, language: str = "pt-BR", limits: Limits | None = None) -> Problem:
    with pytest.raises(Problem) as caught:
        read_po(data, language=language, limits=limits)
    assert caught.value.text()
    return caught.value


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.po", "msgid")
    return buffer.getvalue()


def told(problem: Problem) -> tuple[str, str, dict[str, str | int]]:
    return problem.code, problem.place, problem.details


# --- Other files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (gzip.compress(b"msgid"), "gzip"),
        (zipped(), "ZIP"),
        (write_mo(sample()), "MO"),
        (b"<?xml version='1.0'?><xliff/>", "XML"),
        (b"<!DOCTYPE html>", "HTML"),
    ],
    # The bytes hold the time they were made at: every worker must give the tests the same names.
    ids=["gzip", "zip", "mo", "xml", "html"],
)
def test_another_format_is_refused_by_name(data: bytes, kind: str) -> None:
    assert told(refusal(data)) == ("catalog-other-format", "", {"kind": kind})


def test_the_name_of_a_file_is_not_opened() -> None:
    assert told(refusal(b"/etc/hostname")) == (
        "catalog-broken",
        "line 1",
        {"found": "/etc/hostname"},
    )


# --- Characters ----------------------------------------------------------------------------------


@pytest.mark.parametrize("charset", ["ISO-8859-15", "unicode_escape", "zip", "UTF-7", "nosuch"])
def test_another_declared_charset_is_refused_by_name(charset: str) -> None:
    problem = refusal(HEAD.replace(b"UTF-8", charset.encode()) + b'msgid "a"\nmsgstr "b"\n')
    assert told(problem) == ("catalog-other-charset", "line 1", {"charset": charset})
    assert "msgconv --to-code=UTF-8" in problem.text()
    # Converting what is UTF-8 already would spoil its letters.
    assert "write charset=UTF-8 in the header" in problem.text()


@pytest.mark.parametrize(
    ("data", "place", "charset", "command"),
    [
        (
            HEAD.replace(b"UTF-8", b"ISO-8859-15") + b'msgid "\xe9"\nmsgstr ""\n',
            "line 4",
            "ISO-8859-15",
            "msgconv --to-code=UTF-8 -o new.po old.po",
        ),
        (HEAD + b'msgid "\xe9"\n', "line 4", "ISO-8859-1", "iconv -f ISO-8859-1"),
        ('msgid "a"'.encode("utf-16"), "", "UTF-16LE", "iconv -f UTF-16LE"),
    ],
)
def test_bytes_that_are_not_utf8_are_refused(
    data: bytes, place: str, charset: str, command: str
) -> None:
    problem = refusal(data)
    assert (problem.code, problem.place) == ("catalog-not-utf8", place)
    assert problem.details["charset"] == charset
    assert str(problem.details["command"]).startswith(command)


@pytest.mark.parametrize(
    ("text", "character"),
    [
        (b"a\0b", "U+0000"),
        (b"a\rb", "U+000D"),
        (b"a\x1bb", "U+001B"),
        (b"a\x7fb", "U+007F"),
        ("a\x85b".encode(), "U+0085"),
        (rb"a\000b", "U+0000"),
        (rb"a\x1b!", "U+001B"),
        (rb"a\ab", "U+0007"),
        (rb"a\rb", "U+000D"),
        (rb"a\302\205b", "U+0085"),
    ],
)
def test_control_character_is_refused_with_its_line(text: bytes, character: str) -> None:
    problem = refusal(HEAD + b'msgid "' + text + b'"\nmsgstr ""\n')
    assert told(problem) == ("catalog-control-character", "line 4", {"character": character})


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", "=======", ">>>>>>> ana/fr", "||||||| base"])
def test_mark_of_an_unfinished_merge_is_refused_with_its_line(mark: str) -> None:
    data = HEAD + b'msgid "a"\n' + mark.encode() + b'\nmsgstr "b"\n'
    assert told(refusal(data)) == ("catalog-conflict-marks", "line 5", {"mark": mark})


# --- Grammar -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('msgid "a\nmsgstr "b"\n', 4),
        ('msgid "a"\nmsgstr "b\n', 5),
        ('msgid "a" junk\nmsgstr "b"\n', 4),
        ('msgid "a"\nmsgstr "b"\nmsgfoo "c"\n', 6),
        ('msgid "a"\nmsgstr "b\\q"\n', 5),
        ('msgid "a"\nmsgstr "b\\777"\n', 5),
        ('msgid "a"\nmsgstr "b\\xff"\n', 4),
        ('msgid "a"\n# within\nmsgstr "b"\n', 5),
        ('msgid "a"\nmsgid "b"\nmsgstr "c"\n', 5),
        ('msgid "a"\nmsgctxt "b"\nmsgstr "c"\n', 5),
        ('msgid "a"\nmsgstr "b"\nmsgstr "c"\n', 6),
        ('msgstr "b"\n', 4),
        ('msgid\nmsgstr "b"\n', 5),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr "c"\n', 6),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[1] "c"\n', 6),
        ('msgid "a"\nmsgstr[0] "c"\n', 5),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[999999999] "c"\n', 6),
        ('msgid "a"\n#~ msgstr "b"\n', 5),
        ('#~ msgid "a"\nmsgstr "b"\n', 5),
        ('#| msgstr "a"\nmsgid "a"\nmsgstr "b"\n', 4),
        ('domain "x"\nmsgid "a"\nmsgstr "b"\n', 4),
        ('msgid\u00a0"a"\nmsgstr "b"\n', 4),
    ],
)
def test_what_is_no_po_is_refused_with_its_line(body: str, line: int) -> None:
    problem = refusal(HEAD + body.encode())
    assert (problem.code, problem.place) == ("catalog-broken", f"line {line}")


@pytest.mark.parametrize(
    "body", ['#| msgid "a"\n', 'msgid "a"\n', 'msgctxt "a"\n', 'msgid "a"\nmsgstr\n', "msgid"]
)
def test_end_within_an_entry_is_refused(body: str) -> None:
    data = HEAD + body.encode()
    assert told(refusal(data)) == ("catalog-cut-in-entry", f"line {data.count(b'msg') + 1}", {})


# --- Bounds --------------------------------------------------------------------------------------


def test_bounds_are_named() -> None:
    limits = Limits(size=400, lines=20, entries=2, entry=120)
    one = b'msgid "%d"\nmsgstr "b"\n'
    assert told(refusal(b"#" * 401, limits=limits)) == (
        "catalog-too-large",
        "",
        {"size": 401, "limit": 400},
    )
    assert told(refusal(b"\n" * 20, limits=limits)) == (
        "catalog-too-many-lines",
        "",
        {"count": 21, "limit": 20},
    )
    assert told(refusal(b"".join(one % n for n in range(3)), limits=limits)) == (
        "catalog-too-many-entries",
        "line 5",
        {"limit": 2},
    )
    assert told(refusal(one % 1 + b'"c"\n' * 8 + b'"' + b"d" * 99 + b'"\n', limits=limits)) == (
        "catalog-entry-too-large",
        "line 1",
        {"limit": 120},
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_largest_hostile_file_is_refused_or_read_and_touches_nothing(
    name: str, readers: Readers
) -> None:
    hostile = HOSTILE[name]
    assert readers.read("po", hostile.make()).what == hostile.what


@pytest.mark.parametrize("count", ["100000000", "1" * 20, "-1", "0", "abc", "2; plural=n%0"])
def test_plural_rule_of_the_header_is_never_used(count: str) -> None:
    rule = f'"Plural-Forms: nplurals={count}; plural=n!;\\n"\n'.encode()
    data = HEAD.rstrip() + b"\n" + rule + b'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n'
    catalog = read_po(data, language="ja")
    assert [entry.plural_targets for entry in catalog.entries] == [("c",)]
    assert catalog.problems == ()


def test_other_number_of_plural_forms_is_said() -> None:
    data = HEAD + b'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n'
    assert [told(problem) for problem in read_po(data, language="ar").problems] == [
        ("catalog-plural-forms", "line 4", {"found": 2, "expected": 6})
    ]


# --- Header --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "language", "ours", "taken"),
    [
        ("pt_BR", "pt-BR", True, True),
        ("pt_BR.UTF-8", "pt-BR", True, True),
        ("pt-br", "pt-BR", True, True),
        ("pt", "pt-BR", True, True),
        ("pt_PT", "pt-BR", False, False),
        ("fr_CA", "fr", True, False),
        ("fr_CA", "fr", False, True),
        ("de", "fr", False, False),
        ("zh_CN", "zh-Hans", True, True),
        ("zh_TW", "zh-Hans", False, False),
        ("iw", "he", True, True),
        ("sr@latin", "sr-Latn", True, True),
        ("sr", "sr-Latn", False, False),
        ("French", "fr", False, False),
        ("", "fr", True, True),
    ],
)
def test_language_of_the_header_must_be_that_of_the_upload(
    declared: str, language: str, ours: bool, taken: bool
) -> None:
    mark = '"X-Pinger-Document: privacy-policy\\nX-Pinger-Revision: 1\\n"\n' if ours else ""
    data = HEAD.rstrip() + f'\n"Language: {declared}\\n"\n{mark}msgid "a"\nmsgstr ""\n'.encode()
    if taken:
        assert (read_po(data, language=language).header is not None) == ours
    else:
        problem = refusal(data, language)
        assert (problem.code, problem.details["found"]) == ("catalog-wrong-language", declared)


def test_damaged_header_is_left_aside_and_said() -> None:
    data = write_po(header(), sample()).replace(b"Revision: 3\\n", b"Revision: 3.1\\n")
    catalog = read_po(data, language="pt-BR")
    assert (catalog.header, [told(problem) for problem in catalog.problems]) == (
        None,
        [("catalog-damaged-header", "", {"field": "X-Pinger-Revision", "found": "3.1"})],
    )


# --- Entries -------------------------------------------------------------------------------------


def test_duplicates_are_named_with_both_lines_and_kept() -> None:
    data = (
        HEAD + b'msgid "a"\nmsgstr "b"\n\nmsgctxt ""\nmsgid "a"\nmsgstr ""\n\nmsgid "a" msgstr ""'
    )
    catalog = read_po(data, language="fr")
    assert [told(problem) for problem in catalog.problems] == [
        ("catalog-duplicate-entry", "line 11", {"first": 4, "second": 11})
    ]
    assert [(entry.line, entry.target) for entry in catalog.entries] == [
        (4, "b"),
        (7, ""),
        (11, ""),
    ]


@pytest.mark.parametrize("data", [b"", b"\n", b"# nothing\n", HEAD])
def test_file_without_entries_is_named_empty(data: bytes) -> None:
    catalog = read_po(data, language="fr")
    assert (catalog.entries, [told(problem) for problem in catalog.problems]) == (
        (),
        [("catalog-empty", "", {})],
    )


def test_every_cut_is_seen() -> None:
    """A file of ours cut at any byte is refused, has nothing, or has lost only its end mark."""
    data = write_po(header(), sample())
    whole = read_po(data, language="pt-BR").entries
    silent = []
    for length in range(len(data) - 1):
        try:
            catalog = read_po(data[:length], language="pt-BR")
        except Problem:
            continue
        codes = {problem.code for problem in catalog.problems}
        live = tuple(entry for entry in whole if not entry.obsolete)
        lost = tuple(entry for entry in catalog.entries if not entry.obsolete) != live
        if (lost and "catalog-empty" not in codes) or not codes:
            silent.append(length)
    assert silent == []


def test_fewer_entries_than_exported_are_refused_unless_meant() -> None:
    data = write_po(header(), sample())
    blocks = data.split(b"\n\n")
    fewer = b"\n\n".join(blocks[:2] + blocks[4:])
    assert told(refusal(fewer)) == ("catalog-truncated", "", {"expected": 7, "found": 6})
    catalog = read_po(fewer, language="pt-BR", partial=True)
    assert (len(catalog.entries), catalog.problems) == (6, ())


def test_altered_source_text_is_said() -> None:
    data = write_po(header(), sample()).replace(b"How long we keep it", b"How long we store it")
    problems = read_po(data, language="pt-BR").problems
    assert [problem.code for problem in problems] == ["catalog-altered-sources"]


# --- Mutants -------------------------------------------------------------------------------------


def test_no_mutant_raises_anything_but_a_problem() -> None:
    dice = random.Random(20261122)
    data = write_po(header(), [*sample(), exported("s9", "tail", "cauda")])
    units = units_of(sample())
    read = 0
    for _ in range(2_000):
        with suppress(Problem):
            catalog = read_po(mutant(data, dice), language="pt-BR")
            assert len(merge(units, catalog)) >= len(units)
            read += 1
    assert 100 < read < 1_900
