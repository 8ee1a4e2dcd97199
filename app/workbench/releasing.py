"""What the page of a language needs to publish, withdraw and bring back: its forms, read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request

from app import queries
from app.database import db
from app.models import Release
from app.queries import LanguageView
from workflows.release import MAX_REASON, MAX_SUMMARY, BadEffectiveDate

LIMITS = {"summary": MAX_SUMMARY, "reason": MAX_REASON}


@dataclass(frozen=True)
class Sent:
    """What was written in one of the forms, so that it is there again when something was wrong."""

    form: str = ""
    """The view that the form was sent to: what was meant for it must not stand in another one."""
    effective: str = ""
    summary: str = ""
    reason: str = ""
    number: str = ""


def sent() -> Sent:
    """The fields of this request; empty for a page that was only asked for."""
    names = ("effective", "summary", "reason", "number")
    form = (request.endpoint or "").rpartition(".")[2]
    return Sent(form, *(request.form.get(name, "") for name in names))


def effective() -> datetime | None:
    """The effective date that was asked for, in UTC as the form says; None for at once.

    Raises ``BadEffectiveDate`` for what no browser sends.
    """
    written = sent().effective.strip()
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise BadEffectiveDate() from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def number() -> int:
    """The number of the release to bring back; 0, which none has, for what is no number."""
    written = sent().number
    return int(written) if written.isdecimal() and len(written) < 9 else 0


def earlier(view: LanguageView) -> list[Release]:
    """The releases with texts that can be brought back, newest first."""
    if view.newest is None:
        return []
    found = queries.releases(db.session, view.document, view.language)
    shown = view.newest if view.newest == view.live else None
    return [row for row in found if not row.withdrawn and row != shown]
