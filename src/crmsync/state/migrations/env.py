"""Alembic's entrance: always on the connection the store hands over, in the store's transaction."""

from alembic import context

from crmsync.state.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, compare_type=True)
context.run_migrations()
