"""Refusals, duplicates, paper.

What is on record gets the keys by which copies of one document are found.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code_key", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("issuer_key", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("medium", sa.String(length=12), server_default="electronic", nullable=False))
        batch_op.add_column(sa.Column("linked_to_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("refused_key", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("proper_organ_id", sa.String(length=64), server_default="", nullable=False))
        batch_op.drop_index(batch_op.f("ix_incoming_office_id_code"))
        batch_op.create_index(batch_op.f("ix_incoming_office_id_code_key"), ["office_id", "code_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_office_id_refused_at"), ["office_id", "refused_at"], unique=False)
    op.execute(
        "UPDATE incoming SET code_key = ltrim(upper(replace(code, ' ', '')), '0'), issuer_key = lower(sender_name)"
    )


def downgrade() -> None:
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incoming_office_id_refused_at"))
        batch_op.drop_index(batch_op.f("ix_incoming_office_id_code_key"))
        batch_op.create_index(batch_op.f("ix_incoming_office_id_code"), ["office_id", "code"], unique=False)
        batch_op.drop_column("proper_organ_id")
        batch_op.drop_column("refused_at")
        batch_op.drop_column("refused_key")
        batch_op.drop_column("linked_to_id")
        batch_op.drop_column("medium")
        batch_op.drop_column("issuer_key")
        batch_op.drop_column("code_key")
