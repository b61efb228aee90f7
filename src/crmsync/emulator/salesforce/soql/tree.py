"""A parsed query as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from crmsync.emulator.salesforce.soql.tokens import Token


@dataclass(frozen=True, slots=True)
class Path:
    """A field, perhaps through parents (`Owner.Name`), and where it stands."""

    parts: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function over a field (`path` None for COUNT()); aggregates and FIELDS are run, all others only understood."""

    name: str
    at: int
    path: Path | None = None


Operand: TypeAlias = Path | Call


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field op value`, with several values for IN and NOT IN."""

    operand: Operand
    operator: str
    values: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Junction:
    """AND, OR or NOT over conditions."""

    word: str
    parts: tuple[Condition, ...]


Condition: TypeAlias = Comparison | Junction


@dataclass(frozen=True, slots=True)
class Order:
    """One key of ORDER BY."""

    operand: Operand
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing selected, and the name it gets."""

    operand: Operand
    alias: str = ""


@dataclass(slots=True)
class Query:
    """A whole query; `beyond` names what is valid SOQL but not covered by the emulator."""

    items: list[Item] = field(default_factory=list)
    count: bool = False
    type: Path = Path((), 0)
    alias: str = ""
    where: Condition | None = None
    group: list[Operand] = field(default_factory=list)
    having: Condition | None = None
    order: list[Order] = field(default_factory=list)
    limit: int | None = None
    offset: int = 0
    beyond: list[str] = field(default_factory=list)

    @property
    def fields(self) -> list[Path]:
        """The plain fields selected."""
        return [item.operand for item in self.items if isinstance(item.operand, Path)]

    @property
    def aggregated(self) -> bool:
        """Whether rows are put together: GROUP BY, or a function like MAX."""
        return bool(self.group) or any(
            isinstance(item.operand, Call) and item.operand.name != "FIELDS" for item in self.items
        )
