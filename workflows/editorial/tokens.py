"""Pieces of a text to tokens: phrases known, articles dropped, numbers joined with their units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from workflows.editorial.cutting import COMMA, Piece, cut, opens_after
from workflows.editorial.lists import Entry, Lists, Phrase
from workflows.editorial.model import NOTHING, Kind, Known

_LONGEST_NUMBER = 8
"""Words of one number with its unit: "not" is far, "two hundred and ..." is near."""
_YEAR = 4
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
    named: tuple[int, ...]
    """Which of its words look like a name or a defined term: quoted, an acronym, capitalised within
    a sentence, or capitalised and known as such."""
    start: int
    end: int
    pause: str = ""
    """The stops or the comma in front of it, and of an article that was left out."""
    joint: str = ""
    quoted: bool = False
    starts: bool = False
    """It opens a sentence, or its article does."""


@dataclass(frozen=True)
class Reading:
    """A text as the guard reads it."""

    tokens: tuple[Token, ...]
    links: tuple[int, ...]
    """N of each ``<aN>`` in the order of the text."""
    capitals: bool
    """The text has no lower-case letter at all: case tells nothing."""
    text: str
    """Flattened; ``start`` and ``end`` of the tokens are offsets in it."""


class Reader:
    """Reads texts of one language with the names and terms of one document."""

    def __init__(self, lists: Lists, known: Known = NOTHING) -> None:
        self._lists = lists
        self._entries = dict(lists.entries)
        self._names = set(known.names)
        for names, kind in ((known.terms, Kind.DEFINED_TERM), (known.parties, Kind.PARTY)):
            for name in names:
                given = self._keys(name)
                if len(given) == 1:
                    self._names.add(given[0])
                # What the list protects stays what it is there: "not" is no term, quoted or not.
                if given and not self._listed(given):
                    self._entries[given] = Entry(" ".join(given), kind)
        lengths: dict[str, set[int]] = {}
        for entry in self._entries:
            lengths.setdefault(entry[0], set()).add(len(entry))
        self._lengths = {first: sorted(sizes, reverse=True) for first, sizes in lengths.items()}

    def read(self, tagged: str) -> Reading:
        """Tokens of a tagged text. Raises nothing."""
        found = cut(tagged)
        pieces = self._expand(found.pieces)
        capitals = found.text.isupper()
        tokens = _joined(self._without_articles(self._phrases(pieces, capitals)), self._lists)
        shown = tuple(
            token if token.shown else replace(token, shown=found.text[token.start : token.end])
            for token in tokens
        )
        return Reading(shown, found.links, capitals, found.text)

    def _listed(self, given: Phrase) -> bool:
        entry = self._lists.entries.get(given)
        if entry is not None and entry.kind is not None:
            return True
        return len(given) == 1 and self._lists.kind(given[0]) is not None

    def _keys(self, name: str) -> Phrase:
        """A given name as a phrase, without the article it may be given with."""
        keys = [piece.key for piece in self._expand(cut(name).pieces)]
        while len(keys) > 1 and keys[0] in self._lists.drop:
            del keys[0]
        return tuple(keys)

    def _expand(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Contractions in full, elisions apart, known misspellings put right."""
        expanded: list[Piece] = []
        for given in pieces:
            piece = self._unabbreviated(given, expanded)
            if not piece.word and piece.key != "&":
                expanded.append(piece)
                continue
            parts = [(key, piece) for key in self._lists.expand.get(piece.key, ())]
            head, apostrophe, rest = piece.key.partition("'")
            elided = self._lists.elide.get(head) if apostrophe else None
            if elided and not parts:
                size = len(head) + 1
                tail = replace(
                    piece,
                    surface=piece.surface[size:],
                    start=piece.start + size,
                    opens=False,
                )
                parts = [(elided, piece), (rest, tail)]
            parts = parts or [(piece.key, piece)]
            for key, part in parts:
                word = self._lists.typos.get(key, key)
                first = (key, part) == parts[0]
                pause, joint = (piece.pause, piece.joint) if first else ("", "")
                same = (part.key, part.pause, part.joint) == (word, pause, joint)
                if not same:
                    part = replace(part, key=word, pause=pause, joint=joint)
                expanded.append(part)
        return expanded

    def _unabbreviated(self, piece: Piece, before: Sequence[Piece]) -> Piece:
        """The piece without the stop in front of it that belongs to an abbreviation."""
        last = tuple(one.key for one in before[-2:])
        numbered = piece.kind is Kind.NUMBER
        if not any(
            tail in self._lists.abbreviations or (numbered and tail in self._lists.numbered)
            for tail in (last, last[1:])
        ):
            return piece
        if numbered and piece.key[0] == "." and before[-1].end == piece.start:
            return replace(piece, key=piece.key[1:])
        if "." not in piece.pause:
            return piece
        pause = piece.pause.replace(".", "")
        return replace(piece, pause=pause, opens=opens_after(pause))

    def _phrases(self, pieces: Sequence[Piece], capitals: bool) -> list[Token]:
        """The longest phrase that begins at each place; what is no phrase stands alone."""
        tokens: list[Token] = []
        at = 0
        while at < len(pieces):
            size, entry = self._longest(pieces, at)
            tokens.append(self._token(pieces[at : at + size], entry, capitals))
            at += size
        return tokens

    def _without_articles(self, tokens: Sequence[Token]) -> list[Token]:
        """The tokens without articles; what stood in front of one stands in front of the next.

        It is no article, but a label or a word that counts, at the end ("point a."), behind a word
        that labels follow, and in front of a word of scope or number ("a few", "a third").
        """
        kept: list[Token] = []
        article: Token | None = None
        for at, found in enumerate(tokens):
            token, following = found, tokens[at + 1] if at + 1 < len(tokens) else None
            if article is not None:
                pause = "".join(sorted({*article.pause, *token.pause}))
                token = replace(token, pause=pause, starts=token.starts or article.starts)
                article = None
            if token.kind is not None or token.key not in self._lists.drop:
                kept.append(token)
            elif following is None or following.pause or self._labels(kept, token):
                kept.append(replace(token, kind=Kind.LABEL))
            elif following.kind is Kind.SCOPE or (
                following.kind is Kind.NUMBER and following.key.isalpha()
            ):
                kept.append(replace(token, kind=Kind.SCOPE))
            else:
                article = token
        return kept

    def _labels(self, before: Sequence[Token], token: Token) -> bool:
        return len(token.key) == 1 and bool(before) and before[-1].key in self._lists.labelled

    def _longest(self, pieces: Sequence[Piece], at: int) -> tuple[int, Entry | None]:
        for size in self._lengths.get(pieces[at].key, ()):
            parts = pieces[at : at + size]
            entry = self._entries.get(tuple(piece.key for piece in parts))
            if entry is not None and len(parts) == size and _unparted(parts):
                return size, entry
        return 1, None

    def _token(self, pieces: Sequence[Piece], entry: Entry | None, capitals: bool) -> Token:
        first, last = pieces[0], pieces[-1]
        key, kind = first.key, first.kind
        if entry is not None:
            key, kind = entry.key, entry.kind
        elif first.word:
            kind = self._kind(first)
        named = [at for at, piece in enumerate(pieces) if not capitals and self._named(piece)]
        return Token(
            key,
            kind,
            first.surface if len(pieces) == 1 else "",
            len(pieces) == 1 and first.word,
            first.opens,
            any(piece.glued for piece in pieces),
            tuple(named),
            first.start,
            last.end,
            first.pause,
            first.joint,
            any(piece.quoted for piece in pieces),
            first.opens,
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
        if not piece.word:
            return False
        if piece.quoted:
            return True
        if piece.key in self._lists.caseless:
            return False
        surface = piece.surface
        if len(surface) > 1 and surface.isupper():
            return True
        if not surface[0].isupper():
            return False
        return piece.key in self._names or not (self._lists.nouns_capitalised or piece.opens)


def _unparted(parts: Sequence[Piece]) -> bool:
    """No pause parts the words of a phrase, but for the dot of an initial: "e. g."."""
    return all(
        not part.pause or (part.pause == "." and len(before.key) == 1 and before.key.isascii())
        for before, part in pairwise(parts)
    )


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
        if end > at and tokens[end].pause and not _dated(tokens[end - 1], tokens[end], kind):
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


def _dated(before: Token, token: Token, kind: Kind) -> bool:
    """The sign between two parts of a date: "1. May", "May 1, 2024", "Monday, 1 May"."""
    number = kind is Kind.NUMBER and token.shown.isdigit()
    if token.pause == COMMA:
        return number and (len(token.shown) == _YEAR or before.kind is Kind.DATE)
    return token.pause == "." and kind is Kind.DATE and before.shown.isdigit()


def _composite(tokens: Sequence[Token], lists: Lists) -> Token:
    key = " ".join(token.key for token in tokens)
    kinds: Mapping[Kind | None, None] = dict.fromkeys(token.kind for token in tokens)
    kind = next((k for k in (Kind.DATE, Kind.AMOUNT, Kind.DURATION) if k in kinds), Kind.NUMBER)
    if any(token.key in lists.months for token in tokens) or lists.dates.fullmatch(key):
        kind = Kind.DATE
    first, last = tokens[0], tokens[-1]
    # A month may be written with a capital letter or without.
    named = [at for at, token in enumerate(tokens) if token.named and token.kind is not Kind.DATE]
    quoted = any(token.quoted for token in tokens)
    return replace(
        first,
        key=key,
        kind=kind,
        shown="",
        word=False,
        named=tuple(named),
        glued=False,
        quoted=quoted,
        end=last.end,
    )
