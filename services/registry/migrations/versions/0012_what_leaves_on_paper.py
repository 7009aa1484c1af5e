"""What leaves on paper."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_issues",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["outgoing.id"], name=op.f("fk_paper_issues_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_issues")),
    )
    with op.batch_alter_table("paper_issues", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_issues_document_id"), ["document_id"], unique=False)

    op.create_table(
        "paper_receivers",
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("envelopes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["paper_issues.id"], name=op.f("fk_paper_receivers_issue_id")),
        sa.PrimaryKeyConstraint("issue_id", "place", name=op.f("pk_paper_receivers")),
    )
    with op.batch_alter_table("paper_receivers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_receivers_office_id_name"), ["office_id", "name"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_paper_receivers_office_id_sent_on"), ["office_id", "sent_on"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("paper_receivers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_receivers_office_id_sent_on"))
        batch_op.drop_index(batch_op.f("ix_paper_receivers_office_id_name"))

    op.drop_table("paper_receivers")
    with op.batch_alter_table("paper_issues", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_issues_document_id"))

    op.drop_table("paper_issues")
