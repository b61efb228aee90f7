"""What became of a write? Told by reading, never by hoping."""

from collections.abc import Sequence

from crmsync.model.plans import Change, Receipt, ReceiptKind, RowState
from crmsync.model.records import Scalar
from crmsync.model.streams import FoundTask
from crmsync.reconcile.plan import same


def is_stale(change: Change, present: Scalar) -> bool:
    """Whether the value moved since it was planned: then the row is dropped and planned anew, never forced."""
    return not same(present, change.before)


def after_receipt(receipt: Receipt) -> RowState:
    """The state a row reaches by the vendor's answer; no answer means in doubt, never failed."""
    return {
        ReceiptKind.OK: RowState.APPLIED,
        ReceiptKind.DUPLICATE: RowState.APPLIED,
        ReceiptKind.REFUSED: RowState.REJECTED,
        ReceiptKind.RETRY: RowState.RETRYABLE,
        ReceiptKind.UNKNOWN: RowState.IN_DOUBT,
    }[receipt.kind]


def resolve_field(change: Change, present: Scalar) -> RowState:
    """An in-doubt value is resolved by reading it back: ours, still the old one, or somebody else's."""
    if same(present, change.after):
        return RowState.APPLIED
    return RowState.RETRYABLE if same(present, change.before) else RowState.SUPERSEDED


def resolve_task(key: str, found: Sequence[FoundTask]) -> tuple[RowState, FoundTask | None]:
    """An in-doubt task is resolved by its key: a closed or deleted one counts as made and is never made again."""
    same_key = [one for one in found if one.key.casefold() == key.casefold()]
    return (RowState.APPLIED, same_key[0]) if same_key else (RowState.RETRYABLE, None)


def already_made(key: str, found: Sequence[FoundTask]) -> FoundTask | None:
    """The task that makes another one needless: any task with the full key, or an open one for the same promise."""
    prefix = key.rsplit("-", 1)[0].casefold()
    for one in found:
        if one.key.casefold() == key.casefold():
            return one
        if one.open and not one.deleted and one.key.casefold().startswith(prefix):
            return one
    return None
