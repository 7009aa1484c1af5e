"""Answers that are owed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owed_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("late_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reminders", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(
            "ix_deliveries_late",
            ["owed_since"],
            unique=False,
            postgresql_where=sa.text("owed_since IS NOT NULL AND late_at IS NULL"),
            sqlite_where=sa.text("owed_since IS NOT NULL AND late_at IS NULL"),
        )
        batch_op.create_index(
            "ix_deliveries_owed",
            ["office_id", "owed_since"],
            unique=False,
            postgresql_where=sa.text("owed_since IS NOT NULL"),
            sqlite_where=sa.text("owed_since IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deliveries_owed",
            postgresql_where=sa.text("owed_since IS NOT NULL"),
            sqlite_where=sa.text("owed_since IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_deliveries_late",
            postgresql_where=sa.text("owed_since IS NOT NULL AND late_at IS NULL"),
            sqlite_where=sa.text("owed_since IS NOT NULL AND late_at IS NULL"),
        )
        batch_op.drop_column("reminders")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("late_at")
        batch_op.drop_column("owed_since")
