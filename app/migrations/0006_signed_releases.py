"""Releases in one signed log, with the moment from which each is in force.

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcDateTime

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MESSAGE = "rows of this table are never changed or deleted"
COLUMNS = ("kind", "log_index", "effective_at", "signature", "key_id")


def _thaw() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER release_frozen ON release")
        op.execute("DROP TRIGGER release_kept ON release")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER release_no_{verb}")


def _freeze() -> None:
    # The function on PostgreSQL is that of the first migration.
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER release_frozen BEFORE UPDATE OR DELETE ON release "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER release_kept BEFORE TRUNCATE ON release "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER release_no_{verb.lower()} BEFORE {verb} ON release "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def upgrade() -> None:
    """Earlier releases keep their order, are in force since they were published, and unsigned."""
    _thaw()
    with op.batch_alter_table("release") as batch:
        batch.add_column(
            sa.Column("kind", sa.String(length=10), server_default="release", nullable=False)
        )
        batch.add_column(sa.Column("log_index", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("effective_at", UtcDateTime(), nullable=True))
        batch.add_column(
            sa.Column("signature", sa.String(length=128), server_default="", nullable=False)
        )
        batch.add_column(
            sa.Column("key_id", sa.String(length=64), server_default="", nullable=False)
        )
    op.execute(
        "UPDATE release SET effective_at = published_at, log_index = "
        "(SELECT count(*) FROM release AS earlier WHERE earlier.id <= release.id)"
    )
    with op.batch_alter_table("release") as batch:
        batch.alter_column("log_index", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("effective_at", existing_type=UtcDateTime(), nullable=False)
        for name in ("kind", "signature", "key_id"):
            batch.alter_column(name, existing_type=sa.String(), server_default=None)
        batch.create_unique_constraint(op.f("uq_release_log_index"), ["log_index"])
        # Every request counts by them what is in force, and must not read whole rows for it.
        for name in ("published_at", "effective_at"):
            batch.create_index(op.f(f"ix_release_{name}"), [name])
    _freeze()


def downgrade() -> None:
    """Take the columns away; what the manifests say of them stays."""
    _thaw()
    with op.batch_alter_table("release") as batch:
        for name in ("effective_at", "published_at"):
            batch.drop_index(op.f(f"ix_release_{name}"))
        batch.drop_constraint(op.f("uq_release_log_index"), type_="unique")
        for name in COLUMNS:
            batch.drop_column(name)
    _freeze()
