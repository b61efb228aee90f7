import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.exports.encoding import encoding_of, separator_of

TEXT = "Lead ID,Übernommen,José\n"


@pytest.mark.parametrize(
    "written, found",
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_every_usual_encoding_is_told_by_its_bytes(written, found):
    data = TEXT.encode(written)
    assert encoding_of([data]) == found
    assert data.decode(found) == TEXT


@pytest.mark.parametrize("written", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_zeros(written):
    assert encoding_of([TEXT.encode(written)]) == written


def test_a_letter_cut_in_two_by_reading_in_pieces_is_still_utf_8():
    data = "ü".encode()
    assert encoding_of([b"abc" + data[:1], data[1:] + b"def"]) == "utf-8"


def test_one_wrong_byte_at_the_very_end_is_noticed():
    assert encoding_of([b"all ascii", b"until here", "é".encode("cp1252")]) == "cp1252"


@pytest.mark.parametrize(
    "header, separator",
    [
        ("Id;Name;Status\n", ";"),
        ("Id,Name\n", ","),
        ("Id\tName\tStatus\n", "\t"),
        ('"Company; the name",Id,Status\n', ","),
    ],
)
def test_the_separator_is_the_one_the_header_uses_outside_quotes(header, separator):
    assert separator_of([header]) == separator


def test_excels_own_line_says_the_separator():
    assert separator_of(["sep=;\n", "a,b,c;d\n"]) == ";"


@given(
    st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=200), st.sampled_from(["utf-8", "utf-8-sig"])
)
def test_whatever_is_written_in_utf_8_is_read_as_it_was_written(text, written):
    data = text.replace("\0", "").encode(written)
    if data[1:200:2].count(0) == 0:
        assert data.decode(encoding_of([data])).lstrip("\ufeff") == text.replace("\0", "").lstrip("\ufeff")
