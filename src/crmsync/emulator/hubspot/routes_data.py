"""The routes of a portal's data beside its records: pipelines, labels, lists, imports, definitions."""

from __future__ import annotations

from collections.abc import Callable

from crmsync.emulator.hubspot import api_definitions as definitions
from crmsync.emulator.hubspot import api_imports as imports
from crmsync.emulator.hubspot import api_labels as labels
from crmsync.emulator.hubspot import api_links_v3 as named
from crmsync.emulator.hubspot import api_lists as lists
from crmsync.emulator.hubspot import api_memberships as memberships
from crmsync.emulator.hubspot import api_pipelines as pipelines
from crmsync.emulator.hubspot import api_properties as properties
from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.wire import Answer, Asked

Handle = Callable[[Books, Asked], Answer]

# resource -> its numbered path; its dated path with V for the version
DATA_ROOTS = {
    "pipelines": ("/crm/v3/pipelines", "/crm/pipelines/V"),
    "rules": ("/crm/v3/property-validations", "/crm/property-validations/V"),
    "lists": ("/crm/v3/lists", "/crm/lists/V"),
    "imports": ("/crm/v3/imports", "/crm/imports/V"),
    "schemas": ("/crm-object-schemas/v3/schemas", "/crm-object-schemas/V/schemas"),
}

_FOLDERS = (
    ("GET", "/folders"),
    ("POST", "/folders"),
    ("DELETE", "/folders/{folder}"),
    ("PUT", "/folders/{folder}/rename"),
    ("PUT", "/folders/{folder}/move/{parent}"),
    ("PUT", "/folders/move-list"),
    ("GET", "/idmapping"),
    ("POST", "/idmapping"),
)

# They come before the routes of records and properties: `groups` and `batch` are no names of properties.
DATA: tuple[tuple[str, str, str, Handle], ...] = (
    ("GET", "properties", "/{type}/groups", definitions.list_groups),
    ("POST", "properties", "/{type}/groups", definitions.create_group),
    ("GET", "properties", "/{type}/groups/{name}", definitions.get_group),
    ("PATCH", "properties", "/{type}/groups/{name}", definitions.update_group),
    ("DELETE", "properties", "/{type}/groups/{name}", definitions.delete_group),
    ("POST", "properties", "/{type}/batch/create", properties.create_properties),
    ("POST", "properties", "/{type}/batch/archive", properties.archive_properties),
    ("GET", "links", "/{source}/{target}/labels", labels.list_labels),
    ("POST", "links", "/{source}/{target}/labels", labels.create_label),
    ("PUT", "links", "/{source}/{target}/labels", labels.update_label),
    ("DELETE", "links", "/{source}/{target}/labels/{number}", labels.delete_label),
    ("GET", "pipelines", "/{type}", pipelines.list_pipelines),
    ("POST", "pipelines", "/{type}", pipelines.create_pipeline),
    ("GET", "pipelines", "/{type}/{id}", pipelines.get_pipeline),
    ("PATCH", "pipelines", "/{type}/{id}", pipelines.update_pipeline),
    ("PUT", "pipelines", "/{type}/{id}", pipelines.replace_pipeline),
    ("DELETE", "pipelines", "/{type}/{id}", pipelines.delete_pipeline),
    ("GET", "pipelines", "/{type}/{id}/stages", pipelines.list_stages),
    ("POST", "pipelines", "/{type}/{id}/stages", pipelines.create_stage),
    ("GET", "pipelines", "/{type}/{id}/stages/{stage}", pipelines.get_stage),
    ("PATCH", "pipelines", "/{type}/{id}/stages/{stage}", pipelines.update_stage),
    ("PUT", "pipelines", "/{type}/{id}/stages/{stage}", pipelines.update_stage),
    ("DELETE", "pipelines", "/{type}/{id}/stages/{stage}", pipelines.delete_stage),
    ("GET", "rules", "/{type}", definitions.list_rules),
    ("GET", "rules", "/{type}/{name}", definitions.get_rules),
    ("POST", "lists", "", lists.create_list),
    ("GET", "lists", "", lists.get_lists),
    ("POST", "lists", "/search", lists.search_lists),
    ("GET", "lists", "/object-type-id/{type}/name/{name}", lists.get_list_by_name),
    ("POST", "lists", "/records/memberships/batch/read", memberships.lists_of_records),
    ("GET", "lists", "/records/{type}/{id}/memberships", memberships.lists_of_record),
    *((method, "lists", path, lists.refuse_folders) for method, path in _FOLDERS),
    ("GET", "lists", "/{id}", lists.get_list),
    ("DELETE", "lists", "/{id}", lists.delete_list),
    ("PUT", "lists", "/{id}/restore", lists.restore_list),
    ("PUT", "lists", "/{id}/update-list-name", lists.rename_list),
    ("PUT", "lists", "/{id}/update-list-filters", lists.refilter_list),
    ("GET", "lists", "/{id}/memberships", memberships.list_members),
    ("DELETE", "lists", "/{id}/memberships", memberships.remove_everybody),
    ("GET", "lists", "/{id}/memberships/join-order", memberships.list_members_by_join),
    ("PUT", "lists", "/{id}/memberships/add", memberships.add_members),
    ("PUT", "lists", "/{id}/memberships/remove", memberships.remove_members),
    ("PUT", "lists", "/{id}/memberships/add-and-remove", memberships.change_members),
    ("PUT", "lists", "/{id}/memberships/add-from/{source}", memberships.add_from_list),
    ("GET", "imports", "", imports.list_imports),
    ("POST", "imports", "", imports.refuse_import),
    ("GET", "imports", "/{id}", imports.get_import),
    ("GET", "imports", "/{id}/errors", imports.list_errors),
    ("POST", "imports", "/{id}/cancel", imports.cancel_import),
    ("GET", "schemas", "", definitions.list_schemas),
    ("GET", "schemas", "/{type}", definitions.get_schema),
)

_V3_LINKS = "/crm/v3/associations/{source}/{target}"
_V3_RECORD = "/crm/v3/objects/{type}/{id}/associations/{target}"

# numbered paths without a dated twin
V3_ONLY: tuple[tuple[str, str, Handle], ...] = (
    ("GET", f"{_V3_LINKS}/types", named.list_types),
    ("POST", f"{_V3_LINKS}/batch/read", named.read_named),
    ("POST", f"{_V3_LINKS}/batch/create", named.create_named),
    ("POST", f"{_V3_LINKS}/batch/archive", named.archive_named),
    ("GET", _V3_RECORD, named.list_named),
    ("PUT", f"{_V3_RECORD}/{{other}}/{{label}}", named.put_named),
    ("DELETE", f"{_V3_RECORD}/{{other}}/{{label}}", named.delete_named),
    ("GET", "/calling/v1/dispositions", properties.list_dispositions),
    ("GET", "/crm/v3/schemas", definitions.list_schemas),
    ("GET", "/crm/v3/schemas/{type}", definitions.get_schema),
)
