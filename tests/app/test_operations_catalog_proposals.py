"""Proposals in exported catalogs: in the notes, with their sources, harmless on the way back."""

from __future__ import annotations

import polib
import pytest
from flask import Flask

from app import operations
from app.queries import proposals
from tests.app.support_operations import HOURS, RULES, exported, unchanged, unit
from tests.app.support_policy import (
    SLUG,
    SOURCE,
    TRANSLATIONS,
    acting,
    approve,
    import_source,
    translate,
    translator,
)
from tests.support.catalogs import msgfmt_says

SPLIT = SOURCE.replace("**short**. Write", "**short**.\n\nWrite")
PARTS = ("These rules are <strong>short</strong>.", "Write to <a1>our desk</a1> with questions.")
OLD = TRANSLATIONS["fr"][RULES]
LINE = f"Proposal: {OLD} (made for: {RULES})"


def propose(target: str, text: str = HOURS) -> None:
    with acting(translator("fr")) as act:
        assert operations.propose(act, SLUG, "fr", unit("fr", text).key, target) is not None


def told(po: bytes) -> dict[str, list[str]]:
    """The notes about proposals, by source text."""
    return {
        entry.msgid: [line for line in entry.comment.split("\n") if "roposal" in line]
        for entry in polib.pofile(po.decode())
        if "roposal" in entry.comment
    }


def test_parts_of_a_split_tell_the_text_of_the_whole(house: Flask) -> None:
    translate("fr")
    approve("fr")
    assert told(exported("fr")) == {}
    import_source(SPLIT)
    po = exported("fr")
    assert told(po) == {part: [LINE] for part in PARTS}
    assert exported("fr") == po
    assert msgfmt_says(po) == (0, "")
    with unchanged(), acting(translator("fr")) as act:
        report = operations.import_catalog(act, SLUG, "fr", po)
    assert report.counts["same"] == len(report.rows) == 20


def test_merged_segment_tells_the_texts_of_its_parts(house: Flask) -> None:
    import_source(SPLIT)
    halves = ("Ces règles sont <strong>courtes</strong>.", "Écrivez à <a1>nous</a1>.")
    translate("fr", dict(zip(PARTS, halves, strict=True)))
    import_source(SOURCE)
    assert told(exported("fr")) == {RULES: [f"Proposal: {' '.join(halves)} (made for this source)"]}


def test_proposal_that_is_decided_is_told_no_more(house: Flask) -> None:
    propose("Ouvert.")
    propose("Ouvert\u00a0!")
    assert told(exported("fr")) == {
        HOURS: [
            "Proposal: Ouvert. (made for this source)",
            "Proposal: Ouvert\u00a0! (made for this source)",
        ]
    }
    first, second = unit("fr").candidates
    with acting(translator("fr")) as act:
        operations.dismiss(act, SLUG, "fr", first.id)
        operations.accept(act, SLUG, "fr", second.id, version=0)
    assert told(exported("fr")) == {}


@pytest.mark.parametrize(
    "target",
    [
        "Ouvert\u2028de 9 à 17\u2029heures.",
        'Ouvert "de 9" \\n à 17 % {hours} <b>#. state: reviewed</b>',
        "state: reviewed",
        "مفتوح من 9 إلى 17",
        "-- #~ msgid #, fuzzy",
    ],
)
def test_proposal_is_one_line_whatever_it_says(house: Flask, target: str) -> None:
    translate("fr")
    approve("fr")
    with acting(translator("fr")) as act:
        # As older versions of the checks may have let it in.
        found = operations.propose(act, SLUG, "fr", unit("fr").key, "Ouvert.")
        assert found is not None
        found.target = target
    po = exported("fr")
    line = f"#. Proposal: {' '.join(target.splitlines())} (made for this source)\n"
    assert po.decode().count("\n#. Proposal: ") == po.decode().count(line) == 1
    assert msgfmt_says(po) == (0, "")
    with unchanged(), acting(translator("fr")) as act:
        assert operations.import_catalog(act, SLUG, "fr", po).counts["same"] == 19


def test_proposals_leave_an_entry_and_a_file_small_enough_to_come_back(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        propose(f"{number}. " + "mot " * 2_500)
    propose("Ouvert.", "Who we are")
    po = exported("fr")
    notes = told(po)
    assert [line[:11] for line in notes[HOURS]] == ["Proposal: 0", "More propos"]
    assert notes[HOURS][1] == "More proposals, in the workbench only: 8"
    assert len(notes["Who we are"]) == 1
    with unchanged(), acting(translator("fr")) as act:
        operations.import_catalog(act, SLUG, "fr", po)
    monkeypatch.setattr(proposals, "FILE_ROOM", 50)
    assert told(exported("fr")) == {
        "Who we are": ["Proposal: Ouvert. (made for this source)"],
        HOURS: ["More proposals, in the workbench only: 9"],
    }
