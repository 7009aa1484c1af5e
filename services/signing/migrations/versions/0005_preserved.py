"""Issued files that are kept provable."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preserved",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("issued", sa.JSON(), nullable=False),
        sa.Column("kept_sha256", sa.String(length=64), nullable=False),
        sa.Column("stamps", sa.Integer(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("alarmed", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "place", name=op.f("pk_preserved")),
    )
    with op.batch_alter_table("preserved", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_preserved_next_at"), ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_preserved_office_id"), ["office_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("preserved", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_preserved_office_id"))
        batch_op.drop_index(batch_op.f("ix_preserved_next_at"))

    op.drop_table("preserved")
