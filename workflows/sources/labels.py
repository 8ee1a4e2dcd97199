"""The numbers in front of texts: how they are told from amounts, taken out, and shown.

A label is structure: it is not translated and no part of what a text says. One of figures and
letters alone is kept without the full stop after it ("2.1", "A"), and any other as it is written
("(a)", "§ 3"). A number with a word in it ("Article 5") is none, because the word is translated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from workflows.sources.blocks import Block, Kind
from workflows.sources.cutting import Pieces, written
from workflows.sources.tagged import escape, plain, scan

AS_TEXT = "="
"""Stands as label on a block whose reader knows that it has none, until ``settled`` is done."""
MAX_LABEL = 40
MOST_ROMAN = 49
LABELLED = (Kind.HEADING, Kind.PARAGRAPH, Kind.ITEM)

_BARE = re.compile(r"[0-9A-Za-z]{1,8}(?:[.-][0-9A-Za-z]{1,8}){0,5}")
_LABEL = re.compile(rf"(?:§{{1,2}}[ \u00a0]?)?[(（]?{_BARE.pattern}[.)）]{{0,2}}")
_OPENING = re.compile(r"(?:<(?:strong|em|a[1-9][0-9]{0,2})>)*")
_FRONT = re.compile(
    r"(?P<open>§{1,2}[ \u00a0]?|[(（])?"
    r"(?P<body>[0-9]{1,3}(?:\.[0-9]{1,3}){0,4}|[ivxl]{1,7}|[IVXL]{1,7}|[a-z]|[A-Z])"
    r"(?:(?P<close>[.)）]?)[ \t\u00a0\u3000\n]+|(?P<wide>[．、])[ \t\u3000]*)(?=(?P<next>\S))"
)
# What is counted or measured: "30 Days Notice" is no thirtieth section.
_UNIT = re.compile(
    r"(?:(?:business |calendar |working )?(?:second|minute|hour|day|week|month|quarter|year|time|"
    r"user|visitor|person|customer|copie|dollar|euro|pound|cent|mile|meter|metre)s?|people|percent|"
    r"hundred|thousand|(?:m|b|tr)illions?|[km]?bytes?|[KMGT]B|USD|EUR|GBP|CHF|"
    r"Sekunden?|Minuten?|Stunden?|Tage?n?|Werktage?n?|Wochen?|Monate?n?|Jahre?n?|Personen|Nutzer|"
    r"Prozent|Tausend|Millionen|Milliarden|secondes?|heures?|jours?|semaines?|mois|ans?|années?|"
    r"personnes|milliards?|segundos?|minutos?|horas?|días?|semanas?|mes(?:es)?|años?|personas|"
    r"mil(?:lón|lones)?)\b|[%‰€$£¥°]|[天日年月周岁秒元次万亿]|个|小时|分钟|工作日",
    re.IGNORECASE,
)
# German dates begin with an ordinal, which looks like the number of a section.
_MONTH = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Ju[nl]i|August|September|Oktober|November|Dezember)\b"
)
_DAY = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\b", re.IGNORECASE
)
_NO_WORD = frozenset("-\u2013\u2014/+=:,;.*×&%<>|")


def roman(number: int) -> str:
    """A number from 1 to MOST_ROMAN in small Roman figures."""
    tens, ones = divmod(number, 10)
    ones_written = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[ones]
    return ("", "x", "xx", "xxx", "xl")[tens] + ones_written


ROMAN = {roman(number): number for number in range(1, MOST_ROMAN + 1)}


def shown(label: str) -> str:
    """The label as readers see it: "2.1." for "2.1", and "(a)" for "(a)"."""
    return f"{label}." if _BARE.fullmatch(label) else label


def label_of(written: str) -> str:
    """The label that is written like this, or "" when no label may look like it."""
    label = " ".join(written.split())
    if not _LABEL.fullmatch(label) or len(label) > MAX_LABEL:
        return ""
    bare = label.removesuffix(".")
    return bare if _BARE.fullmatch(bare) else label


def with_label(block: Block) -> str:
    """The tagged text of a block with its label in front."""
    text = block.text or ""
    return f"{escape(shown(block.label))} {text}" if block.label else text


@dataclass(frozen=True)
class Front:
    """What a text begins with and may be its label."""

    length: int
    """Characters of the plain text, with the blanks after it."""
    label: str
    shape: tuple[str, str, str]
    """The sign before it, "1", "a" or "A" for what counts, the sign after it."""
    values: tuple[tuple[str, tuple[int, ...]], ...]
    """How it may be read: by figures ("1"), letters ("a", "A") or Roman figures ("i", "I")."""
    lower: bool
    """True when the text goes on with a small letter."""
    doubtful: bool = False
    """True when it may be an amount, too: "1.2 Second readings" is a label after 1.1 only."""

    @property
    def parts(self) -> tuple[int, ...]:
        """The numbers of a label of figures, else ()."""
        return self.values[0][1] if self.shape[1] == "1" else ()

    @property
    def bare(self) -> bool:
        """True for one number with nothing around it, which only a heading has as its label."""
        return len(self.parts) == 1 and not self.shape[0] and not self.shape[2]

    def sure(self, *, heading: bool) -> bool:
        """True when it is a label whatever stands around it, because amounts never look so."""
        before, counted, after = self.shape
        if counted != "1" or before.startswith("§") or not after:
            return False
        return heading or (after == "." and len(self.parts) > 1 and not before and not self.lower)

    def comes_before(self, other: Front) -> bool:
        """True when the other is the next number in the same form."""
        return self.shape == other.shape and any(
            style == its and follows(value, next_value)
            for style, value in self.values
            for its, next_value in other.values
        )


def follows(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """True when the second number comes after the first: 2.1 after 2 or 1.4, 3 after 2.1 or 2."""
    if other == (*one, 1):
        return True
    depth = len(other) - 1
    return depth < len(one) and other == (*one[:depth], one[depth] + 1)


def front(text: str | None) -> Front | None:
    """What may be the label of a text, or None. Amounts, dates and code are none."""
    if not text or not (text[0].isalnum() or text[0] in "<(（§"):
        return None
    opened = _OPENING.match(text)
    shown_from = text[opened.end() if opened else 0 :][:200]
    literal = plain(shown_from)
    match = _FRONT.match(literal)
    if not match or shown_from.startswith("<"):
        return None
    before, body, after = match["open"] or "", match["body"], match["close"] or ""
    after = "." if match["wide"] else after.replace("）", ")")
    before = before.strip(" \u00a0").replace("（", "(")
    digits = body[0].isdecimal()
    if (before == "(" and after != ")") or not (digits or (after and not before.startswith("§"))):
        return None
    rest = literal[match.end() :]
    bare = not before and not after
    if digits and _is_amount(match, rest, bare=bare):
        return None
    label = label_of(f"{match['open'] or ''}{body}{after}")
    counted = "1" if digits else "a" if body.islower() else "A"
    values = _values(body, digits=digits)
    lower = match["next"].islower()
    doubtful = digits and bare and bool(_UNIT.match(rest))
    if not values:
        return None
    return Front(match.end(), label, (before, counted, after), values, lower, doubtful)


def _is_amount(match: re.Match[str], rest: str, *, bare: bool) -> bool:
    if match["close"] == ".":
        return "." not in match["body"] and bool(_MONTH.match(rest))
    if not bare:
        return False
    sign = match["next"]
    single = "." not in match["body"]
    return (
        sign.isdecimal()
        or sign in _NO_WORD
        or (single and sign.islower())
        or bool((single and _UNIT.match(rest)) or _DAY.match(rest))
    )


def _values(body: str, *, digits: bool) -> tuple[tuple[str, tuple[int, ...]], ...]:
    if digits:
        return (("1", tuple(map(int, body.split(".")))),)
    found: list[tuple[str, tuple[int, ...]]] = []
    upper = body.isupper()
    if len(body) == 1:
        found.append(("A" if upper else "a", (ord(body.lower()) - ord("a") + 1,)))
    if number := ROMAN.get(body.lower()):
        found.append(("I" if upper else "i", (number,)))
    return tuple(found)


def taken(block: Block, found: Front) -> Block | None:
    """The block with its label taken out of its text.

    A code around nothing but the label goes with it. None where it would take with it a link to
    elsewhere, or nothing would be left.
    """
    pieces = _without(list(scan(block.text or "")), found.length)
    while (at := _empty(pieces)) is not None:
        tag = pieces[at][0]
        links = {f"<a{link.number}>": link.href for link in block.links}
        if not links.get(tag, "#").startswith("#"):
            return None
        del pieces[at : at + 2]
    changed = written(block, pieces)
    if not plain(changed.text or "").strip():
        return None
    return replace(changed, label=found.label)


def _without(pieces: Pieces, length: int) -> Pieces:
    """The pieces without so many characters of the plain text in front."""
    kept: Pieces = []
    for value, is_code, start in pieces:
        if is_code and not value.startswith(("<br", "{")):
            kept.append((value, is_code, start))
            continue
        size = 1 if is_code else min(length, len(value))
        if length and (not is_code or value.startswith("<br")):
            length -= size
            value = "" if is_code else value[size:]
        if value:
            kept.append((value, is_code, start))
    return kept


def _empty(pieces: Pieces) -> int | None:
    """Where a code opens and closes at once, or None."""
    for at, (value, is_code, _start) in enumerate(pieces[:-1]):
        if is_code and pieces[at + 1][1] and pieces[at + 1][0] == value.replace("<", "</", 1):
            return at
        if not is_code:
            return None
    return None


def clear(block: Block) -> bool:
    """True when the text with its label in front is read as this, whatever stands around it."""
    whole = replace(block, text=with_label(block), label="")
    found = front(whole.text) if block.kind in LABELLED else None
    if found is None or not block.label:
        return found is None and not block.label
    sure = block.kind is not Kind.ITEM and found.sure(heading=block.kind is Kind.HEADING)
    return sure and taken(whole, found) == block


def labelled(block: Block) -> Block:
    """The heading with its number taken out of the text, where that needs no look around."""
    found = None if block.label else front(block.text)
    if found is None or not found.sure(heading=True):
        return block
    return taken(block, found) or block


def as_said(said: str | None, blocks: list[Block]) -> list[Block]:
    """The blocks of an element with the label that it says the first of them has, or has not.

    ``said`` is its data-label; None: it says nothing.
    """
    if said is None or not blocks or blocks[0].kind not in (Kind.HEADING, Kind.PARAGRAPH):
        return blocks
    label = label_of(said) if said.strip() else AS_TEXT
    return [replace(blocks[0], label=label), *blocks[1:]] if label else blocks
