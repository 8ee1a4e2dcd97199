"""Hostile Markdown and plain text."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.hostile import Hostile
from workflows.sources import MAX_BYTES

SECTION = "## {0}. Heading\n\n" + "*Some* words, [a link](/x) and more of them. " * 8 + "\n\n"


def lines(line: bytes) -> bytes:
    """As many of a line as a file may hold."""
    return (line + b"\n") * min(39_999, MAX_BYTES // (len(line) + 1))


TEXTS: dict[str, Callable[[], bytes]] = {
    "one line of brackets": lambda: b"[" * MAX_BYTES,
    "one line of stars": lambda: b"*" * MAX_BYTES,
    "one line of quotes": lambda: b">" * MAX_BYTES,
    "brackets": lambda: lines(b"[" * 1000),
    "images": lambda: lines(b"![" * 500),
    "half links": lambda: lines(b"[a](" * 300),
    "stars": lambda: lines(b"*a _b " * 200),
    "nested emphasis": lambda: b"*" * 60_000 + b"a" + b"*" * 60_000,
    "quotes": lambda: lines(b">" * 1000),
    "shallow quotes": lambda: lines(b">" * 14 + b" a"),
    "lists in a line": lambda: lines(b"- - - - - - a"),
    "growing indent": lambda: b"".join(b" " * n + b"- a\n" for n in range(1900)),
    "backticks": lambda: lines(b"`" * 1000),
    "backslashes": lambda: lines(b"\\" * 60_000),
    "empty table": lambda: b"|a" * 200 + b"\n" + b"|-" * 200 + b"\n" + b"|\n" * 39_000,
    "delimiter rows": lambda: lines(b"-" * 60_000 + b"x"),
    "pipes": lambda: lines(b"|" * 60_000 + b"x"),
    "entities": lambda: lines(b"&#x" * 20_000),
    "reference definitions": lambda: lines(b'[a]: <b> "c'),
    "headings": lambda: lines(b"# a"),
    "items": lambda: lines(b"1) a"),
    "letters": lambda: lines(b"a) a"),
    "placeholders": lambda: lines(b"{a" * 30_000),
    "tags": lambda: lines(b"<a1>" * 15_000),
    "closing brackets": lambda: lines(b"](" * 30_000),
    "missing names": lambda: lines(b"( " * 30_000),
    "short words": lambda: lines(b"a " * 30_000),
    "comments": lambda: lines(b"<!--a-->"),
    "comments without end": lambda: lines(b"<!--"),
    "comments in a line": lambda: b"a <!--" * 20_000,
    "comments that end late": lambda: lines(b"> <!--") + b"\n-->",
    "tails of comments": lambda: b"<!--\n\n-->" * 20_000,
    "blank": lambda: lines(b""),
    "a large ordinary document": lambda: (
        "# Title\n\n" + "".join(SECTION.format(number) for number in range(1, 1000))
    ).encode(),
}


def read_as(found: dict[str, int | tuple[str, str]]) -> dict[str, Hostile]:
    """The texts with what is found: a number of blocks, or code and place of a problem."""
    return {
        name: Hostile(TEXTS[name], answer=what)
        if isinstance(what, int)
        else Hostile(TEXTS[name], *what)
        for name, what in found.items()
    }


MARKDOWN = read_as(
    {
        "one line of brackets": ("line-too-long", "line 1"),
        "one line of stars": ("line-too-long", "line 1"),
        "one line of quotes": ("line-too-long", "line 1"),
        "brackets": ("too-complex", "line 31"),
        "images": ("too-complex", "line 56"),
        "half links": ("too-complex", "line 92"),
        "stars": ("too-complex", "line 393"),
        "nested emphasis": ("line-too-long", "line 1"),
        "quotes": ("too-complex", "line 35"),
        "shallow quotes": ("too-complex", "line 2340"),
        "lists in a line": ("too-complex", "line 5064"),
        "growing indent": ("too-deep", "line 36"),
        "backticks": ("too-complex", "line 265"),
        "backslashes": ("too-complex", "line 5"),
        "empty table": ("too-complex", "line 198"),
        "delimiter rows": ("too-complex", "line 1"),
        "pipes": ("too-complex", "line 1"),
        "entities": ("too-complex", "line 7"),
        "reference definitions": ("too-complex", "line 13794"),
        "headings": ("too-complex", "line 34783"),
        "items": ("too-complex", "line 20001"),
        "letters": ("too-complex", "line 20001"),
        "placeholders": ("too-complex", "line 9"),
        "tags": ("too-complex", "line 9"),
        "closing brackets": ("too-complex", "line 9"),
        "missing names": ("segment-too-large", "line 1"),
        "short words": ("segment-too-large", "line 1"),
        "comments": ("too-complex", "line 19513"),
        "comments without end": ("too-complex", "line 25001"),
        "comments in a line": ("line-too-long", "line 1"),
        "comments that end late": ("too-many-lines", ""),
        "tails of comments": ("too-many-lines", ""),
        "blank": ("empty-document", ""),
        "a large ordinary document": 1998,
    }
)

# Plain text knows fewer signs; these are the ones it looks at, or has to look past.
PLAIN = read_as(
    {
        "one line of brackets": ("line-too-long", "line 1"),
        "brackets": 2094,
        "growing indent": 159,
        "backslashes": 33,
        "items": ("too-many-segments", ""),
        "letters": ("too-many-segments", ""),
        "placeholders": 33,
        "tags": ("segment-too-large", "line 1"),
        "closing brackets": 33,
        "missing names": 33,
        "short words": 34,
        "blank": ("empty-document", ""),
        "a large ordinary document": 1998,
    }
)
