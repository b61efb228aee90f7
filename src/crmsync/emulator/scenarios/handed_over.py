"""Leads in the hands of sales: who needs an owner, who became ready, whose first call is due - or overdue."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from crmsync.emulator.scenarios import behaviour, interest, records
from crmsync.emulator.scenarios.company import Company, Record, team_of
from crmsync.emulator.scenarios.instants import iso, on
from crmsync.emulator.scenarios.people import Someone
from crmsync.emulator.scenarios.schema import SPELLED
from crmsync.emulator.scenarios.staff import DACH, Worker
from crmsync.emulator.scenarios.steady import ONE_VALUE

FIRST_DAY = date(2026, 12, 1)  # go-live of the shipped agreement, the day before the scenario starts
CLOSING, LAST_ENTRY = time(17, 30), time(16, 30)
DUE_YESTERDAY = on(FIRST_DAY, CLOSING)
DUE_TODAY = on(FIRST_DAY + timedelta(days=1), CLOSING)
READY = "section 3, own moves: one value, then a sales-ready inquiry becomes MQL inside the same decision"


def in_queue(company: Company) -> None:
    """Handed over but still in the queue, interest fresh: stays MQL and gets an owner by routing (owner is a queue)."""
    who = company.someone(company.rng.choice("AB"))
    first, second = records.pair(company, who, SPELLED["mql"], company.long_ago(60, 10), None)
    interest.asks_for_demo(company, second)
    _needs_owner(company, "queue", team_of(who), first, second)
    company.plant("in_queue", "mql", ONE_VALUE, who, (first, second))


def owner_gone(company: Company) -> None:
    """Handed over to somebody who has left since, interest fresh: stays MQL and gets an owner (owner is inactive)."""
    who, gone = company.someone(company.rng.choice("AB")), company.staff.gone
    first, second = records.pair(company, who, SPELLED["mql"], company.long_ago(90, 10), gone)
    interest.asks_for_demo(company, second)
    _needs_owner(company, "inactive", team_of(who), first, second)
    company.plant("owner_gone", "mql", ONE_VALUE, who, (first, second))


def ready_in_queue(company: Company) -> None:
    """Inquiry in the queue, fits, asked for a demo: becomes MQL in the first decision and gets an owner."""
    who = company.someone(company.rng.choice("AB"))
    first, second = records.pair(company, who, SPELLED["inquiry"], company.long_ago(100, 10), None)
    interest.asks_for_demo(company, second)
    company.mark("sales_ready", records=[first.id, second.id], grade=who.grade)
    _needs_owner(company, "queue", team_of(who), first, second)
    company.plant("ready_in_queue", "mql", READY, who, (first, second))


def ready_with_owner(company: Company) -> None:
    """Inquiry of an active rep, fits, asked for a demo: becomes MQL; the owner stays."""
    who = company.someone(company.rng.choice("AB"))
    owner = company.closer(who)
    first, second = records.pair(company, who, SPELLED["inquiry"], company.long_ago(100, 10), owner)
    interest.asks_for_demo(company, second)
    company.mark("sales_ready", records=[first.id, second.id], grade=who.grade)
    company.plant("ready_with_owner", "mql", READY, who, (first, second), owner)


def overdue(company: Company) -> None:
    """Handed to a rep yesterday in office hours, not called: due 17:30, missed.

    A sequence mail does not count, nor does a to-do that was ticked off (sla.yaml touches).
    """
    who, owner = _next_owner(company, "overdue")
    created = _yesterday(company, time(9, 40), time(16, 15))
    first, second = _handed_over(company, who, owner, created)
    behaviour.mail(company, second, created + timedelta(minutes=20), owner, sequence=True)
    if company.rng.random() < 1 / 2:
        behaviour.todo(company, first, created + timedelta(minutes=40), owner, ticked_off=True)
    company.mark("overdue", lead=first.id, owner=owner.user, due_at=iso(DUE_YESTERDAY), grade=who.grade)
    company.mark("never_called", lead=first.id, owner=owner.user)
    company.plant("overdue", "mql", ONE_VALUE, who, (first, second), owner)


def met(company: Company) -> None:
    """Handed over yesterday and called the same day, by the owner or a member of the team: met, never a task."""
    who = company.someone(company.rng.choice("AB"))
    owner = company.closer(who)
    created = _yesterday(company, time(9, 40), time(15, 0))
    first, second = _handed_over(company, who, owner, created)
    caller = company.rng.choice(company.staff.turns(owner.team))
    behaviour.call(company, first, created + timedelta(minutes=company.rng.randint(20, 120)), caller, "No answer")
    company.mark("met", lead=first.id, owner=owner.user, due_at=iso(DUE_YESTERDAY), called_by=caller.user)
    company.plant("met", "mql", ONE_VALUE, who, (first, second), owner)


def due_today(company: Company) -> None:
    """Handed over yesterday after 16:30, less than an hour before closing: due today 17:30 (sla.yaml cut_off)."""
    who, owner = _next_owner(company, "due_today")
    created = _yesterday(company, time(16, 35), time(17, 20))
    first, second = _handed_over(company, who, owner, created)
    company.mark("due_today", lead=first.id, owner=owner.user, due_at=iso(DUE_TODAY), grade=who.grade)
    company.mark("never_called", lead=first.id, owner=owner.user)
    company.plant("due_today", "mql", ONE_VALUE, who, (first, second), owner)


def _handed_over(company: Company, who: Someone, owner: Worker, created: datetime) -> tuple[Record, Record]:
    first = records.lead(company, who, SPELLED["mql"][0], created, owner)
    second = records.portal(
        company, who, SPELLED["mql"][1], created - timedelta(hours=1), owner, **records.linked(company, first)
    )
    interest.asks_for_demo(company, second, before=created)
    return first, second


def _next_owner(company: Company, archetype: str) -> tuple[Someone, Worker]:
    """One after the other, so that nobody gets more than their share of overdue leads."""
    takers = [one for one in company.staff.reps if one.takes_turns]
    owner = takers[len(company.of(archetype)) % len(takers)]
    return company.someone(company.rng.choice("AB"), dach=owner.team == DACH), owner


def _yesterday(company: Company, earliest: time, latest: time) -> datetime:
    first, last = on(FIRST_DAY, earliest), on(FIRST_DAY, latest)
    return first + timedelta(seconds=company.rng.randrange(int((last - first).total_seconds())))


def _needs_owner(company: Company, was: str, team: str, first: Record, second: Record) -> None:
    company.mark("owners", lead=first.id, was=was, team=team, records=[first.id, second.id])


ARCHETYPES = (
    (in_queue, 4, 6),
    (owner_gone, 2, 4),
    (ready_in_queue, 2, 4),
    (ready_with_owner, 2, 3),
    (overdue, 5, 9),
    (met, 2, 4),
    (due_today, 3, 3),
)
