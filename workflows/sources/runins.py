"""Where a heading ends that runs into its text, in plain text with no other sign than its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from workflows.sources.tagged import words

MAX_HEADING_WORDS = 12
MAX_HEADING = 120

_QUESTION = re.compile(r"\?+(?=\s)|？+(?=.)")
_SENTENCE = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bInc)(?<!\bLtd)(?<!\bNo)[.:](?=\s+[A-Z\d])|[。：]"
)
_STARTERS = re.compile(
    r"(?:A|All|Any|As|At|By|For|From|If|In|It|Our|Please|The|These|This|To|Under|We|When|Where|"
    r"While|With|You|Your)\b"
)
# Words with which a sentence goes on once its subject or heading has been said.
_GOING_ON = re.compile(
    r"(?:to|in|for|is|are|was|has|have|can|may|will|shall|must|should|we|you|they|this|the|that|"
    r"these|by|with|when|if|as|on|our|your|it|includes?|means?)\b",
    re.IGNORECASE,
)
_COMMON = re.compile(r"(?:this|that|with|from|your|their|when|what|which|will|have|been|they)\b")


@dataclass(frozen=True)
class RunIn:
    """A line cut into heading and text; ``text`` is "" when the line is a heading alone."""

    heading: str
    text: str
    sure: bool
    """False when only the words, and no sign, speak for the place of the cut."""


def cut(line: str) -> RunIn | None:
    """Cut a numbered line, or return None when nothing in it shows a heading.

    Tried in turn: a question mark; the end of a short first sentence; a line that is short as a
    whole; a capital that starts a sentence with no stop before it ("Storage The data is..."); a
    word of the heading that the sentence takes up again ("Our use of data to use data we...").
    Never changes a word: heading and text together are the line.
    """
    if match := _QUESTION.search(line, 0, MAX_HEADING):
        return _at(line, match.end(), sure=True)
    stop = _SENTENCE.search(line, 0, MAX_HEADING)
    if stop and words(line[: stop.end()]) <= MAX_HEADING_WORDS and line[stop.end() :].strip():
        return _at(line, stop.end(), sure=False)
    if words(line) <= MAX_HEADING_WORDS and len(line) <= MAX_HEADING:
        return RunIn(line, "", sure=True)
    tokens = list(re.finditer(r"\S+", line[: 4 * MAX_HEADING]))[: 2 * MAX_HEADING_WORDS]
    for before, after in pairwise(tokens[: MAX_HEADING_WORDS + 1]):
        if _STARTERS.fullmatch(after.group()) and before.group()[-1].isalnum():
            return _at(line, before.end(), sure=False)
    return _at_repetition(line, [token.group().lower() for token in tokens], tokens)


def _at_repetition(line: str, said: list[str], tokens: list[re.Match[str]]) -> RunIn | None:
    for number in range(1, min(MAX_HEADING_WORDS, len(said) - 1)):
        word = said[number]
        content = len(word) >= 4 and word.isalpha() and not _COMMON.match(word)
        again = word in said[number + 2 : number + 9]
        if content and again and _GOING_ON.match(said[number + 1]):
            return _at(line, tokens[number].end(), sure=False)
    return None


def _at(line: str, offset: int, *, sure: bool) -> RunIn:
    return RunIn(line[:offset].rstrip(), line[offset:].lstrip(), sure)
