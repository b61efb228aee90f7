"""The tables of facts/hubspot.md sections 3 and 4, row by row: what a read raises, what a written row gets."""

import json

import pytest

from crmsync.connectors.answers import Answer
from crmsync.connectors.hubspot.errors import (
    CATEGORIES,
    POLICIES,
    STATUSES,
    BadQuestion,
    Fault,
    NoRoute,
    NotAllowed,
    NotThere,
    reading,
    row,
    whole,
)
from crmsync.model.errors import AccessLost, BudgetSpent, RecordRefused, RetryLater, ShapeChanged
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import Ref
from crmsync.model.streams import WriteRow

K = ReceiptKind
OLD = WriteRow("op", Ref("hubspot", "contacts", "1"), {"hs_lead_status": "NEW"})
NEW = WriteRow("op", Ref("hubspot", "contacts", ""), {"email": "a@b.example"})

UNKNOWN_PROPERTY = {
    "status": "error",
    "message": 'Property values were not valid: [{"isValid":false,"message":"Property \\"x\\" does not exist",'
    '"error":"PROPERTY_DOESNT_EXIST","name":"x","localizedErrorMessage":"no","portalId":1}]',
    "correlationId": "c033cdaa-2c40-4a64-ae48-b4cec88dad24",
    "errors": [
        {
            "message": 'Property "x" does not exist',
            "code": "PROPERTY_DOESNT_EXIST",
            "context": {"propertyName": ["x"]},
        }
    ],
    "category": "VALIDATION_ERROR",
}
PORTAL_RULE = {
    "status": "error",
    "message": 'Property values were not valid: [{"isValid":false,"message":"may hold letters only",'
    '"error":"INVALID_ALPHA","name":"city"}]',
    "category": "VALIDATION_ERROR",
}
BAD_OPTION = {
    "status": "error",
    "message": 'Property values were not valid: [{"isValid":false,"message":"BOGUS was not one of the allowed options",'
    '"error":"INVALID_OPTION","name":"hs_lead_status"}]',
    "errors": [{"message": "BOGUS was not one of the allowed options", "code": "INVALID_OPTION"}],
    "category": "VALIDATION_ERROR",
}
RACE = {
    "status": "error",
    "message": "Cannot set PropertyValueCoordinates{portalId=1, objectTypeId=ObjectTypeId{legacyObjectType=CONTACT}, "
    "propertyName=email, value=a@b} on 552148386511. 552239500007 already has that value.",
    "correlationId": "c033cdaa-2c40-4a64-ae48-b4cec88dad24",
    "category": "VALIDATION_ERROR",
}
TOO_MUCH_HISTORY = {
    "status": "error",
    "message": "The maximum number of inputs supported in a batch request for property histories is 50. Please reduce",
}
NO_SCOPE = {
    "status": "error",
    "message": "This app hasn't been granted all required scopes to make this call.",
    "errors": [
        {
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": ["crm.objects.leads.read"]},
        }
    ],
    "links": {"scopes": "https://developers.hubspot.com/scopes"},
    "category": "MISSING_SCOPES",
}
EXISTS = {"status": "error", "message": "Contact already exists. Existing ID: 179556362935", "category": "CONFLICT"}
TWICE = {
    "status": "error",
    "message": "Duplicate IDs found in batch input: [12877907025]. IDs must be unique",
    "context": {"ids": ["12877907025"]},
    "category": "VALIDATION_ERROR",
}
NO_JSON = {"status": "error", "message": "Invalid input JSON on line 3, column 9: Cannot deserialize value of type `x`"}
BAD_SEARCH = {"status": "error", "message": "too many filters", "category": "VALIDATION_ERROR"}
BAD_TOKEN = {
    "status": "error",
    "message": "Authentication credentials not found. This API supports OAuth 2.0 authentication",
    "category": "INVALID_AUTHENTICATION",
}
EXPIRED = {
    "status": "error",
    "message": "The OAuth token used to make this call expired 75 second(s) ago.",
    "category": "EXPIRED_AUTHENTICATION",
    "context": {"expire time": ["2022-06-21T10:37:52.040Z"]},
}
DAILY = {"status": "error", "message": "daily limit", "errorType": "RATE_LIMIT", "policyName": "DAILY"}
BURST = {
    "status": "error",
    "message": "You have reached your ten_secondly_rolling limit.",
    "errorType": "RATE_LIMIT",
    "correlationId": "c033cdaa-2c40-4a64-ae48-b4cec88dad24",
    "policyName": "TEN_SECONDLY_ROLLING",
    "requestId": "3d3e35b7",
}
SECOND = {"status": "error", "message": "secondly limit", "category": "RATE_LIMITS", "policyName": "SECONDLY"}

ANSWERS = {
    # row of facts/hubspot.md 3 and 4: status, body, a read raises, a single existing row gets, a single new row gets
    "400 unknown property": (400, UNKNOWN_PROPERTY, BadQuestion, K.REFUSED, K.REFUSED),
    "400 portal validation rule": (400, PORTAL_RULE, BadQuestion, K.REFUSED, K.REFUSED),
    "400 bad enum value": (400, BAD_OPTION, BadQuestion, K.REFUSED, K.REFUSED),
    "400 e-mail race": (400, RACE, BadQuestion, K.REFUSED, K.DUPLICATE),
    "409 create duplicate": (409, EXISTS, RecordRefused, K.REFUSED, K.DUPLICATE),
    "400 duplicate ids in batch": (400, TWICE, BadQuestion, K.REFUSED, K.REFUSED),
    "400 malformed JSON": (400, NO_JSON, BadQuestion, K.REFUSED, K.REFUSED),
    "400 history batch too big": (400, TOO_MUCH_HISTORY, BadQuestion, K.REFUSED, K.REFUSED),
    "400 search past 10,000": (400, BAD_SEARCH, BadQuestion, K.REFUSED, K.REFUSED),
    "401 no or bad token": (401, BAD_TOKEN, AccessLost, K.RETRY, K.RETRY),
    "401 expired": (401, EXPIRED, AccessLost, K.RETRY, K.RETRY),
    "403 scopes": (403, NO_SCOPE, NotAllowed, K.REFUSED, K.REFUSED),
    "403 banned": (403, {"category": "BANNED", "message": ""}, NotAllowed, K.REFUSED, K.REFUSED),
    "404 single get": (404, {"message": "resource not found"}, NotThere, K.REFUSED, K.REFUSED),
    "404 object": (404, {"category": "OBJECT_NOT_FOUND", "message": "no"}, RecordRefused, K.REFUSED, K.REFUSED),
    "414 too long": (414, {"message": "URI too long"}, BadQuestion, K.REFUSED, K.REFUSED),
    "429 daily": (429, DAILY, BudgetSpent, K.RETRY, K.RETRY),
    "429 burst": (429, BURST, RetryLater, K.RETRY, K.RETRY),
    "429 search": (429, SECOND, RetryLater, K.RETRY, K.RETRY),
    "500": (500, {"category": "INTERNAL", "message": "internal error"}, RetryLater, K.UNKNOWN, K.UNKNOWN),
    "500 that names a category": (500, BAD_SEARCH, RetryLater, K.UNKNOWN, K.UNKNOWN),
    "530 malformed token": (530, {"message": "error code: 1016"}, AccessLost, K.RETRY, K.RETRY),
}


def test_every_category_and_policy_of_the_table_has_a_row_here():
    bodies = [body for _, body, *_ in ANSWERS.values()]
    assert {body["category"] for body in bodies if "category" in body} >= set(CATEGORIES)
    assert {body["policyName"] for body in bodies if "policyName" in body} == set(POLICIES)


@pytest.mark.parametrize("status,body,error,old,new", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_means_what_the_table_says(status, body, error, old, new):
    answer = Answer(status, json.dumps(body).encode())
    assert type(reading(answer)) is error
    assert (whole(OLD, answer).kind, whole(NEW, answer).kind) == (old, new)
    assert "a@b" not in str(reading(answer))


BARE = [
    (400, BadQuestion, K.UNKNOWN),
    (401, AccessLost, K.RETRY),
    (403, NotAllowed, K.UNKNOWN),
    (404, NoRoute, K.UNKNOWN),
    (409, RecordRefused, K.UNKNOWN),
    (414, BadQuestion, K.UNKNOWN),
    (423, RetryLater, K.RETRY),
    (429, RetryLater, K.RETRY),
    (477, RetryLater, K.RETRY),
    (530, AccessLost, K.RETRY),
    (500, RetryLater, K.UNKNOWN),
    (502, RetryLater, K.UNKNOWN),
    (503, RetryLater, K.UNKNOWN),
    (504, RetryLater, K.UNKNOWN),
]


def test_every_status_of_the_table_has_a_row_here():
    assert {status for status, *_ in BARE} == set(STATUSES)


@pytest.mark.parametrize("status,error,kind", [*BARE, (302, ShapeChanged, K.UNKNOWN), (521, RetryLater, K.UNKNOWN)])
@pytest.mark.parametrize("body", [b"", b"<html>Cloudflare</html>", b"[]", b'{"message": 7}'])
def test_an_answer_without_a_body_we_know_is_judged_by_its_status(status, error, kind, body):
    assert type(reading(Answer(status, body))) is error
    assert whole(OLD, Answer(status, body)).kind is kind
    assert "Cloudflare" not in str(reading(Answer(status, body)))


@pytest.mark.parametrize(
    "policy,asked,wait",
    [("TEN_SECONDLY_ROLLING", None, 10.0), ("SECONDLY", None, 1.0), ("NEW_ONE", None, 10.0), ("SECONDLY", 3.5, 3.5)],
)
def test_a_rate_limit_says_how_long_to_wait(policy, asked, wait):
    error = reading(Answer(429, json.dumps({"policyName": policy, "message": ""}).encode(), asked))
    assert isinstance(error, RetryLater)
    assert error.after == wait


@pytest.mark.parametrize(
    "message,existing",
    [
        ("Contact already exists. Existing ID: 179556362935", "179556362935"),
        (
            "Cannot set PropertyValueCoordinates{propertyName=email, value=a@b} on 552. 553 already has that value.",
            "553",
        ),
    ],
)
def test_a_duplicate_names_the_record_that_was_there_first(message, existing):
    verdict = row(NEW, Fault(message, "VALIDATION_ERROR"))
    assert (verdict.kind, verdict.ref) == (K.DUPLICATE, Ref("hubspot", "contacts", existing))


@pytest.mark.parametrize(
    "status,splits", [(400, True), (404, True), (409, True), (403, False), (429, False), (500, False)]
)
def test_only_a_batch_that_one_input_may_have_spoiled_is_split(status, splits):
    assert whole(None, Answer(status, b'{"message": "x", "category": "NEW"}')).splits is splits


def test_property_errors_are_taken_out_of_their_json():
    inner = [
        {
            "isValid": False,
            "message": "BOGUS was not one of the allowed options",
            "error": "INVALID_OPTION",
            "name": "hs_lead_status",
        }
    ]
    fault = Fault(f"Property values were not valid: {json.dumps(inner)}", "VALIDATION_ERROR")
    assert row(OLD, fault).words == "VALIDATION_ERROR: hs_lead_status: BOGUS was not one of the allowed options"


def test_an_unknown_category_of_a_row_is_a_refusal_in_the_vendors_words():
    assert row(OLD, Fault("not on Sundays", "NEW_RULE")).words == "NEW_RULE: not on Sundays"
    assert row(OLD, Fault("not on Sundays", "NEW_RULE")).kind is K.REFUSED
