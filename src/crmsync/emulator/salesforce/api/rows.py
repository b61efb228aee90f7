"""One row at a time: create, read, update, delete, and upsert by external id."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids, writing
from crmsync.emulator.salesforce.api.door import author, body
from crmsync.emulator.salesforce.problems import Problem, no_such_column, not_found
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.store import Record, value_of
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org


def create(org: Org, asked: Asked) -> Answer:
    """POST a row: 201 with its id."""
    sobject = org.sobject(asked.params["type"])
    given = body(asked)
    org.before_write([(sobject.name, "")])
    return Answer(201, {"id": writing.create(org, sobject, given, author(asked)), "success": True, "errors": []})


def read(org: Org, asked: Asked) -> Answer:
    """GET a row, all of it or `?fields=A,B`; 404 for a deleted one."""
    sobject, record = _found(org, asked)
    return _shown(sobject, record, asked)


def read_by_key(org: Org, asked: Asked) -> Answer:
    """GET the one row with this value of an external id."""
    sobject = org.sobject(asked.params["type"])
    record = _by_key(org, sobject, asked.params["field"], asked.params["value"])
    if record is None:
        raise not_found()
    return _shown(sobject, record, asked)


def update(org: Org, asked: Asked) -> Answer:
    """PATCH a row: 204; 412 where If-Unmodified-Since is older than its last change."""
    sobject = org.sobject(asked.params["type"])
    given = body(asked)
    known = org.tables[sobject.name].get(ids.to18(asked.params["id"]) or "")
    org.before_write([(sobject.name, known.id if known else asked.params["id"])])
    _unmodified(asked, known)
    _update(org, sobject, asked.params["id"], given, asked)
    return Answer(204)


def delete(org: Org, asked: Asked) -> Answer:
    """DELETE a row: 204."""
    sobject = org.sobject(asked.params["type"])
    org.before_write([(sobject.name, ids.to18(asked.params["id"]) or asked.params["id"])])
    writing.delete(org, sobject, asked.params["id"], author(asked))
    return Answer(204)


def upsert(org: Org, asked: Asked) -> Answer:
    """PATCH by external id: 201 when it made the row, 200 when it changed it."""
    sobject = org.sobject(asked.params["type"])
    given = body(asked)
    field, value = asked.params["field"], asked.params["value"]
    known = _by_key(org, sobject, field, value)
    org.before_write([(sobject.name, known.id if known else "")])
    if known is not None:
        _update(org, sobject, known.id, given, asked)
        return Answer(200, {"id": known.id, "success": True, "errors": [], "created": False})
    if asked.query.get("updateOnly") == "true":
        raise not_found()
    id_ = writing.create(org, sobject, {**given, field: value}, author(asked))
    return Answer(201, {"id": id_, "success": True, "errors": [], "created": True})


def rendered(sobject: SObject, record: Record, version: str) -> dict[str, Json]:
    """A row with its attributes, every field in the order of describe."""
    attributes = {"type": sobject.name, "url": f"/services/data/{version}/sobjects/{sobject.name}/{record.id}"}
    values = {field.name: value_of(field, record) for field in sobject.visible()}
    return {"attributes": attributes, **values}


def _update(org: Org, sobject: SObject, id_: str, given: dict[str, Json] | object, asked: Asked) -> None:
    if not isinstance(given, dict):
        raise Problem("JSON_PARSER_ERROR", "a JSON object is expected")
    if any(name.lower() == "id" for name in given):
        raise Problem("INVALID_FIELD", "The Id field should not be specified in the sobject data.")
    writing.update(org, sobject, id_, given, author(asked))


def _found(org: Org, asked: Asked) -> tuple[SObject, Record]:
    sobject = org.sobject(asked.params["type"])
    id_ = ids.to18(asked.params["id"])
    record = org.row(sobject, id_) if id_ else None
    if record is None or record.deleted:
        raise Problem(
            "NOT_FOUND",
            "Provided external ID field does not exist or is not accessible: " + asked.params["id"],
            status=404,
        )
    return sobject, record


def _shown(sobject: SObject, record: Record, asked: Asked) -> Answer:
    whole = rendered(sobject, record, asked.params["v"])
    headers = {"Last-Modified": format_datetime(_modified(record), usegmt=True)}
    wanted = [name.strip() for name in asked.query.get("fields", "").split(",") if name.strip()]
    if not wanted:
        return Answer(200, whole, headers)
    fields = [sobject.seen(name) for name in wanted]
    missing = next((name for name, field in zip(wanted, fields, strict=True) if field is None), None)
    if missing is not None:
        raise no_such_column(missing, sobject.name)
    names = ["Id", *(field.name for field in fields if field)]
    return Answer(200, {"attributes": whole["attributes"], **{name: whole[name] for name in names}}, headers)


def _by_key(org: Org, sobject: SObject, name: str, value: str) -> Record | None:
    field = sobject.field(name)
    if field is None or not field.external_id or not field.unique:
        words = f"Provided external ID field does not exist or is not accessible: {name}"
        raise Problem("NOT_FOUND", words, status=404)
    holder = org.tables[sobject.name].holder(field.name, value)
    return org.tables[sobject.name].get(holder) if holder else None


def _unmodified(asked: Asked, record: Record | None) -> None:
    header = asked.headers.get("if-unmodified-since")
    if header is None or record is None:
        return
    try:
        since = parsedate_to_datetime(header)
    except ValueError:
        raise Problem("INVALID_HTTP_HEADER", f"If-Unmodified-Since is no HTTP date: {header}") from None
    if _modified(record) > since:
        words = "the record has been modified since the given date"
        raise Problem("ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE", words, status=412)


def _modified(record: Record) -> datetime:
    stamp = record.text("LastModifiedDate") or record.text("SystemModstamp") or "1970-01-01T00:00:00.000+0000"
    return datetime.fromisoformat(stamp[:-2] + ":" + stamp[-2:]).replace(microsecond=0)
