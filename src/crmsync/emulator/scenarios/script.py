"""What people do on Wednesday 2 December between two cycles of crmsync, and what must come of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from crmsync.emulator.scenarios import behaviour
from crmsync.emulator.scenarios.company import Company, Plant, Row
from crmsync.emulator.scenarios.handed_over import DUE_TODAY
from crmsync.emulator.scenarios.instants import START, iso
from crmsync.emulator.scenarios.schema import SPELLED
from crmsync.emulator.scenarios.staff import Worker
from crmsync.emulator.wire import Json

TEN = START + timedelta(hours=1)
CALLED_BY = START + timedelta(hours=1, minutes=5)
EDITED = START + timedelta(hours=1, minutes=20)
TICKED_OFF = START + timedelta(hours=1, minutes=40)
QUIET_OVER = START + timedelta(hours=2, minutes=45)  # more than the 60 quiet minutes after the edits above
AFTER_CLOSING = DUE_TODAY + timedelta(minutes=5)
NEXT_MORNING = START + timedelta(days=1)

Writes = list[Json]
Scripts = Sequence[tuple[str, list[Row]]]


def day(company: Company) -> list[Row]:
    """The steps in order. `to` is the servers' clock; a cycle follows each step and must bring what `expect` says.

    `expect.status_writes` are all status writes of that cycle; `expect.never` are records whose status stays as it is.
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
    """Who plays which part: people planted without any peculiarity, each used once."""

    def __init__(self, company: Company) -> None:
        self.company = company
        steady = [one for one in company.of("working") if one.owner is not None]
        self.again_voicemail, self.handed_back, self.pulled_back, self.edited_meanwhile = steady[:4]
        self.accepted = company.of("waiting")[0]
        self.dropped = company.of("inquiry")[0]
        self.woken = next(one for one in company.of("bought_inquiry") if len(one.records) > 1)
        self.overdue = company.of("overdue")
        self.due_today = company.of("due_today")
        self.visitor = company.someone("A", dach=False)
        self.new_lead = company.ids.salesforce("Lead")
        self.new_contact = company.ids.hubspot("contacts")
        self.marketing = company.staff.marketing[0]

    def demo_request(self) -> Row:
        """10:00: a form in HubSpot, the lead arrives in the queue; sales-ready at once, so it gets an owner."""
        who, machine = self.visitor, self.company.staff.integration
        contact: Row = {
            "firstname": who.first, "lastname": who.last, "company": who.company, "jobtitle": who.title,
            "email": who.email, "phone": who.phone, "country": who.country, "industry": who.industry,
            "numemployees": str(who.employees), "hs_lead_status": "NEW", "salesforceleadid": self.new_lead,
        }  # fmt: skip
        lead: Row = {
            "FirstName": who.first or None, "LastName": who.last, "Company": who.company, "Title": who.title,
            "Email": who.email, "Phone": who.phone, "Country": who.country, "Industry": who.industry,
            "NumberOfEmployees": who.employees, "LeadSource": "Web", "Status": "Inquiry",
            "OwnerId": self.company.staff.queue,
        }  # fmt: skip
        asked = behaviour.form_event(self.new_contact, TEN, "Request a demo")
        writes = [
            _write("salesforce", "Lead", self.new_lead, "Inquiry", SPELLED["mql"][0]),
            _write("hubspot", "contacts", self.new_contact, "NEW", SPELLED["mql"][1]),
        ]
        expect: Row = {
            "sales_ready": [self.new_lead],
            "owner": {"records": [self.new_lead, self.new_contact], "team": "uk"},
            "status_writes_after_quiet_time": writes,
        }
        return _step(
            "Somebody asks for a demo",
            TEN,
            [(machine.user, [_create("Lead", self.new_lead, lead)])],
            [(self.marketing.owner, [_create("contacts", self.new_contact, contact), _create("events", None, asked)])],
            expect,
        )

    def calls(self) -> Row:
        """10:05: the team calls what came to it this morning, and all but the first of the leads due today."""
        waiting = [*self.company.of("in_queue"), *self.company.of("owner_gone"), *self.company.of("ready_in_queue")]
        by_team = [(self.company.closer(one.who), one) for one in waiting]
        by_owner = [
            (one.owner, one) for one in (*self.company.of("ready_with_owner"), *self.due_today[1:]) if one.owner
        ]
        called = [*by_team, *by_owner]
        logged: list[Json] = [one.first("Lead").id for _, one in called]
        return _step(
            "The team calls",
            CALLED_BY,
            [(rep.user, [_create("Task", None, self._call(one, rep))]) for rep, one in called],
            [],
            {"called": logged, "never_overdue": logged, "status_writes": []},
        )

    def statuses(self) -> Row:
        """10:20: people change statuses; corrections wait for the quiet time."""
        in_salesforce = [
            (_user(self.accepted), [_edit("Lead", self.accepted, {"Status": "Working"})]),
            (_user(self.again_voicemail), [_edit("Lead", self.again_voicemail, {"Status": "Left Vmail"})]),
            (_user(self.edited_meanwhile), [_edit("Lead", self.edited_meanwhile, {"Status": "LVM"})]),
            (_user(self.handed_back), [_edit("Lead", self.handed_back, {"Status": "Return to Marketing"})]),
        ]
        form = behaviour.form_event(self.woken.first("contacts").id, EDITED, "Guide: customs 2026")
        in_hubspot = [
            (
                self.marketing.owner,
                [
                    _edit("contacts", self.dropped, {"hs_lead_status": "UNQUALIFIED"}),
                    _edit("contacts", self.pulled_back, {"hs_lead_status": "NEW"}),
                    _create("events", None, form),
                ],
            )
        ]
        return _step("People change statuses", EDITED, in_salesforce, in_hubspot, {"quiet": self._edited()})

    def tasks(self) -> Row:
        """10:40: one overdue task is ticked off without a call, another is deleted: neither is made again."""
        done, deleted = self.overdue[0], self.overdue[1]
        steps = [
            (_user(done), [_on_open_task("complete", done)]),
            (_user(deleted), [_on_open_task("delete", deleted)]),
        ]
        expect: Row = {"no_new_task_for": [done.first("Lead").id, deleted.first("Lead").id]}
        return _step("One task is ticked off, one deleted", TICKED_OFF, steps, [], expect)

    def quiet_is_over(self) -> Row:
        """11:45: the corrections are due; while crmsync writes, a rep edits the very field."""
        lead = self.edited_meanwhile.first("Lead").id
        fault: Row = {
            "kind": "edit_before_write", "n": 1, "type": "Lead", "id": lead, "field": "Status",
            "value": "Closed - Not Converted", "actor": _user(self.edited_meanwhile),
        }  # fmt: skip
        expect: Row = {
            "status_writes": self._corrections(),
            "call_outcomes": [
                {"record": self.again_voicemail.first("Lead").id, "value": "Left Vmail", "outcome": "left_voicemail"},
                {"record": lead, "value": "LVM", "outcome": "left_voicemail"},
            ],
            "survives_or_is_reported": [{"record": lead, "field": "Status", "value": "Closed - Not Converted"}],
        }
        return _step("Somebody edits what is about to be written", QUIET_OVER, [], [], expect) | {
            "faults": {"salesforce": [fault]}
        }

    def deadline_missed(self) -> Row:
        """17:35: nobody called the new lead, nor one of yesterday evening: two missed deadlines, two tasks."""
        missed: list[Json] = [self.new_lead, self.due_today[0].first("Lead").id]
        return _step("Office closes", AFTER_CLOSING, [], [], {"overdue": missed, "due_at": iso(DUE_TODAY)})

    def next_morning(self) -> Row:
        """Thursday 09:00: nothing happened overnight; no task comes twice."""
        return _step("The next morning", NEXT_MORNING, [], [], {"overdue": [], "status_writes": []})

    def _call(self, about: Plant, rep: Worker) -> Row:
        return behaviour.logged_call(about.first("Lead").id, rep.user, CALLED_BY, "Connected")

    def _edited(self) -> list[Json]:
        cast = (
            self.accepted,
            self.again_voicemail,
            self.edited_meanwhile,
            self.handed_back,
            self.dropped,
            self.pulled_back,
        )
        return [record.id for one in cast for record in one.records]

    def _corrections(self) -> Writes:
        voicemail, back = self.again_voicemail.first("Lead").id, self.pulled_back
        return [
            _write("hubspot", "contacts", self.accepted.first("contacts").id, "OPEN", "IN_PROGRESS"),
            _write("salesforce", "Lead", voicemail, "Left Vmail", "Working"),
            _write("hubspot", "contacts", self.handed_back.first("contacts").id, "IN_PROGRESS", "RECYCLED"),
            _write("salesforce", "Lead", self.dropped.first("Lead").id, "Inquiry", "Closed - Not Converted"),
            _write("salesforce", "Lead", back.first("Lead").id, "Working", "Return to Marketing"),
            _write("hubspot", "contacts", back.first("contacts").id, "NEW", "RECYCLED"),
            _write("salesforce", "Lead", self.woken.first("Lead").id, "Raw", "Inquiry"),
            _write("hubspot", "contacts", self.woken.first("contacts").id, "RAW", "NEW"),
        ]


def _step(title: str, at: datetime, in_salesforce: Scripts, in_hubspot: Scripts, expect: Row) -> Row:
    return {
        "title": title,
        "to": iso(at),
        "salesforce": _scripts(in_salesforce),
        "hubspot": _scripts(in_hubspot),
        "faults": {},
        "expect": expect,
    }


def _scripts(scripts: Scripts) -> list[Json]:
    return [{"actor": actor, "do": list(steps)} for actor, steps in scripts]


def _create(type_: str, id_: str | None, fields: Row) -> Row:
    named: Row = {"id": id_} if id_ else {}
    return {"op": "create", "type": type_, **named, "fields": fields}


def _edit(type_: str, plant: Plant, fields: Row) -> Row:
    return {"op": "update", "type": type_, "id": plant.first(type_).id, "fields": fields}


def _on_open_task(op: str, plant: Plant) -> Row:
    return {"op": op, "type": "Task", "where": {"WhoId": plant.first("Lead").id, "IsClosed": False}}


def _user(plant: Plant) -> str:
    return plant.owner.user if plant.owner else ""


def _write(system: str, object_: str, record: str, before: str, after: str) -> Row:
    return {"system": system, "object": object_, "record": record, "before": before, "after": after}
