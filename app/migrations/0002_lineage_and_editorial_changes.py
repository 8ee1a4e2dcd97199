"""Where the segments of a revision come from, which edits are editorial, and effective dates.

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcDateTime

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MESSAGE = "rows of this table are never changed or deleted"


def _freeze(table: str) -> None:
    # The function on PostgreSQL is that of the first migration.
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def upgrade() -> None:
    """Earlier revisions have no lineage and no effective date; nothing of theirs changes."""
    op.add_column(
        "revision",
        sa.Column("effective", sa.String(length=10), server_default=sa.text("''"), nullable=False),
    )
    op.create_table(
        "lineage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=True),
        sa.Column("from_segment_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_segment_id"], ["segment.id"], name=op.f("fk_lineage_from_segment_id_segment")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_lineage_revision_id_revision")
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_lineage_segment_id_segment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lineage")),
    )
    for column in ("revision_id", "segment_id", "from_segment_id"):
        op.create_index(op.f(f"ix_lineage_{column}"), "lineage", [column])
    op.create_table(
        "editorial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("from_digest", sa.String(length=64), nullable=False),
        sa.Column("from_text", sa.Text(), nullable=False),
        sa.Column("to_digest", sa.String(length=64), nullable=False),
        sa.Column("to_text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.Column("marked_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user.id"], name=op.f("fk_editorial_confirmed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["user.id"], name=op.f("fk_editorial_marked_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_editorial_revision_id_revision")
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_editorial_segment_id_segment")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["user.id"], name=op.f("fk_editorial_undone_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editorial")),
    )
    for column in ("revision_id", "segment_id"):
        op.create_index(op.f(f"ix_editorial_{column}"), "editorial", [column])
    _freeze("lineage")


def downgrade() -> None:
    """Drop both tables and the column."""
    for table, columns in (
        ("editorial", ("segment_id", "revision_id")),
        ("lineage", ("from_segment_id", "segment_id", "revision_id")),
    ):
        for column in columns:
            op.drop_index(op.f(f"ix_{table}_{column}"), table)
        op.drop_table(table)
    op.drop_column("revision", "effective")
