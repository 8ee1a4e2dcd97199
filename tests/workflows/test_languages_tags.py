"""Language tags, locale names, direction and the names of languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from babel.core import get_global

from workflows.languages import (
    InvalidTag,
    autonym,
    cldr,
    direction,
    from_locale,
    name_in,
    parse_tag,
    to_locale,
)

CONFORMANCE = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "negotiation"
needs_conformance = pytest.mark.skipif(
    not CONFORMANCE.is_dir(), reason=f"the public test data is not in {CONFORMANCE}"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pt_br", "pt-BR"),
        ("iw", "he"),
        ("zh-cmn", "zh"),
        ("zh_cmn_hans_cn", "zh-Hans-CN"),
        ("zh-yue-HK", "yue-HK"),
        ("ZH-hANT-tw", "zh-Hant-TW"),
        ("sh", "sr-Latn"),
        ("sh-Cyrl", "sr-Cyrl"),
        ("tl", "fil"),
        ("deu", "de"),
        ("i-klingon", "tlh"),
        ("en-GB-oed", "en-GB-oxendict"),
        ("sgn-076", "bzs"),
        ("de-DD", "de-DE"),
        ("hy-SU", "hy-AM"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("en-u-ca-gregory-b-xx-X-A-b", "en-b-xx-u-ca-gregory-x-a-b"),
        ("x-Whatever", "x-whatever"),
        ("", None),
        ("*", None),
        ("C", None),
        ("fr ", None),
        ("fr\n", None),
        ("fr\0", None),
        ("ſr", None),
        ("de-1996-1996", None),
        ("en-a-bbb-a-ccc", None),
        ("../../etc", None),
        ("a" * 9, None),
        ("x" + "-a" * 64, None),
        ("fr-" * 50_000, None),
    ],
)
def test_parse_tag_returns_the_canonical_form(text: str, expected: str | None) -> None:
    assert parse_tag(text) == expected


@needs_conformance
def test_parse_tag_accepts_what_rfc_5646_calls_well_formed() -> None:
    text = (CONFORMANCE / "rfc_examples.json").read_text(encoding="utf-8")
    tags = json.loads(text)["rfc5646_well_formed"]
    assert [tag for tag in tags["well_formed"] if parse_tag(tag) is None] == []
    refused = [tag for tag in tags["not_well_formed"] if parse_tag(tag) is None]
    # The underscore is read as a hyphen on purpose.
    assert refused == [tag for tag in tags["not_well_formed"] if tag != "en_US"]
    assert [parse_tag(tag) for tag in tags["well_formed_but_invalid"]] == [None]


def test_parse_tag_is_stable_for_every_old_code() -> None:
    old = [*get_global("language_aliases"), *cldr.data().whole_tags]
    old += [f"{name}-{region}" for name in ("und", "sgn") for region in cldr.region_aliases()]
    canonical = {tag: result for tag in old if (result := parse_tag(tag)) is not None}
    assert {tag: parse_tag(result) for tag, result in canonical.items()} == canonical
    assert len(canonical) > 1000


@pytest.mark.parametrize(
    ("name", "tag", "locale"),
    [
        ("pt_BR", "pt-BR", "pt_BR"),
        ("zh_CN", "zh-CN", "zh_CN"),
        ("zh_Hans", "zh-Hans", "zh_Hans"),
        ("fr", "fr", "fr"),
        ("sr@latin", "sr-Latn", "sr_Latn"),
        ("uz_UZ@cyrillic", "uz-Cyrl-UZ", "uz_Cyrl_UZ"),
        ("de_DE.UTF-8@euro", "de-DE", "de_DE"),
        ("ca_ES@valencia", "ca-ES-valencia", "ca_ES_valencia"),
    ],
)
def test_locale_names_and_tags_go_both_ways(name: str, tag: str, locale: str) -> None:
    assert (from_locale(name), to_locale(tag), from_locale(locale)) == (tag, locale, tag)


@pytest.mark.parametrize("name", ["", "C", "C.UTF-8", "../fr", "fr@../x", "fr\0"])
def test_from_locale_refuses_what_is_no_language(name: str) -> None:
    with pytest.raises(InvalidTag):
        from_locale(name)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["ar", "he", "iw", "fa", "ur", "az-Arab", "ps", "sd", "ckb", "yi", "dv", "ug"], "rtl"),
        (["pa-Arab", "pa-PK", "und-Hebr", "ks", "ar-MA", "syr", "nqo", "ff-Adlm"], "rtl"),
        (["en", "az", "ru", "hi", "ja", "zh-Hant", "ku", "tr", "pa", "el"], "ltr"),
        (["ar-Latn", "sd-Deva", "ff", "x-private", "und", "tlh"], "ltr"),
    ],
)
def test_direction_goes_by_the_script(tags: list[str], expected: str) -> None:
    assert {tag: direction(tag) for tag in tags} == dict.fromkeys(tags, expected)


def test_autonym_is_a_label_in_the_language_itself() -> None:
    expected = {
        "en": "English",
        "ar": "العربية",
        "de": "Deutsch",
        "es": "Español",
        "fr": "Français",
        "he": "עברית",
        "hi": "हिन्दी",
        "ja": "日本語",
        "ka": "ქართული",
        "pt-BR": "Português (Brasil)",
        "ru": "Русский",
        "sr-Latn": "Srpski (latinica)",
        "tr": "Türkçe",
        "zh-Hans": "简体中文",
        "zh-Hant": "繁體中文",
        "de-x-formal": "Deutsch (x-formal)",
        "tlh": "tlh",
    }
    assert {tag: autonym(tag) for tag in expected} == expected


def test_name_in_gives_the_name_in_another_language() -> None:
    pairs = [("fr", "de"), ("fr", "es"), ("zh-Hans", "en"), ("pt-BR", "fr"), ("fr", "tlh")]
    assert [name_in(tag, display) for tag, display in pairs] == [
        "Französisch",
        "francés",
        "Simplified Chinese",
        "portugais brésilien",
        "fr",
    ]


def test_names_and_direction_refuse_a_malformed_tag() -> None:
    for function in (autonym, direction, to_locale, lambda tag: name_in("fr", tag)):
        with pytest.raises(InvalidTag, match="not a language tag: 'no tag'"):
            function("no tag")
