"""The structure of a document without its texts, and joining the texts back into it as HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from html import escape
from string import ascii_lowercase
from typing import Any

from workflows.segments.reasons import BrokenSkeleton
from workflows.sources import Kind, shown_label

MAX_DEPTH = 64


@dataclass(frozen=True)
class Node:
    """A block with the key of its segment in place of its text; see ``sources.Block``."""

    kind: Kind
    key: str = ""
    """"" for pure containers and empty cells."""
    children: tuple[Node, ...] = ()
    level: int = 0
    ordered: bool = False
    style: str = ""
    start: int = 1
    header: bool = False
    label: str = ""


@dataclass(frozen=True)
class Skeleton:
    """The tree of a revision. Equal trees have equal JSON, byte for byte."""

    title: str
    """The key of the title; "" when the document has none."""
    nodes: tuple[Node, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key once, in document order, the title first."""
        title = (self.title,) if self.title else ()
        return (*title, *(node.key for node in _walk(self.nodes) if node.key))

    def to_json(self) -> str:
        """One line of JSON: sorted names, defaults left out."""
        tree = {"blocks": [_plain_node(node) for node in self.nodes], "title": self.title}
        return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Skeleton:
        """The twin of ``to_json``. Raises BrokenSkeleton."""
        try:
            tree = json.loads(text)
        except (ValueError, RecursionError):
            raise BrokenSkeleton(reason="not JSON") from None
        if not isinstance(tree, dict) or tree.keys() != {"blocks", "title"}:
            raise BrokenSkeleton(reason="no blocks and title")
        if not isinstance(tree["title"], str) or not isinstance(tree["blocks"], list):
            raise BrokenSkeleton(reason="blocks or title of a wrong type")
        skeleton = cls(tree["title"], tuple(_node(node, 0) for node in tree["blocks"]))
        if len(set(skeleton.keys)) != len(skeleton.keys):
            raise BrokenSkeleton(reason="a key stands there twice")
        return skeleton


_DEFAULTS: dict[str, Any] = {
    entry.name: entry.default for entry in fields(Node) if entry.name != "kind"
}


def _walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _plain_node(node: Node) -> dict[str, object]:
    kept: dict[str, object] = {"kind": node.kind.value}
    for name, default in _DEFAULTS.items():
        value = getattr(node, name)
        if value != default:
            kept[name] = [_plain_node(child) for child in value] if name == "children" else value
    return kept


def _node(value: object, depth: int) -> Node:
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        raise BrokenSkeleton(reason="a block of a wrong type")
    given = dict(value)
    kind = given.pop("kind", None)
    if not isinstance(kind, str) or kind not in set(Kind):
        raise BrokenSkeleton(reason="a block of an unknown kind")
    children = given.pop("children", [])
    if not isinstance(children, list):
        raise BrokenSkeleton(reason="children of a wrong type")
    for name, found in given.items():
        if name not in _DEFAULTS or type(found) is not type(_DEFAULTS[name]):
            raise BrokenSkeleton(reason="an unknown property, or one of a wrong type")
    return Node(Kind(kind), children=tuple(_node(child, depth + 1) for child in children), **given)


def list_labels(skeleton: Skeleton) -> dict[str, str]:
    """The number or letter each list item is read with ("3", "c"), by key; none for bullets.

    An item with a label of its own is read with that.
    """
    labels: dict[str, str] = {}
    for node in _walk(skeleton.nodes):
        if node.kind is Kind.LIST and node.ordered:
            for number, item in enumerate(node.children, node.start):
                if item.key:
                    letter = node.style == "a" and 1 <= number <= len(ascii_lowercase)
                    counted = ascii_lowercase[number - 1] if letter else str(number)
                    labels[item.key] = item.label or counted
    return labels


@dataclass(frozen=True)
class Filled:
    """What stands in the place of a key."""

    html: str
    """Safe HTML, as ``render_text`` gives it."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """For the element that holds the text: ``lang``, ``dir``, ``class``, ``id``, ``data-*``."""


Fill = Callable[[str], Filled]

_ATTRIBUTE = re.compile(r"(?:lang|dir|class|id|title|role|translate|(?:aria|data)-[a-z][a-z-]*)")
_LETTER = re.compile(r"[A-Za-z]")
# As written in Markdown; on the page they follow the direction of the text.
_ALIGNMENT = {"left": "start", "right": "end", "center": "center"}


def join(skeleton: Skeleton, fill: Fill, *, title: bool = True) -> str:
    """The HTML of a document, one block a line; each key of the skeleton is asked for once.

    The title is an ``h1`` (left out with ``title=False``). Headings have their key as ``id``. A
    label stands in front of its text in an element of the class "label"; an item that has one is of
    the class "labelled", because it shows no number of its list. Nothing in the markup knows left
    from right: cells are aligned by the classes "start", "end" and "center", and a text with
    attributes of its own has an element of its own, so that they do not reach the blocks nested in
    it, nor turn the number of an item around.
    Raises ValueError for an attribute that does not belong there.
    """
    parts: list[str] = []
    if title and skeleton.title:
        filled = fill(skeleton.title)
        parts.append(f"<h1{_attributes({'id': skeleton.title}, filled)}>{filled.html}</h1>")
    parts += (_block(node, fill) for node in skeleton.nodes)
    return "\n".join(parts)


def _block(node: Node, fill: Fill) -> str:
    match node.kind:
        case Kind.HEADING:
            return _heading(node, fill)
        case Kind.LIST:
            return _list(node, fill)
        case Kind.ITEM:
            return _item(node, fill)
        case Kind.TABLE:
            return _table(node, fill)
        case Kind.QUOTE:
            return f"<blockquote>\n{_blocks(node.children, fill)}\n</blockquote>"
        case Kind.RULE:
            return "<hr>"
        case Kind.ROW:
            return "<tr>" + "".join(_block(cell, fill) for cell in node.children) + "</tr>"
        case Kind.CELL:
            return _cell(node, fill)
        case Kind.PARAGRAPH:
            filled = fill(node.key) if node.key else Filled("")
            return f"<p{_attributes({}, filled)}>{_label(node)}{filled.html}</p>"


def _blocks(nodes: tuple[Node, ...], fill: Fill) -> str:
    return "\n".join(_block(node, fill) for node in nodes)


def _heading(node: Node, fill: Fill) -> str:
    filled = fill(node.key)
    name = f"h{min(6, max(1, node.level))}"
    return f"<{name}{_attributes({'id': node.key}, filled)}>{_label(node)}{filled.html}</{name}>"


def _label(node: Node) -> str:
    """The label in an element of its own; one with letters has its own direction, too."""
    if not node.label:
        return ""
    name = "bdi" if _LETTER.search(node.label) and node.kind is not Kind.HEADING else "span"
    return f'<{name} class="label">{escape(shown_label(node.label))}</{name}> '


def _list(node: Node, fill: Fill) -> str:
    items = _blocks(node.children, fill)
    if not node.ordered:
        return f"<ul>\n{items}\n</ul>"
    kind = ' type="a"' if node.style == "a" else ""
    start = f' start="{node.start}"' if node.start != 1 else ""
    return f"<ol{kind}{start}>\n{items}\n</ol>"


def _item(node: Node, fill: Fill) -> str:
    filled = fill(node.key) if node.key else Filled("")
    mark = {"class": "labelled"} if node.label else {}
    # The number is of the list: it stays where the others are, whichever way a text runs.
    if not node.children and "dir" not in filled.attributes:
        return f"<li{_attributes(mark, filled)}>{_label(node)}{filled.html}</li>"
    own = _label(node) + filled.html
    if filled.attributes:
        own = f"<div{_attributes({}, filled)}>{own}</div>"
    below = f"\n{_blocks(node.children, fill)}\n" if node.children else ""
    return f"<li{_attributes(mark, Filled(''))}>{own}{below}</li>"


def _table(node: Node, fill: Fill) -> str:
    parts = []
    for name, header in (("thead", True), ("tbody", False)):
        rows = [_block(row, fill) for row in node.children if row.header is header]
        if rows:
            parts.append(f"<{name}>\n" + "\n".join(rows) + f"\n</{name}>")
    return '<div class="scroll"><table>\n' + "\n".join(parts) + "\n</table></div>"


def _cell(node: Node, fill: Fill) -> str:
    filled = fill(node.key) if node.key else Filled("")
    own = {"scope": "col"} if node.header else {}
    if node.style in _ALIGNMENT:
        own["class"] = _ALIGNMENT[node.style]
    name = "th" if node.header else "td"
    return f"<{name}{_attributes(own, filled)}>{filled.html}</{name}>"


def _attributes(own: Mapping[str, str], filled: Filled) -> str:
    for name in filled.attributes:
        if not _ATTRIBUTE.fullmatch(name):
            raise ValueError(f"{name!r} is no attribute for the element of a text")
    merged = {**own, **filled.attributes}
    if "class" in own and "class" in filled.attributes:
        merged["class"] = f"{own['class']} {filled.attributes['class']}"
    return "".join(f' {name}="{escape(value)}"' for name, value in merged.items())
