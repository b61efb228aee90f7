"""Up to 200 rows in one call: results in the order of the request, each row by itself unless allOrNone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids, writing
from crmsync.emulator.salesforce.api.door import author, body
from crmsync.emulator.salesforce.api.keys import keyed, matching, only, twice
from crmsync.emulator.salesforce.fields import Field
from crmsync.emulator.salesforce.problems import Problem, bad_json
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.writing import Author
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

MOST, MOST_CHUNKS = 200, 10
GivenRow = Mapping[str, Json]
Job = tuple[tuple[str, str], Callable[[], str]]  # what it writes (type, id) and the writing, which answers the id


def create(org: Org, asked: Asked) -> Answer:
    """POST: one result per row, `id` where it was created."""
    rows, all_or_none = _rows(asked)
    by = author(asked)
    return _answer(org, [_creation(org, row, by) for row in rows], all_or_none=all_or_none)


def update(org: Org, asked: Asked) -> Answer:
    """PATCH: rows with an `id` each; an id given twice is refused on its second row."""
    rows, all_or_none = _rows(asked)
    by = author(asked)
    taken: set[str] = set()
    return _answer(org, [_change(org, row, by, taken) for row in rows], all_or_none=all_or_none)


def delete(org: Org, asked: Asked) -> Answer:
    """DELETE ?ids=a,b."""
    given = [part for part in asked.query.get("ids", "").split(",") if part]
    _count(given)
    by = author(asked)
    jobs = [_deletion(org, id_, by) for id_ in given]
    return _answer(org, jobs, all_or_none=asked.query.get("allOrNone", "false").lower() == "true")


def upsert(org: Org, asked: Asked) -> Answer:
    """PATCH /composite/sobjects/{type}/{field}: rows of one type found by an external id or lookup field, or made."""
    rows, all_or_none = _rows(asked)
    sobject = org.sobject(asked.params["type"])
    field = keyed(sobject, asked.params["field"])
    by = author(asked)
    repeated = twice(_key(row, field) for row in rows)
    created: list[bool] = []
    jobs = [_arrival(org, sobject, field, row, by, repeated, created) for row in rows]
    answer = _answer(org, jobs, all_or_none=all_or_none)
    results = answer.body if isinstance(answer.body, list) else []
    told = iter(created)
    return Answer(200, [{**row, "created": next(told) if row["success"] else False} for row in results])


def _rows(asked: Asked) -> tuple[Sequence[GivenRow], bool]:
    whole = body(asked)
    rows = whole.get("records")
    if not isinstance(rows, list):
        raise bad_json("records must be a list")
    if not all(isinstance(row, dict) for row in rows):
        raise bad_json("every record must be a JSON object")
    _count(rows)
    kinds = [_type(row).lower() for row in rows]
    chunks = sum(1 for before, after in zip(["", *kinds], kinds, strict=False) if before != after)
    if chunks > MOST_CHUNKS:
        words = f"Cannot create more than {MOST_CHUNKS} chunks of records of one type in one request"
        raise Problem("LIMIT_EXCEEDED", words)
    return rows, whole.get("allOrNone") is True


def _count(rows: Sequence[object]) -> None:
    if len(rows) > MOST:
        raise Problem("EXCEEDED_MAX_SIZE_REQUEST", f"record limit reached. cannot submit more than {MOST} records")
    if not rows:
        raise Problem("REQUIRED_FIELD_MISSING", "at least one record is required")


def _answer(org: Org, jobs: Sequence[Job], *, all_or_none: bool) -> Answer:
    org.before_write([target for target, _ in jobs])
    saved = (org.checkpoint(), len(org.desk.audit)) if all_or_none else None
    failure = spoiled(org, [target for target, _ in jobs])
    results = [_result(do) if failure is None else failure.row() for _, do in jobs]
    if saved is not None and not all(result["success"] for result in results):
        org.undo(saved[0])
        del org.desk.audit[saved[1] :]
        results = [result if not result["success"] else _rolled_back() for result in results]
    return Answer(200, results)


def spoiled(org: Org, targets: Sequence[tuple[str, str]]) -> Problem | None:
    """A trigger that fails spoils every row of its chunk (facts 5.2); `chunk_failure {id}` spoils whatever holds it."""
    for type_, id_ in targets:
        fault = org.desk.faults.take_for("chunk_failure", id_)
        if fault is not None:
            words = (
                f"{type_}Trigger: execution of BeforeUpdate caused by: System.NullPointerException: "
                "Attempt to de-reference a null object"
            )
            return Problem("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", str(fault.get("words") or words))
    return None


def _result(do: Callable[[], str]) -> dict[str, Json]:
    try:
        return {"id": do(), "success": True, "errors": []}
    except Problem as problem:
        return problem.row()


def _rolled_back() -> dict[str, Json]:
    words = "Record rolled back because not all records were valid and the request was using AllOrNone header"
    return Problem("ALL_OR_NONE_OPERATION_ROLLED_BACK", words).row()


def _creation(org: Org, row: GivenRow, by: Author) -> Job:
    name = _type(row)

    def do() -> str:
        if any(key.lower() == "id" for key in row):
            raise Problem("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", ["Id"])
        return writing.create(org, _sobject(org, name), row, by)

    return (name, ""), do


def _change(org: Org, row: GivenRow, by: Author, taken: set[str]) -> Job:
    given = str(next((value for key, value in row.items() if key.lower() == "id"), "") or "")
    id_ = ids.to18(given) or given

    def do() -> str:
        sobject = _sobject(org, _type(row))
        if not given:
            raise Problem("MISSING_ARGUMENT", "Id not specified in an update call", ["Id"])
        if id_ in taken:
            raise Problem("DUPLICATE_VALUE", f"duplicate id in the request: {id_}", ["Id"])
        taken.add(id_)
        writing.update(org, sobject, given, row, by)
        return id_

    return (_type(row), id_), do


def _arrival(
    org: Org,
    sobject: SObject,
    field: Field,
    row: GivenRow,
    by: Author,
    repeated: Mapping[str, int],
    created: list[bool],
) -> Job:
    value = _key(row, field)
    found = matching(org, sobject, field, value) if value else []

    def do() -> str:
        if repeated.get(value.lower(), 0) > 1:
            raise Problem("DUPLICATE_VALUE", f"Duplicate external id specified: {value}", [field.name])
        known = only(org, sobject, field, value) if value else None
        if known is None and field.name == "Id" and value:
            raise Problem("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if known is None and field.name != "Id" and not value:
            raise Problem("MISSING_ARGUMENT", f"{field.name} not specified", [field.name])
        own = {name: cell for name, cell in row.items() if known is None or name.lower() != field.name.lower()}
        own = {name: cell for name, cell in own.items() if name.lower() != "id"}
        if known is None:
            id_ = writing.create(org, sobject, own, by)
        else:
            id_ = known.id
            writing.update(org, sobject, id_, own, by)
        created.append(known is None)
        return id_

    return (sobject.name, found[0].id if found else ""), do


def _key(row: GivenRow, field: Field) -> str:
    value = next((value for name, value in row.items() if name.lower() == field.name.lower()), None)
    return "" if value is None else str(value)


def _deletion(org: Org, given: str, by: Author) -> Job:
    id_ = ids.to18(given) or given
    sobject = org.schema.of_id(id_)

    def do() -> str:
        if ids.to18(given) is None or sobject is None:
            raise Problem("MALFORMED_ID", f"malformed id {given}")
        writing.delete(org, sobject, id_, by)
        return id_

    return (sobject.name if sobject else "", id_), do


def _type(row: GivenRow) -> str:
    attributes = row.get("attributes")
    return str(attributes.get("type") or "") if isinstance(attributes, Mapping) else ""


def _sobject(org: Org, name: str) -> SObject:
    found = org.schema.find(name)
    if found is None or found.access == "none":
        raise Problem("INVALID_TYPE", f"sObject type '{name}' is not supported.")
    return found
