"""Replays of dead letters.

Whose package it is, is filled in for what has not left yet; nobody asks it of a package that was sent.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=True),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("per_second", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replays")),
    )
    with op.batch_alter_table("replays", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replays_state"), ["state"], unique=False)

    with op.batch_alter_table("shipments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("office_id", sa.String(length=64), server_default="", nullable=False))
        batch_op.drop_index(batch_op.f("ix_shipments_dead"))
        batch_op.create_index(
            "ix_shipments_dead",
            ["id"],
            unique=False,
            postgresql_where=sa.text("state = 'failed'"),
            sqlite_where=sa.text("state = 'failed'"),
        )
    op.execute(
        "UPDATE shipments SET office_id = coalesce("
        "(SELECT d.office_id FROM deliveries d WHERE d.id = shipments.subject_id), "
        "(SELECT a.office_id FROM arrivals a WHERE a.id = shipments.subject_id), '') WHERE state <> 'sent'"
    )


def downgrade() -> None:
    with op.batch_alter_table("shipments", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_shipments_dead", postgresql_where=sa.text("state = 'failed'"), sqlite_where=sa.text("state = 'failed'")
        )
        batch_op.create_index(batch_op.f("ix_shipments_dead"), ["state", "axis", "reason_code", "id"], unique=False)
        batch_op.drop_column("office_id")

    with op.batch_alter_table("replays", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_replays_state"))

    op.drop_table("replays")
