"""Words by which organs are found are compared by their bytes, whatever the language of the database."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE organ_words ALTER COLUMN word TYPE varchar(40) COLLATE "C"')


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE organ_words ALTER COLUMN word TYPE varchar(40) COLLATE "default"')
