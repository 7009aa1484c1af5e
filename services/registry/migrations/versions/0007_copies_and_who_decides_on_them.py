"""Copies and who decides on them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certified_copies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("source_medium", sa.String(length=12), nullable=False),
        sa.Column("target_medium", sa.String(length=12), nullable=False),
        sa.Column("source_form", sa.String(length=20), nullable=False),
        sa.Column("source_kind", sa.String(length=12), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("source_code", sa.String(length=100), nullable=False),
        sa.Column("source_issuer", sa.String(length=300), nullable=False),
        sa.Column("source_date", sa.String(length=10), nullable=False),
        sa.Column("type_name", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("file", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("asked_by_id", sa.String(length=64), nullable=False),
        sa.Column("asked_by_name", sa.String(length=200), nullable=False),
        sa.Column("decided_by_id", sa.String(length=64), nullable=False),
        sa.Column("decided_by_name", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("issued_date", sa.Date(), nullable=True),
        sa.Column("clerk_id", sa.String(length=64), nullable=False),
        sa.Column("clerk_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certified_copies")),
    )
    with op.batch_alter_table("certified_copies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certified_copies_office_id_id"), ["office_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certified_copies_source_id"), ["source_id"], unique=False)

    op.create_table(
        "copy_authorities",
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("office_id", "person_id", name=op.f("pk_copy_authorities")),
    )


def downgrade() -> None:
    op.drop_table("copy_authorities")
    with op.batch_alter_table("certified_copies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certified_copies_source_id"))
        batch_op.drop_index(batch_op.f("ix_certified_copies_office_id_id"))

    op.drop_table("certified_copies")
