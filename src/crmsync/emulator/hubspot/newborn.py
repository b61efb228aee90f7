"""What a new record holds by itself: the captures of 12 Mar 2026 (facts section 16), as tables."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crmsync.emulator.hubspot.schema import Property

# The same for every new record of a type: names by value.
_CONSTANT: dict[str, dict[str, str]] = {
    "contacts": {
        "0": "hs_associated_target_accounts hs_membership_has_accessed_private_content hs_registered_member num_notes "
        "hs_prospecting_agent_actively_enrolled_count hs_prospecting_agent_total_enrolled_count "
        "hs_sequences_actively_enrolled_count",
        "false": "hs_currently_enrolled_in_prospecting_agent",
        "true": "hs_is_contact hs_is_unworked",
        "contacts-lifecycle-pipeline": "hs_pipeline",
    },
    "companies": {
        "0": "hs_num_blockers hs_num_child_companies hs_num_contacts_with_buying_roles hs_num_decision_makers "
        "hs_num_open_deals num_associated_contacts num_notes",
        "USD": "hs_annual_revenue_currency_code",
        "companies-lifecycle-pipeline": "hs_pipeline",
    },
    "deals": {
        "0": "hs_closed_amount_in_home_currency hs_days_to_close_raw hs_num_associated_active_deal_registrations "
        "hs_num_associated_deal_registrations hs_num_associated_deal_splits hs_num_of_associated_line_items "
        "hs_num_target_accounts hs_number_of_call_engagements hs_number_of_inbound_calls hs_number_of_outbound_calls "
        "hs_number_of_overdue_tasks hs_projected_amount_in_home_currency num_associated_contacts num_notes",
        "false": "hs_has_last_conversation_follow_ups hs_has_last_meeting_followups hs_is_deal_split",
    },
    "tickets": {
        "0": "hs_num_associated_companies hs_num_associated_conversations hs_num_times_contacted num_notes",
        "false": "hs_last_message_from_visitor",
        "true": "hs_is_visible_in_help_desk",
        "ORIGINAL_FROM_CONTACT": "hs_last_email_activity",
    },
    "tasks": {
        "0": "hs_task_is_completed_call hs_task_is_completed_email hs_task_is_completed_linked_in "
        "hs_task_is_completed_sequence",
        "false": "hs_task_is_all_day hs_task_is_sub_task",
        "SALES": "hs_task_family",
        "OWNER": "hs_task_for_object_type",
        "NOT_STARTED": "hs_task_status",
        "NONE": "hs_task_priority",
        "TODO": "hs_task_type",
    },
    "notes": {"false": "hs_body_preview_is_truncated"},
}
_TEXTS = {"hs_note_body", "hs_call_body", "hs_meeting_body", "hs_task_body", "hs_communication_body"}

# computed from what was given; these names exist beside those of the tables above
_COMPUTED = {
    "contacts": "hs_full_name_or_email=string hs_searchable_calculated_phone_number=string",
    "companies": "hs_task_label=string",
    "tickets": "hs_helpdesk_sort_timestamp=datetime hs_is_closed=bool hs_ticket_id=number",
    "tasks": "hs_start_date_with_fallback=datetime hs_task_missed_due_date_count=number",
    "notes": "hs_body_preview_html=string",
}
_EVERYWHERE = "hs_user_ids_of_all_owners=string"
_STANDING = "hs_v2_date_entered_current_stage=datetime hs_v2_time_in_current_stage=datetime"
STANDING = ("contacts", "companies", "tickets")


def constants(kind: str) -> dict[str, str]:
    """The properties every new record of that type begins with."""
    return {name: value for value, names in _CONSTANT.get(kind, {}).items() for name in names.split()}


def extra_properties(kind: str, singular: str) -> list[Property]:
    """The definitions of all of these that no other table has."""
    computed = f"{_EVERYWHERE} {_COMPUTED.get(kind, '')} {_STANDING if kind in STANDING else ''}"
    typed = dict(part.split("=") for part in computed.split())
    typed |= {name: _type_of(value) for name, value in constants(kind).items()}
    return [
        Property(name, type_, _FIELDS[type_], _label(name), f"{singular}information", read_only=True, stock=True)
        for name, type_ in typed.items()
    ]


def told_by(kind: str, id_: str, values: Mapping[str, str], at: str) -> dict[str, str]:
    """What a new record's own values make of it."""
    own = {name: value for name, value in _OWN[kind](id_, values, at).items() if value} if kind in _OWN else {}
    if kind in STANDING:
        own |= {"hs_v2_date_entered_current_stage": at, "hs_v2_time_in_current_stage": at}
    body = next((values[name] for name in values if name in _TEXTS), "")
    return own | ({"hs_body_preview": re.sub(r"<[^>]*>", "", body).strip()} if body else {})


def _contact(id_: str, values: Mapping[str, str], at: str) -> dict[str, str]:
    stage, email = values.get("lifecyclestage") or "lead", values.get("email", "")
    return {
        "lifecyclestage": stage,
        f"hs_lifecyclestage_{stage}_date": at,
        "hs_all_contact_vids": id_,
        "hs_email_domain": email.partition("@")[2],
        "hs_full_name_or_email": full_name(values),
        "hs_searchable_calculated_phone_number": re.sub(r"\D", "", values.get("phone", "")),
    }


def _company(_id: str, values: Mapping[str, str], _at: str) -> dict[str, str]:
    return {
        "lifecyclestage": values.get("lifecyclestage") or "lead",
        "website": values.get("website") or values.get("domain", ""),
        "hs_task_label": values.get("name") or values.get("domain", ""),
    }


def _deal(_id: str, _values: Mapping[str, str], at: str) -> dict[str, str]:
    return {"hs_createdate": at}


def _ticket(id_: str, _values: Mapping[str, str], at: str) -> dict[str, str]:
    return {"hs_ticket_id": id_, "hs_helpdesk_sort_timestamp": at}


def _task(_id: str, values: Mapping[str, str], at: str) -> dict[str, str]:
    due = values.get("hs_timestamp", "")
    return {"hs_engagements_last_contacted": due, "hs_start_date_with_fallback": at} | task_state(values, at)


def _note(_id: str, values: Mapping[str, str], _at: str) -> dict[str, str]:
    body = values.get("hs_note_body", "")
    return {"hs_body_preview_html": f"<html>\n<head></head>\n<body>\n{body}\n</body>\n</html>" if body else ""}


def full_name(values: Mapping[str, str]) -> str:
    """The name a contact is shown by."""
    return f"{values.get('firstname', '')} {values.get('lastname', '')}".strip() or values.get("email", "")


def task_state(values: Mapping[str, str], at: str) -> dict[str, str]:
    """Whether a task is done, or late at this instant."""
    done, late = values.get("hs_task_status") == "COMPLETED", values.get("hs_timestamp", at) < at
    told = {
        "hs_task_is_completed": "1" if done else "0",
        "hs_task_completion_count": "1" if done else "0",
        "hs_task_completion_date": at if done else "",
        "hs_task_missed_due_date_count": "1" if late and not done else "0",
    }
    for name in ("hs_task_is_overdue", "hs_task_is_past_due_date", "hs_task_missed_due_date"):
        told[name] = "true" if late and not done else "false"
    return told


def _type_of(value: str) -> str:
    return "number" if value.isdecimal() else "bool" if value in {"true", "false"} else "string"


def _label(name: str) -> str:
    return name.removeprefix("hs_").replace("_", " ").capitalize()


_FIELDS = {"number": "number", "bool": "booleancheckbox", "string": "text", "datetime": "date"}
_OWN = {"contacts": _contact, "companies": _company, "deals": _deal, "tickets": _ticket, "tasks": _task, "notes": _note}
