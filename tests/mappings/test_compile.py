import pytest

from crmsync.mappings.compile import compile_mapping, compile_stream, compile_streams
from crmsync.model.activities import ActivityKind, Direction
from crmsync.model.errors import SettingsProblem, ShapeChanged
from crmsync.model.records import RecordKind
from crmsync.model.streams import VendorField, VendorObject, Wire
from tests.mappings.tables import SHIPPED, everything, shipped


def problems(text: str) -> list[str]:
    with pytest.raises(SettingsProblem) as caught:
        compile_mapping(text, "m.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "system,streams",
    [
        (
            "salesforce",
            (
                "leads contacts tasks meetings users queues lead_history contact_history campaigns campaign_members "
                "opportunities contact_roles"
            ),
        ),
        (
            "hubspot",
            (
                "owners contacts calls emails meetings page_views forms form_submissions email_opens email_clicks "
                "contacts_history lists memberships imports deals"
            ),
        ),
    ],
)
def test_the_shipped_mappings_compile_against_an_org_that_has_everything(system, streams):
    mapping = shipped(system)
    specs = compile_streams(mapping, everything(mapping))
    assert [spec.name for spec in specs] == streams.split()
    assert all(spec.missing == () and spec.system == system for spec in specs)


def test_the_file_says_the_wire_type_the_writing_and_the_record_a_field_names():
    leads = shipped("salesforce").streams["leads"]
    by_name = {field.name: field for field in leads.fields}
    assert by_name["created_at"].wire is Wire.INSTANT
    assert by_name["status"].writable
    assert not by_name["email"].writable
    assert leads.names["converted_contact"].object == "Contact"
    assert leads.kind is RecordKind.LEAD


def test_activity_words_become_kinds_and_directions():
    plan = shipped("salesforce").streams["tasks"].activity
    mails = dict.fromkeys(("Email", "ListEmail", "Cadence"), ActivityKind.EMAIL)
    assert plan.kind.words == {"Call": ActivityKind.CALL, **mails}
    assert plan.kind.present == {"call_type": ActivityKind.CALL}
    assert plan.direction.words == {"Inbound": Direction.INBOUND}
    assert plan.parties == {"who": {"00Q": "Lead", "003": "Contact"}}
    assert shipped("salesforce").streams["tasks"].new_task == {"status": "Not Started", "priority": "High"}


def without(describes: dict[str, VendorObject], object_name: str, *vendors: str) -> dict[str, VendorObject]:
    old = describes[object_name]
    kept = {name: field for name, field in old.fields.items() if name not in vendors}
    return describes | {object_name: VendorObject(old.system, old.object, kept, old.converted_values)}


def test_an_optional_field_the_org_lacks_is_left_out_and_named():
    mapping = shipped("salesforce")
    describes = without(everything(mapping), "Lead", "CRMSync_Score__c", "Import_Tag__c")
    leads = compile_streams(mapping, describes)[0]
    assert leads.missing == ("import_tag", "score")
    assert leads.field("score") is None
    assert leads.field("status") is not None


def test_every_missing_required_field_is_named_with_what_to_do():
    mapping = shipped("salesforce")
    describes = without(without(everything(mapping), "Lead", "Status", "Email"), "User", "IsActive")
    with pytest.raises(ShapeChanged) as caught:
        compile_streams(mapping, describes)
    words = str(caught.value)
    assert all(name in words for name in ("Lead.Status", "Lead.Email", "User.IsActive"))
    assert "streams.leads.fields.status in mappings/salesforce.yaml" in words


def test_one_broken_stream_does_not_stop_another():
    mapping = shipped("salesforce")
    describes = without(everything(mapping), "Lead", "Status")
    assert compile_stream(mapping, mapping.streams["contacts"], describes["Contact"]) is not None
    with pytest.raises(ShapeChanged):
        compile_stream(mapping, mapping.streams["leads"], describes["Lead"])


def test_an_object_the_crm_does_not_have_leaves_only_optional_streams_out():
    mapping = shipped("hubspot")
    describes = everything(mapping)
    optional = {one.name for one in mapping.streams.values() if one.optional}
    for plan in mapping.streams.values():
        if plan.optional:
            describes.pop(plan.object, None)
    names = [spec.name for spec in compile_streams(mapping, describes)]
    assert names == ["owners", "contacts", "calls", "emails"]
    assert not optional & set(names)
    del describes["calls"]
    with pytest.raises(ShapeChanged, match=r"calls\.hs_timestamp"):
        compile_streams(mapping, describes)


@pytest.mark.parametrize(
    "vendor,writable",
    [
        (VendorField("Status", "picklist"), True),
        (VendorField("Status", "picklist", writable=False), False),
        (VendorField("Status", "picklist", writable=False, creatable=True), False),
    ],
)
def test_a_field_is_written_only_where_file_and_org_agree(vendor, writable):
    mapping = shipped("salesforce")
    leads = compile_streams(mapping, everything(mapping, Status=vendor))[0]
    assert leads.field("status").writable is writable
    assert not leads.field("email").writable


def test_a_task_is_only_made_so_a_field_that_can_be_set_once_is_enough():
    mapping = shipped("salesforce")
    once = VendorField("WhoId", "reference", writable=False, creatable=True)
    tasks = compile_streams(mapping, everything(mapping, WhoId=once))[2]
    assert tasks.field("who").writable


def test_options_and_lengths_come_from_the_org_and_converted_statuses_are_never_an_option():
    mapping = shipped("salesforce")
    status = VendorField("Status", "picklist", options=("Working", "Closed - Converted"), max_length=255)
    describes = everything(mapping, Status=status, NumberOfEmployees=VendorField("N", "int", max_length=8))
    lead = describes["Lead"]
    describes["Lead"] = VendorObject("salesforce", "Lead", lead.fields, frozenset({"Closed - Converted"}))
    leads = compile_streams(mapping, describes)[0]
    assert leads.field("status").options == frozenset({"Working"})
    assert leads.field("status").max_length == 255
    assert leads.field("employees").max_length is None
    assert leads.field("company").options is None


def test_an_empty_list_of_options_means_free_text():
    mapping = shipped("hubspot")
    describes = everything(mapping, hubspot_owner_id=VendorField("hubspot_owner_id", "enumeration", options=()))
    contacts = compile_streams(mapping, describes)[1]
    assert contacts.field("owner").options is None


BROKEN = """\
system: paper
streams:
  people:
    object: Person
    kind: contact
    fields:
      email: {field: Mail, requird: yes}
      phone: {field: mail}
      boss:  {field: Boss, alias: merge}
      old:   {field: Old, names: salesforce-Lead}
  calls:
    object: Call
    kind: activity
    fields:
      when: {field: When}
      what: {field: What, pulled: no}
      who:  {field: Who}
    activity:
      kind: {field: whta, otherwise: call}
      at: [when]
      direction: {field: way, values: {In: inwards}, otherwise: outbound}
      label: what
      parties: {whoo: {"1": Person}}
  mails:
    object: Mail
    kind: activity
    fields: {}
"""


def test_every_problem_of_a_broken_file_is_told_at_once_with_its_place():
    found = "\n".join(problems(BROKEN))
    for place, words in [
        ("m.yaml:7:28", "requird"),
        ("m.yaml:8:22", '"mail" is already read as email'),
        ("m.yaml:9:35", "boss is an alias of a record"),
        ("m.yaml:10:34", "names no kind of record"),
        ("m.yaml:6:5", "created_at is not mapped"),
        ("m.yaml:19:21", 'Did you mean "what"?'),
        ("m.yaml:20:12", "here it tells the instant"),
        ("m.yaml:21:44", "inwards"),
        ("m.yaml:21:26", '"way" is none of the fields'),
        ("m.yaml:22:14", "never read"),
        ("m.yaml:23:23", 'Did you mean "who"?'),
        ("m.yaml:24:3", "does not say of which kind"),
    ]:
        assert any(line.startswith(place) and words in line for line in found.splitlines()), (place, words, found)


def test_a_misspelt_key_gets_the_right_one_suggested():
    text = SHIPPED["hubspot"].replace("associated: [contacts]", "asociated: [contacts]")
    assert all('Did you mean "associated"?' in line for line in problems(text))


def test_a_file_that_is_no_mapping_is_told_in_one_sentence():
    assert problems("just words")
    assert problems("")
