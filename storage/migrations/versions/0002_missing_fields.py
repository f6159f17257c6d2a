"""Visits count the new articles whose pages name no date or no title."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name in ("undated", "untitled"):
        op.add_column("visits", sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0")))
