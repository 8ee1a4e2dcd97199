"""A history of releases at known moments, for the tests of pages that look back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask, current_app

from app import operations, queries
from app.database import transaction
from app.models import Release
from app.operations import Act, Actor, Rules
from tests.app import support_policy as policy
from tests.app.support_serving import ask

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEWER = policy.SOURCE.replace("from 9 to 17", "from 8 to 16").replace(
    "https://example.org/", "https://example.com/"
)
NEWEST = NEWER.replace("## 1. Who we are\n\nWe run", "## 1. Who we are\n\nWe also run").replace(
    "We never keep your password. See [section 1](#1) and [our site](https://example.com/).",
    "We forget it.",
)


def publish_at(
    language: str, when: datetime, *, effective: datetime | None = None, summary: str = ""
) -> Release:
    """Sign off and publish at a moment of the past."""
    site = policy.settings()
    rules = Rules(site.languages, four_eyes=False, signer=current_app.config["SIGNER"])
    with transaction() as session:
        actor = Actor.of(queries.user_by_email(session, policy.editor(language)))
        act = Act(session, actor, when, rules)
        operations.sign_off(act, policy.SLUG, language)
        return operations.publish(
            act, policy.SLUG, language, effective_at=effective, summary=summary
        )


def fill() -> None:
    """English on day 0, 10 and 20 (in force on 30), German on day 5, Arabic on day 12."""
    policy.people()
    policy.import_source()
    publish_at("en", START, summary="The first one.")
    for tag, days in (("de", 5), ("ar", 12)):
        policy.translate(tag)
        policy.approve(tag)
        publish_at(tag, START + days * DAY)
        if tag == "de":
            policy.import_source(NEWER)
            publish_at("en", START + 10 * DAY, summary="We open earlier.\nThe site moved.")
            policy.import_source(policy.SOURCE)
    policy.import_source(NEWEST)
    publish_at("en", START + 20 * DAY, effective=START + 30 * DAY, summary="Later <b>hours</b>.")


def text(app: Flask, path: str, status: int = 200) -> str:
    """A page."""
    answer = ask(app, path)
    assert answer.status_code == status, answer.text
    return answer.text
