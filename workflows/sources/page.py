"""Where the policy is in a saved web page: what is its text, and what only stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

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

SENTENCE = 20
"""Signs of the shortest text that is taken for a sentence, without its spaces."""
_ENDS = re.compile(
    r"[.!?\u2026\u061f\u06d4\u0964][\"')\]\u2019\u201d\u00bb]*(?:\s|\Z)|[\u3002\uff01\uff1f]"
)

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
_TEXT_ROLES = frozenset(("presentation", "none", "main", "article", "region", "document"))
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
    panels = frozenset(_panels(root, in_heading=False))
    _mark(root, _Where(root.size or 1, panels))
    _measure_again(root)
    wanted = ((("main",), "main", MUCH), (("article",), "article", MOST))
    every = list(elements(root))
    for named, role, share in wanted:
        found = [node for node in every if _is(node, named, role)]
        best = max(found, key=lambda node: node.size, default=None)
        if best and best.size >= share * root.size and best.size:
            return best
    return _smallest(root)


def _panels(node: Node, *, in_heading: bool) -> Iterator[str]:
    """The ids of what headings open: accordions (ARIA Authoring Practices, 3.1)."""
    in_heading = in_heading or node.name in HEADINGS
    for child in node.children:
        if isinstance(child, Node):
            if in_heading and child.name == "button":
                yield from child.attrs.get("aria-controls", "").split()[:1]
            yield from _panels(child, in_heading=in_heading)


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


def _measure(node: Node, *, within_text: bool, within_link: bool) -> bool:
    """Fill in sizes: characters of paragraphs and the like, without what only leads elsewhere.

    True when the end of a sentence is among them.
    """
    heading = node.name in HEADINGS
    within_text = within_text or node.name in _TEXTUAL
    within_link = within_link or node.name in ("a", "noscript") or node.name in CONTROLS
    node.titled, node.headed = node.name == "h1", heading and node.name != "h1"
    node.asks = node.name in CONTROLS or node.name == "form"
    size, ends = 0, False
    for child in node.children:
        if isinstance(child, Node):
            ends |= _measure(child, within_text=within_text, within_link=within_link)
            size += child.size
            node.titled |= child.titled
            node.headed |= child.headed
            node.asks |= child.asks and not heading
        elif not within_link:
            length = len("".join(child.split()))
            # Text that only a <div> holds: it may be a paragraph, if it is long.
            if within_text or length > 80:
                size += length
                ends |= not heading and bool(_ENDS.search(child))
    node.size, node.says = size, ends and size >= SENTENCE
    return ends


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


@dataclass(frozen=True, slots=True)
class _Where:
    """Where an element stands in its page."""

    total: int
    """The size of the page."""
    panels: frozenset[str]
    """The ids of what is hidden until its heading is clicked."""
    sectioned: bool = False
    """In a part of the page that says of itself that it is text."""
    in_heading: bool = False

    def within(self, node: Node) -> _Where:
        """Where the children of an element stand."""
        role = node.attrs.get("role")
        sectioned = self.sectioned or node.name in _SECTIONS or role == "main"
        in_heading = self.in_heading or node.name in HEADINGS
        if (sectioned, in_heading) == (self.sectioned, self.in_heading):
            return self
        return _Where(self.total, self.panels, sectioned, in_heading)


def _mark(node: Node, where: _Where) -> None:
    rest, has_form = node.size, False
    where = where.within(node)
    for child in node.children:
        if isinstance(child, Node):
            child.aside = _reason(child, where) or _by_class(child, where)
            if not child.aside:
                _mark(child, where)
            if child.aside == "form" and child.name not in CONTROLS:
                rest, has_form = rest - child.size, True
    if has_form and rest < CAPTION and rest < CAPTIONS_SHARE * where.total and not node.titled:
        # A form and its caption.
        node.aside = "form"


def _reason(node: Node, where: _Where) -> str:
    """Why an element says of itself that it is no part of the document, or ""."""
    name, attrs = node.name, node.attrs
    if name in CONTROLS:
        # What opens a section is its heading.
        return "" if name == "button" and where.in_heading else "form"
    if name == "noscript":
        return "hidden"
    if node.size > MUCH * where.total:
        return ""
    if "hidden" in attrs or _INVISIBLE.search(attrs.get("style", "")):
        return "" if attrs.get("id") in where.panels else "hidden"
    role = attrs.get("role", "").lower()
    if role in _TEXT_ROLES:
        return ""
    reason = _BY_ROLE.get(role) or _BY_NAME.get(name, "")
    if name in ("header", "footer") and not role and (where.sectioned or node.titled):
        reason = ""
    return reason


def _by_class(node: Node, where: _Where) -> str:
    """Why an element is no part of the document if its class or id means what it says, or ""."""
    attrs = node.attrs
    if not attrs or node.size > LITTLE * where.total or node.name in HEADINGS or node.titled:
        return ""
    if attrs.get("role", "").lower() in _TEXT_ROLES:
        return ""
    said = " ".join((attrs.get("class", ""), attrs.get("id", ""))).lower()[:1000]
    if not said.strip():
        return ""
    reason = next((reason for reason, pattern in _CLASSES if pattern.search(said)), "")
    # What a policy says about its newsletter, and the newsletter itself, have the same name.
    return "" if reason != "hidden" and _is_text(node, where.within(node)) else reason


def _is_text(node: Node, where: _Where) -> bool:
    """True for sentences without a button: in a text, or with a heading of their own."""
    return node.says and not node.asks and (where.sectioned or node.headed)
