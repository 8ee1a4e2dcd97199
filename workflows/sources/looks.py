"""What only the look of inline HTML says: quotation marks, readings, powers, struck text."""

from __future__ import annotations

import re

from workflows.sources.markup import Node
from workflows.sources.pieces import Piece
from workflows.sources.raised import raised

MAX_RAISED = 200
"""Signs of raised text that is looked at; what is longer is a text of its own."""

_STRUCK = frozenset(("del", "s", "strike"))
LOOKS = _STRUCK.union(("q", "ruby", "sup", "sub"))
"""Elements whose look says something; a style may do so for all others."""
_LINE_THROUGH = re.compile(r"\s*text-decoration(?:-line)?\s*:.*\bline-through\b", re.DOTALL)


def is_struck(node: Node) -> bool:
    """Whether an element is struck through."""
    return node.name in _STRUCK or declared(node, _LINE_THROUGH) is not None


def declared(node: Node, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The first declaration of an element's style, in lower case, that the pattern matches.

    One at a time, so that no pattern has to look for the end of each from all the others.
    """
    style = node.attrs.get("style", "").lower()
    matches = map(pattern.match, style.split(";")) if style else ()
    return next(filter(None, matches), None)


def said(pieces: list[Piece]) -> str:
    """The words of some pieces."""
    return " ".join("".join(piece.text for piece in pieces if piece.kind == "text").split())


def around(before: str, pieces: list[Piece], after: str) -> list[Piece]:
    """The pieces between two signs; nothing when there is nothing to see."""
    seen = [at for at, piece in enumerate(pieces) if piece.text.strip()]
    if not seen:
        return pieces
    first, last = pieces[seen[0]], pieces[seen[-1]]
    pieces = list(pieces)
    pieces.insert(seen[-1] + 1, Piece("text", after, last.codes, last.is_code, last.line))
    pieces.insert(seen[0], Piece("text", before, first.codes, first.is_code, first.line))
    return pieces


def on_the_line(pieces: list[Piece], *, up: bool) -> tuple[list[Piece], bool]:
    """Raised or lowered pieces on the line, and whether they still say what they did."""
    places = [at for at, piece in enumerate(pieces) if piece.kind == "text" and piece.text.strip()]
    if not places:
        return pieces, True
    if sum(len(pieces[at].text) for at in places) > MAX_RAISED:
        return pieces, False
    text = "".join(pieces[at].text for at in places)
    whole, clear = raised(text, up=up)
    found = list(pieces)
    longer = len(whole) - len(text)
    if longer < 0 and len(places) > 1:
        return pieces, clear
    start = 0
    for number, at in enumerate(places):
        # What is put in front belongs to the first piece, what is drawn together is one piece.
        end = start + len(pieces[at].text) + (0 if number else longer)
        found[at] = pieces[at].saying(whole[start:end])
        start = end
    return found, clear
