"""The spans of a paragraph to tagged text, by way of the tokens that ``Inline`` takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from markdown_it.token import Token

from workflows.problems import Problem
from workflows.sources.blocks import Furniture, Link
from workflows.sources.docx.runs import Paragraph, Span
from workflows.sources.inline import Inline
from workflows.sources.tidying import tidied

_WHITE = re.compile(r"[ \t\n\r]+")
_ORDER = ("strong", "em", "link", "code")
_NAMES = {"strong": "strong", "em": "em"}
_SAFE = "!$%&'()*+,-./:;=?@_~#"


@dataclass
class Text:
    """Tagged text with its links, and what was found on the way."""

    text: str
    links: tuple[Link, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    furniture: list[Furniture] = field(default_factory=list)


def placed(problem: Problem, place: str) -> Problem:
    """The same problem at another place."""
    return type(problem)(place, **problem.details)


def tagged(
    paragraph: Paragraph,
    spans: list[Span],
    anchors: Mapping[str, str],
    *,
    keep_links: bool = True,
) -> Text:
    """The tagged text of spans; ``anchors`` has the reference for each bookmark.

    Raises TooManyCodes. Problems have "paragraph N" as their place.
    """
    place = f"paragraph {paragraph.number}"
    inline = Inline(paragraph.number, keep_links)
    try:
        inline.read(_tokens([_aimed(span, anchors) for span in _trimmed(spans)]))
        text = tidied(inline.text())
    except Problem as problem:
        raise placed(problem, place) from None
    return Text(
        text,
        tuple(inline.links) if text else (),
        [placed(problem, place) for problem in inline.problems],
        inline.furniture,
    )


def unmarked(spans: list[Span]) -> list[Span]:
    """The spans without bold, if all of them are bold: then it is the look of the whole."""
    seen = [span for span in spans if span.kind == "text" and span.text.strip()]
    if not seen or not all("strong" in span.marks for span in seen):
        return spans
    return [replace(span, marks=span.marks - {"strong"}) for span in spans]


def _aimed(span: Span, anchors: Mapping[str, str]) -> Span:
    """A bookmark becomes the heading it stands in or under; what is no address is escaped."""
    if span.href.startswith("#") and len(span.href) > 1:
        name = span.href[1:]
        return replace(span, href=f"#{quote(anchors.get(name, name), safe='')}")
    return replace(span, href=quote(span.href.strip(), safe=_SAFE)) if span.href else span


def _trimmed(spans: list[Span]) -> list[Span]:
    """White space folded, none of it at the edges, beside breaks, or marked for its own sake."""
    found: list[Span] = []
    for span in spans:
        if span.kind == "text":
            _add_text(found, replace(span, text=_WHITE.sub(" ", span.text)))
        else:
            if span.kind == "break":
                _cut_end(found)
            found.append(span)
    while found and (found[-1].kind == "break" or not found[-1].text.strip(" ")):
        if found[-1].kind == "image":
            break
        found.pop()
    _cut_end(found)
    return found


def _add_text(found: list[Span], span: Span) -> None:
    last = found[-1] if found else None
    after_space = last is None or last.kind == "break" or last.text.endswith(" ")
    text = span.text.lstrip(" ") if after_space else span.text
    if not text:
        return
    lead = " " if text.startswith(" ") else ""
    if text == " " and span.href:
        # A link with nothing to see in it.
        span = replace(span, href="")
    if lead and (span.marks or span.href) and text != " ":
        assert last is not None
        same = last.kind == "text" and (last.marks, last.href) == (span.marks, span.href)
        if not same:
            found.append(Span(" "))
            text = text[1:]
    core = text.rstrip(" ")
    if core and core != text and (span.marks or span.href):
        found += [replace(span, text=core), Span(" ")]
    else:
        found.append(replace(span, text=text))


def _cut_end(found: list[Span]) -> None:
    while found and found[-1].kind == "text":
        found[-1] = replace(found[-1], text=found[-1].text.rstrip(" "))
        if found[-1].text:
            return
        found.pop()


def _tokens(spans: list[Span]) -> list[Token]:
    """Properly nested tokens: of marks that begin together, the one that lasts longest is outside.

    White space between two spans with the same marks takes them over.
    """
    looks = _looks(spans)
    tokens: list[Token] = []
    opened: list[str] = []
    for at, span in enumerate(spans):
        wanted = looks[at]
        while opened and not set(opened) <= wanted:
            tokens.append(_close(opened.pop()))
        new = [mark for mark in wanted if mark not in opened]
        new.sort(key=lambda mark: (-_reach(looks, at, mark), _rank(mark)))
        for mark in new:
            opened.append(mark)
            tokens.append(_open(mark))
        tokens.append(_leaf(span, code="code" in wanted))
    tokens += [_close(mark) for mark in reversed(opened)]
    return tokens


def _looks(spans: list[Span]) -> list[set[str]]:
    looks = [
        {*(mark for mark in span.marks), *([f"link {span.href}"] if span.href else [])}
        for span in spans
    ]
    for at in range(1, len(spans) - 1):
        span = spans[at]
        if (span.kind == "text" and span.text == " ") or span.kind == "break":
            looks[at] = looks[at - 1] & looks[at + 1]
        elif span.kind == "image":
            looks[at] = looks[at] | (looks[at - 1] & looks[at + 1])
    # Code holds nothing but text.
    return [{"code"} | {m for m in look if m.startswith("link")} if "code" in look else look
            for look in looks]  # fmt: skip


def _reach(looks: list[set[str]], at: int, mark: str) -> int:
    end = at
    while end < len(looks) and end < at + 50 and mark in looks[end]:
        end += 1
    return end


def _rank(mark: str) -> int:
    return _ORDER.index(mark.split(" ", 1)[0])


def _open(mark: str) -> Token:
    if mark.startswith("link "):
        return Token("link_open", "a", 1, attrs={"href": mark[5:]})
    if mark == "code":
        return Token("text", "", 0)
    return Token(f"{_NAMES[mark]}_open", mark, 1)


def _close(mark: str) -> Token:
    if mark == "code":
        return Token("text", "", 0)
    name = "link" if mark.startswith("link ") else _NAMES[mark]
    return Token(f"{name}_close", mark, -1)


def _leaf(span: Span, *, code: bool) -> Token:
    if span.kind == "break":
        return Token("hardbreak", "br", 0)
    kind = "image" if span.kind == "image" else "code_inline" if code else "text"
    return Token(kind, "", 0, content=span.text)
