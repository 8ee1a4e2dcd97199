"""Entries of the usual form are read by the gate itself: as polib and it read them otherwise."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable

import pytest

from bench.mutants import mutant
from tests.support.catalogs import exported, gettext, header, sample
from workflows.catalogs import Catalog, read_po, write_po
from workflows.catalogs.model import Limits
from workflows.catalogs.scanning import scan
from workflows.problems import Problem


def unusual(data: bytes) -> bytes:
    """The same file with one more blank behind each keyword that opens an entry."""
    return data.replace(b'\nmsgctxt "', b'\nmsgctxt  "')


def outcome(data: bytes) -> Catalog | tuple[str, str]:
    """The refusal, or the catalog without its problems, which are not compared by what they say."""
    try:
        found = read_po(data, language="pt-BR")
    except Problem as problem:
        return problem.code, problem.place
    return dataclasses.replace(found, problems=())


def wrapped(data: bytes) -> bytes:
    return gettext("msgcat", "--width=40", "-", data=data).stdout


@pytest.mark.parametrize("written", [bytes, wrapped], ids=["one line", "wrapped"])
def test_both_ways_read_the_same(written: Callable[[bytes], bytes]) -> None:
    entries = [*sample(), exported("s9", 'a "quoted"\\n word ' * 9, 'uma "palavra"\\n ' * 9)]
    data = written(write_po(header(), entries))
    lines, outlines = scan(data, Limits())
    usual = [outline.strings for outline in outlines if outline.strings]
    others = [e for e in entries if e.obsolete or e.previous_source or e.comment]
    assert len(usual) == len(entries) - len(others) > 4
    assert not any(key in "\n".join(lines) for key, _, _ in usual)
    assert isinstance(outcome(data), Catalog)
    assert outcome(data) == outcome(unusual(data))


def test_both_ways_judge_injured_files_alike() -> None:
    data = write_po(header(), [*sample(), exported("s9", "tail", "cauda", "reviewed")])
    dice = random.Random("both ways")
    outcomes = []
    for _ in range(600):
        injured = mutant(data, dice)
        outcomes.append(outcome(injured))
        assert outcomes[-1] == outcome(unusual(injured)), injured
    read = sum(isinstance(found, Catalog) for found in outcomes)
    assert 100 < read < 500


@pytest.mark.parametrize(
    ("tail", "judged"),
    [
        ('"c"\n', "bc"),
        ('\n \t\n"c"\n', "bc"),
        ('\n \r\n\t"c" "d"\n', "bcd"),
        ('# note\n"c"\n', ("catalog-broken", "line 6")),
        ('msgstr "c"\n', ("catalog-broken", "line 5")),
        ('msgstr[1] "c"\n', ("catalog-broken", "line 5")),
        ('msgid_plural "c"\n', ("catalog-broken", "line 5")),
        ('#~ "c"\n', ("catalog-broken", "line 5")),
        ('msgctxt "k2"\n', ("catalog-cut-in-entry", "line 5")),
        ("# the end\n", "b"),
        ("", "b"),
    ],
)
def test_what_follows_an_entry_is_not_passed_over(tail: str, judged: object) -> None:
    found = outcome(f'#. note\nmsgctxt "k"\nmsgid "a"\nmsgstr "b"\n{tail}'.encode())
    assert (found.entries[0].target if isinstance(found, Catalog) else found) == judged


def test_large_entry_is_refused_either_way() -> None:
    data = f'msgctxt "k"\nmsgid "a"\nmsgstr "{"é" * 40_000}"\n'.encode()
    assert outcome(data) == ("catalog-entry-too-large", "line 3")
    data = ('msgctxt "k"\nmsgid "a"\nmsgstr ""\n' + f'"{"é" * 10_000}"\n' * 4).encode()
    assert outcome(data) == ("catalog-entry-too-large", "line 1")
