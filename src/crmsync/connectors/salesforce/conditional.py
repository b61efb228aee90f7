"""Updates that give way to people: written only if the record was not changed since it was read.

25 rows a call, each with If-Unmodified-Since (facts/salesforce.md 5.3, 5.4). Salesforce compares whole seconds: a
change within the second of the stamp is not noticed.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from email.utils import format_datetime

import msgspec

from crmsync.connectors import sending
from crmsync.connectors.answers import Answer
from crmsync.connectors.salesforce import errors as judge
from crmsync.connectors.salesforce.client import Door
from crmsync.connectors.sending import Batch, Outcome, Verdict
from crmsync.model.plans import Receipt, ReceiptKind
from crmsync.model.streams import WriteRow

ROWS_PER_CALL = 25
_DONE = frozenset({200, 204})


class _Part(msgspec.Struct, rename="camel"):
    http_status_code: int
    reference_id: str
    body: msgspec.Raw = msgspec.Raw(b"null")


class _Parts(msgspec.Struct, rename="camel"):
    composite_response: list[_Part]


def update(door: Door, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
    """Set fields of records that nobody changed after `unmodified_since`; the others come back RETRY."""
    return sending.send(
        rows, ROWS_PER_CALL, lambda batch: _sent(door, object_name, batch), _judged, door.traffic.sleeper
    )


def _sent(door: Door, object_name: str, batch: Batch) -> Answer:
    path = f"{door.data_path}/sobjects/{object_name}"
    parts = [_part(path, name, row) for name, row in _named(batch).items()]
    return door.write("POST", "composite", {"allOrNone": False, "compositeRequest": parts})


def _part(path: str, name: str, row: WriteRow) -> Mapping[str, object]:
    headers = {"Sforce-Auto-Assign": "FALSE"}  # whether the outer header reaches the parts is not documented
    if row.unmodified_since is not None:
        headers["If-Unmodified-Since"] = format_datetime(row.unmodified_since.astimezone(UTC), usegmt=True)
    return {
        "method": "PATCH",
        "url": f"{path}/{row.ref.id}",
        "referenceId": name,
        "httpHeaders": headers,
        "body": dict(row.values),
    }


def _named(batch: Batch) -> dict[str, WriteRow]:
    return {f"row{number}": row for number, row in enumerate(batch)}


def _judged(batch: Batch, answer: Answer) -> Outcome:
    if not answer.accepted:
        return judge.whole(answer)
    rows = _named(batch)
    parts = msgspec.json.decode(answer.body, type=_Parts).composite_response
    return {
        rows[one.reference_id].op_id: _verdict(rows[one.reference_id], one) for one in parts if one.reference_id in rows
    }


def _verdict(row: WriteRow, part: _Part) -> Verdict:
    if part.http_status_code in _DONE:
        return Verdict(ReceiptKind.OK, ref=row.ref)
    return judge.part(row, part.http_status_code, bytes(part.body))
