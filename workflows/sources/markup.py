"""HTML text to a tree of elements: what any file says, made bounded and balanced first.

Each tag is written out again without attributes, under a number, nested as the tree construction
of the WHATWG standard (HTML, 13.2.6) would nest it and no deeper than MAX_DEPTH; inline elements
end where a block begins or ends and begin again with the next word. Only that goes through nh3,
which judges the structure. So neither an attribute nor a depth nor a reconstruction of formatting
that someone made up for the purpose reaches a parser whose cost is not linear in them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from html import escape, unescape

import nh3

from workflows.sources.reasons import TooComplex
from workflows.sources.tags import Tag, Text, attributes, names, tokens

MAX_DEPTH = 128
MAX_TAGS = 36_000
"""Elements; a page of 20,000 table cells in rows of five has 24,000."""
MAX_BLOCKS = 30_000
"""Of these, the ones that are not inline."""
MAX_PIECES = 4 * MAX_TAGS
"""Tags and texts written out, with inline elements as often as blocks divide them."""
MAX_TEXT = 640 * 1024
"""Characters between two tags: the longest text that is taken, each character as an entity."""
MAX_INLINE = 60

_IGNORED = names(
    "html head body link meta base col colgroup area embed input param source track wbr "
    "frame frameset basefont bgsound keygen script style iframe noembed noframes title"
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TABLE = ("table", "thead", "tbody", "tfoot", "tr")
_CELLS = ("td", "th", "caption")
_SAME = (
    *HEADINGS,
    *_TABLE,
    *_CELLS,
    "p",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "hr",
)
_ITEM_ENDS = tuple(name for name in _SAME if name not in ("p", "li", "dt", "dd"))
# Inline elements that end others of their kind.
_ENDED = {"a": ("a",), "rt": ("rt", "rp"), "rp": ("rt", "rp")}
_DIVIDERS = names(
    "div section article main header footer nav aside address figure figcaption form fieldset "
    "legend details summary center hgroup dialog search optgroup option select textarea listing xmp"
)
_BLOCKS = (
    {name: name for name in _SAME}
    | dict.fromkeys(_DIVIDERS, "div")
    | {"menu": "ul", "dir": "ul", "listing": "pre", "xmp": "pre"}
)
_CLEANER = nh3.Cleaner(
    tags={*_SAME, "div", "span", "br", "img"},
    clean_content_tags=set(),
    attributes={"*": {"data-n"}},
    link_rel=None,
)
_CLEAN = re.compile(r'<(/?)([a-z0-9]+)(?: data-n="([0-9]+)")?>|([^<]+)')


@dataclass(slots=True, eq=False)
class Node:
    """An element. Inline elements hold text and inline elements only."""

    name: str
    """As written, in lower case."""
    attrs: dict[str, str]
    """Those in KEPT."""
    line: int
    """1-based line of the file where it begins; never less than that of an element before it."""
    block: bool
    number: int
    """The same for the pieces of one inline element that blocks divide; 0 for the root."""
    children: list[Node | str] = field(default_factory=list)
    size: int = 0
    """Characters of document-like text (filled by ``page``)."""
    titled: bool = False
    """Whether it is or holds an <h1> (filled by ``page``)."""
    says: bool = False
    """Whether it holds a sentence that leads nowhere else (filled by ``page``)."""
    asks: bool = False
    """Whether it holds a form or a button (filled by ``page``)."""
    headed: bool = False
    """Whether it is or holds a heading below <h1> (filled by ``page``)."""
    aside: str = ""
    """Why it is no part of the document (filled by ``page``)."""


@dataclass
class Page:
    """A file as a tree, and what its head says."""

    root: Node
    title: str = ""
    """The text of the first <title>."""
    metas: list[tuple[dict[str, str], int]] = field(default_factory=list)
    """Attributes and line of each <meta>."""


def parse(text: str) -> Page:
    """The tree of an HTML text with LF line ends.

    Raises TooComplex for what no text needs, UnfinishedMarkup for a tag, comment or hidden element
    without an end, after which a browser would show nothing.
    """
    writer = _Writer(text)
    for token in tokens(text):
        if isinstance(token, Tag):
            writer.take(token)
        else:
            writer.say(token)
    writer.finish()
    page = Page(_tree(_CLEANER.clean("".join(writer.out)), writer.marks))
    page.title, page.metas = writer.title, writer.metas
    return page


class _Writer:
    """Writes the tags out again, numbered and balanced."""

    def __init__(self, text: str) -> None:
        self.out: list[str] = []
        self.marks: list[tuple[str, dict[str, str], int]] = [("body", {}, 1)]
        self.title = ""
        self.metas: list[tuple[dict[str, str], int]] = []
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        # Elements that differ for nh3 under its name for them, the others under their own.
        self._stack: list[str] = []
        self._inline: list[tuple[str, int]] = []
        self._opened = self._blocks = 0

    def _line(self, offset: int) -> int:
        return bisect_right(self._breaks, offset - 1) + 1

    def take(self, token: Tag) -> None:
        """Write one tag. Raises TooComplex."""
        name, line = token.name, self._line(token.offset)
        if name in _IGNORED:
            if name == "meta" and not token.is_end:
                self.metas.append((attributes(token.written), line))
        elif name in ("br", "img") or (name == "hr" and not token.is_end):
            self._void(name, token, line)
        elif token.is_end:
            self._end(name)
        elif name in _BLOCKS:
            self._block(name, token, line)
        else:
            for ended in _ENDED.get(name, ()):
                self._end(ended)
            number = self._mark(name, token, line)
            self._inline.append((name, number))
            if "id" in self.marks[number][1] or "name" in self.marks[number][1]:
                self._begin_inline()  # it may be empty, and the aim of a link
        if len(self.out) > MAX_PIECES or len(self._stack) > MAX_DEPTH:
            raise TooComplex(f"line {line}")
        if len(self._inline) > MAX_INLINE:
            raise TooComplex(f"line {line}")

    def say(self, text: Text) -> None:
        """Write a text. Raises TooComplex."""
        if text.within:
            self._say_aside(text)
            return
        if text.is_title:
            self.title = self.title or unescape(text.written).replace("\ufeff", "")
            return
        if text.written and not text.written.isspace():
            if len(text.written) > MAX_TEXT:
                raise TooComplex(f"line {self._line(text.offset)}")
            self._begin_inline()
        self.out.append(text.written.replace("<", "&lt;"))

    def _say_aside(self, text: Text) -> None:
        """What stands for something that is no text: a picture of it, or hidden text."""
        line = self._line(text.offset)
        if len(text.written) > MAX_TEXT:
            raise TooComplex(f"line {line}")
        said = " ".join(unescape(text.written).replace("\ufeff", "").split())
        if not said:
            return
        if text.within != "noscript":
            self._begin_inline()
            self.out.append(f"<img data-n={self._mark_as('img', {'alt': said}, line)}>")
        elif not self._stack or self._stack[-1] not in _TABLE:
            # Beside the cells of a table it would become one.
            number = self._mark_as(text.within, {}, line)
            self.out.append(f"<span data-n={number}>{escape(said, quote=False)}</span>")

    def finish(self) -> None:
        self._end_inline()
        self._pop_to(0)

    def _mark(self, name: str, token: Tag, line: int) -> int:
        return self._mark_as(name, attributes(token.written), line)

    def _mark_as(self, name: str, attrs: dict[str, str], line: int) -> int:
        if len(self.marks) > MAX_TAGS:
            raise TooComplex(f"line {line}")
        self.marks.append((name, attrs, line))
        return len(self.marks) - 1

    def _void(self, name: str, token: Tag, line: int) -> None:
        if name == "hr":
            self._make_room("hr")
        else:
            self._begin_inline()
        self.out.append(f"<{name} data-n={self._mark(name, token, line)}>")

    def _begin_inline(self) -> None:
        self._ensure_cell()
        for _name, number in self._inline[self._opened :]:
            self.out.append(f"<span data-n={number}>")
        self._opened = len(self._inline)

    def _end_inline(self, keep: int = 0) -> None:
        if self._opened > keep:
            self.out.append("</span>" * (self._opened - keep))
            self._opened = keep

    def _ensure_cell(self) -> None:
        """What stands in a table beside its cells gets one: no parser has to move it."""
        if self._stack and self._stack[-1] in _TABLE:
            if self._stack[-1] != "tr":
                self._push("tr", 0)
            self._push("td", 0)

    def _push(self, name: str, number: int) -> None:
        tag = _BLOCKS[name]
        self.out.append(f"<{tag} data-n={number}>" if number else f"<{tag}>")
        self._stack.append(tag if tag != "div" else name)

    def _pop_to(self, depth: int) -> None:
        for name in reversed(self._stack[depth:]):
            self.out.append(f"</{_BLOCKS[name]}>")
            if name in _CELLS:
                self._inline.clear()
        del self._stack[depth:]

    def _find(self, names: tuple[str, ...], within: tuple[str, ...]) -> int:
        """The depth of the innermost of some elements, or -1 when one of others comes first."""
        if not any(name in self._stack for name in names):
            return -1
        for depth in range(len(self._stack) - 1, -1, -1):
            if self._stack[depth] in names:
                return depth
            if self._stack[depth] in within:
                break
        return -1

    def _block(self, name: str, token: Tag, line: int) -> None:
        tag = _BLOCKS[name]
        if tag in (*_TABLE[1:], *_CELLS):
            if not self._make_room_in_table(tag):
                return
        else:
            self._make_room(tag if tag != "div" else name)
        self._blocks += 1
        if self._blocks > MAX_BLOCKS:
            raise TooComplex(f"line {line}")
        self._push(name, self._mark(name, token, line))

    def _make_room(self, tag: str) -> None:
        """End what ends by itself where this element begins (HTML, 13.2.6.4.7)."""
        self._end_inline()
        top = self._stack[-1] if self._stack else ""
        if top == "p" or (top in HEADINGS and tag in HEADINGS):
            self._pop_to(len(self._stack) - 1)
        closes = {"li": ("li",), "dt": ("dt", "dd"), "dd": ("dt", "dd"), "option": ("option",)}.get(
            tag
        )
        if closes and (depth := self._find(closes, _ITEM_ENDS)) >= 0:
            self._pop_to(depth)
        self._ensure_cell()

    def _make_room_in_table(self, tag: str) -> bool:
        """The same for parts of a table; False where there is no table for them."""
        table = self._find(("table",), ())
        if table < 0:
            return False
        self._end_inline()
        above = {"tr": ("thead", "tbody", "tfoot", "table"), "td": ("tr", "table")}
        above["th"] = above["td"]
        depth = self._find(above.get(tag, ("table",)), ())
        self._pop_to(max(depth, table) + 1)
        if tag in ("td", "th") and self._stack[-1] != "tr":
            self._push("tr", 0)
        self._inline.clear()
        return True

    def _end(self, name: str) -> None:
        """Take an end tag; one without a beginning in reach means nothing."""
        tag = _BLOCKS.get(name)
        if tag is None:
            for place in range(len(self._inline) - 1, -1, -1):
                if self._inline[place][0] == name:
                    self._end_inline(place)
                    del self._inline[place]
                    break
            return
        names = HEADINGS if tag in HEADINGS else (tag if tag != "div" else name,)
        within = () if tag == "table" else ("table",) if tag in _TABLE + _CELLS else _CELLS
        if tag == "li":
            within = (*within, "ul", "ol")
        depth = self._find(names, within)
        if depth >= 0:
            self._end_inline()
            self._pop_to(depth)


def _tree(cleaned: str, marks: list[tuple[str, dict[str, str], int]]) -> Node:
    root = Node("body", {}, 1, True, 0)
    stack = [root]
    line = 1
    for end, tag, number, text in _CLEAN.findall(cleaned):
        if text:
            # These can only come from an entity: the text has none any more.
            said = unescape(text).replace("\r", " ").replace("\ufeff", "")
            stack[-1].children.append(said)
        elif end:
            stack.pop()
        else:
            place = int(number or 0)
            name, attrs, at = marks[place] if place else (tag, {}, line)
            line = max(line, at)
            node = Node(name, attrs, line, tag not in ("span", "br", "img"), place)
            node.aside = "hidden" if name == "noscript" else ""
            stack[-1].children.append(node)
            if tag not in ("br", "hr", "img"):
                stack.append(node)
    return root
