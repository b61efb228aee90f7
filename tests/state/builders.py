"""Small makers of the values the store takes, so that tests read like stories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crmsync.model.activities import Activity, ActivityKind, Direction
from crmsync.model.decisions import Because, ChangeKind, Decision, TaskDraft
from crmsync.model.matching import Matched
from crmsync.model.memory import Staging
from crmsync.model.people import Pass, SlaClock
from crmsync.model.plans import Change, Intent, PlanHeader, PlanRow, RowState, Verdict, VerdictKind
from crmsync.model.records import RawRecord, RecordKind, Ref, Scalar, Snapshot
from crmsync.model.streams import Cursor, FieldSpec, Page, StreamSpec
from crmsync.state import Store

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DIGEST = "7f3a91" + "0" * 58
OTHER_DIGEST = "c0ffee" + "0" * 58
NAMES = ("status", "owner", "first_name", "last_name", "email")


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    at: datetime = field(default=NOW)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at


def spec(system: str = "salesforce", names: Sequence[str] = NAMES, kind: RecordKind = RecordKind.LEAD) -> StreamSpec:
    """The stream of leads (Salesforce) or contacts (HubSpot)."""
    object_name = {"salesforce": "Lead", "hubspot": "contacts"}.get(system, "things")
    fields = tuple(FieldSpec(name, name.title()) for name in names)
    return StreamSpec(system, object_name.lower(), object_name, kind, fields)


LEADS, CONTACTS = spec(), spec("hubspot", kind=RecordKind.CONTACT)
SPECS = {("salesforce", "Lead"): LEADS, ("hubspot", "contacts"): CONTACTS}


def lead(number: int) -> Ref:
    """The nth Salesforce lead."""
    return Ref("salesforce", "Lead", f"00Q5g00000XkT{number:02d}EAF")


def contact(number: int) -> Ref:
    """The nth HubSpot contact."""
    return Ref("hubspot", "contacts", f"401182{number:02d}")


def raw(ref: Ref, *values: Scalar, at: datetime = NOW, deleted: bool = False) -> RawRecord:
    """A record off the wire; missing values are nothing."""
    return RawRecord(ref, at, deleted, (*values, *([None] * (len(NAMES) - len(values)))))


def read(record: RawRecord, stream: StreamSpec) -> Snapshot:
    """The simplest reading there is: names to values."""
    values = {one.name: value for one, value in zip(stream.pulled, record.values, strict=True)}
    return Snapshot(record.ref, stream.kind, record.modified_at, record.deleted, values)


def staging(
    stream: StreamSpec,
    *records: RawRecord,
    keys: Mapping[Ref, Sequence[tuple[str, str]]] | None = None,
    upper: datetime = NOW,
    aliases: Sequence[tuple[Ref, Ref, str]] = (),
) -> Staging:
    """One page of person records, its cursor read up to `upper`."""
    page = Page(stream, tuple(records), Cursor(stream.system, stream.name, stream.digest, upper))
    return Staging(page, snapshots=[read(one, stream) for one in records], keys=keys or {}, aliases=aliases)


def activities(*found: Activity, system: str = "salesforce") -> Staging:
    """One page of activities."""
    stream = StreamSpec(system, "tasks", "Task", RecordKind.ACTIVITY, ())
    return Staging(Page(stream, (), Cursor(system, "tasks", stream.digest, NOW)), activities=found)


def call(ref: Ref, about: Ref, at: datetime = NOW, direction: Direction = Direction.OUTBOUND) -> Activity:
    """Somebody called."""
    return Activity(ref, ActivityKind.CALL, at, direction, parties=(about,))


def person_with(store: Store, *refs: Ref, person: str = "p1", status: str = "Open") -> str:
    """Stage these records as one person, and leave nobody dirty."""
    for ref in refs:
        store.stage(staging(SPECS[ref.system, ref.object], raw(ref, status, "005")))
    store.save_links(Matched({person: refs}))
    settle(store)
    return person


def settle(store: Store) -> None:
    """Decide nothing about everybody who is due, so that nobody is."""
    from crmsync.model.memory import Recording

    due = store.dirty(NOW + timedelta(days=365))
    decisions = [Decision(one.person, NOW, None) for one in due]
    marks = {one.person: one.mark for one in due}
    store.record(Recording(store.start_cycle(NOW), NOW, decisions=decisions, marks=marks))


def trip(person: str = "p1", number: int = 1, *, closed_at: datetime | None = None, status: str = "INQUIRY") -> Pass:
    """A pass that began two hours ago."""
    return Pass(person, number, NOW - 120 * MINUTE, "first sight", lead(1), status, NOW, closed_at=closed_at)


def sla(person: str = "p1", **changes: object) -> SlaClock:
    """A first-touch clock."""
    values = {
        "person": person,
        "pass_number": 1,
        "code": "first_touch",
        "ordinal": 1,
        "subject": lead(1),
        "owner": "tom@example.com",
        "started_at": NOW,
        "evidence": "owner set",
        "due_at": NOW + 60 * MINUTE,
        "due_day": "20261116",
        "agreement": "h1",
    }
    return SlaClock(**{**values, **changes})


def change(ref: Ref, after: Scalar = "Working", field_name: str = "status", person: str = "p1") -> Change:
    """A status that should move."""
    return Change(ref, field_name, "Open", after, ChangeKind.STATUS, Because("disposition"), person)


def task_change(key: str = "cs1-abc-20261116", person: str = "p1") -> Change:
    """An overdue task that should be made."""
    because = Because("overdue")
    draft = TaskDraft(key, lead(1), "tom@example.com", "Overdue", "Call", "20261116", because)
    return Change(Ref("salesforce", "Task", ""), "task", None, key, ChangeKind.TASK, because, person, draft=draft)


def row(seq: int, what: Change, kind: VerdictKind = VerdictKind.HOLD) -> PlanRow:
    """A planned row."""
    return PlanRow(seq, what, Verdict(kind, "mode.ask"))


def header(cycle: int, digest: str = DIGEST, at: datetime = NOW) -> PlanHeader:
    """A plan's header."""
    return PlanHeader(digest, cycle, at, {"status": 1})


def intent(op_id: str, what: Change, epoch: int, seq: int = 1, digest: str = DIGEST) -> Intent:
    """A write about to leave."""
    return Intent(op_id, digest, seq, what, {"Status": what.after}, epoch, RowState.INTENT, NOW)
