"""Headers and matching (ICU's own test file is the judge), and properties of all of it."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hostile import running_readers
from tests.support.hostile.words import ACCEPT_LANGUAGE
from workflows.languages import (
    SITE_LIMIT,
    Match,
    autonym,
    from_locale,
    match,
    negotiate,
    parse_accept_language,
    parse_tag,
    to_locale,
)

CONFORMANCE = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "negotiation"
needs_conformance = pytest.mark.skipif(
    not CONFORMANCE.is_dir(), reason=f"the public test data is not in {CONFORMANCE}"
)
OFFERED = ("en", "ar", "de", "es", "fr", "he", "hi", "ja", "pt-BR", "ru", "zh-Hans", "zh-Hant")

# The ICU file is of CLDR 42. Lines where the vendored CLDR says something else, and why:
ICU_EXCEPTIONS = {
    422: "af -> nl was dropped from the matching rules; af now only has its one-way rule to en",
    428: "the same with the script favoured: mul, listed first, is as close as nl",
}


def read(name: str) -> Any:
    return json.loads((CONFORMANCE / name).read_text(encoding="utf-8"))


# --- Matching -----------------------------------------------------------------------------------


@needs_conformance
def test_match_answers_as_icu_does() -> None:
    cases = read("icu/localeMatcherTest.json")
    different = set()
    for case in cases:
        options = {} if case["threshold"] is None else {"threshold": case["threshold"]}
        found = match(
            case["desired"],
            case["supported"],
            default=case["default"],
            favor_script=case["favor"] == "script",
            **options,
        ).tag
        answer = found if found is not None else next(iter(case["supported"]), None)
        # ICU prints this one offered tag in its canonical form; we return it as it was given.
        if answer != case["match"] and (answer, case["match"]) != ("i-klingon", "tlh"):
            different.add(case["line"])
    assert len(cases) == 929
    assert different == set(ICU_EXCEPTIONS)


@pytest.mark.parametrize(
    ("desired", "offered", "expected"),
    [
        (["fr"], ["en", "fr"], Match("fr", "fr", 0, "exact")),
        (["he"], ["en", "iw"], Match("iw", "he", 0, "exact")),
        (["pt"], ["pt-PT", "pt-BR"], Match("pt-BR", "pt", 0, "likely")),
        (["zh-TW"], ["zh-Hans", "zh-Hant"], Match("zh-Hant", "zh-TW", 0, "likely")),
        (["xx", "fr-CA"], ["en", "fr"], Match("fr", "fr-CA", 4, "close")),
        (["sr-Latn"], ["sr"], Match("sr", "sr-Latn", 5, "close")),
        (["ca"], ["en", "es"], Match("es", "ca", 20, "close")),
        (["ca-valencia"], ["ca", "ca-valencia"], Match("ca-valencia", "ca-valencia", 0, "exact")),
        (["ja"], ["en", "fr"], Match(None, None, None, "none")),
        (["not a tag", "\0", ""], ["en"], Match(None, None, None, "none")),
        (["en"], ["not a tag"], Match(None, None, None, "none")),
        ([], [], Match(None, None, None, "none")),
    ],
)
def test_match_says_what_decided(desired: list[str], offered: list[str], expected: Match) -> None:
    assert match(desired, offered) == expected


def test_match_returns_the_default_when_nothing_is_close() -> None:
    assert match(["ja"], ["en"], default="fr") == Match("fr", None, None, "default")


def test_match_follows_one_way_rules_one_way() -> None:
    assert [match(["gsw"], ["de"]).tag, match(["de"], ["gsw"]).tag] == ["de", None]


def test_match_favours_script_on_request() -> None:
    offered = ["da", "ru", "hr"]
    assert [match(["sr"], offered).tag, match(["sr"], offered, favor_script=True).tag] == [
        None,
        "ru",
    ]


def test_match_keeps_below_the_threshold() -> None:
    assert [match(["fr-CA"], ["fr"], threshold=n).tag for n in (4, 5)] == [None, "fr"]


# --- The site's answer --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "en"),
        ("", "en"),
        ("*", "en"),
        ("zh-TW,en;q=0.5", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-SG", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("fr-CA", "fr"),
        ("fr-CA;q=0.5,en;q=0.4", "fr"),
        ("en-GB,de;q=0.9", "en"),
        ("iw", "he"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("es-419", "es"),
        ("ar-MA", "ar"),
        ("gsw", "de"),
        ("sr-Latn, de;q=0.1", "de"),
        # "May also know" is no answer for a site:
        ("uk", "en"),
        ("ca", "en"),
        ("be", "en"),
        # A long list of languages that are not offered does not shut out its end:
        ("uk, be;q=0.9, ca;q=0.8, eu;q=0.7, nl;q=0.6, it;q=0.5, de-AT;q=0.4", "de"),
        # Refusals:
        ("en;q=0, *", "ar"),
        ("en;q=0", "en"),
        ("*;q=0", "en"),
        ("fr-CA, *;q=0", "fr"),
        ("de;q=0, de-AT", "en"),
        ("zh;q=0, zh-TW;q=0.5", "zh-Hant"),
        ("zh-TW;q=0, zh", "zh-Hans"),
        ("pt;q=0, fr;q=0.1", "fr"),
        ("de, de;q=0, fr;q=0.1", "fr"),
        # Nothing of this is a header:
        ("de_DE", "en"),
        ("de;q=2, fr;q=x", "en"),
        ("\0de", "en"),
        ("de\r\nX-Other: fr", "en"),
        ("../../etc/passwd", "en"),
        ("\x1b[31mde\x7f", "en"),
        ("дё, ０", "en"),
        ("de;q=0.5;level=1", "en"),
    ],
)
def test_negotiate_chooses_for_the_site(header: str | None, expected: str) -> None:
    assert negotiate(header, OFFERED, "en") == expected


def test_negotiate_takes_a_limit_of_the_operator() -> None:
    assert [negotiate("ca", OFFERED, "en", limit=n) for n in (SITE_LIMIT, 19, 20, 24)] == [
        "en",
        "en",
        "es",
        "es",
    ]


def test_negotiate_returns_a_default_that_is_not_offered() -> None:
    assert negotiate("ja", ["fr"], "en") == "en"


def test_negotiate_serves_the_default_for_hostile_headers() -> None:
    with running_readers("accept-language") as readers:
        for name, hostile in ACCEPT_LANGUAGE.items():
            assert readers.read("accept-language", hostile.make()).what == hostile.what, name


# --- The header ---------------------------------------------------------------------------------


@needs_conformance
def test_parse_accept_language_reads_the_valid_headers_of_webob() -> None:
    rows = read("webob_accept_language.json")["TestAcceptLanguage.test_parse__valid_header"]["rows"]
    expected = {
        header: sorted(((name, weight) for name, weight in ranges), key=lambda item: -item[1])
        for header, ranges in rows
    }
    assert {header: parse_accept_language(header) for header, _ in rows} == expected
    assert len(expected) == 17


@needs_conformance
def test_parse_accept_language_keeps_the_valid_members_of_webobs_invalid_headers() -> None:
    tests = read("webob_accept_language.json")
    headers = tests["TestAcceptLanguage.test_parse__invalid_header"]["rows"]
    kept = {header: ranges for header in headers if (ranges := parse_accept_language(header))}
    assert len(headers) == 18
    assert kept == {
        "foo, bar, baz;q= 0.001": [("foo", 1.0), ("bar", 1.0)],
        "foo , ,bar,charlie   ": [("foo", 1.0), ("bar", 1.0), ("charlie", 1.0)],
    }


@needs_conformance
def test_parse_accept_language_reads_the_examples_of_rfc_9110() -> None:
    rows = read("rfc_examples.json")["rfc9110_accept_language"]["rows"]
    parsed = [row for row in rows if "parsed" in row]
    weights = [row for row in rows if "valid_weight" in row]
    for row in parsed:
        assert parse_accept_language(row["header"]) == [tuple(item) for item in row["parsed"]]
    for row in weights:
        assert bool(parse_accept_language(row["header"])) is row["valid_weight"]
    assert (len(parsed), len(weights)) == (1, 4)


def test_parse_accept_language_keeps_refused_ranges_at_the_end() -> None:
    assert parse_accept_language("da;q=0, en-gb;q=0.8, *;q=0.000, en;q=0.7, fr;q=0.8") == [
        ("en-gb", 0.8),
        ("fr", 0.8),
        ("en", 0.7),
        ("da", 0.0),
        ("*", 0.0),
    ]


def test_parse_accept_language_reads_20_members() -> None:
    names = [first + second for first in "ab" for second in string.ascii_lowercase]
    assert parse_accept_language(", ,".join(names)) == [(name, 1.0) for name in names[:20]]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("fr," + " " * 1019 + "de", [("fr", 1.0), ("de", 1.0)]),
        ("fr," + " " * 1020 + "de", [("fr", 1.0)]),
        ("fr," + " " * 1019 + "de,es", [("fr", 1.0), ("de", 1.0)]),
        ("fr," + " " * 1019 + "de-AT", [("fr", 1.0)]),
        ("fr" + " " * 1023, []),
    ],
)
def test_parse_accept_language_cuts_only_at_a_comma(
    header: str, expected: list[tuple[str, float]]
) -> None:
    assert parse_accept_language(header) == expected


# --- Properties ---------------------------------------------------------------------------------

_SUBTAG = st.text("abehrstzABHN0149xuU", min_size=1, max_size=8)
_TAG = st.lists(_SUBTAG, min_size=1, max_size=5).map("-".join) | st.sampled_from(
    ["en-GB", "zh-TW", "sr-Latn", "nb", "iw", "x-a", "und", "es-419", "en-XA", "sgn-BR", "sh"]
)
_TEXT = _TAG | st.text(max_size=40)
_HEADER = st.lists(st.tuples(_TEXT, st.sampled_from(["", ";q=0", ";q=0.5", ";q=1", ";q"]))).map(
    lambda members: ",".join(name + weight for name, weight in members)
)
_quiet = settings(database=None, deadline=None, max_examples=300)


@_quiet
@given(_TEXT)
def test_parse_tag_is_idempotent(text: str) -> None:
    canonical = parse_tag(text)
    if canonical is not None:
        assert parse_tag(canonical) == canonical
        assert from_locale(to_locale(text)) == canonical
        assert match([text], [text]) == Match(text, text, 0, "exact")
        assert autonym(text) != ""


@_quiet
@given(st.lists(_TEXT, max_size=6), st.lists(_TEXT, max_size=6), st.none() | _TEXT)
def test_match_returns_an_offered_tag_or_the_default(
    desired: list[str], offered: list[str], default: str | None
) -> None:
    found = match(desired, offered, default=default)
    assert found.tag in offered if found.desired is not None else found.tag == default
    assert found.desired is None or found.desired in desired


@_quiet
@given(_HEADER | st.text(), st.lists(_TEXT, max_size=6), _TEXT)
def test_negotiate_returns_an_offered_tag_or_the_default(
    header: str, offered: list[str], default: str
) -> None:
    assert negotiate(header, offered, default) in [*offered, default]


@_quiet
@given(_HEADER | st.text())
def test_parse_accept_language_orders_by_weight(header: str) -> None:
    weights = [weight for _, weight in parse_accept_language(header)]
    assert weights == sorted(weights, reverse=True)
    assert all(0 <= weight <= 1 for weight in weights)
    assert len(weights) <= 20
