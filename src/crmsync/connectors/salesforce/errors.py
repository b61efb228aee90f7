"""One table: what Salesforce answers, and what the caller does next (facts/salesforce.md section 7)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from crmsync.connectors.answers import Answer
from crmsync.connectors.sending import Verdict
from crmsync.connectors.words import scrubbed
from crmsync.model.errors import (
    AccessLost,
    BudgetSpent,
    CrmsyncError,
    RecordRefused,
    RetryLater,
    ShapeChanged,
    StaleWrite,
)
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import Ref
from crmsync.model.streams import WriteRow


class PlaceLost(CrmsyncError):
    """The server forgot where we were in a query: ask again from the last record read."""


class TooMuch(RetryLater):
    """The org gives up on a question of this size: ask for less at a time, the same again brings the same."""

    def __init__(self, words: str, after: float = 300.0) -> None:
        super().__init__(words, after)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one answer means to a read, and to a row or a batch that was to be written."""

    reading: type[CrmsyncError]
    writing: ReceiptKind


LOGIN = Meaning(AccessLost, ReceiptKind.RETRY)
BUSY = Meaning(RetryLater, ReceiptKind.RETRY)
SPENT = Meaning(BudgetSpent, ReceiptKind.RETRY)
RECORD = Meaning(RecordRefused, ReceiptKind.REFUSED)
PERMISSION = Meaning(AccessLost, ReceiptKind.REFUSED)
SETTING = Meaning(ShapeChanged, ReceiptKind.REFUSED)
TWICE = Meaning(RecordRefused, ReceiptKind.DUPLICATE)
LESS = Meaning(TooMuch, ReceiptKind.RETRY)
TOO_BIG = Meaning(TooMuch, ReceiptKind.REFUSED)
MOVED = Meaning(StaleWrite, ReceiptKind.REFUSED)
BROKEN = Meaning(RetryLater, ReceiptKind.UNKNOWN)
STRANGE = Meaning(ShapeChanged, ReceiptKind.UNKNOWN)

CODES: Mapping[str, Meaning] = {
    "INVALID_SESSION_ID": LOGIN,
    "INVALID_AUTH_HEADER": LOGIN,
    "INVALID_LOGIN": LOGIN,
    "LOGIN_MUST_USE_SECURITY_TOKEN": LOGIN,
    "API_DISABLED_FOR_ORG": LOGIN,
    "API_CURRENTLY_DISABLED": LOGIN,
    "REQUEST_LIMIT_EXCEEDED": SPENT,
    "UNABLE_TO_LOCK_ROW": BUSY,
    "QUERY_TIMEOUT": LESS,
    "REQUEST_RUNNING_TOO_LONG": BUSY,
    "SERVER_UNAVAILABLE": BUSY,
    "UNKNOWN_EXCEPTION": BUSY,
    "TXN_SECURITY_METERING_ERROR": BUSY,
    "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE": BUSY,
    "ALL_OR_NONE_OPERATION_ROLLED_BACK": BUSY,
    "PROCESSING_HALTED": BUSY,
    "INVALID_QUERY_LOCATOR": Meaning(PlaceLost, ReceiptKind.UNKNOWN),
    "EXCEEDED_ID_LIMIT": TOO_BIG,
    "OPERATION_TOO_LARGE": TOO_BIG,
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": RECORD,
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": RECORD,
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": RECORD,
    "CANNOT_EXECUTE_FLOW_TRIGGER": RECORD,
    "CANNOT_UPDATE_CONVERTED_LEAD": RECORD,
    "ENTITY_IS_DELETED": RECORD,
    "ENTITY_IS_LOCKED": RECORD,
    "ENTITY_IS_ARCHIVED": RECORD,
    "STORAGE_LIMIT_EXCEEDED": RECORD,
    "NOT_FOUND": RECORD,
    "MALFORMED_ID": RECORD,
    "INVALID_CROSS_REFERENCE_KEY": RECORD,
    "INVALID_ID_FIELD": RECORD,
    "REQUIRED_FIELD_MISSING": RECORD,
    "STRING_TOO_LONG": RECORD,
    "NUMBER_OUTSIDE_VALID_RANGE": RECORD,
    "INVALID_EMAIL_ADDRESS": RECORD,
    "INACTIVE_OWNER_OR_USER": RECORD,
    "FIELD_INTEGRITY_EXCEPTION": RECORD,
    "TRANSFER_REQUIRES_READ": RECORD,
    "DUPLICATES_DETECTED": RECORD,
    "DUPLICATE_VALUE": TWICE,
    "DUPLICATE_EXTERNAL_ID": TWICE,
    "INSUFFICIENT_ACCESS": PERMISSION,
    "INSUFFICIENT_ACCESS_OR_READONLY": PERMISSION,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": PERMISSION,
    "INVALID_FIELD": SETTING,
    "INVALID_FIELD_FOR_INSERT_UPDATE": SETTING,
    "INVALID_TYPE": SETTING,
    "MALFORMED_QUERY": SETTING,
    "JSON_PARSER_ERROR": SETTING,
    "METHOD_NOT_ALLOWED": SETTING,
    "UNSUPPORTED_MEDIA_TYPE": SETTING,
    "UNSUPPORTED_API_VERSION": SETTING,
}
"""By errorCode (whole answers) or statusCode (rows of a collection)."""

WHOLE_CHUNK = frozenset({"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER"})
"""A trigger or flow runs once for the 200 rows of a call, and its failure is told of each (facts/salesforce.md 5.2)."""

STATUSES: Mapping[int, Meaning] = {
    300: SETTING,
    401: LOGIN,
    403: PERMISSION,
    404: SETTING,
    406: BUSY,
    410: SETTING,
    405: SETTING,
    412: MOVED,
    413: TOO_BIG,
    414: TOO_BIG,
    415: SETTING,
    420: BUSY,
    429: BUSY,
    431: TOO_BIG,
    500: BROKEN,
    502: BROKEN,
    503: BROKEN,
    504: BROKEN,
}
"""Where the body holds no code we know. A write that met a 5xx may have been committed: it is UNKNOWN."""

_BAD_REQUEST, _CHANGED_SINCE, _SERVER_FAULT = 400, 412, 500
_TOO_LONG = frozenset({413, 414, 431})
_UNDONE: Mapping[int, ReceiptKind] = {
    401: ReceiptKind.RETRY,
    420: ReceiptKind.RETRY,
    429: ReceiptKind.RETRY,
    300: ReceiptKind.REFUSED,
    405: ReceiptKind.REFUSED,
    413: ReceiptKind.REFUSED,
    414: ReceiptKind.REFUSED,
    415: ReceiptKind.REFUSED,
    431: ReceiptKind.REFUSED,
}
"""By these alone it is certain that nothing was written, whatever the body says."""
_CONCURRENT = "ConcurrentRequests"
_EXISTING = re.compile(r"\bid: ([a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?)\b")
_NAMED = re.compile(r"duplicate value found: (\S+) duplicates")


class Fault(msgspec.Struct, frozen=True):
    """One entry of an error list; the key is errorCode in whole answers and statusCode in rows."""

    message: str = ""
    error_code: str = msgspec.field(name="errorCode", default="")
    status_code: str = msgspec.field(name="statusCode", default="")

    @property
    def code(self) -> str:
        """The vendor's name of what is wrong."""
        return self.error_code or self.status_code

    @property
    def words(self) -> str:
        """Code and message as one line."""
        return f"{self.code}: {self.message}" if self.message else self.code


def reading(answer: Answer) -> CrmsyncError:
    """The error of a read that was not accepted."""
    faults = _faults(answer)
    meaning = _meaning(answer.status, faults)
    words = "; ".join(fault.words for fault in faults) or f"HTTP {answer.status}"
    told = scrubbed(f"Salesforce: {words}")
    return RetryLater(told, answer.wait or 0.0) if meaning.reading is RetryLater else meaning.reading(told)


def whole(answer: Answer) -> Verdict:
    """What an answer without rows means to every row of a batch that was sent."""
    faults = _faults(answer)
    words = "; ".join(fault.words for fault in faults) or f"HTTP {answer.status}"
    if answer.status >= _SERVER_FAULT or not faults:
        return Verdict(_UNDONE.get(answer.status, ReceiptKind.UNKNOWN), words, splits=answer.status in _TOO_LONG)
    kind = _meaning(answer.status, faults).writing
    return Verdict(kind, words, splits=answer.status in {_BAD_REQUEST, *_TOO_LONG} and kind is not ReceiptKind.RETRY)


def part(asked: WriteRow, status: int, body: bytes) -> Verdict:
    """What the answer to one part of a composite call means to its row; only a success in the 200s is one."""
    if status == _CHANGED_SINCE:
        return Verdict(ReceiptKind.RETRY, "Somebody changed the record after it was read: read it again.")
    faults = _faults(Answer(status, body))
    if status >= _SERVER_FAULT or not faults:
        return whole(Answer(status, body))
    return row(asked, faults)


def row(asked: WriteRow, faults: Sequence[Fault]) -> Verdict:
    """What the errors of one row mean; a code we do not know is a refusal, for the row was told to have failed."""
    words = "; ".join(fault.words for fault in faults)
    meaning = next((CODES[fault.code] for fault in faults if fault.code in CODES), RECORD)
    if "UNABLE_TO_LOCK_ROW" in words:
        return Verdict(ReceiptKind.RETRY, words, locked=True)
    if meaning is TWICE:
        return _twice(asked, words)
    return Verdict(meaning.writing, words)


def _twice(asked: WriteRow, words: str) -> Verdict:
    named = _NAMED.search(words)
    ours = asked.unique_field is not None and (
        named is None or named[1].casefold() in {asked.unique_field.casefold(), "<unknown>"}
    )
    if not ours:
        return Verdict(ReceiptKind.REFUSED, words)
    existing = _EXISTING.search(words)
    ref = Ref(asked.ref.system, asked.ref.object, existing[1]) if existing else None
    return Verdict(ReceiptKind.DUPLICATE, words, ref)


def _meaning(status: int, faults: Sequence[Fault]) -> Meaning:
    for fault in faults:
        if fault.code == "REQUEST_LIMIT_EXCEEDED" and _CONCURRENT in fault.message:
            return BUSY
        if fault.code in CODES:
            return CODES[fault.code]
    return STATUSES.get(status, BROKEN if status >= _SERVER_FAULT else STRANGE)


def _faults(answer: Answer) -> list[Fault]:
    try:
        return msgspec.json.decode(answer.body, type=list[Fault])
    except msgspec.DecodeError:
        return []
