"""The schema's history (Alembic), shipped in the package and run by `open_store`."""
