"""Defined terms, names and parties: their capitals, their quotes, and the spelling of names."""

from __future__ import annotations

import pytest

from workflows.editorial import Kind, Usage, Version, substantive

CAPITALS = [
    ("en", "the Effective Date counts", "the effective date counts"),
    ("en", "the Effective Date counts", "the Effective date counts"),
    ("en", "ten Business Days pass", "ten business days pass"),
    ("en", "five (5) Business Days", "five (5) business days"),
    ("en", "all Losses count", "all losses count"),
    ("en", "upon Termination we stop", "upon termination we stop"),
    ("en", "the Minimum Term ends", "the minimum Term ends"),
    ("fr", "voici la Garantie", "voici la garantie"),
    ("fr", "voici le Responsable", "voici le responsable"),
    ("fr", "selon l'Accord", "selon l'accord"),
    ("fr", "selon la Date d'Effet", "selon la date d'effet"),
    ("es", "según el Acuerdo", "según el acuerdo"),
    ("es", "según la Fecha de Pago", "según la fecha de pago"),
    ("fr", "voici le Site", "voici le site"),
    ("en", "on the Website", "on the website"),
    ("en", "“Website” means a page", "“website” means a page"),
    ("en", "“Our” means a word", "“our” means a word"),
    ("en", "by Email", "by email"),
    ("es", "por Correo", "por correo"),
    ("en", "see e.g. Company rules", "see e.g. company rules"),
    ("en", "see i.e. Company rules", "see i.e. company rules"),
    ("de", "vor ein Paar Tagen", "vor ein paar Tagen"),
    ("de", "der Morgen danach", "der morgen danach"),
    # quotes make a term, too
    ("en", "the “order form” applies", "the order form applies"),
    ("de", "die „Kerndaten“ bleiben", "die Kerndaten bleiben"),
    ("en", "the ‘order form’ applies", "the order form applies"),
]


@pytest.mark.parametrize(("language", "before", "after"), CAPITALS)
def test_capital_of_a_term_may_not_come_or_go(language: str, before: str, after: str) -> None:
    for old, new in ((before, after), (after, before)):
        assert substantive(Version(old), Version(new), language=language) != (), (old, new)


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("en", "the ‘order form’ applies", "the “order form” applies"),
        (
            "en",
            "the users’ pages and the editors’ pages",
            "the users' pages and the editors' pages",
        ),
        ("en", "company rules apply", "Company rules apply"),
        ("en", "See the Internet", "See the internet"),
        ("en", "SEE OUR WEBSITE", "See our Website"),
        ("fr", "le 1 Mai 2024", "le 1 mai 2024"),
    ],
)
def test_capital_or_quote_that_tells_nothing_passes(language: str, before: str, after: str) -> None:
    assert substantive(Version(before), Version(after), language=language) == ()


def passes(language: str, old: str, new: str, *others: str, site: str = "") -> bool:
    """Whether the edit passes in a document that has the other texts, too."""
    parties = [site] if site else []
    usage = Usage([old, *others], [new, *others], language=language, parties=parties)
    known = usage.around(old, new)
    return not substantive(Version(old), Version(new), language=language, known=known)


NAMES = [
    ("de", "Die Hoffmann GmbH haftet.", "Die Hofmann GmbH haftet.", "Wir sind Hofmann."),
    ("de", "Die Schröder AG haftet.", "Die Schroeder AG haftet.", "Schroeder zahlt."),
    ("de", "Hier haftet Schmidtmann.", "Hier haftet Schmittmann.", "Schmittmann zahlt."),
    ("de", "Herr Weissmann zahlt.", "Herr Weißmann zahlt.", "Weißmann zahlt."),
    ("en", "Andersson pays the fee.", "Anderson pays the fee.", "Anderson writes."),
    ("fr", "Andersson paie tout.", "Anderson paie tout.", "Anderson écrit."),
    ("es", "Andersson paga todo.", "Anderson paga todo.", "Anderson escribe."),
    ("en", "Hoffmann Ltd pays.", "Hofmann Ltd pays.", "We are hofmann."),
    ("es", "Fernnando S.L. paga.", "Fernando S.L. paga.", "Somos fernando."),
    ("zh", "登陆科技有限公司回复", "登录科技有限公司回复", "文章"),
]


@pytest.mark.parametrize(("language", "before", "after", "other"), NAMES)
def test_name_is_never_respelt(language: str, before: str, after: str, other: str) -> None:
    assert (passes(language, before, after), passes(language, before, after, other)) == (
        False,
        False,
    )
    assert not passes(language, after, before, other)


@pytest.mark.parametrize(
    ("language", "before", "after", "other"),
    [
        ("en", "Authentcation lasts.", "Authentication lasts.", "Its authentication ends."),
        ("de", "Die Bestelllung endet.", "Die Bestellung endet.", "Unsere Bestellung."),
        ("de", "Die Strasse endet.", "Die Straße endet.", ""),
        ("zh", "请登陆后阅读", "请登录后阅读", "登录有限公司"),
    ],
)
def test_word_that_is_no_name_may_be_respelt(
    language: str, before: str, after: str, other: str
) -> None:
    assert passes(language, before, after, other)


def test_term_that_is_quoted_anywhere_is_protected_everywhere() -> None:
    change = ("the calenndars end", "the calendars end")
    assert passes("en", *change, "all calendars")
    assert not passes("en", *change, "“calendars” are pages", "all calendars")
    # At the beginning of a sentence a capital letter tells something where it is a term's.
    start = ("Calenndars end", "Calendars end")
    assert passes("en", *start, "all calendars")
    assert not passes("en", *start, "all calendars", "all our Calendars")


def test_quoted_word_of_the_list_stays_what_it_is() -> None:
    old, new = "We do not sell it.", "We do sell it."
    known = Usage([old, "“not” means no"], [new], language="en").around(old, new)
    found = substantive(Version(old), Version(new), language="en", known=known)
    assert [finding.kind for finding in found] == [Kind.NEGATION]


def test_usage_knows_terms_parties_and_names() -> None:
    texts = ["The “Order Form” of Ada Stein & Co. Ltd applies to Readers. We pay.", "Bo AG and we"]
    known = Usage(texts, texts, language="en", parties=["Pinger Panel"]).around("", "")
    assert known.terms == {"Order Form"}
    assert known.parties == {"Pinger Panel", "Ada Stein & Co", "Bo"}
    assert {"readers", "stein", "pinger", "bo"} <= known.names
    assert not passes("en", "Pinger Panel ends", "Pinger panel ends", site="Pinger Panel")


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("我们是北京蓝天科技有限公司。", "北京蓝天科技"),
        ("不属于蓝天股份有限公司", "蓝天"),
        ("本公司回复", None),
    ],
)
def test_chinese_company_ends_where_grammar_begins(text: str, party: str | None) -> None:
    known = Usage([text], [text], language="zh").around("", "")
    assert known.parties == ({party} if party else set())
