"""The search index of PostgreSQL is blocks of postings; they are made at the end of the migration."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TABLE IF EXISTS search_grams")
        op.execute("DELETE FROM meta WHERE key = 'index'")
