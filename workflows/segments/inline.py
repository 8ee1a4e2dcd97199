"""Tagged text: parsed to a tree, compared code by code, rendered to HTML from the tree alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as escape_html

from workflows.problems import Problem
from workflows.segments.reasons import (
    CrossedTags,
    EmptyCode,
    ExtraCode,
    MissingCode,
    NestedTag,
    StrayClosingTag,
    UnbalancedTag,
    UnclosedTag,
)
from workflows.sources import Link, href_allowed
from workflows.sources.tagged import escape, has_codes, scan


@dataclass(frozen=True)
class Text:
    """Literal text, unescaped."""

    value: str


@dataclass(frozen=True)
class Code:
    """A pair of tags and what it holds; ``tag`` is "strong", "em", "code" or "aN"."""

    tag: str
    children: tuple[Piece, ...]


@dataclass(frozen=True)
class Void:
    """A code with nothing inside; ``tag`` is "brN"."""

    tag: str


@dataclass(frozen=True)
class Placeholder:
    """``{name}``: a value that is filled in elsewhere."""

    name: str


Piece = Text | Code | Void | Placeholder


def parse(text: str) -> tuple[Piece, ...]:
    """Parse tagged text.

    Never deeper than four levels: a code cannot stand inside its like, nor a link inside a link.
    Raises a subclass of UnbalancedTag whose place is the character, counted from 1.
    """
    stack: list[tuple[str, int, list[Piece]]] = [("", 0, [])]
    for value, is_code, start in scan(text):
        pieces = stack[-1][2]
        if not is_code:
            pieces.append(Text(value))
        elif value.startswith("{"):
            pieces.append(Placeholder(value[1:-1]))
        elif value.endswith("/>"):
            pieces.append(Void(value[1:-2]))
        elif value.startswith("</"):
            _check_closing(value, start, stack)
            tag, _start, children = stack.pop()
            stack[-1][2].append(Code(tag, tuple(children)))
        else:
            _check_opening(value, start, stack)
            stack.append((value[1:-1], start, []))
    if len(stack) > 1:
        tag, start, _children = stack[-1]
        raise UnclosedTag(_place(start), tag=f"<{tag}>", closing=f"</{tag}>")
    return tuple(stack[0][2])


def _check_opening(value: str, start: int, stack: list[tuple[str, int, list[Piece]]]) -> None:
    family = _family(value[1:-1])
    for outer, _start, _children in stack[1:]:
        if _family(outer) == family:
            raise NestedTag(_place(start), tag=value, outer=f"<{outer}>")


def _check_closing(value: str, start: int, stack: list[tuple[str, int, list[Piece]]]) -> None:
    tag = value[2:-1]
    if tag == stack[-1][0]:
        return
    if any(tag == opened for opened, _start, _children in stack[1:]):
        raise CrossedTags(_place(start), tag=value, closing=f"</{stack[-1][0]}>")
    raise StrayClosingTag(_place(start), tag=value, opening=f"<{tag}>")


def _family(tag: str) -> str:
    """Links of all numbers are one family; the others are families of their own."""
    return "a" if tag[1:].isdigit() else tag


def _place(start: int) -> str:
    return f"character {start + 1}"


def write(pieces: Sequence[Piece]) -> str:
    """The twin of ``parse``: tagged text in its one canonical spelling."""
    parts: list[str] = []
    for number, piece in enumerate(pieces):
        match piece:
            case Text(value):
                last = number + 1 == len(pieces)
                # The closing tag of what holds these pieces is a code that follows, too.
                parts.append(escape(value, before_code=not last))
            case Code(tag, children):
                inner = write((*children, Text(""))) if children else ""
                parts.append(f"<{tag}>{inner}</{tag}>")
            case Void(tag):
                parts.append(f"<{tag}/>")
            case Placeholder(name):
                parts.append(f"{{{name}}}")
    return "".join(parts)


def inline_codes(text: str) -> Counter[str]:
    """The multiset of codes: "<a1>", "<strong>", "<br1/>", "{name}". Raises UnbalancedTag."""
    found: Counter[str] = Counter()
    _count(parse(text), found)
    return found


def _count(pieces: Sequence[Piece], found: Counter[str]) -> None:
    for piece in pieces:
        match piece:
            case Code(tag, children):
                found[f"<{tag}>"] += 1
                _count(children, found)
            case Void(tag):
                found[f"<{tag}/>"] += 1
            case Placeholder(name):
                found[f"{{{name}}}"] += 1


def compare_codes(source_text: str, target_text: str) -> list[Problem]:
    """What keeps a translation from having exactly the codes of its source.

    Returns UnbalancedTag alone, or MissingCode and ExtraCode once for each code, and EmptyCode.
    All are blocking. Raises UnbalancedTag only for a source that no reader has written.
    """
    if not has_codes(source_text) and not has_codes(target_text):
        return []
    source_pieces = parse(source_text)
    wanted: Counter[str] = Counter()
    _count(source_pieces, wanted)
    try:
        pieces = parse(target_text)
    except UnbalancedTag as problem:
        return [problem]
    found: Counter[str] = Counter()
    _count(pieces, found)
    problems: list[Problem] = [
        MissingCode(tag=tag, count=count - found[tag])
        for tag, count in wanted.items()
        if count > found[tag]
    ]
    problems += [
        ExtraCode(tag=tag, count=count - wanted[tag])
        for tag, count in found.items()
        if count > wanted[tag]
    ]
    # A source may hold code of white space alone; then its translations do.
    empty = Counter(_empty(pieces)) - Counter(_empty(source_pieces))
    return problems + [EmptyCode(tag=f"<{tag}>") for tag in empty]


def _empty(pieces: Sequence[Piece]) -> list[str]:
    tags: list[str] = []
    for piece in pieces:
        if isinstance(piece, Code):
            inner = _empty(piece.children)
            tags += inner
            if not inner and not _seen(piece.children):
                tags.append(piece.tag)
    return tags


def _seen(pieces: Sequence[Piece]) -> bool:
    """True when a reader would see something."""
    for piece in pieces:
        match piece:
            case Text(value):
                if value.strip():
                    return True
            case Code(_, children):
                if _seen(children):
                    return True
            case Placeholder():
                return True
    return False


def render_text(text: str, links: Sequence[Link]) -> str:
    """Tagged text to HTML that is safe wherever phrasing content may stand.

    Built from the tree alone: literal text is escaped, the only elements are strong, em, code, br
    and a, the only attribute is href, and its value comes from ``links`` and passes
    ``href_allowed``; any other link is rendered as its text. Placeholders are shown as they are
    written. Raises UnbalancedTag.
    """
    hrefs = {f"a{link.number}": link.href for link in links if href_allowed(link.href)}
    return _render(parse(text), hrefs)


def _render(pieces: Sequence[Piece], hrefs: dict[str, str]) -> str:
    parts: list[str] = []
    for piece in pieces:
        match piece:
            case Text(value):
                parts.append(escape_html(value))
            case Void():
                parts.append("<br>")
            case Placeholder(name):
                parts.append(f"{{{name}}}")
            case Code(tag, children):
                inner = _render(children, hrefs)
                if _family(tag) != "a":
                    parts.append(f"<{tag}>{inner}</{tag}>")
                elif tag in hrefs:
                    parts.append(f'<a href="{escape_html(hrefs[tag])}">{inner}</a>')
                else:
                    parts.append(inner)
    return "".join(parts)
