"""Inline codes of tagged text as XLIFF has them, and back.

A code is named by its id, which tools keep: ``strong-1``, ``a2-1``, ``br1-1``, ``v-name-1``, the
last number counting the same code within a text, so that ids are unique and equal in source and
target. Where a tool gave it another id, what it shows of the code tells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from workflows.catalogs.stand_ins import FORBIDDEN
from workflows.catalogs.tokens import Token, tagged
from workflows.catalogs.xmlfile import Node, Out
from workflows.segments import UnbalancedTag, parse
from workflows.sources.tagged import scan

_ID = re.compile(r"(?:(strong|em|code|a[1-9]\d{0,2}|br[1-9]\d{0,2})|v-([a-z_][a-z0-9_]{0,63}))-\d+")
_START = re.compile(r"<((?:strong|em|code|a[1-9]\d{0,2}))>")
_HEX = re.compile(r"0{0,2}[0-9a-fA-F]{1,4}")
_VOID = re.compile(r"<br[1-9]\d{0,2}/>|\{[a-z_][a-z0-9_]{0,63}\}")

Attributes = dict[str, str]


@dataclass(frozen=True)
class Dialect:
    """The elements of one version of XLIFF."""

    pair: str
    void: str
    shown: tuple[str, str, str]
    """Attributes that show a start, an end and a void; "" where there is none."""
    kinds: Mapping[str, Attributes]
    """What is said of a kind of code."""
    lone: tuple[tuple[str, Attributes], tuple[str, Attributes]]
    """Elements of a start and an end tag that have no twin."""
    fixed: Attributes
    """What is said of every code."""


XLIFF_2 = Dialect(
    pair="pc",
    void="ph",
    shown=("dispStart", "dispEnd", "disp"),
    kinds={
        "strong": {"type": "fmt", "subType": "xlf:b"},
        "em": {"type": "fmt", "subType": "xlf:i"},
        "code": {"type": "fmt"},
        "a": {"type": "link"},
        "br": {"type": "fmt", "subType": "xlf:lb"},
        "v": {"type": "ui", "subType": "xlf:var"},
    },
    lone=(("sc", {"isolated": "yes"}), ("ec", {"isolated": "yes"})),
    fixed={"canCopy": "no", "canDelete": "no"},
)
XLIFF_1 = Dialect(
    pair="g",
    void="x",
    shown=("", "", "equiv-text"),
    kinds={
        "strong": {"ctype": "bold"},
        "em": {"ctype": "italic"},
        "code": {"ctype": "x-code"},
        "a": {"ctype": "link"},
        "br": {"ctype": "lb"},
        "v": {"ctype": "x-placeholder"},
    },
    lone=(("it", {"pos": "open"}), ("it", {"pos": "close"})),
    fixed={},
)


def write_codes(out: Out, text: str, dialect: Dialect) -> None:
    """Tagged text as the content of an element."""
    try:
        parse(text)
    except UnbalancedTag:
        whole = False
    else:
        whole = True
    writer = _Writer(out, dialect)
    for value, is_code, _start in scan(text):
        if not is_code:
            out.text(value)
        elif whole:
            writer.code(value)
        else:
            writer.lone(value)


class _Writer:
    def __init__(self, out: Out, dialect: Dialect) -> None:
        self.out = out
        self.dialect = dialect
        self.counts: Counter[str] = Counter()

    def code(self, value: str) -> None:
        """A code of a text whose tags are balanced."""
        shown = self.dialect.shown
        if value.startswith("</"):
            self.out.end(self.dialect.pair)
        elif _VOID.fullmatch(value):
            self._empty(self.dialect.void, value, {shown[2]: value})
        else:
            name = value[1:-1]
            said = {shown[0]: value, shown[1]: f"</{name}>"}
            self.out.start(self.dialect.pair, self._attributes(name, said))

    def lone(self, value: str) -> None:
        """A code of a text whose tags are not."""
        if _VOID.fullmatch(value):
            self.code(value)
            return
        name, closes = value.strip("</>"), value.startswith("</")
        element, more = self.dialect.lone[closes]
        attributes = self._attributes(name, {self.dialect.shown[2]: value}) | more
        self.out.start(element, attributes)
        if element == "it":
            self.out.text(value)
        self.out.end(element)

    def _empty(self, element: str, value: str, said: Attributes) -> None:
        name = f"v-{value[1:-1]}" if value.startswith("{") else value[1:-2]
        self.out.start(element, self._attributes(name, said))
        self.out.end(element)

    def _attributes(self, name: str, said: Attributes) -> Attributes:
        self.counts[name] += 1
        kind = name if name in self.dialect.kinds else name[:2] if name[:2] == "br" else name[0]
        said = {key: value for key, value in said.items() if key}
        identity = {"id": f"{name}-{self.counts[name]}"}
        return identity | self.dialect.kinds[kind] | self.dialect.fixed | said


@dataclass(frozen=True)
class Content:
    """What an element holds, as tagged text."""

    text: str
    unknown: tuple[str, ...] = ()
    """Codes that are none of ours, as the file names them."""


_PAIRS = frozenset(("pc", "g"))
_STARTS = frozenset(("sc", "bpt", "bx"))
_ENDS = frozenset(("ec", "ept", "ex"))
_VOIDS = frozenset(("ph", "x", "it"))
_THROUGH = frozenset(("mrk", "segment", "ignorable", "source", "target", "sub"))
"""Elements that mark a part of the text, which goes on inside of them."""
_NOTHING = frozenset(("sm", "em"))


def read_codes(*nodes: Node) -> Content:
    """The contents of elements, one after the other, as one tagged text."""
    reader = _Reader()
    for node in nodes:
        reader.read(node)
    return Content(tagged(reader.tokens), tuple(reader.unknown))


class _Reader:
    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.unknown: list[str] = []
        self.starts: dict[str, str] = {}
        """Names of the codes that began, by id: an end names only that."""

    def read(self, node: Node) -> None:
        for child in node.children:
            if isinstance(child, str):
                self.tokens.append((child, False))
            elif child.name in _THROUGH:
                self.read(child)
            elif child.name == "cp":
                self._character(child)
            elif child.name not in _NOTHING:
                self._code(child)

    def _character(self, node: Node) -> None:
        """Take a character that XML can't hold (XLIFF 2.1, 4.3.1.1): our texts can't either."""
        digits = node.attributes.get("hex", "")
        character = chr(int(digits, 16)) if _HEX.fullmatch(digits) else "\0"
        if FORBIDDEN.match(character):
            self._add(node, "")
        else:
            self.tokens.append((character, False))

    def _code(self, node: Node) -> None:
        if node.name in _PAIRS:
            name = self._name(node, node.attributes.get("dispStart", ""))
            self._add(node, f"<{name}>" if name else "")
            self.read(node)
            self._add(node, f"</{name}>" if name else "", again=True)
        elif node.name in _ENDS or node.attributes.get("pos") == "close":
            link = node.attributes.get("startRef") or node.attributes.get("rid", "")
            name = self.starts.get(link or node.attributes.get("id", ""), "")
            name = name or self._name(node, _shown(node).replace("</", "<", 1))
            self._add(node, f"</{name}>" if name else "")
        elif node.name in _STARTS or node.attributes.get("pos") == "open":
            name = self._name(node, _shown(node))
            self._add(node, f"<{name}>" if name else "")
        elif node.name in _VOIDS:
            self._add(node, _void(node))
        else:
            self._add(node, "")

    def _name(self, node: Node, shown: str) -> str:
        """The tag of a code that has a start and an end; "" when it is none of ours."""
        known = _ID.fullmatch(node.attributes.get("id", ""))
        seen = _START.fullmatch(shown)
        name = known[1] if known and known[1] else seen[1] if seen else ""
        name = "" if name.startswith("br") else name
        for link in ("id", "rid"):
            if name and node.attributes.get(link):
                self.starts[node.attributes[link]] = name
        return name

    def _add(self, node: Node, code: str, *, again: bool = False) -> None:
        if code:
            self.tokens.append((code, True))
        elif not again:
            said = "".join(
                f' {name}="{node.attributes[name][:40]}"'
                for name in ("id", "hex")
                if name in node.attributes
            )
            self.unknown.append(f"<{node.name}{said}>")


def _shown(node: Node) -> str:
    """What a file shows of a code: an attribute, or in XLIFF 1.2 the code itself."""
    said = (node.attributes.get(name, "") for name in ("disp", "equiv-text", "dispStart", "equiv"))
    return next((value for value in said if value), "") or node.text()


def _void(node: Node) -> str:
    known = _ID.fullmatch(node.attributes.get("id", ""))
    if known and known[2]:
        return f"{{{known[2]}}}"
    if known and known[1].startswith("br"):
        return f"<{known[1]}/>"
    shown = _shown(node)
    return shown if _VOID.fullmatch(shown) else ""
