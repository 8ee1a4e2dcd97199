"""The translation memory: keys that find what is alike, and scores that say how alike it is."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.corpus import Text, Writer, policy
from bench.rewording import REWORD, SMALL
from tests.support.processes import ROOT
from workflows import memory
from workflows.memory import KEPT, MINIMUM, Candidate, asked, keys, lengths, rank, score
from workflows.segments import digest

SENTENCE = "We keep your name for 30 days and <strong>no</strong> longer, see <a1>section 2</a1>."


def alike(one: str, other: str, minimum: int = 1) -> int:
    """The score of two texts without links."""
    return score(one, digest(one), other, digest(other), minimum=minimum)


# --- Keys ----------------------------------------------------------------------------------------

# Stored keys outlive the program that made them: a change of these is a change of every database.
STORED = {
    SENTENCE: (
        -778732022, -736925991, -338090647, -1661184707, -2072273503, -1201401355, -1201435865,
    ),
    "Names": (
        -477989005, -663554837, -2056616762, -1333968133, 1351919322, 743965893,
    ),
    "我们保存您的个人数据三十天。": (
        -457993448, -1056948605, -14318853, -369133226, -1177417789, -1301958318, -1519732735,
    ),
    "": (
        1423957858,
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", STORED)
def test_keys_are_the_same_for_ever(text: str) -> None:
    assert keys(text, "en", "de") == STORED[text]


def test_keys_are_the_same_in_every_process() -> None:
    program = "import sys; from workflows.memory import keys; print(keys(sys.argv[1], 'en', 'de'))"
    told = {
        subprocess.run(
            [sys.executable, "-c", program, SENTENCE], cwd=ROOT, env={"PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert told == {str(keys(SENTENCE, "en", "de"))}


@given(st.text())
def test_keys_are_few_numbers_of_32_bits_whatever_the_text(text: str) -> None:
    found = keys(text, "en", "de")
    assert 1 <= len(found) <= KEPT + 1
    assert all(-(2**31) <= key < 2**31 for key in found)
    # What is stored is found by itself.
    assert set(found) <= set(asked(text, "en", "de"))


def test_keys_leave_out_case_space_codes_and_the_value_of_digits() -> None:
    other = "we  KEEP your <em>name</em> for 60 days and no longer, see section 9."
    assert keys(SENTENCE, "en", "de") == keys(other, "en", "de")
    # Full-width letters and digits are the same ones.
    assert keys("Ａ １", "en", "de") == keys("a 1", "en", "de")


def test_keys_of_other_languages_are_others() -> None:
    pairs = [("en", "de"), ("de", "en"), ("en", "fr"), ("fr", "de")]
    found = [set(keys(SENTENCE, *pair)) for pair in pairs]
    assert len(set.union(*found)) == sum(map(len, found))


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_keys_find_nearly_every_text_with_one_small_edit(language: str) -> None:
    """Against all pairs that are alike by the score, whatever their length."""
    writer = Writer(language, random.Random(f"memory {language}"))
    found = missed = 0
    for text in dict.fromkeys(each.text for each in policy(language, 600, 5)):
        edited = REWORD[writer.rng.choice(SMALL[:2])](Text(text), writer)
        if edited is None or not alike(edited.text, text, MINIMUM):
            continue
        shared = set(asked(edited.text, language, "fr")) & set(keys(text, language, "fr"))
        low, high = lengths(edited.text)
        found += bool(shared) and low <= memory.length(text) <= high
        missed += not shared
    assert found > 200
    assert missed <= 0.01 * found


def test_texts_around_the_limit_between_short_and_long_find_each_other() -> None:
    long = "We keep your name as long as you like it."
    short = long.replace(" as you like it", "")
    assert len(short) < 40 <= len(long)
    for one, other in ((long, short), (short, long)):
        assert set(asked(one, "en", "de")) & set(keys(other, "en", "de"))


# --- Scores --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "points"),
    [
        ("We keep your name.", "We keep your name.", 100),
        ("We keep your name.", "We  keep your name. ", 99),
        ("We keep your name.", "We keep your <em>name</em>.", 97),
        ("<em>We</em> keep it.", "<strong>We</strong> keep it.", 97),
        ("It ends after 30 days.", "It ends after 30 day.", 97),
        ("It ends after 30 days.", "It ends after 60 days.", 92),
        ("It ends after 30 days.", "It ends after 3 0 days.", 94),
        ("We keep your name.", "We keep your {name}.", 92),
        ("We keep your name.", "we keep your name.", 94),
        ("Names", "Namen", 80),
        ("Names", "Xyz", 0),
        ("", "", 100),
        ("", "x", 0),
    ],
)
def test_score_of_two_texts(one: str, other: str, points: int) -> None:
    assert alike(one, other) == points


def test_score_100_is_for_the_same_links_only() -> None:
    here, there = digest(SENTENCE), "0" * 64
    assert score(SENTENCE, here, SENTENCE, here) == 100
    assert score(SENTENCE, here, SENTENCE, there) == 99


def test_score_of_a_long_text_with_another_number_or_code_is_not_99() -> None:
    long = "We do what we say, and we say what we do, whatever it may be. " * 20
    assert alike(f"{long}30 days", f"{long}60 days") == 96
    assert alike(f"{long}<em>days</em>", f"{long}days") == 97
    assert alike(f"{long}30 <em>days</em>", f"{long}60 days") == 94


PIECES = st.lists(
    st.sampled_from(["keep ", "name ", "30", "31", "<em>", "</em>", "<br1/>", "{n}", "是", "\\"]),
    max_size=12,
).map("".join)


@given(PIECES, PIECES)
def test_score_is_symmetrical_and_100_only_for_the_same(one: str, other: str) -> None:
    there, back = alike(one, other), alike(other, one)
    assert there == back
    assert (there == 100) == (one == other)
    assert type(there) is int


@given(PIECES, PIECES, st.integers(1, 99))
def test_score_below_the_minimum_is_none(one: str, other: str, minimum: int) -> None:
    whole = alike(one, other)
    assert alike(one, other, minimum) == (whole if whole >= minimum else 0)


@given(PIECES, PIECES)
def test_text_that_is_alike_has_a_length_that_is_asked_for(one: str, other: str) -> None:
    if alike(one, other, MINIMUM):
        low, high = lengths(one)
        assert low <= memory.length(other) <= high


# --- Order ---------------------------------------------------------------------------------------


def candidate(number: int, source: str, target: str = "", **more: bool) -> Candidate:
    return Candidate(number, source, digest(source), target or f"Z{number}", **more)


def ranked(found: list[Candidate], **more: object) -> list[tuple[int, int]]:
    matches = rank("We keep names.", digest("We keep names."), found, **more)  # type: ignore[arg-type]
    return [(match.candidate.id, match.score) for match in matches]


def test_rank_puts_the_best_first_and_is_the_same_for_every_order() -> None:
    found = [
        candidate(1, "We keep name."),
        candidate(2, "Something else."),
        candidate(3, "We keep names."),
        candidate(4, "We keep names.", approved=False),
        candidate(5, "We keep name.", approved=False),
        candidate(6, "We keep names."),
        candidate(7, "We keep name."),
    ]
    expected = [(6, 100), (3, 100), (4, 100), (7, 96), (1, 96)]
    assert ranked(found) == expected
    assert ranked(found, shown=9) == [*expected, (5, 96)]
    shuffled = found.copy()
    for seed in range(5):
        random.Random(seed).shuffle(shuffled)
        assert ranked(shuffled) == expected


def test_rank_offers_a_target_once_and_never_the_one_to_be_left_out() -> None:
    found = [
        candidate(1, "We keep name.", "Wir"),
        candidate(2, "We keep names.", "Wir"),
        candidate(3, "We keep name.", "Du"),
    ]
    assert ranked(found) == [(2, 100), (3, 96)]
    assert ranked(found, without="Wir") == [(3, 96)]


def test_rank_offers_nothing_below_the_minimum() -> None:
    assert ranked([candidate(1, "We keep name.")], minimum=97) == []
    assert ranked([]) == []
