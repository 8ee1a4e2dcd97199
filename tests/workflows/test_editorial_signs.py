"""Numbers, addresses, words that say the same, and harmless edits that were worth allowing."""

from __future__ import annotations

import pytest

from workflows.editorial import Version, substantive

REFUSED = [
    # a decimal sign in front
    ("en", "a fee of $.50 a page", "a fee of $50 a page"),
    ("en", "a fee of EUR.50 a page", "a fee of EUR 50 a page"),
    ("en", "at -.5 percent", "at 5 percent"),
    ("en", "at -.5 percent", "at -5 percent"),
    ("en", "at >.5 % of it", "at >5 % of it"),
    ("en", "the “.5” rule", "the “5” rule"),
    ("en", "the [.5] rule", "the [5] rule"),
    ("de", "zu €,50 je Seite", "zu €50 je Seite"),
    ("en", "the 1, 2 rules", "the 1 2 rules"),
    # addresses
    ("en", "see pinger-panel.at now", "see pinger.panel.at now"),
    ("en", "see pinger-panel.at now", "see pinger panel.at now"),
    ("en", "see shop.example/terms-a now", "see shop.example/terms.a now"),
    ("en", "see shop.example/terms-a now", "see terms.a now"),
    ("en", "see shop.example/terms-a now", "see shop.example/terms a now"),
    ("en", "see shop.example now", "see shop. example now"),
    ("en", "ask info@example.org now", "ask info@exam\u200bple.org now"),
    ("en", "see https://example.org/a now", "see https://exam\u200dple.org/a now"),
    ("en", "see example.com/ab now", "see example.com/a\u200bb now"),
    ("de", "Seite pinger-panel.at lesen", "Seite pinger\u200b-panel.at lesen"),
    # what says something else
    ("zh", "尤其它们的数据", "尤其他们的数据"),
    ("zh", "与其它保存", "与其他保存"),
    ("es", "en el sitio web", "en la página web"),
    ("es", "sitio web", "página web"),
    ("de", "auf dieser Webseite", "auf dieser Website"),
    # twice, and not by mistake
    ("en", "We do not not sell it.", "We do not sell it."),
    ("en", "He had had it.", "He had it."),
    ("de", "Daten, die die Leser schreiben", "Daten, die Leser schreiben"),
    ("de", "die Seite, in der der Leser schreibt", "die Seite, in der Leser schreibt"),
    ("de", "wenn Sie sie lesen", "wenn Sie lesen"),
    ("fr", "nous nous engageons", "nous engageons"),
    ("zh", "天天阅读", "天阅读"),
    ("zh", "人人阅读", "人阅读"),
    ("en", "see Baden-Baden now", "see Baden now"),
    ("en", "its pages", "it is pages"),
]


@pytest.mark.parametrize(("language", "before", "after"), REFUSED)
def test_change_of_sign_or_word_is_refused(language: str, before: str, after: str) -> None:
    for old, new in ((before, after), (after, before)):
        assert substantive(Version(old), Version(new), language=language) != (), (old, new)


PASSED = [
    *((language, "5-10 x", "5–10 x") for language in ("de", "en", "es", "fr", "zh")),
    *((language, "1 000 x", "1000 x") for language in ("de", "en", "es", "fr", "zh")),
    ("fr", "1\u202f000\u202f000 x", "1000000 x"),
    ("de", "wir lesen die die Daten", "wir lesen die Daten"),
    ("es", "leemos los los datos", "leemos los datos"),
    ("zh", "我们的的数据", "我们的数据"),
    ("en", "a copy of of it", "a copy of it"),
    ("en", "a copy copy of it", "a copy of it"),
    ("fr", "le texte et et la page", "le texte et la page"),
    ("en", "It's kept.", "It is kept."),
    ("en", "it is kept", "it’s kept"),
    ("en", "it's pages", "its pages"),
    ("en", "data which is kept", "data that is kept"),
    ("en", "i.e. the log", "that is to say the log"),
    ("en", "the web\u00adsite", "the website"),
    ("zh", "其它文件", "其他文件"),
]


@pytest.mark.parametrize(("language", "before", "after"), PASSED)
def test_harmless_edit_passes(language: str, before: str, after: str) -> None:
    assert substantive(Version(before), Version(after), language=language) == ()


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "zh"])
def test_word_is_never_doubled(language: str) -> None:
    for old, new in (("x text x", "x text text x"), ("wir lesen die x", "wir lesen die die x")):
        assert substantive(Version(old), Version(new), language=language) != ()
