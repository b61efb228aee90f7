"""What people do on Wednesday 2 December between two cycles of crmsync, and what must come of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from crmsync.emulator.scenarios import behaviour, interest
from crmsync.emulator.scenarios.arrival import TEN, Arrival
from crmsync.emulator.scenarios.company import Company, Plant, Record, Row
from crmsync.emulator.scenarios.handed_over import DUE_TODAY
from crmsync.emulator.scenarios.instants import START, iso
from crmsync.emulator.wire import Json

CALLED = START + timedelta(hours=1, minutes=5)
EDITED = START + timedelta(hours=1, minutes=20)
TICKED_OFF = START + timedelta(hours=1, minutes=40)
QUIET_OVER = START + timedelta(hours=2, minutes=45)  # more than the 60 quiet minutes after the edits above
AFTER_CLOSING = DUE_TODAY + timedelta(minutes=5)
NEXT_MORNING = START + timedelta(days=1)

GIVEN_OUT = ("in_queue", "owner_gone", "ready_in_queue")  # crmsync chooses their owner: any of the team may call
THEIR_OWN = ("ready_with_owner", "outcome_handed_over")

Scripts = Sequence[tuple[str, list[Row]]]


def day(company: Company) -> list[Row]:
    """The steps in order; a cycle follows each, and must have brought by then what its `expect` says.

    `to` is the servers' clock; `load` are rows for `/__emulator__/load` (machines at work), `salesforce` and `hubspot`
    scripts for `/__emulator__/actors`, `faults` for `/__emulator__/faults`, each by system. `expect.status_writes` are
    all status writes since the first step; an edit that `survives_or_is_reported` may bring HubSpot's after it.
    """
    cast = _Cast(company)
    return [
        cast.demo_request(),
        cast.calls(),
        cast.statuses(),
        cast.tasks(),
        cast.quiet_is_over(),
        cast.deadline_missed(),
        cast.next_morning(),
    ]


class _Cast:
    """Who plays which part: people planted without any other peculiarity, each used once."""

    def __init__(self, company: Company) -> None:
        self.company = company
        steady = company.of("working")
        self.voicemail_again, self.handed_back, self.pulled_back, self.edited_meanwhile = steady[:4]
        self.accepted = company.of("waiting")[0]
        self.dropped = company.of("inquiry")[0]
        self.woken = next(one for one in company.of("bought_inquiry") if len(one.records) > 1)
        self.overdue = company.of("overdue")
        self.due_today = company.of("due_today")
        self.arrival = Arrival(company)
        self.marketing = company.staff.marketing[0]

    def demo_request(self) -> Row:
        """10:00: a form in HubSpot, the lead arrives in the queue; sales-ready at once, so it gets an owner."""
        lead, contact = self.arrival.lead, self.arrival.contact
        owner: Row = {"records": [lead, contact], "team": "uk"}
        expect: Row = {"sales_ready": [lead], "owner": owner}
        return _step("Somebody asks for a demo", TEN, expect) | {"load": self.arrival.rows()}

    def calls(self) -> Row:
        """10:05: the team calls what it was given or has waiting, and all but the first of the leads due today."""
        given = [(self.company.closer(one.who), one) for name in GIVEN_OUT for one in self.company.of(name)]
        waiting = [*(one for name in THEIR_OWN for one in self.company.of(name)), *self.due_today[1:]]
        called = given + [(one.owner, one) for one in waiting if one.owner]
        scripts = [(rep.user, [_log_call(one.first("Lead"), rep.user)]) for rep, one in called]
        leads: list[Json] = [one.first("Lead").id for _, one in called]
        return _step("The team calls", CALLED, {"called": leads, "never_overdue": leads}, scripts)

    def statuses(self) -> Row:
        """10:20: people change statuses (corrections wait for the quiet time), a bought name sends a form."""
        by_reps = [
            (_user(self.accepted), [_edit("Lead", self.accepted, "Status", "Working")]),
            (_user(self.voicemail_again), [_edit("Lead", self.voicemail_again, "Status", "Left Vmail")]),
            (_user(self.edited_meanwhile), [_edit("Lead", self.edited_meanwhile, "Status", "LVM")]),
            (_user(self.handed_back), [_edit("Lead", self.handed_back, "Status", "Return to Marketing")]),
        ]
        by_marketing = [
            _edit("contacts", self.dropped, "hs_lead_status", "UNQUALIFIED"),
            _edit("contacts", self.pulled_back, "hs_lead_status", "NEW"),
        ]
        form = interest.form_event(self.woken.first("contacts").id, EDITED, "Guide: customs 2026")
        expect: Row = {"quiet": self._edited()}
        step = _step("People change statuses", EDITED, expect, by_reps, [(self.marketing.owner, by_marketing)])
        return step | {"load": {"hubspot": [{"type": "events", "fields": form}]}}

    def tasks(self) -> Row:
        """10:40: one overdue task is ticked off without a call, another is deleted: neither is made again."""
        done, deleted = self.overdue[0], self.overdue[1]
        scripts = [
            (_user(done), [_on_open_task("complete", done)]),
            (_user(deleted), [_on_open_task("delete", deleted)]),
        ]
        expect: Row = {"no_new_task_for": [done.first("Lead").id, deleted.first("Lead").id]}
        return _step("One task is ticked off, one deleted", TICKED_OFF, expect, scripts)

    def quiet_is_over(self) -> Row:
        """11:45: the corrections are due; while crmsync writes, a rep edits the very field."""
        lead, after = self.edited_meanwhile.first("Lead"), "Closed - Not Converted"
        fault: Row = {"kind": "edit_before_write", "n": 1, "type": "Lead", "id": lead.id, "field": "Status"}
        fault |= {"value": after, "actor": _user(self.edited_meanwhile)}
        expect: Row = {
            "status_writes": [*self._promotion(), *self._corrections()],
            "call_outcomes": [_outcome(self.voicemail_again, "Left Vmail"), _outcome(self.edited_meanwhile, "LVM")],
            "survives_or_is_reported": [{"record": lead.id, "field": "Status", "value": after}],
        }
        step = _step("Somebody edits what is about to be written", QUIET_OVER, expect)
        return step | {"faults": {"salesforce": [fault]}}

    def deadline_missed(self) -> Row:
        """17:35: nobody called the new lead, nor one of yesterday evening: two missed deadlines, two tasks."""
        missed: list[Json] = [self.arrival.lead, self.due_today[0].first("Lead").id]
        return _step("Office closes", AFTER_CLOSING, {"overdue": missed, "due_at": iso(DUE_TODAY)})

    def next_morning(self) -> Row:
        """Thursday 09:00: nothing happened overnight; no task comes twice."""
        return _step("The next morning", NEXT_MORNING, {"overdue": []})

    def _edited(self) -> list[Json]:
        by_reps = (self.accepted, self.voicemail_again, self.edited_meanwhile, self.handed_back)
        return [record.id for one in (*by_reps, self.dropped, self.pulled_back) for record in one.records]

    def _promotion(self) -> list[Json]:
        lead = Record("salesforce", "Lead", self.arrival.lead)
        contact = Record("hubspot", "contacts", self.arrival.contact)
        return [_write(lead, "Inquiry", "mql"), _write(contact, "NEW", "mql")]

    def _corrections(self) -> list[Json]:
        back, woken = self.pulled_back, self.woken
        return [
            _write(self.accepted.first("contacts"), "OPEN", "working"),
            _write(self.voicemail_again.first("Lead"), "Left Vmail", "working"),
            _write(self.handed_back.first("contacts"), "IN_PROGRESS", "recycled"),
            _write(self.dropped.first("Lead"), "Inquiry", "disqualified"),
            _write(back.first("Lead"), "Working", "recycled"),  # signed correction: working to inquiry becomes recycled
            _write(back.first("contacts"), "NEW", "recycled"),
            _write(woken.first("Lead"), "Raw", "inquiry"),
            _write(woken.first("contacts"), "RAW", "inquiry"),
        ]


def _step(title: str, at: datetime, expect: Row, salesforce: Scripts = (), hubspot: Scripts = ()) -> Row:
    return {
        "title": title,
        "to": iso(at),
        "load": {},
        "salesforce": _scripts(salesforce),
        "hubspot": _scripts(hubspot),
        "faults": {},
        "expect": expect,
    }


def _scripts(scripts: Scripts) -> list[Json]:
    return [{"actor": actor, "do": list(steps)} for actor, steps in scripts]


def _log_call(lead: Record, user: str) -> Row:
    return {"op": "create", "type": "Task", "fields": behaviour.logged_call(lead.id, user, CALLED, "Connected")}


def _edit(type_: str, plant: Plant, field: str, value: str) -> Row:
    return {"op": "update", "type": type_, "id": plant.first(type_).id, "fields": {field: value}}


def _on_open_task(op: str, plant: Plant) -> Row:
    return {"op": op, "type": "Task", "where": {"WhoId": plant.first("Lead").id, "IsClosed": False}}


def _user(plant: Plant) -> str:
    return plant.owner.user if plant.owner else ""


def _outcome(plant: Plant, value: str) -> Row:
    return {"record": plant.first("Lead").id, "value": value, "outcome": "left_voicemail"}


def _write(record: Record, before: str, status: str) -> Row:
    after = record.spelling(status)
    return {"system": record.system, "object": record.object, "record": record.id, "before": before, "after": after}
