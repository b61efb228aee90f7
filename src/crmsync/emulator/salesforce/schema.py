"""The objects of the org and their fields, found by name in any case; grows when a load names what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from crmsync.emulator.salesforce import catalogue
from crmsync.emulator.salesforce.fields import Choice, Field, parse
from crmsync.emulator.wire import Json

STOCK: dict[str, tuple[Field, ...]] = {name: tuple(parse(lines)) for name, (_, _, lines) in catalogue.OBJECTS.items()}
ACTIVITY = "Activity"


@dataclass(slots=True)
class SObject:
    """One object: its fields in the order of describe, and by lower-case name."""

    name: str
    prefix: str
    plural: str
    fields: dict[str, Field]

    def field(self, name: str) -> Field | None:
        """The field of that name, whatever its case."""
        return self.fields.get(name.lower())

    def put(self, field: Field) -> None:
        """Add a field or replace it."""
        self.fields[field.name.lower()] = field

    @property
    def createable(self) -> bool:
        """Whether API clients may create rows."""
        return self.name in catalogue.WRITEABLE

    def parent(self, relationship: str) -> Field | None:
        """The reference behind a relationship name (`Owner`)."""
        wanted = relationship.lower()
        return next((field for field in self.fields.values() if (field.relationship or "").lower() == wanted), None)

    def summary(self, version: str) -> dict[str, Json]:
        """The object as the global describe lists it."""
        base = f"/services/data/{version}/sobjects/{self.name}"
        return {
            "createable": self.createable,
            "custom": False,
            "customSetting": False,
            "deletable": self.name in catalogue.DELETABLE,
            "keyPrefix": self.prefix,
            "label": self.name,
            "labelPlural": self.plural,
            "mergeable": self.name in ("Lead", "Contact", "Account"),
            "name": self.name,
            "queryable": True,
            "replicateable": "systemmodstamp" in self.fields,
            "retrieveable": True,
            "searchable": self.createable,
            "triggerable": self.createable,
            "undeletable": self.name in catalogue.DELETABLE,
            "updateable": self.createable,
            "urls": {"sobject": base, "describe": f"{base}/describe", "rowTemplate": f"{base}/{{ID}}"},
        }

    def describe(self, version: str) -> dict[str, Json]:
        """The whole describe, fields included."""
        master: Json = {
            "active": True,
            "available": True,
            "defaultRecordTypeMapping": True,
            "developerName": "Master",
            "master": True,
            "name": "Master",
            "recordTypeId": "012000000000000AAA",
        }
        return {
            **self.summary(version),
            "childRelationships": [],
            "fields": [field.describe() for field in self.fields.values()],
            "recordTypeInfos": [master],
        }


class Schema:
    """All objects of the org."""

    def __init__(self) -> None:
        """The stock org, without any custom field."""
        self._objects = {
            name.lower(): SObject(name, prefix, plural, {field.name.lower(): field for field in STOCK[name]})
            for name, (prefix, plural, _) in catalogue.OBJECTS.items()
        }
        self._by_prefix = {sobject.prefix: sobject for sobject in self._objects.values()}

    def find(self, name: str) -> SObject | None:
        """The object of that name, whatever its case."""
        return self._objects.get(name.lower())

    def of_id(self, id_: str) -> SObject | None:
        """The object an id belongs to, by its prefix."""
        return self._by_prefix.get(id_[:3])

    def all(self) -> Iterable[SObject]:
        """Every object, by name."""
        return sorted(self._objects.values(), key=lambda sobject: sobject.name)

    def field_from_row(self, sobject: SObject, spec: Mapping[str, Json]) -> Field:
        """Make the field a `__field__` row describes, or adapt the one that is there."""
        name = str(spec["name"])
        known = sobject.field(name) or Field(name, str(spec.get("type", "string")), 255)
        field = replace(
            known,
            type=str(spec.get("type", known.type)),
            length=_length(spec.get("length"), known),
            unique=spec.get("unique", known.unique) is True,
            external_id=spec.get("externalId", known.external_id) is True,
            nillable=spec.get("nillable", known.nillable) is True,
            createable=spec.get("createable", known.createable) is True,
            updateable=spec.get("updateable", known.updateable) is True,
            restricted=spec.get("restricted", known.restricted) is True,
            label=str(spec.get("label", known.label)),
        )
        if spec.get("values") is not None:
            field = replace(field, type=_listed(field.type), choices=choices(spec["values"], known.choices))
        sobject.put(field)
        return field


def choices(values: Json, known: Iterable[Choice]) -> tuple[Choice, ...]:
    """The values of a picklist as a row gives them: words, or objects with value, label, default, converted, closed."""
    before = {choice.value: choice for choice in known}
    return tuple(_choice(value, before) for value in values) if isinstance(values, list) else ()


def guess(name: str, value: Json) -> Field:
    """The field a load needs for a value nobody declared: flag, number or text, nillable and writable."""
    if isinstance(value, bool):
        return Field(name, "boolean", nillable=False, defaulted=True)
    if isinstance(value, int | float):
        return Field(name, "double")
    long = isinstance(value, str) and len(value) > 255
    return Field(name, "textarea", 32000) if long else Field(name, "string", 255)


def _choice(value: Json, before: Mapping[str, Choice]) -> Choice:
    if not isinstance(value, dict):
        return before.get(str(value), Choice(str(value)))
    name = str(value.get("value"))
    known = before.get(name, Choice(name))
    return Choice(
        name,
        str(value.get("label", known.label)),
        default=value.get("default", known.default) is True,
        converted=value.get("converted", known.converted) is True,
        closed=value.get("closed", known.closed) is True,
        active=value.get("active", known.active) is True,
    )


def _length(given: Json, known: Field) -> int:
    return int(given) if isinstance(given, int | float | str) else known.length


def _listed(type_: str) -> str:
    return type_ if type_ in ("picklist", "multipicklist", "combobox") else "picklist"
