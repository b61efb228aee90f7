import pytest

from crmsync.exports.labels import Cell, Kind
from crmsync.exports.layout import check_named, layout_of
from crmsync.model.errors import UnknownThing
from tests.exports.files import MAPPED

LEAD, CONTACT, TASK = "00Q5g00000000001", "0035g00000000001", "00T5g00000000001"
HEADERS = [
    ("Lead ID,First Name,Last Name,Company / Account,Lead Status,Lead Owner,Create Date", LEAD, Kind.LEADS),
    ("Id,IsDeleted,LastName,Company,Status,OwnerId,IsConverted,CreatedDate,LastModifiedDate", LEAD, Kind.LEADS),
    ("Id,Status,OwnerId,CreatedDate", LEAD, Kind.LEADS),
    ("Id,Status,OwnerId,CreatedDate", TASK, Kind.TASKS),
    ("Contact ID,First Name,Last Name,Account Name,Contact Owner,Created Date", CONTACT, Kind.CONTACTS),
    ("Id,AccountId,LastName,Email,OwnerId,MailingCountry,CreatedDate", CONTACT, Kind.CONTACTS),
    ("Activity ID,Lead ID,Assigned,Subject,Task Subtype,Call Type,Created Date", TASK, Kind.TASKS),
    ("Opportunity ID,Opportunity Name,Stage,Amount,Close Date", "0065g00000000001", Kind.OPPORTUNITIES),
    ("Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date", "101", Kind.HUBSPOT),
    ("hs_object_id,email,hs_lead_status,lifecyclestage,createdate", "101", Kind.HUBSPOT),
]


@pytest.mark.parametrize("header, own_id, kind", HEADERS)
def test_files_are_told_apart_by_their_headers_and_ids(header, own_id, kind):
    labels = header.split(",")
    row = [own_id, *("x" for _ in labels[1:])]
    assert layout_of("f.csv", labels, [row], {}, MAPPED).kind is kind


def test_capitals_spaces_and_punctuation_of_a_label_do_not_matter():
    layout = layout_of("f.csv", ["LEAD id", "lead-status", "Company/Account"], [], {}, MAPPED)
    assert [one.field for one in layout.columns] == ["Id", "Status", "Company"]


def test_columns_that_are_not_understood_are_listed():
    layout = layout_of("f.csv", ["Lead ID", "Lead Status", "Shoe Size"], [], {}, MAPPED)
    assert layout.unmatched == ("Shoe Size",)


def test_an_own_label_is_named_with_column():
    layout = layout_of(
        "f.csv", ["Lead ID", "Statut du prospect", "Lead Owner"], [], {"Statut du prospect": "Status"}, {}
    )
    assert layout.column("Status").at == 1


def test_an_own_word_wins_over_a_label_that_would_fit_as_well():
    layout = layout_of("f.csv", ["Lead ID", "Lead Status", "Real Status"], [], {"Real Status": "Status"}, MAPPED)
    assert layout.column("Status").label == "Real Status"


def test_a_field_of_the_workspace_mapping_is_known_by_its_api_name_with_its_type():
    layout = layout_of("f.csv", ["Lead ID", "Lead Status", "Score__c"], [], {}, MAPPED)
    assert layout.column("Score__c").cell is Cell.NUMBER


def test_a_file_of_no_known_kind_is_refused_with_a_way_out():
    with pytest.raises(UnknownThing, match="--what-to-export"):
        layout_of("weather.csv", ["Day", "Rain"], [["1", "2"]], {}, MAPPED)


def test_a_column_named_for_a_field_that_does_not_exist_is_refused():
    with pytest.raises(UnknownThing, match="Statsu"):
        check_named({"x": "Statsu"}, MAPPED)
