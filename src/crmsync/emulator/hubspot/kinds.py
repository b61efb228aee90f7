"""The object types of a portal: their names, their numbers, their stamps and what a new one needs."""

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


_TICKET_SHOWN = ("content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority", "subject")

KINDS = {
    kind.name: kind
    for kind in (
        Kind("contacts", "contact", "0-1", "createdate", "lastmodifieddate", ("email", "firstname", "lastname")),
        Kind("companies", "company", "0-2", "createdate", shown=("domain", "name")),
        Kind("deals", "deal", "0-3", "createdate", shown=("amount", "closedate", "dealname", "dealstage", "pipeline")),
        Kind("tickets", "ticket", "0-5", "createdate", shown=_TICKET_SHOWN, needed=("hs_pipeline_stage",)),
        Kind("leads", "lead", "0-136", "createdate", needed=("hs_lead_name",)),
        Kind("products", "product", "0-7", "createdate", shown=("description", "name", "price")),
        Kind("line_items", "line_item", "0-8", "createdate", shown=("amount", "quantity")),
        Kind("quotes", "quote", "0-14", shown=("hs_expiration_date", "hs_public_url_key", "hs_status", "hs_title")),
        _engagement("calls", "call", "0-48"),
        _engagement("emails", "email", "0-49"),
        _engagement("meetings", "meeting", "0-47"),
        _engagement("notes", "note", "0-46"),
        _engagement("tasks", "task", "0-27"),
        _engagement("communications", "communication", "0-18"),
    )
}

_SPELLED = {word: kind for kind in KINDS.values() for word in (kind.name, kind.singular, kind.number)}


def kind_named(word: str) -> Kind | None:
    """The object type behind `contacts`, `contact`, `CONTACT` or `0-1`; None for a type this portal does not have."""
    return _SPELLED.get(word.lower())
