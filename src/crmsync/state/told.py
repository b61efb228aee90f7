"""A CRM's own history in our words: which of our fields got which value, when, and by whom."""

from collections.abc import Iterable, Iterator

from crmsync.model.activities import Actor
from crmsync.model.belonging import HistoryEntry
from crmsync.model.people import StatusObservation
from crmsync.model.streams import StreamSpec

HISTORY = "history"


def history_as_observations(
    entries: Iterable[HistoryEntry], spec: StreamSpec, machines: frozenset[tuple[str, str]]
) -> Iterator[StatusObservation]:
    """The entries about mapped fields; what a user did that machines log in as was an integration."""
    ours = {one.vendor: one.name for one in spec.fields}
    for one in entries:
        name = ours.get(one.field)
        if name is None:
            continue
        machine = one.actor is Actor.PERSON and (one.record.system, one.by) in machines
        actor = Actor.INTEGRATION if machine else one.actor
        yield StatusObservation(one.record, name, one.at, one.after, HISTORY, by=one.by, actor=actor.value)
