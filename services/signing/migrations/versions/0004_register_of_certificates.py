"""Register of certificates and devices, rights to sign, images."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "capacities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.String(length=4), nullable=False),
        sa.Column("of", sa.String(length=200), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("from_person_id", sa.String(length=64), nullable=False),
        sa.Column("from_name", sa.String(length=200), nullable=False),
        sa.Column("legal_basis", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacities")),
    )
    with op.batch_alter_table("capacities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_capacities_office_id"), ["office_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_capacities_person_id"), ["person_id"], unique=False)

    op.create_table(
        "images",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_kind", sa.String(length=10), nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.Column("owner_name", sa.String(length=300), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width_mm", sa.Float(), nullable=False),
        sa.Column("height_mm", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("holder_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder_by", sa.String(length=200), nullable=False),
        sa.Column("unit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unit_by", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_images")),
    )
    with op.batch_alter_table("images", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_images_office_id"), ["office_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_images_owner_kind_owner_id_state"), ["owner_kind", "owner_id", "state"], unique=False
        )

    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner_name", sa.String(length=300), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("issuer", sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("serial", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("pem", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("device", sa.String(length=10), nullable=False, server_default="pkcs12"))
        batch_op.add_column(sa.Column("place", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("state", sa.String(length=10), nullable=False, server_default="active"))
        batch_op.add_column(sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("registered_by", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("blocked_by", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("blocked_reason", sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("told", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_certificates_state_valid_to"), ["state", "valid_to"], unique=False)

    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("office_id", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("unit_id", sa.String(length=64), nullable=False, server_default=""))

    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.add_column(sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.drop_column("prepared_at")

    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_column("unit_id")
        batch_op.drop_column("office_id")

    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_state_valid_to"))
        batch_op.drop_column("told")
        batch_op.drop_column("blocked_reason")
        batch_op.drop_column("blocked_by")
        batch_op.drop_column("blocked_at")
        batch_op.drop_column("registered_by")
        batch_op.drop_column("registered_at")
        batch_op.drop_column("state")
        batch_op.drop_column("place")
        batch_op.drop_column("device")
        batch_op.drop_column("pem")
        batch_op.drop_column("serial")
        batch_op.drop_column("issuer")
        batch_op.drop_column("owner_name")

    with op.batch_alter_table("images", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_images_owner_kind_owner_id_state"))
        batch_op.drop_index(batch_op.f("ix_images_office_id"))

    op.drop_table("images")
    with op.batch_alter_table("capacities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_capacities_person_id"))
        batch_op.drop_index(batch_op.f("ix_capacities_office_id"))

    op.drop_table("capacities")
