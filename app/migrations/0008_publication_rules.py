"""How each document is published in its languages.

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = (
    ("rule", sa.String(length=12), sa.text("'hold'")),
    ("mark_percent", sa.Integer(), sa.text("80")),
    ("authoritative", sa.Boolean(), sa.false()),
    ("rule_changes", sa.Integer(), sa.text("0")),
)


def upgrade() -> None:
    """Every document goes on as before: a translation is published when all of it is approved."""
    for name, kind, default in COLUMNS:
        op.add_column("document", sa.Column(name, kind, server_default=default, nullable=False))
    op.add_column("document", sa.Column("translations_due", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Forget the rules; the releases that were made under them stay."""
    op.drop_column("document", "translations_due")
    for name, _kind, _default in reversed(COLUMNS):
        op.drop_column("document", name)
