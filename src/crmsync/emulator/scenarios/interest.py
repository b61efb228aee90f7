"""What prospects did by themselves: forms, page views - and how much interest that leaves by the shipped scoring."""

from __future__ import annotations

from datetime import datetime, timedelta

from crmsync.emulator.scenarios import behaviour, pools
from crmsync.emulator.scenarios.company import Company, Record, Row
from crmsync.emulator.scenarios.instants import any_instant, iso, office_instant
from crmsync.emulator.wire import Json


def form(company: Company, portal: Record, at: datetime, name: str) -> None:
    """A form the person sent."""
    company.load("hubspot", "events", company.ids.hubspot("events"), form_event(portal.id, at, name))


def form_event(contact: str, at: datetime, name: str) -> Row:
    """The event occurrence of a form, as `load` and `actors` take it."""
    return _event(contact, at, "e_submitted_form", {"hs_form_name": name, "hs_url": f"{pools.SITE}/forms"})


def visit(company: Company, portal: Record, at: datetime, url: str) -> None:
    """A page the person looked at."""
    event = _event(portal.id, at, "e_visited_page", {"hs_url": url, "hs_title": url.rpartition("/")[2] or "Home"})
    company.load("hubspot", "events", company.ids.hubspot("events"), event)


def asks_for_demo(company: Company, portal: Record, before: datetime | None = None) -> datetime:
    """A demo request of the last days and a look at the prices: sales-ready where the firm fits, for days to come."""
    at = before - timedelta(minutes=company.rng.randint(6, 50)) if before else any_instant(company.rng, 8, 2)
    form(company, portal, at, company.rng.choice(pools.DEMO_FORMS))
    for minutes in company.rng.sample(range(1, 30), company.rng.randint(1, 3)):
        visit(company, portal, at - timedelta(minutes=minutes), pools.PRICING)
    return at


def idles(company: Company, portal: Record, *, forms: bool = True) -> None:
    """Interest far below 40: pages, a newsletter, at most one old look at prices, at most one old reply."""
    rng = company.rng
    for _ in range(rng.randint(0, 5)):
        visit(company, portal, any_instant(rng, 300, 1), rng.choice(pools.PAGES))
    if rng.random() < 1 / 5:
        visit(company, portal, any_instant(rng, 200, 25), pools.PRICING)
    if rng.random() < 1 / 12:
        visit(company, portal, any_instant(rng, 200, 5), pools.CAREERS)
    if forms and rng.random() < 1 / 2:
        form(company, portal, any_instant(rng, 300, 3), rng.choice(pools.OTHER_FORMS))
    if forms and rng.random() < 1 / 6:
        behaviour.reply(company, portal, office_instant(rng, 300, 70))
    if forms and rng.random() < 1 / 10:
        form(company, portal, any_instant(rng, 330, 150), rng.choice(pools.DEMO_FORMS))


def _event(contact: str, at: datetime, type_: str, properties: dict[str, Json]) -> Row:
    return {
        "objectType": "CONTACT",
        "objectId": contact,
        "eventType": type_,
        "occurredAt": iso(at),
        "properties": properties,
    }
