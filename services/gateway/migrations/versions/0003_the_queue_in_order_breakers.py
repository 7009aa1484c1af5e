"""The queue in order, breakers.

Old packages keep their place: rank from their urgency, and the clock of patience runs from when they were put in.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "circuits",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("pauses", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_circuits")),
    )
    with op.batch_alter_table("shipments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rank", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("down", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("reason_code", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE shipments SET rank = -urgency, queued_at = created_at")
    with op.batch_alter_table("shipments", schema=None) as batch_op:
        batch_op.alter_column("queued_at", nullable=False, server_default=sa.func.now())
        batch_op.drop_index(batch_op.f("ix_shipments_due"))
        batch_op.create_index("ix_shipments_dead", ["state", "axis", "reason_code", "id"], unique=False)
        batch_op.create_index(
            "ix_shipments_holding",
            ["axis", "to_code"],
            unique=False,
            postgresql_where=sa.text("state IN ('again', 'sending')"),
            sqlite_where=sa.text("state IN ('again', 'sending')"),
        )
        batch_op.create_index("ix_shipments_queue", ["axis", "state", "rank", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("shipments", schema=None) as batch_op:
        batch_op.drop_index("ix_shipments_queue")
        batch_op.drop_index(
            "ix_shipments_holding",
            postgresql_where=sa.text("state IN ('again', 'sending')"),
            sqlite_where=sa.text("state IN ('again', 'sending')"),
        )
        batch_op.drop_index("ix_shipments_dead")
        batch_op.create_index(batch_op.f("ix_shipments_due"), ["axis", "state", "next_at"], unique=False)
        batch_op.drop_column("sent_at")
        batch_op.drop_column("queued_at")
        batch_op.drop_column("reason_code")
        batch_op.drop_column("down")
        batch_op.drop_column("rank")

    op.drop_table("circuits")
