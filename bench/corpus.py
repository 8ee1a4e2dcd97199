"""Made-up policies, written from a grammar by a seeded program, and the project's own ones.

``Writer`` fills the sentences of ``bench/grammar/*.txt``: most segments of a document are distinct,
about one in twenty is a copy of another and about one in ten differs from another in one phrase, as
in real policies. The same seed gives the same document.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from workflows import segments, sources
from workflows.sources import Link

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "de", "zh")
COPIES, NEAR_COPIES = 0.04, 0.10
"""Shares written on purpose; short items and cells add some by chance."""

_SLOT = re.compile(r"\{([a-z]+)\}")
_HEAD = re.compile(r"^== (\S+)$")
_LINK = re.compile(r"<(/?)a(\d{1,3})>")
_SYLLABLES = ("ba", "cor", "den", "fi", "gal", "hu", "ka", "lor", "mi", "nev", "or", "pel", "qua")
_ENDINGS = ("dan", "ix", "mar", "ova", "ric", "sol", "tis", "um", "via", "xen")


@dataclass(frozen=True)
class Text:
    """A segment as alignment sees it: tagged text, its links, its role."""

    text: str
    role: str = "paragraph"
    links: tuple[Link, ...] = ()

    @cached_property
    def digest(self) -> str:
        """As of a segment: SHA-256 of text and links."""
        return segments.digest(self.text, self.links)


Document = tuple[Text, ...]
Grammar = dict[str, tuple[str, ...]]


@cache
def grammar(language: str) -> Grammar:
    """The lists of one language by name. Raises OSError for a language that has no file."""
    path = Path(__file__).resolve().parent / "grammar" / f"{language}.txt"
    lists: dict[str, list[str]] = {}
    current: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if head := _HEAD.match(line):
            current = lists.setdefault(head[1], [])
        elif line and not line.startswith("#"):
            current.append(line)
    return {name: tuple(lines) for name, lines in lists.items()}


class Writer:
    """Writes texts of one language; every choice comes from ``rng``, ``near`` is how many of the
    segments of a document are tried to be near copies."""

    def __init__(self, language: str, rng: random.Random, near: float = NEAR_COPIES) -> None:
        self.near = near
        self.language = language
        self.rng = rng
        self.lists = grammar(language)
        self.separator = "" if language == "zh" else " "
        self.comma, self.stop = ("，", "。") if language == "zh" else (", ", ".")
        self._phrases = {
            name: tuple(line for line in lines if "{" not in line)
            for name, lines in self.lists.items()
            if "." not in name and name not in ("topic", "item", "cell", "boilerplate", "adv")
        }

    def fill(self, name: str) -> str:
        """A line of a list with its slots filled."""
        return _SLOT.sub(self._slot, self.rng.choice(self.lists[name]))

    def _slot(self, match: re.Match[str]) -> str:
        rng = self.rng
        if match[1] == "n":
            return str(rng.choice((rng.randint(2, 99), 10 * rng.randint(1, 50))))
        if match[1] == "ref":
            return str(rng.randint(2, 24))
        if match[1] == "brand":
            middle = "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(1, 2)))
            return (middle + rng.choice(_ENDINGS)).capitalize()
        return self.fill(match[1])

    def sentence(self, pattern: str) -> str:
        """One sentence from a pattern, now and then with a clause more."""
        text = capital(_SLOT.sub(self._slot, pattern))
        if self.rng.random() < 0.35 and text.endswith(self.stop):
            text = text[: -len(self.stop)] + self.comma + self.fill("clause") + self.stop
        return text

    def paragraph(self, topic: str) -> Text:
        """One to five sentences on a topic."""
        count = self.rng.choices((1, 2, 3, 4, 5), (14, 30, 28, 18, 10))[0]
        patterns = self.rng.sample(self.lists[f"say.{topic}"], count)
        if self.rng.random() < 0.12:
            patterns[-1] = self.rng.choice(self.lists["say.any"])
        body = self.separator.join(self.sentence(pattern) for pattern in patterns)
        return linked(body, "paragraph", self.rng)

    def item(self) -> Text:
        """A short entry of a list."""
        more = self.comma + self.fill("clause") if self.rng.random() < 0.35 else ""
        return linked(capital(self.fill("item")) + more, "item", self.rng)

    def fresh(self, role: str) -> Text:
        """A new text that fits among texts of a role."""
        topic = self.rng.choice(self.lists["topic"])
        if role in ("paragraph", "quote"):
            return self.paragraph(topic)
        if role in ("heading", "title"):
            return Text(capital(self.fill(f"heading.{topic}")), "heading")
        return self.item() if role == "item" else Text(capital(self.fill("cell")), "cell")

    def rephrased(self, text: str, share: float = 1.0) -> str | None:
        """The text with one phrase of the grammar replaced by another of its kind.

        None where it holds no phrase that makes up at most ``share`` of it.
        """
        found = [
            (name, phrase)
            for name, phrases in self._phrases.items()
            for phrase in phrases
            if len(phrase) <= share * len(text) and phrase in text
        ]
        if not found:
            return None
        name, phrase = self.rng.choice(found)
        other = self.rng.choice([line for line in self._phrases[name] if line != phrase])
        return text.replace(phrase, other, 1)

    def document(self, size: int) -> Document:
        """A policy of exactly ``size`` segments, the title first."""
        written: list[Text] = [
            Text(capital(self.fill("heading." + self.lists["topic"][0])), "title")
        ]
        seen: set[str] = set()
        while len(written) < size:
            topic = self.rng.choice(self.lists["topic"])
            heading = Text(capital(self.fill(f"heading.{topic}")), "heading")
            self._append(written, seen, heading)
            for _ in range(self.rng.randint(2, 6)):
                self._block(written, seen, topic)
        return tuple(written[:size])

    def _block(self, written: list[Text], seen: set[str], topic: str) -> None:
        kind = self.rng.choices(("paragraph", "list", "table"), (90, 8, 2))[0]
        if kind == "paragraph":
            self._append(written, seen, self.paragraph(topic))
        elif kind == "list":
            for _ in range(self.rng.randint(3, 8)):
                self._append(written, seen, self.item())
        else:
            for _ in range(2 * self.rng.randint(2, 4)):
                self._append(written, seen, self.fresh("cell"))

    def _append(self, written: list[Text], seen: set[str], new: Text) -> None:
        """Add a text; sometimes a copy, sometimes a near copy of an earlier one instead."""
        dice = self.rng.random()
        if dice < COPIES and new.role == "paragraph":
            boilerplate = Text(self.rng.choice(self.lists["boilerplate"]), new.role)
            new = self.rng.choice((boilerplate, boilerplate, self.rng.choice(written)))
            new = replace(new, role="paragraph") if new.role in ("title", "heading") else new
        elif dice < COPIES + self.near:
            earlier = self.rng.choice(written)
            text = self.rephrased(earlier.text) if earlier.role == new.role else None
            new = replace(earlier, text=text) if text else new
        else:
            for _ in range(4):
                if new.text not in seen:
                    break
                new = self.fresh(new.role)
        seen.add(new.text)
        written.append(new)


def capital(text: str) -> str:
    """The text with its first letter, after a tag, as a capital."""
    at = text.index(">") + 1 if text.startswith("<") else 0
    return text[:at] + text[at : at + 1].upper() + text[at + 1 :]


def linked(text: str, role: str, rng: random.Random) -> Text:
    """A text whose ``<aN>`` are numbered from 1, each with a made-up target."""
    count = text.count("<a1>")
    if count == 0:
        return Text(text, role)
    at = 0

    def number(match: re.Match[str]) -> str:
        nonlocal at
        at += not match[1]
        return f"<{match[1]}a{at}>"

    links = tuple(Link(n, f"/pages/{rng.randint(100, 999)}") for n in range(1, count + 1))
    return Text(_LINK.sub(number, text), role, links)


def parts(whole: Text, texts: list[str]) -> list[Text]:
    """Texts cut from a whole, each with its links, numbered from 1 again."""
    hrefs = {link.number: link for link in whole.links}
    pieces = []
    for text in texts:
        numbers = [int(match[2]) for match in _LINK.finditer(text) if not match[1]]
        renumbered = {old: new for new, old in enumerate(numbers, 1)}
        body = _renumbered(text, renumbered)
        links = tuple(replace(hrefs[old], number=new) for old, new in renumbered.items())
        pieces.append(Text(body, whole.role, links))
    return pieces


def _renumbered(text: str, numbers: dict[int, int]) -> str:
    return _LINK.sub(lambda match: f"<{match[1]}a{numbers[int(match[2])]}>", text)


def joined(pieces: list[Text], separators: list[str]) -> Text:
    """Several texts as one; ``separators`` stand between them. Links are numbered through."""
    text, links, offset = "", [], 0
    for piece, before in zip(pieces, ["", *separators], strict=True):
        numbers = {link.number: link.number + offset for link in piece.links}
        text += before + _renumbered(piece.text, numbers)
        links += [replace(link, number=link.number + offset) for link in piece.links]
        offset = len(links)
    return Text(text, pieces[0].role, tuple(links))


def policy(language: str, size: int, seed: int, near: float = NEAR_COPIES) -> Document:
    """A made-up policy of ``size`` segments."""
    rng = random.Random(f"policy {language} {size} {seed} {near}")
    return Writer(language, rng, near).document(size)


def own_policies() -> dict[str, Document]:
    """The policies in ``policies/`` as segments, by file name."""
    found = {}
    for path in sorted((ROOT / "policies").rglob("*.md")):
        _, pieces = segments.split(sources.read(path.read_bytes(), name=path.name))
        found[path.name] = tuple(Text(p.text, p.role, p.links) for p in pieces)
    return found
