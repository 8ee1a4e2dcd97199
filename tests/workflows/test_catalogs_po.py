"""PO out and in: twins, bytes that stay the same, and files that translation tools rewrote."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import polib
import pytest
from babel import Locale, localedata
from hypothesis import given
from hypothesis import strategies as st

from tests.support.catalogs import EXPORTED_AT, exported, gettext, header, msgfmt_says, sample
from workflows.catalogs import (
    CannotExport,
    DuplicateEntry,
    Entry,
    plural_forms,
    read_po,
    text_digest,
    write_po,
)

LANGUAGES = ("en", "ar", "de", "es", "fr", "he", "hi", "ja", "pt-BR", "ru", "zh-Hans", "zh-Hant")
NASTY = (
    *('"', "\\", "\\n", '\\"', "%", "%s", "{", "}", "{name}", "{0}", "{{", "<strong>", "</a1>"),
    *("\t", " ", "  ", "\u00a0", "\u2028", "\u202e", "\u200f", "\ufeff", "#", "#~", "msgid"),
    *("שלום", "سياسة", "隐私", "ポリシー", "é", "e\u0301", "😀", "\U0001f1e7", "=======", "$1"),
)
texts = st.one_of(
    st.lists(st.sampled_from(NASTY), max_size=8).map("".join),
    st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\t"), max_size=40),
)
notes = st.lists(
    st.one_of(texts, st.sampled_from(["state: reviewed", " source-digest: 0", "target-digest: x"])),
    max_size=3,
).map(lambda lines: "\n".join(line.strip() for line in lines))


@st.composite
def entry_lists(draw: st.DrawFn) -> list[Entry]:
    """Entries as an export makes them, keys unique, obsolete ones last."""
    keys = draw(st.lists(st.from_regex(r"s[a-z2-7]{9}", fullmatch=True), unique=True, max_size=6))
    entries = []
    for key in keys:
        source, target = draw(texts.filter(bool)), draw(texts)
        state = draw(st.sampled_from(["needs-editing", "translated", "reviewed"]))
        entry = exported(key, source, target, state if target else "initial", note=draw(notes))
        if entry.state == "needs-editing" and draw(st.booleans()):
            entry = dataclasses.replace(entry, previous_source=draw(texts))
        if draw(st.booleans()):
            entry = dataclasses.replace(
                entry, source_digest="", target_digest="", exported_state="", comment=draw(notes)
            )
        entries.append(dataclasses.replace(entry, obsolete=draw(st.integers(0, 4)) == 0))
    return sorted(entries, key=lambda entry: entry.obsolete)


def without_lines(entries: Sequence[Entry]) -> list[Entry]:
    return [dataclasses.replace(entry, line=0) for entry in entries]


# --- Twins ---------------------------------------------------------------------------------------


def test_sample_comes_back_equal() -> None:
    catalog = read_po(write_po(header(), sample()), language="pt-BR")
    assert without_lines(catalog.entries) == sample()
    assert (catalog.header, catalog.problems) == (header(), ())


@given(entry_lists(), st.sampled_from(LANGUAGES), texts)
def test_entries_come_back_equal(entries: list[Entry], language: str, title: str) -> None:
    ours = header(language, title=" ".join(title.split()))
    catalog = read_po(write_po(ours, entries), language=language)
    assert (without_lines(catalog.entries), catalog.header) == (entries, ours)
    assert [problem.code for problem in catalog.problems] == ([] if entries else ["catalog-empty"])


def test_plural_entries_come_back_equal() -> None:
    forms = ("صفر", "واحد", "اثنان", "قليل", "كثير", "آخر")
    entries = [
        dataclasses.replace(
            exported("s1", "{count} file", "صفر"),
            plural_source="{count} files",
            plural_targets=forms,
        ),
        dataclasses.replace(exported("s2", "day"), plural_source="days", plural_targets=("",) * 6),
    ]
    data = write_po(header("ar"), entries)
    catalog = read_po(data, language="ar")
    assert (without_lines(catalog.entries), catalog.problems) == (entries, ())
    assert msgfmt_says(data) == (0, "")


def test_line_is_that_of_the_first_keyword() -> None:
    data = write_po(header(), sample())
    lines = data.decode().split("\n")
    for entry in read_po(data, language="pt-BR").entries:
        assert lines[entry.line - 1].removeprefix("#~ ") == f'msgctxt "{entry.key}"'


# --- The bytes -----------------------------------------------------------------------------------


HEADER = (
    'msgid ""\n'
    'msgstr ""\n'
    '"Project-Id-Version: Pinger Panel: Privacy Policy\\n"\n'
    '"Report-Msgid-Bugs-To: \\n"\n'
    '"POT-Creation-Date: 2026-11-22 20:12+0000\\n"\n'
    '"PO-Revision-Date: 2026-11-22 20:12+0000\\n"\n'
    '"Last-Translator: Pinger Panel\\n"\n'
    '"Language-Team: Portuguese (Brazil)\\n"\n'
    '"Language: pt_BR\\n"\n'
    '"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: nplurals=3; plural=(n <= 1 ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2);\\n"\n'
    '"X-Generator: Pinger Panel\\n"\n'
    '"X-Pinger-Entries: 2\\n"\n'
    '"X-Pinger-Document: privacy-policy\\n"\n'
    '"X-Pinger-Source-Language: en\\n"\n'
    '"X-Pinger-Revision: 3\\n"\n'
    '"X-Pinger-Export: 9f2c11d04ab8e7735d6c\\n"\n'
)


def test_bytes_are_exactly_these() -> None:
    entries = [sample()[1], sample()[3], sample()[-1]]
    assert write_po(header(), entries).decode() == (
        HEADER + "\n"
        "#. Section 2, paragraph 3 of 45\n"
        "#. Term: data\n"
        "#. source-digest: d5782361433a8f20\n"
        "#. target-digest: f2ec54ee6ea8c564\n"
        "#, python-brace-format\n"
        'msgctxt "s2222222ab"\n'
        'msgid "We <strong>never</strong> sell \\"data\\" \\\\ or {name}, not 5 % of it."\n'
        'msgstr "Nós <strong>nunca</strong> vendemos {name}."\n'
        "\n"
        "#. source-digest: 371272eb0c01d778\n"
        "#. target-digest: a5027c04eab6e7e1\n"
        "#. state: needs-editing\n"
        "#, fuzzy, python-brace-format\n"
        '#| msgid "Write to <a1>us</a1>."\n'
        'msgctxt "s4444444ab"\n'
        'msgid "Write to <a1>our team</a1>, {name}."\n'
        'msgstr "Escreva à <a1>equipe</a1>, {nome}."\n'
        "\n"
        "#. source-digest: 3db15bc9ed8f706a\n"
        "#. target-digest: 7c1ecb27edc9f0ad\n"
        '#~ msgctxt "s0gone00001"\n'
        '#~ msgid "We used carrier pigeons."\n'
        '#~ msgstr "Usávamos pombos-correio."\n'
        "\n"
        '#~ msgctxt "pinger-end"\n'
        '#~ msgid "2 entries"\n'
        '#~ msgstr "sha256:6fb2cc188ef0b471e683794c0eeed2a244f4c4683a31c660506c87971cc0f17e"\n'
    )


def test_sample_is_accepted_by_msgfmt_without_a_word() -> None:
    assert msgfmt_says(write_po(header(), sample())) == (0, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_header_is_accepted_by_msgfmt_in_each_language(language: str) -> None:
    entries = [exported("s1", "a", "b"), exported("s2", "c")]
    assert msgfmt_says(write_po(header(language), entries)) == (0, "")


@given(st.lists(entry_lists(), min_size=8, max_size=8), st.sampled_from(LANGUAGES))
def test_any_entries_are_accepted_by_msgfmt(lists: list[list[Entry]], language: str) -> None:
    entries = {(entry.key, entry.source): entry for entries in lists for entry in entries}
    assert msgfmt_says(write_po(header(language), list(entries.values()))) == (0, "")


def test_line_breaks_within_texts_are_accepted_by_msgfmt() -> None:
    entries = [
        exported("s1", "\na\nb\n", "\nA\n\nB\n"),
        exported("s2", "c\n", "C", "needs-editing"),
    ]
    data = write_po(header(), entries)
    assert msgfmt_says(data) == (0, "")
    assert without_lines(read_po(data, language="pt-BR").entries) == entries


def test_time_zone_of_the_export_does_not_change_the_bytes() -> None:
    moved = EXPORTED_AT.astimezone(timezone(timedelta(hours=9)))
    ours = dataclasses.replace(header(), exported_at=moved)
    assert write_po(ours, sample()) == write_po(header(), sample())


def test_obsolete_entries_are_written_last() -> None:
    assert write_po(header(), sample()[::-1]).count(b"#~ msgctxt") == 2
    catalog = read_po(write_po(header(), sample()[::-1]), language="pt-BR")
    assert [entry.obsolete for entry in catalog.entries] == [False] * 7 + [True]


@pytest.mark.parametrize("moment", [None, datetime(2026, 11, 22, 20, 12)])  # noqa: DTZ001
def test_export_without_a_time_zone_is_refused(moment: datetime | None) -> None:
    with pytest.raises(ValueError, match="time zone"):
        write_po(dataclasses.replace(header(), exported_at=moment), sample())


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (exported("s1", "a\0b"), "control character"),
        (exported("s1", "a", "b\rc"), "control character"),
        (exported("s1", "a", "b\x85c"), "control character"),
        (exported("s1", "a", "\udc80"), "control character"),
        (exported("s1", ""), "no source text"),
        (exported("s1", "a\n", "b"), "line breaks at the edges"),
        (exported("pinger-end", "a", "b", obsolete=True), "key"),
        (exported("s1", "a", "b", plural_source="c"), "number of plural forms"),
    ],
)
def test_what_po_can_not_carry_is_refused(entry: Entry, reason: str) -> None:
    with pytest.raises(CannotExport) as caught:
        write_po(header(), [entry])
    assert caught.value.details == {"reason": reason}


def test_the_same_entry_twice_is_refused() -> None:
    with pytest.raises(DuplicateEntry) as caught:
        write_po(header(), [*sample(), sample()[1]])
    assert (caught.value.place, caught.value.details) == ("s2222222ab", {"first": 2, "second": 8})


def test_independent_reader_sees_the_same_texts() -> None:
    theirs = polib.pofile("# a catalog\n" + write_po(header(), sample()).decode())
    assert [(entry.msgctxt, entry.msgid, entry.msgstr, entry.fuzzy) for entry in theirs][:-1] == [
        (entry.key, entry.source, entry.target, entry.state == "needs-editing")
        for entry in sample()
    ]


# --- Rewrites by tools ---------------------------------------------------------------------------


def facts(entries: Sequence[Entry]) -> set[tuple[str, str, str, str]]:
    return {
        (entry.key, entry.source, entry.target, entry.state)
        for entry in entries
        if not entry.obsolete
    }


@pytest.mark.parametrize(
    "command",
    [
        ["msgcat"],
        ["msgcat", "--width=40"],
        ["msgcat", "--no-wrap", "--sort-output"],
        ["msgcat", "--escape"],
        ["msgcat", "--indent"],
        ["msgcat", "--strict"],
        ["msgattrib"],
        ["msgconv", "--to-code=UTF-8"],
        ["msgattrib", "--no-obsolete"],
    ],
    ids=" ".join,
)
def test_rewrite_by_gettext_reads_the_same(command: list[str]) -> None:
    done = gettext(*command, "-", data=write_po(header(), sample()))
    assert done.returncode == 0, done.stderr
    catalog = read_po(done.stdout, language="pt-BR")
    assert facts(catalog.entries) == facts(sample())
    digests = {(entry.key, entry.target_digest) for entry in sample() if not entry.obsolete}
    assert digests <= {(entry.key, entry.target_digest) for entry in catalog.entries}
    expected = ["catalog-end-mark-missing"] if "--no-obsolete" in command else []
    assert [problem.code for problem in catalog.problems] == expected


def test_rewrite_by_a_python_library_reads_the_same() -> None:
    text = "# a catalog\n" + write_po(header(), sample()).decode()
    for width in (0, 20, 78):
        rewritten = polib.pofile(text, wrapwidth=width)
        rewritten.metadata["X-Generator"] = "Another 3.2"
        rewritten.metadata["Last-Translator"] = "Ana <ana@example.com>"
        catalog = read_po(str(rewritten).encode(), language="pt-BR")
        assert (facts(catalog.entries), catalog.problems) == (facts(sample()), ())


def test_bom_crlf_and_other_layout_read_the_same() -> None:
    data = write_po(header(), sample())
    for variant in (
        b"\xef\xbb\xbf" + data,
        data.replace(b"\n", b"\r\n"),
        data.replace(b'\nmsgstr "', b'\nmsgstr ""\n  "'),
        data.replace(b"\nmsgid", b"\n\tmsgid  "),
        data.rstrip(b"\n"),
        data + b"\n\n# the end\n",
    ):
        assert facts(read_po(variant, language="pt-BR").entries) == facts(sample())


def test_lost_comments_lose_nothing_but_the_digests() -> None:
    lines = write_po(header(), sample()).decode().split("\n")
    bare = "\n".join(line for line in lines if not line.startswith(("#.", "#~")))
    catalog = read_po(bare.encode(), language="pt-BR")
    assert without_lines(catalog.entries) == [
        dataclasses.replace(
            entry,
            state="translated" if entry.state == "reviewed" else entry.state,
            note="",
            source_digest="",
            target_digest="",
            exported_state="",
        )
        for entry in sample()[:-1]
    ]
    assert [problem.code for problem in catalog.problems] == ["catalog-end-mark-missing"]


def test_strings_and_escapes_of_the_manual_are_read() -> None:
    data = (
        rb'msgid "caf\303\251 \x41\t\"q\" \\"  msgstr "a" "b"'
        b'\n"c" msgid"d"'
        rb'msgstr"e\r\nf"'
        b'\n#, fuzzy,no-wrap\n#| msgctxt "k"\n#| msgid "ol"\n#| "d"\n'
        b'msgctxt "" msgid "g" msgstr "h"\n'
    )
    read = [
        (entry.key, entry.source, entry.target, entry.previous_source, entry.state, entry.line)
        for entry in read_po(data, language="fr").entries
    ]
    assert read == [
        ("", 'café A\t"q" \\', "abc", "", "translated", 1),
        ("", "d", "e\nf", "", "translated", 2),
        ("", "g", "h", "old", "needs-editing", 7),
    ]


def test_reviewed_is_not_read_for_a_text_that_changed() -> None:
    data = write_po(header(), sample()).replace("Política".encode(), b"Politica")
    entry = read_po(data, language="pt-BR").entries[0]
    assert (entry.target, entry.state) == ("Politica de privacidade", "translated")
    assert entry.exported_state == "reviewed"
    assert entry.target_digest == text_digest("Política de privacidade")[:16]


# --- Plural rules --------------------------------------------------------------------------------


def test_plural_rule_agrees_with_cldr_in_every_language() -> None:
    """Each CLDR category of whole numbers has one index, counted from 0, in CLDR order."""
    import gettext as stdlib

    numbers = [*range(1200), 10**6, 10**6 + 1, 2 * 10**6, 10**7]
    judged = set()
    for identifier in localedata.locale_identifiers():
        count, expression = plural_forms(identifier.replace("_", "-"))
        rule, form = Locale.parse(identifier).plural_form, stdlib.c2py(expression)
        # Hundreds of languages share a few rules: the same two are compared once.
        both = (count, expression, tuple(sorted(rule.rules.items())))
        if both in judged:
            continue
        judged.add(both)
        pairs = {(form(number), rule(number)) for number in numbers}
        order = ["zero", "one", "two", "few", "many", "other"]
        categories = [category for category in order if category in {name for _, name in pairs}]
        assert pairs == set(enumerate(categories)), identifier
        assert count == len(categories), identifier
    assert 20 < len(judged) < 200


def test_plural_rule_of_an_unknown_language_is_one_form() -> None:
    assert plural_forms("tlh") == (1, "0")
