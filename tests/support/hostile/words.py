"""Hostile headers of requests and hostile texts: as long as they may be, and of unlucky signs."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import partial

from tests.support.hostile import Hostile
from workflows.sources.dates import MAX_DAYS

SIZE = 64 * 1024
"""The longest text of a segment."""

HEADERS: dict[str, Callable[[], str]] = {
    "one long tag": lambda: "a" * 100_000,
    "long subtags": lambda: "fr-" + "a-" * 50_000,
    "many members": lambda: ",".join(["xx"] * 20_000) + ",fr",
    "commas": lambda: "," * 100_000,
    "spaces": lambda: " " * 50_000 + ";" + " " * 50_000,
    "digits": lambda: "xx;q=0." + "0" * 100_000,
    "controls": lambda: "".join(map(chr, range(32))) * 4_000,
    "lone surrogate": lambda: "\ud800" * 100_000,
}


def header(make: Callable[[], str]) -> Hostile:
    """A header that gets the default language."""
    return Hostile(lambda: make().encode("utf-8", "surrogatepass"), answer="en")


def filled(sign: str, size: int, begin: str = "") -> str:
    """A text of this size: its begin, then a whole sign again and again."""
    return begin + sign * ((size - len(begin)) // len(sign))


ACCEPT_LANGUAGE = {name: header(make) for name, make in HEADERS.items()}

# --- The guard -----------------------------------------------------------------------------------

WORDS = "we keep your stones not unless must thirty days and every Person may ask us for it"


def _words(size: int) -> str:
    dice = random.Random(3)
    words = [*WORDS.split(), "30", "page", "teh", "Services", "(a)"]
    return " ".join(dice.choice(words) for _ in range(size // 6)) + " stones"


def _ideographs(size: int) -> str:
    dice = random.Random(3)
    return "".join(dice.choice("我们不得保存您的信息三十天或年，") for _ in range(size))


def edit(
    old: Callable[[], str], *kinds: str, language: str = "en", turned: bool = False
) -> Hostile:
    """A text that loses a letter and gets another; or is turned round, and has nothing alike.

    ``kinds`` are those of what is found.
    """

    def make() -> bytes:
        text = old()
        new = text[::-1] if turned else text[1:] + "x"
        return json.dumps({"language": language, "old": text, "new": new}).encode()

    return Hostile(make, answer=sorted(kinds))


SIGNS: dict[str, tuple[str, ...]] = {
    "a": ("too-much",),
    "-": ("too-much",),
    "- ": ("too-much",),
    "“": ("too-much",),
    "(": ("too-much",),
    "www.": ("link", "too-much"),
    "http://": ("link",),
    "<code>": ("code", "number", "too-much"),
    "1.": ("number", "too-much"),
    "'": ("too-much",),
    "<a1>": ("number", "too-much"),
    "a'": ("too-much",),
    "I": ("too-much",),
    "·": ("too-much",),
}
WORDLIKE: dict[str, tuple[str, ...]] = {
    "a.": ("label",),
    "a@": ("email",),
    "\\": ("too-much",),
    "%": ("number", "too-much"),
    "{n}": ("code", "too-much"),
    "a-": ("label",),
    "@.": ("email", "too-much"),
    "not ": ("negation", "too-much"),
    "days ": ("duration", "too-much"),
    "1 ": ("number", "too-much"),
}
"""Signs that fill a text, with the kinds of what is found; the latter are a word each."""


def guard(size: int = SIZE) -> dict[str, Hostile]:
    """Long texts with an edit. Of many words they are of this size, else of the longest."""
    words, ideographs = partial(_words, size), partial(_ideographs, size)
    found = {
        "other words": edit(words, "number", "too-much"),
        "other words, nothing alike": edit(
            words,
            "defined-term",
            "duration",
            "label",
            "modal",
            "negation",
            "number",
            "party",
            "scope",
            "too-much",
            turned=True,
        ),
        "ideographs": edit(ideographs, "too-much", language="zh"),
        "ideographs, nothing alike": edit(
            ideographs,
            "duration",
            "modal",
            "negation",
            "number",
            "party",
            "scope",
            "too-much",
            language="zh",
            turned=True,
        ),
    }
    for signs, length in ((SIGNS, SIZE), (WORDLIKE, size)):
        for sign, kinds in signs.items():
            found[f"only {sign!r}"] = edit(partial(filled, sign, length), *kinds)
    return found


# --- Dates and addresses in a text ---------------------------------------------------------------


def text(make: Callable[[], str], answer: int | bool) -> Hostile:
    """A text in which something is looked for."""
    return Hostile(lambda: make().encode(), answer=answer)


DATED = "effective 1 May 2026 "
DATES = {
    "dates": text(partial(filled, "effective 1 February 2026 ", SIZE), MAX_DAYS),
    **{
        f"a date and {sign!r}": text(partial(filled, sign, SIZE, DATED), 1)
        for sign in ("effective ", "1. ", "2026年", "1 de ", "updat", "\u00a0")
    },
}

# Four times the longest text: tried at each letter for the begin of an address, each would
# take minutes.
ADDRESSES = {
    "letters": text(partial(filled, "a", 4 * SIZE), True),
    "letters and stops": text(partial(filled, "a.", 4 * SIZE), True),
    "letters and hyphens": text(partial(filled, "b-", 4 * SIZE, "a@"), True),
    "plus signs": text(partial(filled, "+", 4 * SIZE), True),
}
