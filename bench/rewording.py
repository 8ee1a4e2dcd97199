"""Edits inside one text: each gives a text that differs, or None where it does not apply."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace

from bench.corpus import Text, Writer, joined, parts
from workflows.sources import Link

_TAGS = re.compile(r"<[^<>]{1,12}>|\{[a-z_]+\}")
_END = {
    "zh": re.compile(r"(?<=[。！？])(?=.)"),
    "": re.compile(r"(?<=[.!?])((?:</\w+>)*)\s+(?=(?:<\w+>)*[\"“„]?[^\W_a-z])"),
}
_LONG = {"zh": re.compile(r"[\u4e00-\u9fff]{4,}"), "": re.compile(r"[^\W\d_]{5,}")}
_NOT = {
    "en": re.compile(r"(?<=\bcan)not\b| not\b| never\b"),
    "de": re.compile(r" nicht\b| niemals\b"),
    "zh": re.compile(r"[不绝](?=[会得能收可])|不"),
}
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{3,}")
MOST_REWORDED = 0.4
"""A replaced phrase is at most this share of its text; else the text is another one."""

ALIKE = 0.5
"""Texts with a larger share of words in common may be taken for versions of one text: a replaced
word leaves so much, and a text that comes in is never so like one that was removed."""

Reword = Callable[[Text, Writer], Text | None]


def sentences(text: Text, language: str) -> list[Text]:
    """The sentences of a text, those that share a code left together."""
    ends = [m.end() for m in _END.get(language, _END[""]).finditer(text.text)]
    cuts = [0, *ends, len(text.text)]
    found: list[str] = []
    pending = ""
    for start, end in itertools.pairwise(cuts):
        pending += text.text[start:end]
        if balanced(pending):
            found.append(pending.strip())
            pending = ""
    if pending:
        return [text]
    return parts(text, found)


def bag(text: str) -> set[str]:
    """The words of a text; of Chinese the pairs of signs."""
    if not _LONG["zh"].search(text):
        return set(re.findall(r"\w+", text.lower()))
    signs = [sign for sign in text if sign.isalnum()]
    return {a + b for a, b in itertools.pairwise(signs)}


def common(a: set[str], b: set[str]) -> float:
    """The share of the words of two texts that stand in both (Dice)."""
    return 2 * len(a & b) / max(1, len(a) + len(b))


def balanced(text: str) -> bool:
    """Whether as many codes are closed as opened."""
    tags: list[str] = _TAGS.findall(text)
    tags = [tag for tag in tags if tag.startswith("<") and not tag.endswith("/>")]
    closing = sum(1 for tag in tags if tag.startswith("</"))
    return 2 * closing == len(tags)


def _outside_tags(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    spans = [match.span() for match in _TAGS.finditer(text)]
    return [
        match
        for match in pattern.finditer(text)
        if not any(start <= match.start() < end for start, end in spans)
    ]


def _with(text: Text, match: re.Match[str], value: str) -> Text:
    return replace(text, text=text.text[: match.start()] + value + text.text[match.end() :])


def typo(text: Text, writer: Writer) -> Text | None:
    """One letter of a word of at least five left out, doubled or swapped with the next one."""
    pattern = _LONG.get(writer.language, _LONG[""])
    if not (found := _outside_tags(pattern, text.text)):
        return None
    match = writer.rng.choice(found)
    word = match.group()
    at = writer.rng.randint(1, len(word) - 2)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    dropped = word[:at] + word[at + 1 :]
    doubled = word[:at] + word[at] + word[at:]
    return _with(text, match, writer.rng.choice([swapped, dropped, doubled]))


def word(text: Text, writer: Writer) -> Text | None:
    """One word, or one phrase of the grammar, replaced by another; most words stay."""
    changed = _one_replaced(text, writer)
    if changed is None or common(bag(text.text), bag(changed.text)) <= ALIKE:
        return None
    return changed


def _one_replaced(text: Text, writer: Writer) -> Text | None:
    found = [
        match
        for match in _outside_tags(_WORD, text.text)
        if len(match.group()) <= MOST_REWORDED * len(text.text)
    ]
    phrases_only = writer.language == "zh" or len(found) < 4
    if phrases_only or writer.rng.random() < 0.5:
        phrase = writer.rephrased(text.text, MOST_REWORDED)
        if phrase is not None or phrases_only:
            return replace(text, text=phrase) if phrase else None
    match = writer.rng.choice(found)
    others = _WORD.findall(writer.fill("data") + " " + writer.fill("purpose"))
    return _with(text, match, writer.rng.choice(others))


def clause(text: Text, writer: Writer) -> Text | None:
    """A clause added at the end of a sentence; it is no longer than what was there."""
    whole = sentences(text, writer.language)
    ends = [at for at, one in enumerate(whole) if one.text.endswith(writer.stop)]
    added = writer.comma + writer.fill("clause")
    if not ends or len(added) > len(text.text):
        return None
    at = writer.rng.choice(ends)
    whole[at] = replace(whole[at], text=whole[at].text[: -len(writer.stop)] + added + writer.stop)
    return joined(whole, [writer.separator] * (len(whole) - 1))


def sentence_removed(text: Text, writer: Writer) -> Text | None:
    """One sentence left out; it is no longer than what stays."""
    whole = sentences(text, writer.language)
    short = [at for at, one in enumerate(whole) if 2 * len(one.text) <= len(text.text)]
    if len(whole) < 2 or not short:
        return None
    del whole[writer.rng.choice(short)]
    return joined(whole, [writer.separator] * (len(whole) - 1))


def number(text: Text, writer: Writer) -> Text | None:
    """One number changed."""
    if not (found := _outside_tags(_NUMBER, text.text)):
        return None
    match = writer.rng.choice(found)
    return _with(text, match, str(int(match.group()) + writer.rng.choice((1, 2, 10, 30))))


def not_removed(text: Text, writer: Writer) -> Text | None:
    """A negation left out: the text says the opposite."""
    found = list(_NOT[writer.language].finditer(text.text))
    return _with(text, writer.rng.choice(found), "") if found else None


def link(text: Text, writer: Writer) -> Text | None:
    """A link leads elsewhere; the words are the same."""
    if not text.links:
        return None
    at = writer.rng.randrange(len(text.links))
    changed = Link(text.links[at].number, f"/moved/{writer.rng.randint(1000, 9999)}")
    return replace(text, links=(*text.links[:at], changed, *text.links[at + 1 :]))


REWORD: dict[str, Reword] = {
    "typo": typo,
    "word": word,
    "clause": clause,
    "sentence": sentence_removed,
    "number": number,
    "not": not_removed,
    "link": link,
}
SMALL = ("typo", "number", "link")
LARGE = ("word", "clause", "sentence", "not")
