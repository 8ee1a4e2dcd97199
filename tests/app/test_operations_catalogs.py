"""Importing catalogs end to end: export, edit in another program, import, on both databases."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app import operations
from app.operations import CatalogImport
from tests.app.support_operations import (
    HOURS,
    RULES,
    TITLE,
    actions,
    candidates,
    exported,
    filled,
    refused,
    target_of,
    unchanged,
    unit,
    view,
)
from tests.app.support_policy import (
    SLUG,
    SOURCE,
    TRANSLATIONS,
    acting,
    approve,
    editor,
    import_source,
    translate,
    translator,
)
from workflows.catalogs import Verdict
from workflows.problems import Problem
from workflows.review import State

FR = translator("fr")
ALL = TRANSLATIONS["fr"]
NOTHING = {str(verdict): 0 for verdict in Verdict}
LATER = HOURS.replace("17", "18")
PARTS = ("These rules are <strong>short</strong>.", "Write to <a1>our desk</a1> with questions.")
SPLIT = SOURCE.replace("**short**. Write", "**short**.\n\nWrite")
LONG = SOURCE + "".join(f"\nParagraph {n}.\n" for n in range(30))


def upload(
    po: bytes,
    *,
    base: str | None = None,
    emptied: int | None = None,
    dry_run: bool = False,
    by: str = FR,
) -> CatalogImport:
    with acting(by) as act:
        return operations.import_catalog(
            act, SLUG, "fr", po, base=base, emptied=emptied, dry_run=dry_run
        )


def save(target: str, text: str = HOURS) -> None:
    found = unit("fr", text)
    with acting(FR) as act:
        operations.save(act, SLUG, "fr", found.key, target, version=found.version)


def verdict(report: CatalogImport, text: str = HOURS) -> str:
    (row,) = (row for row in report.rows if row.source == text)
    return str(row.verdict)


def test_import_fills_an_empty_language_with_one_history_row_each(house: Flask) -> None:
    report = upload(filled(exported("fr"), ALL))
    assert report.counts == NOTHING | {"new": 19}
    assert (report.applied, report.proposed) == (19, 0)
    assert {found.text: found.target for found in view("fr").units} == ALL
    assert {found.state for found in view("fr").units} == {State.TRANSLATED}
    assert actions().count("translation.imported") == 19
    author = unit("fr").translated_by
    assert author is not None
    assert author.email == FR


def test_import_again_changes_nothing(house: Flask) -> None:
    po = filled(exported("fr"), ALL)
    upload(po)
    with unchanged():
        report = upload(po)
    assert report.counts == NOTHING | {"same": 19}
    assert (report.applied, report.proposed) == (0, 0)


def test_import_of_an_untouched_export_changes_nothing_in_any_state(house: Flask) -> None:
    translate("fr", {HOURS: "Ouvert."})
    approve("fr")
    save_draft(RULES)
    import_source(SOURCE.replace(HOURS, LATER))
    with unchanged():
        report = upload(exported("fr"))
    assert report.counts == NOTHING | {"same": 19}


def save_draft(text: str) -> None:
    """Reopen a reviewed unit and leave a draft in it."""
    with acting(editor("fr")) as act:
        found = unit("fr", text)
        operations.reopen(act, SLUG, "fr", found.key, version=found.version, reason="r")
    with acting(FR) as act:
        operations.save(
            act, SLUG, "fr", found.key, "À faire", version=found.version + 1, draft=True
        )


@pytest.mark.parametrize("spelling", ["  {}\n", "{}\r\n", "\n{}", "{}\u00a0"])
def test_import_of_white_space_around_a_text_is_no_change(house: Flask, spelling: str) -> None:
    po = filled(exported("fr"), {HOURS: spelling.format(target_of("fr"))})
    first = upload(po)
    assert (verdict(first), unit("fr").target) == ("new", target_of("fr"))
    with unchanged():
        assert verdict(upload(po)) == "same"


def test_import_dry_run_says_the_same_and_writes_nothing(house: Flask) -> None:
    save("Avant.", TITLE)
    po = filled(exported("fr"), ALL)
    with unchanged():
        rehearsal = upload(po, dry_run=True)
    report = upload(po)
    assert rehearsal.rows == report.rows
    assert (rehearsal.applied, rehearsal.proposed) == (0, 0)
    assert report.counts == NOTHING | {"new": 18, "changed": 1}


def test_import_changes_what_only_the_file_changed(house: Flask) -> None:
    save("Avant.")
    report = upload(filled(exported("fr"), {HOURS: "Après."}))
    assert (verdict(report), unit("fr").target) == ("changed", "Après.")


def test_import_of_an_old_file_keeps_what_moved_on(house: Flask) -> None:
    """The file was made three weeks ago and this text not touched in it: ours is newer."""
    save("Avant.")
    old = exported("fr")
    save("Mieux.")
    with unchanged():
        assert verdict(upload(old)) == "same"
    assert unit("fr").target == "Mieux."


def test_import_of_both_changed_keeps_both(house: Flask) -> None:
    save("Avant.")
    theirs = filled(exported("fr"), {HOURS: "Le leur."})
    save("Le nôtre.")
    report = upload(theirs)
    assert (verdict(report), report.applied, report.proposed) == ("conflict", 0, 1)
    assert unit("fr").target == "Le nôtre."
    assert candidates("fr") == [("Le leur.", "upload", "open")]
    with unchanged():
        assert upload(theirs).proposed == 0


def test_import_never_overwrites_reviewed_text(house: Flask) -> None:
    save(target_of("fr"))
    approve("fr")
    report = upload(filled(exported("fr"), {HOURS: "Le leur."}))
    assert (verdict(report), report.applied, report.proposed) == ("candidate", 0, 1)
    found = unit("fr")
    assert (found.target, found.state) == (target_of("fr"), State.REVIEWED)
    assert candidates("fr") == [("Le leur.", "upload", "open")]


def test_import_never_empties(house: Flask) -> None:
    save("Avant.")
    with unchanged():
        assert verdict(upload(filled(exported("fr"), {HOURS: ""}), emptied=1)) == "emptied"
        assert verdict(upload(filled(exported("fr"), {HOURS: " \n "}), emptied=1)) == "emptied"


def test_import_of_text_with_wrong_codes_is_named_and_not_kept(house: Flask) -> None:
    po = filled(exported("fr"), ALL | {RULES: "Ces règles."})
    report = upload(po)
    (row,) = (row for row in report.rows if row.source == RULES)
    assert (row.verdict, report.applied, report.proposed) == (Verdict.PROBLEM, 18, 0)
    assert {problem.code for problem in row.problems} == {"missing-code"}
    assert unit("fr", RULES).target == ""
    assert candidates("fr") == []


def test_import_of_unknown_segment_and_missing_one_says_so(house: Flask) -> None:
    save("Avant.")
    po = exported("fr").replace(unit("fr").key.encode(), b"s0000000000")
    with unchanged():
        report = upload(po)
    assert report.counts == NOTHING | {"same": 18, "unknown": 1, "missing": 1}


# --- Files made from an earlier revision ---------------------------------------------------------


def test_import_of_a_file_for_an_earlier_source_lands_as_outdated(house: Flask) -> None:
    po = filled(exported("fr"), ALL)
    import_source(SOURCE.replace(HOURS, LATER))
    report = upload(po)
    assert report.applied == 19
    found = unit("fr", LATER)
    assert (found.target, found.state, found.outdated, found.previous_source) == (
        target_of("fr"),
        State.NEEDS_EDITING,
        True,
        HOURS,
    )
    with unchanged():
        assert upload(po).applied == 0


def test_import_for_an_earlier_source_does_not_replace_a_newer_text(house: Flask) -> None:
    po = filled(exported("fr"), ALL)
    import_source(SOURCE.replace(HOURS, LATER))
    save("Jusqu'à 18 heures.", LATER)
    report = upload(po)
    assert verdict(report, LATER) == "conflict"
    assert unit("fr", LATER).target == "Jusqu'à 18 heures."
    assert candidates("fr") == [(target_of("fr"), "upload", "open")]


def test_import_that_takes_the_fuzzy_flag_away_says_the_text_fits(house: Flask) -> None:
    translate("fr")
    import_source(SOURCE.replace(HOURS, LATER))
    assert unit("fr", LATER).state == State.NEEDS_EDITING
    report = upload(filled(exported("fr"), {LATER: target_of("fr")}))
    assert (verdict(report, LATER), report.applied) == ("changed", 1)
    found = unit("fr", LATER)
    assert (found.state, found.outdated, found.target) == (
        State.TRANSLATED,
        False,
        target_of("fr"),
    )


def test_import_of_a_file_for_a_removed_segment_says_unknown(house: Flask) -> None:
    po = filled(exported("fr"), ALL)
    import_source(SOURCE.replace(HOURS, ""))
    report = upload(po)
    assert (report.applied, report.counts["unknown"]) == (18, 1)


# --- Guards --------------------------------------------------------------------------------------


def test_import_with_base_applies_exactly_what_was_previewed(house: Flask) -> None:
    po = filled(exported("fr"), ALL)
    preview = upload(po, dry_run=True)
    assert upload(po, base=preview.base).rows == preview.rows


def test_import_with_base_is_refused_after_any_change(house: Flask) -> None:
    translate("fr")
    po = filled(exported("fr"), {HOURS: "Ouvert."})
    preview = upload(po, dry_run=True)
    with acting(editor("fr")) as act:
        operations.approve(act, SLUG, "fr", unit("fr").key, version=1)
    with refused("changed-meanwhile"):
        upload(po, base=preview.base)
    with refused("changed-meanwhile"):
        upload(po, base="")
    later = upload(po, dry_run=True)
    import_source(SOURCE.replace(RULES[:5], "Those"))
    with refused("changed-meanwhile"):
        upload(po, base=later.base)


def test_import_with_base_passes_after_a_change_elsewhere(house: Flask) -> None:
    po = filled(exported("fr"), ALL)
    preview = upload(po, dry_run=True)
    translate("de")
    assert upload(po, base=preview.base).applied == 19


def test_import_of_another_language_document_or_of_garbage_is_refused(house: Flask) -> None:
    po = exported("fr")
    cases = {
        "wrong-document": po.replace(
            f"X-Pinger-Document: {SLUG}".encode(), b"X-Pinger-Document: x"
        ),
        "catalog-wrong-language": exported("de"),
        "catalog-truncated": po[: po.index(b"\n\n", len(po) // 2) + 2],
        "catalog-conflict-marks": po.replace(b"msgid", b"<<<<<<< ours\nmsgid", 3),
        "catalog-not-utf8": po + b"\xff",
    }
    found = {}
    for code, data in cases.items():
        with unchanged(), pytest.raises(Problem) as caught:
            upload(data)
        found[code] = caught.value.code
    assert found == {code: code for code in cases}
    with unchanged():
        report = upload(b"")
    assert [problem.code for problem in report.problems] == ["catalog-empty"]
    assert report.counts == NOTHING | {"missing": 19}


def test_import_leaves_the_other_languages_alone(house: Flask) -> None:
    translate("de")
    before = (view("de").digest, view("ar").digest)
    upload(filled(exported("fr"), ALL))
    assert (view("de").digest, view("ar").digest) == before


def test_export_is_the_same_bytes_for_the_same_state(house: Flask) -> None:
    upload(filled(exported("fr"), ALL))
    first = exported("fr")
    assert exported("fr") == first
    assert len(re.findall(rb"^msgctxt ", first, re.MULTILINE)) == 19 + first.count(
        b"end-of-catalog"
    )


def test_work_on_a_whole_that_was_split_is_proposed_for_its_parts(house: Flask) -> None:
    translate("fr")
    approve("fr")
    po = exported("fr")
    import_source(SPLIT)
    stale = [(ALL[RULES], "split", "open")] * 2
    assert candidates("fr") == stale
    untouched = upload(po)
    assert untouched.counts == NOTHING | {"same": 20}
    assert candidates("fr") == stale
    better = "Ces règles sont <strong>brèves</strong>. Écrivez à <a1>notre accueil</a1>."
    report = upload(filled(po, {RULES: better}))
    assert report.counts == NOTHING | {"same": 18, "parted": 2}
    assert (report.applied, report.proposed) == (0, 2)
    assert candidates("fr") == [*stale, (better, "upload", "open"), (better, "upload", "open")]
    for text in PARTS:
        found = unit("fr", text)
        assert found.state is State.INITIAL
        assert {candidate.source_text for candidate in found.candidates} == {RULES}
        assert found.unit.source_digest not in {c.source_digest for c in found.candidates}
    with unchanged():
        assert upload(filled(po, {RULES: better})).proposed == 0


def test_work_on_parts_that_were_merged_is_proposed_for_the_whole(house: Flask) -> None:
    import_source(SPLIT)
    po = exported("fr")
    import_source(SOURCE)
    first, second = "Ces règles sont <strong>courtes</strong>.", "Écrivez à <a1>nous</a1>."
    report = upload(filled(po, dict(zip(PARTS, (first, second), strict=True))))
    assert report.counts == NOTHING | {"missing": 0, "same": 18, "parted": 2}
    found = unit("fr", RULES)
    assert found.target == ""
    assert [(c.target, c.source_text) for c in found.candidates] == [
        (first, PARTS[0]),
        (second, PARTS[1]),
    ]


def test_file_that_would_empty_many_texts_needs_their_number(house: Flask) -> None:
    translate("fr")
    po = filled(exported("fr"), dict.fromkeys((HOURS, TITLE), ""))
    report = upload(po, dry_run=True)
    assert (report.emptied, report.translated) == (2, 19)
    with refused("catalog-many-emptied"):
        upload(po)
    with refused("catalog-many-emptied"):
        upload(po, emptied=3)
    done = upload(po, emptied=2)
    assert done.counts == NOTHING | {"same": 17, "emptied": 2}
    assert {found.text: found.target for found in view("fr").units} == ALL


def test_few_emptied_entries_need_no_number(house: Flask) -> None:
    import_source(LONG)
    translate("fr", {f"Paragraph {n}.": f"Alinéa {n}." for n in range(30)})
    report = upload(filled(exported("fr"), {HOURS: ""}))
    assert (report.emptied, report.counts["emptied"]) == (0, 1)
    assert target_of("fr") == unit("fr").target
