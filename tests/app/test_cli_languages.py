"""``flask languages match``: answers, reasons, and what it makes of hostile lines."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.app.support_cli import Console, Said
from tests.support.databases import disconnect, make_app
from tests.workflows.test_languages import ICU_EXCEPTIONS, needs_conformance, read


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app whose database is never made: none is asked."""
    home = tmp_path_factory.mktemp("nothing") / "home"
    made = make_app(
        {
            "PANEL_HOME": str(home),
            "PANEL_SECRET_KEY": "k" * 40,
            "PANEL_LANGUAGES": "fr,de,zh-Hant",
            "PANEL_DEFAULT_LANGUAGE": "de",
        }
    )
    yield made
    disconnect(made)


def match(app: Flask, desired: str, offered: str = "", *options: str) -> str:
    """What the command prints for one question."""
    more = ["--offered", offered] if offered else []
    said = Console(app).good("languages", "match", "--desired", desired, *more, *options)
    return said.out.removesuffix("\n")


def ask(app: Flask, lines: bytes, *options: str) -> Said:
    """What the command says to lines of standard input."""
    done = app.test_cli_runner().invoke(args=["languages", "match", *options], input=lines)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return Said(done.exit_code, done.stdout, done.stderr, done.stdout_bytes)


@pytest.mark.parametrize(
    ("desired", "offered", "answer"),
    [
        ("fr-CA;q=0.5, en;q=0.4", "en,fr", "fr"),
        ("zh-TW", "zh-Hans, zh-Hant", "zh-Hant"),
        ("iw", "he", "he"),
        ("ca", "en,es", "es"),
        ("ja", "en", ""),
        ("*", "en,fr", "en"),
        ("en;q=0, *", "en,fr", "fr"),
        ("", "en", ""),
        ("fr", "", "fr"),
    ],
)
def test_match_answers_a_question(app: Flask, desired: str, offered: str, answer: str) -> None:
    assert match(app, desired, offered) == answer


def test_match_takes_a_default_a_threshold_and_a_favour(app: Flask) -> None:
    assert match(app, "ja", "en", "--default", "fr") == "fr"
    assert match(app, "fr-CA", "fr", "--threshold", "4") == ""
    assert match(app, "sr", "da,ru,hr", "--favor-script") == "ru"


def test_match_by_the_rules_of_the_site(app: Flask) -> None:
    assert match(app, "ca", "es,de", "--by", "site") == "de"
    assert match(app, "zh-HK", "", "--by", "site") == "zh-Hant"


def test_match_by_the_rules_of_rfc_4647(app: Flask) -> None:
    offered = "de,de-Latn-DE,de-DE-x-goethe,de-x-DE"
    assert match(app, "de-*-DE", offered, "--by", "extended") == "de-Latn-DE,de-DE-x-goethe"
    assert match(app, "de-DE", offered, "--by", "basic") == "de-DE-x-goethe"
    assert match(app, "en;q=0, *", "en,fr", "--by", "basic") == "fr"
    assert match(app, "de-CH", "de-CH-1996,de", "--by", "lookup") == "de"
    assert match(app, "fi", "de", "--by", "lookup", "--default", "en") == "en"


def test_match_explains_each_range_in_order(app: Flask) -> None:
    text = "en;q=0.4, fr-CA;q=0.5, sr-Latn;q=0.2, de;q=0, xx;q=0.1, gsw;q=0.3"
    assert match(app, text, "en,fr,de,sr", "--explain").splitlines() == [
        "fr",
        (
            "  1. fr-CA;q=0.5: nearest fr, distance 4, the same language for another region"
            " <- the answer"
        ),
        "  2. en;q=0.4: nearest en, distance 0, the same language",
        "  3. gsw;q=0.3: nearest en, distance 84, another language, over the limit",
        "  4. sr-Latn;q=0.2: nearest sr, distance 5, the same language in another script",
        "  5. xx;q=0.1: nearest en, distance 80, another language, over the limit",
        "  6. de;q=0: takes de away, refused (q=0)",
    ]
    assert match(app, "ca", "es", "--by", "site", "--explain").splitlines() == [
        "de",
        (
            "  1. ca: nearest es, distance 20, fallback to a language that its readers may know,"
            " over the limit"
        ),
        "  2. the default: nothing before it fits",
    ]


def test_match_prints_json(app: Flask) -> None:
    assert json.loads(match(app, "zh-TW", "zh-Hant", "--explain", "--json")) == {
        "tag": "zh-Hant",
        "desired": "zh-TW",
        "distance": 0,
        "reason": "likely",
        "steps": [
            {
                "desired": "zh-TW",
                "weight": 1.0,
                "nearest": "zh-Hant",
                "distance": 0,
                "why": ["likely-subtags"],
                "taken": True,
            }
        ],
    }
    said = ask(app, b"fr\ten,fr\nx y\ten\n", "--json", "--by", "lookup")
    assert (said.code, said.out) == (2, '{"tag": "fr"}\nnull\n')


def test_match_answers_lines_of_standard_input(app: Flask) -> None:
    said = ask(app, b"fr-CA\ten,fr\r\nja\ten\nfr\t\nde-*-CH\tde,en")
    assert (said.code, said.out, said.err) == (0, "fr\n\n\nde\n", "")
    said = ask(app, b"fr-CA\nde\ten\n", "--offered", "fr")
    assert (said.code, said.out) == (0, "fr\n\n")
    said = ask(app, b"")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_wrong_line_is_told_and_the_others_are_answered(app: Flask) -> None:
    lines = [
        b"fr\tfr",
        b"fr",
        b"fr;q=2\tfr",
        b"f\0r\tfr",
        b"\xed\xa0\x80\tfr",
        b"fr\tf\0r",
        b"x" * 200_000,
        b"fr\t" + b"en," * 1_001,
        b"fr\tfr",
    ]
    said = ask(app, b"\n".join(lines))
    assert (said.code, said.out) == (2, "fr\n" + "\n" * 7 + "fr\n")
    assert said.err.splitlines() == [
        "Error: line 2: there is no tab between what is wanted and what is offered.",
        "Error: line 3: 'fr;q=2' has no weight from ;q=0 to ;q=1 with at most three decimals.",
        r"Error: line 4: 'f\x00r' is not a language range such as fr, pt-BR or *.",
        "Error: line 5: it is not UTF-8.",
        r"Error: line 6: 'f\x00r' is not a language tag.",
        "Error: line 7: it has more than 65536 bytes.",
        "Error: line 8: more than 1000 languages are offered.",
    ]


def test_long_list_is_read_as_far_as_a_header_is(app: Flask) -> None:
    lines = [
        b"xx," * 19 + b"fr\tfr",
        b"xx," * 20 + b"fr\tfr",
        b"a" * 4_096 + b",fr\tfr",
        b"fr," * 1_000 + b"\tfr",
        b"fr\t91,fr",
    ]
    # By lookup, as by CLDR's rule each place in the list takes 5 off the limit.
    said = ask(app, b"\n".join(lines), "--by", "lookup")
    assert (said.code, said.out) == (0, "fr\n\n\nfr\nfr\n")
    cut = "Only the first 20 ranges within 1024 characters are read, as of a header."
    assert said.err.splitlines() == [
        *(f"advice: line {number}: {cut}" for number in (2, 3, 4)),
        "advice: line 5: '91' is not a language tag, so it matches nothing.",
    ]


@pytest.mark.parametrize(
    "options",
    [
        ("--desired", "f r", "--offered", "en"),
        ("--desired", "fr\ud800", "--offered", "en"),
        ("--desired", "fr", "--offered", "e n"),
        ("--desired", "fr", "--offered", "en", "--default", "\ud800"),
        ("--desired", "fr", "--offered", "en", "--threshold", "-1"),
        ("--desired", "fr", "--by", "guess"),
    ],
)
def test_wrong_question_ends_with_2(app: Flask, options: tuple[str, ...]) -> None:
    said = Console(app).run("languages", "match", *options)
    assert (said.code, said.out) == (2, "")
    assert "Error: " in said.err


@needs_conformance
def test_match_answers_the_cases_of_icu_from_standard_input(app: Flask) -> None:
    plain = [
        case
        for case in read("icu/localeMatcherTest.json")
        if not (case["default"] or case["favor"] or case["threshold"]) and case["supported"]
    ]
    lines = "\n".join(f"{','.join(c['desired'])}\t{','.join(c['supported'])}" for c in plain)
    said = ask(app, lines.encode())
    answers = said.out.split("\n")[:-1]
    assert (said.code, len(answers)) == (0, len(plain))
    assert len(plain) > 300
    different = {
        case["line"]
        for case, answer in zip(plain, answers, strict=True)
        if (answer or case["supported"][0]) not in (case["match"], "i-klingon")
    }
    assert different == set(ICU_EXCEPTIONS) & {case["line"] for case in plain}
