"""Alembic's entry. The connection comes from `storage.schema`, with its transaction: all of it or nothing."""

from alembic import context

from storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
