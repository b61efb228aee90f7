"""What a decision needs that is not about the person, gathered once per cycle."""

from dataclasses import replace

from crmsync.cycle.streams import Streams
from crmsync.cycle.wiring import Wiring
from crmsync.model.errors import CrmsyncError
from crmsync.model.people import Directory
from crmsync.model.streams import OrgFacts, StreamSpec
from crmsync.reconcile.facts import Context
from crmsync.rules.disposition import Dictionary
from crmsync.rules.touches import not_spoken, teammates

KEY = "key"


def context(wiring: Wiring, streams: Streams, *, offline: bool = False) -> Context:
    """The agreement with its dictionary, who works here, office hours, and what the CRMs can take."""
    agreement = wiring.agreement
    orgs = {system: wiring.orgs.get(system) if offline else _org(wiring, system) for system in wiring.settings}
    spec = task_stream(wiring, streams)
    people = directory(wiring)
    return Context(
        agreement=agreement,
        dictionary=Dictionary(agreement, wiring.clock.now().date()),
        directory=people,
        calendar=wiring.calendar,
        agreements={**wiring.earlier, agreement.content: agreement},
        converted_values=streams.converted_values,
        org_ids={system: org.org_id for system, org in orgs.items() if org is not None},
        us={system: org.user_id for system, org in orgs.items() if org is not None},
        teams=teammates(people, agreement.routing),
        not_spoken=not_spoken(agreement.outcomes.values()),
        task_field=spec is not None and spec.field(KEY) is not None,
    )


def directory(wiring: Wiring) -> Directory:
    """Who works here, with what the mappings say about telling a queue by its id."""
    plans = ((name, stream.owner) for name, one in wiring.mappings.items() for stream in one.streams.values())
    prefixes = {name: plan.queue_ids_start_with for name, plan in plans if plan and plan.queue_ids_start_with}
    return replace(wiring.store.directory(), queue_prefixes=prefixes)


def task_stream(wiring: Wiring, streams: Streams) -> StreamSpec | None:
    """The stream of the CRM in which overdue tasks are made: the one whose mapping says how a new task looks."""
    system = wiring.agreement.sla.task_system
    return next((one for one in streams.of(system) if wiring.plan_of(one).new_task), None)


def _org(wiring: Wiring, system: str) -> OrgFacts | None:
    """Which org this is: asked once, remembered by the connector's owner for the life of the process."""
    if system not in wiring.orgs and system in wiring.connectors:
        try:
            wiring.orgs[system] = wiring.connectors[system].org()
        except CrmsyncError:
            return None
    return wiring.orgs.get(system)
