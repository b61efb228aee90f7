"""What an administrator set up: validation and duplicate rules, tracked fields, rows nobody may touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.store import Record, Values
from crmsync.emulator.wire import Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org


@dataclass(frozen=True, slots=True)
class Validation:
    """A rule that refuses a row: all fields of `when` hold one of their values, and the `required` one is empty.

    Without a `required` one the condition alone refuses.
    """

    sobject: str
    when: Mapping[str, tuple[Json, ...]]
    required: str
    field: str
    words: str

    def refuses(self, whole: Mapping[str, Json]) -> bool:
        """Whether this row may not be saved."""
        met = all(whole.get(name) in values for name, values in self.when.items())
        return met and (not self.required or whole.get(self.required) in (None, False))


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A rule that finds rows with equal values in all of `fields`; an `alert` may be overruled by allowSave."""

    sobject: str
    fields: tuple[str, ...]
    against: tuple[str, ...]
    alert: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """All of it; `tracked` fields of each object write history, `locked` rows the API may not change."""

    validations: tuple[Validation, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    tracked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()

    def with_validation(self, rule: Validation) -> Rules:
        """One validation rule more."""
        return replace(self, validations=(*self.validations, rule))

    def with_duplicate(self, rule: Duplicate) -> Rules:
        """One duplicate rule more."""
        return replace(self, duplicates=(*self.duplicates, rule))

    def with_tracked(self, sobject: str, names: Iterable[str]) -> Rules:
        """These fields of an object, and no others, write history from now on."""
        return replace(self, tracked={**self.tracked, sobject: frozenset(names)})

    def with_locked(self, id_: str, *, locked: bool) -> Rules:
        """A row the API's user may not change, or may again."""
        return replace(self, locked=self.locked | {id_} if locked else self.locked - {id_})


def validate(org: Org, sobject: SObject, whole: Mapping[str, Json]) -> None:
    """Refuse what a validation rule refuses, in the administrator's words (facts/salesforce.md section 7)."""
    for rule in org.rules.validations:
        if rule.sobject == sobject.name and rule.refuses(whole):
            raise Problem("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.words, [rule.field] if rule.field else [])


def refuse_duplicates(
    org: Org, sobject: SObject, written: Values, whole: Mapping[str, Json], own: str, *, allow_save: bool
) -> None:
    """DUPLICATES_DETECTED where a rule finds a double of a row that names one of its fields (facts 5.5)."""
    for rule in org.rules.duplicates:
        if rule.sobject != sobject.name or not set(rule.fields) & set(written) or (rule.alert and allow_save):
            continue
        if any(row.id != own for name in rule.against for row in _doubles(org, rule, name, whole)):
            raise Problem("DUPLICATES_DETECTED", "Use one of these records?")


def _doubles(org: Org, rule: Duplicate, name: str, whole: Mapping[str, Json]) -> list[Record]:
    first, *others = rule.fields
    if any(whole.get(field) is None for field in rule.fields):
        return []
    return [
        row
        for row in org.tables[name].find(first, whole[first])
        if not row.deleted and all(str(row.values.get(field)).lower() == str(whole[field]).lower() for field in others)
    ]
