"""Packages found by the id that a partner gave them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
_NAMED = sa.text("external_id <> ''")


def upgrade() -> None:
    with op.batch_alter_table("shipments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_shipments_external", ["external_id"], unique=False, postgresql_where=_NAMED, sqlite_where=_NAMED
        )


def downgrade() -> None:
    with op.batch_alter_table("shipments", schema=None) as batch_op:
        batch_op.drop_index("ix_shipments_external", postgresql_where=_NAMED, sqlite_where=_NAMED)
