"""The end of the demo: what was planted, what crmsync says it did, and what the CRMs' own books say. Pure counting."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crmsync.model.memory import AppliedWrite
from crmsync.model.plans import PlanRow
from crmsync.model.records import Scalar

AuditRow = Mapping[str, object]
STATUS_FIELDS = {("Lead", "Status"), ("Contact", "Contact_Status__c"), ("contacts", "hs_lead_status")}
SCORE_FIELDS = {"CRMSync_Score__c", "crmsync_score"}
OWNER_FIELDS = {"OwnerId", "hubspot_owner_id"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: planted by the scenario, said by crmsync, counted from the CRMs' own books."""

    name: str
    planted: int
    said: int
    counted: int

    @property
    def agrees(self) -> bool:
        """Whether all three are one number."""
        return self.planted == self.said == self.counted


@dataclass(frozen=True, slots=True)
class Joined:
    """The CRMs' books held against ours, on (record, field, value after): what stands on one side only."""

    matched: int
    only_in_crm: int
    only_in_log: int


def first_plan_figures(
    truth: Mapping[str, object], rows: Sequence[PlanRow], set_aside: Mapping[str, int], audit: Sequence[AuditRow]
) -> tuple[Figure, ...]:
    """The figures of the first plan after it was approved: three independent counts each."""
    counts = _counts(truth)
    because = Counter(row.change.because.code for row in rows)
    kinds = Counter(row.change.kind.value for row in rows)
    books = list(_updates(audit))
    records = {"set_aside": _ids(truth, "set_aside"), "possible_doubles": _ids(truth, "possible_doubles")}
    touched = {str(row["id"]) for row in audit}
    kept, bought = _befores(truth, "call_outcomes"), _ids(truth, "bought_names")
    return (
        Figure("status corrections", counts["status_corrections"], kinds["status"], _status_changes(books)),
        Figure(
            "call outcomes kept aside",
            counts["call_outcomes"],
            because["status.call_outcome"],
            sum(1 for row, field, before, _ in books if _is_status(row, field) and before in kept),
        ),
        Figure(
            "bought names set apart",
            counts["bought_names"],
            len({row.change.person for row in rows if row.change.because.code == "status.bought"}),
            _people_touched(truth, books, bought),
        ),
        Figure(
            "contact statuses filled",
            counts["contact_statuses"],
            kinds["contact_status"],
            sum(1 for row, field, *_ in books if field == "Contact_Status__c"),
        ),
        Figure("scores", counts["scores"], kinds["score"], sum(1 for _, field, *_ in books if field in SCORE_FIELDS)),
        Figure(
            "owners set",
            counts["owner_records"],
            kinds["owner"],
            sum(1 for _, field, *_ in books if field in OWNER_FIELDS),
        ),
        Figure(
            "overdue tasks made", counts["overdue"], kinds["task"], sum(1 for row in audit if row["op"] == "create")
        ),
        Figure(
            "set aside: needs your decision",
            counts["set_aside"],
            set_aside.get("status.unknown_value", 0),
            len(records["set_aside"]) - _status_touched(books, records["set_aside"]),
        ),
        Figure(
            "possible duplicates, left alone",
            len(records["possible_doubles"]),
            set_aside.get("ambiguous", 0),
            len(records["possible_doubles"] - touched),
        ),
    )


def joined(audit: Iterable[AuditRow], writes: Iterable[AppliedWrite]) -> Joined:
    """Match every field the CRMs saw us write with every field our log says we wrote."""
    theirs = Counter(
        (str(row["id"]), field, _text(after))
        for row in audit
        for field, (_, after) in _changes(row).items()
        if after is not None
    )
    ours = Counter((one.ref.id, one.vendor_field, _text(one.after)) for one in writes)
    return Joined((theirs & ours).total(), (theirs - ours).total(), (ours - theirs).total())


def table(figures: Sequence[Figure], calls: Mapping[str, int]) -> str:
    """The closing table as text; a figure on which the three counts differ is marked."""
    width = max(len(one.name) for one in figures)
    head = f"{'':<{width}}   planted   crmsync says   the CRMs' own books"
    lines = [
        f"{one.name:<{width}}   {one.planted:>7}   {one.said:>12}   {one.counted:>19}"
        + ("" if one.agrees else "   DIFFERS")
        for one in figures
    ]
    spent = ", ".join(f"{count:,} to {system}" for system, count in calls.items())
    return "\n".join((head, *lines, f"{'API calls':<{width}}   {spent}"))


def _counts(truth: Mapping[str, object]) -> Mapping[str, int]:
    counts = truth["counts"]
    return {str(name): int(str(value)) for name, value in counts.items()} if isinstance(counts, Mapping) else {}


def _updates(audit: Iterable[AuditRow]) -> Iterable[tuple[AuditRow, str, Scalar, Scalar]]:
    for row in audit:
        if row["op"] == "update":
            for field, (before, after) in _changes(row).items():
                yield row, field, before, after


def _changes(row: AuditRow) -> Mapping[str, tuple[Scalar, Scalar]]:
    changes = row["changes"]
    return changes if isinstance(changes, Mapping) else {}


def _is_status(row: AuditRow, field: str) -> bool:
    return (str(row["type"]), field) in STATUS_FIELDS


def _status_changes(books: Iterable[tuple[AuditRow, str, Scalar, Scalar]]) -> int:
    return sum(1 for row, field, *_ in books if _is_status(row, field) and field != "Contact_Status__c")


def _status_touched(books: Iterable[tuple[AuditRow, str, Scalar, Scalar]], ids: set[str]) -> int:
    return len({str(row["id"]) for row, field, *_ in books if _is_status(row, field)} & ids)


def _rows(truth: Mapping[str, object], section: str) -> list[Mapping[str, object]]:
    rows = truth[section]
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _ids(truth: Mapping[str, object], section: str) -> set[str]:
    found: set[str] = set()
    for row in _rows(truth, section):
        many = row.get("records")
        found |= {str(one) for one in many} if isinstance(many, list) else {str(row["record"])}
    return found


def _befores(truth: Mapping[str, object], section: str) -> set[object]:
    return {row["value"] for row in _rows(truth, section)}


def _people_records(truth: Mapping[str, object]) -> Mapping[str, int]:
    people = _rows(truth, "people")
    return {
        str(record["id"]): number
        for number, person in enumerate(people)
        for record in (person["records"] if isinstance(person["records"], list) else [])
    }


def _people_touched(
    truth: Mapping[str, object], books: Iterable[tuple[AuditRow, str, Scalar, Scalar]], ids: set[str]
) -> int:
    """How many of the people with these records had a status written, on whichever of their records."""
    known = _people_records(truth)
    touched = {known.get(str(row["id"])) for row, field, *_ in books if _is_status(row, field)}
    return len(touched & {known[one] for one in ids if one in known})


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
