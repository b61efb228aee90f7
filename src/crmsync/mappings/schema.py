"""The form of `mappings/<system>.yaml`. Plumbing only: nothing in it can change a decision."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from crmsync.settings.units import STRICT, OneOrMore, Text, Truth, refuse, shown

KindWord = Literal["call", "email", "meeting", "form", "page_view", "email_open", "todo"]
DirectionWord = Literal["outbound", "inbound"]


def _for_all(written: object) -> object:
    """One word alone holds for every row."""
    return {"otherwise": written} if isinstance(written, str) else written


def _record_type(written: object) -> object:
    if not isinstance(written, str) or written.count("/") != 1 or not all(written.split("/")):
        raise refuse(f"{shown(written)} names no kind of record.", "Write it as salesforce/Lead.")
    return written


class FieldRow(BaseModel):
    """One field of ours: the vendor's API name, and what may be done with it."""

    model_config = STRICT
    field: Text
    type: Literal["text", "number", "band", "flag", "instant", "day"] = "text"
    required: Truth = False
    writable: Truth = False
    pulled: Truth = True
    names: Annotated[str, BeforeValidator(_record_type)] | None = None
    alias: Literal["merge", "conversion"] | None = None


class ConditionRow(BaseModel):
    """A field that has one of these words, or any value at all."""

    model_config = STRICT
    field: Text
    values: Annotated[list[Text], OneOrMore] | None = None
    present: Literal["yes"] | None = None


class KindRow(BaseModel):
    """A word of a field tells the kind; `otherwise` where none does."""

    model_config = STRICT
    field: Text | None = None
    values: dict[str, KindWord] = Field(default_factory=dict)
    otherwise: KindWord


class KindFromRow(BaseModel):
    """A field that tells the kind by having a value."""

    model_config = STRICT
    field: Text
    present: KindWord


class DirectionRow(BaseModel):
    """A word of a field tells the direction; `otherwise` where none does."""

    model_config = STRICT
    field: Text | None = None
    values: dict[str, DirectionWord] = Field(default_factory=dict)
    otherwise: DirectionWord


class ActivityRow(BaseModel):
    """How a row of this stream becomes something that somebody did."""

    model_config = STRICT
    kind: Annotated[KindRow, BeforeValidator(_for_all)]
    kind_from: KindFromRow | None = None
    at: Annotated[list[Text], OneOrMore] = Field(default_factory=list)
    day: Text | None = None
    direction: Annotated[DirectionRow, BeforeValidator(_for_all)]
    label: Text | None = None
    disposition: dict[str, Text] = Field(default_factory=dict)
    automation: ConditionRow | None = None
    integration: ConditionRow | None = None
    open: ConditionRow | None = None
    parties: dict[str, dict[str, Text]] = Field(default_factory=dict)


class OwnerRow(BaseModel):
    """What tells a queue from a person and a person from a machine."""

    model_config = STRICT
    queue_ids_start_with: Text | None = None
    queue_when: ConditionRow | None = None
    integration_when: ConditionRow | None = None


class StreamRow(BaseModel):
    """One object type that is pulled."""

    model_config = STRICT
    object: Text
    kind: Literal["lead", "contact", "activity", "owner"]
    fields: dict[str, FieldRow]
    associated: Annotated[list[Text], OneOrMore] = Field(default_factory=list)
    event_type: Text | None = None
    activity: ActivityRow | None = None
    owner: OwnerRow | None = None
    new_task: dict[str, str | int | float | bool] = Field(default_factory=dict)
    closed_task: dict[str, str | int | float | bool] = Field(default_factory=dict)


class MappingFile(BaseModel):
    """The whole file."""

    model_config = STRICT
    system: Text
    streams: dict[str, StreamRow]
