"""``flask release head``, ``bundle``, ``verify``, and the commands that decide what is in force."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.database import db
from tests.app import support_policy as policy
from tests.app.support_cli import Console
from tests.app.support_filled import Filling
from tests.app.support_policy import SLUG, editor
from workflows.release import moment

FR = ("--as", editor("fr"))
ENDLESS = "99999999999999999999"


def fill() -> None:
    """Live in four languages: four releases in the log."""
    policy.everything()


@pytest.fixture
def console(filled: Filling) -> Console:
    """Commands on that."""
    return Console(filled(fill))


def thaw(console: Console) -> None:
    """Take the triggers away, as somebody would who owns the database."""
    names = ("release_no_update", "release_no_delete")
    with console.app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for name in names:
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(sa.text("ALTER TABLE release DISABLE TRIGGER USER"))


def tamper(console: Console, statement: str) -> None:
    with console.app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text(statement))


def bad(console: Console, *arguments: object) -> str:
    """The first bad link that ``flask release verify`` names."""
    said = console.run("release", "verify", *arguments)
    assert (said.code, said.err) == (1, ""), said
    assert said.out.startswith("First bad link: ")
    assert said.out.count("\n") == 1
    return said.out.removeprefix("First bad link: ").rstrip()


# --- Proving -------------------------------------------------------------------------------------


def test_whole_log_is_proved_from_the_database_and_from_a_bundle(
    console: Console, tmp_path: Path
) -> None:
    before = console.dump()
    console.good("release", "head", "-o", tmp_path / "head.json")
    console.good("release", "bundle", "-o", tmp_path / "bundle.json")
    key = before["release"][0]["key_id"]
    for arguments in ((), (tmp_path / "bundle.json",)):
        more = ("--head", tmp_path / "head.json", "--key", key)
        lines = console.good("release", "verify", *arguments, *more).out.splitlines()
        assert lines[0] == "4 releases: none changed, dropped, reordered, dated back or forked."
        assert lines[1].endswith("which counts 4 releases.")
        assert lines[2:] == [f"Key {key}: trusted."]
    head = json.loads(json.loads((tmp_path / "head.json").read_text())["head"])
    made_at = head.pop("made_at")
    assert datetime.fromisoformat(made_at) <= datetime.now(UTC)
    assert head == {
        "format": "pinger-panel head 1",
        "service": "Pinger Panel",
        "size": 4,
        "index": 4,
        "digest": before["release"][-1]["digest"],
    }
    assert console.good("release", "bundle").out.startswith('{"format":"pinger-panel bundle 1"')
    assert console.dump() == before


def test_bundle_with_the_program_is_checked_without_the_service(
    console: Console, tmp_path: Path
) -> None:
    said = console.good("release", "bundle", "--with-script", tmp_path / "proof").out
    assert said == f"Next: python {tmp_path}/proof/verify.py {tmp_path}/proof/bundle.json\n"
    command = [sys.executable, "-I", *said.split()[2:]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("4 releases: none changed")


def test_changed_row_of_the_database_is_named(console: Console) -> None:
    thaw(console)
    for column, value, what in (
        ("number", "7", "number"),
        ("language", "'es'", "language"),
        ("effective_at", "'2020-01-01 00:00:00+00:00'", "effective_at"),
        ("published_at", "'2020-01-01 00:00:00+00:00'", "published_at"),
        ("kind", "'rollback'", "kind"),
        ("previous_digest", "'0'", "previous"),
        ("digest", "'0'", "digest"),
        ("published_by_id", "1", "published_by"),
    ):
        tamper(console, "CREATE TABLE kept AS SELECT * FROM release WHERE log_index = 2")
        tamper(console, f"UPDATE release SET {column} = {value} WHERE log_index = 2")
        said = bad(console)
        assert said.startswith(f"{SLUG}, fr, release 1 (log index 2): the database has another ")
        assert f"another “{what}” beside its manifest" in said
        tamper(
            console,
            f"UPDATE release SET {column} = (SELECT {column} FROM kept) WHERE log_index = 2",
        )
        tamper(console, "DROP TABLE kept")
    console.good("release", "verify")
    tamper(console, "UPDATE release SET content = replace(content, 'maison', 'cour')")
    assert bad(console).startswith(f"{SLUG}, fr, release 1 (log index 2): its texts were changed")


@pytest.mark.parametrize(
    ("assignment", "what"),
    [
        # By it is known what is published already, and whether the source may stand in.
        ("texts_digest = '0'", "it is compared by another digest than that of its texts"),
        ("revision_id = (SELECT max(id) FROM revision)", "the database has another “revision”"),
        (
            "revision_id = (SELECT min(id) FROM revision WHERE document_id <> release.document_id)",
            "its revision is one of another document",
        ),
        ("key_id = '0'", "it is signed with another key than its manifest names"),
        ("signature = substr(signature, 2) || substr(signature, 1, 1)", "its signature was"),
    ],
)
def test_column_that_decides_is_compared_too(console: Console, assignment: str, what: str) -> None:
    with console.app.app_context():
        policy.import_source(slug="other-rules")
        policy.import_source(policy.SOURCE.replace("17", "18"))
    console.good("release", "verify")
    thaw(console)
    tamper(console, f"UPDATE release SET {assignment} WHERE log_index = 2")
    assert bad(console).startswith(f"{SLUG}, fr, release 1 (log index 2): {what}")


def test_date_that_is_none_any_more_is_no_crash(console: Console, engine_name: str) -> None:
    if engine_name != "sqlite":
        return  # PostgreSQL keeps no such thing
    thaw(console)
    tamper(console, "UPDATE release SET effective_at = 'soon' WHERE log_index = 2")
    said = bad(console)
    assert said.startswith("a release: the database has something else in place of a moment")
    assert "soon" in said


def test_row_deleted_from_the_database_is_named(console: Console, tmp_path: Path) -> None:
    console.good("release", "head", "-o", tmp_path / "head.json")
    thaw(console)
    tamper(console, "DELETE FROM release WHERE log_index = 4")
    # Only the head that was kept tells it from the day before.
    console.good("release", "verify")
    said = bad(console, "--head", tmp_path / "head.json")
    assert said.startswith("the head that was kept: the tail of the log was cut off, from log inde")
    tamper(console, "DELETE FROM release WHERE log_index = 2")
    assert bad(console) == (
        "a release with log index 2 or before: it is missing here (dropped): "
        f"{SLUG}, ar, release 1 (log index 3) stands in its place."
    )


def test_what_is_no_bundle_head_or_key_ends_with_2(console: Console, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    for arguments in (
        (wrong,),
        (tmp_path / "none.json",),
        (tmp_path,),
        ("--head", wrong),
        ("--key", wrong),
        ("--key", "0f"),
    ):
        said = console.refused("release", "verify", *arguments, code=2)
        assert said.startswith("Error: Can't be read: ")
        assert said.count("\n") == 1


def test_log_of_a_service_that_published_nothing_is_proved(filled: Filling) -> None:
    console = Console(filled(policy.begin))
    assert console.good("release", "verify").out.startswith("0 releases: none changed")


# --- Deciding ------------------------------------------------------------------------------------


def test_release_from_a_day_on_is_told_everywhere(filled: Filling) -> None:
    console = Console(filled(policy.reviewed))
    console.good("release", "sign-off", SLUG, "fr", *FR)
    day = (datetime.now(UTC) + timedelta(days=9)).replace(microsecond=0)
    more = ("--effective", day.isoformat().replace("+00:00", "Z"), "--summary", "Tout est neuf.")
    said = console.good("release", "publish", SLUG, "fr", *FR, *more).out
    assert said.startswith(f"{SLUG} fr release 1 is scheduled for {moment(day)}: ")
    (line,) = (line for line in console.good("status", SLUG).out.splitlines() if " fr " in line)
    assert line.endswith(f"release 1 is scheduled for {moment(day)}")
    (row,) = (r for r in console.good("status", "--json").json if r["language"] == "fr")
    assert row["scheduled"] == [{"number": 1, "effective": moment(day)}]
    assert row["live"] is None
    listed = console.good("release", "list", SLUG, "fr", "--json").json
    assert [r["state"] for r in listed] == [f"scheduled for {moment(day)}"]
    shown = console.good("release", "show", SLUG, "fr", 1).out
    assert "summary: Tout est neuf.\n" in shown
    assert f"effective_at: {moment(day)}\n" in shown
    assert console.refused("release", "export", SLUG, "fr", "-o", "x.mo").startswith("Error: “")


@pytest.mark.parametrize("value", ["", "tomorrow", "2026-12-01", "2026-12-01T00:00", ENDLESS])
def test_effective_date_needs_a_zone(console: Console, value: str) -> None:
    said = console.refused(
        "release", "publish", SLUG, "fr", *FR, "--effective", value, code=2
    ).splitlines()[-1]
    assert said.endswith("write a moment with its zone, for example 2026-12-01T00:00Z")


def test_withdrawing_and_bringing_back(console: Console) -> None:
    reason = ("--reason", "Il ne valait plus.")
    said = console.good("release", "withdraw", SLUG, "fr", *FR, *reason).out
    assert said.startswith(f"{SLUG} fr is withdrawn by release 2: ")
    row = console.good("release", "show", SLUG, "fr", 2, "--json").json
    assert (row["kind"], row["reason"], row["texts"]) == ("withdrawal", "Il ne valait plus.", [])
    assert "reason: Il ne valait plus.\n" in console.good("release", "show", SLUG, "fr", 2).out
    (line,) = (line for line in console.good("status", SLUG).out.splitlines() if " fr " in line)
    assert "withdrawn by release 2" in line
    assert console.refused("release", "withdraw", SLUG, "fr", *FR, *reason) == (
        "Error: Nothing is published here that could be withdrawn. There is nothing to do.\n"
    )
    said = console.good("release", "rollback", SLUG, "fr", 1, *FR).out
    assert said.startswith(f"{SLUG} fr release 3 is live, with the texts of release 1: ")
    states = [r["state"] for r in console.good("release", "list", SLUG, "fr", "--json").json]
    assert states == ["live", "past", "past"]
    assert console.refused("release", "rollback", SLUG, "fr", 2, *FR).startswith(
        "Error: Release 2 is a withdrawal: there are no texts in it."
    )
    assert console.refused("release", "show", SLUG, "fr", 9).startswith("Error: “house-rules” has")
    operations_of = [row["action"] for row in console.dump()["history"]][-2:]
    assert operations_of == ["release.withdrawn", "release.rolled-back"]
    console.good("release", "verify")
