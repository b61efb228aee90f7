"""Writing through sObject Collections: 200 rows a call, each with its own verdict (facts/salesforce.md 5.2).

Collections know no precondition: rows that must not overwrite a later change go out through `conditional`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from crmsync.connectors import sending
from crmsync.connectors.answers import Answer
from crmsync.connectors.salesforce import conditional
from crmsync.connectors.salesforce import errors as judge
from crmsync.connectors.salesforce.client import Door
from crmsync.connectors.sending import Batch, Outcome, Verdict
from crmsync.model.plans import Receipt, ReceiptKind
from crmsync.model.records import Ref, Scalar
from crmsync.model.streams import WriteRow

ROWS_PER_CALL = 200
_PATH = "composite/sobjects"
_CASE_SAFE = 15


class _Result(msgspec.Struct):
    success: bool
    id: str | None = None
    errors: list[judge.Fault] = []


def update(door: Door, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
    """Set fields of existing records; rows with a stamp only where nobody changed the record since."""
    free = [row for row in rows if row.unmodified_since is None]
    bound = [row for row in rows if row.unmodified_since is not None]
    receipts = {one.op_id: one for one in conditional.update(door, object_name, bound)}
    receipts |= {one.op_id: one for one in _written(door, "PATCH", object_name, free)}
    return [receipts[row.op_id] for row in rows]


def insert(door: Door, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
    """Make records; never repeated, never an upsert."""
    return _written(door, "POST", object_name, rows)


class Patience:
    """How long a batch that failed as a whole is split in search of the row that spoiled it.

    One bad row of 200 is found within eight halvings, and its neighbours are accepted on the way. Where answer after
    answer refuses everything it is no row: a trigger or a setting is broken, and the rest is refused together instead
    of being sent one by one.
    """

    def __init__(self, most: int = 2 * ROWS_PER_CALL.bit_length()) -> None:
        self._most, self._refused = most, 0

    def weigh(self, outcome: Outcome) -> Outcome:
        """The outcome, no longer to be split once patience has run out."""
        if not isinstance(outcome, Verdict):
            self._refused = 0
            return outcome
        self._refused += outcome.kind is ReceiptKind.REFUSED
        return replace(outcome, splits=outcome.splits and self._refused <= self._most)


def _written(door: Door, method: str, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
    patience = Patience()
    return sending.send(
        rows,
        ROWS_PER_CALL,
        lambda batch: _sent(door, method, object_name, batch),
        lambda batch, answer: patience.weigh(_judged(batch, answer)),
        door.traffic.sleeper,
    )


def _sent(door: Door, method: str, object_name: str, batch: Batch) -> Answer:
    records = [_record(object_name, row) for row in batch]
    return door.write(method, _PATH, {"allOrNone": False, "records": records})


def _record(object_name: str, row: WriteRow) -> Mapping[str, Scalar | Mapping[str, str]]:
    named: Mapping[str, Scalar] = {"id": row.ref.id} if row.ref.id else {}
    return {"attributes": {"type": object_name}, **named, **row.values}


def _judged(batch: Batch, answer: Answer) -> Outcome:
    if not answer.accepted:
        return judge.whole(answer)
    results = msgspec.json.decode(answer.body, type=list[_Result])
    if len(results) != len(batch):  # in order only if complete: otherwise no result can be given to a row
        return {}
    verdicts = {row.op_id: _verdict(row, result) for row, result in zip(batch, results, strict=True)}
    return _spoiled(results, verdicts) or verdicts


def _spoiled(results: Sequence[_Result], verdicts: Mapping[str, Verdict]) -> Verdict | None:
    """A trigger that failed took all rows of the chunk with it, whichever row it failed over."""
    whole = all(not one.success and any(fault.code in judge.WHOLE_CHUNK for fault in one.errors) for one in results)
    kinds = {one.kind for one in verdicts.values()}
    if not whole or kinds != {ReceiptKind.REFUSED}:
        return None
    return replace(next(iter(verdicts.values())), splits=True)


def _verdict(row: WriteRow, result: _Result) -> Verdict:
    if not result.success:
        return judge.row(row, result.errors)
    if not result.id:
        return Verdict(ReceiptKind.UNKNOWN, "Told to have worked, without an id.")
    if row.ref.id and result.id[:_CASE_SAFE] != row.ref.id[:_CASE_SAFE]:
        return Verdict(ReceiptKind.UNKNOWN, "The answer is about another record.")
    return Verdict(ReceiptKind.OK, ref=Ref(row.ref.system, row.ref.object, result.id))
