"""Inline HTML to tagged text: white space folded as HTML does, codes in the one spelling.

The pieces are handed on as the tokens that ``inline`` reads, so that the same words marked up in
the same way become the same text from Markdown and from HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.token import Token

from workflows.sources.blocks import href_allowed
from workflows.sources.inline import Inline
from workflows.sources.markup import Node
from workflows.sources.tidying import tidied

MAX_SHOWN = 200
"""Characters of an address that a problem repeats."""

_SPACE = re.compile(r"[ \t\n\r]+")
_EDGE = re.compile(r" *\n *")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9:/?#=&._~-]*")
"""What is in ASCII already."""
_REPAIRED = re.compile(r"[\x00-\x20\x7f\\\"<>`{}|^]")


@dataclass(frozen=True, slots=True)
class Code:
    """An inline code that holds where a piece stands."""

    kind: str
    """"strong", "em" or "a"."""
    number: int = 0
    """Tells one link from another; two emphases side by side are one."""
    href: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A bit of inline content."""

    kind: str
    """"text", "break" or "image"."""
    text: str = ""
    """The text, or what the image says."""
    codes: tuple[Code, ...] = ()
    """From the outside in, each kind at most once."""
    is_code: bool = False
    line: int = 0
    """Of its first word, 1-based; 0 when it has none."""

    def saying(self, text: str) -> Piece:
        """The same with another text."""
        # There are many of them, and dataclasses.replace takes its time.
        return Piece(self.kind, text, self.codes, self.is_code, self.line)


def link(node: Node) -> Code | None:
    """The code of an <a>, or None when it leads nowhere.

    An address is brought to ASCII as the Markdown reader does it. One that browsers would repair
    stays as it is, so that it is refused.
    """
    href = node.attrs.get("href", "").strip(" \t\n")
    if not href:
        return None
    if _PLAIN_ADDRESS.fullmatch(href):
        pass
    elif len(href) <= 2048 and not _REPAIRED.search(href):
        href = normalizeLink(href)
    if len(href) > MAX_SHOWN and not href_allowed(href):
        href = f"{href[:MAX_SHOWN]}\u2026"
    return Code("a", node.number, href, " ".join(node.attrs.get("title", "").split()))


def fill(inline: Inline, pieces: list[Piece], *, one_line: bool = False) -> str:
    """The tagged text of some pieces; ``one_line`` makes spaces of breaks. Raises TooManyCodes."""
    if one_line:
        pieces = [Piece("text", " ") if piece.kind == "break" else piece for piece in pieces]
    return tidied(inline.read(_tokens(_uncoded(_folded(pieces)))).text())


def parts(pieces: list[Piece], breaks: int) -> list[list[Piece]]:
    """The pieces divided where so many breaks, or more, follow each other; no part is empty."""
    found: list[list[Piece]] = [[]]
    pending: list[Piece] = []
    for piece in pieces:
        if piece.kind == "break" or (pending and is_blank(piece)):
            pending.append(piece)
            continue
        if sum(waiting.kind == "break" for waiting in pending) >= breaks:
            found.append([])
        else:
            found[-1] += pending
        pending = []
        found[-1].append(piece)
    return [part for part in found if not all(map(is_blank, part))]


def is_blank(piece: Piece) -> bool:
    """True for white space."""
    return piece.kind == "text" and not piece.text.strip(" \t\n")


def first_line(pieces: list[Piece], otherwise: int) -> int:
    """The line of the first word."""
    return next((piece.line for piece in pieces if piece.line), otherwise)


def _folded(pieces: list[Piece]) -> list[Piece]:
    """White space as it is shown: none at the edges of a line, else one space or line end.

    Of breaks that follow each other one is kept, and none at the edges.
    """
    kept: list[Piece] = []
    at_edge = True
    for piece in pieces:
        if piece.kind == "break":
            _strip_end(kept)
            at_edge = True
            if not kept or kept[-1].kind == "break":
                continue
        elif piece.kind == "text":
            text = _SPACE.sub(lambda found: "\n" if "\n" in found.group() else " ", piece.text)
            if at_edge:
                text = text.lstrip(" \n")
            if not text:
                continue
            at_edge = text[-1] in " \n"
            piece = piece.saying(text)
        kept.append(piece)
    _strip_end(kept)
    if kept and kept[-1].kind == "break":
        del kept[-1]
    return kept


def _strip_end(pieces: list[Piece]) -> None:
    while pieces and pieces[-1].kind == "text":
        text = pieces[-1].text.rstrip(" \n")
        if text:
            pieces[-1] = pieces[-1].saying(text)
            return
        pieces.pop()


def _uncoded(pieces: list[Piece]) -> list[Piece]:
    """White space alone keeps only the codes that hold on both sides of it."""
    kept = list(pieces)
    for place, piece in enumerate(pieces):
        # Without codes there is nothing to take off.
        if piece.kind != "image" and piece.codes and not piece.text.strip(" \n"):
            before = kept[place - 1].codes if place else ()
            after = pieces[place + 1].codes if place + 1 < len(pieces) else ()
            codes = _common(_common(piece.codes, before), after)
            kept[place] = Piece(piece.kind, piece.text, codes)
    return kept


def _common(one: tuple[Code, ...], other: tuple[Code, ...]) -> tuple[Code, ...]:
    length, most = 0, min(len(one), len(other))
    while length < most and one[length] == other[length]:
        length += 1
    return one[:length]


def _tokens(pieces: list[Piece]) -> list[Token]:
    tokens: list[Token] = []
    opened: tuple[Code, ...] = ()
    for piece in pieces:
        shared = len(_common(opened, piece.codes))
        tokens += [_close(code) for code in reversed(opened[shared:])]
        tokens += [_open(code) for code in piece.codes[shared:]]
        opened = piece.codes
        if piece.kind == "break":
            tokens.append(Token("hardbreak", "br", 0))
        elif piece.kind == "image":
            tokens.append(Token("image", "img", 0, content=piece.text))
        elif piece.is_code:
            _add_code(tokens, piece.text.replace("\n", " "), joined=not (piece.codes[shared:]))
        else:
            _add_text(tokens, piece.text)
    return tokens + [_close(code) for code in reversed(opened)]


def _add_code(tokens: list[Token], text: str, *, joined: bool) -> None:
    if joined and tokens and tokens[-1].type == "code_inline":
        tokens[-1].content += text
    else:
        tokens.append(Token("code_inline", "code", 0, content=text))


def _add_text(tokens: list[Token], text: str) -> None:
    for number, line in enumerate(_EDGE.split(text)):
        if number:
            tokens.append(Token("softbreak", "br", 0))
        if line:
            tokens.append(Token("text", "", 0, content=line))


def _open(code: Code) -> Token:
    if code.kind != "a":
        return Token(f"{code.kind}_open", code.kind, 1)
    return Token("link_open", "a", 1, attrs={"href": code.href, "title": code.title})


def _close(code: Code) -> Token:
    return Token("link_close" if code.kind == "a" else f"{code.kind}_close", code.kind, -1)
