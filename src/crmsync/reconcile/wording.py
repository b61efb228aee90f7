"""Why a record should say something else, what is listed for a person, what is kept: codes and facts, no sentences."""

from collections.abc import Mapping, Sequence
from itertools import chain

from crmsync.agreement.model import Agreement
from crmsync.model.decisions import Because, Finding, OwnerRequest
from crmsync.model.people import ECHO, Directory, Observed, StatusObservation
from crmsync.model.records import Ref, Snapshot
from crmsync.reconcile.echo import Maker, Swing, maker
from crmsync.reconcile.facts import STATUS, Context
from crmsync.rules.disposition import Kind
from crmsync.rules.imports import ImportFinding
from crmsync.rules.status import Line, Reading, Sighting, StatusFinding

BY_LINE = {
    Line.DO_NOT_CONTACT: "status.do_not_contact",
    Line.READY: "status.sales_ready",
    Line.FADED: "status.interest_faded",
    Line.ENGAGED: "status.engaged",
    Line.CONVERTED: "status.converted",
    Line.FIRST_RAW: "status.bought",
    Line.FIRST_CLAIM_RAW: "status.bought",
    Line.RAW_STAYS: "status.bought",
    Line.CORRECTED: "status.corrected",
    Line.PUT_BACK: "status.put_back",
    Line.NOT_FROM_HOME: "status.put_back",
}
BY_KIND = {
    Kind.OUTCOME: "status.call_outcome",
    Kind.REASON: "status.reason",
    Kind.SYSTEM: "status.system_value",
    Kind.BLANK: "status.blank",
}


def because_status(reading: Reading, decided: StatusFinding, bought: ImportFinding, agreement: Agreement) -> Because:
    """Why one status field should be spelled anew: by what stands in it, else by the line that moved the status."""
    outcome = reading.meaning.outcome
    code = BY_KIND.get(reading.meaning.kind) or BY_LINE.get(decided.lines[-1], "status.follows")
    facts = {
        "found": reading.sighting.value or "",
        "status": decided.status,
        "line": decided.lines[-1].value,
        "stage": agreement.statuses[decided.status].stage.value,
    }
    if outcome is not None:
        facts |= {"outcome": outcome.name, "file": outcome.file, "at": str(outcome.line)}
    if decided.reason:
        facts["exit_reason"] = decided.reason
    if bought.tag and code == "status.bought":
        facts["list"] = bought.tag
    return Because(code, facts)


def findings_of(
    decided: StatusFinding,
    bought: ImportFinding,
    request: OwnerRequest | None,
    agreement: Agreement,
) -> tuple[Finding, ...]:
    """What is told beside the changes: values nobody declared, claims that lost, moves the agreement does not know."""
    found = [_unread(one) for one in decided.unread]
    found += [
        Finding(
            "status.overruled",
            one.ref,
            STATUS,
            one.status,
            {"kept": decided.status, "line": decided.lines[0].value},
            needs_person=decided.lines[0] is Line.NOT_FROM_HOME,
        )
        for one in decided.overruled
    ]
    if decided.lines[0] is Line.ADOPTED and decided.human_claim is not None:
        claim = decided.human_claim
        found.append(Finding("status.not_in_agreement", claim.ref, STATUS, claim.status, {"system": claim.system}))
    found += [
        Finding("status.other_lead", one.sighting.ref, STATUS, one.sighting.value, {"kept": decided.status})
        for one in decided.not_carrier
    ]
    if decided.bought_but_worked:
        found.append(
            Finding("import.already_worked", decided.carrier, STATUS, decided.status, {"list": bought.tag or ""})
        )
    if "reason" in agreement.statuses[decided.status].needs and decided.reason is None:
        found.append(Finding("status.no_exit_reason", decided.carrier, STATUS, decided.status))
    if request is not None and request.relationship is None and request.team is None:
        found.append(Finding("owner.no_rule_fits", request.targets[0], "owner", None, needs_person=True))
    return tuple(found)


def _unread(reading: Reading) -> Finding:
    asked = reading.meaning.kind is Kind.UNKNOWN
    code = "status.unknown_value" if asked else "status.left_alone"
    return Finding(code, reading.sighting.ref, STATUS, reading.sighting.value, needs_person=asked)


def findings_of_syncs(
    echoes: Sequence[Sighting], swings: Sequence[Swing], makers: Mapping[Ref, Maker], directory: Directory
) -> tuple[Finding, ...]:
    """What a sync beside us did: copies that claim nothing are listed, a quarrel over a field needs a person."""
    copied = (
        Finding("sync.echo", one.ref, STATUS, one.value, {"by": _who(one.ref.system, makers[one.ref].by, directory)})
        for one in echoes
    )
    fought = (
        Finding(
            "sync.oscillates",
            one.ref,
            one.field,
            one.values[-1],
            {
                "by": _who(one.ref.system, one.by, directory),
                "times": str(one.times),
                "values": " / ".join(value or "(empty)" for value in one.values),
                "system": one.ref.system,
                "object": one.ref.object,
            },
            needs_person=True,
        )
        for one in swings
    )
    return (*copied, *fought)


def _who(system: str, by: str, directory: Directory) -> str:
    owner = directory.of(system, by)
    return owner.name if owner is not None else by or "an integration"


def observations_of(
    observed: Observed,
    records: Sequence[Snapshot],
    decided: StatusFinding,
    makers: Mapping[Ref, Maker],
    echoes: Sequence[Sighting],
    context: Context,
) -> tuple[StatusObservation, ...]:
    """What was newly in front of us: changed status values with their meaning, and owners we had not seen."""
    changed = [(one.sighting, _meaning(one)) for one in decided.readings if one.sighting.changed]
    statuses = (
        StatusObservation(one.ref, STATUS, one.at, one.value, made.trust, meaning, made.by, made.actor)
        for one, meaning in chain(changed, ((one, ECHO) for one in echoes))
        for made in (makers[one.ref],)
    )
    return (*statuses, *(one for record in records for one in _owner(observed, record, context)))


def _meaning(reading: Reading) -> str:
    if reading.meaning.outcome is not None:
        return reading.meaning.outcome.name
    return reading.meaning.statuses[0] if reading.meaning.statuses else reading.meaning.kind.value


def _owner(observed: Observed, record: Snapshot, context: Context) -> tuple[StatusObservation, ...]:
    past = [one for one in observed.observations if one.ref == record.ref and one.field == "owner"]
    if "owner" not in record.values or (past and past[-1].value == record.text("owner")):
        return ()
    made = maker(record, "owner", observed, context)
    known = bool(past) or made.trust == "history"
    at = made.at if known else record.instant("created_at") or record.modified_at
    who = (made.by, made.actor) if known else ("", "")
    return (StatusObservation(record.ref, "owner", at, record.text("owner"), made.trust, "", *who),)
