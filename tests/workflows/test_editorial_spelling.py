"""Real words are no slips of one another, whatever the document has; slips need its evidence."""

from __future__ import annotations

import pytest

from workflows.editorial import Finding, Kind, Usage, Version, substantive

OTHER_WORDS = {
    "en": [
        ("compiles", "complies"),
        ("compiled", "complied"),
        ("singers", "signers"),
        ("deprecation", "depreciation"),
        ("unfilled", "unfiled"),
        ("refilling", "refiling"),
        ("prefilled", "prefiled"),
        ("countywide", "countrywide"),
        ("timelines", "timeliness"),
    ],
    "es": [
        ("querrían", "querían"),
        ("funcionaria", "funcionaría"),
        ("cambiaria", "cambiaría"),
        ("varia", "varía"),
        ("prestamos", "préstamos"),
        ("causales", "casuales"),
        ("concertado", "concretado"),
        ("legados", "llegados"),
        ("planeta", "plantea"),
        ("que dan", "quedan"),
    ],
    "fr": [
        ("amiable", "aimable"),
        ("recréer", "récréer"),
        ("tacher", "tâcher"),
        ("reformons", "réformons"),
        ("repartons", "répartons"),
        ("salaires", "salaries"),
        ("libraires", "libraries"),
        ("quoi que", "quoique"),
    ],
    "de": [
        ("Betriebsart", "Betriebsrat"),
        ("Zahlungsart", "Zahlungsrat"),
        ("Versandart", "Versandrat"),
        ("verflogen", "verfolgen"),
        ("Krönung", "Körnung"),
        ("Gehilfe", "Gehhilfe"),
        ("gut schreiben", "gutschreiben"),
    ],
}


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [(language, *pair) for language, pairs in OTHER_WORDS.items() for pair in pairs],
)
def test_other_word_is_refused_even_where_the_document_uses_it(
    language: str, before: str, after: str
) -> None:
    for was, now in ((before, after), (after, before)):
        old, new = f"x {was} x", f"x {now} x"
        usage = Usage([old, f"y {now} y"], [new, f"y {now} y"], language=language)
        for known in (usage.around(old, new), Usage([], [], language=language).around(old, new)):
            assert substantive(Version(old), Version(new), language=language, known=known) != ()


EVIDENT = [
    ("en", "evidnece", "evidence"),
    ("en", "authentcation", "authentication"),
    ("en", "calenndars", "calendars"),
    ("de", "Bestelllung", "Bestellung"),
    ("de", "Auswetrung", "Auswertung"),
    ("fr", "adhésoin", "adhésion"),
    ("fr", "numerique", "numérique"),
    ("fr", "commmande", "commande"),
    ("es", "almcaenar", "almacenar"),
    ("es", "electricos", "eléctricos"),
    ("es", "almacennar", "almacenar"),
]


@pytest.mark.parametrize(("language", "slip", "word"), EVIDENT)
def test_slip_passes_only_where_the_document_has_the_word_and_not_the_slip(
    language: str, slip: str, word: str
) -> None:
    old, new, other = f"x {slip} x", f"x {word} x", f"y {word} y"

    def found(before: list[str], after: list[str], was: str = old) -> tuple[Finding, ...]:
        known = Usage(before, after, language=language).around(was, new)
        return substantive(Version(was), Version(new), language=language, known=known)

    assert found([old, other], [new, other]) == ()
    # No evidence; evidence that the same revision made; the old spelling is in use as well.
    assert found([old, "y"], [new, "y"]) == (Finding(Kind.TOO_MUCH, slip, word),)
    assert found([old, "y"], [new, other]) != ()
    assert found([old, other, f"z {slip}"], [new, other, f"z {slip}"]) != ()
    assert found([old, other, f"z {slip}"], [new, other, "z"]) != ()
    twice = f"{old} {slip}"
    assert found([twice, other], [new, other], twice) != ()


@pytest.mark.parametrize(
    ("language", "parts", "whole"),
    [("en", "web page", "webpage"), ("de", "Kunden Karte", "Kundenkarte")],
)
def test_word_in_two_parts_needs_evidence_too(language: str, parts: str, whole: str) -> None:
    old, new, other = f"x {parts} x", f"x {whole} x", f"y {whole.lower()} y"

    def passes(*others: str) -> bool:
        known = Usage([old, *others], [new, *others], language=language).around(old, new)
        return not substantive(Version(old), Version(new), language=language, known=known)

    expected = language == "en"
    assert (passes(other), passes(), passes(other, f"z {parts} z")) == (expected, False, False)
