"""The memory: one store in SQLite or PostgreSQL that speaks model types only."""

from crmsync.state.lease import Lease
from crmsync.state.store import Store, open_store

__all__ = ["Lease", "Store", "open_store"]
