"""The Salesforce connector against the emulated org: its named troubles, its files, its transactions, its objects."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from crmsync.connectors.registry import salesforce
from crmsync.connectors.salesforce.covered import Covered
from crmsync.connectors.salesforce.pull import pull
from crmsync.emulator.serving import serve
from crmsync.model.errors import AccessLost, BudgetSpent, RetryLater, ShapeChanged
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import RecordKind, Ref
from crmsync.model.streams import WriteRow
from tests.connectors.doubles import Notes, Sleeps, control, stream

START = datetime(2026, 12, 2, 9, 10, tzinfo=UTC)
OVERLAP = timedelta(minutes=10)
NEVER = 10**9
SOMEBODY = "005000000000077AAA"
LEADS = stream(
    "salesforce", "leads", RecordKind.LEAD,
    "LastName", "Status", "NumberOfEmployees", "AnnualRevenue", "IsConverted", "CreatedDate", "Description",
    "MasterRecordId", object="Lead",
)  # fmt: skip


class Org:
    """The served org and a connector of ours on it."""

    def __init__(self, running):
        self.url, self.token = running.salesforce_url, running.token
        self.tell("reset", {})
        self.tell("clock", {"set": "2026-12-02T09:10:00Z"})
        self.tell("clock", {"freeze": True})
        self.notes, self.sleeps, self.opened = Notes(), Sleeps(), []
        self.crm = self.open()

    def open(self, method="client_credentials", **secrets):
        given = {"salesforce_client_id": "crmsync", "salesforce_client_secret": self.token, **secrets}
        self.opened.append(salesforce(self.url, "62.0", given, method, self.notes, self.sleeps))
        return self.opened[-1]

    def tell(self, name, body=None):
        return control(self.url, name, body)

    def fault(self, kind, **more):
        self.tell("faults", [{"kind": kind, **more}])

    def load(self, type_, number, **fields):
        names = {"Lead": {"LastName": "N", "Company": "C"}, "Contact": {"LastName": "N"}}
        prefix = {
            "Lead": "00Q",
            "Contact": "003",
            "Task": "00T",
            "Event": "00U",
            "Campaign": "701",
            "Opportunity": "006",
        }
        row = {"type": type_, "id": f"{prefix[type_]}{number:012d}", "fields": {**names.get(type_, {}), **fields}}
        self.tell("load", [row])
        return row["id"]

    def leads(self, count, **fields):
        old = {"LastName": "N", "Company": "C", "SystemModstamp": "2026-11-01T08:00:00Z", **fields}
        rows = [{"type": "Lead", "id": f"00Q{one:012d}", "fields": old} for one in range(1, count + 1)]
        self.tell("load", rows)

    def person_does(self, op, **more):
        return self.tell("actors", {"actor": SOMEBODY, "do": [{"op": op, **more}]})

    def later(self, seconds):
        self.tell("clock", {"advance": seconds})

    def pull(self, spec=LEADS, cursor=None, many=NEVER):
        door = self.crm._door
        pages = list(pull(door, spec, cursor, OVERLAP, Covered(door, OVERLAP), many))
        return {one.ref.id[:15]: one for page in pages for one in page.records}, pages[-1].cursor

    def close(self):
        for one in self.opened:
            one.close()


@pytest.fixture(scope="module")
def running():
    with serve("empty") as both:
        yield both


@pytest.fixture
def org(running):
    made = Org(running)
    yield made
    made.close()


# --- the table of facts/salesforce.md section 7, over HTTP ------------------------------------------------------------

PASSING = [
    "bad_gateway", "calm_down", "concurrent_limit", "gateway_timeout", "login_page_500", "maintenance",
    "not_acceptable", "retry_after", "running_too_long", "server_unavailable", "too_many_requests",
    "transaction_security", "unknown_exception", "session_expired", "dead_locator", "query_timeout", "too_large",
    "too_many_ids", "uri_too_long", "headers_too_large", "html_401", "empty_401",
]  # fmt: skip
LASTING = [
    ("api_currently_disabled", AccessLost),
    ("api_disabled", AccessLost),
    ("app_not_attached", AccessLost),
    ("session_not_for_rest", AccessLost),
    ("session_expired", AccessLost),
    ("empty_401", AccessLost),
    ("html_401", AccessLost),
    ("no_access", AccessLost),
    ("html_404", ShapeChanged),
    ("unsupported_media", ShapeChanged),
    ("version_gone", ShapeChanged),
    ("daily_limit", BudgetSpent),
    ("maintenance", RetryLater),
    ("concurrent_limit", RetryLater),
    ("query_timeout", RetryLater),
    ("uri_too_long", RetryLater),
]


@pytest.mark.parametrize("name", PASSING)
def test_a_trouble_that_passes_leaves_no_trace_in_what_was_pulled(org, name):
    org.leads(5)
    org.crm.server_time()
    org.fault("short_pages", rows=2, times=-1)
    org.fault("vendor_error", name=name, route="query", times=1, after=1)
    found, cursor = org.pull()
    assert len(found) == 5
    assert cursor.position is None


@pytest.mark.parametrize("name,error", LASTING)
def test_a_trouble_that_lasts_is_an_error_that_says_what_to_do_next(org, name, error):
    org.leads(2)
    org.crm.server_time()
    org.fault("vendor_error", name=name, route="query", times=-1)
    with pytest.raises(error) as caught:
        org.pull()
    assert "<" not in str(caught.value)
    assert org.notes.named("crm.login") <= 2


def test_a_crm_that_asks_for_a_wait_in_seconds_gets_it(org):
    org.leads(1)
    org.fault("vendor_error", name="retry_after", route="query", times=1)
    org.pull()
    [waited] = org.sleeps.seconds
    assert waited == int(waited) >= 1


@pytest.mark.parametrize("name", ["html_404", "no_access", "not_acceptable", "query_timeout", "server_unavailable"])
def test_an_org_that_does_not_say_what_it_covers_is_still_pulled(org, name):
    org.leads(3)
    org.fault("vendor_error", name=name, route="updated", times=-1)
    found, cursor = org.pull()
    assert (len(found), cursor.upper) == (3, START)


# --- signing in -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem(key):
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def _public(key):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def test_a_signed_login_is_verified_and_renewed_when_the_session_ends(org, key):
    org.leads(2)
    org.fault("connected_app", client_id="crmsync", public_key=_public(key), users=["crmsync@halden.example"], times=-1)
    crm = org.open("jwt", salesforce_username="crmsync@halden.example", salesforce_private_key=_pem(key))
    assert len([one for page in crm.pull(LEADS, None) for one in page.records]) == 2
    org.fault("expire_token")
    assert crm.count(LEADS) == 2
    assert org.notes.named("crm.login") == 2


def test_a_login_signed_by_another_key_is_refused_in_the_vendors_words(org, key):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    org.fault("connected_app", client_id="crmsync", public_key=_public(other), users=["a@halden.example"], times=-1)
    crm = org.open("jwt", salesforce_username="a@halden.example", salesforce_private_key=_pem(key))
    with pytest.raises(AccessLost, match="invalid_grant"):
        crm.org()


# --- prepared files ---------------------------------------------------------------------------------------------------


def test_prepared_rows_equal_queried_rows_value_for_value(org):
    org.leads(30, NumberOfEmployees=12, AnnualRevenue=1200.5)
    org.load("Lead", 31, Description='two\r\nlines, "quoted"', Status="", NumberOfEmployees=None, AnnualRevenue=1e9)
    org.load("Lead", 32, LastName="Ñandú 🦙", Description="a\n\n\tb,\u2028c")
    org.person_does("delete", type="Lead", id="00Q000000000003")
    queried, _ = org.pull()
    prepared, cursor = org.pull(many=5)
    assert prepared == queried
    assert cursor.upper == START
    assert org.notes.calls().count("bulk_results") == 1


def test_a_job_that_takes_its_time_is_waited_for(org):
    org.leads(9)
    org.fault("bulk_polls", polls=4, times=-1)
    assert len(org.pull(many=5)[0]) == 9
    assert org.sleeps.seconds[:3] == [2.0, 4.0, 8.0]


@pytest.mark.parametrize("name", ["no_access", "html_404", "uri_too_long", "version_gone"])
def test_an_org_that_prepares_nothing_is_queried(org, name):
    org.leads(9)
    org.fault("vendor_error", name=name, route="jobs/query", times=-1)
    assert len(org.pull(many=5)[0]) == 9
    assert org.notes.named("crm.bulk_refused") == 1


@pytest.mark.parametrize(
    "kind,more", [("cut_at", {"bytes": 60}), ("status", {"code": 503, "body": "<html>"}), ("expire_token", {})]
)
@pytest.mark.parametrize("after", range(4))
def test_whatever_happens_to_one_call_of_a_prepared_load_is_invisible_in_its_result(org, kind, more, after):
    org.leads(9)
    org.crm.server_time()
    org.fault(kind, route="jobs", times=1, after=after, **more)
    assert len(org.pull(many=5)[0]) == 9


# --- a trigger that fails over one row -------------------------------------------------------------------------------


def _rows(count):
    return [
        WriteRow(str(one), Ref("salesforce", "Lead", f"00Q{one:012d}"), {"Title": "x"}) for one in range(1, count + 1)
    ]


def test_one_row_that_breaks_a_trigger_is_found_and_its_199_neighbours_are_written(org):
    org.leads(200)
    org.fault("chunk_failure", id="00Q000000000137", times=-1, words="LeadTrigger: System.NullPointerException")
    receipts = org.crm.update("Lead", _rows(200))
    refused = [one for one in receipts if one.kind is ReceiptKind.REFUSED]
    assert [one.op_id for one in refused] == ["137"]
    assert "NullPointerException" in refused[0].words
    assert {one.kind for one in receipts if one.op_id != "137"} == {ReceiptKind.OK}
    assert org.notes.calls().count("composite/sobjects") == 17


def test_a_trigger_that_breaks_over_every_row_is_not_met_with_one_call_a_row(org):
    org.leads(200)
    org.fault("chunk_failure", times=-1)
    receipts = org.crm.update("Lead", _rows(200))
    assert {one.kind for one in receipts} == {ReceiptKind.REFUSED}
    assert org.notes.calls().count("composite/sobjects") < 40


# --- what surfaces as what --------------------------------------------------------------------------------------------


def test_rows_committed_late_under_old_stamps_are_not_lost(org):
    org.leads(3)
    _, cursor = org.pull()
    org.fault("open_transaction", seconds=3000)
    org.person_does("update", type="Lead", id="00Q000000000002", fields={"LastName": "Late"})
    for _ in range(4):
        org.later(900)
        found, cursor = org.pull(cursor=cursor)
        if "00Q000000000002" in found:
            break
    assert found["00Q000000000002"].values[0] == "Late"
    assert found["00Q000000000002"].modified_at < cursor.upper - timedelta(minutes=40)


def test_deleted_and_undeleted_records_surface_as_what_they_are(org):
    org.leads(3)
    _, cursor = org.pull()
    org.later(3600)
    org.person_does("delete", type="Lead", id="00Q000000000002")
    found, cursor = org.pull(cursor=cursor)
    assert [(one, row.deleted) for one, row in found.items()] == [("00Q000000000002", True)]
    assert org.crm.count(LEADS) == 2
    org.later(3600)
    org.person_does("undelete", type="Lead", id="00Q000000000002")
    found, _ = org.pull(cursor=cursor)
    assert [(one, row.deleted) for one, row in found.items()] == [("00Q000000000002", False)]
    assert org.crm.count(LEADS) == 3


def test_a_census_tells_of_the_undeleted_what_the_stamps_do_not(org):
    org.leads(3)
    org.person_does("delete", type="Lead", id="00Q000000000002")
    seen = {one.ref.id[:15]: one.deleted for one in org.crm.census(LEADS, None)}
    assert seen == {"00Q000000000001": False, "00Q000000000002": True, "00Q000000000003": False}
    org.person_does("undelete", type="Lead", id="00Q000000000002")
    assert not any(one.deleted for one in org.crm.census(LEADS, None))
    assert org.crm.count(LEADS) == 3


def test_a_merged_lead_surfaces_deleted_with_its_survivor_and_a_converted_one_as_converted(org):
    org.leads(4)
    _, cursor = org.pull()
    org.later(3600)
    org.person_does("merge", type="Lead", id="00Q000000000001", loser="00Q000000000002")
    org.person_does("convert", type="Lead", id="00Q000000000003")
    found, _ = org.pull(cursor=cursor)
    merged, winner = found["00Q000000000002"], found["00Q000000000001"]
    assert (merged.deleted, merged.values[7][:15]) == (True, winner.ref.id[:15])
    assert (found["00Q000000000003"].deleted, found["00Q000000000003"].values[4]) == (False, True)


def test_archived_activities_are_read_and_counted(org):
    org.leads(1)
    old = {"Subject": "Call", "Status": "Completed", "WhoId": "00Q000000000001", "IsArchived": True}
    org.load("Task", 1, **old)
    org.load("Task", 2, **{**old, "IsArchived": False})
    tasks = stream("salesforce", "tasks", RecordKind.ACTIVITY, "Subject", "WhoId", object="Task")
    assert set(org.pull(tasks)[0]) == {"00T000000000001", "00T000000000002"}
    assert org.crm.count(tasks) == 2
    assert len(org.crm.fetch(tasks, [Ref("salesforce", "Task", "00T000000000001")])) == 1


OBJECTS = {
    "Event": ("Subject", "StartDateTime", "EndDateTime", "WhoId", "OwnerId", "IsChild"),
    "Campaign": ("Name", "Type", "Status"),
    "CampaignMember": ("CampaignId", "LeadId", "ContactId", "Status", "HasResponded", "FirstRespondedDate"),
    "Opportunity": ("Name", "StageName", "IsClosed", "IsWon", "AccountId", "Amount", "CloseDate"),
    "OpportunityContactRole": ("OpportunityId", "ContactId", "Role", "IsPrimary"),
    "LeadHistory": ("LeadId", "Field", "OldValue", "NewValue", "CreatedById"),
    "ContactHistory": ("ContactId", "Field", "OldValue", "NewValue", "CreatedById"),
    "Group": ("Name", "Type", "DeveloperName"),
    "GroupMember": ("GroupId", "UserOrGroupId"),
    "User": ("Name", "Email", "IsActive", "UserType"),
    "Account": ("Name", "OwnerId"),
    "Contact": ("LastName", "Email", "OwnerId"),
    "Task": ("Subject", "CallDisposition", "WhoId", "IsArchived"),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_every_object_the_agreement_needs_is_described_pulled_counted_and_seen(org, name):
    spec = stream("salesforce", name.lower(), RecordKind.ACTIVITY, *OBJECTS[name], object=name)
    assert set(OBJECTS[name]) <= set(org.crm.describe(name).fields)
    found, cursor = org.pull(spec)
    assert set(org.pull(spec, cursor)[0]) <= set(found)
    assert len({one.ref.id for one in org.crm.census(spec, None)}) == len(found)
    assert org.crm.count(spec) == len(found)


def test_history_rows_come_once_by_the_day_they_were_made(org):
    org.leads(1)
    spec = stream("salesforce", "h", RecordKind.ACTIVITY, "LeadId", "Field", "NewValue", object="LeadHistory")

    def made(number):
        row = {"LeadId": "00Q000000000001", "Field": "Status", "NewValue": f"Status {number}"}
        row["CreatedDate"] = f"2026-12-0{number}T08:00:00Z"
        org.tell("load", [{"type": "LeadHistory", "id": f"017{number:012d}", "fields": row}])

    made(1)
    made(2)
    found, cursor = org.pull(spec)
    assert [(row.values[2], row.modified_at.day) for row in found.values()] == [("Status 1", 1), ("Status 2", 2)]
    org.later(3600 * 24)
    made(3)
    assert [row.values[2] for row in org.pull(spec, cursor)[0].values()] == ["Status 3"]
