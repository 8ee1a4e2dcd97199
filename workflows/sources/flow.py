"""A tree of HTML elements to blocks, as a browser would lay them out."""

from __future__ import annotations

import re
from dataclasses import replace

from workflows.sources.blocks import Block, Furniture, Kind
from workflows.sources.decoding import forbidden
from workflows.sources.inline import Inline
from workflows.sources.labels import as_said
from workflows.sources.lists import LISTS, read_list
from workflows.sources.looks import LOOKS, around, is_struck, on_the_line, said
from workflows.sources.losses import PassageSetAside, RaisedTextFlattened
from workflows.sources.markdown import MAX_NESTING, Reading
from workflows.sources.markup import HEADINGS, Node
from workflows.sources.page import CONTROLS
from workflows.sources.pieces import Code, Piece, fill, first_line, link, parts
from workflows.sources.reasons import (
    CodeBlock,
    ForbiddenCharacter,
    HiddenTextSetAside,
    StruckTextKept,
    TooDeep,
)
from workflows.sources.tables import Grid

MAX_SHOWN = 80
"""Characters of a text that a problem repeats."""

_CODES = {"strong": "strong", "b": "strong", "em": "em", "i": "em"}
_NOT_BOLD = re.compile(r"font-weight\s*:\s*(?:normal|[1-4]00)\b|font-style\s*:\s*normal\b")
_PERMALINKS = frozenset(("#", "\u00b6", "\u00a7", "\U0001f517"))
_PRE = frozenset(("pre", "listing", "xmp"))


class Flow:
    """Makes the blocks of one document; what it finds on the way goes into the reading."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.titled = False
        """Whether the title is known, so that a further <h1> is a heading like others."""
        self.ids: dict[str, Block | None] = {}
        """The heading that an id stands in or in front of; None for the title."""
        self.line = 1
        self.count = 0
        """Texts so far, without the title."""
        self._struck = self._quotes = 0
        self._waiting: list[str] = []
        self._seen: set[str] = set()

    def blocks(self, node: Node, depth: int = 0) -> list[Block]:
        """What an element holds; text beside blocks makes paragraphs.

        Raises ForbiddenCharacter, TooComplex, TooDeep, TooManyCodes. ``depth`` counts two for a
        list and one for a quotation, like the Markdown parser.
        """
        found: list[Block] = []
        run: list[Piece] = []
        for child in node.children:
            if isinstance(child, Node) and child.block:
                found += self._paragraphs(run)
                run = []
                found += self._block(child, depth)
            else:
                self._inline(child, run, (), is_code=False)
        return found + self._paragraphs(run)

    def set_aside(self, node: Node, reason: str) -> None:
        """Keep the lines of an element as furniture; one with a sentence may have been text."""
        first = len(self.reading.furniture)
        self._set_aside(node, reason, 0)
        if node.says and (found := self.reading.furniture[first:]):
            # The first sentence, or what comes nearest to one.
            text = max(found, key=lambda piece: min(len(piece.text), MAX_SHOWN)).text[:MAX_SHOWN]
            advice = HiddenTextSetAside if node.aside == "hidden" else PassageSetAside
            self.reading.problems.append(advice(f"line {found[0].line}", text=text))

    def _set_aside(self, node: Node, reason: str, level: int) -> None:
        reason = node.aside or reason
        level = max(2, int(node.name[1])) if node.name in HEADINGS else level
        self.line = max(self.line, node.line)
        run: list[Piece] = []
        for child in node.children:
            if isinstance(child, Node) and (child.block or child.aside):
                self.keep(run, reason, level)
                run = []
                self._set_aside(child, reason, level)
            else:
                self._say_plainly(child, run)
        self.keep(run, reason, level)

    def _say_plainly(self, item: Node | str, run: list[Piece]) -> None:
        if isinstance(item, str):
            self._say(item, run, (), is_code=False)
            return
        self.line = max(self.line, item.line)
        # A button within a line is a line of its own.
        around = [Piece("break")] if item.name in CONTROLS or item.name == "br" else []
        run += around
        for child in item.children:
            self._say_plainly(child, run)
        run += around

    def keep(self, run: list[Piece], reason: str, level: int = 0) -> None:
        """Keep inline content as furniture, a line each."""
        for part in parts(run, 1):
            text = " ".join("".join(piece.text for piece in part).split())
            if text:
                line = first_line(part, self.line)
                self.reading.furniture.append(Furniture(line, text, reason, self.count, level))

    def text_of(self, node: Node) -> list[Piece]:
        """All inline content of an element, with breaks between its blocks."""
        run: list[Piece] = []
        self._gather(node, run)
        return run

    def fill(self, inline: Inline, run: list[Piece], *, one_line: bool = False) -> str:
        """The tagged text of a run; what was found in it goes into the reading."""
        text = fill(inline, run, one_line=one_line)
        self.reading.problems += inline.problems
        self.reading.furniture += (replace(piece, before=self.count) for piece in inline.furniture)
        return text

    # --- Inline content ----------------------------------------------------------------------

    def _inline(
        self, item: Node | str, run: list[Piece], codes: tuple[Code, ...], *, is_code: bool
    ) -> None:
        if isinstance(item, str):
            self._say(item, run, codes, is_code=is_code)
            return
        self.enter(item)
        if item.aside:
            self.set_aside(item, item.aside)
        elif item.name == "br":
            run.append(Piece("break", codes=codes))
        elif item.name == "img":
            if shown := _image(item):
                self._refuse(shown)
                run.append(Piece("image", shown, codes))
        else:
            code = self._code(item)
            if code and all(outer.kind != code.kind for outer in codes):
                codes = (*codes, code)
            is_code = is_code or item.name == "code"
            if item.name in LOOKS or "style" in item.attrs:
                run += self._looking(item, codes, is_code=is_code)
                return
            for child in item.children:
                self._inline(child, run, codes, is_code=is_code)

    def _looking(self, node: Node, codes: tuple[Code, ...], *, is_code: bool) -> list[Piece]:
        """The content of an element with what only its look says."""
        inner: list[Piece] = []
        struck, quote = is_struck(node), node.name == "q"
        read_aloud = node.name == "ruby" and not _has_parentheses(node)
        self._struck += struck
        self._quotes += quote
        for child in node.children:
            at = len(inner)
            self._inline(child, inner, codes, is_code=is_code)
            if read_aloud and isinstance(child, Node) and child.name == "rt":
                inner[at:] = around("(", inner[at:], ")")
        self._struck -= struck
        self._quotes -= quote
        line = f"line {first_line(inner, self.line)}"
        if quote:
            return around("\u2018" if self._quotes else "\u201c", inner,
                          "\u2019" if self._quotes else "\u201d")  # fmt: skip
        if node.name in ("sup", "sub"):
            text = said(inner)
            inner, clear = on_the_line(inner, up=node.name == "sup")
            if not clear:
                self.reading.problems.append(RaisedTextFlattened(line, text=text[:MAX_SHOWN]))
        if struck and not self._struck and (text := said(inner)):
            self.reading.problems.append(StruckTextKept(line, text=text[:MAX_SHOWN]))
        return inner

    def _code(self, node: Node) -> Code | None:
        if node.name == "a":
            self._refuse(node.attrs.get("href", ""))
            self._refuse(node.attrs.get("title", ""))
            return link(node)
        kind = _CODES.get(node.name)
        return Code(kind) if kind and not _NOT_BOLD.search(node.attrs.get("style", "")) else None

    def _say(self, text: str, run: list[Piece], codes: tuple[Code, ...], *, is_code: bool) -> None:
        self._refuse(text)
        shown = text.lstrip(" \t\n")
        line = self.line + text.count("\n", 0, len(text) - len(shown)) if shown else 0
        self.line += text.count("\n")
        run.append(Piece("text", text, codes, is_code, line))

    def _refuse(self, text: str) -> None:
        if sign := forbidden(text):
            raise ForbiddenCharacter(f"line {self.line}", character=sign)

    def enter(self, node: Node) -> None:
        """Go on to an element: its line, and the names by which links aim at it."""
        self.line = max(self.line, node.line)
        for name in (node.attrs.get("id"), node.attrs.get("name") if node.name == "a" else None):
            if name and name not in self._seen:
                self._seen.add(name)
                self._waiting.append(name)

    def _resolve(self, heading: Block | None) -> None:
        for name in self._waiting:
            self.ids.setdefault(name, heading)
        self._waiting.clear()

    def _gather(self, node: Node, run: list[Piece]) -> None:
        for child in node.children:
            if not isinstance(child, Node) or not child.block:
                self._inline(child, run, (), is_code=False)
                continue
            self.enter(child)
            if child.aside:
                self.set_aside(child, child.aside)
                continue
            run.append(Piece("break"))
            self._gather(child, run)
            run.append(Piece("break"))

    # --- Blocks ------------------------------------------------------------------------------

    def _block(self, node: Node, depth: int) -> list[Block]:
        self.enter(node)
        name = node.name
        if node.aside:
            self.set_aside(node, node.aside)
        elif name in HEADINGS:
            return self._heading(node, depth)
        elif name in LISTS:
            return read_list(self, node, depth)
        elif name == "table":
            return Grid(self, node).blocks(depth)
        elif name == "blockquote":
            return self._quote(node, depth)
        elif name == "dt":
            return self._paragraphs(self.text_of(node), Code("strong"))
        elif name == "hr":
            return [Block(Kind.RULE, line=self.line)]
        elif name in _PRE:
            return self._pre(node)
        else:
            return as_said(node.attrs.get("data-label"), self.blocks(node, depth))
        return []

    def _paragraphs(self, run: list[Piece], code: Code | None = None) -> list[Block]:
        """The paragraphs of a run: two line breaks, and more, stand for the space between two."""
        found: list[Block] = []
        for part in parts(run, 2):
            if code:
                part = [_within(code, piece) for piece in part]
            inline = Inline(first_line(part, self.line))
            if text := self.fill(inline, part):
                self.count += 1
                self._waiting.clear()
                found.append(Block(Kind.PARAGRAPH, text, tuple(inline.links), line=inline.line))
        return found

    def _heading(self, node: Node, depth: int) -> list[Block]:
        run = self._without_permalinks(self.text_of(node))
        is_title = node.name == "h1" and not self.titled and not depth
        inline = Inline(first_line(run, self.line), keep_links=not is_title)
        text = self.fill(inline, run, one_line=True)
        if not text:
            return []
        if is_title:
            self.titled, self.reading.title = True, text
            self._resolve(None)
            return []
        block = Block(
            Kind.HEADING,
            text,
            tuple(inline.links),
            level=int(node.name[1]),
            line=inline.line,
        )
        (block,) = as_said(node.attrs.get("data-label"), [block])
        self.count += 1
        self._resolve(block)
        return [block]

    def _without_permalinks(self, run: list[Piece]) -> list[Piece]:
        """The run without the signs by which pages link a heading to itself."""
        self.keep([piece for piece in run if _is_permalink(piece)], "navigation")
        return [piece for piece in run if not _is_permalink(piece)]

    def _quote(self, node: Node, depth: int) -> list[Block]:
        line = self.line
        self.refuse_depth(depth + 1)
        children = tuple(self.blocks(node, depth + 1))
        return [Block(Kind.QUOTE, children=children, line=line)] if children else []

    def _pre(self, node: Node) -> list[Block]:
        run = self.text_of(node)
        lines = "".join("\n" if piece.kind == "break" else piece.text for piece in run)
        inline = Inline(self.line if not run else first_line(run, self.line))
        text = inline.code_block(lines).text() if lines.strip() else ""
        if not text:
            return []
        self.count += 1
        self.reading.problems.append(CodeBlock(f"line {inline.line}"))
        return [Block(Kind.PARAGRAPH, text, line=inline.line)]

    def refuse_depth(self, depth: int) -> None:
        """Raise TooDeep for what is nested deeper than Markdown can say."""
        if depth > MAX_NESTING - 2:
            raise TooDeep(f"line {self.line}", limit=MAX_NESTING // 2 - 1)


def _has_parentheses(ruby: Node) -> bool:
    return any(isinstance(child, Node) and child.name == "rp" for child in ruby.children)


def _is_permalink(piece: Piece) -> bool:
    signs = piece.text.strip() in _PERMALINKS
    return signs and any(code.href.startswith("#") for code in piece.codes)


def _within(code: Code, piece: Piece) -> Piece:
    inner = tuple(found for found in piece.codes if found.kind != code.kind)
    return Piece(piece.kind, piece.text, (code, *inner), piece.is_code, piece.line)


def _image(node: Node) -> str:
    """What an image says, or the name of its file; "" for one that says it is an ornament."""
    said = node.attrs.get("alt") or node.attrs.get("title") or node.attrs.get("aria-label") or ""
    if said.strip() or "alt" in node.attrs:
        return " ".join(said.split())
    source = node.attrs.get("src", "")
    return "" if source.startswith("data:") else source.split("?")[0].rpartition("/")[2][:200]
