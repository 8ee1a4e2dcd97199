"""The edits that the benchmark of alignment makes, and the scorer that judges answers to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from bench.corpus import LANGUAGES, Text, own_policies, policy
from bench.edits import UNTOUCHED, Case, Script, Truth
from bench.report import touched
from bench.rewording import balanced, sentences
from bench.rivals import hashing, ours
from bench.scenarios import EDITS, attempt, cases, document_case, own_cases, script_for
from bench.scoring import Answer, Answers, Score, score, total
from bench.speed import exponent


@cache
def some_cases() -> tuple[Case, ...]:
    return (*cases(50, 4), *cases(200, 2), *own_cases(1))


def told(case: Case, rows: list[Truth | Answer] | None = None) -> Answers:
    """Answers that say what is given, else the truth."""
    said = case.truth if rows is None else rows
    answers = tuple(Answer(row.kind, row.old, row.new) for row in said)
    pairs = [(row.kind, i, j) for row in answers for i in row.old for j in row.new]
    trusted = tuple((i, j) for kind, i, j in pairs if kind in ("kept", "moved"))
    offered = tuple((i, j) for kind, i, j in pairs if kind not in ("kept", "moved"))
    return Answers(answers, trusted, offered)


def swapped(case: Case, first: Truth, second: Truth) -> list[Truth | Answer]:
    """The truth, but with two rows trading their old segments."""
    other = {first: replace(first, old=second.old), second: replace(second, old=first.old)}
    return [other.get(row, row) for row in case.truth]


# --- The documents ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_policy_is_the_same_for_the_same_seed(language: str) -> None:
    first, again, other = (policy(language, 120, seed) for seed in (7, 7, 8))
    assert (first == again, first == other, len(first)) == (True, False, 120)


@pytest.mark.parametrize("language", LANGUAGES)
def test_policy_fills_every_slot_and_closes_every_code(language: str) -> None:
    odd = [t.text for t in policy(language, 2000, 3) if "{" in t.text or not balanced(t.text)]
    assert odd == []


def test_policy_repeats_some_texts_but_not_many() -> None:
    counts = Counter(text.text for text in policy("en", 1000, 5))
    copies = sum(count - 1 for count in counts.values())
    assert 20 <= copies <= 80


def test_sentences_of_chinese_and_english_are_found() -> None:
    english = Text("We <strong>do not sell it.</strong> See 3.5 below. Who asks? Nobody.")
    chinese = Text("我们不出售它。请见第3节。")
    found = [[t.text for t in sentences(english, "en")], [t.text for t in sentences(chinese, "zh")]]
    assert found == [
        ["We <strong>do not sell it.</strong>", "See 3.5 below.", "Who asks?", "Nobody."],
        ["我们不出售它。", "请见第3节。"],
    ]


# --- The truth ----------------------------------------------------------------------------------


def test_truth_names_each_segment_once() -> None:
    for case in some_cases():
        olds = sorted(i for row in case.truth for i in row.old)
        news = sorted(j for row in case.truth for j in row.new)
        assert (olds, news) == (list(range(len(case.old))), list(range(len(case.new)))), case.name


def test_truth_has_the_shape_of_its_kind() -> None:
    # How many old and new segments; 2 stands for several.
    shapes = {
        "kept": (1, 1),
        "moved": (1, 1),
        "edited": (1, 1),
        "split": (1, 2),
        "merged": (2, 1),
        "added": (0, 1),
        "removed": (1, 0),
    }
    wrong = [
        (case.name, row)
        for case in some_cases()
        for row in case.truth
        if shapes[row.kind] != (min(len(row.old), 2), min(len(row.new), 2))
    ]
    assert wrong == []


def test_kept_and_moved_texts_are_the_same_and_edited_ones_differ() -> None:
    wrong = []
    for case in some_cases():
        for row in case.truth:
            if len(row.old) == len(row.new) == 1:
                same = case.old[row.old[0]].digest == case.new[row.new[0]].digest
                if same != (row.kind in ("kept", "moved")):
                    wrong.append((case.name, row))
    assert wrong == []


def test_untouched_segments_are_kept() -> None:
    kinds = {r.kind for case in some_cases() for r in case.truth if r.label == UNTOUCHED}
    assert kinds == {"kept"}


@pytest.mark.parametrize("label", EDITS)
def test_edit_gives_the_kinds_it_stands_for(label: str) -> None:
    expected = {
        "moved": {"kept", "moved"},
        "reorder": {"kept", "moved"},
        "split2": {"split"},
        "split3": {"split"},
        "merge2": {"merged"},
        "merge3": {"merged"},
        "rewritten": {"added", "removed"},
        "added": {"added"},
        "removed": {"removed"},
        "copy-added": {"added"},
        "copy-removed": {"removed"},
        "renumbering": {"added", "edited"},
    }.get(label, {"edited"})
    document = policy("en", 300, 4)
    truth = [
        row
        for seed in range(4)
        for row in document_case(document, "en", "en/300", label, seed).truth
        if row.label != UNTOUCHED
    ]
    assert expected - {"kept"} <= {row.kind for row in truth} <= expected
    assert {row.label for row in truth} == {label}


def test_block_that_moved_far_is_moved_and_the_rest_is_kept() -> None:
    script = fresh_script()
    script.order = [*range(5), *range(8, 40), 5, 6, 7]
    kinds = {row.old[0]: (row.kind, row.loose) for row in script.case("far").truth}
    assert kinds == {i: ("moved" if i in (5, 6, 7) else "kept", False) for i in range(40)}


def test_either_of_two_neighbours_may_have_moved() -> None:
    script = fresh_script()
    script.order[10], script.order[11] = 11, 10
    loose = {row.old[0] for row in script.case("swap").truth if row.loose}
    assert loose == {10, 11}


def fresh_script() -> Script:
    document = tuple(Text(f"Sentence number {i} says this.") for i in range(40))
    return script_for(document, "en", "test", spaced=False)


def test_case_is_the_same_for_the_same_seed() -> None:
    document = policy("de", 100, 2)
    first, again = (document_case(document, "de", "de/100", "heavy", 9) for _ in range(2))
    assert first == again


def test_own_policies_are_read() -> None:
    assert {"privacy-policy.md", "cookie-notice.md"} <= set(own_policies())


# --- The scorer ---------------------------------------------------------------------------------


def test_truth_scores_full_marks() -> None:
    whole = Score()
    for case in some_cases():
        result, errors = score(case, told(case))
        whole.add(result)
        assert errors == []
    marks = (total(whole.pairs).f1, total(whole.kinds).f1, whole.false_trust, whole.unrelated)
    assert marks == (1.0, 1.0, 0, 0)


def test_trusting_a_changed_text_is_false_trust() -> None:
    case = document_case(policy("en", 100, 1), "en", "en/100", "not", 1)
    edited = [row for row in case.truth if row.kind == "edited"]
    rows = [replace(row, kind="kept") if row.kind == "edited" else row for row in case.truth]
    result, errors = score(case, told(case, list(rows)))
    assert (result.false_trust, len(errors)) == (len(edited), len(edited))
    assert len(edited) > 0


def test_wrong_partner_counts_against_pairs_and_kinds() -> None:
    script = fresh_script()
    for _ in range(2):
        assert attempt(script, "word")
    case = script.case("two")
    first, second = (row for row in case.truth if row.kind == "edited")
    result, errors = score(case, told(case, swapped(case, first, second)))
    pairs, kinds = touched(result.pairs), touched(result.kinds)
    assert (pairs.right, pairs.wrong, pairs.missed) == (0, 2, 2)
    assert (kinds.right, kinds.wrong, kinds.missed) == (0, 2, 2)
    assert (result.unrelated, len(errors)) == (2, 1)


def test_another_copy_is_right_but_counted() -> None:
    texts = (Text("One."), Text("Same."), Text("Two."), Text("Same."), Text("Three."))
    truth = tuple(Truth("kept", (i,), (i,), UNTOUCHED, loose=i in (1, 3)) for i in range(5))
    case = Case("copies", "en", texts, texts, truth)
    result, errors = score(case, told(case, swapped(case, truth[1], truth[3])))
    assert (total(result.pairs).f1, total(result.kinds).f1, errors) == (1.0, 1.0, [])
    assert (result.other_copy, result.false_trust) == (2, 0)


def test_splits_and_merges_count_only_as_a_whole() -> None:
    case = document_case(policy("en", 100, 1), "en", "en/100", "split2", 1)
    split = next(row for row in case.truth if row.kind == "split")
    half: list[Truth | Answer] = [row for row in case.truth if row is not split]
    half += [
        Answer("edited", split.old, split.new[:1]),
        *(Answer("added", (), (j,)) for j in split.new[1:]),
    ]
    result, _ = score(case, told(case, half))
    kinds, pairs = total(result.kinds, ["split2"]), total(result.pairs, ["split2"])
    others = sum(row.label == "split2" for row in case.truth) - 1
    assert (kinds.right, kinds.wrong, kinds.missed) == (others, 2, 1)
    assert (pairs.right, pairs.wrong, pairs.missed) == (2 * others + 1, 0, 1)


def test_hashing_trusts_only_equal_texts() -> None:
    case = document_case(policy("en", 200, 3), "en", "en/200", "heavy", 3)
    answers, _ = hashing(case)
    result, _ = score(case, answers)
    kept = sum(row.kind in ("kept", "moved") for row in case.truth)
    assert result.false_trust == 0
    assert answers.offered == ()
    assert len(answers.trusted) >= kept


def test_alignment_trusts_only_equal_texts() -> None:
    found = Score()
    for case in some_cases():
        found.add(score(case, ours(case)[0])[0])
    assert (found.false_trust, found.cases) == (0, len(some_cases()))


def test_exponent_of_a_square_is_two() -> None:
    assert exponent([(10, 0.1), (100, 10.0), (1000, 1000.0)]) == pytest.approx(2.0)
