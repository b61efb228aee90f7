"""Finding people and asking about them; what is asked every cycle goes through an index."""

import pytest
from sqlalchemy import event

from crmsync.model.decisions import Decision
from crmsync.model.matching import Matched
from crmsync.model.memory import Recording, Staging
from crmsync.model.people import Owner
from crmsync.model.records import RecordKind
from crmsync.model.streams import Cursor, Page, StreamSpec
from tests.state.builders import (
    CONTACTS,
    LEADS,
    MINUTE,
    NOW,
    SPECS,
    contact,
    lead,
    person_with,
    raw,
    read,
    settle,
    sla,
    staging,
    trip,
)

MARIA = raw(lead(1), "Open", "005", "Maria", "Jiménez", "maria@lumen.example")


@pytest.fixture
def maria(store):
    keys = {lead(1): [("email", "maria@lumen.example")], contact(1): [("role", "info@lumen.example")]}
    store.stage(staging(LEADS, MARIA, keys=keys))
    store.stage(staging(CONTACTS, raw(contact(1), "NEW", None, "Mary", "100%"), keys=keys))
    store.save_links(Matched({"p1": (lead(1), contact(1))}, causes={contact(1): "explicit"}))
    settle(store)


@pytest.mark.parametrize(
    "text, found",
    [
        (lead(1).id, [lead(1)]),
        (lead(1).id[:15], [lead(1)]),
        (f"  {lead(1).id}\n", [lead(1)]),
        (contact(1).id, [contact(1)]),
        (str(contact(1)), [contact(1)]),
        ("MARIA@lumen.example", [lead(1)]),
        ("info@lumen.example", [contact(1)]),
        ("p1", [contact(1), lead(1)]),
        ("jiménez", [lead(1)]),
        ("maria JIM", [lead(1)]),
        ("100%", [contact(1)]),
        ("%", [contact(1)]),
        ("_", []),
        ("", []),
        ("nobody", []),
        ("' OR 1=1 --", []),
    ],
)
def test_people_are_found_by_what_somebody_would_type(store, maria, text, found):
    assert [one.ref for one in store.find(text)] == found


@pytest.mark.parametrize(
    "short, long",
    [("00Q5g00000XkT2b", "00Q5g00000XkT2bEAF"), ("0015000000Gv7qU", "0015000000Gv7qUAAR"), ("a0RW0000003aBcD", "")],
)
def test_a_short_salesforce_id_is_completed_by_its_checksum(store, short, long):
    from crmsync.state.reports import _checksum

    assert long in ("", short + _checksum(short))
    assert len(_checksum(short)) == 3


def test_found_people_say_who_they_are(store, maria):
    (found,) = store.find(lead(1).id)
    assert (found.person, found.name) == ("p1", "Maria Jiménez")


def test_the_history_of_a_person_holds_everything(store, maria):
    known = store.history("p1")
    assert known.refs == (contact(1), lead(1))
    assert known.link_causes == {contact(1): "explicit", lead(1): ""}
    assert store.history("nobody") is None


def test_open_leads_are_counted_by_who_owns_the_record_that_carries_them(store, maria):
    users = StreamSpec("salesforce", "users", "User", RecordKind.OWNER, ())
    tom = Owner("salesforce", "005", "Tom", "tom@example.com")
    store.stage(Staging(Page(users, (), Cursor("salesforce", "users", "d", NOW)), owners=[tom]))
    assert store.open_leads() == {}
    store.record(Recording(store.start_cycle(NOW), NOW, decisions=[Decision("p1", NOW, trip())]))
    assert store.open_leads() == {"tom@example.com": 1}
    store.record(Recording(store.start_cycle(NOW), NOW, decisions=[Decision("p1", NOW, trip(closed_at=NOW))]))
    assert store.open_leads() == {}


def test_people_are_observed_in_a_fixed_number_of_queries(store):
    for number in range(8):
        person_with(store, lead(number), contact(number), person=f"p{number}")
        decision = Decision(f"p{number}", NOW, trip(f"p{number}"), clocks=(sla(f"p{number}"),))
        store.record(Recording(store.start_cycle(NOW), NOW, decisions=[decision]))
    asked = []
    event.listen(store.database.engine, "before_cursor_execute", lambda *what: asked.append(what[2]))
    counts = []
    for persons in (["p1"], [f"p{number}" for number in range(8)]):
        asked.clear()
        assert [one.person for one in store.observe(persons, SPECS, read)] == persons
        counts.append(len([one for one in asked if one.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 13  # lists and deals are asked for only where somebody is in one


def plans_of(store, act) -> list[str]:
    """How SQLite goes about every SELECT of an action."""
    asked: list[tuple[str, tuple]] = []

    def note(_connection, _cursor, statement, parameters, *_):
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(store.database.engine, "before_cursor_execute", note)
    act()
    event.remove(store.database.engine, "before_cursor_execute", note)
    with store.database.reading() as connection:
        return [
            row.detail
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_identity_and_due_questions_go_through_indexes(store, maria):
    store.stage(staging(LEADS, raw(lead(1), "Working", "005", at=NOW + MINUTE), keys={lead(1): [("email", "m@x.com")]}))
    found = plans_of(store, lambda: (store.dirty(NOW), store.match_candidates(), store.observe(["p1"], SPECS, read)))
    assert len(found) > 15
    assert [one for one in found if one.startswith("SCAN") and "INDEX" not in one] == []
    used = " ".join(found)
    for index in ("ix_person_state_dirty", "ix_person_state_recheck_at", "ix_record_match_due", "ix_record_person"):
        assert index in used
    assert "SEARCH identity_key USING COVERING INDEX" in used
