"""The control endpoints of design.md section 6, the same on both ports; none of them counts as a call."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from crmsync.emulator.faults import BadFault
from crmsync.emulator.stage import Stage, instant
from crmsync.emulator.wire import Answer, Asked, BadJson, Json, Route
from crmsync.emulator.world import AuditRow, BadRow, Row


def routes(stage: Stage, system: str) -> list[Route]:
    """The control routes of one port: its own books, the one clock."""
    desk = Control(stage, system)
    table: list[tuple[str, str, Callable[[Asked], Answer]]] = [
        ("GET", "calls", desk.calls),
        ("GET", "audit", desk.audit),
        ("GET", "edits", desk.edits),
        ("GET", "clock", desk.read_clock),
        ("GET", "faults", desk.read_faults),
        ("POST", "load", desk.load),
        ("POST", "actors", desk.actors),
        ("POST", "faults", desk.faults),
        ("DELETE", "faults", desk.clear_faults),
        ("POST", "clock", desk.clock),
        ("POST", "reset", desk.reset),
    ]
    return [
        Route(method, f"/__emulator__/{name}", _forgiving(handler), counted=False) for method, name, handler in table
    ]


class Control:
    """What each control endpoint does to one CRM of the stage."""

    def __init__(self, stage: Stage, system: str) -> None:
        """`system` tells whose port this is."""
        self._stage, self._system = stage, system
        self._world, self._crm, self._desk = stage.world, stage.crm(system), stage.world.desk(system)

    def calls(self, _: Asked) -> Answer:
        """How often API clients called, by method and route."""
        by: dict[str, Json] = dict(sorted(self._desk.calls.items()))
        return Answer(body={"total": self._desk.calls.total(), "by": by})

    def audit(self, _: Asked) -> Answer:
        """One row per record written by API clients."""
        return Answer(body=_rows(self._desk.audit))

    def edits(self, _: Asked) -> Answer:
        """One row per record changed by people, through `actors` or a planted edit."""
        return Answer(body=_rows(self._desk.edits))

    def load(self, asked: Asked) -> Answer:
        """Take all rows or, when one is bad, none."""
        rows = list(_lines(asked))
        saved, clock = self._crm.checkpoint(), self._world.clock.saved()
        for number, row in rows:
            try:
                self._stage.load(self._system, row)
            except BadRow as problem:
                self._crm.restore(saved)
                self._world.clock.restore(clock)
                raise Refused(f"line {number}: {problem}") from None
        return Answer(body={"loaded": len(rows)})

    def actors(self, asked: Asked) -> Answer:
        """People do what the body says, in order; a step that cannot be done undoes them all."""
        saved, edits = self._crm.checkpoint(), len(self._desk.edits)
        done: list[Json] = []
        for actor, step in _steps(asked.json()):
            try:
                done.append(self._crm.act(actor, step))
            except BadRow as problem:
                self._crm.restore(saved)
                del self._desk.edits[edits:]
                raise Refused(f"step {len(done) + 1}: {problem}") from None
        return Answer(body={"done": done})

    def faults(self, asked: Asked) -> Answer:
        """Plant one fault or a list of them."""
        for fault in _as_list(asked.json()):
            self._desk.faults.add(fault)
        return self.read_faults(asked)

    def read_faults(self, _: Asked) -> Answer:
        """The faults that are still to come."""
        return Answer(body={"faults": [dict(fault) for fault in self._desk.faults.waiting]})

    def clear_faults(self, asked: Asked) -> Answer:
        """Nothing shall go wrong any more."""
        self._desk.faults.clear()
        return self.read_faults(asked)

    def clock(self, asked: Asked) -> Answer:
        """Set, advance, freeze: any of them; a clock that shall stand still stands exactly where it is set."""
        for wish in _as_list(asked.json()):
            self._turn_clock(wish)
        return self.read_clock(asked)

    def read_clock(self, _: Asked) -> Answer:
        """The servers' instant and whether it stands still."""
        clock = self._world.clock
        now = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Answer(body={"now": now, "frozen": clock.frozen_at is not None})

    def reset(self, _: Asked) -> Answer:
        """Back to the scenario's start: both CRMs, both books, the clock."""
        self._stage.reset()
        return Answer(body={"reset": True})

    def _turn_clock(self, wish: Row) -> None:
        unknown = set(wish) - {"set", "advance", "freeze"}
        if unknown or not wish:
            raise Refused(f"clock takes set, advance or freeze, not {sorted(unknown)}")
        if wish.get("freeze") is True:
            self._world.clock.freeze()
        if "set" in wish:
            self._world.clock.set(instant(wish["set"]))
        if "advance" in wish:
            self._world.clock.advance(_seconds(wish["advance"]))
        if "freeze" in wish and wish["freeze"] is not True:
            self._world.clock.freeze(frozen=False)


class Refused(ValueError):
    """The control request makes no sense; the words go back with a 400."""


def _forgiving(handler: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        try:
            return handler(asked)
        except (Refused, BadRow, BadJson, BadFault) as problem:
            return Answer(400, {"error": str(problem)})

    return answer


def _rows(rows: list[AuditRow]) -> list[Json]:
    return [row.as_json() for row in rows]


def _lines(asked: Asked) -> Iterator[tuple[int, Row]]:
    try:
        text = asked.body.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise Refused(f"the body is no UTF-8: {problem}") from None
    if text.lstrip().startswith("["):
        yield from ((number, row) for number, row in enumerate(_as_list(asked.json()), 1))
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, _object(line, number)


def _object(line: str, number: int) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise Refused(f"line {number}: {problem}") from None
    if not isinstance(row, dict):
        raise Refused(f"line {number}: a row is a JSON object")
    return row


def _as_list(value: Json) -> list[Mapping[str, Json]]:
    items: Sequence[Json] = value if isinstance(value, list) else [value]
    found = [item for item in items if isinstance(item, Mapping)]
    if len(found) < len(items):
        place = next(number for number, item in enumerate(items, 1) if not isinstance(item, Mapping))
        raise Refused(f"line {place}: a JSON object is expected")
    return found


def _steps(body: Json) -> Iterator[tuple[str, Row]]:
    for script in _as_list(body):
        for step in _as_list(script.get("do")):
            yield str(script.get("actor") or ""), step


def _seconds(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"advance takes seconds, not {value!r}")
    return float(value)
