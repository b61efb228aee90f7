"""What matching looks at: one record with the keys that could tie it to another."""

import dataclasses
from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Links:
    """What matching found, to be kept in one transaction.

    `groups` are (person id, their records). `merged` maps a person that is gone to the one who lives on. `ambiguous`
    are (record, why): they belong to nobody until a person decides. `left` were looked at and belong to nobody.
    `causes` says per record what tied it to its person, in a code people can look up.
    """

    groups: Sequence[tuple[str, tuple[Ref, ...]]] = ()
    merged: Mapping[str, str] = dataclasses.field(default_factory=dict)
    ambiguous: Sequence[tuple[Ref, str]] = ()
    causes: Mapping[Ref, str] = dataclasses.field(default_factory=dict)
    left: Sequence[Ref] = ()
