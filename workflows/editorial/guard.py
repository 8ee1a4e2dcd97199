"""Whether an edit of a source segment may be called editorial.

The guard denies by default. Both texts are read as sequences of tokens: words, phrases, numbers
with their units, addresses, labels, codes, and the signs that bear meaning. The sequences must be
the same, in the same order, except for:

- spaces, and punctuation at the end; a comma where ``pauses`` lets it come and go; what kind of
  quotes, brackets, dots and dashes stand there (not "?", "/", "%", "§", a minus, a decimal sign);
- emphasis, and where a link stands, as long as the links and their order stay;
- articles, and pairs of words that say the same, where the list of the language names them;
- capital letters at the beginning of a sentence, in words that can be no term, and in a text that
  is written in capitals;
- spelling, as ``spelling.respelt`` and ``spelling.divided`` define it, of words that are ordinary:
  no negation, modal, number, party, term, name or other protected word;
- a word of no weight that stood twice in a row.

So a change that no list knows is refused as well; the lists only tell what to call it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, zip_longest

from rapidfuzz.distance import Levenshtein

from workflows.editorial.lists import Lists, lists_of
from workflows.editorial.model import NOTHING, Finding, Kind, Known, Version
from workflows.editorial.pauses import Pair, Pauses, joints
from workflows.editorial.reasons import NoEditorialList, NotEditorial
from workflows.editorial.spelling import divided, respelt, variants
from workflows.editorial.tokens import Reader, Reading, Token

_LONG = 8
_WEIGHTLESS = 4
Region = tuple[Sequence[Token], Sequence[Token]]
"""What stood somewhere, and what stands there now."""


def substantive(
    old: Version, new: Version, *, language: str, known: Known = NOTHING
) -> tuple[Finding, ...]:
    """Why the change from ``old`` to ``new`` is not editorial; empty when it may be.

    ``language`` is the source language, a BCP 47 tag; ``known`` is what the rest of the document
    tells (``Usage.around``): without it no word is taken for a slip of another. A language without
    a list of words gives one finding of the kind LANGUAGE. Raises nothing. Linear in the length of
    the texts but for the comparison of what differs, which is bit-parallel.
    """
    if old == new:
        return ()
    lists = lists_of(language)
    if lists is None:
        return (Finding(Kind.LANGUAGE, language or "und", ""),)
    reader = Reader(lists, known)
    before, after = reader.read(old.text), reader.read(new.text)
    comparison = _Comparison(lists, before, after, known)
    found = (*_labels(old, new), *_links(old, new, before, after), *comparison.findings())
    return tuple(dict.fromkeys(found))


def require_editorial(old: Version, new: Version, *, language: str, known: Known = NOTHING) -> None:
    """Raise NotEditorial or NoEditorialList unless the change may be called editorial."""
    found = substantive(old, new, language=language, known=known)
    if any(finding.kind is Kind.LANGUAGE for finding in found):
        raise NoEditorialList(language)
    if found:
        raise NotEditorial(found)


def _labels(old: Version, new: Version) -> Iterator[Finding]:
    pairs = ((old.label, new.label), (old.list_label, new.list_label))
    for before, after in pairs:
        if before.strip() != after.strip():
            yield Finding(Kind.LABEL, before.strip(), after.strip())


def _links(old: Version, new: Version, before: Reading, after: Reading) -> Iterator[Finding]:
    """Targets that came, went, or now stand in another order than before."""
    was, now = _targets(old, before), _targets(new, after)
    if was == now:
        return
    gone, come = Counter(was) - Counter(now), Counter(now) - Counter(was)
    pairs: Iterable[tuple[str, str]] = zip_longest(gone.elements(), come.elements(), fillvalue="")
    if not (gone or come):
        pairs = ((a, b) for a, b in zip(was, now, strict=True) if a != b)
    for left, right in pairs:
        yield Finding(Kind.LINK, left, right)


def _targets(version: Version, reading: Reading) -> list[str]:
    """Link targets in the order of the text, then those that no text leads to."""
    hrefs = {link.number: link.href for link in version.links}
    used = [hrefs.get(number, "") for number in reading.links]
    unused = sorted(link.href for link in version.links if link.number not in reading.links)
    return [href for href in (*used, *unused) if href]


@dataclass(frozen=True)
class _Comparison:
    lists: Lists
    before: Reading
    after: Reading
    known: Known

    def findings(self) -> Iterator[Finding]:
        """Everything that differs and is not excused."""
        pauses = Pauses(self.lists, self.before.text, self.after.text)
        run: list[Pair] = []
        for (old, new), same in self._regions():
            pairs = list(zip(old, new, strict=True)) if same else self._excused(old, new)
            if pairs is None:
                yield from self._named(old, new)
                yield from pauses.findings(run)
                run = []
                continue
            if same:
                yield from self._recased(pairs)
            yield from joints(pairs)
            run += pairs
        yield from pauses.findings(run)

    def _regions(self) -> Iterator[tuple[Region, bool]]:
        """Both texts cut at the same places: what is the same, and what differs between."""
        old, new = self._unrepeated(), self.after.tokens
        numbers: dict[str, int] = {}
        left, right = (
            [numbers.setdefault(token.key, len(numbers)) for token in tokens]
            for tokens in (old, new)
        )
        i = j = 0
        for block in Levenshtein.opcodes(left, right):
            if block.tag != "equal":
                continue
            if (i, j) != (block.src_start, block.dest_start):
                yield (old[i : block.src_start], new[j : block.dest_start]), False
            i, j = block.src_end, block.dest_end
            yield (old[block.src_start : i], new[block.dest_start : j]), True
        if i < len(old) or j < len(new):
            yield (old[i:], new[j:]), False

    def _unrepeated(self) -> Sequence[Token]:
        """What was, without words that stand twice in a row and are written once now."""
        left = {now.key for last, now in pairwise(self.after.tokens) if last.key == now.key}
        kept: list[Token] = []
        for token in self.before.tokens:
            if kept and token.key == kept[-1].key and token.key not in left:
                scope = len(kept) > 1 and kept[-2].kind is Kind.SCOPE
                if not scope and _repeats(kept[-1], token, self.lists):
                    continue
            kept.append(token)
        return kept

    def _recased(self, pairs: Iterable[Pair]) -> Iterator[Finding]:
        """Capital letters and quotes that make a term, or take one away."""
        for was, now in pairs:
            if was.quoted != now.quoted or (
                was.shown != now.shown and not self._same_case(was, now)
            ):
                yield Finding(was.kind or Kind.DEFINED_TERM, was.shown, now.shown)

    def _same_case(self, was: Token, now: Token) -> bool:
        if was.kind in (Kind.LINK, Kind.EMAIL, Kind.CODE) or not _differ_in_case(was, now):
            return True
        if _opening(was, now):
            return True
        if not self.lists.cased.isdisjoint(was.key.split()):
            return False
        if self.before.capitals or self.after.capitals:
            return True
        if was.quoted or was.named != now.named:
            return False
        if was.key in self.lists.caseless:
            return True
        if was.kind in (Kind.PARTY, Kind.DEFINED_TERM):
            return self.lists.nouns_capitalised and was.kind is Kind.PARTY
        return was.kind is not None or self.lists.nouns_capitalised

    def _named(self, old: Sequence[Token], new: Sequence[Token]) -> Iterator[Finding]:
        """The findings for a region: pair by pair where both have as many words, else by kind."""
        if len(old) == len(new):
            pairs = zip(old, new, strict=True)
            yield from _pairwise([pair for pair in pairs if not self._respelt(*pair)])
        else:
            yield from _by_kind(old, new)

    def _excused(self, old: Sequence[Token], new: Sequence[Token]) -> list[Pair] | None:
        """The pairs of a region that holds nothing but other spellings of the same words."""
        pairs: list[Pair] = []
        i = j = 0
        while i < len(old) and j < len(new):
            pairs.append((old[i], new[j]))
            if self._respelt(old[i], new[j]):
                i, j = i + 1, j + 1
            elif self._divided(old[i : i + 2], new[j], self.before.text):
                i, j = i + 2, j + 1
            elif self._divided(new[j : j + 2], old[i], self.after.text):
                i, j = i + 1, j + 2
            else:
                return None
        return pairs if i == len(old) and j == len(new) else None

    def _respelt(self, old: Token, new: Token) -> bool:
        if old.quoted != new.quoted:
            return False
        if old.key == new.key:
            return self._same_case(old, new)
        if _ordinary(old) and _ordinary(new):
            if not self._nameless(old, new):
                return False
            attested = self._attested(old.key, new.key)
            return respelt(old.key, new.key, self.lists, attested=attested)
        # A protected word may change between the spellings that the list gives for all words.
        plain = old.word and new.word and not (old.named or new.named or old.glued or new.glued)
        return plain and old.kind is new.kind and variants(old.key, new.key, self.lists)

    def _nameless(self, old: Token, new: Token) -> bool:
        """Neither can be a name: written small, by its ending, or small elsewhere."""
        if not (old.shown[:1].isupper() or new.shown[:1].isupper()):
            return True
        if self.lists.nouns_capitalised:
            return len(new.key) >= _LONG and new.key.endswith(self.lists.nouns)
        return not {old.key, new.key}.isdisjoint(self.known.vocabulary)

    def _attested(self, old: str, new: str) -> bool:
        """The document uses the new word elsewhere, and did before; the old one stood here once."""
        return (
            (new in self._vocabulary or new in self._own)
            and old not in self._vocabulary
            and old not in self._elsewhere
            and self._own[old] <= 1
            and all(token.key != old for token in self.after.tokens)
        )

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(word.lower() for word in self.known.vocabulary)

    @cached_property
    def _elsewhere(self) -> frozenset[str]:
        return frozenset(word.lower() for word in self.known.elsewhere)

    @cached_property
    def _own(self) -> Counter[str]:
        return Counter(token.key for token in self.before.tokens)

    def _divided(self, parts: Sequence[Token], whole: Token, text: str) -> bool:
        if len(parts) != 2 or parts[1].pause:
            return False
        keys = (parts[0].key, parts[1].key)
        full = self.lists.apostrophes.get(whole.shown.lower().replace("’", "'"))
        if full == keys:
            return True
        if not all(map(_ordinary, (*parts, whole))) or parts[0].quoted != whole.quoted:
            return False
        hyphen = text[parts[0].end : parts[1].start] in ("-", "\u2010")
        pair = " ".join(keys)
        forms = (pair, whole.key) if text is self.before.text else (whole.key, pair)
        return divided(keys, whole.key, self.lists) and (hyphen or self._attested(*forms))


def _repeats(first: Token, second: Token, lists: Lists) -> bool:
    """The second is the first again, by mistake: "of of", "information information"."""
    if second.pause or first.pause or first.shown != second.shown or first.named or first.glued:
        return False
    if first.key in lists.repeated:
        return True
    return first.word and first.kind is None and len(first.key) >= _WEIGHTLESS


def _ordinary(token: Token) -> bool:
    return token.word and token.kind is None and not token.named and not token.glued


def _opening(was: Token, now: Token) -> bool:
    """A capital letter that came or went at the beginning of a sentence, and only there.

    A term may lose it only where nothing else opens the sentence ("Company", "The company"), and
    not in quotes.
    """
    capital = [token for token in (was, now) if token.shown[:1].isupper()]
    if was.shown[1:] != now.shown[1:] or len(capital) != 1 or not capital[0].opens or was.quoted:
        return False
    term = bool(was.named or now.named)
    return (was.opens and now.opens) if term else (was.starts and now.starts)


def _differ_in_case(was: Token, now: Token) -> bool:
    """Not only in spaces, hyphens, quotes, or the way of saying the same."""
    left, right = ("".join(filter(str.isalpha, token.shown)) for token in (was, now))
    return left != right and left.lower() == right.lower()


def _by_kind(old: Sequence[Token], new: Sequence[Token]) -> Iterator[Finding]:
    kinds = dict.fromkeys(kind for token in (*old, *new) if (kind := _kind(token)))
    for kind in kinds:
        was = [token.shown for token in old if _kind(token) is kind]
        now = [token.shown for token in new if _kind(token) is kind]
        for left, right in zip_longest(was, now, fillvalue=""):
            yield Finding(kind, left, right)
    yield from _ordinary_words(
        [token for token in old if not _kind(token)], [token for token in new if not _kind(token)]
    )


def _pairwise(pairs: Sequence[tuple[Token, Token]]) -> Iterator[Finding]:
    words: tuple[list[Token], list[Token]] = ([], [])
    for was, now in pairs:
        kinds = dict.fromkeys(kind for kind in (_kind(was), _kind(now)) if kind)
        for kind in kinds:
            yield Finding(kind, was.shown, now.shown)
        if not kinds:
            words[0].append(was)
            words[1].append(now)
    yield from _ordinary_words(*words)


def _ordinary_words(old: Sequence[Token], new: Sequence[Token]) -> Iterator[Finding]:
    if old or new:
        before, after = (" ".join(token.shown for token in side) for side in (old, new))
        yield Finding(Kind.TOO_MUCH, before, after)


def _kind(token: Token) -> Kind | None:
    return token.kind or (Kind.DEFINED_TERM if token.named else None)
