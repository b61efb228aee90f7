"""What somebody took back from us is left alone while the CRM shows it, and says where the person stands."""

from collections.abc import Sequence
from dataclasses import replace

from crmsync.agreement.model import Agreement, Stage
from crmsync.model.people import Observed, Pass, Restored
from crmsync.model.records import Ref, Snapshot
from crmsync.reconcile.facts import STATUS
from crmsync.reconcile.plan import same
from crmsync.reconcile.trip import WITH_SALES
from crmsync.rules.disposition import Dictionary


def kept(observed: Observed) -> dict[tuple[Ref, str], Restored]:
    """The values somebody took back that their records still show: these fields are not ours to write."""
    records = {one.ref: one for one in observed.records}
    return {
        (ref, name): value
        for (ref, name), value in observed.restored.items()
        if ref in records and same(records[ref].values.get(name), value.value)
    }


def released(observed: Observed) -> frozenset[tuple[Ref, str]]:
    """The fields that show something else by now: somebody moved them on, and they are decided on as any other."""
    return frozenset(observed.restored.keys() - kept(observed).keys())


def put_back(observed: Observed, records: Sequence[Snapshot], agreement: Agreement, words: Dictionary) -> Observed:
    """The person with the trip as it was put back: where no record shows our status any more, theirs counts.

    It counts as a person's move: only evidence newer than it lets crmsync move them again. A field that was put back
    to something that is no status (a call outcome) moves nobody, and a bought name leaves Raw by an answer alone.
    """
    trip = observed.trip
    if trip is None or trip.status is None or agreement.statuses[trip.status].stage is Stage.RAW:
        return observed
    shown = [one for one in records if STATUS in one.values and not one.converted]
    if any(trip.status in words.meaning(one.ref.system, one.text(STATUS)).statuses for one in shown):
        return observed
    values = {ref: value for (ref, name), value in kept(observed).items() if name == STATUS}
    said = [(one.ref, values[one.ref]) for one in shown if one.ref in values]
    newer = [(ref, value) for ref, value in said if trip.status_since is None or value.at >= trip.status_since]
    proper = [(ref, value) for ref, value in newer if words.meaning(ref.system, value.value).statuses]
    if not proper:
        return observed
    ref, value = max(proper, key=lambda one: (one[0] == trip.carrier, one[1].at, one[0]))
    return replace(observed, trip=_moved(trip, words.meaning(ref.system, value.value).statuses[0], value, agreement))


def _moved(trip: Pass, status: str, value: Restored, agreement: Agreement) -> Pass:
    owed = agreement.statuses[status].stage in WITH_SALES
    return replace(
        trip,
        status=status,
        status_since=value.at,
        human_moved_at=value.at,
        with_sales_since=trip.with_sales_since if owed else None,
        reason=None,
        resurface_at=None,
    )
