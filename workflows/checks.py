"""Checks of a translation against its source: what blocks publication, and what is advice."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import ClassVar

from workflows.problems import N_, Problem
from workflows.segments import compare_codes, plain

MAX_TARGET = 64 * 1024
# Half a character (a lone surrogate) can't be stored at all; the tag characters at the end can hold
# a whole sentence that no reviewer sees. Sources are refused the same.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufff9-\ufffb\ufffe\uffff\ufdd0-\ufdef"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_OVERRIDE = re.compile("[\u202a-\u202e]")
_DIGIT = re.compile(r"\d")
# Point, comma, their Arabic twins, apostrophes, and the spaces that group digits.
_NUMBER = re.compile("[0-9]+(?:[.,\u066b\u066c'\u2019\u2009\u202f\u00a0][0-9]+)*")
_OPEN, _CLOSE = "\u2066\u2067\u2068", "\u2069"
_ISOLATES = re.compile(f"[{_OPEN}{_CLOSE}]")


class ControlCharacter(Problem):
    code: ClassVar[str] = "control-character"
    what: ClassVar[str] = N_("The text holds the invisible character {character}.")
    mend: ClassVar[str] = N_("Delete it, or type that part of the text again.")


class UnbalancedIsolate(Problem):
    code: ClassVar[str] = "unbalanced-isolate"
    what: ClassVar[str] = N_(
        "A direction isolate is opened and not closed, or the other way round."
    )
    mend: ClassVar[str] = N_("Close every U+2066, U+2067 or U+2068 with U+2069.")


class TooLong(Problem):
    code: ClassVar[str] = "too-long"
    what: ClassVar[str] = N_("The text has {length} characters; at most {limit} are taken.")
    mend: ClassVar[str] = N_("Shorten it.")


class NothingToRead(Problem):
    code: ClassVar[str] = "nothing-to-read"
    what: ClassVar[str] = N_("The text holds spaces and invisible characters only.")
    mend: ClassVar[str] = N_("Write the translation, or empty the field.")


class NumbersDiffer(Problem):
    code: ClassVar[str] = "numbers-differ"
    blocking: ClassVar[bool] = False
    what: ClassVar[str] = N_("The source says {source}, the translation {target}.")
    mend: ClassVar[str] = N_("Compare the numbers.")


class EndsDifferently(Problem):
    code: ClassVar[str] = "ends-differently"
    blocking: ClassVar[bool] = False
    what: ClassVar[str] = N_("The source ends with “{source}”, the translation doesn't.")
    mend: ClassVar[str] = N_("Add the closing sign if the sentence wants one.")


_STOPS = ".．。｡।॥۔…։።។။།"
_ENDINGS = {
    ".": _STOPS,
    "?": "?？؟;\u037e՞",
    "!": "!！՜",
    ":": ":：",
    ";": ";；؛·、" + _STOPS,
}
# What may stand behind the closing sign: quotes, brackets, and invisible direction marks.
_BEHIND = "\"'»«”“’‘‹›)]」』】》〉）］\u200e\u200f\u061c\u2069"
# Thai and Lao end a sentence with nothing.
_UNSTOPPED = re.compile("[\u0e00-\u0eff]")


def _numbers(literal: str) -> list[str]:
    """The numbers in a text as they are written, in digits of ASCII."""
    if not _DIGIT.search(literal):
        return []
    if not literal.isascii():
        # Digits of every script count as their value.
        literal = "".join(str(int(c)) if c.isdecimal() else c for c in literal)
    return _NUMBER.findall(literal)


def _values(numbers: list[str]) -> Counter[str]:
    return Counter(map(_number, numbers))


def _number(written: str) -> str:
    """One spelling for a number: ``1,000`` and ``1 000`` are 1000, ``1.5`` and ``1,5`` are 1.5."""
    *groups, last = re.split("[^0-9]", written)
    if not groups or len(last) == 3:
        return "".join([*groups, last])
    return f"{''.join(groups)}.{last}"


def _readable(literal: str) -> bool:
    # Letters, marks, numbers, punctuation and symbols; not separators, not control or format.
    return any(unicodedata.category(character)[0] in "LMNPS" for character in literal)


def _ending(literal: str) -> str:
    return literal.rstrip().rstrip(_BEHIND).rstrip()[-1:]


def characters(target: str) -> list[Problem]:
    """What no text may hold: control characters, direction overrides, unbalanced isolates."""
    problems: list[Problem] = []
    if target.isprintable():
        # Nothing that is looked for here is printable.
        return problems
    for pattern in (_CONTROL, _OVERRIDE):
        if found := pattern.search(target):
            problems.append(ControlCharacter(character=f"U+{ord(found[0]):04X}"))
    depth = 0
    for character in _ISOLATES.findall(target):
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth < 0:
            break
    if depth:
        problems.append(UnbalancedIsolate())
    return problems


def _advice(source: str, target: str) -> list[Problem]:
    problems: list[Problem] = []
    written, found = _numbers(source), _numbers(target)
    if written != found and (ours := _values(written)) != (theirs := _values(found)):
        missing = ", ".join(sorted((ours - theirs).elements())) or "–"
        extra = ", ".join(sorted((theirs - ours).elements())) or "–"
        problems.append(NumbersDiffer(source=missing, target=extra))
    ending, last = _ending(source), _ending(target)
    if ending in _ENDINGS and last not in _ENDINGS[ending] and not _UNSTOPPED.match(last):
        problems.append(EndsDifferently(source=ending))
    return problems


def check(source: str, target: str) -> list[Problem]:
    """Every problem of ``target`` as a translation of ``source`` (both tagged text).

    Blocking: inline codes that differ, control characters and direction overrides, unbalanced
    isolates, nothing that can be read, more than 64 Ki characters. Advice: numbers and closing
    punctuation that differ. An empty target has no problems: it isn't a translation yet.
    """
    if not target:
        return []
    if len(target) > MAX_TARGET:
        return [TooLong(length=len(target), limit=MAX_TARGET)]
    blocking = characters(target) + compare_codes(source, target)
    if blocking:
        return blocking
    ours, theirs = plain(source), plain(target)
    if not _readable(theirs) and _readable(ours):
        return [NothingToRead()]
    return _advice(ours, theirs)


def blocking(problems: list[Problem]) -> list[Problem]:
    """Only the problems that stop a text from being saved or published."""
    return [problem for problem in problems if problem.blocking]
