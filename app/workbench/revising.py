"""How a new revision follows on the old one, on the import screen: rows to look at and to mend."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from werkzeug.datastructures import MultiDict

from app.operations import DocumentImport
from workflows.alignment import Change, Kind, Match, Piece, word_diff
from workflows.problems import N_, Nature, Problem
from workflows.segments import Segment

MAX_ROWS = 300
"""Changed rows that get fields and buttons."""
MAX_FIELDS = 400
MAX_SHOWN = 2_000
"""Changed rows that are shown at all."""
MAX_COMPARED = 100_000
"""Signs of two texts up to which they are compared word by word."""
FIELD = "old-"

_ID = re.compile(r"[0-9]{1,6}-[0-9]{1,4}")
_BETWEEN = re.compile(r"[\s,;\u060c\u3001\uff0c]+")

Pairs = Mapping[str, tuple[int, ...]]
"""For the id of a new text the old segments it continues; 0-based, ascending."""


class BadPairing(Problem):
    """A field that names no old segments."""

    code: ClassVar[str] = "bad-pairing"
    what: ClassVar[str] = N_("“{typed}” names no old segments.")
    mend: ClassVar[str] = N_(
        "Write their numbers, from 1 to {count}, with commas between them; or leave it empty."
    )


class NotLookedAt(Problem):
    """Something was typed after the preview was made."""

    code: ClassVar[str] = "not-looked-at"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("You changed which segments continue which; nothing was stored.")
    mend: ClassVar[str] = N_("Look at what that means in this new preview, then store it.")


@dataclass(frozen=True)
class Edits:
    """What the fields and buttons say about pairs."""

    pairs: Pairs
    """By hand, all in all."""
    typed: Mapping[str, str]
    """What stands in the fields that can't be used."""
    problems: Mapping[str, Problem]
    """What is wrong in them."""
    changed: bool
    """Something differs from what was shown."""
    last: str = ""
    """The text whose field was used last, as far as the form tells."""


def pairs_to_json(pairs: Pairs) -> str:
    """Pairs for a hidden field."""
    return json.dumps({id_: list(old) for id_, old in pairs.items()}, separators=(",", ":"))


def pairs_from_json(text: str) -> dict[str, tuple[int, ...]] | None:
    """The twin of ``pairs_to_json``; None for anything else."""
    try:
        found = json.loads(text) if len(text) < 200_000 else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not all(map(_ID.fullmatch, found)):
        return None
    for old in found.values():
        if not isinstance(old, list) or any(type(i) is not int or i < 0 for i in old):
            return None
    return {id_: tuple(sorted(set(old))) for id_, old in found.items()}


def edited(form: MultiDict[str, str], pairs: Pairs, shown: Pairs, count: int) -> Edits:
    """The pairs by hand after a form was sent.

    ``pairs`` are those by hand before, ``shown`` what stood in the fields, ``count`` the number of
    old segments. The fields say together how it is: who names an old segment that another field
    names too shares it with that one. A button says the same as typing into its field.
    """
    wanted: dict[str, tuple[int, ...]] = {}
    typed: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    said = {id_: form[FIELD + id_][:200] for id_ in shown if FIELD + id_ in form}
    if form.get("pair") == "none":
        return Edits({}, {}, {}, changed=True)
    undone = ""
    id_, _, value = form.get("pair", "").partition("=")
    if id_ in shown and value == "?":
        undone = id_
        said.pop(id_, None)
    elif id_ in shown:
        said[id_] = value[:200]
    for id_, text in said.items():
        old = numbers(text, count)
        if old is None:
            problems[id_] = BadPairing(typed=text[:40], count=count)
        elif old != shown[id_]:
            wanted[id_] = old
    if problems:
        typed = said
    claimed = {i for old in wanted.values() for i in old}
    together = {id_: old for id_, old in shown.items() if claimed.intersection(old)}
    after = {**pairs, **together, **wanted}
    after.pop(undone, None)
    # Only a script can name the field in which Enter was pressed.
    at = form.get("at", "").removeprefix(FIELD)
    last = at if at in shown else next(reversed(wanted), "")
    return Edits(after, typed, problems, bool(wanted or problems or undone), last)


def numbers(text: str, count: int) -> tuple[int, ...] | None:
    """The old segments a field names, 0-based; None when it names anything else."""
    words = [word for word in _BETWEEN.split(text) if word]
    if not all(word.isdecimal() and len(word) <= 6 and 1 <= int(word) <= count for word in words):
        return None
    return tuple(sorted({int(word) - 1 for word in words}))


@dataclass(frozen=True)
class Old:
    """A segment of the newest revision, as it is compared."""

    text: str
    role: str
    section: str


@dataclass(frozen=True)
class Side:
    """One segment of a row."""

    number: int
    """1-based among the segments of its revision."""
    segment: Old | Segment
    pieces: tuple[Piece, ...]
    """Its text: the same, and what only this side has."""
    id: str = ""
    """The name of its field; "" for old ones, and where there is none."""
    value: str = ""
    """What stands in the field."""
    by_hand: bool = False
    offers: tuple[tuple[str, str, int], ...] = ()
    """Buttons: their value, their words as a message id with ``%(number)s``, and that number."""


@dataclass(frozen=True)
class Row:
    """What became of some segments."""

    change: Change
    score: float
    old: tuple[Side, ...]
    new: tuple[Side, ...]
    offers: tuple[tuple[str, str, int], ...] = ()
    """Buttons of an old segment that is gone."""

    @property
    def alike(self) -> float | None:
        """The likeness as a share, where it says anything; an edited text is never wholly alike."""
        if self.change is Change.EDITED:
            return min(self.score, 0.99)
        return self.score if self.change in (Change.SPLIT, Change.MERGED) else None


MARK_AS_SPLIT = N_("Part of the same text as segment %(number)s: mark as split")
MERGE = N_("Merge it into the new segment %(number)s")
PAIR = N_("The new segment %(number)s continues it")
UNPAIR = N_("Not the same text: unpair segment %(number)s")
BACK = N_("Segment %(number)s: back to what was found")


class Rows:
    """The changed rows of an import, with what can be done about each."""

    def __init__(
        self,
        report: DocumentImport,
        old: Sequence[Old],
        ids: Sequence[str],
        pairs: Pairs,
        typed: Mapping[str, str],
    ) -> None:
        self.matches = report.matches
        self.new, self.old = report.segments, old
        self.ids, self.pairs, self.typed = ids, pairs, typed
        self.count = sum(match.change is not Change.KEPT for match in self.matches)
        self.shown: dict[str, tuple[int, ...]] = {}
        """What stands in the fields."""
        self.mended = 0
        """Rows that have fields or buttons."""
        self.rows = tuple(islice(self._rows(), MAX_SHOWN))

    def _rows(self) -> Iterator[Row]:
        for place, match in enumerate(self.matches):
            if match.change is not Change.KEPT:
                open_ = self.mended < MAX_ROWS and len(self.shown) + len(match.new) <= MAX_FIELDS
                self.mended += open_
                yield self._row(place, match, open_=open_ and bool(self.old))

    def _row(self, place: int, match: Match, *, open_: bool) -> Row:
        before = [self.old[i].text for i in match.old]
        after = [self.new[j].text for j in match.new]
        left, right = compared(before, after)
        old = tuple(
            Side(i + 1, self.old[i], pieces) for i, pieces in zip(match.old, left, strict=True)
        )
        new = tuple(
            self._side(place, match, j, pieces, open_=open_)
            for j, pieces in zip(match.new, right, strict=True)
        )
        gone = match.change is Change.REMOVED and open_
        offers = tuple(self._homes(place, match.old[0])) if gone else ()
        return Row(match.change, match.score, old, new, offers)

    def _side(
        self, place: int, match: Match, j: int, pieces: tuple[Piece, ...], *, open_: bool
    ) -> Side:
        if not open_:
            return Side(j + 1, self.new[j], pieces)
        id_ = self.ids[j]
        self.shown[id_] = match.old
        offers = [(f"{id_}=", UNPAIR, j + 1)] if match.old else list(self._wholes(place, id_))
        if id_ in self.pairs:
            offers.append((f"{id_}=?", BACK, j + 1))
        value = self.typed.get(id_, _names(match.old))
        return Side(j + 1, self.new[j], pieces, id_, value, id_ in self.pairs, tuple(offers))

    def _beside(self, place: int) -> Iterator[Match]:
        """The rows before and after one, past those that are only added or removed."""
        for step in (-1, 1):
            at = place + step
            while 0 <= at < len(self.matches) and at - place in range(-9, 10):
                match = self.matches[at]
                if match.change not in (Change.ADDED, Change.REMOVED):
                    yield match
                    break
                at += step

    def _wholes(self, place: int, id_: str) -> Iterator[tuple[str, str, int]]:
        """What an added text can be a part of."""
        for match in self._beside(place):
            if match.change in (Change.EDITED, Change.SPLIT):
                yield f"{id_}={_names(match.old)}", MARK_AS_SPLIT, match.new[0] + 1

    def _homes(self, place: int, i: int) -> Iterator[tuple[str, str, int]]:
        """Where the text of a removed segment can have gone."""
        for match in self._beside(place):
            if match.change in (Change.EDITED, Change.MERGED):
                j = match.new[0]
                yield f"{self.ids[j]}={_names(sorted((*match.old, i)))}", MERGE, j + 1
        for match in self.matches[max(0, place - 1) : place + 2]:
            if match.change is Change.ADDED:
                yield f"{self.ids[match.new[0]]}={i + 1}", PAIR, match.new[0] + 1


def _names(old: Sequence[int]) -> str:
    return ", ".join(str(i + 1) for i in old)


Pieces = tuple[Piece, ...]


def compared(old: Sequence[str], new: Sequence[str]) -> tuple[list[Pieces], list[Pieces]]:
    """The pieces of each old and each new text, compared as two wholes."""
    before, after = " ".join(old), " ".join(new)
    if not old or not new or before == after or len(before) + len(after) > MAX_COMPARED:
        return _whole(old), _whole(new)
    pieces = word_diff(before, after)
    return (
        _cut([piece for piece in pieces if piece.kind is not Kind.NEW], old),
        _cut([piece for piece in pieces if piece.kind is not Kind.GONE], new),
    )


def _whole(texts: Sequence[str]) -> list[Pieces]:
    return [(Piece(Kind.SAME, text),) for text in texts]


def _cut(pieces: Sequence[Piece], texts: Sequence[str]) -> list[Pieces]:
    """Give each text its own of the pieces, which are those of all with spaces between."""
    sides: list[Pieces] = []
    left = list(pieces)
    for text in texts:
        missing = len(text)
        side: list[Piece] = []
        while missing and left:
            piece = left.pop(0)
            if len(piece.text) > missing:
                left.insert(0, Piece(piece.kind, piece.text[missing:]))
                piece = Piece(piece.kind, piece.text[:missing])
            side.append(piece)
            missing -= len(piece.text)
        if left:
            # The space between two texts belongs to neither.
            rest = left.pop(0)
            if rest.text[1:]:
                left.insert(0, Piece(rest.kind, rest.text[1:]))
        sides.append(tuple(side))
    return sides
