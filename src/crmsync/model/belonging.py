"""What people are put into - lists, campaigns, imports, deals - and what a CRM's own history tells of a field."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crmsync.model.activities import Actor
from crmsync.model.records import Ref


class ListKind(StrEnum):
    """Which kind of list of people it is."""

    CAMPAIGN = "campaign"
    LIST = "list"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A named list of people. `type` and `source` are the vendor's words (campaign type, how an import came in).

    `filled` is the list an import filled: whoever is in that one came with the import.
    """

    ref: Ref
    kind: ListKind
    name: str
    type: str = ""
    source: str = ""
    made_at: datetime | None = None
    modified_at: datetime | None = None
    deleted: bool = False
    filled: Ref | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """These records are in that list, or have a role in that deal (`of` names either; both may be read later)."""

    ref: Ref
    of: Ref
    parties: tuple[Ref, ...]
    at: datetime | None = None
    modified_at: datetime | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity or deal. `open` is None where the CRM does not say; `parties` are contacts it names itself."""

    ref: Ref
    name: str
    stage: str = ""
    open: bool | None = None
    won: bool = False
    owner: str | None = None
    modified_at: datetime | None = None
    deleted: bool = False
    parties: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What the CRM's history says of one field: `record` got `after` at that instant. `field` is the vendor's name.

    `by` is the user or source the CRM names, `actor` what that is: a person, an automation or an integration.
    """

    ref: Ref
    record: Ref
    field: str
    at: datetime
    before: str | None
    after: str | None
    by: str = ""
    actor: Actor = Actor.PERSON


@dataclass(frozen=True, slots=True)
class ListedIn:
    """A list a person is in, with the record that is in it and since when."""

    of: PeopleList
    record: Ref
    at: datetime | None = None
