"""Is everything in place in the CRMs? Looks, asks, reads - and writes nothing."""

from collections.abc import Iterator

from crmsync.cycle.context import KEY, task_stream
from crmsync.cycle.spending import saving
from crmsync.cycle.streams import Streams, streams
from crmsync.cycle.sweep import name_of
from crmsync.cycle.wiring import Wiring
from crmsync.model.decisions import ChangeKind
from crmsync.model.errors import AccessLost, CrmsyncError
from crmsync.model.health import DoctorFinding, Level
from crmsync.model.streams import Cursor, OrgFacts, StreamSpec
from crmsync.rules.local_time import moment

STATUS = "status"
NAMES = {"salesforce": "Salesforce", "hubspot": "HubSpot"}
SWITCHED_OFF = {
    "status": "the status of these records is not written; it stays visible in `crmsync explain`",
    "score": "scores are not written there; they stay visible in `crmsync explain`",
    "owner": "owners are neither read nor set there",
    "import_tag": "bought names are recognised by lead source only",
    "lead_source": "bought names are recognised by import tag only",
    "do_not_call": "this opt-out is not seen: a do-not-call flag protects nobody",
    "opt_out": "this opt-out is not seen: it protects nobody",
    "merged_into": "a merged record looks like a deleted one",
    "converted_contact": "a converted lead and its contact are tied by e-mail only",
    "salesforce_lead_id": "leads and contacts are tied by e-mail only",
    "salesforce_contact_id": "contacts of both CRMs are tied by e-mail only",
    "disposition": "call outcomes of logged calls are not seen",
    "manager": "colleagues of one manager do not count for each other",
}
KEY_FIELD = "Activity.CRMSync_Key__c, Text(40), unique, external id, case-insensitive"


def examine(wiring: Wiring) -> tuple[DoctorFinding, ...]:
    """Everything an admin wants to know before the first plan, per CRM and for the workspace."""
    known = streams(wiring, fresh=True)
    found = [one for system in wiring.connectors for one in _system(wiring, known, system)]
    return (*found, *_workspace(wiring))


def _system(wiring: Wiring, known: Streams, system: str) -> Iterator[DoctorFinding]:
    try:
        org = wiring.connectors[system].org()
    except CrmsyncError as error:
        yield _no_login(system, error)
        return
    yield _logged_in(org)
    yield from _budget(wiring, org)
    yield from _swept(wiring, known, system)
    for trouble in known.troubles:
        if trouble.system == system:
            fix = f"Give crmsync's user read access to the field, or map another one in mappings/{system}.yaml."
            yield _problem(system, "fields.required", trouble.words, "This kind of record is not read.", fix)
    yield from _not_there(wiring, known, system)
    for spec in known.of(system):
        yield from _fields(spec)
        yield from _statuses(wiring, known, spec)
    yield from _converted(known, system)
    yield from _sync_user(wiring, known, org)
    if system == wiring.agreement.sla.task_system:
        yield from _task_key(wiring, known, system)
    yield _writes(wiring, system)


# Reaching it ---------------------------------------------------------------------------------------------------------


def _no_login(system: str, error: CrmsyncError) -> DoctorFinding:
    if isinstance(error, AccessLost):
        fix = "Check the token or the client id and secret; the README says where they are looked for."
        return _problem(system, "login", str(error), f"Nothing of {NAMES.get(system, system)} is read or written.", fix)
    fix = f"Check base_url in connectors/{system}.yaml and the network of this machine."
    return _problem(system, "reach", str(error), f"Nothing of {NAMES.get(system, system)} is read or written.", fix)


def _logged_in(org: OrgFacts) -> DoctorFinding:
    kind = "production" if org.production else "sandbox or test"
    what = f"Login works: {org.name or org.org_id} ({org.org_id}), {kind}."
    return DoctorFinding(org.system, "login", Level.OK, what)


def _budget(wiring: Wiring, org: OrgFacts) -> Iterator[DoctorFinding]:
    if org.calls_today is None or not org.calls_allowed:
        return
    share, reserve = org.calls_today / org.calls_allowed, wiring.settings[org.system].budget.reserve
    what = f"API calls of the last 24 hours: {org.calls_today:,} of {org.calls_allowed:,} ({share:.0%})."
    waits = next(saving(wiring.among([org.system])), "")
    if not waits:
        yield DoctorFinding(org.system, "budget", Level.OK, what)
        return
    why = f"crmsync leaves {reserve:.0%} of the calls to others, and the less urgent work waits first. {waits}"
    yield _note(org.system, "budget", what, why, "Find out which other integration uses the calls.")


def _swept(wiring: Wiring, known: Streams, system: str) -> Iterator[DoctorFinding]:
    """When the CRM's own list of records was last held against the store; nothing before the first time."""
    instants = {
        whole: [one.upper for spec in known.of(system) if (one := _last(wiring, spec, whole=whole)) and one.upper]
        for whole in (False, True)
    }
    if not instants[False] or not instants[True]:
        return
    day, all_ = moment(min(instants[False]), wiring.calendar), moment(min(instants[True]), wiring.calendar)
    what = f"Held against the CRM's own list of records: the last day at {day}, everything at {all_} or later."
    yield DoctorFinding(system, "sweep", Level.OK, what)


def _last(wiring: Wiring, spec: StreamSpec, *, whole: bool) -> Cursor | None:
    return wiring.store.cursor(spec.system, name_of(spec, whole=whole))


# What can be read and said -------------------------------------------------------------------------------------------


def _fields(spec: StreamSpec) -> Iterator[DoctorFinding]:
    required = [one.vendor for one in spec.fields if one.required]
    fields = ", ".join(required) or "none is required"
    what = f"{spec.name.replace('_', ' ')}: all required fields can be read ({fields})."
    yield DoctorFinding(spec.system, "fields.required", Level.OK, what)
    for name in spec.missing:
        if name == KEY:
            continue
        why = f"{SWITCHED_OFF.get(name, 'what needs it counts as unknown')}."
        what = f'{spec.object} has no field for "{name.replace("_", " ")}".'
        fix = f'Add the field or map another one under "{name}" in mappings/{spec.system}.yaml. Or leave it.'
        yield _note(spec.system, "fields.optional", what, f"{why[0].upper()}{why[1:]}", fix)


def _not_there(wiring: Wiring, known: Streams, system: str) -> Iterator[DoctorFinding]:
    """Optional streams that this CRM lacks or does not show us: one line for all of them."""
    closed = {stream for owner, stream in wiring.closed if owner == system}
    off = [name for owner, name in known.off if owner == system] + sorted(closed)
    if off:
        words = ", ".join(name.replace("_", " ") for name in dict.fromkeys(off))
        what = f"Not read, because {NAMES.get(system, system)} does not have them or does not show them to us: {words}."
        fix = f"Give crmsync's user access to them, or remove them from mappings/{system}.yaml. Or leave it."
        yield _note(system, "streams.optional", what, "What they would tell counts as unknown.", fix)


def _sync_user(wiring: Wiring, known: Streams, org: OrgFacts) -> Iterator[DoctorFinding]:
    """Records of another CRM hold ids of this one: a sync runs beside us, and its user here should be known as one."""
    system = org.system
    told = {
        name.system
        for spec in known.specs
        for field, name in wiring.plan_of(spec).names.items()
        if spec.system != name.system and spec.field(field) is not None
    }
    people = wiring.store.directory().owners.values()
    machines = [one for one in people if one.system == system and one.integration and one.id != org.user_id]
    if system not in told or machines or not any(one.system == system for one in people):
        return
    what = f"Another CRM syncs with {NAMES.get(system, system)}, and none of its users is known as the sync's."
    why = "What the sync copies over may be taken for a person's edit."
    fix = f"Name its user under owner: integration_users in mappings/{system}.yaml."
    yield _note(system, "sync.user", what, why, fix)


def _statuses(wiring: Wiring, known: Streams, spec: StreamSpec) -> Iterator[DoctorFinding]:
    field = spec.field(STATUS) if (spec.system, spec.object) in known.persons else None
    if field is None or field.options is None:
        return
    converted = known.converted_values.get(spec.system, frozenset())
    agreed = [one.spelled[spec.system] for one in wiring.agreement.statuses.values() if spec.system in one.spelled]
    absent = [word for word in agreed if word not in field.options and word not in converted]
    if not absent:
        yield DoctorFinding(
            spec.system, "statuses", Level.OK, f"{spec.object}.{field.vendor} knows every agreed status."
        )
        return
    words = ", ".join(f'"{word}"' for word in absent)
    yield _problem(
        spec.system,
        "statuses",
        f"{spec.object}.{field.vendor} has no active value {words}.",
        "A record that should say so is left as it is and listed.",
        "Add it to the field's list, or spell the status as the CRM does in statuses.yaml and sign again.",
    )


def _converted(known: Streams, system: str) -> Iterator[DoctorFinding]:
    values = sorted(known.converted_values.get(system, ()))
    if values:
        shown = ", ".join(f'"{one}"' for one in values)
        what = f"Means converted: {shown}."
        yield DoctorFinding(
            system, "converted", Level.OK, what, "crmsync never writes it and never touches such leads."
        )


def _task_key(wiring: Wiring, known: Streams, system: str) -> Iterator[DoctorFinding]:
    spec = task_stream(wiring, known)
    if spec is None:
        fix = "Give crmsync's user access to tasks, or remove tasks from the mapping."
        yield _problem(system, "task.key", "No tasks can be made here.", "Missed deadlines are only listed.", fix)
        return
    field = spec.field(KEY)
    told = known.described[spec.system, spec.object].fields.get(field.vendor) if field else None
    if told is not None and told.unique:
        what = f"{spec.object}.{told.name} keeps overdue tasks unique."
        yield DoctorFinding(system, "task.key", Level.OK, what)
        return
    what = (
        f"{spec.object} has no field that keeps overdue tasks unique."
        if told is None
        else f"{told.name} is not unique."
    )
    why = "crmsync looks before it makes a task; two at the very same moment could still make two. This is weaker."
    yield _note(system, "task.key", what, why, f"Add {KEY_FIELD}.")


# Switches ------------------------------------------------------------------------------------------------------------


def _writes(wiring: Wiring, system: str) -> DoctorFinding:
    if wiring.settings[system].writes:
        return DoctorFinding(system, "writes", Level.OK, "Writes are on.")
    fix = f"Set `writes: on` in connectors/{system}.yaml when you want it."
    return _note(system, "writes", "Writes are off.", "crmsync plans, but nothing is sent to this CRM.", fix)


def _workspace(wiring: Wiring) -> Iterator[DoctorFinding]:
    modes = ", ".join(f"{kind.value.replace('_', ' ')} {wiring.workspace.mode(kind).value}" for kind in ChangeKind)
    yield DoctorFinding("", "modes", Level.OK, f"Modes: {modes}.", "watch: only recorded; ask: you approve; act: sent.")
    if wiring.agreement.signed:
        yield DoctorFinding("", "agreement", Level.OK, f"The agreement is signed (version {wiring.agreement.version}).")
        return
    what = "The agreement is not signed, or was edited since."
    fix = "Read it with `crmsync agreement show`, sign it with `crmsync agreement sign`."
    yield _note("", "agreement", what, "crmsync reads and plans, but writes nothing.", fix)


def _note(system: str, code: str, what: str, why: str, fix: str) -> DoctorFinding:
    return DoctorFinding(system, code, Level.NOTE, what, why, fix)


def _problem(system: str, code: str, what: str, why: str, fix: str) -> DoctorFinding:
    return DoctorFinding(system, code, Level.PROBLEM, what, why, fix)
