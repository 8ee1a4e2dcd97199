"""Terms are found in texts, and translations are compared with them, in languages of every kind."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.glossary import (
    MAX_TERM,
    Finder,
    Term,
    TermTranslation,
    Usage,
    check,
    checked_term,
    find,
    likely,
    pieces,
)
from workflows.problems import Problem

PREFERRED, ADMITTED, FORBIDDEN = Usage


def terms(*texts: str, language: str = "en", case_sensitive: bool = False) -> list[Term]:
    return [Term(language, text, case_sensitive=case_sensitive) for text in texts]


def found(text: str, several: list[Term], language: str = "en") -> list[tuple[str, str]]:
    """What is marked, and as which term."""
    return [(text[one.start : one.end], one.term.text) for one in find(text, several, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Personal  data, and data.", [("Personal  data", "personal data"), ("data", "data")]),
        ("The database and metadata", []),
        ("Two cookies; a cookie's crumbs", [("cookies", "cookie"), ("cookie", "cookie")]),
        ("read the user’s guide", [("user’s guide", "user's guide")]),
        ("e\u2011mail or e-mail", [("e\u2011mail", "e-mail"), ("e-mail", "e-mail")]),
        ("data.\u00a0Personal; data", [("data", "data"), ("data", "data")]),
        # Codes are no part of a text; what a placeholder stands for is not known.
        ("per<em>son</em>al <strong>data</strong>", [("per<em>son</em>al <strong>data",
                                                        "personal data")]),
        ("personal<br1/>data", [("personal<br1/>data", "personal data")]),
        ("personal {data} {cookie}", []),
        ("<a1>data</a1>", [("data", "data")]),
        ("\\<em>data\\\\<em>data</em>\\\\", [("data", "data"), ("data", "data")]),
        ("<strong>", []),
    ],
)  # fmt: skip
def test_terms_are_whole_words_and_the_longest_counts(
    text: str, expected: list[tuple[str, str]]
) -> None:
    known = terms("data", "personal data", "cookie", "user's guide", "e-mail", "strong")
    assert found(text, known) == expected
    assert "".join(one.text for one in pieces(text, find(text, known, "en"))) == text


def test_case_counts_where_the_term_says_so() -> None:
    both = [*terms("Service", case_sensitive=True), *terms("service")]
    assert found("Our Service and a service", both) == [("Service", "Service"),
                                                         ("service", "service")]  # fmt: skip
    assert found("service SERVICE Services", both[:1]) == [("Services", "Service")]


@pytest.mark.parametrize(
    ("language", "term", "text", "marked"),
    [
        ("zh-Hans", "个人信息", "我们收集您的个人信息。", "个人信息"),
        ("ja", "Cookie", "本サイトはCookieを使います", "Cookie"),
        ("th", "ข้อมูล", "เก็บข้อมูลของคุณ", "ข้อมูล"),
        ("de", "Straße", "die STRASSE hier", "STRASSE"),
        ("ar", "خصوصية", "خُصُوصِيَّة", "خُصُوصِيَّة"),
        ("hi", "नीति", "यह नीति लागू", "नीति"),
        ("fr", "e\u0301tat", "l’état", "état"),
    ],
)
def test_terms_are_found_in_every_script(language: str, term: str, text: str, marked: str) -> None:
    assert found(text, terms(term, language=language), language) == [(marked, term)]


def test_plural_endings_are_those_of_english_only() -> None:
    assert found("Daten und Datens", terms("Daten", language="de"), "de") == [("Daten", "Daten")]


@given(st.text(alphabet="ab <em>\\{}/1é中'-", max_size=60))
def test_places_are_those_of_the_text(text: str) -> None:
    known = terms("a", "b", "ab", "a b", "é", "中", "em")
    marks = find(text, known, "en")
    assert "".join(one.text for one in pieces(text, marks)) == text
    for before, after in itertools.pairwise(marks):
        assert before.end <= after.start
    for mark in marks:
        assert text[mark.start].casefold() == mark.term.text[0]


def test_many_terms_that_begin_alike_are_found_in_a_long_text() -> None:
    known = terms(*(f"thing {number} of all" for number in range(5_000)), *(
        "a " * count for count in range(1, MAX_TERM // 2)
    ))  # fmt: skip
    finder = Finder(known, "en")
    assert likely(["A thing."], enumerate(t.text for t in known), "en") == set(range(len(known)))
    assert likely(["<a1>Things</a1>"], [(1, "thing x"), (2, "things"), (3, "a")], "en") == {1, 2}
    text = "a " * 20_000 + "thing 4999 of all " * 1_000 + "thing 4999 of nothing " * 1_000
    assert len(finder.find(text)) > 1_000


def translated(**by_tag: str | tuple[TermTranslation, ...]) -> list[Term]:
    given_ = {
        tag: (TermTranslation(said),) if isinstance(said, str) else said
        for tag, said in by_tag.items()
    }
    return [Term("en", "personal data", translations=given_)]


@pytest.mark.parametrize(
    ("language", "said", "target"),
    [
        ("fr", "donnée personnelle", "Vos données personnelles."),
        ("fr", "donnée personnelle", "Vos DONNEES toutes personnelles."),
        ("de", "personenbezogene Daten", "mit personenbezogenen Daten"),
        ("de", "Auftragnehmer", "unser Hauptauftragnehmer"),
        ("de", "Vertrag", "die Verträge"),
        ("ru", "персональные данные", "обработка персональных данных"),
        ("es", "dato", "los datos"),
        ("fr", "loi", "les lois"),
        ("de", "Tag", "an 30 Tagen"),
        ("ru", "код", "с кодом"),
        ("ar", "البيانات الشخصية", "بياناتك هي بالبيانات الشخصية"),
        ("he", "הסכמה", "רק בהסכמתכם"),
        ("hi", "सहमति", "आपकी सहमति से"),
        ("ja", "個人データ", "お客様の個人データを"),
        ("zh-Hant", "個人資料", "您的<em>個人</em>資料"),
    ],
)
def test_inflected_translation_is_no_false_alarm(language: str, said: str, target: str) -> None:
    assert check("Your personal data.", target, translated(**{language: said}), language) == []


def codes(problems: list[Problem]) -> list[tuple[str, dict[str, str | int]]]:
    assert not any(problem.blocking for problem in problems)
    return [(problem.code, problem.details) for problem in problems]


def test_missing_and_forbidden_translations_are_advice() -> None:
    known = translated(
        fr=(
            TermTranslation("données personnelles"),
            TermTranslation("informations nominatives", ADMITTED),
            TermTranslation("données", FORBIDDEN),
            TermTranslation("data", FORBIDDEN),
        )
    )
    wanted = "“données personnelles” / “informations nominatives”"
    missing = ("term-missing", {"term": "personal data", "wanted": wanted})
    used = ("term-forbidden", {"term": "personal data", "used": "données", "wanted": wanted})
    source = "Your <strong>personal data</strong>."
    for target, expected in (
        ("Vos renseignements", [missing]),
        ("Vos informations nominatives", []),
        # The forbidden word is a part of the one to use; by itself it is not to be used.
        ("Vos données personnelles", []),
        ("Vos données personnelles, ces données", [used]),
        ("Vos données", [missing, used]),
        ("", []),
    ):
        assert codes(check(source, target, known, "fr")) == expected, target
    assert check("Something else", "Vos données", known, "fr") == []
    assert check(source, "Ihre Daten", known, "de") == []
    assert check(source, "Vos données", Finder(known, "en"), "fr") != []


def test_forbidden_word_that_another_term_wants_is_let_pass() -> None:
    known = [
        *translated(
            fr=(TermTranslation("données personnelles"), TermTranslation("avis", FORBIDDEN))
        ),
        Term("en", "notice", translations={"fr": (TermTranslation("avis"),)}),
    ]
    target = "avis : données personnelles"
    assert check("Notice: personal data", target, known, "fr") == []
    assert [p.code for p in check("Personal data", target, known, "fr")] == ["term-forbidden"]


def test_term_that_is_not_to_be_translated_has_to_stand_as_it_is() -> None:
    name = Term("en", "Pinger Panel", case_sensitive=True, untranslated=True)
    kana = TermTranslation("ピンガーパネル", ADMITTED)
    both = Term("en", "Pinger Panel", untranslated=True, translations={"ja": (kana,)})
    source = "Pinger Panel asks."
    assert codes(check(source, "Le panneau demande.", [name], "fr")) == [
        ("term-changed", {"term": "Pinger Panel"})
    ]
    assert codes(check(source, "pinger panel demande.", [name], "fr")) != []
    assert check(source, "Pinger Panels Frage", [name], "de") == []
    assert check(source, "pinger panel が", [both], "ja") == []
    assert check(source, "ピンガーパネルが", [both], "ja") == []
    # What is found in the source is kept by who copies it: with this apostrophe and this blank.
    encrypt = Term("en", "Let's Encrypt", untranslated=True)
    source = "We use Let\u2019s\u00a0Encrypt."
    assert check(source, "Nous utilisons Let\u2019s\u00a0Encrypt.", [encrypt], "fr") == []
    assert check(source, "Nous utilisons Lets Encrypt.", [encrypt], "fr") != []


@pytest.mark.parametrize(
    ("term", "code"),
    [
        (Term("en", " \n"), "no-term-text"),
        (Term("en", "\u00ad \u200d"), "no-term-text"),
        (Term("en", "x" * 201), "glossary-text-too-long"),
        # One character as it is typed, three as it is kept.
        (Term("en", "\ufb2c" * 200), "glossary-text-too-long"),
        (Term("en", "a", translations={"he": (TermTranslation("\ufb2c" * 70),)}),
         "glossary-text-too-long"),
        (Term("en", "x", "y" * 2_001), "glossary-text-too-long"),
        (Term("en", "a\0b"), "glossary-text"),
        (Term("en", "a\u202eb"), "glossary-text"),
        (Term("en", "a\u2028b"), "glossary-text"),
        (Term("en", "a", "\ud800"), "glossary-text"),
        (Term("en", "a", note="\uffff"), "glossary-text"),
        (Term("en", "a", translations={"fr": (TermTranslation(""),)}), "no-term-text"),
        (Term("en", "a", translations={"fr": (TermTranslation("b"), TermTranslation(" b "))}),
         "duplicate-translation"),
        (Term("en", "a", translations={"fr": tuple(TermTranslation(str(n)) for n in range(21))}),
         "too-many-translations"),
    ],
)  # fmt: skip
def test_term_that_can_not_be_kept_is_refused(term: Term, code: str) -> None:
    with pytest.raises(Problem) as caught:
        checked_term(term)
    assert caught.value.code == code
    assert caught.value.text()


def test_term_is_kept_in_one_spelling() -> None:
    said = (TermTranslation("b", ADMITTED, " n \n m "), TermTranslation("a\u00a0 c"))
    kept = checked_term(
        Term("en", " e\u0301tat \t x", "one  two\n\n three ", translations={"fr": said, "de": ()})
    )
    assert (kept.text, kept.definition) == ("état x", "one two\n\nthree")
    assert kept.translations == {
        "fr": (TermTranslation("a c"), TermTranslation("b", ADMITTED, "n\nm"))
    }
    assert checked_term(kept) == kept
