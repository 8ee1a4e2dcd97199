"""What changed between two versions of a policy in one language, as visitors are told it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from workflows import segments
from workflows.alignment import Kind as PieceKind
from workflows.alignment import Piece, word_diff
from workflows.release import Content, Text
from workflows.segments import Skeleton
from workflows.sources import Kind


class Fate(StrEnum):
    """What became of a text."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    LINKS = "links"
    """The words are the same; where a link leads is not."""


@dataclass(frozen=True)
class Change:
    """One text that is not the same in both versions."""

    key: str
    fate: Fate
    label: str
    pieces: tuple[Piece, ...]
    links: tuple[tuple[str, str], ...] = ()
    """Old and new targets of the links that changed; empty where there is none."""
    languages: tuple[str, str] = ("", "")
    """Of the old and the new text, where that is not the one of the page."""


@dataclass(frozen=True)
class Part:
    """What changed under one heading; without a title before the first one."""

    title: str
    key: str
    """Of the heading, which is its anchor on the page; empty when that is gone."""
    changes: tuple[Change, ...]
    language: str = ""
    """Of the title, when it is not that of the page."""


def changes(old: Content, new: Content) -> tuple[Part, ...]:
    """Everything that differs, by heading, in the order of the new version.

    What is gone stands where it stood: behind the text before it that is still there. Order,
    numbers and emphasis don't count.
    """
    found: list[Part] = []
    title, key, language = "", "", ""
    rows: list[Change] = []
    headings = _headings(new) | _headings(old)
    for text_key in _walk(old, new):
        if text_key in headings and text_key in new.texts:
            if rows:
                found.append(Part(title, key, tuple(rows), language))
            heading = new.texts[text_key]
            title, key, rows = segments.plain(heading.target), text_key, []
            language = _foreign(new, heading)
        before, after = old.texts.get(text_key), new.texts.get(text_key)
        change = _change(text_key, before, after)
        if change is not None:
            spoken = (_foreign(old, before), _foreign(new, after))
            rows.append(replace(change, languages=spoken))
    if rows:
        found.append(Part(title, key, tuple(rows), language))
    return tuple(found)


def _foreign(content: Content, text: Text | None) -> str:
    """The language of a text, when it is not that of its release; else nothing."""
    return content.source_language if text is not None and text.fallback else ""


def _headings(content: Content) -> set[str]:
    skeleton = Skeleton.from_json(content.skeleton)
    return {node.key for node in skeleton.nodes if node.kind is Kind.HEADING}


def _walk(old: Content, new: Content) -> Iterator[str]:
    """The keys of both, each once."""
    gone: dict[str, list[str]] = defaultdict(list)
    last = ""
    for key in old.texts:
        if key in new.texts:
            last = key
        else:
            gone[last].append(key)
    yield from gone[""]
    for key in new.texts:
        yield key
        yield from gone[key]


def _change(key: str, old: Text | None, new: Text | None) -> Change | None:
    before = segments.plain(old.target) if old else ""
    after = segments.plain(new.target) if new else ""
    label = (new or old).label  # type: ignore[union-attr]
    if new is None:
        return Change(key, Fate.REMOVED, label, (Piece(PieceKind.GONE, before),))
    if old is None:
        return Change(key, Fate.ADDED, label, (Piece(PieceKind.NEW, after),))
    links = _links(old, new)
    if bool(old.fallback) != bool(new.fallback):
        # One of them is a translation and the other is not: word by word they have nothing to do
        # with each other.
        pieces = (Piece(PieceKind.GONE, before), Piece(PieceKind.NEW, after))
        return Change(key, Fate.CHANGED, label, pieces, links)
    if before != after:
        return Change(key, Fate.CHANGED, label, word_diff(before, after), links)
    if links:
        return Change(key, Fate.LINKS, label, (Piece(PieceKind.SAME, after),), links)
    return None


def _links(old: Text, new: Text) -> tuple[tuple[str, str], ...]:
    before = [link.href for link in old.links]
    after = [link.href for link in new.links]
    length = max(len(before), len(after))
    before += [""] * (length - len(before))
    after += [""] * (length - len(after))
    return tuple(pair for pair in zip(before, after, strict=True) if pair[0] != pair[1])
