"""Structured conditions: how they are written, and the tree of values they become."""

from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from crmsync.agreement.model import All, AnyOf, Compare, Condition, Not, Op
from crmsync.settings.units import STRICT, OneOrMore, Text, refuse

JOINS = ("all", "any", "not")
OPERATORS = tuple(op.value for op in Op)
Scalar = Text | bool | int | float


class ConditionShape(BaseModel):
    """One condition as written: `all`, `any` or `not` over others, or one field with one comparison."""

    model_config = STRICT

    all_: Annotated[list["ConditionShape"] | None, Field(alias="all", min_length=1)] = None
    any_: Annotated[list["ConditionShape"] | None, Field(alias="any", min_length=1)] = None
    not_: Annotated["ConditionShape | None", Field(alias="not")] = None
    field: Text | None = None
    is_: Annotated[object, Field(alias="is")] = None
    in_: Annotated[object, Field(alias="in")] = None
    at_least: object = None
    at_most: object = None
    between: object = None
    contains_any: object = None
    starts_with: object = None
    matches: object = None
    within: object = None
    missing: object = None
    provided_by: Annotated[list[Text], OneOrMore] | None = None

    @model_validator(mode="after")
    def says_one_thing(self) -> "ConditionShape":
        """Refuse a condition that says nothing, or two things at once."""
        joins, operators = self.joins, self.operators
        if self.field is None and len(joins) == 1 and not operators:
            return self
        if self.field is not None and len(operators) == 1 and not joins:
            return self
        if self.field is not None and not operators:
            raise refuse(f'"{self.field}" is compared with nothing.', f"Add one of: {', '.join(OPERATORS)}.")
        if len(operators) > 1:
            raise refuse(f"two comparisons in one: {' and '.join(operators)}.", "Put both under all: or any:.")
        raise refuse("this is no condition.", "Write a field with one comparison, or all:, any: or not:.")

    @property
    def joins(self) -> list[str]:
        """Which of all, any, not are written."""
        return [name for name in JOINS if getattr(self, f"{name}_") is not None]

    @property
    def operators(self) -> list[str]:
        """Which comparisons are written."""
        written = self.model_fields_set
        return [name for name in OPERATORS if name in written or f"{name}_" in written]

    @property
    def value(self) -> object:
        """What the field is compared with."""
        name = self.operators[0]
        return getattr(self, name if name in type(self).model_fields else f"{name}_")


def build(shape: ConditionShape) -> Condition:
    """The condition as a value; yes and no after `missing` and `is` become truth values."""
    if shape.all_ is not None:
        return All(tuple(build(part) for part in shape.all_))
    if shape.any_ is not None:
        return AnyOf(tuple(build(part) for part in shape.any_))
    if shape.not_ is not None:
        return Not(build(shape.not_))
    operator = Op(shape.operators[0])
    return Compare(str(shape.field), operator, _value(operator, shape.value), tuple(shape.provided_by or ()))


def _value(operator: Op, written: object) -> object:
    if operator in (Op.IS, Op.MISSING):
        return {"yes": True, "no": False}.get(written, written) if isinstance(written, str) else written
    return tuple(written) if isinstance(written, list) else written
