"""What a document tells about its words: its terms, parties and names, and the words in use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from workflows.editorial.cutting import COMMA, Cut, Piece, cut
from workflows.editorial.lists import HAN, Lists, lists_of, phrase
from workflows.editorial.model import Kind, Known

_LONGEST_TERM = 5
_LONGEST_NAME = 4
_LEGAL_FORMS = frozenset(
    [
        *("GmbH", "AG", "KG", "OHG", "UG", "SE", "eG", "Ltd", "LLC", "LLP", "Inc", "Corp", "plc"),
        *("PLC", "SA", "SAS", "SARL", "SASU", "SL", "SLU", "Lda", "BV", "NV", "AB"),
    ]
)
_DOTTED_FORMS = frozenset((("S", "L"), ("S", "A"), ("S", "A", "R", "L"), ("B", "V"), ("N", "V")))
_LONGEST_CHINESE = 12
_NO_NAME = (Kind.NEGATION, Kind.MODAL, Kind.SCOPE, Kind.PARTY)
_NO_NAME_EITHER = "是的即指称稱们們"
_CHINESE = re.compile(f"([{HAN}]+)公司")
_FORMS_OF_COMPANY = ("股份有限", "有限责任", "有限責任", "有限", "")


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words of tagged texts as they are written, and the pairs that stand side by side."""
    return frozenset(form for text in texts for form in _forms(cut(text)))


class Usage:
    """The words of a document before and after a revision; worked out once for all its edits."""

    def __init__(
        self,
        before: Sequence[str],
        after: Sequence[str],
        *,
        language: str,
        parties: Collection[str] = (),
    ) -> None:
        """``before`` and ``after`` are the tagged texts of all segments."""
        cuts = {text: cut(text) for text in (*before, *after)}
        self._forms = {text: frozenset(_forms(found)) for text, found in cuts.items()}
        self._before = Counter(form for text in before for form in self._forms[text])
        self._after = Counter(form for text in after for form in self._forms[text])
        lists = lists_of(language)
        named = [list(_parties(found, lists)) for found in cuts.values() if lists is not None]
        self._parties = frozenset(parties) | {name for names in named for name in names}
        self._terms = frozenset(term for found in cuts.values() for term in _terms(found))
        words = {word for name in self._parties for word in name.lower().split()}
        if lists is not None and not lists.nouns_capitalised:
            words |= {name for found in cuts.values() for name in _names(found)}
        self._names = words - (lists.caseless if lists is not None else frozenset())

    def around(self, old: str, new: str) -> Known:
        """What the document tells about a segment whose text was ``old`` and is ``new``."""
        before = self._others(self._before, old)
        after = self._others(self._after, new)
        return Known(
            terms=self._terms,
            parties=self._parties,
            names=frozenset(self._names),
            vocabulary=before & after,
            elsewhere=before ^ after,
        )

    def _others(self, counts: Counter[str], text: str) -> frozenset[str]:
        own = self._forms.get(text, frozenset())
        return frozenset(form for form, count in counts.items() if count > (form in own))


def _forms(found: Cut) -> Iterator[str]:
    """The words of a text, and pairs of words with nothing but a space between them."""
    for piece in found.pieces:
        if piece.word:
            yield piece.surface
    for one, other in pairwise(found.pieces):
        if one.word and other.word and found.text[one.end : other.start].isspace():
            yield f"{one.surface} {other.surface}"


def _terms(found: Cut) -> Iterator[str]:
    """What stands in quotes, when it is short enough for a term."""
    for quoted in found.quotes:
        if len(phrase(quoted)) <= _LONGEST_TERM:
            yield quoted


def _names(found: Cut) -> Iterator[str]:
    """Words with a capital letter within a sentence."""
    for piece in found.pieces:
        if piece.word and piece.surface[0].isupper() and not piece.opens:
            yield piece.key


def _parties(found: Cut, lists: Lists) -> Iterator[str]:
    """Names in front of a legal form: "Ada Stein" in "Ada Stein GmbH"."""
    for at in range(len(found.pieces)):
        if _legal_form(found.pieces, at):
            start = at
            while start > max(0, at - _LONGEST_NAME) and _of_a_name(found.pieces, start, lists):
                start -= 1
            if start < at:
                yield found.text[found.pieces[start].start : found.pieces[at - 1].end]
    for match in _CHINESE.finditer(found.text):
        yield from _chinese(match[1], lists)


def _legal_form(pieces: Sequence[Piece], at: int) -> bool:
    if pieces[at].surface in _LEGAL_FORMS:
        return True
    letters = (tuple(piece.surface for piece in pieces[at : at + size]) for size in (2, 4))
    return any(form in _DOTTED_FORMS for form in letters)


def _of_a_name(pieces: Sequence[Piece], at: int, lists: Lists) -> bool:
    """Whether the piece in front of ``pieces[at]`` belongs to a name that goes on there."""
    before, piece = pieces[at - 1], pieces[at]
    form = piece.surface in _LEGAL_FORMS and (piece.pause == COMMA or before.surface == "Co")
    if piece.pause and not form:
        return False
    capital = before.word and before.surface[0].isupper()
    article = before.opens and before.key in lists.caseless | lists.drop
    entry = lists.entries.get((before.key,))
    grammar = entry is not None and entry.kind not in (None, Kind.PARTY, Kind.AMOUNT)
    return before.surface == "&" or (capital and not article and not grammar)


def _chinese(run: str, lists: Lists) -> Iterator[str]:
    """The end of a run of ideographs that no word of grammar cuts, without the legal form."""
    form = next(form for form in _FORMS_OF_COMPANY if run.endswith(form))
    signs = phrase(run.removesuffix(form))
    start = len(signs)
    while start > max(0, len(signs) - _LONGEST_CHINESE):
        entry = lists.entries.get((signs[start - 1],))
        if (entry is not None and entry.kind in _NO_NAME) or signs[start - 1] in _NO_NAME_EITHER:
            break
        start -= 1
    if len(signs) - start > 1:
        yield "".join(signs[start:])
