"""What moves on other records (facts/hubspot.md sections 7 and 8): counters, last contacts, the first outreach."""

import pytest

from tests.emulator.hubspot.door import DATED, Door

HOUR = 3_600


@pytest.fixture
def sold(door: Door) -> Door:
    """A lead of a contact, with a deal and a company beside."""
    door.load("contacts", "1", email="ann@example.com", firstname="Ann")
    door.load("companies", "5", name="Acme")
    door.load("deals", "9", dealname="Big")
    door.load("leads", "4", hs_lead_name="Ann", associations={"contacts": ["1"]})
    door.world.clock.advance(HOUR)
    return door


def link(door: Door, source: str, target: str) -> None:
    assert door.call("PUT", f"/crm/v4/objects/{source}/associations/default/{target}")[0] == 200


def call(door: Door, *contacts: str, at: str = "2026-12-02T10:00:00Z") -> str:
    type_ = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}
    ties = [{"to": {"id": id_}, "types": [type_]} for id_ in contacts]
    made = door.call("POST", f"{DATED}/calls", {"properties": {"hs_timestamp": at}, "associations": ties})[1]
    return str(made["id"])


def test_associating_moves_the_counters_and_stamps_of_both_sides(sold: Door) -> None:
    before = sold.properties("9", "deals")["hs_lastmodifieddate"]
    link(sold, "deals/9", "contacts/1")
    told = sold.properties("9", "deals", "num_associated_contacts")
    assert (told["num_associated_contacts"], told["hs_lastmodifieddate"] > before) == ("1", True)
    sold.call("DELETE", "/crm/v4/objects/deals/9/associations/contacts/1")
    assert sold.properties("9", "deals", "num_associated_contacts")["num_associated_contacts"] == "0"


def test_a_contact_names_its_primary_company(sold: Door) -> None:
    link(sold, "contacts/1", "companies/5")
    assert sold.properties("1", names="associatedcompanyid")["associatedcompanyid"] is None
    primary = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    sold.call("PUT", "/crm/v4/objects/contacts/1/associations/companies/5", primary)
    assert sold.properties("1", names="associatedcompanyid")["associatedcompanyid"] == "5"
    assert sold.properties("5", "companies", "num_associated_contacts")["num_associated_contacts"] == "1"
    given = {"inputs": [{"from": {"id": "1"}, "to": {"id": "5"}, "types": primary}]}
    assert sold.call("POST", "/crm/v4/associations/contacts/companies/batch/labels/archive", given)[0] == 204
    assert sold.properties("1", names="associatedcompanyid")["associatedcompanyid"] is None


def test_the_first_outreach_of_a_lead_is_measured(sold: Door) -> None:
    names = "hs_lead_first_outreach_date,hs_lead_time_to_first_outreach,hs_lead_outreach_activity_count"
    call(sold, "1")
    call(sold, "1", at="2026-12-02T11:00:00Z")
    told = sold.properties("4", "leads", names)
    assert [told[name] for name in names.split(",")] == ["2026-12-02T10:00:00.000Z", str(HOUR * 1_000), "2"]


def test_a_note_is_no_outreach(sold: Door) -> None:
    made = sold.call("POST", f"{DATED}/notes", {"properties": {"hs_timestamp": "0", "hs_note_body": "x"}})[1]["id"]
    link(sold, f"notes/{made}", "contacts/1")
    told = sold.properties("4", "leads", "hs_lead_outreach_activity_count")
    assert told["hs_lead_outreach_activity_count"] is None
    assert sold.properties("1", names="num_notes")["num_notes"] == "1"


def test_a_call_associated_later_counts_when_it_is(sold: Door) -> None:
    id_ = call(sold)
    assert sold.properties("1", names="num_notes")["num_notes"] is None
    link(sold, f"calls/{id_}", "contacts/1")
    link(sold, f"calls/{id_}", "contacts/1")
    told = sold.properties("1", names="num_notes,notes_last_contacted,hs_is_unworked")
    assert (told["num_notes"], told["notes_last_contacted"], told["hs_is_unworked"]) == (
        "1",
        "2026-12-02T10:00:00.000Z",
        "false",
    )
    link(sold, f"calls/{id_}", "companies/5")
    assert sold.properties("5", "companies", "num_notes")["num_notes"] == "1"


def test_a_lead_shows_its_contact(sold: Door) -> None:
    type_ = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 578}
    body = {"properties": {"hs_lead_name": "X"}, "associations": [{"to": {"id": "1"}, "types": [type_]}]}
    told = sold.call("POST", f"{DATED}/leads", body)[1]["properties"]
    assert (told["hs_primary_contact_id"], told["hs_associated_contact_email"]) == ("1", "ann@example.com")


@pytest.mark.parametrize("how, left", [("merge", "1"), ("gdpr-delete", "1")])
def test_a_company_counts_the_contacts_there_still_are(sold: Door, how: str, left: str) -> None:
    sold.load("contacts", "2")
    for id_ in ("1", "2"):
        link(sold, f"contacts/{id_}", "companies/5")
    body = {"primaryObjectId": "1", "objectIdToMerge": "2"} if how == "merge" else {"objectId": "1"}
    assert sold.call("POST", f"{DATED}/contacts/{how}", body)[0] in {200, 204}
    assert sold.properties("5", "companies", "num_associated_contacts")["num_associated_contacts"] == left
