"""Directory of organs outside, registration of our offices."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_imports")),
    )
    with op.batch_alter_table("directory_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_directory_imports_source"), ["source"], unique=False)

    op.create_table(
        "external_organs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("other_code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=False),
        sa.Column("mail", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("malformed", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_organs")),
        sa.UniqueConstraint("source", "code", name=op.f("uq_external_organs_source_code")),
    )
    with op.batch_alter_table("external_organs", schema=None) as batch_op:
        batch_op.create_index("ix_external_organs_code", ["code"], unique=False)
        batch_op.create_index("ix_external_organs_other_code", ["other_code"], unique=False)

    op.create_table(
        "registrations",
        sa.Column("partner", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "code", name=op.f("pk_registrations")),
    )
    op.create_table(
        "directory_changes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("before", sa.String(length=300), nullable=False),
        sa.Column("after", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["directory_imports.id"], name=op.f("fk_directory_changes_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_changes")),
    )
    with op.batch_alter_table("directory_changes", schema=None) as batch_op:
        batch_op.create_index("ix_directory_changes_import_id", ["import_id", "what", "id"], unique=False)

    op.create_table(
        "organ_words",
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organ_id"], ["external_organs.id"], name=op.f("fk_organ_words_organ_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "organ_id", name=op.f("pk_organ_words")),
    )
    with op.batch_alter_table("organ_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organ_words_organ_id"), ["organ_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("organ_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organ_words_organ_id"))

    op.drop_table("organ_words")
    with op.batch_alter_table("directory_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_directory_changes_import_id")

    op.drop_table("directory_changes")
    op.drop_table("registrations")
    with op.batch_alter_table("external_organs", schema=None) as batch_op:
        batch_op.drop_index("ix_external_organs_other_code")
        batch_op.drop_index("ix_external_organs_code")

    op.drop_table("external_organs")
    with op.batch_alter_table("directory_imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_directory_imports_source"))

    op.drop_table("directory_imports")
