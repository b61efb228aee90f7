"""People on whom both CRMs agree, or where only a blank has to be filled. "Line" means reconciliation.md section 3."""

from __future__ import annotations

from dataclasses import replace

from crmsync.emulator.scenarios import behaviour, interest, records
from crmsync.emulator.scenarios.company import Company, Record
from crmsync.emulator.scenarios.schema import SPELLED

ONE_VALUE = "section 3: one value, current unknown: that value"
NOTHING = "section 3: no claim, current unknown: INQUIRY where nobody accepted and nobody was handed the lead"


def inquiry(company: Company) -> None:
    """Inquiry in both. Line "one value, unknown": that value, nothing to write."""
    who = company.someone()
    owner = company.rep(who) if company.rng.random() < 1 / 2 else None
    first, second = records.pair(company, who, SPELLED["inquiry"], company.long_ago(), owner)
    interest.idles(company, second)
    company.plant("inquiry", "inquiry", ONE_VALUE, who, (first, second), owner)


def inquiry_asking_but_unfit(company: Company) -> None:
    """Inquiry in both, a fresh demo request, grade D. Line "one value"; not sales-ready: fit is needed, too."""
    who = company.someone("D")
    first, second = records.pair(company, who, SPELLED["inquiry"], company.long_ago(200), None)
    interest.asks_for_demo(company, second)
    company.plant("inquiry_asking_but_unfit", "inquiry", ONE_VALUE, who, (first, second))


def working(company: Company) -> None:
    """Working in both, called by the owner. Line "one value, unknown": nothing to write."""
    who = company.someone()
    owner, created = company.rep(who), company.long_ago(300, 20)
    first, second = records.pair(company, who, SPELLED["working"], created, owner)
    behaviour.calls(company, owner, created, first, second)
    interest.idles(company, second)
    if company.rng.random() < 1 / 3:
        behaviour.mail(company, second, company.long_ago(15), owner)
    if company.rng.random() < 1 / 4:
        behaviour.logged_mail(company, first, company.long_ago(15), owner)
    if company.rng.random() < 1 / 3:
        behaviour.todo(company, first, company.long_ago(15), owner, ticked_off=company.rng.random() < 1 / 2)
    company.plant("working", "working", ONE_VALUE, who, (first, second), owner)


def waiting(company: Company) -> None:
    """Handed over, called once, interest fresh. Line "one value": MQL stays; the deadline began before go-live."""
    who = company.someone(company.rng.choice("AB"))
    owner, created = company.rep(who), company.long_ago(60, 20)
    first, second = records.pair(company, who, SPELLED["mql"], created, owner)
    interest.asks_for_demo(company, second)
    behaviour.calls(company, owner, created, first, second)
    company.plant("waiting", "mql", ONE_VALUE, who, (first, second), owner)


def never_called(company: Company) -> None:
    """Handed over in November, interest fresh, nobody ever called. MQL stays; older than go-live, so never a task."""
    who = company.someone(company.rng.choice("AB"))
    owner, created = company.rep(who), company.long_ago(30, 6)
    first, second = records.pair(company, who, SPELLED["mql"], created, owner)
    interest.asks_for_demo(company, second)
    if company.rng.random() < 1 / 2:
        behaviour.mail(company, second, company.long_ago(9, 5), owner, sequence=True)
    company.mark("never_called", lead=first.id, owner=owner.user)
    company.plant("never_called", "mql", ONE_VALUE, who, (first, second), owner)


def left_the_path(company: Company) -> None:
    """Recycled or disqualified in both, no behaviour since. Line "one value": nothing to write."""
    who, status = company.someone(), company.rng.choice(("recycled", "disqualified"))
    owner, created = company.rep(who), company.long_ago(330, 60)
    first, second = records.pair(company, who, SPELLED[status], created, owner)
    behaviour.calls(company, owner, created, first)
    company.plant("left_the_path", status, ONE_VALUE, who, (first, second), owner)


def blank_in_hubspot(company: Company) -> None:
    """Legal in Salesforce, blank in HubSpot. Section 2 "blank": no claim, may be written: HubSpot gets the spelling."""
    who, status = company.someone(), company.rng.choice(("working", "inquiry"))
    owner, created = company.rep(who), company.long_ago(300, 20)
    first, second = records.pair(company, who, (SPELLED[status][0], None), created, owner)
    if status == "working":
        behaviour.calls(company, owner, created, first)
    interest.idles(company, second)
    company.plant("blank_in_hubspot", status, ONE_VALUE, who, (first, second), owner)


def only_in_salesforce(company: Company) -> None:
    """A lead HubSpot does not know. Line "one value"."""
    who = company.someone()
    status = company.rng.choice(("inquiry", "inquiry", "working", "recycled", "disqualified"))
    owner, created = company.rep(who), company.long_ago(330, 20)
    first = records.lead(company, who, SPELLED[status][0], created, owner)
    if status != "inquiry":
        behaviour.calls(company, owner, created, first)
    company.plant("only_in_salesforce", status, ONE_VALUE, who, (first,), owner)


def only_in_hubspot(company: Company) -> None:
    """A contact Salesforce does not know, status NEW. Line "one value"."""
    who = company.someone()
    only = records.portal(company, who, "NEW", company.long_ago())
    interest.idles(company, only)
    company.plant("only_in_hubspot", "inquiry", ONE_VALUE, who, (only,))


def subscriber(company: Company) -> None:
    """Only in HubSpot, status blank, one form. Line "none, unknown": INQUIRY, so NEW is written."""
    who = company.someone()
    only = records.portal(company, who, None, company.long_ago(), lifecyclestage="subscriber")
    interest.form(company, only, company.long_ago(200), "Newsletter")
    company.plant("subscriber", "inquiry", NOTHING, who, (only,))


def two_leads(company: Company) -> None:
    """Two open leads of one person. Section 4, last part: the worked one carries; the other's legal value is left."""
    who = company.someone()
    owner, created = company.rep(who), company.long_ago(200, 40)
    first = records.lead(company, who, "Working", created, owner)
    behaviour.calls(company, owner, created, first)
    second = records.lead(company, who, "Inquiry", company.long_ago(30, 10), owner)
    company.mark("second_leads", carrier=first.id, left=second.id)
    company.plant("two_leads", "working", ONE_VALUE, who, (first, _left(second)), owner)


def two_leads_one_outcome(company: Company) -> None:
    """Two open leads, the younger says "Left Vmail". Section 4: illegal values are corrected on all of them."""
    who = company.someone()
    owner, created = company.rep(who), company.long_ago(200, 40)
    first = records.lead(company, who, "Working", created, owner)
    behaviour.calls(company, owner, created, first)
    second = records.lead(company, who, "Left Vmail", company.long_ago(30, 10), owner)
    company.mark(
        "call_outcomes", record=second.id, system="salesforce", value="Left Vmail", outcome="left_voicemail",
        status="working", why="the other lead of the person carries the status",
    )  # fmt: skip
    company.plant("two_leads_one_outcome", "working", ONE_VALUE, who, (first, second), owner)


def _left(record: Record) -> Record:
    return replace(record, follows=False)


ARCHETYPES = (
    (inquiry, 56, 66),
    (inquiry_asking_but_unfit, 2, 4),
    (working, 44, 54),
    (waiting, 8, 12),
    (never_called, 8, 12),
    (left_the_path, 26, 34),
    (blank_in_hubspot, 18, 24),
    (only_in_salesforce, 28, 36),
    (only_in_hubspot, 46, 56),
    (subscriber, 4, 7),
    (two_leads, 2, 3),
    (two_leads_one_outcome, 1, 2),
)
