"""The policies: chosen by preference, in one language, or not there yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from flask import Response, abort, g, render_template, request, url_for
from flask_babel import force_locale, format_date, gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from app import queries, web
from app.database import db
from app.logs import log
from app.negotiation import settings
from app.published import NO_PAST, Lag, Leading, Page, Policy, Shelf, compare, compose
from app.queries import LiveHead
from app.site import front
from app.site.front import blueprint
from workflows import languages, segments
from workflows.release import Content, ReleaseDamaged, behind

DIGITS = 16
"""Of a digest in a receipt: enough to name one of any number of releases."""
FRESH = "public, max-age=60, must-revalidate"


@blueprint.get("/")
def first() -> Response:
    """The first page: the only policy there is, else the list of all, in the visitor's language."""
    policies = _listed(front.shelf())
    if len(policies) == 1:
        tag = front.negotiated_language(policies[0])
        target = ("site.policy_page", {"page_language": tag, "slug": policies[0].slug})
        return front.by_preference(front.redirect(target[0], 302, **target[1]))
    return front.by_preference(front.redirect("site.shelf_page", 302, page_language=g.language))


@blueprint.get("/<page_language>/")
def shelf_page(page_language: str) -> Response:
    """All policies in one language; with a single one there is nothing to choose from."""
    shelf = front.shelf()
    policies = _listed(shelf)
    if len(policies) == 1:
        slug = policies[0].slug
        response = front.redirect("site.policy_page", 302, page_language=page_language, slug=slug)
        response.headers["Cache-Control"] = FRESH
        return response
    page = shelf.page(("list", page_language), lambda: _list(policies, page_language))
    return _answer(page)


@blueprint.get("/<page_language>/<slug>")
def policy_page(page_language: str, slug: str) -> BaseResponse | tuple[str, int]:
    """A policy as it was released in one language."""
    shelf = front.shelf()
    policy = front.policy_or_404(slug, shelf, withdrawn=True)
    head = policy.heads.get(page_language) or policy.withdrawn.get(page_language)
    if head is None:
        return _missing(front.policy_or_404(slug, shelf), page_language)
    root = front.root()
    try:
        if head.withdrawn:
            return _withdrawn(policy, head)
        page = shelf.page(
            (slug, page_language, root), lambda: _policy(shelf, policy, page_language, root)
        )
        spoken = front.store().content(db.session, head).languages
    except ReleaseDamaged as problem:
        return damaged(problem, head)
    response = _answer(page, spoken)
    response.headers["Link"] = ", ".join(past_links(slug, page_language))
    return response


def damaged(problem: ReleaseDamaged, head: LiveHead) -> tuple[str, int]:
    """What is said instead of a release that doesn't match its digest."""
    log.error("release damaged", digest=head.digest, number=head.number, problem=str(problem))
    return web.error_page(
        500,
        gettext("This page was damaged in our storage, so it is not shown."),
        gettext("Try another language, or come back later: we have been told about it."),
    )


def past_links(slug: str, tag: str) -> Iterator[str]:
    """What a page says of its past (RFC 7089 2.2): the original resource, which is its own
    TimeGate, and the TimeMap of the language."""
    yield f'<{url_for("site.neutral", slug=slug)}>; rel="original timegate"'
    timemap = url_for("site.timemap", page_language=tag, slug=slug)
    yield f'<{timemap}>; rel="timemap"; type="application/link-format"'


@front.published
def _addresses(shelf: Shelf) -> Iterator[str | Leading]:
    policies = _listed(shelf)
    order = settings().languages
    one = front.preference(policies[0]) if len(policies) == 1 else None
    yield Leading(url_for("site.first"), *(one or (order, settings().default_language)))
    for tag in order if policies else ():
        yield from front.chosen(url_for("site.shelf_page", page_language=tag))


@front.published_with_policy
def _policy_addresses(policy: Policy) -> Iterator[str | Leading]:
    order = settings().languages
    tags = (*policy.languages(order), *policy.gone(order))
    if tags:
        yield front.leading("site.neutral", policy)
    for tag in tags:
        yield from front.chosen(url_for("site.policy_page", page_language=tag, slug=policy.slug))


def _answer(page: Page, spoken: tuple[str, ...] = ()) -> Response:
    response = Response(page.body, mimetype="text/html")
    response.set_etag(page.etag)
    return finished(response, spoken=spoken)


def finished(response: Response, caching: str = FRESH, spoken: tuple[str, ...] = ()) -> Response:
    """An answer that is the same for everybody, with what caches have to know of it.

    ``spoken`` are the languages of its texts, where they are more than that of the page
    (RFC 9110 8.5).
    """
    response.headers["Cache-Control"] = caching
    if spoken or "page_language" in (request.view_args or {}):
        response.headers["Content-Language"] = ", ".join(dict.fromkeys([g.language, *spoken]))
    # In front of us the same answer is handed out compressed.
    response.vary.add("Accept-Encoding")
    if not response.get_etag()[0]:
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _listed(shelf: Shelf) -> list[Policy]:
    order = settings().languages
    return [policy for _, policy in sorted(shelf.policies.items()) if policy.languages(order)]


def _list(policies: list[Policy], language: str) -> str:
    """The list, each policy in the language of the page or else in the closest to its source."""
    entries = []
    for policy in policies:
        offered = policy.languages(settings().languages)
        preferred = (language, policy.source_language, *offered)
        tag = next(tag for tag in preferred if tag in offered)
        entries.append((policy.slug, tag, titled(policy, tag)))
    some = [tag for tag in settings().languages if any(tag in one.heads for one in policies)]
    return render_template(
        "site/list.html",
        entries=entries,
        selector=front.selector(some, lambda tag: url_for("site.shelf_page", page_language=tag)),
    )


def title_of(policy: Policy, tag: str) -> str:
    """The title of a policy as released in a language; its slug when the release is damaged."""
    try:
        return segments.plain(front.store().content(db.session, policy.heads[tag]).title)
    except ReleaseDamaged as problem:
        log.error("release damaged", digest=policy.heads[tag].digest, problem=str(problem))
        return policy.slug


def titled(policy: Policy, tag: str) -> str | Markup:
    """The same for a page: in an element of its own when it stands in the source language."""
    title = title_of(policy, tag)
    try:
        spoken = front.store().content(db.session, policy.heads[tag]).title_language
    except ReleaseDamaged:
        return title
    return worded(title, "" if spoken == tag else spoken)


def worded(words: str, spoken: str) -> str | Markup:
    """Words for a page: in an element of their own when they stand in another language."""
    if not spoken:
        return words
    element = Markup('<bdi lang="{}" dir="{}">{}</bdi>')
    return element.format(spoken, languages.direction(spoken), words)


def speaking(spoken: str) -> AbstractContextManager[None]:
    """Interface words in this language, where they stand in one element with words of it; in that
    of the page when ``spoken`` is empty, or no language of the site."""
    if spoken in settings().languages:
        forced: AbstractContextManager[None] = force_locale(languages.to_locale(spoken))
        return forced
    return nullcontext()


def _policy(shelf: Shelf, policy: Policy, tag: str, root: str) -> str:
    """The page of a live release, rendered."""
    source = None if tag == policy.source_language else policy.source
    return render_template(
        "site/policy.html",
        offered=policy.languages(settings().languages),
        selector=policy_selector(policy),
        **page_of(shelf, policy.heads[tag], source, root),
    )


def page_of(shelf: Shelf, head: LiveHead, source: LiveHead | None, root: str) -> dict[str, object]:
    """What a page about one release shows; ``source`` is the release that it is compared with.

    Raises ``ReleaseDamaged`` when the release itself doesn't match its digest.
    """
    tag = head.language
    content = front.store().content(db.session, head)
    lag, unsure = _lag(source, content)
    past = front.past(head.slug, shelf).get(tag, NO_PAST)
    told = head.authoritative and tag != head.source_language
    promised = _promised(head, source) if lag and not lag.ahead else ""
    return {
        "slug": head.slug,
        "authoritative": told,
        "source_read": source is not None,
        "promised": promised,
        "source_language": head.source_language,
        "page": compose(content, lag, lambda href: _localised(shelf, tag, href)),
        "head": head,
        "published": front.timed(head.published_at),
        "effective": front.timed(head.effective_at)
        if head.effective_at > head.published_at
        else "",
        "summary": content.summary.splitlines(),
        "changed_on": format_date(source.published_at, "long") if source else "",
        "lag": lag,
        "unsure": unsure,
        "source_name": languages.name_in(head.source_language, tag),
        "before": past.before(head.number),
        "receipt": receipt_of(head, source, ruled=told or bool(promised)),
        "root": root,
    }


def receipt_of(head: LiveHead, source: LiveHead | None, *, ruled: bool = False) -> str:
    """The receipt of a page: the release, the source release that it is compared with, and which
    rule of the document it was when that put a notice on the page."""
    parts = [one.digest[:DIGITS] for one in (head, source) if one is not None]
    return "-".join([*parts, *([f"r{head.rule_changes}"] if ruled else [])])


def _promised(head: LiveHead, source: LiveHead | None) -> str:
    """The day by which the translation of what changed is promised; empty without a promise."""
    if source is None or head.due_days is None:
        return ""
    issues = queries.issues_of(db.session, head.slug)
    found = behind(issues, source.number, head.revision, head.due_days)
    return format_date(found.due, "long") if found and found.due else ""


def policy_selector(
    policy: Policy, endpoint: str = "site.policy_page", more: dict[str, Any] | None = None
) -> front.Selector:
    """The selector of a page about a policy: the languages it is released in."""
    return front.selector(
        policy.languages(settings().languages),
        lambda tag: url_for(endpoint, page_language=tag, slug=policy.slug, **(more or {})),
        policy.source_language,
    )


def _lag(source: LiveHead | None, content: Content) -> tuple[Lag, bool]:
    """What differs from the source, and whether that could not be found out."""
    if source is None:
        return Lag(), False
    try:
        return compare(content, front.store().content(db.session, source)), False
    except ReleaseDamaged as problem:
        log.error("release damaged", digest=source.digest, problem=str(problem))
        return Lag(), True


def _localised(shelf: Shelf, language: str, href: str) -> str:
    """Lead a link to another policy (or its form) to the page in the language being read."""
    path, mark, rest = href.partition("#")
    slug, _, tail = path.removeprefix("/").partition("/")
    policy = shelf.policies.get(slug)
    if not path.startswith("/") or policy is None or tail not in ("", "message"):
        return href
    return f"/{language}{path}{mark}{rest}" if language in policy.heads else href


def _withdrawn(policy: Policy, head: LiveHead) -> Response:
    """A page that says that, when and why the policy was withdrawn in its language."""
    offered = policy.languages(settings().languages)
    html = render_template(
        "site/withdrawn.html",
        policy=policy,
        withdrawn=front.timed(head.published_at),
        reason=front.store().facts(db.session, head).get("reason", ""),
        instead=[(tag, titled(policy, tag)) for tag in offered],
        selector=policy_selector(policy),
    )
    response = Response(html, 410, mimetype="text/html")
    response.headers["Cache-Control"] = FRESH
    response.vary.add("Accept-Encoding")
    return response


def _missing(policy: Policy, language: str) -> tuple[str, int]:
    """A page that says, in its language, that the policy isn't there in this language yet."""
    if language not in settings().languages:
        abort(404)
    offered = policy.languages(settings().languages)
    near = languages.match([language], offered).tag
    first = policy.source_language if policy.source_language in offered else offered[0]
    instead = [first] + [tag for tag in (near,) if tag not in (None, first)]
    return (
        render_template(
            "site/missing.html",
            policy=policy,
            instead=[(tag, titled(policy, tag)) for tag in instead],
            selector=policy_selector(policy),
        ),
        404,
    )
