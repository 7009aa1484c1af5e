"""Placement by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "placements",
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("of", sa.String(length=120), nullable=False),
        sa.Column("boxes", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("office_id", "of", name=op.f("pk_placements")),
    )


def downgrade() -> None:
    op.drop_table("placements")
