"""Profiles of one's own; rules applied to the past; visits count articles whose pages name no date or no title."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ZERO = sa.text("0")


def upgrade() -> None:
    for name in ("undated", "untitled"):
        op.add_column("visits", sa.Column(name, sa.Integer, nullable=False, server_default=ZERO))
    op.add_column("watch_changes", sa.Column("applied_since", Moment))
    for name in ("added", "dropped"):
        op.add_column("watch_changes", sa.Column(name, sa.Integer, nullable=False, server_default=ZERO))
    op.create_table(
        "profiles",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
    )
    op.create_index("ix_profiles_name", "profiles", ["name"])
