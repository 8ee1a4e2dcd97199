"""Cutting tagged texts in two and joining them, without leaving a code open."""

from __future__ import annotations

from dataclasses import replace

from workflows.sources.blocks import Block, Link
from workflows.sources.tagged import escape

Pieces = list[tuple[str, bool, int]]
"""What ``tagged.scan`` yields: value, whether it is a code, offset."""


def cut(pieces: Pieces, at: int) -> tuple[Pieces, Pieces] | None:
    """The pieces before and after an offset of the plain text, or None within a code."""
    offset = depth = 0
    for place, (value, is_code, _start) in enumerate(pieces):
        if offset == at and depth == 0:
            return pieces[:place], pieces[place:]
        tag = is_code and not value.startswith("{")
        if tag and not value.endswith("/>"):
            depth += -1 if value.startswith("</") else 1
            continue
        end = offset + (1 if tag else len(value))
        if offset < at < end:
            if depth or is_code:
                return None
            one, other = value[: at - offset], value[at - offset :]
            return [*pieces[:place], (one, False, 0)], [(other, False, 0), *pieces[place + 1 :]]
        offset = end
    return None


def written(block: Block, pieces: Pieces) -> Block:
    """The block with these pieces as its text: numbered anew, blank edges taken off."""
    pieces = _trimmed(pieces)
    targets = {link.number: link for link in block.links}
    links: list[Link] = []
    breaks = 0
    merged: list[tuple[str, bool]] = []
    for value, is_code, _start in pieces:
        if not is_code and merged and not merged[-1][1]:
            merged[-1] = (merged[-1][0] + value, False)
            continue
        if is_code and value.startswith("<br"):
            breaks += 1
            value = f"<br{breaks}/>"
        elif is_code and value.startswith("<a"):
            links.append(replace(targets[int(value[2:-1])], number=len(links) + 1))
            value = f"<a{len(links)}>"
        elif is_code and value.startswith("</a"):
            # Links do not nest: it closes the one that was opened last.
            value = f"</a{len(links)}>"
        merged.append((value, is_code))
    last = len(merged) - 1
    text = "".join(
        value if is_code else escape(value, before_code=place < last)
        for place, (value, is_code) in enumerate(merged)
    )
    return replace(block, text=text, links=tuple(links))


def _trimmed(pieces: Pieces) -> Pieces:
    """The pieces without blanks and breaks at the two edges."""
    kept = [piece for piece in pieces if piece[0]]
    for edge, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while kept:
            value, is_code, start = kept[edge]
            bare = value if is_code else strip(value, " \t\n")
            if bare and not (is_code and bare.startswith("<br")):
                kept[edge] = (bare, is_code, start)
                break
            kept.pop(edge)
    return kept


def shifted(pieces: Pieces, shift: int) -> Pieces:
    """The pieces with the numbers of their links moved on, as those of the table are."""
    moved: Pieces = []
    for value, is_code, start in pieces:
        if is_code and value.startswith("<a"):
            value = f"<a{int(value[2:-1]) + shift}>"
        moved.append((value, is_code, start))
    return moved
