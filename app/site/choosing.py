"""Why a visitor gets a language: what the browser asks for, what was chosen, what is there; and the
search for a language by its name, for browsers without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Response, current_app, g, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeSerializer
from markupsafe import Markup

from app.database import DatabaseError
from app.negotiation import chosen, forget, negotiated, settings
from app.published import CHOICE, Leading, Policy, Shelf
from app.site import forms, front, pages
from app.site.front import blueprint
from app.web import csrf
from workflows import languages
from workflows.languages import Step, Why

MAX_SHOWN = 40
"""Characters of a tag that no language has."""
_ANCHOR = re.compile(r"[\w.-]{1,40}", re.ASCII)
# What a step comes to, the first that applies.
_KINDS = (Why.REFUSED, Why.UNKNOWN, Why.ANY, Why.UNRELATED, Why.NOTHING)
_CLOSE = (Why.SAME, Why.LIKELY, Why.FALLBACK, Why.SCRIPT, Why.REGION)


@dataclass(frozen=True)
class Wish:
    """A language that the browser asks for, and what it came to."""

    tag: str
    """Canonical; as it was sent, and cut, when it names no language."""
    name: str
    """In the language of the page; empty when there is none."""
    autonym: str
    """Empty when it says the same as the name."""
    outcome: str
    """``refused``, ``unknown``, ``any``, ``missing``, ``far``, or how it is close."""
    nearest: str
    """The name of the nearest language there is."""
    taken: bool


@dataclass(frozen=True)
class Offer:
    """A language of the site with the address that chooses it."""

    tag: str
    name: str
    """In the language of the page; empty when that is the language itself."""
    href: str
    there: bool
    """Whether the policy is published in it."""
    names: str
    found: bool


@blueprint.get("/languages")
def languages_neutral() -> Response:
    """Why this language, in the language that it is about."""
    policy = _policy()
    tag = front.negotiated_language(policy) if policy else negotiated(settings().languages)
    return front.by_preference(front.redirect("site.languages_page", 302, page_language=tag))


@front.published
def _addresses(_shelf: Shelf) -> Iterator[str | Leading]:
    site = settings()
    yield Leading(url_for("site.languages_neutral"), site.languages, site.default_language)
    for tag in site.languages:
        # The page is another one for each visitor; only the way to one in a language is constant.
        yield url_for("site.languages_page", page_language=tag) + CHOICE


@blueprint.get("/<page_language>/languages")
def languages_page(page_language: str) -> Response:
    """Why this language, and all languages there are; with ``q`` those that are meant by it."""
    policy = _policy()
    offered, default = settings().languages, settings().default_language
    if policy:
        offered, default = front.preference(policy)
    query = _query()
    answer, steps = _explained(offered, default)
    choice = chosen()
    choice_fits = bool(choice and languages.negotiate(choice, offered, ""))
    offers = _offers(policy, offered, query)
    about = policy.slug if policy else None
    selector = front.selector(
        settings().languages,
        lambda tag: url_for("site.languages_page", page_language=tag, policy=about),
    )
    response = make_response(
        render_template(
            "site/languages.html",
            policy=policy,
            policy_title=_title(policy, answer) if policy else "",
            readable=_readable(policy, answer) if policy else "",
            section=_section(),
            answer=answer,
            choice=choice,
            choice_fits=choice_fits,
            default=default,
            stamp=_signer().dumps(choice) if choice else "",
            wishes=[_wish(step, page_language, deciding=not choice_fits) for step in steps],
            query=query,
            offers=offers,
            found=sum(offer.found for offer in offers),
            # All of them stand on the page itself.
            selector=replace(selector, all=()),
        )
    )
    response = front.by_preference(response)
    response.headers["Content-Language"] = g.language
    if "q" in request.args:
        response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<page_language>/languages")
@csrf.exempt
def forget_choice(page_language: str) -> Response:
    """Forget the language that was chosen; without a cookie there is nothing to forget.

    The cookie stays away from forms of other sites (SameSite), and the stamp has to be of it.
    """
    del page_language
    choice = chosen()
    response = front.redirect("site.languages_neutral", 303)
    response.headers["Cache-Control"] = "no-store"
    if choice is not None:
        if not forms.from_here() or _stamped(request.form.get("stamp", "")) != choice:
            raise CSRFError
        forget(response)
    return response


def _policy() -> Policy | None:
    """The policy that the address names, if it is one. Why a language is chosen can be told without
    the database, too."""
    slug = request.args.get("policy", "")
    try:
        found = front.shelf().policies.get(slug) if slug else None
    except DatabaseError:
        return None
    return found if found and found.languages(settings().languages) else None


def _title(policy: Policy, answer: str) -> str | Markup:
    try:
        return pages.titled(policy, _readable(policy, answer))
    except DatabaseError:
        return policy.slug


def _section() -> str:
    written = request.args.get("section", "")
    return written if _ANCHOR.fullmatch(written) else ""


def _query() -> str:
    written = request.args.get("q", "")[: languages.MAX_QUERY]
    return "".join(sign for sign in written if sign.isprintable()).strip()


def _readable(policy: Policy, language: str) -> str:
    offered = policy.languages(settings().languages)
    preferred: tuple[str, ...] = (g.language, language, *offered)
    return next(tag for tag in preferred if tag in offered)


def _explained(offered: tuple[str, ...], default: str) -> tuple[str, list[Step]]:
    """The language that an address without one gives this visitor, and the steps of the header."""
    ranges = languages.parse_accept_language(request.headers.get("Accept-Language", ""))
    _, steps = languages.explain(ranges, offered, default, languages.SITE_RULE)
    return negotiated(offered, default), steps


def _wish(step: Step, display: str, *, deciding: bool) -> Wish:
    tag = languages.parse_tag(step.desired)
    known = tag is not None and languages.name_in(tag, display) != tag
    name = languages.name_in(tag, display) if tag is not None and known else ""
    own = languages.autonym(tag) if tag is not None and known else ""
    outcome = next((str(why) for why in _KINDS if why in step.why), "")
    if outcome in (Why.UNRELATED, Why.NOTHING):
        outcome = "missing"
    elif not outcome:
        close = next(str(why) for why in _CLOSE if why in step.why)
        outcome = "far" if Why.OVER in step.why else close
    return Wish(
        tag=(tag or step.desired)[:MAX_SHOWN] if not known else tag or "",
        name=name,
        autonym="" if own.casefold() == name.casefold() else own,
        outcome=outcome,
        nearest=languages.name_in(step.nearest, display) if step.nearest else "",
        taken=step.taken and deciding,
    )


def _offers(policy: Policy | None, offered: tuple[str, ...], query: str) -> list[Offer]:
    """All languages of the site; those that the query means come first."""
    site = settings().languages
    found = languages.find(query, site, front.display())
    order = [*found, *(tag for tag in site if tag not in found)]
    return [
        Offer(
            tag=tag,
            name="" if tag == g.language else languages.name_in(tag, g.language),
            href=_address(policy, tag),
            there=tag in offered,
            names=front.names(tag),
            found=tag in found,
        )
        for tag in order
    ]


def _address(policy: Policy | None, tag: str) -> str:
    """Where a language is chosen: on the page of the policy, or on this one."""
    if policy is None:
        return url_for("site.languages_page", page_language=tag, choose="")
    section = _section() or None
    return url_for(
        "site.policy_page", page_language=tag, slug=policy.slug, choose="", _anchor=section
    )


def _stamped(stamp: str) -> str:
    try:
        return str(_signer().loads(stamp))
    except BadData:
        return ""


def _signer() -> URLSafeSerializer:
    key = current_app.secret_key
    assert key is not None
    return URLSafeSerializer(key, salt="forget language")
