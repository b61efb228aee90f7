"""The HubSpot connector against the emulated portal: logins, legacy paths, merges, streams, the vendor's troubles."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crmsync.connectors.registry import hubspot
from crmsync.emulator.serving import serve
from crmsync.model.errors import AccessLost, BudgetSpent, CrmsyncError, RecordRefused, RetryLater, ShapeChanged
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import RecordKind, Ref
from crmsync.model.streams import Cursor, StreamSpec, WriteRow
from tests.connectors.doubles import Notes, Sleeps, control, stream

NINE = "2026-12-02T09:10:00Z"
START = datetime(2026, 12, 2, 9, 10, tzinfo=UTC)
OLD = "2026-11-01T08:00:00Z"
APPLICATION = {
    "hubspot_client_id": "emulator-client",
    "hubspot_client_secret": "emulator-client-secret",
    "hubspot_refresh_token": "emulator-refresh-token",
}
PEOPLE = stream("hubspot", "contacts", RecordKind.CONTACT, "lastname", "hs_lead_status", "merged_into")
CALLS = stream("hubspot", "calls", RecordKind.ACTIVITY, "hs_call_title", associated=("contacts",))
OWNERS = stream("hubspot", "owners", RecordKind.OWNER, "name", "teams")
VIEWS = stream("hubspot", "views", RecordKind.ACTIVITY, "hs_url", object="events", event_type="e_visited_page")
OPENS = stream(
    "hubspot",
    "opens",
    RecordKind.ACTIVITY,
    *("recipient", "filteredEvent", "userAgent", "secondsAfterSent"),
    object="email_events",
    event_type="OPEN",
)
FORMS = stream("hubspot", "form_submissions", RecordKind.ACTIVITY, "formName", "email", "pageUrl")
HISTORY = stream(
    "hubspot",
    "contacts_history",
    RecordKind.HISTORY,
    *("property", "before", "value", "sourceType"),
    tracked=("hs_lead_status",),
)


class Portal:
    """The emulated portal with a connector, and what people do in it."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token
        self.notes = Notes()
        self.crm = self.opened()

    def opened(self, version: str = "2026-09") -> Any:
        return hubspot(self.url, version, {"hubspot_token": self.token}, "token", self.notes, Sleeps())

    def application(self, notes: Notes) -> Any:
        return hubspot(self.url, "2026-09", APPLICATION, "oauth", notes, Sleeps())

    def load(self, kind: str, row: str = "", /, **fields: object) -> None:
        control(self.url, "load", [{"type": kind, **({"id": row} if row else {}), "fields": fields}])

    def people(self, *numbers: int, **fields: object) -> None:
        own = {"lastname": "N", "lastmodifieddate": OLD, "createdate": OLD}
        control(
            self.url, "load", [{"type": "contacts", "id": str(one), "fields": {**own, **fields}} for one in numbers]
        )

    def do(self, *steps: dict[str, object]) -> Any:
        return control(self.url, "actors", {"actor": "52", "do": list(steps)})

    def edit(self, number: int, **fields: object) -> None:
        self.do({"op": "update", "type": "contacts", "id": str(number), "fields": fields})

    def fault(self, kind: str, **more: object) -> None:
        control(self.url, "faults", {"kind": kind, **more})

    def advance(self, seconds: float) -> None:
        control(self.url, "clock", {"advance": seconds})

    def pull(self, spec: StreamSpec = PEOPLE, cursor: Cursor | None = None, crm: Any = None):
        pages = list((crm or self.crm).pull(spec, cursor))
        return [one for page in pages for one in page.records], pages[-1].cursor


@pytest.fixture(scope="module")
def running():
    with serve("empty") as both:
        yield both


@pytest.fixture
def portal(running):
    url = running.hubspot_url
    control(url, "reset", {})
    control(url, "clock", {"set": NINE})
    control(url, "clock", {"freeze": True})
    made = Portal(url, running.token)
    yield made
    made.crm.close()


def ref(number: int) -> Ref:
    return Ref("hubspot", "contacts", str(number))


def ids(records) -> list[str]:
    return [one.ref.id for one in records]


# --- logins ---------------------------------------------------------------------------------------------------------


def logins(notes: Notes) -> int:
    return notes.named("crm.login")


def test_an_application_logs_in_once_and_reads_what_a_token_reads(portal):
    portal.people(1, 2)
    notes = Notes()
    crm = portal.application(notes)
    assert portal.pull(crm=crm)[0] == portal.pull()[0]
    portal.pull(crm=crm)
    assert logins(notes) == 1
    crm.close()


@pytest.mark.parametrize("calls", range(4))
def test_a_token_that_ends_at_any_call_is_not_noticed_in_the_result(portal, calls):
    portal.people(*range(1, 8))
    portal.fault("short_pages", rows=2)
    truth = portal.pull()[0]
    notes = Notes()
    crm = portal.application(notes)
    portal.fault("expire_token", after=calls, route="/{type}")
    assert portal.pull(crm=crm)[0] == truth
    assert logins(notes) == 2
    crm.close()


def test_a_token_is_refreshed_before_it_ends_by_our_own_clock_or_after_by_the_servers(portal):
    portal.people(1)
    notes = Notes()
    crm = portal.application(notes)
    portal.pull(crm=crm)
    portal.advance(1801)
    assert ids(portal.pull(crm=crm)[0]) == ["1"]
    assert logins(notes) == 2
    crm.close()


def test_a_replaced_refresh_token_serves_the_next_refresh_and_is_told(portal):
    portal.fault("switch", name="rotate_refresh_token", on=True)
    notes = Notes()
    crm = portal.application(notes)
    for _ in range(3):
        portal.pull(crm=crm)
        portal.advance(1801)
    assert logins(notes) == 3
    assert notes.named("crm.secret_not_kept") >= 2
    crm.close()


def test_readers_that_meet_the_end_of_a_token_together_refresh_it_once(portal):
    portal.people(*range(1, 8))
    truth = portal.pull()[0]
    notes = Notes()
    crm = portal.application(notes)
    portal.pull(crm=crm)
    portal.advance(1801)
    with ThreadPoolExecutor(4) as readers:
        found = list(readers.map(lambda _: portal.pull(crm=crm)[0], range(8)))
    assert found == [truth] * 8
    assert logins(notes) == 2
    crm.close()


@pytest.mark.parametrize("fault", [{"kind": "vendor_error", "name": "bad_refresh_token"}, {"kind": "refuse_login"}])
def test_an_application_nobody_trusts_is_access_lost(portal, fault):
    control(portal.url, "faults", fault)
    crm = portal.application(Notes())
    with pytest.raises(AccessLost):
        portal.pull(crm=crm)
    crm.close()


def test_a_persistent_401_ends_after_two_logins(portal):
    portal.fault("vendor_error", name="expired", times=-1, route="/{type}")
    notes = Notes()
    crm = portal.application(notes)
    for _ in range(3):
        with pytest.raises(AccessLost):
            portal.pull(crm=crm)
    assert logins(notes) == 2
    crm.close()


def test_a_token_with_impossible_characters_is_access_lost(portal):
    crm = hubspot(portal.url, "2026-09", {"hubspot_token": "bad{token}"}, "token", Notes(), Sleeps())
    with pytest.raises(AccessLost):
        portal.pull(crm=crm)
    crm.close()


# --- the vendor's troubles ------------------------------------------------------------------------------------------


TROUBLES = {
    "bad_gateway": RetryLater,
    "burst_limit": RetryLater,
    "burst_limit_wait": RetryLater,
    "burst_limit_wait_ms": RetryLater,
    "daily_limit": BudgetSpent,
    "edge_404": ShapeChanged,
    "edge_530": AccessLost,
    "expired": AccessLost,
    "gateway_timeout": RetryLater,
    "internal_error": RetryLater,
    "missing_scopes": AccessLost,
    "no_credentials": AccessLost,
    "no_tier": AccessLost,
    "unavailable": RetryLater,
    "uri_too_long": ShapeChanged,
}


@pytest.mark.parametrize("name,error", TROUBLES.items())
def test_each_trouble_by_name_is_what_the_caller_does_next(portal, name, error):
    portal.people(1)
    portal.fault("vendor_error", name=name, times=-1)
    with pytest.raises(error) as raised:
        portal.pull()
    assert isinstance(raised.value, CrmsyncError)
    receipts = portal.crm.update("contacts", [WriteRow("a", ref(1), {"lastname": "M"})])
    assert receipts[0].kind is not ReceiptKind.OK
    control(portal.url, "reset", {})


@pytest.mark.parametrize("name", ["search_limit", "search_limit_category", "unavailable", "burst_limit_wait_ms"])
def test_a_passing_trouble_is_waited_out_and_leaves_no_trace_in_the_result(portal, name):
    portal.people(1, 2, 3)
    _, cursor = portal.pull()
    portal.edit(2, lastname="M")
    portal.fault("vendor_error", name=name, times=2)
    assert [(one.ref.id, one.values[0]) for one in portal.pull(cursor=cursor)[0]] == [("2", "M")]


def test_a_batch_that_wrote_nothing_in_silence_counts_as_unknown_and_is_found_out_by_reading(portal):
    portal.people(1, 2)
    rows = [WriteRow(f"op-{one}", ref(one), {"lastname": "M"}) for one in (1, 2)]
    portal.fault("silent_batch")
    assert [one.kind for one in portal.crm.update("contacts", rows)] == [ReceiptKind.UNKNOWN] * 2
    assert [one.values[0] for one in portal.crm.fetch(PEOPLE, [ref(1), ref(2)])] == ["N", "N"]
    assert [one.kind for one in portal.crm.update("contacts", rows)] == [ReceiptKind.OK] * 2


@pytest.mark.parametrize("plain", [False, True])
def test_each_input_of_a_batch_has_its_own_verdict_whether_the_answer_is_207_or_200(portal, plain):
    portal.people(1, 2)
    if plain:
        portal.fault("plain_multi_status", times=-1)
    values = [("1", "M"), ("999", "M"), ("2", "M")]
    rows = [WriteRow(f"op-{one}", Ref("hubspot", "contacts", one), {"lastname": name}) for one, name in values]
    kinds = [one.kind for one in portal.crm.update("contacts", rows)]
    assert kinds == [ReceiptKind.OK, ReceiptKind.REFUSED, ReceiptKind.OK]
    found = portal.crm.fetch(PEOPLE, [ref(1), ref(999)])
    assert [one.deleted for one in found] == [False, True]


# --- searching ------------------------------------------------------------------------------------------------------


def test_a_record_that_the_index_shows_late_and_hides_again_is_seen_within_the_overlap(portal):
    portal.people(*range(1, 30))
    _, cursor = portal.pull()
    portal.fault("search_lag", seconds=30, flap=20, times=-1)
    for number in (3, 17, 29):
        portal.edit(number, lastname="Moved")
    seen: set[str] = set()
    for _ in range(12):
        found, cursor = portal.pull(cursor=cursor)
        seen |= set(ids(found))
        portal.advance(20)
    assert seen == {"3", "17", "29"}


def test_counts_that_drift_neither_lose_nor_loop(portal):
    portal.people(*range(1, 460), lastmodifieddate=NINE)
    portal.fault("total_drift", by=7, times=-1)
    upper = START - timedelta(minutes=5)
    cursor = Cursor("hubspot", PEOPLE.name, PEOPLE.digest, upper)
    assert len(set(ids(portal.pull(cursor=cursor)[0]))) == 459


# --- merged, archived, restored, forgotten --------------------------------------------------------------------------


def test_a_merge_into_a_third_record_surfaces_and_both_old_ids_resolve(portal):
    portal.people(1, 2, 3)
    _, cursor = portal.pull()
    portal.advance(60)
    portal.do({"op": "merge", "type": "contacts", "id": "1", "loser": "2"})
    found, _ = portal.pull(cursor=cursor)
    [survivor] = [one for one in found if not one.deleted]
    gone = {one.ref.id: one.values[2] for one in found if one.deleted}
    assert survivor.ref.id not in {"1", "2"}
    assert gone == {"1": survivor.ref.id, "2": survivor.ref.id}
    fetched = portal.crm.fetch(PEOPLE, [ref(1), ref(2), ref(3)])
    assert [(one.ref.id, one.deleted, one.values[2]) for one in fetched] == [
        ("1", True, survivor.ref.id),
        ("2", True, survivor.ref.id),
        ("3", False, None),
    ]


def test_an_archived_record_that_is_restored_is_alive_again(portal):
    portal.people(1, 2)
    _, cursor = portal.pull()
    portal.do({"op": "delete", "type": "contacts", "id": "1"})
    portal.advance(3600)
    found, cursor = portal.pull(cursor=cursor)
    assert [(one.ref.id, one.deleted) for one in found] == [("1", True)]
    portal.do({"op": "restore", "type": "contacts", "id": "1"})
    assert [(one.ref.id, one.deleted) for one in portal.pull(cursor=cursor)[0]] == [("1", False)]
    assert [one.deleted for one in portal.crm.fetch(PEOPLE, [ref(1)])] == [False]
    assert {one.ref.id: one.deleted for one in portal.crm.census(PEOPLE, None)} == {"1": False, "2": False}


def test_a_person_who_asked_to_be_forgotten_is_gone(portal):
    portal.people(1, email="ann@lumen.example")
    portal.people(2)
    answer = portal.crm._door.exchange("POST", "/crm/v3/objects/contacts/gdpr-delete", (), {"objectId": "1"})
    assert answer.status == 204
    assert [one.deleted for one in portal.crm.fetch(PEOPLE, [ref(1), ref(2)])] == [True, False]
    assert ids(portal.pull()[0]) == ["2"]


# --- census ---------------------------------------------------------------------------------------------------------


def test_a_census_names_everybody_with_stamp_and_life_and_nothing_else_is_read(portal):
    portal.people(*range(1, 120))
    portal.do({"op": "delete", "type": "contacts", "id": "7"})
    before = control(portal.url, "calls")["total"]
    seen = list(portal.crm.census(PEOPLE, None))
    assert control(portal.url, "calls")["total"] - before == 3
    assert {one.ref.id for one in seen if one.deleted} == {"7"}
    assert len({one.ref for one in seen}) == 119
    pulled = {one.ref: one.modified_at for one in portal.pull()[0]}
    assert {one.ref: one.modified_at for one in seen if not one.deleted} == pulled
    assert portal.crm.count(PEOPLE) == 118


def test_a_census_since_an_instant_names_what_was_stamped_then_or_later_without_listing_everybody(portal):
    portal.people(*range(1, 120))
    portal.advance(3600)
    portal.edit(3, lastname="M")
    portal.do({"op": "delete", "type": "contacts", "id": "4"})
    before = control(portal.url, "calls")["total"]
    seen = {one.ref.id: one.deleted for one in portal.crm.census(PEOPLE, START + timedelta(seconds=1))}
    assert seen == {"3": False, "4": True}
    assert control(portal.url, "calls")["total"] - before == 2


def test_owners_are_counted_by_their_two_lists(portal):
    portal.load("owners", "81", email="a@halden.example", name="A B")
    portal.load("owners", "82", email="c@halden.example", name="C D", archived=True)
    seen = {one.ref.id: one.deleted for one in portal.crm.census(OWNERS, None)}
    assert {"81", "82"} <= set(seen)
    assert not set(portal.crm.census(OWNERS, START + timedelta(days=1)))
    assert portal.crm.count(OWNERS) is None


# --- streams, on both kinds of paths --------------------------------------------------------------------------------


VERSIONS = ["2026-09", "2026-03", "v3"]
LISTS = stream("hubspot", "lists", RecordKind.LIST, "name", "processingType")
MEMBERS = stream("hubspot", "memberships", RecordKind.MEMBER, "listId", "recordId", "listName")
IMPORTS = stream("hubspot", "imports", RecordKind.LIST, "importName", "importSource", "listId")


def everything(portal) -> None:
    ann = {"contacts": ["500"]}
    portal.people(500, email="ann@lumen.example", hs_lead_status="NEW")
    portal.load("owners", "81", email="a@halden.example", name="A B", teams=[{"id": "1", "name": "Team 1"}])
    for kind, title in (("calls", "hs_call_title"), ("meetings", "hs_meeting_title")):
        portal.do({"op": "create", "type": kind, "fields": {title: "T", "hs_timestamp": NINE, "associations": ann}})
    portal.do({"op": "create", "type": "deals", "fields": {"dealname": "T", "associations": ann}})
    visit = {"objectId": "500", "eventType": "e_visited_page", "occurredAt": NINE}
    portal.load("events", **visit, properties={"hs_url": "https://x/"})
    portal.load("forms", "f-1", name="Demo ES", fields=["email"])
    filled = {"email": "ann@lumen.example"}
    portal.load("submissions", formId="f-1", submittedAt=NINE, values=filled, pageUrl="https://x/d")
    sent, opened = {"created": "2026-12-02T09:00:00Z"}, "2026-12-02T09:00:02Z"
    portal.load("email_events", type="OPEN", recipient="ann@lumen.example", created=opened, bot=True, sentBy=sent)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_family_is_read_alike_on_legacy_and_dated_paths(portal, version):
    everything(portal)
    portal.advance(60)
    crm = portal.opened(version)
    about = (ref(500),)
    titles = {"calls": "hs_call_title", "meetings": "hs_meeting_title", "deals": "dealname"}
    for kind, title in titles.items():
        spec = stream("hubspot", kind, RecordKind.ACTIVITY, title, associated=("contacts",))
        assert title in crm.describe(kind).fields
        assert [(one.values, one.parties) for one in portal.pull(spec, crm=crm)[0]] == [(("T",), about)]
    assert portal.pull(crm=crm)[0][0].values[:2] == ("N", "NEW")
    assert ("A B", "Team 1") in [one.values for one in portal.pull(OWNERS, crm=crm)[0]]
    assert [(one.values, one.parties) for one in portal.pull(VIEWS, crm=crm)[0]] == [(("https://x/",), about)]
    assert [one.values for one in portal.pull(FORMS, crm=crm)[0]] == [("Demo ES", "ann@lumen.example", "https://x/d")]
    assert [one.values[0] for one in portal.pull(OPENS, crm=crm)[0]] == ["ann@lumen.example"]
    assert [one.values[2] for one in portal.pull(HISTORY, crm=crm)[0]] == ["NEW"]
    assert crm.org().org_id == portal.crm.org().org_id
    [receipt] = crm.update("contacts", [WriteRow("a", ref(500), {"lastname": "M"})])
    assert receipt.kind is ReceiptKind.OK
    crm.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_lists_who_is_in_them_and_what_was_imported_are_read_alike_on_legacy_and_dated_paths(portal, version):
    portal.people(*range(1, 8))
    portal.load("lists", "77", name="ZoomInfo Nov", members=[{"id": str(one), "at": OLD} for one in range(1, 6)])
    portal.load("imports", "31", name="Cognism.csv", createdAt=OLD, records=["6", "7"])
    crm = portal.opened(version)
    lists, _ = portal.pull(LISTS, crm=crm)
    names = {one.ref.id: one.values[0] for one in lists}
    members, cursor = portal.pull(MEMBERS, crm=crm)
    [imported], _ = portal.pull(IMPORTS, crm=crm)
    filled = str(imported.values[2])
    assert names["77"] == "ZoomInfo Nov"
    assert imported.values[0] == "Cognism.csv"
    assert filled in names
    assert {(one.values[0], one.parties[0].id) for one in members} == {
        *(("77", str(one)) for one in range(1, 6)),
        (filled, "6"),
        (filled, "7"),
    }
    portal.advance(3600)
    assert portal.pull(MEMBERS, cursor, crm)[0] == []
    crm.close()


def test_whoever_is_added_to_a_list_later_is_told_alone(portal):
    portal.people(1, 2, 3)
    portal.load("lists", "77", name="ZoomInfo Nov", members=[{"id": "1", "at": OLD}])
    portal.load("lists", "78", name="Fair", members=[{"id": "2", "at": OLD}])
    _, cursor = portal.pull(MEMBERS)
    portal.advance(3600)
    added = portal.crm._door.exchange("PUT", "/crm/v3/lists/78/memberships/add", (), ["3"])
    assert added.status == 200
    calls = control(portal.url, "calls")["total"]
    assert ids(portal.pull(MEMBERS, cursor)[0]) == ["78:3"]
    assert control(portal.url, "calls")["total"] - calls == 2


FLIPPED = {
    "dated_record_links": False,
    "filtered_event_marked": False,
    "import_name_in_detail_2": True,
    "iso_search_dates": False,
    "other_option_code": True,
    "other_search_words": True,
    "owners_page_500": False,
    "search_rate_headers": True,
    "search_whole_body": True,
    "short_history": True,
}


@pytest.mark.parametrize("name,on", FLIPPED.items())
def test_what_nobody_could_verify_changes_no_result_either_way(portal, name, on):
    wide = stream("hubspot", "contacts", RecordKind.CONTACT, *(f"property_number_{one:04}" for one in range(200)))
    portal.fault("switch", name=name, on=on)
    everything(portal)
    cursors = {spec: portal.pull(spec)[1] for spec in (PEOPLE, wide, HISTORY, FORMS, OPENS, OWNERS)}
    portal.advance(3600)
    portal.edit(500, hs_lead_status="OPEN")
    found = {spec.name: portal.pull(spec, cursor)[0] for spec, cursor in cursors.items() if spec is not wide}
    assert [one.values[1] for one in found["contacts"]] == ["OPEN"]
    assert ids(portal.pull(wide, cursors[wide])[0]) == ["500"]
    assert [one.values[2] for one in found["contacts_history"]] == ["OPEN"]
    assert ("A B", "Team 1") in [one.values for one in found["owners"]]
    bad = portal.crm.update("contacts", [WriteRow("a", ref(500), {"hs_lead_status": "BOGUS"})])
    assert [one.kind for one in bad] == [ReceiptKind.REFUSED]


def test_the_leads_object_is_read_by_name_or_by_number(portal):
    portal.people(500)
    portal.do({"op": "create", "type": "leads", "fields": {"hs_lead_name": "L", "associations": {"contacts": ["500"]}}})
    portal.advance(60)
    for name in ("leads", "0-136"):
        spec = stream("hubspot", name, RecordKind.ACTIVITY, "hs_lead_name", associated=("contacts",))
        assert "hs_lead_name" in portal.crm.describe(name).fields
        assert [(one.values, one.parties) for one in portal.pull(spec)[0]] == [(("L",), (ref(500),))]


def test_each_change_of_a_tracked_property_is_told_once_with_its_source(portal):
    portal.people(500, hs_lead_status="NEW")
    _, cursor = portal.pull(HISTORY)
    portal.advance(3600)
    for value in ("OPEN", "CONNECTED"):
        portal.advance(60)
        portal.edit(500, hs_lead_status=value)
    portal.edit(500, lastname="M")
    found, cursor = portal.pull(HISTORY, cursor)
    assert [one.values for one in found] == [
        ("hs_lead_status", "NEW", "OPEN", "CRM_UI"),
        ("hs_lead_status", "OPEN", "CONNECTED", "CRM_UI"),
    ]
    again, _ = portal.pull(HISTORY, cursor)
    assert {one.ref for one in again} <= {one.ref for one in found}


def test_without_the_tier_page_views_are_off_and_the_portal_goes_on(portal):
    portal.people(1)
    portal.fault("switch", name="event_tier", on=False)
    before = portal.notes.named("crm.call")
    for _ in range(3):
        assert portal.pull(VIEWS)[0] == []
    assert portal.notes.named("crm.call") - before == 1
    assert portal.notes.named("crm.stream_off") == 1
    assert ids(portal.pull()[0]) == ["1"]


def test_what_is_sold_apart_is_no_trouble_where_it_is_missing(portal):
    with pytest.raises(RecordRefused):
        portal.crm.describe("spaceships")
