"""TMX out and in: what is written is read back, and what others write is read for what it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.catalogs import Memory, Pair, read_tmx, write_tmx
from workflows.problems import Problem
from workflows.segments import UnbalancedTag, parse
from workflows.sources import Link
from workflows.sources.tagged import escape

HERE = ("en", "de", "fr", "pt-BR", "zh-Hans", "zh-Hant")
AT = datetime(2026, 11, 22, 20, 12, 5, tzinfo=UTC)
PAIRS = [
    Pair(
        "en",
        "de",
        "Write to <a1>our <strong>team</strong></a1>,<br1/>or to {name} & \\<em>.",
        "Schreiben Sie {name} oder <a1>unserem <strong>Team</strong></a1><br1/> & \\<em>.",
        (Link(1, "https://example.org/?a=1&b=2", 'The "team"'),),
        "privacy-policy",
        "s7k3qm2xw9",
        "Bö <Editor>",
        AT,
    ),
    Pair("en", "de", "Names", "Namen", changed_at=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
    Pair("en", "fr", "  two  blanks ", "«\u00a0deux\u00a0»"),
]
WRITTEN = """\
<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.4">
  <header creationtool="Pinger Panel" creationtoolversion="1" segtype="paragraph" \
o-tmf="Pinger Panel" adminlang="en" srclang="en" datatype="xml" changedate="20261122T201205Z"/>
  <body>
    <tu changedate="20261122T201205Z" changeid="Bö &lt;Editor&gt;">
      <prop type="x-document">privacy-policy</prop>
      <prop type="x-segment">s7k3qm2xw9</prop>
      <prop type="x-links">[[1,"https://example.org/?a=1&amp;b=2","The \\"team\\""]]</prop>
      <tuv xml:lang="en">
        <seg>Write to <bpt i="1" x="1" type="link">&lt;a1&gt;</bpt>our \
<bpt i="2" x="2" type="bold">&lt;strong&gt;</bpt>team<ept i="2">&lt;/strong&gt;</ept>\
<ept i="1">&lt;/a1&gt;</ept>,<ph x="3" type="lb">&lt;br1/&gt;</ph>or to \
<ph x="4" type="x-var">{name}</ph> &amp; &lt;em&gt;.</seg>
      </tuv>
      <tuv xml:lang="de">
        <seg>Schreiben Sie <ph x="4" type="x-var">{name}</ph> oder \
<bpt i="1" x="1" type="link">&lt;a1&gt;</bpt>unserem \
<bpt i="2" x="2" type="bold">&lt;strong&gt;</bpt>Team<ept i="2">&lt;/strong&gt;</ept>\
<ept i="1">&lt;/a1&gt;</ept><ph x="3" type="lb">&lt;br1/&gt;</ph> &amp; &lt;em&gt;.</seg>
      </tuv>
    </tu>
"""


def read(data: str | bytes, **more: Any) -> Memory:
    data = data.encode() if isinstance(data, str) else data
    return read_tmx(data, **{"languages": HERE} | more)


def plain(memory: Memory) -> list[Pair]:
    """The pairs without their lines."""
    return [replace(pair, line=0) for pair in memory.pairs]


def tmx(units: str, srclang: str = "en", version: str = "1.4", head: str = "") -> str:
    return (
        f'<?xml version="1.0"?>\n{head}<tmx version="{version}"><header creationtool="x" '
        'creationtoolversion="1" segtype="sentence" o-tmf="x" adminlang="en" '
        f'srclang="{srclang}" datatype="html"/><body>{units}</body></tmx>'
    )


def unit(source: str, target: str, more: str = "") -> str:
    return (
        f'<tu>{more}<tuv xml:lang="en"><seg>{source}</seg></tuv>'
        f'<tuv xml:lang="de"><seg>{target}</seg></tuv></tu>'
    )


def told(found: Memory | Pair) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in found.problems]


# --- Twins ---------------------------------------------------------------------------------------


def test_write_is_exactly_this_and_the_same_every_time() -> None:
    data = write_tmx("en", PAIRS)
    assert data.decode().startswith(WRITTEN)
    assert data == write_tmx("en", list(PAIRS))
    assert write_tmx("en", []).decode().count("changedate") == 0


def test_read_gives_back_what_was_written() -> None:
    found = read(write_tmx("en", PAIRS))
    assert plain(found) == PAIRS
    assert [pair.line for pair in found.pairs] == [12, 20, 28]
    assert found.problems == ()


WHOLE = st.lists(
    st.one_of(
        st.sampled_from(["<strong>", "</strong>", "<a1>", "</a1>", "<br1/>", "{a}", "\\", "<em>"]),
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"],
                              exclude_characters="\ufffe\uffff")).map(escape),
    )
).map("".join)  # fmt: skip


@given(WHOLE, WHOLE)
def test_any_text_that_is_written_is_read_back(source: str, target: str) -> None:
    pair = Pair("en", "de", f"x{source}", f"y{target}")
    try:
        parse(pair.source)
        parse(pair.target)
    except UnbalancedTag:
        with pytest.raises(Problem) as caught:
            write_tmx("en", [pair])
        assert caught.value.code == "catalog-cannot-export"
        return
    (found,) = plain(read(write_tmx("en", [pair])))
    # A text may be spelt in more than one way; what it says is the same.
    assert (parse(found.source), parse(found.target)) == (parse(pair.source), parse(pair.target))


@pytest.mark.parametrize("text", ["\x1b", "\ufffe", "\ud800", ""])
def test_text_that_xml_can_not_hold_is_not_written(text: str) -> None:
    with pytest.raises(Problem) as caught:
        write_tmx("en", [Pair("en", "de", "x", text, segment="s1")])
    assert (caught.value.code, caught.value.place) == ("catalog-cannot-export", "s1")
    with pytest.raises(ValueError, match="one source language"):
        write_tmx("fr", [PAIRS[0]])


# --- Languages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("EN", "DE", ("en", "de")),
        ("en-US", "de-AT", ("en", "de")),
        ("EN_us", "pt", ("en", "pt-BR")),
        ("en", "zh-TW", ("en", "zh-Hant")),
        ("en", "ZH-cn", ("en", "zh-Hans")),
    ],
)
def test_languages_are_matched_with_ours(source: str, target: str, found: tuple[str, str]) -> None:
    # Of version 1.1, in which the attribute had no prefix; the header's case is another one, too.
    for name in ("xml:lang", "lang"):
        units = (
            f'<tu><tuv {name}="{source}"><seg>a</seg></tuv>'
            f'<tuv {name}="{target}"><seg>b</seg></tuv></tu>'
        )
        (pair,) = read(tmx(units, srclang="en-gb", version="1.1")).pairs
        assert ((pair.source_language, pair.target_language), pair.source, pair.target) == (
            found, "a", "b"
        )  # fmt: skip


def test_unit_with_many_languages_makes_a_pair_of_each_that_is_wanted() -> None:
    units = "<tu>" + "".join(
        f'<tuv xml:lang="{tag}"><seg>{tag}</seg></tuv>'
        for tag in ("fr", "en", "de", "pt-PT", "nl", "de-CH", "xx_")
    )
    found = read(tmx(f"{units}</tu>" * 2))
    assert [(pair.target_language, pair.target) for pair in found.pairs[:3]] == [
        ("fr", "fr"), ("de", "de"), ("de", "de-CH")
    ]  # fmt: skip
    assert [(p.details["found"], p.details["count"]) for p in found.problems] == [
        ("nl", 2), ("pt-PT", 2), ("xx_", 2)
    ]  # fmt: skip
    assert not any(problem.blocking for problem in found.problems)
    found = read(tmx(f"{units}</tu>"), targets=("fr",))
    assert [pair.target for pair in found.pairs] == ["fr"]
    assert "de" in {problem.details["found"] for problem in found.problems}


def test_source_language_is_asked_for_where_any_may_be_the_source() -> None:
    units = unit("a", "b")
    for said in ("*all*", "*ALL*", ""):
        with pytest.raises(Problem) as caught:
            read(tmx(units, srclang=said))
        assert (caught.value.code, caught.value.place) == ("catalog-source-not-said", "line 2")
        (pair,) = read(tmx(units, srclang=said), source_language="de").pairs
        assert (pair.source, pair.target, pair.target_language) == ("b", "a", "en")
    # What a unit says goes before what the header says, and what is asked before both.
    own = units.replace("<tu>", '<tu srclang="de">')
    assert [pair.source for pair in read(tmx(own)).pairs] == ["b"]
    assert [pair.source for pair in read(tmx(own), source_language="en").pairs] == ["a"]
    with pytest.raises(Problem) as caught:
        read(tmx(units, srclang="sw"))
    assert (caught.value.code, caught.value.place) == ("catalog-source-not-here", "line 2")


def test_unit_that_lacks_something_is_named_with_its_line() -> None:
    head = '<tuv xml:lang="en"><seg>a</seg></tuv>'
    units = [
        '<tu><tuv xml:lang="de"><seg>b</seg></tuv></tu>',
        f'<tu>{head}<tuv xml:lang="de"><seg> </seg></tuv></tu>',
        f'<tu>{head}<tuv xml:lang="de"/></tu>',
        f"<tu>{head}<tuv><seg>b</seg></tuv></tu>",
        f"<tu>{head}</tu>",
    ]
    found = read(tmx("\n" + "\n".join(units) + "\n"))
    assert [told(pair) for pair in found.pairs] == [
        [("catalog-no-source-text", "line 3")],
        [("catalog-no-target-text", "line 4")],
        [("catalog-no-target-text", "line 5")],
        [("catalog-no-language", "line 6")],
    ]
    assert told(read(tmx(""))) == [("catalog-empty-memory", "")]


# --- Codes ---------------------------------------------------------------------------------------

B = '<bpt i="1"{}>{}</bpt>x<ept i="1">{}</ept>'


@pytest.mark.parametrize(
    ("seg", "text", "left_out"),
    [
        (B.format("", "&lt;b&gt;", "&lt;/b&gt;"), "<strong>x</strong>", ""),
        (B.format("", "&lt;I class='z'&gt;", "&lt;/I&gt;"), "<em>x</em>", ""),
        (B.format("", "&lt;a2&gt;", ""), "<a2>x</a2>", ""),
        (B.format("", '&lt;a href="y"&gt;', "&lt;/a&gt;") * 2, "<a1>x</a1><a2>x</a2>", ""),
        (B.format(' type="bold"', "\\b1", "\\b0"), "<strong>x</strong>", ""),
        (B.format(' type="ulined"', "\\ul1", "\\ul0"), "x", "<bpt> \\ul1"),
        ('a<ph type="lb"/>b<ph>&lt;br /&gt;</ph>c', "a<br1/>b<br2/>c", ""),
        ('a<ph>{n}</ph><ph x="7">{0}</ph>', "a{n}", "<ph> {0}"),
        ("a<ut>{n}</ut><ut>\\par</ut>b", "a{n}b", "<ut> \\par"),
        ('<hi type="term">term <ph>{n}</ph></hi>', "term {n}", "<hi> term {n}"),
        ('<ph>&lt;img alt="<sub>A house</sub>"&gt;</ph>x', "x",
         '<sub> A house, <ph> <img alt="A house">'),
        ('<it pos="begin">&lt;em&gt;</it>x<it pos="end">&lt;/em&gt;</it>', "<em>x</em>", ""),
        ('<it pos="begin" x="1">&lt;u&gt;</it>x', "x", "<it> <u>"),
        ("a &lt;em&gt; {n}", "a \\<em> \\{n}", ""),
        ("<unknown/>a", "a", "<unknown>"),
    ],
)  # fmt: skip
def test_codes_of_other_programs_are_taken_or_named(seg: str, text: str, left_out: str) -> None:
    (pair,) = read(tmx(unit(seg, seg))).pairs
    assert (pair.source, pair.target) == (text, text)
    named = [str(p.details["found"]) for p in pair.problems if p.code == "catalog-codes-left-out"]
    assert named == ([left_out] if left_out else [])
    assert not any(problem.blocking for problem in pair.problems)


def test_links_and_breaks_are_the_same_in_source_and_target_by_their_x() -> None:
    source = (
        '<bpt i="1" x="5">&lt;a&gt;</bpt>a<ept i="1"/><bpt i="2" x="6">&lt;a&gt;</bpt>b<ept i="2"/>'
    )
    target = (
        '<bpt i="1" x="6">&lt;a&gt;</bpt>B<ept i="1"/><bpt i="2" x="5">&lt;a&gt;</bpt>A<ept i="2"/>'
    )
    (pair,) = read(tmx(unit(source, target))).pairs
    assert (pair.source, pair.target) == ("<a1>a</a1><a2>b</a2>", "<a2>B</a2><a1>A</a1>")


@pytest.mark.parametrize(
    "seg",
    [
        '<bpt i="1">&lt;em&gt;</bpt>x',
        'x<ept i="1">&lt;/em&gt;</ept>',
        '<bpt i="1">&lt;em&gt;</bpt><bpt i="2">&lt;code&gt;</bpt>x<ept i="1"/><ept i="2"/>',
        '<bpt i="1">&lt;em&gt;</bpt><bpt i="2">&lt;em&gt;</bpt>x<ept i="2"/><ept i="1"/>',
        "<ph>&lt;em&gt;</ph>x",
    ],
)
def test_codes_that_are_not_balanced_are_a_problem_of_their_unit(seg: str) -> None:
    good = unit("a", "b")
    found = read(tmx(f"\n{unit(seg, 'x')}\n{unit('x', seg)}\n{good}")).pairs
    assert [[(p.place, p.blocking) for p in pair.problems] for pair in found] == [
        [("line 3", True)], [("line 4", True)], []
    ]  # fmt: skip


def test_links_told_by_a_file_are_those_of_its_text_or_none() -> None:
    source = '<bpt i="1">&lt;a1&gt;</bpt>a<ept i="1"/>'
    for said, expected in (
        ('[[1,"https://example.org/","t"]]', (Link(1, "https://example.org/", "t"),)),
        ('[[2,"https://example.org/",""]]', ()),
        ('[[1,"javascript:alert(1)",""]]', ()),
        ('[["1","https://example.org/",""]]', ()),
        ('[[1,"a","b","c"]]', ()),
        ('[[1,"https://example.org/","\\u0000"]]', ()),
        ('[[1,"https://example.org/","\\ud800"]]', ()),
        ('[[1,"https://example.org/",""],[1,"https://example.com/",""]]', ()),
        ("[" * 9_000, ()),
        ("nonsense", ()),
        ("17", ()),
    ):
        more = f'<prop type="x-links">{said}</prop>'
        (pair,) = read(tmx(unit(source, "b", more))).pairs
        assert (pair.links, pair.problems) == (expected, ())


def test_who_and_when_are_the_nearest_that_a_file_tells() -> None:
    text = tmx(unit("a", "b")).replace(
        "<tu>", '<tu creationid="Ann" creationdate="20200102T030405Z" changeid="Bo">'
    )
    (pair,) = read(text).pairs
    assert (pair.person, pair.changed_at) == ("Bo", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC))
    text = text.replace('lang="de"', 'lang="de" changeid="Cy" changedate="2020-01-02"')
    (pair,) = read(text).pairs
    assert (pair.person, pair.changed_at) == ("Cy", None)


def test_name_never_keeps_a_memory_from_being_written() -> None:
    (pair,) = read(tmx(unit("a", "b")).replace("<tu>", '<tu changeid="B&#x85;o&#9;P">')).pairs
    assert pair.person == "Bo\tP"
    (pair,) = plain(read(write_tmx("en", [replace(pair, person="B\x1bo\uffff", segment="\x7fs")])))
    assert (pair.person, pair.segment) == ("Bo", "s")


# --- Encodings and document types ----------------------------------------------------------------

DOCTYPES = (
    '<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n',
    "<!-- a comment -->\n<!DOCTYPE tmx\n  SYSTEM 'http://127.0.0.1:9/tmx14.dtd' >\n",
    '<?pi?><!DOCTYPE tmx PUBLIC "-//LISA OSCAR:1998//DTD for TMX//EN" "tmx14.dtd">\n',
)


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_document_type_that_only_names_a_file_is_passed_over(doctype: str) -> None:
    found = read(tmx("\n" + unit("ä", "b"), head=doctype))
    assert [(pair.source, pair.line) for pair in found.pairs] == [("ä", 3 + doctype.count("\n"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_file_in_utf_8_or_in_utf_16_with_a_mark_is_read(encoding: str) -> None:
    text = tmx(unit("Déjà 𝄞", "密码"), head=DOCTYPES[0])
    text = text.replace('"1.0"?', f'"1.0" encoding="{"UTF-16" if "16" in encoding else "UTF-8"}"?')
    mark = "\ufeff" if encoding[-2:] in ("le", "be") else ""
    (pair,) = read((mark + text).encode(encoding)).pairs
    assert (pair.source, pair.target) == ("Déjà 𝄞", "密码")
