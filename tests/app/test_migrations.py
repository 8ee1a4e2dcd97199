"""Migrations: up, down, up again, and agreed with the models, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import operations, queries
from app.database import Base, alembic, db, transaction, upgrade
from app.models import Message
from app.models.messages import likeness
from app.operations import Act, Actor, Rules
from tests.support.databases import disconnect, make_app, settings_for
from tests.support.releases import release_of_format_1
from workflows import release
from workflows.review import Role

VERSION_TABLE = "alembic_version"


@pytest.fixture
def bare_app(bare_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app on a database without any table."""
    app = make_app(settings_for(tmp_path, bare_database_url))
    yield app
    disconnect(app)


def schema(app: Flask) -> dict[str, object]:
    """Tables with columns, keys, constraints and indexes, triggers and routines: all we make."""
    with app.app_context(), db.engine.connect() as connection:
        inspector = sa.inspect(connection)
        tables: dict[str, object] = {
            name: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)],
                inspector.get_pk_constraint(name)["constrained_columns"],
                sorted(
                    (str(key["name"]), key["constrained_columns"], key["referred_table"])
                    for key in inspector.get_foreign_keys(name)
                ),
                sorted(
                    (str(unique["name"]), unique["column_names"])
                    for unique in inspector.get_unique_constraints(name)
                ),
                sorted(
                    (str(check["name"]), check["sqltext"])
                    for check in inspector.get_check_constraints(name)
                ),
                sorted(
                    (str(index["name"]), index["column_names"])
                    for index in inspector.get_indexes(name)
                ),
            )
            for name in sorted(inspector.get_table_names())
        }
        return tables | {"triggers and routines": triggers_and_routines(connection)}


def triggers_and_routines(connection: sa.Connection) -> list[str]:
    """Their names; no inspector shows them."""
    statements = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION ALL "
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        ),
    }
    rows = connection.execute(sa.text(statements[connection.dialect.name]))
    return sorted(str(name) for (name,) in rows)


def downgrade(app: Flask) -> None:
    """Take every migration back."""
    with app.app_context():
        alembic.downgrade("base")


def test_migrations_go_up_down_and_up_again(bare_app: Flask) -> None:
    upgrade(bare_app)
    first = schema(bare_app)
    assert len(first) > 3
    downgrade(bare_app)
    nothing_left = schema(bare_app)
    assert {name for name in nothing_left if name != "triggers and routines"} <= {VERSION_TABLE}
    assert nothing_left["triggers and routines"] == []
    upgrade(bare_app)
    assert schema(bare_app) == first


def test_migrations_run_twice_change_nothing(bare_app: Flask) -> None:
    upgrade(bare_app)
    first = schema(bare_app)
    upgrade(bare_app)
    assert schema(bare_app) == first


def test_migrations_agree_with_the_models(flask_app: Flask) -> None:
    with flask_app.app_context():
        assert alembic.compare_metadata() == []
        assert alembic.needs_upgrade() is False


def test_migrations_have_one_head(flask_app: Flask) -> None:
    with flask_app.app_context():
        assert len(alembic.heads()) == 1


def test_constraint_and_index_has_a_name(flask_app: Flask) -> None:
    """Unnamed ones can't be changed by a later migration on every database."""
    del flask_app  # it has imported the models
    tables = Base.metadata.sorted_tables
    names = [
        (table.name, type(part).__name__, part.name)
        for table in tables
        for parts in (table.constraints, table.indexes)
        for part in parts
    ]
    assert names
    assert [entry for entry in names if entry[2] is None] == []


# A row for each table that the second migration touches or refers to, as the first one made them.
MOMENT = "2026-01-02 03:04:05.000000"
OLD = release_of_format_1()
EARLIER: dict[str, dict[str, object]] = {
    "user": {
        "id": 1,
        "email": "ada@example.org",
        "name": "Ada",
        "active": True,
        "session_key": "k",
        "created_at": MOMENT,
    },
    "document": {
        "id": 1,
        "slug": "old-rules",
        "title": "Old rules",
        "source_language": "en",
        "head": 1,
        "version": 1,
        "created_at": MOMENT,
    },
    "revision": {
        "id": 1,
        "document_id": 1,
        "number": 1,
        "skeleton": '{"blocks":[],"title":"sabcdefghij"}',
        "file_digest": "f" * 64,
        "media_type": "text/markdown",
        "furniture": "[]",
        "created_by_id": 1,
        "created_at": MOMENT,
    },
    "segment": {"id": 1, "document_id": 1, "key": "sabcdefghij"},
    "message": {
        "id": 1,
        "reference": "ABC",
        "nonce": "n",
        "slug": "old-rules",
        "section": "2",
        "language": "fr",
        "release_number": 1,
        "release_digest": "d" * 64,
        "name": "Zoé",
        "email": "zoe@example.org",
        "body": "STRASSE",
        "created_at": MOMENT,
        "mail_error": "",
    },
    "release": {
        "id": 1,
        "document_id": 1,
        "revision_id": 1,
        "language": "en",
        "number": 1,
        "content": OLD.content,
        "manifest": OLD.manifest,
        "digest": OLD.digest,
        "texts_digest": release.texts_digest(OLD.content),
        "previous_digest": "",
        "published_by_id": 1,
        "published_at": MOMENT,
    },
    "history": {
        "id": 1,
        "at": MOMENT,
        "actor_id": 1,
        "action": "document.imported",
        "document_id": 1,
        "language": "",
        "reason": "",
    },
}


def rows(app: Flask) -> dict[str, list[dict[str, object]]]:
    """What the tables of ``EARLIER`` hold, column by column of then."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table: [
                {column: str(value) for column, value in row._mapping.items()}
                for row in connection.execute(
                    sa.text(f'SELECT {", ".join(columns)} FROM "{table}" ORDER BY id')
                )
            ]
            for table, columns in EARLIER.items()
        }


def test_migrations_keep_earlier_data(bare_app: Flask) -> None:
    with bare_app.app_context():
        alembic.upgrade("0001")
        with db.engine.begin() as connection:
            for table, row in EARLIER.items():
                names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
                connection.execute(
                    sa.text(f'INSERT INTO "{table}" ({names}) VALUES ({values})'), row
                )
    before = rows(bare_app)
    for target in ("heads", "0001", "heads"):
        with bare_app.app_context():
            (alembic.downgrade if target == "0001" else alembic.upgrade)(target)
        assert rows(bare_app) == before
    with bare_app.app_context(), db.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT effective FROM revision")) == ""
        found = connection.execute(
            sa.text(
                "SELECT kind, log_index, signature, key_id FROM release "
                "WHERE effective_at = published_at"
            )
        ).all()
        assert [tuple(row) for row in found] == [("release", 1, "", "")]
        assert connection.scalar(sa.text("SELECT count(*) FROM lineage")) == 0
        message = connection.execute(sa.select(Message.__table__)).one()
        assert message.searched == "abc\nzoé\nzoe@example.org\nstrasse"
        assert message.likeness == likeness("Straße")
        assert (message.spam, message.read_at, message.compared_digest) == (False, None, None)


def test_release_older_than_signatures_is_proved_by_those_that_follow(bare_app: Flask) -> None:
    with bare_app.app_context():
        alembic.upgrade("0001")
        with db.engine.begin() as connection:
            for table, row in EARLIER.items():
                names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
                connection.execute(
                    sa.text(f'INSERT INTO "{table}" ({names}) VALUES ({values})'), row
                )
            # PostgreSQL counts its ids by itself, and knows nothing of those given here.
            if connection.dialect.name == "postgresql":
                for table in EARLIER:
                    connection.execute(sa.text(f"SELECT setval('\"{table}_id_seq\"', 1)"))
    upgrade(bare_app)
    said = bare_app.test_cli_runner().invoke(args=["release", "verify"])
    assert said.exit_code == 0, said.output
    assert "The first 1 have no signatures" in said.output
    with bare_app.app_context():
        (head,) = queries.live_heads(db.session, datetime.now(UTC))
        assert (head.slug, head.language, head.number, head.withdrawn) == (
            *("old-rules", "en", 1),
            False,
        )
        with transaction() as session:
            roles = frozenset({(Role.EDITOR, "en")})
            rules = Rules(("en",), signer=bare_app.config["SIGNER"])
            act = Act(session, Actor(1, "Ada", roles), datetime.now(UTC), rules)
            made = operations.withdraw(act, "old-rules", "en", "It is old.")
            assert json.loads(made.manifest)["log"]["earlier"]
    said = bare_app.test_cli_runner().invoke(args=["release", "verify"])
    assert said.output.startswith("2 releases: none changed"), said.output


def insert(connection: sa.Connection, table: str, row: dict[str, object]) -> None:
    """Insert a row as an earlier version of the service did."""
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.execute(sa.text(f'INSERT INTO "{table}" ({names}) VALUES ({values})'), row)


REPLY: dict[str, object] = {
    "id": 1,
    "message_id": 1,
    "body": "Merci.",
    "written_by_id": 1,
    "created_at": MOMENT,
    "mail_error": "SMTPDataError 451",
}


def test_replies_outlive_the_making_of_their_tables(bare_app: Flask) -> None:
    with bare_app.app_context():
        alembic.upgrade("0008")
        with db.engine.begin() as connection:
            for table in ("user", "message"):
                insert(connection, table, EARLIER[table])
            insert(connection, "message_reply", REPLY)
            names = ", ".join(REPLY)
            left = connection.execute(sa.text(f"SELECT {names} FROM message_reply")).one()
    for target in ("0009", "0008", "0009"):
        with bare_app.app_context():
            (alembic.downgrade if target == "0008" else alembic.upgrade)(target)
            with db.engine.connect() as connection:
                kept = connection.execute(sa.text(f"SELECT {names} FROM message_reply")).all()
                assert kept == [left]
    with bare_app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.delete(Message))
        assert connection.scalar(sa.text("SELECT count(*) FROM message_reply")) == 0


def test_numbers_that_the_history_has_are_not_given_to_others(bare_app: Flask) -> None:
    told = EARLIER["history"] | {"action": "message.replied", "document_id": None}
    with bare_app.app_context():
        alembic.upgrade("0008")
        with db.engine.begin() as connection:
            insert(connection, "user", EARLIER["user"])
            insert(connection, "history", told | {"after": '{"message": 7, "reply": 4}'})
            gone = {"id": 2, "action": "message.deleted", "after": "null"}
            insert(connection, "history", told | gone | {"before": '{"message": 9}'})
            many = {"id": 3, "action": "messages.expired", "before": '{"messages": 500}'}
            insert(connection, "history", told | many)
            if connection.dialect.name == "postgresql":
                # It has counted them all along.
                for name, number in (("message", 9), ("message_reply", 4)):
                    connection.execute(sa.text(f"SELECT setval('{name}_id_seq', {number})"))
    upgrade(bare_app)
    rows = {"message": dict(EARLIER["message"]), "message_reply": dict(REPLY)}
    with bare_app.app_context(), db.engine.begin() as connection:
        for table, row in rows.items():
            row.pop("id")
            if table == "message_reply":
                row["message_id"] = 10
            insert(connection, table, row)
            assert connection.scalar(sa.text(f"SELECT max(id) FROM {table}")) == (
                10 if table == "message" else 5
            )


def test_tables_count_for_themselves_where_the_models_say_so(flask_app: Flask) -> None:
    """Nothing else compares it, and a later migration that makes a table anew may lose it."""
    wanted = {
        table.name
        for table in Base.metadata.sorted_tables
        if table.dialect_options["sqlite"]["autoincrement"]
    }
    assert wanted == {"message", "message_reply"}
    with flask_app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            made = "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"
            assert set(connection.scalars(sa.text(made))) == wanted
