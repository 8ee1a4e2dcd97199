"""Injured copies of a catalog: what a bad line, a bad disk or a bad person makes of it."""

from __future__ import annotations

import random

PIECES = (
    *(b'"', b"\\", b"\n", b"\r", b"\0", b"#~ ", b"#| ", b"#, fuzzy\n", b"msgid ", b'msgstr ""\n'),
    *(b"msgctxt ", b"msgid_plural", b"msgstr[0]", b"\xff", b"\xe2\x80\xae", b"nplurals=9"),
    *(b"=======\n", b"[", b"]", b"999999999", b"\\x", b"\\777", b"charset=x"),
    *(b"X-Pinger-Entries: ", b"\xef\xbb\xbf"),
)


def mutant(data: bytes, dice: random.Random) -> bytes:
    """One to four small injuries: bytes cut out, put in, flipped, doubled or moved."""
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(data))
        stop = min(len(data), start + dice.choice((1, 1, 2, 8, 60, 400)))
        match dice.randrange(5):
            case 0:
                data = data[:start] + data[stop:]
            case 1:
                data = data[:start] + dice.choice(PIECES) + data[start:]
            case 2:
                flipped = bytes([data[start] ^ 1 << dice.randrange(8)])
                data = data[:start] + flipped + data[start + 1 :]
            case 3:
                data = data[:stop] + data[start:]
            case _:
                data = data[stop:] + data[:stop]
        data = data or b"\n"
    return data
