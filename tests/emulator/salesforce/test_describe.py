"""What the org tells about itself (facts/salesforce.md sections 7 and 8.5)."""

import pytest

from tests.emulator.salesforce.door import Door, V, shared

SAME = ("type", "length", "createable", "updateable", "nillable", "defaultedOnCreate", "restrictedPicklist", "idLookup",
        "unique", "externalId", "filterable", "sortable", "referenceTo", "soapType", "custom")  # fmt: skip


@pytest.mark.parametrize("name", ["Lead", "Contact"])
def test_fields_equal_those_of_a_recorded_org(door: Door, name):
    recorded = {field["name"]: field for field in shared(f"salesforce-describe/{name}.json")["fields"]}
    ours = {field["name"]: field for field in door.call("GET", f"{V}/sobjects/{name}/describe")[1]["fields"]}
    expected = set(recorded) - {"DandbCompanyId"}  # belongs to a data service, not to the stock org
    assert set(ours) == expected
    for field in expected:
        assert {key: ours[field][key] for key in SAME} == {key: recorded[field][key] for key in SAME}, field


@pytest.mark.parametrize(
    "name, field", [("Lead", "Status"), ("Lead", "LeadSource"), ("Lead", "Rating"), ("Contact", "LeadSource")]
)
def test_picklists_equal_those_of_a_recorded_org(door: Door, name, field):
    recorded = {row["name"]: row for row in shared(f"salesforce-describe/{name}.json")["fields"]}[field]
    ours = {row["name"]: row for row in door.call("GET", f"{V}/sobjects/{name}/describe")[1]["fields"]}[field]
    assert [(value["value"], value["defaultValue"]) for value in ours["picklistValues"]] == [
        (value["value"], value["defaultValue"]) for value in recorded["picklistValues"]
    ]


@pytest.mark.parametrize("name", ["Task", "User", "Group", "Organization", "Account", "Opportunity", "LeadStatus"])
def test_the_other_objects_hold_only_fields_a_real_org_has(door: Door, name):
    real = shared("salesforce-describe/jsforce-standard-schema.json")[name]["fields"]
    ours = {field["name"]: field for field in door.call("GET", f"{V}/sobjects/{name}/describe")[1]["fields"]}
    newer = {"CompletedDateTime", "AccountNumber"}  # added after that older list, or hidden from its user
    assert set(ours) - set(real) - newer == set()
    wrong = {field for field in set(ours) & set(real) if ours[field]["nillable"] != real[field]["nillable"]}
    assert wrong == set()


def test_a_stock_org_has_no_custom_field(door: Door):
    for name in ("Lead", "Contact", "Task"):
        fields = door.call("GET", f"{V}/sobjects/{name}/describe")[1]["fields"]
        assert [field["name"] for field in fields if field["custom"]] == []


def test_the_global_describe_lists_every_object_with_its_prefix(door: Door):
    _, body = door.call("GET", f"{V}/sobjects/")
    prefixes = {row["name"]: row["keyPrefix"] for row in body["sobjects"]}
    assert {name: prefixes[name] for name in ("Lead", "Contact", "Task", "User", "Group")} == {
        "Lead": "00Q",
        "Contact": "003",
        "Task": "00T",
        "User": "005",
        "Group": "00G",
    }


def test_limits_go_down_with_the_calls(door: Door):
    door.desk.calls["anything"] += 10
    _, body = door.call("GET", f"{V}/limits/")
    assert body["DailyApiRequests"] == {"Max": 15000, "Remaining": 14990}


def test_versions_need_no_session(door: Door):
    status, body = door.call("GET", "/services/data/", headers={"authorization": ""})
    assert (status, body[0]) == (200, {"label": "Winter '25", "url": "/services/data/v62.0", "version": "62.0"})


def test_the_org_says_what_it_is(door: Door):
    _, body = door.query("SELECT Id, Name, IsSandbox, OrganizationType, InstanceName FROM Organization")
    assert body["totalSize"] == 1
    assert body["records"][0]["IsSandbox"] is False


def test_record_counts_leave_deleted_rows_out(door: Door):
    door.lead()
    door.lead(IsDeleted=True)
    assert door.call("GET", f"{V}/limits/recordCount?sObjects=Lead")[1] == {"sObjects": [{"name": "Lead", "count": 1}]}


def test_a_version_lists_its_resources_and_an_object_its_last_rows(door: Door):
    assert door.call("GET", V)[1]["query"] == f"{V}/query"
    lead = door.lead()
    _, body = door.call("GET", f"{V}/sobjects/Lead")
    assert (body["objectDescribe"]["keyPrefix"], [row["Id"] for row in body["recentItems"]]) == ("00Q", [lead])


def test_an_object_that_is_not_there_is_not_found(door: Door):
    assert door.call("GET", f"{V}/sobjects/Lede/describe")[0] == 404
