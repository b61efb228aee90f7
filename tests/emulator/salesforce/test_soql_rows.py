"""What a query gives back (facts/salesforce.md section 4)."""

# ruff: noqa: S608 - SOQL for an emulator, put together on purpose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.emulator.salesforce.ids import API_USER, numbered, to18
from tests.emulator.salesforce.door import Door, V

FORMULA = "=cmd|' /C'!A0"


@pytest.fixture
def town(door: Door) -> Door:
    door.load("User", numbered("005", 10), FirstName="Kim", LastName="Maier", Email="k.maier@acme.example")
    door.load("Group", numbered("00G", 10), Name="Inbound", DeveloperName="Inbound", Type="Queue")
    people = [
        ("Archer", "Open - Not Contacted", 10, "ann@x.example", numbered("005", 10), "2026-01-01T00:00:00Z"),
        ("baker", "open - not contacted", None, "Bob@X.example", numbered("00G", 10), "2026-02-01T00:00:00Z"),
        ("Çelik", "Left Vmail", 200, None, numbered("005", 10), "2026-03-01T12:30:05Z"),
        ("O'Hara", "100%_sure", 30, "o.hara@y.example", API_USER, "2026-04-01T00:00:00Z"),
    ]
    for last, status, size, mail, owner, at in people:
        door.lead(LastName=last, Status=status, NumberOfEmployees=size, Email=mail, OwnerId=owner, SystemModstamp=at)
    return door


def _where(condition: str) -> str:
    return f"SELECT LastName FROM Lead WHERE {condition} ORDER BY SystemModstamp"


@pytest.mark.parametrize(
    "condition, found",
    [
        ("Status = 'OPEN - NOT CONTACTED'", ["Archer", "baker"]),
        ("Status != 'Left Vmail'", ["Archer", "baker", "O'Hara"]),
        ("Email = null", ["Çelik"]),
        ("Email != null", ["Archer", "baker", "O'Hara"]),
        ("Email = ''", ["Çelik"]),
        ("Email != 'ann@x.example'", ["baker", "Çelik", "O'Hara"]),
        ("Email IN ('bob@x.example', 'ann@x.example')", ["Archer", "baker"]),
        ("Email NOT IN ('bob@x.example')", ["Archer", "Çelik", "O'Hara"]),
        ("Email LIKE '%@X.example'", ["Archer", "baker"]),
        (r"Status LIKE '100\%\_%'", ["O'Hara"]),
        (r"Status LIKE '\%'", []),
        ("LastName LIKE '_aker'", ["baker"]),
        (r"LastName = 'O\'Hara'", ["O'Hara"]),
        ("LastName = 'çelik'", ["Çelik"]),
        ("NumberOfEmployees > 10", ["Çelik", "O'Hara"]),
        ("NumberOfEmployees < 1000", ["Archer", "Çelik", "O'Hara"]),
        ("NumberOfEmployees = 30.0", ["O'Hara"]),
        ("NOT NumberOfEmployees > 10", ["Archer", "baker"]),
        ("IsConverted = FALSE AND (LastName = 'Archer' OR LastName = 'baker')", ["Archer", "baker"]),
        ("SystemModstamp >= 2026-03-01T12:30:05Z", ["Çelik", "O'Hara"]),
        ("SystemModstamp > 2026-03-01T12:30:05.000+0000", ["O'Hara"]),
        ("SystemModstamp < 2026-03-01T13:30:05%2B01:00", ["Archer", "baker"]),
        ("Owner.Name = 'kim maier'", ["Archer", "Çelik"]),
        ("Owner.Type = 'Queue'", ["baker"]),
        (f"OwnerId = '{numbered('005', 10)[:15]}'", ["Archer", "Çelik"]),
        ("Lead.LastName = 'Archer'", ["Archer"]),
        ("Owner.Type = 'User' AND NumberOfEmployees != 200", ["Archer", "O'Hara"]),
        ("OwnerId = ''", []),
        ("CreatedById != null AND LastName < 'b'", ["Archer"]),
        (r"LastName = '\u00c7elik'", ["Çelik"]),
    ],
)
def test_conditions_choose_rows_as_the_vendor_does(town: Door, condition, found):
    assert town.values(_where(condition).replace("%2B", "+")) == found


def test_ids_are_found_in_both_lengths_and_with_other_conditions(town: Door):
    one, two, *_ = town.org.tables["Lead"].rows
    assert town.values(f"SELECT Id FROM Lead WHERE Id IN ('{one[:15]}', '{two}')") == sorted([one, two])
    assert town.values(f"SELECT Id FROM Lead WHERE Id = '{one}' AND LastName = 'baker'") == []
    assert town.values(f"SELECT Id FROM Lead WHERE Id > '{one}' AND Id <= '{two}'") == [two]


@pytest.mark.parametrize(
    "order, found",
    [
        ("LastName", ["Archer", "baker", "O'Hara", "Çelik"]),
        ("LastName DESC", ["Çelik", "O'Hara", "baker", "Archer"]),
        ("NumberOfEmployees, LastName", ["baker", "Archer", "O'Hara", "Çelik"]),
        ("NumberOfEmployees DESC NULLS LAST", ["Çelik", "O'Hara", "Archer", "baker"]),
        ("NumberOfEmployees ASC NULLS LAST", ["Archer", "O'Hara", "Çelik", "baker"]),
        ("Status ASC, SystemModstamp DESC", ["O'Hara", "Çelik", "baker", "Archer"]),
        ("Owner.Name DESC, LastName", ["Archer", "Çelik", "baker", "O'Hara"]),
    ],
)
def test_order_has_several_keys_and_nulls_first_by_default(town: Door, order, found):
    assert town.values(f"SELECT LastName FROM Lead ORDER BY {order}") == found


def test_limit_and_offset_cut_the_ordered_rows(town: Door):
    assert town.values("SELECT LastName FROM Lead ORDER BY LastName LIMIT 2 OFFSET 1") == ["baker", "O'Hara"]
    assert town.query("SELECT Id FROM Lead LIMIT 0")[1] == {"totalSize": 0, "done": True, "records": []}


def test_count_gives_the_number_and_no_rows(town: Door):
    assert town.query("SELECT COUNT() FROM Lead WHERE Email != null")[1] == {
        "totalSize": 3,
        "done": True,
        "records": [],
    }


def test_a_row_shows_its_fields_in_the_vendors_spelling_and_its_parent_nested(town: Door):
    _, body = town.query("select lastname, owner.name, owner.email, status from lead where lastname = 'Archer'")
    lead = next(iter(town.org.tables["Lead"].rows))
    owner = numbered("005", 10)
    assert body["records"] == [
        {
            "attributes": {"type": "Lead", "url": f"{V}/sobjects/Lead/{lead}"},
            "LastName": "Archer",
            "Owner": {
                "attributes": {"type": "Name", "url": f"{V}/sobjects/User/{owner}"},
                "Name": "Kim Maier",
                "Email": "k.maier@acme.example",
            },
            "Status": "Open - Not Contacted",
        }
    ]


def test_an_absent_parent_is_null(door: Door):
    door.load("Task", Subject="Call back")
    assert door.query("SELECT Subject, Who.Name FROM Task")[1]["records"][0]["Who"] is None


def test_times_end_in_plus_zeroes_and_days_have_no_time(town: Door):
    town.load("Task", Subject="Call", ActivityDate="2026-12-03", SystemModstamp="2026-12-02T09:00:00.999Z")
    assert town.values("SELECT SystemModstamp FROM Task") == ["2026-12-02T09:00:00.999+0000"]
    assert town.values("SELECT ActivityDate FROM Task WHERE ActivityDate >= 2026-12-03") == ["2026-12-03"]


def test_names_of_any_script_come_back_as_they_went_in(door: Door):
    names = ["Zoë", "O’Brien", "山田", "😀 Party", FORMULA]
    for name in names:
        door.lead(LastName=name)
    assert door.values("SELECT LastName FROM Lead") == names


def test_deleted_and_archived_rows_are_for_query_all_only(door: Door):
    gone = door.lead(LastName="Gone", IsDeleted=True)
    door.lead(LastName="Here")
    door.load("Task", Subject="Old", IsArchived=True)
    assert door.values("SELECT LastName FROM Lead") == ["Here"]
    assert door.values("SELECT LastName FROM Lead", "queryAll") == ["Gone", "Here"]
    assert door.values("SELECT Id FROM Lead WHERE IsDeleted = TRUE", "queryAll") == [gone]
    assert door.values("SELECT Subject FROM Task") == []
    assert door.values("SELECT Subject FROM Task", "queryAll") == ["Old"]


def test_pages_are_at_most_as_long_as_asked_and_lead_through_all_rows(door: Door):
    for number in range(450):
        door.lead(LastName=f"Lead {number:03}")
    status, page = door.query("SELECT LastName FROM Lead", "queryAll", {"sforce-query-options": "batchSize=200"})
    seen = [row["LastName"] for row in page["records"]]
    assert (status, len(seen), page["done"], page["totalSize"]) == (200, 200, False, 450)
    while not page["done"]:
        assert page["nextRecordsUrl"].startswith(f"{V}/query/0r8")
        _, page = door.call("GET", page["nextRecordsUrl"], headers={"sforce-query-options": "batchSize=200"})
        seen += [row["LastName"] for row in page["records"]]
    assert seen == [f"Lead {number:03}" for number in range(450)]
    assert "nextRecordsUrl" not in page


def test_rows_that_fill_their_pages_exactly_end_with_the_last_row(door: Door):
    for number in range(400):
        door.lead(LastName=str(number))
    asked = {"sforce-query-options": "batchSize=200"}
    _, first = door.query("SELECT Id FROM Lead", headers=asked)
    _, second = door.call("GET", first["nextRecordsUrl"], headers=asked)
    assert (first["done"], second["done"], len(second["records"])) == (False, True, 200)


@pytest.mark.parametrize("asked, given", [("batchSize=1", 200), ("batchSize=99999", 450), ("nonsense", 450)])
def test_the_page_size_keeps_within_its_bounds(door: Door, asked, given):
    for number in range(450):
        door.lead(LastName=str(number))
    assert len(door.query("SELECT Id FROM Lead", headers={"sforce-query-options": asked})[1]["records"]) == given


def test_pages_can_be_made_short_so_that_nobody_infers_the_end_from_their_length(door: Door):
    for number in range(5):
        door.lead(LastName=str(number))
    door.desk.faults.add({"kind": "short_pages", "rows": 2})
    page = door.query("SELECT Id FROM Lead")[1]
    assert (len(page["records"]), page["done"]) == (2, False)


@pytest.mark.parametrize("locator", ["0r8xx0000000009AAA-200", "nonsense", "0r8xx0000000001AAA-abc"])
def test_an_unknown_locator_is_refused(door: Door, locator):
    status, body = door.call("GET", f"{V}/query/{locator}")
    assert (status, body[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


def test_an_url_that_is_too_long_is_refused(door: Door):
    many = ",".join(f"'{numbered('00Q', number)}'" for number in range(900))
    assert door.query(f"SELECT Id FROM Lead WHERE Id IN ({many})")[0] == 414


def test_lead_statuses_are_rows_that_tell_which_are_converted(door: Door):
    _, body = door.query("SELECT ApiName, MasterLabel, IsConverted FROM LeadStatus ORDER BY SortOrder")
    found = [(row["ApiName"], row["IsConverted"]) for row in body["records"]]
    assert found == [
        ("Open - Not Contacted", False),
        ("Working - Contacted", False),
        ("Closed - Converted", True),
        ("Closed - Not Converted", False),
    ]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=12))
def test_key_set_paging_meets_every_row_once(rows):
    door = Door()
    for second, name in rows:
        door.lead(LastName=str(name), SystemModstamp=f"2026-12-02T09:00:0{second}Z")
    seen: list[str] = []
    at, last = "2026-01-01T00:00:00.000+0000", to18("000000000000000")
    while True:
        after = f"(SystemModstamp = {at} AND Id > '{last}') OR SystemModstamp > {at}"
        soql = f"SELECT Id, SystemModstamp FROM Lead WHERE {after} ORDER BY SystemModstamp, Id LIMIT 3"
        page = door.query(soql)[1]["records"]
        if not page:
            break
        seen += [row["Id"] for row in page]
        at, last = page[-1]["SystemModstamp"], page[-1]["Id"]
    assert sorted(seen) == sorted(door.org.tables["Lead"].rows)
