"""``flask document rule``, ``flask release publish-all``, and what ``flask status`` tells."""

from __future__ import annotations

import gettext as gettext_module
import json
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa

from app import operations, queries
from app.database import db
from tests.app import support_policy as policy
from tests.app.support_cli import Console
from tests.app.support_filled import Filling
from tests.app.support_policy import ADMINISTRATOR, SLUG, editor
from tests.app.support_rules import NEWER, WAITING, partly
from workflows.release import Rule


def fill() -> None:
    """Most of French approved, nothing signed off."""
    policy.people()
    partly()


@pytest.fixture
def console(filled: Filling) -> Console:
    """Commands on that."""
    return Console(filled(fill))


def sign_off(console: Console) -> None:
    for tag in ("en", "fr"):
        console.good("release", "sign-off", SLUG, tag, "--as", editor(tag))


def row(console: Console, tag: str) -> dict[str, object]:
    rows = console.good("status", SLUG, "--json").json
    (found,) = (one for one in rows if one["language"] == tag)
    return dict(found)


def test_rule_is_shown_and_decided(console: Console) -> None:
    assert console.good("document", "rule", SLUG).out == (
        "kind: hold\npercent: 80\nauthoritative: false\ndue_days: none\n"
    )
    console.good("document", "rule", SLUG, "--rule", "mark", "--percent", "60", "--due-days", "30")
    console.good("document", "rule", SLUG, "--authoritative")
    assert console.good("document", "rule", SLUG, "--json").json == {
        "kind": "mark",
        "percent": 60,
        "authoritative": True,
        "due_days": 30,
    }
    found = console.good("document", "rule", SLUG, "--no-authoritative", "--due-days", "0").out
    assert found == "kind: mark\npercent: 60\nauthoritative: false\ndue_days: none\n"
    refused = console.refused("document", "rule", SLUG, "--percent", "101")
    assert refused.startswith("Error: There is no such publication rule.")
    assert console.refused("document", "rule", "nothing").startswith("Error: There is no document")


def test_what_is_left_out_stays_as_somebody_else_decides_it_meanwhile(console: Console) -> None:
    rival = Thread(target=console.good, args=("document", "rule", SLUG, "--percent", "60"))
    with console.app.app_context():
        with policy.acting(ADMINISTRATOR) as act:
            document = operations.set_publication_rule(act, SLUG, Rule(due_days=30))
            act.session.flush()
            rival.start()
            until_somebody_waits(rival)
            assert document.translations_due == 30
        rival.join(20)
    found = console.good("document", "rule", SLUG, "--json").json
    assert (found["percent"], found["due_days"]) == (60, 30)


def until_somebody_waits(rival: Thread) -> None:
    """Return when the rival has read what it could, and waits for our transaction."""
    if db.engine.dialect.name == "sqlite":
        return  # there it waits before it reads anything
    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(waiting):
            assert rival.is_alive()


def test_empty_list_of_languages_is_not_all_of_them(console: Console) -> None:
    console.good("document", "rule", SLUG, "--rule", "mark", "--percent", "60")
    sign_off(console)
    for empty in ("", " , "):
        command = ("release", "publish-all", SLUG, "--as", ADMINISTRATOR, "--only", empty)
        assert "name languages, for example en,fr" in console.refused(*command, code=2)


def test_all_are_published_together_or_none(console: Console) -> None:
    said = console.refused("release", "publish-all", SLUG, "--as", ADMINISTRATOR)
    assert said.startswith("Error: Not all languages are ready, so none was published: en: ")
    assert "fr: These conditions" in said
    console.good("document", "rule", SLUG, "--rule", "mark", "--percent", "60")
    sign_off(console)
    day = "2030-01-01T00:00+00:00"
    command = ("release", "publish-all", SLUG, "--as", ADMINISTRATOR, "--effective", day)
    lines = console.good(*command, "--only", "fr, en").out.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        f"{SLUG} en release 1 is scheduled for 2030-01-01T00:00:00+00:00",
        f"{SLUG} fr release 1 is scheduled for 2030-01-01T00:00:00+00:00",
    ]


def test_status_counts_what_stands_in_the_source_and_the_days_behind(console: Console) -> None:
    console.good("document", "rule", SLUG, "--rule", "mark", "--percent", "60", "--due-days", "30")
    sign_off(console)
    console.good("release", "publish-all", SLUG, "--as", ADMINISTRATOR)
    found = row(console, "fr")
    assert (found["status"], found["stands_in_source"], found["lag_days"]) == ("published", 7, None)
    with console.app.app_context():
        policy.import_source(NEWER.replace("30 days", "31 days"))
        due = policy.publish("en").effective_at + timedelta(days=30)
        db.session.close()
    found = row(console, "fr")
    assert (found["lag_days"], found["overdue"]) == (0, False)
    assert found["due"] == due.isoformat(timespec="seconds")
    assert "0 days behind the source; promised by" in console.good("status", SLUG).out
    assert row(console, "en")["lag_days"] is None


def test_catalog_of_a_marked_release_has_translations_only(
    console: Console, tmp_path: Path
) -> None:
    console.good("document", "rule", SLUG, "--rule", "mark", "--percent", "60")
    sign_off(console)
    console.good("release", "publish-all", SLUG, "--as", ADMINISTRATOR)
    file = tmp_path / "fr.mo"
    console.good("release", "export", SLUG, "fr", "-o", file)
    with file.open("rb") as stream:
        catalog = gettext_module.GNUTranslations(stream)
    with console.app.app_context():
        document = queries.document(db.session, SLUG)
        units = queries.language(db.session, document, "fr").units
        keys = {unit.text: unit.key for unit in units}
    assert catalog.pgettext(keys["1 year"], "1 year") == "1 an"
    assert catalog.pgettext(keys[WAITING], WAITING) == WAITING
    shown = console.good("release", "show", SLUG, "fr", "1").out
    assert "in the source language (not-approved)" in shown
    facts = console.good("release", "show", SLUG, "fr", "1", "--json").json
    assert sum("fallback" in text for text in facts["texts"]) == 7
    assert json.dumps(facts)
