r"""The grammar of tagged text, in one place for those who write it and those who read it.

Tagged text is literal text with codes. A code is exactly one of ``<strong> </strong> <em> </em>
<code> </code> <a1> </a1> ... <a999> </a999> <br1/> ... <br999/>`` or a placeholder ``{name}``.
Every other ``<``, ``>``, ``&`` and ``{`` is literal. Backslashes mean something only directly in
front of what looks like a code: there two stand for one, and an odd one makes the code literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MAX_CODES = 999
"""Links, and line breaks, that one text can hold: their numbers have up to three digits."""

_CODE = re.compile(
    r"<(?:/?(?:strong|em|code|a[1-9][0-9]{0,2})|br[1-9][0-9]{0,2}/)>|\{[a-z_][a-z0-9_]{0,63}\}"
)
_NUMBERED = re.compile(r"(?<=[</])(a|br)([0-9]+)")
# Scripts written without spaces between words: kana, ideographs (also of the supplementary
# planes) and the signs that stand among them.
_DENSE = (
    "\u2e80-\u2fdf\u3001-\u30ff\u3100-\u312f\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
)
_DENSE_SIGN = re.compile(f"[{_DENSE}\U00020000-\U0003ffff]")
# A run without spaces counts when a letter or digit is in it; matched up to the first one.
_WORD = re.compile(r"(?<!\S)[^\w\s]*(?:_[^\w\s]*)*[^\W_]")


def has_codes(text: str) -> bool:
    """Whether anything in the text looks like a code, literal or not."""
    return ("<" in text or "{" in text) and bool(_CODE.search(text))


def scan(text: str) -> Iterator[tuple[str, bool, int]]:
    """Yield ``(value, is_code, start)``: literal values unescaped, codes as they are written.

    ``start`` is the 0-based offset in ``text``. Linear in the length; raises nothing.
    """
    literal: list[str] = []
    literal_start = at = 0
    for match in _CODE.finditer(text):
        start = match.start()
        bare = len(text[at:start].rstrip("\\")) + at
        slashes = start - bare
        literal += (text[at:bare], "\\" * (slashes // 2))
        if slashes % 2:
            literal.append(match.group())
        else:
            if value := "".join(literal):
                yield value, False, literal_start
            yield match.group(), True, start
            literal, literal_start = [], match.end()
        at = match.end()
    literal.append(text[at:])
    if value := "".join(literal):
        yield value, False, literal_start


def escape(literal: str, *, before_code: bool = False, placeholders: bool = False) -> str:
    r"""Write literal text as tagged text: what looks like a tag gets a backslash in front.

    ``before_code`` says that a code follows, so that trailing backslashes are doubled. A ``{name}``
    is escaped like a tag, unless ``placeholders`` says that it is to be a placeholder.
    """
    parts: list[str] = []
    at = 0
    for match in _CODE.finditer(literal):
        bare = len(literal[at : match.start()].rstrip("\\")) + at
        slashes = 2 * (match.start() - bare)
        if not (placeholders and match.group().startswith("{")):
            slashes += 1
        parts += (literal[at:bare], "\\" * slashes, match.group())
        at = match.end()
    rest = literal[at:]
    trailing = len(rest) - len(rest.rstrip("\\")) if before_code else 0
    return "".join((*parts, rest, "\\" * trailing))


def plain(text: str) -> str:
    """The text without its tags: breaks become spaces, placeholders stay. Raises nothing."""
    if not has_codes(text):
        return text
    parts: list[str] = []
    for value, is_code, _start in scan(text):
        if not is_code or value.startswith("{"):
            parts.append(value)
        elif value.startswith("<br"):
            parts.append(" ")
    return "".join(parts)


def words(text: str) -> int:
    """Words of tagged text; of scripts without spaces two signs count as a word, rounded up."""
    return plain_words(plain(text))


def plain_words(literal: str) -> int:
    """Words of literal text, counted like those of tagged text."""
    if literal.isascii():
        return len(_WORD.findall(literal))
    dense = sum(map(str.isalnum, _DENSE_SIGN.findall(literal)))
    return (dense + 1) // 2 + len(_WORD.findall(_DENSE_SIGN.sub(" ", literal)))


def concatenated(texts: Iterable[str]) -> str:
    """One text of several, with the links and breaks of each numbered on from those before it.

    Between two texts stands what ``glue`` says. Raises nothing; a number past MAX_CODES is no code
    any more, so that the checks of whoever uses the text find it.
    """
    whole = ""
    last = {"a": 0, "br": 0}
    for text in texts:
        shift = dict(last)
        parts: list[str] = []
        pieces = list(scan(text))
        for place, (value, is_code, _start) in enumerate(pieces, 1):
            number = _NUMBERED.search(value) if is_code else None
            if number is None:
                # Two literals never stand side by side: what follows one is a code, or nothing.
                parts.append(value if is_code else escape(value, before_code=place < len(pieces)))
                continue
            kind, moved = number[1], int(number[2]) + shift[number[1]]
            last[kind] = max(last[kind], moved)
            parts.append(value.replace(number[0], f"{kind}{moved}"))
        added = "".join(parts)
        whole = f"{whole}{glue(whole, added)}{added}" if whole else added
    return whole


def glue(before: str, after: str) -> str:
    """What a line break between two lines of one paragraph means: a space, or nothing in CJK."""
    dense = before and after and _DENSE_SIGN.match(before[-1]) and _DENSE_SIGN.match(after[0])
    return "" if dense else " "
