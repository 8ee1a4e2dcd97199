"""Checks of a translation against its source: what blocks publication, and what is advice."""

from __future__ import annotations

import re
from collections import Counter
from typing import ClassVar

from workflows.problems import N_, Problem
from workflows.segments import compare_codes, plain

MAX_TARGET = 64 * 1024
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_OVERRIDE = re.compile("[\u202a-\u202e]")
_NUMBER = re.compile(r"\d+(?:[.,\u202f\u00a0]\d+)*")
_OPEN, _CLOSE = "\u2066\u2067\u2068", "\u2069"


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


_ENDINGS = {
    ".": ".。।۔॥…",
    "?": "?？؟",
    "!": "!！",
    ":": ":：",
    ";": ";；؛.。।",
}


def _numbers(text: str) -> Counter[str]:
    # Digits of every script count as their value, and separators inside numbers don't.
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in plain(text))
    return Counter(re.sub(r"\D", "", number) for number in _NUMBER.findall(digits))


def _characters(target: str) -> list[Problem]:
    problems: list[Problem] = []
    for pattern in (_CONTROL, _OVERRIDE):
        if found := pattern.search(target):
            problems.append(ControlCharacter(character=f"U+{ord(found[0]):04X}"))
    depth = 0
    for character in target:
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth < 0:
            break
    if depth:
        problems.append(UnbalancedIsolate())
    return problems


def _advice(source: str, target: str) -> list[Problem]:
    problems: list[Problem] = []
    ours, theirs = _numbers(source), _numbers(target)
    if ours != theirs:
        missing = ", ".join(sorted((ours - theirs).elements())) or "–"
        extra = ", ".join(sorted((theirs - ours).elements())) or "–"
        problems.append(NumbersDiffer(source=missing, target=extra))
    ending = plain(source).rstrip()[-1:]
    last = plain(target).rstrip()[-1:]
    if ending in _ENDINGS and last not in _ENDINGS[ending]:
        problems.append(EndsDifferently(source=ending))
    return problems


def check(source: str, target: str) -> list[Problem]:
    """Every problem of ``target`` as a translation of ``source`` (both tagged text).

    Blocking: inline codes that differ, control characters and direction overrides, unbalanced
    isolates, more than 64 Ki characters. Advice: numbers and closing punctuation that differ.
    An empty target has no problems: it isn't a translation yet.
    """
    if not target:
        return []
    if len(target) > MAX_TARGET:
        return [TooLong(length=len(target), limit=MAX_TARGET)]
    blocking = _characters(target) + compare_codes(source, target)
    return blocking or _advice(source, target)


def blocking(problems: list[Problem]) -> list[Problem]:
    """Only the problems that stop a text from being saved or published."""
    return [problem for problem in problems if problem.blocking]
