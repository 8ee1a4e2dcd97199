"""Looking back by the clock (RFC 7089): which version was in force at a moment, in one's language.

The neutral address of a policy is the original resource and its own TimeGate: it negotiates by
Accept-Datetime and Accept-Language together. A version is a memento; its address holds language and
number and never changes. There is a TimeMap for each language. The moments are those from which a
version was in force; one that was overtaken before its day was never the state of the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from flask import Response, g, request, url_for
from flask_babel import gettext

from app import web
from app.negotiation import negotiated
from app.published import Past, Policy
from app.site import front, pages, versions
from app.site.front import blueprint
from workflows.release import Span, in_force_at

HEADER = "Accept-Datetime"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DATE = re.compile(
    rf"({'|'.join(_DAYS)}), (\d\d) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d):(\d\d):(\d\d) GMT",
    re.ASCII,
)


@blueprint.get("/<slug>")
def neutral(slug: str) -> Response:
    """A policy without a language in its address, now or at a moment; or a language without its
    slash."""
    shelf = front.shelf()
    if slug not in shelf.policies and (tag := front.canonical(slug)):
        return front.redirect("site.shelf_page", 308, page_language=tag)
    policy = front.policy_or_404(slug, shelf, withdrawn=True)
    if HEADER in request.headers:
        return _at(policy, front.past(slug, shelf), request.headers[HEADER])
    tag = front.negotiated_language(policy)
    return _led(policy, tag, front.redirect("site.policy_page", 302, page_language=tag, slug=slug))


def _led(policy: Policy, tag: str, response: Response) -> Response:
    response.headers["Link"] = ", ".join(pages.past_links(policy.slug, tag))
    return front.by_preference(response, HEADER)


def moment_of(text: str) -> datetime | None:
    """The moment of an RFC 1123 date in GMT, the only form there is (2.1.1); None for any other."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    day, month, *rest = match.groups()[1:]
    year, hour, minute, second = (int(part) for part in rest)
    try:
        found = datetime(year, _MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return found if _DAYS[found.weekday()] == match[1] else None


def _at(policy: Policy, past: Mapping[str, Past], wanted: str) -> Response:
    """Lead to the version that was in force at a moment, in the best language that had one then.

    Before the first of all, that is the first; after the last, the last (4.5.3).
    """
    moment = moment_of(wanted)
    if moment is None:
        return _malformed(policy)
    offered, default = front.preference(policy)
    histories = {tag: past[tag].spans for tag in offered}
    first = min(found[0].since for found in histories.values())
    now = max(past[tag].moment(front.now()) for tag in offered)
    moment = max(first, min(moment, now))
    then = {tag: span for tag, found in histories.items() if (span := in_force_at(found, moment))}
    tag = negotiated(tuple(tag for tag in offered if tag in then), default)
    values = {"page_language": tag, "slug": policy.slug, "number": then[tag].number}
    return _led(policy, tag, front.redirect("site.version_page", 302, **values))


def _malformed(policy: Policy) -> Response:
    page, status = web.error_page(
        400,
        gettext("The date in the header Accept-Datetime can't be read."),
        gettext("Write it as in: %(example)s", example="Thu, 26 Nov 2026 12:00:00 GMT"),
    )
    return _led(policy, g.language, Response(page, status, mimetype="text/html"))


@front.published_with_policy
def _addresses(policy: Policy) -> Iterator[str]:
    for tag in versions.languages_of(policy):
        yield url_for("site.timemap", page_language=tag, slug=policy.slug)


@blueprint.get("/<page_language>/<slug>/timemap")
def timemap(page_language: str, slug: str) -> Response:
    """Every version that was in force, with the moment from which it was (5; RFC 6690)."""
    past = versions.history(slug, page_language)
    now = past.moment(front.now())
    found = tuple(span for span in past.spans if span.since <= now)
    root = front.root()
    original = root + url_for("site.neutral", slug=slug)
    own = root + url_for("site.timemap", page_language=page_language, slug=slug)
    ends = ""
    if found:
        first, last = (versions.date_of(span.since) for span in (found[0], found[-1]))
        ends = f'; from="{first}"; until="{last}"'
    lines = [
        f'<{original}>; rel="original timegate"',
        f'<{own}>; rel="self"; type="application/link-format"{ends}',
    ]
    for at, span in enumerate(found):
        lines.append(f"<{root}{_address(page_language, slug, span)}>; {_attributes(at, found)}")
    response = Response(",\n".join(lines) + "\n", mimetype="application/link-format")
    return pages.finished(response)


def _address(tag: str, slug: str, span: Span) -> str:
    return url_for("site.version_page", page_language=tag, slug=slug, number=span.number)


def _attributes(at: int, found: tuple[Span, ...]) -> str:
    names = ["first"] * (at == 0) + ["last"] * (at == len(found) - 1) + ["memento"]
    return f'rel="{" ".join(names)}"; datetime="{versions.date_of(found[at].since)}"'
