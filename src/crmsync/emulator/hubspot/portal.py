"""A HubSpot portal: its routes on numbered and dated paths alike, its guard at the door, its memory."""

from __future__ import annotations

import pickle
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from crmsync.emulator.hubspot import people
from crmsync.emulator.hubspot.api_account import DAILY_CALLS
from crmsync.emulator.hubspot.books import Books, State
from crmsync.emulator.hubspot.loading import load
from crmsync.emulator.hubspot.refusals import Refusal, expired, no_credentials
from crmsync.emulator.hubspot.routes import TABLE
from crmsync.emulator.wire import Answer, Asked, Json, Route
from crmsync.emulator.world import BadRow, Row, World

BURST, WINDOW = 190, 10.0

Handle = Callable[[Books, Asked], Answer]


class Portal:
    """One portal on a world; satisfies `world.Crm`."""

    def __init__(self, world: World) -> None:
        """An untouched portal: stock properties, no records, one API client."""
        self.books = Books(world)
        self._recent: deque[float] = deque()

    def routes(self) -> Sequence[Route]:
        """Every resource on its numbered and its dated paths."""
        return [Route(method, template, self._guarded(handle)) for method, template, handle in TABLE]

    def load(self, row: Row) -> None:
        """Take one row that has always been there, not audited; raises BadRow."""
        load(self.books, row)

    def act(self, actor: str, step: Row) -> dict[str, Json]:
        """Do one thing as a person; raises BadRow."""
        return people.act(self.books, actor, step)

    def checkpoint(self) -> bytes:
        """Everything stored, as bytes."""
        return pickle.dumps(self.books.state, protocol=pickle.HIGHEST_PROTOCOL)

    def restore(self, saved: bytes) -> None:
        """Back to a checkpoint of this portal."""
        state = pickle.loads(saved)  # noqa: S301 - our own bytes, made by `checkpoint`
        if isinstance(state, State):
            self.books.state = state

    def unrouted(self, asked: Asked, known: bool) -> Answer:  # noqa: FBT001 - one fact of the router
        """404 for a path nobody answers, 405 for a method nobody takes; asked for a token first like everywhere."""
        status, words = (405, "Method Not Allowed") if known else (404, "resource not found")

        def refuse(_books: Books, _asked: Asked) -> Answer:
            raise Refusal(status, words, None)

        return self._guarded(refuse)(asked)

    def headers(self, asked: Asked) -> Mapping[str, str]:
        """The rate-limit headers; search answers carry none of them (facts/hubspot.md section 3)."""
        trace = {"x-hubspot-correlation-id": self.books.trace()}
        if asked.route.endswith("/search"):
            return trace
        now = time.monotonic()
        self._recent.append(now)
        while now - self._recent[0] > WINDOW:
            self._recent.popleft()
        return trace | {
            "x-hubspot-ratelimit-max": str(BURST),
            "x-hubspot-ratelimit-remaining": str(max(0, BURST - len(self._recent))),
            "x-hubspot-ratelimit-interval-milliseconds": str(int(WINDOW * 1000)),
            "x-hubspot-ratelimit-daily": str(DAILY_CALLS),
            "x-hubspot-ratelimit-daily-remaining": str(max(0, DAILY_CALLS - self.books.desk.calls.total())),
        }

    def _guarded(self, handle: Handle) -> Callable[[Asked], Answer]:
        def answer(asked: Asked) -> Answer:
            try:
                self._admit(asked)
                return handle(self.books, asked)
            except Refusal as refusal:
                return Answer(refusal.status, refusal.body(self.books.trace()))
            except BadRow as problem:
                words = f"a planted edit could not be made: {problem}"
                return Answer(400, Refusal(400, words).body(self.books.trace()))

        return answer

    def _admit(self, asked: Asked) -> None:
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token.strip() != self.books.world.token:
            raise no_credentials()
        if self.books.desk.faults.take("expire_token", asked.route) is not None:
            raise expired(self.books.stamp())
