"""HubSpot's troubles by name: what `vendor_error {name, route, times, after}` answers, and where each was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crmsync.emulator.hubspot.edge import page
from crmsync.emulator.hubspot.refusals import Refusal, bad_grant, expired, missing_scopes, no_credentials, no_tier
from crmsync.emulator.wire import Answer


@dataclass(frozen=True, slots=True)
class Trouble:
    """One answer: an API error, or the edge's page for a status; `source` is a section of facts/hubspot.md."""

    make: Callable[[], Refusal] | int
    source: str
    headers: tuple[tuple[str, str], ...] = ()

    def answer(self, correlation: str) -> Answer:
        """As the client gets it."""
        if isinstance(self.make, int):
            return page(self.make)
        refusal = self.make()
        return Answer(refusal.status, refusal.body(correlation), dict(self.headers))


def _limit(policy: str, words: str) -> Callable[[], Refusal]:
    return lambda: Refusal(
        429, f"You have reached your {words} limit.", None, errorType="RATE_LIMIT", policyName=policy
    )


def _internal() -> Refusal:
    return Refusal(500, "internal error", None)


def _categorised() -> Refusal:
    return Refusal(429, "You have reached your secondly limit.", "RATE_LIMITS", policyName="SECONDLY")


TROUBLES: Mapping[str, Trouble] = {
    "burst_limit": Trouble(_limit("TEN_SECONDLY_ROLLING", "ten_secondly_rolling"), "3"),
    "burst_limit_wait": Trouble(_limit("TEN_SECONDLY_ROLLING", "ten_secondly_rolling"), "3", (("retry-after", "1"),)),
    "burst_limit_wait_ms": Trouble(
        _limit("TEN_SECONDLY_ROLLING", "ten_secondly_rolling"), "3", (("retry-after", "1000"),)
    ),
    "search_limit": Trouble(_limit("SECONDLY", "secondly"), "3"),
    "search_limit_category": Trouble(_categorised, "3"),
    "daily_limit": Trouble(_limit("DAILY", "daily"), "3"),
    "internal_error": Trouble(_internal, "4"),
    "bad_gateway": Trouble(502, "4, 15"),
    "unavailable": Trouble(503, "4, 15"),
    "gateway_timeout": Trouble(504, "4, 15"),
    "uri_too_long": Trouble(414, "4"),
    "edge_530": Trouble(530, "2"),
    "edge_404": Trouble(404, "4"),
    "no_credentials": Trouble(no_credentials, "4"),
    "expired": Trouble(lambda: expired("2022-06-21T10:37:52.040Z"), "4"),
    "missing_scopes": Trouble(lambda: missing_scopes(["crm.objects.contacts.read"]), "4"),
    "no_tier": Trouble(no_tier, "10"),
    "bad_refresh_token": Trouble(lambda: bad_grant("BAD_REFRESH_TOKEN", "missing or invalid refresh token"), "2"),
}
