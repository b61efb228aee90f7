"""The values of picklists by record type, as the User Interface API gives them (facts 8.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.fields import Choice, Field
from crmsync.emulator.salesforce.problems import no_such_column
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org


def every(org: Org, asked: Asked) -> Answer:
    """GET /ui-api/object-info/{type}/picklist-values/{rt}: all picklists of the object."""
    sobject = org.sobject(asked.params["type"])
    found = {field.name: _values(sobject, field, asked) for field in sobject.visible() if field.choices}
    return Answer(body={"eTag": "0", "picklistFieldValues": found})


def one(org: Org, asked: Asked) -> Answer:
    """GET /ui-api/object-info/{type}/picklist-values/{rt}/{field}."""
    sobject = org.sobject(asked.params["type"])
    field = sobject.seen(asked.params["field"])
    if field is None or not field.choices:
        raise no_such_column(asked.params["field"], sobject.name)
    return Answer(body=_values(sobject, field, asked))


def _values(sobject: SObject, field: Field, asked: Asked) -> dict[str, Json]:
    """The values that a record type offers: its subset where it has one, else all (facts 8.5)."""
    kind = next((kind for kind in sobject.record_types if kind.id[:15] == asked.params["rt"][:15]), None)
    subset = kind.values.get(field.name) if kind is not None else None
    choices = [choice for choice in field.choices if choice.active and (subset is None or choice.value in subset)]
    default = next((choice for choice in choices if choice.default), None)
    type_ = sobject.name
    url = f"/services/data/{asked.params['v']}/ui-api/object-info/{type_}/picklist-values/{asked.params['rt']}"
    return {
        "controllerValues": {},
        "defaultValue": _told(type_, field, default) if default else None,
        "eTag": "0",
        "url": f"{url}/{field.name}",
        "values": [_told(type_, field, choice) for choice in choices],
    }


def _told(type_: str, field: Field, choice: Choice) -> dict[str, Json]:
    attributes: Json = None
    if (type_, field.name) == ("Lead", "Status"):
        attributes = {"picklistAtrributesValueType": "LeadStatus", "converted": choice.converted}
    elif (type_, field.name) == ("Task", "Status"):
        attributes = {"picklistAtrributesValueType": "TaskStatus", "closed": choice.closed}
    return {"attributes": attributes, "label": choice.label or choice.value, "validFor": [], "value": choice.value}
