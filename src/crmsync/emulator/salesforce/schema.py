"""The objects of the org and their fields, found by name in any case; grows when a load names what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from crmsync.emulator.salesforce import catalogue, shown
from crmsync.emulator.salesforce.fields import NUMBER, Choice, Field, parse
from crmsync.emulator.wire import Json

STOCK: dict[str, tuple[Field, ...]] = {name: tuple(parse(shape.fields)) for name, shape in catalogue.OBJECTS.items()}
ACTIVITY = "Activity"


@dataclass(frozen=True, slots=True)
class RecordType:
    """A record type: its two names, whether it is the default, and the subset of values of some picklists."""

    id: str
    developer_name: str
    label: str
    default: bool = False
    active: bool = True
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class SObject:
    """One object: its fields by lower-case name, in the order of describe.

    What the API's user may not see or write of them is `hidden` and `read_only`, lower-case names too.
    """

    name: str
    shape: catalogue.Shape
    fields: dict[str, Field]
    access: str = ""  # "read" where the API's user may only look, "none" where the object is not there for him
    hidden: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()
    record_types: tuple[RecordType, ...] = ()
    _usual: dict[str, Json] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """The first three characters of its ids."""
        return self.shape.prefix

    @property
    def createable(self) -> bool:
        """Whether API clients may create rows."""
        return "C" in self.shape.may

    @property
    def updateable(self) -> bool:
        """Whether API clients may change rows."""
        return "U" in self.shape.may

    @property
    def deletable(self) -> bool:
        """Whether rows can be put into the recycle bin."""
        return "D" in self.shape.may

    def field(self, name: str) -> Field | None:
        """The field of that name, whatever its case."""
        return self.fields.get(name.lower())

    def seen(self, name: str) -> Field | None:
        """The field of that name as the API's user sees it: a hidden one is not there."""
        return None if name.lower() in self.hidden else self.fields.get(name.lower())

    def visible(self) -> list[Field]:
        """The fields that the API's user sees, in the order of describe, with what he may do to them."""
        return [
            replace(found, createable=False, updateable=False) if name in self.read_only else found
            for name, found in self.fields.items()
            if name not in self.hidden
        ]

    def put(self, field: Field) -> None:
        """Add a field or replace it."""
        self.fields[field.name.lower()] = field
        self._usual = {}

    def usual(self) -> dict[str, Json]:
        """What a new row holds where nobody says anything: flags off, default picklist values; not to be changed."""
        if not self._usual:
            for field in self.fields.values():
                default = False if field.type == "boolean" else field.default
                if default is not None:
                    self._usual[field.name] = default
        return self._usual

    def parent(self, relationship: str) -> Field | None:
        """The reference behind a relationship name (`Owner`)."""
        wanted = relationship.lower()
        found = self.field(wanted.removesuffix("__r") + "__c" if wanted.endswith("__r") else wanted + "id")
        return found if found is not None and (found.relationship or "").lower() == wanted else None

    def summary(self, version: str) -> dict[str, Json]:
        """The object as the global describe lists it."""
        labels = (self.shape.label, self.shape.plural)
        return shown.summary(self.name, self.prefix, labels, self.shape.may, version)

    def copy(self) -> SObject:
        """The same object, to be changed without the other one knowing."""
        return replace(self, fields=dict(self.fields), _usual={})


class Schema:
    """All objects of the org."""

    def __init__(self) -> None:
        """The stock org, without any custom field."""
        self._objects = {
            name.lower(): SObject(name, shape, {field.name.lower(): field for field in STOCK[name]})
            for name, shape in catalogue.OBJECTS.items()
        }
        self._by_prefix: dict[str, list[str]] = {}
        for key, sobject in self._objects.items():
            self._by_prefix.setdefault(sobject.prefix, []).append(key)

    def copy(self) -> Schema:
        """The same schema, to be changed without the other one knowing."""
        twin = Schema()
        twin._objects = {key: sobject.copy() for key, sobject in self._objects.items()}
        return twin

    def find(self, name: str) -> SObject | None:
        """The object of that name, whatever its case."""
        return self._objects.get(name.lower())

    def of_id(self, id_: str) -> SObject | None:
        """The object an id belongs to, by its prefix; the first one where several share it."""
        return next(iter(self.sharing(id_)), None)

    def sharing(self, id_: str) -> list[SObject]:
        """The objects whose ids start like this one: histories share a prefix, and so do lists of values."""
        return [self._objects[key] for key in self._by_prefix.get(id_[:3], ())]

    def all(self) -> Iterable[SObject]:
        """Every object, by name."""
        return sorted(self._objects.values(), key=lambda sobject: sobject.name)

    def describe(self, sobject: SObject, version: str) -> dict[str, Json]:
        """The whole describe of an object, as the API's user sees it."""
        short = sobject.summary(version)
        fields: list[Json] = [shown.field_shown(field) for field in sobject.visible()]
        return shown.whole(short, fields, self._children(sobject), _types(sobject, version))

    def field_from_row(self, sobject: SObject, spec: Mapping[str, Json]) -> Field:
        """Make the field a `__field__` row describes, or adapt the one that is there."""
        name = str(spec["name"])
        known = sobject.field(name) or _fresh(name, str(spec.get("type", "string")))
        field = replace(
            known,
            type=str(spec.get("type", known.type)),
            length=_number(spec.get("length"), known.length),
            precision=_number(spec.get("precision"), known.precision),
            scale=_number(spec.get("scale"), known.scale),
            unique=spec.get("unique", known.unique) is True,
            external_id=spec.get("externalId", known.external_id) is True,
            nillable=spec.get("nillable", known.nillable) is True,
            createable=spec.get("createable", known.createable) is True,
            updateable=spec.get("updateable", known.updateable) is True,
            restricted=spec.get("restricted", known.restricted) is True,
            label=str(spec.get("label", known.label)),
            targets=_words(spec.get("referenceTo"), known.targets),
        )
        if spec.get("values") is not None:
            field = replace(field, type=_listed(field.type), choices=choices(spec["values"], known.choices))
        sobject.put(field)
        return field

    def _children(self, sobject: SObject) -> list[Json]:
        return [
            shown.child(other.name, field, catalogue.CHILDREN.get(f"{other.name}.{field.name}"))
            for other in self.all()
            for field in other.fields.values()
            if sobject.name in field.targets and field.name != "MasterRecordId"
        ]


def choices(values: Json, known: Iterable[Choice]) -> tuple[Choice, ...]:
    """The values of a picklist as a row gives them: words, or objects with value, label, default, converted, closed."""
    before = {choice.value: choice for choice in known}
    return tuple(_choice(value, before) for value in values) if isinstance(values, list) else ()


def guess(name: str, value: Json) -> Field:
    """The field a load needs for a value nobody declared: flag, number or text, nillable and writable."""
    if isinstance(value, bool):
        return Field(name, "boolean", nillable=False, defaulted=True)
    if isinstance(value, int | float):
        return Field(name, "double", precision=18)
    long = isinstance(value, str) and len(value) > 255
    return Field(name, "textarea", 32000) if long else Field(name, "string", 255)


def _types(sobject: SObject, version: str) -> list[Json]:
    if "L" not in sobject.shape.may or sobject.name in ("CampaignMember", "OpportunityContactRole"):
        return []
    url = f"/services/data/{version}/sobjects/{sobject.name}"
    listed = [
        shown.record_type(url, kind.id, (kind.developer_name, kind.label), default=kind.default, active=kind.active)
        for kind in sobject.record_types
    ]
    none = not any(kind.default for kind in sobject.record_types)
    return [*listed, shown.record_type(url, shown.MASTER, ("Master", "Master"), default=none)]


def _fresh(name: str, type_: str) -> Field:
    if type_ == "boolean":
        return Field(name, type_, defaulted=True)
    if type_ in NUMBER:
        return Field(name, type_, precision=8 if type_ == "int" else 18)
    return Field(name, type_, 18 if type_ == "reference" else 255)


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


def _number(given: Json, known: int) -> int:
    return int(given) if isinstance(given, int | float | str) else known


def _words(given: Json, known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(word) for word in given) if isinstance(given, list) else known


def _listed(type_: str) -> str:
    return type_ if type_ in ("picklist", "multipicklist", "combobox") else "picklist"
