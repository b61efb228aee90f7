"""The audit E1-E13 of a lead process, as far as export files can tell: found, why it matters, how to fix it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crmsync.agreement.model import Stage
from crmsync.exports.labels import Kind as ExportKind
from crmsync.exports.survey import Export
from crmsync.model.looks import Look
from crmsync.model.records import RecordKind
from crmsync.reports.preview_counting import WINDOW, Counting, item
from crmsync.reports.preview_page import Finding

BURST, BURST_MINUTES = 100, 10
WELL_FILLED = 0.9
EARLY = frozenset({Stage.RAW, Stage.INQUIRY})
LATE_LIFECYCLE = frozenset({"opportunity", "customer"})


@dataclass(slots=True)
class Auditing:
    """What the audit counts of each look, beside `Counting`. `hours_known`: creation dates tell the hour."""

    counting: Counting
    hours_known: bool
    has_tasks: bool
    has_contacts: bool
    contact_status_given: bool
    created: list[datetime] = field(default_factory=list)
    contacts: int = 0
    contacts_filled: int = 0
    working: int = 0

    def see(self, one: Look) -> None:
        """Take one person into account."""
        stage, lists = self.counting.stage(one), self.counting.lists
        shown = {self.counting.shown_stage(record) for record in one.records}
        if one.bought and not one.engaged and shown - {Stage.RAW, Stage.DISQUALIFIED, None}:
            lists.add("E2", item(one, "bought, never answered, but in the funnel"))
        if one.owner and not one.bought and self.counting.shown_stages(one) & EARLY:
            lists.add("E8", item(one, "with sales although not qualified"))
        if stage in {Stage.MQL, Stage.SAL} and not one.owner:
            lists.add("E9", item(one, "handed over to nobody"))
        if stage in {Stage.SAL, Stage.SQL} or any(record.converted for record in one.records):
            self.working += 1
            if not one.activities:
                lists.add("E12", item(one, "moved on without any logged activity"))
        if self._crms_differ(one):
            lists.add("E7", item(one, "the two CRMs tell different funnels"))
        if self._returned(one):
            lists.add("E10", item(one, "with marketing again"))
        self._see_records(one)

    def _see_records(self, one: Look) -> None:
        for record in one.records:
            created = record.instant("created_at")
            if record.kind is RecordKind.LEAD and created and not one.engaged and not one.bought:
                self.created.append(created)
            if record.ref.system == "salesforce" and record.kind is RecordKind.CONTACT:
                self.contacts += 1
                self.contacts_filled += record.text("status") is not None

    def _returned(self, one: Look) -> bool:
        """Whether a record of theirs says that sales gave them back; a reason that leads there is not yet that."""
        shown = [self.counting.dictionary.meaning(record.ref.system, record.text("status")) for record in one.records]
        names = {name for meaning in shown for name in meaning.statuses}
        return any(self.counting.agreement.statuses[name].stage is Stage.RECYCLED for name in names)

    def _crms_differ(self, one: Look) -> bool:
        late = any(record.text("lifecycle") in LATE_LIFECYCLE for record in one.records)
        leads = [record for record in one.records if record.kind is RecordKind.LEAD]
        contacts = [record for record in one.records if record.ref.system == "salesforce" and record not in leads]
        converted = bool(contacts) or any(record.converted for record in leads)
        there = any(record.ref.system == "hubspot" for record in one.records)
        return there and bool(leads or contacts) and late is not converted

    def largest_burst(self) -> tuple[int, datetime] | None:
        """The most leads created within a few minutes, and when; None where creation hours are not known."""
        if not self.hours_known:
            return None
        times, low, best = sorted(self.created), 0, (0, datetime.min.replace(tzinfo=UTC))
        for high, at in enumerate(times):
            while at - times[low] > timedelta(minutes=BURST_MINUTES):
                low += 1
            best = max(best, (high - low + 1, times[low]), key=lambda one: one[0])
        return best if best[0] >= BURST else None


def auditing_of(counting: Counting, exports: Sequence[Export]) -> Auditing:
    """An empty audit of these files."""
    leads = [one for one in exports if one.layout.kind is ExportKind.LEADS]
    contacts = [one for one in exports if one.layout.kind is ExportKind.CONTACTS]
    return Auditing(
        counting,
        hours_known=not any(one.newest is not None and one.newest.day_only for one in leads),
        has_tasks=any(one.layout.kind is ExportKind.TASKS for one in exports),
        has_contacts=bool(contacts),
        contact_status_given=any(one.layout.has("Contact_Status__c") for one in contacts),
    )


def findings(audit: Auditing) -> tuple[Finding, ...]:
    """One finding per error, in order."""
    return (
        _e1(),
        _e2(audit),
        _e3(audit),
        _e4(audit),
        _e5(),
        _e6(audit),
        _e7(audit),
        _e8(audit),
        _e9(audit),
        _e10(audit),
        _e11(audit),
        _e12(audit),
        _e13(),
    )


def _e1() -> Finding:
    return _cannot(
        "E1", "sales is not involved", "files do not show who agreed to what", "both sides sign: crmsync agreement sign"
    )


def _e2(audit: Auditing) -> Finding:
    count, burst = audit.counting.lists.count("E2"), audit.largest_burst()
    said = (
        f"{count:,} bought names that never answered stand among inquiries or later"
        if count
        else "no bought name in the funnel"
    )
    if burst:
        at = audit.counting.calendar.local(burst[1])
        said += f"; {burst[0]:,} leads were created within {BURST_MINUTES} minutes on {at:%-d %b %Y %H:%M}: an import?"
    why = "they inflate the count of inquiries and ruin every rate after it"
    fix = "name your list sources in imports.yaml; they enter as Raw and leave it only by doing something"
    return Finding("E2", "bought names enter as inquiries", "found" if count or burst else "fine", said, why, fix, "E2")


def _e3(audit: Auditing) -> Finding:
    count = audit.counting.lists.count("E3")
    said = (
        f"{count:,} records hold a call outcome or a reason in the status field"
        if count
        else "no call outcome, no reason"
    )
    why = "the funnel cannot tell where these people stand"
    fix = "crmsync moves the word out, keeps it, and puts the last proper status back"
    return Finding(
        "E3",
        "call outcomes used as status",
        "found" if count else "fine",
        said,
        why,
        fix,
        "E3",
    )


def _e4(audit: Auditing) -> Finding:
    title, why = "no status after conversion", "a customer who asks again is invisible to the funnel"
    fix = "one field on the contact, Contact Status, with the same words as Lead Status"
    if not audit.has_contacts:
        return _cannot("E4", title, "no Salesforce contacts among your files", fix)
    if not audit.contact_status_given:
        return Finding("E4", title, "found", f"{audit.contacts:,} contacts, and no such field in your file", why, fix)
    share = audit.contacts_filled / audit.contacts if audit.contacts else 0
    said = f"filled on {audit.contacts_filled:,} of {audit.contacts:,} contacts ({share:.0%})"
    return Finding("E4", title, "fine" if share >= WELL_FILLED else "found", said, why, fix)


def _e5() -> Finding:
    fix = "crmsync tells every point of a score and its age; the agreement names the day of its review"
    return _cannot("E5", "the score is never reviewed", "files do not show how a score is made", fix)


def _e6(audit: Auditing) -> Finding:
    counting = audit.counting
    title, fix = "nobody measures how fast each side acts", "an agreed deadline with a clock: sla.yaml"
    if not audit.has_tasks:
        return _cannot("E6", title, "no tasks among your files", fix)
    missed = counting.promised - counting.met
    said = f"{missed:,} of {counting.promised:,} deadlines of the last {WINDOW} days would have been missed"
    why = "the odds of reaching somebody fall by the hour"
    return Finding("E6", title, "found" if missed else "fine", said, why, fix, "missed")


def _e7(audit: Auditing) -> Finding:
    why, fix = "each CRM then reports another conversion rate", "one status for both, the same words after conversion"
    found = "people whose funnel stage differs between the two CRMs"
    return _counted(audit, ("E7", "the funnel breaks where people take another way"), found, why, fix)


def _e8(audit: Auditing) -> Finding:
    why, fix = "sales stops trusting what marketing sends", "hand over only what the agreed definition calls a lead"
    return _counted(
        audit, ("E8", "hand-off without qualification"), "people with sales who are still inquiries", why, fix
    )


def _e9(audit: Auditing) -> Finding:
    why, fix = "nobody calls them and no deadline runs", "an owner for each hand-over: routing.yaml"
    found = "people handed over whom nobody in sales owns"
    return _counted(audit, ("E9", "limbo: it is nobody's turn"), found, why, fix)


def _e10(audit: Auditing) -> Finding:
    count = audit.counting.lists.count("E10")
    said = f"people who stand with marketing again: {count:,}" if count else "nobody was ever returned to marketing"
    why = "good people who are not ready are thrown away or kept by sales for ever"
    fix = "one status to return with, one reason, a day to come back: crmsync does the rest"
    return Finding("E10", "no way back to marketing", "fine" if count else "found", said, why, fix, "E10")


def _e11(audit: Auditing) -> Finding:
    title, fix = "leads nobody looked at", "an overdue lead becomes one task for its owner"
    if not audit.has_tasks:
        return _cannot("E11", title, "no tasks among your files", fix)
    given, missed = (audit.counting.lists.count(name) for name in ("given", "untouched"))
    said = f"{missed:,} of {given:,} leads given to sales in {WINDOW} days"
    why = "what was paid for is not even called"
    return Finding("E11", title, "found" if missed else "fine", said, why, fix, "untouched")


def _e12(audit: Auditing) -> Finding:
    title, fix = "work is not logged", "log the call on the lead; a change of status does not count as a touch"
    if not audit.has_tasks:
        return _cannot("E12", title, "no tasks among your files", fix)
    count = audit.counting.lists.count("E12")
    said = f"{count:,} of {audit.working:,} people moved on with sales without any logged activity"
    why = "nobody can tell what works, and late looks the same as never"
    return Finding("E12", title, "found" if count else "fine", said, why, fix, "E12")


def _e13() -> Finding:
    fix = "in crmsync a rule that reads the source must be signed as an exception"
    return _cannot("E13", "qualification depends on the source", "files show results, not rules", fix)


def _counted(audit: Auditing, about: tuple[str, str], what: str, why: str, fix: str) -> Finding:
    code, title = about
    count = audit.counting.lists.count(code)
    return Finding(code, title, "found" if count else "fine", f"{count:,} {what}", why, fix, code)


def _cannot(code: str, title: str, found: str, fix: str) -> Finding:
    return Finding(code, title, "unknown", found, "", fix)
