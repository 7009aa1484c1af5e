"""When documents were recalled, refused by a receiver, sent on paper too; by when one has to be finished, and was."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INDEXES = (
    ("outgoing", "ix_outgoing_usage", ["office_id", "issued_at", "legal_state", "paper_sent_at"], "issued_at"),
    ("outgoing", "ix_outgoing_recalled", ["office_id", "recalled_at"], "recalled_at"),
    ("outgoing", "ix_outgoing_refused", ["office_id", "refused_at"], "refused_at"),
    ("incoming", "ix_incoming_registered", ["office_id", "registered_at"], "arrival_number"),
    ("incoming", "ix_incoming_due", ["office_id", "due_at", "finished_at"], "due_at"),
)
BEFORE = (  # what is known of documents from before
    "UPDATE outgoing SET recalled_at = "
    "(SELECT sent_at FROM recalls WHERE recalls.document_id = outgoing.id) WHERE state = 'RECALLED'",
    "UPDATE outgoing SET refused_at = (SELECT min(at) FROM copies WHERE copies.document_id = outgoing.id "
    "AND status_code = '02') WHERE id IN (SELECT document_id FROM copies WHERE status_code = '02')",
    "UPDATE incoming SET finished_at = (SELECT min(at) FROM timeline WHERE timeline.object_id = incoming.id "
    "AND act = 'incoming-progress' AND status = '06') WHERE state = 'COMPLETED'",
)


def upgrade() -> None:
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paper_sent_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("paper_reason", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True))
    for statement in BEFORE:
        op.execute(statement)
    for table, name, columns, known in INDEXES:
        where = sa.text(f"{known} IS NOT NULL")
        op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    for table, name, _, _ in INDEXES:
        op.drop_index(name, table)
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.drop_column("finished_at")
        batch_op.drop_column("due_at")
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.drop_column("recalled_at")
        batch_op.drop_column("refused_at")
        batch_op.drop_column("paper_reason")
        batch_op.drop_column("paper_sent_at")
