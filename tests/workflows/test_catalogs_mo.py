"""MO out: what the standard library and msgunfmt read from it."""

from __future__ import annotations

import dataclasses
import gettext as stdlib
import io

import pytest

from tests.support.catalogs import exported, gettext, header, sample
from tests.support.hostile import running_readers
from tests.support.hostile.po import MO
from workflows.catalogs import CannotExport, DuplicateEntry, read_po, write_mo, write_po


def loaded(data: bytes) -> stdlib.GNUTranslations:
    return stdlib.GNUTranslations(io.BytesIO(data))


def test_texts_are_found_by_key_and_source() -> None:
    catalog = loaded(write_mo(sample(), header()))
    kept = ["s7k3qm2xw9", "s2222222ab", "s5555555ab", "s8888888ab"]
    for entry in sample():
        found = catalog.pgettext(entry.key, entry.source)
        assert found == (entry.target if entry.key in kept else entry.source)
    assert catalog.info()["language"] == "pt_BR"


def test_plural_forms_are_found_by_number() -> None:
    entry = dataclasses.replace(
        exported("s1", "{n} day", "{n} день"),
        plural_source="{n} days",
        plural_targets=("{n} день", "{n} дня", "{n} дней"),
    )
    catalog = loaded(write_mo([entry], header("ru")))
    found = [catalog.npgettext("s1", "{n} day", "{n} days", number) for number in (1, 2, 5, 21)]
    assert found == ["{n} день", "{n} дня", "{n} дней", "{n} день"]


def test_bytes_do_not_depend_on_the_order_of_entries() -> None:
    assert write_mo(sample()[::-1], header()) == write_mo(sample(), header())


def test_catalog_without_entries_or_header_loads() -> None:
    assert loaded(write_mo([])).charset() == "UTF-8"


def test_msgunfmt_reads_the_same_entries() -> None:
    done = gettext("msgunfmt", "-", data=write_mo(sample(), header()))
    assert (done.returncode, done.stderr) == (0, b"")
    read = read_po(done.stdout, language="pt-BR").entries
    assert {(entry.key, entry.source, entry.target) for entry in read} == {
        (entry.key, entry.source, entry.target)
        for entry in sample()
        if entry.state in ("translated", "reviewed") and not entry.obsolete
    }


def test_msgfmt_makes_the_same_texts() -> None:
    done = gettext("msgfmt", "-o", "-", "-", data=write_po(header(), sample()))
    theirs = loaded(done.stdout)
    ours = loaded(write_mo(sample(), header()))
    for entry in sample():
        assert ours.pgettext(entry.key, entry.source) == theirs.pgettext(entry.key, entry.source)


def test_what_mo_can_not_carry_is_refused() -> None:
    for entry in (
        exported("s1", "", "b"),
        exported("s1", "a", "b\0c"),
        exported("s1\x04", "a", "b"),
    ):
        with pytest.raises(CannotExport):
            write_mo([entry])
    with pytest.raises(DuplicateEntry):
        write_mo([exported("s1", "a", "b"), exported("s1", "a", "c")])


def test_many_entries_are_written() -> None:
    (many,) = MO.values()
    with running_readers("mo") as readers:
        assert readers.read("mo", many.make()).what == many.what
