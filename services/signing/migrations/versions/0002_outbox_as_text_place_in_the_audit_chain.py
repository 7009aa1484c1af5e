"""Outbox as text, place in the audit chain."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.BigInteger(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_audit_hash"))
        batch_op.create_unique_constraint(batch_op.f("uq_audit_place"), ["place"])

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.alter_column(
            "payload",
            existing_type=sa.JSON(),
            type_=sa.Text(),
            existing_nullable=False,
            postgresql_using="payload::text",
        )
        batch_op.drop_constraint(batch_op.f("uq_outbox_message_id"), type_="unique")

    op.execute("UPDATE audit SET place = seq WHERE hash IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_outbox_message_id"), ["message_id"])
        batch_op.alter_column(
            "payload",
            existing_type=sa.Text(),
            type_=sa.JSON(),
            existing_nullable=False,
            postgresql_using="payload::json",
        )

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_audit_place"), type_="unique")
        batch_op.create_index(batch_op.f("ix_audit_hash"), ["hash"], unique=False)
        batch_op.drop_column("place")
