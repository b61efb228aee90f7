"""How many calls a portal takes: told in headers always, enforced when `rate_limit` is planted (section 3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.wire import Json

BURST, BURST_OAUTH, WINDOW = 190, 110, 10.0
SEARCHES, SECOND = 5, 1.0
DAILY_CALLS = 625_000

Planted = Mapping[str, Json]


@dataclass(slots=True)
class Limits:
    """The calls of the last ten seconds, the searches of the last one, and where today's count began."""

    calls: deque[float] = field(default_factory=deque)
    searches: deque[float] = field(default_factory=deque)
    today: date | None = None
    before_today: int = 0
    by_server: bool = False

    def count(self, at: datetime, planted: Planted | None, *, search: bool) -> None:
        """One more call; searches have an account of their own.

        Windows slide with real time, or with the servers' clock `at` when planted so (`"clock": "server"`).
        """
        by_server = planted is not None and planted.get("clock") == "server"
        if by_server is not self.by_server:
            self.by_server = by_server
            self.calls.clear()
            self.searches.clear()
        now = at.timestamp() if by_server else monotonic()
        (self.searches if search else self.calls).append(now)
        while self.calls and now - self.calls[0] > WINDOW:
            self.calls.popleft()
        while self.searches and now - self.searches[0] > SECOND:
            self.searches.popleft()

    def used(self, at: datetime, zone: str, total: int) -> int:
        """How many of `total` calls were made since midnight in the account's zone."""
        day = at.astimezone(ZoneInfo(zone)).date()
        if self.today is not None and day != self.today:
            self.before_today = max(0, total - 1)  # the call that is being answered is today's
        if total < self.before_today:
            self.before_today = 0
        self.today = day
        return total - self.before_today

    def enforce(self, planted: Planted | None, today: int) -> None:
        """429 in the vendor's words when more was asked than `{"burst", "search", "daily"}` allow (default: as sold).

        `Retry-After` comes with `"retry_after"` only, as real answers often lack it; `"category": true` answers in the
        other shape that was seen in the wild.
        """
        if planted is None:
            return
        if today > _whole(planted.get("daily"), DAILY_CALLS):
            raise _refused(planted, "You have reached your daily limit.", "DAILY")
        if len(self.calls) > _whole(planted.get("burst"), BURST):
            raise _refused(planted, "You have reached your ten_secondly_rolling limit.", "TEN_SECONDLY_ROLLING")
        if len(self.searches) > _whole(planted.get("search"), SEARCHES):
            raise _refused(planted, "You have reached your secondly limit.", "SECONDLY")

    def headers(self, planted: Planted | None, today: int, *, oauth: bool) -> dict[str, str]:
        """What is left; OAuth apps have a smaller burst and hear nothing of the day (section 3)."""
        burst = _whole((planted or {}).get("burst"), BURST_OAUTH if oauth else BURST)
        daily = _whole((planted or {}).get("daily"), DAILY_CALLS)
        ten_seconds = {
            "x-hubspot-ratelimit-max": str(burst),
            "x-hubspot-ratelimit-remaining": str(max(0, burst - len(self.calls))),
            "x-hubspot-ratelimit-interval-milliseconds": str(int(WINDOW * 1000)),
        }
        if oauth:
            return ten_seconds
        return ten_seconds | {
            "x-hubspot-ratelimit-daily": str(daily),
            "x-hubspot-ratelimit-daily-remaining": str(max(0, daily - today)),
        }


def next_midnight(at: datetime, zone: str) -> datetime:
    """When the daily count begins anew in the account's zone."""
    local = at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))


def _refused(planted: Planted, words: str, policy: str) -> Refusal:
    if planted.get("category") is True:
        return Refusal(429, words, "RATE_LIMITS", policyName=policy)
    return Refusal(429, words, None, errorType="RATE_LIMIT", policyName=policy)


def _whole(value: Json, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default
