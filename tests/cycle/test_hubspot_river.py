"""What only HubSpot does, through the whole river: merges that make a third record, tiers that are missing, tokens."""

from tests.cycle.town import TOM


def test_contacts_merged_into_a_third_one_are_one_person_and_the_old_ids_are_never_written_to(town):
    river = town.river
    lead, hub = town.pair("Winner", "Working", "IN_PROGRESS")
    other = town.hub("Loser", "OPEN", email="second@example.org")
    river.start()
    assert river.wiring.store.persons() == 2
    river.advance(60)
    river.people("hubspot", TOM.owner, {"op": "merge", "type": "contacts", "id": hub, "loser": other})
    before = len(river.audit())
    river.advance(3700)
    river.until_quiet()
    persons = {one.person for id_ in (lead, hub, other) for one in river.wiring.store.find(id_)}
    assert len(persons) == river.wiring.store.persons() == 1
    assert not {hub, other} & {row["id"] for row in river.audit()[before:]}
    assert river.unmatched() == (0, 0)


def test_without_the_tier_for_events_everything_else_is_decided_and_no_cycle_is_in_trouble(town):
    river = town.river
    river.fault("hubspot", kind="switch", name="event_tier", on=False)
    town.pair("Voice", "Left Vmail", "OPEN")
    river.start()
    reports = river.until_quiet()
    assert not any(one.troubles for one in reports)
    assert river.values("salesforce", "Lead", river.audit("salesforce")[0]["id"])["Status"] != "Left Vmail"
