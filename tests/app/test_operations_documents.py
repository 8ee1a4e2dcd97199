"""Importing a source again and again: keys, reviews and outdated texts, on both databases."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask

from app import operations, queries
from app.database import db
from tests.app.support_operations import (
    HOURS,
    RULES,
    actions,
    refused,
    target_of,
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
    import_source,
    publish,
    translate,
    translator,
)
from workflows import sources
from workflows.alignment import Change
from workflows.review import LanguageStatus, State

LATER = HOURS.replace("17", "18")
SECTION = "## 2. What we keep"
NO_CHANGES = {str(change): 0 for change in Change}


def import_text(
    text: str = SOURCE,
    *,
    slug: str = SLUG,
    language: str = "en",
    title: str = "",
    dry_run: bool = False,
    by: str = ADMINISTRATOR,
) -> operations.DocumentImport:
    source = sources.read(text.encode(), media_type="text/markdown")
    digest = hashlib.sha256(text.encode()).hexdigest()
    with acting(by) as act:
        return operations.import_document(
            act, slug, source, file_digest=digest, language=language, title=title, dry_run=dry_run
        )


def keys(language: str = "en") -> dict[str, str]:
    """Keys by source text."""
    return {found.text: found.key for found in view(language).units}


# --- Refusals ------------------------------------------------------------------------------------


BAD_SLUGS = (
    *("", "a", "A-b", "a_b", "a--b", "-ab", "ab-", "a b", "ab\n", "a/b", "é-é", "x" * 81),
    *("static", "healthz", "workbench", "fr", "../ab", "ab\0", "languages", "feed", "receipts"),
    *("robots.txt", "sitemap.xml", "verify.py", "release-keys.json", "release-keys"),
)


def test_import_refuses_slug_that_cannot_stand_in_an_address(house: Flask) -> None:
    for slug in BAD_SLUGS:
        with refused("bad-slug"):
            import_text(slug=slug)


@pytest.mark.parametrize("slug", ["a1", "x" * 80])
def test_import_takes_slug(house: Flask, slug: str) -> None:
    assert import_text(slug=slug).revision == 1


def test_import_refuses_unknown_language_for_a_new_document_only(house: Flask) -> None:
    with refused("unknown-language"):
        import_text(slug="new-rules", language="xx")
    with unchanged():
        assert import_text(language="xx").unchanged is True


def test_import_is_for_administrators(house: Flask) -> None:
    with refused("not-permitted"):
        import_text(SOURCE.replace("17", "18"), by=translator("en"))


# --- Revisions -----------------------------------------------------------------------------------


def test_import_of_the_same_text_writes_nothing(house: Flask) -> None:
    with unchanged():
        report = import_text()
    assert (report.unchanged, report.revision) == (True, 1)


def test_import_dry_run_writes_nothing_and_says_the_same(house: Flask) -> None:
    newer = SOURCE.replace(HOURS, LATER)
    with unchanged():
        rehearsal = import_text(newer, dry_run=True)
        new = import_text(newer, slug="new-rules", dry_run=True)
    report = import_text(newer)
    assert rehearsal == report
    assert report.changes == NO_CHANGES | {"kept": 18, "edited": 1}
    assert (new.revision, new.changes["added"]) == (1, 19)


def test_import_counts_revisions_and_keeps_the_old_one(house: Flask) -> None:
    assert import_text(SOURCE.replace(HOURS, LATER)).revision == 2
    document = queries.document(db.session, SLUG)
    texts = [
        [row.text for row in queries.source_texts(db.session, revision)]
        for revision in (
            queries.revision(db.session, document, 1),
            queries.revision(db.session, document),
        )
    ]
    assert HOURS in texts[0]
    assert LATER in texts[1]
    assert LATER not in texts[0]
    assert actions().count("document.imported") == 2


def test_import_takes_title_from_outside_and_from_the_heading(house: Flask) -> None:
    import_text(title="Rules of <em>our</em> house")
    # From outside it is literal text, not tagged text.
    assert queries.document(db.session, SLUG).title == "Rules of <em>our</em> house"
    assert view("en").units[0].text == r"Rules of \<em>our\</em> house"


def test_import_takes_a_very_long_heading(house: Flask) -> None:
    """The title of a document has a column of 300 characters; the text itself has no limit."""
    long = "Very " * 100
    import_text(SOURCE.replace("# House rules", f"# {long}", 1))
    assert view("en").units[0].text == long.strip()
    assert len(queries.document(db.session, SLUG).title) <= 300


def test_change_of_structure_alone_is_a_revision(house: Flask) -> None:
    assert import_text(SOURCE.replace("1. your name", "- your name")).revision == 2


# --- Translations after a revision ---------------------------------------------------------------


def test_edited_segment_keeps_key_and_old_text_as_outdated(house: Flask) -> None:
    translate("fr")
    approve("fr")
    before = unit("fr")
    import_source(SOURCE.replace(HOURS, LATER))
    after = unit("fr", LATER)
    assert (after.key, after.target, after.version) == (before.key, target_of("fr"), before.version)
    assert (after.state, after.outdated, after.previous_source) == (
        State.NEEDS_EDITING,
        True,
        HOURS,
    )
    assert view("fr").status.counts[State.REVIEWED] == 18
    untouched = [found for found in view("fr").units if found.text != LATER]
    assert {found.state for found in untouched} == {State.REVIEWED}


def test_review_is_valid_again_by_itself_when_the_source_is_reverted(house: Flask) -> None:
    translate("fr")
    approve("fr")
    publish("fr")
    whole = view("fr")
    import_source(SOURCE.replace(HOURS, LATER))
    assert view("fr").status.status is LanguageStatus.IN_TRANSLATION
    assert view("fr").status.outdated is True
    import_source(SOURCE)
    after = view("fr")
    assert after.revision.number == 3
    assert (after.digest, after.signed) == (whole.digest, True)
    assert {found.state for found in after.units} == {State.REVIEWED}
    with refused("nothing-to-publish"), acting("editor-fr@example.org") as act:
        operations.publish(act, SLUG, "fr")


def test_outdated_text_saved_as_it_is_translates_the_new_source(house: Flask) -> None:
    """The translator looked, and the old text still fits: that must count as a translation."""
    translate("fr")
    import_source(SOURCE.replace(HOURS, LATER))
    found = unit("fr", LATER)
    with acting(translator("fr")) as act:
        operations.save(act, SLUG, "fr", found.key, found.target, version=found.version)
    after = unit("fr", LATER)
    assert (after.state, after.outdated, after.target) == (
        State.TRANSLATED,
        False,
        target_of("fr"),
    )


def test_changed_link_makes_the_review_void_without_a_change_of_text(house: Flask) -> None:
    translate("fr")
    approve("fr")
    import_source(SOURCE.replace("desk@example.org", "reception@example.org"))
    assert unit("fr", RULES).state == State.NEEDS_EDITING
    assert unit("fr", RULES).outdated is True


def test_moved_segment_keeps_key_and_review(house: Flask) -> None:
    translate("fr")
    approve("fr")
    before = keys()
    moved = SOURCE.replace(f"\n{HOURS}\n", "") + f"\n{HOURS}\n"
    assert import_text(moved).changes["moved"] == 1
    assert keys() == before
    assert unit("fr").state == State.REVIEWED


def test_removed_segment_that_comes_back_has_its_key_and_review(house: Flask) -> None:
    translate("fr")
    approve("fr")
    before = unit("fr")
    import_source(SOURCE.replace(HOURS, ""))
    assert HOURS not in keys()
    import_source(SOURCE.replace(HOURS, "", 1).replace(SECTION, f"{SECTION}\n\n{HOURS}"))
    after = unit("fr")
    assert (after.key, after.state, after.target) == (before.key, State.REVIEWED, before.target)
    assert after.reviewed_by is not None


def test_key_of_a_removed_segment_is_not_born_again_for_another_text(house: Flask) -> None:
    before = set(keys().values())
    import_source("# House rules\n\nSomething else altogether, with nothing of what was there.\n")
    assert set(keys().values()) - before != set()
    import_source(SOURCE)
    assert set(keys().values()) == before


def test_equal_texts_are_segments_of_their_own(house: Flask) -> None:
    import_text("# Two\n\nAgain.\n\nAgain.\n", slug="two-rules")
    first, second = [u for u in view("fr", "two-rules").units if u.text == "Again."]
    with acting(translator("fr")) as act:
        operations.save(act, "two-rules", "fr", first.key, "Encore.", version=0)
    assert [u.target for u in view("fr", "two-rules").units] == ["", "Encore.", ""]
    assert first.key != second.key


REFERRING = """\
# Rules

## {heading}

The first paragraph says what this is about, at some length, so that it is known again.

{one}

{two}
"""
ONE = "As [the first section](#{anchor}) says, this text refers to a heading above it."
TWO = "A paragraph without any reference at all, which only stands there to be passed by."


def test_text_with_a_link_to_an_edited_heading_is_kept_not_edited(house: Flask) -> None:
    """The link holds the key of the heading, and the heading keeps its key through the edit."""
    first = REFERRING.format(heading="About us", one=ONE, two=TWO).format(anchor="about-us")
    newer = REFERRING.format(heading="About us all", one=ONE, two=TWO).format(anchor="about-us-all")
    import_text(first, slug="linked-rules")
    assert import_text(newer, slug="linked-rules").changes == NO_CHANGES | {"kept": 4, "edited": 1}


def test_text_with_a_link_to_an_edited_heading_is_known_again_when_moved(house: Flask) -> None:
    first = REFERRING.format(heading="About us", one=ONE, two=TWO).format(anchor="about-us")
    moved = REFERRING.format(heading="About us all", one=TWO, two=ONE).format(anchor="about-us-all")
    import_text(first, slug="linked-rules")
    before = {found.text: found.key for found in view("en", "linked-rules").units}
    report = import_text(moved, slug="linked-rules")
    after = {found.text: found.key for found in view("en", "linked-rules").units}
    assert report.changes["added"] == 0
    assert [after[text] for text in sorted(after)] == [
        before[text.replace("us all", "us")] for text in sorted(after)
    ]
