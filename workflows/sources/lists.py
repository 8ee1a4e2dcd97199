"""HTML lists to blocks: items, whatever else stands in a list, and the numbers that are shown."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from workflows.sources.blocks import Block, Kind
from workflows.sources.labels import as_said
from workflows.sources.looks import declared
from workflows.sources.markup import Node
from workflows.sources.reasons import ListStyleChanged, NumbersChanged

if TYPE_CHECKING:
    from workflows.sources.flow import Flow

LISTS = frozenset(("ul", "ol", "menu", "dir"))
MAX_SHOWN = 40
"""Signs of an attribute that a problem repeats."""

_LIST_STYLE = re.compile(
    r"\s*list-style(?:-type)?\s*:.*?\b((?:lower|upper)-[a-z]+|decimal-leading-zero|armenian|georgian"
    r"|hebrew|cjk-[a-z-]+|(?:hiragana|katakana)(?:-iroha)?)\b",
    re.DOTALL,
)
_TYPES = dict.fromkeys(("lower-alpha", "lower-latin"), "a") | dict.fromkeys(
    ("upper-alpha", "upper-latin"), "A"
)
_NUMBER = re.compile(r"\s*([0-9]{1,9})")


def read_list(flow: Flow, node: Node, depth: int) -> list[Block]:
    """A list; where its numbers leap it becomes several. Raises what ``Flow.blocks`` raises."""
    line = flow.line
    flow.refuse_depth(depth + 2)
    items: list[Block] = []
    values: list[str] = []
    for item in _items(node):
        if item.aside:
            flow.set_aside(item, item.aside)
            continue
        flow.enter(item)
        at = flow.line
        content = as_said(item.attrs.get("data-label"), flow.blocks(item, depth + 2))
        if item.name in LISTS and items:
            # A list that stands directly in a list belongs to the item before it.
            items[-1] = replace(items[-1], children=(*items[-1].children, *content))
        elif content:
            items.append(_item(content, at))
            values.append(item.attrs.get("value", ""))
    if not items:
        return []
    if node.name != "ol":
        return [Block(Kind.LIST, children=tuple(items), line=line)]
    style = _style(flow, node, line)
    return [
        Block(
            Kind.LIST,
            children=tuple(held),
            ordered=True,
            style=style,
            start=start,
            line=held[0].line if part else line,
        )
        for part, (start, held) in enumerate(_numbered(flow, node, style, items, values))
    ]


def _numbered(
    flow: Flow, node: Node, style: str, items: list[Block], values: list[str]
) -> list[tuple[int, list[Block]]]:
    """The items in groups that count on from a number."""
    problems = flow.reading.problems
    written = _NUMBER.match(node.attrs.get("start", ""))
    number = int(written[1]) if written else 1
    if "reversed" in node.attrs:
        shown = str(number if written else len(items))
        problems.append(NumbersChanged(f"line {items[0].line}", written=shown, shown=1))
        return [(1, items)]
    groups: list[tuple[int, list[Block]]] = []
    for item, value in zip(items, values, strict=True):
        given = _NUMBER.match(value)
        leaps = given is not None and int(given[1]) != number
        if given and not (leaps and groups and style == "a"):
            number = int(given[1])
        elif leaps:
            # Nothing tells where one list by letters ends and the next one begins.
            place = f"line {item.line}"
            problems.append(NumbersChanged(place, written=value[:MAX_SHOWN], shown=number))
        if (leaps and style != "a") or not groups:
            groups.append((number, []))
        groups[-1][1].append(item)
        number += 1
    return groups


def _style(flow: Flow, node: Node, line: int) -> str:
    """ "1" or "a"; what counts otherwise is told."""
    written = node.attrs.get("type", "").strip() or "1"
    if styled := declared(node, _LIST_STYLE):
        written = _TYPES.get(styled[1], styled[1])
    shown = "a" if written in ("a", "A") else "1"
    if written in ("A", "i", "I") or (styled and written != "a"):
        flow.reading.problems.append(
            ListStyleChanged(f"line {line}", written=written[:MAX_SHOWN], shown=shown)
        )
    return shown


def _items(node: Node) -> list[Node]:
    """The items of a list, with whatever else stands in it as items of their own."""
    found: list[Node] = []
    loose: list[Node | str] = []
    for child in node.children:
        if not isinstance(child, Node) or not child.block:
            loose.append(child)
            continue
        found += _loose(node, loose)
        loose = []
        held: list[Node | str] = [child]
        found.append(
            child if child.name == "li" else Node(child.name, {}, child.line, True, 0, held)
        )
    return found + _loose(node, loose)


def _loose(node: Node, parts: list[Node | str]) -> list[Node]:
    """An item of inline content, if it is more than white space."""
    if all(isinstance(part, str) and not part.strip(" \t\n") for part in parts):
        return []
    return [Node("li", {}, node.line, True, 0, parts)]


def _item(content: list[Block], line: int) -> Block:
    if content[0].kind is not Kind.PARAGRAPH:
        return Block(Kind.ITEM, children=tuple(content), line=line)
    first, *children = content
    links, line = first.links, first.line
    return Block(Kind.ITEM, first.text, links, tuple(children), line=line, label=first.label)
