"""Language ranges: a test for each line of RFC 4647 3.3 and 3.4, and why a range was taken."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.workflows.test_languages import needs_conformance, read
from workflows.languages import (
    SITE_RULE,
    BadRange,
    Match,
    Rule,
    basic_filter,
    choose,
    explain,
    extended_filter,
    lookup,
    match,
    read_ranges,
)
from workflows.languages.distances import Distance

GERMAN = ["de", "de-DE", "de-de", "de-Latn-DE", "de-Latf-DE", "de-DE-x-goethe", "de-Latn-DE-1996"]


# --- Lists of ranges (RFC 4647 2.3) --------------------------------------------------------------


def test_list_is_ordered_by_falling_weight_and_keeps_ties_in_order() -> None:
    assert read_ranges("en;q=0.4, fr-CA; Q=0.5 ,, de-*-DE , *;q=0,en_US;q=0.500") == [
        ("de-*-DE", 1.0),
        ("fr-CA", 0.5),
        ("en_US", 0.5),
        ("en", 0.4),
        ("*", 0.0),
    ]
    assert read_ranges("") == read_ranges(" , ,") == []


@pytest.mark.parametrize(
    "text",
    [
        *("fr;q=1.001", "fr;q=0.1234", "fr;q=-1", "fr;q=", "fr;", "fr;q=0.5;a=b", ";q=1"),
        *("f r", "fr-", "-", "toolonglanguage", "fr\0", "дё", "fr*", "*fr", "\ud800", "a" * 5_000),
    ],
)
def test_list_with_a_malformed_member_is_refused(text: str) -> None:
    with pytest.raises(BadRange) as caught:
        read_ranges(f"en, {text}")
    assert len(caught.value.member) <= 60


# --- Filtering (RFC 4647 3.3.1 and 3.3.2) --------------------------------------------------------


@needs_conformance
@pytest.mark.parametrize(
    ("table", "chosen"),
    [
        ("rfc4647_basic_filtering", basic_filter),
        ("rfc4647_extended_filtering", extended_filter),
    ],
)
def test_filters_choose_what_the_examples_of_the_standard_do(
    table: str, chosen: Callable[[list[str], list[str]], list[str]]
) -> None:
    rows = read("rfc_examples.json")[table]["rows"]
    for row in rows:
        offered = [*row["non_matches"], *row["matches"]]
        assert chosen([row["range"]], offered) == row["matches"], row["range"]
    assert rows


def test_basic_range_fits_itself_and_what_begins_with_it() -> None:
    assert basic_filter(["de-de"], GERMAN) == ["de-DE", "de-de", "de-DE-x-goethe"]
    assert basic_filter(["de"], ["den", "de-CH", "DE"]) == ["de-CH", "DE"]
    assert basic_filter(["*"], ["fr", "de-CH"]) == ["fr", "de-CH"]


def test_extended_range_skips_subtags_in_between() -> None:
    for name in ("de-*-DE", "de-DE"):
        assert extended_filter([name], GERMAN) == GERMAN[1:]
    assert extended_filter(["*-CH"], ["de-CH", "fr-Latn-CH", "fr-FR"]) == ["de-CH", "fr-Latn-CH"]


def test_extended_range_looks_for_nothing_behind_a_single_letter() -> None:
    assert extended_filter(["de-DE"], ["de-x-DE", "de-a-DE", "de-Deva"]) == []
    assert extended_filter(["de-x"], ["de-x-DE"]) == ["de-x-DE"]


def test_filters_follow_the_order_of_the_ranges_and_repeat_nothing() -> None:
    for chosen in (basic_filter, extended_filter):
        assert chosen(["fr", "de-CH", "de"], ["de", "de-CH", "fr"]) == ["fr", "de-CH", "de"]


# --- Lookup (RFC 4647 3.4) -----------------------------------------------------------------------


@needs_conformance
def test_lookup_answers_as_the_examples_of_the_standard_do() -> None:
    table = read("rfc_examples.json")["rfc4647_lookup"]
    for row in table["rows"]:
        assert lookup(row["ranges"], row["available"], row["default"]) == row["expected"], row
    for name, chain in table["fallback_chain"].items():
        for at, tag in enumerate(chain):
            # Whatever is further along the chain is not asked as long as this one is there.
            assert lookup([name], [*reversed(chain[at:])]) == tag


def test_lookup_drops_a_single_letter_with_what_follows_it() -> None:
    assert lookup(["zh-Hant-x-a1"], ["zh-Hant-x", "zh"]) == "zh"


def test_lookup_walks_the_whole_chain_of_a_range_before_the_next() -> None:
    assert lookup(["fr-FR", "zh-Hant"], ["zh-Hant", "fr"]) == "fr"


def test_lookup_never_returns_what_is_longer_than_the_range() -> None:
    assert lookup(["de-CH"], ["de-CH-1996"]) is None


def test_lookup_passes_over_a_wildcard_and_ends_with_the_default() -> None:
    assert lookup(["*", "de-AT"], ["fr", "de"], "en") == "de"
    assert lookup(["*"], ["fr", "de"], "en") == lookup(["fi", "*"], ["fr"], "en") == "en"
    assert lookup([], ["fr"], "en") == "en"


def test_lookup_ignores_other_wildcards_and_letter_case() -> None:
    assert lookup(["DE-*-at"], ["de-AT"]) == "de-AT"
    assert lookup(["*-CH"], ["de-CH"], "en") == "en"


# --- Matching with weights -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "offered", "expected"),
    [
        ("fr-CA;q=0.5, en;q=0.4", "en fr", Match("fr", "fr-CA", 4, "close")),
        ("de;q=0, de-AT", "de en", Match(None, None, None, "none")),
        ("en;q=0, *", "en fr", Match("fr", "*", None, "any")),
        ("*", "en fr", Match("en", "*", None, "any")),
        ("*, fr", "en fr", Match("fr", "fr", 0, "exact")),
        ("de-*-CH", "en de", Match("de", "de-CH", 4, "close")),
        ("*-CH", "en de", Match("en", "*", None, "any")),
        ("*;q=0", "en", Match(None, None, None, "none")),
        ("", "en", Match(None, None, None, "none")),
        ("fr", "", Match(None, None, None, "none")),
    ],
)
def test_choose_reads_weights_and_wildcards(text: str, offered: str, expected: Match) -> None:
    assert choose(read_ranges(text), offered.split()) == expected


def test_choose_returns_the_default_for_a_wildcard_unless_it_is_refused() -> None:
    assert choose(read_ranges("*"), ["de"], "en") == Match("en", None, None, "default")
    assert choose(read_ranges("*, en;q=0"), ["de", "en"], "en") == Match("de", "*", None, "any")


def test_choose_without_weights_is_match() -> None:
    wanted, offered = ["uk", "sr-Latn", "fr-CA"], ["fr", "sr", "ru", "en"]
    for threshold, favor in ((50, False), (50, True), (5, False)):
        rule = Rule(threshold, favor_script=favor)
        assert choose([(name, 1.0) for name in wanted], offered, None, rule) == match(
            wanted, offered, threshold=threshold, favor_script=favor
        )


# --- Why -----------------------------------------------------------------------------------------


def why(
    text: str, offered: str, rule: Rule | None = None
) -> list[tuple[str, str | None, int, str]]:
    """Each range, the nearest language, its distance or -1, the reasons; the one taken has a +."""
    answer, steps = explain(read_ranges(text), offered.split(), None, rule or Rule())
    assert answer == choose(read_ranges(text), offered.split(), None, rule or Rule())
    assert [step.nearest for step in steps if step.taken] == [answer.tag] * (answer.tag is not None)
    return [
        (
            step.desired,
            step.nearest,
            -1 if step.distance is None else step.distance,
            " ".join(step.why) + "+" * step.taken,
        )
        for step in steps
    ]


@pytest.mark.parametrize(
    ("text", "offered", "expected"),
    [
        ("FR", "en fr", [("FR", "fr", 0, "same+")]),
        ("zh-TW", "zh-Hans zh-Hant", [("zh-TW", "zh-Hant", 0, "likely-subtags+")]),
        ("fr-CA", "en fr", [("fr-CA", "fr", 4, "region+")]),
        ("sr-Latn", "sr", [("sr-Latn", "sr", 5, "script+")]),
        ("gsw", "de", [("gsw", "de", 8, "fallback+")]),
        ("en-AU", "en-CA en", [("en-AU", "en", 5, "region paradigm-locale+")]),
        ("ja", "en", [("ja", "en", 134, "unrelated over-the-limit")]),
        ("en;q=0, *", "en fr", [("*", "fr", -1, "any+"), ("en", "en", -1, "refused")]),
        ("ja;q=0", "en", [("ja", None, -1, "refused")]),
        ("a-b", "en", [("a-b", None, -1, "unknown")]),
        ("en", "", [("en", None, -1, "nothing-offered")]),
        ("fr-CA, fr", "fr", [("fr-CA", "fr", 4, "region+"), ("fr", "fr", 0, "same")]),
        ("ca, fr", "es fr", [("ca", "es", 20, "fallback"), ("fr", "fr", 0, "same+")]),
        ("fr, fr", "fr", [("fr", "fr", 0, "same+"), ("fr", "fr", 0, "same")]),
    ],
)
def test_explain_names_the_nearest_language_and_the_reason(
    text: str, offered: str, expected: list[tuple[str, str | None, int, str]]
) -> None:
    assert why(text, offered) == expected


def test_explain_knows_the_limit_in_force_at_each_place() -> None:
    assert why("xx, ca", "es en", Rule(24)) == [
        ("xx", "en", 80, "unrelated over-the-limit"),
        ("ca", "es", 20, "fallback over-the-limit"),
    ]
    assert why("xx, ca", "es en", Rule(24, shrink=False))[1] == ("ca", "es", 20, "fallback+")
    assert why("ca", "es en", SITE_RULE) == [("ca", "es", 20, "fallback over-the-limit")]


def test_explain_adds_up_the_parts_of_a_distance() -> None:
    _, steps = explain([("zh-TW", 1.0)], ["zh-Hans"])
    assert (steps[0].parts, steps[0].distance) == (Distance(0, 50, 4), 54)
