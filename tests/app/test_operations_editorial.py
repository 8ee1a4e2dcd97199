"""Editorial changes: claimed by one, confirmed by another, undone until they are published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app import operations, queries
from app.database import db
from app.models import Editorial
from app.operations.editorial import Guard
from app.published.lag import compare
from tests.app.support_filled import Filling
from tests.app.support_operations import (
    HOURS,
    RULES,
    actions,
    exported,
    refused,
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
    begin,
    editor,
    import_source,
    publish,
    translate,
    translator,
)
from workflows import release
from workflows.release import Rule
from workflows.review import State

TYPO = "We run thsi house from 9 to 17 o'clock."
WRONG = SOURCE.replace(HOURS, TYPO)
REASON = "A typing mistake."


def fill() -> None:
    """Two revisions: the first has a typing mistake in a text that is reviewed in French."""
    begin()
    import_source(WRONG)
    translate("fr", {TYPO: "Nous tenons cette maison de 9 à 17 heures."})
    approve("fr")
    import_source(SOURCE)


@pytest.fixture
def mended(filled: Filling) -> Iterator[Flask]:
    """The app in its context, with them."""
    app = filled(fill)
    with app.app_context():
        assert unit("fr").outdated is True
        yield app


def mark(by: str = ADMINISTRATOR, *, revision: int = 0, reason: str = REASON) -> Editorial:
    with acting(by) as act:
        number = revision or act.document(SLUG).head
        return operations.mark_editorial(act, SLUG, unit("en").key, revision=number, reason=reason)


def confirm(claim: Editorial, by: str = editor("en"), *, four_eyes: bool = True) -> Editorial:
    with acting(by, four_eyes=four_eyes) as act:
        return operations.confirm_editorial(act, SLUG, claim.id)


def undo(claim: Editorial, by: str = ADMINISTRATOR) -> Editorial:
    with acting(by) as act:
        return operations.undo_editorial(act, SLUG, claim.id)


# --- Claim and confirmation ----------------------------------------------------------------------


def test_claim_alone_carries_nothing_over(mended: Flask) -> None:
    claim = mark()
    assert (claim.waits, claim.counts) == (True, False)
    assert unit("fr").state is State.NEEDS_EDITING


def test_confirmed_claim_carries_the_review_over_and_writes_no_translation(mended: Flask) -> None:
    claim = mark()
    before = unit("fr")
    confirm(claim)
    after = unit("fr")
    assert (after.state, after.outdated, after.previous_source) == (State.REVIEWED, False, "")
    assert (after.version, after.reviewed_at) == (before.version, before.reviewed_at)
    assert [c.reason for c in after.editorials] == [REASON]
    assert actions()[-2:] == ["editorial.marked", "editorial.confirmed"]


def test_claim_is_confirmed_by_a_second_person(mended: Flask) -> None:
    claim = mark(editor("en"))
    with refused("own-claim"):
        confirm(claim, editor("en"))
    confirm(claim, ADMINISTRATOR)
    assert unit("fr").state is State.REVIEWED


def test_small_team_may_confirm_its_own_claim_when_the_site_says_so(mended: Flask) -> None:
    claim = mark(editor("en"))
    assert confirm(claim, editor("en"), four_eyes=False).counts is True


def test_claim_needs_an_author(mended: Flask) -> None:
    claim = mark()
    for by in (translator("en"), editor("fr"), translator("fr")):
        with refused("not-permitted"):
            mark(by)
        with refused("not-permitted"):
            confirm(claim, by)
        with refused("not-permitted"):
            undo(claim, by)


def test_claim_needs_a_reason(mended: Flask) -> None:
    for reason in ("", " \n", "\0"):
        with refused("claim-without-reason"):
            mark(reason=reason)


def test_claiming_and_confirming_twice_is_doing_it_once(mended: Flask) -> None:
    claim = mark()
    with unchanged():
        assert mark().id == claim.id
    confirm(claim)
    with unchanged():
        confirm(claim)


def test_claim_about_anything_but_an_edit_is_refused(mended: Flask) -> None:
    for number in (1, 9):
        with refused("not-an-edit"):
            mark(revision=number)
    with refused("not-an-edit"), acting(ADMINISTRATOR) as act:
        key = unit("en", RULES).key
        operations.mark_editorial(act, SLUG, key, revision=3, reason=REASON)


def test_half_of_a_split_cannot_be_editorial(house: Flask) -> None:
    import_source(SOURCE.replace("**short**. Write", "**short**.\n\nWrite"))
    key = unit("en", "Write to <a1>our desk</a1> with questions.").key
    with refused("not-an-edit"), acting(ADMINISTRATOR) as act:
        operations.mark_editorial(act, SLUG, key, revision=2, reason=REASON)


# --- The guard -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (HOURS.replace("17", "18"), "number"),
        (HOURS.replace("We run", "We don't run"), "negation"),
        (HOURS.replace("We run", "We may run"), "modal"),
        (HOURS.replace("this house", "this house and the garden"), "scope"),
    ],
)
def test_change_of_substance_is_refused_and_named(house: Flask, text: str, kind: str) -> None:
    import_source(SOURCE.replace(HOURS, text))
    with refused("not-editorial"), acting(ADMINISTRATOR) as act:
        operations.mark_editorial(act, SLUG, unit("en", text).key, revision=2, reason=REASON)
    document = queries.document(db.session, SLUG)
    before, after = queries.edit(db.session, document, 2, unit("en", text).key)
    assert before is not None
    assert after is not None
    texts = (queries.source_texts(db.session, text.revision) for text in (before, after))
    found = Guard(document, *texts).findings(before, after)
    assert kind in {finding.kind for finding in found}


@pytest.mark.parametrize(
    ("before", "after", "others"),
    [
        ("Hoffmann runs this house.", "Hofmann runs this house.", "Hoffmann Ltd pays."),
        ("We are clients of a commmittee.", "We are clients of a committee.", ""),
        ("Pinger Panel runs it.", "Pinger panel runs it.", ""),
    ],
)
def test_names_of_the_document_and_of_the_site_are_protected(
    house: Flask, before: str, after: str, others: str
) -> None:
    import_source(SOURCE.replace(HOURS, f"{before}\n\n{others}"))
    import_source(SOURCE.replace(HOURS, f"{after}\n\n{others}"))
    with refused("not-editorial"), acting(ADMINISTRATOR) as act:
        operations.mark_editorial(act, SLUG, unit("en", after).key, revision=3, reason=REASON)


def test_slip_passes_where_the_rest_of_the_document_shows_the_word(house: Flask) -> None:
    slip, word = "The commmittee meets here.", "The committee meets here."
    import_source(SOURCE.replace(HOURS, f"{slip}\n\nAsk the committee."))
    import_source(SOURCE.replace(HOURS, f"{word}\n\nAsk the committee."))
    with acting(ADMINISTRATOR) as act:
        key = unit("en", word).key
        assert operations.mark_editorial(act, SLUG, key, revision=3, reason=REASON).waits


def test_link_to_another_place_is_refused(house: Flask) -> None:
    import_source(SOURCE.replace("desk@example.org", "reception@example.org"))
    with refused("not-editorial"), acting(ADMINISTRATOR) as act:
        operations.mark_editorial(act, SLUG, unit("en", RULES).key, revision=2, reason=REASON)


# --- Undoing -------------------------------------------------------------------------------------


def test_undone_claim_makes_the_text_outdated_again(mended: Flask) -> None:
    claim = mark()
    confirm(claim)
    undo(claim)
    assert unit("fr").outdated is True
    with refused("no-such-editorial"):
        confirm(claim)
    assert mark().id != claim.id


def test_claim_is_undone_until_a_release_relies_on_it(house: Flask) -> None:
    everything_with_typo()
    claim = mark()
    confirm(claim)
    undo(claim)
    again = mark()
    confirm(again)
    publish("en")
    with refused("editorial-published"):
        undo(again)


def everything_with_typo() -> None:
    import_source(WRONG)
    publish("en")
    translate("fr", {TYPO: "Nous tenons cette maison de 9 à 17 heures."})
    approve("fr")
    publish("fr")
    import_source(SOURCE)


def test_claim_of_another_document_is_not_found(mended: Flask) -> None:
    claim = mark()
    import_source("# Other\n\nAnother text.\n", slug="other-rules")
    for verb in (operations.confirm_editorial, operations.undo_editorial):
        with refused("no-such-editorial"), acting(editor("en")) as act:
            verb(act, "other-rules", claim.id)


# --- Chains, reverts, releases, catalogs ---------------------------------------------------------


def test_claims_form_a_chain_and_a_gap_breaks_it(house: Flask) -> None:
    texts = (TYPO.replace("clock.", "clock"), TYPO, HOURS)
    import_source(SOURCE.replace(HOURS, texts[0]))
    translate("fr", {texts[0]: "Nous tenons cette maison de 9 à 17 heures."})
    approve("fr")
    for number, text in enumerate(texts[1:], 3):
        import_source(SOURCE.replace(HOURS, text))
        with acting(ADMINISTRATOR) as act:
            claim = operations.mark_editorial(
                act, SLUG, unit("en", text).key, revision=number, reason=f"step {number}"
            )
        confirm(claim)
        assert unit("fr", text).state is State.REVIEWED
    assert [c.reason for c in unit("fr").editorials] == ["step 4", "step 3"]
    with acting(ADMINISTRATOR) as act:
        first = unit("fr").editorials[-1]
        operations.undo_editorial(act, SLUG, first.id)
    assert unit("fr").outdated is True


def test_going_back_to_the_mistake_is_no_editorial_change(mended: Flask) -> None:
    confirm(mark())
    newer = unit("fr")
    with acting(editor("fr")) as act:
        operations.reopen(act, SLUG, "fr", newer.key, version=newer.version, reason="r")
    translate("fr", {HOURS: "Nous tenons cette maison de 9 h à 17 h."})
    approve("fr")
    import_source(WRONG)
    # The pair that was reviewed first was taken back by the reopening.
    assert unit("fr", TYPO).outdated is True


def test_release_names_the_claim_and_the_page_is_not_outdated(house: Flask) -> None:
    everything_with_typo()
    confirm(mark())
    source = publish("en")
    live_fr = view("fr").live
    assert live_fr is not None
    french = release.read(live_fr.content, live_fr.manifest, live_fr.digest)
    english = release.read(source.content, source.manifest, source.digest)
    assert not compare(french, english)
    assert not compare(english, french)
    newer = publish("fr")
    key = unit("en").key
    text = release.read(newer.content, newer.manifest, newer.digest).texts[key]
    assert text.reviewed_source == french.texts[key].source_digest
    assert [(c.reason, c.before) for c in text.editorial] == [(REASON, text.reviewed_source)]
    (row,) = (r for r in json.loads(newer.manifest)["texts"] if r["key"] == key)
    assert row["reviewed_source"] == text.reviewed_source
    assert row["editorial"] == [text.reviewed_source]
    assert "editorial" not in json.loads(live_fr.manifest)["texts"][0]


def test_release_with_editorial_changes_alone_asks_for_no_translation(mended: Flask) -> None:
    with acting(ADMINISTRATOR) as act:
        operations.set_publication_rule(act, SLUG, Rule(due_days=30))
    import_source(WRONG)
    for tag in ("en", "fr"):
        publish(tag)
    import_source(SOURCE)
    claim = mark()
    confirm(claim)
    publish("en")
    assert (view("fr").behind, view("fr").overdue) == (None, False)
    import_source(SOURCE.replace("30 days", "31 days"))
    third = publish("en")
    found = view("fr").behind
    assert found is not None
    assert (found.number, found.since) == (3, third.effective_at)


def test_what_was_not_confirmed_when_the_source_was_released_is_asked_for(mended: Flask) -> None:
    import_source(WRONG)
    for tag in ("en", "fr"):
        publish(tag)
    import_source(SOURCE)
    claim, row = mark(), publish("en")
    with acting(editor("en")) as act:
        later = replace(act, now=row.published_at + timedelta(seconds=1))
        operations.confirm_editorial(later, SLUG, claim.id)
    found = view("fr").behind
    assert found is not None
    assert (found.number, found.since) == (2, row.effective_at)


def test_catalog_says_why_the_review_carried_over(mended: Flask) -> None:
    confirm(mark())
    po = exported("fr").decode()
    assert f"Editorial change of the source, the review carried over: {REASON}" in po
    assert "fuzzy" not in po.partition(TYPO)[0].rpartition("msgctxt")[2]
    with unchanged(), acting(translator("fr")) as act:
        report = operations.import_catalog(act, SLUG, "fr", exported("fr"))
    assert (report.applied, report.proposed) == (0, 0)


def test_approval_after_an_editorial_change_is_for_the_new_source(house: Flask) -> None:
    import_source(WRONG)
    translate("fr", {TYPO: "Nous tenons cette maison de 9 à 17 heures."})
    import_source(SOURCE)
    claim = mark()
    confirm(claim)
    assert unit("fr").state is State.TRANSLATED
    approve("fr")
    undo(claim)
    assert unit("fr").state is State.REVIEWED


def test_whole_policy_is_ready_after_an_editorial_change(house: Flask) -> None:
    import_source(WRONG)
    translate("fr", {TYPO: "Nous tenons cette maison de 9 à 17 heures."})
    approve("fr")
    import_source(SOURCE)
    confirm(mark())
    assert str(view("fr").status.status) == "ready"
