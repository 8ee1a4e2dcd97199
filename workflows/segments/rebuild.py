"""From stored segments back to a document: the inverse of ``split``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import quote

from workflows.segments.reasons import BrokenSkeleton
from workflows.segments.skeleton import Node, Skeleton
from workflows.sources import Block, Kind, Link, Source
from workflows.sources.comparing import headings_by_name

Texts = Mapping[str, tuple[str, tuple[Link, ...]]]


def to_source(
    skeleton: Skeleton,
    texts: Texts,
    *,
    effective: str = "",
    media_type: str = "text/markdown",
) -> Source:
    """The document of a skeleton with the text and links of each of its keys.

    A link to a heading, which a segment holds as the key of that heading, gets back a name that
    leads there: its number, or the words of it. Where two headings share every name, the link
    stays as it is. So ``split`` with the same keys gives the same skeleton and segments.
    ``texts`` may be of any language; keys that are not in the skeleton are passed over.
    Raises BrokenSkeleton for a key without a text.
    """
    missing = [key for key in skeleton.keys if key not in texts]
    if missing:
        raise BrokenSkeleton(reason=f"no text for {missing[0]}")
    blocks = tuple(_block(node, texts) for node in skeleton.nodes)
    title = texts[skeleton.title][0] if skeleton.title else ""
    keys = [node.key for node in _nodes(skeleton.nodes) if node.kind is Kind.HEADING and node.key]
    names: dict[str, str] = {}
    for name, heading in headings_by_name(blocks).items():
        names.setdefault(f"#{keys[heading]}", f"#{quote(name, safe='')}")
    return Source(
        title,
        tuple(_renamed(block, names) for block in blocks),
        (),
        (),
        media_type,
        effective,
    )


def _nodes(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _nodes(node.children)


def _block(node: Node, texts: Texts) -> Block:
    text, links = texts[node.key] if node.key else (None, ())
    return Block(
        node.kind,
        text,
        links,
        tuple(_block(child, texts) for child in node.children),
        node.level,
        node.ordered,
        node.style,
        node.start,
        node.header,
        label=node.label,
    )


def _renamed(block: Block, names: Mapping[str, str]) -> Block:
    links = tuple(replace(link, href=names.get(link.href, link.href)) for link in block.links)
    children = tuple(_renamed(child, names) for child in block.children)
    return replace(block, links=links, children=children)
