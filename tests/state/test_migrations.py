"""The schema's history leads exactly to the tables, on both databases, and is run by whoever opens the store."""

import threading

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from crmsync.state import open_store
from crmsync.state.schema import migration_config
from crmsync.state.tables import METADATA


def test_migrating_up_gives_exactly_the_tables_of_the_models(new_url, clock):
    store = open_store(new_url, clock=clock)
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
        tables = set(inspect(connection).get_table_names())
        assert tables == {*METADATA.tables, "alembic_version"}
        partial = {
            one["name"]: one.get("dialect_options", {})
            for name in METADATA.tables
            for one in inspect(connection).get_indexes(name)
        }
    store.close()
    for name in ("uq_pass_open", "uq_intent_task_key_open", "ix_person_state_dirty", "ix_record_match_due"):
        assert any(key.endswith("_where") for key in partial[name])


def test_every_constraint_has_a_name(new_url, clock):
    store = open_store(new_url, clock=clock)
    with store.database.engine.connect() as connection:
        found = inspect(connection)
        for name in METADATA.tables:
            unnamed = [one for one in (found.get_pk_constraint(name), *found.get_foreign_keys(name)) if not one["name"]]
            assert unnamed == []
    store.close()


def test_opening_again_changes_nothing(new_url, clock):
    open_store(new_url, clock=clock).close()
    again = open_store(new_url, clock=clock)
    with again.database.reading() as connection:
        head = ScriptDirectory.from_config(migration_config()).get_current_head()
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all() == [head]
    again.close()


def test_several_that_open_a_new_store_at_once_all_get_it(new_url, clock):
    errors = []

    def open_it():
        try:
            open_store(new_url, clock=clock).close()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            errors.append(error)

    several = [threading.Thread(target=open_it) for _ in range(4)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert errors == []
