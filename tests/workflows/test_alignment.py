"""Alignment of two revisions: which segment of the new one is which of the old one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import segments, sources
from workflows.alignment import EXACT, Change, Match, PairingMisfit, align
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


Row = tuple[str, tuple[int, ...], tuple[int, ...]]


def rows(
    old: Sequence[str], new: Sequence[str], by_hand: Mapping[int, Sequence[int]] | None = None
) -> list[Row]:
    """The alignment of paragraphs, without the scores."""
    before, after = [Piece(text) for text in old], [Piece(text) for text in new]
    found = align(before, after, by_hand=by_hand)
    return [(str(match.change), match.old, match.new) for match in found]


def carried(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Where each old segment went, by index; of what is one to one."""
    return {o[0]: n[0] for _, o, n in rows(old, new) if len(o) == 1 == len(n)}


# --- What becomes of a segment -------------------------------------------------------------------


def test_unchanged_text_is_kept() -> None:
    assert align([Piece(NAME), Piece(MAIL)], [Piece(NAME), Piece(MAIL)]) == (
        Match(Change.KEPT, (0,), (0,), 1.0),
        Match(Change.KEPT, (1,), (1,), 1.0),
    )


def test_first_revision_is_all_added() -> None:
    assert align([], [Piece(NAME), Piece(MAIL)]) == (
        Match(Change.ADDED, (), (0,), 0.0),
        Match(Change.ADDED, (), (1,), 0.0),
    )


def test_emptied_document_is_all_removed() -> None:
    assert align([Piece(NAME), Piece(MAIL)], []) == (
        Match(Change.REMOVED, (0,), (), 0.0),
        Match(Change.REMOVED, (1,), (), 0.0),
    )
    assert align([], []) == ()


def test_added_text_stands_between_kept_ones() -> None:
    assert rows([NAME, LOGS], [NAME, MAIL, LOGS]) == [
        ("kept", (0,), (0,)),
        ("added", (), (1,)),
        ("kept", (1,), (2,)),
    ]


def test_removed_text_stands_where_it_stood() -> None:
    assert rows([NAME, MAIL, LOGS], [NAME, LOGS]) == [
        ("kept", (0,), (0,)),
        ("removed", (1,), ()),
        ("kept", (2,), (1,)),
    ]
    assert rows([NAME, MAIL], [MAIL])[0] == ("removed", (0,), ())


def test_edited_text_is_found_in_its_gap() -> None:
    edited = MAIL.replace("letters", "e-mails")
    found = align(
        [Piece(NAME), Piece(MAIL), Piece(LOGS)], [Piece(NAME), Piece(edited), Piece(LOGS)]
    )
    assert [(match.change, match.old, match.new) for match in found] == [
        (Change.KEPT, (0,), (0,)),
        (Change.EDITED, (1,), (1,)),
        (Change.KEPT, (2,), (2,)),
    ]
    # Twelve words are the same, of thirteen and of fourteen.
    assert found[1].score == pytest.approx(24 / 27)


def test_rewritten_text_is_removed_and_added() -> None:
    assert rows([NAME, MAIL, LOGS], [NAME, SOLD, LOGS]) == [
        ("kept", (0,), (0,)),
        ("removed", (1,), ()),
        ("added", (), (1,)),
        ("kept", (2,), (2,)),
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
    assert rows([NAME, before, LOGS], [NAME, after, LOGS])[1] == ("edited", (1,), (1,))


def test_other_link_is_an_edit() -> None:
    old = Piece("Write to <a1>us</a1>.", links=(Link(1, "/contact"),))
    new = Piece("Write to <a1>us</a1>.", links=(Link(1, "https://example.org/"),))
    assert align([old], [new]) == (Match(Change.EDITED, (0,), (0,), 1.0),)


def test_edit_in_another_role_must_be_more_alike() -> None:
    close, far = f"{NAME} Always.", NAME.replace("an account with us", "business here")
    for text, change in ((close, Change.EDITED), (far, Change.EDITED)):
        assert align([Piece(NAME)], [Piece(text)])[0].change is change
    assert align([Piece(NAME, "heading")], [Piece(close)])[0].change is Change.EDITED
    assert [m.change for m in align([Piece("Your mail", "heading")], [Piece("Your name")])] == [
        Change.REMOVED,
        Change.ADDED,
    ]


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
    assert rows(old, new)[50] == ("moved", (0,), (50,))


def test_section_moves_with_all_its_texts() -> None:
    old, new = [NAME, MAIL, "Logs", LOGS, SOLD], ["Logs", LOGS, NAME, MAIL, SOLD]
    assert carried(old, new) == {0: 2, 1: 3, 2: 0, 3: 1, 4: 4}


# --- Equal texts in several places ---------------------------------------------------------------


def test_equal_texts_keep_their_order() -> None:
    assert carried(["Yes", "No", "Yes"], ["Yes", "No", "Yes"]) == {0: 0, 1: 1, 2: 2}
    assert rows(["Yes", "Yes"], ["Yes", "Yes", "Yes"]) == [
        ("kept", (0,), (0,)),
        ("kept", (1,), (1,)),
        ("added", (), (2,)),
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


# --- Moved and edited, split, merged -------------------------------------------------------------

FIRST = "We keep your name and your address for as long as you have an account with us."
SECOND = "After that we delete both within thirty days, unless a law tells us to keep them."
THIRD = "You can ask for a copy of everything at any time and get it free of charge."


def test_text_that_moved_and_was_edited_is_found() -> None:
    filler = [f"{number} is a number that nobody has asked for." for number in range(9)]
    assert rows([NAME, *filler], [*filler, NAME.replace("account", "agreement")])[-1] == (
        "edited",
        (0,),
        (9,),
    )


def test_split_is_recognised() -> None:
    whole = f"{FIRST} {SECOND}"
    assert rows([NAME, whole, LOGS], [NAME, FIRST, SECOND, LOGS]) == [
        ("kept", (0,), (0,)),
        ("split", (1,), (1, 2)),
        ("kept", (2,), (3,)),
    ]
    assert rows([f"{whole} {THIRD}"], [FIRST, SECOND, THIRD]) == [("split", (0,), (0, 1, 2))]
    edited = SECOND.replace("thirty days", "a month")
    assert rows([NAME, whole], [NAME, FIRST, edited])[1] == ("split", (1,), (1, 2))


def test_heading_cut_from_its_paragraph_is_a_split() -> None:
    old = [Piece(f"How long we keep it: {SECOND}")]
    new = [Piece("How long we keep it", "heading"), Piece(SECOND)]
    assert align(old, new) == (Match(Change.SPLIT, (0,), (0, 1), 1.0),)


def test_merge_is_recognised() -> None:
    assert rows([NAME, FIRST, SECOND, LOGS], [NAME, f"{FIRST} {SECOND}", LOGS]) == [
        ("kept", (0,), (0,)),
        ("merged", (1, 2), (1,)),
        ("kept", (3,), (2,)),
    ]


def test_paragraph_added_behind_an_edited_one_is_no_split() -> None:
    edited = FIRST.replace("name", "full name")
    assert rows([FIRST], [edited, SECOND]) == [("edited", (0,), (0,)), ("added", (), (1,))]
    assert rows([f"{FIRST} {SECOND}"], [FIRST, THIRD]) == [
        ("edited", (0,), (0,)),
        ("added", (), (1,)),
    ]


def test_texts_without_spaces_are_compared_sign_by_sign() -> None:
    before = "我们会在您拥有账户期间保存您的姓名。之后我们会在三十天内删除。"
    half, other = before.split("。")[:2]
    assert rows([NAME, before], [NAME, f"{half}。", f"{other}。"])[1] == ("split", (1,), (1, 2))
    assert rows([before], [before.replace("三十", "九十")]) == [("edited", (0,), (0,))]


# --- Corrected by hand ---------------------------------------------------------------------------


def test_hand_pairs_and_unpairs() -> None:
    old, new = [NAME, MAIL], [SOLD, MAIL]
    assert rows(old, new, {0: [0]}) == [("edited", (0,), (0,)), ("kept", (1,), (1,))]
    assert rows([NAME, MAIL], [NAME, MAIL], {1: []}) == [
        ("kept", (0,), (0,)),
        ("removed", (1,), ()),
        ("added", (), (1,)),
    ]


def test_hand_marks_split_and_merge() -> None:
    assert rows([NAME], [SOLD, LOGS], {0: [0], 1: [0]}) == [("split", (0,), (0, 1))]
    assert rows([SOLD, LOGS], [NAME], {0: [1, 0]}) == [("merged", (0, 1), (0,))]


def test_hand_takes_from_what_was_found() -> None:
    assert rows([NAME], [f"{NAME} Always.", SOLD], {1: [0]}) == [
        ("added", (), (0,)),
        ("edited", (0,), (1,)),
    ]


@pytest.mark.parametrize("by_hand", [{0: [0, 1], 1: [1]}, {2: [0]}, {0: [2]}, {0: [-1]}])
def test_impossible_hand_is_refused(by_hand: dict[int, list[int]]) -> None:
    with pytest.raises(PairingMisfit):
        rows([NAME, MAIL], [SOLD, LOGS], by_hand)


# --- What holds for all documents ----------------------------------------------------------------

texts = st.sampled_from(
    ["", "Yes", "No", NAME, NAME + " Always.", MAIL, MAIL.upper(), f"{NAME} {MAIL}", LOGS[:-9]]
)
pieces = st.lists(
    st.builds(Piece, texts, st.sampled_from(["heading", "paragraph", "cell"])), max_size=12
)
SHAPES = {
    Change.KEPT: (1, 1),
    Change.MOVED: (1, 1),
    Change.EDITED: (1, 1),
    Change.ADDED: (0, 1),
    Change.REMOVED: (1, 0),
}


@given(pieces, pieces)
def test_alignment_leaves_nobody_out_and_names_nobody_twice(
    old: list[Piece], new: list[Piece]
) -> None:
    matches = align(old, new)
    assert sorted(i for match in matches for i in match.old) == list(range(len(old)))
    assert sorted(j for match in matches for j in match.new) == list(range(len(new)))
    firsts = [match.new[0] for match in matches if match.new]
    assert firsts == sorted(firsts)
    assert matches == align(old, new)
    for match in matches:
        if match.change is Change.SPLIT:
            assert (len(match.old), len(match.new) > 1) == (1, True)
        elif match.change is Change.MERGED:
            assert (len(match.old) > 1, len(match.new)) == (True, 1)
        else:
            assert (len(match.old), len(match.new)) == SHAPES[match.change]
        assert 0 <= match.score <= 1


@given(pieces, pieces)
def test_exactly_the_equal_texts_are_kept_or_moved(old: list[Piece], new: list[Piece]) -> None:
    exact = [match for match in align(old, new) if match.change in EXACT]
    assert all(old[m.old[0]].digest == new[m.new[0]].digest and m.score == 1 for m in exact)
    stayed = Counter(new[match.new[0]].digest for match in exact)
    before = Counter(piece.digest for piece in old)
    assert stayed == before & Counter(piece.digest for piece in new)


@given(pieces, pieces)
def test_kept_segments_stand_in_the_same_order(old: list[Piece], new: list[Piece]) -> None:
    kept = [match.old for match in align(old, new) if match.change is Change.KEPT]
    assert kept == sorted(kept)


@given(pieces)
def test_document_aligned_with_itself_is_all_kept(both: list[Piece]) -> None:
    assert align(both, both) == tuple(Match(Change.KEPT, (n,), (n,), 1.0) for n in range(len(both)))


@given(pieces, pieces)
def test_alignment_by_the_hand_that_found_it_is_the_same(
    old: list[Piece], new: list[Piece]
) -> None:
    matches = align(old, new)
    by_hand = {j: match.old for match in matches for j in match.new}
    assert align(old, new, by_hand=by_hand) == matches


@given(st.permutations([NAME, MAIL, LOGS, SOLD, "Yes", "No"]))
def test_any_order_of_the_same_texts_keeps_every_key(new: list[str]) -> None:
    old = [NAME, MAIL, LOGS, SOLD, "Yes", "No"]
    assert carried(old, new) == {number: new.index(text) for number, text in enumerate(old)}


def test_segments_of_a_document_are_aligned() -> None:
    def cut(text: str) -> tuple[segments.Segment, ...]:
        return segments.split(sources.read(text.encode(), media_type="text/markdown"))[1]

    old = cut(f"# Policy\n\n## Names\n\n{NAME}\n\n## Mail\n\n{MAIL}\n")
    new = cut(f"# Policy\n\n## Names\n\n{NAME} Always.\n\n{SOLD}\n\n## Mail\n\n{MAIL}\n")
    found = [(str(m.change), m.old, new[m.new[0]].text) for m in align(old, new) if m.new]
    assert found == [
        ("kept", (0,), "Policy"),
        ("kept", (1,), "Names"),
        ("edited", (2,), f"{NAME} Always."),
        ("added", (), SOLD),
        ("kept", (3,), "Mail"),
        ("kept", (4,), MAIL),
    ]
