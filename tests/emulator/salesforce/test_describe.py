"""What the org tells about itself (facts/salesforce.md sections 7 and 8.5)."""

import pytest

from tests.emulator.salesforce.door import Door, V, shared

# What the recorded org had beyond the stock: a data service, person accounts, partners, products and packages.
EXTRA = {
    "Lead": {"DandbCompanyId"},
    "Contact": set(),
    "Account": set(
        """RecordTypeId IsPartner IsCustomerPortal ChannelProgramName ChannelProgramLevelName DunsNumber Tradestyle
        NaicsCode NaicsDesc YearStarted DandbCompanyId OperatingHoursId""".split()
    ),
    "Opportunity": set(
        """ContactId HasOpenActivity HasOverdueTask LastAmountChangedHistoryId LastCloseDateChangedHistoryId
        FiscalQuarter FiscalYear Fiscal""".split()
    ),
    "OpportunityContactRole": set(),
    "Event": set(
        """RecurrenceTimeZoneSidKey IsRecurrence2Exclusion Recurrence2PatternText Recurrence2PatternVersion
        IsRecurrence2 IsRecurrence2Exception Recurrence2PatternStartDate Recurrence2PatternTimeZone""".split()
    ),
}
# keys whose value belongs to that org: an account's name is a person's where person accounts are on
UNEQUAL = {("Account", "Name"): {"compoundFieldName", "extraTypeInfo"}}


@pytest.mark.parametrize("name", EXTRA)
def test_every_key_of_every_field_equals_that_of_a_recorded_org(door: Door, name):
    recorded = {row["name"]: row for row in shared(f"salesforce-describe/{name}.json")["fields"] if not row["custom"]}
    ours = {field["name"]: field for field in door.call("GET", f"{V}/sobjects/{name}/describe")[1]["fields"]}
    assert {field for field in set(recorded) - set(ours) if "__" not in field} == EXTRA[name]
    assert set(ours) - set(recorded) == set()
    for field, mine in ours.items():
        theirs = _plain(recorded[field])
        skipped = UNEQUAL.get((name, field), set())
        assert set(mine) == set(theirs)
        found = {key: value for key, value in _plain(mine).items() if key not in skipped}
        kept = {"referenceTo"} if name == "Event" else set()  # the recorded org has eighty more types
        wrong = {key: (value, theirs[key]) for key, value in found.items() if value != theirs[key] and key not in kept}
        assert wrong == {}, field
        assert set(mine["referenceTo"]) <= set(theirs["referenceTo"])


@pytest.mark.parametrize("name", EXTRA)
def test_an_object_says_of_itself_and_its_children_what_a_recorded_one_says(door: Door, name):
    recorded = shared(f"salesforce-describe/{name}.json")
    ours = door.call("GET", f"{V}/sobjects/{name}/describe")[1]
    lists = {"fields", "childRelationships", "recordTypeInfos", "urls", "supportedScopes", "actionOverrides"}
    assert {key: ours[key] for key in recorded if key not in lists} == {
        key: value for key, value in recorded.items() if key not in lists
    }
    theirs = {(row["childSObject"], row["field"]): row for row in recorded["childRelationships"]}
    for row in ours["childRelationships"]:
        assert row == theirs[row["childSObject"], row["field"]]
    assert {row["name"] for row in ours["supportedScopes"]} <= {row["name"] for row in recorded["supportedScopes"]}
    assert set(ours["urls"]) <= set(recorded["urls"])


def test_the_global_describe_says_what_a_recorded_one_says(door: Door):
    recorded = {row["name"]: row for row in shared("salesforce-describe/Global.json")["sobjects"]}
    ours = {row["name"]: row for row in door.call("GET", f"{V}/sobjects")[1]["sobjects"]}
    both = (set(ours) & set(recorded)) - {"Event", "Lead"}  # these two are trimmed upstream
    assert len(both) >= 9
    for name in both:
        mine = {key: value for key, value in ours[name].items() if key != "urls"}
        assert mine == {key: value for key, value in recorded[name].items() if key != "urls"}


def _plain(field):
    """A field whose picklist is told by its values and defaults."""
    values = [(value["value"], value["defaultValue"], value["active"]) for value in field["picklistValues"]]
    return {**field, "picklistValues": values}


@pytest.mark.parametrize(
    "name",
    """Task User Group GroupMember Organization LeadStatus TaskStatus OpportunityStage Campaign CampaignMember
    LeadHistory ContactHistory""".split(),
)
def test_the_other_objects_hold_only_fields_a_real_org_has(door: Door, name):
    real = shared("salesforce-describe/jsforce-standard-schema.json")[name]["fields"]
    ours = {field["name"]: field for field in door.call("GET", f"{V}/sobjects/{name}/describe")[1]["fields"]}
    newer = {"CompletedDateTime"}  # added after that older list, or hidden from its user
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
    assert (status, body[31]) == (200, {"label": "Winter '25", "url": "/services/data/v62.0", "version": "62.0"})
    assert [body[place]["label"] for place in (0, -1)] == ["Summer '14", "Summer '26"]


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
