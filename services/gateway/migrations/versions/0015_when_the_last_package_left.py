"""When the last package left over each axis."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("axis_lamps", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE axis_lamps SET sent_at = (SELECT max(sent_at) FROM shipments WHERE shipments.axis = axis_lamps.name)"
    )


def downgrade() -> None:
    with op.batch_alter_table("axis_lamps", schema=None) as batch_op:
        batch_op.drop_column("sent_at")
