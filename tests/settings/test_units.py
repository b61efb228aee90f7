from datetime import date, timedelta
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from crmsync.settings.suggest import did_you_mean, nearest
from crmsync.settings.units import Day, Duration, OneOrMore, Share, Text, Truth, shown


@pytest.mark.parametrize(
    "kind, written, value",
    [
        (Truth, "yes", True),
        (Truth, "off", False),
        (Truth, True, True),
        (Duration, "60 seconds", timedelta(minutes=1)),
        (Duration, "1 hour", timedelta(hours=1)),
        (Duration, "7 days", timedelta(days=7)),
        (Duration, "2 weeks", timedelta(days=14)),
        (Share, "25%", 0.25),
        (Share, "2.5 %", 0.025),
        (Day, "2026-12-01", date(2026, 12, 1)),
        (Annotated[list[str], OneOrMore], "one", ["one"]),
        (Annotated[list[str], OneOrMore], ["one", "two"], ["one", "two"]),
    ],
)
def test_values_as_people_write_them(kind: Any, written: object, value: object):
    assert TypeAdapter(kind).validate_python(written) == value


@pytest.mark.parametrize(
    "kind, written",
    [
        (Truth, "maybe"),
        (Truth, 1),
        (Truth, None),
        (Duration, 60),
        (Duration, "60s"),
        (Duration, "-1 day"),
        (Duration, "1.5 hours"),
        (Share, 0.25),
        (Share, "101%"),
        (Day, "01.12.2026"),
        (Day, "2026-02-30"),
        (Day, 2026),
        (Text, " "),
        (Text, 62.0),
    ],
)
def test_what_could_be_misread_is_refused(kind: Any, written: object):
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(written)


def test_a_suggestion_is_near_or_the_whole_list():
    assert nearest("Salesfroce", ["salesforce", "hubspot"]) == "salesforce"
    assert did_you_mean("recicled", ["raw", "recycled"]) == 'Did you mean "recycled"?'
    assert did_you_mean("xyz", ["b", "a"]) == "Accepted here: a, b."
    assert did_you_mean("xyz", ["b"], list_them=False) == ""


def test_values_are_shown_as_written_and_cut():
    assert [shown(one) for one in (True, None, [1], {}, 7)] == ['"true"', "nothing", "a list", "a group of keys", '"7"']
    assert shown("x" * 100) == f'"{"x" * 57}..."'
