"""One table: what HubSpot answers, and what the caller does next (facts/hubspot.md sections 3 and 4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from crmsync.connectors.answers import Answer
from crmsync.connectors.sending import Verdict
from crmsync.connectors.words import scrubbed
from crmsync.model.errors import AccessLost, BudgetSpent, CrmsyncError, RecordRefused, RetryLater, ShapeChanged
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import Ref
from crmsync.model.streams import WriteRow


class NotAllowed(AccessLost):
    """The token is good, but not for this: a scope or a paid tier is missing."""


class NotThere(ShapeChanged):
    """The portal has no such thing: an interface that ended, an object its edition lacks."""


class NoRoute(NotThere):
    """The edge in front of the portal knows no way there: nothing is said about a record."""


class BadQuestion(ShapeChanged):
    """The portal does not understand what was asked for: an object, a property, a filter."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one answer means to a read, and to a row or a batch that was to be written; `wait` in seconds."""

    reading: type[CrmsyncError]
    writing: ReceiptKind
    wait: float = 0.0


LOGIN = Meaning(AccessLost, ReceiptKind.RETRY)
PERMISSION = Meaning(NotAllowed, ReceiptKind.REFUSED)
SPENT = Meaning(BudgetSpent, ReceiptKind.RETRY)
BURST = Meaning(RetryLater, ReceiptKind.RETRY, wait=10.0)
SECOND = Meaning(RetryLater, ReceiptKind.RETRY, wait=1.0)
LOCKED = Meaning(RetryLater, ReceiptKind.RETRY, wait=2.0)
SETTING = Meaning(BadQuestion, ReceiptKind.REFUSED)
ABSENT = Meaning(NotThere, ReceiptKind.REFUSED)
LOST = Meaning(NoRoute, ReceiptKind.UNKNOWN)
RECORD = Meaning(RecordRefused, ReceiptKind.REFUSED)
TWICE = Meaning(RecordRefused, ReceiptKind.DUPLICATE)
BROKEN = Meaning(RetryLater, ReceiptKind.UNKNOWN)
STRANGE = Meaning(ShapeChanged, ReceiptKind.UNKNOWN)

POLICIES: Mapping[str, Meaning] = {
    "DAILY": SPENT,
    "TEN_SECONDLY_ROLLING": BURST,
    "SECONDLY": SECOND,
}
"""By policyName of a 429."""

CATEGORIES: Mapping[str, Meaning] = {
    "INVALID_AUTHENTICATION": LOGIN,
    "EXPIRED_AUTHENTICATION": LOGIN,
    "MISSING_SCOPES": PERMISSION,
    "BANNED": PERMISSION,
    "VALIDATION_ERROR": SETTING,
    "OBJECT_NOT_FOUND": RECORD,
    "CONFLICT": TWICE,
    "RATE_LIMITS": BURST,
}
"""By category, of whole answers and of the errors inside a multi-status answer."""

STATUSES: Mapping[int, Meaning] = {
    400: SETTING,
    401: LOGIN,
    403: PERMISSION,
    404: ABSENT,
    409: TWICE,
    414: SETTING,
    423: LOCKED,
    429: BURST,
    477: LOCKED,
    530: LOGIN,
    500: BROKEN,
    502: BROKEN,
    503: BROKEN,
    504: BROKEN,
}
"""Where the body names no category we know. A write that met a 5xx may have been done: it is UNKNOWN."""

_UNHEARD = frozenset({401, 423, 429, 477, 530})
_SPOILED = frozenset({400, 404, 409})
"""A whole batch is refused so when one of its inputs is bad."""

_SERVER_FAULT, _RATE_LIMIT, _NOT_FOUND = 500, 429, 404
_WRAPPED = "Property values were not valid: "
_EXISTING = (re.compile(r"Existing ID: (\d+)"), re.compile(r"\. (\d+) already has that value"))


class _BadValue(msgspec.Struct):
    name: str
    message: str


class Context(msgspec.Struct):
    """Which inputs an error of a multi-status answer is about."""

    traces: list[str] = msgspec.field(name="objectWriteTraceId", default_factory=list)
    ids: list[str] = msgspec.field(default_factory=list)


class Fault(msgspec.Struct):
    """An error body, or one error of a multi-status answer; every field may be missing (facts/hubspot.md 4)."""

    message: str = ""
    category: str | None = None
    sub_category: str | None = msgspec.field(name="subCategory", default=None)
    policy: str | None = msgspec.field(name="policyName", default=None)
    context: Context | None = None

    @property
    def words(self) -> str:
        """Category and message as one line; what is wrong with each property is taken out of its JSON wrapping."""
        message = self.message
        if message.startswith(_WRAPPED):
            message = _unwrapped(message.removeprefix(_WRAPPED)) or message
        return f"{self.category}: {message}" if self.category else message


class _Errors(msgspec.Struct):
    errors: list[Fault] = []


def reading(answer: Answer) -> CrmsyncError:
    """The error of a read that was not accepted."""
    fault = _fault(answer)
    meaning = _meaning(answer.status, fault)
    words = scrubbed(f"HubSpot: {(fault and fault.words) or f'HTTP {answer.status}'}")
    if meaning.reading is RetryLater:
        return RetryLater(words, answer.wait or meaning.wait)
    return meaning.reading(words)


def granted(answer: Answer) -> CrmsyncError:
    """The error of a login that was refused: an application nobody trusts any more, or a portal that is busy."""
    fault = _fault(answer)
    words = scrubbed(f"HubSpot refuses our login: {(fault and fault.words) or f'HTTP {answer.status}'}")
    if answer.status == _RATE_LIMIT or answer.status >= _SERVER_FAULT:
        return RetryLater(words, answer.wait or 0.0)
    return AccessLost(f"{words} Check the application's secrets, or connect it to the portal anew.")


def whole(batch_of_one: WriteRow | None, answer: Answer) -> Verdict:
    """What a refused answer means to a batch that was sent; `batch_of_one` where it held a single row."""
    fault = _fault(answer)
    words = (fault and fault.words) or f"HTTP {answer.status}"
    if answer.status in _UNHEARD:
        return Verdict(ReceiptKind.RETRY, words)
    if fault is None or answer.status >= _SERVER_FAULT:
        return Verdict(ReceiptKind.UNKNOWN, words)
    if batch_of_one is not None:
        return _judged(batch_of_one, answer.status, fault)
    return Verdict(_meaning(answer.status, fault).writing, words, splits=answer.status in _SPOILED)


def row(asked: WriteRow, fault: Fault) -> Verdict:
    """What one error of a multi-status answer means to its row; an unknown category is a refusal."""
    return _judged(asked, 0, fault)


def unknown_ids(body: bytes) -> set[str]:
    """The ids that a batch read says it has no record for (facts/hubspot.md 5.2)."""
    try:
        errors = msgspec.json.decode(body, type=_Errors).errors
    except msgspec.DecodeError:
        return set()
    return {
        one for error in errors if error.category == "OBJECT_NOT_FOUND" and error.context for one in error.context.ids
    }


def _unwrapped(text: str) -> str:
    try:
        return "; ".join(f"{one.name}: {one.message}" for one in msgspec.json.decode(text, type=list[_BadValue]))
    except msgspec.DecodeError:
        return ""


def _judged(asked: WriteRow, status: int, fault: Fault) -> Verdict:
    existing = next((found[1] for one in _EXISTING if (found := one.search(fault.message))), None)
    meaning = _meaning(status, fault) if status else CATEGORIES.get(fault.category or "", RECORD)
    if existing and not asked.ref.id:
        return Verdict(ReceiptKind.DUPLICATE, fault.words, Ref(asked.ref.system, asked.ref.object, existing))
    if meaning is TWICE:
        return Verdict(ReceiptKind.REFUSED if asked.ref.id else ReceiptKind.DUPLICATE, fault.words)
    return Verdict(meaning.writing, fault.words)


def _meaning(status: int, fault: Fault | None) -> Meaning:
    if status == _RATE_LIMIT:
        return POLICIES.get((fault and fault.policy) or "", BURST)
    if status == _NOT_FOUND and fault is None:
        return LOST
    known = CATEGORIES.get((fault and fault.category) or "")
    if known is not None and status < _SERVER_FAULT:
        return known
    return STATUSES.get(status, BROKEN if status >= _SERVER_FAULT else STRANGE)


def _fault(answer: Answer) -> Fault | None:
    try:
        return msgspec.json.decode(answer.body, type=Fault)
    except msgspec.DecodeError:
        try:
            return msgspec.convert({"message": msgspec.json.decode(answer.body)["message"]}, Fault)
        except (msgspec.DecodeError, msgspec.ValidationError, TypeError, KeyError):
            return None
