"""Readers can end a watch for themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("readers", sa.Column("unsubscribed", sa.JSON, nullable=False, server_default="[]"))
