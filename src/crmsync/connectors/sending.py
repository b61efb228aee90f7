"""Writes in batches, one receipt per row whatever happens."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from crmsync.connectors.answers import Answer, AnswerLost, Unreached
from crmsync.connectors.words import scrubbed
from crmsync.model.errors import AccessLost, BudgetSpent, RetryLater
from crmsync.model.plans import Receipt, ReceiptKind
from crmsync.model.ports import Sleeper
from crmsync.model.records import Ref
from crmsync.model.streams import WriteRow

LOST = "The answer did not arrive."
NO_VERDICT = "The answer said nothing about this row."
NOT_SENT = "Nothing was sent: the CRM could not be reached."
LOCK_WAITS = (0.5, 1.0, 2.0)
"""Seconds before rows that somebody else held are sent again: a lock of Salesforce lasts ten seconds at most."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the vendor said about a row, or about a whole batch; `splits` where one bad row may have spoiled it.

    `locked`: the row was surely not written because somebody else held it for a moment.
    """

    kind: ReceiptKind
    words: str = ""
    ref: Ref | None = None
    splits: bool = False
    locked: bool = False

    def receipt(self, row: WriteRow) -> Receipt:
        """The same as a receipt of one row."""
        return Receipt(row.op_id, self.kind, self.ref or (row.ref if row.ref.id else None), scrubbed(self.words))


Batch = Sequence[WriteRow]
Outcome = Mapping[str, Verdict] | Verdict
"""Verdicts by op_id, or one verdict about the batch as a whole."""


def send(
    rows: Batch,
    size: int,
    exchange: Callable[[Batch], Answer],
    judge: Callable[[Batch, Answer], Outcome],
    sleeper: Sleeper | None = None,
) -> list[Receipt]:
    """Send rows in batches of at most `size`; one receipt per row, in order.

    A batch spoiled by a bad row is split until the culprits stand alone: it was refused as a whole, so nothing is
    sent twice. Where the CRM asks to come back later, or cannot be reached, the batches behind wait as well. A row
    without a verdict in a whole answer, and every row of an answer that was lost, is UNKNOWN. With a `sleeper` the
    rows somebody held are sent again in a moment, without the others; no transaction is open meanwhile.
    """
    attempt = partial(_outcome, exchange, judge)
    verdicts = _sent(rows, size, attempt)
    for seconds in LOCK_WAITS if sleeper is not None else ():
        held = [row for row in rows if verdicts[row.op_id].locked]
        if not held or sleeper is None:
            break
        sleeper.sleep(seconds)
        verdicts |= _sent(held, size, attempt)
    return [verdicts[row.op_id].receipt(row) for row in rows]


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


def _sent(rows: Batch, size: int, attempt: Callable[[Batch], Outcome]) -> dict[str, Verdict]:
    """A verdict per row; once the CRM asks to come back later the rows behind are not sent."""
    verdicts: dict[str, Verdict] = {}
    later: Verdict | None = None
    for batch in batches(rows, size):
        outcome = later or attempt(batch)
        if isinstance(outcome, Verdict) and outcome.kind is ReceiptKind.RETRY:
            later = outcome
        verdicts |= {row.op_id: verdict for row, verdict in _settled(batch, outcome, attempt)}
    return verdicts


def _settled(batch: Batch, outcome: Outcome, attempt: Callable[[Batch], Outcome]) -> Iterator[tuple[WriteRow, Verdict]]:
    if isinstance(outcome, Verdict) and outcome.splits and len(batch) > 1:
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            yield from _settled(half, attempt(half), attempt)
        return
    for row in batch:
        verdict = outcome if isinstance(outcome, Verdict) else outcome.get(row.op_id)
        yield row, verdict or Verdict(ReceiptKind.UNKNOWN, NO_VERDICT)


def _outcome(exchange: Callable[[Batch], Answer], judge: Callable[[Batch, Answer], Outcome], batch: Batch) -> Outcome:
    try:
        answer = exchange(batch)
    except (Unreached, AccessLost, BudgetSpent, RetryLater) as error:
        return Verdict(ReceiptKind.RETRY, str(error) or NOT_SENT)
    except AnswerLost:
        return Verdict(ReceiptKind.UNKNOWN, LOST)
    try:
        return judge(batch, answer)
    except Exception as error:  # noqa: BLE001 - a byte was sent: whatever the answer was, the caller gets receipts
        return Verdict(ReceiptKind.UNKNOWN, f"The answer was not understood ({type(error).__name__}).")
