"""Pieces of a text to tokens: phrases known, articles dropped, numbers joined with their units."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from workflows.editorial.cutting import Piece, cut
from workflows.editorial.lists import Entry, Lists, Phrase
from workflows.editorial.model import Kind

_LONGEST_NUMBER = 8
"""Words of one number with its unit: "not" is far, "two hundred and ..." is near."""
_NUMERIC = (Kind.NUMBER, Kind.AMOUNT, Kind.DURATION, Kind.DATE)


@dataclass(frozen=True, slots=True)
class Token:
    """What is compared: a word, a phrase, or a number with its unit."""

    key: str
    kind: Kind | None
    shown: str
    """As it stands in the text."""
    word: bool
    """One word of letters."""
    opens: bool
    glued: bool
    named: bool
    """It looks like a defined term: quoted, an acronym, or capitalised within a sentence."""
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """A text as the guard reads it."""

    tokens: tuple[Token, ...]
    links: tuple[int, ...]
    """N of each ``<aN>`` in the order of the text."""
    capitals: bool
    """The text has no lower-case letter at all: case tells nothing."""


class Reader:
    """Reads texts of one language with the names and terms of one document."""

    def __init__(
        self, lists: Lists, *, terms: Collection[str] = (), parties: Collection[str] = ()
    ) -> None:
        self._lists = lists
        self._entries = dict(lists.entries)
        for names, kind in ((terms, Kind.DEFINED_TERM), (parties, Kind.PARTY)):
            for name in names:
                given = self._keys(name)
                if given:
                    self._entries[given] = Entry(" ".join(given), kind)
        lengths: dict[str, set[int]] = {}
        for known in self._entries:
            lengths.setdefault(known[0], set()).add(len(known))
        self._lengths = {first: sorted(sizes, reverse=True) for first, sizes in lengths.items()}

    def read(self, tagged: str) -> Reading:
        """Tokens of a tagged text. Raises nothing."""
        found = cut(tagged)
        pieces = self._expand(found.pieces)
        capitals = found.text.isupper()
        tokens = _joined(self._phrases(pieces, capitals), self._lists)
        shown = tuple(
            token if token.shown else replace(token, shown=found.text[token.start : token.end])
            for token in tokens
        )
        return Reading(shown, found.links, capitals)

    def _keys(self, name: str) -> Phrase:
        """A given name as a phrase, without the article it may be given with."""
        keys = [piece.key for piece in self._expand(cut(name).pieces)]
        while len(keys) > 1 and keys[0] in self._lists.drop:
            del keys[0]
        return tuple(keys)

    def _expand(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Contractions in full, elisions apart, known misspellings put right."""
        expanded: list[Piece] = []
        for piece in pieces:
            if not piece.word and piece.key != "&":
                expanded.append(piece)
                continue
            keys = self._lists.expand.get(piece.key)
            if keys is None:
                head, apostrophe, rest = piece.key.partition("'")
                elided = self._lists.elide.get(head) if apostrophe else None
                keys = (elided, rest) if elided else (piece.key,)
            keys = tuple(self._lists.typos.get(key, key) for key in keys)
            expanded += (piece if piece.key == key else replace(piece, key=key) for key in keys)
        return expanded

    def _phrases(self, pieces: Sequence[Piece], capitals: bool) -> list[Token]:
        """The longest phrase that begins at each place; what is no phrase stands alone."""
        tokens: list[Token] = []
        at = 0
        while at < len(pieces):
            size, entry = self._longest(pieces, at)
            token = self._token(pieces[at : at + size], entry, capitals)
            if token.key not in self._lists.drop or token.kind:
                tokens.append(token)
            at += size
        return tokens

    def _longest(self, pieces: Sequence[Piece], at: int) -> tuple[int, Entry | None]:
        for size in self._lengths.get(pieces[at].key, ()):
            keys = tuple(piece.key for piece in pieces[at : at + size])
            entry = self._entries.get(keys)
            if entry is not None and len(keys) == size:
                return size, entry
        return 1, None

    def _token(self, pieces: Sequence[Piece], entry: Entry | None, capitals: bool) -> Token:
        first, last = pieces[0], pieces[-1]
        key, kind = first.key, first.kind
        if entry is not None:
            key, kind = entry.key, entry.kind
        elif first.word:
            kind = self._kind(first)
        named = not capitals and any(self._named(piece) for piece in pieces)
        return Token(
            key,
            kind,
            first.surface if len(pieces) == 1 else "",
            len(pieces) == 1 and first.word,
            first.opens,
            any(piece.glued for piece in pieces),
            named,
            first.start,
            last.end,
        )

    def _kind(self, piece: Piece) -> Kind | None:
        """The kind of a word that is no entry; a single capital within a sentence is a label."""
        surface = piece.surface
        if len(surface) == 1 and surface.isascii() and surface.isupper() and not piece.opens:
            return Kind.LABEL
        if piece.key in self._lists.months and surface[0].isupper() and not piece.opens:
            return Kind.DATE
        base = piece.key.removesuffix("'s")
        entry = self._entries.get((base,))
        return entry.kind if entry is not None and entry.kind else self._lists.kind(base)

    def _named(self, piece: Piece) -> bool:
        if not piece.word or piece.key in self._lists.caseless:
            return False
        surface = piece.surface
        if piece.quoted or (len(surface) > 1 and surface.isupper()):
            return True
        return not self._lists.nouns_capitalised and surface[0].isupper() and not piece.opens


def _joined(tokens: Sequence[Token], lists: Lists) -> list[Token]:
    """Numbers with what they count: "30 days", "EUR 5", "1 May 2024", each one token."""
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        size = _run(tokens, at, lists)
        joined.append(tokens[at] if size == 1 else _composite(tokens[at : at + size], lists))
        at += size
    return joined


def _run(tokens: Sequence[Token], at: int, lists: Lists) -> int:
    """How many tokens from here on make one number with its unit; 1 when there is no number."""
    end, counted = at, False
    while end < len(tokens) and end - at < _LONGEST_NUMBER:
        kind = _numeric(tokens, end, lists)
        if kind is None:
            break
        counted = counted or kind is Kind.NUMBER
        end += 1
        if kind is Kind.DURATION:
            shape = " ".join(token.key for token in tokens[at:end])
            if not lists.dates.fullmatch(shape):
                break
    return end - at if counted and end - at > 1 else 1


def _numeric(tokens: Sequence[Token], at: int, lists: Lists) -> Kind | None:
    """The kind of a part of a number; a month that is also a word counts when capitalised."""
    token = tokens[at]
    if token.key in lists.months and token.shown[:1].isupper():
        beside = [*tokens[at + 1 : at + 2], *(tokens[at - 1 : at] if not token.opens else ())]
        return Kind.DATE if any(other.kind is Kind.NUMBER for other in beside) else None
    return token.kind if token.kind in _NUMERIC else None


def _composite(tokens: Sequence[Token], lists: Lists) -> Token:
    key = " ".join(token.key for token in tokens)
    kinds: Mapping[Kind | None, None] = dict.fromkeys(token.kind for token in tokens)
    kind = next((k for k in (Kind.DATE, Kind.AMOUNT, Kind.DURATION) if k in kinds), Kind.NUMBER)
    if any(token.key in lists.months for token in tokens) or lists.dates.fullmatch(key):
        kind = Kind.DATE
    first, last = tokens[0], tokens[-1]
    return Token(key, kind, "", False, first.opens, False, False, first.start, last.end)
