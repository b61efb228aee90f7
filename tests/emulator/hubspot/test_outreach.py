"""Forms, submissions, marketing e-mail events and the tier of event occurrences (facts/hubspot.md section 10)."""

from typing import Any

import pytest

from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow
from tests.emulator.hubspot.door import DATED, Door

FORM = "3c1d2e4f-0000-4000-8000-000000000001"
SENT = "/form-integrations/v1/submissions/forms/" + FORM
MAIL = "/email/public/v1/events"


@pytest.fixture
def busy(door: Door) -> Door:
    door.load("forms", FORM, name="Demo ES", fields=["email", "firstname"])
    door.load("contacts", "1", email="ann@example.com")
    for number in range(1, 4):
        at = f"2026-12-0{number}T09:00:00Z"
        values = {"email": "ann@example.com", "firstname": f"Ann {number}"}
        door.load("submissions", f"s{number}", formId=FORM, submittedAt=at, values=values, pageUrl="https://x.example/")
    return door


@pytest.fixture
def mailed(door: Door) -> Door:
    door.load("campaigns", "9", name="Spring", subject="Hello")
    for number, type_ in enumerate(("SENT", "DELIVERED", "OPEN", "CLICK"), 1):
        door.load("email_events", f"m{number}", type=type_, recipient="Ann@example.com", created=number * 1000,
                  emailCampaignId=9)  # fmt: skip
    door.load(
        "email_events", "m5", type="CLICK", recipient="bob@example.com", created=2500, emailCampaignId=10, bot=True
    )
    return door


def results(door: Door, target: str) -> list[dict[str, Any]]:
    status, body = door.call("GET", target)
    assert status == 200, body
    found: list[dict[str, Any]] = body["results"]
    return found


def events(door: Door, query: str = "") -> list[str]:
    status, body = door.call("GET", f"{MAIL}?limit=1000&{query}")
    assert status == 200, body
    return [one["id"] for one in body["events"]]


@pytest.mark.parametrize("root", ["/marketing/v3/forms", "/marketing/forms/2026-09-beta"])
def test_forms_are_listed_and_shown_with_their_fields(busy: Door, root: str) -> None:
    busy.load("forms", "other", formType="captured")
    assert [one["id"] for one in results(busy, f"{root}/")] == [FORM]
    assert [one["id"] for one in results(busy, f"{root}?formTypes=all&limit=1")] == [FORM]
    assert [one["id"] for one in results(busy, f"{root}?formTypes=all&after={FORM}")] == ["other"]
    shown = busy.call("GET", f"{root}/{FORM}")[1]
    assert [group["fields"][0]["name"] for group in shown["fieldGroups"]] == ["email", "firstname"]
    required = (
        "archived configuration createdAt displayOptions fieldGroups formType id legalConsentOptions name updatedAt"
    )
    assert set(shown) == set(required.split())


def test_making_forms_is_refused_in_words(busy: Door) -> None:
    for method, path in (("POST", "/marketing/v3/forms"), ("PATCH", f"/marketing/v3/forms/{FORM}")):
        status, body = busy.call(method, path, {})
        assert (status, "not supported by the emulator" in body["message"]) == (404, True)


def test_the_old_list_of_forms_is_a_bare_list(busy: Door) -> None:
    assert [(one["guid"], one["name"]) for one in busy.call("GET", "/forms/v2/forms")[1]] == [(FORM, "Demo ES")]


def test_submissions_come_newest_first_and_page_by_page(busy: Door) -> None:
    first = busy.call("GET", f"{SENT}?limit=2")[1]
    assert [one["conversionId"] for one in first["results"]] == ["s3", "s2"]
    assert first["results"][0]["submittedAt"] == 1796288400000
    assert first["results"][0]["values"][0] == {"name": "email", "value": "ann@example.com", "objectTypeId": "0-1"}
    second = busy.call("GET", f"{SENT}?limit=2&after={first['paging']['next']['after']}")[1]
    assert ([one["conversionId"] for one in second["results"]], "paging" in second) == (["s1"], False)


def test_a_page_of_submissions_stays_where_it_was_when_new_ones_arrive(busy: Door) -> None:
    after = busy.call("GET", f"{SENT}?limit=1")[1]["paging"]["next"]["after"]
    busy.load("submissions", "s4", formId=FORM, submittedAt="2026-12-05T09:00:00Z", values={})
    assert [one["conversionId"] for one in results(busy, f"{SENT}?after={after}")] == ["s2", "s1"]


@pytest.mark.parametrize("query", ["limit=51", "limit=0", "after=x"])
def test_a_page_of_submissions_has_fifty_at_most(busy: Door, query: str) -> None:
    assert busy.call("GET", f"{SENT}?{query}")[0] == 400


def test_submissions_of_an_unknown_form_are_a_404(door: Door) -> None:
    assert door.call("GET", SENT)[0] == 404


def test_who_is_known_by_the_address_has_the_form_event_too_and_only_once(busy: Door) -> None:
    busy.load("submissions", "s1", formId=FORM, values={"email": "ann@example.com"})
    found = results(busy, "/events/v3/events?objectType=contact&objectId=1&eventType=e_form_submission_v2")
    assert [one["properties"]["hs_form_name"] for one in found] == ["Demo ES"] * 3


def test_a_person_who_sends_a_form_moves_their_contact(busy: Door) -> None:
    fields: dict[str, Json] = {"formId": FORM, "values": {"email": "ann@example.com"}}
    busy.portal.act("visitor", {"op": "create", "type": "submissions", "id": "s9", "fields": fields})
    assert busy.properties("1", names="num_conversion_events")["num_conversion_events"] == "1"
    assert results(busy, SENT)[0]["conversionId"] == "s3"


@pytest.mark.parametrize(
    "query, ids",
    [
        ("", ["m4", "m3", "m5", "m2", "m1"]),
        ("eventType=OPEN", ["m3"]),
        ("eventType=open", []),
        ("recipient=ann@example.com", ["m4", "m3", "m2", "m1"]),
        ("campaignId=10", ["m5"]),
        ("appId=1", []),
        ("startTimestamp=2000&endTimestamp=3000", ["m3", "m5", "m2"]),
        ("excludeFilteredEvents=true", ["m4", "m3", "m2", "m1"]),
    ],
)
def test_mail_events_by_type_recipient_campaign_and_window(mailed: Door, query: str, ids: list[str]) -> None:
    assert events(mailed, query) == ids


def test_mail_events_go_on_at_the_offset_until_there_are_no_more(mailed: Door) -> None:
    seen, offset = [], ""
    while True:
        page = mailed.call("GET", f"{MAIL}?limit=2&offset={offset}")[1]
        seen += [one["id"] for one in page["events"]]
        offset = page["offset"]
        if not page["hasMore"]:
            break
    assert seen == ["m4", "m3", "m5", "m2", "m1"]
    assert mailed.call("GET", f"{MAIL}?offset={offset}")[1]["events"] == []


@pytest.mark.parametrize("query", ["limit=1001", "startTimestamp=yesterday", "offset=x"])
def test_what_the_mail_events_do_not_take(mailed: Door, query: str) -> None:
    assert mailed.call("GET", f"{MAIL}?{query}")[0] == 400


@pytest.mark.parametrize("marked", [True, False])
def test_a_mail_scanner_may_be_marked_or_only_betrayed_by_its_agent(mailed: Door, marked: bool) -> None:
    mailed.desk.faults.add({"kind": "switch", "name": "filtered_event_marked", "on": marked})
    found = mailed.call("GET", f"{MAIL}/2500/m5")[1]
    assert (found.get("filteredEvent"), "MailScanner" in found["userAgent"]) == (True if marked else None, True)


def test_one_mail_event_is_found_by_both_parts_of_its_identity(mailed: Door) -> None:
    assert mailed.call("GET", f"{MAIL}/3000/m3")[1]["type"] == "OPEN"
    assert mailed.call("GET", f"{MAIL}/3001/m3")[0] == 404


def test_campaigns_are_listed_and_counted(mailed: Door) -> None:
    first = mailed.call("GET", "/email/public/v1/campaigns/by-id?limit=1")[1]
    assert ([one["id"] for one in first["campaigns"]], first["hasMore"]) == ([9], True)
    rest = mailed.call("GET", f"/email/public/v1/campaigns?offset={first['offset']}")[1]
    assert ([one["id"] for one in rest["campaigns"]], rest["hasMore"]) == ([10], False)
    shown = mailed.call("GET", "/email/public/v1/campaigns/9?appId=1")[1]
    assert (shown["name"], shown["counters"]) == ("Spring", {"sent": 1, "delivered": 1, "open": 1, "click": 1})
    assert mailed.call("GET", "/email/public/v1/campaigns/77")[0] == 404


@pytest.mark.parametrize(
    "type_, fields",
    [
        ("submissions", {"values": {}}),
        ("submissions", {"formId": "f", "values": {}, "submittedAt": "soon"}),
        ("email_events", {"type": "OPENED", "recipient": "a@example.com"}),
        ("email_events", {"type": "OPEN"}),
        ("campaigns", {}),
    ],
)
def test_rows_that_make_no_sense_are_refused(door: Door, type_: str, fields: dict[str, Any]) -> None:
    with pytest.raises(BadRow):
        door.portal.load({"type": type_, "fields": fields})


@pytest.mark.parametrize("tier, status", [(True, 200), (False, 403)])
@pytest.mark.parametrize("path", ["/events/v3/events", "/events/event-occurrences/2026-09"])
def test_event_occurrences_need_the_tier_and_their_types_do_not(door: Door, path: str, tier: bool, status: int) -> None:
    door.desk.faults.add({"kind": "switch", "name": "event_tier", "on": tier})
    assert door.call("GET", path)[0] == status
    assert door.call("GET", f"{path}/event-types")[0] == 200


@pytest.mark.parametrize(
    "query, ids",
    [
        ("property.hs_url=https://X.example/a", ["e1"]),
        ("objectProperty.email=bob@example.com", ["e2"]),
        ("id=e1&id=e2", ["e2", "e1"]),
        ("objectType=contact&objectProperty.email=ann@example.com&eventType=e_visited_page", ["e1"]),
    ],
)
def test_event_occurrences_by_property_of_the_event_or_the_contact(door: Door, query: str, ids: list[str]) -> None:
    for number, name in ((1, "ann"), (2, "bob")):
        door.load("contacts", str(number), email=f"{name}@example.com")
        url = {"hs_url": f"https://x.example/{'ab'[number - 1]}"}
        door.load("events", f"e{number}", objectId=number, eventType="e_visited_page", properties=url,
                  occurredAt=f"2026-12-01T0{number}:00:00Z")  # fmt: skip
    assert [one["id"] for one in results(door, f"/events/v3/events?{query}")] == ids


def test_webhooks_and_other_parts_are_refused_in_words(door: Door) -> None:
    for path in (
        "/webhooks/v3/1/subscriptions",
        "/automation/v4/flows",
        "/crm/v3/extensions/cards/1",
        "/scheduler/2026-03/x",
    ):
        status, body = door.call("GET", path)
        assert (status, body["category"]) == (404, "NOT_SUPPORTED")
        assert body["message"].endswith("is not supported by the emulator")
    assert door.call("GET", "/no/such")[1]["message"] == "resource not found"
    assert door.call("GET", f"{DATED}/contacts")[0] == 200


def test_paging_backwards_is_refused_in_words(door: Door) -> None:
    status, body = door.call("GET", "/events/v3/events?before=1-1")
    assert (status, "not supported by the emulator" in body["message"]) == (400, True)


def test_a_mail_that_is_read_moves_the_counters_of_its_reader_and_a_scanner_does_not(door: Door) -> None:
    door.load("contacts", "1", email="ann@example.com")
    door.world.clock.advance(60)
    for type_, bot in (("SENT", False), ("DELIVERED", False), ("OPEN", True), ("OPEN", False), ("CLICK", False)):
        fields: dict[str, Json] = {"type": type_, "recipient": "Ann@example.com", "bot": bot}
        door.portal.act("visitor", {"op": "create", "type": "email_events", "fields": fields})
    names = ("delivered", "open", "click", "bounce", "last_open_date", "sends_since_last_engagement")
    found = door.properties("1", names=",".join(["lastmodifieddate", *(f"hs_email_{name}" for name in names)]))
    at = "2026-12-02T09:01:00.000Z"
    assert found.pop("lastmodifieddate") == at
    assert [found[f"hs_email_{name}"] for name in names] == ["1", "1", "1", None, at, "0"]


@pytest.fixture
def webinar(door: Door) -> Door:
    for number, (name, state) in enumerate((("ann", "ATTENDED"), ("bob", "REGISTERED"), ("cyd", "EMPTY")), 1):
        door.load("contacts", str(number), email=f"{name}@example.com", firstname=name)
        door.load("attendances", "", marketingEventId=7, name="Webinar", email=f"{name}@example.com", state=state)
    return door


@pytest.mark.parametrize("root", ["/marketing/v3/marketing-events", "/marketing/marketing-events/2026-09"])
@pytest.mark.parametrize("person", ["1", "ann@example.com"])
def test_what_a_contact_attended_is_told_by_id_or_address(webinar: Door, root: str, person: str) -> None:
    found = results(webinar, f"{root}/participations/contacts/{person}/breakdown")
    assert [one["associations"]["marketingEvent"]["name"] for one in found] == ["Webinar"]
    assert found[0]["associations"]["contact"] == {"contactId": "1", "email": "ann@example.com", "firstname": "ann"}
    assert found[0]["properties"] == {"occurredAt": 1796202000000, "attendanceState": "ATTENDED"}


def test_who_attended_an_event_is_listed_and_counted(webinar: Door) -> None:
    root = "/marketing/v3/marketing-events/participations"
    first = webinar.call("GET", f"{root}/7/breakdown?limit=2")[1]
    rest = webinar.call("GET", f"{root}/7/breakdown?limit=2&after={first['paging']['next']['after']}")[1]
    assert ([one["id"] for one in first["results"] + rest["results"]], first["total"]) == (["1", "2", "3"], 3)
    assert len(results(webinar, f"{root}/7/breakdown?state=EMPTY")) == 1
    assert webinar.call("GET", f"{root}/7")[1] == {"attended": 1, "registered": 1, "cancelled": 0, "noShows": 1}
    assert [webinar.call("GET", f"{root}/{rest}")[0] for rest in ("8", "contacts/9/breakdown")] == [404, 404]


def test_what_follows_a_sending_says_by_which_it_was_sent(mailed: Door) -> None:
    assert mailed.call("GET", f"{MAIL}/3000/m3")[1]["sentBy"] == {"id": "m1", "created": 1000}
    assert "sentBy" not in mailed.call("GET", f"{MAIL}/2500/m5")[1]
