"""Arrivals whose verdict waits for an authority's answer."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unanswered_arrivals",
        sa.Column("arrival_id", sa.String(length=64), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("arrival_id", name=op.f("pk_unanswered_arrivals")),
    )
    op.create_index(op.f("ix_unanswered_arrivals_next_at"), "unanswered_arrivals", ["next_at"])


def downgrade() -> None:
    op.drop_table("unanswered_arrivals")
