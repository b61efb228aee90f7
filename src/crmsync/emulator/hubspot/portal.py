"""A HubSpot portal: its routes on numbered and dated paths alike, its guard at the door, its memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from crmsync.emulator.hubspot import people
from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.edge import Edge, page
from crmsync.emulator.hubspot.guard import admit, is_oauth, is_open, is_search, used_today
from crmsync.emulator.hubspot.loading import load
from crmsync.emulator.hubspot.reading import plain_seconds
from crmsync.emulator.hubspot.refusals import VALIDATION, Refusal
from crmsync.emulator.hubspot.routes import TABLE
from crmsync.emulator.hubspot.routes_alone import unserved
from crmsync.emulator.hubspot.saving import Saved, save, taken_back
from crmsync.emulator.hubspot.trouble import TROUBLES
from crmsync.emulator.wire import Answer, Asked, Json, Route
from crmsync.emulator.world import BadRow, Row, World

TOO_MANY = 429

Handle = Callable[[Books, Asked], Answer]


class Portal:
    """One portal on a world; satisfies `world.Crm`."""

    def __init__(self, world: World) -> None:
        """An untouched portal: stock properties, no records, one API client."""
        self.books = Books(world)
        self.books.desk.faults.names["vendor_error"] = TROUBLES.keys()

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
        """Everything stored, as bytes that this process can take back."""
        return save(self.books.state)

    def restore(self, saved: bytes) -> None:
        """Back to a checkpoint of this portal."""
        if isinstance(saved, Saved):
            self.books.state = taken_back(saved)
            self.books.rosters.clear()

    def unrouted(self, asked: Asked, known: bool) -> Answer:  # noqa: FBT001 - one fact of the router
        """404 for a path nobody answers, 405 for a method nobody takes; asked for a token first like everywhere."""

        def refuse(_books: Books, asked: Asked) -> Answer:
            raise Refusal(405, "Method Not Allowed", None) if known else unserved(asked.path)

        return self._guarded(refuse)(asked)

    def headers(self, asked: Asked) -> Mapping[str, str]:
        """The rate-limit headers; search answers and OAuth itself carry none of them (facts/hubspot.md section 3)."""
        faults = self.books.desk.faults
        trace = {"x-hubspot-correlation-id": self.books.trace()}
        if is_open(asked) or (is_search(asked) and not faults.switched("search_rate_headers")):
            return trace
        planted, today = faults.setting("rate_limit"), used_today(self.books)
        return trace | self.books.limits.headers(planted, today, oauth=is_oauth(asked))

    def _guarded(self, handle: Handle) -> Callable[[Asked], Answer]:
        def answer(asked: Asked) -> Answer:
            planted = self.books.desk.faults.take("vendor_error", asked.route)
            if planted is not None:
                return TROUBLES[str(planted["name"])].answer(self.books.trace())
            try:
                admit(self.books, asked)
                return self._spelled(handle(self.books, asked))
            except Edge as edge:
                return page(edge.status)
            except Refusal as refusal:
                return Answer(refusal.status, self._worded(asked, refusal), self._wait(refusal))
            except BadRow as problem:
                words = f"a planted edit could not be made: {problem}"
                return Answer(400, Refusal(400, words).body(self.books.trace()))

        return answer

    def _spelled(self, answer: Answer) -> Answer:
        """Whole seconds without their `.000` where the switch says so, as the captures of 12 Mar 2026 have them."""
        if isinstance(answer.body, bytes) or not self.books.desk.faults.switched("whole_seconds_plain"):
            return answer
        return replace(answer, body=plain_seconds(answer.body))

    def _worded(self, asked: Asked, refusal: Refusal) -> dict[str, Json]:
        """The body of a refusal; two texts that nobody could verify have another wording by switch (section 17)."""
        faults, body = self.books.desk.faults, refusal.body(self.books.trace())
        if is_search(asked) and refusal.category == VALIDATION and faults.switched("other_search_words"):
            return {**body, "message": "There was a problem with the request."}
        if refusal.category == VALIDATION and faults.switched("other_option_code"):
            renamed: dict[str, Json] = json.loads(json.dumps(body).replace("INVALID_OPTION", "INVALID_OPTION_VALUE"))
            return renamed
        return body

    def _wait(self, refusal: Refusal) -> dict[str, str]:
        planted = self.books.desk.faults.setting("rate_limit") or {}
        told = refusal.status == TOO_MANY and "retry_after" in planted
        return {"retry-after": str(planted["retry_after"])} if told else {}
