"""A language is found by what people type: any name, a code, a slip of the finger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.languages import find, search_words

SITE = ("en", "ar", "de", "es", "fr", "he", "hi", "ja", "pt-BR", "ru", "zh-Hans", "zh-Hant")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("german", ["de"]),
        ("GERMAN ", ["de"]),
        ("de", ["de"]),
        ("allemand", ["de"]),
        ("deutsch", ["de"]),
        ("Alemán", ["de"]),
        ("aleman", ["de"]),
        ("germ", ["de"]),
        ("germn", ["de"]),
        ("gremany", ["de"]),
        ("portugese", ["pt-BR"]),
        ("pt", ["pt-BR"]),
        ("pt_br", ["pt-BR"]),
        ("brazil", ["pt-BR"]),
        ("rusian", ["ru"]),
        ("иврит", ["he"]),
        ("iw", ["he"]),
        ("немецкий", ["de"]),
        ("ドイツ語", ["de"]),
        ("عرب", ["ar"]),
        ("हिन्दी", ["hi"]),
        ("हिंदी", ["hi"]),
        ("chinese", ["zh-Hans", "zh-Hant"]),
        ("中文", ["zh-Hans", "zh-Hant"]),
        ("traditional chinese", ["zh-Hant"]),
        ("zh", ["zh-Hans", "zh-Hant"]),
        ("sp", ["es"]),
        ("swahili", []),
        ("x", []),
        ("...", []),
        ("german swahili", []),
        ("\0\ud800", []),
    ],
)
def test_find_knows_names_codes_and_slips(query: str, expected: list[str]) -> None:
    assert find(query, SITE, SITE) == expected


def test_find_offers_all_for_nothing() -> None:
    assert find("", SITE, SITE) == find("  ", SITE, SITE) == list(SITE)


def test_find_takes_errors_only_where_nothing_fits_without() -> None:
    # "french" is one slip away from "frensh", and no name of German is.
    assert find("frensh", SITE, ("en",)) == ["fr"]
    assert find("fre", ("fr", "de"), ("en",)) == ["fr"]
    assert find("frx", ("fr", "de"), ("en",)) == []


def test_search_words_hold_each_name_once() -> None:
    assert search_words("de", ("en", "es", "fr")) == (
        *("de", "deutsch", "german", "aleman", "allemand"),
    )
    # "portugues" and "brazil" are found by the words that begin with them.
    assert search_words("pt-BR", ("en", "es")) == ("pt-br", "brasil", "brazilian", "portuguese")


@given(st.text(max_size=100))
def test_find_answers_any_text_with_languages_of_the_site(query: str) -> None:
    found = find(query, SITE, ("en", "fr"))
    assert set(found) <= set(SITE)
    assert len(set(found)) == len(found)
