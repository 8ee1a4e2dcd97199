"""Numbers of messages and replies are never given again; who sends a mail says so before.

SQLite gives the number of the newest row again once that row is deleted, unless its table counts
for itself (AUTOINCREMENT); such a table has to be made anew there. PostgreSQL always counts.

Revision ID: 0009
Revises: 0008
"""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcDateTime

revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMN = "sending_at"
REPLIES = (
    *("id", "message_id", "body", "written_by_id", "created_at", "mailed_at", "mail_error"),
    COLUMN,
)
INDEX = "ix_message_reply_message_id"


def upgrade() -> None:
    """Nothing is being sent. What was deleted before keeps its numbers, where the history has
    them."""
    for table in ("message", "message_reply"):
        op.add_column(table, sa.Column(COLUMN, UtcDateTime(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(counting=True)
        for table, name in (("message", "message"), ("message_reply", "reply")):
            _count_on(table, _highest(name))


def downgrade() -> None:
    """Forget who is sending what; on SQLite, numbers are given again."""
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(counting=False)
    for table in ("message_reply", "message"):
        op.drop_column(table, COLUMN)


def _make_anew(*, counting: bool) -> None:
    # Dropping a table deletes its rows, and the replies would go with their messages: they wait
    # in another table meanwhile.
    names = ", ".join(REPLIES)
    op.execute(f"CREATE TABLE replies_kept AS SELECT {names} FROM message_reply")  # noqa: S608
    op.drop_index(op.f(INDEX), "message_reply")
    op.drop_table("message_reply")
    # The key of a table that counts has no name there.
    key = () if counting else (sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),)
    options = {"sqlite_autoincrement": counting}
    with op.batch_alter_table("message", recreate="always", table_args=key, table_kwargs=options):
        pass
    op.create_table(
        "message_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("mailed_at", UtcDateTime(), nullable=True),
        sa.Column("mail_error", sa.String(length=200), nullable=False),
        sa.Column(COLUMN, UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_message_reply_message_id_message"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user.id"], name=op.f("fk_message_reply_written_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_reply")),
        sqlite_autoincrement=counting,
    )
    op.create_index(op.f(INDEX), "message_reply", ["message_id"])
    op.execute(f"INSERT INTO message_reply ({names}) SELECT {names} FROM replies_kept")  # noqa: S608
    op.drop_table("replies_kept")


def _highest(name: str) -> int:
    """The highest number that the history has for a message or a reply."""
    history = sa.table("history", sa.column("action"), sa.column("before"), sa.column("after"))
    of_mail = sa.or_(history.c.action.like("message.%"), history.c.action.like("reply.%"))
    rows = op.get_bind().execute(sa.select(history.c.before, history.c.after).where(of_mail))
    facts = [json.loads(fact) for row in rows for fact in row if fact]
    return max((int(fact.get(name, 0)) for fact in facts if isinstance(fact, dict)), default=0)


def _count_on(table: str, number: int) -> None:
    """Let the next row get a number above this one."""
    counter = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
    bind = op.get_bind()
    there = bind.scalar(sa.select(counter.c.seq).where(counter.c.name == table))
    if there is None:
        bind.execute(sa.insert(counter).values(name=table, seq=number))
    elif there < number:
        bind.execute(sa.update(counter).where(counter.c.name == table).values(seq=number))
