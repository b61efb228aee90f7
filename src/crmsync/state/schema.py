"""Bringing a store to the present schema, and refusing one that a newer crmsync made."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from crmsync.model.errors import StoreUnusable
from crmsync.state.engine import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Run the migrations this store has not seen yet; StoreUnusable where it is newer than this program."""
    config = migration_config()
    scripts = ScriptDirectory.from_config(config)
    with database.reading() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision == scripts.get_current_head():
        return
    if revision is not None and revision not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreUnusable(f"The store was made by a newer crmsync (schema {revision}): update crmsync first.")
    with database.writing(durable=True) as connection:
        if database.path is None:  # two processes opening a new store at once: one migrates, the other waits
            connection.exec_driver_sql(
                "SELECT pg_advisory_xact_lock(hashtext('crmsync migrates ' || current_schema()))"
            )
        _migrate(config, connection)


def migration_config() -> Config:
    """Alembic's settings: everything is in the package, nothing in a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _migrate(config: Config, connection: Connection) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
