"""Every resource of the portal and the paths it answers on: numbered and dated (facts/hubspot.md section 1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crmsync.emulator.hubspot import api_account as account
from crmsync.emulator.hubspot import api_associations as links
from crmsync.emulator.hubspot import api_batch as batch
from crmsync.emulator.hubspot import api_events as events
from crmsync.emulator.hubspot import api_objects as objects
from crmsync.emulator.hubspot import api_owners as owners
from crmsync.emulator.hubspot import api_properties as properties
from crmsync.emulator.hubspot.api_search import search_objects
from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.routes_alone import ALONE
from crmsync.emulator.hubspot.routes_data import DATA, DATA_ROOTS, V3_ONLY
from crmsync.emulator.wire import Answer, Asked

Handle = Callable[[Books, Asked], Answer]

DATED = ("2026-09", "2026-03")

# resource -> its numbered path; its dated path with V for the version
_ROOTS = {
    "objects": ("/crm/v3/objects", "/crm/objects/V"),
    "links": ("/crm/v4/associations", "/crm/associations/V"),
    "record_links": ("/crm/v4/objects", "/crm/objects/V"),
    "properties": ("/crm/v3/properties", "/crm/properties/V"),
    "owners": ("/crm/v3/owners", "/crm/owners/V"),
    "events": ("/events/v3/events", "/events/event-occurrences/V"),
    "account": ("/account-info/v3", "/account-info/V"),
    **DATA_ROOTS,
}

_RESOURCES: tuple[tuple[str, str, str, Handle], ...] = (
    ("POST", "objects", "/{type}/search", search_objects),
    ("POST", "objects", "/{type}/batch/read", batch.batch_read),
    ("POST", "objects", "/{type}/batch/create", batch.batch_create),
    ("POST", "objects", "/{type}/batch/update", batch.batch_update),
    ("POST", "objects", "/{type}/batch/upsert", batch.batch_upsert),
    ("POST", "objects", "/{type}/batch/archive", batch.batch_archive),
    ("POST", "objects", "/{type}/merge", objects.merge_objects),
    ("POST", "objects", "/{type}/gdpr-delete", objects.forget_contact),
    ("GET", "objects", "/{type}", objects.list_objects),
    ("POST", "objects", "/{type}", objects.create_object),
    ("GET", "objects", "/{type}/{id}", objects.get_object),
    ("PATCH", "objects", "/{type}/{id}", objects.update_object),
    ("DELETE", "objects", "/{type}/{id}", objects.archive_object),
    ("POST", "links", "/{source}/{target}/batch/read", links.read_links),
    ("POST", "links", "/{source}/{target}/batch/create", links.create_links),
    ("POST", "links", "/{source}/{target}/batch/associate/default", links.create_plain_links),
    ("POST", "links", "/{source}/{target}/batch/archive", links.archive_links),
    ("POST", "links", "/{source}/{target}/batch/labels/archive", links.archive_labels),
    ("GET", "record_links", "/{type}/{id}/associations/{target}", links.list_links),
    ("PUT", "record_links", "/{type}/{id}/associations/{target}/{other}", links.put_link),
    ("DELETE", "record_links", "/{type}/{id}/associations/{target}/{other}", links.delete_link),
    ("PUT", "record_links", "/{type}/{id}/associations/default/{target}/{other}", links.put_plain_link),
    ("GET", "properties", "/{type}", properties.list_properties),
    ("POST", "properties", "/{type}", properties.create_property),
    ("POST", "properties", "/{type}/batch/read", properties.read_properties),
    ("GET", "properties", "/{type}/{name}", properties.get_property),
    ("PATCH", "properties", "/{type}/{name}", properties.update_property),
    ("DELETE", "properties", "/{type}/{name}", properties.archive_property),
    ("GET", "owners", "", owners.list_owners),
    ("GET", "owners", "/{id}", owners.get_owner),
    ("GET", "events", "", events.list_events),
    ("GET", "events", "/event-types", events.list_event_types),
    ("GET", "account", "/details", account.account_details),
    ("GET", "account", "/api-usage/daily/private-apps", account.daily_usage),
)


def _paths() -> Iterator[tuple[str, str, Handle]]:
    for method, resource, rest, handle in (*DATA, *_RESOURCES):
        numbered, dated = _ROOTS[resource]
        for root in (*(dated.replace("V", version) for version in DATED), numbered):
            yield method, root + rest, handle


TABLE: tuple[tuple[str, str, Handle], ...] = (*_paths(), *V3_ONLY, *ALONE)
