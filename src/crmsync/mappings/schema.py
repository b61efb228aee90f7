"""The form of `mappings/<system>.yaml`. Plumbing only: nothing in it can change a decision."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from crmsync.settings.units import STRICT, OneOrMore, Text, Truth, refuse, shown

KindWord = Literal["call", "email", "meeting", "form", "page_view", "email_open", "email_click", "todo"]
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


class BotRow(BaseModel):
    """What tells a machine that opens mails from a person: the CRM's own word, the program, or inhuman speed."""

    model_config = STRICT
    filtered: Text | None = None
    agent: Text | None = None
    agents: Annotated[list[Text], OneOrMore] = Field(default_factory=list)
    sent_at: Text | None = None
    within_seconds: Annotated[int, Field(ge=1, le=600)] = 5


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
    bot: BotRow | None = None
    open: ConditionRow | None = None
    skip: ConditionRow | None = None
    by_email: Text | None = None
    parties: dict[str, dict[str, Text]] = Field(default_factory=dict)


class OwnerRow(BaseModel):
    """What tells a queue from a person and a person from a machine."""

    model_config = STRICT
    queue_ids_start_with: Text | None = None
    queue_when: ConditionRow | None = None
    integration_when: ConditionRow | None = None
    integration_users: Annotated[list[Text], OneOrMore] = Field(default_factory=list)


class ListRow(BaseModel):
    """Which kind of list of people these are; `filled`: the list that an import filled."""

    model_config = STRICT
    kind: Literal["campaign", "list", "import"]
    filled: Text | None = None


class MemberRow(BaseModel):
    """Which list or deal (`of`) and which records (`who`) a row ties together."""

    model_config = STRICT
    of: Text
    who: Annotated[list[Text], OneOrMore]


class DealRow(BaseModel):
    """What tells an open deal from a closed one, and a won one from a lost one."""

    model_config = STRICT
    closed_when: ConditionRow
    won_when: ConditionRow | None = None


class HistoryRow(BaseModel):
    """Whose history it is (as system/object), and what tells who made a change.

    `fields` translate the history's name of a field into the record's (Lead.Status: none needed).
    """

    model_config = STRICT
    of: Annotated[str, BeforeValidator(_record_type)]
    tracked: Annotated[list[Text], OneOrMore] = Field(default_factory=list)
    fields: dict[str, Text] = Field(default_factory=dict)
    automation: ConditionRow | None = None
    integration: ConditionRow | None = None


class StreamRow(BaseModel):
    """One object type that is pulled."""

    model_config = STRICT
    object: Text
    kind: Literal["lead", "contact", "activity", "owner", "list", "member", "deal", "history"]
    optional: Truth = False
    fields: dict[str, FieldRow]
    associated: Annotated[list[Text], OneOrMore] = Field(default_factory=list)
    event_type: Text | None = None
    activity: ActivityRow | None = None
    owner: OwnerRow | None = None
    people_list: ListRow | None = None
    member: MemberRow | None = None
    deal: DealRow | None = None
    history: HistoryRow | None = None
    new_task: dict[str, str | int | float | bool] = Field(default_factory=dict)
    closed_task: dict[str, str | int | float | bool] = Field(default_factory=dict)


class MappingFile(BaseModel):
    """The whole file."""

    model_config = STRICT
    system: Text
    streams: dict[str, StreamRow]
