"""The inline tokens of markdown-it-py to tagged text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from workflows.problems import Problem
from workflows.sources.blocks import Furniture, Link, href_allowed
from workflows.sources.folding import fold
from workflows.sources.losses import ImageLinkSetAside
from workflows.sources.reasons import (
    CommentSetAside,
    ImageSetAside,
    LinkInTitle,
    LinkNotAllowed,
    LinkTitleNotShown,
    TooManyCodes,
)
from workflows.sources.tagged import MAX_CODES, escape, glue, plain

_PAIRED = {"strong": "strong", "em": "em", "link": "a"}


@dataclass
class Inline:
    """Collects one text; the tokens go in in order, and the tagged text comes out of ``text``."""

    line: int
    """1-based line for problems; a text that spans lines has one."""
    keep_links: bool = True
    """False for the title, whose links are set aside."""
    in_cell: bool = False
    """True for a cell of a Markdown table, where a line ends with ``<br>``."""
    links: list[Link] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    furniture: list[Furniture] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _chunks: list[str] = field(default_factory=list)
    _open: list[tuple[str, str, int, int]] = field(default_factory=list)
    _last: str = " "
    _breaks: int = 0
    _is_block: bool = False
    """True for a block of code, whose blanks and empty lines count."""

    def read(self, tokens: Sequence[Token]) -> Inline:
        """Take the children of one inline token. Raises TooManyCodes."""
        for at, token in enumerate(tokens):
            kind = token.type
            if kind.endswith("_open"):
                self._enter(token)
            elif kind.endswith("_close"):
                self._leave()
            elif kind == "code_inline":
                self._code("<code>")
                self._say(token.content)
                self._code("</code>")
            elif kind == "softbreak":
                after = next((near.content for near in tokens[at + 1 : at + 4] if near.content), "")
                self._say(glue(self._last, after))
            elif kind == "comment":
                self._comment(token.info)
            elif kind == "hardbreak" or (kind == "written_break" and self.in_cell):
                self.line_break()
            elif kind == "image":
                self._image(token)
            else:
                self._say(token.content)
        return self

    def code_block(self, content: str) -> Inline:
        """Take the lines of a block of code. Raises TooManyCodes."""
        self._is_block = True
        self._code("<code>")
        for number, line in enumerate(content.rstrip("\n").split("\n")):
            if number:
                self.line_break()
            self._say(line)
        self._code("</code>")
        return self

    def text(self) -> str:
        """The tagged text, its white space folded; "" when nothing of it can be seen.

        Asked for once, when all tokens are in; ``links`` are those of the text then.
        """
        self._flush(before_code=False)
        text = "".join(self._parts)
        if not self._is_block:
            text, links = fold(text, self.links)
            self.links = list(links)
        return text if plain(text).strip() else ""

    def line_break(self) -> None:
        """Add a hard line break. Raises TooManyCodes."""
        self._breaks += 1
        if self._breaks > MAX_CODES:
            raise TooManyCodes(f"line {self.line}", limit=MAX_CODES)
        self._code(f"<br{self._breaks}/>")

    def _say(self, literal: str) -> None:
        if literal:
            self._chunks.append(literal)
            self._last = literal[-1]

    def _code(self, tag: str) -> None:
        self._flush(before_code=True)
        self._parts.append(tag)

    def _flush(self, *, before_code: bool) -> None:
        literal = "".join(self._chunks)
        self._chunks = []
        if literal:
            self._parts.append(escape(literal, before_code=before_code, placeholders=True))

    def _enter(self, token: Token) -> None:
        """Open a code, unless it already holds: strong within strong says nothing new."""
        tag = _PAIRED[token.type.removesuffix("_open")]
        if tag == "a":
            # An address in angle brackets may stand inside a link: it stays text there.
            inside = any(opened.startswith("a") for opened, *_rest in self._open)
            tag = "" if inside else self._link(token)
        if not tag or any(tag == opened for opened, *_rest in self._open):
            self._open.append(("", "", 0, 0))
            return
        self._code(f"<{tag}>")
        self._open.append((tag, f"</{tag}>", len(self._parts), len(self.furniture)))

    def _leave(self) -> None:
        """Close the innermost code; one with nothing in it is taken out again."""
        tag, closing, at, images = self._open.pop()
        if not tag:
            return
        if len(self._parts) > at or self._chunks:
            self._code(closing)
            return
        self._parts.pop()
        if tag.startswith("a"):
            href = self.links.pop().href
            if len(self.furniture) > images:
                text = self.furniture[-1].text
                self.problems.append(ImageLinkSetAside(f"line {self.line}", text=text, href=href))

    def _link(self, token: Token) -> str:
        href, title = str(token.attrs.get("href", "")), str(token.attrs.get("title", ""))
        title = " ".join(title.split())
        place = f"line {self.line}"
        if not self.keep_links:
            self.problems.append(LinkInTitle(place, href=href))
            return ""
        if not href_allowed(href):
            self.problems.append(LinkNotAllowed(place, href=href))
            return ""
        if title:
            self.problems.append(LinkTitleNotShown(place, title=title))
        number = len(self.links) + 1
        if number > MAX_CODES:
            raise TooManyCodes(place, limit=MAX_CODES)
        self.links.append(Link(number, href, title))
        return f"a{number}"

    def _comment(self, text: str) -> None:
        if text:
            self.furniture.append(Furniture(self.line, text, "comment"))
            self.problems.append(CommentSetAside(f"line {self.line}", text=text))

    def _image(self, token: Token) -> None:
        text = token.content or str(token.attrs.get("src", ""))
        self.furniture.append(Furniture(self.line, text, "image"))
        self.problems.append(ImageSetAside(f"line {self.line}", text=text))
