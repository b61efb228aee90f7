"""Bought names: most of them sit in the inquiry status as if they had done something (agreement: imports.yaml)."""

from __future__ import annotations

from crmsync.emulator.scenarios import behaviour, interest, pools, records
from crmsync.emulator.scenarios.company import Company, Record, Row
from crmsync.emulator.scenarios.people import Someone
from crmsync.emulator.scenarios.schema import SPELLED
from crmsync.emulator.scenarios.steady import ONE_VALUE

LIST = "LIST-2026-03-12"
BOUGHT = "section 3: one value, current unknown: INQUIRY with list evidence and no engagement becomes RAW"
MAILED = 0.3  # the share of bought names that marketing's sequences already mailed: that is our doing, not theirs


def bought_inquiry(company: Company) -> None:
    """A bought name as Inquiry, some with a HubSpot contact (NEW or blank), no engagement: RAW on both sides."""
    who = company.someone(dach=True)
    created, worker = company.long_ago(260, 200), company.staff.marketing[1]
    first = records.lead(company, who, "Inquiry", created, worker, **_evidence(company))
    found = [first]
    if company.rng.random() < 1 / 3:
        status = company.rng.choice(("NEW", "NEW", None))
        second = records.portal(company, who, status, created, None, **records.linked(company, first))
        _at_most_looked(company, second)
        found.append(second)
    _mark(company, *found)
    company.plant("bought_inquiry", "raw", BOUGHT, who, found)


def bought_in_hubspot(company: Company) -> None:
    """A bought name that only HubSpot holds, known by the name of the import, status NEW: RAW."""
    who = company.someone(dach=True)
    only = records.portal(company, who, "NEW", company.long_ago(260, 200), None, **_imported())
    _at_most_looked(company, only)
    _mark(company, only)
    company.plant("bought_in_hubspot", "raw", BOUGHT, who, (only,))


def bought_already_raw(company: Company) -> None:
    """A bought name that somebody already put into Raw. Line "one value": nothing to write."""
    who = company.someone(dach=True)
    created = company.long_ago(260, 200)
    first = records.lead(company, who, "Raw", created, company.staff.marketing[1], **_evidence(company))
    second = records.portal(company, who, "RAW", created, None, **records.linked(company, first))
    _at_most_looked(company, second)
    company.plant("bought_already_raw", "raw", ONE_VALUE, who, (first, second))


def bought_and_answered(company: Company) -> None:
    """A bought name that wrote back, called in or sent a form since: an inquiry like any other. Line "one value"."""
    who = company.someone(dach=True)
    first, second = records.pair(
        company, who, (SPELLED["inquiry"][0], "NEW"), company.long_ago(260, 200), None, **_evidence(company)
    )
    _came_back(company, who, second)
    company.mark("bought_but_engaged", records=[first.id, second.id])
    company.plant("bought_and_answered", "inquiry", ONE_VALUE, who, (first, second))


def bought_and_worked(company: Company) -> None:
    """A bought name a rep already works. Line "one value": beyond INQUIRY stays and is a finding; never back to RAW."""
    who = company.someone(dach=True)
    owner, created = company.rep(who), company.long_ago(260, 200)
    first, second = records.pair(company, who, SPELLED["working"], created, owner, **_evidence(company))
    behaviour.call(company, first, company.long_ago(150, 30), owner, "Connected")
    company.mark("bought_but_worked", records=[first.id, second.id])
    company.plant("bought_and_worked", "working", ONE_VALUE, who, (first, second), owner)


def raw_woken(company: Company) -> None:
    """Raw in both, but a form came in. Section 3, own moves: RAW with engagement becomes INQUIRY."""
    who = company.someone(dach=True)
    created = company.long_ago(260, 200)
    first, second = records.pair(company, who, SPELLED["raw"], created, None, **_evidence(company))
    interest.form(company, second, company.long_ago(120, 10), company.rng.choice(pools.OTHER_FORMS))
    why = "section 3: one value, then inside the same decision RAW with engagement becomes INQUIRY"
    company.mark("raw_woken", records=[first.id, second.id])
    company.plant("raw_woken", "inquiry", why, who, (first, second))


def _came_back(company: Company, who: Someone, portal: Record) -> None:
    """By a form, a reply or a call, in turn."""
    at = company.long_ago(150, 40)
    way = len(company.of("bought_and_answered")) % 3
    if way == 0:
        interest.form(company, portal, at, company.rng.choice(pools.OTHER_FORMS))
    elif way == 1:
        behaviour.reply(company, portal, at)
    else:
        behaviour.call(company, portal, at, company.closer(who), "Connected", inbound=True)


def _evidence(company: Company) -> Row:
    """By source, by tag, or both."""
    tagged: Row = {"LeadSource": "Other", "Import_Tag__c": LIST}
    by_source: Row = {"LeadSource": "Purchased List"}
    return company.rng.choice((by_source, tagged, tagged | by_source))


def _imported() -> Row:
    return {"hs_object_source": "IMPORT", "hs_object_source_detail_1": LIST}


def _at_most_looked(company: Company, portal: Record) -> None:
    """Page views and our own sequence mails are no engagement."""
    if company.rng.random() < MAILED:
        behaviour.mail(company, portal, company.long_ago(150, 10), company.staff.marketing[1], sequence=True)
    if company.rng.random() < MAILED:
        interest.visit(company, portal, company.long_ago(150, 10), company.rng.choice(pools.PAGES))


def _mark(company: Company, *found: Record) -> None:
    company.mark("bought_names", records=[one.id for one in found])


ARCHETYPES = (
    (bought_inquiry, 38, 50),
    (bought_in_hubspot, 4, 6),
    (bought_already_raw, 5, 8),
    (bought_and_answered, 3, 5),
    (bought_and_worked, 2, 4),
    (raw_woken, 2, 4),
)
