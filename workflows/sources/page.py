"""Where the policy is in a saved web page: what is its text, and what only stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflows.sources.markup import HEADINGS, Node
from workflows.sources.tags import names

MOST = 0.8
"""The share of the text that a part of the page must hold to be taken for the whole document."""
MUCH = 0.5
"""The same for <main>, which says itself that it is. What holds more than this is never set aside
for what its name or class says, so that a page wrapped in a <form> is still read."""
LITTLE = 0.2
"""What a class says counts only for parts with less of the text than this."""

CAPTION = 150
CAPTIONS_SHARE = 0.05
"""What stands beside a form and is shorter than both is its caption."""

_BY_NAME = {
    "nav": "navigation",
    "aside": "navigation",
    "footer": "navigation",
    "header": "navigation",
    "form": "form",
    "dialog": "form",
}
CONTROLS = frozenset(("button", "select", "option", "textarea", "progress", "meter", "output"))
_BY_ROLE = dict.fromkeys(
    names("navigation menu menubar tablist toolbar directory complementary contentinfo banner"),
    "navigation",
) | dict.fromkeys(names("search form dialog alertdialog"), "form")
_SECTIONS = frozenset(("main", "article", "section"))
_CLASSES = (
    (
        "navigation",
        re.compile(
            r"breadcrumb|\bskip-?(?:link|to|nav)|\b(?:lang|language|locale)s?[-_]?"
            r"(?:switch|select|menu|list|picker|chooser|nav)|\bshar(?:e|ing)[-_]?(?:bar|buttons?"
            r"|links?|list|icons?|tools?)|\bsocial[-_]?(?:share|sharing|links?|icons?|media|bar"
            r"|buttons?|list)|\bpagination|back-?to-?top|\b(?:nav|main|site|mobile|side|top)-?"
            r"(?:nav|menu|bar)\b|\bnavbar|\bnavigation\b|\bsidebar\b"
        ),
    ),
    (
        "form",
        re.compile(
            r"(?:cookie|consent|gdpr|ccpa)s?[-_]?(?:law)?[-_]?(?:banner|bar|notice|popup|pop-up"
            r"|modal|dialog|overlay|consent|message|info)|\bnewsletter|\bsubscribe|\bsearch-?"
            r"(?:form|box|bar)|\b(?:contact|comment|feedback|login|signup)-?form|\bmodal\b"
        ),
    ),
    ("hidden", re.compile(r"\bsr-only\b|visually-?hidden|screen-?reader")),
)
_INVISIBLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_TEXTUAL = names("p li dt dd td th blockquote pre").union(HEADINGS)


def find(root: Node) -> Node:
    """The element that holds the document; what in it is none is marked (``Node.aside``).

    It is <main> (or the role) when that holds most of the text, else an <article>, else the
    smallest element that holds MOST of it and the first heading of level 1.
    """
    _measure(root, within_text=False, within_link=False)
    _mark(root, root.size or 1, sectioned=False)
    _measure_again(root)
    wanted = ((("main",), "main", MUCH), (("article",), "article", MOST))
    for named, role, share in wanted:
        found = [node for node in elements(root) if _is(node, named, role)]
        best = max(found, key=lambda node: node.size, default=None)
        if best and best.size >= share * root.size and best.size:
            return best
    return _smallest(root)


def _is(node: Node, names: tuple[str, ...], role: str) -> bool:
    return node.name in names or node.attrs.get("role") == role


def _smallest(root: Node) -> Node:
    title = next((node for node in elements(root) if node.name == "h1"), None)
    holders = set(map(id, path(root, title)))
    node = root
    while True:
        inner = [
            child
            for child in _below(node)
            if child.block
            and child.name not in _TEXTUAL
            and child.size >= MOST * max(root.size, 1)
            and (not holders or id(child) in holders)
        ]
        if len(inner) != 1 or inner[0].name in ("ul", "ol", "dl", "table"):
            return node
        node = inner[0]


def path(node: Node, wanted: Node | None) -> list[Node]:
    """The elements from one down to another, both included; [] when it is not in it."""
    if node is wanted:
        return [node]
    if wanted is not None:
        for child in _below(node):
            if steps := path(child, wanted):
                return [node, *steps]
    return []


def _below(node: Node) -> Iterator[Node]:
    """The elements in it that are not set aside."""
    return (child for child in node.children if isinstance(child, Node) and not child.aside)


def elements(node: Node) -> Iterator[Node]:
    """The elements of the document, in order."""
    waiting = [node]
    while waiting:
        above = waiting.pop()
        yield above
        waiting += reversed(list(_below(above)))


def _measure(node: Node, *, within_text: bool, within_link: bool) -> int:
    """Fill in sizes: characters of paragraphs and the like, without what only leads elsewhere."""
    within_text = within_text or node.name in _TEXTUAL
    within_link = within_link or node.name == "a" or node.name in CONTROLS
    size = 0
    for child in node.children:
        if isinstance(child, Node):
            size += _measure(child, within_text=within_text, within_link=within_link)
        elif within_text and not within_link:
            size += len("".join(child.split()))
        elif not within_link:
            # Text that only a <div> holds: it may be a paragraph, if it is long.
            length = len("".join(child.split()))
            size += length if length > 80 else 0
    node.size = size
    node.titled = node.name == "h1" or any(
        child.titled for child in node.children if isinstance(child, Node)
    )
    return size


def _measure_again(node: Node) -> None:
    """Take what is set aside out of the sizes."""
    for child in node.children:
        if isinstance(child, Node):
            before = child.size
            if child.aside:
                child.size = 0
            else:
                _measure_again(child)
            node.size -= before - child.size


def _mark(node: Node, total: int, *, sectioned: bool) -> None:
    rest, has_form = node.size, False
    for child in node.children:
        if isinstance(child, Node):
            child.aside = _reason(child, total, sectioned=sectioned)
            if not child.aside:
                inner = sectioned or child.name in _SECTIONS or child.attrs.get("role") == "main"
                _mark(child, total, sectioned=inner)
            if child.aside == "form" and child.name not in CONTROLS:
                rest, has_form = rest - child.size, True
    if has_form and rest < CAPTION and rest < CAPTIONS_SHARE * total and not node.titled:
        # A form and its caption.
        node.aside = "form"


def _reason(node: Node, total: int, *, sectioned: bool) -> str:
    """Why an element is no part of the document, or ""."""
    name, attrs = node.name, node.attrs
    if name in CONTROLS:
        return "form"
    if node.size > MUCH * total:
        return ""
    if "hidden" in attrs or _INVISIBLE.search(attrs.get("style", "")):
        return "hidden"
    role = attrs.get("role", "").lower()
    if role in ("presentation", "none", "main", "article", "region", "document"):
        return ""
    reason = _BY_ROLE.get(role) or _BY_NAME.get(name, "")
    if name in ("header", "footer") and not role and (sectioned or node.titled):
        reason = ""
    if reason or not attrs or node.size > LITTLE * total or name in HEADINGS:
        return reason
    said = " ".join((attrs.get("class", ""), attrs.get("id", ""))).lower()[:1000]
    if not said.strip():
        return ""
    for reason, pattern in _CLASSES:
        if pattern.search(said) and not node.titled:
            return reason
    return ""
