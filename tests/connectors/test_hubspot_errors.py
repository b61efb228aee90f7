"""The tables of facts/hubspot.md sections 3 and 4, row by row: what a read raises, what a written row gets."""

import json

import pytest

from crmsync.connectors.answers import Answer
from crmsync.connectors.hubspot.errors import CATEGORIES, POLICIES, STATUSES, Fault, NotAllowed, reading, row, whole
from crmsync.model.errors import AccessLost, BudgetSpent, RecordRefused, RetryLater, ShapeChanged
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import Ref
from crmsync.model.streams import WriteRow

K = ReceiptKind
OLD = WriteRow("op", Ref("hubspot", "contacts", "1"), {"hs_lead_status": "NEW"})
NEW = WriteRow("op", Ref("hubspot", "contacts", ""), {"email": "a@b.example"})

ANSWERS = [
    # status, body, a read raises, a single existing row gets, a single new row gets
    (
        400,
        {"category": "VALIDATION_ERROR", "message": 'Property "x" does not exist'},
        ShapeChanged,
        K.REFUSED,
        K.REFUSED,
    ),
    (400, {"message": "Invalid input JSON on line 3, column 9"}, ShapeChanged, K.REFUSED, K.REFUSED),
    (
        400,
        {
            "category": "VALIDATION_ERROR",
            "message": "Cannot set X{propertyName=email, value=a@b} on 55. 56 already has that value.",
        },
        ShapeChanged,
        K.REFUSED,
        K.DUPLICATE,
    ),
    (
        401,
        {"category": "INVALID_AUTHENTICATION", "message": "Authentication credentials not found."},
        AccessLost,
        K.RETRY,
        K.RETRY,
    ),
    (401, {"category": "EXPIRED_AUTHENTICATION", "message": "expired 75 second(s) ago"}, AccessLost, K.RETRY, K.RETRY),
    (
        403,
        {"category": "MISSING_SCOPES", "message": "This app hasn't been granted all required scopes"},
        NotAllowed,
        K.REFUSED,
        K.REFUSED,
    ),
    (403, {"category": "BANNED", "message": ""}, NotAllowed, K.REFUSED, K.REFUSED),
    (404, {"message": "resource not found"}, ShapeChanged, K.REFUSED, K.REFUSED),
    (404, {"category": "OBJECT_NOT_FOUND", "message": "no such object"}, RecordRefused, K.REFUSED, K.REFUSED),
    (
        409,
        {"category": "CONFLICT", "message": "Contact already exists. Existing ID: 179"},
        RecordRefused,
        K.REFUSED,
        K.DUPLICATE,
    ),
    (429, {"errorType": "RATE_LIMIT", "policyName": "DAILY", "message": "daily limit"}, BudgetSpent, K.RETRY, K.RETRY),
    (
        429,
        {"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING", "message": ""},
        RetryLater,
        K.RETRY,
        K.RETRY,
    ),
    (
        429,
        {"category": "RATE_LIMITS", "policyName": "SECONDLY", "message": "secondly limit"},
        RetryLater,
        K.RETRY,
        K.RETRY,
    ),
    (500, {"category": "INTERNAL", "message": "internal error"}, RetryLater, K.UNKNOWN, K.UNKNOWN),
    (500, {"category": "VALIDATION_ERROR", "message": "internal error"}, RetryLater, K.UNKNOWN, K.UNKNOWN),
]


def test_every_category_and_policy_of_the_table_has_a_row_here():
    assert {body["category"] for _, body, *_ in ANSWERS if "category" in body} >= set(CATEGORIES)
    assert {body["policyName"] for _, body, *_ in ANSWERS if "policyName" in body} == set(POLICIES)


@pytest.mark.parametrize("status,body,error,old,new", ANSWERS)
def test_an_answer_means_what_the_table_says(status, body, error, old, new):
    answer = Answer(status, json.dumps(body).encode())
    assert type(reading(answer)) is error
    assert (whole(OLD, answer).kind, whole(NEW, answer).kind) == (old, new)


BARE = [
    (400, ShapeChanged, K.UNKNOWN),
    (401, AccessLost, K.RETRY),
    (403, NotAllowed, K.UNKNOWN),
    (404, ShapeChanged, K.UNKNOWN),
    (409, RecordRefused, K.UNKNOWN),
    (414, ShapeChanged, K.UNKNOWN),
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
