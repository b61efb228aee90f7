"""What a portal adds by itself when a record is made or changed (facts/hubspot.md sections 7, 8 and 15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crmsync.emulator.hubspot.books import Author, Books, Occurrence
from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.stages import moved, placed
from crmsync.emulator.hubspot.store import Record, Source, changed
from crmsync.emulator.hubspot.values import stamp

_CONVERSATIONS = ("calls", "emails", "meetings", "communications")


COMPUTED = Source("CALCULATED")


def born(books: Books, kind: Kind, id_: str, values: Mapping[str, str], author: Author) -> dict[str, str]:
    """The properties HubSpot computes for a new record."""
    at = books.stamp()
    own = {
        "hs_object_id": id_,
        "hs_object_source": author.source,
        "hs_object_source_id": author.source_id,
        "hs_object_source_label": author.source,
        **({"hs_object_source_user_id": author.mark.user} if author.mark.user else {}),
        **_owned(values, at),
        **placed(books.state.pipelines, kind.name, values),
        **_BORN.get(kind.name, _nothing)(id_, values, at),
    }
    if kind.engagement:
        own["hs_obj_coords"] = f"{kind.number}-{id_}"
    return own | moved(books.state.pipelines, kind.name, {}, own | dict(values), at)


def follow(books: Books, kind: Kind, record: Record, values: Mapping[str, str], now: int) -> dict[str, str]:
    """What changes along with the values that change; only what really becomes different."""
    at = stamp(now)
    extra = _owned(values, at)
    stage = values.get("lifecyclestage")
    if kind.name == "contacts" and stage and not record.get(f"hs_lifecyclestage_{stage}_date"):
        extra[f"hs_lifecyclestage_{stage}_date"] = at
    if kind.name == "contacts" and values.get("email"):
        extra["hs_email_domain"] = values["email"].partition("@")[2]
    if kind.name == "tasks" and values.keys() & {"hs_task_status", "hs_timestamp"}:
        extra |= _task_state({**record.properties, **values}, at)
    extra |= moved(books.state.pipelines, kind.name, record.properties, {**record.properties, **values}, at)
    return {name: value for name, value in extra.items() if (record.get(name) or "") != value}


def touch_contacts(books: Books, kind: Kind, record: Record) -> None:
    """A logged call, e-mail or note moves the roll-ups, and with them the stamps, of the contacts it is about."""
    contacts = KINDS["contacts"]
    if not kind.engagement:
        return
    for id_ in list(books.state.links.of((kind.name, record.id), contacts.name)):
        contact = books.table(contacts).find(id_)
        if contact is not None:
            now = books.now()
            values = _rolled_up(contact, kind, record.get("hs_timestamp") or stamp(now))
            fresh = changed(contact, values, now, COMPUTED)
            books.keep(contacts, replace(fresh, modified=now))


def touch_by_event(books: Books, occurrence: Occurrence) -> None:
    """A page view or a form moves the counters, and with them the stamps, of the contact who did it."""
    contacts = KINDS["contacts"]
    contact = books.table(contacts).find(occurrence.object_id) if occurrence.kind == contacts.name else None
    if contact is None:
        return
    now, at = books.now(), stamp(occurrence.at)
    values = {"hs_analytics_last_timestamp": at}
    if occurrence.type == "e_visited_page":
        values["hs_analytics_num_page_views"] = _one_more(contact, "hs_analytics_num_page_views")
    if occurrence.type in {"e_submitted_form", "e_form_submission_v2"}:
        values["num_conversion_events"] = _one_more(contact, "num_conversion_events")
        values["recent_conversion_date"] = at
        values["recent_conversion_event_name"] = occurrence.properties.get("hs_form_name", "a form")
    fresh = changed(contact, values, now, COMPUTED)
    books.keep(contacts, replace(fresh, modified=now))


def _rolled_up(contact: Record, kind: Kind, at: str) -> dict[str, str]:
    values = {"notes_last_updated": at, "num_notes": _one_more(contact, "num_notes")}
    if kind.name in _CONVERSATIONS:
        values["notes_last_contacted"] = max(at, contact.get("notes_last_contacted") or "")
        values["hs_last_sales_activity_date"] = values["notes_last_contacted"]
        values["num_contacted_notes"] = _one_more(contact, "num_contacted_notes")
        values["hs_is_unworked"] = "false"
    return values


def _one_more(contact: Record, name: str) -> str:
    before = contact.get(name) or "0"
    return str(int(before) + 1 if before.isdecimal() and before.isascii() else 1)


def _owned(values: Mapping[str, str], at: str) -> dict[str, str]:
    if "hubspot_owner_id" not in values:
        return {}
    owner = values["hubspot_owner_id"]
    return {"hubspot_owner_assigneddate": at if owner else "", "hs_all_owner_ids": owner}


def _nothing(_id: str, _values: Mapping[str, str], _at: str) -> dict[str, str]:
    return {}


def _contact(id_: str, values: Mapping[str, str], at: str) -> dict[str, str]:
    stage = values.get("lifecyclestage") or "lead"
    own = {
        "lifecyclestage": stage,
        f"hs_lifecyclestage_{stage}_date": at,
        "hs_pipeline": "contacts-lifecycle-pipeline",
        "hs_is_contact": "true",
        "hs_is_unworked": "true",
        "hs_all_contact_vids": id_,
    }
    return own | ({"hs_email_domain": values["email"].partition("@")[2]} if values.get("email") else {})


def _task(_id: str, values: Mapping[str, str], at: str) -> dict[str, str]:
    """The capture of 12 Mar 2026 has these (NangoHQ create-task.test.json), but more of them."""
    own = {"hs_task_status": "NOT_STARTED", "hs_task_priority": "NONE", "hs_task_type": "TODO"}
    own |= {"hs_task_family": "SALES", "hs_task_for_object_type": "OWNER", "hs_task_is_all_day": "false"}
    return own | _task_state({"hs_task_status": "NOT_STARTED", **values}, at)


def _task_state(values: Mapping[str, str], at: str) -> dict[str, str]:
    done, late = values.get("hs_task_status") == "COMPLETED", bool(values.get("hs_timestamp", at) < at)
    told = {
        "hs_task_is_completed": "1" if done else "0",
        "hs_task_completion_count": "1" if done else "0",
        "hs_task_completion_date": at if done else "",
    }
    for name in ("hs_task_is_overdue", "hs_task_is_past_due_date", "hs_task_missed_due_date"):
        told[name] = "true" if late and not done else "false"
    return told


def _deal(_id: str, _values: Mapping[str, str], _at: str) -> dict[str, str]:
    return {"num_associated_contacts": "0", "num_notes": "0"}


def _company(_id: str, values: Mapping[str, str], _at: str) -> dict[str, str]:
    counts = dict.fromkeys(("num_associated_contacts", "num_notes", "hs_num_open_deals", "hs_num_child_companies"), "0")
    own = {"hs_pipeline": "companies-lifecycle-pipeline", "lifecyclestage": values.get("lifecyclestage") or "lead"}
    site = {"website": values["domain"]} if values.get("domain") and not values.get("website") else {}
    return counts | own | site


_BORN = {"contacts": _contact, "tasks": _task, "deals": _deal, "companies": _company}
