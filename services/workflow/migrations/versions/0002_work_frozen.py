"""Work frozen while the sender wants a document back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.add_column(sa.Column("frozen", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("frozen", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_column("frozen")

    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.drop_column("frozen")
