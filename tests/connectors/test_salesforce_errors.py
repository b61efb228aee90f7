"""The table of facts/salesforce.md section 7, row by row: what a read raises, what a written row gets."""

import json

import pytest

from crmsync.connectors.answers import Answer
from crmsync.connectors.salesforce.errors import CODES, STATUSES, Fault, PlaceLost, TooMuch, reading, row, whole
from crmsync.model.errors import AccessLost, BudgetSpent, RecordRefused, RetryLater, ShapeChanged, StaleWrite
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import Ref
from crmsync.model.streams import WriteRow

K = ReceiptKind
LEAD = WriteRow("op", Ref("salesforce", "Lead", "00Q000000000001AAA"), {"Status": "New"})
TASK = WriteRow("op", Ref("salesforce", "Task", ""), {"CRMSync_Key__c": "cs1-x"}, unique_field="CRMSync_Key__c")

ANSWERS = [
    # status, errorCode, message, a read raises, a row written so gets
    (401, "INVALID_SESSION_ID", "Session expired or invalid", AccessLost, K.RETRY),
    (401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE", AccessLost, K.RETRY),
    (400, "INVALID_LOGIN", "Invalid username", AccessLost, K.RETRY),
    (403, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization", AccessLost, K.RETRY),
    (403, "API_CURRENTLY_DISABLED", "API is currently disabled", AccessLost, K.RETRY),
    (401, "LOGIN_MUST_USE_SECURITY_TOKEN", "", AccessLost, K.RETRY),
    (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", BudgetSpent, K.RETRY),
    (
        403,
        "REQUEST_LIMIT_EXCEEDED",
        "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
        RetryLater,
        K.RETRY,
    ),
    (400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record", RetryLater, K.RETRY),
    (400, "QUERY_TIMEOUT", "Your query request was running for too long.", TooMuch, K.RETRY),
    (503, "REQUEST_RUNNING_TOO_LONG", "", RetryLater, K.UNKNOWN),
    (503, "SERVER_UNAVAILABLE", "Request limit too busy", RetryLater, K.UNKNOWN),
    (500, "UNKNOWN_EXCEPTION", "An unexpected error occurred. ErrorId: 1-2", RetryLater, K.UNKNOWN),
    (403, "TXN_SECURITY_METERING_ERROR", "", RetryLater, K.RETRY),
    (400, "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", "", RetryLater, K.RETRY),
    (400, "ALL_OR_NONE_OPERATION_ROLLED_BACK", "Record rolled back", RetryLater, K.RETRY),
    (400, "PROCESSING_HALTED", "", RetryLater, K.RETRY),
    (400, "INVALID_QUERY_LOCATOR", "invalid query locator", PlaceLost, K.UNKNOWN),
    (400, "EXCEEDED_ID_LIMIT", "", TooMuch, K.REFUSED),
    (400, "OPERATION_TOO_LARGE", "", TooMuch, K.REFUSED),
    (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "bad value", RecordRefused, K.REFUSED),
    (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Ask Karin first", RecordRefused, K.REFUSED),
    (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "LeadTrigger: execution of BeforeUpdate", RecordRefused, K.REFUSED),
    (400, "CANNOT_EXECUTE_FLOW_TRIGGER", "", RecordRefused, K.REFUSED),
    (400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", RecordRefused, K.REFUSED),
    (404, "ENTITY_IS_DELETED", "entity is deleted", RecordRefused, K.REFUSED),
    (400, "ENTITY_IS_LOCKED", "the entity is locked for editing", RecordRefused, K.REFUSED),
    (400, "ENTITY_IS_ARCHIVED", "", RecordRefused, K.REFUSED),
    (400, "STORAGE_LIMIT_EXCEEDED", "", RecordRefused, K.REFUSED),
    (404, "NOT_FOUND", "The requested resource does not exist", RecordRefused, K.REFUSED),
    (400, "MALFORMED_ID", "", RecordRefused, K.REFUSED),
    (400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", RecordRefused, K.REFUSED),
    (400, "INVALID_ID_FIELD", "", RecordRefused, K.REFUSED),
    (400, "INSUFFICIENT_ACCESS", "", AccessLost, K.REFUSED),
    (403, "INSUFFICIENT_ACCESS_OR_READONLY", "", AccessLost, K.REFUSED),
    (400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "", AccessLost, K.REFUSED),
    (400, "INVALID_FIELD", "No such column 'X__c' on entity 'Lead'.", ShapeChanged, K.REFUSED),
    (400, "INVALID_FIELD_FOR_INSERT_UPDATE", "", ShapeChanged, K.REFUSED),
    (400, "INVALID_TYPE", "sObject type 'Leed' is not supported.", ShapeChanged, K.REFUSED),
    (400, "MALFORMED_QUERY", "unexpected token: FORM", ShapeChanged, K.REFUSED),
    (400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", RecordRefused, K.REFUSED),
    (400, "STRING_TOO_LONG", "", RecordRefused, K.REFUSED),
    (400, "JSON_PARSER_ERROR", "", ShapeChanged, K.REFUSED),
    (400, "NUMBER_OUTSIDE_VALID_RANGE", "", RecordRefused, K.REFUSED),
    (400, "INVALID_EMAIL_ADDRESS", "", RecordRefused, K.REFUSED),
    (400, "DUPLICATES_DETECTED", "Use one of these records?", RecordRefused, K.REFUSED),
    (400, "DUPLICATE_VALUE", "duplicate value found", RecordRefused, K.DUPLICATE),
    (400, "DUPLICATE_EXTERNAL_ID", "", RecordRefused, K.DUPLICATE),
    (400, "INACTIVE_OWNER_OR_USER", "operation performed with inactive user", RecordRefused, K.REFUSED),
    (400, "FIELD_INTEGRITY_EXCEPTION", "id value of incorrect type", RecordRefused, K.REFUSED),
    (400, "TRANSFER_REQUIRES_READ", "", RecordRefused, K.REFUSED),
    (405, "METHOD_NOT_ALLOWED", "", ShapeChanged, K.REFUSED),
    (415, "UNSUPPORTED_MEDIA_TYPE", "", ShapeChanged, K.REFUSED),
    (410, "UNSUPPORTED_API_VERSION", "", ShapeChanged, K.REFUSED),
]


def test_every_code_of_the_table_has_a_row_here():
    assert {code for _, code, *_ in ANSWERS} == set(CODES)


@pytest.mark.parametrize("status,code,message,error,kind", ANSWERS)
def test_a_coded_answer_means_what_the_table_says(status, code, message, error, kind):
    answer = Answer(status, json.dumps([{"message": message, "errorCode": code}]).encode())
    assert type(reading(answer)) is error
    assert code in str(reading(answer))
    assert whole(answer).kind is kind


BARE = [
    # status without a body we know; a read raises, a write gets
    (300, ShapeChanged, K.REFUSED),
    (405, ShapeChanged, K.REFUSED),
    (413, TooMuch, K.REFUSED),
    (414, TooMuch, K.REFUSED),
    (415, ShapeChanged, K.REFUSED),
    (431, TooMuch, K.REFUSED),
    (401, AccessLost, K.RETRY),
    (403, AccessLost, K.UNKNOWN),
    (404, ShapeChanged, K.UNKNOWN),
    (406, RetryLater, K.UNKNOWN),
    (410, ShapeChanged, K.UNKNOWN),
    (412, StaleWrite, K.UNKNOWN),
    (420, RetryLater, K.RETRY),
    (429, RetryLater, K.RETRY),
    (500, RetryLater, K.UNKNOWN),
    (502, RetryLater, K.UNKNOWN),
    (503, RetryLater, K.UNKNOWN),
    (504, RetryLater, K.UNKNOWN),
]


def test_every_status_of_the_table_has_a_row_here():
    assert {status for status, *_ in BARE} == set(STATUSES)


@pytest.mark.parametrize("status,error,kind", [*BARE, (302, ShapeChanged, K.UNKNOWN), (599, RetryLater, K.UNKNOWN)])
@pytest.mark.parametrize("body", [b"", b"<html><h1>Down for maintenance</h1></html>", b'{"odd": 1}', b"[1"])
def test_an_answer_without_a_code_is_judged_by_its_status(status, error, kind, body):
    assert type(reading(Answer(status, body))) is error
    assert whole(Answer(status, body)).kind is kind


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"odd": 1}'])
def test_a_page_of_html_never_reaches_an_error_text(body):
    assert str(reading(Answer(503, body))) == "Salesforce: HTTP 503"


def test_a_lock_inside_a_trigger_failure_is_a_lock():
    words = "LeadTrigger: System.DmlException: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access"
    assert row(LEAD, [Fault(words, "", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")]).kind is K.RETRY


def test_an_unknown_code_of_a_row_is_a_refusal_in_the_vendors_words():
    verdict = row(LEAD, [Fault("Nobody wrote this down", "", "NEW_IN_SPRING_28")])
    assert (verdict.kind, verdict.words) == (K.REFUSED, "NEW_IN_SPRING_28: Nobody wrote this down")


@pytest.mark.parametrize(
    "words,kind,existing",
    [
        ("CRMSync_Key__c duplicates value on record with id: 00T000000000001AAA", K.DUPLICATE, "00T000000000001AAA"),
        ("crmsync_key__c duplicates value on record with id: 00T000000000001", K.DUPLICATE, "00T000000000001"),
        ("<unknown> duplicates value on record with id: <unknown>", K.DUPLICATE, None),
        ("Other__c duplicates value on record with id: 00T000000000001AAA", K.REFUSED, None),
    ],
)
def test_a_duplicate_is_ours_only_in_our_own_key_field(words, kind, existing):
    verdict = row(TASK, [Fault(f"duplicate value found: {words}", "", "DUPLICATE_VALUE")])
    assert verdict.kind is kind
    assert (verdict.ref.id if verdict.ref else None) == existing


def test_a_duplicate_of_a_row_without_a_key_field_is_a_refusal():
    assert row(LEAD, [Fault("duplicate value found", "", "DUPLICATE_VALUE")]).kind is K.REFUSED


def test_an_address_in_the_vendors_words_does_not_reach_the_error():
    answer = Answer(400, b'[{"errorCode":"INVALID_FIELD","message":"near \'anna.b@example.com\'"}]')
    assert "anna" not in str(reading(answer))
