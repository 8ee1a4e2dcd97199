"""From the texts of a release to the HTML of its sections, with marks where the source moved on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext
from markupsafe import Markup, escape

from app.published.lag import Lag
from workflows import languages, segments
from workflows.release import Content, Fallback, Text
from workflows.segments import Filled, Node, Skeleton
from workflows.sources import Kind, Link

_ANCHOR = re.compile(r'(<a href="[^"]*">)(.*?)(</a>)', re.DOTALL)
_HEADING = re.compile(r'<h([1-6]) id="([^"]*)"[^>]*>.*?</h\1>', re.DOTALL)
_TABLE = '<div class="scroll">'
_TAG = re.compile(r"(<[^>]*>)")
# Addresses as they stand in running text, already escaped for HTML. One begins where nothing of an
# address stands before it: tried at every letter, a text without spaces would take seconds.
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>&]*[\w/]|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII
)
# Stands behind a marked text until the place is known where its source may stand. No text holds
# this character: it is taken out of every one.
_MARK = "\0"
_MARKED = re.compile(r"\0([^\0]*)\0(</(?:p|h[1-6])>)?")


@dataclass(frozen=True)
class Section:
    """A part of a page: what stands under one of its main headings, or before the first one."""

    number: str
    """How a visitor and the form name it; the key of the heading where it has no number."""
    key: str
    """The ``id`` of the heading; empty before the first one."""
    label: str
    title: str
    html: Markup
    approved: datetime | None = None
    """When the last of its texts was approved."""
    language: str = ""
    """Of the title, when it is not that of the page."""


@dataclass(frozen=True)
class Composed:
    """A page ready for its template."""

    title: str
    heading: Markup
    sections: tuple[Section, ...]
    added: tuple[Markup, ...]
    """The texts that only the source has, as HTML in the source language."""
    self_approved: int
    fallbacks: int = 0
    """How many texts stand in the source language."""
    source_name: str = ""
    """The name of the source language in the language of the page."""
    title_language: str = ""
    """When it is not that of the page."""


def compose(
    content: Content, lag: Lag | None = None, localise: Callable[[str], str] = str
) -> Composed:
    """Put the texts of a release into its structure.

    ``lag`` marks what differs from the published source; ``localise`` turns the target of a link
    within the site into the one in the language of the page.
    """
    return _Composer(content, lag or Lag(), localise).page()


class _Composer:
    """Composes one page; holds what every text of it needs."""

    def __init__(self, content: Content, lag: Lag, localise: Callable[[str], str]) -> None:
        self.content = content
        self.lag = lag
        self.localise = localise
        self.skeleton = Skeleton.from_json(content.skeleton)
        self.source_name = languages.name_in(content.source_language, content.language)
        self.tables = 0

    def page(self) -> Composed:
        title = self.content.texts.get(self.skeleton.title)
        filled = self.fill(title.key) if title else Filled(str(escape(self.content.title)))
        own = "".join(f' {name}="{escape(value)}"' for name, value in filled.attributes.items())
        key = escape(title.key if title else "title")
        head = f'<h1 id="{key}"{own}>{filled.html}</h1>'
        return Composed(
            segments.plain(self.content.title),
            _safe(self.finish(head)),
            tuple(self.sections()),
            tuple(_safe(self.source_html(text)) for text in self.lag.added),
            sum(text.self_approved for text in self.content.texts.values()),
            sum(bool(text.fallback) for text in self.content.texts.values()),
            self.source_name,
            self.foreign(self.content.title_language),
        )

    def sections(self) -> Iterator[Section]:
        levels = [node.level for node in self.skeleton.nodes if node.kind is Kind.HEADING]
        top = min(levels, default=0)
        group: list[Node] = []
        for node in self.skeleton.nodes:
            if node.kind is Kind.HEADING and node.level == top and group:
                yield self.section(group)
                group = []
            group.append(node)
        if group:
            yield self.section(group)

    def section(self, nodes: list[Node]) -> Section:
        joined = segments.join(Skeleton("", tuple(nodes)), self.fill, title=False)
        html = _safe(self.finish(joined))
        if nodes[0].kind is not Kind.HEADING:
            return Section("", "", "", "", html)
        text = self.content.texts[nodes[0].key]
        title = segments.plain(text.target)
        label = nodes[0].label and segments.shown_label(nodes[0].label)
        language = self.foreign(self.content.language_of(text))
        number, approved = text.section or text.key, self.approved(nodes)
        return Section(number, text.key, label, title, html, approved, language)

    def approved(self, nodes: list[Node]) -> datetime | None:
        """When the last text of these was approved, as far as the release says it.

        What stands in the source language was approved as the source, and not as a translation.
        """
        keys = Skeleton("", tuple(nodes)).keys
        texts = [self.content.texts[key] for key in keys if key in self.content.texts]
        found = [text.reviewed_at for text in texts if not text.fallback]
        return datetime.fromisoformat(max(found)) if any(found) else None

    def foreign(self, tag: str) -> str:
        """A language, when it is not that of the page; else nothing."""
        return tag if tag != self.content.language else ""

    def fill(self, key: str) -> Filled:
        text = self.content.texts[key]
        html = self.html(text.target, text.links, self.content.language_of(text))
        change = self.change(key)
        words = [word for word in (_reason(text, self.source_name), change) if word]
        if not words:
            return Filled(html)
        own = self.attributes(self.content.language) if text.fallback else ""
        marks = "".join(f'<span class="mark"{own}>{escape(word)}</span> ' for word in words)
        behind = f"{_MARK}{key}{_MARK}" if key in self.lag.changed else ""
        attributes = {"class": "changed"}
        if text.fallback:
            tag = self.content.source_language
            attributes["class"] = "changed fallback" if change else "fallback"
            attributes |= {"lang": tag, "dir": languages.direction(tag)}
        return Filled(marks + html + behind, attributes)

    def attributes(self, tag: str) -> str:
        """What an element says that is in this language."""
        return f' lang="{escape(tag)}" dir="{languages.direction(tag)}"'

    def change(self, key: str) -> str:
        """How a text differs from the published source, in words."""
        if key in self.lag.changed:
            words = gettext("Changed in %(language)s", language=self.source_name)
            if self.lag.ahead:
                words = gettext("Differs in %(language)s", language=self.source_name)
            return str(words)
        if key in self.lag.removed:
            return str(gettext("No longer in %(language)s", language=self.source_name))
        return ""

    def html(self, text: str, links: tuple[Link, ...], language: str) -> str:
        own = tuple(replace(link, href=self.localise(link.href)) for link in links)
        html = segments.render_text(text.replace(_MARK, ""), own)
        return isolate(html, languages.direction(language))

    def source_html(self, text: Text) -> str:
        return self.html(text.target, text.links, self.content.source_language)

    def finish(self, html: str) -> str:
        """Add what stands around texts: sources of marked ones, permalinks, names of tables."""
        html = _MARKED.sub(self.shown_source, html)
        html = _HEADING.sub(self.linked_heading, html)
        return re.sub(re.escape(_TABLE), self.named_table, html)

    def shown_source(self, match: re.Match[str]) -> str:
        tag = self.content.source_language
        words = gettext("Show the text in %(language)s", language=self.source_name)
        # In a list item or a cell it stands inside an element that may be in the source language.
        text = self.content.texts[match[1]]
        own = self.attributes(self.content.language) if text.fallback else ""
        return (
            f'{match[2] or ""}<details class="source"{own}><summary>{escape(words)}</summary>'
            f"<div{self.attributes(tag)}>"
            f"{self.source_html(self.lag.changed[match[1]])}</div></details>"
        )

    def linked_heading(self, match: re.Match[str]) -> str:
        key = match[2]
        if match[1] == "1" or key not in self.content.texts:
            return match[0]
        title = segments.plain(self.content.texts[key].target)
        words = escape(gettext("Link to “%(title)s”", title=title))
        link = f'<a class="permalink" href="#{key}" aria-label="{words}">¶</a>'
        return f'<div class="heading">{match[0]}{link}</div>'

    def named_table(self, _match: re.Match[str]) -> str:
        self.tables += 1
        words = escape(gettext("Table %(number)s", number=self.tables))
        return f'<div class="scroll" role="region" tabindex="0" aria-label="{words}">'


def _reason(text: Text, language: str) -> str:
    """Why a text stands in the source language; empty when it does not."""
    match text.fallback:
        case "":
            return ""
        case Fallback.MISSING:
            words = gettext("Not translated yet: this part is in %(language)s", language=language)
        case Fallback.OUTDATED:
            words = gettext(
                "The translation is older than this part: shown in %(language)s",
                language=language,
            )
        case _:
            words = gettext("Not approved yet: this part is in %(language)s", language=language)
    return str(words)


def _safe(html: str) -> Markup:
    """Mark as safe what was built here from escaped texts and fixed tags."""
    return Markup(html)  # noqa: S704 - see above


def isolate(html: str, direction: str) -> str:
    """Keep what runs in another direction from rearranging the text around it.

    Link texts of another direction get a ``bdi``; in right-to-left text bare addresses do, too.
    """

    def link(match: re.Match[str]) -> str:
        if _first_strong(match[2]) in ("", direction):
            return match[0]
        return f"{match[1]}<bdi>{match[2]}</bdi>{match[3]}"

    html = _ANCHOR.sub(link, html)
    if direction != "rtl":
        return html
    pieces = _TAG.split(html)
    pieces[::2] = [_ADDRESS.sub(r'<bdi dir="ltr">\g<0></bdi>', piece) for piece in pieces[::2]]
    return "".join(pieces)


def _first_strong(html: str) -> str:
    """The direction of the first letter that has one; empty without any."""
    for character in _TAG.sub("", html):
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return ""
