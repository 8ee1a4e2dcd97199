"""Punctuation that turns a negation, a condition or a remark round, and what may still change."""

from __future__ import annotations

import pytest

from workflows.editorial import Finding, Kind, Version, substantive

TURNED = [
    ("zh", "不！可以出售。", "不可以出售。", Kind.NEGATION),
    ("zh", "不，我们会出售您的数据。", "不我们会出售您的数据。", Kind.NEGATION),
    (
        "en",
        "We do not share data. Without a court order we act within 30 days.",
        "We do not share data without a court order. We act within 30 days.",
        Kind.NEGATION,
    ),
    (
        "en",
        "We share your data with partners only if you agree. We tell you first.",
        "We share your data with partners. Only if you agree we tell you first.",
        Kind.SCOPE,
    ),
    ("es", "No queremos venderlos.", "No, queremos venderlos.", Kind.NEGATION),
    (
        "de",
        "Wir versprechen, nicht zu verkaufen.",
        "Wir versprechen nicht, zu verkaufen.",
        Kind.NEGATION,
    ),
    (
        "de",
        "Für Partner gilt, sie zahlen 5 Euro.",
        "Für Partner gilt. Sie zahlen 5 Euro.",
        Kind.PARTY,
    ),
    (
        "fr",
        "Nous ne vendons rien. Sans accord, nous agissons.",
        "Nous ne vendons rien sans accord. Nous agissons.",
        Kind.NEGATION,
    ),
    # a comma beside an answer, and one that moved
    ("en", "No, we sell it.", "No we sell it.", Kind.NEGATION),
    ("de", "Nein, wir verkaufen es.", "Nein wir verkaufen es.", Kind.NEGATION),
    ("fr", "Non, nous vendons tout.", "Non nous vendons tout.", Kind.NEGATION),
    ("en", "We store and, if asked, sell it.", "We, store and if asked, sell it.", Kind.SCOPE),
    # a remark in place of a condition
    ("en", "We delete logs that are old.", "We delete logs, which are old.", Kind.TOO_MUCH),
    ("en", "Readers who agree pay.", "Readers, who agree, pay.", Kind.PARTY),
    ("fr", "Les lecteurs qui paient lisent.", "Les lecteurs, qui paient, lisent.", Kind.PARTY),
    ("es", "los datos que leemos", "los datos, que leemos", Kind.TOO_MUCH),
    ("en", "names only, with partners", "names, only with partners", Kind.SCOPE),
    # one thing, or two
    ("en", "health insurance records", "health, insurance records", Kind.TOO_MUCH),
    ("zh", "健康、保险记录", "健康保险记录", Kind.TOO_MUCH),
    # brackets, colons, semicolons, line breaks, hanging hyphens
    ("en", "We sell it (if you agree) today.", "We sell it if you agree today.", Kind.MODAL),
    ("en", "We refuse: selling it.", "We refuse selling it.", Kind.NEGATION),
    ("en", "We keep it; if asked we sell it.", "We keep it if asked; we sell it.", Kind.SCOPE),
    ("en", "We sell it.<br1/>Never rent it.", "We sell it never.<br1/>Rent it.", Kind.NEGATION),
    ("de", "Kunden- und Mietdaten", "Kunden und Mietdaten", Kind.SCOPE),
]


@pytest.mark.parametrize(("language", "before", "after", "kind"), TURNED)
def test_punctuation_that_changes_what_is_said_is_refused(
    language: str, before: str, after: str, kind: Kind
) -> None:
    for old, new in ((before, after), (after, before)):
        found = substantive(Version(old), Version(new), language=language)
        assert found != (), (old, new)
        if kind in (Kind.NEGATION, Kind.SCOPE):
            assert kind in {finding.kind for finding in found}, (old, new, found)


def test_finding_shows_the_words_on_both_sides() -> None:
    old, new = (
        Version("We share it only if asked. We help."),
        Version("We share it. Only if asked we help."),
    )
    assert substantive(old, new, language="en") == (
        Finding(Kind.SCOPE, "it only if", "it. Only if"),
        Finding(Kind.PARTY, "asked. We", "asked we"),
    )


FREE = [
    ("en", "We keep it", "We keep it."),
    ("en", "We keep it:", "We keep it"),
    ("en", "In the evening we close.", "In the evening, we close."),
    ("en", "names, pages and logs", "names, pages, and logs"),
    ("en", "We keep it ; we help", "We keep it; we help"),
    ("en", "We keep it [here], and so on", "We keep it (here), and so on"),
    ("en", "We keep it! We help.", "We keep it. We help."),
    ("en", "We keep it - we help", "We keep it – we help"),
    ("en", "The page.We keep it", "The page. We keep it"),
    ("en", "the page. we keep it", "the page. We keep it"),
    ("de", "Die Daten die wir lesen sind alt.", "Die Daten, die wir lesen, sind alt."),
    ("de", "am 1.Mai 2024", "am 1. Mai 2024"),
    ("de", "Art.6 und Nr.5", "Art. 6 und Nr. 5"),
    ("de", "z.B. der Name", "z. B. der Name"),
    ("fr", "voici : le texte", "voici: le texte"),
    ("fr", "p. ex. le nom", "par exemple le nom"),
    ("es", "Por la noche cerramos.", "Por la noche, cerramos."),
    ("zh", "姓名、地址", "姓名，地址"),
    ("zh", "我们阅读。您回复", "我们阅读！您回复"),
]


@pytest.mark.parametrize(("language", "before", "after"), FREE)
def test_punctuation_that_says_the_same_passes(language: str, before: str, after: str) -> None:
    assert substantive(Version(before), Version(after), language=language) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("with a few partners", "with few partners"),
        ("little data", "a little data"),
        ("a number of visits", "the number of visits"),
        ("point a. below", "point. below"),
        ("see annex a below", "see annex below"),
        ("a third of them", "third of them"),
        ("data that is necessary", "data, i.e. necessary"),
        ("data that is necessary", "data i.e. necessary"),
    ],
)
def test_article_that_counts_is_no_article(before: str, after: str) -> None:
    for old, new in ((before, after), (after, before)):
        assert substantive(Version(old), Version(new), language="en") != ()
