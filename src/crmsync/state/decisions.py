"""Decisions that changed something or are held: kept compressed with what they were made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from crmsync.model.activities import Activity
from crmsync.model.decisions import Because, Decision, Desired, Score
from crmsync.model.memory import PastDecision, Recording
from crmsync.model.people import Assignment, Observed, Pass, Restored, SlaClock, StatusObservation
from crmsync.model.records import RecordKind, Ref, Snapshot
from crmsync.state.bulk import BulkRow, bulk_upsert
from crmsync.state.codec import pack, texts, to_json, unpack, value_from_plain, value_to_plain
from crmsync.state.marks import table


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """A snapshot whose values say in JSON what they are."""

    ref: Ref
    kind: RecordKind
    modified_at: datetime
    deleted: bool
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeptInputs:
    """An Observed in JSON: the pairs of `seen` as a list, the values of snapshots marked."""

    person: str
    records: list[KeptSnapshot]
    seen: list[tuple[Ref, str, str | None]]
    trip: Pass | None
    clocks: list[SlaClock]
    activities: list[Activity]
    assignment: Assignment | None
    observations: list[StatusObservation]
    ambiguous: bool
    passes: int
    restored: list[tuple[Ref, str, Restored]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """What a decision row holds."""

    trail: list[Because]
    desired: list[Desired]
    score: Score | None
    inputs: KeptInputs | None


def keep_decisions(connection: Connection, recording: Recording) -> None:
    """Keep the decisions that move something: a planned row, a stage, or something found in a field."""
    planned = {row.change.person for row in recording.rows}
    rows = [
        _row(recording, one)
        for one in recording.decisions
        if one.person in planned or one.stage_events or one.observations
    ]
    bulk_upsert(connection, table("decision"), ("cycle", "person", "at", "codes", "body"), rows)


def last_decision(connection: Connection, person: str) -> PastDecision | None:
    """The latest kept decision on a person."""
    decision = table("decision")
    query = select(decision).where(decision.c.person == person).order_by(decision.c.cycle.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    body = unpack(row.body, KeptDecision)
    inputs = _observed(body.inputs) if body.inputs else None
    return PastDecision(row.cycle, person, row.at, tuple(body.trail), texts(row.codes), body.score, inputs)


def _row(recording: Recording, decision: Decision) -> BulkRow:
    inputs = recording.inputs.get(decision.person)
    body = KeptDecision(
        trail=list(decision.trail),
        desired=list(decision.desired),
        score=decision.score,
        inputs=_kept(inputs) if inputs else None,
    )
    codes = to_json([*(one.code for one in decision.findings), *(one.because.code for one in decision.desired)])
    return (recording.cycle, decision.person, decision.at, codes, pack(body))


def _kept(one: Observed) -> KeptInputs:
    return KeptInputs(
        person=one.person,
        records=[_kept_snapshot(record) for record in one.records],
        seen=[(ref, name, value) for (ref, name), value in one.seen.items()],
        trip=one.trip,
        clocks=list(one.clocks),
        activities=list(one.activities),
        assignment=one.assignment,
        observations=list(one.observations),
        ambiguous=one.ambiguous,
        passes=one.passes,
        restored=[(ref, name, value) for (ref, name), value in one.restored.items()],
    )


def _kept_snapshot(one: Snapshot) -> KeptSnapshot:
    values = {name: value_to_plain(value) for name, value in one.values.items()}
    return KeptSnapshot(one.ref, one.kind, one.modified_at, one.deleted, values)


def _observed(kept: KeptInputs) -> Observed:
    return Observed(
        person=kept.person,
        records=tuple(_snapshots(kept.records)),
        seen=_seen(kept.seen),
        trip=kept.trip,
        clocks=tuple(kept.clocks),
        activities=tuple(kept.activities),
        assignment=kept.assignment,
        observations=tuple(kept.observations),
        ambiguous=kept.ambiguous,
        passes=kept.passes,
        restored={(ref, name): value for ref, name, value in kept.restored},
    )


def _snapshots(kept: Sequence[KeptSnapshot]) -> list[Snapshot]:
    return [
        Snapshot(
            ref=one.ref,
            kind=one.kind,
            modified_at=one.modified_at,
            deleted=one.deleted,
            values={name: value_from_plain(value) for name, value in one.values.items()},
        )
        for one in kept
    ]


def _seen(kept: Sequence[tuple[Ref, str, str | None]]) -> Mapping[tuple[Ref, str], str | None]:
    return {(ref, name): value for ref, name, value in kept}
