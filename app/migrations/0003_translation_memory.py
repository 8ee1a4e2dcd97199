"""The translation memory. What was approved before is put into it by ``flask memory rebuild``.

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcDateTime

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Three tables, empty; ``flask setup`` fills them, as keys are computed by the program."""
    op.create_table(
        "memory_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_language", sa.String(length=35), nullable=False),
        sa.Column("target_language", sa.String(length=35), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("target_digest", sa.String(length=64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memory_entry")),
        sa.UniqueConstraint(
            "source_language",
            "target_language",
            "source_digest",
            "target_digest",
            name=op.f("uq_memory_entry_pair"),
        ),
    )
    op.create_table(
        "memory_origin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=220), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=True),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["memory_entry.id"], name=op.f("fk_memory_origin_entry_id_memory_entry")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_memory_origin_person_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_memory_origin_segment_id_segment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memory_origin")),
        sa.UniqueConstraint("entry_id", "place", name=op.f("uq_memory_origin_entry_id_place")),
    )
    op.create_table(
        "memory_key",
        sa.Column("hash", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", "entry_id", name=op.f("pk_memory_key")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the memory; the approvals it was made from stay in the history."""
    for table in ("memory_key", "memory_origin", "memory_entry"):
        op.drop_table(table)
