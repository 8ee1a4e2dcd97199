"""Leave a message: a form in the language of the page, without cookie, session or script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from flask import Response, abort, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext
from flask_limiter import Limiter
from limits import RateLimitItemPerHour
from markupsafe import Markup

from app import access, notifications, queries
from app.database import DatabaseError, db, transaction
from app.logs import log
from app.negotiation import remember, settings
from app.operations import leave_message
from app.operations.act import VISITOR
from app.operations.messages import Draft
from app.published import CHOICE, Leading, Policy, compose
from app.site import forms, front, pages
from app.site.forms import Sent, Stamp
from app.site.front import blueprint
from app.web import STATUS, csrf, problem_text
from workflows.problems import Problem
from workflows.release import ReleaseDamaged

_REFERENCE = re.compile(r"[0-9A-Z-]{1,40}")


@blueprint.get("/<slug>/message")
def neutral_message(slug: str) -> Response:
    """The form in the visitor's language."""
    policy = front.policy_or_404(slug)
    tag = front.negotiated_language(policy)
    return front.by_preference(
        front.redirect("site.message_page", 302, page_language=tag, slug=slug)
    )


@front.published_with_policy
def _addresses(policy: Policy) -> Iterator[str | Leading]:
    offered = policy.languages(settings().languages)
    if offered:
        yield front.leading("site.neutral_message", policy)
    for tag in offered:
        # Forms have a stamp of their moment; only the way to one in a language is constant.
        yield url_for("site.message_page", page_language=tag, slug=policy.slug) + CHOICE


@blueprint.get("/<page_language>/<slug>/message")
def message_page(page_language: str, slug: str) -> Response:
    """The empty form."""
    policy = front.policy_or_404(slug)
    sent = Sent(section=forms.section_number(request.args))
    return _form(policy, page_language, _stamp(policy, page_language), sent)


@blueprint.post("/<page_language>/<slug>/message")
@csrf.exempt
def message(page_language: str, slug: str) -> Response:
    """Store a message, then send it on; if something is wrong the form comes back as it was."""
    # A policy that was withdrawn while somebody wrote about it costs them no word.
    policy = front.policy_or_404(slug, withdrawn=True)
    stamp = Stamp.read(request.form.get("stamp", ""), slug)
    sent = forms.read(request.form)
    refusal = forms.refusal(stamp, page_language)
    if stamp is None or not stamp.serves(page_language):
        stamp = _stamp(policy, page_language)
    # What the visitor has to mend goes first: while that is open, the rest only distracts.
    errors = dict(sent.errors) or ({"form": refusal} if refusal else {})
    if errors:
        return _form(policy, page_language, stamp, sent, errors=errors)
    if not _within_rate():
        too_many = gettext("Too many messages came from your network. Try again in an hour.")
        return _form(policy, page_language, stamp, sent, errors={"form": too_many}, status=429)
    try:
        reference = _store(stamp, page_language, sent)
    except Problem as problem:
        why, status = " ".join(problem_text(problem)), int(STATUS[problem.nature])
        return _form(policy, page_language, stamp, sent, errors={"form": why}, status=status)
    except DatabaseError as error:
        log.error("message not stored", problem=type(error).__name__)
        down = gettext("The database does not answer at the moment, so this can't be done.")
        return _form(policy, page_language, stamp, sent, errors={"form": down}, status=503)
    notifications.message_left(reference)
    access.expire_when_due()
    target = {"page_language": page_language, "slug": slug, "reference": reference}
    response = front.redirect("site.message_left_page", 303, **target)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<page_language>/<slug>/message/<reference>")
def message_left_page(page_language: str, slug: str, reference: str) -> str:
    """The confirmation: the reference and when an answer comes, nothing of the message."""
    policy = front.policy_or_404(slug, withdrawn=True)
    found = queries.message(db.session, reference) if _REFERENCE.fullmatch(reference) else None
    if found is None or found.slug != slug:
        abort(404)
    return render_template(
        "site/message_left.html",
        policy=policy,
        reference=found.reference,
        answered=bool(found.email),
        kept_until=front.timed(found.created_at + timedelta(days=settings().retention_days)),
        language_of_policy=_readable(policy, page_language),
        selector=pages.policy_selector(policy, "site.message_left_page", {"reference": reference}),
    )


def _stamp(policy: Policy, language: str) -> Stamp:
    head, source = policy.heads.get(language), policy.source
    if head is None:
        return Stamp.new(policy.slug, language)
    compared = source.digest if source and source is not head else ""
    return Stamp.new(policy.slug, language, head.number, head.digest, compared)


def _store(stamp: Stamp, language: str, sent: Sent) -> str:
    draft = Draft(
        nonce=forms.identity(stamp, sent),
        slug=stamp.slug,
        section=sent.section,
        language=language,
        release_number=stamp.number,
        release_digest=stamp.digest,
        name=sent.name,
        email=sent.email,
        body=sent.body,
        compared_digest=stamp.compared,
        doubts=forms.doubts(stamp, request.form, sent),
    )
    with transaction() as session:
        return leave_message(access.act(session, VISITOR), draft).reference


def _within_rate() -> bool:
    """Count this message; False when its network has sent its share of the hour."""
    rate = settings().message_rate
    if not rate:
        return True
    limiter: Limiter = current_app.extensions["panel_limiter"]
    return limiter.limiter.hit(RateLimitItemPerHour(rate), "message", front.network())


def _form(
    policy: Policy,
    language: str,
    stamp: Stamp,
    sent: Sent,
    *,
    errors: dict[str, str] | None = None,
    status: int = 0,
) -> Response:
    """The form with what was written in it and, above it, what is wrong."""
    more = {"section": sent.section} if sent.section else {}
    tag = _readable(policy, language)
    response = make_response(
        render_template(
            "site/message.html",
            policy=policy,
            policy_title=pages.titled(policy, tag) if tag in policy.heads else policy.slug,
            language_of_policy=tag,
            section_title=_section_title(policy, language, sent.section),
            sent=sent,
            errors=errors or {},
            stamp=stamp.signed(),
            selector=pages.policy_selector(policy, "site.message_page", more),
        )
    )
    response.status_code = status or (422 if errors else 200)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = g.language
    if request.method == "POST" and "choose" in request.args:
        # What was typed came along to the language that was picked in the selector.
        remember(response, language)
    return response


def _readable(policy: Policy, language: str) -> str:
    """The language in which the policy itself can be read from here, or that it was withdrawn."""
    order = settings().languages
    offered = policy.languages(order) or policy.gone(order)
    return next(tag for tag in (language, policy.source_language, *offered) if tag in offered)


def _section_title(policy: Policy, language: str, number: str) -> str | Markup:
    """The title of the section a message is about; empty when there is none in this language."""
    if not number or language not in policy.heads:
        return ""
    try:
        content = front.store().content(db.session, policy.heads[language])
    except (ReleaseDamaged, DatabaseError):
        # A form without this line is better than none.
        return ""
    for section in compose(content).sections:
        if section.number == number and section.key:
            words = f"{section.label} {section.title}" if section.label else section.title
            return pages.worded(words, section.language)
    return ""
