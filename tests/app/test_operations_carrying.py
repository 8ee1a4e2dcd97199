"""What a new revision does to the translations: splits, merges, reverts and the impact of all."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from flask import Flask

from app import operations, queries
from app.database import db
from app.models import Lineage, Revision
from app.operations.carrying import LanguageImpact
from app.workbench import words
from tests.app.support_operations import (
    HOURS,
    RULES,
    actions,
    candidates,
    exported,
    unchanged,
    unit,
    view,
)
from tests.app.support_policy import (
    ADMINISTRATOR,
    SLUG,
    SOURCE,
    acting,
    approve,
    editor,
    translate,
    translator,
)
from workflows import segments, sources
from workflows.review import State

FIRST = "These rules are <strong>short</strong>."
SECOND = "Write to <a1>our desk</a1> with questions."
SPLIT = SOURCE.replace("**short**. Write", "**short**.\n\nWrite")
LATER = HOURS.replace("17", "18")
EDITED = SOURCE.replace(HOURS, LATER)


def revise(
    text: str, *, by_hand: Mapping[int, Sequence[int]] | None = None, dry_run: bool = False
) -> operations.DocumentImport:
    source = sources.read(text.encode(), media_type="text/markdown")
    digest = hashlib.sha256(text.encode()).hexdigest()
    with acting(ADMINISTRATOR) as act:
        return operations.import_document(
            act,
            SLUG,
            source,
            file_digest=digest,
            language="en",
            by_hand=by_hand,
            dry_run=dry_run,
        )


def reviewed(*languages: str) -> None:
    """Have the first revision translated and reviewed."""
    for language in languages:
        translate(language)
        approve(language)


def stored_lineage() -> list[tuple[str, str, str]]:
    """Change, old text and new text of the newest revision, in the order of storing."""
    document = queries.document(db.session, SLUG)
    texts = {key: text for key, text, _digest in queries.source_history(db.session, document)} | {
        text.key: text.text for text in queries.source_texts(db.session, _revision(-1))
    }
    after = {text.key: text.text for text in queries.source_texts(db.session, _revision(0))}
    rows: Sequence[Lineage] = queries.lineage(db.session, _revision(0))
    return [
        (
            row.change,
            texts[row.from_segment.key] if row.from_segment else "",
            after[row.segment.key] if row.segment else "",
        )
        for row in rows
    ]


def _revision(step: int) -> Revision:
    document = queries.document(db.session, SLUG)
    return queries.revision(db.session, document, document.head + step)


# --- Split and merge -----------------------------------------------------------------------------


def test_split_offers_the_old_text_to_both_halves_and_translates_neither(house: Flask) -> None:
    reviewed("fr")
    key, old = unit("fr", RULES).key, unit("fr", RULES).target
    report = revise(SPLIT)
    assert report.changes["split"] == 1
    # The longer half has the key.
    assert unit("fr", SECOND).key == key != unit("fr", FIRST).key
    for text in (FIRST, SECOND):
        found = unit("fr", text)
        assert (found.state, found.target) == (State.INITIAL, "")
        (candidate,) = found.candidates
        assert (candidate.target, candidate.origin) == (old, "split")
        assert candidate.source_text == RULES
    assert stored_lineage() == [("split", RULES, FIRST), ("split", RULES, SECOND)]
    assert "translation.set-aside" in actions()


def test_candidate_of_a_split_can_be_accepted_as_a_start(house: Flask) -> None:
    reviewed("fr")
    revise(SPLIT)
    half = unit("fr", FIRST)
    with acting(translator("fr")) as act:
        operations.accept(act, SLUG, "fr", half.candidates[0].id, version=half.version)
    after = unit("fr", FIRST)
    assert (after.state, after.outdated, after.previous_source) == (
        State.NEEDS_EDITING,
        True,
        RULES,
    )


def test_split_taken_back_makes_the_review_valid_again(house: Flask) -> None:
    reviewed("fr", "de")
    before = unit("fr", RULES)
    revise(SPLIT)
    report = revise(SOURCE)
    assert report.changes["merged"] == 1
    after = unit("fr", RULES)
    assert (after.key, after.state, after.target) == (before.key, State.REVIEWED, before.target)
    assert after.reviewed_by is not None
    assert after.reviewed_by.email == editor("fr")
    assert (after.translated_at, after.reviewed_at) == (before.translated_at, before.reviewed_at)
    assert unit("de", RULES).state is State.REVIEWED
    assert [impact.revived for impact in report.impact.languages] == [1, 1]


def test_merge_offers_the_old_texts_as_one(house: Flask) -> None:
    reviewed("fr")
    names, years = unit("fr", "Who we are").target, unit("fr").target
    whole = f"Who we are {HOURS}"
    report = revise(SOURCE.replace(f"## 1. Who we are\n\n{HOURS}", whole))
    assert report.changes["merged"] == 1
    found = unit("fr", whole)
    assert (found.state, found.target) == (State.INITIAL, "")
    assert [(c.target, c.origin) for c in found.candidates] == [(f"{names} {years}", "merged")]
    # The reference to the heading that is no more is an edit.
    assert Counter(row[0] for row in stored_lineage()) == {"merged": 2, "edited": 1}
    # What is gone stays in the catalog, as an obsolete entry.
    assert f'#~ msgstr "{names}"'.encode() in exported("fr")


def test_merge_taken_back_has_both_keys_and_reviews_again(house: Flask) -> None:
    reviewed("fr")
    before = {u.text: (u.key, u.target) for u in view("fr").units}
    revise(SOURCE.replace(f"## 1. Who we are\n\n{HOURS}", f"Who we are {HOURS}"))
    revise(SOURCE)
    after = {u.text: (u.key, u.target) for u in view("fr").units}
    assert after == before
    assert {u.state for u in view("fr").units} == {State.REVIEWED}


def test_merge_of_half_translated_texts_offers_what_there_is(house: Flask) -> None:
    with acting(translator("fr")) as act:
        operations.save(act, SLUG, "fr", unit("fr").key, "De 9 à 17 heures.", version=0)
    revise(SOURCE.replace(f"## 1. Who we are\n\n{HOURS}", f"Who we are {HOURS}"))
    assert candidates("fr") == [("De 9 à 17 heures.", "merged", "open")]


def test_merged_links_keep_apart() -> None:
    text = (
        "See [one](https://example.org/1), [more](https://example.org/3 'Three') and 1<br>2.\n\n"
        "See [two](https://example.org/2) and [three](https://example.org/3).\n\nAnd 3<br>4.\n"
    )
    apart, (together,) = (
        segments.split(sources.read(written.encode(), name="x.md"))[1]
        for written in (text, text.replace("\n\n", " "))
    )
    assert len(apart) == 3
    assert segments.concatenated(part.text for part in apart) == together.text
    assert segments.joined_digest((part.text, part.links) for part in apart) == together.digest


# --- Proposals know their source -----------------------------------------------------------------


def accept(text: str) -> None:
    """Accept the one proposal for a segment, by the translator."""
    found = unit("fr", text)
    (candidate,) = found.candidates
    with acting(translator("fr")) as act:
        operations.accept(act, SLUG, "fr", candidate.id, version=found.version)


def test_proposal_of_a_split_that_is_taken_back_is_for_the_source_now(house: Flask) -> None:
    translate("fr")
    revise(SPLIT)
    revise(SOURCE)
    assert unit("fr", RULES).candidates[0].source_digest == unit("fr", RULES).unit.source_digest
    accept(RULES)
    assert unit("fr", RULES).state is State.TRANSLATED


def test_proposal_of_work_on_an_edit_is_for_the_source_of_the_edit(house: Flask) -> None:
    reviewed("fr")
    edited, new = SOURCE.replace("**short**", "**brief**"), RULES.replace("short", "brief")
    revise(edited)
    better = "Ces règles sont <strong>brèves</strong>. Écrivez à <a1>nous</a1>."
    translate("fr", {new: better})
    revise(SOURCE)
    assert candidates("fr") == [(better, "superseded", "open")]
    revise(edited)
    accept(new)
    assert (unit("fr", new).state, unit("fr", new).target) == (State.TRANSLATED, better)


@pytest.mark.parametrize("outdated", [False, True])
def test_proposal_of_a_merge_is_for_the_sources_of_its_texts(house: Flask, outdated: bool) -> None:
    """Also when a part was edited after it was translated, and the merge takes that back."""
    revise(SPLIT)
    halves = ("Ces règles sont <strong>courtes</strong>.", "Écrivez à <a1>notre accueil</a1>.")
    translate("fr", dict(zip((FIRST, SECOND), halves, strict=True)))
    if outdated:
        revise(SPLIT.replace("with questions", "with any questions"))
    assert revise(SOURCE).changes["merged"] == 1
    assert unit("fr", RULES).candidates[0].source_digest == unit("fr", RULES).unit.source_digest
    accept(RULES)
    assert (unit("fr", RULES).state, unit("fr", RULES).target) == (
        State.TRANSLATED,
        " ".join(halves),
    )


def test_proposal_of_what_is_reviewed_again_is_closed(house: Flask) -> None:
    reviewed("fr", "de")
    old = unit("fr", RULES).target
    revise(SPLIT)
    with acting(translator("fr")) as act:
        key = unit("fr", SECOND).key
        operations.propose(act, SLUG, "fr", key, "Écrivez à <a1>nous</a1>.")
    revise(SOURCE)
    # What says something else stays, and so does what is for the half that left the page.
    assert [c.target for c in unit("fr", RULES).candidates] == ["Écrivez à <a1>nous</a1>."]
    assert unit("de", RULES).candidates == ()
    assert sorted(state for target, _, state in candidates("fr") if target == old) == [
        "closed",
        "open",
    ]
    assert actions().count("candidate.closed") == 2
    assert "candidate.closed" in words.ACTS
    revise(SPLIT)
    assert [c.target for c in unit("fr", SECOND).candidates] == ["Écrivez à <a1>nous</a1>.", old]


def test_work_that_says_what_is_reviewed_again_is_no_proposal(house: Flask) -> None:
    reviewed("fr")
    revise(EDITED)
    translate("fr", {LATER: unit("fr", LATER).target})
    revise(SOURCE)
    assert unit("fr").state is State.REVIEWED
    assert candidates("fr") == []


# --- Reverts -------------------------------------------------------------------------------------


def test_revert_makes_an_untouched_review_valid_by_itself(house: Flask) -> None:
    reviewed("fr")
    revise(EDITED)
    assert unit("fr", LATER).state is State.NEEDS_EDITING
    before = len(actions())
    revise(SOURCE)
    assert unit("fr").state is State.REVIEWED
    assert actions()[before:] == ["document.imported"]


def test_revert_brings_back_the_reviewed_pair_and_keeps_newer_work(house: Flask) -> None:
    reviewed("fr")
    old = unit("fr")
    revise(EDITED)
    newer = unit("fr", LATER)
    with acting(translator("fr")) as act:
        operations.save(act, SLUG, "fr", newer.key, "De 9 à 18 heures.", version=newer.version)
    revise(SOURCE)
    found = unit("fr")
    assert (found.state, found.target) == (State.REVIEWED, old.target)
    assert candidates("fr") == [("De 9 à 18 heures.", "superseded", "open")]
    revise(EDITED)
    assert unit("fr", LATER).outdated is True


def test_revert_between_two_reviewed_pairs_goes_both_ways(house: Flask) -> None:
    reviewed("fr")
    old = unit("fr").target
    revise(EDITED)
    newer = unit("fr", LATER)
    with acting(translator("fr")) as act:
        operations.save(act, SLUG, "fr", newer.key, "De 9 à 18 heures.", version=newer.version)
    approve("fr")
    for text, source, target in ((SOURCE, HOURS, old), (EDITED, LATER, "De 9 à 18 heures.")):
        revise(text)
        found = unit("fr", source)
        assert (found.state, found.target) == (State.REVIEWED, target)
    assert candidates("fr") == []


def test_review_that_was_taken_back_does_not_come_back(house: Flask) -> None:
    reviewed("fr")
    found = unit("fr")
    with acting(editor("fr")) as act:
        operations.reopen(act, SLUG, "fr", found.key, version=found.version, reason="wrong hour")
    revise(EDITED)
    newer = unit("fr", LATER)
    with acting(translator("fr")) as act:
        operations.save(act, SLUG, "fr", newer.key, "De 9 à 18 heures.", version=newer.version)
    revise(SOURCE)
    assert unit("fr").state is State.NEEDS_EDITING
    assert unit("fr").target == "De 9 à 18 heures."


def test_review_of_a_text_that_an_editor_replaced_does_not_come_back(house: Flask) -> None:
    reviewed("fr")
    found = unit("fr")
    with acting(editor("fr")) as act:
        other = operations.propose(act, SLUG, "fr", found.key, "Ouvert de 9 à 17 heures.")
        assert other is not None
        operations.accept(act, SLUG, "fr", other.id, version=found.version)
    revise(EDITED)
    newer = unit("fr", LATER)
    with acting(translator("fr")) as act:
        operations.save(act, SLUG, "fr", newer.key, "De 9 à 18 heures.", version=newer.version)
    revise(SOURCE)
    assert (unit("fr").target, unit("fr").outdated) == ("De 9 à 18 heures.", True)


# --- By hand, and the impact ---------------------------------------------------------------------


def test_pairing_by_hand_decides_about_keys(house: Flask) -> None:
    reviewed("fr")
    position = unit("fr").position - 1
    other = "An entirely different thing is said here, and at length."
    text = SOURCE.replace(HOURS, other)
    assert revise(text, dry_run=True).changes["edited"] == 0
    key = unit("fr").key
    assert revise(text, by_hand={position: [position]}).changes["edited"] == 1
    found = unit("fr", other)
    assert (found.key, found.outdated, found.previous_source) == (key, True, HOURS)


def test_unpairing_by_hand_gives_a_new_key(house: Flask) -> None:
    reviewed("fr")
    key, position = unit("fr").key, unit("fr").position - 1
    report = revise(EDITED, by_hand={position: []})
    assert (report.changes["added"], report.changes["removed"]) == (1, 1)
    assert unit("fr", LATER).key != key
    assert unit("fr", LATER).target == ""


def test_impact_is_told_before_anything_is_written(house: Flask) -> None:
    reviewed("fr")
    with acting(translator("de")) as act:
        operations.save(act, SLUG, "de", unit("de").key, "Von 9 bis 17 Uhr.", version=0)
    with unchanged():
        impact = revise(f"{EDITED}\nOne more paragraph is here.\n", dry_run=True).impact
    hours, more = segments.words(LATER), 5
    assert impact.languages == (
        LanguageImpact("de", 0, 0, 2, hours + more),
        LanguageImpact("fr", 18, 0, 2, hours + more),
    )
    assert (impact.back, impact.new, impact.words, impact.removed) == (1, 1, hours + more, 0)


def test_impact_of_a_first_import_asks_nobody(house: Flask) -> None:
    impact = revise(SOURCE, dry_run=True).impact
    assert (impact.languages, impact.back, impact.new) == ((), 0, 0)


def test_effective_date_alone_makes_a_revision(house: Flask) -> None:
    dated = f"---\neffective: 2026-12-01\n---\n{SOURCE}"
    report = revise(dated)
    assert (report.unchanged, report.revision, report.changes["kept"]) == (False, 2, 19)
    assert _revision(0).effective == "2026-12-01"
    assert revise(dated).unchanged is True
