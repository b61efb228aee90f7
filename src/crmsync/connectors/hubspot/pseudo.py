"""What is read like an object without being one: its fields are ours to name, since no describe tells them.

| object | one record is | event_type |
|---|---|---|
| owners | a user or queue | |
| events | an occurrence on site (Enterprise tier) | its type, such as e_visited_page |
| email_events | a mail sent, opened, clicked (v1) | OPEN, CLICK, ...; none: all of them |
| form_submissions | a form somebody filled in (v1) | |
| lists | a list of contacts | |
| memberships | a contact in a static list; its party | |
| imports | an import | |
| contacts_history | one value a contact's property had; the contact is its party | |

Sources: facts/hubspot.md 5.1, 9, 10. Where a stream is `optional`, a portal without the tier or scope switches it off.
"""

from collections.abc import Mapping

from crmsync.model.streams import VendorField, VendorObject

PSEUDO: Mapping[str, Mapping[str, str]] = {
    "owners": {
        "name": "string",
        "email": "string",
        "active": "bool",
        "type": "string",
        "userId": "number",
        "teams": "string",
    },
    "events": {
        "hs_url": "string",
        "hs_title": "string",
        "hs_referrer": "string",
        "hs_form_id": "string",
        "hs_form_name": "string",
        "hs_form_type": "string",
        "hs_page_id": "string",
    },
    "email_events": {
        "type": "string",
        "created": "datetime",
        "recipient": "string",
        "emailCampaignId": "string",
        "filteredEvent": "bool",
        "userAgent": "string",
        "browser": "string",
        "deviceType": "string",
        "url": "string",
        "sentAt": "datetime",
        "secondsAfterSent": "number",
    },
    "form_submissions": {
        "submittedAt": "datetime",
        "formId": "string",
        "formName": "string",
        "pageUrl": "string",
        "email": "string",
    },
    "lists": {
        "name": "string",
        "processingType": "string",
        "createdAt": "datetime",
        "updatedAt": "datetime",
        "size": "number",
    },
    "memberships": {
        "listId": "string",
        "recordId": "string",
        "membershipTimestamp": "datetime",
        "listName": "string",
        "processingType": "string",
    },
    "imports": {
        "importName": "string",
        "importSource": "string",
        "state": "string",
        "createdAt": "datetime",
        "updatedAt": "datetime",
        "listId": "string",
    },
    "contacts_history": {
        "contactId": "string",
        "property": "string",
        "value": "string",
        "before": "string",
        "timestamp": "datetime",
        "sourceType": "string",
        "sourceId": "string",
        "sourceLabel": "string",
        "updatedByUserId": "string",
    },
}


def described(object_name: str) -> VendorObject:
    """The fields of one of them; nothing of it can be written."""
    known = PSEUDO[object_name].items()
    fields = {name: VendorField(name, kind, writable=False, creatable=False) for name, kind in known}
    return VendorObject("hubspot", object_name, fields)
