"""Packages by the day on which they left and arrived."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
_LEFT = sa.text("sent_at IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("arrivals", schema=None) as batch_op:
        batch_op.create_index("ix_arrivals_moment", ["arrived_at"], unique=False)
        batch_op.create_index("ix_arrivals_office_moment", ["office_id", "arrived_at"], unique=False)
    with op.batch_alter_table("shipments", schema=None) as batch_op:
        for name, columns in (
            ("ix_shipments_left", ["sent_at"]),
            ("ix_shipments_office_left", ["office_id", "sent_at"]),
        ):
            batch_op.create_index(name, columns, unique=False, postgresql_where=_LEFT, sqlite_where=_LEFT)


def downgrade() -> None:
    with op.batch_alter_table("shipments", schema=None) as batch_op:
        for name in ("ix_shipments_office_left", "ix_shipments_left"):
            batch_op.drop_index(name, postgresql_where=_LEFT, sqlite_where=_LEFT)
    with op.batch_alter_table("arrivals", schema=None) as batch_op:
        batch_op.drop_index("ix_arrivals_office_moment")
        batch_op.drop_index("ix_arrivals_moment")
