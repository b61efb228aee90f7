"""Property definitions: what an object of the portal has, and how the properties API shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from crmsync.emulator.wire import Json

# type -> the field types that go with it (facts/hubspot.md section 9)
FIELD_TYPES: dict[str, tuple[str, ...]] = {
    "bool": ("booleancheckbox", "calculation_equation"),
    "enumeration": ("select", "radio", "checkbox", "booleancheckbox", "calculation_equation"),
    "date": ("date",),
    "datetime": ("date",),
    "number": ("number", "calculation_equation"),
    "string": ("text", "textarea", "html", "phonenumber", "file", "calculation_equation"),
}


@dataclass(slots=True)
class Option:
    """One choice of an enumeration; `value` is what the API speaks, `label` what people read."""

    value: str
    label: str
    order: int = -1
    hidden: bool = False

    def as_json(self) -> dict[str, Json]:
        """The option as the properties API shows it."""
        return {
            "label": self.label,
            "value": self.value,
            "description": "",
            "displayOrder": self.order,
            "hidden": self.hidden,
        }


@dataclass(slots=True)
class Property:
    """One property of one object type. `read_only` values are set by HubSpot alone."""

    name: str
    type: str = "string"
    field_type: str = "text"
    label: str = ""
    group: str = "contactinformation"
    description: str = ""
    options: list[Option] = field(default_factory=list)
    unique: bool = False
    read_only: bool = False
    stock: bool = False
    external_options: bool = False
    form_field: bool = False
    order: int = -1
    hidden: bool = False
    at: str = "1970-01-01T00:00:00.000Z"
    updated: str = ""
    archived: str = ""
    calculated: bool = False
    formula: str = ""
    currency: bool = False
    refers: str = ""

    def as_json(self) -> dict[str, Json]:
        """The full `Property` of the vendor's specification."""
        origin: dict[str, Json] = {} if self.stock else {"createdUserId": "1", "updatedUserId": "1"}
        kept: dict[str, Json] = {
            "archivable": not self.stock,
            "readOnlyDefinition": self.stock and not self.options,
            **({"readOnlyOptions": self.read_only} if self.options or self.stock else {}),
            "readOnlyValue": self.read_only,
        }
        return {
            "name": self.name,
            "label": self.label or self.name,
            "type": self.type,
            "fieldType": self.field_type,
            "description": self.description,
            "groupName": self.group,
            "options": [option.as_json() for option in self.options],
            "displayOrder": self.order,
            "calculated": self.calculated,
            **({"calculationFormula": self.formula} if self.formula else {}),
            "externalOptions": self.external_options,
            **({"referencedObjectType": self.refers} if self.refers else {}),
            **({"showCurrencySymbol": True} if self.currency else {}),
            "hasUniqueValue": self.unique,
            "hidden": self.hidden,
            "hubspotDefined": self.stock,
            "modificationMetadata": kept,
            "formField": self.form_field,
            "dataSensitivity": "non_sensitive",
            "createdAt": self.at,
            "updatedAt": self.updated or self.at,
            "archived": bool(self.archived),
            **({"archivedAt": self.archived} if self.archived else {}),
            **origin,
        }

    def offers(self, value: str) -> bool:
        """Whether the value is one of the options."""
        return any(option.value == value for option in self.options)

    def offer(self, value: str, label: str | None = None) -> None:
        """Add an option at the end, unless it is there."""
        if not self.offers(value):
            self.options.append(Option(value, label or value, len(self.options)))
