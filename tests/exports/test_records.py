import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.exports.records import Staff, is_queue
from tests.exports.files import LEADS, lead, rows

TASKS = "Activity ID,Lead ID,Assigned,Subject,Call Type,Status,Created Date\n"
PEOPLE = "Record ID,Email,Lead Status,Lifecycle Stage,Contact owner,Create Date\n"


def test_a_lead_becomes_a_row_the_emulated_crm_can_load():
    (row,) = rows(LEADS + lead(7, "Left Vmail", "2026-11-02 10:15"))
    assert (row.line, row.type, row.id) == (2, "Lead", "00Q5g0000000007")
    assert row.fields["Status"] == "Left Vmail"
    assert row.fields["CreatedDate"] == "2026-11-02T10:15:00.000Z"
    assert row.row() == {"type": "Lead", "id": row.id, "fields": dict(row.fields)}


def test_an_owner_known_by_name_only_gets_the_same_id_in_every_file():
    staff = Staff()
    (one,) = rows(LEADS + lead(1, owner="Jo Lind"), staff)
    (task,) = rows(TASKS + "00T5g0000000001,00Q5g0000000001,Jo Lind,Call,Outbound,Completed,2026-11-02\n", staff)
    assert one.fields["OwnerId"] == task.fields["OwnerId"]
    assert [row["fields"]["LastName"] for _, row in staff.rows()] == ["Lind"]


def test_a_queue_is_told_by_its_name():
    staff = Staff()
    (row,) = rows(LEADS + lead(1, owner="Marketing Queue"), staff)
    assert str(row.fields["OwnerId"]).startswith("00G")
    assert next(staff.rows())[1]["type"] == "Group"


def test_a_report_without_a_subtype_still_tells_calls_and_e_mails():
    text = TASKS + "".join(
        f"00T5g000000000{n},00Q5g0000000001,Jo,{subject},{call},Completed,2026-11-02\n"
        for n, (subject, call) in enumerate(
            [("Follow up", "Outbound"), ("Call", ""), ("Email: hello", ""), ("Send quote", "")]
        )
    )
    assert [row.fields.get("TaskSubtype") for row in rows(text)] == ["Call", "Call", "Email", None]
    assert all(row.fields["IsClosed"] is True for row in rows(text))


def test_labels_of_a_contact_export_become_internal_words():
    (row,) = rows(PEOPLE + "101,a@b.example,Attempted to contact,Marketing Qualified Lead,Jo Lind,2026-11-02 10:00\n")
    assert row.fields["hs_lead_status"] == "ATTEMPTED_TO_CONTACT"
    assert row.fields["lifecyclestage"] == "marketingqualifiedlead"
    assert str(row.fields["hubspot_owner_id"]).isdecimal()


def test_a_word_of_nobody_stays_as_it_is():
    (row,) = rows(PEOPLE + "101,a@b.example,Parked by Jo,Lead,,2026-11-02 10:00\n")
    assert row.fields["hs_lead_status"] == "Parked by Jo"


def test_a_file_without_ids_is_numbered_by_its_lines():
    text = "Last Name,Company / Account,Lead Status,Lead Owner,Create Date\nEk,Balder,Working,Jo,2026-11-02\n"
    (row,) = rows(text)
    assert (len(row.id), row.id[:3]) == (15, "00Q")


def test_one_column_with_the_whole_name_is_split():
    text = "Lead ID,Full Name,Lead Status,Create Date\n00Q5g0000000001,Maria del Carmen Jiménez,Working,2026-11-02\n"
    (row,) = rows(text)
    assert (row.fields["FirstName"], row.fields["LastName"]) == ("Maria del Carmen", "Jiménez")


@pytest.mark.parametrize(
    "text, number", [("1,200", 1200), ("1.200,5", 1200.5), ("12", 12), ("about 50", 50), ("none", None)]
)
def test_numbers_are_read_in_either_way_of_writing(text, number):
    csv = f'Lead ID,Lead Status,No. of Employees,Create Date\n00Q5g0000000001,Working,"{text}",2026-11-02\n'
    assert rows(csv)[0].fields.get("NumberOfEmployees") == number


@pytest.mark.parametrize("text, flag", [("1", True), ("TRUE", True), ("0", False), ("false", False)])
def test_flags_are_read(text, flag):
    csv = f"Lead ID,Lead Status,Converted,Create Date\n00Q5g0000000001,Working,{text},2026-11-02\n"
    assert rows(csv)[0].fields["IsConverted"] is flag


def test_the_team_of_an_owner_is_kept_by_the_address_they_are_known_by():
    staff = Staff()
    text = "Lead ID,Lead Status,Lead Owner,Owner Role,Create Date\n00Q5g0000000001,Working,Jo Lind,EMEA,2026-11-02\n"
    rows(text, staff)
    assert staff.teams() == {"jo.lind@name-only.invalid": "EMEA"}


@given(st.text(min_size=1, max_size=30), st.sampled_from(["salesforce", "hubspot"]))
def test_a_made_id_depends_on_the_name_alone_and_has_the_shape_of_its_crm(name, system):
    first, second = Staff().owner(system, "", name, ""), Staff().owner(system, "", name, "")
    assert first == second
    if system == "hubspot":
        assert first.isdecimal()
    else:
        assert len(first) == 15
        assert first.startswith("00G" if is_queue(name) else "005")
