"""Which document changes which issued one, and what the changed one says of it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("outgoing", "incoming"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("changes_id", sa.Uuid(), nullable=True))
            batch_op.add_column(sa.Column("change", sa.String(length=10), server_default="", nullable=False))
            batch_op.add_column(sa.Column("changed_note", sa.Text(), server_default="", nullable=False))
            batch_op.create_index(batch_op.f(f"ix_{table}_changes_id"), ["changes_id"], unique=False)


def downgrade() -> None:
    for table in ("incoming", "outgoing"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_changes_id"))
            batch_op.drop_column("changed_note")
            batch_op.drop_column("change")
            batch_op.drop_column("changes_id")
