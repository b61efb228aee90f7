"""Values as people write them: yes and no, days, durations, shares."""

import re
from datetime import date, time, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
"""No unknown keys, no silent conversion of types."""

CLOSED = ConfigDict(extra="forbid")
"""The same for frozen dataclasses, which pydantic reads from a group of keys only where it is not strict."""

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_DURATION = re.compile(r"(\d+)\s+(second|minute|hour|day|week)s?")
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_TRUTH = {"yes": True, "no": False, "on": True, "off": False, True: True, False: False}


def refuse(message: str, suggestion: str = "") -> PydanticCustomError:
    """The error a schema raises: a sentence and what to do about it."""
    return PydanticCustomError("settings", "{message}", {"message": message, "suggestion": suggestion})


def _truth(written: object) -> bool:
    if isinstance(written, str | bool) and written in _TRUTH:
        return _TRUTH[written]
    raise refuse(f"{shown(written)} is neither yes nor no.", "Write yes or no.")


def _day(written: object) -> date:
    if isinstance(written, date):
        return written
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        raise refuse(f"{shown(written)} is not a day.", "Write it as 2026-12-01.") from None


def _duration(written: object) -> timedelta:
    if isinstance(written, timedelta):
        return written
    match = _DURATION.fullmatch(str(written).strip())
    if match is None:
        raise refuse(f"{shown(written)} is not a length of time.", 'Write a number and its unit, as "10 minutes".')
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def _share(written: object) -> float:
    match = _SHARE.fullmatch(str(written).strip())
    if match is None or float(match[1]) > 100:  # noqa: PLR2004 - a share is never more than everything
        raise refuse(f"{shown(written)} is not a share.", 'Write it with its sign, as "25%".')
    return float(match[1]) / 100


def _clock_time(written: str) -> time:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", written.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:  # noqa: PLR2004 - hours and minutes
        raise refuse(f"{shown(written)} is not a time of day.", 'Write it as "09:00".')
    return time(int(match[1]), int(match[2]))


def _hours(written: object) -> tuple[time, time]:
    parts = str(written).split("-")
    if len(parts) != 2:  # noqa: PLR2004 - from and to
        raise refuse(f"{shown(written)} are no office hours.", 'Write them as "09:00-17:30".')
    opens, closes = _clock_time(parts[0]), _clock_time(parts[1])
    if not opens < closes:
        raise refuse(f"the office closes at {parts[1].strip()}, before it opens.", 'Write them as "09:00-17:30".')
    return opens, closes


def _listed(written: object) -> object:
    return written if isinstance(written, list) else [written]


def shown(written: object) -> str:
    """A value as the file shows it, cut to a readable length."""
    if isinstance(written, bool):
        return f'"{str(written).lower()}"'
    if written is None:
        return "nothing"
    if isinstance(written, list):
        return "a list"
    if isinstance(written, dict):
        return "a group of keys"
    text = str(written)
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'  # noqa: PLR2004 - fits one screen line


_TruthWords = Literal["yes", "no", "on", "off", True, False]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Truth = Annotated[bool, BeforeValidator(_truth, json_schema_input_type=_TruthWords)]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")])]
Duration = Annotated[
    timedelta,
    BeforeValidator(
        _duration,
        json_schema_input_type=Annotated[str, Field(pattern=r"^\d+ +(second|minute|hour|day|week)s?$")],
    ),
]
Share = Annotated[
    float,
    BeforeValidator(_share, json_schema_input_type=Annotated[str, Field(pattern=r"^\d+(\.\d+)? *%$")]),
]
Hours = Annotated[
    tuple[time, time],
    BeforeValidator(_hours, json_schema_input_type=Annotated[str, Field(pattern=r"^\d\d?:\d\d *- *\d\d?:\d\d$")]),
]
OneOrMore = BeforeValidator(_listed)
"""Put behind a list type: one value alone counts as a list of one."""
