import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.mappings.ids import canonical_id, long_id

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@pytest.mark.parametrize(
    "written,canonical",
    [
        ("00Q000000000001", "00Q000000000001EAA"),
        (" 00Q000000000001EAA ", "00Q000000000001EAA"),
        ("0019000000aBcDe", "0019000000aBcDeAAK"),
        ("00Q000000000001EAB", None),
        ("00q000000000001eaa", None),
        ("00Q", None),
        ("", None),
        ("00Q00000000000é", None),
    ],
)
def test_a_salesforce_id_has_18_characters_or_is_none(written, canonical):
    assert canonical_id("salesforce", written) == canonical


@given(st.text(ALPHABET, min_size=15, max_size=15))
def test_the_long_form_is_stable_and_survives_lost_capitals(short):
    full = long_id(short)
    assert full is not None
    assert full[:15] == short
    assert long_id(full) == full
    other = short.swapcase()
    if other != short:
        assert (long_id(other) or "").upper() != full.upper()


@pytest.mark.parametrize(
    "system,written,canonical",
    [("hubspot", " 1201 ", "1201"), ("hubspot", "12x", None), ("paper", "A-1", "A-1"), ("paper", " ", None)],
)
def test_every_system_spells_its_ids_its_own_way(system, written, canonical):
    assert canonical_id(system, written) == canonical
