"""The days that a text says it holds from, in the wording of five languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from workflows.sources.markdown import is_day

MAX_DISTANCE = 48
"""Characters between a day and the word that says what it is for."""
AFTERWARDS = 6
"""A word after the day counts as so many characters farther: "effective 1 May Last updated"."""

MAX_DAYS = 50
"""Of one text; a text with more is a table of history."""

_BLANKS = {0x00A0: " ", 0x202F: " "}
_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "short": "jan feb mar apr may jun jul aug sep oct nov dec",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
}
_NUMBERS = {
    name: number for names in _MONTHS.values() for number, name in enumerate(names.split(), 1)
}
_NUMBERS |= {"jänner": 1, "fevrier": 2, "maerz": 3, "aout": 8, "sept": 9, "setiembre": 9}
_MONTH = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_DAY = re.compile(
    r"(?<![0-9.-])(?:"
    r"(?P<y1>[0-9]{4})-(?P<m1>[0-9]{1,2})-(?P<d1>[0-9]{1,2})(?![0-9-])"
    r"|(?P<d2>[0-9]{1,2})\.[ ]?(?P<m2>[0-9]{1,2})\.[ ]?(?P<y2>[0-9]{4})(?![0-9])"
    rf"|(?P<d3>[0-9]{{1,2}})(?:\.|st|nd|rd|th|er|º|°)?[ ](?:day[ ])?(?:of[ ]|de[ ])?"
    rf"(?P<m3>{_MONTH})\.?,?[ ](?:del?[ ])?(?P<y3>[0-9]{{4}})(?![0-9])"
    rf"|(?<!\w)(?P<m4>{_MONTH})\.?[ ](?P<d4>[0-9]{{1,2}})(?:st|nd|rd|th)?,?[ ]"
    r"(?P<y4>[0-9]{4})(?![0-9])"
    r"|(?P<y5>[0-9]{4})[ ]?年[ ]?(?P<m5>[0-9]{1,2})[ ]?月[ ]?(?P<d5>[0-9]{1,2})[ ]?日"
    r")",
    re.IGNORECASE,
)
_EFFECTIVE = (
    # en
    r"\beffective\b|\bin(?:to)? force\b|\bin(?:to)? effect\b|\btakes? effect\b"
    r"|\bvalid (?:from|since|as of)\b|\bappl(?:y|ies|icable) (?:from|since|as of)\b"
    # de
    r"|\bgültig (?:ab|seit|vom)\b|\bgilt (?:ab|seit)\b|\bgelten (?:ab|seit)\b"
    r"|\bwirksam (?:ab|seit|zum)\b|\bin kraft\b|\binkrafttreten\b|\bgültigkeitsdatum\b"
    # fr
    r"|\bvigueur\b|\bà compter du\b|\bà partir du\b|\bprend(?:ra)? effet\b|\bdate d['’]effet\b"
    r"|\b(?:applicable|valable)s? (?:dès|à compter|à partir|depuis)\b"
    # es
    r"|\bvigente\b|\bvigencia\b|\ben vigor\b|\ba partir del\b|\bsurt(?:e|irá) efecto\b"
    r"|\bválid[oa] (?:desde|a partir)\b|\befectiv[oa] (?:desde|a partir)\b|\bfecha efectiva\b"
    # zh
    r"|生效|施行|起实施|实施日期|起實施|實施日期|起适用|起適用"
)
_OTHERWISE = (
    # What else a day may be for: the last change, or the end.
    r"\b(?:updat|revis|modif|amend|chang|review|publish|actualis|modifi|révis|actualiz|revisad"
    r"|aktualisiert|geändert|überarbeitet|veröffentlicht|publi)\w*"
    r"|\b(?:stand|fassung|version|versión|letzte|dated|until|through|expires?|bis|endet|adopted)\b"
    r"|\bmises? à jour\b|\bmis à jour\b|\bdernière\b|\bjusqu['’]au?\b|\bhasta\b|\búltima\b"
    r"|更新|修订|修訂|修改|发布|發布|公布|截至|止"
)
_WORD = re.compile(rf"(?P<effective>{_EFFECTIVE})|(?:{_OTHERWISE})", re.IGNORECASE)
_END = re.compile(r"[.!?;]\s|[。！？；\n]")


@dataclass(frozen=True)
class Day:
    """A day of the calendar as a text names it."""

    start: int
    end: int
    """Offsets in the text."""
    value: str
    """"YYYY-MM-DD"."""


def days(text: str) -> Iterator[Day]:
    """The days named in literal text, in order; what is no day of the calendar is left out.

    Read are ISO 8601, "1.2.2026", the day with the name of its month in English, German, French
    and Spanish, and the form of Chinese and Japanese. Days written with slashes are not: countries
    differ in what comes first.
    """
    for match in _DAY.finditer(text.translate(_BLANKS)):
        form = next(number for number in "12345" if match[f"y{number}"])
        month = match[f"m{form}"].lower()
        number = _NUMBERS.get(month) or int(month)
        value = f"{match[f'y{form}']}-{number:02}-{int(match[f'd{form}']):02}"
        if is_day(value):
            yield Day(match.start(), match.end(), value)


def effective_days(text: str) -> Iterator[Day]:
    """Those of the days that the words beside them call the beginning of the text's force.

    A day belongs to the nearest such word of its sentence with no other day between. "Last
    updated" is no such word, and wins when it is nearer.
    """
    if not (found := list(islice(days(text), MAX_DAYS))):
        return
    text = text.translate(_BLANKS)
    words = list(_WORD.finditer(text[: found[-1].end + 2 * MAX_DISTANCE]))
    for at, day in enumerate(found):
        floor = found[at - 1].end if at else 0
        ceiling = found[at + 1].start if at + 1 < len(found) else len(text)
        near = [
            (distance, bool(word["effective"]))
            for word in words
            if floor <= word.start() and word.end() <= ceiling
            if (distance := _distance(text, word, day)) is not None
        ]
        if near and min(near, key=lambda entry: entry[0])[1]:
            yield day


def is_named_effective(text: str) -> bool:
    """True for a short heading or cell that announces such a day: "Effective date"."""
    word = _WORD.search(text)
    return len(text) <= MAX_DISTANCE and bool(word and word["effective"])


def _distance(text: str, word: re.Match[str], day: Day) -> int | None:
    if word.end() <= day.start:
        between, penalty = text[word.end() : day.start], 0
    else:
        between, penalty = text[day.end : word.start()], AFTERWARDS
    if len(between) > MAX_DISTANCE or _END.search(between):
        return None
    return len(between) + penalty
