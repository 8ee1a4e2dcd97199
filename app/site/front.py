"""What all visitors' pages share: the shelf of releases, redirects, and the language selector."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, g, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import format_date
from flask_limiter import Limiter
from markupsafe import Markup

from app.database import db
from app.negotiation import negotiated, remember, settings
from app.published import (
    CHOICE,
    Leading,
    Past,
    Policy,
    PolicySource,
    Publisher,
    Shelf,
    Source,
    Store,
)
from workflows import languages

blueprint = Blueprint("site", __name__)
VISIBLE = 7
"""Up to so many languages all stand in the open."""
LIKELY = 5
"""So many stand in the open when there are more; the rest is one click away."""
BROUGHT = 13
"""In so many languages a page brings the names of languages along."""
KEPT = {"section": 40, "policy": 80}
"""What of a query a redirect keeps, and how many characters of it."""
_PORT = re.compile(r"(?:\[([^]]*)\]|(\d+\.[\d.]+))(?::\d+)?")
"""An IPv4 address, or an IPv6 one in brackets, with a port or without."""
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_SOURCES: list[Source] = []
_POLICY_SOURCES: list[PolicySource] = []


def published(source: Source) -> Source:
    """Mark a function that tells which addresses of the site answer everybody the same."""
    _SOURCES.append(source)
    return source


def published_with_policy(source: PolicySource) -> PolicySource:
    """Mark one for the addresses of a policy, whose answers change with its releases only."""
    _POLICY_SOURCES.append(source)
    return source


@blueprint.record_once
def _set_up(state: BlueprintSetupState) -> None:
    # One store and one counter for each app: nothing is shared between apps in one process.
    assert isinstance(state.app, Flask)
    state.app.jinja_env.globals["timed"] = timed
    found = state.app.extensions["panel_store"] = Store()
    publisher = state.app.extensions["panel_publisher"] = Publisher(state.app, found)
    publisher.sources += _SOURCES
    publisher.policy_sources += _POLICY_SOURCES
    state.app.extensions["panel_limiter"] = Limiter(
        network, app=state.app, storage_uri="memory://", strategy="moving-window"
    )


def network() -> str:
    """Where a request comes from: an IPv4 address, or the /64 network of an IPv6 one."""
    written = request.remote_addr or ""
    # Some proxies name the port, too.
    ported = _PORT.fullmatch(written)
    try:
        address = ip_address(ported[1] or ported[2] if ported else written)
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    if address.version == 4 or mapped:
        return str(mapped or address)
    return str(ip_network((int(address), 64), strict=False))


def store() -> Store:
    """The store of the running app."""
    found: Store = current_app.extensions["panel_store"]
    return found


def shelf() -> Shelf:
    """What is live now."""
    return store().shelf(db.session)


def past(slug: str, found: Shelf | None = None) -> Mapping[str, Past]:
    """All releases of a policy, by language."""
    return (found or shelf()).past(db.session, slug)


def policy_or_404(slug: str, found: Shelf | None = None, *, withdrawn: bool = False) -> Policy:
    """The policy with this slug if it has a release in a language of the site; with ``withdrawn``
    also if it had one that was withdrawn."""
    policy = (found or shelf()).policies.get(slug)
    order = settings().languages
    if policy is None or not (policy.languages(order) or (withdrawn and policy.gone(order))):
        abort(404)
    return policy


@blueprint.before_request
def _leave_wrong_language() -> Response | None:
    """Lead other spellings of a language to its own address; everything else is no page."""
    written = (request.view_args or {}).get("page_language")
    if written is None or written in settings().languages:
        return None
    tag = canonical(written)
    if tag is None:
        if request.endpoint == "site.shelf_page":
            # No language at all: a document with a stray slash at its end.
            policy_or_404(written)
            return redirect("site.neutral", 308, slug=written)
        abort(404)
    args = (request.view_args or {}) | {"page_language": tag}
    return redirect(request.endpoint or "", 308, **args)


@blueprint.before_request
def _choose() -> Response | None:
    """Remember the language that a visitor picks in the selector, and go on to its page."""
    if request.method not in {"GET", "HEAD"} or "choose" not in request.args:
        return None
    args = request.view_args or {}
    if "page_language" not in args:
        return None
    response = redirect(request.endpoint or "", 303, **args)
    response.headers["Cache-Control"] = "no-store"
    remember(response, args["page_language"])
    return response


def canonical(written: str) -> str | None:
    """The language of the site that a tag means exactly (``iw`` is ``he``), if any."""
    found = languages.match([written], settings().languages, threshold=1)
    return found.tag if found.distance == 0 else None


def redirect(endpoint: str, status: int, **values: Any) -> Response:
    """Lead to a page of this site, named by endpoint; of the query only what it is about is kept,
    so that no address a visitor typed ever becomes a target."""
    kept = {name: request.args.get(name, "")[:limit] for name, limit in KEPT.items()}
    values |= {name: value for name, value in kept.items() if value}
    location = url_for(endpoint, **values)
    response = Response(status=status, mimetype="text/plain")
    response.headers["Location"] = location
    if status == 308:
        response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def by_preference(response: Response, *more: str) -> Response:
    """Mark an answer that another visitor might get differently; ``more`` are headers that decide
    besides those of the language."""
    response.headers["Vary"] = ", ".join(("Accept-Language", "Cookie", *more))
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


def preference(policy: Policy) -> tuple[tuple[str, ...], str]:
    """The languages that a policy can be read in here, and the one for who wants none of them; the
    languages that it was withdrawn in when it can't be read in any."""
    order = settings().languages
    offered = policy.languages(order) or policy.gone(order)
    for default in (settings().default_language, policy.source_language):
        if default in offered:
            return offered, default
    return offered, offered[0]


def negotiated_language(policy: Policy) -> str:
    """The best language for this visitor among those with a release, or else a withdrawn one."""
    return negotiated(*preference(policy))


def leading(endpoint: str, policy: Policy) -> Leading:
    """The address of a policy that leads on to the visitor's language."""
    return Leading(url_for(endpoint, slug=policy.slug), *preference(policy))


def chosen(path: str) -> Iterator[str]:
    """The address of a page with a selector, and the one that its selector names elsewhere."""
    yield path
    yield path + CHOICE


@published
def _static(_shelf: Shelf) -> Iterator[str]:
    """The files that visitors' pages name."""
    for path in sorted(Path(current_app.static_folder or "").iterdir()):
        if not path.name.startswith("workbench"):
            yield url_for("static", filename=path.name)


def root() -> str:
    """The public address of the service without a slash at its end; empty when it isn't sure.

    A host name that anybody could have sent must not become a canonical address.
    """
    site = settings()
    if site.base_url:
        return site.base_url
    parts = urlsplit(request.host_url)
    if site.hosts or parts.hostname in _LOOPBACK:
        return request.host_url.rstrip("/")
    return ""


def timed(moment: datetime) -> Markup:
    """A day in the form the reader's language writes it, and readable by machines."""
    words = format_date(moment, "long")
    return Markup('<time datetime="{}">{}</time>').format(moment.date().isoformat(), words)


@dataclass(frozen=True)
class Choice:
    """A language in the selector."""

    tag: str
    href: str
    current: bool
    names: str = ""
    """What it is found by, in the list of all."""


@dataclass(frozen=True)
class Selector:
    """The language selector: a few links in the open, and all of them when there are more."""

    links: tuple[Choice, ...]
    all: tuple[Choice, ...] = ()


def selector(offered: Sequence[str], address: Callable[[str], str], likely: str = "") -> Selector:
    """The selector of a page: ``offered`` in the order of the site, ``address`` by language.

    ``likely`` is a language that stands in the open besides the current and the first ones.
    """
    if len(offered) < 2 and list(offered) == [g.language]:
        return Selector(())
    choices = tuple(Choice(tag, address(tag), tag == g.language) for tag in offered)
    if len(choices) <= VISIBLE:
        return Selector(choices)
    first = sorted(choices, key=lambda c: (not c.current, c.tag != likely))[:LIKELY]
    every = tuple(replace(choice, names=names(choice.tag)) for choice in choices)
    return Selector(tuple(choice for choice in choices if choice in first), every)


def display() -> tuple[str, ...]:
    """The languages in which the name of a language is looked for."""
    return tuple(dict.fromkeys([*settings().languages, "en"]))


def names(tag: str) -> str:
    """What a language is found by, for the script of the page: not more than a page should weigh.

    A form that is sent is answered by all names there are.
    """
    some = tuple(dict.fromkeys([g.language, "en", *display()]))[:BROUGHT]
    return " ".join(languages.search_words(tag, some))
