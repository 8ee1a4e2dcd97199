"""Keys, digests, sections and links within a document."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.problems import Problem
from workflows.segments import (
    Filled,
    Segment,
    compare_codes,
    digest,
    inline_codes,
    join,
    new_key,
    parse,
    plain,
    render_text,
    split,
    target_digest,
    write,
)
from workflows.sources import Kind, Link, Source, read

TEXT = """# Title

Hello *there*, see [two](#2), [more](#more-words), [far](#9) and [us](/us).

## 1. One

- same
- same

## 2. Two

> quoted

### More words

last
"""


def markdown(text: str) -> Source:
    return read(text.encode(), media_type="text/markdown")


def segments_of(text: str) -> tuple[Segment, ...]:
    return split(markdown(text))[1]


def test_split_gives_segments_in_document_order() -> None:
    found = [(s.position, s.role, s.kind, s.section, s.label, s.text) for s in segments_of(TEXT)]
    intro = "Hello <em>there</em>, see <a1>two</a1>, <a2>more</a2>, <a3>far</a3> and <a4>us</a4>."
    assert found == [
        (1, "title", Kind.HEADING, "", "", "Title"),
        (2, "paragraph", Kind.PARAGRAPH, "", "", intro),
        (3, "heading", Kind.HEADING, "1", "1", "One"),
        (4, "item", Kind.ITEM, "1", "", "same"),
        (5, "item", Kind.ITEM, "1", "", "same"),
        (6, "heading", Kind.HEADING, "2", "2", "Two"),
        (7, "quote", Kind.PARAGRAPH, "2", "", "quoted"),
        (8, "heading", Kind.HEADING, "2", "", "More words"),
        (9, "paragraph", Kind.PARAGRAPH, "2", "", "last"),
    ]


def test_split_gives_different_keys_to_equal_sentences_and_the_same_keys_each_time() -> None:
    keys = [segment.key for segment in segments_of(TEXT)]
    assert len(set(keys)) == len(keys) == 9
    assert all(re.fullmatch("s[a-z2-7]{10}", key) for key in keys)
    assert [segment.key for segment in segments_of(TEXT)] == keys


def test_split_anchors_headings_by_their_keys_and_resolves_links_to_them() -> None:
    segments = segments_of(TEXT)
    title, intro, one, _same, _other, two, _quoted, more, _last = segments
    assert [s.anchor for s in segments if s.anchor] == [title.key, one.key, two.key, more.key]
    assert intro.links == (
        Link(1, f"#{two.key}"),
        Link(2, f"#{more.key}"),
        Link(3, "#9"),
        Link(4, "/us"),
    )


def test_split_carries_keys_on_and_births_others_beside_them() -> None:
    source = markdown(TEXT)
    skeleton, first = split(source)
    again = first[3].key
    _, second = split(source, keys={0: "carried", 8: again}, used=[s.key for s in first])
    assert (second[0].key, second[0].anchor, second[8].key) == ("carried", "carried", again)
    born = {s.key for s in second} - {"carried", again}
    assert len(born) == 7
    assert born.isdisjoint(skeleton.keys)


def test_split_births_no_key_that_a_later_segment_carries_on() -> None:
    source = markdown("# T\n\none\n\ntwo\n")
    born = split(source)[1][1].key
    _, segments = split(source, keys={2: born})
    assert segments[2].key == born
    assert segments[1].key == new_key("one", {born})


def test_split_resolves_a_name_that_two_headings_have_to_the_first() -> None:
    segments = segments_of("# T\n\n[a](#rights) [b](#2)\n\n## 2. Rights\n\n## 2. Rights\n")
    assert segments[1].links == (Link(1, f"#{segments[2].key}"), Link(2, f"#{segments[2].key}"))


def test_split_keeps_the_digest_of_a_link_when_its_section_is_renumbered() -> None:
    before = segments_of("# T\n\nsee [it](#2)\n\n## 1. A\n\n## 2. B\n")
    source = markdown("# T\n\nsee [it](#3)\n\n## 1. A\n\n## 2. New\n\n## 3. B\n")
    after = split(source, keys={0: before[0].key, 1: before[1].key, 4: before[3].key})[1]
    assert after[1].digest == before[1].digest


@pytest.mark.parametrize("keys", [{0: "a", 1: "a"}, {9: "a"}, {-1: "a"}])
def test_split_refuses_keys_that_cannot_be_carried(keys: dict[int, str]) -> None:
    with pytest.raises(ValueError, match="carried"):
        split(markdown(TEXT), keys=keys)


def test_split_numbers_sections_itself_when_no_heading_has_a_number() -> None:
    found = segments_of("# T\n\na\n\n## A\n\nb\n\n### B\n\nc\n\n### C\n\n## D\n\nd\n")
    assert [(s.section, s.label) for s in found] == [
        ("", ""),
        ("", ""),
        ("1", ""),
        ("1", ""),
        ("1.1", ""),
        ("1.1", ""),
        ("1.2", ""),
        ("2", ""),
        ("2", ""),
    ]


def test_split_leaves_unnumbered_sections_between_numbered_ones_without_number() -> None:
    found = segments_of("# T\n\n## 1. A\n\na\n\n### Inner\n\nb\n\n## Contact\n\nc\n")
    assert [s.section for s in found] == ["", "1", "1", "1", "1", "", ""]


def test_split_of_a_document_without_title_starts_with_its_first_block() -> None:
    skeleton, segments = split(markdown("hello\n"))
    assert skeleton.title == ""
    assert [(s.position, s.role, s.text) for s in segments] == [(1, "paragraph", "hello")]


def test_split_of_many_equal_texts_takes_one_birth_each() -> None:
    _, segments = split(read(b"- a\n" * 9000, media_type="text/plain"))
    assert len({segment.key for segment in segments}) == 9000


def test_new_key_is_the_first_that_is_free() -> None:
    first = new_key("hello", ())
    second = new_key("hello", {first})
    assert re.fullmatch("s[a-z2-7]{10}", first)
    assert second not in ("", first)
    assert new_key("hello", {second}) == first
    assert new_key("hello!", ()) != first


def test_digest_covers_text_and_links() -> None:
    canonical = '["a <a1>b</a1> \u00e9",[[1,"/x","t"]]]'
    expected = hashlib.sha256(canonical.encode()).hexdigest()
    assert digest("a <a1>b</a1> \u00e9", (Link(1, "/x", "t"),)) == expected
    others = {
        digest("a"),
        digest("a", (Link(1, "/x"),)),
        digest("a", (Link(1, "/y"),)),
        digest("b"),
    }
    assert len(others) == 4


def test_target_digest_is_over_exact_characters_but_for_line_ends() -> None:
    assert target_digest("a\r\nb\rc") == hashlib.sha256(b"a\nb\nc").hexdigest()
    assert target_digest("e\u0301") != target_digest("\u00e9")
    assert target_digest("a ") != target_digest("a")
    assert len(target_digest("\ud800")) == 64


@given(st.lists(st.sampled_from(["a", "b", "same words", "## x"]), max_size=20), st.data())
def test_split_keeps_carried_keys_and_never_gives_one_twice(
    texts: list[str], data: st.DataObject
) -> None:
    source = markdown("# T\n\n" + "\n\n".join(texts))
    count = len(split(source)[1])
    carried = data.draw(st.dictionaries(st.integers(0, count - 1), st.integers(0, 99)))
    keys = {number: f"k{number}-{value}" for number, value in carried.items()}
    skeleton, segments = split(source, keys=keys)
    assert {n: segments[n].key for n in keys} == keys
    assert [s.key for s in segments] == list(skeleton.keys)
    assert len(set(skeleton.keys)) == count


BLOCK_SIGNS = ["# ", "## ", "2. ", "3.1 ", "1) ", "a) ", "- ", "> ", "\n", "\n\n", "|", "\n|-|-|\n"]
INLINE_SIGNS = ["**", "*", "_", "`", "```\n", "[", "](/x)", "](#2)", "](//e)", "![", "\\", "{n}"]
CODE_SIGNS = ["<em>", "</em>", "<a1>", "<br1/>", "<", ">", "<https://a.example>", "&#60;", "[a]"]
WORD_SIGNS = [
    "word ",
    "Two words. ",
    "中文",
    "。",
    "\u00a0",
    "  ",
    "How? ",
    ": ",
    "Policy\n",
    "top\n",
]
FRAGMENTS = st.sampled_from([*BLOCK_SIGNS, *INLINE_SIGNS, *CODE_SIGNS, *WORD_SIGNS])


@settings(max_examples=400)
@given(st.lists(FRAGMENTS, max_size=40), st.sampled_from(["text/markdown", "text/plain"]))
def test_every_text_that_is_read_can_be_parsed_stored_and_shown(
    fragments: list[str], media_type: str
) -> None:
    try:
        source = read("".join(fragments).encode(), media_type=media_type)
    except Problem:
        return
    skeleton, segments = split(source)
    by_key = {segment.key: segment for segment in segments}
    assert tuple(by_key) == skeleton.keys
    for segment in segments:
        assert write(parse(segment.text)) == segment.text
        assert plain(segment.text).strip()
        assert compare_codes(segment.text, segment.text) == []
        numbers = {f"<a{link.number}>" for link in segment.links}
        assert {code for code in inline_codes(segment.text) if code.startswith("<a")} == numbers
    html = join(skeleton, lambda k: Filled(render_text(by_key[k].text, by_key[k].links)))
    assert all(f'id="{segment.anchor}"' in html for segment in segments if segment.anchor)
