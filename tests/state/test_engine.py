"""Opening a store: private files, one zone, clear refusals, and no value in any message."""

import sqlite3
import stat
import traceback
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError, StatementError

from crmsync.model.decisions import Decision
from crmsync.model.errors import InvariantBroken, StoreHeld, StoreUnusable
from crmsync.model.memory import AgreementVersion, Recording
from crmsync.model.people import Assignment
from crmsync.model.records import Ref
from crmsync.model.streams import VendorField, VendorObject
from crmsync.state import open_store
from crmsync.state.bulk import COPY_FROM, bulk_upsert
from crmsync.state.codec import parse_ref
from crmsync.state.schema import migration_config
from crmsync.state.tables import METADATA, UTCDateTime
from tests.state.builders import LEADS, NOW, SetClock, lead, person_with, raw, staging

PERSON, SEEN = METADATA.tables["person"], METADATA.tables["seen"]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_file_of_the_store_is_ours_alone(tmp_path):
    path = tmp_path / "new" / "crmsync.db"
    store = open_store(f"sqlite:///{path}", clock=SetClock())
    store.stage(staging(LEADS, raw(lead(1), "Open")))
    with store.lease():
        found = {one.name: mode(one) for one in path.parent.iterdir()}
    assert found == dict.fromkeys(["crmsync.db", "crmsync.db-wal", "crmsync.db-shm", "crmsync.db.lock"], 0o600)
    assert mode(path.parent) == 0o700
    store.close()


def test_a_file_somebody_opened_to_others_is_closed_to_them(tmp_path):
    path = tmp_path / "crmsync.db"
    path.touch(mode=0o644)
    open_store(f"sqlite:///{path}", clock=SetClock()).close()
    assert mode(path) == 0o600


@pytest.mark.parametrize(
    "url, words",
    [
        ("nonsense", "not one crmsync understands"),
        ("mysql://host/db", "cannot be kept in mysql"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1", "cannot be used"),
        ("postgresql://host/db?schema=a'b", "letters, digits"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_in_one_sentence(url, words):
    with pytest.raises(StoreUnusable, match=words) as refused:
        open_store(url, clock=SetClock())
    assert "\n" not in str(refused.value)


def test_a_path_that_cannot_be_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnusable, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}/file/crmsync.db", clock=SetClock())
    with pytest.raises(StoreUnusable, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}", clock=SetClock())


def test_a_file_that_is_no_store_is_refused(tmp_path):
    path = tmp_path / "crmsync.db"
    path.write_bytes(b"these are not the pages you are looking for" * 100)
    with pytest.raises(StoreUnusable, match="damaged"):
        open_store(f"sqlite:///{path}", clock=SetClock())


def test_a_damaged_store_is_noticed_when_it_is_opened(tmp_path):
    path = tmp_path / "crmsync.db"
    store = open_store(f"sqlite:///{path}", clock=SetClock())
    for number in range(60):
        person_with(store, lead(number), person=f"p{number}")
    store.close()
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = plain.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_record_id'").fetchone()[0]
        size = plain.execute("PRAGMA page_size").fetchone()[0]
    plain.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with pytest.raises(StoreUnusable, match="damaged"):
        open_store(f"sqlite:///{path}", clock=SetClock())


def test_a_store_of_a_newer_crmsync_is_refused(url, clock):
    store = open_store(url, clock=clock)
    with store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    try:
        with pytest.raises(StoreUnusable, match="newer crmsync"):
            open_store(url, clock=clock)
    finally:
        restore(store)


def restore(store):
    with store.database.writing() as connection:
        head = ScriptDirectory.from_config(migration_config()).get_current_head()
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})
    store.close()


def test_who_waits_too_long_for_another_writer_is_told_so(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/crmsync.db", clock=SetClock())
    with sqlite3.connect(tmp_path / "crmsync.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with store.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 1")
        with pytest.raises(StoreHeld):
            store.mark_dirty([], "test")
        other.execute("ROLLBACK")
    other.close()
    store.close()


def test_a_broken_rule_is_told_without_the_values(store):
    secret = "maria@example.com"
    with pytest.raises(InvariantBroken) as refused, store.database.writing() as connection:
        connection.execute(insert(PERSON), [{"id": secret, "created_at": NOW}, {"id": secret, "created_at": NOW}])
    assert secret not in "".join(traceback.format_exception(refused.value))


def test_no_message_of_the_database_holds_what_it_was_asked(store):
    secret = "maria@example.com"
    with store.database.engine.connect() as connection, pytest.raises(SQLAlchemyError) as refused:
        connection.execute(text("SELECT :value FROM nowhere"), {"value": secret})
    assert secret not in str(refused.value)


@given(st.builds(Ref, st.sampled_from(["salesforce", "hubspot"]), st.just("events"), st.text(min_size=1)))
def test_a_record_is_named_by_its_text_whatever_its_id_holds(ref):
    assert parse_ref(str(ref)) == ref


@pytest.mark.parametrize("path", ["core", "bulk"])
def test_a_time_without_a_zone_is_refused(store, path):
    naive = datetime(2026, 11, 16, 9, 0)
    write = {
        "core": lambda connection: connection.execute(insert(PERSON).values(id="p1", created_at=naive)),
        "bulk": lambda connection: bulk_upsert(connection, PERSON, ("id", "created_at"), [("p1", naive)]),
    }[path]
    with pytest.raises((ValueError, StatementError)), store.database.writing() as connection:
        write(connection)
    assert store.survivor("p1") is None


def test_a_decision_with_a_naive_time_keeps_nothing(store):
    person_with(store, lead(1))
    decided = Decision("p1", NOW, None, seen={(lead(1), "status"): "Open"})
    given = Assignment("p1", 1, "tom@example.com", datetime(2026, 11, 16, 9, 0), "turn")
    recording = Recording(store.start_cycle(NOW), NOW, decisions=[decided], assignments=[given])
    with pytest.raises(ValueError, match="without a zone"):
        store.record(recording)
    assert store.seen([lead(1)]) == {}


@pytest.mark.parametrize("rows", [1, COPY_FROM + 1])
@pytest.mark.parametrize("hours", [-11, 0, 5.5, 14])
def test_an_instant_comes_back_in_utc_to_the_microsecond(store, rows, hours):
    local = datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=hours)))
    with store.database.writing() as connection:
        bulk_upsert(connection, PERSON, ("id", "created_at"), [(f"p{n}", local) for n in range(rows)])
        found = connection.scalar(select(PERSON.c.created_at).where(PERSON.c.id == "p0"))
    assert (found, found.tzinfo) == (local, UTC)


instants = st.datetimes(timezones=st.timezones(), min_value=datetime(1900, 1, 2)).map(lambda at: at.astimezone(UTC))


@given(instants, instants)
def test_the_texts_sqlite_keeps_sort_like_the_instants_they_stand_for(one, other):
    kind, dialect = UTCDateTime(), sqlite.dialect()
    real = kind.dialect_impl(dialect)
    to_text, to_instant = real.bind_processor(dialect), real.result_processor(dialect, None)
    assert (to_text(one) < to_text(other)) == (one < other)
    assert to_instant(to_text(one)) == one
    assert kind.as_text(one) == to_text(one)  # the short way for many rows keeps the same text


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)


@pytest.mark.parametrize("size", [3, COPY_FROM + 5])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(data=st.data())
def test_bulk_rows_come_back_as_they_went_in(store, size, data):
    """The same store for every example: rows are overwritten, never added."""
    values = data.draw(st.lists(st.one_of(st.none(), texts), min_size=3, max_size=3))
    rows = [(f"r{n}", "status", values[n % 3]) for n in range(size)]
    with store.database.writing() as connection:
        bulk_upsert(connection, SEEN, ("ref", "field", "value"), rows)
        found = connection.execute(select(SEEN.c.ref, SEEN.c.field, SEEN.c.value)).all()
    assert sorted(tuple(one) for one in found) == sorted(rows)


def test_a_nul_somebody_typed_does_not_stop_the_page(store):
    store.stage(staging(LEADS, raw(lead(1), "Open", "005", "Ana\x00", "Li")))
    assert [one.ref for one in store.find("Li")] == [lead(1)]


@pytest.mark.parametrize("size", [2, COPY_FROM + 1])
def test_bulk_leaves_columns_it_does_not_name_as_they_are(store, size):
    rows = [(f"p{n}", NOW) for n in range(size)]
    with store.database.writing() as connection:
        bulk_upsert(connection, PERSON, ("id", "created_at"), rows)
        connection.execute(PERSON.update().values(survivor="p0"))
        bulk_upsert(connection, PERSON, ("id", "created_at"), [(one, NOW + timedelta(days=1)) for one, _ in rows])
        found = set(connection.execute(select(PERSON.c.survivor, PERSON.c.created_at)))
    assert found == {("p0", NOW + timedelta(days=1))}


def test_equal_rows_touch_no_page(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/crmsync.db", clock=SetClock())
    rows = [(f"r{n}", "status", "Open") for n in range(50)]
    with store.database.writing() as connection:
        bulk_upsert(connection, SEEN, ("ref", "field", "value"), rows)
        before = connection.exec_driver_sql("SELECT total_changes()").scalar()
        bulk_upsert(connection, SEEN, ("ref", "field", "value"), rows)
        assert connection.exec_driver_sql("SELECT total_changes()").scalar() == before
    store.close()


@pytest.mark.parametrize("durable, level", [(True, 2), (False, 1)])
def test_what_must_survive_a_send_is_synced_and_nothing_else(tmp_path, durable, level):
    store = open_store(f"sqlite:///{tmp_path}/crmsync.db", clock=SetClock())
    with store.database.writing(durable=durable) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == level
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000
    store.close()


DURABLE = [
    lambda store: store.record(Recording(1, NOW)),
    lambda store: store.intend([], 1),
    lambda store: store.move_intents([], 1),
    lambda store: store.confirm([], [], 1),
]


@pytest.mark.parametrize("act", DURABLE)
def test_record_intents_answers_and_confirmations_are_durable(tmp_path, monkeypatch, act):
    store = open_store(f"sqlite:///{tmp_path}/crmsync.db", clock=SetClock())
    asked = []
    original = store.database.writing
    monkeypatch.setattr(store.database, "writing", lambda **how: asked.append(how) or original(**how))
    act(store)
    assert asked == [{"durable": True}]
    store.close()


def test_small_memories_come_back(store):
    field = VendorField("Status", "picklist", "Status", options=("Open", "Working"))
    lead_object = VendorObject("salesforce", "Lead", {"Status": field}, frozenset({"Qualified"}))
    assert store.described("salesforce", "Lead") is None
    store.remember_described("salesforce", "Lead", "d1", lead_object)
    store.remember_described("salesforce", "Lead", "d2", lead_object)
    assert store.described("salesforce", "Lead") == ("d2", lead_object)
    assert store.quota("hubspot", "20261116") == 0
    assert [store.add_calls("hubspot", "20261116", calls) for calls in (2, 3)] == [2, 5]
    assert (store.quota("hubspot", "20261116"), store.quota("hubspot", "20261117")) == (5, 0)
    version = AgreementVersion("h1", "statuses: ...", NOW)
    store.remember_agreement(version)
    store.remember_agreement(AgreementVersion("h1", "other", NOW + timedelta(days=1), ("Ann", "Tom")))
    assert store.agreement_versions() == [AgreementVersion("h1", "statuses: ...", NOW, ("Ann", "Tom"))]
