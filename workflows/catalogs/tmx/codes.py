"""Inline codes of tagged text as TMX has them, and back.

A pair of tags is ``bpt`` and ``ept`` with one ``i``, unique in its text; everything else is ``ph``.
``x`` is the same for the same code in source and target. What stands inside of these elements is
the code as we write it, ``<strong>``, ``<br1/>`` or ``{name}``. Codes of other programs are taken
where they are tags of HTML that mean the same, or say so in their ``type``; all others are left
out, and named.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from workflows.catalogs.tokens import Token, tagged
from workflows.catalogs.xmlfile import Node, Out
from workflows.sources.tagged import MAX_CODES, scan

_KINDS = {"strong": "bold", "em": "italic", "code": "x-code", "a": "link", "br": "lb", "{": "x-var"}
"""The ``type`` of each kind of code."""
_FROM_TYPE = {"bold": "strong", "italic": "em", "x-code": "code", "link": "a", "lb": "br"}
_START = re.compile(r"<((?:strong|em|code|a[1-9]\d{0,2}))>")
_VOID = re.compile(r"<br[1-9]\d{0,2}/>|\{[a-z_][a-z0-9_]{0,63}\}")
_HTML = re.compile(r"<(b|strong|i|em|code|a)(?:\s[^<>]*)?>\Z", re.IGNORECASE)
_HTML_BREAK = re.compile(r"<br\s*/?>\Z", re.IGNORECASE)
_FROM_HTML = {"b": "strong", "i": "em"}
_NAMED = 5
"""Codes of one text that are named when they are left out."""


class Numbers:
    """The ``x`` of the codes of a unit: what stands a second time in a text is another code."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int], int] = {}

    def of(self, name: str, occurrence: int) -> str:
        """The number of a code."""
        return str(self._numbers.setdefault((name, occurrence), len(self._numbers) + 1))


def write_codes(out: Out, text: str, numbers: Numbers) -> None:
    """Balanced tagged text as the content of an element."""
    counts: Counter[str] = Counter()
    opened: list[str] = []
    last = 0
    for value, is_code, _start in scan(text):
        if not is_code:
            out.text(value)
            continue
        if value.startswith("</"):
            element, said = "ept", {"i": opened.pop()}
        else:
            counts[value] += 1
            number = numbers.of(value, counts[value])
            kind = _KINDS[value[0] if value[0] == "{" else value.strip("</>0123456789")]
            element, said = "ph", {"x": number, "type": kind}
            if not _VOID.fullmatch(value):
                last += 1
                opened.append(str(last))
                element, said = "bpt", {"i": opened[-1]} | said
        out.start(element, said)
        out.text(value)
        out.end(element)


@dataclass(frozen=True)
class Content:
    """What a ``seg`` holds."""

    text: str
    """Tagged text; not balanced where its codes are not."""
    left_out: tuple[str, ...] = ()
    """Codes that could not be taken, as the file names them; each once."""


@dataclass
class Foreign:
    """The links and breaks of other programs in one unit, numbered as they first come."""

    taken: Counter[str] = field(default_factory=Counter)
    """The greatest number of each kind."""
    names: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def name(self, kind: str, mark: str, occurrence: int) -> str:
        """The code with its number: the same for the same mark in source and target."""
        place = kind, mark, occurrence
        if place not in self.names:
            self.taken[kind] += 1
            self.names[place] = f"{kind}{self.taken[kind]}"
        return self.names[place]


def read_codes(seg: Node, foreign: Foreign) -> Content:
    """The content of a ``seg`` as tagged text."""
    reader = _Reader(foreign)
    reader.read(seg)
    left_out = tuple(dict.fromkeys(reader.left_out))[:_NAMED]
    return Content(tagged(reader.tokens), left_out)


class _Reader:
    def __init__(self, foreign: Foreign) -> None:
        self.foreign = foreign
        self.tokens: list[Token] = []
        self.left_out: list[str] = []
        self.opened: dict[str, str] = {}
        """Names of the pairs that have begun, by ``i``; "" for those that were left out."""
        self.counts: Counter[tuple[str, str]] = Counter()

    def read(self, node: Node) -> None:
        for child in node.children:
            if isinstance(child, str):
                self.tokens.append((child, False))
            elif child.name == "hi":
                # The mark goes, the text that it marks stays.
                self.left_out.append(_shown(child))
                self.read(child)
            else:
                self._code(child)

    def _code(self, node: Node) -> None:
        # Text within a code, such as what an image says, has no place in ours.
        self.left_out += [_shown(sub) for sub in node.all("sub")]
        native = "".join(c for c in node.children if isinstance(c, str)).strip()
        position = node.attributes.get("pos", "")
        if node.name == "bpt" or (node.name == "it" and position in ("begin", "open")):
            self._start(node, native)
        elif node.name == "ept" or (node.name == "it" and position in ("end", "close")):
            self._end(node, native)
        elif node.name in ("ph", "ut"):
            self._add(node, self._void(node, native) or self._lone(native))
        else:
            self._add(node, "")

    def _start(self, node: Node, native: str) -> None:
        name = self._pair(node, native)
        if node.name == "bpt":
            self.opened[node.attributes.get("i", "")] = name
        self._add(node, f"<{name}>" if name else "")

    def _end(self, node: Node, native: str) -> None:
        number = node.attributes.get("i", "")
        if node.name == "ept" and number in self.opened:
            name = self.opened.pop(number)
            if name:
                self.tokens.append((f"</{name}>", True))
            # A pair that was left out was named where it began.
            return
        seen = _START.fullmatch(native.replace("</", "<", 1))
        self._add(node, f"</{seen[1]}>" if seen else "")

    def _pair(self, node: Node, native: str) -> str:
        """The tag of a pair; "" when it is none of ours and means nothing we have."""
        if seen := _START.fullmatch(native):
            return self._ours(seen[1])
        html = _HTML.match(native)
        kind = html[1].lower() if html else _FROM_TYPE.get(node.attributes.get("type", ""), "")
        kind = _FROM_HTML.get(kind, kind)
        if kind == "a":
            return self._numbered(kind, node, native)
        return kind if kind in ("strong", "em", "code") else ""

    def _void(self, node: Node, native: str) -> str:
        if _VOID.fullmatch(native):
            return native if native[0] == "{" else f"<{self._ours(native[1:-2])}/>"
        if _HTML_BREAK.match(native) or node.attributes.get("type") == "lb":
            name = self._numbered("br", node, "")
            return f"<{name}/>" if name else ""
        return ""

    def _lone(self, native: str) -> str:
        """A tag of ours that a tool keeps as a code without a twin."""
        return native if _START.fullmatch(native.replace("</", "<", 1)) else ""

    def _ours(self, name: str) -> str:
        kind = name.rstrip("0123456789")
        if kind != name:
            self.foreign.taken[kind] = max(self.foreign.taken[kind], int(name[len(kind) :]))
        return name

    def _numbered(self, kind: str, node: Node, native: str) -> str:
        mark = node.attributes.get("x") or native
        self.counts[kind, mark] += 1
        name = self.foreign.name(kind, mark, self.counts[kind, mark])
        return name if int(name[len(kind) :]) <= MAX_CODES else ""

    def _add(self, node: Node, code: str) -> None:
        if code:
            self.tokens.append((code, True))
        else:
            self.left_out.append(_shown(node))


def _shown(node: Node) -> str:
    """A code as the file has it, cut short."""
    said = node.text().strip()
    return f"<{node.name}> {said[:40]}".strip() if said else f"<{node.name}>"
