"""Whatever is sent, the portal answers in its own words and never fails by itself."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmsync.emulator.hubspot.operators import OPERATORS
from crmsync.emulator.hubspot.routes import TABLE
from tests.emulator.hubspot.door import Door

WORDS = st.sampled_from(
    ["contacts", "calls", "tasks", "1", "7", "101", "email", "hs_lead_status", "createdate", "", "null", "NEW", "-1"]
) | st.text(max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3))
KEYS = (
    "inputs",
    "properties",
    "id",
    "idProperty",
    "associations",
    "filterGroups",
    "filters",
    "propertyName",
    "operator",
    "value",
    "values",
    "highValue",
    "sorts",
    "limit",
    "after",
    "query",
    "options",
    "name",
    "type",
    "fieldType",
    "to",
    "from",
    "types",
    "associationTypeId",
    "objectWriteTraceId",
    "primaryObjectId",
    "objectIdToMerge",
)
SHAPED = st.recursive(
    JSON | st.sampled_from(sorted(OPERATORS)),
    lambda inner: (
        st.dictionaries(st.sampled_from(KEYS), inner | st.lists(inner, max_size=3), max_size=4)
        | st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)
QUERIES = st.dictionaries(
    st.sampled_from(
        "limit after properties propertiesWithHistory associations archived idProperty sort objectType objectId "
        "eventType occurredAfter occurredBefore email id".split()
    ),
    st.from_regex(r"[A-Za-z0-9:.,%_-]{0,14}", fullmatch=True),
    max_size=4,
)


@pytest.fixture(scope="module")
def inhabited() -> Door:
    door = Door()
    door.load("owners", "52", email="k@example.com")
    for id_ in ("1", "7"):
        door.load("contacts", id_, email=f"{id_}@example.com", hs_lead_status="NEW", hubspot_owner_id="52")
    door.load("calls", "101", hs_timestamp="0", associations={"contacts": ["1"]})
    door.load("events", "", objectId="7", eventType="e_visited_page")
    door.load("forms", "contacts")
    UNTOUCHED[:] = [door.portal.checkpoint()]
    return door


# each handler once: where a path has twins, the newest
ONCE = tuple({route[0] + str(route[2]): route for route in reversed(TABLE)}.values())
NASTY: tuple[object, ...] = (
    b"",
    b"null",
    b"[]",
    b"[[]]",
    b'"x"',
    b"1e999",
    b"\xff",
    {},
    {"inputs": None},
    {"inputs": [None]},
    {"inputs": [{}] * 101},
    {"inputs": [{"id": None, "properties": None, "from": None, "to": None, "types": None}]},
    {"inputs": [{"id": "1", "from": {"id": "1"}, "to": {"id": "101"}, "types": [{}], "properties": {"email": {}}}]},
    {"properties": [], "associations": {}, "options": [{}], "name": 1, "label": None, "stages": [{}], "listIds": [{}]},
    {"filterGroups": {}, "filters": [[]], "sorts": [{}], "after": [], "limit": -1, "query": {}},
    {"name": "x", "label": "x", "type": "enumeration", "fieldType": "select", "options": {}, "objectTypeId": 7},
    {"primaryObjectId": None, "objectIdToMerge": [], "objectId": {}, "idProperty": []},
    ["1", None, {}],
)


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_every_route_survives_what_nobody_should_send(inhabited: Door, nasty: object) -> None:
    body = nasty if isinstance(nasty, bytes) else json.dumps(nasty).encode()
    for route in ONCE:
        knock(inhabited, route, ["contacts", "1", "contacts", "calls", "email", "101"], {}, body)


@pytest.mark.parametrize(
    "name, value",
    [
        *((name, value) for name in ("limit", "after", "offset") for value in ("-1", "x", "9" * 30, "\u0663", "1-2-3")),
        *((name, "x") for name in ("occurredAfter", "startTimestamp", "since", "count", "sort", "formTypes")),
        ("occurredAfter", "0001-01-01T00:00:00+23:59"),
        ("properties", ",,,"),
        ("associations", "x"),
        ("idProperty", "hs_object_id"),
        ("archived", "maybe"),
    ],
)
def test_every_list_survives_a_parameter_that_makes_no_sense(inhabited: Door, name: str, value: str) -> None:
    for route in ONCE:
        if route[0] == "GET":
            knock(inhabited, route, ["contacts", "1", "contacts", "calls", "email", "101"], {name: value}, b"")


UNTOUCHED: list[bytes] = []


def knock(door: Door, route: tuple[str, str, object], parts: list[str], query: dict[str, str], body: bytes) -> None:
    method, template, _ = route
    for name, part in zip(("type", "id", "source", "target", "name", "other"), parts, strict=True):
        template = template.replace(f"{{{name}}}", part or "x")
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = door.answer(method, f"{template}?{asked}", body)
    if method != "GET" and answer.status < 300:
        door.portal.restore(UNTOUCHED[0])
    assert answer.status in {200, 201, 204, 207, 302, 400, 404, 405, 409, 415}
    assert isinstance(answer.body, bytes) or json.dumps(answer.body, allow_nan=False)


PARTS = st.lists(WORDS.filter(lambda word: not set(word) & set("/?#")), min_size=6, max_size=6)


@settings(max_examples=60, deadline=None)
@given(route=st.sampled_from(TABLE), parts=PARTS, query=QUERIES, body=SHAPED)
def test_any_json_to_any_route(
    inhabited: Door, route: tuple[str, str, object], parts: list[str], query: dict[str, str], body: Any
) -> None:
    knock(
        inhabited, route, ["contacts", *parts[1:2], "calls", "contacts", *parts[4:]], query, json.dumps(body).encode()
    )
    knock(inhabited, route, parts, query, json.dumps(body).encode())


@settings(max_examples=25, deadline=None)
@given(route=st.sampled_from(TABLE), body=st.binary(max_size=60))
def test_any_bytes_to_any_route(inhabited: Door, route: tuple[str, str, object], body: bytes) -> None:
    knock(inhabited, route, ["contacts", "1", "calls", "contacts", "email", "7"], {}, body)


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(
        ["email", "num_notes", "createdate", "hs_lead_status", "hs_is_unworked", "associations.calls"]
    ),
    operator=st.sampled_from(sorted(OPERATORS)),
    value=SCALARS,
    values=st.lists(SCALARS, max_size=3),
)
def test_any_filter(inhabited: Door, name: str, operator: str, value: Any, values: list[Any]) -> None:
    filter_ = {"propertyName": name, "operator": operator, "value": value, "highValue": value, "values": values}
    body = {"filterGroups": [{"filters": [filter_]}], "sorts": [{"propertyName": "num_notes"}]}
    search = next(one for one in TABLE if one[1].endswith("/{type}/search"))
    knock(inhabited, search, ["contacts", "1", "a", "b", "c", "d"], {}, json.dumps(body).encode())


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(["email", "phone", "hs_lead_status", "hubspot_owner_id", "lifecyclestage"]), value=SCALARS)
def test_any_value(inhabited: Door, name: str, value: Any) -> None:
    route = next(one for one in TABLE if one[0] == "PATCH" and "/objects/" in one[1])
    body = json.dumps({"properties": {name: value}}).encode()
    knock(inhabited, route, ["contacts", "1", "a", "b", "c", "d"], {}, body)
