"""The further pages of an article are kept beside its first."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("pages", sa.Column("part", sa.Integer, nullable=False, server_default=sa.text("0")))
