"""A field of an object: what it is, and how a line of the catalogue spells it (as describe shows it: `shown`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from crmsync.emulator.wire import Json

TEXT = frozenset(
    {"string", "picklist", "combobox", "textarea", "email", "phone", "url", "multipicklist", "encryptedstring"}
)
NUMBER = frozenset({"double", "currency", "percent", "int"})
UNGROUPED = frozenset({"double", "currency", "percent", "datetime", "address", "combobox", "anyType"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a picklist; `converted` and `closed` carry the meaning of statuses and stages."""

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
    """One field of an object.

    `length` counts characters, `precision` digits (an int's `digits`), `targets` are the types a reference may point
    at, `compound` is the field it is a part of.
    """

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
    precision: int = 0
    scale: int = 0
    compound: str = ""
    unfilterable: bool = False
    uncounted: bool = False
    secured: bool | None = None

    @property
    def custom(self) -> bool:
        """Whether an administrator added it."""
        return self.name.endswith("__c")

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
        if self.name == "RecurrenceActivityId":
            return None
        return self.name.removesuffix("__c") + "__r" if self.custom else self.name.removesuffix("Id")

    @property
    def filterable(self) -> bool:
        """Whether WHERE may name it: long text may not."""
        return not self.unfilterable and not (self.type == "textarea" and self.length > 255)

    @property
    def sortable(self) -> bool:
        """Whether ORDER BY may name it."""
        return not (self.type == "textarea" and self.length > 255) and self.type != "address"

    @property
    def groupable(self) -> bool:
        """Whether GROUP BY may name it."""
        return self.filterable and self.type not in UNGROUPED

    @property
    def aggregatable(self) -> bool:
        """Whether a function like MAX may be put over it."""
        return self.filterable and not self.uncounted and self.type not in {"boolean", "address"}

    @property
    def permissionable(self) -> bool:
        """Whether a permission set may hide it; the flag P turns the rule of thumb around."""
        usual = self.nillable and (self.createable or self.updateable)
        return usual if self.secured is None else self.secured

    @property
    def required(self) -> bool:
        """Whether a create must give it."""
        return self.createable and not self.nillable and not self.defaulted and self.type != "boolean"

    @property
    def default(self) -> Json:
        """The value of a new row where nobody gives one, None for none."""
        return next((choice.value for choice in self.choices if choice.default), None)

    def with_choice(self, value: str) -> Field:
        """The same field with one more value in its picklist."""
        return replace(self, choices=(*self.choices, Choice(value)))


def parse(lines: str) -> Iterable[Field]:
    """Read lines of the catalogue: name, type, length, flags, targets or @compound, = label, | values.

    A number's length is `precision.scale`, an int's its digits. Flags: C createable, U updateable, N nillable,
    D defaulted on create, R restricted picklist, I lookup by id, X may not be filtered,
    A may not be aggregated, P hidden by permissions where the rule of thumb says not (or the other way), - none.
    """
    return [_field(line) for line in lines.splitlines() if line.strip()]


def _field(line: str) -> Field:
    rest, _, values = line.partition("|")
    head, _, label = rest.partition(" = ")
    name, type_, size, flags, *more = head.split()
    whole, _, fraction = size.partition(".")
    number = type_ in NUMBER
    usual = "N" in flags and ("C" in flags or "U" in flags)
    return Field(
        name,
        type_,
        0 if number else int(whole),
        createable="C" in flags,
        updateable="U" in flags,
        nillable="N" in flags,
        defaulted="D" in flags,
        restricted="R" in flags,
        id_lookup="I" in flags,
        unfilterable="X" in flags,
        uncounted="A" in flags,
        secured=(not usual) if "P" in flags else None,
        targets=tuple(word for word in more if not word.startswith("@")),
        choices=tuple(_choice(value.strip()) for value in values.split(";") if value.strip()),
        label=label.strip(),
        precision=int(whole) if number else 0,
        scale=int(fraction or 0),
        compound=next((word[1:] for word in more if word.startswith("@")), ""),
    )


def _choice(text: str) -> Choice:
    value = text.rstrip("*+!")
    marks = text[len(value) :]
    return Choice(value, default="*" in marks, converted="+" in marks, closed="!" in marks)
