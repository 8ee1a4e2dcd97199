"""The inbox: what became of visitors' messages, and the answers they got.

Revision ID: 0007
Revises: 0006
"""

import hashlib
import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcDateTime

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED = (
    "compared_digest",
    "searched",
    "likeness",
    "spam",
    "spam_reasons",
    "read_at",
    "assigned_to_id",
    "answered_at",
    "answered_by_id",
)
INDEXES = (
    ("ix_message_read_at_spam_language", ["read_at", "spam", "language"]),
    ("ix_message_likeness_created_at", ["likeness", "created_at"]),
    ("ix_message_created_at", ["created_at"]),
    ("ix_message_assigned_to_id", ["assigned_to_id"]),
)


def upgrade() -> None:
    """Messages there are stay as they were: unread, assigned to nobody, without an answer."""
    empty = sa.text("''")
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("compared_digest", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("searched", sa.Text(), server_default=empty, nullable=False))
        batch.add_column(
            sa.Column("likeness", sa.String(length=64), server_default=empty, nullable=False)
        )
        batch.add_column(sa.Column("spam", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(
            sa.Column("spam_reasons", sa.String(length=120), server_default=empty, nullable=False)
        )
        batch.add_column(sa.Column("read_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("assigned_to_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("answered_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("answered_by_id", sa.Integer(), nullable=True))
        for column in ("assigned_to_id", "answered_by_id"):
            batch.create_foreign_key(op.f(f"fk_message_{column}_user"), "user", [column], ["id"])
    _fill()
    for name, columns in INDEXES:
        op.create_index(op.f(name), "message", columns)
    op.create_table(
        "message_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("mailed_at", UtcDateTime(), nullable=True),
        sa.Column("mail_error", sa.String(length=200), nullable=False),
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
    )
    op.create_index(op.f("ix_message_reply_message_id"), "message_reply", ["message_id"])


def _fill() -> None:
    """Let what was left before be found by a search, too."""
    table = sa.table(
        "message",
        *(sa.column(name) for name in ("id", "reference", "name", "email", "body")),
        *(sa.column(name) for name in ("searched", "likeness")),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(table)).all():
        words = "\n".join((row.reference, row.name, row.email, row.body))
        body = " ".join(_folded(row.body).split())
        values = {
            "searched": _folded(words),
            "likeness": hashlib.sha256(body.encode()).hexdigest(),
        }
        bind.execute(sa.update(table).where(table.c.id == row.id).values(values))


def _folded(text: str) -> str:
    # As on the day of this migration; the models have their own.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def downgrade() -> None:
    """Take the state of messages and all answers away; the messages stay."""
    op.drop_index(op.f("ix_message_reply_message_id"), "message_reply")
    op.drop_table("message_reply")
    for name, _columns in INDEXES:
        op.drop_index(op.f(name), "message")
    with op.batch_alter_table("message") as batch:
        for column in ("assigned_to_id", "answered_by_id"):
            batch.drop_constraint(op.f(f"fk_message_{column}_user"), type_="foreignkey")
        for name in reversed(ADDED):
            batch.drop_column(name)
