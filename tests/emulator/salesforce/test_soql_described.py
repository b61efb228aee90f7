"""What describe says of a field is what a query may do with it: for every object, every field, every flag."""

# ruff: noqa: S608 - SOQL for an emulator, put together on purpose

from typing import Any

import pytest

from crmsync.emulator.salesforce.catalogue import OBJECTS
from tests.emulator.salesforce.door import Door, V

WRITTEN = {"Lead": {"LastName": "A", "Company": "B"}, "Contact": {"LastName": "A"}, "Account": {"Name": "A"}}


@pytest.fixture(scope="module")
def org() -> Door:
    door = Door()
    for name, fields in WRITTEN.items():
        door.load(name, **fields)
    door.load("Task", Subject="Call")
    door.load("Event", Subject="Meet")
    return door


def described(door: Door, name: str) -> Any:
    return door.call("GET", f"{V}/sobjects/{name}/describe")[1]["fields"]


@pytest.mark.parametrize("name", OBJECTS)
def test_every_described_field_can_be_selected_and_comes_back_in_its_spelling(org: Door, name):
    fields = [field["name"] for field in described(org, name)]
    status, body = org.query(f"SELECT {', '.join(field.lower() for field in fields)} FROM {name}")
    assert status == 200, body
    assert all(list(row) == ["attributes", *fields] for row in body["records"])
    assert org.query(f"SELECT FIELDS(ALL) FROM {name} LIMIT 200")[1] == {**body, "records": body["records"]}


@pytest.mark.parametrize("name", OBJECTS)
def test_a_row_read_alone_shows_what_a_query_shows(org: Door, name):
    fields = [field["name"] for field in described(org, name)]
    for row in org.query(f"SELECT {', '.join(fields)} FROM {name}")[1]["records"]:
        assert org.call("GET", f"{V}/sobjects/{name}/{row['Id']}") == (200, row)


@pytest.mark.parametrize("name", OBJECTS)
def test_the_flags_of_a_field_tell_what_a_query_may_do_with_it(org: Door, name):
    for field in described(org, name):
        own = field["name"]
        flags = {
            "filterable": f"SELECT Id FROM {name} WHERE {own} = null",
            "sortable": f"SELECT Id FROM {name} ORDER BY {own} NULLS LAST",
            "groupable": f"SELECT {own} FROM {name} GROUP BY {own}",
            "aggregatable": f"SELECT MAX({own}) FROM {name}",
        }
        for flag, soql in flags.items():
            if field["type"] == "address" and flag == "filterable":
                continue  # by DISTANCE only, which is refused as not supported
            assert (org.query(soql)[0] == 200) is field[flag], soql


@pytest.mark.parametrize("name", OBJECTS)
def test_every_reference_leads_to_its_parents_name_or_says_why_not(org: Door, name):
    for field in described(org, name):
        if not field["relationshipName"] or field["type"] != "reference":
            continue
        status, body = org.query(f"SELECT {field['relationshipName']}.Id FROM {name}")
        assert status == 200 or "not supported by the emulator" in body[0]["message"]


@pytest.mark.parametrize("name", WRITTEN)
def test_the_flags_of_a_field_tell_whether_it_can_be_written(org: Door, name):
    id_ = org.values(f"SELECT Id FROM {name}")[0]
    for field in described(org, name):
        if field["name"] == "Id":
            continue
        value = False if field["type"] == "boolean" else None
        update = org.call("PATCH", f"{V}/sobjects/{name}/{id_}", {field["name"]: value})
        create = org.call("POST", f"{V}/sobjects/{name}", {**WRITTEN[name], field["name"]: value})
        for answer, flag in ((update, "updateable"), (create, "createable")):
            shut = answer[0] == 400 and answer[1][0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
            assert shut is not field[flag], (field["name"], answer)
