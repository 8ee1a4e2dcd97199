"""Tagged text cut into pieces: words, numbers, addresses, labels, codes, and signs with meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from workflows.editorial.lists import HAN
from workflows.editorial.model import Kind
from workflows.sources.tagged import scan

_HOLE = "\ue000"
"""Stands for a placeholder or a span of code while the text is cut."""
_BREAK = "\n"

_ALNUM = f"[^\\W_{HAN}]"
_MAILBOX = f"[^\\W{HAN}]|[.+%-]"
_TOP = "com|org|net|eu|int|gov|edu|info|biz|io|app|dev|uk|de|fr|es|cn|ch|nl|pl|ca|au|br|mx|jp"
_JOINT = ".,:'’/·٫٬–—-"
# Every alternative is bounded or consumes what it has looked at: the time is linear.
_LINK_TAIL = r"[!#-;=?-~]*[#-&*+\-/-9=@-~]"
_DOMAIN = rf"(?<![\w.-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_TOP})(?!\w)(?:/{_LINK_TAIL})?"
_THIN = " \u00a0\u2009\u202f"
# A point in front of a digit is a decimal sign, whatever stands in front of it ("$.50"); thousands
# may stand apart ("1 000").
_NUMBER = (
    rf"(?:(?<!{_ALNUM})[-−‒–]\s*)?(?:(?<![\d.,])[.,](?=\d))?"
    rf"(?:\d{{1,3}}(?:[{_THIN}]\d{{3}})+(?!{_ALNUM})|\d{_ALNUM}*)(?:[{_JOINT}]\d{_ALNUM}*)*"
)
# A number may end a word ("v1.2"), a plural in brackets, too ("file(s)").
_WORD = rf"{_ALNUM}+(?:['’ʼ]{_ALNUM}+)*(?:(?<=\d)[{_JOINT}]\d{_ALNUM}*)*(?:\([^\W\d_]{{1,3}}\))?"
_PIECE = re.compile(
    "|".join(
        (
            rf"(?P<link>(?:[a-z][a-z0-9+.-]{{1,15}}://|www\.|mailto:|tel:){_LINK_TAIL})",
            rf"(?P<email>(?:{_MAILBOX}){{1,64}}@(?:{_MAILBOX}){{0,252}}[^\W{HAN}])",
            f"(?P<domain>{_DOMAIN})",
            f"(?P<code>{_HOLE})",
            r"(?P<label>(?<![^\W\d_])\(?\s?(?:[A-Za-z]|[ivxl]{1,5}|[IVXL]{1,5})\s?\))",
            f"(?P<number>{_NUMBER})",
            f"(?P<word>{_WORD})",
            f"(?P<ideograph>[{HAN}])",
            r"(?P<sign>\S)",
        )
    ),
    re.IGNORECASE,
)
_HARMLESS = frozenset(".,;:!¡¿…·•●▪‣◦–—‐‑‒-―\"'“”„‟‘’‚‛«»‹›()[]【】〔〕《》〈〉「」『』、。｡､・`´")
"""Signs that are no pieces: they quote, or part what stands around them. Others bear meaning."""
_STOP = {
    **dict.fromkeys(".!…。｡", "."),
    **dict.fromkeys("([【〔", "("),
    **dict.fromkeys(")]】〕", ")"),
    **dict.fromkeys("•●▪‣◦", "•"),
    **dict.fromkeys("¡¿", "¿"),
    **{sign: sign for sign in (";", ":", _BREAK)},
}
"""Signs that end or enclose something -> what is compared of them."""
COMMA = ","
_COMMAS = frozenset(",、､·・—―")
_DASHES = "–‐‑‒-"
_ONE_DASH = dict.fromkeys(map(ord, "–‒−"), "-")
_SIGNS = {
    **dict.fromkeys("%‰+−±<>=≤≥≠×÷~≈^*°²³½¼¾", Kind.NUMBER),
    **dict.fromkeys("§¶№#", Kind.LABEL),
    "/": Kind.SCOPE,
}
# Soft hyphens, zero widths and marks of direction are not seen; full-width forms are typography.
_UNSEEN: dict[int, str | None] = dict.fromkeys(
    (0xAD, *range(0x200B, 0x2010), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
)
_FULL_WIDTH: dict[int, str | None] = {
    ord(_HOLE): "\ufffd",
    0x3000: " ",
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}
_QUOTED = re.compile(
    '[“"«„「『《][^“”"«»„「」『』《》\n]{1,80}[”“"»«」』》]'
    r"|(?<![\w'‘’])[‘'‚‹›](?=\w)[^‘’'‚‹›\n]{1,80}[’'‘›‹](?!\w)",
)
_GLUE = "./\\@_:=&#~+"
_OPENING = ".•" + _BREAK
_DATE = re.compile(r"\d{4}([-./])\d{1,2}\1\d{1,2}\w*|\d{1,2}([./-])\d{1,2}\2\d{2,4}")
_RUN = re.compile(f"[^\\s{HAN}]+")
_ADDRESS = re.compile(rf"\w[{re.escape(_GLUE)}]+\w")
_HAN = re.compile(f"[{HAN}]")
_ROMAN = re.compile(r"[IVX]{2,6}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text before the lists have been asked."""

    key: str
    """Lower case; equal keys are equal pieces."""
    surface: str
    start: int
    end: int
    """Offsets in the flattened text."""
    kind: Kind | None = None
    """What its form alone tells."""
    word: bool = False
    """Letters, in the main."""
    opens: bool = False
    """Nothing, or a full stop, stands in front of it: a capital letter tells nothing."""
    pause: str = ""
    """The stops in front of it, or else a comma; see ``pause_of``."""
    quoted: bool = False
    glued: bool = False
    """It is part of what may be an address: ``example.xyz``, ``a/b``, ``my-shop.example``."""
    joint: str = ""
    """What joins it to the piece in front of it, when it is glued and no space is between."""


@dataclass(frozen=True)
class Cut:
    """A text in pieces."""

    text: str
    """Flattened: without tags, one spelling for widths and digits."""
    pieces: tuple[Piece, ...]
    links: tuple[int, ...]
    """N of each ``<aN>`` in the order of the text."""
    quotes: tuple[str, ...] = ()
    """What stands in quotes."""


def cut(tagged: str) -> Cut:
    """Cut a tagged text. Linear in its length; raises nothing, however the text is tagged."""
    text, codes, links = _flatten(tagged)
    quotes = [span.span() for span in _QUOTED.finditer(text)]
    remaining = iter(codes)
    pieces: list[Piece] = []
    quote = 0
    for match in _PIECE.finditer(text):
        piece = _piece(match, remaining)
        if piece is None:
            continue
        while quote < len(quotes) and quotes[quote][1] <= piece.start:
            quote += 1
        pause = pause_of(text[pieces[-1].end : piece.start]) if pieces else ""
        pieces.append(
            replace(
                piece,
                opens=not pieces or pieces[-1].key == "?" or opens_after(pause),
                pause=pause,
                quoted=quote < len(quotes) and quotes[quote][0] <= piece.start,
                glued=_glued(text, piece),
            )
        )
    inside = tuple(text[start + 1 : end - 1] for start, end in quotes)
    return Cut(text, tuple(_addresses(text, pieces)), links, inside)


def pause_of(gap: str) -> str:
    """What parts two pieces: "", ``COMMA``, or the stops that stand between them.

    A dash with a space at both sides is a comma; with one at one side only it stands for a part of
    a word ("pre- and post-sale"), which is no pause that could come or go.
    """
    stops = {_STOP[sign] for sign in gap if sign in _STOP}
    if any(sign in _DASHES for sign in gap) and any(map(str.isspace, gap)):
        bare = gap.strip("\"'“”„‟‘’‚‛«»‹›")
        if not (bare[:1].isspace() and bare[-1:].isspace()):
            stops.add("-")
        elif not stops:
            return COMMA
    if stops:
        return "".join(sorted(stops))
    return COMMA if any(sign in _COMMAS for sign in gap) else ""


def opens_after(pause: str) -> bool:
    """Whether a capital letter is due after a pause."""
    return any(sign in _OPENING for sign in pause)


def _flatten(tagged: str) -> tuple[str, list[str], tuple[int, ...]]:
    """The text, what its holes stand for, and the numbers of its links."""
    parts: list[str] = []
    codes: list[str] = []
    links: list[int] = []
    inside: list[str] | None = None
    for value, is_code, _start in scan(tagged):
        if inside is not None and value == "</code>" and is_code:
            codes.append("".join(inside))
            parts.append(_HOLE)
            inside = None
        elif inside is not None:
            inside.append(value)
        elif not is_code:
            parts.append(_normal(value))
        elif value == "<code>":
            inside = []
        elif value.startswith("{"):
            codes.append(value)
            parts.append(_HOLE)
        elif value.startswith("<br"):
            parts.append(_BREAK)
        elif value.startswith("<a"):
            links.append(int(value[2:-1]))
    if inside is not None:
        codes.append("".join(inside))
        parts.append(_HOLE)
    return "".join(parts), codes, tuple(links)


def _normal(literal: str) -> str:
    text = unicodedata.normalize("NFC", literal)
    # In an address what is not seen is copied with it, so there it counts.
    text = _RUN.sub(lambda run: run[0] if _spoilt(run[0]) else run[0].translate(_UNSEEN), text)
    text = text.translate(_FULL_WIDTH)
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() and not sign.isascii() else sign
        for sign in text
    )


def _piece(match: re.Match[str], codes: Iterator[str]) -> Piece | None:
    """The piece of a match, or None for a sign that bears no meaning."""
    surface, (start, end) = match[0], match.span()
    match match.lastgroup:
        case "link" | "domain":
            return Piece(surface, surface, start, end, Kind.LINK)
        case "email":
            return Piece(surface, surface, start, end, Kind.EMAIL)
        case "code":
            code = next(codes)
            return Piece(f"<{code}>", code, start, end, Kind.CODE)
        case "label":
            return Piece(f"({surface.strip('() ')})", surface, start, end, Kind.LABEL)
        case "number":
            kind = Kind.DATE if _DATE.fullmatch(surface) else Kind.NUMBER
            key = "".join(surface.lower().split()).translate(_ONE_DASH)
            return Piece(key, surface, start, end, kind)
        case "sign":
            return _sign(surface, start, end)
    key = surface.lower().replace("’", "'").replace("ʼ", "'")
    if any(sign.isnumeric() for sign in key) and match.lastgroup == "word":
        return Piece(key, surface, start, end, Kind.NUMBER)
    if _ROMAN.fullmatch(surface):
        return Piece(key, surface, start, end, Kind.NUMBER)
    return Piece(key, surface, start, end, word=True)


def _sign(sign: str, start: int, end: int) -> Piece | None:
    if sign in _HARMLESS:
        return None
    kind = Kind.AMOUNT if unicodedata.category(sign) == "Sc" else _SIGNS.get(sign)
    return Piece(sign, sign, start, end, kind)


def _glued(text: str, piece: Piece) -> bool:
    before = text[max(0, piece.start - 2) : piece.start]
    after = text[piece.end : piece.end + 2]
    return (len(before) == 2 and before[1] in _GLUE and before[0].isalnum()) or (
        len(after) == 2 and after[0] in _GLUE and after[1].isalnum()
    )


def _spoilt(run: str) -> bool:
    """An address, or what may be one, with signs in it that are not seen."""
    seen = run.translate(_UNSEEN)
    return seen != run and _ADDRESS.search(seen) is not None


def _addresses(text: str, pieces: list[Piece]) -> Iterator[Piece]:
    """The pieces, with all of an address glued when a part of it is: "my-shop.example"."""
    gaps = ["", *(text[one.end : other.start] for one, other in pairwise(pieces))]
    start = 0
    for at in range(1, len(pieces) + 1):
        if at < len(pieces) and _touches(gaps[at], pieces[at - 1], pieces[at]):
            continue
        run = pieces[start:at]
        glued = any(piece.glued for piece in run)
        for place, piece in enumerate(run, start):
            joint = gaps[place] if glued and place > start else ""
            same = piece.glued == glued and piece.joint == joint
            yield piece if same else replace(piece, glued=glued, joint=joint)
        start = at


def _touches(gap: str, one: Piece, other: Piece) -> bool:
    return not (any(map(str.isspace, gap)) or _HAN.match(one.key) or _HAN.match(other.key))
