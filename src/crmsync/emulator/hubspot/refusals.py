"""What a portal says when it refuses: the error bodies of facts/hubspot.md section 4."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crmsync.emulator.wire import Json

VALIDATION = "VALIDATION_ERROR"


class Refusal(Exception):
    """An answer other than success: HTTP status, category (may be absent), words, and what else the body holds."""

    def __init__(self, status: int, words: str, category: str | None = VALIDATION, **more: Json) -> None:
        super().__init__(words)
        self.status = status
        self.words = words
        self.category = category
        self.more = more

    def body(self, correlation: str) -> dict[str, Json]:
        """The envelope as JSON; every key but status, message and correlationId may be missing in real answers."""
        body: dict[str, Json] = {"status": "error", "message": self.words, "correlationId": correlation, **self.more}
        return body if self.category is None else {**body, "category": self.category}

    def item(self, context: Mapping[str, Json]) -> dict[str, Json]:
        """The same refusal as one entry of the `errors` of a multi-status answer (section 5.4)."""
        known = self.more.get("context")
        own = dict(known) if isinstance(known, Mapping) else {}
        return {"status": "error", "category": self.category, "message": self.words, "context": {**own, **context}}


@dataclass(frozen=True, slots=True)
class BadValue:
    """One property of a write that the portal does not take."""

    name: str
    code: str
    words: str


def malformed(words: str) -> Refusal:
    """400 for JSON that is not what the endpoint reads; carries no category (section 4)."""
    return Refusal(400, f"Invalid input JSON on line 1, column 1: {words}", None)


def invalid_values(bad: Sequence[BadValue], portal: int, *, listed: bool = True) -> Refusal:
    """400 with the list of bad properties as JSON inside the message string, as captured in the wild (section 4).

    Refusals by a portal's validation rule may lack the `errors` list beside it: `listed` False.
    """
    inner: list[Json] = [
        {"isValid": False, "message": one.words, "error": one.code, "name": one.name, "portalId": portal} for one in bad
    ]
    errors: list[Json] = [
        {"message": one.words, "code": one.code, "context": {"propertyName": [one.name]}} for one in bad
    ]
    words = json.dumps(inner, ensure_ascii=False, separators=(",", ":"))
    more: dict[str, Json] = {"errors": errors} if listed else {}
    return Refusal(400, f"Property values were not valid: {words}", VALIDATION, **more)


def already_exists(existing: str) -> Refusal:
    """409 for a new contact whose e-mail is taken."""
    return Refusal(409, f"Contact already exists. Existing ID: {existing}", "CONFLICT")


def value_taken(portal: int, type_: str, name: str, value: str, pair: tuple[str, str]) -> Refusal:
    """400 for a unique value that another record holds; `pair` is (the record being written, the holder)."""
    where = f"portalId={portal}, objectTypeId=ObjectTypeId{{legacyObjectType={type_}}}"
    coordinates = f"PropertyValueCoordinates{{{where}, propertyName={name}, value={value}}}"
    return Refusal(400, f"Cannot set {coordinates} on {pair[0]}. {pair[1]} already has that value.")


def duplicate_ids(ids: Sequence[str]) -> Refusal:
    """400 for one id named twice in a batch."""
    words = f"Duplicate IDs found in batch input: [{', '.join(ids)}]. IDs must be unique"
    return Refusal(400, words, VALIDATION, context={"ids": list(ids)})


def not_found() -> Refusal:
    """404 of a single get; real ones carry no category (section 4)."""
    return Refusal(404, "resource not found", None)


def some_not_found(kind: str, ids: Sequence[str]) -> Refusal:
    """The error of a batch in which some ids do not exist (section 5.2)."""
    words = f"Could not get some {kind} objects, they may be deleted or not exist. Check that ids are valid."
    return Refusal(404, words, "OBJECT_NOT_FOUND", context={"ids": list(ids)})


def no_credentials() -> Refusal:
    """401 without a token, or with one that nobody issued."""
    words = (
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more "
        "details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
    )
    return Refusal(401, words, "INVALID_AUTHENTICATION")


def expired(at: str, seconds: int = 75) -> Refusal:
    """401 for a token past its time."""
    words = f"The OAuth token used to make this call expired {seconds} second(s) ago."
    return Refusal(401, words, "EXPIRED_AUTHENTICATION", context={"expire time": [at]})


def bad_grant(status: str, words: str) -> Refusal:
    """400 of the OAuth endpoints, which put their code where other errors say `error`."""
    refusal = Refusal(400, words, None)
    refusal.more = {"status": status}
    return refusal


def missing_scopes(wanted: Sequence[str]) -> Refusal:
    """403 for a token without the right for this call."""
    words = (
        "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: "
        "https://developers.hubspot.com/scopes."
    )
    errors: list[Json] = [
        {
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": list(wanted)},
        }
    ]
    return Refusal(
        403, words, "MISSING_SCOPES", errors=errors, links={"scopes": "https://developers.hubspot.com/scopes"}
    )


def no_tier() -> Refusal:
    """403 where the portal's subscription leaves the endpoint out; the words are not verified."""
    words = "The account does not have access to this API. It requires an Enterprise subscription."
    return Refusal(403, words, "MISSING_SCOPES", errors=[{"message": "The account is not on a tier with this API."}])


def unsupported_media(type_: str) -> Refusal:
    """415 for a body that says it is no JSON."""
    return Refusal(415, f"HTTP 415 Unsupported Media Type: {type_}", None)


def beyond(what: str) -> Refusal:
    """404 in words for a part of HubSpot that this emulator leaves out."""
    return Refusal(404, f"{what} is not supported by the emulator", "NOT_SUPPORTED")
