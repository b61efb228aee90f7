"""The object types of a portal: their names, numbers and stamp properties, and how they are associated."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One object type: `name` as in paths, `number` as in `0-1`, the property that holds each server stamp."""

    name: str
    singular: str
    number: str
    created: str = "hs_createdate"
    modified: str = "hs_lastmodifieddate"
    shown: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    engagement: bool = False

    @property
    def defaults(self) -> tuple[str, ...]:
        """The properties every answer holds (facts/hubspot.md section 5); `shown` only come when none are asked for."""
        return (self.created, "hs_object_id", self.modified)


def _engagement(name: str, singular: str, number: str) -> Kind:
    return Kind(name, singular, number, needed=("hs_timestamp",), engagement=True)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("contacts", "contact", "0-1", "createdate", "lastmodifieddate", ("email", "firstname", "lastname")),
        Kind("companies", "company", "0-2", "createdate", shown=("domain", "name")),
        Kind("deals", "deal", "0-3", "createdate", shown=("amount", "closedate", "dealname", "dealstage", "pipeline")),
        Kind("leads", "lead", "0-136", "createdate", needed=("hs_lead_name",)),
        _engagement("calls", "call", "0-48"),
        _engagement("emails", "email", "0-49"),
        _engagement("meetings", "meeting", "0-47"),
        _engagement("notes", "note", "0-46"),
        _engagement("tasks", "task", "0-27"),
        _engagement("communications", "communication", "0-18"),
    )
}

_SPELLED = {word: kind for kind in KINDS.values() for word in (kind.name, kind.singular, kind.number)}

# (from, to) -> the unlabelled HUBSPOT_DEFINED type (facts/hubspot.md section 6)
_LINK_TYPES = {
    ("contacts", "companies"): 279,
    ("companies", "contacts"): 280,
    ("contacts", "deals"): 4,
    ("deals", "contacts"): 3,
    ("calls", "contacts"): 194,
    ("contacts", "calls"): 193,
    ("emails", "contacts"): 198,
    ("contacts", "emails"): 197,
    ("meetings", "contacts"): 200,
    ("contacts", "meetings"): 199,
    ("notes", "contacts"): 202,
    ("contacts", "notes"): 201,
    ("tasks", "contacts"): 204,
    ("contacts", "tasks"): 203,
    ("tasks", "companies"): 192,
    ("companies", "tasks"): 191,
    ("tasks", "deals"): 216,
    ("deals", "tasks"): 215,
    ("calls", "deals"): 206,
    ("deals", "calls"): 205,
    ("leads", "contacts"): 578,
    ("contacts", "leads"): 579,
}


def kind_named(word: str) -> Kind | None:
    """The object type behind `contacts`, `contact`, `CONTACT` or `0-1`; None for a type this portal does not have."""
    return _SPELLED.get(word.lower())


def link_type(source: str, target: str) -> int:
    """The number of the plain association from one object type to another."""
    return _LINK_TYPES.get((source, target), 1)
