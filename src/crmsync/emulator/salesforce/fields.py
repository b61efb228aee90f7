"""A field of an object: what describe tells about it, and how a line of the catalogue spells it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from crmsync.emulator.wire import Json

TEXT = frozenset(
    {"string", "picklist", "combobox", "textarea", "email", "phone", "url", "multipicklist", "encryptedstring"}
)
NUMBER = frozenset({"double", "currency", "percent", "int"})
SOAP = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "int": "xsd:int",
    "address": "urn:address",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a picklist; `converted` and `closed` carry the meaning of lead and task statuses."""

    value: str
    label: str = ""
    default: bool = False
    converted: bool = False
    closed: bool = False
    active: bool = True

    def describe(self) -> dict[str, Json]:
        """As it stands in `picklistValues`."""
        label = self.label or self.value
        return {
            "active": self.active,
            "defaultValue": self.default,
            "label": label,
            "validFor": None,
            "value": self.value,
        }


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `length` counts characters, `targets` are the types a reference may point at."""

    name: str
    type: str
    length: int = 0
    createable: bool = True
    updateable: bool = True
    nillable: bool = True
    defaulted: bool = False
    restricted: bool = False
    id_lookup: bool = False
    unique: bool = False
    external_id: bool = False
    targets: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = field(default=())
    label: str = ""

    @property
    def title(self) -> str:
        """The label on screens."""
        if self.label:
            return self.label
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.name.removesuffix("__c").replace("_", " "))
        return re.sub(r"\bId$", "ID", words)

    @property
    def relationship(self) -> str | None:
        """The name of the parent in a query (`Owner` of OwnerId), None for what is no reference."""
        if self.type != "reference":
            return None
        return self.name.removesuffix("__c") + "__r" if self.name.endswith("__c") else self.name.removesuffix("Id")

    @property
    def filterable(self) -> bool:
        """Whether WHERE may name it: long text may not."""
        return not (self.type == "textarea" and self.length > 255)

    @property
    def sortable(self) -> bool:
        """Whether ORDER BY may name it."""
        return self.filterable and self.type != "address"

    @property
    def required(self) -> bool:
        """Whether a create must give it."""
        return self.createable and not self.nillable and not self.defaulted and self.type != "boolean"

    def with_choice(self, value: str) -> Field:
        """The same field with one more value in its picklist."""
        return replace(self, choices=(*self.choices, Choice(value)))

    def describe(self) -> dict[str, Json]:
        """The field as describe shows it."""
        return {
            "aggregatable": self.filterable,
            "autoNumber": False,
            "byteLength": self.length if self.type in ("id", "reference") else self.length * 3,
            "calculated": False,
            "caseSensitive": False,
            "controllerName": None,
            "createable": self.createable,
            "custom": self.name.endswith("__c"),
            "defaultValue": False if self.type == "boolean" else None,
            "defaultedOnCreate": self.defaulted,
            "dependentPicklist": False,
            "digits": 8 if self.type == "int" else 0,
            "externalId": self.external_id,
            "filterable": self.filterable,
            "groupable": self.filterable and self.type not in NUMBER | {"datetime", "address"},
            "idLookup": self.id_lookup or self.external_id,
            "label": self.title,
            "length": self.length,
            "name": self.name,
            "nameField": self.name == "Name",
            "nillable": self.nillable,
            "permissionable": self.nillable and (self.createable or self.updateable),
            "picklistValues": [choice.describe() for choice in self.choices],
            "polymorphicForeignKey": len(self.targets) > 1,
            "precision": 18 if self.type in ("double", "currency") else 0,
            "referenceTo": list(self.targets),
            "relationshipName": self.relationship,
            "restrictedPicklist": self.restricted,
            "scale": 0,
            "soapType": SOAP.get(self.type, "xsd:string"),
            "sortable": self.sortable,
            "type": self.type,
            "unique": self.unique,
            "updateable": self.updateable,
        }


def parse(lines: str) -> Iterable[Field]:
    """Read lines of the catalogue: name, type, length, flags, then what a reference points at or a picklist holds.

    Flags: C createable, U updateable, N nillable, D defaulted on create, R restricted picklist, I lookup by id, - none.
    """
    return [_field(line) for line in lines.splitlines() if line.strip()]


def _field(line: str) -> Field:
    head, _, values = line.partition("|")
    name, type_, length, flags, *targets = head.split()
    return Field(
        name,
        type_,
        int(length),
        createable="C" in flags,
        updateable="U" in flags,
        nillable="N" in flags,
        defaulted="D" in flags,
        restricted="R" in flags,
        id_lookup="I" in flags,
        targets=tuple(targets),
        choices=tuple(_choice(value.strip()) for value in values.split(";") if value.strip()),
    )


def _choice(text: str) -> Choice:
    value = text.rstrip("*+!")
    marks = text[len(value) :]
    return Choice(value, default="*" in marks, converted="+" in marks, closed="!" in marks)
