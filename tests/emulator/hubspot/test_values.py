"""How values are spelled, taken and refused (facts/hubspot.md sections 4 and 5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.schema import Option, Property
from crmsync.emulator.hubspot.values import Invalid, accepted, instant, loaded, number, stamp, text_of
from tests.emulator.hubspot.door import DATED, Door

TOPICS = Property("topics", "enumeration", "checkbox", options=[Option("a", "A"), Option("b", "B")])


@pytest.mark.parametrize(
    "type_, value, kept",
    [
        ("string", "=1+1", "=1+1"),
        ("string", 5, "5"),
        ("string", True, "true"),
        ("string", 2.0, "2"),
        ("string", 0.1, "0.1"),
        ("string", 10**30, "1e+30"),
        ("number", " 7 ", "7"),
        ("number", "-7.50", "-7.5"),
        ("number", 2.5, "2.5"),
        ("bool", "TRUE", "true"),
        ("bool", False, "false"),
        ("datetime", 0, "1970-01-01T00:00:00.000Z"),
        ("datetime", "2026-12-02T10:00:00+01:00", "2026-12-02T09:00:00.000Z"),
        ("datetime", "2026-12-02", "2026-12-02T00:00:00.000Z"),
        ("date", "2026-12-02", "2026-12-02"),
        ("date", 1796169600000, "2026-12-02"),
        ("date", "", ""),
        ("number", None, ""),
    ],
)
def test_a_value_is_kept_as_a_string(type_: str, value: str | float | None, kept: str) -> None:
    assert accepted(Property("p", type_), value) == kept


@pytest.mark.parametrize(
    "type_, value",
    [
        ("number", "1,5"),
        ("number", "1.2.3"),
        ("number", "1e999"),
        ("number", "nan"),
        ("bool", "yes"),
        ("datetime", "soon"),
        ("datetime", "99999999999999999"),
        ("datetime", "-99999999999999"),
        ("datetime", "9999-12-31T23:59:59-23:00"),
        ("date", "2026-02-30"),
        ("date", 1),
        ("string", "x" * 65_537),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(type_: str, value: str | float) -> None:
    with pytest.raises(Invalid):
        accepted(Property("p", type_), value)


def test_a_checkbox_takes_several_options_and_nothing_else() -> None:
    assert accepted(TOPICS, "a;b") == "a;b"
    with pytest.raises(Invalid):
        accepted(TOPICS, "a;c")


def test_a_structure_is_no_value() -> None:
    with pytest.raises(Refusal):
        text_of({"a": 1})


def test_a_loaded_value_is_kept_even_if_it_could_not_be_written() -> None:
    assert loaded(Property("p", "number"), "about 5") == "about 5"


@given(st.integers(min_value=-(10**13), max_value=10**14))
def test_an_instant_reads_back_as_it_was_printed(milliseconds: int) -> None:
    assert instant(stamp(milliseconds)) == milliseconds


@given(st.text(max_size=20))
def test_no_text_trips_the_readers(text: str) -> None:
    instant(text)
    number(text)
    for type_ in ("number", "bool", "datetime", "date"):
        try:
            accepted(Property("p", type_), text)
        except Invalid:
            continue


def test_an_email_change_moves_the_domain(door: Door) -> None:
    door.load("contacts", "7", email="ann@old.example")
    door.call("PATCH", f"{DATED}/contacts/7", {"properties": {"email": "ann@new.example"}})
    assert door.properties("7", names="hs_email_domain")["hs_email_domain"] == "new.example"


@pytest.mark.parametrize("loser, status", [("7", 400), ("99", 404)])
def test_a_merge_needs_two_records(door: Door, loser: str, status: int) -> None:
    door.load("contacts", "7")
    body = {"primaryObjectId": "7", "objectIdToMerge": loser}
    assert door.call("POST", f"{DATED}/contacts/merge", body)[0] == status


def test_a_change_to_a_missing_record_is_a_404(door: Door) -> None:
    assert door.call("PATCH", f"{DATED}/contacts/99", {"properties": {"phone": "1"}})[0] == 404
