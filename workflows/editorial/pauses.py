"""Which change of punctuation within a text may change what it says.

Words that stay can be parted anew: "We share it only if asked. We tell you" and "We share it. Only
if asked we tell you" have the same words. So what parts two words counts, unless it is a comma that
came or went

- where no negation and no "no" stands beside it ("No, we sell"),
- not in front of a word whose clause it would turn from a condition into a remark ("partners,
  who agree"),
- not beside a word that points at what follows or precedes it ("only"),
- not between two words that would be one thing without it ("health insurance"), and
- not together with another one that did the opposite in the same sentence, which is a comma that
  moved, or, where commas do not follow grammar, did the same, which sets a remark apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from workflows.editorial.cutting import COMMA
from workflows.editorial.lists import Lists
from workflows.editorial.model import Finding, Kind
from workflows.editorial.tokens import Token

Pair = tuple[Token, Token]
"""A token as it was, and the same token as it is."""


@dataclass(frozen=True)
class Pauses:
    """Compares what stands in front of tokens that both texts have."""

    lists: Lists
    old: str
    new: str
    """The flattened texts."""

    def findings(self, pairs: Sequence[Pair]) -> Iterator[Finding]:
        """What parts the tokens of a run anew; what stands in front of the first is free."""
        commas: list[int] = []
        for at, (was, now) in enumerate(pairs[1:], 1):
            if was.pause == now.pause:
                if now.pause not in ("", COMMA):
                    yield from self._commas(pairs, commas)
                    commas = []
            elif {was.pause, now.pause} == {"", COMMA}:
                commas.append(at)
            else:
                yield self._named(pairs, at)
        yield from self._commas(pairs, commas)

    def _commas(self, pairs: Sequence[Pair], places: Sequence[int]) -> Iterator[Finding]:
        """The commas that came and went in one sentence, if they may not."""
        together = len(places) > 1 and (
            bool(self.lists.relative) or len({pairs[at][0].pause for at in places}) > 1
        )
        for at in places:
            if together or self._bears_meaning(pairs[at - 1][1], pairs[at][1]):
                yield self._named(pairs, at)

    def _bears_meaning(self, left: Token, right: Token) -> bool:
        if self._negates(left) or self._negates(right):
            return True
        if right.key.partition(" ")[0] in self.lists.relative:
            return True
        if {left.key, right.key} & self.lists.focus:
            return True
        return self.lists.compounds and self._content(left) and self._content(right)

    def _negates(self, token: Token) -> bool:
        if token.kind is Kind.NEGATION:
            return True
        entries = (self.lists.entries.get((word,)) for word in token.key.split())
        return any(entry is not None and entry.kind is Kind.NEGATION for entry in entries)

    def _content(self, token: Token) -> bool:
        return token.kind is None and token.key not in self.lists.caseless

    def _named(self, pairs: Sequence[Pair], at: int) -> Finding:
        """The two words and what stands between, under the kind that tells most."""
        (left_was, left_now), (was, now) = pairs[at - 1], pairs[at]
        kind = now.kind or left_now.kind or Kind.TOO_MUCH
        if self._negates(left_now) or self._negates(now):
            kind = Kind.NEGATION
        return Finding(kind, self.old[left_was.start : was.end], self.new[left_now.start : now.end])


def joints(pairs: Iterable[Pair]) -> Iterator[Finding]:
    """Addresses whose parts are joined in another way: "my-shop.example", "my.shop.example"."""
    for was, now in pairs:
        if was.joint != now.joint and not (_spaced(was, now) or _spaced(now, was)):
            yield Finding(Kind.LINK, f"{was.joint}{was.shown}", f"{now.joint}{now.shown}")


def _spaced(tight: Token, apart: Token) -> bool:
    """A space that was missing behind a stop: "the page.We keep it", "note:this"."""
    if apart.joint:
        return False
    sentence = tight.joint == "." and tight.shown[:1].isupper()
    return sentence or tight.joint in (",", ":", ";")
