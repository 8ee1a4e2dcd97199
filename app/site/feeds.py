"""For programs that follow the policies: a feed in each language, the sitemaps, robots.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

from flask import Response, abort, url_for
from flask_babel import gettext

from app import queries
from app.database import db
from app.negotiation import settings
from app.published import Policy, Shelf
from app.queries import LiveHead
from app.site import front, pages
from app.site.front import blueprint
from workflows import segments
from workflows.release import ReleaseDamaged

ENTRIES = 50
"""Releases in a feed, the newest ones."""
ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ROBOTS = """\
User-agent: *
Disallow: /workbench/
Disallow: /api/
Disallow: /receipts/
"""


@front.published
def _addresses(_shelf: Shelf) -> Iterator[str]:
    yield url_for("site.robots")
    if front.root():
        yield url_for("site.sitemaps")
    for tag in settings().languages:
        yield url_for("site.feed", page_language=tag)


@front.published_with_policy
def _map(policy: Policy) -> Iterator[str]:
    if front.root() and policy.languages(settings().languages):
        yield url_for("site.sitemap", slug=policy.slug)


def _listed(shelf: Shelf) -> list[Policy]:
    return [one for _, one in sorted(shelf.policies.items()) if one.languages(settings().languages)]


@blueprint.get("/<page_language>/feed.atom")
def feed(page_language: str) -> Response:
    """The newest releases in a language (RFC 4287), with what each says that it changed."""
    rows = queries.newest_heads(db.session, page_language, ENTRIES)
    root = front.root()
    top = ET.Element("feed", {"xmlns": ATOM, "xml:lang": page_language, "xml:base": f"{root}/"})
    _say(top, "title", settings().site_name)
    _say(top, "id", f"{root}{url_for('site.feed', page_language=page_language)}")
    own = url_for("site.feed", page_language=page_language)
    ET.SubElement(top, "link", {"rel": "self", "href": root + own})
    home = url_for("site.shelf_page", page_language=page_language)
    ET.SubElement(top, "link", {"rel": "alternate", "href": root + home})
    newest = max((row.published_at for row in rows), default=None)
    _say(top, "updated", newest.isoformat() if newest else "1970-01-01T00:00:00+00:00")
    _say(ET.SubElement(top, "author"), "name", settings().site_name)
    for row in rows:
        _entry(ET.SubElement(top, "entry"), row, root)
    return _answer(top, "application/atom+xml")


def _entry(entry: ET.Element, row: LiveHead, root: str) -> None:
    title, summary, spoken = row.slug, "", ""
    try:
        if row.withdrawn:
            summary = str(front.store().facts(db.session, row).get("reason", ""))
            title = segments.plain(_withdrawn_name(row))
        else:
            named = front.store().name(db.session, row)
            title, summary = segments.plain(named.title), named.summary
            spoken = named.language if named.language != row.language else ""
    except ReleaseDamaged:
        # The page says so to whoever opens it.
        summary = ""
    values: dict[str, Any] = {"page_language": row.language, "slug": row.slug}
    with pages.speaking(spoken):
        words = gettext("%(title)s – version %(number)s", title=title, number=row.number)
    if row.withdrawn:
        words = gettext("%(title)s – withdrawn", title=title)
    _say(entry, "title", words, spoken)
    # The digest names the release for ever, wherever it is served.
    _say(entry, "id", UUID(row.digest[:32]).urn)
    address = url_for("site.version_page", number=row.number, **values)
    ET.SubElement(entry, "link", {"rel": "alternate", "href": root + address})
    _say(entry, "published", row.published_at.isoformat())
    _say(entry, "updated", row.published_at.isoformat())
    _say(entry, "summary", summary or words, "" if summary else spoken)


def _withdrawn_name(row: LiveHead) -> str:
    """The title of what a release withdrew."""
    past = front.past(row.slug)[row.language]
    return front.store().name(db.session, past.numbered[past.before(row.number)]).title


@blueprint.get("/sitemap.xml")
def sitemaps() -> Response:
    """The sitemaps there are: one for each policy, so that none can grow too large."""
    root = front.root() or abort(404)
    top = ET.Element("sitemapindex", {"xmlns": SITEMAP})
    for policy in _listed(front.shelf()):
        one = ET.SubElement(top, "sitemap")
        _say(one, "loc", root + url_for("site.sitemap", slug=policy.slug))
    return _answer(top, "application/xml")


@blueprint.get("/sitemaps/<slug>.xml")
def sitemap(slug: str) -> Response:
    """A policy in every language, each with all the others."""
    root = front.root() or abort(404)
    policy = front.policy_or_404(slug)
    tags = policy.languages(settings().languages)
    top = ET.Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    addresses = {
        tag: root + url_for("site.policy_page", page_language=tag, slug=slug) for tag in tags
    }
    others = [*addresses.items(), ("x-default", root + url_for("site.neutral", slug=slug))]
    for tag in tags:
        one = ET.SubElement(top, "url")
        _say(one, "loc", addresses[tag])
        _say(one, "lastmod", policy.heads[tag].effective_at.date().isoformat())
        for name, address in others:
            ET.SubElement(
                one, "xhtml:link", {"rel": "alternate", "hreflang": name, "href": address}
            )
    return _answer(top, "application/xml")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What programs need not look at."""
    root = front.root()
    text = ROBOTS + (f"\nSitemap: {root}{url_for('site.sitemaps')}\n" if root else "")
    return pages.finished(Response(text, mimetype="text/plain"))


def _say(parent: ET.Element, name: str, text: str, spoken: str = "") -> None:
    """``spoken`` is the language of the text when it isn't that of the whole (RFC 4287 2)."""
    attributes = {"xml:lang": spoken} if spoken else {}
    ET.SubElement(parent, name, attributes).text = _NOT_XML.sub("", text)


def _answer(top: ET.Element, mimetype: str) -> Response:
    text = ET.tostring(top, encoding="unicode", short_empty_elements=True)
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return pages.finished(Response(f"{head}{text}\n", content_type=f"{mimetype}; charset=utf-8"))
