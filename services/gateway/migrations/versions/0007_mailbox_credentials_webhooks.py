"""Mailbox, credentials, webhooks, rate limits."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hook_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_events")),
    )
    with op.batch_alter_table("hook_events", schema=None) as batch_op:
        batch_op.create_index("ix_hook_events_due", ["state", "next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_hook_events_partner"), ["partner"], unique=False)

    op.create_table(
        "mail_packages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner", sa.String(length=20), nullable=False),
        sa.Column("from_code", sa.String(length=64), nullable=False),
        sa.Column("message_type", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("notation", sa.String(length=200), nullable=False),
        sa.Column("same_key", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.String(length=128), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_packages")),
        sa.UniqueConstraint("partner", "idempotency_key", name=op.f("uq_mail_packages_partner_idempotency_key")),
    )
    with op.batch_alter_table("mail_packages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_packages_same_key"), ["same_key"], unique=False)
        batch_op.create_index("ix_mail_packages_sent", ["partner", "message_type", "sent_at"], unique=False)

    op.create_table(
        "partner_agencies",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("partner", sa.String(length=20), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("mail", sa.String(length=200), nullable=False),
        sa.Column("mobile", sa.String(length=40), nullable=False),
        sa.Column("fax", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_partner_agencies")),
    )
    with op.batch_alter_table("partner_agencies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_agencies_partner"), ["partner"], unique=False)

    op.create_table(
        "rate_buckets",
        sa.Column("partner", sa.String(length=20), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_rate_buckets")),
    )
    op.create_table(
        "mail_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("box", sa.String(length=20), nullable=False),
        sa.Column("to_code", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("status_desc", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["package_id"], ["mail_packages.id"], name=op.f("fk_mail_items_package_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_items")),
    )
    with op.batch_alter_table("mail_items", schema=None) as batch_op:
        batch_op.create_index("ix_mail_items_box", ["box", "status", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_items_package_id"), ["package_id"], unique=False)

    op.create_table(
        "partner_credentials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_partner_credentials_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_credentials")),
    )
    with op.batch_alter_table("partner_credentials", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_credentials_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_credentials_partner_id"), ["partner_id"], unique=False)

    with op.batch_alter_table("poll_states", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pushed", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("poll_states", schema=None) as batch_op:
        batch_op.drop_column("pushed")

    with op.batch_alter_table("partner_credentials", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_credentials_partner_id"))
        batch_op.drop_index(batch_op.f("ix_partner_credentials_client_id"))

    op.drop_table("partner_credentials")
    with op.batch_alter_table("mail_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_items_package_id"))
        batch_op.drop_index("ix_mail_items_box")

    op.drop_table("mail_items")
    op.drop_table("rate_buckets")
    with op.batch_alter_table("partner_agencies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_agencies_partner"))

    op.drop_table("partner_agencies")
    with op.batch_alter_table("mail_packages", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_packages_sent")
        batch_op.drop_index(batch_op.f("ix_mail_packages_same_key"))

    op.drop_table("mail_packages")
    with op.batch_alter_table("hook_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hook_events_partner"))
        batch_op.drop_index("ix_hook_events_due")

    op.drop_table("hook_events")
