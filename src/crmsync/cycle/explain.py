"""Why does this record say what it says? Decide once more from what is remembered, and keep what every rule found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crmsync.cycle.context import context
from crmsync.cycle.planning import team_of
from crmsync.cycle.streams import streams
from crmsync.cycle.wiring import Wiring
from crmsync.mappings.read import read_person
from crmsync.model.decisions import Decision
from crmsync.model.errors import UnknownThing
from crmsync.model.memory import Found, PersonHistory, SetAside
from crmsync.model.people import Observed
from crmsync.model.plans import PlanRow
from crmsync.model.streams import StreamSpec
from crmsync.reconcile.decide import Findings, decide_with_findings
from crmsync.reconcile.facts import Context

MOST_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known about one person, as of the last cycle: what was found, decided, waits and was written.

    `findings` is None for a person who is left entirely alone (possible duplicate, no live record). `waiting` are
    (plan digest, row).
    """

    asked: str
    as_of: datetime
    observed: Observed
    decision: Decision
    findings: Findings | None
    history: PersonHistory | None
    waiting: tuple[tuple[str, PlanRow], ...]
    set_aside: tuple[SetAside, ...]
    context: Context
    team: str


def explain(wiring: Wiring, text: str) -> Explanation:
    """Explain a person or record by id, e-mail, name or person id; raises UnknownThing where none or many fit."""
    found = one_person(wiring, text)
    known = streams(wiring, offline=True)
    surroundings = context(wiring, known, offline=True)
    cycles = wiring.store.cycles(1)
    as_of = cycles[0].started_at if cycles else wiring.clock.now()
    observed = _observed(wiring, found)
    observed = observed or _from_store(wiring, found.person or "", known.persons)
    decision, findings = decide_with_findings(observed, surroundings, as_of)
    owner = next(
        (surroundings.directory.of(one.ref.system, one.text("owner")) for one in observed.records if one.text("owner")),
        None,
    )
    return Explanation(
        asked=text,
        as_of=as_of,
        observed=observed,
        decision=decision,
        findings=findings,
        history=wiring.store.history(observed.person),
        waiting=(*wiring.store.waiting_rows(observed.person), *wiring.store.undo_rows(observed.person)),
        set_aside=tuple(_set_aside(wiring, observed, found)),
        context=surroundings,
        team=team_of(owner.key if owner else None, wiring.agreement, surroundings.directory),
    )


def _from_store(wiring: Wiring, person: str, specs: Mapping[tuple[str, str], StreamSpec]) -> Observed:
    return wiring.store.observe([person], specs, read_person, wiring.agreement.imports.burst_within)[0]


def _set_aside(wiring: Wiring, observed: Observed, found: Found) -> list[SetAside]:
    """What is set aside for a person; for a record that belongs to nobody yet, what is set aside for the record."""
    if observed.person:
        return wiring.store.set_aside_open(observed.person)
    return [one for one in wiring.store.set_aside_open() if one.ref == found.ref]


def one_person(wiring: Wiring, text: str) -> Found:
    """The one person meant by an id, e-mail or name."""
    found = wiring.store.find(text)
    if not found:
        raise UnknownThing(
            f'Nothing here is called "{text}". Give a record id, an e-mail address or a name as the CRM shows it; '
            "records that came after the last cycle are not known yet."
        )
    if len({one.person or str(one.ref) for one in found}) > 1:
        named = ", ".join(str(one.ref) for one in found[:MOST_CANDIDATES])
        raise UnknownThing(f'"{text}" fits {len(found)} records: {named}. Give one of these ids.')
    return found[0]


def _observed(wiring: Wiring, found: Found) -> Observed | None:
    """A record that belongs to nobody yet is shown as it is, alone: a possible duplicate."""
    if found.person is not None:
        return None
    known = streams(wiring, offline=True)
    raw = wiring.store.raw_records([found.ref], known.persons).get(found.ref)
    spec = known.persons.get((found.ref.system, found.ref.object))
    records = (read_person(raw, spec),) if raw is not None and spec is not None else ()
    return Observed(person="", records=records, ambiguous=True)
