"""Bytes of a TMX file -> Memory. Nothing in the file is believed beyond what is read here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from workflows.catalogs.locales import agrees
from workflows.catalogs.model import Limits
from workflows.catalogs.reasons import (
    CodesLeftOut,
    EmptyMemory,
    LanguageLeftOut,
    MemoryTooLarge,
    NoLanguage,
    NoSourceText,
    NoTargetText,
    NotTmx,
    SourceNotHere,
    SourceNotSaid,
    TooManyPairs,
    place,
)
from workflows.catalogs.stand_ins import FORBIDDEN
from workflows.catalogs.tmx.codes import Content, Foreign, read_codes
from workflows.catalogs.tmx.model import (
    ALL,
    DOCUMENT,
    LINKS,
    SEGMENT,
    Memory,
    Pair,
    read_moment,
    writable,
)
from workflows.catalogs.xmlfile import Node, read_xml
from workflows.languages import parse_tag
from workflows.problems import Problem
from workflows.segments import UnbalancedTag, inline_codes, parse
from workflows.sources import Link, href_allowed

_TOLD = 200
"""Characters of a name that a file tells."""


def read_tmx(
    data: bytes,
    *,
    languages: Collection[str],
    targets: Collection[str] | None = None,
    source_language: str = "",
    limits: Limits | None = None,
) -> Memory:
    """The pairs of a memory, TMX 1.0 to 1.4b in UTF-8, or in UTF-16 with a byte order mark.

    ``languages`` are the tags that there are here; the file's are matched with them whatever their
    case, old codes and regions that only one of both names included. ``targets`` are those of them
    that are wanted as targets, all by default. ``source_language`` goes before what the file says,
    and is needed where the file says that any language may be the source.

    Raises MemoryTooLarge, NotTmx, SourceNotSaid, SourceNotHere, TooManyPairs, and what
    ``read_xml`` raises. In ``Memory.problems``: EmptyMemory and LanguageLeftOut; in
    ``Pair.problems``: NoSourceText, NoTargetText, NoLanguage, CodesLeftOut and UnbalancedTag.
    """
    limits = limits or Limits()
    wanted = frozenset(languages if targets is None else targets)
    reader = _Reader(tuple(languages), wanted, source_language, limits)
    if len(data) > limits.size:
        raise MemoryTooLarge(size=len(data), limit=limits.size)
    root = read_xml(data, ("tu",), reader.take, limits, wide=True, doctypes=(b"tmx",))
    reader.see(root)
    if not reader.pairs:
        reader.problems.append(EmptyMemory())
    left_out = [
        LanguageLeftOut(found=found, count=count) for found, count in sorted(reader.passed.items())
    ]
    return Memory(tuple(reader.pairs), (*reader.problems, *left_out))


@dataclass
class _Reader:
    languages: tuple[str, ...]
    targets: frozenset[str]
    source: str
    limits: Limits
    pairs: list[Pair] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    """Texts in languages that are not wanted, by what the file calls them."""
    here: dict[str, str] = field(default_factory=dict)
    """The tag here of a language in the file; "" for one that there is not."""
    root: Node | None = None

    def see(self, root: Node) -> None:
        """Look at the root, once: whether it is TMX."""
        if self.root is not None:
            return
        version = root.attributes.get("version", "")
        if root.name != "tmx" or not version.startswith("1."):
            raise NotTmx(place(root.line), found=f"{root.name} {version}".strip()[:60])
        self.root = root

    def tag(self, found: str) -> str:
        """The language here that the file means."""
        if found not in self.here:
            self.here[found] = self._match(found)
        return self.here[found]

    def _match(self, found: str) -> str:
        canonical = parse_tag(found)
        if canonical is None or canonical in self.languages:
            return canonical or ""
        alike = (tag for tag in self.languages if agrees(canonical, tag, exact=False))
        return next(alike, "")

    def take(self, node: Node, around: tuple[Node, ...]) -> None:
        """Read one unit."""
        self.see(around[0] if around else node)
        source_tag = self._source(node, around[0])
        texts: list[tuple[str, Node]] = []
        for tuv in node.all("tuv"):
            found = tuv.attributes.get("lang", "")
            tag = self.tag(found) if found else ""
            if not found:
                self._add(_broken(node, source_tag, NoLanguage(place(tuv.line))))
            elif tag == source_tag or tag in self.targets:
                texts.append((tag, tuv))
            else:
                self.passed[found[:40]] += 1
        sources = [tuv for tag, tuv in texts if tag == source_tag]
        wanted = [(tag, tuv) for tag, tuv in texts if tag != source_tag]
        foreign = Foreign()
        source = _content(sources[0], foreign) if sources else None
        if source is None or not source.text.strip():
            if wanted:
                problem = NoSourceText(place(node.line), language=source_tag)
                self._add(_broken(node, source_tag, problem))
            return
        for tag, tuv in wanted:
            self._add(_pair(node, (source_tag, source), (tag, tuv), foreign))

    def _source(self, node: Node, root: Node) -> str:
        """The tag here of the source language of a unit."""
        if self.source:
            return self.source
        header = root.first("header")
        said = node.attributes.get("srclang") or (
            header.attributes.get("srclang") if header else ""
        )
        if not said or said.lower() == ALL:
            raise SourceNotSaid(place(node.line))
        tag = self.tag(said)
        if not tag:
            raise SourceNotHere(place(node.line), found=said[:40])
        return tag

    def _add(self, pair: Pair) -> None:
        self.pairs.append(pair)
        if len(self.pairs) > self.limits.entries:
            raise TooManyPairs(place(pair.line), limit=self.limits.entries)


def _broken(node: Node, source_tag: str, problem: Problem) -> Pair:
    """What stands in the report for a unit, or a text of it, that makes no pair."""
    return Pair(source_tag, "", "", "", line=node.line, problems=(problem,))


def _content(tuv: Node, foreign: Foreign) -> Content:
    seg = tuv.first("seg")
    return read_codes(seg, foreign) if seg else Content("")


def _pair(
    node: Node, source: tuple[str, Content], target: tuple[str, Node], foreign: Foreign
) -> Pair:
    language, tuv = target
    content = _content(tuv, foreign)
    where = place(tuv.line)
    problems: list[Problem] = []
    if not content.text.strip():
        problems.append(NoTargetText(where, language=language))
    left_out = dict.fromkeys((*source[1].left_out, *content.left_out))
    if left_out:
        problems.append(CodesLeftOut(where, found=", ".join(left_out)))
    for text in (source[1].text, content.text):
        try:
            parse(text)
        except UnbalancedTag as problem:
            # Where in the text it is says little about a file.
            problems.append(type(problem)(where, **problem.details))
            break
    props = {prop.attributes.get("type", ""): prop.text().strip() for prop in node.all("prop")}
    return Pair(
        source[0],
        language,
        source[1].text,
        content.text,
        _links(props.get(LINKS, ""), source[1].text),
        props.get(DOCUMENT, "")[:_TOLD],
        props.get(SEGMENT, "")[:_TOLD],
        _told(tuv, node, "changeid", "creationid")[:_TOLD],
        read_moment(_told(tuv, node, "changedate", "creationdate")),
        tuv.line,
        tuple(problems),
    )


def _told(tuv: Node, tu: Node, *names: str) -> str:
    """The first of these attributes: that of the text goes before that of the unit.

    Control characters are left out: the parser lets some of them pass in attributes.
    """
    found = (FORBIDDEN.sub("", node.attributes.get(n, "")) for n in names for node in (tuv, tu))
    return next((value for value in found if value), "")


def _links(said: str, text: str) -> tuple[Link, ...]:
    """The links that a file of ours tells; none when they are not those of the text."""
    try:
        links = tuple(Link(*row) for row in json.loads(said)) if said else ()
        sound = all(
            type(link.number) is int
            and type(link.href) is str
            and type(link.title) is str
            and href_allowed(link.href)
            # JSON writes down characters that no file can hold, and none could be written again.
            and writable(link.href + link.title)
            for link in links
        )
        wanted = {code for code in inline_codes(text) if code.startswith("<a")}
    except (ValueError, TypeError, RecursionError, UnbalancedTag):
        return ()
    numbers = [f"<a{link.number}>" for link in links]
    return links if sound and len(numbers) == len(wanted) and set(numbers) == wanted else ()
