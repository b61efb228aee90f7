"""A mapping file as values: how one CRM spells our fields, and how its rows become activities and owners."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from crmsync.model.activities import ActivityKind, Direction
from crmsync.model.belonging import ListKind
from crmsync.model.records import RecordKind, Scalar
from crmsync.model.streams import Wire


@dataclass(frozen=True, slots=True)
class Names:
    """A field that holds the id of another record. `alias` says that record replaces ours: merge or conversion."""

    system: str
    object: str
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One mapped field as the file states it, before the org was asked."""

    name: str
    vendor: str
    wire: Wire = Wire.TEXT
    required: bool = False
    writable: bool = False
    pulled: bool = True
    names: Names | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when the field has one of these words, or, without words, when it has any value at all."""

    field: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KindPlan:
    """Which kind of activity a row is: by a word of a field, else by the presence of another, else one for all."""

    otherwise: ActivityKind
    field: str | None = None
    words: Mapping[str, ActivityKind] = dataclasses.field(default_factory=dict)
    present: Mapping[str, ActivityKind] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DirectionPlan:
    """Who reached out: by a word of a field, else one for all."""

    otherwise: Direction
    field: str | None = None
    words: Mapping[str, Direction] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BotPlan:
    """What tells a machine from a person: the CRM's own flag, words in the program's name, or inhuman speed.

    `sent_at` names the field with the instant of sending: what happens within so many seconds of it no person did.
    """

    filtered: str | None = None
    agent: str | None = None
    agents: tuple[str, ...] = ()
    sent_at: str | None = None
    within_seconds: int = 5


@dataclass(frozen=True, slots=True)
class ActivityPlan:
    """How a row becomes an activity. All names are ours.

    `at`: the first of these fields with a value tells when it happened; none: the server's stamp. `day` names a
    field with a calendar day that counts where the row was made only after that day. `outcomes` translate vendor
    ids of call outcomes. `parties`: per field, id prefix -> vendor object; `by_email` names a field with the e-mail
    address of the person it is about. A row for which `skip` holds is a copy that does not count. The fields `owner`,
    `disposition`, `key`, `made_by` and `created_at` are read under these names.
    """

    kind: KindPlan
    direction: DirectionPlan
    at: tuple[str, ...] = ()
    day: str | None = None
    label: str | None = None
    outcomes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    automation: Condition | None = None
    integration: Condition | None = None
    bot: BotPlan | None = None
    open: Condition | None = None
    skip: Condition | None = None
    by_email: str | None = None
    parties: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnerPlan:
    """How a row becomes an owner: what tells a queue from a person and a person from a machine.

    `integration_users` are ids or e-mail addresses of users that machines log in as. The fields `away`, `away_until`
    and `team` are read under these names.
    """

    queue_ids_start_with: str | None = None
    queue_when: Condition | None = None
    integration_when: Condition | None = None
    integration_users: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ListPlan:
    """How a row becomes a list of people; `filled` names the field with the list that an import filled."""

    kind: ListKind
    filled: str | None = None


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """Our names of the field with the list or deal, and of those with the records that are in it."""

    of: str
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DealPlan:
    """What tells a closed deal from an open one, and a won one from a lost one."""

    closed_when: Condition
    won_when: Condition | None = None


@dataclass(frozen=True, slots=True)
class HistoryPlan:
    """Whose history it is, of which vendor fields where the CRM has to be told, and what tells who made a change.

    `fields` translate the history's word for a field into the record's. The fields `record`, `field`, `before`,
    `after`, `at` and `by` are read under these names.
    """

    system: str
    object: str
    tracked: tuple[str, ...] = ()
    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    automation: Condition | None = None
    integration: Condition | None = None


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """One stream as the file states it. `new_task` are fixed values of a task that we make, `closed_task` close it.

    `optional`: a CRM that lacks the object, or one of its required fields, goes without this stream.
    """

    name: str
    object: str
    kind: RecordKind
    fields: tuple[FieldPlan, ...]
    associated: tuple[str, ...] = ()
    event_type: str | None = None
    activity: ActivityPlan | None = None
    owner: OwnerPlan | None = None
    people_list: ListPlan | None = None
    member: MemberPlan | None = None
    deal: DealPlan | None = None
    history: HistoryPlan | None = None
    optional: bool = False
    new_task: Mapping[str, Scalar] = dataclasses.field(default_factory=dict)
    closed_task: Mapping[str, Scalar] = dataclasses.field(default_factory=dict)

    @property
    def names(self) -> Mapping[str, Names]:
        """Our names of the fields that hold another record's id, with what they name."""
        return {one.name: one.names for one in self.fields if one.names}


@dataclass(frozen=True, slots=True)
class SystemMapping:
    """The whole mapping of one CRM. `label` is the file it came from, for sentences about it."""

    system: str
    label: str
    streams: Mapping[str, StreamPlan]
