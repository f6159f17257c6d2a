"""A search by source finds all that it asks of an article in the index."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.drop_index("ix_articles_source_id_id", "articles", if_exists=True)
    columns = ["source_id", "moment", "id", "item"]
    op.create_index("ix_articles_source_id_moment_id_item", "articles", columns, if_not_exists=True)
