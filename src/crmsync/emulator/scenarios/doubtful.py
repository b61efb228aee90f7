"""People on whom the CRMs disagree, who must not be contacted, or of whom nobody can tell who they are."""

from __future__ import annotations

from dataclasses import replace

from crmsync.emulator.scenarios import behaviour, records
from crmsync.emulator.scenarios.company import Company, Record
from crmsync.emulator.scenarios.people import Someone, also_known_as, mailbox
from crmsync.emulator.scenarios.schema import SPELLED
from crmsync.emulator.scenarios.steady import ONE_VALUE

AT_HOME = "section 3: different values, current unknown: the one claim made by the home of its own stage"
BY_ORDER = "section 3: different values, current unknown, several claims from home: the success path by order"
NO_CONTACT = "section 3: any do-not-contact"

# (Salesforce, HubSpot, what comes of it, why): homes by statuses.yaml - marketing hubspot, all others salesforce
DISAGREEMENTS = (
    ("Working", "OPEN", "working", AT_HOME),
    ("Working", "UNQUALIFIED", "working", AT_HOME),
    ("Inquiry", "RECYCLED", "recycled", AT_HOME),
    ("Closed - Not Converted", "OPEN", "disqualified", AT_HOME),
    ("Working", "NEW", "working", BY_ORDER),
)


def disagreement(company: Company) -> None:
    """Two legal values that differ, seen for the first time; DISAGREEMENTS tells which CRM speaks for its own stage."""
    in_salesforce, in_hubspot, status, why = DISAGREEMENTS[len(company.of("disagreement")) % len(DISAGREEMENTS)]
    who = company.someone()
    owner, created = company.rep(who), company.long_ago(300, 30)
    first, second = records.pair(company, who, (in_salesforce, in_hubspot), created, owner)
    if status != "recycled":
        behaviour.calls(company, owner, created, first)
    company.mark(
        "disagreements",
        records=[first.id, second.id],
        salesforce=in_salesforce,
        hubspot=in_hubspot,
        status=status,
        why=why,
    )
    company.plant("disagreement", status, why, who, (first, second), owner)


def two_owners(company: Company) -> None:
    """Working in both, a different rep in each CRM: both are active people, and a person's lead is never taken away."""
    who = company.someone()
    owner, created = company.rep(who), company.long_ago(300, 30)
    other = company.rng.choice([one for one in company.staff.reps if one is not owner])
    first = records.lead(company, who, "Working", created, owner)
    second = records.portal(company, who, "IN_PROGRESS", created, other, salesforceleadid=first.id)
    behaviour.calls(company, owner, created, first)
    company.mark("two_owners", records=[first.id, second.id], salesforce=owner.email, hubspot=other.email)
    company.plant("two_owners", "working", ONE_VALUE, who, (first, second), owner)


def other_address(company: Company) -> None:
    """Another e-mail in each CRM, joined by HubSpot's salesforceleadid alone; HubSpot lags: section 3, at home."""
    who = company.someone()
    owner, created = company.rep(who), company.long_ago(300, 30)
    first = records.lead(company, who, "Working", created, owner)
    private = also_known_as(who, company.addresses)
    second = records.portal(company, private, "OPEN", created, owner, salesforceleadid=first.id)
    behaviour.calls(company, owner, created, first)
    company.mark("joined_by_id_only", records=[first.id, second.id])
    company.plant("other_address", "working", AT_HOME, who, (first, second), owner)


def do_not_contact_word(company: Company) -> None:
    """The word "DNC" or the like in the status. Line "any do-not-contact": DISQUALIFIED, whatever HubSpot says."""
    who, word = company.someone(), company.rng.choice(("DNC", "Do Not Call", "Opt Out"))
    owner, created = company.rep(who), company.long_ago(300, 30)
    status = company.rng.choice(("IN_PROGRESS", "NEW", None))
    first, second = records.pair(company, who, (word, status), created, owner)
    behaviour.call(company, first, company.long_ago(25), owner, "Connected")
    company.mark(
        "call_outcomes", record=first.id, system="salesforce", value=word, outcome="do_not_contact",
        status="disqualified", why="do not contact wins over every other rule",
    )  # fmt: skip
    _unwanted(company, f"the status says {word!r}", first, second)
    company.plant("do_not_contact_word", "disqualified", NO_CONTACT, who, (first, second), owner)


def do_not_call_flag(company: Company) -> None:
    """Working in both, but the lead is flagged. Line "any do-not-contact" (section 2: opt-out flag)."""
    who, flag = company.someone(), company.rng.choice(("DoNotCall", "HasOptedOutOfEmail"))
    owner, created = company.rep(who), company.long_ago(300, 30)
    first, second = records.pair(company, who, SPELLED["working"], created, owner, **{flag: True})
    behaviour.calls(company, owner, created, first)
    _unwanted(company, f"{flag} is set in Salesforce", first, second)
    company.plant("do_not_call_flag", "disqualified", NO_CONTACT, who, (first, second), owner)


def opted_out_in_hubspot(company: Company) -> None:
    """Inquiry in both, opted out of e-mail in HubSpot. Line "any do-not-contact" (section 2: opt-out flag)."""
    who = company.someone()
    created = company.long_ago(300, 30)
    first = records.lead(company, who, "Inquiry", created, None)
    second = records.portal(
        company, who, "NEW", created, None, hs_email_optout="true", **records.linked(company, first)
    )
    _unwanted(company, "opted out in HubSpot", first, second)
    company.plant("opted_out_in_hubspot", "disqualified", NO_CONTACT, who, (first, second))


def possible_double(company: Company) -> None:
    """HubSpot's id points at one lead, its e-mail at another person: a contradiction (issue 2 item 7)."""
    one, other = _strangers(company)
    first = records.lead(company, one, "Inquiry", company.long_ago(300, 30), None)
    second = records.lead(company, other, "Inquiry", company.long_ago(300, 30), None)
    mixed = replace(one, email=other.email)
    third = records.portal(company, mixed, "NEW", company.long_ago(300, 30), None, salesforceleadid=first.id)
    _in_doubt(company, "possible_double", one, (first, second, third), "its id names one lead, its e-mail another")


def claimed_twice(company: Company) -> None:
    """Two HubSpot contacts hold the id of the same lead: no telling which is the person, so nobody's."""
    one, other = _strangers(company)
    first = records.lead(company, one, "Inquiry", company.long_ago(300, 30), None)
    claims = (
        records.portal(company, who, "NEW", company.long_ago(300, 30), None, salesforceleadid=first.id)
        for who in (one, other)
    )
    _in_doubt(company, "claimed_twice", one, (first, *claims), "two HubSpot contacts hold the id of one lead")


def role_mailbox(company: Company) -> None:
    """The same info@ in both CRMs without an id: role mailboxes never match, so these are two people."""
    who = mailbox(company.rng, company.rng.choice(("info", "sales", "office")), company.addresses)
    first = records.lead(company, who, "Inquiry", company.long_ago(300, 30), None)
    second = records.portal(company, who, "NEW", company.long_ago(300, 30))
    company.mark("role_mailboxes", records=[first.id, second.id])
    company.plant("role_mailbox", "inquiry", ONE_VALUE, who, (first,))
    company.plant("role_mailbox_in_hubspot", "inquiry", ONE_VALUE, who, (second,))


def _strangers(company: Company) -> tuple[Someone, Someone]:
    """Two people nobody could take for one another."""
    one, other = company.someone("C"), company.someone("C")
    alike = not (one.first and other.first) or one.first == other.first or one.last == other.last
    return _strangers(company) if alike else (one, other)


def _in_doubt(company: Company, archetype: str, who: Someone, found: tuple[Record, ...], because: str) -> None:
    never = [replace(one, follows=False) for one in found]
    company.mark("possible_doubles", records=[one.id for one in never], because=because)
    company.plant(archetype, None, "issue 2 item 7: ambiguous, never written to", who, never)


def _unwanted(company: Company, because: str, *found: Record) -> None:
    company.mark("do_not_contact", records=[one.id for one in found], because=because)


ARCHETYPES = (
    (disagreement, 15, 20),
    (two_owners, 2, 4),
    (other_address, 3, 5),
    (do_not_contact_word, 3, 5),
    (do_not_call_flag, 2, 4),
    (opted_out_in_hubspot, 2, 4),
    (possible_double, 1, 2),
    (claimed_twice, 1, 2),
    (role_mailbox, 2, 3),
)
