"""Quarantine desk, rule about signatures, destroyed content."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("arrivals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("mail_items", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mail_items_open",
            ["sha256"],
            unique=False,
            postgresql_where=sa.text("status IN ('initial', 'processing')"),
            sqlite_where=sa.text("status IN ('initial', 'processing')"),
        )

    with op.batch_alter_table("partners", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signature_rule", sa.String(length=10), server_default="", nullable=False))

    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sender_code", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("identifier", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("code", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("promulgation_date", sa.String(length=10), server_default="", nullable=False))
        batch_op.add_column(sa.Column("forgiven", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("decided_by_name", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("purged", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("aged_told", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index("ix_quarantine_state", ["state", "reason_code", "arrived_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.drop_index("ix_quarantine_state")
        batch_op.drop_column("aged_told")
        batch_op.drop_column("purged")
        batch_op.drop_column("decided_at")
        batch_op.drop_column("decided_by_name")
        batch_op.drop_column("forgiven")
        batch_op.drop_column("promulgation_date")
        batch_op.drop_column("code")
        batch_op.drop_column("identifier")
        batch_op.drop_column("sender_code")

    with op.batch_alter_table("partners", schema=None) as batch_op:
        batch_op.drop_column("signature_rule")

    with op.batch_alter_table("mail_items", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_mail_items_open",
            postgresql_where=sa.text("status IN ('initial', 'processing')"),
            sqlite_where=sa.text("status IN ('initial', 'processing')"),
        )

    with op.batch_alter_table("arrivals", schema=None) as batch_op:
        batch_op.drop_column("destroyed_at")
