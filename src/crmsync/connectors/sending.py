"""Writes in batches, one receipt per row whatever happens."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crmsync.connectors.answers import Answer, AnswerLost, Unreached
from crmsync.connectors.words import scrubbed
from crmsync.model.errors import AccessLost
from crmsync.model.plans import Receipt, ReceiptKind
from crmsync.model.records import Ref
from crmsync.model.streams import WriteRow

LOST = "The answer did not arrive."
NO_VERDICT = "The answer said nothing about this row."
NOT_SENT = "Nothing was sent: the CRM could not be reached."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the vendor said about a row, or about a whole batch."""

    kind: ReceiptKind
    words: str = ""
    ref: Ref | None = None

    def receipt(self, row: WriteRow) -> Receipt:
        """The same as a receipt of one row."""
        return Receipt(row.op_id, self.kind, self.ref or (row.ref if row.ref.id else None), scrubbed(self.words))


Batch = Sequence[WriteRow]
Outcome = Mapping[str, Verdict] | Verdict
"""Verdicts by op_id, or one verdict about the batch as a whole."""


def send(
    rows: Batch, size: int, exchange: Callable[[Batch], Answer], judge: Callable[[Batch, Answer], Outcome]
) -> list[Receipt]:
    """Send rows in batches of at most `size`; a batch refused as a whole is split until the culprits stand alone.

    A row without a verdict in a whole answer, and every row of an answer that was lost, is UNKNOWN.
    """
    receipts: dict[str, Receipt] = {}
    for batch in batches(rows, size):
        for row, verdict in _deliver(batch, exchange, judge):
            receipts[row.op_id] = verdict.receipt(row)
    return [receipts[row.op_id] for row in rows]


def batches(rows: Batch, size: int) -> Iterator[list[WriteRow]]:
    """Rows in order, at most `size` together, no record twice in one batch (vendors refuse or reorder those)."""
    batch: list[WriteRow] = []
    for row in rows:
        if len(batch) == size or (row.ref.id and any(row.ref == other.ref for other in batch)):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _deliver(
    batch: Batch, exchange: Callable[[Batch], Answer], judge: Callable[[Batch, Answer], Outcome]
) -> Iterator[tuple[WriteRow, Verdict]]:
    outcome = _outcome(batch, exchange, judge)
    if isinstance(outcome, Verdict) and outcome.kind is ReceiptKind.REFUSED and len(batch) > 1:
        middle = len(batch) // 2
        yield from _deliver(batch[:middle], exchange, judge)
        yield from _deliver(batch[middle:], exchange, judge)
        return
    for row in batch:
        verdict = outcome if isinstance(outcome, Verdict) else outcome.get(row.op_id)
        yield row, verdict or Verdict(ReceiptKind.UNKNOWN, NO_VERDICT)


def _outcome(batch: Batch, exchange: Callable[[Batch], Answer], judge: Callable[[Batch, Answer], Outcome]) -> Outcome:
    try:
        answer = exchange(batch)
    except (Unreached, AccessLost) as error:
        return Verdict(ReceiptKind.RETRY, str(error) or NOT_SENT)
    except AnswerLost:
        return Verdict(ReceiptKind.UNKNOWN, LOST)
    try:
        return judge(batch, answer)
    except Exception as error:  # noqa: BLE001 - a byte was sent: whatever the answer was, the caller gets receipts
        return Verdict(ReceiptKind.UNKNOWN, f"The answer was not understood ({type(error).__name__}).")
