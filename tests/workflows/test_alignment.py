"""Alignment of two revisions: which segment of the new one is which of the old one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import segments, sources
from workflows.alignment import SIMILAR, Change, Pair, align
from workflows.sources import Link


@dataclass(frozen=True)
class Piece:
    """A segment as alignment sees it."""

    text: str
    role: str = "paragraph"
    links: tuple[Link, ...] = ()

    @property
    def digest(self) -> str:
        return segments.digest(self.text, self.links)


NAME = "We keep your name for as long as you have an account with us."
MAIL = "Our letters go to the address that you gave when you signed up."
LOGS = "Machines write down when a page was asked for, and delete it after a week."
SOLD = "Nothing of this is ever sold to anybody, whatever they may offer."


def rows(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int | None, int | None]]:
    """The alignment of paragraphs, without the scores."""
    pairs = align([Piece(text) for text in old], [Piece(text) for text in new])
    return [(str(pair.change), pair.old, pair.new) for pair in pairs]


def carried(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Where each old segment went, by index."""
    return {o: n for _, o, n in rows(old, new) if o is not None and n is not None}


# --- What becomes of a segment -------------------------------------------------------------------


def test_unchanged_text_is_kept() -> None:
    assert align([Piece(NAME), Piece(MAIL)], [Piece(NAME), Piece(MAIL)]) == (
        Pair(Change.KEPT, 0, 0, 1.0),
        Pair(Change.KEPT, 1, 1, 1.0),
    )


def test_first_revision_is_all_added() -> None:
    assert align([], [Piece(NAME), Piece(MAIL)]) == (
        Pair(Change.ADDED, None, 0, 0.0),
        Pair(Change.ADDED, None, 1, 0.0),
    )


def test_emptied_document_is_all_removed() -> None:
    assert align([Piece(NAME), Piece(MAIL)], []) == (
        Pair(Change.REMOVED, 0, None, 0.0),
        Pair(Change.REMOVED, 1, None, 0.0),
    )
    assert align([], []) == ()


def test_added_text_stands_between_kept_ones() -> None:
    assert rows([NAME, LOGS], [NAME, MAIL, LOGS]) == [
        ("kept", 0, 0),
        ("added", None, 1),
        ("kept", 1, 2),
    ]


def test_removed_text_comes_last() -> None:
    assert rows([NAME, MAIL, LOGS], [NAME, LOGS]) == [
        ("kept", 0, 0),
        ("kept", 2, 1),
        ("removed", 1, None),
    ]


def test_edited_text_is_found_in_its_gap() -> None:
    edited = MAIL.replace("letters", "e-mails")
    found = align(
        [Piece(NAME), Piece(MAIL), Piece(LOGS)], [Piece(NAME), Piece(edited), Piece(LOGS)]
    )
    assert [(pair.change, pair.old, pair.new) for pair in found] == [
        (Change.KEPT, 0, 0),
        (Change.EDITED, 1, 1),
        (Change.KEPT, 2, 2),
    ]
    assert SIMILAR <= found[1].score < 1


def test_rewritten_text_is_removed_and_added() -> None:
    assert rows([NAME, MAIL, LOGS], [NAME, SOLD, LOGS]) == [
        ("kept", 0, 0),
        ("added", None, 1),
        ("kept", 2, 2),
        ("removed", 1, None),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("We do not sell your data.", "We do sell your data."),
        ("We never sell your data.", "We ever sell your data."),
        ("We keep it for 30 days.", "We keep it for 90 days."),
        ("You may object.", "You may object!"),
        ("You may object.", "You may  object."),
        ("<strong>You</strong> may object.", "<em>You</em> may object."),
    ],
)
def test_smallest_edit_is_an_edit_and_never_kept(before: str, after: str) -> None:
    assert rows([NAME, before, LOGS], [NAME, after, LOGS])[1] == ("edited", 1, 1)


def test_other_link_is_an_edit() -> None:
    old = Piece("Write to <a1>us</a1>.", links=(Link(1, "/contact"),))
    new = Piece("Write to <a1>us</a1>.", links=(Link(1, "https://example.org/"),))
    assert align([old], [new]) == (Pair(Change.EDITED, 0, 0, 1.0),)


def test_edit_is_found_only_in_the_same_role() -> None:
    # A heading that becomes a sentence is another text to translate.
    found = align([Piece(NAME, "heading")], [Piece(NAME + "!", "paragraph")])
    assert [pair.change for pair in found] == [Change.ADDED, Change.REMOVED]


def test_best_pairs_are_made_first() -> None:
    old = [NAME, NAME.replace("name", "full name")]
    new = [NAME.replace("name", "full names"), NAME.replace("name", "names")]
    assert carried(old, new) == {1: 0, 0: 1}


# --- Moves ---------------------------------------------------------------------------------------


def test_swap_of_two_paragraphs_keeps_both_keys() -> None:
    assert carried([NAME, MAIL, LOGS, SOLD], [NAME, LOGS, MAIL, SOLD]) == {0: 0, 1: 2, 2: 1, 3: 3}
    changes = Counter(change for change, _, _ in rows([NAME, MAIL], [MAIL, NAME]))
    assert changes == {"kept": 1, "moved": 1}


def test_moved_text_is_found_however_far_it_went() -> None:
    filler = [f"{number} is a number that nobody has asked for." for number in range(50)]
    old, new = [NAME, *filler], [*filler, NAME]
    assert carried(old, new) == {0: 50} | {n + 1: n for n in range(50)}
    assert rows(old, new)[50] == ("moved", 0, 50)


def test_section_moves_with_all_its_texts() -> None:
    old, new = [NAME, MAIL, "Logs", LOGS, SOLD], ["Logs", LOGS, NAME, MAIL, SOLD]
    assert carried(old, new) == {0: 2, 1: 3, 2: 0, 3: 1, 4: 4}


# --- Equal texts in several places ---------------------------------------------------------------


def test_equal_texts_keep_their_order() -> None:
    assert carried(["Yes", "No", "Yes"], ["Yes", "No", "Yes"]) == {0: 0, 1: 1, 2: 2}
    assert rows(["Yes", "Yes"], ["Yes", "Yes", "Yes"]) == [
        ("kept", 0, 0),
        ("kept", 1, 1),
        ("added", None, 2),
    ]


def test_one_of_two_equal_texts_is_edited() -> None:
    old, new = [NAME, "For one month", MAIL, "For one month"], [NAME, "For one month", MAIL]
    assert carried(old, new) == {0: 0, 1: 1, 2: 2}
    assert carried(old, [*new, "For one months"]) == {0: 0, 1: 1, 2: 2, 3: 3}


def test_two_thousand_cells_of_two_kinds_are_quick() -> None:
    old = [str(number % 2) for number in range(2_000)]
    new = [str(number % 3) for number in range(2_000)]
    changes = Counter(change for change, _, _ in rows(old, new))
    assert changes == {"kept": 1334, "added": 666, "removed": 666}


# --- What holds for all documents ----------------------------------------------------------------

texts = st.sampled_from(
    ["", "Yes", "No", NAME, NAME + " Always.", MAIL, MAIL.upper(), LOGS, LOGS[:-9], SOLD]
)
pieces = st.lists(
    st.builds(Piece, texts, st.sampled_from(["heading", "paragraph", "cell"])), max_size=12
)


@given(pieces, pieces)
def test_alignment_is_one_to_one_and_leaves_nobody_out(old: list[Piece], new: list[Piece]) -> None:
    pairs = align(old, new)
    assert sorted(pair.old for pair in pairs if pair.old is not None) == list(range(len(old)))
    assert [pair.new for pair in pairs if pair.new is not None] == list(range(len(new)))
    assert pairs == align(old, new)
    for pair in pairs:
        if pair.old is None:
            assert (pair.change, pair.score) == (Change.ADDED, 0.0)
        elif pair.new is None:
            assert (pair.change, pair.score) == (Change.REMOVED, 0.0)
        elif pair.change is Change.EDITED:
            assert old[pair.old].digest != new[pair.new].digest
            assert old[pair.old].role == new[pair.new].role
            assert SIMILAR <= pair.score <= 1
        else:
            assert pair.change in (Change.KEPT, Change.MOVED)
            assert old[pair.old].digest == new[pair.new].digest
            assert pair.score == 1


@given(pieces, pieces)
def test_equal_text_is_never_lost(old: list[Piece], new: list[Piece]) -> None:
    pairs = align(old, new)
    stayed = Counter(
        new[pair.new].digest
        for pair in pairs
        if pair.new is not None and pair.change in (Change.KEPT, Change.MOVED)
    )
    before = Counter(piece.digest for piece in old)
    assert stayed == before & Counter(piece.digest for piece in new)


@given(pieces, pieces)
def test_kept_segments_stand_in_the_same_order(old: list[Piece], new: list[Piece]) -> None:
    kept = [pair.old for pair in align(old, new) if pair.change is Change.KEPT]
    assert kept == sorted(kept, key=lambda index: -1 if index is None else index)


@given(pieces)
def test_document_aligned_with_itself_is_all_kept(both: list[Piece]) -> None:
    assert align(both, both) == tuple(Pair(Change.KEPT, n, n, 1.0) for n in range(len(both)))


@given(st.permutations([NAME, MAIL, LOGS, SOLD, "Yes", "No"]))
def test_any_order_of_the_same_texts_keeps_every_key(new: list[str]) -> None:
    old = [NAME, MAIL, LOGS, SOLD, "Yes", "No"]
    assert carried(old, new) == {number: new.index(text) for number, text in enumerate(old)}


def test_segments_of_a_document_are_aligned() -> None:
    def cut(text: str) -> tuple[segments.Segment, ...]:
        return segments.split(sources.read(text.encode(), media_type="text/markdown"))[1]

    old = cut(f"# Policy\n\n## Names\n\n{NAME}\n\n## Mail\n\n{MAIL}\n")
    new = cut(f"# Policy\n\n## Names\n\n{NAME} Always.\n\n{SOLD}\n\n## Mail\n\n{MAIL}\n")
    found = [(str(p.change), p.old, new[p.new].text) for p in align(old, new) if p.new is not None]
    assert found == [
        ("kept", 0, "Policy"),
        ("kept", 1, "Names"),
        ("edited", 2, f"{NAME} Always."),
        ("added", None, SOLD),
        ("kept", 3, "Mail"),
        ("kept", 4, MAIL),
    ]
