"""``flask status``: how far every language is, and why."""

from __future__ import annotations

import click

from app import queries
from app.cli.common import command, emit_json, json_option, settings, table
from app.database import db
from app.queries import LanguageView
from workflows.release import moment
from workflows.review import Why

WORDS = {
    Why.MISSING: "{count} without a translation",
    Why.OUTDATED: "{count} changed in the source since",
    Why.NEEDS_EDITING: "{count} need editing",
    Why.WAITING: "{count} wait for review",
    Why.NOT_SIGNED_OFF: "not signed off",
    Why.NOT_PUBLISHED: "not published",
    Why.LIVE: "release {count} is live",
    Why.SCHEDULED: "release {count} is scheduled for {date}",
    Why.WITHDRAWN: "withdrawn by release {count}",
}


@click.command()
@click.argument("slug", required=False)
@json_option
@command
def status(slug: str | None, as_json: bool) -> None:
    """Show each language's status and why.

    \b
    Example: flask status privacy-policy

    Without SLUG every document is shown.
    """
    found = queries.documents(db.session)
    if slug is not None:
        found = [queries.document(db.session, slug)]
    views = queries.board(db.session, found, settings().languages)
    if as_json:
        emit_json([_as_dict(view) for view in views])
    elif not views:
        click.echo("No documents yet. Next: flask document import SLUG FILE")
    else:
        table([_row(view) for view in views], ["document", "language", "status", "reviewed", "why"])


def because(view: LanguageView) -> str:
    """The reasons for the status of a language, in words."""
    dates = {row.number: moment(row.effective_at) for row in view.scheduled}
    return "; ".join(
        WORDS[why].format(count=count, date=dates.get(count)) for why, count in view.status.why
    )


def _reasons(view: LanguageView) -> list[str]:
    said = [because(view)]
    if view.behind is not None:
        said.append(f"{view.lag_days} days behind the source")
        if view.behind.due is not None:
            verb = "overdue since" if view.overdue else "promised by"
            said.append(f"{verb} {moment(view.behind.due)}")
    return said


def _row(view: LanguageView) -> list[object]:
    told = view.status.status + (", outdated" if view.status.outdated else "")
    share = f"{view.status.reviewed}/{view.status.total}"
    return [view.document.slug, view.language, told, share, "; ".join(_reasons(view))]


def _as_dict(view: LanguageView) -> dict[str, object]:
    return {
        "document": view.document.slug,
        "language": view.language,
        "revision": view.revision.number,
        "status": view.status.status,
        "outdated": view.status.outdated,
        "total": view.status.total,
        "counts": {str(state): count for state, count in view.status.counts.items()},
        "words_left": view.words_left,
        "live": view.status.live or None,
        "scheduled": [
            {"number": row.number, "effective": moment(row.effective_at)} for row in view.scheduled
        ],
        "stands_in_source": len(view.fallbacks),
        "lag_days": view.lag_days,
        "due": moment(view.behind.due) if view.behind and view.behind.due else None,
        "overdue": view.overdue,
        "withdrawn": bool(view.in_force and view.in_force.withdrawn),
        "why": [{"code": why, "count": count} for why, count in view.status.why],
    }
