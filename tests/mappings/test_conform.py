from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.mappings.conform import Leave, LeaveReason, conform
from crmsync.model.records import RecordKind, Ref, Snapshot
from crmsync.model.streams import FieldSpec, Wire

STAMP = datetime(2026, 12, 2, 9, tzinfo=UTC)
LEAD = Snapshot(Ref("salesforce", "Lead", "1"), RecordKind.LEAD, STAMP)
CONVERTED = Snapshot(LEAD.ref, LEAD.kind, STAMP, values={"converted": True})
DELETED = Snapshot(LEAD.ref, LEAD.kind, STAMP, deleted=True)
STATUS = FieldSpec("status", "Status", writable=True, options=frozenset({"Working", "Inquiry"}))
SCORE = FieldSpec("score", "CRMSync_Score__c", writable=True, max_length=5)
NUMBER = FieldSpec("employees", "NumberOfEmployees", Wire.NUMBER, writable=True)
FLAG = FieldSpec("opt_out", "HasOptedOutOfEmail", Wire.FLAG, writable=True)
DAY = FieldSpec("due", "ActivityDate", Wire.DAY, writable=True)
CLOSED = FieldSpec("lifecycle", "lifecyclestage")


@pytest.mark.parametrize(
    "desired,field,value",
    [
        ("Working", STATUS, "Working"),
        ("", STATUS, None),
        (None, STATUS, None),
        ("B, 60", SCORE, "B, 60"),
        ("  B, 60 and more", SCORE, "B, 60"),
        ("abcd efg", SCORE, "abcd"),
        ("\u0000a\u0007b", SCORE, "ab"),
        ("abcd\U0001f600", SCORE, "abcd"),
        ("abc\U0001f600", SCORE, "abc\U0001f600"),
        ("a\ud83d", SCORE, "a"),
        ("   ", SCORE, None),
        ("50", NUMBER, 50),
        (50.5, NUMBER, 50.5),
        ("true", FLAG, True),
        ("2026-12-02", DAY, "2026-12-02"),
    ],
)
def test_a_value_becomes_what_the_vendor_will_store(desired, field, value):
    result = conform(desired, field, LEAD)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    "desired,field,record,reason",
    [
        ("Left voicemail", STATUS, LEAD, LeaveReason.NOT_AN_OPTION),
        ("working", STATUS, LEAD, LeaveReason.NOT_AN_OPTION),
        ("Working", None, LEAD, LeaveReason.NO_FIELD),
        ("customer", CLOSED, LEAD, LeaveReason.NOT_WRITABLE),
        ("Working", STATUS, CONVERTED, LeaveReason.CONVERTED),
        ("B, 60", SCORE, CONVERTED, LeaveReason.CONVERTED),
        (None, STATUS, CONVERTED, LeaveReason.CONVERTED),
        ("Working", STATUS, DELETED, LeaveReason.DELETED),
        ("many", NUMBER, LEAD, LeaveReason.WRONG_KIND),
        (True, NUMBER, LEAD, LeaveReason.WRONG_KIND),
        ("maybe", FLAG, LEAD, LeaveReason.WRONG_KIND),
        ("tomorrow", DAY, LEAD, LeaveReason.WRONG_KIND),
    ],
)
def test_a_field_that_cannot_take_the_value_is_left_with_its_reason(desired, field, record, reason):
    assert conform(desired, field, record) == Leave(reason)


FIELDS = st.builds(
    FieldSpec,
    name=st.just("any"),
    vendor=st.just("Any"),
    wire=st.sampled_from(Wire),
    writable=st.just(value=True),
    max_length=st.one_of(st.none(), st.integers(1, 12)),
    options=st.one_of(st.none(), st.frozensets(st.text(max_size=3), max_size=3)),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates().map(str))


@given(desired=SCALARS, field=FIELDS)
def test_conforming_twice_changes_nothing_more(desired, field):
    once = conform(desired, field, LEAD)
    if not isinstance(once, Leave):
        assert conform(once, field, LEAD) == once


@given(text=st.text(), longest=st.integers(1, 20))
def test_a_text_never_exceeds_its_field_and_can_be_sent(text, longest):
    value = conform(text, FieldSpec("text", "Text", writable=True, max_length=longest), LEAD)
    if value is not None:
        assert isinstance(value, str)
        assert len(value.encode("utf-16-le")) // 2 <= longest
        assert value == value.strip()
