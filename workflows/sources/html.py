"""HTML to blocks: a saved page, or the HTML that another reader made of its format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from workflows.sources import page as pages
from workflows.sources.blocks import Block, Kind, Link, reference_names
from workflows.sources.decoding import forbidden
from workflows.sources.flow import Flow
from workflows.sources.inline import Inline
from workflows.sources.markdown import Reading, is_day
from workflows.sources.markup import Node, Page, parse
from workflows.sources.numbered import settled
from workflows.sources.reasons import (
    EffectiveDateUnreadable,
    ForbiddenCharacter,
    NoTitle,
    OtherCharset,
    PolicyFound,
    TitleGuessed,
)
from workflows.sources.tagged import escape, plain

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_UNICODE = frozenset(("utf-8", "utf8", "unicode-1-1-utf-8"))
# What a file that holds ASCII alone means is the same in these.
_LIKE_ASCII = re.compile(r"(?:us-)?ascii|iso-?8859-\d+|windows-125\d|latin-?\d", re.IGNORECASE)
MAX_NAME = 1_000
"""Characters of the name of a page; what is longer names nothing."""
_SITE = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022\u00bb-]+\s+|\s*[|\uff5c]\s*|:\s+")


def read_html(text: str, *, page: bool = True) -> Reading:
    """Read an HTML text with LF line ends.

    With ``page`` it is a saved page: the part that holds the document is found, and what stands
    around it becomes furniture. Without, all of it is the document; a heading may then, as in a
    page, give its number as ``data-label``. Raises what ``markup.parse`` and ``Flow.blocks`` raise,
    and OtherCharset.
    """
    parsed = parse(text)
    _refuse_charset(text, parsed)
    reading = Reading()
    flow = Flow(reading)
    container = pages.find(parsed.root) if page else parsed.root
    title = None if container.titled else _title_outside(parsed, container)
    if title is not None:
        _take_title(flow, title)
    ways = [*pages.path(parsed.root, container), *pages.path(parsed.root, title)]
    steps = {id(step): step is not title for step in ways}
    found = _around(flow, parsed.root, container, steps)
    reading.blocks, moved = settled(found, reading.problems)
    flow.ids = {name: old and moved.get(id(old), old) for name, old in flow.ids.items()}
    _complete_title(parsed, flow)
    _relink(flow)
    _effective(parsed, reading)
    around = sum(piece.reason != "image" for piece in reading.furniture)
    if around:
        reading.problems.append(PolicyFound(count=around))
    return reading


def _refuse_charset(text: str, parsed: Page) -> None:
    """Refuse a page that calls itself anything but UTF-8, unless that makes no difference."""
    said: list[tuple[str, int]] = []
    if match := _DECLARATION.match(text[:400]):
        said.append((match[1], 1))
    for attrs, line in parsed.metas:
        if "charset" in attrs:
            said.append((attrs["charset"].strip(), line))
        elif attrs.get("http-equiv", "").lower() == "content-type":
            said += [(name, line) for name in _CHARSET.findall(attrs.get("content", "")[:400])]
    for charset, line in said:
        if charset.lower() in _UNICODE or not charset:
            continue
        if not (_LIKE_ASCII.fullmatch(charset) and text.isascii()):
            raise OtherCharset(f"line {line}", charset=ascii(charset[:40])[1:-1])


def _around(flow: Flow, node: Node, container: Node, steps: dict[int, bool]) -> list[Block]:
    """The blocks of the container; everything around it is set aside on the way.

    ``steps`` are the ids of elements that lead to the container and to a title outside of it, which
    alone has False, because it is taken already.
    """
    if node is container:
        return flow.blocks(node)
    found: list[Block] = []
    loose = Node(node.name, {}, node.line, True, 0)
    for child in node.children:
        if not isinstance(child, Node) or id(child) not in steps:
            loose.children.append(child)
            continue
        flow.set_aside(loose, "navigation")
        loose.children = []
        if steps[id(child)]:
            found += _around(flow, child, container, steps)
    flow.set_aside(loose, "navigation")
    return found


def _title_outside(parsed: Page, container: Node) -> Node | None:
    """The last first heading above the container that the page is named after."""
    found = None
    name = _name(parsed).casefold()
    for node in pages.elements(parsed.root):
        if node is container or not name:
            break
        if node.name == "h1":
            said = _said(node).casefold()
            if said and said in name:
                found = node
    return found


def _name(parsed: Page) -> str:
    """What the head of the page calls it, or ""."""
    # An entity for each character, and the indent of a program that writes pages.
    short = len(parsed.title) <= 10 * MAX_NAME
    name = _folded(parsed.title) if short else ""
    return name if len(name) <= MAX_NAME else ""


def _said(node: Node) -> str:
    """What a heading says, as far as it may be the name of a page."""
    said: list[str] = []
    left = 10 * MAX_NAME
    for text in _literals(node):
        left -= len(text) + 1
        if left < 0:
            return ""
        said.append(text)
    return _folded(" ".join(said))


def _literals(node: Node) -> Iterator[str]:
    waiting: list[Node | str] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        else:
            waiting += reversed(part.children)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _take_title(flow: Flow, node: Node) -> None:
    line, flow.line = flow.line, node.line
    inline = Inline(node.line, keep_links=False)
    flow.reading.title = flow.fill(inline, flow.text_of(node), one_line=True)
    flow.titled = bool(flow.reading.title)
    flow.line = line


def _complete_title(parsed: Page, flow: Flow) -> None:
    """Without a first heading, what the head of the page calls it, without the site's name."""
    reading = flow.reading
    if reading.title:
        return
    parts = [part for part in _SITE.split(_name(parsed)) if part]
    if not parts:
        reading.problems.append(NoTitle())
        return
    headings = {
        plain(block.text).casefold(): block
        for block in reversed(reading.blocks)
        if block.kind is Kind.HEADING and block.text
    }
    title = next((part for part in parts if part.casefold() in headings), parts[0])
    if sign := forbidden(title):
        raise ForbiddenCharacter("line 1", character=sign)
    reading.title = escape(title)
    reading.problems.append(TitleGuessed("line 1", title=title))
    same = headings.get(title.casefold())
    if same is not None and reading.blocks[0] is same:
        reading.blocks = reading.blocks[1:]
        reading.furniture = [
            replace(piece, before=max(0, piece.before - 1)) for piece in reading.furniture
        ]
        flow.ids = {name: None if found is same else found for name, found in flow.ids.items()}


def _relink(flow: Flow) -> None:
    """Aim links at an id in a heading at the name by which that heading is reached here."""
    targets: dict[str, str] = {}
    for name, heading in flow.ids.items():
        if heading is None:
            targets[name] = "#top"
        else:
            names = reference_names(heading.label, heading.text or "")
            if name.lower() not in (known.lower() for known in names):
                targets[name] = f"#{names[1]}" if heading.label else f"#{names[-1]}"
    if targets:
        flow.reading.blocks = tuple(_relinked(block, targets) for block in flow.reading.blocks)


def _relinked(block: Block, targets: dict[str, str]) -> Block:
    links = tuple(_aimed(link, targets) for link in block.links)
    children = tuple(_relinked(child, targets) for child in block.children)
    if links == block.links and all(map(_same, children, block.children)):
        return block
    return replace(block, links=links, children=children)


def _same(one: Block, other: Block) -> bool:
    return one is other


def _aimed(link: Link, targets: dict[str, str]) -> Link:
    if not link.href.startswith("#"):
        return link
    target = targets.get(unquote(link.href[1:]))
    return replace(link, href=target) if target else link


def _effective(parsed: Page, reading: Reading) -> None:
    for attrs, line in parsed.metas:
        if attrs.get("name", "").strip().lower() != "effective-date":
            continue
        value = attrs.get("content", "").strip()
        if is_day(value):
            reading.effective = value
        elif value:
            reading.problems.append(EffectiveDateUnreadable(f"line {line}", found=value[:80]))
