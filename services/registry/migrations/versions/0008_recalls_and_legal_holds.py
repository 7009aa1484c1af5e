"""Orders to recall issued documents; incoming documents kept by law, and when the content of one was destroyed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recalls",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ordered_by_id", sa.String(length=64), nullable=False),
        sa.Column("ordered_by_name", sa.String(length=200), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("sent_by_name", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["outgoing.id"], name=op.f("fk_recalls_document_id_outgoing")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_recalls")),
    )
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.add_column(sa.Column("legal_hold", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("held_by", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.drop_column("destroyed_at")
        batch_op.drop_column("held_by")
        batch_op.drop_column("legal_hold")
    op.drop_table("recalls")
