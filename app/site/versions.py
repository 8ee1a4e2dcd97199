"""Looking back: all versions of a policy, each for ever under its address, and what changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup

from app.database import db
from app.negotiation import settings
from app.published import Past, Policy, changes, compose
from app.queries import LiveHead
from app.site import front, pages
from app.site.front import blueprint
from app.web import FOR_EVER
from workflows import segments
from workflows.release import ReleaseDamaged, Span, in_force_at

PAGE = 50
"""Versions on one page of the list."""
_PAIR = re.compile(r"([1-9][0-9]{0,8})\.\.([1-9][0-9]{0,8})")


@dataclass(frozen=True)
class Entry:
    """A version in the list."""

    number: int
    kind: str
    restores: int
    published: Markup
    effective: Markup
    """Empty when it took effect with its publication."""
    in_force: bool
    ahead: bool
    """Its day has not come."""
    summary: tuple[str, ...]
    reason: str
    before: int
    """The number of the version before it that has texts; 0 without one."""


def history(slug: str, language: str, found: Mapping[str, Past] | None = None) -> Past:
    """All releases of a policy in a language of the site; ends the request with 404 when there is
    none."""
    past = (front.past(slug) if found is None else found).get(language)
    if past is None or language not in settings().languages:
        abort(404)
    return past


@front.published_with_policy
def _addresses(policy: Policy) -> Iterator[str]:
    past = front.past(policy.slug)
    for tag in languages_of(policy):
        values: dict[str, Any] = {"page_language": tag, "slug": policy.slug}
        yield from front.chosen(url_for("site.versions_page", **values))
        rows = past[tag].heads
        with_texts = [row.number for row in reversed(rows) if not row.withdrawn]
        for row in rows:
            yield url_for("site.version_page", number=row.number, **values)
        for old, new in pairwise(with_texts):
            yield url_for("site.changes_page", pair=f"{old}..{new}", **values)


def languages_of(policy: Policy) -> tuple[str, ...]:
    """The languages of the site that a policy is or was published in."""
    order = settings().languages
    return tuple(tag for tag in order if tag in policy.heads or tag in policy.withdrawn)


@blueprint.get("/<page_language>/<slug>/versions")
def versions_page(page_language: str, slug: str) -> Response:
    """The list of versions, the newest first; with ``on`` it leads to the one of that day."""
    shelf = front.shelf()
    past = history(slug, page_language, front.past(slug, shelf))
    rows = past.heads
    if "on" in request.args:
        return _on(past, request.args["on"])
    before = request.args.get("before", "")
    shown = [row for row in rows if not _number(before) or row.number < int(before[:9])]
    now = past.moment(front.now())
    current = in_force_at(past.spans, now)
    entries = [_entry(row, past, current, now) for row in shown[:PAGE]]
    policy = shelf.policies.get(slug)
    title, spoken = _title(rows)
    html = render_template(
        "site/versions.html",
        slug=slug,
        title=title,
        named=pages.worded(title, "" if spoken == page_language else spoken),
        entries=entries,
        older=entries[-1].number if len(shown) > PAGE else 0,
        first=min(row.published_at for row in rows).date().isoformat(),
        root=front.root(),
        # There is no page to lead to before the day of the first one, and after a withdrawal.
        current=current is not None and not past.numbered[current.number].withdrawn,
        selector=pages.policy_selector(policy, "site.versions_page")
        if policy
        else front.Selector(()),
    )
    return pages.finished(Response(html, mimetype="text/html"))


def _number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _entry(row: LiveHead, past: Past, current: Span | None, now: datetime) -> Entry:
    try:
        facts = front.store().facts(db.session, row)
    except ReleaseDamaged:
        # Its own page says so.
        facts = {}
    # One that was overtaken before its day, or withdrawn, never takes effect.
    counted = row.number in past.spanned
    later = counted and row.effective_at > row.published_at
    return Entry(
        row.number,
        row.kind,
        int(facts.get("restores", 0)),
        front.timed(row.published_at),
        front.timed(row.effective_at) if later else Markup(),
        current is not None and current.number == row.number,
        counted and row.effective_at > now,
        tuple(str(facts.get("summary", "")).splitlines()),
        str(facts.get("reason", "")),
        0 if row.withdrawn else past.before(row.number),
    )


def _title(rows: Sequence[LiveHead]) -> tuple[str, str]:
    """The title of the newest version that has one, and its language; the slug, which is in none,
    when it is damaged."""
    row = next((one for one in rows if not one.withdrawn), None)
    if row is not None:
        with suppress(ReleaseDamaged):
            named = front.store().name(db.session, row)
            return segments.plain(named.title), named.language
    return rows[0].slug, rows[0].language


def _on(past: Past, wanted: str) -> Response:
    """Lead to the version that was in force at the end of a day (or is now, for today)."""
    try:
        day = date.fromisoformat(wanted[:10])
    except ValueError:
        abort(404)
    # A day ends last in the westernmost zone.
    end = datetime.combine(day, time.max, timezone(timedelta(hours=-12)))
    span = in_force_at(past.spans, min(end, past.moment(front.now())))
    number = span.number if span else past.heads[-1].number
    return front.redirect("site.version_page", 303, **_values(number))


def _values(number: int) -> dict[str, object]:
    return {**(request.view_args or {}), "number": number}


@blueprint.get("/<page_language>/<slug>/versions/<int:number>")
def version_page(page_language: str, slug: str, number: int) -> Response | tuple[str, int]:
    """One version as it was published; it never changes any more."""
    found = front.past(slug)
    past = history(slug, page_language, found)
    row = past.numbered.get(number)
    # Other spellings of the number, such as 01, are no addresses of it: one is enough for ever.
    if row is None or not request.path.endswith(f"/{number}"):
        abort(404)
    span = past.spanned.get(number)
    current = in_force_at(past.spans, past.moment(front.now())) is not None
    try:
        selector = _then(row, found)
        html, spoken = (
            _withdrawal(row, selector)
            if row.withdrawn
            else _version(row, selector, counted=span is not None, current=current)
        )
    except ReleaseDamaged as problem:
        return pages.damaged(problem, row)
    # Until its day another one may overtake it; whether it ever was in force is open till then.
    settled = row.effective_at <= past.moment(front.now())
    response = Response(html, mimetype="text/html")
    response.headers["Link"] = ", ".join(pages.past_links(slug, page_language))
    if settled and span:
        response.headers["Memento-Datetime"] = date_of(span.since)
    return pages.finished(response, FOR_EVER if settled else pages.FRESH, spoken)


def date_of(moment: datetime) -> str:
    """A moment as headers write it."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _version(
    row: LiveHead, selector: front.Selector, *, counted: bool, current: bool
) -> tuple[str, tuple[str, ...]]:
    """The page of a version, and the languages of its texts.

    ``counted``: it took effect, or will; ``current``: one of its language has taken effect.
    """
    content = front.store().version(db.session, row)
    page = compose(content)
    with pages.speaking(page.title_language):
        called = gettext("Version %(number)s", number=row.number)
    html = render_template(
        "site/version.html",
        slug=row.slug,
        source_language=row.source_language,
        page=page,
        called=called,
        row=row,
        published=front.timed(row.published_at),
        effective=front.timed(row.effective_at) if counted else "",
        current=current,
        summary=content.summary.splitlines(),
        root=front.root(),
        selector=selector,
    )
    return html, content.languages


def _then(row: LiveHead, past: Mapping[str, Past]) -> front.Selector:
    """The other languages as they were when this version took effect, which never changes."""
    moment = max(row.published_at, row.effective_at)
    found = {row.language: row.number}
    for tag in settings().languages:
        span = in_force_at(past[tag].spans, moment) if tag in past else None
        if span is not None and tag not in found:
            found[tag] = span.number
    return front.selector(
        [tag for tag in settings().languages if tag in found],
        lambda tag: url_for(
            "site.version_page", page_language=tag, slug=row.slug, number=found[tag]
        ),
        row.source_language,
    )


def _withdrawal(row: LiveHead, selector: front.Selector) -> tuple[str, tuple[str, ...]]:
    html = render_template(
        "site/version_withdrawn.html",
        slug=row.slug,
        row=row,
        published=front.timed(row.published_at),
        effective=front.timed(row.effective_at),
        reason=front.store().facts(db.session, row).get("reason", ""),
        selector=selector,
    )
    return html, ()


@blueprint.get("/<page_language>/<slug>/changes/<pair>")
def changes_page(page_language: str, slug: str, pair: str) -> Response | tuple[str, int]:
    """What changed from one version to another, word by word."""
    past = history(slug, page_language)
    rows = {row.number: row for row in past.heads if not row.withdrawn}
    match = _PAIR.fullmatch(pair)
    if match is None:
        abort(404)
    old, new = int(match[1]), int(match[2])
    if old not in rows or new not in rows:
        abort(404)
    if old >= new:
        if old == new:
            abort(404)
        return front.redirect(
            "site.changes_page", 308, page_language=page_language, slug=slug, pair=f"{new}..{old}"
        )
    try:
        before, after = (front.store().version(db.session, rows[number]) for number in (old, new))
        summaries = _summaries([row for number, row in rows.items() if old < number <= new])
    except ReleaseDamaged as problem:
        return pages.damaged(problem, rows[new])
    html = render_template(
        "site/changes.html",
        slug=slug,
        title=segments.plain(after.title),
        title_language=after.title_language if after.title_language != after.language else "",
        old=rows[old],
        new=rows[new],
        dates=(front.timed(rows[old].published_at), front.timed(rows[new].published_at)),
        parts=changes(before, after),
        summaries=summaries,
        selector=front.Selector(()),
    )
    spoken = tuple(dict.fromkeys([*after.languages, *before.languages]))
    return pages.finished(Response(html, mimetype="text/html"), FOR_EVER, spoken)


def _summaries(rows: Sequence[LiveHead]) -> list[tuple[int, list[str]]]:
    """What the versions say of themselves, the newest first; at most as many as a page lists."""
    found = []
    for row in rows[:PAGE]:
        lines = str(front.store().facts(db.session, row).get("summary", "")).splitlines()
        if lines:
            found.append((row.number, lines))
    return found
