"""Everything the agreement needs to hear, from both CRMs into what explain says: planted once, pulled twice."""

import pytest

from crmsync.cli.explain import _story
from crmsync.cycle.doctor import examine
from crmsync.cycle.explain import Explanation, explain
from crmsync.model.activities import ActivityKind, Actor
from crmsync.model.people import OwnerKind
from crmsync.reports.explain import explain_json, explain_text
from crmsync.template import template_files
from tests.cycle.river import River, signed, workspace
from tests.cycle.town import NINE, PETRA, TOM, Town
from tests.proofs import proves

IMPORTS = "mappings/agreement/imports.yaml"
SCORING = "mappings/agreement/scoring.yaml"
MORNING = "2026-12-02T08:00:00.000Z"
FORM = "11111111-2222-4333-8444-555555555555"


def files() -> dict[str, str]:
    """The shipped workspace with an agreement that knows every sign of a bought name, and mails that were opened."""
    found = dict(template_files())
    more = """
    - {field: campaign_type, is: Purchased List}
    - {field: import_name, starts_with: BUY}
or_made_in_a_burst: {at_least: 12, within: 10 minutes}
"""
    last = '    - {field: import_tag, starts_with: "LIST-"}'
    assert last in found[IMPORTS]
    found[IMPORTS] = found[IMPORTS].replace(last, last + more.rstrip())
    opened = "  mail_opened:  {points: 4,  halves_every: 7 days,  group: awareness, from: email_open}\n"
    reply = "  reply: "
    assert reply in found[SCORING]
    found[SCORING] = found[SCORING].replace(reply, opened + reply, 1)
    return signed(found)


@pytest.fixture(scope="module")
def heard(running, tmp_path_factory):
    """The whole town, two cycles later."""
    running.stage.reset()
    running.world.clock.freeze(False)
    river = workspace(tmp_path_factory.mktemp("streams"), running, files(), writes="off")
    river.at(NINE)
    river.control("salesforce", "clock", {"freeze": True})
    town = Heard(Town(river))
    town.plant()
    river.cycle()
    river.advance(700)
    town.report = river.cycle()
    yield town
    river.close()


class Heard:
    """The people by name."""

    def __init__(self, town: Town):
        self.town, self.ids = town, dict[str, str]()
        self.report = None

    @property
    def river(self) -> River:
        return self.town.river

    def plant(self) -> None:
        load, lead, hub = self.river.load, self.town.lead, self.town.hub
        load("salesforce", {"type": "__history__", "fields": {"object": "Lead", "fields": ["Status", "OwnerId"]}})
        names = ("Listed", "Campaigned", "Tracked", "Met", "Owned")
        self.ids |= {name: lead(name, "Inquiry", OwnerId=PETRA.user) for name in names}
        self.ids |= {name: hub(name, "NEW") for name in ("Imported", "Opened", "Scanned", "Asked", "Dealt")}
        self.ids["Body"] = self.town.body("Body")
        self._lists()
        self._deals()
        self._acts()
        self._burst()
        queue = {"type": "Group", "id": "00G5g0000000001EAA", "fields": {"Name": "Inbound", "Type": "Queue"}}
        load("salesforce", queue)
        self.river.edits("salesforce", "Lead", self.ids["Tracked"], TOM.user, Status="Working")

    def _lists(self) -> None:
        for number, (name, type_, who) in enumerate(
            (("LIST-2026-03-12", "Other", "Listed"), ("Spring names", "Purchased List", "Campaigned")), start=1
        ):
            campaign = f"7015g000000000{number}AAA"
            self.river.load("salesforce", {"type": "Campaign", "id": campaign, "fields": {"Name": name, "Type": type_}})
            self.river.load(
                "salesforce", {"type": "CampaignMember", "fields": {"CampaignId": campaign, "LeadId": self.ids[who]}}
            )
        contact = self.ids["Imported"]
        self.river.load(
            "hubspot", {"type": "lists", "id": "44", "fields": {"name": "From the file", "members": [contact]}}
        )
        imported = {"name": "BUY spring.csv", "source": "CRM_UI", "listId": "44", "createdAt": MORNING}
        self.river.load("hubspot", {"type": "imports", "id": "9", "fields": imported})

    def _deals(self) -> None:
        deal = "0065g0000000001AAA"
        told = {"Name": "Renewal", "StageName": "Qualification", "CloseDate": "2026-12-31", "OwnerId": TOM.user}
        self.river.load("salesforce", {"type": "Opportunity", "id": deal, "fields": told})
        role = {"OpportunityId": deal, "ContactId": self.ids["Body"], "Role": "Decision Maker"}
        self.river.load("salesforce", {"type": "OpportunityContactRole", "fields": role})
        won: dict[str, object] = {"dealname": "Won last year", "dealstage": "closedwon", "pipeline": "default"}
        self.river.load(
            "hubspot", {"type": "deals", "fields": {**won, "associations": {"contacts": [self.ids["Dealt"]]}}}
        )

    def _acts(self) -> None:
        met: dict[str, object] = {
            "Subject": "Demo",
            "StartDateTime": MORNING,
            "EndDateTime": MORNING,
            "OwnerId": TOM.user,
        }
        met |= {"WhoId": self.ids["Met"], "DurationInMinutes": 30, "ActivityDateTime": MORNING}
        self.river.load("salesforce", {"type": "Event", "fields": met})
        other = self.town.hub("Met", "NEW")
        copy: dict[str, object] = {
            "hs_timestamp": MORNING,
            "hs_meeting_start_time": MORNING,
            "hs_meeting_title": "Demo",
        }
        copy |= {"hs_object_source": "SALESFORCE", "hubspot_owner_id": TOM.owner, "associations": {"contacts": [other]}}
        self.river.load("hubspot", {"type": "meetings", "fields": copy})
        for name, bot in (("opened", False), ("scanned", True)):
            event = {"type": "OPEN", "recipient": f"{name}@example.org", "created": MORNING, "bot": bot}
            self.river.load("hubspot", {"type": "email_events", "fields": event})
        form = {"formId": FORM, "submittedAt": MORNING, "values": {"email": "asked@example.org"}}
        self.river.load("hubspot", {"type": "forms", "id": FORM, "fields": {"name": "Book a demo"}})
        self.river.load("hubspot", {"type": "submissions", "fields": form})

    def _burst(self) -> None:
        """Twelve leads in eleven minutes would be none: these came within six."""
        for number in range(12):
            at = f"2026-12-01T10:{number // 2:02d}:00.000Z"
            name = f"Burst{number}"
            self.ids[name] = self.town.lead(name, "Inquiry", OwnerId=PETRA.user, CreatedDate=at, by=PETRA.user, at=at)
        late = "2026-12-01T10:30:00.000Z"
        self.ids["Typed"] = self.town.lead(
            "Typed", "Inquiry", OwnerId=PETRA.user, CreatedDate=late, by=PETRA.user, at=late
        )

    def of(self, name: str) -> Explanation:
        return explain(self.river.wiring, self.ids[name])


@pytest.mark.parametrize(
    "name, by, tag",
    [
        ("Listed", "vendor_list", "LIST-2026-03-12"),
        ("Campaigned", "campaign_type", "Spring names"),
        ("Imported", "import_name", "BUY spring.csv"),
        ("Burst0", "burst", None),
        ("Burst11", "burst", None),
        ("Typed", "", None),
        ("Owned", "", None),
    ],
)
def test_a_bought_name_is_known_by_its_list_campaign_import_or_burst_and_stays_raw(heard, name, by, tag):
    told = heard.of(name)
    assert (told.findings.bought.by, told.findings.bought.tag) == (by, tag)
    assert (told.decision.trip.status == "raw") is bool(by)


def test_opportunities_and_deals_are_known_with_the_people_in_them(heard):
    body, dealt = heard.of("Body"), heard.of("Dealt")
    assert [(one.name, one.open, one.won) for one in body.observed.deals] == [("Renewal", True, False)]
    assert body.findings.attributes["open_opportunity"] is True
    assert [(one.name, one.won) for one in dealt.observed.deals] == [("Won last year", True)]
    assert dealt.findings.attributes["won_opportunity"] is True
    assert "open_opportunity" not in heard.of("Owned").findings.attributes


def test_a_meeting_counts_once_as_the_one_of_the_person_who_held_it(heard):
    [met] = [one for one in heard.of("Met").observed.activities if one.kind is ActivityKind.MEETING]
    assert (met.ref.system, met.ref.object, met.owner) == ("salesforce", "Event", TOM.user)
    assert met.actor is Actor.PERSON


@proves("2.11")
def test_a_mail_somebody_opened_is_interest_and_one_a_scanner_opened_is_not(heard):
    """An opened mail counts where the agreement says so, and never where a scanner opened it."""
    opened, scanned = heard.of("Opened"), heard.of("Scanned")
    assert [one.actor for one in opened.observed.activities] == [Actor.PERSON]
    assert [one.actor for one in scanned.observed.activities] == [Actor.BOT]
    assert opened.findings.score.interest > 0
    assert scanned.findings.score.interest == 0


def test_a_form_counts_once_although_the_portal_tells_it_twice(heard):
    forms = [one for one in heard.of("Asked").observed.activities if one.kind is ActivityKind.FORM]
    assert [one.label for one in forms] == ["Book a demo"]
    assert heard.of("Asked").findings.readiness.fast_lane


def test_the_crm_s_own_history_says_when_and_by_whom_a_status_was_set(heard):
    told = heard.of("Tracked")
    [entry] = [one for one in told.observed.history if one.field == "status"]
    assert (entry.value, entry.trust, entry.by, entry.actor) == ("Working", "history", TOM.user, "person")
    assert told.decision.trip.status == "working"
    seen = [one for one in told.history.observations if one.field == "status"]
    assert [(one.trust, one.by) for one in seen] == [("history", TOM.user)]


def words(heard, name: str) -> str:
    """What explain says, on one line and without quotes."""
    told = explain_text(_story(heard.of(name), heard.river.wiring))
    return " ".join(told.replace('"', "").split())


@proves("0.15")
@pytest.mark.parametrize(
    "name, told",
    [
        ("Listed", "BOUGHT NAME   Is in the list LIST-2026-03-12 that the agreement names. It never answered so far."),
        ("Listed", "IN    campaign LIST-2026-03-12 (Other) in Salesforce"),
        ("Campaigned", "BOUGHT NAME   Is recognised by its campaign type: Spring names."),
        ("Imported", "BOUGHT NAME   Is recognised by its import name: BUY spring.csv."),
        ("Imported", "import BUY spring.csv (CRM_UI) in HubSpot"),
        ("Burst3", "BOUGHT NAME   Was made in a burst: 12 records by one user or program within 10 minutes."),
        ("Body", "OPPORTUNITY   Renewal in Salesforce: open, stage Qualification, owned by Tom Baker"),
        ("Dealt", "OPPORTUNITY   Won last year in HubSpot: won"),
        ("Tracked", "set by Tom Baker, as the history of Salesforce tells"),
    ],
)
def test_explain_says_by_which_sign_and_in_which_lists_and_deals(heard, name, told):
    """Who was bought is explained by the sign that told: list of the agreement, campaign, import, burst."""
    assert " ".join(told.split()) in words(heard, name)


def test_the_same_is_told_to_programs(heard):
    listed = explain_json(_story(heard.of("Listed"), heard.river.wiring))
    assert listed["bought"] == {"by": "vendor_list", "tag": "LIST-2026-03-12"}
    assert [(one["kind"], one["name"]) for one in listed["lists"]] == [("campaign", "LIST-2026-03-12")]
    body = explain_json(_story(heard.of("Body"), heard.river.wiring))
    assert [(one["name"], one["open"]) for one in body["deals"]] == [("Renewal", True)]
    assert body["bought"] is None


def test_queues_are_owners_with_a_name(heard):
    queue = heard.river.wiring.store.directory().owners["salesforce", "00G5g0000000001EAA"]
    assert (queue.name, queue.kind) == ("Inbound", OwnerKind.QUEUE)


def test_with_every_stream_on_a_second_cycle_finds_nothing_new(heard):
    assert heard.report.troubles == ()
    assert heard.report.counts["changed"] == 0


def test_what_an_org_lacks_is_one_line_and_no_trouble(heard):
    lines = [one for one in examine(heard.river.wiring) if one.code == "streams.optional"]
    assert len(lines) <= 2
    assert all("Not read, because" in one.what for one in lines)
