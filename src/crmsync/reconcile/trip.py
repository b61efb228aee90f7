"""One trip through the funnel: opened at first sight, ended where a person leaves the path and comes back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crmsync.agreement.model import SUCCESS_PATH, Agreement, Stage
from crmsync.model.people import Observed, Pass, StageEvent
from crmsync.model.records import Snapshot
from crmsync.rules.status import StatusFinding

WITH_SALES = frozenset({Stage.MQL, Stage.SAL, Stage.SQL})
"""The stages in which sales owes an answer."""


def trip_after(
    observed: Observed, records: Sequence[Snapshot], decided: StatusFinding, agreement: Agreement, now: datetime
) -> Pass:
    """The open trip after this decision: the same one, or a new one where somebody came back onto the path."""
    before = observed.trip
    if before is None:
        first = _first(observed, records, now)
        since = _stands_since(first, decided, agreement)
        return _entered(first, decided, agreement, since=since, now=now, shown=True)
    if before.status == decided.status:
        return _kept(before, records, decided, agreement)
    claim = decided.human_claim
    since = claim.at if claim is not None else now
    if _came_back(before, decided, agreement):
        fresh = Pass(before.person, before.number + 1, since, "return", assignees=before.assignees)
        return _entered(fresh, decided, agreement, since=since, now=now, shown=claim is not None)
    return _entered(before, decided, agreement, since=since, now=now, shown=claim is not None)


def _stands_since(first: Pass, decided: StatusFinding, agreement: Agreement) -> datetime:
    """Since when the status of a first sight stands: on the path from the start, off it since a record last moved.

    Who left the path before we came stays off it: what they did before that stamp is no reason to bring them back.
    """
    if agreement.statuses[decided.status].stage.order is not None:
        return first.opened_at
    return max((one.sighting.at for one in decided.readings), default=first.opened_at)


def _first(observed: Observed, records: Sequence[Snapshot], now: datetime) -> Pass:
    created = [at for at in (one.instant("created_at") for one in records) if at is not None]
    return Pass(observed.person, observed.passes + 1, min(created, default=now), "first sight")


def _kept(before: Pass, records: Sequence[Snapshot], decided: StatusFinding, agreement: Agreement) -> Pass:
    claim = decided.human_claim
    moved_at = claim.at if claim is not None else before.human_moved_at
    kept = replace(before, carrier=decided.carrier, reason=decided.reason, human_moved_at=moved_at)
    owed = agreement.statuses[decided.status].stage in WITH_SALES
    if owed and kept.with_sales_since is None and _shows(decided):
        stamps = [one.modified_at for one in records if one.ref == decided.carrier]
        return replace(kept, with_sales_since=max(stamps, default=before.status_since))
    return kept


def _shows(decided: StatusFinding) -> bool:
    """Whether the record that carries the trip already says what we decided."""
    return any(
        one.sighting.ref == decided.carrier and decided.status in one.meaning.statuses for one in decided.readings
    )


def _entered(
    trip: Pass, decided: StatusFinding, agreement: Agreement, *, since: datetime, now: datetime, shown: bool
) -> Pass:
    """The trip with its new status. What a person did, or what we first saw, the CRM shows; our own move not yet."""
    stage = agreement.statuses[decided.status].stage
    claim = decided.human_claim
    days = agreement.resurface_days.get(decided.reason or "")
    owed_since = trip.with_sales_since or (since if shown else None)
    return replace(
        trip,
        carrier=decided.carrier,
        status=decided.status,
        status_since=since,
        human_moved_at=claim.at if claim is not None else trip.human_moved_at,
        with_sales_since=owed_since if stage in WITH_SALES else None,
        reason=decided.reason,
        resurface_at=now + timedelta(days=days) if stage is Stage.RECYCLED and days is not None else None,
    )


def _came_back(before: Pass, decided: StatusFinding, agreement: Agreement) -> bool:
    was = agreement.statuses.get(before.status or "")
    return was is not None and was.stage.order is None and agreement.statuses[decided.status].stage.order is not None


def stage_events(
    observed: Observed, trip: Pass, decided: StatusFinding, agreement: Agreement, now: datetime
) -> tuple[StageEvent, ...]:
    """The stage this decision entered, and the ones on the way that were skipped at the same instant."""
    before = observed.trip
    if before is not None and before.number == trip.number and before.status == decided.status:
        return ()
    stage = agreement.statuses[decided.status].stage
    was = agreement.statuses[before.status].stage if before and before.status and before.number == trip.number else None
    by_person = decided.human_moved or (trip.human_moved_at is not None and trip.human_moved_at == trip.status_since)
    source = "person" if by_person else "first sight" if before is None else "crmsync"
    at = trip.status_since or now

    def event(entered: Stage, *, implied: bool) -> StageEvent:
        return StageEvent(
            trip.person, trip.number, entered.value, decided.status, at, source, decided.carrier, implied=implied
        )

    return (*(event(one, implied=True) for one in _skipped(was, stage, agreement)), event(stage, implied=False))


def _skipped(was: Stage | None, now: Stage, agreement: Agreement) -> tuple[Stage, ...]:
    if was is None or was.order is None or now.order is None:
        return ()
    used = {one.stage for one in agreement.statuses.values()}
    return tuple(one for one in SUCCESS_PATH[was.order + 1 : now.order] if one in used)
