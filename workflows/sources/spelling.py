"""Tagged text to one paragraph of Markdown, spelled so that CommonMark reads back exactly it.

Emphasis is the hard part: a delimiter opens or closes depending on the signs beside it (CommonMark
0.31, 6.2), which fails in scripts without spaces. A character reference counts as punctuation
there, so a letter that stands in the way is written as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace

from workflows.sources.blocks import Link
from workflows.sources.tagged import scan

SEPARATOR = "[](#)"
"""A link around nothing, of which the reader leaves nothing: parts what would run together."""

_EMPHASIS = {"em": 1, "strong": 2}
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ALWAYS = frozenset("\\`*[]")
# What begins a block when a line begins with it; the group is what a backslash makes literal.
_LINE_START = re.compile(
    r"(?:[0-9]{1,9}(?=[.)](?:[ \t]|$))|[a-z](?=\)[ \t]))?"
    r"(#{1,6}(?=[ \t]|$)|[-+](?=[ \t]|$)|(?<=[0-9])[.)]|(?<=[a-z])\)|>|<|~~~|=+[ \t]*$"
    r"|[-|:][-|: \t]*$)"
)
_CLOSING_SIGNS = re.compile(r"(?:(?<=[ \t])|^)(?=#+$)")


class Unspeakable(Exception):
    """Markdown has no way to say this text."""


@dataclass
class _Atom:
    """A piece of the output."""

    kind: str
    """"sign" (one literal sign), "raw" (markup), "open", "close" (of emphasis) or "break"."""
    value: str
    length: int = 0
    """Signs of a delimiter: 1 or 2."""
    referenced: bool = False
    """A sign that is to be written as a character reference."""


def spell(
    text: str,
    links: Sequence[Link] = (),
    *,
    inline: bool = False,
    bars: bool = True,
    in_cell: bool = False,
) -> list[str]:
    """The lines of a paragraph: one, and one more for each break.

    ``inline`` says that no block can begin here, as in a heading of one line, ``bars`` that "|" may
    be written as it is, and ``in_cell`` that there is but one line. Raises Unspeakable.
    """
    atoms = _Spelling(links, in_cell=in_cell).read(text)
    for atom in atoms:
        atom.referenced |= atom.kind == "sign" and atom.value == "|" and not bars
    _stand_clear(atoms)
    lines = ["".join(line) for line in _lines(atoms)]
    if inline and len(lines) == 1:
        return [_CLOSING_SIGNS.sub(r"\\", lines[0], count=1)]
    last = len(lines) - 1
    return [_start(line) + ("" if at == last else "\\") for at, line in enumerate(lines)]


def code_lines(text: str, *, single: bool = False) -> list[str] | None:
    """The lines of a text that is nothing but code with breaks in it, or None.

    ``single`` takes code without a break as well, which has one line.
    """
    pieces = [(value, is_code) for value, is_code, _start in scan(text)]
    if len(pieces) < 3 or pieces[0][0] != "<code>" or pieces[-1][0] != "</code>":
        return None
    lines = [""]
    for value, is_code in pieces[1:-1]:
        if is_code and value.startswith("<br"):
            lines.append("")
        elif is_code and not value.startswith("{"):
            return None
        else:
            lines[-1] += value
    return lines if single or len(lines) > 1 else None


def block_of_code(text: str) -> list[str] | None:
    """The lines of a text that has to be a block of code, so that lines and blanks are kept."""
    lines = code_lines(text)
    if lines is None and re.search(r"[ \t]{2}|\A<code>[ \t]|[ \t]</code>\Z|\t", text):
        lines = code_lines(text, single=True)
    return lines


class _Spelling:
    """Takes the codes of a text in order."""

    def __init__(self, links: Sequence[Link], *, in_cell: bool) -> None:
        self.line_break = ("raw", "<br>") if in_cell else ("break", "\n")
        self.links = {f"a{link.number}": link for link in links}
        self.atoms: list[_Atom] = []
        self.open: list[tuple[str, str]] = []

    def read(self, text: str) -> list[_Atom]:
        """The pieces of a text. Raises Unspeakable."""
        pieces = scan(text)
        for value, is_code, _start in pieces:
            if not is_code or value.startswith("{"):
                self._literal(value)
            elif value == "<code>":
                self._code(pieces)
            elif value.endswith("/>"):
                self.atoms.append(_Atom(*self.line_break))
            elif value.startswith("</"):
                self._leave(value[2:-1])
            else:
                self._enter(value[1:-1])
        if self.open:
            raise Unspeakable
        return self.atoms

    def _literal(self, value: str) -> None:
        entities = {match.start() for match in _ENTITY.finditer(value)}
        for at, sign in enumerate(value):
            written = f"\\{sign}" if sign in _ALWAYS or at in entities else sign
            if sign == "<" and re.match(r"[A-Za-z/!?<]", value[at + 1 : at + 2]):
                written = "\\<"
            # What is no visible sign would be stripped, or refused by the reader.
            hidden = sign != " " and not sign.isprintable() and not isWhiteSpace(ord(sign))
            self.atoms.append(_Atom("sign", written, referenced=hidden or sign in "\t\n\r"))

    def _code(self, pieces: Iterator[tuple[str, bool, int]]) -> None:
        content = ""
        for value, is_code, _start in pieces:
            if value == "</code>" and is_code:
                break
            if is_code and not value.startswith("{"):
                raise Unspeakable
            content += value
        if not content or "\n" in content:
            raise Unspeakable
        if self.atoms and self.atoms[-1].kind == "raw" and self.atoms[-1].value[-1] == "`":
            self._part()
        runs = {len(run) for run in re.findall("`+", content)}
        fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
        blank = content[0] == " " == content[-1] and content.strip(" ")
        pad = " " if "`" in (content[0], content[-1]) or blank else ""
        self.atoms.append(_Atom("raw", f"{fence}{pad}{content}{pad}{fence}"))

    def _part(self) -> None:
        """Part two pieces. Raises Unspeakable within a link, which holds no other."""
        if any(tag not in _EMPHASIS for tag, _sign in self.open):
            raise Unspeakable
        self.atoms.append(_Atom("raw", SEPARATOR))

    def _enter(self, tag: str) -> None:
        before = self.atoms[-1] if self.atoms else None
        if tag not in _EMPHASIS:
            if before and before.kind == "sign" and before.value == "!":
                before.value = "\\!"
            self.atoms.append(_Atom("raw", "["))
            self.open.append((tag, ""))
            return
        around = {sign for _tag, sign in self.open}
        beside = before.value[0] if before and before.length else ""
        free = [sign for sign in "*_" if sign not in around]
        if not free:
            raise Unspeakable
        if all(sign == beside for sign in free):
            self._part()
            beside = ""
        sign = next(sign for sign in free if sign != beside)
        self.open.append((tag, sign))
        length = _EMPHASIS[tag]
        self.atoms.append(_Atom("open", sign * length, length))

    def _leave(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            raise Unspeakable
        sign = self.open.pop()[1]
        if sign:
            if self.atoms[-1].kind == "break":
                self._part()
            length = _EMPHASIS[tag]
            self.atoms.append(_Atom("close", sign * length, length))
        elif tag in self.links:
            self.atoms.append(_Atom("raw", f"]({_target(self.links[tag])})"))
        else:
            raise Unspeakable


def _target(link: Link) -> str:
    href = _ENTITY.sub(lambda match: f"&amp;{match.group()[1:]}", link.href)
    if "(" in href or ")" in href:
        href = f"<{href}>"
    if not link.title:
        return href
    title = "".join(
        f"\\{sign}" if sign in '\\"&' else sign if sign.isprintable() else f"&#x{ord(sign):X};"
        for sign in link.title
    )
    return f'{href} "{title}"'


def _stand_clear(atoms: list[_Atom]) -> None:
    """Make every delimiter do what it is meant to; each change may ask for one beside it."""
    delimiters = [at for at, atom in enumerate(atoms) if atom.length]
    changed = True
    while changed:
        changed = False
        for at in delimiters:
            step = 1 if atoms[at].kind == "open" else -1
            inner, outer = _side(atoms, at, step), _side(atoms, at, -step)
            if inner == "blank" and atoms[at + step].kind == "sign":
                atoms[at + step].referenced = changed = True
            elif outer == "letter" and (inner != "letter" or atoms[at].value[0] == "_"):
                atoms[at - step].referenced = changed = True


def _side(atoms: list[_Atom], at: int, step: int) -> str:
    """How CommonMark sees the neighbour of a delimiter: "blank", "sign" or "letter"."""
    near = at + step
    if not 0 <= near < len(atoms):
        return "blank"
    atom = atoms[near]
    if atom.kind == "break":
        # A break is written as a backslash and the end of the line.
        return "sign" if step > 0 else "blank"
    if atom.kind != "sign" or atom.referenced:
        return "sign"
    sign = atom.value[-1]
    if isWhiteSpace(ord(sign)):
        return "blank"
    return "sign" if isMdAsciiPunct(ord(sign)) or isPunctChar(sign) else "letter"


def _lines(atoms: list[_Atom]) -> Iterator[list[str]]:
    line: list[str] = []
    for at, atom in enumerate(atoms):
        if atom.kind == "break":
            yield line
            line = []
        elif atom.kind == "sign":
            line.append(_sign(atoms, at, first=not line))
        else:
            line.append(atom.value)
    # The reader strips a line that ends in blanks, and a break needs something after it.
    if not line and atoms and atoms[-1].kind == "break":
        line = ["&#32;"]
    yield line


def _sign(atoms: list[_Atom], at: int, *, first: bool) -> str:
    atom = atoms[at]
    sign = atom.value[-1]
    edge = first or at + 1 == len(atoms) or atoms[at + 1].kind == "break"
    if atom.referenced or (edge and isWhiteSpace(ord(sign))):
        return f"&#x{ord(sign):X};"
    if sign == "_":
        return "_" if _within_word(atoms, at) else "\\_"
    return atom.value


def _within_word(atoms: list[_Atom], at: int) -> bool:
    """True for an underscore between two letters, which CommonMark takes as one of them."""
    return 0 < at < len(atoms) - 1 and all(
        near.kind == "sign" and not near.referenced and near.value.isalnum()
        for near in (atoms[at - 1], atoms[at + 1])
    )


def _start(line: str) -> str:
    match = _LINE_START.match(line)
    return f"{line[: match.start(1)]}\\{line[match.start(1) :]}" if match else line
