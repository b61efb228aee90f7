"""What real portals answered, replayed: names and spelling, not values (facts/hubspot.md section 16).

The captures are of 12 Mar 2026 (NangoHQ/integration-templates, `integrations/hubspot/tests`); only names are kept here.
"""

from typing import Any

import pytest

from tests.emulator.hubspot.door import DATED, START, Door

AT = START.isoformat(timespec="milliseconds").replace("+00:00", "Z")
SOURCE = "hs_object_id hs_object_source hs_object_source_id hs_object_source_label"

# object type, what was sent, the names that came back
CREATED: tuple[tuple[str, dict[str, Any], str], ...] = (
    (
        "contacts",
        {
            "email": "test@example.com",
            "firstname": "Test",
            "lastname": "Contact",
            "phone": "+1 555-1234",
            "company": "Test Company",
            "website": "https://testcompany.example",
        },
        (
            "company createdate email firstname hs_all_contact_vids hs_associated_target_accounts "
            "hs_currently_enrolled_in_prospecting_agent hs_email_domain hs_full_name_or_email hs_is_contact "
            "hs_is_unworked "
            "hs_lifecyclestage_lead_date hs_membership_has_accessed_private_content hs_pipeline "
            "hs_prospecting_agent_actively_enrolled_count hs_prospecting_agent_total_enrolled_count "
            "hs_registered_member "
            "hs_searchable_calculated_phone_number hs_sequences_actively_enrolled_count "
            "hs_v2_date_entered_current_stage "
            "hs_v2_time_in_current_stage lastmodifieddate lastname lifecyclestage num_notes phone website"
        ),
    ),
    (
        "companies",
        {"name": "Test Company Inc", "domain": "testcompany.example"},
        (
            "createdate domain hs_annual_revenue_currency_code hs_lastmodifieddate hs_num_blockers "
            "hs_num_child_companies "
            "hs_num_contacts_with_buying_roles hs_num_decision_makers hs_num_open_deals hs_pipeline hs_task_label "
            "hs_v2_date_entered_current_stage hs_v2_time_in_current_stage lifecyclestage name num_associated_contacts "
            "num_notes website"
        ),
    ),
    (
        "deals",
        {"dealname": "Test Deal", "amount": 10000},
        (
            "amount amount_in_home_currency createdate days_to_close dealname hs_closed_amount "
            "hs_closed_amount_in_home_currency hs_closed_won_count hs_createdate hs_days_to_close_raw "
            "hs_deal_stage_probability_shadow hs_forecast_amount hs_has_last_conversation_follow_ups "
            "hs_has_last_meeting_followups hs_is_closed_lost hs_is_closed_won hs_is_deal_split hs_lastmodifieddate "
            "hs_num_associated_active_deal_registrations hs_num_associated_deal_registrations "
            "hs_num_associated_deal_splits hs_num_of_associated_line_items hs_num_target_accounts "
            "hs_number_of_call_engagements hs_number_of_inbound_calls hs_number_of_outbound_calls "
            "hs_number_of_overdue_tasks hs_projected_amount hs_projected_amount_in_home_currency "
            "num_associated_contacts num_notes"
        ),
    ),
    (
        "tickets",
        {"subject": "Test", "hs_pipeline": "0", "hs_pipeline_stage": "1"},
        (
            "createdate hs_helpdesk_sort_timestamp hs_is_closed hs_is_visible_in_help_desk hs_last_email_activity "
            "hs_last_message_from_visitor hs_lastmodifieddate hs_num_associated_companies "
            "hs_num_associated_conversations "
            "hs_num_times_contacted hs_pipeline hs_pipeline_stage hs_ticket_id hs_v2_date_entered_current_stage "
            "hs_v2_time_in_current_stage num_notes subject"
        ),
    ),
    (
        "tasks",
        {
            "hs_task_subject": "Test task",
            "hs_task_type": "TODO",
            "hs_task_priority": "MEDIUM",
            "hs_timestamp": "2024-12-31T23:59:59Z",
            "hs_task_status": "NOT_STARTED",
        },
        (
            "hs_createdate hs_engagements_last_contacted hs_lastmodifieddate hs_obj_coords hs_start_date_with_fallback "
            "hs_task_completion_count hs_task_family hs_task_for_object_type hs_task_is_all_day hs_task_is_completed "
            "hs_task_is_completed_call hs_task_is_completed_email hs_task_is_completed_linked_in "
            "hs_task_is_completed_sequence hs_task_is_overdue hs_task_is_past_due_date hs_task_is_sub_task "
            "hs_task_missed_due_date hs_task_missed_due_date_count hs_task_priority hs_task_status hs_task_subject "
            "hs_task_type hs_timestamp"
        ),
    ),
    (
        "notes",
        {"hs_timestamp": "2026-03-12T10:00:00Z", "hs_note_body": "Test note", "hubspot_owner_id": "52"},
        (
            "hs_all_owner_ids hs_body_preview hs_body_preview_html hs_body_preview_is_truncated hs_createdate "
            "hs_lastmodifieddate hs_note_body hs_obj_coords hs_timestamp hs_user_ids_of_all_owners "
            "hubspot_owner_assigneddate hubspot_owner_id"
        ),
    ),
)


@pytest.mark.parametrize("type_, sent, names", CREATED, ids=[one[0] for one in CREATED])
def test_a_new_record_holds_what_the_real_one_held(door: Door, type_: str, sent: dict[str, Any], names: str) -> None:
    door.load("owners", "52", userId=88842095)
    status, body = door.call("POST", f"/crm/v3/objects/{type_}", {"properties": sent})
    assert status == 201
    assert sorted(body["properties"]) == sorted([*names.split(), *SOURCE.split()])
    assert all(isinstance(value, str) for value in body["properties"].values())
    assert list(body) == ["id", "properties", "createdAt", "updatedAt", "archived", "url"]


@pytest.mark.parametrize("type_, sent, names", CREATED, ids=[one[0] for one in CREATED])
def test_everything_a_new_record_holds_is_a_property(door: Door, type_: str, sent: dict[str, Any], names: str) -> None:
    known = {one["name"] for one in door.call("GET", f"/crm/v3/properties/{type_}")[1]["results"]}
    assert set(names.split()) <= known


def test_values_are_spelled_as_captured(door: Door) -> None:
    sent = dict(CREATED[0][1])
    told = door.call("POST", f"{DATED}/contacts", {"properties": sent})[1]["properties"]
    assert told["hs_lifecyclestage_lead_date"] == str(door.portal.books.now())
    assert (told["hs_full_name_or_email"], told["hs_searchable_calculated_phone_number"]) == (
        "Test Contact",
        "15551234",
    )
    assert (told["hs_is_unworked"], told["num_notes"], told["hs_v2_time_in_current_stage"]) == ("true", "0", AT)
    read = door.properties(told["hs_object_id"], names="hs_lifecyclestage_lead_date,hs_v2_date_entered_lead")
    assert (read["hs_lifecyclestage_lead_date"], read["hs_v2_date_entered_lead"]) == (AT, AT)


def test_a_change_answers_without_the_counters(door: Door) -> None:
    made = door.call("POST", f"{DATED}/companies", {"properties": {"name": "A", "domain": "a.example"}})[1]
    inputs = {"inputs": [{"id": made["id"], "properties": {"name": "B", "city": "Boston"}}]}
    (changed,) = door.call("POST", f"{DATED}/companies/batch/update", inputs)[1]["results"]
    names = (
        "city createdate domain hs_lastmodifieddate hs_pipeline hs_task_label hs_v2_date_entered_current_stage "
        "hs_v2_time_in_current_stage lifecyclestage name"
    )
    stages = {name for name in changed["properties"] if name.startswith("hs_v2_date_entered_")}
    kept = set(changed["properties"]) - stages - {"website", "hs_annual_revenue_currency_code"}
    assert kept | {"hs_v2_date_entered_current_stage"} == {*names.split(), *SOURCE.split()}


def test_an_owner_is_as_captured(door: Door) -> None:
    door.load("owners", "534941", email="test@example.com", firstName="Group", lastName="Grader", userId=534941)
    body = door.call("GET", "/crm/v3/owners/534941")[1]
    assert list(body) == [
        "id",
        "email",
        "type",
        "firstName",
        "lastName",
        "userId",
        "userIdIncludingInactive",
        "createdAt",
        "updatedAt",
        "archived",
    ]


@pytest.mark.parametrize("on, shown", [(True, "2026-03-12T10:00:00Z"), (False, "2026-03-12T10:00:00.000Z")])
def test_whole_seconds_may_come_without_their_thousandths(door: Door, on: bool, shown: str) -> None:
    door.desk.faults.add({"kind": "switch", "name": "whole_seconds_plain", "on": on})
    body = door.call("POST", f"{DATED}/notes", {"properties": {"hs_timestamp": "2026-03-12T10:00:00Z"}})[1]
    assert body["properties"]["hs_timestamp"] == shown
    read = door.call(
        "POST", f"{DATED}/notes/batch/read", {"properties": ["hs_timestamp"], "inputs": [{"id": body["id"]}]}
    )
    assert read[1]["results"][0]["properties"]["hs_timestamp"] == shown


@pytest.mark.parametrize("on, count", [(True, 6), (False, 0)])
def test_the_outcomes_of_calls_are_options_or_not(door: Door, on: bool, count: int) -> None:
    door.desk.faults.add({"kind": "switch", "name": "disposition_options", "on": on})
    shown = door.call("GET", "/crm/properties/2026-09/calls/hs_call_disposition")[1]
    assert len(shown["options"]) == count
    listed = door.call("GET", "/calling/v1/dispositions")[1]
    assert {"id": "9d9162e7-6cf3-4944-bf63-4dff82258764", "label": "Busy", "deleted": False} in listed
