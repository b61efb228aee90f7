"""Legacy paths, as the library and we name them, on the dated version an admin configured (facts/hubspot.md 1)."""

import re

_DATED = re.compile(r"^\d{4}-\d{2}(-beta)?$")
_RULES = (
    (re.compile(r"^/crm/v3/objects/"), "/crm/objects/{}/"),
    (re.compile(r"^/crm/v4/objects/"), "/crm/objects/{}/"),
    (re.compile(r"^/crm/v[34]/associations/"), "/crm/associations/{}/"),
    (re.compile(r"^/crm/v3/owners(?=/|$)"), "/crm/owners/{}"),
    (re.compile(r"^/crm/v3/properties/"), "/crm/properties/{}/"),
    (re.compile(r"^/crm/v3/pipelines/"), "/crm/pipelines/{}/"),
    (re.compile(r"^/events/v3/events(?=/|$)"), "/events/event-occurrences/{}"),
    (re.compile(r"^/account-info/v3/"), "/account-info/{}/"),
    (re.compile(r"^/crm/v3/lists(?=/|$)"), "/crm/lists/{}"),
    (re.compile(r"^/crm/v3/imports(?=/|$)"), "/crm/imports/{}"),
    (re.compile(r"^/oauth/v3/"), "/oauth/{}/"),
)


def is_version(text: str) -> bool:
    """Whether this is a version we can speak: v3, or a dated one such as 2026-09."""
    return text == "v3" or bool(_DATED.match(text))


def dated(path: str, version: str) -> str:
    """The same resource under the configured version; `v3` and paths without a dated twin stay as they are."""
    if version == "v3":
        return path
    for legacy, modern in _RULES:
        found = legacy.match(path)
        if found:
            return modern.format(version) + path[found.end() :]
    return path
