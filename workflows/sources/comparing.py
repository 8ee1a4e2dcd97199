"""Whether two readings are the same document, where they first differ, and what names lead to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from workflows.sources.blocks import Block, Kind, Source, aligned, reference_names, walk
from workflows.sources.folding import fold
from workflows.sources.refusals import CannotWrite
from workflows.sources.spelling import code_lines
from workflows.sources.tagged import plain


def normalized(source: Source) -> Source:
    """The document without what a format adds to it: lines, furniture, advice and its type."""
    blocks = tuple(_without_lines(block) for block in source.blocks)
    return replace(source, blocks=blocks, furniture=(), problems=(), media_type="")


def folded(source: Source) -> Source:
    """The document as the readers hand it out: see ``folding.fold`` and ``blocks.aligned``.

    What was stored before they all did so can be written by way of this.
    """
    blocks = tuple(_folded(block) for block in source.blocks)
    return replace(source, title=fold(source.title)[0], blocks=blocks)


def _folded(block: Block) -> Block:
    text, links = block.text, block.links
    may_be_code = block.kind in (Kind.PARAGRAPH, Kind.ITEM)
    if text is not None and not (may_be_code and code_lines(text, single=True)):
        text, links = fold(text, links)
    links = tuple(replace(link, title=" ".join(link.title.split())) for link in links)
    children = tuple(_folded(child) for child in block.children)
    if block.kind is Kind.TABLE:
        children = aligned(children)
    return replace(block, text=text, links=links, children=children)


def headings_by_name(blocks: tuple[Block, ...]) -> dict[str, int]:
    """The names that links within a document lead by, each with the heading it leads to.

    Headings are counted from 0 in document order. Where two share a name it leads to the first,
    and a number goes before words, as when the document is split into segments. The names of one
    heading stand in order: its number first.
    """
    found: dict[str, int] = {}
    headings = [block for block in walk(blocks) if block.kind is Kind.HEADING and block.text]
    names = [reference_names(block.label, block.text or "") for block in headings]
    for numbers in (True, False):
        for heading, own in enumerate(names):
            for name in own[:-1] if numbers else own[-1:]:
                if name:
                    found.setdefault(name.lower(), heading)
    return found


def refusal(source: Source, back: Source, name: str) -> CannotWrite | None:
    """None when ``back``, what was read back, is the same document as ``source``.

    Else the problem that names the first segment that differs; ``name`` is that of the format.
    """
    one, other = normalized(source), normalized(back)
    if one == other:
        return None
    blocks, twins = list(_flat(one)), list(_flat(other))
    same = takewhile(
        lambda pair: _alone(pair[0]) == _alone(pair[1]), zip(blocks, twins, strict=False)
    )
    # What differs is a text, or holds those that follow.
    first = min(len(list(same)), len(blocks) - 1)
    texts = [(at, block.text) for at, block in enumerate(blocks) if block.text is not None]
    found = next((n for n, (at, _text) in enumerate(texts) if at >= first), len(texts) - 1)
    text = texts[found][1] if texts else ""
    return CannotWrite(f"segment {found + 1}", format=name, found=plain(text)[:80])


def _without_lines(block: Block) -> Block:
    children = tuple(_without_lines(child) for child in block.children)
    return replace(block, children=children, line=0)


def _flat(source: Source) -> Iterator[Block]:
    if source.title:
        yield Block(Kind.HEADING, source.title)
    yield from walk(source.blocks)


def _alone(block: Block) -> tuple[Block, int]:
    """A block for itself, with the number of its children."""
    return replace(block, children=()), len(block.children)
