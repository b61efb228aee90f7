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
    """A function over fields; understood as grammar, never run."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field op value`, with several values for IN and NOT IN."""

    operand: Path | Call
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

    operand: Path | Call
    descending: bool = False
    nulls_last: bool = False


@dataclass(slots=True)
class Query:
    """A whole query; `beyond` names what is valid SOQL but not covered by the emulator."""

    fields: list[Path] = field(default_factory=list)
    count: bool = False
    type: Path = Path((), 0)
    alias: str = ""
    where: Condition | None = None
    order: list[Order] = field(default_factory=list)
    limit: int | None = None
    offset: int = 0
    beyond: list[str] = field(default_factory=list)
