"""Hypothesis strategies for documents as a reader hands them out, with every kind of trouble in."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import strategies as st

from workflows.sources import Block, Kind, Link, Source
from workflows.sources.folding import fold
from workflows.sources.tagged import escape, plain, scan

_SIGNS = "ab1 .*_`[]()<>&#+-|~=!:;\\\"'{}/x中、：「」é\u00a0\u3000\u200d한ع"
_SNIPPETS = [
    "<strong>", "</em>", "<a1>", "<br1/>", "&amp;", "&#42;", "1. ", "a) ", "(i) ", "1.1 ", "§ 2 ",
    "- ", "# ", "> ", "```",
    "**重要：**请", "![x](/y)", "[a]: /b", "| a | b |", "|---|", "---", "===", "https://a.example",
    "<https://a.example>", "snake_case_name", "2 * 3 * 4", "C:\\dir\\", "<b>", "“quoted”", "(1)",
    "+ ", "10) ", "~~~", "a|b", "\\|", "R&D", "e.g.", "effective", "#", "##",
]  # fmt: skip
_HREFS = [
    "/a", "/terms?a=1&copy=2&lt;", "https://a.example/x_(y)?q=*a*#z", "#2", "#section-2",
    "#our-data", "mailto:a_b@c.example", "/a_b_c", "#", "https://a.example/%20",
]  # fmt: skip
_HIDDEN_PLACEHOLDER = re.compile(r"\{[a-z_][a-z0-9_]{0,63}\}")

literals = st.one_of(
    st.text(_SIGNS, min_size=1, max_size=12),
    st.sampled_from(_SNIPPETS),
    st.lists(st.sampled_from(_SNIPPETS), min_size=2, max_size=3).map("".join),
    st.sampled_from(["We keep it", " for ", "30 days", "個人情報", ".", ", "]),
)


labels = st.sampled_from(["", "", "", "1", "2", "2.1", "12.3.4", "(a)", "(ii)", "§ 3", "A", "3)"])


class _Text:
    """One text on its way: draws its pieces and numbers links and breaks."""

    def __init__(self, draw: st.DrawFn, *, links: bool, breaks: bool, folded: bool) -> None:
        self.draw = draw
        self.may = {"a": links, "br": breaks}
        self.folded = folded
        self.links: list[Link] = []
        self.breaks = 0

    def pieces(self, held: frozenset[str] = frozenset()) -> str:
        """Some pieces within the codes that are held."""
        parts: list[str] = []
        before = ""
        number = self.draw(st.integers(1, 2 if held else 4))
        for at in range(number):
            last = at + 1 == number
            kinds = self._kinds(held, first=not at, last=last)
            # Nothing parts two of a kind within a link, nor anywhere in HTML.
            kinds = [kind for kind in kinds if kind != before or not (self.folded or "a" in held)]
            before = self.draw(st.sampled_from(kinds))
            parts.append(self._piece(before, held, last=last and not held))
        return "".join(parts)

    def _kinds(self, held: frozenset[str], *, first: bool, last: bool) -> list[str]:
        kinds = ["text", "text", "text", "placeholder", "code"]
        kinds += [kind for kind in ("em", "strong") if kind not in held]
        if self.may["a"] and "a" not in held:
            kinds.append("a")
        # A break at the edge of a code is moved out of it by HTML.
        if self.may["br"] and not (held and last) and not (self.folded and first):
            kinds.append("br")
        return kinds

    def _piece(self, kind: str, held: frozenset[str], *, last: bool) -> str:
        if kind == "text":
            return escape(self.draw(literals), before_code=not last)
        if kind == "placeholder":
            return self.draw(st.sampled_from(["{name}", "{a_}", "{_b}"]))
        if kind == "code":
            said = self.draw(literals).strip() or "x"
            return f"<code>{escape(said, before_code=True)}</code>"
        if kind == "br":
            self.breaks += 1
            return f"<br{self.breaks}/>"
        tag = self._link() if kind == "a" else kind
        return f"<{tag}>{self.pieces(held | {kind})}</{tag}>"

    def _link(self) -> str:
        title = self.draw(st.sampled_from(["", "", 'A "title" & more', "a_b*c\\", "(x)"]))
        number = len(self.links) + 1
        self.links.append(Link(number, self.draw(st.sampled_from(_HREFS)), title))
        return f"a{number}"


@st.composite
def texts(
    draw: st.DrawFn, *, links: bool = True, breaks: bool = True, folded: bool = False
) -> tuple[str, tuple[Link, ...]]:
    """A tagged text with its links; ``folded``: as HTML can hold it."""
    drawn = _Text(draw, links=links, breaks=breaks, folded=folded)
    text, numbered = fold(drawn.pieces(), drawn.links)
    if not _readable(text) or (folded and not _is_folded(text)):
        return "plain words", ()
    return text, numbered


def _readable(text: str) -> bool:
    """What no reader writes: nothing to be seen, or a placeholder that is none."""
    hidden = any(
        _HIDDEN_PLACEHOLDER.search(value) for value, is_code, _ in scan(text) if not is_code
    )
    return bool(plain(text).strip()) and not hidden


def _is_folded(text: str) -> bool:
    """True when HTML, which folds blanks, can hold the text as it is."""
    before = " "
    for value, is_code, _start in scan(text):
        if is_code and value.startswith("<br"):
            if before == " ":
                return False
            before = " "
        elif not is_code or value.startswith("{"):
            if value.isspace():
                return False
            if value.startswith(" ") and before == " ":
                return False
            before = value[-1]
    return before != " "


@st.composite
def _paragraphs(draw: st.DrawFn, *, folded: bool) -> Block:
    text, links = draw(texts(folded=folded))
    return Block(Kind.PARAGRAPH, text, links, label=draw(labels))


@st.composite
def _code_blocks(draw: st.DrawFn) -> Block:
    lines = draw(st.lists(st.sampled_from(["x = 1", "", "  <em>", "```", "~~~", "# a", "- b"]),
                          min_size=2, max_size=4))  # fmt: skip
    lines[-1] = lines[-1] or "end"
    parts = [escape(lines[0], before_code=True, placeholders=True)]
    for number, line in enumerate(lines[1:], 1):
        parts += [f"<br{number}/>", escape(line, before_code=True, placeholders=True)]
    return Block(Kind.PARAGRAPH, f"<code>{''.join(parts)}</code>")


@st.composite
def _headings(draw: st.DrawFn, *, top: bool, folded: bool) -> Block:
    level = draw(st.integers(1 if top else 2, 6))
    text, links = draw(texts(breaks=level < 3 and not folded, folded=folded))
    block = Block(Kind.HEADING, text, links, level=level)
    label = draw(labels)
    permalink = folded and "#" in text
    if permalink or text[0].isspace():
        text, links = "How we collect", ()
    return replace(block, text=text, links=links, label=label)


@st.composite
def _tables(draw: st.DrawFn, *, folded: bool) -> Block:
    columns = draw(st.integers(2 if folded else 1, 3))
    styles = [draw(st.sampled_from(["", "left", "right", "center"])) for _ in range(columns)]
    headed = draw(st.booleans())
    rows = []
    for at in range(draw(st.integers(1, 3))):
        header = headed and at == 0
        cells = []
        for number, style in enumerate(styles):
            text, links = draw(texts(folded=folded))
            block = Block(Kind.CELL, text, links, style=style, header=header)
            if number and draw(st.integers(0, 4)) == 0:
                block = replace(block, text=None, links=())
            cells.append(block)
        rows.append(Block(Kind.ROW, children=tuple(cells), header=header))
    return Block(Kind.TABLE, children=tuple(rows))


@st.composite
def _lists(draw: st.DrawFn, depth: int, *, folded: bool) -> Block:
    style = draw(st.sampled_from(["", "1", "a"]))
    start = draw(st.sampled_from([1, 1, 0, 3, 99])) if style == "1" else 1
    labelled = style == "1" and start == 1 and draw(st.booleans())
    items = []
    for _ in range(draw(st.integers(1, 3))):
        text, links = draw(texts(folded=folded))
        code = draw(_code_blocks()) if draw(st.integers(0, 9)) == 0 and not folded else None
        children = draw(blocks(depth - 1, folded=folded, most=2)) if depth else ()
        item = Block(Kind.ITEM, code.text if code else text, () if code else links, children)
        if labelled and not code:
            item = replace(item, label=draw(labels))
        if children and children[0].kind is not Kind.PARAGRAPH and draw(st.booleans()):
            item = replace(item, text=None, links=(), label="")
        items.append(item)
    return Block(Kind.LIST, children=tuple(items), ordered=bool(style), style=style, start=start)


@st.composite
def blocks(
    draw: st.DrawFn, depth: int = 2, *, top: bool = False, folded: bool = False, most: int = 5
) -> tuple[Block, ...]:
    """Sibling blocks, nested at most ``depth`` deep."""
    found = []
    for _ in range(draw(st.integers(0 if not top else 1, most))):
        kind = draw(st.sampled_from(["p", "p", "h", "l", "q", "t", "r", "c"]))
        if kind == "l" and depth:
            found.append(draw(_lists(depth, folded=folded)))
        elif kind == "q" and depth:
            inner = draw(blocks(depth - 1, folded=folded, most=2))
            found.append(Block(Kind.QUOTE, children=inner or (Block(Kind.PARAGRAPH, "said"),)))
        elif kind == "t":
            found.append(draw(_tables(folded=folded)))
        elif kind == "h":
            found.append(draw(_headings(top=top, folded=folded)))
        elif kind == "r":
            found.append(Block(Kind.RULE))
        elif kind == "c" and not folded:
            found.append(draw(_code_blocks()))
        else:
            found.append(draw(_paragraphs(folded=folded)))
    return tuple(found)


@st.composite
def sources(draw: st.DrawFn, *, folded: bool = False) -> Source:
    """A document with a title."""
    title, _links = draw(texts(links=False, breaks=not folded, folded=folded))
    inner = draw(blocks(top=True, folded=folded))
    effective = draw(st.sampled_from(["", "2026-01-31"]))
    return Source(title, inner, (), (), "text/markdown", effective)
