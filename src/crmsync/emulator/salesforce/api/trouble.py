"""The vendor's troubles by name: what `vendor_error {name, route, times, after}` answers, and where each was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmsync.emulator.faults import Fault
from crmsync.emulator.wire import Answer, Json

HTML = {"content-type": "text/html; charset=UTF-8"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One answer: a code with words (a JSON list), or a page; `source` is a section of facts/salesforce.md."""

    status: int
    code: str
    words: str
    source: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self) -> Answer:
        """As the client gets it."""
        if not self.code:
            return Answer(self.status, self.words.encode() or None, {**(HTML if self.words else {}), **self.headers})
        entry: Json = [{"message": self.words, "errorCode": self.code}]
        return Answer(self.status, entry, self.headers)


def page(title: str, words: str) -> str:
    """A page of the vendor's edge, such as clients meet where they expect JSON."""
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{words}</p></body></html>"


ERROR_ID = "An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-12345 (42)"
TROUBLES: Mapping[str, Trouble] = {
    "daily_limit": Trouble(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", "7"),
    "concurrent_limit": Trouble(
        403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.", "7"
    ),
    "server_unavailable": Trouble(503, "SERVER_UNAVAILABLE", "We are down for maintenance. Please try later", "7"),
    "running_too_long": Trouble(
        503, "REQUEST_RUNNING_TOO_LONG", "Your request was running for too long, and has been stopped.", "7"
    ),
    "unknown_exception": Trouble(500, "UNKNOWN_EXCEPTION", ERROR_ID, "7"),
    "query_timeout": Trouble(400, "QUERY_TIMEOUT", "Your query request was running for too long.", "4, 7"),
    "dead_locator": Trouble(400, "INVALID_QUERY_LOCATOR", "invalid query locator", "4, 7"),
    "too_many_ids": Trouble(400, "EXCEEDED_ID_LIMIT", "exceeded maximum number of ids", "4.1, 7"),
    "too_large": Trouble(400, "OPERATION_TOO_LARGE", "exceeded 100000 distinct ids", "7"),
    "api_disabled": Trouble(403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.", "7"),
    "api_currently_disabled": Trouble(403, "API_CURRENTLY_DISABLED", "API is not enabled for this User", "7"),
    "transaction_security": Trouble(403, "TXN_SECURITY_METERING_ERROR", "A Transaction Security policy ran late", "7"),
    "no_access": Trouble(403, "INSUFFICIENT_ACCESS", "insufficient access rights on this operation", "7"),
    "session_not_for_rest": Trouble(
        401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API", "1.4"
    ),
    "app_not_attached": Trouble(401, "INVALID_SESSION_ID", "Connected app is not attached to Agent", "1.4"),
    "session_expired": Trouble(401, "INVALID_SESSION_ID", "Session expired or invalid", "1.4"),
    "html_401": Trouble(401, "", page("Unauthorized", "Log in again."), "1.4"),
    "empty_401": Trouble(401, "", "", "1.4"),
    "maintenance": Trouble(
        503, "", page("Down for Maintenance", "Sorry for the inconvenience. We'll be back shortly."), "7, 10"
    ),
    "login_page_500": Trouble(500, "", page("Unexpected Error", "An internal server error has occurred"), "7, 10"),
    "html_404": Trouble(404, "", page("URL No Longer Exists", "You have attempted to reach a URL that is gone."), "7"),
    "bad_gateway": Trouble(502, "", page("502 Bad Gateway", "The server was unable to complete your request."), "7"),
    "gateway_timeout": Trouble(504, "", page("504 Gateway Time-out", "The server did not respond in time."), "7"),
    "not_acceptable": Trouble(406, "", "", "7"),
    "calm_down": Trouble(420, "", "", "7"),
    "too_many_requests": Trouble(429, "", page("Too Many Requests", "Slow down."), "7"),
    "retry_after": Trouble(
        503, "SERVER_UNAVAILABLE", "Server too busy, please try again later", "7", {"Retry-After": "2"}
    ),
    "uri_too_long": Trouble(414, "", page("Bad Message 414", "reason: URI Too Long"), "4"),
    "headers_too_large": Trouble(431, "", page("Bad Message 431", "reason: Request Header Fields Too Large"), "4"),
    "version_gone": Trouble(410, "UNSUPPORTED_API_VERSION", "This API version is retired", "1.2, 7"),
    "unsupported_media": Trouble(415, "UNSUPPORTED_MEDIA_TYPE", "Content type is not supported by this resource", "7"),
}


def planted(fault: Fault | None) -> Answer | None:
    """What a planted `vendor_error` answers; None without one."""
    return TROUBLES[str(fault["name"])].answer() if fault else None
