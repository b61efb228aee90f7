"""One person's status fields as both CRMs show them, in the words of the shipped agreement."""

from dataclasses import replace
from datetime import UTC, date, datetime

from crmsync.model.records import Ref
from crmsync.rules.disposition import Dictionary
from crmsync.rules.status import Sighting, StatusFacts, StatusFinding, spelled, status
from tests.rules.agreed import shipped

AGREED = shipped()
CORRECTING = replace(AGREED, on_illegal="correct")
TODAY = date(2026, 12, 2)
MEANINGS = Dictionary(AGREED, TODAY)
AT = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
CREATED = datetime(2026, 1, 1, tzinfo=UTC)

LEAD = Ref("salesforce", "Lead", "00Q000000000001AAA")
SF_CONTACT = Ref("salesforce", "Contact", "003000000000001AAA")
HS_CONTACT = Ref("hubspot", "contacts", "101")


def sf(value, *, changed=False, ref=LEAD, at=AT, created=CREATED, converted=False):
    """The Salesforce lead (or another Salesforce record) says this."""
    return Sighting(ref, value, changed, at, created, ref.object == "Lead", converted)


def hs(value, *, changed=False, ref=HS_CONTACT, at=AT, created=CREATED):
    """The HubSpot contact says this."""
    return Sighting(ref, value, changed, at, created, is_lead=False)


def decided(*sightings, current=None, agreement=AGREED, **known) -> StatusFinding:
    return status(StatusFacts(tuple(sightings), current, **known), agreement, Dictionary(agreement, TODAY))


def writes(found: StatusFinding, agreement=AGREED) -> dict[str, str | None]:
    """What each system should be written, by the system's name (by object where Salesforce holds a contact too)."""
    return {
        one.sighting.ref.system if one.sighting.ref.object != "Contact" else "salesforce contact": spelled(
            agreement, found.status, one.sighting.ref.system
        )
        for one in found.writes
    }


def lost(found: StatusFinding) -> list[tuple[str, str]]:
    """The claims that lost, as (system, status)."""
    return [(one.system, one.status) for one in found.overruled]
