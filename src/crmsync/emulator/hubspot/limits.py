"""How many calls a portal takes: told in headers always, enforced when `rate_limit` is planted (section 3)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.wire import Json

BURST, WINDOW = 190, 10.0
SEARCHES, SECOND = 5, 1.0
DAILY_CALLS = 625_000


@dataclass(slots=True)
class Limits:
    """The calls of the last ten seconds and the searches of the last one, by real time."""

    calls: deque[float] = field(default_factory=deque)
    searches: deque[float] = field(default_factory=deque)

    def count(self, *, search: bool) -> None:
        """One more call; searches have an account of their own."""
        now = time.monotonic()
        (self.searches if search else self.calls).append(now)
        while self.calls and now - self.calls[0] > WINDOW:
            self.calls.popleft()
        while self.searches and now - self.searches[0] > SECOND:
            self.searches.popleft()

    def enforce(self, planted: Mapping[str, Json] | None, today: int) -> None:
        """429 in the vendor's words when more was asked than `{"burst", "search", "daily"}` allow (default: as sold).

        `Retry-After` comes with `"retry_after": seconds` only, as real answers often lack it.
        """
        if planted is None:
            return
        if today > _whole(planted.get("daily"), DAILY_CALLS):
            raise _refused("You have reached your daily limit.", "DAILY")
        if len(self.calls) > _whole(planted.get("burst"), BURST):
            raise _refused("You have reached your ten_secondly_rolling limit.", "TEN_SECONDLY_ROLLING")
        if len(self.searches) > _whole(planted.get("search"), SEARCHES):
            raise _refused("You have reached your secondly limit.", "SECONDLY")

    def headers(self, today: int) -> dict[str, str]:
        """What is left, as every answer but those of search tells."""
        return {
            "x-hubspot-ratelimit-max": str(BURST),
            "x-hubspot-ratelimit-remaining": str(max(0, BURST - len(self.calls))),
            "x-hubspot-ratelimit-interval-milliseconds": str(int(WINDOW * 1000)),
            "x-hubspot-ratelimit-daily": str(DAILY_CALLS),
            "x-hubspot-ratelimit-daily-remaining": str(max(0, DAILY_CALLS - today)),
        }


def _refused(words: str, policy: str) -> Refusal:
    return Refusal(429, words, None, errorType="RATE_LIMIT", policyName=policy)


def _whole(value: Json, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default
