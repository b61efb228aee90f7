"""Which scope a call needs (facts/hubspot.md section 2): the first of the named ones that the token holds will do."""

from __future__ import annotations

from crmsync.emulator.hubspot.kinds import KINDS, kind_named

_READS = ("/search", "/batch/read")
_OF_THEIR_OWN = ("contacts", "companies", "deals", "leads", "products", "line_items", "quotes", "tickets")

# the beginning of a path -> the scope, where it does not depend on the object type
_PREFIXES = (
    ("/form-integrations/", "forms"),
    ("/marketing/v3/forms", "forms"),
    ("/marketing/forms/", "forms"),
    ("/email/public/", "content"),
    ("/marketing/v3/marketing-events", "crm.objects.marketing_events.read"),
    ("/marketing/marketing-events/", "crm.objects.marketing_events.read"),
    ("/events/", "oauth"),
    ("/account-info/", "oauth"),
    ("/crm/v3/owners", "crm.objects.owners.read"),
    ("/crm/owners/", "crm.objects.owners.read"),
    ("/crm/v3/imports", "crm.import"),
    ("/crm/imports/", "crm.import"),
)
_LISTS = ("/crm/v3/lists", "/crm/lists/")
_DEFINITIONS = ("/crm/v3/properties", "/crm/properties/", "/crm/v3/pipelines", "/crm/pipelines/")

ALL = (
    "oauth",
    *(f"crm.objects.{name}.{right}" for name in _OF_THEIR_OWN for right in ("read", "write")),
    "crm.objects.owners.read",
    "crm.objects.marketing_events.read",
    "crm.schemas.contacts.write",
    "crm.lists.read",
    "crm.lists.write",
    "crm.import",
    "forms",
    "content",
    "sales-email-read",
)


def needed(method: str, path: str, type_: str) -> tuple[str, ...]:
    """The scopes of which one is enough for this call; none for a path that asks for no scope."""
    reads = method == "GET" or path.rstrip("/").endswith(_READS)
    for prefix, scope in _PREFIXES:
        if path.startswith(prefix):
            return (scope,)
    if path.startswith(_LISTS):
        return ("crm.lists.read",) if reads or path.rstrip("/").endswith("/lists/search") else ("crm.lists.write",)
    if path.startswith(_DEFINITIONS):
        return tuple(f"crm.objects.{name}.read" for name in _OF_THEIR_OWN) if reads else ("crm.schemas.contacts.write",)
    kind = kind_named(type_)
    if kind is None:
        return ()
    if kind is KINDS["emails"] and reads:
        return ("sales-email-read",)
    owner = kind.name if kind.name in _OF_THEIR_OWN else "contacts"  # tasks and calls go by the contacts' scope
    return (f"crm.objects.{owner}.{'read' if reads else 'write'}",)
