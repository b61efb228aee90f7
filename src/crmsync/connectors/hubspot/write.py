"""Writing in batches of 100, each input traced so that each gets its own verdict (facts/hubspot.md 5.3, 5.4)."""

from collections.abc import Mapping, Sequence

import msgspec

from crmsync.connectors import sending
from crmsync.connectors.answers import Answer
from crmsync.connectors.hubspot import errors as judge
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.place import PAGE
from crmsync.connectors.sending import Batch, Outcome, Verdict
from crmsync.model.plans import Receipt, ReceiptKind
from crmsync.model.records import Ref, Scalar
from crmsync.model.streams import WriteRow


class _Result(msgspec.Struct):
    id: str
    trace: str | None = msgspec.field(name="objectWriteTraceId", default=None)
    properties: dict[str, str | None] = {}


class _Answer(msgspec.Struct):
    results: list[_Result] = []
    errors: list[judge.Fault] = []


def update(door: Door, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
    """Set properties of existing records; nothing clears a property by an empty text."""
    path = f"/crm/v3/objects/{object_name}/batch/update"
    return sending.send(rows, PAGE, lambda batch: door.write(path, _inputs(batch)), _judged)


def insert(door: Door, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
    """Make records; never repeated, never an upsert."""
    path = f"/crm/v3/objects/{object_name}/batch/create"
    return sending.send(rows, PAGE, lambda batch: door.write(path, _inputs(batch)), _judged)


def spelled(value: Scalar) -> str:
    """A value as HubSpot takes it: every property is a text, the empty one clears it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _inputs(batch: Batch) -> Mapping[str, object]:
    return {"inputs": [_input(row) for row in batch]}


def _input(row: WriteRow) -> Mapping[str, object]:
    named = {"id": row.ref.id} if row.ref.id else {}
    properties = {name: spelled(value) for name, value in row.values.items()}
    return {**named, "properties": properties, "objectWriteTraceId": row.op_id}


def _judged(batch: Batch, answer: Answer) -> Outcome:
    if not answer.accepted:
        return judge.whole(batch[0] if len(batch) == 1 else None, answer)
    said = msgspec.json.decode(answer.body, type=_Answer)
    verdicts = {row.op_id: _verdict(row, batch, said) for row in batch}
    return {op_id: verdict for op_id, verdict in verdicts.items() if verdict}


def _verdict(row: WriteRow, batch: Batch, said: _Answer) -> Verdict | None:
    """Results come in any order and may be missing although the answer is a 2xx: then nothing is known."""
    done = next((one for one in said.results if _is_about(one, row, batch)), None)
    refused = next((one for one in said.errors if _concerns(one, row)), None)
    if done and not refused:
        return Verdict(ReceiptKind.OK, ref=Ref(row.ref.system, row.ref.object, done.id))
    return judge.row(row, refused) if refused and not done else None


def _is_about(result: _Result, row: WriteRow, batch: Batch) -> bool:
    if result.trace is not None:
        return result.trace == row.op_id
    if row.ref.id:
        return result.id == row.ref.id
    if row.unique_field and row.values.get(row.unique_field) is not None:
        return result.properties.get(row.unique_field) == spelled(row.values[row.unique_field])
    return len(batch) == 1


def _concerns(fault: judge.Fault, row: WriteRow) -> bool:
    context = fault.context
    return context is not None and (row.op_id in context.traces or bool(row.ref.id and row.ref.id in context.ids))
