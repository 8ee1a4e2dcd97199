"""White space and breaks of a text as a page shows them; every reader hands them out like that.

HTML shows a run of blanks as one, whatever codes stand among them, and none at the two ends of a
line. A text that kept more of them would not come back from a saved page as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from workflows.sources.blocks import Block, Kind, Link
from workflows.sources.cutting import Pieces, written
from workflows.sources.tagged import escape, has_codes, scan

_BLANKS = re.compile(r"[ \t\n\r]+")
_TAG = r"</?[a-z0-9]{1,6}>"
# What there is to fold; most texts have nothing of it, and looking is cheaper than folding.
_UNFOLDED = re.compile(
    rf"[\t\n\r]|  |\A(?:{_TAG})* | (?:{_TAG})*(?: |\Z)|<br|<[a-z0-9]{{1,6}}> ?</"
)


def fold(text: str, links: Iterable[Link] = ()) -> tuple[str, tuple[Link, ...]]:
    """The text with its links: one blank between words, one break between lines, none outside.

    A code that holds nothing to be seen is taken off. Links and breaks are numbered anew when one
    of them goes. Folding twice is folding once; linear in the length. Raises nothing.
    """
    links = tuple(links)
    if not _UNFOLDED.search(text):
        return text, links
    if not has_codes(text):
        return _BLANKS.sub(" ", text).strip(" "), links
    given = list(scan(text))
    kept = _seen(_folded(given))
    if _tags(kept) != _tags(given):
        block = written(Block(Kind.PARAGRAPH, links=links), kept)
        return block.text or "", block.links
    last = len(kept) - 1
    pieces = (
        value if is_code else escape(value, before_code=at < last)
        for at, (value, is_code, _start) in enumerate(kept)
    )
    return "".join(pieces), links


def _folded(given: Pieces) -> Pieces:
    kept: Pieces = []
    after_blank = at_edge = True
    for value, is_code, start in given:
        if is_code and value.startswith("<br"):
            if at_edge:
                continue
            _strip_end(kept)
            after_blank = at_edge = True
        elif not is_code or value.startswith("{"):
            value = value if is_code else _BLANKS.sub(" ", value)
            value = value.removeprefix(" ") if after_blank and not is_code else value
            if not value:
                continue
            after_blank, at_edge = value.endswith(" "), False
        kept.append((value, is_code, start))
    _strip_end(kept)
    return _without_last_break(kept)


def _strip_end(kept: Pieces) -> None:
    """Take blanks off the end of a line, also in front of codes that end there."""
    for at in range(len(kept) - 1, -1, -1):
        value, is_code, start = kept[at]
        if is_code and (value.startswith(("<br", "{"))):
            return
        if not is_code:
            kept[at] = (value.rstrip(" "), False, start)
            if kept[at][0]:
                return
            del kept[at]


def _without_last_break(kept: Pieces) -> Pieces:
    for at in range(len(kept) - 1, -1, -1):
        value, is_code, _start = kept[at]
        if not is_code or value.startswith("{"):
            break
        if value.startswith("<br"):
            return [*kept[:at], *kept[at + 1 :]]
    return kept


def _seen(pieces: Pieces) -> Pieces:
    """The pieces without codes that hold nothing, or nothing but a blank or a break."""
    kept: Pieces = []
    for piece in pieces:
        value, is_code, _start = piece
        if is_code and value.startswith("</"):
            opening = f"<{value[2:]}"
            if kept and kept[-1][:2] == (opening, True):
                kept.pop()
                continue
            # White space is shown the same in a code and outside, but for its face in <code>.
            blank = kept and (kept[-1][0].startswith("<br") if kept[-1][1] else kept[-1][0] == " ")
            if blank and len(kept) > 1 and kept[-2][:2] == (opening, True) and value != "</code>":
                del kept[-2]
                continue
        kept.append(piece)
    return kept


def _tags(pieces: Pieces) -> list[str]:
    return [value for value, is_code, _start in pieces if is_code]
