"""HTML text to tags and the text between them, by the rules of the WHATWG tokenizer (13.2.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from workflows.sources.reasons import TooComplex, UnfinishedMarkup

MAX_TOKENS = 85_000

# Whether the whole is a tag is decided in one step that never looks back (possessive), so that
# the work is linear; a `<` that begins a tag without an end is refused at once.
# A value may be missing only at the end of its tag: one whose quotation mark has no twin is no tag.
_ATTRIBUTE = (
    r"([^ \t\n/>][^ \t\n/>=]*+)"
    r"(?:[ \t\n]*+=[ \t\n]*+(?:\"([^\"]*+)\"|'([^']*+)'|([^ \t\n>\"'][^ \t\n>]*+)|(?=>|\Z))"
    r"|(?![ \t\n]*+=))"
)
_PLAIN_ATTRIBUTE = _ATTRIBUTE.replace("([^", "(?:[^")
_BEGIN = re.compile(r"<(?=[a-zA-Z!?/])")
_TOKEN = re.compile(
    rf"<(?P<end>/?)(?P<name>[a-zA-Z][^ \t\n/>]*+)(?P<attrs>(?:[ \t\n/]++|{_PLAIN_ATTRIBUTE})*+)>"
    r"|<!--(?:-?>|.*?--!?>)|<(?:!(?!--)|\?)[^>]*+>|</(?:>|[^a-zA-Z>][^>]*+>)",
    re.DOTALL,
)
_ATTRIBUTES = re.compile(rf"[ \t\n/]*+{_ATTRIBUTE}")
# In an attribute a name without its semicolon is no entity: "?a=1&copy=2" is an address.
_ENTITY = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[a-zA-Z][a-zA-Z0-9]{1,31};)")


def names(written: str) -> frozenset[str]:
    """Names with spaces between them."""
    return frozenset(written.split())


KEPT = names(
    "id name href title start reversed type value align style class role hidden aria-label "
    "aria-hidden aria-controls colspan rowspan alt src data-label charset content http-equiv open"
)
_RAW = names("script style iframe noembed noframes textarea title")
# Nothing of these is text where scripts run and pictures are shown, or at all.
_HIDDEN = names("noscript template svg math object applet canvas audio video datalist")
# An icon and a template say nothing that is lost.
_TOLD = _HIDDEN - names("template svg datalist")

# Elements of HTML end a drawing or formula that somebody forgot to close (HTML, 13.2.6.5), unless
# they stand where a drawing may hold text.
_ENDS_FOREIGN = names(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li "
    "listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
)
_HOLDS_HTML = names("foreignobject desc title annotation-xml mi mo mn ms mtext")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or end tag."""

    name: str
    """In lower case."""
    is_end: bool
    written: str
    """Its attributes as they are written."""
    offset: int
    """0-based, of its last character in the text."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text as it is written, with its entities."""

    written: str
    offset: int
    is_title: bool = False
    """What stands in <title>."""
    within: str = ""
    """The name of the element that it stands in and is not shown in."""


def tokens(text: str) -> Iterator[Tag | Text]:
    """The tags and texts that count; what is no text for readers is left out with its tags.

    Raises TooComplex, and UnfinishedMarkup for what has no end.
    """
    at = 0
    for _number in range(MAX_TOKENS):
        if not (begin := _BEGIN.search(text, at)):
            break
        if begin.start() > at:
            yield Text(text[at : begin.start()], at)
        token = _whole(text, begin.start())
        at = token.end()
        name = (token["name"] or "").lower()
        if not name:
            continue
        tag = Tag(name, bool(token["end"]), token["attrs"], at - 1)
        if tag.is_end or name not in _HIDDEN:
            yield tag
        if tag.is_end or name not in _RAW:
            if not tag.is_end and name in _HIDDEN and not tag.written.endswith("/"):
                said: list[str] = []
                at = _after(text, name, token, said)
                if name in _TOLD:
                    yield Text(" ".join(said), token.start(), within=name)
            continue
        end = _end_of(name, text, token)
        if name in ("title", "textarea"):
            yield Text(text[at : end.start()], at, name == "title")
        at = end.start()
    else:
        raise TooComplex(f"line {_line(text, at)}")
    yield Text(text[at:], at)


def attributes(written: str) -> dict[str, str]:
    """Those in KEPT; of two with the same name the first (HTML, 13.2.5.33)."""
    found: dict[str, str] = {}
    if not written.strip(" \t\n/"):
        return found
    for name, double, single, bare in _ATTRIBUTES.findall(written):
        name = name.lower()
        if name in KEPT and name not in found:
            value = double or single or bare
            value = _ENTITY.sub(lambda match: unescape(match.group()), value)
            found[name] = value.replace("\ufeff", "")
    return found


def _whole(text: str, at: int) -> re.Match[str]:
    token = _TOKEN.match(text, at)
    if token is None:
        raise _unfinished(text, at)
    return token


def _end_of(name: str, text: str, token: re.Match[str]) -> re.Match[str]:
    """The end tag of an element whose content is no markup."""
    end = re.compile(rf"</{name}(?=[ \t\n/>])", re.IGNORECASE).search(text, token.end())
    if end is None:
        raise _unfinished(text, token.start())
    return end


def _after(text: str, name: str, token: re.Match[str], said: list[str]) -> int:
    """The offset after an element that is left out; what it says is added to ``said``."""
    at, depth, holding = token.end(), 1, 0
    foreign = name in ("svg", "math")
    while depth:
        begin = _BEGIN.search(text, at)
        inner = _TOKEN.match(text, begin.start()) if begin else None
        if inner is None:
            raise _unfinished(text, token.start())
        said.append(text[at : inner.start()])
        found = (inner["name"] or "").lower()
        closes = bool(inner["end"])
        ends = found in ("p", "br") if closes else found in _ENDS_FOREIGN
        if foreign and not holding and ends:
            return inner.start()
        at = inner.end()
        empty = closes or inner["attrs"].endswith("/") if found else True
        if found == name:
            depth += -1 if closes else not empty
        elif foreign and found in _HOLDS_HTML:
            holding = max(0, holding + (-1 if closes else not empty))
        elif found in _RAW and not empty:
            at = _end_of(found, text, inner).start()
    return at


def _unfinished(text: str, at: int) -> UnfinishedMarkup:
    found = " ".join(text[at : at + 60].split())
    return UnfinishedMarkup(f"line {_line(text, at)}", found=found)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
