from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from crmsync.model.errors import SettingsProblem
from crmsync.settings.read import examine, read
from crmsync.settings.units import STRICT, Text
from tests.agreement.shipped import as_yaml


class Row(BaseModel):
    model_config = STRICT
    name: Text
    weight: Annotated[int, Field(ge=1)] = 1


class Table(BaseModel):
    model_config = STRICT
    rows: list[Row] = Field(default_factory=list)
    title: Text | None = None


def test_a_good_file_is_a_value():
    assert read("t.yaml", "rows: [{name: a, weight: 2}]", Table).rows == [Row(name="a", weight=2)]


def test_what_is_wrong_is_left_out_and_the_rest_stays():
    reading = examine("t.yaml", "rows: [{name: a}, {nam: b}, {name: c, weight: 0}, {name: d}]\ntitel: x\n", Table)
    assert reading.value is not None
    assert [row.name for row in reading.value.rows] == ["a", "c", "d"]
    assert not reading.whole
    assert [str(one) for one in reading.problems] == [
        't.yaml:1:20: unknown key "nam". Did you mean "name"?',
        't.yaml:1:47: "0" should be at least 1.',
        't.yaml:2:1: unknown key "titel". Did you mean "title"?',
    ]


def test_places_follow_what_remains():
    reading = examine("t.yaml", "rows: [3, {name: a}]", Table)
    assert reading.document.values["rows", 0, "name"] == (1, 18)


def test_an_unknown_key_alone_leaves_the_file_whole():
    assert examine("t.yaml", "tittle: x", Table).whole


class Pair(BaseModel):
    model_config = STRICT
    colour: Text | None = None
    colours: Text | None = None


def test_a_suggestion_is_a_key_that_is_not_there_yet():
    with pytest.raises(SettingsProblem, match=r'unknown key "colourss". Did you mean "colour"\?'):
        read("t.yaml", "colours: red\ncolourss: blue\n", Pair)


def test_a_number_where_text_belongs_says_how_to_write_it():
    with pytest.raises(SettingsProblem, match=r"t.yaml:1:8: \"62.0\" should be text. Put it in quotes."):
        read("t.yaml", "title: 62.0", Table)


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["rows", "name", "weight", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(anything)
def test_anything_is_a_value_or_problems_with_places(data):
    reading = examine("t.yaml", as_yaml(data), Table)
    assert (reading.value is not None) or reading.problems
    assert all(one.line >= 1 and one.column >= 1 for one in reading.problems)
