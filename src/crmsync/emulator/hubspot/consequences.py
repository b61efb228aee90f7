"""What a portal adds by itself when a record is made or changed (facts/hubspot.md sections 7, 8 and 15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crmsync.emulator.hubspot.books import Author, Books, Occurrence
from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.newborn import STANDING, constants, full_name, task_state, told_by
from crmsync.emulator.hubspot.rollups import COMPUTED, one_more
from crmsync.emulator.hubspot.stages import moved, placed, stage_property
from crmsync.emulator.hubspot.store import Record, changed
from crmsync.emulator.hubspot.values import stamp


def born(books: Books, kind: Kind, id_: str, values: Mapping[str, str], author: Author) -> dict[str, str]:
    """The properties HubSpot computes for a new record."""
    at = books.stamp()
    own = {
        "hs_object_id": id_,
        "hs_object_source": author.source,
        "hs_object_source_id": author.source_id,
        "hs_object_source_label": author.source,
        **({"hs_object_source_user_id": author.mark.user} if author.mark.user else {}),
        **_owned(books, values, at),
        **constants(kind.name),
        **placed(books.state.pipelines, kind.name, values),
    }
    own |= told_by(kind.name, id_, own | dict(values), at)
    if kind.engagement:
        own["hs_obj_coords"] = f"{kind.number}-{id_}"
    return own | moved(books.state.pipelines, kind.name, {}, own | dict(values), at)


def follow(books: Books, kind: Kind, record: Record, values: Mapping[str, str], now: int) -> dict[str, str]:
    """What changes along with the values that change; only what really becomes different."""
    at = stamp(now)
    extra = _owned(books, values, at)
    stage = values.get("lifecyclestage")
    if kind.name == "contacts" and stage and not record.get(f"hs_lifecyclestage_{stage}_date"):
        extra[f"hs_lifecyclestage_{stage}_date"] = at
    if kind.name == "contacts" and values.get("email"):
        extra["hs_email_domain"] = values["email"].partition("@")[2]
    if kind.name == "contacts" and values.keys() & {"email", "firstname", "lastname"}:
        extra["hs_full_name_or_email"] = full_name({**record.properties, **values})
    if kind.name == "tasks" and values.keys() & {"hs_task_status", "hs_timestamp"}:
        extra |= task_state({**record.properties, **values}, at)
    extra |= moved(books.state.pipelines, kind.name, record.properties, {**record.properties, **values}, at)
    if kind.name in STANDING and (stage_property(kind.name) or "") in values:
        extra |= {"hs_v2_date_entered_current_stage": at, "hs_v2_time_in_current_stage": at}
    return {name: value for name, value in extra.items() if (record.get(name) or "") != value}


def touch_by_event(books: Books, occurrence: Occurrence) -> None:
    """A page view or a form moves the counters, and with them the stamps, of the contact who did it."""
    contacts = KINDS["contacts"]
    contact = books.table(contacts).find(occurrence.object_id) if occurrence.kind == contacts.name else None
    if contact is None:
        return
    now, at = books.now(), stamp(occurrence.at)
    values = {"hs_analytics_last_timestamp": at}
    if occurrence.type == "e_visited_page":
        values["hs_analytics_num_page_views"] = one_more(contact, "hs_analytics_num_page_views")
    if occurrence.type in {"e_submitted_form", "e_form_submission_v2"}:
        values["num_conversion_events"] = one_more(contact, "num_conversion_events")
        values["recent_conversion_date"] = at
        values["recent_conversion_event_name"] = occurrence.properties.get("hs_form_name", "a form")
    fresh = changed(contact, values, now, COMPUTED)
    books.keep(contacts, replace(fresh, modified=now))


def _owned(books: Books, values: Mapping[str, str], at: str) -> dict[str, str]:
    if "hubspot_owner_id" not in values:
        return {}
    id_ = values["hubspot_owner_id"]
    owner = books.state.owners.get(id_)
    user = str(owner.user_id) if owner is not None and owner.user_id is not None else ""
    told = {"hubspot_owner_assigneddate": at if id_ else "", "hs_all_owner_ids": id_}
    return told | {"hs_user_ids_of_all_owners": user}
