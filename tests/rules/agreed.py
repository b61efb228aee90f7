"""The shipped agreement and small builders: what the rule tests speak about."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from crmsync.agreement.model import Agreement
from crmsync.agreement.read import read_agreement
from crmsync.model.activities import Activity, ActivityKind, Actor, Direction
from crmsync.model.calendars import Calendar
from crmsync.model.people import Directory, Owner, OwnerKind
from crmsync.model.records import Ref
from crmsync.office import compile_office

FILES = Path(__file__).parents[2] / "mappings" / "agreement"
LEAD = Ref("salesforce", "Lead", "00Q5g00000XkT2bEAF")
TOM, RAVI, ANNA, DANA = (
    "t.baker@halden.example",
    "r.shah@halden.example",
    "a.novak@halden.example",
    "d.ruiz@halden.example",
)


@cache
def shipped() -> Agreement:
    return read_agreement({one.name: one.read_text(encoding="utf-8") for one in FILES.glob("*.yaml")})


@cache
def london() -> Calendar:
    return compile_office(shipped().sla.office, range(2025, 2028))


def utc(text: str) -> datetime:
    """`2026-12-02 09:00` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def act(kind: str, at: datetime, **more) -> Activity:
    """An activity of this kind; its id tells kind and time, so equal ones are equal."""
    system = more.pop("system", "salesforce")
    owner = more.pop("by", None)
    ref = more.pop("ref", Ref(system, "Task", f"{kind}-{at:%Y%m%d%H%M%S%f}"))
    inbound = kind in {"form", "page_view", "email_open"}
    direction = more.pop("direction", Direction.INBOUND if inbound else Direction.OUTBOUND)
    actor = more.pop("actor", Actor.PERSON)
    return Activity(ref, ActivityKind(kind), at, direction, actor, owner, **more)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def directory() -> Directory:
    """Tom and Ravi sell under Dana, Anna elsewhere; a machine, somebody who left, a queue."""
    people = (
        Owner("salesforce", "005TOM", "Tom Baker", TOM, manager="005DANA"),
        Owner("salesforce", "005RAVI", "Ravi Shah", RAVI, manager="005DANA"),
        Owner("salesforce", "005DANA", "Dana Ruiz", DANA),
        Owner("salesforce", "005ANNA", "Anna Novak", ANNA),
        Owner("salesforce", "005BOT", "Sync User", "sync@halden.example", integration=True),
        Owner("salesforce", "005GONE", "Lee Gone", "l.gone@halden.example", active=False, manager="005DANA"),
        Owner("salesforce", "00GQUEUE", "Inbound", None, OwnerKind.QUEUE),
        Owner("hubspot", "77", "Tom Baker", TOM),
    )
    return Directory({(one.system, one.id): one for one in people})
