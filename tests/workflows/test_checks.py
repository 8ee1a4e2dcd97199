"""Checks of a translation: what stops it, what is only advice, and what must raise no alarm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.checks import MAX_TARGET, blocking, check
from workflows.problems import Problem

SOURCE = "We keep <strong>names</strong>, see <a1>our site</a1>, for {count} days.<br1/>"
TARGET = "Nous gardons les <strong>noms</strong>, voir <a1>le site</a1>, {count} jours.<br1/>"


def said(source: str, target: str) -> list[tuple[str, bool, dict[str, str | int]]]:
    """Code, blocking and details of every problem found."""
    return [(found.code, found.blocking, found.details) for found in check(source, target)]


def codes(source: str, target: str) -> list[str]:
    return [found.code for found in check(source, target)]


# --- Codes ---------------------------------------------------------------------------------------


def test_good_translation_has_no_problems() -> None:
    assert check(SOURCE, TARGET) == []


def test_empty_target_is_not_a_translation_yet() -> None:
    assert check(SOURCE, "") == []


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (TARGET.replace("<strong>", "").replace("</strong>", ""), ["missing-code"]),
        (TARGET.replace("{count}", "30"), ["missing-code"]),
        (TARGET.replace("<br1/>", ""), ["missing-code"]),
        (TARGET.replace("a1>", "a2>"), ["missing-code", "extra-code"]),
        (TARGET + "<em>!</em>", ["extra-code"]),
        (TARGET + "{name}", ["extra-code"]),
        (TARGET.replace("<strong>noms</strong>", "<strong></strong>noms"), ["empty-code"]),
        (TARGET.replace("</strong>", ""), ["crossed-tags", "unclosed-tag", "stray-closing-tag"]),
        (TARGET + "</em>", ["stray-closing-tag"]),
    ],
)
def test_codes_must_be_those_of_the_source(target: str, expected: list[str]) -> None:
    found = check(SOURCE, target)
    assert found
    assert {problem.code for problem in found} <= set(expected)
    assert blocking(found) == found


def test_codes_may_change_places() -> None:
    assert check("<a1>One</a1> and <em>two</em> {n}", "{n} <em>deux</em> et <a1>un</a1>") == []


def test_markup_that_is_no_code_is_text() -> None:
    assert check("One", '<script>alert("a")</script> & <b>un</b') == []


# --- Invisible characters ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        *range(0x09),
        *range(0x0B, 0x20),
        *range(0x7F, 0xA0),
        0x2028,
        0x2029,
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
        0xFFFE,
        0xFFFF,
        *range(0xFDD0, 0xFDF0),
        0xD800,
        0xDFFF,
        0xE0000,
        0xE007F,
    ],
)
def test_control_character_blocks(number: int) -> None:
    expected = [("control-character", True, {"character": f"U+{number:04X}"})]
    assert said("A word", f"Un{chr(number)}mot") == expected


@pytest.mark.parametrize("number", range(0x202A, 0x202F))
def test_direction_override_blocks(number: int) -> None:
    expected = [("control-character", True, {"character": f"U+{number:04X}"})]
    assert said("A word", f"{chr(number)}كلمة") == expected


@pytest.mark.parametrize("number", [0x09, 0x0A, 0xA0, 0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F])
def test_character_that_writing_needs_is_taken(number: int) -> None:
    assert check("A word", f"एक{chr(number)}शब्द") == []


@pytest.mark.parametrize(
    "target",
    [
        "\u2066Panel\u2069",
        "a \u2067b \u2068c\u2069\u2069 d",
        "\u2066a\u2069\u2066b\u2069",
    ],
)
def test_closed_isolates_are_taken(target: str) -> None:
    assert check("Panel", target) == []


@pytest.mark.parametrize(
    "target",
    [
        "\u2066Panel",
        "Panel\u2069",
        "\u2069Panel\u2066",
        "\u2066a\u2069\u2069\u2066",
        "\u2066\u2067a\u2069",
    ],
)
def test_open_isolate_blocks(target: str) -> None:
    assert said("Panel", target) == [("unbalanced-isolate", True, {})]


def test_every_kind_of_blocking_problem_is_told_at_once() -> None:
    assert codes("<em>A</em>", "\x00 \u202e \u2066") == [
        "control-character",
        "control-character",
        "unbalanced-isolate",
        "missing-code",
    ]


@pytest.mark.parametrize("target", [" ", "\t\n", "\u200f", "\u200b \u2066\u2069", "\u00a0\u3000"])
def test_text_that_nobody_can_read_blocks(target: str) -> None:
    assert said("A word.", target) == [("nothing-to-read", True, {})]


@pytest.mark.parametrize("target", ["–", "😀", "🏴", "1", "\u200fا"])
def test_shortest_readable_text_is_taken(target: str) -> None:
    assert blocking(check("A", target)) == []


def test_source_without_words_wants_none() -> None:
    assert check("<br1/>", "<br1/>") == []
    assert check("{name}", "\u2068{name}\u2069") == []


def test_length_is_limited() -> None:
    assert check("A", "a" * MAX_TARGET) == []
    expected = [("too-long", True, {"length": MAX_TARGET + 1, "limit": 65536})]
    assert said("A", "a" * (MAX_TARGET + 1)) == expected


# --- Numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("30 days", "30 jours"),
        ("30 days", "٣٠ يومًا"),
        ("30 days", "۳۰ روز"),
        ("30 days", "३० दिन"),
        ("30 days", "３０日間"),
        ("Section 2.1", "第2.1条"),
        ("1,000 names", "1\u202f000 noms"),
        ("1,000 names", "1.000 Namen"),
        ("1,000 names", "1\u00a0000 имён"),
        ("1,000 names", "1’000 Namen"),
        ("1,000 names", "1000個"),
        ("1,000 names", "١٬٠٠٠ اسم"),
        ("1,000,000 names", "10,00,000 नाम"),
        ("1.5 %", "1,5 %"),
        ("1.5 %", "١٫٥٪"),
        ("1,234.5 km", "1.234,5 km"),
        ("from 9 to 17", "von 9 bis 17"),
        ("from 9 to 17", "bis 17, von 9"),
        ("<a1>one</a1> {name2}", "{name2} <a1>un</a1>"),
        ("2, 3 or 4", "2, 3 ou 4"),
        ("It ends in 2026.", "Es endet 2026."),
    ],
)
def test_same_numbers_raise_no_alarm(source: str, target: str) -> None:
    assert check(source, target) == []


@pytest.mark.parametrize(
    ("source", "target", "missing", "extra"),
    [
        ("30 days", "20 jours", "30", "20"),
        ("30 days", "ثلاثون يومًا", "30", "–"),
        ("A month", "30 jours", "–", "30"),
        ("30 and 30", "30", "30", "–"),
        ("1.5 %", "15 %", "1.5", "15"),
        ("1.5 %", "१.६ %", "1.5", "1.6"),
        ("1,000", "10,000", "1000", "10000"),
        ("9 to 17", "19 à 7", "17, 9", "19, 7"),
    ],
)
def test_other_numbers_are_advice(source: str, target: str, missing: str, extra: str) -> None:
    assert said(source, target) == [("numbers-differ", False, {"source": missing, "target": extra})]


@given(st.integers(0, 10**12), st.sampled_from("٠०০๐０۰߀᠐"))
def test_digits_of_every_script_count_as_their_value(number: int, zero: str) -> None:
    digits = "".join(chr(ord(zero) + int(digit)) for digit in str(number))
    assert check(f"Number {number}", f"# {digits}") == []
    assert codes(f"Number {number}", f"# {digits}{zero}") == ["numbers-differ"]


# --- Endings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("It ends.", "Das Ende."),
        ("It ends.", "终。"),
        ("It ends.", "終わり．"),
        ("It ends.", "यह अंत है।"),
        ("It ends.", "یہ ختم ہے۔"),
        ("It ends.", "النهاية.\u200f"),
        ("It ends.", "\u2067النهاية.\u2069"),
        ("It ends.", "„Das Ende.“"),
        ("It ends.", "「終わり。」"),
        ("It ends.", "(Das Ende.)"),
        ("It ends.", "Es endet …"),
        ("It ends.", "จบแล้ว"),
        ("It <em>ends.</em>", "Das <em>Ende.</em>"),
        ("He said “no.”", "Он сказал: «нет»."),
        ("Is it?", "是吗？"),
        ("Is it?", "هل هو كذلك؟"),
        ("Is it?", "Είναι;"),
        ("Stop!", "¡Alto!"),
        ("Stop!", "停！"),
        ("Three things:", "Trois choses :"),
        ("Three things:", "三件事："),
        ("Three things:", "ثلاثة أشياء:"),
        ("your name;", "اسمك؛"),
        ("your name;", "您的姓名；"),
        ("your name;", "お名前、"),
        ("your name;", "आपका नाम।"),
        ("A heading", "Une phrase."),
        ("etc…", "usw."),
        ("It ends. ", "Fin.\u00a0"),
    ],
)
def test_ending_of_the_other_script_raises_no_alarm(source: str, target: str) -> None:
    assert check(source, target) == []


@pytest.mark.parametrize(
    ("source", "target", "ending"),
    [
        ("It ends.", "Das Ende", "."),
        ("It ends.", "终", "."),
        ("It ends.", "अंत", "."),
        ("It ends.", "النهاية", "."),
        ("It ends.", "Das Ende:", "."),
        ("It ends.", "Das Ende?", "."),
        ("Is it?", "Ja.", "?"),
        ("Three things:", "Trois choses.", ":"),
        ("Stop!", "Halt", "!"),
        ("your name;", "votre nom", ";"),
    ],
)
def test_other_ending_is_advice(source: str, target: str, ending: str) -> None:
    assert said(source, target) == [("ends-differently", False, {"source": ending})]


def test_advice_waits_until_nothing_blocks() -> None:
    assert codes("30 <em>days</em>.", "20 jours") == ["missing-code"]
    assert codes("30 <em>days</em>.", "20 <em>jours</em>") == ["numbers-differ", "ends-differently"]


def test_blocking_leaves_advice_out() -> None:
    found = check("30 days.", "20 jours") + check("A", "\x00")
    assert [problem.code for problem in blocking(found)] == ["control-character"]


def test_every_problem_says_what_and_how_to_mend_it() -> None:
    found: list[Problem] = []
    for source, target in [
        ("<em>1</em>.", "\x00\u2066"),
        ("1.", "2"),
        ("A", " "),
        ("A", "a" * 70_000),
    ]:
        found += check(source, target)
    said = {problem.code: problem.text() for problem in found}
    assert said.pop("missing-code")
    assert said == {
        "control-character": (
            "The text holds the invisible character U+0000. "
            "Delete it, or type that part of the text again."
        ),
        "unbalanced-isolate": (
            "A direction isolate is opened and not closed, or the other way round. "
            "Close every U+2066, U+2067 or U+2068 with U+2069."
        ),
        "nothing-to-read": (
            "The text holds spaces and invisible characters only. "
            "Write the translation, or empty the field."
        ),
        "numbers-differ": "The source says 1, the translation 2. Compare the numbers.",
        "ends-differently": (
            "The source ends with “.”, the translation doesn't. "
            "Add the closing sign if the sentence wants one."
        ),
        "too-long": "The text has 70000 characters; at most 65536 are taken. Shorten it.",
    }


@given(st.text(max_size=60), st.text(max_size=60))
def test_check_never_raises_and_a_text_fits_itself(source: str, target: str) -> None:
    plain = source.replace("<", "").replace("{", "")
    for problem in check(plain, target):
        assert problem.text()
    assert all(problem.blocking for problem in check(plain, plain))
