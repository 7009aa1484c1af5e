"""Acts step by step."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("draft_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=128), nullable=False),
        sa.Column("main_sha256", sa.String(length=64), nullable=False),
        sa.Column("type_name", sa.String(length=100), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_drafts")),
    )
    op.create_table(
        "signatures",
        sa.Column("act_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("base_sha256", sa.String(length=64), nullable=False),
        sa.Column("opening", sa.Text(), nullable=True),
        sa.Column("to_sign", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("file", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("verdict", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("act_id", "place", name=op.f("pk_signatures")),
    )
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signatures_base_sha256"), ["base_sha256"], unique=False)

    # Drafts under way: the content that an approval is for, or the only one that was handed in.
    op.execute(
        "INSERT INTO drafts (draft_id, version, content_hash, main_sha256, type_name, open) "
        "SELECT s.draft_id, 0, s.content_hash, s.main_sha256, '', TRUE FROM submitted s "
        "LEFT JOIN approvals a ON a.draft_id = s.draft_id "
        "WHERE s.content_hash = COALESCE(a.content_hash, "
        "(SELECT max(o.content_hash) FROM submitted o WHERE o.draft_id = s.draft_id))"
    )
    op.drop_table("submitted")
    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("actor_name", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("owner_kind", sa.String(length=10), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("owner_id", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("state", sa.String(length=20), nullable=False, server_default="done"))
        batch_op.add_column(sa.Column("order", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("reason", sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
    acts = sa.table("acts", *(sa.column(name) for name in ("kind", "object_id", "of", "id", "begun_at", "done_at")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(acts.c.kind, acts.c.object_id, acts.c.of)).all():
        this = sa.and_(acts.c.kind == row.kind, acts.c.object_id == row.object_id, acts.c.of == row.of)
        connection.execute(acts.update().where(this).values(id=str(uuid4()), begun_at=acts.c.done_at))
    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.alter_column("id", existing_type=sa.String(length=36), nullable=False)
        batch_op.alter_column("begun_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column("done_at", existing_type=sa.DateTime(timezone=True), nullable=True)
        batch_op.create_index(batch_op.f("ix_acts_state_next_at"), ["state", "next_at"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_acts_id"), ["id"])

    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.drop_column("version")

    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_acts_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_acts_state_next_at"))
        batch_op.alter_column("done_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.drop_column("begun_at")
        batch_op.drop_column("next_at")
        batch_op.drop_column("attempts")
        batch_op.drop_column("reason")
        batch_op.drop_column("order")
        batch_op.drop_column("state")
        batch_op.drop_column("owner_id")
        batch_op.drop_column("owner_kind")
        batch_op.drop_column("actor_name")
        batch_op.drop_column("id")

    op.create_table(
        "submitted",
        sa.Column("draft_id", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=128), nullable=False),
        sa.Column("main_sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "content_hash", name=op.f("pk_submitted")),
    )
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signatures_base_sha256"))

    op.drop_table("signatures")
    op.drop_table("drafts")
