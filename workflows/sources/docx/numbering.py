"""The numbers Word makes itself: which one each paragraph has (ECMA-376-1, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from workflows.sources.docx.styles import NumberRef, Styles, flag, indent_of, value, whole

LEVELS = 9
MAX_LABEL = 50
"""Characters of the text a number stands in."""
_PLACE = re.compile(r"%([1-9])")
_SECTION = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,4}")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_CHINESE = re.compile("chinese|japaneseCounting|taiwanese|ideographDigital|koreanDigital2")


@dataclass(frozen=True)
class Level:
    """One level of a list, as defined."""

    format: str = "decimal"
    text: str = ""
    """With "%1" to "%9" for the numbers of the levels."""
    start: int = 1
    restart: int | None = None
    """The level (from 1) after which counting starts again; 0: never; None: any higher one."""
    indent: int | None = None
    style: str = ""
    """The paragraph style that stands for this level."""
    decimals: bool = False
    """True when all numbers in the text are decimal, also those of other levels (w:isLgl)."""


@dataclass(frozen=True)
class Number:
    """What Word shows in front of a paragraph."""

    list: str
    """The list it counts in."""
    level: int
    """0 to 8."""
    count: int
    style: str
    """Of a list: "1" or "a", or "" for a bullet."""
    shown: str
    """The label as Word shows it; "" for a bullet."""
    as_text: bool
    """True when the label has words or several numbers, so that it is no list's own."""
    indent: int | None

    @property
    def section(self) -> str:
        """The label as the number of a section ("2.1"), or "" when it is no such number."""
        bare = self.shown.strip(" .)(\t\u00a0")
        return bare if _SECTION.fullmatch(bare) else ""

    @property
    def exact(self) -> bool:
        """True when a list of this style shows the same number."""
        if not self.style:
            return True
        letter = chr(ord("a") + self.count - 1) if 0 < self.count <= 26 else ""
        bare = self.shown.strip(" .()\t\u00a0:-–")
        return bare == (letter if self.style == "a" else str(self.count))


@dataclass
class _List:
    levels: list[Level]
    counts: list[int | None] = field(default_factory=lambda: [None] * LEVELS)


@dataclass
class Numbering:
    """The lists of a document. ``next`` counts, so it is called once a paragraph, in order."""

    _lists: dict[str, _List] = field(default_factory=dict)
    _nums: dict[str, str] = field(default_factory=dict)
    _overrides: dict[str, dict[int, tuple[int | None, Level | None]]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def next(self, ref: NumberRef | None, style: str) -> Number | None:
        """The number of the next paragraph, or None when it has none.

        ``style`` is the id of its paragraph style, which may stand for a level. Raises nothing.
        """
        if ref is None or ref.num is None or ref.num == "0":
            return None
        key = self._nums.get(ref.num)
        held = self._lists.get(key or "")
        if key is None or held is None:
            return None
        at = ref.level
        if at is None:
            at = next((n for n, level in enumerate(held.levels) if level.style == style), 0)
        at = min(max(at, 0), LEVELS - 1)
        levels = self._levels(ref.num, held)
        level = levels[at]
        self._count(ref.num, held, levels, at)
        if level.format == "none" and not level.text.strip():
            return None
        return self._number(key, held, levels, at)

    def _levels(self, num: str, held: _List) -> list[Level]:
        changed = self._overrides.get(num, {})
        return [changed.get(n, (None, None))[1] or level for n, level in enumerate(held.levels)]

    def _count(self, num: str, held: _List, levels: list[Level], at: int) -> None:
        counts = held.counts
        start = self._overrides.get(num, {}).get(at, (None, None))[0]
        if start is not None and (num, at) not in self._begun:
            self._begun.add((num, at))
            counts[at] = start
        else:
            before = counts[at]
            counts[at] = levels[at].start if before is None else before + 1
        for higher in range(at):
            if counts[higher] is None:
                counts[higher] = levels[higher].start
        for deeper in range(at + 1, LEVELS):
            restart = levels[deeper].restart
            if restart is None or 0 < at + 1 <= restart:
                counts[deeper] = None

    def _number(self, key: str, held: _List, levels: list[Level], at: int) -> Number:
        level = levels[at]
        count = held.counts[at] or 0
        if level.format == "bullet":
            return Number(key, at, count, "", "", as_text=False, indent=level.indent)
        formats = ["decimal" if level.decimals else each.format for each in levels]

        def shown(match: re.Match[str]) -> str:
            n = int(match[1]) - 1
            return written(held.counts[n] or 0, formats[n])

        label = _PLACE.sub(shown, level.text).strip()
        places = _PLACE.findall(level.text)
        words = any(sign.isalnum() or sign == "§" for sign in _PLACE.sub("", level.text))
        alone = places == [str(at + 1)] and not words
        letter = level.format in ("lowerLetter", "upperLetter") and 0 < count <= 26
        style = "a" if letter else "1"
        return Number(key, at, count, style, label, as_text=not alone, indent=level.indent)


def written(number: int, form: str) -> str:
    """A number in one of Word's formats; in decimal digits when the format is not known here."""
    if form in ("none", "bullet"):
        return ""
    if form == "decimalZero":
        return f"{number:02}"
    if form in ("lowerLetter", "upperLetter") and 0 < number <= 26 * 30:
        # Word doubles the letter after z: aa, bb.
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif form in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        text = _roman(number)
    elif _CHINESE.match(form) and 0 <= number < 100:
        return _chinese(number)
    else:
        return str(number)
    return text.upper() if form.startswith("upper") else text


def _roman(number: int) -> str:
    parts = []
    for size, sign in _ROMAN:
        parts.append(sign * (number // size))
        number %= size
    return "".join(parts)


def _chinese(number: int) -> str:
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "")


def read_numbering(root: Element | None, styles: Styles) -> Numbering:
    """Read numbering.xml; without it nothing is numbered. Raises nothing."""
    numbering = Numbering()
    if root is None:
        return numbering
    defined = {e.get("w:abstractNumId", ""): e for e in root.findall("w:abstractNum")}
    nums = {e.get("w:numId", ""): e for e in root.findall("w:num")}
    for key, element in defined.items():
        levels = [Level(format="none")] * LEVELS
        for level in element.findall("w:lvl"):
            at = whole(level.get("w:ilvl"))
            if at is not None and 0 <= at < LEVELS:
                levels[at] = _level(level)
        numbering._lists[key] = _List(levels)
    links = {value(e, "w:styleLink"): key for key, e in defined.items()}
    for num, element in nums.items():
        key = value(element, "w:abstractNumId") or ""
        linked = value(defined.get(key), "w:numStyleLink")
        if linked:
            ref = styles.of(linked).number
            target = nums.get(ref.num or "") if ref else None
            key = links.get(linked) or value(target, "w:abstractNumId") or key
        numbering._nums[num] = key
        numbering._overrides[num] = _overrides(element)
    return numbering


def _level(element: Element) -> Level:
    form = value(element, "w:numFmt") or "decimal"
    start = whole(value(element, "w:start"))
    return Level(
        format=form,
        text=(value(element, "w:lvlText") or "")[:MAX_LABEL],
        start=1 if start is None else start,
        restart=whole(value(element, "w:lvlRestart")),
        indent=indent_of(element.find("w:pPr")),
        style=value(element, "w:pStyle") or "",
        decimals=bool(flag(element, "w:isLgl")),
    )


def _overrides(num: Element) -> dict[int, tuple[int | None, Level | None]]:
    found: dict[int, tuple[int | None, Level | None]] = {}
    for element in num.findall("w:lvlOverride"):
        at = whole(element.get("w:ilvl"))
        if at is None or not 0 <= at < LEVELS:
            continue
        start = whole(value(element, "w:startOverride"))
        own = element.find("w:lvl")
        level = None if own is None else _level(own)
        if level and start is not None:
            level = replace(level, start=start)
        found[at] = (start, level)
    return found
