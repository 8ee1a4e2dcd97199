"""Blocks to segments: where keys are born and carried on, and links within a document resolved."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from workflows.segments.skeleton import Node, Skeleton
from workflows.sources import Block, Kind, Link, Source, reference, reference_names, walk
from workflows.sources.tagged import concatenated

_KEY_LENGTH = 10


@dataclass(frozen=True)
class Segment:
    """A text that is translated as one."""

    key: str
    """"s" and ten signs of lower-case base32; born once, unique in its document."""
    text: str
    """Tagged text."""
    links: tuple[Link, ...]
    """With references to headings resolved to their anchors."""
    kind: Kind
    role: str
    """"title", "heading", "paragraph", "item", "cell" or "quote"."""
    section: str
    """The number of the section it stands in: "2", "2.1", or "" outside of numbered sections."""
    position: int
    """1-based in document order, the title first."""
    anchor: str
    """For headings and the title the key, as the ``id`` in all languages; else ""."""
    label: str = ""
    """The number in front of the text, which is no part of it and of its digest."""

    @property
    def digest(self) -> str:
        """SHA-256 of text and links, 64 hex digits."""
        return digest(self.text, self.links)


def digest(text: str, links: Sequence[Link] = ()) -> str:
    """The identity of a source: SHA-256 over its text and links, 64 hex digits."""
    table = [[link.number, link.href, link.title] for link in links]
    canonical = json.dumps([text, table], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def joined_digest(sources: Iterable[tuple[str, Sequence[Link]]]) -> str:
    """The identity of several sources as one: their texts as ``concatenated`` joins them, and the
    links of each numbered on from those before it, as they are there."""
    texts: list[str] = []
    links: list[Link] = []
    for text, own in sources:
        last = max((link.number for link in links), default=0)
        links += [replace(link, number=link.number + last) for link in own]
        texts.append(text)
    return digest(concatenated(texts), links)


def new_key(text: str, used: Collection[str]) -> str:
    """The first key of a text that is not in use; deterministic."""
    return _birth(text, used, 0)[0]


def _birth(text: str, used: Collection[str], attempt: int) -> tuple[str, int]:
    """A free key and the number of the next attempt for the same text."""
    while True:
        hashed = hashlib.sha256(f"{attempt}\n{text}".encode("utf-8", "surrogatepass")).digest()
        attempt += 1
        key = "s" + base64.b32encode(hashed)[:_KEY_LENGTH].decode("ascii").lower()
        if key not in used:
            return key, attempt


@dataclass(frozen=True)
class _Place:
    """A text on its way to a segment."""

    block: Block
    role: str
    section: str


def split(
    source: Source,
    *,
    keys: Mapping[int, str] | None = None,
    used: Collection[str] = (),
) -> tuple[Skeleton, tuple[Segment, ...]]:
    """Cut a document into segments.

    ``keys`` maps 0-based positions of segments to keys that are carried on; the others are born,
    different from those and from ``used``, the keys the document has ever had. Deterministic.
    Compare digests only between segments that were split with their final keys: a link to a
    heading holds the key of that heading. Raises ValueError for a key carried twice or nowhere.
    """
    places = tuple(_places(source))
    assigned = _assign([place.block.text or "" for place in places], keys or {}, used)
    anchors = _anchors(places, assigned)
    segments = tuple(
        _segment(number, place, key, anchors)
        for number, (place, key) in enumerate(zip(places, assigned, strict=True), 1)
    )
    remaining = iter(assigned)
    title = next(remaining) if source.title else ""
    nodes = tuple(_node(block, remaining) for block in source.blocks)
    return Skeleton(title, nodes), segments


def _places(source: Source) -> Iterator[_Place]:
    if source.title:
        yield _Place(Block(Kind.HEADING, source.title, level=1), "title", "")
    sections = _Sections(source)
    for block, quoted in _with_quotes(source.blocks, quoted=False):
        if block.kind is Kind.HEADING:
            sections.enter(block)
        if block.text is not None:
            role = "quote" if quoted and block.kind is Kind.PARAGRAPH else block.kind.value
            yield _Place(block, role, sections.current)


def _with_quotes(blocks: tuple[Block, ...], *, quoted: bool) -> Iterator[tuple[Block, bool]]:
    for block in blocks:
        yield block, quoted
        yield from _with_quotes(block.children, quoted=quoted or block.kind is Kind.QUOTE)


class _Sections:
    """Knows the number of the section; counts headings itself when none carries a number."""

    def __init__(self, source: Source) -> None:
        headings = [block for block in walk(source.blocks) if block.kind is Kind.HEADING]
        self._labelled = any(block.label for block in headings)
        self._top = min((block.level for block in headings), default=1)
        self._open: list[tuple[int, str]] = []
        self._counts: Counter[tuple[str, int]] = Counter()

    @property
    def current(self) -> str:
        """The number of the innermost numbered section."""
        return self._open[-1][1] if self._open else ""

    def enter(self, heading: Block) -> None:
        """A heading ends the sections of its level and below and begins its own."""
        while self._open and self._open[-1][0] >= heading.level:
            self._open.pop()
        outer = self.current
        label = reference_names(heading.label, "")[0]
        if not self._labelled:
            self._counts[outer, heading.level] += 1
            count = self._counts[outer, heading.level]
            label = f"{outer}.{count}" if outer else str(count)
        self._open.append((heading.level, label or outer))


def _assign(texts: Sequence[str], keys: Mapping[int, str], used: Collection[str]) -> list[str]:
    carried = list(keys.values())
    if len(set(carried)) != len(carried):
        raise ValueError("a key cannot be carried on by two segments")
    if any(not 0 <= number < len(texts) for number in keys):
        raise ValueError("a key is carried on by a segment that does not exist")
    taken = {*used, *carried}
    # The attempts of a text are remembered: many equal texts must not cost the square of them.
    attempts: Counter[str] = Counter()
    assigned: list[str] = []
    for number, text in enumerate(texts):
        key = keys.get(number)
        if key is None:
            key, attempts[text] = _birth(text, taken, attempts[text])
            taken.add(key)
        assigned.append(key)
    return assigned


def _anchors(places: Sequence[_Place], assigned: Sequence[str]) -> dict[str, str]:
    """The key of the first heading for each name that leads to it; numbers before slugs."""
    anchors: dict[str, str] = {}
    headings = [
        (reference_names(place.block.label, place.block.text or ""), key)
        for place, key in zip(places, assigned, strict=True)
        if place.role == "heading"
    ]
    for slugs in (False, True):
        for names, key in headings:
            for name in names[-1:] if slugs else names[:-1]:
                anchors.setdefault(name.lower(), key)
    return anchors


def _segment(number: int, place: _Place, key: str, anchors: Mapping[str, str]) -> Segment:
    block = place.block
    links = tuple(_resolved(link, anchors) for link in block.links)
    anchor = key if block.kind is Kind.HEADING else ""
    return Segment(
        key,
        block.text or "",
        links,
        block.kind,
        place.role,
        place.section,
        number,
        anchor,
        block.label,
    )


def _resolved(link: Link, anchors: Mapping[str, str]) -> Link:
    name = reference(link.href)
    found = anchors.get(name) if name is not None else None
    return replace(link, href=f"#{found}") if found else link


def _node(block: Block, keys: Iterator[str]) -> Node:
    """The node of a block; takes the keys in the order in which the texts stand."""
    key = next(keys) if block.text is not None else ""
    return Node(
        block.kind,
        key,
        tuple(_node(child, keys) for child in block.children),
        block.level,
        block.ordered,
        block.style,
        block.start,
        block.header,
        block.label,
    )
