"""What reps put into the status field that is no status: call outcomes, reasons, machines' words, private words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crmsync.emulator.scenarios import behaviour, interest, records
from crmsync.emulator.scenarios.company import Company, Record
from crmsync.emulator.scenarios.people import Someone
from crmsync.emulator.scenarios.schema import SPELLED
from crmsync.emulator.scenarios.staff import Worker
from crmsync.emulator.scenarios.steady import ONE_VALUE

OUTCOMES = {
    "Left Vmail": "left_voicemail",
    "Left Voicemail": "left_voicemail",
    "LVM": "left_voicemail",
    "LEFT VOICEMAIL": "left_voicemail",
    "3 | Left Vmail": "left_voicemail",
    "No Answer": "no_answer",
    "Rang Out": "no_answer",
    "Attempting Contact": "attempted",
    "2nd Call": "attempted",
    "Working - Attempt 3": "attempted",
    "Spoke With": "connected",
    "Call Back Later": "call_back_later",
    "No Show": "no_show",
    "Busy": "busy",
    "Wrong Number": "wrong_number",
}
REASONS = {
    "Bad Timing": ("bad_timing", "TIMING", "recycled"),
    "Next Year": ("bad_timing", "TIMING", "recycled"),
    "No Budget": ("no_budget", "BUDGET", "recycled"),
    "Too Expensive": ("no_budget", "BUDGET", "recycled"),
    "Duplicate": ("duplicate", "DUPLICATE", "disqualified"),
    "Spam": ("spam", "SPAM", "disqualified"),
}
UNKNOWN = ("Nurture Q3", "Waiting on Ops", "Hot!!", "Not interested?", "N/A", "Tradeshow 2025", "Ask Gwen")
KEEP = "section 2: a disposition with effect keep claims nothing; section 3, no claim, current unknown: "


def outcome_after_touch(company: Company) -> None:
    """A call outcome in Salesforce, HubSpot blank, called by the owner. No claim, accepted: SAL, spelled on both."""
    who = company.someone()
    owner, created = company.closer(who), company.long_ago(150, 30)
    first, second = _found(company, who, created, owner)
    called = company.long_ago(20, 6)
    if company.rng.random() < 1 / 2:
        behaviour.twin_call(company, first, second, called, owner, "Left voicemail")
    else:
        behaviour.call(company, first, called, owner, "Left voicemail")
    interest.idles(company, second)
    _outcome(company, first, "working", "the owner called: accepted by sales")
    company.plant(
        "outcome_after_touch", "working", KEEP + "SAL, the owner's call is evidence", who, (first, second), owner
    )


def outcome_handed_over(company: Company) -> None:
    """A call outcome, HubSpot blank, a sales owner who logged nothing, interest fresh. No claim, handed over: MQL."""
    who = company.someone(company.rng.choice("AB"))
    owner = company.closer(who)
    first, second = _found(company, who, company.long_ago(60, 12), owner)
    interest.asks_for_demo(company, second)
    if company.rng.random() < 1 / 2:
        behaviour.mail(company, second, company.long_ago(10), owner, sequence=True)  # a sequence is no touch
    _outcome(company, first, "mql", "handed to a sales owner who logged no call")
    company.mark("never_called", lead=first.id, owner=owner.user)
    company.plant("outcome_handed_over", "mql", KEEP + "MQL, handed over", who, (first, second), owner)


def outcome_in_queue(company: Company) -> None:
    """A call outcome on a lead that lies in the queue, HubSpot blank. No claim, nobody's: INQUIRY."""
    who = company.someone()
    first, second = _found(company, who, company.long_ago(200, 12), None)
    interest.idles(company, second)
    _outcome(company, first, "inquiry", "in the queue: nobody accepted it, nobody was handed it")
    company.plant("outcome_in_queue", "inquiry", KEEP + "INQUIRY", who, (first, second))


def outcome_beside_status(company: Company) -> None:
    """A call outcome in Salesforce, a legal status in HubSpot. Section 4: HubSpot's by its claim, the outcome kept."""
    who, status = company.someone(), company.rng.choice(("working", "working", "inquiry"))
    owner, created = company.rep(who), company.long_ago(200, 20)
    word = company.rng.choice(sorted(OUTCOMES))
    first, second = records.pair(company, who, (word, SPELLED[status][1]), created, owner)
    if status == "working":
        behaviour.calls(company, owner, created, first, second)
    interest.idles(company, second)
    _outcome(company, first, status, "HubSpot holds a proper status")
    why = 'section 4: "Left voicemail" | legal b | both changed: b by its claim'
    company.plant("outcome_beside_status", status, why, who, (first, second), owner)


def outcome_in_hubspot(company: Company) -> None:
    """HubSpot's own defaults that are call outcomes, beside a legal Salesforce status: that status."""
    who, word = company.someone(), company.rng.choice(("ATTEMPTED_TO_CONTACT", "CONNECTED"))
    owner, created = company.rep(who), company.long_ago(200, 20)
    first, second = records.pair(company, who, ("Working", word), created, owner)
    behaviour.calls(company, owner, created, first, second)
    _outcome(company, second, "working", "Salesforce holds a proper status")
    company.plant("outcome_in_hubspot", "working", ONE_VALUE, who, (first, second), owner)


def outcome_only_in_hubspot(company: Company) -> None:
    """ATTEMPTED_TO_CONTACT on a contact that only HubSpot knows, no owner. No claim, nobody's: INQUIRY."""
    who = company.someone()
    only = records.portal(company, who, "ATTEMPTED_TO_CONTACT", company.long_ago())
    interest.idles(company, only)
    _outcome(company, only, "inquiry", "nobody accepted it, nobody was handed it")
    company.plant("outcome_only_in_hubspot", "inquiry", KEEP + "INQUIRY", who, (only,))


def not_interested(company: Company) -> None:
    """The words "Not Interested", an effect by fit: grade A or B to RECYCLED, D to DISQUALIFIED."""
    who = company.someone("ABD"[len(company.of("not_interested")) % 3])
    status = "disqualified" if who.grade == "D" else "recycled"
    owner, created = company.closer(who), company.long_ago(200, 30)
    first, second = records.pair(
        company, who, (company.rng.choice(("Not Interested", "Declined")), None), created, owner
    )
    behaviour.call(company, first, company.long_ago(20), owner, "Connected")
    _mark_outcome(company, first, "not_interested", status, f"grade {who.grade}")
    why = "section 2: a disposition with effect claims its effect; section 3: one value, unknown"
    company.plant("not_interested", status, why, who, (first, second), owner)


def reason(company: Company) -> None:
    """A reason in Salesforce's status, HubSpot blank. Section 2 "reason with effect": the effect is the claim."""
    who, word = company.someone(), sorted(REASONS)[len(company.of("reason")) % len(REASONS)]
    name, code, status = REASONS[word]
    owner, created = company.rep(who), company.long_ago(250, 30)
    in_hubspot = "BAD_TIMING" if name == "bad_timing" and company.rng.random() < 1 / 3 else None
    first, second = records.pair(company, who, (word, in_hubspot), created, owner)
    behaviour.calls(company, owner, created, first)
    found = [first, second] if in_hubspot else [first]
    for one in found:
        _reason(company, one, name, code, status)
    company.plant("reason", status, 'section 4: "Bad timing" (effect)', who, (first, second), owner)


def reason_only_in_hubspot(company: Company) -> None:
    """BAD_TIMING on a contact that only HubSpot knows: RECYCLED / TIMING."""
    who = company.someone()
    only = records.portal(company, who, "BAD_TIMING", company.long_ago())
    _reason(company, only, "bad_timing", "TIMING", "recycled")
    company.plant("reason_only_in_hubspot", "recycled", 'section 4: "Bad timing" (effect)', who, (only,))


def unknown_word(company: Company) -> None:
    """A private word in Salesforce, legal in HubSpot. Section 4 "unknown | legal b": b; Salesforce's is frozen."""
    who, status = company.someone(), company.rng.choice(("working", "inquiry"))
    owner, created = company.rep(who), company.long_ago(200, 20)
    first, second = records.pair(company, who, (company.rng.choice(UNKNOWN), SPELLED[status][1]), created, owner)
    interest.idles(company, second)
    company.mark("set_aside", record=first.id, system="salesforce", value=first.status)
    company.plant("unknown_word", status, ONE_VALUE, who, (_frozen(first), second), owner)


def unknown_word_in_hubspot(company: Company) -> None:
    """An option somebody added in HubSpot, legal in Salesforce: Salesforce's status; HubSpot's field is frozen."""
    who = company.someone()
    owner, created = company.rep(who), company.long_ago(200, 20)
    first, second = records.pair(company, who, ("Working", "WEBINAR_2025"), created, owner)
    behaviour.calls(company, owner, created, first)
    company.mark("set_aside", record=second.id, system="hubspot", value=second.status)
    company.plant("unknown_word_in_hubspot", "working", ONE_VALUE, who, (first, _frozen(second)), owner)


def parked(company: Company) -> None:
    """The word "Parked" is to be left alone (dispositions.yaml): no claim, never written, nobody is asked."""
    who = company.someone()
    owner = company.rep(who)
    first, second = records.pair(company, who, ("Parked", "NEW"), company.long_ago(), owner)
    company.mark("left_alone", record=first.id, system="salesforce", value="Parked")
    company.plant("parked", "inquiry", ONE_VALUE, who, (_frozen(first), second), owner)


def sync_pending(company: Company) -> None:
    """A machine's word declared `replace` (statuses.yaml): no claim, may be written: HubSpot's status is spelled."""
    who = company.someone()
    owner, created = company.rep(who), company.long_ago(200, 20)
    first, second = records.pair(company, who, ("Sync Pending", "IN_PROGRESS"), created, owner)
    behaviour.calls(company, owner, created, first)
    company.plant("sync_pending", "working", ONE_VALUE, who, (first, second), owner)


def contacted(company: Company) -> None:
    """The word "Contacted" is an agreed exception (statuses.yaml): it means working and stays as it is."""
    who = company.someone()
    owner, created = company.rep(who), company.long_ago(200, 20)
    first, second = records.pair(company, who, ("Contacted", "IN_PROGRESS"), created, owner)
    behaviour.calls(company, owner, created, first)
    company.mark("agreed_exceptions", record=first.id, system="salesforce", value="Contacted")
    company.plant("contacted", "working", ONE_VALUE, who, (_frozen(first), second), owner)


def _found(company: Company, who: Someone, created: datetime, owner: Worker | None) -> tuple[Record, Record]:
    return records.pair(company, who, (company.rng.choice(sorted(OUTCOMES)), None), created, owner)


def _outcome(company: Company, record: Record, status: str, why: str) -> None:
    in_hubspot = {"ATTEMPTED_TO_CONTACT": "attempted", "CONNECTED": "connected"}
    _mark_outcome(company, record, (OUTCOMES | in_hubspot)[str(record.status)], status, why)


def _mark_outcome(company: Company, record: Record, outcome: str, status: str, why: str) -> None:
    company.mark(
        "call_outcomes",
        record=record.id,
        system=record.system,
        value=record.status,
        outcome=outcome,
        status=status,
        why=why,
    )


def _reason(company: Company, record: Record, name: str, code: str, status: str) -> None:
    company.mark(
        "reasons", record=record.id, system=record.system, value=record.status, word=name, reason=code, status=status
    )


def _frozen(record: Record) -> Record:
    return replace(record, follows=False)


ARCHETYPES = (
    (outcome_after_touch, 12, 16),
    (outcome_handed_over, 5, 8),
    (outcome_in_queue, 5, 8),
    (outcome_beside_status, 8, 12),
    (outcome_in_hubspot, 8, 11),
    (outcome_only_in_hubspot, 4, 7),
    (not_interested, 4, 6),
    (reason, 8, 12),
    (reason_only_in_hubspot, 2, 3),
    (unknown_word, 6, 9),
    (unknown_word_in_hubspot, 2, 3),
    (parked, 1, 2),
    (sync_pending, 2, 3),
    (contacted, 4, 6),
)
