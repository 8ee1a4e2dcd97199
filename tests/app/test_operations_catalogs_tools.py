"""Importing what tools made of a catalog, and what is neither lost nor brought back by it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from app import operations, queries
from app.database import db
from app.operations import CatalogImport
from tests.app.support_operations import (
    HOURS,
    RULES,
    candidates,
    exported,
    filled,
    target_of,
    unchanged,
    unit,
    view,
)
from tests.app.support_policy import (
    SLUG,
    SOURCE,
    acting,
    import_source,
    translate,
    translator,
)
from workflows import catalogs
from workflows.catalogs import Verdict
from workflows.review import State

FR = translator("fr")
TWINS = "# Rules\n\nAsk us for your data.\n\nAsk us for your data.\n\nThe end of it.\n"


def upload(data: bytes) -> CatalogImport:
    with acting(FR) as act:
        return operations.import_catalog(act, SLUG, "fr", data)


def verdict(report: CatalogImport, text: str) -> Verdict:
    (row,) = (row for row in report.rows if row.source == text)
    return row.verdict


def save(target: str, text: str = HOURS) -> None:
    found = unit("fr", text)
    with acting(FR) as act:
        operations.save(act, SLUG, "fr", found.key, target, version=found.version)


def fuzzy(po: bytes, text: str) -> bytes:
    """The catalog with the flag on the entry of a source text."""
    mark = f'msgctxt "{unit("fr", text).key}"'
    return po.decode().replace(mark, f"#, fuzzy\n{mark}").encode()


@pytest.mark.parametrize("version", catalogs.XLIFF_VERSIONS)
def test_indented_xliff_is_no_change(house: Flask, version: str) -> None:
    """Programs that indent a file put white space around a text that is one code."""
    import_source("# Rules\n\n**All of it.**\n\nThe end of it.\n")
    translate("fr", {"<strong>All of it.</strong>": "<strong>Tout.</strong>"})
    data = catalogs.write_xliff(*queries.catalog_export(db.session, view("fr")), version)
    root = ET.fromstring(data)
    ET.indent(root)
    with unchanged():
        report = upload(ET.tostring(root, encoding="utf-8"))
    assert {row.verdict for row in report.rows} == {Verdict.SAME}


def test_text_that_was_taken_away_does_not_come_back_with_an_old_file(house: Flask) -> None:
    save(target_of("fr"))
    old = exported("fr")
    save("")
    with unchanged():
        assert verdict(upload(old), HOURS) is Verdict.SAME
    report = upload(filled(old, {HOURS: "Ouvert de 9 à 17 heures."}))
    assert (verdict(report, HOURS), report.applied) == (Verdict.NEW, 1)


def test_equal_texts_of_merged_twins_are_one_proposal(house: Flask) -> None:
    import_source(TWINS)
    po = filled(exported("fr"), {"Ask us for your data.": "Demandez-nous vos données."})
    twins = "Ask us for your data.\n\nAsk us for your data."
    import_source(TWINS.replace(twins, twins.replace("\n\n", " ")))
    report = upload(po)
    assert (report.counts["parted"], report.proposed) == (2, 1)
    assert candidates("fr") == [("Demandez-nous vos données.", "upload", "open")]
    with unchanged():
        assert upload(po).proposed == 0


def test_draft_without_its_codes_is_taken_as_at_the_desk(house: Flask) -> None:
    report = upload(fuzzy(filled(exported("fr"), {RULES: "Ces règles …"}), RULES))
    assert (verdict(report, RULES), report.applied) == (Verdict.NEW, 1)
    found = unit("fr", RULES)
    assert (found.target, found.state) == ("Ces règles …", State.NEEDS_EDITING)


def test_work_on_an_outdated_text_is_taken_while_the_flag_stands(house: Flask) -> None:
    """The text has the codes of the new source already, and is still said to be unfinished."""
    translate("fr", {HOURS: target_of("fr")})
    now = "We run <strong>this house</strong> from 9 to 17 o'clock."
    import_source(SOURCE.replace("run this house", "run **this house**"))
    assert unit("fr", now).outdated
    better = "Nous tenons <strong>cette maison</strong> de 9 à 17 heures."
    po = exported("fr").decode()
    old = f'msgstr "{target_of("fr")}"'
    assert po.count(old) == 1
    report = upload(po.replace(old, f'msgstr "{better}"').encode())
    assert (verdict(report, now), report.applied) == (Verdict.CHANGED, 1)
    found = unit("fr", now)
    assert (found.target, found.state, found.outdated) == (better, State.NEEDS_EDITING, True)


@pytest.mark.parametrize("bad", ["a\u202eb", "a\ufeffb"])
def test_draft_that_must_not_be_stored_is_a_problem(house: Flask, bad: str) -> None:
    with unchanged():
        report = upload(fuzzy(filled(exported("fr"), {HOURS: bad}), HOURS))
    assert verdict(report, HOURS) is Verdict.PROBLEM
