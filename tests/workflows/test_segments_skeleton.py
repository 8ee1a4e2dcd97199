"""The structure of a document, and joining texts back into it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.segments import BrokenSkeleton, Filled, Node, Skeleton, join, render_text, split
from workflows.sources import Kind, read

MARKDOWN = """# Title

Intro.

## 2. Second

1. one

   more
   - inner
2. two

> quoted

***

| A | B |
|:--|--:|
| x |   |
"""


def keyed(key: str) -> Filled:
    """A text that is its own key."""
    return Filled(key)


def leaf(kind: Kind, key: str) -> Node:
    return Node(kind, key)


def sample() -> Skeleton:
    """The structure of MARKDOWN with short keys."""
    cell = Kind.CELL
    return Skeleton(
        "t",
        (
            leaf(Kind.PARAGRAPH, "p"),
            Node(Kind.HEADING, "h", level=2, label="2"),
            Node(
                Kind.LIST,
                ordered=True,
                style="1",
                children=(
                    Node(
                        Kind.ITEM,
                        "i",
                        (
                            leaf(Kind.PARAGRAPH, "m"),
                            Node(Kind.LIST, children=(leaf(Kind.ITEM, "n"),)),
                        ),
                    ),
                    leaf(Kind.ITEM, "j"),
                ),
            ),
            Node(Kind.QUOTE, children=(leaf(Kind.PARAGRAPH, "q"),)),
            Node(Kind.RULE),
            Node(
                Kind.TABLE,
                children=(
                    Node(
                        Kind.ROW,
                        header=True,
                        children=(
                            Node(cell, "a", style="left", header=True),
                            Node(cell, "b", style="right", header=True),
                        ),
                    ),
                    Node(
                        Kind.ROW,
                        children=(Node(cell, "x", style="left"), Node(cell, style="right")),
                    ),
                ),
            ),
        ),
    )


def test_split_gives_the_structure_of_the_document() -> None:
    skeleton, segments = split(read(MARKDOWN.encode(), media_type="text/markdown"))
    short = dict(zip((s.key for s in segments), "tphimnjqabx", strict=True))

    def renamed(node: Node) -> Node:
        children = tuple(renamed(child) for child in node.children)
        return Node(
            node.kind,
            short.get(node.key, ""),
            children,
            node.level,
            node.ordered,
            node.style,
            node.start,
            node.header,
            node.label,
        )

    assert Skeleton(short[skeleton.title], tuple(map(renamed, skeleton.nodes))) == sample()


def test_join_makes_html_of_every_kind() -> None:
    assert join(sample(), keyed).split("\n") == [
        '<h1 id="t">t</h1>',
        "<p>p</p>",
        '<h2 id="h"><span class="label">2.</span> h</h2>',
        "<ol>",
        "<li>i",
        "<p>m</p>",
        "<ul>",
        "<li>n</li>",
        "</ul>",
        "</li>",
        "<li>j</li>",
        "</ol>",
        "<blockquote>",
        "<p>q</p>",
        "</blockquote>",
        "<hr>",
        '<div class="scroll"><table>',
        "<thead>",
        '<tr><th scope="col" class="start">a</th><th scope="col" class="end">b</th></tr>',
        "</thead>",
        "<tbody>",
        '<tr><td class="start">x</td><td class="end"></td></tr>',
        "</tbody>",
        "</table></div>",
    ]


def test_join_puts_attributes_on_the_element_that_holds_the_text_alone() -> None:
    marked = Filled("x", {"lang": "en", "dir": "ltr", "class": "fallback"})
    assert join(sample(), lambda key: marked if key in "hitax" else Filled(key)).split("\n")[
        :6
    ] == [
        '<h1 id="t" lang="en" dir="ltr" class="fallback">x</h1>',
        "<p>p</p>",
        '<h2 id="h" lang="en" dir="ltr" class="fallback"><span class="label">2.</span> x</h2>',
        "<ol>",
        '<li><div lang="en" dir="ltr" class="fallback">x</div>',
        "<p>m</p>",
    ]
    assert '<td class="start fallback" lang="en" dir="ltr">x</td>' in join(
        sample(), lambda _key: marked
    )


def test_join_leaves_the_number_of_an_item_where_it_is() -> None:
    items = (leaf(Kind.ITEM, "a"), leaf(Kind.ITEM, "b"))
    fills = {"a": Filled("x", {"lang": "en", "dir": "ltr"}), "b": Filled("y", {"class": "changed"})}
    joined = join(Skeleton("", (Node(Kind.LIST, ordered=True, children=items),)), fills.__getitem__)
    assert joined == (
        '<ol>\n<li><div lang="en" dir="ltr">x</div></li>\n<li class="changed">y</li>\n</ol>'
    )


def test_join_can_leave_the_title_to_the_page() -> None:
    asked: list[str] = []

    def fill(key: str) -> Filled:
        asked.append(key)
        return Filled(key)

    assert join(sample(), fill, title=False).startswith("<p>p</p>")
    assert asked == list(sample().keys[1:])


def test_join_numbers_lists_as_the_source_does() -> None:
    nodes = (
        Node(Kind.LIST, ordered=True, style="a", children=(leaf(Kind.ITEM, "k"),)),
        Node(Kind.LIST, ordered=True, style="1", start=3, children=(leaf(Kind.ITEM, "l"),)),
    )
    assert join(Skeleton("", nodes), keyed) == (
        '<ol type="a">\n<li>k</li>\n</ol>\n<ol start="3">\n<li>l</li>\n</ol>'
    )


@pytest.mark.parametrize("name", ["onclick", "style", "href", "x y", "data-", 'id="', "LANG"])
def test_join_refuses_attributes_that_do_not_belong_there(name: str) -> None:
    with pytest.raises(ValueError, match="attribute"):
        join(sample(), lambda key: Filled(key, {name: "x"}))


def test_join_escapes_attributes() -> None:
    skeleton = Skeleton("", (leaf(Kind.PARAGRAPH, "p"),))
    assert join(skeleton, lambda _key: Filled("x", {"title": '"<&'})) == (
        '<p title="&quot;&lt;&amp;">x</p>'
    )


def test_skeleton_json_is_stable_and_sparse() -> None:
    skeleton = Skeleton("t", (Node(Kind.HEADING, "h", level=2, label="1"), Node(Kind.RULE)))
    heading = '{"key":"h","kind":"heading","label":"1","level":2}'
    text = f'{{"blocks":[{heading},{{"kind":"rule"}}],"title":"t"}}'
    assert skeleton.to_json() == text
    assert Skeleton.from_json(text) == skeleton
    assert Skeleton.from_json(sample().to_json()) == sample()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"blocks":[],"title":1}',
        '{"blocks":{},"title":""}',
        '{"blocks":[1],"title":""}',
        '{"blocks":[{"kind":"script"}],"title":""}',
        '{"blocks":[{"kind":["a"]}],"title":""}',
        '{"blocks":[{"kind":"rule","level":true}],"title":""}',
        '{"blocks":[{"kind":"rule","html":"<b>"}],"title":""}',
        '{"blocks":[{"kind":"rule","children":1}],"title":""}',
        '{"blocks":[{"kind":"item","key":"t"}],"title":"t"}',
        "[" * 100_000,
        '{"blocks":[' + '{"kind":"quote","children":[' * 100 + "]}" * 100 + '],"title":""}',
    ],
)
def test_skeleton_refuses_json_it_has_not_written(text: str) -> None:
    with pytest.raises(BrokenSkeleton) as caught:
        Skeleton.from_json(text)
    assert caught.value.text()


NODES = st.recursive(
    st.builds(
        Node,
        st.sampled_from(Kind),
        st.just("k"),
        level=st.integers(0, 6),
        ordered=st.booleans(),
        style=st.sampled_from(["", "1", "a", "left", "right", "center"]),
        start=st.integers(0, 99),
        header=st.booleans(),
        label=st.text(max_size=4),
    ),
    lambda inner: st.builds(
        Node,
        st.sampled_from([Kind.LIST, Kind.ITEM, Kind.QUOTE]),
        st.just(""),
        st.lists(inner, max_size=4).map(tuple),
    ),
    max_leaves=12,
)


def numbered(skeleton: Skeleton) -> Skeleton:
    """The same tree with keys that differ."""
    count = iter(range(1000))

    def renamed(node: Node) -> Node:
        key = f"k{next(count)}-" if node.key else ""
        children = tuple(renamed(child) for child in node.children)
        return Node(
            node.kind,
            key,
            children,
            node.level,
            node.ordered,
            node.style,
            node.start,
            node.header,
            node.label,
        )

    return Skeleton(skeleton.title, tuple(map(renamed, skeleton.nodes)))


@given(st.builds(Skeleton, st.sampled_from(["", "t-"]), st.lists(NODES, max_size=5).map(tuple)))
def test_skeleton_json_reads_back_what_was_written(skeleton: Skeleton) -> None:
    tree = numbered(skeleton)
    text = tree.to_json()
    assert Skeleton.from_json(text) == tree
    assert Skeleton.from_json(text).to_json() == text


@given(
    st.lists(
        st.sampled_from(["# t\n", "## a\n", "- b\n", "1. c\n", "> d\n", "e\n", "\n", "   f\n"])
    ),
    st.text(),
)
def test_join_asks_for_every_key_once_whatever_it_is_filled_with(
    parts: list[str], fill: str
) -> None:
    data = ("x\n\n" + "".join(parts)).encode()
    skeleton, segments = split(read(data, media_type="text/markdown"))
    asked: list[str] = []

    def filled(key: str) -> Filled:
        asked.append(key)
        return Filled(render_text(fill.replace("<", ""), ()), {"data-key": key})

    html = join(skeleton, filled)
    assert asked == [segment.key for segment in segments] == list(skeleton.keys)
    assert [html.count(f'data-key="{key}"') for key in asked] == [1] * len(asked)
