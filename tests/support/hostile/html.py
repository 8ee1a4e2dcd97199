"""Hostile HTML: what is costly for a parser, for the rules about pages, for their memory."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.hostile import Hostile
from workflows.sources import MAX_BYTES

SECTION = "<h2>{0}. Heading</h2>\n<p>" + "<i>Some</i> words, <a href=/x>a link</a>. " * 4


def full(piece: str, most: int = MAX_BYTES) -> str:
    """As many of a piece as a file may hold."""
    return piece * min(most, MAX_BYTES // len(piece))


def page(
    make: Callable[[], str], code: str = "", place: str = "", *, answer: int | None = None
) -> Hostile:
    """A page that is cut where a file may not be longer."""
    return Hostile(lambda: make().encode()[:MAX_BYTES], code, place, answer)


HOSTILE = {
    "less-than signs": page(lambda: full("<"), "too-complex", "line 1"),
    "divisions": page(lambda: full("<div>", 100_000), "too-complex", "line 1"),
    "bold": page(lambda: full("<b>", 100_000), "too-complex", "line 1"),
    "bold, each its own": page(
        lambda: "".join(f"<b id={n}>" for n in range(59)) + full("<p>x", 20_000),
        "too-complex",
        "line 1",
    ),
    "misnested": page(lambda: full("<b><i><p>x</b></i>", 20_000), "too-complex", "line 1"),
    "attributes": page(
        lambda: "<p " + "".join(f"a{n}=1 " for n in range(100_000)) + ">x", answer=1
    ),
    "quotes": page(lambda: "<p " + full('a="', 600_000) + ">x", answer=1),
    "tags in tags": page(lambda: full("<a "), "unfinished-markup", "line 1"),
    "quotes in tags": page(lambda: full('<a b=" '), "unfinished-markup", "line 1"),
    "tables": page(lambda: full("<table><tr><td>x</table>", 100_000), "too-complex", "line 1"),
    "tables in tables": page(lambda: full("<table>", 100_000), "too-complex", "line 1"),
    "cells": page(lambda: "<table>" + full("<tr><td>x<td>x", 100_000), "too-complex", "line 1"),
    "wide cells": page(
        lambda: "<table>" + full("<tr><td colspan=999999 rowspan=999999>x", 50_000),
        "too-complex",
        "line 1",
    ),
    "a wide row": page(
        lambda: "<table><tr>" + "<td>x" * 17_000 + "<tr><td>x" * 3_000, "too-complex", "line 1"
    ),
    "paragraphs": page(lambda: full("<p>x", 100_000), "too-complex", "line 1"),
    "most paragraphs": page(lambda: full("<p><b>x</b>", 17_000), answer=17_000),
    "most links": page(lambda: ("<p>" + "<a href=/x>y</a>" * 900) * 24, answer=24),
    "most breaks": page(lambda: ("<p>" + "x<br>" * 900) * 24, answer=24),
    "most images": page(lambda: full("<p>x<img alt='a b'>", 17_000), answer=17_000),
    "lists in lists": page(lambda: full("<ul><li>", 100_000), "too-complex", "line 1"),
    "items": page(lambda: full("<li>x", 100_000), "too-complex", "line 1"),
    "terms": page(lambda: full("<dt>x<dd>y", 14_000), "too-many-segments"),
    "end tags": page(
        lambda: "<div>" * 120 + full("</p></li></h1>", 100_000), "too-complex", "line 1"
    ),
    "nested and flat": page(
        lambda: "<div class='modal'>" * 120 + full("<p>x", 29_000), "too-many-segments"
    ),
    "comments": page(lambda: full("<!--"), "unfinished-markup", "line 1"),
    "half comments": page(lambda: full("<!-- -"), "unfinished-markup", "line 1"),
    "declarations": page(lambda: full("<!a"), "unfinished-markup", "line 1"),
    "sections of characters": page(lambda: full("<![CDATA["), "unfinished-markup", "line 1"),
    "half end tags": page(lambda: full("</"), "unfinished-markup", "line 1"),
    "scripts": page(lambda: full("<script>"), "unfinished-markup", "line 1"),
    "short scripts": page(lambda: full("<script></script>"), "too-complex", "line 1"),
    "drawings": page(lambda: full("<svg>"), "unfinished-markup", "line 1"),
    "short drawings": page(lambda: full("<svg></svg>"), "too-complex", "line 1"),
    "ampersands": page(lambda: full("&"), "too-complex", "line 1"),
    "half entities": page(lambda: full("&#x"), "too-complex", "line 1"),
    "entities": page(lambda: "<p>" + full("&eacute;"), "too-complex", "line 1"),
    "spaces": page(lambda: full(" "), "empty-document"),
    "hard spaces": page(lambda: full("&nbsp;"), "too-complex", "line 1"),
    "classes": page(
        lambda: full("<div class='cookie cookie- share-'>x</div>"), "too-complex", "line 1"
    ),
    "one class": page(lambda: "<div class='" + "share" * 400_000 + "'>x", answer=1),
    "styles": page(lambda: ("<div style='" + "; " * 500 + "'>x</div>") * 2000, answer=2_000),
    "name of the page": page(lambda: "<title>" + full(" - ", 600_000) + "</title><p>x", answer=1),
    "name of the page and headings": page(
        lambda: (
            "<title>"
            + "x " * 700_000
            + "</title>"
            + "<h1>a</h1>" * 3000
            + "<main>"
            + "<p>Some text that counts here.</p>" * 3000
        ),
        answer=3000,
    ),
    "headings in headings": page(
        lambda: (
            "<title>a</title>"
            + "<h1><div>" * 60
            + "x " * 300_000
            + "</div></h1>" * 60
            + "<main>"
            + "<p>Some text that counts here.</p>" * 15_000
        ),
        answer=15000,
    ),
    "signs in a heading": page(lambda: "<h1>T</h1><h2>" + "<a href=#>#</a>x" * 17_000, answer=1),
    "readings": page(lambda: "<ruby>" + "x<rt>y" * 17_000, "segment-too-large", "line 1"),
    "raised in raised": page(
        lambda: "<p>" + "<sup>" * 59 + "1a" * 300_000, "segment-too-large", "line 1"
    ),
    "struck in struck": page(
        lambda: "<p>" + "<s>" * 59 + "a " * 300_000, "segment-too-large", "line 1"
    ),
    "numbers that leap": page(lambda: "<ol>" + "<li value=9>x" * 14_000, answer=14_000),
    "list styles": page(lambda: "<ol style='" + "list-style:" * 180_000 + "'><li>x", answer=1),
    "decorations": page(
        lambda: ("<p>x<span style='" + "text-decoration:" * 130 + "'>x</span>") * 950, answer=950
    ),
    "formulas": page(lambda: "<p>x<math><mi>x</mi></math>" * 9_000, answer=9_000),
    "addresses": page(
        lambda: ("<p><a href='https://x.example/" + "é" * 900 + "'>x</a>") * 1000, answer=1000
    ),
    "forms": page(lambda: full("<form>x</form>"), "too-complex", "line 1"),
    "encoding": page(lambda: "<meta charset='" + "a" * 1_000_000 + "'>", "other-charset", "line 1"),
    "a large ordinary page": page(
        lambda: "<main><h1>Title</h1>" + "".join(SECTION.format(n) for n in range(1, 1500)),
        answer=2998,
    ),
}
