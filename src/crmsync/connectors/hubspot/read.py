"""What else is asked of a portal: which one it is, its properties, the present values of single records."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from crmsync.connectors.hubspot import objects, owners
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.errors import BadQuestion, NotAllowed, NotThere
from crmsync.connectors.hubspot.links import linked
from crmsync.connectors.hubspot.place import Phase, Place
from crmsync.connectors.hubspot.pseudo import PSEUDO, described
from crmsync.connectors.hubspot.road import live_in
from crmsync.connectors.hubspot.shape import SURVIVOR, shape_of
from crmsync.connectors.rows import parse
from crmsync.model.errors import InvariantBroken, RecordRefused, RetryLater, ShapeChanged
from crmsync.model.records import RawRecord, Ref
from crmsync.model.streams import OrgFacts, StreamSpec, VendorField, VendorObject

_ALWAYS_THERE = frozenset({"contacts", "calls", "emails", "meetings", "notes", "tasks", "communications"})
"""Objects every portal has, all of them under the scope of contacts (facts/hubspot.md 2)."""


class _Account(msgspec.Struct):
    portal: int | str = msgspec.field(name="portalId")
    kind: str = msgspec.field(name="accountType", default="STANDARD")
    name: str | None = msgspec.field(name="portalName", default=None)
    zone: str | None = msgspec.field(name="timeZone", default=None)


class _Option(msgspec.Struct):
    value: str
    hidden: bool = False


class _Modification(msgspec.Struct):
    read_only: bool = msgspec.field(name="readOnlyValue", default=False)


class _Property(msgspec.Struct):
    name: str
    type: str
    label: str = ""
    options: list[_Option] = []
    external: bool | None = msgspec.field(name="externalOptions", default=None)
    calculated: bool | None = None
    unique: bool | None = msgspec.field(name="hasUniqueValue", default=None)
    modification: _Modification | None = msgspec.field(name="modificationMetadata", default=None)


class _Properties(msgspec.Struct):
    results: list[_Property]


def org(door: Door) -> OrgFacts:
    """Which portal this is; a token does not tell who we are, so `user_id` stays empty."""
    found = parse(door.get("/account-info/v3/details"), _Account)
    live_in(door.traffic, found.zone or "")
    used, allowed = door.calls or (None, None)
    name = found.name or f"HubSpot portal {found.portal}"
    return OrgFacts("hubspot", str(found.portal), name, found.kind == "STANDARD", "", used, allowed)


def describe(door: Door, object_name: str) -> VendorObject:
    """The properties of one object, with `merged_into` of our own; what is no object has the fields of `pseudo`."""
    if object_name in PSEUDO:
        return described(object_name)
    found = parse(_properties(door, object_name), _Properties)
    fields = {one.name: _vendor_field(one) for one in found.results}
    fields[SURVIVOR] = VendorField(SURVIVOR, "string", "Record it was merged into", writable=False, creatable=False)
    return VendorObject("hubspot", object_name, fields)


def _properties(door: Door, object_name: str) -> bytes:
    """What is sold apart (leads, deals, objects of the portal's own) may be missing without anything being wrong."""
    try:
        return door.get(f"/crm/v3/properties/{object_name}")
    except (NotAllowed, NotThere, BadQuestion) as error:
        if object_name in _ALWAYS_THERE:
            raise
        raise RecordRefused(f"{error} This portal shows us no {object_name}.") from None


def fetch(door: Door, spec: StreamSpec, refs: Sequence[Ref]) -> list[RawRecord]:
    """The present values, one record per ref in the order asked for.

    What the portal no longer knows comes back deleted and empty; what was merged into another record as well, with
    the survivor's id where `merged_into` is mapped. Of what is no object only owners can be asked for by id.
    """
    if spec.object in PSEUDO and spec.object != "owners":
        raise InvariantBroken(f"Records of {spec.object} are never fetched by id: no call does that.")
    ids = list(dict.fromkeys(ref.id for ref in refs))
    found = _owners(door, spec) if spec.object == "owners" else _objects(door, spec, ids)
    shape, now = shape_of(spec), _now(door) if ids else None
    return [found.get(ref.id) or shape.gone(ref, now) for ref in refs if now is not None]


def _objects(door: Door, spec: StreamSpec, ids: Sequence[str]) -> Mapping[str, RawRecord]:
    """What a batch read says nothing of is asked for alone: silence is no proof that a record is gone."""
    found = objects.present(door, spec, ids)
    if found.rejected:
        raise ShapeChanged(f"HubSpot: a record could not be read: {found.rejected[0].detail}")
    alone = (one for silent in found.silent for one in objects.single(door, spec, silent))
    known = linked(door, spec, (*found.records, *alone))
    gone = {one.ref.id: one for one in known if one.deleted}
    return gone | {one.ref.id: one for one in known if not one.deleted}


def _owners(door: Door, spec: StreamSpec) -> Mapping[str, RawRecord]:
    found: dict[str, RawRecord] = {}
    for phase, read in ((Phase.FORMER_OWNERS, owners.former), (Phase.OWNERS, owners.present)):
        place: Place | None = Place(phase)
        while place is not None:
            step = read(door, spec, place)
            found |= {one.ref.id: one for one in step.records}
            place = place.at(step.after)
    return found


def _vendor_field(one: _Property) -> VendorField:
    fixed = bool(one.calculated) or bool(one.modification and one.modification.read_only)
    listed = one.type == "enumeration" and not one.external and bool(one.options)
    return VendorField(
        name=one.name,
        type=one.type,
        label=one.label,
        writable=not fixed,
        creatable=not fixed,
        options=tuple(option.value for option in one.options if not option.hidden) if listed else None,
        unique=bool(one.unique),
    )


def _now(door: Door) -> datetime:
    now = door.clock.now()
    if now is None:
        raise RetryLater("HubSpot answered without a Date header: its clock is not known.")
    return now
