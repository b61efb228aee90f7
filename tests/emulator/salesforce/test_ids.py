"""Record ids (facts/salesforce.md section 10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.emulator.salesforce.ids import numbered, to18

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BODIES = st.text(LETTERS, min_size=15, max_size=15)


@pytest.mark.parametrize(
    "short, long",
    [
        ("00D000000000062", "00D000000000062EAA"),
        ("001A0000006Vm9r", "001A0000006Vm9rIAC"),
        ("012000000000000", "012000000000000AAA"),
    ],
)
def test_published_ids_get_their_published_checksum(short, long):
    assert to18(short) == long


@given(BODIES)
def test_an_18_character_id_stays_itself(body):
    long = to18(body)
    assert long is not None
    assert long[:15] == body
    assert to18(long) == long


@given(BODIES)
def test_the_checksum_puts_mangled_case_right(body):
    long = to18(body)
    assert long is not None
    assert to18(long.lower()) == long
    assert to18(long.upper()) == long


@pytest.mark.parametrize("text", ["", "00Q", "00Q00000000000!", "x" * 14, "x" * 16, "x" * 19, "00Q0000000000019ZZ"])
def test_what_is_no_id_is_none(text):
    assert to18(text) is None


def test_numbered_ids_differ_and_carry_their_prefix():
    found = {numbered("00Q", number) for number in range(5000)}
    assert len(found) == 5000
    assert all(id_.startswith("00Q") and to18(id_) == id_ for id_ in found)
