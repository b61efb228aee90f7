"""What matching looks at: one record with the keys that could tie it to another."""

from dataclasses import dataclass
from datetime import datetime

from crmsync.model.records import RecordKind, Ref


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record that may belong to a person.

    `keys` are (kind, normalised value); `explicit` are the records this one names (cross-ids, conversion, merge).
    `live` is false for deleted and merged records; `person` is whom it belongs to now.
    """

    ref: Ref
    kind: RecordKind
    created_at: datetime
    keys: tuple[tuple[str, str], ...] = ()
    explicit: tuple[Ref, ...] = ()
    first_name: str | None = None
    last_name: str | None = None
    live: bool = True
    person: str | None = None
