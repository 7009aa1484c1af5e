"""Outgoing numbers divided into series by decision; numbers given up with their reason."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "numbering_schemes",
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("division", sa.String(length=20), nullable=False),
        sa.Column("decision", sa.String(length=300), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("office_id", "valid_from", name=op.f("pk_numbering_schemes")),
    )
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("void_reason", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.drop_column("void_reason")
    op.drop_table("numbering_schemes")
