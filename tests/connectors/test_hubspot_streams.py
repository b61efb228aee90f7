"""What is read of a portal beside its objects, with answers shaped as facts/hubspot.md 5 and 10 show them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crmsync.connectors.hubspot.pseudo import PSEUDO
from crmsync.connectors.hubspot.queue import Queue, queued
from crmsync.connectors.hubspot.stamps import milliseconds, moment
from crmsync.connectors.registry import hubspot
from crmsync.model.errors import InvariantBroken, ShapeChanged
from crmsync.model.records import RecordKind, Ref
from crmsync.model.streams import Cursor
from tests.connectors.doubles import Notes, Sleeps, stream
from tests.connectors.scripted import scripted

TEN = datetime(2026, 12, 2, 10, 2, tzinfo=UTC)
DATE = {"Date": "Wed, 02 Dec 2026 10:02:00 GMT"}
MAIL = stream(
    "hubspot",
    "opens",
    RecordKind.ACTIVITY,
    *("created", "recipient", "filteredEvent", "userAgent", "sentAt", "secondsAfterSent", "browser"),
    object="email_events",
    event_type="OPEN",
)
FORMS = stream(
    "hubspot",
    "form_submissions",
    RecordKind.ACTIVITY,
    *("submittedAt", "formName", "pageUrl", "email", "company"),
)
LISTS = stream("hubspot", "lists", RecordKind.LIST, "name", "processingType", "size")
MEMBERS = stream("hubspot", "memberships", RecordKind.MEMBER, "listId", "recordId", "listName")
IMPORTS = stream("hubspot", "imports", RecordKind.LIST, "importName", "importSource", "listId")
HISTORY = stream(
    "hubspot",
    "contacts_history",
    RecordKind.HISTORY,
    *("property", "before", "value", "sourceType", "updatedByUserId"),
    tracked=("hs_lead_status", "hubspot_owner_id"),
)


@pytest.fixture
def server():
    with scripted() as made:
        yield made


@pytest.fixture
def portal(server):
    made = hubspot(
        f"http://127.0.0.1:{server.server_port}", "2026-09", {"hubspot_token": "t"}, "token", Notes(), Sleeps()
    )
    yield made
    made.close()


def answers(*bodies: object):
    return [(200, DATE, json.dumps(one).encode()) for one in bodies]


def at(text: str) -> int:
    return milliseconds(datetime.fromisoformat(text))


def since(spec, upper=TEN) -> Cursor:
    return Cursor("hubspot", spec.name, spec.digest, upper)


def paths(server) -> list[str]:
    return [path for _, path, _ in server.asked]


def read(portal, spec, cursor=None):
    pages = list(portal.pull(spec, cursor))
    return [one for page in pages for one in page.records], [one for page in pages for one in page.rejected], pages[-1]


# --- instants -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stamp",
    ["2026-12-02T10:02:00Z", "2026-12-02T11:02:00.000+01:00", 1796205720000, "1796205720000", 1796205720000.0],
)
def test_an_instant_is_understood_in_both_spellings(stamp):
    assert moment(stamp) == TEN


@pytest.mark.parametrize("stamp", [None, "", "soon", "2026-12-02T10:02:00", True, "9" * 40, 1e300, float("nan")])
def test_what_is_no_instant_is_a_value_error(stamp):
    with pytest.raises(ValueError, match=r"stamp|row does not say|isoformat|NaN"):
        moment(stamp)


# --- mails ----------------------------------------------------------------------------------------------------------


OPEN = {
    "appId": 113,
    "created": at("2026-12-02T09:00:03Z"),
    "emailCampaignId": 7,
    "id": "a1b2",
    "portalId": 62515,
    "recipient": "ann@lumen.example",
    "type": "OPEN",
    "sentBy": {"id": "s1", "created": at("2026-12-02T09:00:00Z")},
    "browser": {"name": "Outlook", "family": "Outlook", "version": []},
    "userAgent": "Mozilla/5.0 (Barracuda)",
    "filteredEvent": True,
}


def test_an_opened_mail_comes_with_what_gives_a_machine_away(server, portal):
    server.script = answers({"portalId": 7}, {"hasMore": False, "offset": "z", "events": [OPEN]})
    [event], _, _ = read(portal, MAIL)
    assert event.ref.id == f"a1b2:{OPEN['created']}"
    assert event.modified_at == datetime(2026, 12, 2, 9, 0, 3, tzinfo=UTC)
    assert event.values == (
        OPEN["created"],
        "ann@lumen.example",
        True,
        "Mozilla/5.0 (Barracuda)",
        at("2026-12-02T09:00:00Z"),
        3.0,
        "Outlook",
    )


def test_mails_are_read_to_the_last_page_from_the_overlap_on_and_only_of_their_type(server, portal):
    server.script = answers(
        {"hasMore": True, "offset": "next-1", "events": [OPEN]}, {"hasMore": False, "events": [OPEN | {"id": "c3"}]}
    )
    events, _, last = read(portal, MAIL, since(MAIL))
    assert [one.ref.id.split(":")[0] for one in events] == ["a1b2", "c3"]
    assert all(
        "eventType=OPEN" in path and f"startTimestamp={at('2026-12-02T09:52Z')}" in path for path in paths(server)
    )
    assert "offset=next-1" in paths(server)[1]
    assert (last.cursor.upper, last.last) == (TEN, True)


def test_the_first_look_goes_ninety_days_back_whatever_was_asked_before(server, portal):
    more = {"hasMore": True, "offset": "o", "events": [OPEN]}
    server.script = answers({"portalId": 7}, more, {"events": []})
    read(portal, MAIL)
    begins = f"startTimestamp={at('2026-09-03T00:00Z')}"
    assert [begins in path for path in paths(server)] == [False, True, True]


def test_a_mail_event_may_lack_everything_but_its_name_and_instant(server, portal):
    bare = {"id": "b", "created": str(OPEN["created"])}
    odd = [{"id": "c", "type": "OPEN"}, {"id": "d", "created": "x", "type": "OPEN"}]
    server.script = answers({"portalId": 7}, {"events": [bare, *odd]})
    [event], rejected, _ = read(portal, MAIL)
    assert event.values[1:] == (None,) * 6
    assert [one.ref.id for one in rejected] == ["c", ""]


# --- forms ----------------------------------------------------------------------------------------------------------


FORM = {"id": "f-1", "name": "Demo ES"}


def submission(name: str, when: str, **values: object) -> dict[str, object]:
    return {
        "conversionId": name,
        "submittedAt": at(when),
        "values": [{"name": one, "value": value, "objectTypeId": "0-1"} for one, value in values.items()],
        "pageUrl": "https://halden.example/demo",
    }


def test_each_form_is_read_down_to_the_first_submission_that_is_known(server, portal):
    new, old = submission("n", "2026-12-02T10:00Z", email="a@b.example"), submission("o", "2026-12-02T09:00Z")
    server.script = answers(
        {"results": [FORM, FORM | {"id": "f-2", "name": "News"}]},
        {"results": [new, old], "paging": {"next": {"after": "more"}}},
        {"results": [submission("p", "2026-12-02T09:59Z", email="c@d.example")]},
    )
    found, _, last = read(portal, FORMS, since(FORMS, TEN - timedelta(minutes=10)))
    assert [(one.ref.id, one.values[1], one.values[3], one.values[4]) for one in found] == [
        ("n", "Demo ES", "a@b.example", None),
        ("p", "News", "c@d.example", None),
    ]
    assert [path.split("?")[0] for path in paths(server)] == [
        "/marketing/v3/forms",
        "/form-integrations/v1/submissions/forms/f-1",
        "/form-integrations/v1/submissions/forms/f-2",
    ]
    assert last.cursor.upper == TEN


def test_the_first_time_every_page_of_a_form_is_read_and_another_process_can_go_on(server, portal):
    server.script = answers(
        {"results": [FORM], "paging": {"next": {"after": "9"}}},
        {"results": []},
        {"results": [submission("a", "2026-01-01T00:00Z")], "paging": {"next": {"after": "more"}}},
        {"results": [submission("b", "2025-01-01T00:00Z")]},
    )
    pages = portal.pull(FORMS, None)
    begun = [next(pages), next(pages)]
    rest = list(portal.pull(FORMS, begun[-1].cursor))
    assert [one.ref.id for page in [*begun, *rest] for one in page.records] == ["a", "b"]
    assert "after=more" in paths(server)[-1]


@pytest.mark.parametrize(
    "spec,after,calls",
    [
        (FORMS, timedelta(minutes=2), 0),
        (FORMS, timedelta(minutes=3), 1),
        (LISTS, timedelta(minutes=57), 0),
        (LISTS, timedelta(minutes=58), 1),
    ],
)
def test_what_costs_many_calls_is_asked_for_at_its_own_pace_by_the_servers_clock(server, portal, spec, after, calls):
    now = {"Date": (TEN + after).strftime("%a, %d %b %Y %H:%M:%S GMT")}
    server.script = [(200, now, b'{"portalId": 7}'), (200, now, b'{"results": [], "lists": []}')]
    portal.org()
    [page] = portal.pull(spec, since(spec))
    assert len(server.asked) == 1 + calls
    assert page.last
    assert page.cursor.upper == (TEN + after if calls else TEN)


def test_a_pass_that_broke_off_goes_on_whatever_the_pace(server, portal):
    server.script = answers({"portalId": 7}, {"results": [FORM]}, {"results": []})
    portal.org()
    begun = next(iter(portal.pull(FORMS, since(FORMS, TEN - timedelta(minutes=10)))))
    broken_off = Cursor("hubspot", FORMS.name, FORMS.digest, TEN, begun.cursor.position)
    assert [page.last for page in portal.pull(FORMS, broken_off)] == [True]
    assert len(server.asked) == 3


@pytest.mark.parametrize("spec", [FORMS, MEMBERS])
def test_a_form_or_list_that_was_deleted_since_it_was_listed_is_passed_over(server, portal, spec):
    listed = {"results": [FORM, FORM | {"id": "f-2"}], "lists": [LIST, LIST | {"listId": "14"}]}
    gone = (404, DATE, b'{"status": "error", "message": "resource not found"}')
    server.script = [*answers(listed), gone, *answers({"results": []})]
    assert read(portal, spec)[2].last
    assert len(server.asked) == 3


def test_a_portal_without_forms_is_one_call(server, portal):
    server.script = answers({"results": []})
    assert read(portal, FORMS)[0] == []


# --- lists ----------------------------------------------------------------------------------------------------------


LIST = {
    "listId": "12",
    "name": "Bought DE",
    "processingType": "MANUAL",
    "objectTypeId": "0-1",
    "createdAt": "2026-12-01T08:00:00Z",
    "updatedAt": "2026-12-02T09:58:00Z",
    "additionalProperties": {"hs_list_size": "2", "hs_last_record_added_at": str(at("2026-12-02T09:58Z"))},
}


def test_lists_of_contacts_are_named_and_those_of_companies_are_not(server, portal):
    server.script = answers(
        {"lists": [LIST, LIST | {"listId": "13", "objectTypeId": "0-2"}], "hasMore": True, "offset": 2},
        {"lists": [LIST | {"listId": 14, "processingType": "DYNAMIC", "updatedAt": None}], "hasMore": False},
    )
    found, _, _ = read(portal, LISTS)
    assert [(one.ref.id, one.values) for one in found] == [
        ("12", ("Bought DE", "MANUAL", "2")),
        ("14", ("Bought DE", "DYNAMIC", "2")),
    ]
    assert [json.loads(body)["offset"] for body in server.bodies] == [0, 2]


def test_a_list_that_says_more_and_gives_nothing_does_not_loop(server, portal):
    server.script = answers({"lists": [], "hasMore": True, "offset": 0})
    assert read(portal, LISTS)[0] == []


def test_who_is_in_a_static_list_is_one_record_each_with_its_contact(server, portal):
    server.script = answers(
        {"lists": [LIST, LIST | {"listId": "14", "processingType": "DYNAMIC"}]},
        {
            "results": [{"recordId": "101", "membershipTimestamp": "2026-12-02T09:57:00Z"}],
            "paging": {"next": {"after": "c"}},
        },
        {"results": [{"recordId": 102, "membershipTimestamp": "2026-12-02T09:58:00Z"}, {"recordId": "103"}]},
    )
    found, rejected, _ = read(portal, MEMBERS)
    assert [(one.ref.id, one.values, one.parties) for one in found] == [
        ("12:101", ("12", "101", "Bought DE"), (Ref("hubspot", "contacts", "101"),)),
        ("12:102", ("12", "102", "Bought DE"), (Ref("hubspot", "contacts", "102"),)),
    ]
    assert [one.ref.id for one in rejected] == ["103"]
    assert json.loads(server.bodies[0])["processingTypes"] == ["MANUAL", "SNAPSHOT"]


@pytest.mark.parametrize(
    "added,read_again", [(at("2026-12-02T09:00Z"), False), (at("2026-12-02T09:55Z"), True), ("", True), ("soon", True)]
)
def test_only_lists_somebody_was_added_to_are_looked_into_again(server, portal, added, read_again):
    touched = LIST | {"additionalProperties": {"hs_list_size": "2", "hs_last_record_added_at": str(added)}}
    member = {"recordId": "101", "membershipTimestamp": "2026-12-02T09:55:00Z"}
    old = {"recordId": "100", "membershipTimestamp": "2026-12-02T08:00:00Z"}
    server.script = answers({"lists": [touched]}, {"results": [old, member]})
    found, _, _ = read(portal, MEMBERS, since(MEMBERS, TEN - timedelta(minutes=3)))
    assert [one.ref.id for one in found] == (["12:101"] if read_again else [])


def test_an_empty_list_is_not_looked_into(server, portal):
    server.script = answers({"lists": [LIST | {"additionalProperties": {"hs_list_size": "0"}}]})
    assert read(portal, MEMBERS)[0] == []
    assert len(server.asked) == 1


@pytest.mark.parametrize("token", ["", "{}", "gibberish", '{"items": []}'])
def test_a_place_nobody_understands_stops_the_stream(token):
    with pytest.raises(ShapeChanged):
        queued(token)


def test_a_queue_ends_with_its_last_thing():
    queue = Queue.of([("1", "a"), ("2", "b")])
    assert queued(queue.further("x").token() or "").after == "x"
    assert queue.rest().first.name == "b"
    assert queue.rest().rest().token() is None


# --- imports --------------------------------------------------------------------------------------------------------


def test_an_import_names_the_list_of_contacts_it_filled(server, portal):
    one = {
        "id": "55",
        "state": "DONE",
        "importSource": "CRM_UI",
        "importName": "Fair list.csv",
        "metadata": {
            "counters": {"CREATED_OBJECTS": 9},
            "fileIds": ["1"],
            "objectLists": [{"objectType": "COMPANY", "listId": "8"}, {"objectType": "CONTACT", "listId": "9"}],
        },
        "optOutImport": False,
        "createdAt": "2026-12-01T08:00:00Z",
        "updatedAt": "2026-12-01T08:05:00Z",
    }
    bare = {"id": "56", "state": "STARTED", "createdAt": at("2026-12-02T09:00Z")}
    server.script = answers({"results": [one], "paging": {"next": {"after": "n"}}}, {"results": [bare, {"id": "57"}]})
    found, rejected, _ = read(portal, IMPORTS)
    assert [(it.ref.id, it.values) for it in found] == [
        ("55", ("Fair list.csv", "CRM_UI", "9")),
        ("56", (None, None, None)),
    ]
    assert [it.modified_at for it in found] == [moment("2026-12-01T08:05:00Z"), moment("2026-12-02T09:00:00Z")]
    assert len(rejected) == 1


def test_imports_that_are_known_are_left_out(server, portal):
    server.script = answers({"results": [{"id": "55", "createdAt": "2026-12-01T08:00:00Z"}]})
    assert read(portal, IMPORTS, since(IMPORTS, TEN - timedelta(hours=2)))[0] == []


# --- history --------------------------------------------------------------------------------------------------------


def told(number: str, *entries: tuple[str, str, str]) -> dict[str, object]:
    newest_first = [
        {"value": value, "timestamp": f"2026-12-02T{when}Z", "sourceType": source, "updatedByUserId": 7}
        for when, value, source in entries
    ]
    return {"id": number, "properties": {}, "propertiesWithHistory": {"hs_lead_status": newest_first}}


THREE = [("09:59:00", "OPEN", "API"), ("09:00:00", "", "CRM_UI"), ("08:00:00", "NEW", "IMPORT")]


def test_each_value_a_property_had_is_one_record_with_the_value_before_it(server, portal):
    server.script = answers({"results": [told("7", *THREE)]})
    found, _, _ = read(portal, HISTORY)
    assert [(one.values, one.parties[0].id) for one in found] == [
        (("hs_lead_status", None, "NEW", "IMPORT", 7), "7"),
        (("hs_lead_status", "NEW", None, "CRM_UI", 7), "7"),
        (("hs_lead_status", None, "OPEN", "API", 7), "7"),
    ]
    assert len({one.ref for one in found}) == 3
    assert "limit=50" in paths(server)[0]
    assert "propertiesWithHistory=hs_lead_status%2Chubspot_owner_id" in paths(server)[0]


def test_entries_of_one_millisecond_keep_their_order_and_their_own_names(server, portal):
    same = [("09:00:00", "B", "API"), ("09:00:00", "A", "API")]
    server.script = answers({"results": [told("7", *same)]}, {"results": [told("7", *same)]})
    first, again = [read(portal, HISTORY)[0] for _ in range(2)]
    assert [one.values[1:3] for one in first] == [(None, "A"), ("A", "B")]
    assert [one.ref for one in first] == [one.ref for one in again]
    assert len({one.ref for one in first}) == 2


def test_later_only_contacts_that_changed_are_asked_and_only_new_values_told(server, portal):
    rows = [{"id": str(one), "properties": {"lastmodifieddate": "2026-12-02T10:00:00Z"}} for one in range(1, 61)]
    server.script = answers(
        {"total": 60, "results": rows}, {"results": [told("1", *THREE)]}, {"results": [told("60", *THREE)]}
    )
    found, _, _ = read(portal, HISTORY, since(HISTORY))
    assert [(one.values[2], one.parties[0].id) for one in found] == [("OPEN", "1"), ("OPEN", "60")]
    assert [len(json.loads(body).get("inputs", [])) for body in server.bodies] == [0, 50, 10]
    assert json.loads(server.bodies[1])["propertiesWithHistory"] == ["hs_lead_status", "hubspot_owner_id"]


def test_a_history_that_cannot_be_read_is_set_apart(server, portal):
    broken = {"id": "8", "propertiesWithHistory": {"hs_lead_status": [{"value": "x", "timestamp": "soon"}]}}
    server.script = answers({"results": [broken, told("7", *THREE)]})
    found, rejected, _ = read(portal, HISTORY)
    assert (len(found), [one.ref.id for one in rejected]) == (3, ["8"])


# --- all of them ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PSEUDO)
def test_what_is_no_object_is_described_without_a_call_and_never_written(server, portal, name):
    fields = portal.describe(name).fields.values()
    assert fields
    assert not any(one.writable or one.creatable for one in fields)
    assert not server.asked


@pytest.mark.parametrize("name", PSEUDO)
def test_what_is_no_object_is_documented_with_its_fields(name):
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8")
    line = page.partition(f"- `object: {name}`")[2].partition("\n- `object")[0].partition("\n\n")[0]
    assert all(f"`{field}`" in line for field in PSEUDO[name])


@pytest.mark.parametrize("name", sorted(set(PSEUDO) - {"owners"}))
def test_what_is_no_object_is_never_fetched_by_id_nor_counted(server, portal, name):
    spec = stream("hubspot", name, RecordKind.ACTIVITY)
    with pytest.raises(InvariantBroken):
        portal.fetch(spec, [Ref("hubspot", name, "1")])
    assert (portal.count(spec), list(portal.census(spec, None))) == (None, [])
    assert not server.asked
