"""Two persons turn out to be one: the survivor keeps the open pass, the other's ends or moves over."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from crmsync.model.people import ClockState
from crmsync.state.marks import table


def merge_persons(connection: Connection, merged: Mapping[str, str], now: datetime) -> None:
    """Point every merged person to the survivor (one step), take over what is open, and let nobody decide on them."""
    for gone, survivor in sorted(merged.items()):
        person, state = table("person"), table("person_state")
        points = (person.c.id == gone) | (person.c.survivor == gone)
        connection.execute(update(person).where(points).values(survivor=survivor))
        idle = {"dirty": False, "dirty_since": None, "recheck_at": None}
        connection.execute(update(state).where(state.c.person == gone).values(**idle))
        _take_over(connection, gone, survivor, now)


def _take_over(connection: Connection, gone: str, survivor: str, now: datetime) -> None:
    trip = table("pass")
    open_of = select(trip.c.number).where(trip.c.closed_at.is_(None))
    theirs = connection.scalar(open_of.where(trip.c.person == gone))
    if theirs is None:
        return
    if connection.scalar(open_of.where(trip.c.person == survivor)) is None:
        _move_pass(connection, gone, theirs, survivor)
    else:
        _end_pass(connection, gone, theirs, survivor, now)


def _move_pass(connection: Connection, gone: str, number: int, survivor: str) -> None:
    trip = table("pass")
    last = connection.scalar(select(func.max(trip.c.number)).where(trip.c.person == survivor)) or 0
    where = (trip.c.person == gone, trip.c.number == number)
    connection.execute(update(trip).where(*where).values(person=survivor, number=last + 1))
    for name in ("clock", "assignment"):
        moved = table(name)
        where = (moved.c.person == gone, moved.c.pass_number == number)
        connection.execute(update(moved).where(*where).values(person=survivor, pass_number=last + 1))


def _end_pass(connection: Connection, gone: str, number: int, survivor: str, now: datetime) -> None:
    trip, clock = table("pass"), table("clock")
    where = (trip.c.person == gone, trip.c.number == number)
    connection.execute(update(trip).where(*where).values(closed_at=now, reason="merged"))
    running = (clock.c.person == gone, clock.c.pass_number == number, clock.c.closed_at.is_(None))
    ended = {"state": ClockState.CANCELLED.value, "closed_at": now, "outcome": f"merged into {survivor}"}
    connection.execute(update(clock).where(*running).values(**ended))
