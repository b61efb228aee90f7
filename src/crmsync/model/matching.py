"""What matching looks at: one record with the keys that could tie it to another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
class Ambiguity:
    """Records that may or may not be one person: nobody guesses, nothing is written to them.

    `cause` says why in words; `value` is the key they share, where a shared key is the reason.
    """

    refs: tuple[Ref, ...]
    cause: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """Who is who: person id -> their records, merged person -> the one who lives on, and what a person must decide.

    `causes` says per record what tied it to its person, in a code people can look up.
    """

    persons: Mapping[str, tuple[Ref, ...]]
    merged: Mapping[str, str] = field(default_factory=dict)
    ambiguous: tuple[Ambiguity, ...] = ()
    causes: Mapping[Ref, str] = field(default_factory=dict)
