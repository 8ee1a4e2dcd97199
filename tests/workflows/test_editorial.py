"""The guard against changes of substance: its rules, whatever the language, and its limits."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hostile import Readers, running_readers
from tests.support.hostile.words import SIZE, guard
from workflows.editorial import (
    Finding,
    Kind,
    Known,
    NoEditorialList,
    NotEditorial,
    Version,
    languages,
    require_editorial,
    substantive,
    words_of,
)
from workflows.editorial.lists import lists_of
from workflows.editorial.tokens import Reader, Token
from workflows.sources import Link, read, walk

POLICY = Path(__file__).parents[2] / "policies" / "privacy-policy.md"
TEXTS = tuple(
    block.text
    for block in walk(read(POLICY.read_bytes(), name=POLICY.name).blocks)
    if block.text and len(block.text) > 20
)
LANGUAGES = ("de", "en", "es", "fr", "zh")


def found(old: str, new: str, **given: Collection[str]) -> tuple[Finding, ...]:
    known = Known(**{name: frozenset(words) for name, words in given.items()})
    return substantive(Version(old), Version(new), language="en", known=known)


def tokens_of(text: str, language: str = "en") -> tuple[Token, ...]:
    lists = lists_of(language)
    assert lists is not None
    return Reader(lists).read(text).tokens


# --- What is found ---------------------------------------------------------------------------


def test_finding_names_what_was_and_what_is() -> None:
    assert found(
        "We do not keep it for more than 30 days.", "We do keep it for less than 90 days."
    ) == (
        Finding(Kind.NEGATION, "not", ""),
        Finding(Kind.SCOPE, "more than", "less than"),
        Finding(Kind.DURATION, "30 days", "90 days"),
    )


def test_words_that_came_and_went_are_named() -> None:
    assert found("red stone lies", "red stone lies here again") == (
        Finding(Kind.TOO_MUCH, "", "here again"),
    )


def test_finding_in_one_word_leaves_typos_out() -> None:
    assert found("We recieve 5 lettres", "We receive 6 letters") == (
        Finding(Kind.NUMBER, "5", "6"),
    )


# --- Links and labels ------------------------------------------------------------------------

HOME, HELP = Link(1, "https://example.org/"), Link(2, "/help")


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ((HOME, HELP), ()),
        ((Link(1, "https://example.org/", "a title"), HELP), ()),
        (
            (HOME, Link(2, "/terms")),
            (Finding(Kind.LINK, "/help", "/terms"),),
        ),
        ((HOME,), (Finding(Kind.LINK, "/help", ""),)),
        (
            (Link(1, "/help"), Link(2, "https://example.org/")),
            (
                Finding(Kind.LINK, "https://example.org/", "/help"),
                Finding(Kind.LINK, "/help", "https://example.org/"),
            ),
        ),
    ],
)
def test_link_may_move_but_not_change(
    links: tuple[Link, ...], expected: tuple[Finding, ...]
) -> None:
    old = Version("<a1>Go home</a1> or <a2>ask</a2> for help", (HOME, HELP))
    new = Version("Go <a1>home</a1> or ask for <a2>help</a2>", links)
    assert substantive(old, new, language="en") == expected


def test_link_that_is_added_is_named() -> None:
    old, new = Version("Go home"), Version("Go <a1>home</a1>", (HOME,))
    assert substantive(old, new, language="en") == (Finding(Kind.LINK, "", HOME.href),)


def test_labels_are_part_of_the_meaning() -> None:
    old = Version("Go home", label="2.1", list_label="a")
    new = Version("Go home.", label="2.2", list_label="b")
    assert substantive(old, new, language="en") == (
        Finding(Kind.LABEL, "2.1", "2.2"),
        Finding(Kind.LABEL, "a", "b"),
    )


# --- Terms, parties, vocabulary --------------------------------------------------------------


def test_given_terms_and_parties_are_protected() -> None:
    change = ("Covreed rocks roll", "Covered rocks roll")
    assert found(*change, vocabulary=["covered"]) == ()
    assert found(*change, vocabulary=["covered"], terms=["covered rocks"]) == (
        Finding(Kind.DEFINED_TERM, "", "Covered rocks"),
        Finding(Kind.TOO_MUCH, "Covreed rocks", ""),
    )
    assert found("Ada pays Bob", "Bob pays Ada", parties=["Ada", "Bob"]) == (
        Finding(Kind.PARTY, "Ada", "Bob"),
        Finding(Kind.PARTY, "Bob", "Ada"),
    )


def test_given_term_takes_precedence_over_the_list() -> None:
    assert found("the user portal", "the user port", terms=["the user portal"]) == (
        Finding(Kind.DEFINED_TERM, "user portal", ""),
        Finding(Kind.PARTY, "", "user"),
        Finding(Kind.TOO_MUCH, "", "port"),
    )


def test_word_that_the_document_knows_shows_a_slip() -> None:
    known = words_of(["Our <strong>authentication</strong> lasts"])
    assert known == {"Our", "authentication", "lasts", "Our authentication", "authentication lasts"}
    change = ("the authentcation ends", "the authentication ends")
    assert found(*change) == (Finding(Kind.TOO_MUCH, "authentcation", "authentication"),)
    assert found(*change, vocabulary=known) == ()
    assert found(*change[::-1], vocabulary=known) == (
        Finding(Kind.TOO_MUCH, "authentication", "authentcation"),
    )
    both = known | {"authentcation"}
    assert found(*change, vocabulary=both) == found(*change)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("consent", "content"),
        ("statute", "statue"),
        ("prescribed", "proscribed"),
        ("cookie", "cookies"),
        ("stable", "unstable"),
        ("server", "sever"),
        ("marked", "market"),
        ("addiction", "addition"),
        ("stimulation", "simulation"),
        ("especially", "specially"),
        ("authentications", "authentication"),
    ],
)
def test_known_word_is_no_excuse_for_another_word(before: str, after: str) -> None:
    assert found(f"a {before} here", f"a {after} here", vocabulary=[after]) != ()


# --- Languages -------------------------------------------------------------------------------


def test_languages_are_those_of_the_data() -> None:
    assert sorted(languages()) == list(LANGUAGES)


@pytest.mark.parametrize("language", ["pl", "sw-KE", "", "no such tag", "e" * 500, "../en", "日本"])
def test_language_without_list_is_refused(language: str) -> None:
    old, new = Version("A page"), Version("A page.")
    assert substantive(old, new, language=language) == (
        Finding(Kind.LANGUAGE, language or "und", ""),
    )
    with pytest.raises(NoEditorialList) as refused:
        require_editorial(old, new, language=language)
    assert refused.value.code == "no-editorial-list"


def test_refusal_names_the_changes() -> None:
    with pytest.raises(NotEditorial) as refused:
        require_editorial(Version("We may not {x}"), Version("We may {y}"), language="en")
    assert refused.value.findings == (
        Finding(Kind.NEGATION, "not", ""),
        Finding(Kind.CODE, "{x}", "{y}"),
    )
    assert refused.value.as_dict()["what"] == (
        "This is more than an editorial change: negation “not” → –, code “{x}” → “{y}”."
    )


def test_refusal_of_many_changes_stays_readable() -> None:
    old = Version(" ".join(f"stone {number} {'x' * 90}" for number in range(40)))
    new = Version(" ".join(f"stone {number} {'y' * 90}" for number in range(40)))
    with pytest.raises(NotEditorial) as refused:
        require_editorial(old, new, language="en")
    assert (len(refused.value.findings), len(refused.value.text()) < 1500) == (1, True)


def test_editorial_change_is_not_refused() -> None:
    require_editorial(Version("teh page"), Version("The page."), language="en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_of_the_list_is_recognised(language: str) -> None:
    raw = files("workflows.editorial").joinpath("data", f"{language}.json").read_text("utf-8")
    lists = json.loads(raw)
    others = {other for group in lists["same"] for other in group[1:]}
    missed = {
        (kind, entry)
        for kind, entries in lists["kinds"].items()
        for entry in entries
        if entry not in others
        and Kind(kind) not in {token.kind for token in tokens_of(entry.rstrip("*"), language)}
    }
    # A given entry can be longer than one that begins it, but never be read as nothing.
    assert missed == set()
    assert lists["origin"].startswith("Compiled by hand for this project")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_misspelling_is_a_word_of_the_list(language: str) -> None:
    lists = lists_of(language)
    assert lists is not None
    assert [word for word in lists.typos if (word,) in lists.entries] == []


# --- Properties ------------------------------------------------------------------------------

PARTS = [
    *("<a1>", "</a1>", "<code>", "</code>", "{name}", "<br1/>", "\\", "\ue000"),
    *("not", "may", "30", "days", "€", "a", "b@c.org", "(a)", "-", "5,0", "?", "“", "”", "不得"),
    *("n'", "ü", "ß", "I", "A.", "won't", "it's", "2024-01-01", "May", "%", "/"),
]
ANY = st.text(max_size=200) | st.lists(
    st.sampled_from(PARTS),
    max_size=40,
).map(" ".join)


@given(ANY, ANY, st.sampled_from([*LANGUAGES, "xx", "en-GB", "zh-Hant-TW"]))
def test_guard_never_raises_and_sees_no_change_in_the_same(
    old: str, new: str, language: str
) -> None:
    first = substantive(Version(old), Version(new), language=language)
    assert first == substantive(Version(old), Version(new), language=language)
    assert all(finding.before or finding.after for finding in first)
    assert substantive(Version(old), Version(old), language=language) == ()


@given(st.sampled_from([text for text in TEXTS if any(t.kind for t in tokens_of(text))]), st.data())
def test_protected_word_cannot_be_deleted(text: str, data: st.DataObject) -> None:
    token = data.draw(st.sampled_from([token for token in tokens_of(text) if token.kind]))
    pattern = re.compile(rf"(?<!\w){re.escape(token.shown)}(?!\w)")
    places = [match.span() for match in pattern.finditer(text)]
    if not places:
        # A phrase with a code in it, or a sign within a word.
        return
    start, end = data.draw(st.sampled_from(places))
    assert found(text, text[:start] + text[end:]) != ()


@given(st.sampled_from(TEXTS), st.data())
def test_words_cannot_be_swapped_or_replaced(text: str, data: st.DataObject) -> None:
    words = text.split(" ")
    if len(words) < 4:
        return
    at = data.draw(st.integers(0, len(words) - 2))
    other = data.draw(st.sampled_from(["stones", "not", "7", "unless", "Ada", "x@y.org"]))
    assert found(text, " ".join([*words[:at], other, *words[at:]])) != ()
    left, right = (re.sub(r"\W", "", word).lower() for word in words[at : at + 2])
    if left != right and not {left, right} & {"a", "an", "the", ""}:
        swapped = [*words[:at], words[at + 1], words[at], *words[at + 2 :]]
        assert found(text, " ".join(swapped)) != ()


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_numbers_cannot_be_swapped(one: int, two: int) -> None:
    text = "Keep {} stones, or {} days of {} % for {} euros"
    if one != two:
        before, after = text.format(one, two, one, two), text.format(two, one, two, one)
        assert found(before, after) != ()


WORDS = [
    *("we", "keep", "your", "stones", "not", "unless", "must", "thirty", "days", "and", "every"),
    *("Person", "may", "ask", "us", "for", "it"),
]


SAME_PAUSES = [
    (" ", "  "),
    (", ", " , ", " - ", " – ", " — ", "—"),
    ("; ", ";", "； "),
    (": ", " : "),
    (". ", " … ", "! "),
    (" (", " [", " ( "),
    (") ", "] "),
    ("\n", " \n "),
]


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12),
    st.lists(st.sampled_from(SAME_PAUSES), max_size=12),
    st.data(),
)
def test_pause_written_in_another_way_is_editorial(
    words: list[str], pauses: list[tuple[str, ...]], data: st.DataObject
) -> None:
    def joined() -> str:
        gaps = [data.draw(st.sampled_from(pause)) for pause in pauses]
        padded = [*gaps, *[" "] * len(words)]
        return "".join(word + gap for word, gap in zip(words, padded, strict=False))

    assert found(joined(), joined()) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("at -5", "at 5"),
        ("at 1.5", "at 1,5"),
        ("a and/or b c", "a and or b c"),
        ("it is 5 %", "it is 5"),
        ("§ 5", "5"),
        ("5+ of them", "5 of them"),
        ("is it kept?", "is it kept"),
        ("5-10 of them", "5, 10 of them"),
        ("x > y z", "x y z"),
        ("in v1.2 of it", "in v1, 2 of it"),
        ("the file(s) kept", "the files kept"),
    ],
)
def test_sign_that_bears_meaning_is_no_punctuation(before: str, after: str) -> None:
    assert found(before, after) != ()
    assert found(after, before) != ()


# --- Limits ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """A process that compares, under limits."""
    with running_readers("guard") as running:
        yield running


# A quarter of the longest text where each word costs something; bench/ has the whole of it.
LONG = guard(SIZE // 4)


@pytest.mark.parametrize("name", LONG)
def test_long_text_is_compared(name: str, readers: Readers) -> None:
    hostile = LONG[name]
    assert readers.read("guard", hostile.make()).what == hostile.what
