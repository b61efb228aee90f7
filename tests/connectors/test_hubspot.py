"""HubSpot without a portal: paths, places, pages and verdicts as values; transport faults from a tiny server."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from crmsync.connectors.answers import Answer
from crmsync.connectors.hubspot.connector import HubSpotPortal
from crmsync.connectors.hubspot.errors import Fault
from crmsync.connectors.hubspot.paths import dated, is_version
from crmsync.connectors.hubspot.place import Phase, Place
from crmsync.connectors.hubspot.pull import start, sweep
from crmsync.connectors.hubspot.recent import Recent
from crmsync.connectors.hubspot.shape import Shape
from crmsync.connectors.hubspot.write import _judged, spelled
from crmsync.connectors.registry import hubspot
from crmsync.model.errors import AccessLost, BudgetSpent, InvariantBroken, RecordRefused, ShapeChanged
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import RawRecord, RecordKind, Ref
from crmsync.model.streams import Cursor, StreamSpec, WriteRow
from tests.connectors.doubles import Notes, Sleeps, stream
from tests.connectors.scripted import ScriptedServer, scripted

TEN_PAST = datetime(2026, 12, 2, 9, 10, tzinfo=UTC)
OVERLAP = timedelta(minutes=10)
PEOPLE = stream("hubspot", "contacts", RecordKind.CONTACT, "lastname", "hs_lead_status")
OWNERS = stream("hubspot", "owners", RecordKind.OWNER, "name")
VIEWS = stream("hubspot", "views", RecordKind.ACTIVITY, "hs_url", object="events", event_type="e_visited_page")


# --- paths ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "legacy,modern",
    [
        ("/crm/v3/objects/contacts", "/crm/objects/2026-09/contacts"),
        ("/crm/v3/objects/contacts/search", "/crm/objects/2026-09/contacts/search"),
        ("/crm/v3/objects/contacts/batch/read", "/crm/objects/2026-09/contacts/batch/read"),
        ("/crm/v4/objects/calls/1/associations/contacts", "/crm/objects/2026-09/calls/1/associations/contacts"),
        ("/crm/v4/associations/calls/contacts/batch/read", "/crm/associations/2026-09/calls/contacts/batch/read"),
        ("/crm/v3/owners", "/crm/owners/2026-09"),
        ("/crm/v3/owners/", "/crm/owners/2026-09/"),
        ("/crm/v3/properties/contacts", "/crm/properties/2026-09/contacts"),
        ("/crm/v3/pipelines/leads", "/crm/pipelines/2026-09/leads"),
        ("/events/v3/events", "/events/event-occurrences/2026-09"),
        ("/account-info/v3/details", "/account-info/2026-09/details"),
        ("/crm/v3/lists/search", "/crm/lists/2026-09/search"),
        ("/crm/v3/lists/7/memberships/join-order", "/crm/lists/2026-09/7/memberships/join-order"),
        ("/crm/v3/imports", "/crm/imports/2026-09"),
        ("/oauth/v3/token", "/oauth/2026-09/token"),
        ("/marketing/v3/forms", "/marketing/v3/forms"),
        ("/email/public/v1/events", "/email/public/v1/events"),
        ("/form-integrations/v1/submissions/forms/x", "/form-integrations/v1/submissions/forms/x"),
        ("/crm/v3/ownership", "/crm/v3/ownership"),
    ],
)
def test_each_resource_moves_to_the_configured_version(legacy, modern):
    assert dated(legacy, "2026-09") == modern
    assert dated(legacy, "v3") == legacy


@pytest.mark.parametrize(
    "text,known", [("v3", True), ("2026-09", True), ("2027-03-beta", True), ("v4", False), ("", False), ("26-9", False)]
)
def test_versions_are_v3_or_dated(text, known):
    assert is_version(text) is known


# --- places ---------------------------------------------------------------------------------------------------------


def cursor(spec: StreamSpec, upper: datetime | None = TEN_PAST, **more: str) -> Cursor:
    return Cursor("hubspot", spec.name, more.pop("digest", spec.digest), upper, more.pop("position", None))


@pytest.mark.parametrize(
    "spec,known,place",
    [
        (PEOPLE, None, Place(Phase.LIST)),
        (PEOPLE, cursor(PEOPLE), Place(Phase.SEARCH, TEN_PAST - OVERLAP)),
        (PEOPLE, cursor(PEOPLE, digest="older"), Place(Phase.LIST)),
        (PEOPLE, cursor(PEOPLE, None, position='{"phase":"list","after":"7"}'), Place(Phase.LIST, after="7")),
        (PEOPLE, cursor(PEOPLE, position="gibberish"), Place(Phase.SEARCH, TEN_PAST - OVERLAP)),
        (PEOPLE, cursor(PEOPLE, position='{"phase":"dance"}'), Place(Phase.SEARCH, TEN_PAST - OVERLAP)),
        (OWNERS, cursor(OWNERS), Place(Phase.OWNERS)),
        (VIEWS, None, Place(Phase.EVENTS)),
        (VIEWS, cursor(VIEWS), Place(Phase.EVENTS, TEN_PAST - OVERLAP)),
    ],
)
def test_a_pass_begins_where_the_cursor_says(spec, known, place):
    assert start(spec, known, OVERLAP) == place


@pytest.mark.parametrize(
    "phase,known,ends,then",
    [
        (Phase.SEARCH, (9, 10), (9, 59), None),
        (Phase.SEARCH, (9, 10), (10, 0), Phase.ARCHIVED),
        (Phase.SEARCH, (9, 59), (10, 1), Phase.ARCHIVED),
        (Phase.LIST, None, (9, 10), None),
        (Phase.OWNERS, None, (9, 10), Phase.FORMER_OWNERS),
        (Phase.OWNERS, (9, 10), (9, 11), None),
        (Phase.OWNERS, (9, 10), (10, 1), Phase.FORMER_OWNERS),
        (Phase.EVENTS, (9, 10), (10, 1), None),
        (Phase.ARCHIVED, (9, 10), (10, 1), None),
    ],
)
def test_what_left_is_looked_at_whenever_a_pass_crosses_a_full_hour(phase, known, ends, then):
    at = [datetime(2026, 12, 2, *clock, tzinfo=UTC) if clock else None for clock in (known, ends)]
    following = sweep(Place(phase, None, at[1]), at[0], OVERLAP)
    assert (following.phase if following else None) is then
    if following and at[0]:
        assert following.low == at[0].replace(minute=0) - OVERLAP


# --- pages ----------------------------------------------------------------------------------------------------------


def row(number: object = "1", **properties: object) -> dict[str, object]:
    values = {"lastname": "N", "hs_lead_status": None, "lastmodifieddate": "2026-12-02T08:00:00.123Z"} | properties
    return {
        "id": number,
        "properties": values,
        "createdAt": "x",
        "updatedAt": "2026-12-02T08:00:00Z",
        "archived": False,
    }


def page(*rows: object, **more: object) -> bytes:
    return json.dumps({"results": list(rows), **more}).encode()


def test_values_stay_the_texts_they_are_in_the_order_of_the_spec():
    _, [record], _ = Shape(PEOPLE).read(page(row(hs_lead_status="NEW", unasked="x")))
    assert record.values == ("N", "NEW")
    assert record.modified_at == datetime(2026, 12, 2, 8, 0, 0, 123000, tzinfo=UTC)


def test_a_survivor_brings_the_swallowed_records_along():
    people = stream("hubspot", "contacts", RecordKind.CONTACT, "lastname", "merged_into")
    shape = Shape(people)
    _, records, _ = shape.read(page(row("9", hs_merged_object_ids="7;8")))
    assert [(one.ref.id, one.deleted, one.values) for one in records] == [
        ("9", False, ("N", None)),
        ("7", True, (None, "9")),
        ("8", True, (None, "9")),
    ]
    assert "merged_into" not in shape.properties


def test_an_archived_record_is_deleted_at_the_time_it_was_archived():
    gone = row() | {"archived": True, "archivedAt": "2026-12-02T08:30:00Z"}
    _, [record], _ = Shape(PEOPLE).read(page(gone))
    assert (record.deleted, record.modified_at) == (True, datetime(2026, 12, 2, 8, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "bad",
    [
        row("2", lastname={"nested": 1}),
        row("2", lastmodifieddate="soon"),
        {"id": "2"},
        {"id": "2", "properties": []},
        row(7),
    ],
)
def test_a_row_that_cannot_be_read_is_set_apart_and_the_page_goes_on(bad):
    _, records, [rejected] = Shape(PEOPLE).read(page(row("1"), bad, row("3")))
    assert [one.ref.id for one in records] == ["1", "3"]
    assert rejected.ref.id in {"2", ""}
    assert rejected.detail


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}", b'{"results": 1}', b'{"results": [', b'{"results": [], "paging": 7}']
)
def test_an_answer_of_another_shape_stops_the_stream(body):
    with pytest.raises(ShapeChanged):
        Shape(PEOPLE).read(body)


def test_only_linked_versions_are_remembered_and_the_oldest_forgotten():
    def call(number: int, *parties: Ref, at: datetime = TEN_PAST) -> RawRecord:
        return RawRecord(Ref("hubspot", "calls", str(number)), at, deleted=False, values=(), parties=parties)

    ann, recent = Ref("hubspot", "contacts", "1"), Recent(size=2)
    for number in (1, 2, 3):
        recent.keep(call(number, ann))
    recent.keep(call(4))
    assert [recent.of(call(number)) for number in (1, 2, 3, 4)] == [(), (ann,), (ann,), ()]
    assert recent.of(call(3, at=TEN_PAST + OVERLAP)) == ()


# --- verdicts -------------------------------------------------------------------------------------------------------

A = WriteRow("a", Ref("hubspot", "contacts", "1"), {"x": "1"})
B = WriteRow("b", Ref("hubspot", "contacts", "2"), {"x": "1"})
NEW = WriteRow("n", Ref("hubspot", "tasks", ""), {"crmsync_key": "k1"}, unique_field="crmsync_key")
OTHER = WriteRow("o", Ref("hubspot", "tasks", ""), {"crmsync_key": "k2"}, unique_field="crmsync_key")
BAD = {"category": "VALIDATION_ERROR", "message": "no"}


def judged(batch: list[WriteRow], status: int, said: object) -> dict[str, str]:
    outcome = _judged(batch, Answer(status, json.dumps(said).encode()))
    assert isinstance(outcome, dict)
    return {name: verdict.kind.name for name, verdict in outcome.items()}


@pytest.mark.parametrize(
    "said,kinds",
    [
        ({"results": [{"id": "2"}, {"id": "1"}]}, {"a": "OK", "b": "OK"}),
        ({"results": [{"id": "9", "objectWriteTraceId": "a"}]}, {"a": "OK"}),
        ({"results": [{"id": "1", "objectWriteTraceId": "b"}]}, {"b": "OK"}),
        ({"results": []}, {}),
        ({"status": "PENDING"}, {}),
        (
            {"results": [{"id": "2"}], "errors": [BAD | {"context": {"objectWriteTraceId": ["a"]}}]},
            {"a": "REFUSED", "b": "OK"},
        ),
        ({"results": [], "errors": [BAD | {"context": {"ids": ["2"]}}]}, {"b": "REFUSED"}),
        ({"results": [], "errors": [BAD]}, {}),
        ({"results": [{"id": "1"}], "errors": [BAD | {"context": {"ids": ["1"]}}]}, {}),
    ],
)
def test_an_updated_row_has_the_verdict_that_names_it_and_no_other(said, kinds):
    for status in (200, 201, 207):
        assert judged([A, B], status, said) == kinds


@pytest.mark.parametrize(
    "results,kinds",
    [
        ([{"id": "5", "properties": {"crmsync_key": "k2"}}], {"o": "OK"}),
        ([{"id": "5", "properties": {}}, {"id": "6", "properties": {}}], {}),
        ([{"id": "5", "objectWriteTraceId": "n"}, {"id": "6", "objectWriteTraceId": "o"}], {"n": "OK", "o": "OK"}),
    ],
)
def test_a_new_row_is_known_by_its_trace_or_its_unique_value_never_by_its_position(results, kinds):
    assert judged([NEW, OTHER], 201, {"results": results}) == kinds


def test_new_rows_that_nothing_tells_apart_are_unknown():
    alike = [WriteRow(name, Ref("hubspot", "tasks", ""), {"subject": "Call"}) for name in ("n", "o")]
    assert judged(alike, 201, {"results": [{"id": "5"}, {"id": "6"}]}) == {}


def test_a_single_new_row_is_known_by_being_alone():
    alone = WriteRow("n", Ref("hubspot", "tasks", ""), {"subject": "Call"})
    assert judged([alone], 201, {"results": [{"id": "5"}]}) == {"n": "OK"}


@pytest.mark.parametrize(
    "value,text", [(None, ""), (True, "true"), (False, "false"), (60, "60"), (0.5, "0.5"), ("B, 60", "B, 60")]
)
def test_every_value_is_sent_as_a_text(value, text):
    assert spelled(value) == text


# --- transport ------------------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted() as made:
        yield made


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def portal(server, sleeps, notes) -> Iterator[HubSpotPortal]:
    url = f"http://127.0.0.1:{server.server_port}"
    made = hubspot(url, "2026-09", {"hubspot_token": "pat-1"}, "token", notes, sleeps)
    yield made  # type: ignore[misc]
    made.close()


FINE = (200, {}, page(row("1")))


def test_calls_are_signed_compressed_and_go_over_one_connection(server, portal):
    packed = gzip.compress(FINE[2])
    server.script = [(200, {"Content-Encoding": "gzip"}, packed), FINE]
    packed_page, plain_page = ([one.records for one in portal.pull(PEOPLE, None)] for _ in range(2))
    assert packed_page == plain_page
    headers = server.asked[0][2]
    assert headers["Authorization"] == "Bearer pat-1"
    assert headers["Accept-Encoding"] == "gzip"
    assert server.asked[0][1].startswith("/crm/objects/2026-09/contacts?")


@pytest.mark.parametrize(
    "retry_after,policy,waited",
    [
        ("3", "TEN_SECONDLY_ROLLING", 3.0),
        ("2500", "TEN_SECONDLY_ROLLING", 2.5),
        (None, "TEN_SECONDLY_ROLLING", 10.0),
        (None, "SECONDLY", 1.0),
    ],
)
def test_a_rate_limit_is_waited_out_as_long_as_asked_by_us_and_not_by_the_library(
    server, portal, sleeps, retry_after, policy, waited
):
    limit = json.dumps({"status": "error", "message": "limit", "policyName": policy}).encode()
    server.script = [(429, {"Retry-After": retry_after} if retry_after else {}, limit), FINE]
    list(portal.pull(PEOPLE, None))
    assert sleeps.seconds == [waited]
    assert len(server.asked) == 2


def test_a_spent_day_is_not_waited_out(server, portal, sleeps):
    server.script = [(429, {}, b'{"message": "daily", "policyName": "DAILY"}')]
    with pytest.raises(BudgetSpent):
        list(portal.pull(PEOPLE, None))
    assert not sleeps.seconds


def test_the_calls_of_the_day_are_read_off_the_answers(server, portal):
    headers = {"X-HubSpot-RateLimit-Daily": "1000", "X-HubSpot-RateLimit-Daily-Remaining": "990"}
    server.script = [(200, headers, b'{"portalId": 7, "accountType": "SANDBOX"}')]
    org = portal.org()
    assert (org.org_id, org.production, org.calls_today, org.calls_allowed) == ("7", False, 10, 1000)


@pytest.mark.parametrize("status", [302, 307])
def test_no_redirect_is_followed(server, portal, status):
    server.script = [(status, {"Location": "/elsewhere"}, b"")]
    with pytest.raises(ShapeChanged):
        list(portal.pull(PEOPLE, None))
    assert len(server.asked) == 1


def test_a_body_that_is_no_text_is_an_answer_nobody_understands(server, portal, sleeps):
    server.script = [(502, {}, b"\xff\xfe<html>"), FINE]
    list(portal.pull(PEOPLE, None))
    assert len(sleeps.seconds) == 1
    server.script = [(502, {}, b"\xff\xfe<html>")]
    assert [one.kind for one in portal.update("contacts", [A])] == [ReceiptKind.UNKNOWN]


REFUSAL = (403, {}, b'{"category": "MISSING_SCOPES", "message": "not for you"}')
CONFERENCES = stream("hubspot", "deals", RecordKind.DEAL, "dealname", optional=True)


def test_without_the_tier_a_stream_is_switched_off_with_one_event_and_not_asked_for_again(server, portal, notes):
    server.script = [REFUSAL]
    first, second = [list(portal.pull(VIEWS, known)) for known in (None, cursor(VIEWS))]
    assert [(page.records, page.last, page.cursor.upper) for page in first + second] == [
        ((), True, None),
        ((), True, TEN_PAST),
    ]
    assert len(server.asked) == 1
    assert notes.named("crm.stream_off") == 1


@pytest.mark.parametrize(
    "refusal,hours,again",
    [
        ((403, REFUSAL[2]), 23, 0),
        ((403, REFUSAL[2]), 24, 1),
        ((404, b'{"message": "resource not found"}'), 23, 0),
        ((404, b"<html>"), 1, 1),
    ],
)
def test_a_stream_that_was_off_long_enough_is_asked_for_again(server, portal, refusal, hours, again):
    now, then = [
        {"Date": (TEN_PAST + timedelta(hours=one)).strftime("%a, %d %b %Y %H:%M:%S GMT")} for one in (0, hours)
    ]
    server.script = [(refusal[0], now, refusal[1]), (200, then, page(row("1"))), (200, then, page())]
    for spec in (VIEWS, VIEWS, PEOPLE, VIEWS):
        list(portal.pull(spec, None))
    views = [path for _, path, _ in server.asked if "event-occurrences" in path]
    assert len(views) == 1 + again


@pytest.mark.parametrize("status", [403, 404])
def test_an_optional_stream_is_switched_off_and_a_needed_one_is_trouble(server, portal, status):
    server.script = [(status, {}, REFUSAL[2]), (403, {}, REFUSAL[2])]
    assert [one.records for one in portal.pull(CONFERENCES, None)] == [()]
    with pytest.raises(AccessLost):
        list(portal.pull(PEOPLE, None))


@pytest.mark.parametrize(
    "name,status,error",
    [
        ("deals", 403, RecordRefused),
        ("leads", 404, RecordRefused),
        ("0-136", 400, RecordRefused),
        ("contacts", 403, AccessLost),
        ("contacts", 404, ShapeChanged),
        ("calls", 403, AccessLost),
    ],
)
def test_an_object_that_is_sold_apart_may_be_missing_and_contacts_may_not(server, portal, name, status, error):
    server.script = [(status, {}, b'{"message": "no", "category": "X"}' if status != 403 else REFUSAL[2])]
    with pytest.raises(error):
        portal.describe(name)


def test_the_clock_is_asked_for_where_nothing_was_answered_and_even_a_refusal_tells_it(server, portal):
    server.script = [(403, {}, b'{"category": "MISSING_SCOPES", "message": "x"}')]
    assert portal.server_time().tzinfo is UTC
    portal.server_time()
    assert len(server.asked) == 1


def test_tasks_are_never_looked_for(server, portal):
    assert portal.find_tasks([]) == []
    assert not server.asked


def test_owners_are_fetched_from_both_lists_and_an_unknown_one_is_gone(server, portal):
    def owner(number: str, *, archived: bool) -> dict[str, object]:
        return {
            "id": number,
            "email": f"o{number}@example.com",
            "updatedAt": "2026-12-02T08:00:00Z",
            "archived": archived,
        }

    server.script = [(200, {}, page(owner("8", archived=True))), (200, {}, page(owner("7", archived=False)))]
    found = portal.fetch(OWNERS, [Ref("hubspot", "owners", one) for one in ("7", "8", "9")])
    assert [(one.values, one.deleted) for one in found] == [
        (("o7@example.com",), False),
        (("o8@example.com",), False),
        ((None,), True),
    ]


def test_an_owner_that_cannot_be_read_is_set_apart(server, portal):
    server.script = [(200, {}, page({"id": "8"})), (200, {}, page())]
    first, _ = portal.pull(OWNERS, None)
    assert [one.ref.id for one in first.rejected] == ["8"]


def test_an_occurrence_without_properties_still_counts_and_one_without_a_time_is_set_apart(server, portal):
    bare = {"id": "e1", "objectId": 77, "objectType": "CONTACT", "occurredAt": "2026-12-02T08:00:00Z"}
    server.script = [(200, {}, page(bare, {"id": "e2", "objectId": "78"}))]
    [only] = portal.pull(VIEWS, None)
    assert [(one.values, one.parties[0].id) for one in only.records] == [((None,), "77")]
    assert [one.ref.id for one in only.rejected] == ["e2"]


def test_occurrences_are_never_fetched_by_id(server, portal):
    with pytest.raises(InvariantBroken):
        portal.fetch(VIEWS, [Ref("hubspot", "events", "1")])
    assert not server.asked


@pytest.mark.parametrize("name,field", [("owners", "active"), ("events", "hs_url")])
def test_what_has_no_describe_is_described_without_a_call(server, portal, name, field):
    assert not portal.describe(name).fields[field].writable
    assert not server.asked


def test_a_record_with_many_links_is_read_to_its_last_one(server, portal):
    calls = stream("hubspot", "calls", RecordKind.ACTIVITY, "hs_call_title", associated=("contacts",))
    first = {"from": {"id": "1"}, "to": [{"toObjectId": 11}], "paging": {"next": {"after": "x"}}}
    second = {"from": {"id": "1"}, "to": [{"toObjectId": "12"}]}
    modified = {"hs_lastmodifieddate": "2026-12-02T08:00:00Z"}
    server.script = [(200, {}, page(row("1", **modified))), (200, {}, page(first)), (207, {}, page(second))]
    [only] = portal.pull(calls, None)
    assert [one.id for one in only.records[0].parties] == ["11", "12"]


def test_a_list_is_read_page_by_page_to_its_end(server, portal):
    more = {"paging": {"next": {"after": "77", "link": "https://elsewhere.example/never-followed"}}}
    server.script = [(200, {}, page(row("1"), **more)), (200, {}, page(row("2")))]
    first, second = portal.pull(PEOPLE, None)
    assert (first.last, second.last) == (False, True)
    assert "after=77" in server.asked[1][1]


def test_a_fetched_record_that_cannot_be_read_stops_rather_than_passes_for_gone(server, portal):
    server.script = [(200, {}, page(row("1", lastname={"odd": 1})))]
    with pytest.raises(ShapeChanged):
        portal.fetch(PEOPLE, [Ref("hubspot", "contacts", "1")])


def test_words_that_are_not_json_after_all_are_kept_as_they_are():
    fault = Fault("Property values were not valid: surprisingly", "VALIDATION_ERROR")
    assert fault.words == "VALIDATION_ERROR: Property values were not valid: surprisingly"


def test_options_are_told_where_the_portal_keeps_them_itself_and_hidden_ones_are_not(server, portal):
    status = {
        "name": "hs_lead_status",
        "type": "enumeration",
        "options": [{"value": "NEW"}, {"value": "OLD", "hidden": True}],
    }
    owner = {"name": "hubspot_owner_id", "type": "enumeration", "externalOptions": True, "options": [{"value": "7"}]}
    fixed = {"name": "createdate", "type": "datetime", "modificationMetadata": {"readOnlyValue": True}}
    server.script = [
        (200, {}, page(status, owner, fixed, {"name": "crmsync_key", "type": "string", "hasUniqueValue": True}))
    ]
    fields = portal.describe("contacts").fields
    assert (fields["hs_lead_status"].options, fields["hubspot_owner_id"].options) == (("NEW",), None)
    assert (fields["createdate"].writable, fields["crmsync_key"].unique) == (False, True)
