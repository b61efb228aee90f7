"""What the admin of Halden Freight added to a stock org and a stock portal."""

from __future__ import annotations

from crmsync.emulator.wire import Json

Row = dict[str, Json]

SPELLED = {
    "raw": ("Raw", "RAW"),
    "inquiry": ("Inquiry", "NEW"),
    "mql": ("Open - Not Contacted", "OPEN"),
    "working": ("Working", "IN_PROGRESS"),
    "qualified": ("Closed - Converted", "OPEN_DEAL"),
    "recycled": ("Return to Marketing", "RECYCLED"),
    "disqualified": ("Closed - Not Converted", "UNQUALIFIED"),
}
"""How Salesforce and HubSpot spell each agreed status (a test compares with mappings/agreement/statuses.yaml)."""

_LEAD_STATUSES = [spelling for spelling, _ in SPELLED.values()]
_ALSO_FOUND = [
    "Contacted",
    "Working - Contacted",
    "Left Vmail",
    "Attempting Contact",
    "No Answer",
    "Bad Timing",
    "Duplicate",
]
_HUBSPOT_STATUSES = [
    "NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "ATTEMPTED_TO_CONTACT", "CONNECTED", "BAD_TIMING",
    "RAW", "RECYCLED",
]  # fmt: skip


def rows() -> list[Row]:
    """The schema rows of both CRMs, to be loaded before anything else."""
    return [*_salesforce(), *_hubspot()]


def _salesforce() -> list[Row]:
    return [
        *(_text("salesforce", object_, "CRMSync_Score__c", 20) for object_ in ("Lead", "Contact")),
        *(_text("salesforce", object_, "Import_Tag__c", 80) for object_ in ("Lead", "Contact")),
        *(_flag(object_, name) for object_ in ("Lead", "Contact") for name in ("DoNotCall", "HasOptedOutOfEmail")),
        _field(
            "salesforce", "Task", "CRMSync_Key__c", {"type": "string", "length": 40, "unique": True, "externalId": True}
        ),
        _field("salesforce", "Contact", "Contact_Status__c", {"type": "picklist"}),
        _picklist("salesforce", "Lead", "Status", [*_LEAD_STATUSES, *_ALSO_FOUND]),
        _picklist("salesforce", "Contact", "Contact_Status__c", _LEAD_STATUSES),
    ]


def _hubspot() -> list[Row]:
    texts = ("crmsync_score", "salesforceleadid", "salesforcecontactid")
    return [
        *(_text("hubspot", "contacts", name, 255) for name in texts),
        _picklist("hubspot", "contacts", "hs_lead_status", _HUBSPOT_STATUSES),
    ]


def _text(system: str, object_: str, name: str, length: int) -> Row:
    return _field(system, object_, name, {"type": "string", "length": length})


def _flag(object_: str, name: str) -> Row:
    return _field("salesforce", object_, name, {"type": "boolean"})


def _field(system: str, object_: str, name: str, more: Row) -> Row:
    return {"system": system, "type": "__field__", "fields": {"object": object_, "name": name, **more}}


def _picklist(system: str, object_: str, field: str, values: list[str]) -> Row:
    return {
        "system": system,
        "type": "__picklist__",
        "fields": {"object": object_, "field": field, "values": list(values)},
    }
